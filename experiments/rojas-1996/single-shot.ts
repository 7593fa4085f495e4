import { estimateMean } from "engram/math";
import { colours, type Experiment, legend } from "../experiment.js";
import { mean, stated } from "../statistics.js";
import { citation, correlation, countNested, percentage } from "./basin-counts.js";
import { fiveSteps, oneStep } from "./published-basins.js";

interface Parameters {
  /** Random draws of patterns, each stored one by one. */
  readonly draws: number;
}

/** For each draw, `once[m - 1][h]` and `repeated[m - 1][h]`: states that reach their pattern in one step, in five. */
type Part = readonly { readonly once: readonly number[][]; readonly repeated: readonly number[][] }[];

interface Point {
  readonly method: string;
  readonly patterns: string;
  readonly distance: number;
  readonly percent: number;
  readonly published: number | null;
}

const BATCH = 25;
const DISTANCES = [0, 1, 2, 3, 4, 5];
/** Numbers of patterns up to which both tables go, and one at which many have been stored. */
const COMPARED = fiveSteps[0].map((_, k) => k + 1).slice(1);
const MANY = oneStep[0].length;
const METHODS = [
  { method: "single shot", key: "once", table: oneStep },
  { method: "recurrent", key: "repeated", table: fiveSteps },
] as const;

/** One step and five, side by side: the percentage of states that reach the pattern, against their distance. */
export const singleShot: Experiment<Parameters, Part, readonly Point[]> = {
  id: "rojas-1996/single-shot",
  title:
    "States that reach the stored pattern, single shot and recurrent, against their distance from 0 to 5, 10 units",
  citation,
  where: "the two pictures that compare the single shot method with the recurrent computation",
  version: 1,
  settings: { quick: { draws: 300 }, standard: { draws: 3000 }, full: { draws: 30_000 } },
  tasks: ({ draws }) => Math.ceil(draws / BATCH),

  run({ draws }, task, { random, kernels }) {
    return Array.from({ length: Math.min(BATCH, draws - task * BATCH) }, (_, k) => {
      const options = { distances: DISTANCES, kernels };
      // The same stream twice: both see the same patterns.
      const once = countNested(MANY, correlation, { ...options, steps: 1, random: random.fork(k) });
      return { once, repeated: countNested(MANY, correlation, { ...options, steps: 5, random: random.fork(k) }) };
    });
  },

  summarize(_, parts) {
    const draws = parts.flat();
    const reached = (counts: readonly number[], m: number) => counts.reduce((sum, count) => sum + count, 0) / m;
    const gain = (m: number) =>
      estimateMean(
        draws.map(({ once, repeated }) => reached(repeated[m - 1], m) - reached(once[m - 1], m)),
        0.99,
      );
    const many = gain(MANY);
    return {
      rows: COMPARED.map((m) =>
        stated(`states per pattern, recurrent less single shot, ${m} patterns`, "more effective", gain(m), {
          above: 0,
        }),
      ),
      notes: [
        `States up to distance 5, of 638 around a pattern, that are the pattern after five steps less those that are it after one, with 99 % intervals over ${draws.length} draws. The source says that the recurrent computation is more effective at least as long as not too many vectors have been stored; with ${MANY} it is ${many.value.toFixed(2)} states (${many.low.toFixed(2)} to ${many.high.toFixed(2)}).`,
        "With one pattern there is nothing to compare: one step leads every state on its side of space to it.",
      ],
      figure: COMPARED.flatMap((m) =>
        METHODS.flatMap(({ method, key, table }) =>
          DISTANCES.map((h): Point => {
            const percent = mean(draws.map((draw) => percentage(draw[key][m - 1][h], h, m)));
            return { method, patterns: `${m} patterns`, distance: h, percent, published: table[h]?.[m - 1] ?? null };
          }),
        ),
      ),
    };
  },

  figure(Plot, { figure }) {
    const colour = ({ method }: Point) => (method === "recurrent" ? colours.ours : colours.theory);
    const common = { fx: "patterns", x: "distance", z: "method" };
    return {
      width: 920,
      height: 320,
      marginTop: 40,
      fx: { label: null },
      x: { label: "Hamming distance", ticks: DISTANCES, tickFormat: "d" },
      y: { label: "states that reach the pattern (%)", domain: [0, 100], grid: true },
      marks: [
        Plot.lineY(figure, { ...common, y: "percent", stroke: colour, strokeWidth: 2 }),
        Plot.dot(figure, {
          ...common,
          y: "published",
          fill: colour,
          stroke: colours.published,
          strokeWidth: 1.5,
          r: 3.5,
        }),
        ...legend(
          Plot,
          [
            ["recurrent", colours.ours],
            ["single shot", colours.theory],
            ["ringed: tables", colours.published],
          ],
          "top-right",
          { fx: () => `${COMPARED[COMPARED.length - 1]} patterns` },
        ),
        Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
      ],
    };
  },
};
