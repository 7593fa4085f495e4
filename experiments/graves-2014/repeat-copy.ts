import { repeatCopy as repeatTask } from "engram/neural";
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

/** Length and copies of the tests: as in training, twice as long, twice as often. */
const TESTS = [
  [10, 10],
  [20, 10],
  [10, 20],
] as const;

const recipe: Recipe = {
  task: repeatTask({ length: [1, 10], repeats: [1, 10] }),
  tests: TESTS.map(([length, repeats]) => repeatTask({ length: [length, length], repeats: [repeats, repeats] })),
  batch: 2,
  rates: { ntm: 0.001, lstm: 0.001 },
};

interface FigureData {
  readonly points: readonly {
    readonly machine: string;
    readonly seed: number;
    readonly test: string;
    /** Share of wrong bits, in percent. */
    readonly wrong: number;
  }[];
  readonly curves: readonly { readonly machine: string; readonly seed: number; readonly loss: readonly number[] }[];
}

const nameOf = ([length, repeats]: (typeof TESTS)[number]) => `${length} x ${repeats}`;

/** Learning to copy a sequence several times and to say that it ends. */
export const repeatCopy: Experiment<Parameters, Part, FigureData> = {
  id: "graves-2014/repeat-copy",
  title: "Repeat copy: wrong bits of copies twice as long and twice as often as in the training, NTM beside LSTM",
  citation,
  where: "section 4.2, figures 7 and 8",
  version: 1,
  settings: {
    quick: { seeds: 2, points: 2, each: 800, layers: 1, units: 64, groups: 2 },
    standard: { seeds: 5, points: 40, each: 1000, layers: 1, units: 100, groups: 10 },
    full: { seeds: 10, points: 100, each: 1000, layers: 3, units: 512, groups: 10 },
  },
  tasks: ({ seeds }) => seeds,
  run: (parameters, _, context) => learnAll(parameters, recipe, context),

  summarize(parameters, parts) {
    const [own, , other] = MACHINES;
    const share = (part: Part, machine: MachineName, test: number) => {
      const { wrongBits, bits } = part[machine].scores[test];
      return (100 * wrongBits) / bits;
    };
    const last = ({ curve }: Part[MachineName]) => curve[curve.length - 1];
    const smaller = smallerThan(parameters, { layers: 3, units: 512 });
    return {
      rows: [
        stated(
          `loss at the end of the training in bits a sequence, ${own} less LSTM, mean of paired seeds`,
          "lower: learns much faster (figure 7)",
          overSeeds(parts.map((part) => last(part[own]) - last(part[other]))),
          { below: 0 },
          smaller,
        ),
        stated(
          `wrong bits at ${nameOf(TESTS[1])} in percent, ${own}`,
          "almost perfectly (figure 8)",
          overSeeds(parts.map((part) => share(part, own, 1))),
          { below: 2 },
          shorterThan(parameters),
        ),
        ...[1, 2].map((test) =>
          stated(
            `wrong bits at ${nameOf(TESTS[test])} in percent, ${own} less LSTM, mean of paired seeds`,
            "lower: LSTM fails both tests (figure 8)",
            overSeeds(parts.map((part) => share(part, own, test) - share(part, other, test))),
            { below: 0 },
            smaller,
          ),
        ),
      ],
      notes: [
        trainingNote(parameters, recipe),
        ...TESTS.map(
          (test, k) =>
            `Wrong bits of ${8 * test[0] * test[1] + 1} at ${nameOf(test)} (length x copies), median (range) over seeds, of ${10 * parameters.groups} fresh sequences each: ${inWords(parts, ({ scores }) => scores[k].wrongBits)}.`,
        ),
        '"Almost perfectly" is read as at most 2 % of the bits.',
      ],
      figure: {
        points: parts.flatMap((part, seed) =>
          MACHINES.flatMap((machine) =>
            TESTS.map((test, k) => ({ machine, seed, test: nameOf(test), wrong: share(part, machine, k) })),
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
      x: { label: "length x copies", domain: TESTS.map(nameOf), type: "point" },
      y: { label: "↑ wrong bits in %", domain: [0, 50], grid: true },
      fx: { label: null, domain: [...MACHINES] },
      marks: [Plot.dot(points, { fx: "machine", x: "test", y: "wrong", r: 3, fill: colours.ours, fillOpacity: 0.6 })],
    };
  },
};
