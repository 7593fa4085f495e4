import { requireInteger, requireNumber } from "../errors.js";
import { defaultKernels, type Kernels, tie } from "../kernels/index.js";
import { hebb, type LearningRule } from "../learning/index.js";
import { binomialAtMost, binomialProbability } from "../math/binomial.js";
import { spinAt } from "../math/bits.js";
import { type Estimate, estimateMean } from "../math/estimate.js";
import { normalQuantile, normalTail } from "../math/normal.js";
import type { Random } from "../math/random.js";
import { randomPatterns } from "../patterns/index.js";
import { stabilities } from "./stability.js";

/** A net that learned random patterns by Hebb's rule. */
export interface HebbLoad {
  /** n */
  readonly units: number;
  /** p */
  readonly patterns: number;
  /** Whether the couplings keep their diagonal p / n; defaults to false. */
  readonly selfCoupling?: boolean | undefined;
  /**
   * Update of a unit with zero field: "keep" its state (asynchronous dynamics), or "plus" (the one-shot operator sgn,
   * sgn(0) = +1), which is wrong for half of the units. Defaults to "keep".
   */
  readonly ties?: "keep" | "plus" | undefined;
}

/**
 * Probability that a unit of a stored pattern is wrong after one step, exact. n kappa_i = S + C with the signal
 * S = n - 1 (plus p with self-coupling) and the crosstalk C = sum over the other patterns and units of xi_i xi_mu,i
 * xi_mu,j xi_j, a sum of N = (p - 1)(n - 1) independent signs: C = 2 B - N, with B binomial. (Hertz, Krogh and Palmer,
 * Introduction to the theory of neural computation, 1991, section 2.2.)
 */
export function hebbError(load: HebbLoad): number {
  const { signal, terms } = signalOf(load);
  // C < -S: B < (N - S) / 2.
  const twice = terms - signal;
  const below = binomialAtMost(Math.ceil(twice / 2) - 1, terms, 0.5);
  const tied = load.ties === "plus" && twice >= 0 && twice % 2 === 0;
  return tied ? below + 0.5 * binomialProbability(twice / 2, terms, 0.5) : below;
}

/**
 * The Gaussian estimate of `hebbError`: the crosstalk as a normal number of variance N, P = erfc(S / sqrt(2 N)) / 2. For
 * large n and p it is erfc(sqrt(n / (2 p))) / 2: the crosstalk over n has the standard deviation sqrt(p / n).
 */
export function gaussianError(load: HebbLoad): number {
  const { signal, terms } = signalOf(load);
  return terms === 0 ? 0 : normalTail(signal / Math.sqrt(terms));
}

/**
 * The load p / n at which the Gaussian estimate gives a wrong unit the probability `error`, from 0 to 1/2: 1 / x^2, where
 * a normal number exceeds x with that probability. An error of 0.01 gives 0.185: Rojas' rule m = 0.18 n (Rojas, Neural
 * networks, 1996, chapter 12).
 */
export function loadForError(error: number): number {
  requireNumber("error", error, 0, 0.5);
  const x = normalQuantile(error);
  return 1 / (x * x);
}

/** Options of a simulated error probability. */
export interface ErrorSimulation extends HebbLoad {
  /** Number of independent sets of random patterns, at least three. */
  readonly draws: number;
  /** Draw k uses stream k. */
  readonly random: Random;
  /** Learning rule; defaults to the Hebb rule with the given self-coupling. */
  readonly rule?: LearningRule | undefined;
  readonly kernels?: Kernels | undefined;
}

/** The fraction of wrong units after one step, over new random patterns, with the error between draws. */
export function simulateError({ draws, random, ...options }: ErrorSimulation): Estimate {
  requireInteger("draws", draws, 3);
  return estimateMean(Float64Array.from({ length: draws }, (_, k) => errorOfDraw(options, random.fork(k))));
}

/** The fraction of wrong units after one step in one set of random patterns: one independent part of `simulateError`. */
export function errorOfDraw(
  { units, patterns, selfCoupling, ties, rule, kernels }: Omit<ErrorSimulation, "draws" | "random">,
  random: Random,
): number {
  signalOf({ units, patterns });
  const set = randomPatterns(patterns, units, random);
  const net = (rule ?? hebb({ selfCoupling })).learn(set, kernels ?? defaultKernels());
  const { values, unstable } = stabilities(net, set);
  net.interaction.dispose();
  if (ties !== "plus") return unstable / values.length;
  let wrong = unstable;
  for (let k = 0; k < values.length; k++) {
    if (Math.abs(values[k]) <= tie && spinAt(set.bits, Math.floor(k / units), k % units) < 0) wrong++;
  }
  return wrong / values.length;
}

function signalOf({ units, patterns, selfCoupling = false }: HebbLoad): { signal: number; terms: number } {
  requireInteger("units", units, 1);
  requireInteger("patterns", patterns, 1);
  return { signal: units - 1 + (selfCoupling ? patterns : 0), terms: (patterns - 1) * (units - 1) };
}
