import { binomialProbability, estimateMean, log, pow, proportion } from "engram/math";
import type { Row } from "../experiment.js";
import { expected, type Interval, mean, type Statement, stated } from "../statistics.js";
import { CEILING } from "./compared.js";
import { CHOSEN_AT, type Count, DAMAGES, type Damage, type Found } from "./measured.js";
import { DATA, type DataName } from "./patterns.js";

/** Bits of a kbit. */
export const KBIT = 1024;

/** One memory within one budget on one kind of patterns. */
export interface Part extends Found {
  readonly data: DataName;
  readonly kbit: number;
  readonly memory: string;
  readonly units: number;
  /** Of a trained memory: its weights, which do not depend on what is stored, and how it was trained. */
  readonly weights?: number;
  readonly training?: string;
}

/** An entry of the table: shares with their intervals, at 99 %. */
export interface Entry {
  readonly data: DataName;
  readonly kbit: number;
  readonly memory: string;
  readonly cue: string;
  readonly patterns: number;
  readonly bits: number;
  /** Numbers that were trained before anything was stored, and are not counted. */
  readonly weights: number;
  readonly exact: Interval;
  readonly ceiling: number;
  /** Share of the bits of the answers that are wrong. */
  readonly wrong: Interval;
  /** Bits of information recovered beyond the cue for a bit of the budget. */
  readonly gain: Interval;
}

const CONFIDENCE = 0.99;
/** Of one comparison with the ceiling, of which there are some seventy. */
const CERTAIN = 0.9999;

/** Orders that the sources state of random patterns, in the number of patterns recalled. */
const ORDERS: readonly (readonly [more: string, less: string, source: string])[] = [
  ["Storkey", "Hebb", "Storkey 1997: n / sqrt(2 ln n) patterns without error, in place of n / (2 ln n)"],
  ["projection", "Hebb", "Kanter and Sompolinsky 1987: up to n patterns without error"],
  ["dense exp(x)", "dense x^3", "Demircigil et al. 2017: exponentially many, in place of some n^2 patterns"],
];

/** H(p) in bits. */
export function entropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -(p * log(p) + (1 - p) * log(1 - p)) / Math.LN2;
}

/** The mean share over draws; where all are 0 or all are 1, binomial limits of all their cues. */
function interval(draws: readonly number[], cues: number, confidence = CONFIDENCE): Interval {
  const [first] = draws;
  const isConstant = (first === 0 || first === 1) && draws.every((value) => value === first);
  if (isConstant) return proportion(first * cues, cues, confidence);
  const { value, low, high } = estimateMean(draws, confidence);
  return { value, low: Math.max(0, low), high: Math.min(1, high) };
}

const brief = (x: number) => Number(x.toPrecision(4));

const briefly = ({ value, low, high }: Interval): Interval => {
  return { value: brief(value), low: brief(low), high: brief(high) };
};

export function entriesOf(part: Part): Entry[] {
  const { data, kbit, memory, units, patterns, bits, counts, weights = 0 } = part;
  return DAMAGES.map((damage, level) => {
    const draws = counts[level];
    const cues = draws.reduce((sum, count) => sum + count.cues, 0);
    const share = (of: (count: Count) => number) => interval(draws.map(of), cues);
    const wrong = share((count) => count.wrong / count.cues / units);
    const early = share((count) => (2 * (count.wrong - count.late)) / count.cues / units);
    const late = share((count) => (2 * count.late) / count.cues / units);
    const gain = (limit: (interval: Interval) => number) =>
      (patterns * units * beyond(damage, limit(wrong), limit(early), limit(late))) / (kbit * KBIT);
    return {
      data,
      kbit,
      memory,
      cue: damage.name,
      patterns,
      bits,
      weights,
      exact: briefly(share(({ exact, cues: asked }) => exact / asked)),
      ceiling: brief(mean(draws.map(({ ceiling, cues: asked }) => ceiling / asked))),
      wrong: briefly(wrong),
      gain: briefly({ value: gain(({ value }) => value), low: gain(({ high }) => high), high: gain(({ low }) => low) }),
    };
  });
}

/**
 * Bits of information for each bit of a pattern that an answer has beyond its cue, H(cue) - H(answer), from the shares of wrong
 * bits: of all, and of each half. An answer with more than half of its bits wrong knows no less than one with half of them.
 */
