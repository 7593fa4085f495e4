import { affine, square, subtract } from "../../tape/operations/elementwise.js";
import { sumRows } from "../../tape/operations/rows.js";
import { quadraticForm, symmetric } from "../../tape/operations/symmetric.js";
import type { Tensor } from "../../tape/tensor.js";
import { energy } from "./energy.js";

interface Written {
  /** W, symmetric. */
  readonly weights: Tensor;
}

/**
 * E(x) = -x^T W x / 2 + sum_i x_i^4 / 4: the energy of a Hopfield net with units that the last term keeps bounded in place of
 * thresholds. Its stationary states are x_i = cbrt(W x)_i. Without `penalty` and `decay`, one step of writing is Hebb's rule,
 * W += (rate / 2) mean_i x_i x_i^T; the diagonal is part of it.
 */
export const quadratic = energy({
  name: "quadratic",
  summary: "a quadratic form of the units, as of a Hopfield net; one step of writing is Hebb's rule",
  reference: "Hopfield 1982; Hebb 1949",
  options: {},
  create: () => ({
    parameters: (units) => ({ fixed: {}, written: { weights: { shape: [units, units], value: 0 } } }),
    trace(_, written) {
      const { weights } = written as Written;
      return (states) => subtract(affine(sumRows(square(square(states))), 0.25), quadraticForm(states, weights));
    },
    // W = mean_i x_i x_i^T / n in five steps, and steps of reading below the inverse of the curvature 3 x_i^2.
    rates: (units) => ({ write: 2 / units, read: 0.1 }),
    constrain: (written) => ({ weights: symmetric((written as Written).weights) }),
  }),
});
