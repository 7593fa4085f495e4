import { ArgumentError } from "../../errors.js";
import type { ModelKind } from "../../models/model-kind.js";
import { quote } from "../../names.js";
import { type Maker, makerNamed, makerOf } from "../../options.js";
import { Packing } from "../../packed.js";
import { gaussian } from "../../units/index.js";
import { isParameter } from "../parameters.js";
import { sequenceTasks } from "../tasks/index.js";
import { leaves } from "../tree.js";
import { machines } from "./index.js";
import type { Machine } from "./machine.js";
import { SequenceMachine } from "./sequence-machine.js";

/**
 * The kind of one machine: `inputs` and `outputs`, its options, the task with its options if it was made for one of the
 * library's, and an array for each parameter.
 */
function kindOf(maker: Maker<Machine>): ModelKind<SequenceMachine> {
  const { name, summary, reference } = maker;
  return {
    name,
    title: name.toUpperCase(),
    reference,
    holds: (model): model is SequenceMachine => model instanceof SequenceMachine && model.machine.name === name,
    describe: ({ inputs, outputs, parameters, task }) => {
      const numbers = [...leaves(parameters, isParameter).values()].reduce((sum, { values }) => sum + values.length, 0);
      return (
        `${summary.split(":")[0]} with ${inputs} inputs, ${outputs} outputs and ${numbers} parameters` +
        (task === undefined ? "" : `, made for the task ${quote(task.name)}`)
      );
    },
    // Its inputs are rows of numbers.
    visible: ({ inputs }) => gaussian(inputs),
    pack({ inputs, outputs, machine, task, parameters }) {
      if (makerOf(machine) !== maker) {
        throw new ArgumentError(`machine is ${machine.name}, which is not one of the library; files hold those alone`);
      }
      const packing = new Packing(name).set("inputs", inputs).set("outputs", outputs).set("options", machine.options);
      if (task !== undefined && sequenceTasks.includes(makerOf(task) as never)) {
        packing.set("task", task.name).set("taskOptions", task.options);
      }
      for (const [key, { values, shape }] of leaves(parameters, isParameter)) packing.add(key, values, shape);
      return packing;
    },
    unpack(parts) {
      const widths = { inputs: parts.integer("inputs", 1), outputs: parts.integer("outputs", 1) };
      const asked = parts.text("task");
      const task =
        asked === undefined
          ? widths
          : parts.made("task", () => makerNamed("task", sequenceTasks, asked).make(parts.record("taskOptions")));
      if (task.inputs !== widths.inputs) throw parts.wrong("inputs", `${task.inputs}, those of the task`);
      if (task.outputs !== widths.outputs) throw parts.wrong("outputs", `${task.outputs}, those of the task`);
      const model = parts.made(name, () => new SequenceMachine(task, { machine: maker.make(parts.record("options")) }));
      for (const [key, { values, shape }] of leaves(model.parameters, isParameter)) {
        values.set(parts.numbers(key, shape));
      }
      return model;
    },
  };
}

/** The kinds of models that are machines for sequences, one for each machine. */
export const machineKinds: readonly ModelKind<SequenceMachine>[] = machines.map(kindOf);
