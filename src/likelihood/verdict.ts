import { requireOptions } from "../errors.js";
import { hypot } from "../math/elementary.js";
import type { AnnealingEstimate } from "./annealing.js";

/** log Z with its bounds, and whether they are reliable. */
export interface PartitionFunction {
  /** The exact sum, or the estimate of annealed importance sampling forward. */
  readonly logZ: number;
  /** Standard error of `logZ`; 0 if it is exact. */
  readonly standardError: number;
  /** The lower bound: the forward estimate minus three standard errors. */
  readonly low: number;
  /** The upper bound: the reverse estimate plus three standard errors. */
  readonly high: number;
  readonly method: "exact sum" | "annealed importance sampling";
  /** The smaller effective sample size of both directions; Infinity if nothing was sampled. */
  readonly effectiveSampleSize: number;
  /** Whether forward and reverse agree within their errors, each with enough effective samples. */
  readonly trusted: boolean;
  /** The reason for `trusted` in one sentence. */
  readonly verdict: string;
  readonly forward?: AnnealingEstimate;
  readonly reverse?: AnnealingEstimate;
}

/** Options of combining the two directions of annealed importance sampling. */
export interface SandwichOptions {
  /** Whether the reverse chains started from exact samples; if not, they may miss modes and the upper bound may fail. */
  readonly exact: boolean;
  /**
   * Allowed difference of forward and reverse beyond their errors, in nats; defaults to 0.01, a bound on rounding to single
   * precision that is below the resolution of published likelihoods.
   */
  readonly tolerance?: number | undefined;
}

/** Number of standard errors of the difference that count as chance. */
const SIGMAS = 4;

/** With fewer effective samples the standard error itself is unreliable. */
const FEWEST_SAMPLES = 10;

/**
 * Combines the lower bound of annealed importance sampling forward with the upper bound of the reverse. They are trusted
 * if both have an effective sample size of at least 10 and
 *
 *     |log Z_reverse - log Z_forward| <= 4 sqrt(s_forward^2 + s_reverse^2) + tolerance
 *
 * with their standard errors s. Forward chains that miss a mode seem precise; reverse chains that start in it reveal it
 * (Grosse, Ghahramani and Adams, Sandwiching the marginal likelihood using bidirectional Monte Carlo, 2015).
 */
export function sandwich(
  forward: AnnealingEstimate,
  reverse: AnnealingEstimate,
  options: SandwichOptions,
): PartitionFunction {
  requireOptions(options, "{ exact }");
  const { exact, tolerance = 0.01 } = options;
  const gap = reverse.logZ - forward.logZ;
  const explained = SIGMAS * hypot(forward.standardError, reverse.standardError) + tolerance;
  const agree = Math.abs(gap) <= explained;
  const effectiveSampleSize = Math.min(forward.effectiveSampleSize, reverse.effectiveSampleSize);
  const enough = effectiveSampleSize >= FEWEST_SAMPLES;
  const reasons: string[] = [];
  if (!agree) {
    const sides = gap > 0 ? "reverse lies above forward" : "forward lies above reverse";
    reasons.push(`${sides} by ${nats(gap)} where their errors explain ${nats(explained)}`);
  }
  if (!enough) {
    const weaker = forward.effectiveSampleSize === effectiveSampleSize ? "forward" : "reverse";
    const samples = `${effectiveSampleSize.toFixed(1)} effective samples (at least ${FEWEST_SAMPLES} are needed)`;
    reasons.push(`the ${weaker} chains make only ${samples}`);
  }
  const trusted = agree && enough;
  const remedy =
    agree || gap > 0 ? "take more temperatures, or more chains" : "start the reverse chains from better samples";
  const agreement = `forward and reverse differ by ${nats(gap)}, and their errors explain ${nats(explained)}`;
  const caveat = exact ? "" : "; the reverse chains began with approximate samples, which may lack modes";
  return {
    logZ: forward.logZ,
    standardError: forward.standardError,
    low: Math.min(forward.low, reverse.low),
    high: Math.max(forward.high, reverse.high),
    method: "annealed importance sampling",
    effectiveSampleSize,
    trusted,
    verdict: trusted ? `trusted: ${agreement}${caveat}` : `not to be trusted: ${reasons.join(", and ")}: ${remedy}`,
    forward,
    reverse,
  };
}

/** The verdict on a sum over all states, or on a closed form. */
export function exactVerdict(logZ: number, { closed = false }: { readonly closed?: boolean } = {}): PartitionFunction {
  return {
    logZ,
    standardError: 0,
    low: logZ,
    high: logZ,
    method: "exact sum",
    effectiveSampleSize: Number.POSITIVE_INFINITY,
    trusted: true,
    verdict: closed
      ? "exact: log Z is that of a normal distribution"
      : "exact: log Z is the sum over all states of a layer",
  };
}

function nats(x: number): string {
  return `${Math.abs(x).toPrecision(2)} nats`;
}
