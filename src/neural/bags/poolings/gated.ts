import { type Linear, linear, linearParameters } from "../../layers/linear.js";
import { add, multiply, sigmoid, tanh } from "../../tape/operations/elementwise.js";
import { products } from "../../tape/operations/product.js";
import { softmax } from "../../tape/operations/rows.js";
import { reshape } from "../../tape/operations/shape.js";
import type { Tensor } from "../../tape/tensor.js";
import { pooling } from "./pooling.js";

interface Parameters {
  readonly content: Linear<Tensor>;
  readonly gate: Linear<Tensor>;
  readonly score: Linear<Tensor>;
}

/**
 * Gated attention (Ilse, Tomczak and Welling, Attention-based deep multiple instance learning, 2018, equation 9): the mean
 * of the instances h_k with the weights softmax_k w . (tanh(V h_k) sigmoid(U h_k)).
 */
export const gated = pooling({
  name: "gated",
  summary: "gated attention: each instance is scored by itself",
  reference: "Ilse, Tomczak and Welling 2018",
  options: { units: { type: "integer", low: 1, high: 100_000, default: 32, help: "hidden units of the score" } },
  create: ({ units: size }) => ({
    parameters: (units, random) => ({
      content: linearParameters(units, size, random.fork(0)),
      gate: linearParameters(units, size, random.fork(1)),
      // A bias of all scores changes no weight.
      score: { weights: linearParameters(size, 1, random.fork(2)).weights },
    }),
    trace(parameters, instances, mask) {
      const { content, gate, score } = parameters as Parameters;
      const [bags, count, units] = instances.shape;
      const hidden = multiply(tanh(linear(instances, content)), sigmoid(linear(instances, gate)));
      const weights = softmax(add(reshape(linear(hidden, score), [bags, count]), mask));
      const states = reshape(products(reshape(weights, [bags, 1, count]), instances), [bags, units]);
      return { states, weights };
    },
  }),
});
