import type { Dynamics } from "../dynamics/index.js";
import { requireInteger, requireNumber } from "../errors.js";
import type { Net } from "../interactions/index.js";
import { exactProportion, type Proportion, proportion } from "../math/binomial.js";
import { type BitMatrix, bitRow } from "../math/bits.js";
import { type Random, requireRandom } from "../math/random.js";
import type { PatternSet, State } from "../patterns/index.js";
import { asPatternSet, asState } from "../patterns/pattern-set.js";
import { counterOf, type Reach } from "./reach.js";
import { Subsets, subsetCount } from "./subsets.js";

/** When a state counts as reaching a pattern. */
export interface ReachOptions {
  /** Synchronous steps, after which the state must be the pattern; left out, it runs until it settles. */
  readonly steps?: number | undefined;
  /** How it runs where no steps are given; the default is `synchronous()`. */
  readonly dynamics?: Dynamics | undefined;
  /** Needed where states are sampled, and by a dynamics that draws. */
  readonly random?: Random | undefined;
}

/** Choices of a basin's profile. */
export interface BasinOptions extends ReachOptions {
  /** Hamming distances to look at; the default is 0 ... 5. */
  readonly distances?: ArrayLike<number> | undefined;
  /** The most states that are tried at one distance, 10,000 by default: all C(n, h) where there are no more, else a sample. */
  readonly samples?: number | undefined;
  /** Of the intervals; 0.95 by default. */
  readonly confidence?: number | undefined;
}

/** The states at one distance from a pattern: the fraction that reaches it. */
export interface BasinRow extends Proportion {
  readonly distance: number;
  /** Whether all C(n, h) states were tried and nothing was left to chance. */
  readonly exact: boolean;
}

/** The basin of attraction of one pattern. */
export interface Basin {
  /** Whether the pattern is a fixed point of synchronous dynamics; where it is not, nothing settles on it. */
  readonly fixed: boolean;
  readonly rows: readonly BasinRow[];
}

/**
 * Basins of attraction by Hamming distance: for each pattern the fraction of the states at distance h that reach it, of
 * all C(n, h) states where there are few enough, else of a uniform sample with its Clopper-Pearson interval (Rojas, Neural
 * networks, 1996, chapter 12).
 *
 * Pattern r draws from stream r of `random`, distance h from stream h of that: a row does not depend on which others are
 * asked for.
 *
 * @throws ArgumentError for a distance above n, or where a sample is needed and `random` is missing
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
  counter: Reach,
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
 * pattern from distance h; `low` and `high` are the sums of the ends of their intervals. (Rojas, Neural networks, 1996, chapter 12.)
 */
export function indexOfAttraction(rows: readonly BasinRow[]): { value: number; low: number; high: number } {
  const sum = (part: "value" | "low" | "high") => rows.reduce((total, p) => total + p.distance * p[part], 0);
  return { value: sum("value"), low: sum("low"), high: sum("high") };
}

/** Choices of a basin's picture. */
export interface PictureOptions extends ReachOptions {
  /** Units of the first half; the default is 0 ... n/2 - 1. */
  readonly half?: ArrayLike<number> | undefined;
  /** States tried for each cell; the default is 1. */
  readonly samples?: number | undefined;
  /** The distances d1 to work out, [from, to): the rows are independent of each other. */
  readonly rows?: readonly [from: number, to: number] | undefined;
  readonly random: Random;
}

/** A basin as a picture over two distances. */
export interface BasinPicture {
  /** The rows' d1, from the first to below the second. */
  readonly rows: readonly [from: number, to: number];
  /** Units of the second half and one: d2 goes from 0 to columns - 1. */
  readonly columns: number;
  readonly samples: number;
  /** reached[(d1 - from) * columns + d2]: how many of the states tried reach the pattern. */
  readonly reached: Uint32Array;
}

/**
 * A picture of a basin of attraction: the units fall into two halves, and cell (d1, d2) tells how many of `samples`
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
    requireInteger("unit of the first half", i, 0, n - 1);
    inFirst.add(i);
  }
  requireInteger("number of different units of the first half", inFirst.size, first.length, n);
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
