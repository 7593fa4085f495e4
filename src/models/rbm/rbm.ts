import { ArgumentError, DataError, requireFiniteResults, ShapeError } from "../../errors.js";
import { asMatrix, type Matrix, matrix } from "../../math/matrix.js";
import type { Random } from "../../math/random.js";
import type { Rows, Units } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import { addProducts, toHidden, toVisible } from "./products.js";

/** Layers and weights of an RBM. */
export interface RbmOptions {
  readonly visible: Units;
  readonly hidden: Units;
  /** W, a row per value of the visible layer, a column per value of the hidden layer; defaults to zero. */
  readonly weights?: Matrix | ArrayLike<ArrayLike<number>> | undefined;
}

/** Option of where to write a result. */
export interface Into {
  /** Output array with the number of rows of the batch; defaults to a new array. */
  readonly out?: Float64Array | undefined;
}

/** Options of the temperature and the output. */
export interface AtBeta extends Into {
  /** Inverse temperature, above 0; defaults to 1. */
  readonly beta?: number | undefined;
}

/** Options of drawing a layer given the other. */
export interface SampleOptions extends AtBeta {
  /** One generator per row, so that a row does not depend on the others. Drawing advances them. */
  readonly streams: readonly Random[];
}

/** The gradient of a scalar by all parameters: W, row after row, and those of both layers as their `parameters`. */
export interface RbmGradient {
  readonly weights: Float64Array;
  readonly visible: Float64Array;
  readonly hidden: Float64Array;
}

/**
 * A restricted Boltzmann machine: a visible layer v and a hidden layer h, each of any unit type, coupled by weights W,
 * without couplings within a layer,
 *
 *     E(v, h) = E_v(v) + E_h(h) - v^T W h,   p(v, h) = exp(-beta E(v, h)) / Z,
 *
 * where biases are part of the units' own energies (Smolensky, Information processing in dynamical systems, 1986;
 * Welling, Rosen-Zvi and Hinton, Exponential family harmoniums, 2005). A layer given the other is one of independent
 * units with inputs: W^T v to the hidden layer, W h to the visible one. With the units' Gamma,
 *
 *     F(v) = -1/beta log sum_h exp(-beta E(v, h)) = E_v(v) - Gamma_h(W^T v) / beta,
 *
 * and p(v) = exp(-beta F(v)) / Z. Between two layers of gaussian or relu units Z is finite only if W is small enough
 * for their precisions.
 *
 * Batches are rows one after the other in a Float64Array or Float32Array: rows x `visible.width` or rows x `hidden.width`
 * numbers. There is one energy per row; inputs, means and states have the shape of a batch of their layer. Before they
 * compute anything all methods throw ShapeError for rows, or an `out`, of another size, DataError naming the first value
 * that its unit cannot take, ArgumentError for a beta that is not above 0 or a number of `streams` other than that of rows.
 * Parameters may be any finite numbers; an input or a result that overflows is a DataError, too, never Infinity or NaN.
 */
export class Rbm {
  readonly visible: Units;
  readonly hidden: Units;
  readonly weights: Matrix;

  /**
   * @throws ArgumentError for a missing layer, ShapeError for weights that do not fit the layers, DataError for one that is
   *   not finite
   */
  constructor({ visible, hidden, weights }: RbmOptions) {
    for (const [name, units] of Object.entries({ visible, hidden })) {
      if (units?.width === undefined)
        throw new ArgumentError(`${name} is not a layer of units; pass one such as binary(500)`);
    }
    this.visible = visible;
    this.hidden = hidden;
    this.weights = weights === undefined ? matrix(visible.width, hidden.width) : asMatrix("weights", weights);
    const { rows, columns } = this.weights;
    if (rows !== visible.width || columns !== hidden.width) {
      const needed = `${visible.width} visible and ${hidden.width} hidden values`;
      throw new ShapeError(
        `weights are ${rows} x ${columns}; expected ${visible.width} x ${hidden.width}, for ${needed}`,
      );
    }
  }

