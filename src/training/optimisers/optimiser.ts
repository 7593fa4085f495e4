import type { ProductAscent, Workspace } from "../../kernels/index.js";
import { exp } from "../../math/elementary.js";
import type { Made } from "../../options.js";
import type { LiveArrays } from "../checkpoint.js";

/** An array of parameters and its gradient: the same arrays during the whole training. */
export interface LearnedArray<Values extends Float32Array | Float64Array> {
  readonly values: Values;
  /** The gradient to ascend: the derivative of the objective with respect to each value. */
  readonly gradient: Values;
  /** The workspace of arrays of single precision. */
  readonly workspace?: Workspace | undefined;
  /** In a workspace: the gradient as the sum of two products, which need not be stored; else `gradient` is read. */
  readonly products?: Pick<ProductAscent, "columns" | "terms"> | undefined;
  /** Steps apply to log x instead of x, so that values above 0 stay above 0: x <- x exp(step). Double precision only. */
  readonly positive?: boolean | undefined;
}

/** Options of a step. */
export interface StepOptions {
  /** Learning rate, at least 0. */
  readonly rate: number;
  /** Number of epochs so far, with fractions, for scheduled coefficients. */
  readonly epochs: number;
  /** Weight decay: l1 sgn(value) and l2 value are subtracted from the gradient; defaults to 0. */
  readonly l1?: number | undefined;
  readonly l2?: number | undefined;
}

/** The steps of one array of numbers. */
export interface Steps<Values extends Float32Array | Float64Array = Float32Array | Float64Array> {
  /** The whole state besides the values, by name; the arrays are live. */
  readonly state: LiveArrays;
  /** The change of the values in the last step. */
  readonly change: Values;
  /** One step along the gradient. */
  step(options: StepOptions): void;
}

/**
 * An optimiser: it starts the steps of one array of parameters. Its whole state is in typed arrays, which a checkpoint copies.
 * Steps ascend: for a loss pass minus its gradient.
 */
export interface Optimiser extends Made {
  start<Values extends Float32Array | Float64Array>(learned: LearnedArray<Values>): Steps<Values>;
}

/** An array of zeros like the values: in their workspace if they have one. */
export function zerosLike<Values extends Float32Array | Float64Array>({
  values,
  workspace,
}: LearnedArray<Values>): Values {
  const zeros = values instanceof Float64Array ? new Float64Array(values.length) : floats(values.length, workspace);
  return zeros as Values;
}

function floats(length: number, workspace: Workspace | undefined): Float32Array {
  return workspace === undefined ? new Float32Array(length) : workspace.float32(length);
}

/**
 * Steps one number at a time: `move` returns the change of number k given its gradient, weight decay included. Arithmetic is
 * in double precision; the state has the precision of the values.
 */
export function stepwiseAscent<Values extends Float32Array | Float64Array>(
  { values, gradient, positive = false }: LearnedArray<Values>,
  change: Values,
  { l1 = 0, l2 = 0 }: StepOptions,
  move: (k: number, gradient: number) => number,
): void {
  const decays = l1 !== 0 || l2 !== 0;
  for (let k = 0; k < values.length; k++) {
    const own = positive ? values[k] * gradient[k] : gradient[k];
    change[k] = move(k, decays ? own - l2 * values[k] - l1 * Math.sign(values[k]) : own);
    if (positive) values[k] *= exp(change[k]);
    else values[k] += change[k];
  }
}
