import type { Random } from "../../math/random.js";
import { type MakerOf, type Making, maker, type OptionSpecs } from "../../options.js";
import type { Tensor } from "../tape/tensor.js";

/** A step of a machine. */
export interface MachineStep {
  /** The state after it: a tree of tensors of the form of `start`. */
  readonly state: object;
  /** The total inputs of the output units, [batch, outputs]. */
  readonly outputs: Tensor;
  /** What the step did, such as the weightings of heads, by name; the first axis is the batch. */
  readonly evidence: Readonly<Record<string, Tensor>>;
}

/** A machine that maps a sequence to a sequence, one step at a time; a pure function of tensors. */
export interface Machine {
  /** Rows of its memory, each of which holds one vector at a time; absent without such a memory. */
  readonly rows?: number | undefined;
  /** What it learns for inputs and outputs of these widths: a tree of parameters. */
  parameters(inputs: number, outputs: number, random: Random): object;
  /** Traces the state before the first input. */
  start(parameters: object, batch: number): object;
  /** Traces a step for inputs x of the shape [batch, inputs]. */
  step(parameters: object, state: object, x: Tensor): MachineStep;
}

/** Builds the maker of a machine. */
export function machine<const Specs extends OptionSpecs>(making: Making<Machine, Specs>): MakerOf<Machine, Specs> {
  return maker("machine", making);
}
