import { HopfieldNet, type PatternSet, randomPatterns } from "engram";
import { synchronousAttractors } from "engram/analysis";
import type { Kernels } from "engram/kernels";
import { colours, type Experiment, legend } from "../experiment.js";
import { compareDraw, exact, mean } from "../statistics.js";
import { citation, correlation, type Learning, UNITS, withoutSelfCoupling } from "./basin-counts.js";

interface Parameters {
  /** Random draws of seven patterns, each stored one by one. */
  readonly draws: number;
}

/** Fixed points of one draw for m = 2 ... 7: stored, negatives of stored ones, others. */
type Counts = readonly (readonly [stored: number, negative: number, spurious: number, withoutDiagonal: number])[];

interface Point {
  readonly patterns: number;
  readonly published: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const BATCH = 25;
const FEWEST = 2;

/** As printed, for m = 2 ... 7. */
const PUBLISHED = {
  stored: [2, 3, 4, 5, 6, 7],
  negative: [2, 3, 4, 5, 6, 7],
  spurious: [2, 4, 8, 16, 24, 45],
  total: [4, 7, 12, 21, 30, 52],
};
const MOST = FEWEST + PUBLISHED.stored.length - 1;
const KINDS = ["stored", "negative", "spurious"] as const;

/** The fixed points that appear beside the stored vectors: W = X^T X with the diagonal, sgn(0) = +1. */
export const tableSpurious: Experiment<Parameters, readonly Counts[], readonly Point[]> = {
  id: "rojas-1996/table-spurious",
  title: "Fixed points when 2 to 7 random vectors are stored: stored, negative and spurious ones, 10 units",
  citation,
  where: "the table of spurious states",
  version: 1,
  settings: { quick: { draws: 2000 }, standard: { draws: 10_000 }, full: { draws: 100_000 } },
  tasks: ({ draws }) => Math.ceil(draws / BATCH),

  run({ draws }, task, { random, kernels }) {
    return Array.from({ length: Math.min(BATCH, draws - task * BATCH) }, () => {
      const patterns = randomPatterns(MOST, UNITS, random);
      return PUBLISHED.stored.map((m) => {
        const stored = patterns.select(Array.from({ length: m }, (_, r) => r));
        const found = fixedPoints(stored, correlation, kernels);
        const words = new Set(Array.from({ length: m }, (_, r) => stored.bits.words[r * stored.bits.stride]));
        const negatives = new Set(Array.from(words, (word) => word ^ (2 ** UNITS - 1)));
        const kinds = found.map((word) => (words.has(word) ? 0 : negatives.has(word) ? 1 : 2));
        const count = (kind: number) => kinds.filter((k) => k === kind).length;
        const withoutDiagonal = fixedPoints(stored, withoutSelfCoupling, kernels).length;
        return [count(0), count(1), count(2), withoutDiagonal] as const;
      });
    });
  },

  summarize(_, parts) {
    const draws = parts.flat();
    const cells = KINDS.flatMap((kind, k) => PUBLISHED[kind].map((value, c) => ({ kind, k, c, value })));
    const labels = cells.map(({ kind, c }) => `${kind}, m = ${c + FEWEST}`);
    const values = draws.map((draw) => cells.map(({ k, c }) => draw[c][k]));
    const printed = cells.map(({ value }) => value);
    const { rows, asExtreme } = compareDraw(labels, printed, values);
    const holding = draws.filter((draw) => draw.every(([stored], c) => stored === c + FEWEST));
    const among = compareDraw(
      labels,
      printed,
      holding.map((draw) => cells.map(({ k, c }) => draw[c][k])),
    );
    const totals = PUBLISHED.total.map((total, c) => {
      const [stored, negative, spurious] = KINDS.map((kind) => PUBLISHED[kind][c]);
      const remark =
        total === negative + spurious
          ? "the printed total is the sum of the negative and the spurious states: it leaves out the stored ones"
          : undefined;
      return exact(`total of the printed parts, m = ${c + FEWEST}`, total, stored + negative + spurious, {
        explained: remark,
      });
    });
    const odd = PUBLISHED.spurious.filter((count) => count % 2 === 1);
    const oddDraws = draws.filter((draw) =>
      draw.some(([stored, negative, spurious]) => (stored + negative + spurious) % 2 === 1),
    );
    return {
      rows: [...rows, ...totals],
      notes: [
        "None of the printed totals is the sum of its three parts. Each is the sum of two, negative and spurious: what was not stored.",
        `A state and its negative are fixed points together, unless a field is zero: a number of spurious states that is odd, as the printed ${odd.join(", ")} is, shows that a zero field counts as +1. Odd totals occur in ${percent(oddDraws.length / draws.length)} of our draws.`,
        `So many fixed points need the diagonal of W, by which a unit supports its own state: without it, seven vectors leave ${mean(draws.map((draw) => draw[MOST - FEWEST][3])).toFixed(1)} fixed points on average and ${Math.max(...draws.map((draw) => draw[MOST - FEWEST][3]))} at most, not the printed ${PUBLISHED.spurious[MOST - FEWEST] + 2 * MOST}.`,
        `The printed draw holds all its vectors, as ${percent(holding.length / draws.length)} of ours do. ${percent(asExtreme)} of all ${draws.length} draws, and ${percent(among.asExtreme)} of the ${holding.length} that hold theirs, are in their most extreme number at least as extreme as the printed one.`,
      ],
      figure: PUBLISHED.spurious.map((published, c) => {
        const { low, high } = rows[labels.indexOf(`spurious, m = ${c + FEWEST}`)];
        const spurious = draws.map((draw) => draw[c][2]);
        return { patterns: c + FEWEST, published, mean: mean(spurious), low: low ?? 0, high: high ?? 0 };
      }),
    };
  },

  figure: (Plot, { figure }) => ({
    height: 360,
    marginRight: 20,
    x: { label: "vectors stored", ticks: figure.map(({ patterns }) => patterns), tickFormat: "d" },
    y: {
      label: "spurious fixed points (root scale)",
      type: "sqrt",
      ticks: [0, 5, 20, 50, 100, 150, 200, 250],
      grid: true,
    },
    marks: [
      Plot.areaY(figure, { x: "patterns", y1: "low", y2: "high", fill: colours.ours, fillOpacity: 0.2 }),
      Plot.lineY(figure, { x: "patterns", y: "mean", stroke: colours.ours, strokeWidth: 2 }),
      Plot.dot(figure, { x: "patterns", y: "published", fill: colours.published, r: 4 }),
      ...legend(
        Plot,
        [
          ["published", colours.published],
          ["ours: mean and 99 % of draws", colours.ours],
        ],
        "top-left",
      ),
    ],
  }),
};

/** The states, as words, that one synchronous step leaves as they are. */
function fixedPoints(stored: PatternSet, learning: Learning, kernels: Kernels): number[] {
  const interaction = learning(stored, kernels);
  const attractors = synchronousAttractors(new HopfieldNet(interaction));
  interaction.dispose();
  return attractors.filter(({ states }) => states.length === 1).map(({ states: [word] }) => word);
}

function percent(part: number): string {
  return `${Number((100 * part).toPrecision(3))} %`;
}