  /** E(v, h) of every pair of rows. */
  energy(visible: Rows, hidden: Rows, { out }: Into = {}): Float64Array {
    const rows = states("visible", this.visible, visible);
    const others = states("hidden", this.hidden, hidden);
    if (rows !== others)
      throw new ShapeError(`visible has ${rows} rows but hidden has ${others}; expected the same number`);
    const energies = this.visible.energy(visible, fitting(out, rows));
    const hiddenEnergies = this.hidden.energy(hidden, new Float64Array(rows));
    const inputs = toHidden(this.weights, visible, new Float64Array(hidden.length));
    for (let r = 0, k = 0; r < rows; r++) {
      let interaction = 0;
      for (let j = 0; j < this.hidden.width; j++, k++) interaction += inputs[k] * hidden[k];
      energies[r] += hiddenEnergies[r] - interaction;
    }
    return requireFiniteResults("energy", energies);
  }

  /** F(v) of every row, the hidden layer summed out. */
  freeEnergy(visible: Rows, { beta = 1, out }: AtBeta = {}): Float64Array {
    requireBeta(beta);
    const rows = states("visible", this.visible, visible);
    const inputs = toHidden(this.weights, visible, new Float64Array(rows * this.hidden.width));
    return freeEnergies(this.visible, visible, this.hidden, inputs, beta, fitting(out, rows));
  }

  /** F(h) = E_h(h) - Gamma_v(W h) / beta of every row, the visible layer summed out. */
  hiddenFreeEnergy(hidden: Rows, { beta = 1, out }: AtBeta = {}): Float64Array {
    requireBeta(beta);
    const rows = states("hidden", this.hidden, hidden);
    const inputs = toVisible(this.weights, hidden, new Float64Array(rows * this.visible.width));
    return freeEnergies(this.hidden, hidden, this.visible, inputs, beta, fitting(out, rows));
  }

  /** W^T v of every row. The rows may be any finite numbers, such as means of states. */
  hiddenInputs(visible: Rows, { out }: Into = {}): Float64Array {
    const rows = finiteRows("visible", this.visible, visible);
    return toHidden(this.weights, visible, fitting(out, rows * this.hidden.width));
  }

  /** W h of every row. The rows may be any finite numbers, such as means of states. */
  visibleInputs(hidden: Rows, { out }: Into = {}): Float64Array {
    const rows = finiteRows("hidden", this.hidden, hidden);
    return toVisible(this.weights, hidden, fitting(out, rows * this.visible.width));
  }

  /** <h | v> of every row. */
  hiddenMean(visible: Rows, { beta = 1, out }: AtBeta = {}): Float64Array {
    requireBeta(beta);
    const rows = states("visible", this.visible, visible);
    const inputs = toHidden(this.weights, visible, new Float64Array(rows * this.hidden.width));
    return requireFiniteResults("hidden mean", this.hidden.mean(inputs, beta, fitting(out, inputs.length)));
  }

  /** <v | h> of every row. */
  visibleMean(hidden: Rows, { beta = 1, out }: AtBeta = {}): Float64Array {
    requireBeta(beta);
    const rows = states("hidden", this.hidden, hidden);
    const inputs = toVisible(this.weights, hidden, new Float64Array(rows * this.visible.width));
    return requireFiniteResults("visible mean", this.visible.mean(inputs, beta, fitting(out, inputs.length)));
  }

  /** h drawn from p(h | v), row by row. */
  sampleHidden(visible: Rows, { streams, beta = 1, out }: SampleOptions): Float64Array {
    requireBeta(beta);
    const rows = states("visible", this.visible, visible);
    requireStreams(streams, rows);
    const inputs = toHidden(this.weights, visible, new Float64Array(rows * this.hidden.width));
    return requireFiniteResults("hidden", this.hidden.sample(inputs, beta, streams, fitting(out, inputs.length)));
  }

  /** v drawn from p(v | h), row by row. */
  sampleVisible(hidden: Rows, { streams, beta = 1, out }: SampleOptions): Float64Array {
    requireBeta(beta);
    const rows = states("hidden", this.hidden, hidden);
    requireStreams(streams, rows);
    const inputs = toVisible(this.weights, hidden, new Float64Array(rows * this.visible.width));
    return requireFiniteResults("visible", this.visible.sample(inputs, beta, streams, fitting(out, inputs.length)));
  }

