import { copy as copyTask } from "engram/neural";
import { colours, type Experiment } from "../experiment.js";
import { stated } from "../statistics.js";
import {
  inWords,
  learnAll,
  MACHINES,
  overSeeds,
  type Parameters,
  type Part,
  type Recipe,
  shorterThan,
  smallerThan,
  trainingNote,
} from "./learning.js";
import { citation } from "./source.js";

const LENGTHS = [10, 20, 30, 40, 50, 80, 120];

const recipe: Recipe = {
  task: copyTask({ length: [1, 20] }),
  tests: LENGTHS.map((length) => copyTask({ length: [length, length] })),
  batch: 2,
  rates: { ntm: 0.003, lstm: 0.001 },
};

/** "Very few mistakes" is read as at most this share of the bits, a fiftieth. */
const FEW = 0.02;

interface FigureData {
  readonly points: readonly {
    readonly machine: string;
    readonly seed: number;
    readonly length: number;
    /** Share of wrong bits, in percent. */
    readonly wrong: number;
  }[];
  readonly curves: readonly { readonly machine: string; readonly seed: number; readonly loss: readonly number[] }[];
}

/** Learning to copy sequences of 1 to 20 vectors, and copying longer ones. */
export const copy: Experiment<Parameters, Part, FigureData> = {
  id: "graves-2014/copy",
  title: "Copying: wrong bits of sequences up to six times as long as those of the training, NTM beside LSTM",
  citation,
  where: "section 4.1, figures 3 to 5",
  version: 1,
  settings: {
    quick: { seeds: 2, points: 2, each: 400, layers: 1, units: 64, groups: 2 },
    standard: { seeds: 5, points: 28, each: 1000, layers: 1, units: 256, groups: 10 },
    full: { seeds: 10, points: 30, each: 1000, layers: 3, units: 256, groups: 10 },
  },
  tasks: ({ seeds }) => seeds,
  run: (parameters, _, context) => learnAll(parameters, recipe, context),

  summarize(parameters, parts) {
    const [own, , other] = MACHINES;
    const share = (part: Part, machine: (typeof MACHINES)[number], length: number) => {
      const { wrongBits, bits } = part[machine].scores[LENGTHS.indexOf(length)];
      return wrongBits / bits;
    };
    const last = ({ curve }: Part[typeof own]) => curve[curve.length - 1];
    const smaller = smallerThan(parameters, { layers: 3, units: 256 });
    const percent = (value: number) => 100 * value;
    return {
      rows: [
        stated(
          `loss at the end of the training in bits a sequence, ${own} less LSTM, mean of paired seeds`,
          "lower: learned much faster, and converged to a lower cost (figure 3)",
          overSeeds(parts.map((part) => last(part[own]) - last(part[other]))),
          { below: 0 },
          smaller,
        ),
        ...[30, 50].map((length) =>
          stated(
            `wrong bits at length ${length} in percent, ${own}`,
            "very few mistakes (figure 4)",
            overSeeds(parts.map((part) => percent(share(part, own, length)))),
            { below: percent(FEW) },
            shorterThan(parameters),
          ),
        ),
        ...[40, 120].map((length) =>
          stated(
            `wrong bits at length ${length} in percent, ${own} less LSTM, mean of paired seeds`,
            "lower: continues to copy, while LSTM rapidly degrades beyond 20",
            overSeeds(parts.map((part) => percent(share(part, own, length) - share(part, other, length)))),
            { below: 0 },
            smaller,
          ),
        ),
      ],
      notes: [
        trainingNote(parameters, recipe),
        ...LENGTHS.map(
          (length, k) =>
            `Wrong bits of ${8 * length} at length ${length}, median (range) over seeds, of ${10 * parameters.groups} fresh sequences each: ${inWords(parts, ({ scores }) => scores[k].wrongBits)}.`,
        ),
        `"Very few mistakes" is read as at most ${percent(FEW)} % of the bits.`,
      ],
      figure: {
        points: parts.flatMap((part, seed) =>
          MACHINES.flatMap((machine) =>
            LENGTHS.map((length) => ({ machine, seed, length, wrong: percent(share(part, machine, length)) })),
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
      x: { label: "length of the sequence →", grid: true },
      y: { label: "↑ wrong bits in %", domain: [0, 50], grid: true },
      fx: { label: null, domain: [...MACHINES] },
      marks: [
        Plot.ruleX([20], { stroke: colours.other, strokeDasharray: "3,3" }),
        Plot.line(points, {
          fx: "machine",
          x: "length",
          y: "wrong",
          z: "seed",
          stroke: colours.ours,
          strokeOpacity: 0.5,
        }),
        Plot.dot(points, { fx: "machine", x: "length", y: "wrong", r: 2.5, fill: colours.ours }),
      ],
    };
  },
};
