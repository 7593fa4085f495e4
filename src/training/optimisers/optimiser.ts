import type { Workspace } from "../../kernels/index.js";
import { exp } from "../../math/elementary.js";
import type { Made } from "../../options.js";
import type { LiveArrays } from "../checkpoint.js";

/** Numbers that learn: the same arrays as long as the training lasts. */
export interface LearnedArray<Values extends Float32Array | Float64Array> {
  readonly values: Values;
  /** The gradient to climb: the derivative of what is to grow by each value. */
  readonly gradient: Values;
  /** Where arrays of single precision live. */
  readonly workspace?: Workspace | undefined;
  /** Steps are those of log x instead of x, so that values above 0 stay above 0: x <- x exp(step). Double precision only. */
  readonly positive?: boolean | undefined;
}

/** How far a step goes. */
export interface StepOptions {
  /** Learning rate, at least 0. */
  readonly rate: number;
  /** Epochs so far, whole or not, for coefficients that change with them. */
  readonly epochs: number;
  /** Weight decay: the gradient less l1 sgn(value) and less l2 value, default 0. */
  readonly l1?: number | undefined;
  readonly l2?: number | undefined;
}

/** The steps of one array of numbers. */
export interface Steps<Values extends Float32Array | Float64Array = Float32Array | Float64Array> {
  /** All that they depend on beside the values, by name, live. */
  readonly state: LiveArrays;
  /** What the last step has added to the values. */
  readonly change: Values;
  /** One step along the gradient. */
  step(options: StepOptions): void;
}

/**
 * How steps are made of gradients. A value that starts the steps of one array; all that it remembers lies in typed arrays,
 * which a checkpoint copies. Steps climb: for a loss pass minus its gradient.
 */
export interface Optimiser extends Made {
  start<Values extends Float32Array | Float64Array>(learned: LearnedArray<Values>): Steps<Values>;
}

/** An array like the values, of zeros: in the workspace where they live in one. */
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
 * Steps one number at a time: `move` gives what is to be added to number k from its gradient, decay included. Arithmetic is in
 * double precision; what is stored has the precision of the values.
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
