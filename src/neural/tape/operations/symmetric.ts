import { type Tensor, traced } from "../tensor.js";
import { add, affine, multiply } from "./elementwise.js";
import { products, productsOfTransposed, transpose } from "./product.js";
import { sumRows } from "./rows.js";

/** The symmetric parts (x + x^T) / 2 of a batch of square matrices [B, C, C]; they are their own transposes. */
export function symmetric(x: Tensor): Tensor {
  const result = affine(add(x, transpose(x)), 0.5);
  result.transposedBy(() => result);
  return result;
}

/**
 * h^T W h / 2 for states h of the shape [B, R, C] and symmetric matrices W of the shape [B, C, C]: the shape [B, R, 1]. The
 * value and the derivative W h share one product.
 *
 * @param matrices symmetric, such as the result of `symmetric`: derivatives with respect to others would be wrong
 */
export function quadraticForm(states: Tensor, matrices: Tensor): Tensor {
  matrices.transposedBy(() => matrices);
  const fields = products(states, matrices);
  const value = affine(sumRows(multiply(states, fields)), 0.5);
  return traced(value.shape, {
    name: "quadraticForm",
    inputs: [value, states, matrices],
    overwrites: [0],
    prepare: (kernels, out, [values]) => {
      const whole = { rows: 1, columns: out.length, values, stride: out.length, out, outStride: out.length };
      return () => kernels.copy(whole);
    },
    gradient: (cotangent) => [
      undefined,
      multiply(fields, cotangent),
      affine(productsOfTransposed(states, multiply(states, cotangent)), 0.5),
    ],
  });
}
