import { requireInteger, requireNumber, ShapeError } from "../errors.js";
import { Random } from "../math/random.js";
import { requireBeta } from "../units/units.js";
import { spinsOf } from "./block-gibbs.js";
import { Comparison } from "./comparison.js";
import { type SpinModel, type SpinView, viewOf } from "./spin-model.js";

/** Options of the comparison of two models. */
export interface CertifyOptions {
  /** Inverse temperature, above 0; defaults to 1. */
  readonly beta?: number | undefined;
  /** Largest number of units for which all 2^N states are listed, at most 20; defaults to 16. */
  readonly exactUpTo?: number | undefined;
  /** Number of random states to compare otherwise; defaults to 1,000. */
  readonly states?: number | undefined;
  /** Number of these from which to recall, to compare the recalled states too; defaults to 20. */
  readonly recalls?: number | undefined;
  /** Generator of the random states; defaults to `new Random(0)`. */
  readonly random?: Random | undefined;
  /** Largest difference of equal models; defaults to a bound on rounding errors. */
  readonly tolerance?: number | undefined;
}

/** Whether two models of N spins are equal, with the evidence. */
export interface Certificate {
  readonly equal: boolean;
  /** The verdict and its evidence in one line. */
  readonly verdict: string;
  /** "enumeration" of all states, or a "sample": random, stored, reversed and recalled ones. */
  readonly method: "enumeration" | "sample";
  /** Number of compared states. */
  readonly states: number;
  readonly beta: number;
  /** The constant that is subtracted, the middle of all E_a(s) - E_b(s). It does not change a distribution. */
  readonly constant: number;
  /** max_s |E_a(s) - E_b(s) - constant|. The log probabilities differ by at most 2 beta times it. */
  readonly largestDifference: number;
  /** max_s |E(s, <h | s>) - F(s) - constant| of machines with gaussian hidden units: the p-dimensional representation. */
  readonly hiddenDifference?: number;
  readonly tolerance: number;
  /** A state with the largest difference. */
  readonly worst: Int8Array;
  /** sum_s |p_a(s) - p_b(s)| / 2 of the exact distributions, after enumeration. */
  readonly totalVariation?: number;
  /** log Z of both, including their own constants, after enumeration. */
  readonly logPartition?: readonly [number, number];
}

/** Number of states compared at a time. */
const CHUNK = 1024;

/**
 * Compares the energies of two models of N spins: Hopfield memories and nets, RBMs and machines with coupled hidden units,
 * whose hidden units are summed out. The models are equal if their energies differ by a constant; then every state has the
 * same probability. Up to `exactUpTo` units all states are compared and the verdict holds exactly for the distributions;
 * otherwise random states, the stored patterns and their negatives, and the recalled states are compared.
 *
 * The tolerance is a bound on rounding: an energy of terms whose magnitudes sum to M, each the result of sums of k terms, is
 * off by 4 k 2^-53 M at most, to first order. A larger difference is one of the models.
 *
 * @throws ShapeError for models of different sizes, ArgumentError for a value that is not a model or an option out of range
 */
export function certify(a: SpinModel, b: SpinModel, options: CertifyOptions = {}): Certificate {
  const { beta = 1, exactUpTo = 16, states = 1000, recalls = 20, random = new Random(0) } = options;
  requireBeta(beta);
  requireInteger("exactUpTo", exactUpTo, 0, 20);
  requireInteger("states", states, 1);
  requireInteger("recalls", recalls, 0, states);
  const one = viewOf("a", a, beta);
  const two = viewOf("b", b, beta);
  const n = one.units;
  if (two.units !== n) throw new ShapeError(`a has ${n} units but b has ${two.units}; expected the same number`);
  const tolerance = options.tolerance ?? 4 * Math.max(one.terms, two.terms) * 2 ** -53 * (one.size + two.size);
  requireNumber("tolerance", tolerance, 0);

  const exact = n <= exactUpTo;
  const comparison = new Comparison(one, two, beta);
  if (exact) for (const chunk of everyState(n)) comparison.add(chunk);
  else for (const chunk of chosenStates(one, two, states, recalls, random)) comparison.add(chunk);
  const { count, difference, constant, hidden, worst } = comparison;
  const equal = difference <= tolerance && (hidden ?? 0) <= tolerance;
  const largest = Math.max(difference, hidden ?? 0).toPrecision(2);
  const what = exact ? `all ${count} states` : `${count} states`;
  return {
    equal,
    verdict: `${equal ? "equal" : "different"}: energies of ${what} differ by up to ${largest}, tolerance ${tolerance.toPrecision(2)}`,
    method: exact ? "enumeration" : "sample",
    states: count,
    beta,
    constant,
    largestDifference: difference,
    ...(hidden === undefined ? {} : { hiddenDifference: hidden }),
    tolerance,
    worst,
    ...(exact ? comparison.distributions() : {}),
  };
}

/** All 2^n states. */
function* everyState(n: number): Generator<Float64Array> {
  for (let first = 0; first < 2 ** n; first += CHUNK) {
    const rows = Math.min(CHUNK, 2 ** n - first);
    yield Float64Array.from({ length: rows * n }, (_, k) => (((first + Math.floor(k / n)) >> (k % n)) & 1 ? 1 : -1));
  }
}

/** Random states, the states recalled from some of them, and the stored patterns. */
function* chosenStates(
  a: SpinView,
  b: SpinView,
  states: number,
  recalls: number,
  random: Random,
): Generator<Float64Array> {
  const n = a.units;
  for (let r = 0; r < states; r++) {
    const stream = random.fork(r);
    const state = Float64Array.from({ length: n }, () => (stream.bernoulli(0.5) ? 1 : -1));
    yield state;
    if (r >= recalls) continue;
    for (const model of [a, b]) if (model.recall !== undefined) yield model.recall(state, stream);
  }
  for (const { stored } of [a, b]) {
    if (stored === undefined) continue;
    const patterns = spinsOf(stored.bits);
    yield patterns;
    yield patterns.map((x) => -x);
  }
}
