import type { Random } from "../../math/random.js";
import { type Linear, linear, linearParameters } from "../layers/linear.js";
import type { Parameter } from "../parameters.js";
import { add, multiply, sigmoid, tanh } from "../tape/operations/elementwise.js";
import { columns, concat } from "../tape/operations/shape.js";
import { constant, type Tensor } from "../tape/tensor.js";

/** The part of a machine that sees the inputs and what was read, and steers the rest. */
export interface Controller {
  /** What it learns for inputs of this width: a tree of parameters. */
  parameters(inputs: number, units: number, random: Random): object;
  /** Its state before the first input: a tree of tensors. */
  start(parameters: object, batch: number): object;
  /** Traces a step for x of the shape [batch, inputs]: the next state and the outputs, [batch, units] within (-1, 1). */
  step(parameters: object, state: object, x: Tensor): { readonly state: object; readonly hidden: Tensor };
}

/** What a layer of long short-term memory learns. */
export interface LstmParameters<Leaf = Parameter> {
  /** From the inputs and the hidden units to the gates: input, forget, output, then the candidates. */
  readonly gates: Linear<Leaf>;
  /** The state before the first input. */
  readonly hidden: Leaf;
  readonly cell: Leaf;
}

interface LstmState {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

/**
 * A layer of long short-term memory (Hochreiter and Schmidhuber 1997; with forget gates: Gers, Schmidhuber and Cummins 2000),
 *
 *     (i, f, o) = sigmoid(W (x, h) + b),   g = tanh(V (x, h) + c),   cell <- f cell + i g,   h <- o tanh(cell).
 *
 * The bias of the forget gates starts at 1 (Jozefowicz, Zaremba and Sutskever 2015). The state before the first input is
 * learned.
 */
export const lstmController: Controller = {
  parameters(inputs, units, random): LstmParameters {
    const gates = linearParameters(inputs + units, 4 * units, random);
    gates.bias.values.fill(1, units, 2 * units);
    const zeros = () => ({ shape: [units], values: new Float32Array(units) });
    return { gates, hidden: zeros(), cell: zeros() };
  },
  start(parameters, batch): LstmState {
    const { hidden, cell } = parameters as LstmParameters<Tensor>;
    return { hidden: tanh(repeated(hidden, batch)), cell: repeated(cell, batch) };
  },
  step(parameters, state, x) {
    const { gates } = parameters as LstmParameters<Tensor>;
    const { hidden: before, cell: kept } = state as LstmState;
    const units = before.columns;
    const total = linear(concat([x, before]), gates);
    const open = sigmoid(columns(total, 0, 3 * units));
    const [input, forget, output] = [0, 1, 2].map((k) => columns(open, k * units, (k + 1) * units));
    const cell = add(multiply(forget, kept), multiply(input, tanh(columns(total, 3 * units, 4 * units))));
    const hidden = multiply(output, tanh(cell));
    return { state: { hidden, cell }, hidden };
  },
};

/** One layer without a state of its own: h = tanh(W x + b). */
export const feedForwardController: Controller = {
  parameters: (inputs, units, random) => linearParameters(inputs, units, random),
  start: () => ({}),
  step: (parameters, state, x) => ({ state, hidden: tanh(linear(x, parameters as Linear<Tensor>)) }),
};

/** All controllers. */
export const controllers = { lstm: lstmController, feedforward: feedForwardController } as const;

/** The option of a machine that names its controller. */
export const controllerOptions = {
  controller: {
    type: "choice",
    values: ["lstm", "feedforward"],
    default: "lstm",
    help: "what steers the heads",
  },
  units: { type: "integer", low: 1, high: 10_000, default: 100, help: "units of the controller" },
} as const;

/** A vector as every row of a batch. */
export function repeated(x: Tensor, batch: number): Tensor {
  return add(constant(0, [batch, x.size]), x);
}
