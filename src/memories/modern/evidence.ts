import { distance } from "../../math/vector.js";
import type { VectorSet } from "../../patterns/index.js";
import type { Warning } from "../../warnings.js";
import type { Nearest } from "../memory.js";
import { fewest, largest } from "./retrieval.js";
import type { VectorSeparation } from "./separations/separation.js";
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
  /** The fewest patterns that have 90 % of the weight. */
  readonly effective: number;
  readonly attractor: ModernAttractor;
  /** By how much the largest similarity of the last query leads the second; absent where only one pattern may be retrieved. */
  readonly margin?: number;
  /** An upper bound of the distance of the state from the nearest pattern, whatever was omitted. */
  readonly bound: number;
  /** The largest part of the weight that may have been left out. */
  readonly omitted: number;
  readonly warnings: readonly Warning[];
}

/** A step from a query. */
export interface Step {
  readonly keys: VectorSet<Float32Array>;
  /** The values that are recalled in place of the keys, if there are any. */
  readonly values: VectorSet<Float32Array> | undefined;
  readonly query: Float64Array;
  readonly similarities: Float64Array;
  /** All 0 where no pattern is in reach. */
  readonly weights: Float64Array;
  readonly state: Float64Array;
  readonly beta: number;
  readonly separation: VectorSeparation;
  /** 1 for patterns that may be retrieved, if not all may. */
  readonly allowed: Uint8Array | undefined;
  readonly topK: number;
}

/** The share of the weight by which patterns are counted. */
const MOST = 0.9;

/** The most patterns that are compared whether they are the same. */
const MOST_SAME = 64;

/** What the weights of a step say. */
export function evidenceOf(step: Step): ModernEvidence {
  const { keys, values, weights, similarities, state, allowed, topK } = step;
  const labels = values?.labels ?? keys.labels;
  const labelled = (index: number) => ({ index, ...(labels !== undefined && { label: labels[index] }) });
  const lead = leadOf(similarities, allowed);
  const margin = lead === undefined ? {} : { margin: lead };
  const top = largest(weights, topK);
  if (top.length === 0) return { ...outOfReach(step, labelled), ...margin };
  const near = distance(state, (values ?? keys).row(top[0]));
  const effective = fewest(weights, MOST);
  const among = allowed === undefined ? keys.count : allowed.reduce((sum, one) => sum + one, 0);
  const isStored = effective === 1 || (effective <= MOST_SAME && areSame(largest(weights, effective), keys));
  const kind = isStored ? "stored" : effective > among / 2 ? "average" : "metastable";
  return {
    nearest: { ...labelled(top[0]), distance: near },
    weights: top.map((index) => ({ ...labelled(index), weight: weights[index] })),
    effective,
    attractor: { kind, class: classOf(effective, among) },
    ...margin,
    bound: near,
    omitted: 0,
    warnings: kind === "average" ? [averages(step, effective, among)] : [],
  };
}

function outOfReach(
  { keys, query, similarities, allowed, beta }: Step,
  labelled: (index: number) => Omit<Nearest, "distance">,
): ModernEvidence {
  const isAllowed = (j: number) => allowed === undefined || allowed[j] === 1;
  let index = -1;
  for (let j = 0; j < keys.count; j++) {
    if (isAllowed(j) && (index < 0 || similarities[j] > similarities[index])) index = j;
  }
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
function averages({ similarities, allowed, beta, separation }: Step, effective: number, patterns: number): Warning {
  const some = allowed === undefined ? similarities : similarities.filter((_, j) => allowed[j] === 1);
  const row = some.reduce((best, s, j) => (s > some[best] ? j : best), 0);
  const gap = leadOf(some, undefined) ?? 0;
  const needed = neededBeta({ row, similarities: some, same: [row], gap }, separation);
  const remedy = Number.isFinite(needed) ? { needed: Number(needed.toPrecision(2)) } : {};
  return { code: "averages", beta, effective, patterns, ...remedy };
}

/** Whether some rows hold the same vector. */
function areSame(rows: readonly number[], set: VectorSet<Float32Array>): boolean {
  const first = set.row(rows[0]);
  return rows.every((j) => set.row(j).every((x, i) => x === first[i]));
}

/** The largest number less the second; undefined if there is one alone. */
function leadOf(similarities: Float64Array, allowed: Uint8Array | undefined): number | undefined {
  let [first, second, count] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let j = 0; j < similarities.length; j++) {
    if (allowed !== undefined && allowed[j] === 0) continue;
    count++;
    const s = similarities[j];
    if (s > first) [first, second] = [s, first];
    else if (s > second) second = s;
  }
  return count > 1 ? first - second : undefined;
}

function classOf(effective: number, count: number): ModernAttractor["class"] {
  if (effective > count / 2) return "I";
  if (effective > count / 8) return "II";
  return effective > count / 32 ? "III" : "IV";
}
