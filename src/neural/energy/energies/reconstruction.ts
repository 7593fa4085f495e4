import type { Linear } from "../../layers/linear.js";
import { affine, square, subtract } from "../../tape/operations/elementwise.js";
import { products } from "../../tape/operations/product.js";
import { sumRows } from "../../tape/operations/rows.js";
import type { Tensor } from "../../tape/tensor.js";
import { energy } from "./energy.js";
import { featureOptions, featuresOf, initialFeatures } from "./features.js";

/**
 * E(x) = |x - W^T h / sqrt(H)|^2 / 2 with the H features h of `featuresOf`, of which writing changes W alone: the energy of an
 * auto-associator. A step of writing is the delta rule, W += (rate / sqrt(H)) mean_i h_i (x_i - W^T h_i / sqrt(H))^T (Widrow and Hoff
 * 1960); the first from W = 0 is Hebb's rule between features and units. It is never below 0, the energy of a pattern that is
 * stored exactly.
 */
export const reconstruction = energy({
  name: "reconstruction",
  summary: "the squared error of a linear read-out of learned features; a step of writing is the delta rule",
  reference: "Bartunov et al. 2019; Widrow and Hoff 1960",
  options: featureOptions,
  create: ({ features: size, order }) => ({
    parameters: (units) => ({
      fixed: { factors: initialFeatures(units, { features: size, order }) },
      written: { weights: { shape: [size, units], value: 0 } },
    }),
    trace(fixed, written) {
      const { factors } = fixed as { readonly factors: readonly Linear<Tensor>[] };
      const { weights } = written as { readonly weights: Tensor };
      return (states) => {
        const found = affine(products(featuresOf(states, factors), weights), 1 / Math.sqrt(size));
        return affine(sumRows(square(subtract(states, found))), 0.5);
      };
    },
  }),
});
