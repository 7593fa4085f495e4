import { requireOptions } from "../errors.js";
import type { AnnealingEstimate } from "./annealing.js";

/** log Z with its bounds, and whether to trust them. */
export interface PartitionFunction {
  /** The exact sum, or the estimate of annealed importance sampling forward. */
  readonly logZ: number;
  /** Of `logZ`; 0 where it is exact. */
  readonly standardError: number;
  /** The lower bound: forward, less three standard errors. */
  readonly low: number;
  /** The upper bound: in reverse, and three standard errors more. */
  readonly high: number;
  readonly method: "exact sum" | "annealed importance sampling";
  /** The smaller one of both directions; Infinity where nothing was sampled. */
  readonly effectiveSampleSize: number;
  /** Whether forward and reverse differ by no more than their errors explain, each with enough effective samples. */
  readonly trusted: boolean;
  /** One sentence that says so, and why. */
  readonly verdict: string;
  readonly forward?: AnnealingEstimate;
  readonly reverse?: AnnealingEstimate;
}

/** What the two directions of annealed importance sampling say together. */
export interface SandwichOptions {
  /** Whether the reverse chains began with exact samples: if not, the upper bound may miss what the chains missed. */
  readonly exact: boolean;
  /**
   * Nats by which forward and reverse may differ besides their errors, 0.01 where it is left out: what rounding to single
   * precision may add, and less than published likelihoods resolve.
   */
  readonly tolerance?: number | undefined;
}

/** So many standard errors of the difference are put down to chance. */
const SIGMAS = 4;

/** With fewer effective samples the standard error itself is a guess. */
const FEWEST_SAMPLES = 10;

/**
 * Brings the lower bound of annealed importance sampling forward and the upper bound of the reverse together. They are
 * trusted where both have an effective sample size of at least 10 and
 *
 *     |log Z_reverse - log Z_forward| <= 4 sqrt(s_forward^2 + s_reverse^2) + tolerance
 *
 * with their standard errors s. Chains that miss a mode forward seem precise, but those that start in it in reverse tell
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
  const explained = SIGMAS * Math.hypot(forward.standardError, reverse.standardError) + tolerance;
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

/** The verdict on a sum over all states. */
export function exactVerdict(logZ: number): PartitionFunction {
  return {
    logZ,
    standardError: 0,
    low: logZ,
    high: logZ,
    method: "exact sum",
    effectiveSampleSize: Number.POSITIVE_INFINITY,
    trusted: true,
    verdict: "exact: log Z is the sum over all states of a layer",
  };
}

function nats(x: number): string {
  return `${Math.abs(x).toPrecision(2)} nats`;
}
