import type { PatternSet } from "engram";
import type { Kernels } from "engram/kernels";
import { colours, type Experiment, legend, type Plot, type PlotOptions, type Row } from "../experiment.js";
import { compareDraw, mean } from "../statistics.js";
import {
  boundsAfterOneStep,
  citation,
  countNested,
  countReached,
  DISTANCES,
  eachSet,
  type Learning,
  percentage,
} from "./basin-counts.js";

export interface Parameters {
  /** Random draws of patterns, each stored one by one. */
  readonly draws: number;
  /** Numbers of vectors for which all sets of that size are enumerated, to see whether one gives the printed row. */
  readonly exhaustive: readonly number[];
}

/** Draws in one task, and tasks that an enumeration is divided into. */
const BATCH = 25;
const SLICES = 8;

/** One unit of the last digit that the tables print. */
const LAST_DIGIT = 0.1;

/** A table of the book: one row a distance from 0 to 4, one column a number of patterns from 1, in percent. */
export type Table = readonly (readonly number[])[];

/** Another table or rule that a set of vectors may have to fit as well. */
export interface Hypothesis {
  readonly name: string;
  readonly learning: Learning;
  /** Tables whose values one set of vectors must give, with the steps of each. */
  readonly tables: readonly Printed[];
}

/** A printed table, and after how many steps states must be at the pattern; "either": one step, zero fields either way. */
export interface Printed {
  readonly steps: number | "either";
  readonly published: Table;
}

/** What distinguishes one of the book's tables of basins from another. */
export interface BasinTable {
  readonly id: string;
  readonly title: string;
  readonly where: string;
  readonly published: Table;
  readonly learning: Learning;
  /** Synchronous steps after which a state must be the pattern. */
  readonly steps: number;
  /** Conventions under which sets of vectors are looked for that give the printed rows exactly. */
  readonly hypotheses: readonly Hypothesis[];
  readonly notes: readonly string[];
}

/** Counts of a batch of draws, `draws[d][m - 1][h]`; or of sets of vectors, how many fit under each hypothesis. */
export type Part = { readonly draws: readonly (readonly (readonly number[])[])[] } | Fits;

export interface Fits {
  readonly vectors: number;
  readonly sets: number;
  readonly fitting: readonly number[];
}

