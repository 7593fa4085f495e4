import type { Net } from "../dynamics/index.js";
import { ArgumentError, requireInteger } from "../errors.js";
import { toMatrix } from "../interactions/index.js";
import { tie } from "../kernels/index.js";
import { gridShift } from "../math/grid.js";

/**
 * A small net laid out for going through all of its 2^n states. A state is a word: bit i is 1 where unit i is +1. States
 * come in the order of the Gray code k ^ (k >> 1), in which each differs from the one before in a single unit, so that a
 * field changes by one weight. Weights and thresholds lie on a grid on which their sums are exact. As in the kernels, a
 * field within `tie` of its threshold counts as equal to it.
 */
export interface SmallNet {
  readonly units: number;
  /** columns[j * n + i] = 2 W_ij: what the field of unit i gains when unit j turns to +1. */
  readonly columns: Float64Array;
  readonly thresholds: Float64Array;
  /** `tie` on that grid. */
  readonly margin: number;
}

/** @throws ArgumentError for a net of more units than `most` */
export function smallNet({ couplings, thresholds }: Net, most: number, purpose: string): SmallNet {
  const n = couplings.units;
  if (n > most) {
    throw new ArgumentError(
      `the network has ${n} units; ${purpose} goes through all 2^n states and takes at most ${most} units`,
    );
  }
  const weights = toMatrix(couplings);
  let magnitude = 0;
  for (let i = 0; i < n; i++) {
    let sum = Math.abs(thresholds[i]) + tie;
    for (let j = 0; j < n; j++) sum += Math.abs(weights[i * n + j]);
    magnitude = Math.max(magnitude, sum);
  }
  const shift = gridShift(magnitude);
  const columns = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) columns[j * n + i] = 2 * (weights[i * n + j] + shift - shift);
  }
  const onGrid = thresholds.map((theta) => theta + shift - shift);
  return { units: n, columns, thresholds: onGrid, margin: tie + shift - shift };
}

/** fields[i] = h_i = (W s)_i - theta_i of the state `word`. */
export function fieldsOf({ units: n, columns, thresholds }: SmallNet, word: number, fields: Float64Array): void {
  for (let i = 0; i < n; i++) fields[i] = -thresholds[i];
  for (let j = 0; j < n; j++) {
    const half = ((word >>> j) & 1) - 0.5;
    for (let i = 0; i < n; i++) fields[i] += half * columns[j * n + i];
  }
}

/** The unit in which the states k - 1 and k of the Gray code differ. */
export function changedUnit(k: number): number {
  return 31 - Math.clz32(k & -k);
}

/**
 * Puts the state that one synchronous step, sgn(W s - theta) with sgn(0) = +1, makes of state s into table[s], for the
 * states of the Gray code from `from` up to, not including, `to`. Parts of the range may be filled by different workers
 * into one shared table.
 */
export function fillSuccessors(net: SmallNet, table: Uint32Array, from = 0, to = table.length): void {
  requireRange(net, from, to);
  const { units: n, columns, margin } = net;
  // What a field lacks to be -margin: below zero where the unit becomes +1. Its sign bit is the answer, without a branch.
  const lacking = new Float64Array(n);
  const halves = new Uint32Array(lacking.buffer);
  let state = from ^ (from >>> 1);
  fieldsOf(net, state, lacking);
  for (let i = 0; i < n; i++) lacking[i] = -margin - lacking[i];
  let next = 0;
  for (let i = 0; i < n; i++) next |= (halves[2 * i + 1] >>> 31) << i;
  if (from < to) table[state] = next;
  for (let k = from + 1; k < to; k++) {
    const j = changedUnit(k);
    state ^= 1 << j;
    const sign = 1 - 2 * ((state >>> j) & 1);
    const at = j * n;
    next = 0;
    for (let i = 0; i < n; i++) {
      lacking[i] += sign * columns[at + i];
      next |= (halves[2 * i + 1] >>> 31) << i;
    }
    table[state] = next;
  }
}

/** Throws unless [from, to) lies within the 2^n states. */
export function requireRange({ units }: SmallNet, from: number, to: number): void {
  requireInteger("to", to, 0, 2 ** units);
  requireInteger("from", from, 0, to);
}
