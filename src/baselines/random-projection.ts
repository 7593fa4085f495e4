import { requireInteger } from "../errors.js";
import { type Matrix, matrix } from "../math/matrix.js";
import { type Random, requireRandom } from "../math/random.js";
import { LinearFeatures } from "./linear-features.js";

/** Options of a random projection. */
export interface RandomProjectionOptions {
  readonly random: Random;
  /**
   * - `gaussian` (the default): independent normal numbers of variance 1 / outputs
   * - `orthonormal`: an orthonormal frame drawn uniformly, times sqrt(inputs / outputs); no more outputs than inputs
   *
   * Both preserve squared lengths in expectation.
   */
  readonly kind?: "gaussian" | "orthonormal" | undefined;
}

/**
 * Random linear features, a baseline for learned features: about 8 log(rows) / epsilon^2 outputs preserve distances
 * within a factor 1 +- epsilon (Johnson and Lindenstrauss, Extensions of Lipschitz mappings into a Hilbert space,
 * 1984).
 *
 * @throws ArgumentError for sizes out of range
 */
export function randomProjection(
  inputs: number,
  outputs: number,
  { random, kind = "gaussian" }: RandomProjectionOptions,
): LinearFeatures {
  requireInteger("inputs", inputs, 1);
  requireInteger("outputs", outputs, 1, kind === "orthonormal" ? inputs : undefined);
  const source = requireRandom(random, "a random projection");
  const directions = matrix(outputs, inputs);
  for (let k = 0; k < directions.values.length; k++) directions.values[k] = source.normal();
  if (kind === "orthonormal") orthonormalise(directions);
  const scale = Math.sqrt(kind === "orthonormal" ? inputs / outputs : 1 / outputs);
  for (let k = 0; k < directions.values.length; k++) directions.values[k] *= scale;
  return new LinearFeatures(directions, new Float64Array(inputs));
}

/** Gram-Schmidt on the rows, done twice to remove the rounding errors of the first pass. */
function orthonormalise({ rows, columns, values }: Matrix): void {
  for (let i = 0; i < rows; i++) {
    const row = values.subarray(i * columns, (i + 1) * columns);
    for (let round = 0; round < 2; round++) {
      for (let k = 0; k < i; k++) {
        let product = 0;
        for (let j = 0; j < columns; j++) product += row[j] * values[k * columns + j];
        for (let j = 0; j < columns; j++) row[j] -= product * values[k * columns + j];
      }
      const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
      for (let j = 0; j < columns; j++) row[j] /= length;
    }
  }
}
