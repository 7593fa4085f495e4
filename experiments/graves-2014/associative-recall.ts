import { associativeRecall as recallTask } from "engram/neural";
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

const ITEMS = [6, 8, 10, 12, 15, 20];

const recipe: Recipe = {
  task: recallTask({ items: [2, 6] }),
  tests: ITEMS.map((items) => recallTask({ items: [items, items] })),
  batch: 2,
  rates: { ntm: 0.001, feedForward: 0.0005, lstm: 0.001 },
  // The feed-forward controller has the heads and units of the source (table 1).
  ntm: { lstm: { reads: 1, writes: 1, units: 100 }, feedforward: { reads: 4, writes: 4, units: 256 } },
};

interface FigureData {
  readonly points: readonly {
    readonly machine: string;
    readonly seed: number;
    readonly items: number;
    readonly loss: number;
  }[];
  readonly curves: readonly { readonly machine: string; readonly seed: number; readonly loss: readonly number[] }[];
}

/** Learning to answer with the item that followed another, among up to 6 items, and among more. */
export const associativeRecall: Experiment<Parameters, Part, FigureData> = {
  id: "graves-2014/associative-recall",
  title: "Associative recall: loss among up to 20 items after a training with 2 to 6, NTM beside LSTM",
  citation,
  where: "section 4.3, figures 10 and 11",
  version: 1,
  settings: {
    quick: { seeds: 2, points: 2, each: 1600, layers: 1, units: 64, groups: 2 },
    standard: { seeds: 5, points: 45, each: 1000, layers: 1, units: 100, groups: 10 },
    full: { seeds: 10, points: 100, each: 1000, layers: 3, units: 256, groups: 10 },
  },
  tasks: ({ seeds }) => seeds,
  run: (parameters, _, context) => learnAll(parameters, recipe, context),

  summarize(parameters, parts) {
    const [, feedForward, other] = MACHINES;
    const loss = (part: Part, machine: MachineName, items: number) => part[machine].scores[ITEMS.indexOf(items)].loss;
    const smaller = smallerThan(parameters, { layers: 3, units: 256 });
    return {
      rows: [
        stated(
          `loss at 6 items in bits, ${feedForward}`,
          "near zero within about 30,000 sequences (figure 10)",
          overSeeds(parts.map((part) => loss(part, feedForward, 6))),
          { below: 1 },
          shorterThan(parameters),
        ),
        ...MACHINES.slice(0, 2).map((machine) =>
          stated(
            `loss at 12 items in bits, ${machine} less LSTM, mean of paired seeds`,
            "lower: NTM generalises much better (figure 11)",
            overSeeds(parts.map((part) => loss(part, machine, 12) - loss(part, other, 12))),
            { below: 0 },
            smaller,
          ),
        ),
        stated(
          `loss at 15 items in bits, ${feedForward}`,
          "below 1",
          overSeeds(parts.map((part) => loss(part, feedForward, 15))),
          { below: 1 },
          shorterThan(parameters),
        ),
      ],
      notes: [
        trainingNote(parameters, recipe),
        ...ITEMS.map(
          (items, k) =>
            `Loss in bits and wrong bits of 18 among ${items} items, median (range) over seeds, of ${10 * parameters.groups} fresh sequences each: loss ${inWords(parts, ({ scores }) => scores[k].loss)}; wrong ${inWords(parts, ({ scores }) => scores[k].wrongBits)}.`,
        ),
        '"Near zero" is read as at most 1 bit of 18. The source has 4 heads and 256 units with a feed-forward controller.',
      ],
      figure: {
        points: parts.flatMap((part, seed) =>
          MACHINES.flatMap((machine) =>
            ITEMS.map((items) => ({ machine, seed, items, loss: loss(part, machine, items) })),
          ),
        ),
        curves: parts.flatMap((part, seed) =>
          MACHINES.map((machine) => ({ machine, seed, loss: [...part[machine].curve] })),
        ),
      },
    };
  },

  figure(Plot, { figure: { points } }) {
    return {
      width: 720,
      height: 300,
      marginLeft: 50,
      x: { label: "items →", grid: true },
      y: { label: "↑ loss in bits a sequence", grid: true },
      fx: { label: null, domain: [...MACHINES] },
      marks: [
        Plot.line(points, {
          fx: "machine",
          x: "items",
          y: "loss",
          z: "seed",
          stroke: colours.ours,
          strokeOpacity: 0.5,
        }),
        Plot.dot(points, { fx: "machine", x: "items", y: "loss", r: 2.5, fill: colours.ours }),
      ],
    };
  },
};
