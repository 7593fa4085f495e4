import type { Rbm } from "../../models/index.js";
import type { Rows } from "../../units/index.js";

/**
 * The mean-field reconstruction <v | h = <h | v>> of every row: one pass up and down, without sampling.
 *
 * @throws ShapeError or DataError for rows that are not states of the visible layer
 */
export function reconstructions(rbm: Rbm, rows: Rows): Float64Array {
  const inputs = rbm.visibleInputs(rbm.hiddenMean(rows));
  return rbm.visible.mean(inputs, 1, new Float64Array(inputs.length));
}

/**
 * The squared reconstruction error: the squared difference of a row and its mean-field reconstruction, averaged over values
 * and rows,
 *
 *     1 / (R n) sum_r |v_r - <v | h = <h | v_r>>|^2.
 *
 * It indicates divergence, and little else: training does not minimise it (Hinton, A practical guide to
 * training restricted Boltzmann machines, 2010, section 5).
 *
 * @throws ShapeError or DataError for rows that are not states of the visible layer
 */
export function squaredReconstructionError(rbm: Rbm, rows: Rows): number {
  const made = reconstructions(rbm, rows);
  let sum = 0;
  for (let k = 0; k < made.length; k++) sum += (rows[k] - made[k]) * (rows[k] - made[k]);
  return sum / made.length;
}
