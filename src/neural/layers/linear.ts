import type { Random } from "../../math/random.js";
import { filledParameter, normalParameter, type Parameter } from "../parameters.js";
import { add } from "../tape/operations/elementwise.js";
import { product } from "../tape/operations/product.js";
import type { Tensor } from "../tape/tensor.js";

/** The parameters of a linear map, x weights + bias. */
export interface Linear<Leaf = Parameter> {
  /** inputs x outputs. */
  readonly weights: Leaf;
  /** One per output. */
  readonly bias?: Leaf | undefined;
}

/**
 * Weights that are normal with this deviation, 1 / sqrt(inputs) by default, and biases of 0.
 */
export function linearParameters(
  inputs: number,
  outputs: number,
  random: Random,
  deviation: number = 1 / Math.sqrt(inputs),
): Linear & { readonly bias: Parameter } {
  return {
    weights: normalParameter([inputs, outputs], deviation, random),
    bias: filledParameter([outputs], 0),
  };
}

/** x weights + bias, for x of any axes, the last of which are the inputs. */
export function linear(x: Tensor, { weights, bias }: Linear<Tensor>): Tensor {
  const total = product(x, weights);
  return bias === undefined ? total : add(total, bias);
}
