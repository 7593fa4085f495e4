import { add, affine, inverseRoot, log, multiply, square, subtract } from "../tape/operations/elementwise.js";
import { products, transpose } from "../tape/operations/product.js";
import { softmax, sumRows } from "../tape/operations/rows.js";
import { columns, reshape, roll } from "../tape/operations/shape.js";
import type { Tensor } from "../tape/tensor.js";

/*
 * Addressing of a memory M [batch, rows, width] by heads. Weightings have the shape [batch, heads, rows]; they are at least 0,
 * and those of the NTM sum to 1. Numbers of a head have the shape [batch, heads, 1]. Equations of Graves, Wayne and Danihelka,
 * Neural Turing machines (2014).
 */

/** Added to the squared length of a row or key, so that a row of zeros has the cosine 0 and slopes stay bounded. */
const TINY = 1e-6;

/** Added to a weight, so that its logarithm is finite. */
const LEAST = 1e-12;

/**
 * Content addressing, equations 5 and 6: w_i = softmax_i(beta cos(k, M_i)).
 *
 * @param keys [batch, heads, width]
 * @param strengths beta >= 0, [batch, heads, 1]
 */
export function contentWeights(memory: Tensor, keys: Tensor, strengths: Tensor): Tensor {
  const [batch, rows] = memory.shape;
  const heads = keys.shape[1];
  const dots = products(memory, transpose(keys));
  const scaled = multiply(dots, inverseRoot(affine(sumRows(square(memory)), 1, TINY)));
  const perHead = reshape(transpose(scaled), [batch, heads, rows]);
  const sharpness = multiply(strengths, inverseRoot(affine(sumRows(square(keys)), 1, TINY)));
  return softmax(multiply(perHead, sharpness));
}

/** Interpolation with the weights of the step before, equation 7: g w + (1 - g) w_before. */
export function interpolated(weights: Tensor, before: Tensor, gate: Tensor): Tensor {
  return add(before, multiply(subtract(weights, before), gate));
}

/**
 * Circular shift, equation 8: w'_i = sum_j s_j w_(i - j mod rows).
 *
 * @param shifts [batch, heads, 2 range + 1]: the weights of the shifts -range to range
 */
export function shifted(weights: Tensor, shifts: Tensor): Tensor {
  const range = (shifts.columns - 1) / 2;
  const parts = Array.from({ length: shifts.columns }, (_, k) =>
    multiply(roll(weights, k - range), columns(shifts, k, k + 1)),
  );
  return parts.reduce((sum, part) => add(sum, part));
}

/** Sharpening, equation 9: w_i^gamma / sum_j w_j^gamma, for gamma >= 1. */
export function sharpened(weights: Tensor, gamma: Tensor): Tensor {
  // As a softmax of logarithms, powers neither overflow nor sum to 0.
  return softmax(multiply(log(affine(weights, 1, LEAST)), gamma));
}

/** What heads read, equation 2: r = sum_i w_i M_i, [batch, heads, width]. */
export function readRows(memory: Tensor, weights: Tensor): Tensor {
  return products(weights, memory);
}

/**
 * Erases, then adds, equations 3 and 4: M_i (1 - w_i e) + w_i a, by one head.
 *
 * @param weights [batch, 1, rows]
 * @param erase within [0, 1], and `added`: [batch, 1, width]
 */
export function writtenRows(memory: Tensor, weights: Tensor, erase: Tensor, added: Tensor): Tensor {
  const own = transpose(weights);
  const kept = multiply(memory, affine(products(own, erase), -1, 1));
  return add(kept, products(own, added));
}
