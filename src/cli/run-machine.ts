import type { Command } from "commander";
import { StorageError } from "../errors.js";
import { Random } from "../math/index.js";
import {
  machineKinds,
  requireTask,
  type SequenceMachine,
  type SequenceRun,
  type Sequences,
  type SequenceTask,
  sequenceAt,
  sequenceTasks,
} from "../neural/index.js";
import { type Caption, canvasFor, drawPictures, loadModel } from "../node/index.js";
import { type Made, withDefaults } from "../options.js";
import { addOptionFlags, readOptionFlags } from "./io/option-flags.js";
import { integerOption, newCommand, seedOption } from "./io/options.js";
import { count as counted, print, printWarning, short } from "./io/output.js";

interface RunOptions {
  seed: number;
  sequences: number;
  json?: true;
}

/** The option that names a task; without a default it is the task of the file. */
const task = {
  type: "made",
  sort: "task",
  has: "draw",
  from: sequenceTasks,
  optional: true,
  help: "what is asked; its options default to those of the training (default the task of the training)",
} as const;

/** A weighting is drawn where it is at least this. */
const SHOWN = 0.5;

export function runCommand(): Command {
  const command = newCommand(
    "run",
    "Ask a trained machine a sequence, and show what its heads do step by step.",
    "engram run copy.safetensors --length 40 --seed 3",
  ).argument("<model>", "model file written by engram train ntm, dnc or lstm");
  return addOptionFlags(command, { task })
    .option("--seed <n>", "random seed of the sequence", seedOption, 1)
    .option("--sequences <n>", "number of sequences, of which the first is shown", integerOption("--sequences", 1), 1)
    .action(run);
}

async function run(file: string, options: RunOptions): Promise<void> {
  const { seed, sequences, json } = options;
  const { model, kind } = await loadModel(file, { onWarning: printWarning });
  const own = machineKinds.find(({ name }) => name === kind.name);
  if (own === undefined) {
    throw new StorageError(
      `${file} holds a model of the kind ${kind.name}; expected ${machineKinds.map(({ name }) => name).join(", ")}`,
    );
  }
  const machine = model as SequenceMachine;
  const asked = taskFor(machine, options);
  const random = new Random(seed);
  requireTask(machine, asked);
  const drawn = asked.draw(random, sequences);
  const first = sequenceAt(asked, drawn, 0);
  const shown = machine.run(first.inputs);
  const score = machine.score(drawn);
  const optimum = asked.optimum?.(drawn);
  const { name, options: settings } = asked;
  const setting = { file, machine: kind.name, task: { name, options: settings }, seed, sequences, steps: drawn.steps };
  const found = { ...score, ...(optimum !== undefined && { optimum: optimum / sequences }) };
  const each = (values: Float32Array, width: number) =>
    Array.from({ length: drawn.steps }, (_, t) => Array.from(values.subarray(t * width, (t + 1) * width)));
  const record = {
    ...setting,
    ...found,
    input: each(first.inputs, machine.inputs),
    target: each(first.targets, machine.outputs),
    answer: each(shown.outputs, machine.outputs),
    weightings: Object.fromEntries(heads(shown).map(({ title, rows, weights }) => [title, each(weights, rows)])),
  };
  print(json, record, () => [
    `${file}: ${own.describe(machine)}`,
    `Task ${name}, ${counted(drawn.steps, "time step")} from left to right, seed ${seed}`,
    "",
    ...pictures(machine, first, shown),
    "",
    `${short(score.wrongBits)} wrong of ${short(score.bits)} bits` +
      (sequences === 1 ? "" : ` a sequence, the mean of ${sequences}`) +
      `, loss ${short(score.loss)} bits` +
      (optimum === undefined ? "" : `, at best ${short(optimum / sequences)}`),
  ]);
}

/** The task that flags name, with the options of the training where none are given. */
function taskFor({ task: own }: SequenceMachine, options: RunOptions): SequenceTask & Made {
  const from = sequenceTasks.map((maker) => (maker.name === own?.name ? withDefaults(maker, own.options) : maker));
  const spec = { ...task, from, default: own?.name ?? sequenceTasks[0].name };
  return readOptionFlags({ task: spec }, options as never).task as SequenceTask & Made;
}

/** The weightings of each head: time step after time step. */
function heads({ evidence, steps }: SequenceRun) {
  return ["write", "read"].flatMap((kind) => {
    if (evidence[kind] === undefined) return [];
    const { shape, values } = evidence[kind];
    const [number, rows] = shape;
    return Array.from({ length: number }, (_, head) => {
      const weights = new Float32Array(steps * rows);
      for (let t = 0; t < steps; t++) {
        const from = (t * number + head) * rows;
        weights.set(values.subarray(from, from + rows), t * rows);
      }
      return { title: number === 1 ? kind : `${kind} ${head + 1}`, rows, weights };
    });
  });
}

/** Input, answer and weightings, with time from left to right. */
function pictures(
  machine: SequenceMachine,
  { inputs, targets, counts, steps }: Sequences,
  shown: SequenceRun,
): string[] {
  const canvas = canvasFor(process.stdout);
  const draw = (picture: Omit<Caption, "caption">, height: number, caption: string) =>
    drawPictures([{ ...picture, caption }], [height, steps], canvas);
  const bright = (
    values: Float32Array,
    height: number,
    from: number,
    isBright: (value: number, at: number) => boolean,
  ) =>
    // Row after row of the picture: the numbers of all time steps.
    Int8Array.from({ length: height * steps }, (_, k) => {
      const at = (k % steps) * (values.length / steps) + from + Math.floor(k / steps);
      return isBright(values[at], at) ? 1 : -1;
    });
  const ofOutputs = (values: Float32Array) =>
    bright(values, machine.outputs, 0, (p, at) => p > 0.5 && counts[at] === 1);
  const [answer, truth] = [ofOutputs(shown.outputs), ofOutputs(targets)];
  const lines = [
    draw({ state: bright(inputs, machine.inputs, 0, (x) => x > 0) }, machine.inputs, "input"),
    draw({ state: truth }, machine.outputs, "target"),
    draw({ state: answer, truth }, machine.outputs, canvas.colours ? "answer, wrong bits in red" : "answer"),
  ];
  for (const { title, rows, weights } of heads(shown)) {
    const used = Array.from({ length: rows }, (_, row) => row).filter((row) => {
      for (let at = row; at < weights.length; at += rows) if (weights[at] >= SHOWN) return true;
      return false;
    });
    if (used.length === 0) lines.push(`${title}: no row has half of the weight in any step`);
    else {
      const [low, high] = [used[0], used[used.length - 1]];
      const state = bright(weights, high - low + 1, low, (weight) => weight >= SHOWN);
      lines.push(draw({ state }, high - low + 1, `${title}: rows ${low} to ${high} with at least half of the weight`));
    }
  }
  return lines.flatMap((text) => ["", ...text.split("\n")]).slice(1);
}
