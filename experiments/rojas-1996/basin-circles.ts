import { estimateMean } from "engram/math";
import { colours, type Experiment } from "../experiment.js";
import { mean, stated } from "../statistics.js";
import { citation, correlation, countNested, DISTANCES, percentage } from "./basin-counts.js";
import { oneStep } from "./published-basins.js";

interface Parameters {
  /** Random draws of eight patterns, each stored one by one. */
  readonly draws: number;
}

/** A batch of draws: `draws[d][m - 1][h]` states at distance h around m patterns reach their pattern. */
type Part = readonly (readonly (readonly number[])[])[];

interface Ring {
  readonly row: string;
  readonly patterns: string;
  readonly distance: number;
  readonly percent: number;
}

const BATCH = 25;
const MOST = 8;
const ROWS = ["published", "ours: mean"] as const;

/** The picture of concentric circles: basins of one step, shrinking from one pattern to eight. */
export const basinCircles: Experiment<Parameters, Part, readonly Ring[]> = {
  id: "rojas-1996/basin-circles",
  title: "Basins of attraction as concentric circles, distances 0 to 4, for 1 to 8 stored patterns, 10 units",
  citation,
  where: "the picture of concentric circles after the table of one iteration, whose columns 1 to 8 it shades",
  version: 1,
  settings: { quick: { draws: 500 }, standard: { draws: 5000 }, full: { draws: 50_000 } },
  tasks: ({ draws }) => Math.ceil(draws / BATCH),

  run({ draws }, task, { random, kernels }) {
    return Array.from({ length: Math.min(BATCH, draws - task * BATCH) }, (_, k) =>
      countNested(MOST, correlation, { steps: 1, distances: DISTANCES, random: random.fork(k), kernels }),
    );
  },

  summarize(_, parts) {
    const draws = parts.flat();
    const sizeOf = (draw: Part[number], m: number) => draw[m - 1].reduce((sum, count) => sum + count, 0) / m;
    const sizes = Array.from({ length: MOST }, (_, k) => mean(draws.map((draw) => sizeOf(draw, k + 1))));
    return {
      rows: Array.from({ length: MOST - 1 }, (_, k) => {
        const lost = draws.map((draw) => sizeOf(draw, k + 2) - sizeOf(draw, k + 1));
        return stated(`states in a basin, from ${k + 1} to ${k + 2} patterns`, "reduced", estimateMean(lost, 0.99), {
          below: 0,
        });
      }),
      notes: [
        `A basin is the states up to distance 4 that become the pattern in one step, per stored pattern: with 1 to ${MOST} patterns ${sizes.map((size) => size.toFixed(1)).join(", ")} of the 386 on average over ${draws.length} draws. The intervals of the rows are 99 %, over draws whose patterns are stored one after the other.`,
        "Each ring is a distance, from 0 in the middle to 4, and its shade the part of the states there that reach the pattern. The upper row has the values of the table, which are one draw: there the eighth pattern widens the basins at distances 1 to 3.",
      ],
      figure: ROWS.flatMap((row) =>
        Array.from({ length: MOST }, (_, k) => k + 1).flatMap((m) =>
          // The largest first: rings are discs that cover each other.
          [...DISTANCES].reverse().map((h): Ring => {
            const percent =
              row === "published" ? oneStep[h][m - 1] : mean(draws.map((draw) => percentage(draw[m - 1][h], h, m)));
            return { row, patterns: `m = ${m}`, distance: h, percent };
          }),
        ),
      ),
    };
  },

  figure: (Plot, { figure }) => ({
    width: 920,
    height: 290,
    marginTop: 40,
    marginLeft: 90,
    marginRight: 20,
    fx: { label: null, padding: 0 },
    fy: { label: null, domain: ROWS },
    x: { axis: null, domain: [-1, 1] },
    y: { axis: null, domain: [-1, 1] },
    color: { type: "linear", domain: [0, 100], range: ["#f1f3f5", colours.ours] },
    marks: [
      Plot.dot(figure, {
        fx: "patterns",
        fy: "row",
        x: 0,
        y: 0,
        r: { value: ({ distance }: Ring) => 10 * (distance + 1), scale: null },
        fill: "percent",
        stroke: colours.faint,
        strokeWidth: 0.7,
      }),
    ],
  }),
};
