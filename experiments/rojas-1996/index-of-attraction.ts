import { colours, type Experiment, legend } from "../experiment.js";
import { compareDraw, mean, quantile } from "../statistics.js";
import { citation, correlation, countNested, percentage } from "./basin-counts.js";
import { fiveSteps, oneStep } from "./published-basins.js";

interface Parameters {
  /** Random draws of patterns, each stored one by one. */
  readonly draws: number;
}

/** For each draw, `without[m - 1][h]` and `with[m - 1][h]`: states that reach their pattern in one step, in five. */
type Part = readonly { readonly without: readonly number[][]; readonly with: readonly number[][] }[];

interface Point {
  readonly feedback: string;
  readonly patterns: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly published: number | null;
}

const BATCH = 25;
const MOST = oneStep[0].length;
const DISTANCES = [0, 1, 2, 3, 4, 5];

/** I = sum of h p_h over the distances 0 to `last`. */
function index(counts: readonly number[], m: number, last = 5): number {
  return DISTANCES.slice(0, last + 1).reduce((sum, h) => sum + (h * percentage(counts[h], h, m)) / 100, 0);
}

/** The part of I that a printed table gives: distances 0 to 4. Its percentages are within 0.1 of the true ones. */
function printedIndex(table: typeof oneStep, m: number): number {
  return table.reduce((sum, row, h) => sum + (h * row[m - 1]) / 100, 0);
}
const PRINTED_SLACK = (0.1 * (1 + 2 + 3 + 4)) / 100;

const PRINTED = [
  ...oneStep[0].map((_, k) => ({ feedback: false, m: k + 1, value: printedIndex(oneStep, k + 1) })),
  ...fiveSteps[0].map((_, k) => ({ feedback: true, m: k + 1, value: printedIndex(fiveSteps, k + 1) })),
];

/** How far patterns attract, with and without feedback, against their number. */
export const indexOfAttraction: Experiment<Parameters, Part, readonly Point[]> = {
  id: "rojas-1996/index-of-attraction",
  title: "Index of attraction I = sum of h p_h against the number of patterns, with and without feedback, 10 units",
  citation,
  where: "the index of attraction; published values computed from the tables of one and of five iterations",
  version: 1,
  settings: { quick: { draws: 500 }, standard: { draws: 10_000 }, full: { draws: 100_000 } },
  tasks: ({ draws }) => Math.ceil(draws / BATCH),

  run({ draws }, task, { random, kernels }) {
    return Array.from({ length: Math.min(BATCH, draws - task * BATCH) }, (_, k) => {
      const options = { distances: DISTANCES, kernels };
      // The same stream twice: both see the same patterns.
      const without = countNested(MOST, correlation, { ...options, steps: 1, random: random.fork(k) });
      return { without, with: countNested(MOST, correlation, { ...options, steps: 5, random: random.fork(k) }) };
    });
  },

  summarize(_, parts) {
    const draws = parts.flat();
    const counts = (draw: Part[number], feedback: boolean, m: number) => (feedback ? draw.with : draw.without)[m - 1];
    const { rows, asExtreme } = compareDraw(
      PRINTED.map(({ feedback, m }) => `${feedback ? "five steps" : "one step"}, m = ${m}`),
      PRINTED.map(({ value }) => Number(value.toFixed(4))),
      draws.map((draw) => PRINTED.map(({ feedback, m }) => index(counts(draw, feedback, m), m, 4))),
      { slack: () => PRINTED_SLACK },
    );
    const points = [false, true].flatMap((feedback) =>
      Array.from({ length: MOST }, (_, k): Point => {
        const values = Float64Array.from(draws, (draw) => index(counts(draw, feedback, k + 1), k + 1)).sort();
        const published = PRINTED.find((cell) => cell.feedback === feedback && cell.m === k + 1)?.value ?? null;
        const spread = { low: quantile(values, 0.05), high: quantile(values, 0.95) };
        return {
          feedback: feedback ? "with feedback" : "without feedback",
          patterns: k + 1,
          mean: mean(values),
          ...spread,
          published,
        };
      }),
    );
    const gains = Array.from({ length: MOST }, (_, k) => points[MOST + k].mean - points[k].mean);
    const largest = gains.indexOf(Math.max(...gains));
    const beyond = draws.map((draw) => index(draw.with[1], 2) - index(draw.with[1], 2, 4));
    return {
      rows,
      notes: [
        "The printed tables end at distance 4, so the rows compare the sums up to there; the figure shows ours up to 5.",
        `Distance 5 adds ${mean(beyond).toFixed(2)} on average at m = 2 with feedback: half-way to the negative, a state has no overlap with the pattern and is led to it by the others alone.`,
        `Feedback raises the mean index by up to ${gains[largest].toFixed(2)}, at m = ${largest + 1}; at m = 10 it changes by ${gains[MOST - 1].toFixed(2)}.`,
        `Of ${draws.length} draws, ${Number((100 * asExtreme).toPrecision(3))} % are in their most extreme value at least as extreme as the printed one.`,
      ],
      figure: points,
    };
  },

  figure(Plot, { figure }) {
    const colour = ({ feedback }: Point) => (feedback === "with feedback" ? colours.ours : colours.theory);
    const common = { x: "patterns", z: "feedback" };
    return {
      height: 400,
      marginRight: 20,
      x: { label: "patterns stored", tickFormat: "d" },
      y: { label: "index of attraction", grid: true, zero: true },
      marks: [
        Plot.areaY(figure, { ...common, y1: "low", y2: "high", fill: colour, fillOpacity: 0.15 }),
        Plot.lineY(figure, { ...common, y: "mean", stroke: colour, strokeWidth: 2 }),
        Plot.dot(figure, { ...common, y: "published", fill: colour, stroke: colours.published, strokeWidth: 2, r: 4 }),
        ...legend(Plot, [
          ["with feedback: mean and 90 % of draws", colours.ours],
          ["without feedback", colours.theory],
          ["ringed: from the printed tables, up to distance 4", colours.published],
        ]),
      ],
    };
  },
};
