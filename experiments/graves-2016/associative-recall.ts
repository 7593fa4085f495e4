import { associativeRecall as recallTask } from "engram/neural";
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

/** Numbers of items in the tests with the memory of the training, and with a larger one. */
const ITEMS = [4, 6, 8, 10];
const MORE = [6, 10, 15, 20];

const recallOf = (items: number) => recallTask({ items: [items, items] });

const recipe: Recipe = {
  task: recallTask({ items: [2, 6] }),
  batch: 16,
  tests: ITEMS.map(recallOf),
  larger: MORE.map(recallOf),
  // Six items of a marker and three vectors.
  use: { task: recallOf(6), kept: [0, 24] },
};

interface FigureData {
  readonly points: readonly {
    readonly machine: string;
    readonly seed: number;
    readonly items: number;
    readonly wrong: number;
  }[];
}

/** Finding an item by content, and the next one along links. */
export const dncAssociativeRecall: Experiment<Parameters, Part, FigureData> = {
  id: "graves-2016/associative-recall",
  title: "Associative recall: wrong bits of a DNC with and without temporal links, among up to 20 items",
  citation,
  where: "section 'Interaction between the heads and the memory'; the paper prints no errors of associative recall",
  version: 1,
  settings: {
    quick: { seeds: 2, points: 2, each: 800, groups: 2 },
    standard: { seeds: 5, points: 60, each: 1000, groups: 10 },
    full: { seeds: 10, points: 100, each: 1000, groups: 10 },
  },
  tasks: ({ seeds }) => seeds,
  run: (parameters, _, context) => learnBoth(parameters, recipe, context),

  summarize(parameters, parts) {
    const wrong = ({ learned }: Part, machine: MachineName, items: number) =>
      learned[machine].scores[ITEMS.indexOf(items)].wrongBits;
    const withMore = ({ larger }: Part, items: number) => larger[MORE.indexOf(items)].wrongBits;
    const [own, other] = MACHINES;
    const smaller = shorterThan(parameters);
    return {
      rows: [
        stated(
          `wrong bits of 18 at 6 items, ${own}`,
          "no published value; our own aim is less than 0.5",
          overSeeds(parts.map((part) => wrong(part, own, 6))),
          { below: 0.5 },
          smaller,
        ),
        stated(
          `wrong bits of 18 at 6 items, ${own} less ${other}, mean of paired seeds`,
          "lower: temporal links enable sequential retrieval",
          overSeeds(parts.map((part) => wrong(part, own, 6) - wrong(part, other, 6))),
          { below: 0 },
          smaller,
        ),
        stated(
          "reading along links forwards less backwards while it answers, in percent of the weight",
          "above 0: links shift the focus forwards to what was written next",
          overSeeds(parts.map(({ use }) => 100 * (use.forwards - use.backwards))),
          { above: 0 },
          smaller,
        ),
      ],
      notes: [
        trainingNote(parameters, recipe),
        ...ITEMS.map(
          (items, k) =>
            `Wrong bits of 18 among ${items} items, median (range) over seeds, of ${10 * parameters.groups} fresh sequences each: ${inWords(
              parts.map(({ learned }) => learned),
              ({ scores }) => scores[k].wrongBits,
            )}.`,
        ),
        `With ${LARGE} rows and no further training, mean wrong bits: ${MORE.map((items) => `${mean(parts.map((part) => withMore(part, items))).toFixed(2)} among ${items} items`).join(", ")}. More than 6 items were not trained, and more than 10 do not fit into the ${ROWS} rows of the training.`,
        useNote(parts),
        `Of the steps of 6 items, markers among them, ${(100 * mean(parts.map(({ use }) => use.ownRows))).toFixed(1)} % are written to a row of their own. Without links, a head reads by content alone.`,
      ],
      figure: {
        points: parts.flatMap((part, seed) => [
          ...MACHINES.flatMap((machine) =>
            ITEMS.map((items) => ({ machine, seed, items, wrong: wrong(part, machine, items) })),
          ),
          ...MORE.map((items) => ({
            machine: `DNC with ${LARGE} rows`,
            seed,
            items,
            wrong: withMore(part, items),
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
      x: { label: "items →", grid: true },
      y: { label: "↑ wrong bits of 18", domain: [0, 9], grid: true },
      fx: { label: null, domain: [...MACHINES, `DNC with ${LARGE} rows`] },
      marks: [
        Plot.ruleX([6], { stroke: colours.other, strokeDasharray: "3,3" }),
        Plot.line(points, {
          fx: "machine",
          x: "items",
          y: "wrong",
          z: "seed",
          stroke: colours.ours,
          strokeOpacity: 0.5,
        }),
        Plot.dot(points, { fx: "machine", x: "items", y: "wrong", r: 2.5, fill: colours.ours }),
      ],
    };
  },
};
