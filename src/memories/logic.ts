import { DataError, requireInteger } from "../errors.js";
import { tie } from "../kernels/index.js";
import { bitMatrix, spinAt } from "../math/bits.js";
import { dot } from "../math/vector.js";
import { PatternSet } from "../patterns/index.js";
import { HopfieldNet } from "./net.js";

/** A logic network: the wanted stable states of a small Hopfield net, one per row of its truth table. */
export interface LogicNetwork {
  readonly name: string;
  /** Meaning of each unit. */
  readonly units: readonly string[];
  readonly states: PatternSet;
}

/**
 * The logic networks of Rojas, Neural Networks, 1996, chapter 13, as tables of stable states in S.-H. Na, Associative memory
 * for deep learning (lecture slides, 2021); true is +1, false is -1.
 *
 * - `flipFlop`: two units, exactly one of which is on.
 * - `or`: two inputs and their disjunction. The slides print its last row as (+, +, -), a misprint: the table would be
 *   `xorOfThree`. The rows (+, -, +) and (+, +, +) differ in one unit, which has the same field in both: they are stable
 *   together only if that field is zero and the unit keeps its state.
 * - `xor`: two inputs, their exclusive disjunction, and an auxiliary unit that is off where both inputs are on, as printed.
 *   The auxiliary unit may single out any one of the four rows, on or off; none of the other 8 columns can be learned.
 * - `xorOfThree`: the same without the auxiliary unit. No net holds it: x_3 h_3 = x_3 (w_31 x_1 + w_32 x_2 - theta_3) sums
 *   to 0 over the four rows for all weights, so not all four are positive.
 */
export const logicNetworks = {
  flipFlop: network("flip-flop", ["set", "reset"], ["+-", "-+"]),
  or: network("or", ["a", "b", "a or b"], ["---", "+-+", "-++", "+++"]),
  xor: network("xor", ["a", "b", "a xor b", "not (a and b)"], ["---+", "+-++", "-+++", "++--"]),
  xorOfThree: network("xor of three units", ["a", "b", "a xor b"], ["---", "+-+", "-++", "++-"]),
} as const satisfies Record<string, LogicNetwork>;

/** The net learned for a logic network. */
export interface LearnedLogic {
  readonly net: HopfieldNet;
  /** All stable states of the net, wanted or not, in the order of their binary numbers. */
  readonly stable: PatternSet;
  /** Number of sweeps through the conditions, including the last one, which needed no correction. */
  readonly sweeps: number;
}

/**
 * Perceptron learning of a logic network: the n(n-1)/2 couplings and n thresholds are the weights of one perceptron, with
 * the condition x_i h_i > 0 for every unit of every state (Rojas, Neural Networks, 1996, chapter 13; `perceptron` is the
 * rule for memories). States that differ in one unit require a field of exactly zero there, one linear equation each;
 * corrections are projected onto its solutions.
 *
 * @throws DataError if a condition is not met after `limit` sweeps: the states are not separable
 */
export function learnLogic({ name, states }: LogicNetwork, limit = 1000): LearnedLogic {
  requireInteger("limit", limit, 1);
  requireInteger("units", states.units, 1, 16);
  const { demands, zero } = demandsOf(states);
  const basis = orthonormal(zero);
  const corrections = demands.map((demand) => remainder(demand, basis));
  const weights = new Float64Array((states.units * (states.units + 1)) / 2);
  let unmet = 0;
  for (let sweeps = 1; sweeps <= limit; sweeps++) {
    unmet = 0;
    for (const correction of corrections) {
      if (dot(correction, weights) > tie) continue;
      unmet++;
      for (let k = 0; k < weights.length; k++) weights[k] += correction[k] / states.units;
    }
    if (unmet === 0) {
      const net = netOf(weights, states.units);
      return { net, stable: stableStates(net), sweeps };
    }
  }
  throw new DataError(
    `the ${states.count} states of ${name} are not separable: ${unmet} of ${demands.length} conditions fail after ${limit} sweeps; add an auxiliary unit`,
  );
}

/** x_i h_i of every unit of every state as coefficients of the weights; separately, those that must be zero. */
function demandsOf(states: PatternSet): { demands: Float64Array[]; zero: Float64Array[] } {
  const n = states.units;
  const rows = Array.from({ length: states.count }, (_, r) => Array.from(states.spins(r)));
  const known = new Set(rows.map((row) => row.join()));
  const demands: Float64Array[] = [];
  const zero: Float64Array[] = [];
  for (const row of rows) {
    for (let i = 0; i < n; i++) {
      const demand = new Float64Array((n * (n + 1)) / 2);
      for (let j = 0; j < n; j++) if (j !== i) demand[place(i, j, n)] = row[i] * row[j];
      demand[place(i, i, n)] = -row[i];
      (known.has(row.with(i, -row[i]).join()) ? zero : demands).push(demand);
    }
  }
  return { demands, zero };
}

/** Index of W_ij = W_ji among the weights; theta_i is at (i, i). */
function place(i: number, j: number, n: number): number {
  const [low, high] = i < j ? [i, j] : [j, i];
  return (low * (2 * n - low - 1)) / 2 + high;
}

function netOf(weights: Float64Array, n: number): HopfieldNet {
  const units = Array.from({ length: n }, (_, i) => i);
  const W = units.map((i) => units.map((j) => (i === j ? 0 : weights[place(i, j, n)])));
  return new HopfieldNet(
    W,
    units.map((i) => weights[place(i, i, n)]),
  );
}

/** Gram-Schmidt; vectors that depend on earlier ones are skipped. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = remainder(vector, basis);
    const length = Math.sqrt(dot(rest, rest));
    if (length > 1e-9) basis.push(rest.map((value) => value / length));
  }
  return basis;
}

/** A vector minus its projection onto the basis. */
function remainder(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const rest = vector.slice();
  for (const direction of basis) {
    const part = dot(rest, direction);
    for (let k = 0; k < rest.length; k++) rest[k] -= part * direction[k];
  }
  return rest;
}

/** All fixed points of asynchronous dynamics of a net with few units. */
function stableStates(net: HopfieldNet): PatternSet {
  const all = bitMatrix(2 ** net.units, net.units);
  for (let word = 0; word < all.rows; word++) all.words[word * all.stride] = word;
  const fields = net.fields(all);
  const rows = Array.from({ length: all.rows }, (_, word) => word);
  const isStable = (word: number) => {
    for (let i = 0; i < net.units; i++) if (spinAt(all, word, i) * fields[word * net.units + i] < -tie) return false;
    return true;
  };
  return new PatternSet(all).select(rows.filter(isStable));
}

function network(name: string, units: readonly string[], rows: readonly string[]): LogicNetwork {
  return {
    name,
    units,
    states: PatternSet.from(rows.map((row) => Array.from(row, (sign) => (sign === "+" ? 1 : -1)))),
  };
}
