import { distance } from "../../math/vector.js";
import type { VectorSet } from "../../patterns/index.js";
import type { Warning } from "../../warnings.js";
import type { Nearest } from "../memory.js";
import { fewest, largest, leads, type Weighed, type Weights } from "./retrieval.js";
import type { VectorSeparation } from "./separations/separation.js";
import type { VectorLookup } from "./source.js";
import { neededBeta } from "./steepness.js";

/** Where a recall from a modern memory ended. */
export interface ModernAttractor {
  /**
   * - `stored`: one pattern, or several that are the same, has 90 % of the weight
   * - `metastable`: the mean of some patterns, weighted
   * - `average`: of more than half of all
   * - `none`: no pattern is in reach of the cue, which is given back
   */
  readonly kind: "stored" | "metastable" | "average" | "none";
  /**
   * By the number k of patterns that have 90 % of the weight, of N: I for k > N/2, II above N/8, III above N/32, IV below
   * (Ramsauer et al. 2020, section 4).
   */
  readonly class: "I" | "II" | "III" | "IV";
}

/** The weight of a stored pattern in a retrieval. */
export interface ModernWeight {
  readonly index: number;
  readonly label?: string;
  readonly weight: number;
}

/** What the weights of a retrieval say. */
export interface ModernEvidence {
  /** The pattern of the largest weight; `distance` is that of the state from it, or from its value. */
  readonly nearest: Nearest & { readonly distance: number };
  /** The largest weights of the last step, the largest first. */
  readonly weights: readonly ModernWeight[];
  /** The fewest patterns that certainly have 90 % of the weight. */
  readonly effective: number;
  readonly attractor: ModernAttractor;
  /** By how much the largest similarity of the last query leads the second; absent where only one pattern may be retrieved. */
  readonly margin?: number;
  /** An upper bound of the distance of the exact state from the nearest pattern, whatever was omitted. */
  readonly bound: number;
  /** The largest part of the weight that may have been left out. */
  readonly omitted: number;
  /** Of steps in single precision: an upper bound of the distance of the state from that of an exact last step. */
  readonly rounding?: number;
  readonly warnings: readonly Warning[];
}

/** A step from a query. */
export interface Step {
  readonly keys: VectorLookup;
  /** The values that are recalled in place of the keys, if there are any. */
  readonly values: VectorSet<Float32Array> | undefined;
  readonly query: Float64Array;
  readonly weighed: Weighed;
  /** An upper bound of the part of the weight that was left out, and the length of the longest pattern or value. */
  readonly omitted: number;
  readonly longest: number;
  /** The bound of what single precision adds; 0 in double. */
  readonly rounding: number;
  readonly state: Float64Array;
  readonly beta: number;
  readonly separation: VectorSeparation;
  /** Number of patterns that may be retrieved. */
  readonly among: number;
  /** Computes the similarities of these, which only a warning needs. */
  readonly similarities: () => Float64Array;
  readonly topK: number;
}

/** The share of the weight by which patterns are counted. */
const MOST = 0.9;

/** The most patterns that are compared whether they are the same. */
const MOST_SAME = 64;

/** Weights below this part of the mean add up to less than what `MOST` leaves. */
const FAINT = 0.05;

/** Patterns are looked for from this weight on, and from a fraction of it as long as those found have too little together. */
const HEAVY = 2 ** -10;
const LIGHTER = 2 ** -6;

/** What the weights of a step say. */
export function evidenceOf(step: Step): ModernEvidence {
  const { keys, values, weighed, state, among, topK, omitted, longest, rounding } = step;
  const labels = values?.labels ?? keys.labels;
  const labelled = (index: number) => ({ index, ...(labels !== undefined && { label: labels[index] }) });
  const lead = weighed.first - weighed.second;
  const margin = among > 1 ? { margin: lead } : {};
  // Of all the weight: what was left out adds nothing to the others.
  const share = Math.min(1, MOST / (1 - omitted));
  const { rows, weights } = heaviestOf(step, share);
  const top = largest(weights, topK);
  if (top.length === 0) return { ...outOfReach(step, labelled), ...margin };
  const near = distance(state, (values ?? keys).row(rows[top[0]]));
  const effective = fewest(weights, share);
  const heaviest = () => largest(weights, effective).map((k) => rows[k]);
  const isStored = effective === 1 || (effective <= MOST_SAME && areSame(heaviest(), keys));
  const kind = isStored ? "stored" : effective > among / 2 ? "average" : "metastable";
  return {
    nearest: { ...labelled(rows[top[0]]), distance: near },
    weights: top.map((k) => ({ ...labelled(rows[k]), weight: weights[k] })),
    effective,
    attractor: { kind, class: classOf(effective, among) },
    ...margin,
    // Means of the patterns, with those that were left out and without, are at most 2 M apart.
    bound: near + 2 * longest * omitted + rounding,
    omitted,
    ...(rounding > 0 && { rounding }),
    warnings: kind === "average" ? [averages(step, effective)] : [],
  };
}

/** Patterns among which are the `topK` heaviest and the fewest with `share` of the weight. */
function heaviestOf({ weighed, among, topK }: Step, share: number): Weights {
  const last = FAINT / among;
  for (let least = HEAVY; ; least *= LIGHTER) {
    const found = weighed.candidates(Math.max(least, last), topK);
    // Sums of as many weights are rounded by less.
    if (least <= last || sum(found.weights) > share + 1e-6) return found;
  }
}

function sum(numbers: Float64Array): number {
  let all = 0;
  for (let k = 0; k < numbers.length; k++) all += numbers[k];
  return all;
}

function outOfReach(
  { keys, query, weighed, beta }: Step,
  labelled: (index: number) => Omit<Nearest, "distance">,
): ModernEvidence {
  const index = weighed.nearest();
  const near = distance(query, keys.row(index));
  return {
    nearest: { ...labelled(index), distance: near },
    weights: [],
    effective: 0,
    attractor: { kind: "none", class: "IV" },
    bound: near,
    omitted: 0,
    warnings: [{ code: "out-of-reach", distance: near, reach: Math.sqrt(2 / beta) }],
  };
}

/** A warning with the beta at which the best pattern would have a weight of 0.99 for the same query, if there is one. */
function averages({ similarities: all, among, beta, separation }: Step, effective: number): Warning {
  const similarities = all();
  const [first, second] = leads(similarities);
  const row = similarities.indexOf(first);
  const gap = similarities.length > 1 ? first - second : 0;
  const needed = neededBeta({ row, similarities, same: [row], gap }, separation);
  const remedy = Number.isFinite(needed) ? { needed: Number(needed.toPrecision(2)) } : {};
  return { code: "averages", beta, effective, patterns: among, ...remedy };
}

/** Whether some rows hold the same vector. */
function areSame(rows: readonly number[], set: VectorLookup): boolean {
  const first = set.row(rows[0]);
  return rows.every((j) => set.row(j).every((x, i) => x === first[i]));
}

function classOf(effective: number, count: number): ModernAttractor["class"] {
  if (effective > count / 2) return "I";
  if (effective > count / 8) return "II";
  return effective > count / 32 ? "III" : "IV";
}
