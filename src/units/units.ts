import { ArgumentError, DataError, ShapeError } from "../errors.js";
import type { Random } from "../math/random.js";

/** A batch: row after row of the values of a layer. */
export type Rows = Float64Array | Float32Array;

/** The mean and variance of each value of a layer over rows of states. */
export interface Moments {
  /** Number of rows. */
  readonly rows: number;
  readonly means: ArrayLike<number>;
  readonly variances: ArrayLike<number>;
}

/** The range of the values of a unit. */
export interface UnitRange {
  readonly low: number;
  readonly high: number;
  /** high - low of finitely many states; of real values, the width 1 / sqrt(gamma) that no inputs change. */
  readonly scale: number;
}

/**
 * A layer of units that are not coupled to each other, and their physics. A row x of `width` values has the energy E(x), the
 * sum over its units, and inputs I from elsewhere make the distribution of the layer at inverse temperature beta
 *
 *     p(x | I) = exp(beta (I . x - E(x)) - Gamma(I)),   Gamma(I) = log sum_x exp(beta (I . x - E(x))),
 *
 * an integral for units of real values. Then dGamma/dI = beta <x> and d^2 Gamma/dI^2 = beta^2 Var x.
 *
 * All methods take batches, write to `out` (another array, of as many rows) and return it; they do not check lengths
 * and values: their callers check data with `check`.
 */
export interface Units {
  /** The name of the unit type, such as "binary". */
  readonly type: string;
  /** Number of units. */
  readonly count: number;
  /** Number of values per row: `count`, or q times `count` for units that are one-hot vectors of q. */
  readonly width: number;
  /** Number of states of a unit; Infinity for units of real values. */
  readonly states: number;
  /** All parameters in one array, which learning changes in place. */
  readonly parameters: Float64Array;
  /** The parts of `parameters` by name; they share its memory. */
  readonly named: Readonly<Record<string, Float64Array>>;
  /**
   * The two values of units that have no others and whose `parameters` are their biases, E(x) = -sum_i b_i x_i:
   * p(high) = 1 / (1 + exp(-beta (high - low) (b + I))). A layer of them can live as bits.
   */
  readonly twoStates?: { readonly low: number; readonly high: number } | undefined;
  /**
   * The parameters mu and gamma of units that are normal given their inputs, with mean mu + I / gamma and variance
   * 1 / (beta gamma). A workspace can draw a layer of them.
   */
  readonly normal?: { readonly mean: Float64Array; readonly precision: Float64Array } | undefined;
  /** A copy with parameters of its own. */
  copy(): Units;
  /** Adds a constant input row I to the biases, b <- b + I, or has that effect through other parameters. */
  addToBiases(inputs: Rows): void;
  /**
   * Checks that every value of every row is one that its unit can take.
   *
   * @param name name of the rows in messages
   * @throws DataError naming the first invalid value, what was expected, and the remedy
   */
  check(name: string, rows: Rows): void;
  /** Sets unit number `unit` of one row to its state number `state`, 0 to `states` - 1. */
  setState(unit: number, state: number, row: Rows): void;
  /** The smallest and the largest value of a unit. */
  range(unit: number): UnitRange;
  /**
   * Sets the parameters so that without inputs, at beta 1, every value has the mean that it has in rows of states, and its
   * variance where the units have a parameter for that. Units of finitely many states count every state `pseudocount`
   * times more than it was seen (Laplace's rule of succession, at 1), so that none has probability 0; a variance counts as
   * at least a hundredth of the layer's mean variance, and as 1 where all are 0, so that no precision is infinite.
   */
  fitTo(moments: Moments, pseudocount: number): void;
  /** E(x) of every row. */
  energy(rows: Rows, out: Float64Array): Float64Array;
  /** Gamma(I) of every row of inputs. */
  cumulant(inputs: Rows, beta: number, out: Float64Array): Float64Array;
  /** <x> given the inputs. */
  mean<Out extends Rows>(inputs: Rows, beta: number, out: Out): Out;
  /** Variance of every value given the inputs. */
  variance<Out extends Rows>(inputs: Rows, beta: number, out: Out): Out;
  /** Draws x given the inputs; row r draws from `streams[r]`. */
  sample<Out extends Rows>(inputs: Rows, beta: number, streams: readonly Random[], out: Out): Out;
  /** Adds `weight` times -dE/dtheta, summed over the rows, for all parameters theta. */
  addGradient(rows: Rows, weight: number, out: Float64Array): void;
  /** Adds `weight` times <-dE/dtheta> given the inputs, 1 / beta dGamma/dtheta, summed over the rows. */
  addMeanGradient(inputs: Rows, beta: number, weight: number, out: Float64Array): void;
}

/**
 * The parameter `name` of `length` values: the given ones, one number for all, or `standard` if omitted.
 *
 * @throws ShapeError for a wrong number of values, DataError for a value that is not finite
 */
export function asParameter(
  name: string,
  given: ArrayLike<number> | number | undefined,
  length: number,
  standard = 0,
): Float64Array {
  const values = new Float64Array(length);
  if (given === undefined || typeof given === "number") values.fill(given ?? standard);
  else if (given.length === length) values.set(given);
  else throw new ShapeError(`${name} has ${given.length} values but the layer needs ${length}`);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DataError(`${name}[${bad}] is ${values[bad]}; expected a finite number`);
  return values;
}

/** Throws unless `beta`, an inverse temperature, is finite and above 0. */
export function requireBeta(beta: number): void {
  if (!(beta > 0 && beta < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`beta is ${beta}; expected a finite number above 0`);
  }
}
