import { DataError } from "../errors.js";
import { asMatrix, type Matrix, product, squaredDistance } from "../math/matrix.js";
import { singularValues } from "../math/svd.js";

/** Weights with orthonormal columns, and their distance from the given ones. */
export interface Lowdin {
  /** W (W^T W)^(-1/2). */
  readonly weights: Matrix;
  /** |W - W (W^T W)^(-1/2)|, the Frobenius norm: no orthonormal weights are nearer. */
  readonly distance: number;
  /** sigma_1 >= ... >= sigma_p of W; all are 1 if its columns are orthonormal. */
  readonly singularValues: Float64Array;
}

/**
 * Löwdin's symmetric orthogonalisation: of all matrices with orthonormal columns U V^T = W (W^T W)^(-1/2) is the nearest to
 * W = U S V^T, and it spans the same space (Löwdin, On the non-orthogonality problem connected with the use of atomic wave
 * functions in the theory of molecules and crystals, 1950). With these weights W W^T is a projector, like the couplings of
 * the projection rule.
 *
 * @throws DataError for columns that are linearly dependent
 */
export function lowdin(weights: Matrix | ArrayLike<ArrayLike<number>>): Lowdin {
  const w = asMatrix("weights", weights);
  const { left, values, right } = singularValues(w);
  let rank = 0;
  while (rank < values.length && values[rank] > Math.max(w.rows, w.columns) * 2 ** -52 * values[0]) rank++;
  if (rank < w.columns) {
    const remedy = "only linearly independent columns can be made orthonormal: remove some hidden units";
    throw new DataError(`weights have ${w.columns} columns but rank ${rank}; ${remedy}`);
  }
  const nearest = product(left, right);
  return { weights: nearest, distance: Math.sqrt(squaredDistance(w, nearest)), singularValues: values };
}
