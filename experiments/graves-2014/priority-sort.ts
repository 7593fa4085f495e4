import { prioritySort as sortTask } from "engram/neural";
import { colours, type Experiment } from "../experiment.js";
import { stated } from "../statistics.js";
import {
  type Heads,
  inWords,
  learnAll,
  MACHINES,
  overSeeds,
  type Part,
  type Recipe,
  smallerThan,
  type Parameters as Training,
  trainingNote,
} from "./learning.js";
import { citation } from "./source.js";

interface Parameters extends Training {
  /** Vectors of a sequence, and how many of them are to be answered. */
  readonly vectors: number;
  readonly answers: number;
  readonly ntm: { readonly lstm: Heads; readonly feedforward: Heads };
}

interface FigureData {
  readonly curves: readonly {
    readonly machine: string;
    readonly seed: number;
    readonly points: readonly { readonly sequences: number; readonly loss: number }[];
  }[];
}

function recipeOf({ vectors, answers, ntm }: Parameters): Recipe {
  const task = sortTask({ vectors, answers });
  return { task, tests: [task], batch: 2, rates: { ntm: 0.001, feedForward: 0.0005, lstm: 0.001 }, ntm };
}

/** What our task lacks of the source's, if anything. */
function smallerTask(parameters: Parameters): { readonly smaller?: string } {
  const { vectors, answers } = parameters;
  if (vectors < 20) return { smaller: `${answers} of ${vectors} vectors, the source has 16 of 20` };
  return smallerThan(parameters, { layers: 3, units: 128 });
}

/** Sorting vectors by their priorities. */
export const prioritySort: Experiment<Parameters, Part, FigureData> = {
  id: "graves-2014/priority-sort",
  title: "Priority sort: loss while learning to give back vectors in the order of their priorities, NTM beside LSTM",
  citation,
  where: "section 4.5, figure 18, and the settings of tables 1 to 3",
  version: 1,
  settings: {
    quick: {
      seeds: 2,
      points: 2,
      each: 800,
      layers: 1,
      units: 32,
      groups: 2,
      vectors: 3,
      answers: 2,
      ntm: { lstm: { reads: 1, writes: 1, units: 50 }, feedforward: { reads: 1, writes: 1, units: 50 } },
    },
    standard: {
      seeds: 5,
      points: 30,
      each: 1000,
      layers: 1,
      units: 128,
      groups: 10,
      vectors: 5,
      answers: 4,
      ntm: { lstm: { reads: 2, writes: 2, units: 100 }, feedforward: { reads: 2, writes: 2, units: 100 } },
    },
    full: {
      seeds: 5,
      points: 300,
      each: 1000,
      layers: 3,
      units: 128,
      groups: 10,
      vectors: 20,
      answers: 16,
      ntm: { lstm: { reads: 5, writes: 5, units: 200 }, feedforward: { reads: 8, writes: 8, units: 512 } },
    },
  },
  tasks: ({ seeds }) => seeds,
  run: (parameters, _, context) => learnAll(parameters, recipeOf(parameters), context),

  summarize(parameters, parts) {
    const other = MACHINES[2];
    const { points, each, vectors, answers, groups } = parameters;
    const last = ({ curve }: Part[keyof Part]) => curve[curve.length - 1];
    return {
      rows: MACHINES.slice(0, 2).map((machine) =>
        stated(
          `loss at the end of the training in bits a sequence, ${machine} less LSTM, mean of paired seeds`,
          "lower: substantially outperforms LSTM (figure 18)",
          overSeeds(parts.map((part) => last(part[machine]) - last(part[other]))),
          { below: 0 },
          smallerTask(parameters),
        ),
      ),
      notes: [
        trainingNote(parameters, recipeOf(parameters)),
        `${answers} of ${vectors} vectors of 8 bits are to be answered, those of the highest priorities first; the source has 16 of 20. Its LSTM controller has two layers of 100 units, ours one of as many units in all; it learns for 1,000,000 sequences, ours for ${(points * each).toLocaleString("en")}.`,
        `Wrong bits of ${8 * answers}, median (range) over seeds, of ${10 * groups} fresh sequences each: ${inWords(parts, ({ scores: [score] }) => score.wrongBits)}.`,
        "In figure 18 both NTMs come to 10 to 20 bits a sequence within the first 200,000 to 400,000 sequences, and the LSTM to about 50 after 1,000,000, as read from the figure.",
      ],
      figure: {
        curves: parts.flatMap((part, seed) =>
          MACHINES.map((machine) => ({
            machine,
            seed,
            points: part[machine].curve.map((loss, k) => ({ sequences: (k + 1) * each, loss })),
          })),
        ),
      },
    };
  },

  figure(Plot, { figure: { curves } }) {
    const points = curves.flatMap(({ machine, seed, points: own }) =>
      own.map((point) => ({ machine, seed, ...point })),
    );
    return {
      width: 720,
      height: 300,
      marginLeft: 50,
      x: { label: "sequences →", grid: true },
      y: { label: "↑ loss in bits a sequence", grid: true },
      fx: { label: null, domain: [...MACHINES] },
      marks: [
        Plot.line(points, {
          fx: "machine",
          x: "sequences",
          y: "loss",
          z: "seed",
          stroke: colours.ours,
          strokeOpacity: 0.6,
        }),
      ],
    };
  },
};
