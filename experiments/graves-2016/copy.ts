import { copy as copyTask } from "engram/neural";
import { colours, type Experiment } from "../experiment.js";
import { inWords, overSeeds, shorterThan } from "../graves-2014/learning.js";
import { mean, stated } from "../statistics.js";
import {
  LARGE,
  learnBoth,
  MACHINES,
  type MachineName,
  type Parameters,
  type Part,
  type Recipe,
  ROWS,
  trainingNote,
  useNote,
} from "./learning.js";
import { citation } from "./source.js";

/** Lengths of the tests with the memory of the training, and with a larger one. */
const LENGTHS = [10, 20, 30];
const LONGER = [20, 30, 40, 80];

const copyOf = (length: number) => copyTask({ length: [length, length] });

const recipe: Recipe = {
  task: copyTask({ length: [1, 20] }),
  batch: 2,
  tests: LENGTHS.map(copyOf),
  larger: LONGER.map(copyOf),
  use: { task: copyOf(20), kept: [1, 21] },
};

/** "Solves" is read as at most this percentage of the bits wrong. */
const SOLVED = 2;

interface FigureData {
  readonly points: readonly {
    readonly machine: string;
    readonly seed: number;
    readonly length: number;
    /** Share of wrong bits, in percent. */
    readonly wrong: number;
  }[];
}

/** Copying by rows that are allocated and found again along links. */
export const dncCopy: Experiment<Parameters, Part, FigureData> = {
  id: "graves-2016/copy",
  title: "Copying: wrong bits of a DNC with and without temporal links, and with a larger memory than in training",
  citation,
  where:
    "section 'Interaction between the heads and the memory'; the paper prints no errors of copying (extended data figure 1 shows how memory is used in it)",
  version: 1,
  settings: {
    quick: { seeds: 2, points: 2, each: 400, groups: 2 },
    standard: { seeds: 5, points: 20, each: 1000, groups: 10 },
    full: { seeds: 10, points: 30, each: 1000, groups: 10 },
  },
  tasks: ({ seeds }) => seeds,
  run: (parameters, _, context) => learnBoth(parameters, recipe, context),

  summarize(parameters, parts) {
    const percent = ({ wrongBits, bits }: { readonly wrongBits: number; readonly bits: number }) =>
      (100 * wrongBits) / bits;
    const scoreOf = ({ learned }: Part, machine: MachineName, length: number) =>
      learned[machine].scores[LENGTHS.indexOf(length)];
    const largerOf = ({ larger }: Part, length: number) => larger[LONGER.indexOf(length)];
    const [own, other] = MACHINES;
    const smaller = shorterThan(parameters);
    return {
      rows: [
        stated(
          `wrong bits of 160 at length 20, ${own}`,
          "no published value; our own aim is less than 0.5",
          overSeeds(parts.map((part) => scoreOf(part, own, 20).wrongBits)),
          { below: 0.5 },
          smaller,
        ),
        stated(
          `wrong bits of 160 at length 20, ${own} less ${other}, mean of paired seeds`,
          "lower: temporal links enable sequential retrieval",
          overSeeds(parts.map((part) => scoreOf(part, own, 20).wrongBits - scoreOf(part, other, 20).wrongBits)),
          { below: 0 },
          smaller,
        ),
        stated(
          "vectors that are written to a row of their own, in percent",
          "all: allocation provides single free locations",
          overSeeds(parts.map(({ use }) => 100 * use.ownRows)),
          { above: 100 - SOLVED },
          smaller,
        ),
        stated(
          "reading along links forwards less backwards while it answers, in percent of the weight",
          "above 0: links shift the focus forwards to what was written next",
          overSeeds(parts.map(({ use }) => 100 * (use.forwards - use.backwards))),
          { above: 0 },
          smaller,
        ),
        stated(
          `wrong bits at length 20 in percent, memory of ${LARGE} rows after training with ${ROWS}`,
          "solves the task without retraining (extended data figure 2, of another task)",
          overSeeds(parts.map((part) => percent(largerOf(part, 20)))),
          { below: SOLVED },
          smaller,
        ),
      ],
      notes: [
        trainingNote(parameters, recipe),
        ...LENGTHS.map(
          (length, k) =>
            `Wrong bits of ${8 * length} at length ${length}, median (range) over seeds, of ${10 * parameters.groups} fresh sequences each: ${inWords(
              parts.map(({ learned }) => learned),
              ({ scores }) => scores[k].wrongBits,
            )}.`,
        ),
        `With ${LARGE} rows, mean percentage of wrong bits: ${LONGER.map((length) => `${mean(parts.map((part) => percent(largerOf(part, length)))).toFixed(2)} at length ${length}`).join(", ")}. Lengths over 20 were not trained, and those over ${ROWS} do not fit into the memory of the training.`,
        useNote(parts),
        `"Solves" and "all" are read as all but ${SOLVED} %. Without links, a head reads by content alone.`,
      ],
      figure: {
        points: parts.flatMap((part, seed) => [
          ...MACHINES.flatMap((machine) =>
            LENGTHS.map((length) => ({ machine, seed, length, wrong: percent(scoreOf(part, machine, length)) })),
          ),
          ...LONGER.map((length) => ({
            machine: `DNC with ${LARGE} rows`,
            seed,
            length,
            wrong: percent(largerOf(part, length)),
          })),
        ]),
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
      fx: { label: null, domain: [...MACHINES, `DNC with ${LARGE} rows`] },
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
