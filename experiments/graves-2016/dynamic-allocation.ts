import { Random } from "engram";
import { dnc, SequenceMachine, type SequenceRun, type SequenceScore, sequenceTraining } from "engram/neural";
import { adam, linearDecay, trainBy } from "engram/training";
import { colours, type Experiment } from "../experiment.js";
import { overSeeds } from "../graves-2014/learning.js";
import { mean, median, stated } from "../statistics.js";
import { type Phase, seriesOfCopies } from "./series.js";
import { citation } from "./source.js";

interface Parameters {
  readonly seeds: number;
  /** Series of a training: the points of a learning curve, and series of each. */
  readonly points: number;
  readonly each: number;
  /** Tested on this number of groups of ten fresh series. */
  readonly groups: number;
}

/** One seed. */
interface Part {
  readonly curve: readonly number[];
  readonly score: SequenceScore;
  readonly use: Allocation;
  /** A run of one series, if it is the first seed: [step][row]. */
  readonly run?: { readonly write: readonly number[][]; readonly read: readonly number[][] } | undefined;
}

/** How memory is freed and written, in means over steps; all are fractions. */
interface Allocation {
  /** Usage, in the step after an answer, of the row that the answer was read from by the largest weight. */
  readonly usedAfterReading: number;
  /** The same of rows that inputs were written to. */
  readonly usedAfterWriting: number;
  /** Weight of writing an input that lies where a row was free: the sum over rows of the smaller of both weights. */
  readonly allocated: number;
}

interface FigureData {
  readonly cells: readonly {
    readonly weighting: string;
    readonly step: number;
    readonly row: number;
    readonly weight: number;
  }[];
}

/** As in the source: ten sequences of five vectors, and ten rows. */
const [SEQUENCES, LENGTH, ROWS, BITS] = [10, 5, 10, 6];
/** Least and most sequences of a series in training. */
const TRAINED = [1, 10] as const;
const machine = dnc({ rows: ROWS, width: 12, controller: "feedforward", units: 64 });
const task = seriesOfCopies({ bits: BITS, length: LENGTH, count: TRAINED });
const asked = seriesOfCopies({ bits: BITS, length: LENGTH, count: [SEQUENCES, SEQUENCES] });
const [BATCH, RATE] = [4, 0.005];

/** "Solves" is read as at most this percentage of the bits wrong. */
const SOLVED = 2;

