import { type Linear, linear } from "../../layers/linear.js";
import { affine, multiply, tanh } from "../../tape/operations/elementwise.js";
import type { Tensor } from "../../tape/tensor.js";

/** The options of features. */
export const featureOptions = {
  features: { type: "integer", low: 1, high: 16_384, default: 128, help: "number of features" },
  order: { type: "integer", low: 1, high: 4, default: 2, help: "number of factors whose product a feature is" },
} as const;

/** Makes the variance of a factor about 1 if its total input has it: the mean of tanh(z)^2 is 0.394 for a normal z. */
const GAIN = 1.6;

/** The parameters of features before training: A_f and b_f of each factor. */
export function initialFeatures(
  units: number,
  { features, order }: { readonly features: number; readonly order: number },
) {
  return Array.from({ length: order }, () => ({
    weights: { shape: [units, features], deviation: 1 / Math.sqrt(units) },
    bias: { shape: [features], value: 0 },
  }));
}

/**
 * Features of states, products of factors h = prod_f c tanh(A_f x + b_f). The similarity h(x) . h(y) / H of random spins is
 * about the power of their overlap that `order` says: products separate patterns better than single factors, as the powers of
 * dense memories do.
 */
export function featuresOf(states: Tensor, factors: readonly Linear<Tensor>[]): Tensor {
  return factors.map((factor) => affine(tanh(linear(states, factor)), GAIN)).reduce((a, b) => multiply(a, b));
}
