import { requireInteger, requireNumber, ShapeError } from "../errors.js";
import { Random } from "../math/random.js";
import { requireBeta } from "../units/units.js";
import { spinsOf } from "./block-gibbs.js";
import { Comparison } from "./comparison.js";
import { type SpinModel, type SpinView, viewOf } from "./spin-model.js";

/** How to compare two models. */
export interface CertifyOptions {
  /** Inverse temperature, above 0; 1 where it is left out. */
  readonly beta?: number | undefined;
  /** Up to how many units all 2^N states are listed; 16 where it is left out, 20 at most. */
  readonly exactUpTo?: number | undefined;
  /** Random states to compare where they are not; 1,000 where it is left out. */
  readonly states?: number | undefined;
  /** From how many of those to recall, and compare what is recalled; 20 where it is left out. */
  readonly recalls?: number | undefined;
  /** For random states; `new Random(0)` where it is left out. */
  readonly random?: Random | undefined;
  /** The largest difference that counts as none; what rounding can make where it is left out. */
  readonly tolerance?: number | undefined;
}

/** Whether two models of N spins are the same, and the evidence. */
export interface Certificate {
  readonly equal: boolean;
  /** In one line: the verdict and what it rests on. */
  readonly verdict: string;
  /** "enumeration" of all states, or a "sample": random, stored, reversed and recalled ones. */
  readonly method: "enumeration" | "sample";
  /** States compared. */
  readonly states: number;
  readonly beta: number;
  /** The constant that was taken out: the middle of all E_a(s) - E_b(s). It does not change a distribution. */
  readonly constant: number;
  /** max_s |E_a(s) - E_b(s) - constant|. The distributions' logarithms differ by no more than 2 beta times it. */
  readonly largestDifference: number;
  /** max_s |E(s, <h | s>) - F(s) - constant| of machines with gaussian hidden units: the p-dimensional representation. */
  readonly hiddenDifference?: number;
  readonly tolerance: number;
  /** A state with the largest difference. */
  readonly worst: Int8Array;
  /** sum_s |p_a(s) - p_b(s)| / 2 of the exact distributions, after enumeration. */
  readonly totalVariation?: number;
  /** log Z of either, its own constant included, after enumeration. */
  readonly logPartition?: readonly [number, number];
}

/** States are compared so many at a time. */
const CHUNK = 1024;

/**
 * Compares the energies of two models of N spins: Hopfield memories and nets, RBMs and machines with coupled hidden units,
 * whose hidden units are summed out. They are the same model where energies differ by a constant, and then at every state
 * have the same probability. Up to `exactUpTo` units all states are compared and the verdict is one about the
 * distributions, exactly; else random states, the stored patterns and their negatives, and what the models recall.
 *
 * The tolerance is a bound on rounding: an energy of terms whose magnitudes sum to M, each the outcome of sums of k terms, is
 * off by 4 k 2^-53 M at most, to first order. A difference beyond it is one of the models.
 *
 * @throws ShapeError for models of different sizes, ArgumentError for what is no model or an option out of its range
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
  if (two.units !== n) throw new ShapeError(`a has ${n} units but b has ${two.units}; expected as many`);
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

/** Random states, what the models recall from some of them, and what they store. */
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
