import { requireFiniteResults } from "../../errors.js";
import type { Matrix } from "../../math/matrix.js";
import type { Rows } from "../../units/index.js";

/**
 * W^T v of every row v. Rows of W are added, except those of values that are 0.
 *
 * @throws DataError for an input that overflows
 */
export function toHidden({ rows: n, columns: k, values }: Matrix, visible: Rows, out: Float64Array): Float64Array {
  out.fill(0);
  for (let at = 0, to = 0; at < visible.length; at += n, to += k) {
    for (let i = 0; i < n; i++) {
      const x = visible[at + i];
      if (x === 0) continue;
      for (let j = 0; j < k; j++) out[to + j] += x * values[i * k + j];
    }
  }
  return requireFiniteResults("inputs of the hidden layer", out);
}

/**
 * W h of every row h.
 *
 * @throws DataError for an input that overflows
 */
export function toVisible({ rows: n, columns: k, values }: Matrix, hidden: Rows, out: Float64Array): Float64Array {
  for (let at = 0, to = 0; at < hidden.length; at += k, to += n) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += values[i * k + j] * hidden[at + j];
      out[to + i] = sum;
    }
  }
  return requireFiniteResults("inputs of the visible layer", out);
}

/** Adds weight times the sum of v h^T over the rows to the n x k values of `out`. */
export function addProducts(
  visible: Rows,
  hidden: Rows,
  n: number,
  k: number,
  weight: number,
  out: Float64Array,
): void {
  for (let at = 0, from = 0; at < visible.length; at += n, from += k) {
    for (let i = 0; i < n; i++) {
      const factor = weight * visible[at + i];
      if (factor === 0) continue;
      for (let j = 0; j < k; j++) out[i * k + j] += factor * hidden[from + j];
    }
  }
}
