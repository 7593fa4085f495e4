import { principalComponents } from "../../baselines/principal-components.js";
import { OptionError, requireInteger, requireNumber, requireOptions } from "../../errors.js";
import { square } from "../../math/elementary.js";
import type { Matrix } from "../../math/matrix.js";
import type { Random } from "../../math/random.js";
import { requireRandom } from "../../math/random.js";
import type { Rbm } from "../../models/index.js";
import type { Moments, Units } from "../../units/index.js";
import { asDataSource, type DataSource, type TrainingData } from "../data.js";
import { inputsForMeans } from "../independent.js";

/** Options of `initialise`. */
export interface InitialiseOptions {
  readonly random: Random;
  /** Standard deviation of the weights, at least 0; defaults to 0.01. */
  readonly scale?: number | undefined;
  /** The data that visible units are fitted to; they stay as they are by default. */
  readonly data?: TrainingData | undefined;
  /**
   * Number of hidden units whose weights are a principal component of the data, that of largest variance first, with root
   * mean square `scale`; defaults to 0.
   */
  readonly components?: number | undefined;
  /**
   * The mean of every hidden value when the visible values are at their means, such as the sparsity target; by default the
   * hidden units stay as they are.
   */
  readonly hiddenMean?: number | undefined;
}

/**
 * Initialises a machine for training. Weights are drawn from a normal distribution; with `components` some of them are
 * principal components. With `data` the visible units, without the hidden ones, have the means of the data, and its variances
 * if they have precisions: for binary units the biases log(p / (1 - p)) (Hinton, A practical guide to training restricted
 * Boltzmann machines, 2012, section 8), with each state counted once more than it was seen.
 *
 * @throws ArgumentError for options out of their range, ShapeError or DataError for data that do not fit the visible units
 */
export function initialise(rbm: Rbm, options: InitialiseOptions): void {
  requireOptions(options, "{ random }");
  const { random, scale = 0.01, data, components = 0, hiddenMean } = options;
  requireRandom(random, "initialisation");
  requireNumber("scale", scale, 0, Number.MAX_VALUE);
  const { visible, hidden, weights } = rbm;
  requireInteger("components", components, 0, data === undefined ? 0 : Math.min(visible.width, hidden.width));
  if (hiddenMean !== undefined) requireMean("hiddenMean", hiddenMean, hidden);
  const source = data === undefined ? undefined : asDataSource(data, visible);
  const found = source === undefined || components === 0 ? undefined : principalComponents(source.table(), components);
  drawWeights(weights, scale, random);
  if (found !== undefined) {
    const factor = scale * Math.sqrt(visible.width);
    for (let j = 0; j < components; j++) {
      for (let i = 0; i < visible.width; i++) {
        weights.values[i * hidden.width + j] = factor * found.directions.values[j * visible.width + i];
      }
    }
  }
  if (source !== undefined) visible.fitTo(momentsOf(source, visible.width), 1);
  if (hiddenMean !== undefined) fitHiddenMean(rbm, hiddenMean);
}

function momentsOf(source: DataSource, width: number): Moments {
  const { rows } = source;
  const [row, means, variances] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)];
  for (let r = 0; r < rows; r++) {
    source.row(r, row);
    for (let i = 0; i < width; i++) means[i] += row[i] / rows;
  }
  for (let r = 0; r < rows; r++) {
    source.row(r, row);
    for (let i = 0; i < width; i++) variances[i] += square(row[i] - means[i]) / rows;
  }
  return { rows, means, variances };
}

/** Draws all weights from a normal distribution with mean 0. */
export function drawWeights({ values }: Matrix, scale: number, random: Random): void {
  for (let k = 0; k < values.length; k++) values[k] = scale * random.normal();
}

/** Throws OptionError unless all units can have the mean. */
function requireMean(name: string, mean: number, units: Units): void {
  const { low, high } = units.range(0);
  if (mean > low && mean < high) return;
  const range = `a number above ${low} and below ${high}, as ${units.type} units have`;
  throw new OptionError(`${name} is ${mean}; expected ${range}`, { option: name });
}

/** Sets all hidden values to one mean, given the visible values at their means; precisions stay as they are. */
function fitHiddenMean(rbm: Rbm, mean: number): void {
  const { visible, hidden } = rbm;
  if (hidden.states === Number.POSITIVE_INFINITY) {
    const means = new Float64Array(hidden.width).fill(mean);
    hidden.addToBiases(inputsForMeans(hidden, means, new Float64Array(hidden.width)));
  } else {
    const means = new Float64Array(hidden.width).fill(mean);
    hidden.fitTo({ rows: 1, means, variances: new Float64Array(hidden.width) }, 0);
  }
  const means = visible.mean(new Float64Array(visible.width), 1, new Float64Array(visible.width));
  hidden.addToBiases(rbm.hiddenInputs(means).map((input) => -input));
}