  /** A gradient of zeros. */
  zeroGradient(): RbmGradient {
    return {
      weights: new Float64Array(this.weights.values.length),
      visible: new Float64Array(this.visible.parameters.length),
      hidden: new Float64Array(this.hidden.parameters.length),
    };
  }

  /**
   * Adds `weight` times -dF/dtheta, summed over the rows: v <h | v>^T for the weights, and the gradients of both layers for
   * their parameters. The gradient of a log-likelihood is beta times its mean over the data minus its mean over the model.
   */
  addGradient(visible: Rows, weight: number, gradient: RbmGradient, { beta = 1 }: Pick<AtBeta, "beta"> = {}): void {
    requireBeta(beta);
    const rows = states("visible", this.visible, visible);
    const inputs = toHidden(this.weights, visible, new Float64Array(rows * this.hidden.width));
    this.visible.addGradient(visible, weight, gradient.visible);
    this.hidden.addMeanGradient(inputs, beta, weight, gradient.hidden);
    const means = requireFiniteResults("hidden mean", this.hidden.mean(inputs, beta, new Float64Array(inputs.length)));
    addProducts(visible, means, this.visible.width, this.hidden.width, weight, gradient.weights);
  }

  /**
   * The number of rows of a batch of visible states.
   *
   * @throws ShapeError unless they are whole rows, DataError naming the first value that its unit cannot take
   */
  rowsOfVisible(visible: Rows): number {
    return states("visible", this.visible, visible);
  }

  /**
   * The number of rows of a batch of hidden states.
   *
   * @throws ShapeError where they are not whole rows, DataError naming the first value that its unit cannot take
   */
  rowsOfHidden(hidden: Rows): number {
    return states("hidden", this.hidden, hidden);
  }
}

/** The number of rows of states of a layer, checked. */
function states(name: string, units: Units, rows: Rows): number {
  const count = rowCount(name, units, rows);
  units.check(name, rows);
  return count;
}

function freeEnergies(
  own: Units,
  states: Rows,
  other: Units,
  inputs: Float64Array,
  beta: number,
  out: Float64Array,
): Float64Array {
  own.energy(states, out);
  const cumulants = other.cumulant(inputs, beta, new Float64Array(out.length));
  for (let r = 0; r < out.length; r++) out[r] -= cumulants[r] / beta;
  return requireFiniteResults("free energy", out);
}

/** The number of rows of a batch; throws unless they are whole rows. */
function rowCount(name: string, units: Units, rows: Rows): number {
  if (!(rows instanceof Float64Array || rows instanceof Float32Array)) {
    throw new ArgumentError(`${name} is not a Float64Array or Float32Array; pass the rows one after the other in one`);
  }
  if (rows.length === 0 || rows.length % units.width !== 0) {
    const needed = `a row of the ${name} layer has ${units.width}`;
    throw new ShapeError(`${name} has ${rows.length} values; ${needed}: expected a multiple of it, above 0`);
  }
  return rows.length / units.width;
}

function finiteRows(name: string, units: Units, rows: Rows): number {
  const count = rowCount(name, units, rows);
  const bad = rows.findIndex((x) => !Number.isFinite(x));
  if (bad < 0) return count;
  const place = `${name}[${Math.floor(bad / units.width)}][${bad % units.width}]`;
  throw new DataError(`${place} is ${rows[bad]}; expected a finite number`);
}

function fitting(out: Float64Array | undefined, length: number): Float64Array {
  if (out !== undefined && out.length !== length) {
    throw new ShapeError(`out has ${out.length} values; this batch needs ${length}`);
  }
  return out ?? new Float64Array(length);
}

function requireStreams(streams: readonly Random[], rows: number): void {
  if (streams?.length === rows) return;
  const given = streams === undefined ? "is missing" : `has ${streams.length} generators`;
  throw new ArgumentError(`streams ${given}; a batch of ${rows} rows needs one for each: random.fork(r)`);
}
