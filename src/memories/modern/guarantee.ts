import { exp, log, pow } from "../../math/elementary.js";

/** How patterns are drawn, and how surely they are to be held; see `storageGuarantee`. */
export interface GuaranteeOptions {
  /** d, at least 2. */
  readonly dimension: number;
  readonly beta: number;
  /** K: the patterns lie on a sphere of radius K sqrt(d - 1). */
  readonly radius: number;
  /** p, the probability that the patterns are not held; from 0 to 1, exclusive. */
  readonly failure: number;
}

/**
 * The number of random patterns on a sphere that a modern memory holds with probability 1 - p by theorem 3 of Ramsauer et al.
 * (Hopfield networks is all you need, 2020): N >= sqrt(p) c^((d - 1) / 4) with c = b / W_0(e^(a + ln b)),
 * a = 2 (1 + ln(2 beta K^2 p (d - 1))) / (d - 1) and b = 2 K^2 beta / 5. It is a lower bound, which experiments exceed by far.
 */
export function storageGuarantee({ dimension, beta, radius, failure }: GuaranteeOptions): number {
  const a = (2 / (dimension - 1)) * (1 + log(2 * beta * radius * radius * failure * (dimension - 1)));
  const b = (2 * radius * radius * beta) / 5;
  return Math.sqrt(failure) * pow(b / lambertOfExp(a + log(b)), (dimension - 1) / 4);
}

/** W_0(e^y), the solution w of w + ln w = y, by Newton's method. */
function lambertOfExp(y: number): number {
  let w = y > 1 ? y - log(y) : exp(y - (y > 0 ? 1 : exp(y)));
  for (let k = 0; k < 100; k++) {
    const next = (w * (1 + y - log(w))) / (1 + w);
    if (Math.abs(next - w) <= 1e-15 * w) return next;
    w = next;
  }
  return w;
}
