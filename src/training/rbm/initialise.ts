import { requireInteger, requireNumber } from "../../errors.js";
import type { Matrix } from "../../math/matrix.js";
import { principalComponents } from "../../math/principal-components.js";
import type { Random } from "../../math/random.js";
import { requireRandom } from "../../math/random.js";
import type { Rbm } from "../../models/index.js";
import { asDataSource, type TrainingData } from "./data.js";

/** How a machine is made ready for training. */
export interface InitialiseOptions {
  readonly random: Random;
  /** Standard deviation of the weights, at least 0; 0.01 where it is left out. */
  readonly scale?: number | undefined;
  /** The data that visible units are fitted to; they stay as they are where it is left out. */
  readonly data?: TrainingData | undefined;
  /**
   * How many hidden units get a principal component of the data for their weights, the one of largest variance first, with
   * `scale` for the root of their mean square; 0 where it is left out.
   */
  readonly components?: number | undefined;
}

/**
 * Makes a machine ready for training: weights drawn from a normal distribution, some of them along principal components if
 * asked for, and, given data, visible units that have its means without the hidden ones: for binary units the biases
 * log(p / (1 - p)) (Hinton, A practical guide to training restricted Boltzmann machines, 2012, section 8).
 *
 * @throws ArgumentError for options out of their range, ShapeError or DataError for data that do not fit the visible units
 */
export function initialise(rbm: Rbm, { random, scale = 0.01, data, components = 0 }: InitialiseOptions): void {
  requireRandom(random, "initialisation");
  requireNumber("scale", scale, 0, Number.MAX_VALUE);
  const { visible, hidden, weights } = rbm;
  requireInteger("components", components, 0, data === undefined ? 0 : Math.min(visible.width, hidden.width));
  const table = data === undefined ? undefined : asDataSource(data, visible).table();
  const found = table === undefined || components === 0 ? undefined : principalComponents(table, components);
  drawWeights(weights, scale, random);
  if (found !== undefined) {
    const factor = scale * Math.sqrt(visible.width);
    for (let j = 0; j < components; j++) {
      for (let i = 0; i < visible.width; i++) {
        weights.values[i * hidden.width + j] = factor * found.directions.values[j * visible.width + i];
      }
    }
  }
  if (table === undefined) return;
  const means = new Float64Array(visible.width);
  const variances = new Float64Array(visible.width);
  for (let k = 0; k < table.values.length; k++) means[k % visible.width] += table.values[k] / table.rows;
  for (let k = 0; k < table.values.length; k++) {
    variances[k % visible.width] += (table.values[k] - means[k % visible.width]) ** 2 / table.rows;
  }
  visible.fitTo({ rows: table.rows, means, variances }, 1);
}

/** Draws all weights from a normal distribution with mean 0. */
export function drawWeights({ values }: Matrix, scale: number, random: Random): void {
  for (let k = 0; k < values.length; k++) values[k] = scale * random.normal();
}
