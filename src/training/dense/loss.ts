import { softplus } from "../../kernels/workspace-functions.js";
import { exp } from "../../math/elementary.js";

/** The loss of a batch, and the size of its gradient. */
export interface DenseLoss {
  /** Sum of (c - t)^(2 m) over rows and classes. */
  readonly loss: number;
  /** Number of rows whose largest gap is not that of their own class. */
  readonly errors: number;
  /** The logarithm by whose exponential the weights are to be multiplied. */
  readonly logScale: number;
}

/** Weights below this part of the largest, as a logarithm, are 0. */
const SMALLEST = -80;

/**
 * The loss sum_c (c - t)^(2 m) of outputs c = tanh(gap), with the targets t = +1 for the own class and -1 for the others, and its
 * derivative by the gaps, times -1 / (2 m):
 *
 *     w = (t - c)^(2 m - 1) (1 - c^2) = t exp((2 m - 1) (log 2 - softplus(2 z)) + log 4 - 2 |z| - 2 softplus(-2 |z|)),   z = t gap.
 *
 * A power of 2 m - 1 = 59 of a small error underflows single precision, so that weights are computed as logarithms and divided by
 * the largest of the batch (Krotov and Hopfield 2016, appendix A).
 *
 * @param gaps rows x classes
 * @param weights receives w / exp(logScale), rows x classes
 */
export function denseLoss(
  gaps: Float64Array,
  rows: number,
  classes: number,
  classOf: (r: number) => number,
  errorPower: number,
  weights: Float32Array,
): DenseLoss {
  const logs = new Float64Array(rows * classes);
  let [loss, errors, logScale] = [0, 0, Number.NEGATIVE_INFINITY];
  for (let r = 0, k = 0; r < rows; r++) {
    const own = classOf(r);
    let best = 0;
    for (let c = 0; c < classes; c++, k++) {
      if (gaps[k] > gaps[r * classes + best]) best = c;
      const z = c === own ? gaps[k] : -gaps[k];
      const error = Math.LN2 - softplus(2 * z);
      const slope = 2 * (Math.LN2 - Math.abs(z) - softplus(-2 * Math.abs(z)));
      loss += exp(2 * errorPower * error);
      logs[k] = (2 * errorPower - 1) * error + slope;
      logScale = Math.max(logScale, logs[k]);
    }
    if (best !== own) errors++;
  }
  for (let r = 0, k = 0; r < rows; r++) {
    const own = classOf(r);
    for (let c = 0; c < classes; c++, k++) {
      const size = logs[k] - logScale < SMALLEST ? 0 : exp(logs[k] - logScale);
      weights[k] = c === own ? size : -size;
    }
  }
  return { loss, errors, logScale };
}
