import type { Dynamics } from "../dynamics/index.js";
import { requireInteger, requireNumber } from "../errors.js";
import type { Net } from "../interactions/index.js";
import { exactProportion, type Proportion, proportion } from "../math/binomial.js";
import { type BitMatrix, bitRow } from "../math/bits.js";
import { type Random, requireRandom } from "../math/random.js";
import type { PatternSet, State } from "../patterns/index.js";
import { asPatternSet, asState } from "../patterns/pattern-set.js";
import { counterOf, type HitCounter } from "./hit-counter.js";
import { Subsets, subsetCount } from "./subsets.js";

/** Options of when a state counts as reaching a pattern. */
export interface ReachOptions {
  /** Number of synchronous steps after which the state must be the pattern; if omitted, it runs until it settles. */
  readonly steps?: number | undefined;
  /** Dynamics if no steps are given; defaults to `synchronous()`. */
  readonly dynamics?: Dynamics | undefined;
  /** Generator; required if states are sampled, and by a stochastic dynamics. */
  readonly random?: Random | undefined;
}

/** Options of a basin's profile. */
export interface BasinOptions extends ReachOptions {
  /** Hamming distances; default to 0 ... 5. */
  readonly distances?: ArrayLike<number> | undefined;
  /** Number of states sampled per distance; up to this number, all C(n, h) states are tried; defaults to 10,000. */
  readonly samples?: number | undefined;
  /** Confidence level of the intervals; defaults to 0.95. */
  readonly confidence?: number | undefined;
}

/** The fraction of the states at one distance from a pattern that reach it. */
export interface BasinRow extends Proportion {
  readonly distance: number;
  /** Whether all C(n, h) states were tried, without random numbers. */
  readonly exact: boolean;
}

/** The basin of attraction of one pattern. */
export interface Basin {
  /** Whether the pattern is a fixed point of synchronous dynamics; otherwise no state settles on it. */
  readonly fixed: boolean;
  readonly rows: readonly BasinRow[];
}

/**
 * Basins of attraction by Hamming distance: for each pattern the fraction of the states at distance h that reach it, of all
 * C(n, h) states if there are few enough, otherwise of a uniform sample with its Clopper-Pearson interval (Rojas, Neural
 * networks, 1996, chapter 12).
 *
 * Pattern r draws from stream r of `random`, distance h from stream h of that: a row does not depend on the other rows.
 *
 * @throws ArgumentError for a distance above n, or if a sample is needed and `random` is missing
 */
export function basins(net: Net, patterns: PatternSet | ArrayLike<State>, options: BasinOptions = {}): Basin[] {
  const n = net.interaction.units;
  const { bits } = asPatternSet("patterns", patterns, n);
  const { samples = 10_000, confidence = 0.95, random } = options;
  requireInteger("samples", samples, 1);
  requireNumber("confidence", confidence, 0, 1);
  const distances = Array.from(options.distances ?? { length: Math.min(5, n) + 1 }, (h, k) => h ?? k);
  for (const h of distances) requireInteger("distance", h, 0, n);
  const counter = counterOf(net.interaction, options);
  return Array.from({ length: bits.rows }, (_, r) => {
    const pattern = bitRow(bits, r);
    const stream = random?.fork(r);
    const census = counter.census?.(pattern);
    const rows = distances.map((h) => {
      const total = subsetCount(n, h);
      if (census === undefined || total > samples)
        return row(counter, pattern, h, samples, confidence, stream?.fork(h));
      return { ...exactProportion(census[h], total), distance: h, exact: true };
    });
    return { fixed: counter.fixed(pattern), rows };
  });
}

