import { certify, DataError, Hopfield, type PatternSet, projection, type Random, randomPatterns } from "engram";
import type { SpinModel } from "engram/mapping";
import { log } from "engram/math";
import {
  type Context,
  colours,
  type Experiment,
  type Plot,
  type PlotOptions,
  type Row,
  type Summary,
} from "../experiment.js";
import { prepared, subPatterns } from "./patterns.js";

export type Parameters = {
  /** Training digits that the sub-patterns are made of. */
  images: number;
  /** Sub-patterns a digit. */
  ks: number[];
  /** Random and recalled states whose energies are compared. */
  states: number;
  recalls: number;
  /** Nets of random patterns that are so small that all states are listed. */
  small: { nets: number; units: number; patterns: number };
};

/** Something that must be 0 up to rounding. */
export interface Check {
  readonly of: string;
  readonly difference: number;
  /** The bound of its rounding error. */
  readonly tolerance: number;
}

export interface Part {
  /** "images, p = 10" or "random, ...". */
  readonly of: string;
  readonly checks: readonly Check[];
}

export interface FigureData {
  readonly checks: readonly (Check & { readonly set: string })[];
}

/** Machines that should equal the projection net of the patterns, and other claims to check, with the condition number of X. */
export interface Representations {
  readonly machines: readonly (readonly [name: string, machine: SpinModel])[];
  readonly checks: readonly Check[];
}

/** The inverse temperature of the small nets, where far from all is one state. */
const BETA = 2;
/** A sum of differences of probabilities: each is off by the rounding of its energy, times beta, and of the exponential. */
const PROBABILITY = 1e-12;

/** Common parts of the experiments on equivalence. */
export const setup = {
  digits: "any",
  settings: {
    quick: { images: 2000, ks: [1, 3], states: 100, recalls: 4, small: { nets: 4, units: 10, patterns: 3 } },
    standard: {
      images: 60_000,
      ks: [1, 5, 10],
      states: 1000,
      recalls: 20,
      small: { nets: 20, units: 12, patterns: 4 },
    },
    full: {
      images: 60_000,
      ks: [1, 2, 5, 10, 20],
      states: 10_000,
      recalls: 50,
      small: { nets: 200, units: 16, patterns: 6 },
    },
  },
  tasks,
  figure,
} satisfies Partial<Experiment<Parameters, Part, FigureData>>;

function tasks({ ks, small }: Parameters): number {
  return ks.length + small.nets;
}

/** Compares the machines that `represent` makes of patterns with the Hopfield net itself. */
export async function run(
  parameters: Parameters,
  task: number,
  { images, random }: Pick<Context, "images" | "random">,
  represent: (patterns: PatternSet, random: Random) => Representations,
): Promise<Part> {
  const { ks, states, recalls, small } = parameters;
  const isSmall = task >= ks.length;
  const patterns = isSmall
    ? independent(small, random.fork(0))
    : subPatterns((await prepared(images, parameters.images)).trees, ks[task]);
  const memory = new Hopfield(patterns.units, { rule: projection({ selfCoupling: true }) }).store(patterns);
  const { machines, checks } = represent(patterns, random.fork(1));
  const certificates = machines.flatMap(([name, machine], m): Check[] => {
    const options = { beta: BETA, states, recalls, random: random.fork(2 + m) };
    const found = certify(memory, machine, options);
    const { largestDifference, hiddenDifference = 0, tolerance, totalVariation } = found;
    const energies = {
      of: `energies, ${name}`,
      difference: Math.max(largestDifference, hiddenDifference),
      tolerance,
    };
    if (totalVariation === undefined) return [energies];
    return [energies, { of: `distribution, ${name}`, difference: totalVariation, tolerance: PROBABILITY }];
  });
  return {
    of: isSmall ? `random, N = ${small.units}, p = ${small.patterns}` : `images, p = ${patterns.count}`,
    checks: [...certificates, ...checks],
  };
}

/** Random patterns; with few units they are, with a small probability, linearly dependent, which the rule refuses. */
function independent({ units, patterns }: Parameters["small"], random: Random): PatternSet {
  for (let draw = 0; ; draw++) {
    const drawn = randomPatterns(patterns, units, random.fork(draw));
    try {
      new Hopfield(units, { rule: projection({ selfCoupling: true }) }).store(drawn);
      return drawn;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
    }
  }
}

/** A row for every thing that was compared, each with the largest difference of its set of patterns. */
export function summarize(parts: readonly Part[], notes: readonly string[]): Summary<FigureData> {
  const sets = [...new Set(parts.map(({ of }) => of))];
  const worst = sets.flatMap((set) => {
    const checks = parts.filter(({ of }) => of === set).flatMap(({ checks }) => checks);
    return [...new Set(checks.map(({ of }) => of))].map((of) => ({
      set,
      ...checks
        .filter((check) => check.of === of)
        .reduce((a, b) => (b.difference / b.tolerance > a.difference / a.tolerance ? b : a)),
    }));
  });
  return {
    rows: worst.map(({ set, of, difference, tolerance }): Row => {
      const verdict = difference <= tolerance ? "agrees" : "differs";
      return {
        label: `${set}: ${of}`,
        published: 0,
        ours: difference,
        low: 0,
        high: tolerance,
        verdict,
        anyData: true,
      };
    }),
    notes: [
      "The interval is what rounding in double precision can make, to first order: 4 k 2^-53 M for an energy of terms whose magnitudes sum to M, each the outcome of sums of k terms.",
      "On images, energies are those of random states, of the patterns and their negatives, and of what is recalled; on the small nets they are those of all states, and the distributions at beta = 2 are exact.",
      ...notes,
    ],
    figure: { checks: worst },
  };
}

const LEAST = 1e-18;

function figure(Plot: Plot, { figure: { checks } }: Summary<FigureData>): PlotOptions {
  const sets = [...new Set(checks.map(({ set }) => set))];
  const shades = [colours.ours, colours.theory, colours.other, colours.faint];
  const shade = ({ set }: { set: string }) => shades[sets.indexOf(set) % shades.length];
  const power = (x: number) => log(Math.max(x, LEAST)) / Math.LN10;
  const rows = checks.map((check) => ({
    ...check,
    found: power(check.difference),
    limit: power(check.tolerance),
    row: `${check.of}`,
  }));
  const names = [...new Set(rows.map(({ row }) => row))];
  return {
    width: 860,
    height: 100 + 26 * names.length + 16 * sets.length,
    marginLeft: 260,
    marginTop: 36 + 16 * (sets.length + 1),
    x: {
      label: "log10 of the largest difference",
      domain: [-18, Math.max(...rows.map(({ limit }) => limit)) + 0.5],
      grid: true,
    },
    y: { label: null, domain: names, type: "point" },
    marks: [
      Plot.dot(rows, { x: "limit", y: "row", symbol: "times", stroke: shade, r: 4, strokeWidth: 2 }),
      Plot.dot(rows, {
        x: "found",
        y: "row",
        r: 4,
        fill: shade,
      }),
      ...[...sets, "dots: found; crosses: what rounding can make"].map((text, k) =>
        Plot.text([text], {
          frameAnchor: "top-left",
          dy: -16 * (sets.length + 1 - k),
          fontWeight: 600,
          fill: k < sets.length ? shades[k % shades.length] : "currentColor",
        }),
      ),
    ],
  };
}
