import { Random } from "engram";
import {
  copy,
  isParameter,
  leaves,
  machines,
  nGram,
  repeatCopy,
  SequenceMachine,
  type SequenceTask,
  sequenceTraining,
} from "engram/neural";
import { centredRmsprop, trainBy } from "engram/training";
import type { Evidence, Scenarios } from "./scenario.js";

/** Sizes fill no whole registers. */
const SIZES = { ntm: { rows: 11, width: 5, units: 13 }, dnc: { rows: 11, width: 5, units: 13 }, lstm: { units: 13 } };

const TASKS: Readonly<Record<string, SequenceTask>> = {
  copy: copy({ bits: 3, length: [1, 4] }),
  "repeat copy": repeatCopy({ bits: 3, length: [1, 2], repeats: [1, 3] }),
  "n-gram": nGram({ context: 2, length: [9, 9] }),
};

/** Trainings of machines for sequences: losses, parameters, and a run with all that its steps did. */
export const sequenceMachines: Scenarios = Object.fromEntries(
  machines.flatMap((maker) =>
    Object.entries(TASKS).map(([name, task]) => [
      `${maker.name}, ${name}`,
      async ({ workspace }): Promise<Evidence> => {
        const made = maker.make(SIZES[maker.name as keyof typeof SIZES]);
        const model = new SequenceMachine(task, { machine: made, random: new Random(2) });
        const found: Evidence[] = [];
        const options = { epochs: 2, sequences: 30, batch: 3, rate: 0.001, seed: 5, optimiser: centredRmsprop() };
        for await (const report of trainBy(sequenceTraining, model, task, { ...options, workspace })) {
          found.push(report.training.loss, report.training.wrongBits, report.gradientNorm);
        }
        for (const [key, { values }] of leaves(model.parameters, isParameter)) found.push(key, values);
        const { outputs, evidence } = model.run(task.draw(new Random(6), 1).inputs, { workspace });
        found.push(outputs, ...Object.values(evidence).map(({ values }) => values));
        return found;
      },
    ]),
  ),
);
