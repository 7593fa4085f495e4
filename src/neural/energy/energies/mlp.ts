import { add, affine, exp, multiply, square, tanh } from "../../tape/operations/elementwise.js";
import { products } from "../../tape/operations/product.js";
import { sumRows } from "../../tape/operations/rows.js";
import { reshape } from "../../tape/operations/shape.js";
import type { Tensor } from "../../tape/tensor.js";
import { energy } from "./energy.js";

interface Layer {
  readonly weights: Tensor;
  readonly bias: Tensor;
}

/**
 * E(x) = v . h_L(x) + (lambda / 2) x . x with h_0 = x and layers h_l = tanh(A_l h_(l-1) + b_l), all of whose weights and biases
 * writing changes; lambda is learned. The general energy of the source; it trains less steadily than `quadraticFeatures`.
 */
export const mlp = energy({
  name: "mlp",
  summary: "a multi-layer perceptron, all of whose weights are written",
  reference: "Bartunov et al. 2019",
  options: {
    layers: {
      type: "numbers",
      least: 1,
      low: 1,
      high: 16_384,
      default: [128, 128],
      help: "units of each hidden layer",
    },
  },
  create: ({ layers: sizes }) => ({
    parameters(units) {
      const widths = [units, ...sizes];
      const layers = widths.slice(1).map((width, l) => ({
        weights: { shape: [widths[l], width], deviation: 1 / Math.sqrt(widths[l]) },
        bias: { shape: [1, width], value: 0 },
      }));
      const last = widths[widths.length - 1];
      const out = { shape: [last, 1], deviation: 1 / Math.sqrt(last) };
      return { fixed: { logLeak: { shape: [1], value: 0 } }, written: { layers, out } };
    },
    trace(fixed, written) {
      const { layers, out } = written as { readonly layers: readonly Layer[]; readonly out: Tensor };
      const { logLeak } = fixed as { readonly logLeak: Tensor };
      return (states) => {
        const top = layers.reduce((x, { weights, bias }) => tanh(add(products(x, weights), bias)), states);
        const leak = multiply(affine(sumRows(square(states)), 0.5), exp(logLeak));
        return add(reshape(products(top, out), leak.shape), leak);
      };
    },
  }),
});