/** Copying more vectors, one sequence after the other, than the memory has rows. */
export const dynamicAllocation: Experiment<Parameters, Part, FigureData> = {
  id: "graves-2016/dynamic-allocation",
  title: "Copying a series of ten sequences in a memory of ten rows: a DNC frees rows and uses them again",
  citation,
  where: "extended data figure 1",
  version: 1,
  settings: {
    quick: { seeds: 2, points: 3, each: 1000, groups: 2 },
    standard: { seeds: 5, points: 15, each: 1000, groups: 10 },
    full: { seeds: 20, points: 50, each: 1000, groups: 20 },
  },
  tasks: ({ seeds }) => seeds,

  async run({ points, each, groups }, number, { random, workspace, signal, progress }): Promise<Part> {
    const seed = random.fork(0).word();
    const dncOfSeed = new SequenceMachine(task, { machine, random: new Random(seed) });
    const curve: number[] = [];
    const options = {
      epochs: points,
      sequences: each,
      batch: BATCH,
      rate: linearDecay({ from: RATE, to: 0, epochs: points }),
      optimiser: adam({ beta2: 0.99 }),
      seed,
      workspace,
      signal,
    };
    for await (const { epoch, training } of trainBy(sequenceTraining, dncOfSeed, task, options)) {
      curve.push(training.loss);
      progress(epoch / points);
    }
    const score = dncOfSeed.score(asked.draw(random.fork(1), 10 * groups), { workspace });
    const runs = Array.from({ length: groups }, (_, k) =>
      dncOfSeed.run(asked.draw(random.fork(2).fork(k), 1).inputs, { workspace }),
    );
    const uses = runs.map((run) => allocationOf(run, asked.phases(run.steps)));
    const over = (key: keyof Allocation) => mean(uses.map((use) => use[key]));
    const weights = (name: "write" | "read") => {
      const { values } = runs[0].evidence[name];
      return Array.from({ length: runs[0].steps }, (_, t) =>
        Array.from(values.subarray(t * ROWS, (t + 1) * ROWS), (weight) => Math.round(1000 * weight) / 1000),
      );
    };
    return {
      curve,
      score,
      use: {
        usedAfterReading: over("usedAfterReading"),
        usedAfterWriting: over("usedAfterWriting"),
        allocated: over("allocated"),
      },
      ...(number === 0 && { run: { write: weights("write"), read: weights("read") } }),
    };
  },

  summarize({ seeds, points, each, groups }, parts) {
    const percent = (of: (part: Part) => number) => overSeeds(parts.map((part) => 100 * of(part)));
    const wrong = ({ score }: Part) => score.wrongBits / score.bits;
    const inWords = (value: number) => `${(100 * value).toFixed(1)} %`;
    const all = parts.map(wrong);
    const [first] = parts;
    return {
      rows: [
        stated(
          `wrong bits of ${SEQUENCES} sequences of ${LENGTH} in ${ROWS} rows, in percent`,
          "recreated as output, by using the same rows repeatedly",
          percent(wrong),
          { below: SOLVED },
        ),
        stated(
          "usage of a row after it was read less after it was written, in percent",
          "below 0: rows are deallocated immediately after they are read from",
          percent(({ use }) => use.usedAfterReading - use.usedAfterWriting),
          { below: 0 },
        ),
        stated(
          "weight of writing an input that goes to free rows, in percent",
          "most: the allocation gate is active during the write phases",
          percent(({ use }) => use.allocated),
          { above: 50 },
        ),
      ],
      notes: [
        `Of ${seeds} seeds, each learns ${(points * each).toLocaleString("en")} series of ${TRAINED[0]} to ${TRAINED[1]} sequences of ${LENGTH} vectors of ${BITS} bits, in batches of ${BATCH}, by Adam with a second decay of .99 and a rate that falls linearly from ${RATE} to 0: a feed-forward controller of 64 units, one head that reads, ${ROWS} rows of 12. It is tested on ${10 * groups} series of ${SEQUENCES} sequences. The source says neither how long it trained nor the sizes of vectors and controller.`,
        `Wrong bits over seeds: median ${inWords(median(all))}, ${inWords(Math.min(...all))} to ${inWords(Math.max(...all))}. "Recreated" is read as all but ${SOLVED} % of the bits.`,
        `Usage in the step after an answer, of the row it was read from: mean ${inWords(mean(parts.map(({ use }) => use.usedAfterReading)))}; in the step after an input, of the row it was written to: ${inWords(mean(parts.map(({ use }) => use.usedAfterWriting)))}.`,
      ],
      figure: {
        cells: (["write", "read"] as const).flatMap((weighting) =>
          (first.run?.[weighting] ?? []).flatMap((weights, step) =>
            weights.map((weight, row) => ({ weighting: `${weighting} weighting`, step, row, weight })),
          ),
        ),
      },
    };
  },

  figure(Plot, { figure: { cells } }) {
    return {
      width: 720,
      height: 300,
      marginLeft: 50,
      marginRight: 110,
      x: { label: "step →" },
      y: { label: "row", ticks: [0, 9] },
      fy: { label: null, domain: ["write weighting", "read weighting"] },
      marks: [
        Plot.rect(
          cells.filter(({ weight }) => weight > 0.01),
          {
            fy: "weighting",
            x1: ({ step }: { step: number }) => step - 0.5,
            x2: ({ step }: { step: number }) => step + 0.5,
            y1: ({ row }: { row: number }) => row - 0.5,
            y2: ({ row }: { row: number }) => row + 0.5,
            fill: colours.ours,
            fillOpacity: "weight",
          },
        ),
        Plot.frame({ stroke: colours.faint }),
      ],
    };
  },
};

/** How a machine freed and wrote its memory in one run. */
export function allocationOf({ evidence }: SequenceRun, phases: readonly Phase[]): Allocation {
  const at = (name: string, step: number) => {
    const rows = evidence.usage.shape[0];
    return evidence[name].values.subarray(step * rows, (step + 1) * rows);
  };
  const after = (phase: Phase, head: string) =>
    mean(
      phases.flatMap((own, step) => {
        if (own !== phase || step + 1 === phases.length) return [];
        const weights = at(head, step);
        return [at("usage", step + 1)[weights.indexOf(Math.max(...weights))]];
      }),
    );
  const allocated = phases.flatMap((phase, step) => {
    if (phase !== "input") return [];
    const free = freeWeights(at("usage", step));
    return [at("write", step).reduce((sum, weight, row) => sum + Math.min(weight, free[row]), 0)];
  });
  return {
    usedAfterReading: after("answer", "read"),
    usedAfterWriting: after("input", "write"),
    allocated: mean(allocated),
  };
}

/** The allocation weighting of the source's equation 1, ties by number. */
function freeWeights(usage: Float32Array): Float64Array {
  const order = Uint32Array.from(usage.keys()).sort((i, j) => usage[i] - usage[j] || i - j);
  const weights = new Float64Array(usage.length);
  let before = 1;
  for (const row of order) {
    weights[row] = (1 - usage[row]) * before;
    before *= usage[row];
  }
  return weights;
}
