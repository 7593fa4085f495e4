import type { Linear } from "../../layers/linear.js";
import { affine, exp, multiply, square, subtract } from "../../tape/operations/elementwise.js";
import { sumRows } from "../../tape/operations/rows.js";
import { quadraticForm, symmetric } from "../../tape/operations/symmetric.js";
import type { Tensor } from "../../tape/tensor.js";
import { energy } from "./energy.js";
import { featureOptions, featuresOf, initialFeatures } from "./features.js";

interface Fixed {
  readonly factors: readonly Linear<Tensor>[];
  /** log lambda */
  readonly logLeak: Tensor;
}

interface Written {
  /** W, symmetric. */
  readonly weights: Tensor;
}

/**
 * E(x) = -(s / 2) h^T W h + (lambda / 2) x . x with the H features h of `featuresOf`, of which writing changes the symmetric matrix W
 * alone, and s = sqrt(n) / H, with which the rates do not depend on n and H. Without `penalty` and `decay`, one step of
 * writing is Hebb's rule in feature space, W += (rate s / 2) mean_i h_i h_i^T. It is bounded below, since features are bounded, and with
 * W = 0 its only minimum is 0.
 */
export const quadraticFeatures = energy({
  name: "quadratic-features",
  summary: "a quadratic form of learned features; one step of writing is Hebb's rule among them",
  reference: "Bartunov et al. 2019; Hebb 1949",
  options: featureOptions,
  create: ({ features: size, order }) => ({
    parameters: (units) => ({
      fixed: {
        factors: initialFeatures(units, { features: size, order }),
        logLeak: { shape: [1], value: 0 },
      },
      written: { weights: { shape: [size, size], value: 0 } },
    }),
    trace(fixed, written) {
      const { factors, logLeak } = fixed as Fixed;
      const { weights } = written as Written;
      return (states) => {
        const form = quadraticForm(featuresOf(states, factors), weights);
        const leak = multiply(affine(sumRows(square(states)), 0.5), exp(logLeak));
        return subtract(leak, affine(form, Math.sqrt(states.columns) / size));
      };
    },
    constrain: (written) => ({ weights: symmetric((written as Written).weights) }),
  }),
});