function beyond({ flipped }: Damage, wrong: number, early: number, late: number): number {
  const left = (share: number) => entropy(Math.min(0.5, share));
  return flipped === undefined ? (1 - left(early) - left(late)) / 2 : entropy(flipped) - left(wrong);
}

/** The number of patterns that each memory recalls exactly, beside the ceiling at that number of patterns. */
export function recalledRows(held: readonly Part[]): Row[] {
  return held.map(({ data, memory, patterns, counts, weights, training }): Row => {
    const draws = counts[CHOSEN_AT];
    const cues = draws.reduce((sum, count) => sum + count.cues, 0);
    const { value, low, high } = interval(
      draws.map((count) => count.exact / count.cues),
      cues,
    );
    const lead = estimateMean(
      draws.map((count) => (count.exact - count.ceiling) / count.cues),
      CERTAIN,
    );
    return {
      label: `${data}: ${memory}, ${patterns} stored`,
      theory: brief(patterns * mean(draws.map((count) => count.ceiling / count.cues))),
      ours: brief(patterns * value),
      low: patterns * low,
      high: patterns * high,
      verdict: lead.low > 0 ? "differs" : "agrees",
      ...(weights !== undefined && {
        remark: `${weights.toLocaleString("en")} trained weights, not counted; ${training}`,
      }),
    };
  });
}

/** Of random patterns no memory can give back more than it keeps. */
export function boundRows(entries: readonly Entry[]): Row[] {
  return DATA.filter((data) => data.startsWith("random")).map((data) => {
    const most = entries.filter((entry) => entry.data === data).reduce((a, b) => (b.gain.value > a.gain.value ? b : a));
    const { gain, memory, kbit, cue } = most;
    const remark = `${memory}, ${kbit} kbit, ${cue}`;
    return claimed(`${data}: most information for a stored bit`, "at most 1", gain, { below: 1 }, remark);
  });
}

/** How often the nearest of p random patterns is the right one, beside its exact value. */
export function ceilingRows(held: readonly Part[]): Row[] {
  return held
    .filter(({ data, memory }) => memory === CEILING && data.startsWith("random"))
    .flatMap(({ data, units, patterns, counts }) =>
      DAMAGES.flatMap(({ name, flipped = 0 }, level) => {
        if (flipped < 0.3) return [];
        const draws = counts[level];
        const cues = draws.reduce((sum, count) => sum + count.cues, 0);
        const shares = draws.map((count) => count.ceiling / count.cues);
        return [
          expected(
            `${data}: cues nearest to their own of ${patterns}, ${name}`,
            brief(nearestTheory(units, patterns, flipped)),
            interval(shares, cues),
          ),
        ];
      }),
    );
}

/**
 * The chance that the pattern of a cue is the nearest of p random ones, where equal distances are decided by lot: at the distance d
 * of its own pattern, with q the chance of d of another and a that of more, ((a + q)^p - a^p) / (p q).
 */
export function nearestTheory(units: number, patterns: number, noise: number): number {
  let [sum, closer] = [0, 0];
  for (let d = 0; d <= units; d++) {
    const q = binomialProbability(d, units, 0.5);
    const [atLeast, more] = [Math.max(0, 1 - closer), Math.max(0, 1 - closer - q)];
    sum += (binomialProbability(d, units, noise) * (pow(atLeast, patterns) - pow(more, patterns))) / (patterns * q);
    closer += q;
  }
  return sum;
}

/** The orders that the sources lead to, at the largest budget. */
export function orderRows(held: readonly Part[]): Row[] {
  const recalled = (name: string) => {
    const part = held.find(({ data, memory }) => data === DATA[0] && memory === name);
    return part?.counts[CHOSEN_AT].map(({ exact, cues }) => (part.patterns * exact) / cues);
  };
  return ORDERS.flatMap(([more, less, remark]) => {
    const [a, b] = [recalled(more), recalled(less)];
    if (a === undefined || b === undefined) return [];
    const lead = estimateMean(
      a.map((count, k) => count - b[k]),
      CONFIDENCE,
    );
    return [claimed(`${DATA[0]}: patterns that ${more} recalls beyond ${less}`, "above 0", lead, { above: 0 }, remark)];
  });
}

/** A row of which our theory says in words what is so. */
function claimed(label: string, theory: string, found: Interval, statement: Statement, remark: string): Row {
  const { published: _, ...row } = stated(label, theory, found, statement, { remark });
  return { ...row, theory };
}