function row(
  counter: HitCounter,
  pattern: BitMatrix,
  distance: number,
  samples: number,
  confidence: number,
  random: Random | undefined,
): BasinRow {
  const total = subsetCount(pattern.columns, distance);
  const all = total <= samples;
  const trials = all ? total : samples;
  const subsets = new Subsets(pattern.columns, distance);
  const source = all ? undefined : requireRandom(random, `a sample of the states at distance ${distance}`).fork(0);
  const damage = (words: Uint32Array, at: number) => {
    if (source === undefined) subsets.toggleNext(words, at);
    else subsets.toggleRandom(words, at, source);
  };
  const count = counter.count(pattern, trials, damage, random?.fork(1));
  const exact = all && !counter.draws;
  const part = exact ? exactProportion(count, trials) : proportion(count, trials, confidence);
  return { ...part, distance, exact };
}

/**
 * Rojas' index of attraction, I = sum_h h p_h over the given rows (h = 0 ... 5 there), with the fractions p_h that reach the
 * pattern from distance h; `low` and `high` are the sums of the ends of their intervals (Rojas, Neural networks, 1996,
 * chapter 12).
 */
export function indexOfAttraction(rows: readonly BasinRow[]): { value: number; low: number; high: number } {
  const sum = (part: "value" | "low" | "high") => rows.reduce((total, p) => total + p.distance * p[part], 0);
  return { value: sum("value"), low: sum("low"), high: sum("high") };
}

/** Options of a basin's picture. */
export interface PictureOptions extends ReachOptions {
  /** Units of the first half; default to 0 ... n/2 - 1. */
  readonly half?: ArrayLike<number> | undefined;
  /** Number of states per cell; defaults to 1. */
  readonly samples?: number | undefined;
  /** Range of distances d1 to compute, [from, to), independent of each other; defaults to all. */
  readonly rows?: readonly [from: number, to: number] | undefined;
  readonly random: Random;
}

/** A basin as a picture over two distances. */
export interface BasinPicture {
  /** The rows' d1, from the first to below the second. */
  readonly rows: readonly [from: number, to: number];
  /** Number of units of the second half plus one: d2 goes from 0 to columns - 1. */
  readonly columns: number;
  readonly samples: number;
  /** reached[(d1 - from) * columns + d2]: number of the tried states that reach the pattern. */
  readonly reached: Uint32Array;
}

/**
 * A picture of a basin of attraction: the units are divided into two halves, and cell (d1, d2) counts how many of `samples`
 * random states at Hamming distance d1 from the pattern in the first half and d2 in the second reach it (Rojas, Neural
 * networks, 1996, chapter 12). Row d1 draws from stream d1.
 */
export function basinPicture(net: Net, pattern: PatternSet | State, options: PictureOptions): BasinPicture {
  const n = net.interaction.units;
  const target = asState("pattern", pattern, n);
  const { samples = 1, random } = options;
  requireInteger("samples", samples, 1);
  const first = Uint32Array.from(options.half ?? { length: Math.floor(n / 2) }, (i, k) => i ?? k);
  const inFirst = new Set<number>();
  for (const i of first) {
    requireInteger("unit in half", i, 0, n - 1);
    inFirst.add(i);
  }
  requireInteger("number of distinct units in half", inFirst.size, first.length, n);
  const second = Uint32Array.from(Array.from({ length: n }, (_, i) => i).filter((i) => !inFirst.has(i)));
  const [from, to] = options.rows ?? [0, first.length + 1];
  requireInteger("rows to", to, 0, first.length + 1);
  requireInteger("rows from", from, 0, to);
  const columns = second.length + 1;
  const reached = new Uint32Array((to - from) * columns);
  const counter = counterOf(net.interaction, options);
  for (let d1 = from; d1 < to; d1++) {
    const stream = requireRandom(random, "a picture of a basin").fork(d1);
    const left = new Subsets(first.length, d1, first);
    for (let d2 = 0; d2 < columns; d2++) {
      const right = new Subsets(second.length, d2, second);
      const source = stream.fork(2 * d2);
      const damage = (words: Uint32Array, at: number) => {
        left.toggleRandom(words, at, source);
        right.toggleRandom(words, at, source);
      };
      reached[(d1 - from) * columns + d2] = counter.count(target, samples, damage, stream.fork(2 * d2 + 1));
    }
  }
  return { rows: [from, to], columns, samples, reached };
}
