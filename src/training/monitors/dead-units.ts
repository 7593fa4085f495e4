import type { Rbm } from "../../models/index.js";
import type { Rows } from "../../units/index.js";

/** A binary unit is dead if it is on, or off, less often than this. */
const RARE = 0.001;

/**
 * The indices of dead hidden values, which carry no information about the rows: their variance, that of the mean <h_j | v>
 * over the rows plus that of h_j around it, is below 0.001 * 0.999 times the square of their unit's scale. A unit of two
 * states is dead if its activity is below 0.001 or above 0.999, a relu unit if it is always almost 0, a gaussian unit never.
 *
 * @throws ShapeError or DataError for rows that are not states of the visible layer
 */
export function deadHiddenUnits(rbm: Rbm, rows: Rows): number[] {
  const { hidden } = rbm;
  const count = rbm.rowsOfVisible(rows);
  const inputs = rbm.hiddenInputs(rows);
  const means = hidden.mean(inputs, 1, new Float64Array(inputs.length));
  const variances = hidden.variance(inputs, 1, new Float64Array(inputs.length));
  const size = hidden.width / hidden.count;
  const dead: number[] = [];
  for (let j = 0; j < hidden.width; j++) {
    let [inside, sum] = [0, 0];
    for (let k = j; k < means.length; k += hidden.width) {
      inside += variances[k];
      sum += means[k];
    }
    const middle = sum / count;
    let between = 0;
    for (let k = j; k < means.length; k += hidden.width) between += (means[k] - middle) * (means[k] - middle);
    const { scale } = hidden.range(Math.floor(j / size));
    if ((inside + between) / count < RARE * (1 - RARE) * scale * scale) dead.push(j);
  }
  return dead;
}
