import { Random } from "engram";
import {
  dnc,
  isParameter,
  leaves,
  SequenceMachine,
  type SequenceRun,
  type SequenceScore,
  type SequenceTask,
} from "engram/neural";
import type { Context } from "../experiment.js";
import { learnEach, type PartOf } from "../graves-2014/learning.js";
import { mean } from "../statistics.js";

/** Parameters of the experiments with the DNC. */
export interface Parameters {
  readonly seeds: number;
  /** Sequences of a training: the points of a learning curve, and sequences of each. */
  readonly points: number;
  readonly each: number;
  /** Tests ask this number of groups of ten fresh sequences, each group of one length. */
  readonly groups: number;
}

export const MACHINES = ["DNC", "DNC without links"] as const;
export type MachineName = (typeof MACHINES)[number];

/** Rows of the memory in training, and of the larger memory that machines get afterwards. */
export const [ROWS, LARGE] = [32, 128];

const RATE = 0.003;

/** One seed. */
export interface Part {
  readonly learned: PartOf<MachineName>;
  /** The DNC with the larger memory, without further training, on each test for it. */
  readonly larger: readonly SequenceScore[];
  readonly use: Use;
}

/** How the DNC uses its memory, in means over sequences; all are fractions. */
export interface Use {
  /** Steps that were written where no other step was, by the largest weight. */
  readonly ownRows: number;
  /** Weight of reading, while it answers, that lies along links forwards from what was read in the step before. */
  readonly forwards: number;
  /** The same backwards. */
  readonly backwards: number;
}

export interface Recipe {
  readonly task: SequenceTask;
  readonly batch: number;
  /** Tests of both machines with the memory of the training. */
  readonly tests: readonly SequenceTask[];
  /** Tests of the DNC with the larger memory. */
  readonly larger: readonly SequenceTask[];
  /** The sequences on which the use of memory is measured, and the steps [from, to) that are to be kept. */
  readonly use: { readonly task: SequenceTask; readonly kept: readonly [from: number, to: number] };
}

/** Trains a DNC with and without links, from the same first parameters where both have them, on the same sequences. */
export async function learnBoth(
  parameters: Parameters,
  { task, batch, tests, larger, use: { task: asked, kept } }: Recipe,
  context: Context,
): Promise<Part> {
  const { random } = context;
  let trained: SequenceMachine | undefined;
  const learned = await learnEach(
    [
      { name: "DNC", machine: dnc({ rows: ROWS }), rate: RATE },
      { name: "DNC without links", machine: dnc({ rows: ROWS, link: false }), rate: RATE },
    ],
    parameters,
    { task, tests, batch },
    context,
    (name, machine) => {
      if (name === "DNC") trained = machine;
    },
  );
  const own = trained as SequenceMachine;
  const grown = withRows(own, task, LARGE);
  const drawn = (of: SequenceTask, k: number, count: number) => of.draw(random.fork(2).fork(k), count);
  const sequences = Array.from({ length: parameters.groups }, (_, k) => drawn(asked, larger.length + k, 1));
  const uses = sequences.map(({ inputs, counts }) => {
    const from = Math.floor(counts.indexOf(1) / asked.outputs);
    return useOf(own.run(inputs), kept, from);
  });
  const over = (key: keyof Use) => mean(uses.map((use) => use[key]));
  return {
    learned,
    larger: larger.map((test, k) => grown.score(drawn(test, k, 10 * parameters.groups))),
    use: { ownRows: over("ownRows"), forwards: over("forwards"), backwards: over("backwards") },
  };
}

/** The same machine with another number of rows: no parameter of a DNC depends on it. */
function withRows({ parameters }: SequenceMachine, task: SequenceTask, rows: number): SequenceMachine {
  const other = new SequenceMachine(task, { machine: dnc({ rows }), random: new Random(0) });
  const learned = leaves(parameters, isParameter);
  for (const [name, { values }] of leaves(other.parameters, isParameter)) {
    values.set(learned.get(name)?.values as Float32Array);
  }
  return other;
}

/**
 * How a machine used its memory in one run.
 *
 * @param kept the steps [from, to) that are to be kept
 * @param answers the first step that is answered; all after it are, too
 */
export function useOf({ steps, evidence }: SequenceRun, kept: Recipe["use"]["kept"], answers: number): Use {
  const { read, write, link } = evidence;
  const [from, to] = kept;
  const rows = write.shape[write.shape.length - 1];
  const at = (values: Float32Array, step: number, size: number) => values.subarray(step * size, (step + 1) * size);
  const written = Array.from({ length: to - from }, (_, k) => largestOf(at(write.values, from + k, rows)));
  let [forwards, backwards] = [0, 0];
  for (let step = answers + 1; step < steps; step++) {
    const [before, now] = [at(read.values, step - 1, rows), at(read.values, step, rows)];
    const links = at(link.values, step, rows * rows);
    for (let i = 0; i < rows; i++) {
      let [after, prior] = [0, 0];
      for (let j = 0; j < rows; j++) {
        after += links[i * rows + j] * before[j];
        prior += links[j * rows + i] * before[j];
      }
      forwards += Math.min(after, now[i]);
      backwards += Math.min(prior, now[i]);
    }
  }
  const counted = steps - answers - 1;
  return {
    ownRows: written.filter((row) => written.indexOf(row) === written.lastIndexOf(row)).length / written.length,
    forwards: forwards / counted,
    backwards: backwards / counted,
  };
}

function largestOf(weights: Float32Array): number {
  return weights.indexOf(Math.max(...weights));
}

/** What is said of every training. */
export function trainingNote({ seeds, points, each }: Parameters, { batch }: Recipe): string {
  return `Of each of ${seeds} seeds both machines learn from the same ${(points * each).toLocaleString("en")} sequences: ${ROWS} rows of 20, one head that reads, an LSTM controller of 100 units, batches of ${batch}, Adam with a second decay of .99 and a rate that falls linearly from ${RATE} to 0.`;
}

/** What is said of the use of the memory. */
export function useNote(parts: readonly Part[]): string {
  const over = (key: keyof Use) => `${(100 * mean(parts.map(({ use }) => use[key]))).toFixed(1)} %`;
  return `While the DNC answers, ${over("forwards")} of its reading lies along links forwards from what it read a step before, and ${over("backwards")} backwards (the sum over rows of the smaller of the two weights).`;
}
