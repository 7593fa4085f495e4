import { requireInteger } from "../../errors.js";
import { Random } from "../../math/random.js";
import { type Linear, linear, linearParameters } from "../layers/linear.js";
import type { Parameter } from "../parameters.js";
import { relu } from "../tape/operations/elementwise.js";
import type { Tensor } from "../tape/tensor.js";

/** Sizes of a perceptron. */
export interface PerceptronOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Numbers of rectified linear units of the hidden layers, none by default. */
  readonly hidden?: readonly number[] | undefined;
  /** Draws the initial weights; defaults to the seed 0. */
  readonly random?: Random | undefined;
}

/**
 * Linear maps with rectified linear units between them (Rosenblatt 1958; known as MLP): an encoder from patterns to codes, or
 * a decoder from codes to patterns.
 */
export class Perceptron {
  readonly inputs: number;
  readonly outputs: number;
  readonly hidden: readonly number[];
  /** From the first layer to the last. */
  readonly parameters: readonly Linear[];

  /** @throws ArgumentError for a size below 1 */
  constructor({ inputs, outputs, hidden = [], random = new Random(0) }: PerceptronOptions) {
    const sizes = [inputs, ...hidden, outputs];
    for (const size of sizes) requireInteger("a size of a perceptron", size, 1, 1_000_000);
    this.inputs = inputs;
    this.outputs = outputs;
    this.hidden = [...hidden];
    this.parameters = sizes.slice(1).map((to, k) => {
      const from = sizes[k];
      // Half of the rectified units are 0: twice the variance keeps that of the inputs (He et al. 2015).
      const deviation = Math.sqrt((k < hidden.length ? 2 : 1) / from);
      return linearParameters(from, to, random.fork(k), deviation);
    });
  }

  /** Traces the outputs for inputs of any axes, the last of which are the inputs. */
  trace(parameters: readonly Linear<Tensor>[], inputs: Tensor): Tensor {
    return parameters.reduce((x, layer, k) => {
      const total = linear(x, layer);
      return k < parameters.length - 1 ? relu(total) : total;
    }, inputs);
  }

  /** The outputs for one vector, in double precision. */
  outputsOf(inputs: ArrayLike<number>): Float64Array {
    const last = this.parameters.length - 1;
    return this.parameters.reduce<Float64Array>((x, layer, k) => {
      const outputs = totalInputs(x, layer);
      return k < last ? outputs.map((total) => Math.max(total, 0)) : outputs;
    }, Float64Array.from(inputs));
  }
}

/** x weights + bias */
export function totalInputs(x: Float64Array, { weights, bias }: Linear<Parameter>): Float64Array {
  const outputs = weights.shape[1];
  const total = bias === undefined ? new Float64Array(outputs) : Float64Array.from(bias.values);
  for (let i = 0; i < x.length; i++) {
    if (x[i] === 0) continue;
    for (let j = 0, at = i * outputs; j < outputs; j++, at++) total[j] += x[i] * weights.values[at];
  }
  return total;
}
