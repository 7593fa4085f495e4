import { nGram as nGramTask } from "engram/neural";
import { colours, type Experiment } from "../experiment.js";
import { stated } from "../statistics.js";
import {
  inWords,
  learnAll,
  MACHINES,
  type MachineName,
  overSeeds,
  type Parameters,
  type Part,
  type Recipe,
  shorterThan,
  smallerThan,
  trainingNote,
} from "./learning.js";
import { citation } from "./source.js";

const recipe: Recipe = {
  task: nGramTask(),
  tests: [nGramTask()],
  batch: 1,
  rates: { ntm: 0.003, lstm: 0.001 },
};

interface FigureData {
  readonly curves: readonly {
    readonly machine: string;
    readonly seed: number;
    readonly points: readonly { readonly sequences: number; readonly loss: number }[];
  }[];
  readonly optimum: number;
}

/** Predicting bits from counts of what followed the last five. */
export const nGram: Experiment<Parameters, Part, FigureData> = {
  id: "graves-2014/n-gram",
  title: "Dynamic 6-grams: loss of predictions beside the best possible, NTM beside LSTM",
  citation,
  where: "section 4.4, figure 13",
  version: 1,
  settings: {
    quick: { seeds: 2, points: 3, each: 160, layers: 1, units: 32, groups: 2 },
    standard: { seeds: 5, points: 40, each: 1000, layers: 1, units: 64, groups: 10 },
    full: { seeds: 10, points: 100, each: 1000, layers: 3, units: 128, groups: 10 },
  },
  tasks: ({ seeds }) => seeds,
  run: (parameters, _, context) => learnAll(parameters, recipe, context),

  summarize(parameters, parts) {
    const [own, , other] = MACHINES;
    const scoreOf = (part: Part, machine: MachineName) => part[machine].scores[0];
    const smaller = smallerThan(parameters, { layers: 3, units: 128 });
    const optimum = parts.reduce((sum, part) => sum + (scoreOf(part, own).optimum ?? 0), 0) / parts.length;
    return {
      rows: [
        stated(
          `loss in bits a sequence, ${own} less the best prediction`,
          "above 0: never quite reaches the optimum (figure 13)",
          overSeeds(parts.map((part) => scoreOf(part, own).loss - (scoreOf(part, own).optimum ?? Number.NaN))),
          { above: 0 },
          shorterThan(parameters),
        ),
        stated(
          `loss in bits a sequence, ${own} less LSTM, mean of paired seeds`,
          "below 0: a small but significant advantage",
          overSeeds(parts.map((part) => scoreOf(part, own).loss - scoreOf(part, other).loss)),
          { below: 0 },
          smaller,
        ),
      ],
      notes: [
        trainingNote(parameters, recipe),
        `The best prediction costs ${optimum.toFixed(2)} bits a sequence on the same fresh sequences (195 bits count: those after the first context).`,
        `Loss over that of the best prediction in percent, median (range) over seeds: ${inWords(parts, ({ scores: [score] }) => 100 * (score.loss / (score.optimum ?? Number.NaN) - 1))}.`,
      ],
      figure: {
        curves: parts.flatMap((part, seed) =>
          MACHINES.map((machine) => ({
            machine,
            seed,
            points: part[machine].curve.map((loss, k) => ({ sequences: (k + 1) * parameters.each, loss })),
          })),
        ),
        optimum,
      },
    };
  },

  figure(Plot, { figure: { curves, optimum } }) {
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
        Plot.ruleY([optimum], { stroke: colours.theory }),
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