export interface Cell {
  readonly distance: string;
  readonly patterns: number;
  readonly published: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** One of the book's tables of basins of attraction as an experiment. */
export function basinTable(table: BasinTable): Experiment<Parameters, Part, readonly Cell[]> {
  const { id, title, where, published, learning, steps, hypotheses } = table;
  const most = published[0].length;
  const cells = DISTANCES.flatMap((h) => published[h].map((value, k) => ({ h, m: k + 1, value })));
  return {
    id,
    title,
    citation,
    where,
    version: 1,
    settings: {
      quick: { draws: 2000, exhaustive: [2] },
      standard: { draws: 10_000, exhaustive: [2, 3] },
      full: { draws: 100_000, exhaustive: [2, 3] },
    },
    tasks: ({ draws, exhaustive }) => Math.ceil(draws / BATCH) + exhaustive.length * SLICES,

    run({ draws, exhaustive }, task, { random, kernels }) {
      const batches = Math.ceil(draws / BATCH);
      if (task < batches) {
        const count = Math.min(BATCH, draws - task * BATCH);
        const nested = () => countNested(most, learning, { random, steps, kernels });
        return { draws: Array.from({ length: count }, nested) };
      }
      const slice = task - batches;
      const vectors = exhaustive[Math.floor(slice / SLICES)];
      const fitting = hypotheses.map(() => 0);
      let sets = 0;
      eachSet(vectors, SLICES, slice % SLICES, (set) => {
        sets++;
        hypotheses.forEach((hypothesis, k) => {
          if (hypothesis.tables.every((printed) => fits(set, hypothesis.learning, printed, kernels))) fitting[k]++;
        });
      });
      return { vectors, sets, fitting };
    },

    summarize({ exhaustive }, parts) {
      const draws = parts.flatMap((part) => ("draws" in part ? part.draws : []));
      const values = draws.map((draw) => cells.map(({ h, m }) => percentage(draw[m - 1][h], h, m)));
      const labels = cells.map(({ h, m }) => `H${h}, m = ${m}`);
      const printed = cells.map(({ value }) => value);
      const { rows, asExtreme } = compareDraw(labels, printed, values);
      const stable = values.filter((draw) => cells.every(({ h }, c) => h !== 0 || draw[c] === 100));
      const among = compareDraw(labels, printed, stable);
      const enumerations = exhaustive.map((vectors) =>
        enumeration(
          hypotheses,
          parts.filter((part): part is Fits => "vectors" in part && part.vectors === vectors),
        ),
      );
      return {
        rows,
        notes: [
          `Of ${draws.length} draws of ${most} patterns, ${percent(asExtreme)} are in their most extreme cell at least as extreme as the printed one is in its. The spread is the band that holds 99 % of the draws with all their cells at once.`,
          `The printed draw holds all its patterns (H0 is 100 throughout), which ${stable.length} of our draws do, ${percent(stable.length / draws.length)}. Among these, ${percent(among.asExtreme)} are at least as extreme as the printed one${outside(among.rows)}.`,
          ...enumerations,
          ...table.notes,
        ],
        figure: cells.map(({ h, m, value }, c) => ({
          distance: `distance ${h}`,
          patterns: m,
          published: value,
          mean: mean(values.map((draw) => draw[c])),
          low: rows[c].low ?? value,
          high: rows[c].high ?? value,
        })),
      };
    },

    figure: (Plot, { figure }) => plotTable(Plot, figure, most),
  };
}

/** Whether a set of vectors gives the values that a table prints for that number of vectors. */
function fits(set: PatternSet, learning: Learning, { steps, published }: Printed, kernels: Kernels): boolean {
  const counts = steps === "either" ? undefined : countReached(set, learning, { steps, kernels });
  const [least, most] = counts === undefined ? boundsAfterOneStep(set, learning, kernels) : [counts, counts];
  return published.every((row, h) => {
    const printed = row[set.count - 1];
    // The book rounds some values and truncates others.
    return (
      percentage(least[h], h, set.count) < printed + LAST_DIGIT &&
      percentage(most[h], h, set.count) > printed - LAST_DIGIT
    );
  });
}

function enumeration(hypotheses: readonly Hypothesis[], fits: readonly Fits[]): string {
  const total = (count: (fit: Fits) => number) => fits.reduce((sum, fit) => sum + count(fit), 0);
  const found = hypotheses.map(({ name }, k) => `${name}, ${total(({ fitting }) => fitting[k])}`).join("; ");
  const [{ vectors }] = fits;
  return `All ${total(({ sets }) => sets)} sets of ${vectors} vectors (up to a renumbering of the units) tried for the printed values at m = ${vectors}. Sets that give them exactly: ${found}.`;
}

function outside(rows: readonly Row[]): string {
  const labels = rows.filter(({ verdict }) => verdict === "differs").map(({ label }) => label);
  return labels.length === 0
    ? ", and all its cells lie within their band"
    : `; outside their band: ${labels.join("; ")}`;
}

function percent(part: number): string {
  return `${Number((100 * part).toPrecision(3))} %`;
}

function plotTable(Plot: Plot, cells: readonly Cell[], most: number): PlotOptions {
  const shown = cells.filter(({ distance }) => distance !== "distance 0");
  const common = { x: "patterns", fx: "distance" };
  const lines = [
    ["published", colours.published],
    ["ours: mean", colours.ours],
    ["and 99 % of draws", colours.ours],
  ] as const;
  return {
    width: 860,
    height: 320,
    marginTop: 44,
    fx: { label: null },
    x: {
      label: "patterns stored",
      ticks: Array.from({ length: most }, (_, k) => k + 1).filter((m) => m % 2 === 1),
      tickFormat: "d",
    },
    y: { label: "states that reach the pattern (%)", domain: [0, 100], grid: true },
    marks: [
      Plot.areaY(shown, { ...common, y1: "low", y2: "high", fill: colours.ours, fillOpacity: 0.2 }),
      Plot.lineY(shown, { ...common, y: "mean", stroke: colours.ours, strokeWidth: 2 }),
      Plot.dot(shown, { ...common, y: "published", fill: colours.published, r: 3.5 }),
      ...legend(Plot, lines, "top-right", { fx: ["distance 4"] }),
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
    ],
  };
}
