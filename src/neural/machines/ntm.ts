import { type Linear, linear, linearParameters } from "../layers/linear.js";
import { normalParameter, type Parameter } from "../parameters.js";
import { affine, detach, sigmoid, softplus, tanh } from "../tape/operations/elementwise.js";
import { softmax } from "../tape/operations/rows.js";
import { columns, concat, reshape, split } from "../tape/operations/shape.js";
import { constant, type Tensor } from "../tape/tensor.js";
import { contentWeights, interpolated, readRows, sharpened, shifted, writtenRows } from "./addressing.js";
import { controllerOptions, controllers, repeated } from "./controllers.js";
import { machine } from "./machine.js";

interface Parameters<Leaf = Tensor> {
  readonly controller: object;
  /** From the controller to what steers all heads. */
  readonly heads: Linear<Leaf>;
  readonly output: Linear<Leaf>;
  readonly start: {
    /** The logarithms of the first weightings, up to a constant: [heads x rows]. */
    readonly weights: Leaf;
    readonly reads: Leaf;
    readonly memory?: Leaf | undefined;
  };
}

interface State {
  readonly controller: object;
  readonly memory: Tensor;
  readonly reads: Tensor;
  readonly weights: Tensor;
}

/** The first content of a memory that is not learned, as in Collier and Beel 2018. */
const CONSTANT = 1e-6;
const DEVIATION = 0.5;

/**
 * The neural Turing machine (Graves, Wayne and Danihelka 2014). Every step, the controller sees the input and what was read in
 * the step before; each head computes its weighting from the memory before the step by content (a key k and its strength beta
 * = softplus), interpolation (a gate g), shift (s, a softmax over -range to range) and sharpening (gamma = 1 + softplus); then
 * heads read, and the heads that write erase and add. Keys and what is added are within (-1, 1) by tanh, and first weightings
 * and reads are learned, as in Collier and Beel, Implementing neural Turing machines (2018).
 */
export const ntm = machine({
  name: "ntm",
  summary: "neural Turing machine: heads that address a memory by content and by place",
  reference: "Graves, Wayne and Danihelka 2014",
  options: {
    rows: { type: "integer", low: 1, high: 65_536, default: 128, help: "rows of the memory" },
    width: { type: "integer", low: 1, high: 4096, default: 20, help: "numbers in a row" },
    ...controllerOptions,
    reads: { type: "integer", low: 1, high: 64, default: 1, help: "heads that read" },
    writes: { type: "integer", low: 1, high: 64, default: 1, help: "heads that write" },
    shift: { type: "integer", low: 0, high: 64, default: 1, help: "the largest shift of a weighting in one step" },
    memory: {
      type: "choice",
      values: ["constant", "learned", "random"],
      default: "constant",
      help: "what the memory holds at first",
    },
  },
  create({ rows, width, controller: named, units, reads, writes, shift, memory: first }) {
    const controller = controllers[named];
    const heads = reads + writes;
    const shifts = 2 * shift + 1;
    // Of each head: key, strength, gate, shift, sharpening; of those that write, erase and add.
    const widths = [heads * width, heads, heads, heads * shifts, heads, writes * width, writes * width];
    const total = widths.reduce((sum, own) => sum + own);
    return {
      rows,
      parameters: (inputs, outputs, random): Parameters<Parameter> => ({
        controller: controller.parameters(inputs + reads * width, units, random.fork(0)),
        heads: linearParameters(units, total, random.fork(1)),
        output: linearParameters(units + reads * width, outputs, random.fork(2)),
        start: {
          weights: normalParameter([heads * rows], 1, random.fork(3)),
          reads: normalParameter([reads * width], 0.5, random.fork(4)),
          ...(first !== "constant" && { memory: normalParameter([rows * width], DEVIATION, random.fork(5)) }),
        },
      }),
      start(parameters, batch): State {
        const { controller: own, start } = parameters as Parameters;
        const { memory } = start;
        const given = first === "random" && memory !== undefined ? detach(memory) : memory;
        return {
          controller: controller.start(own, batch),
          memory:
            given === undefined
              ? constant(CONSTANT, [batch, rows, width])
              : reshape(repeated(tanh(given), batch), [batch, rows, width]),
          reads: repeated(tanh(start.reads), batch),
          weights: softmax(reshape(repeated(start.weights, batch), [batch, heads, rows])),
        };
      },
      step(parameters, state, x) {
        const { controller: own, heads: steering, output } = parameters as Parameters;
        const { controller: before, memory, reads: seen, weights: old } = state as State;
        const batch = x.shape[0];
        const { state: after, hidden } = controller.step(own, before, concat([x, seen]));
        const parts = split(linear(hidden, steering), widths);
        const perHead = (part: Tensor, count = heads) => reshape(part, [batch, count, part.columns / count]);
        const [key, strength, gate, shiftWeights, sharpness] = parts.slice(0, 5).map((part) => perHead(part));
        const [erase, added] = parts.slice(5).map((part) => perHead(part, writes));
        const byContent = contentWeights(memory, tanh(key), softplus(strength));
        const moved = shifted(interpolated(byContent, old, sigmoid(gate)), softmax(shiftWeights));
        const weights = sharpened(moved, affine(softplus(sharpness), 1, 1));
        const flat = reshape(weights, [batch, heads * rows]);
        const readWeights = reshape(columns(flat, 0, reads * rows), [batch, reads, rows]);
        const writeWeights = reshape(columns(flat, reads * rows, heads * rows), [batch, writes, rows]);
        const found = reshape(readRows(memory, readWeights), [batch, reads * width]);
        let next = memory;
        for (let k = 0; k < writes; k++) {
          const ownPart = (all: Tensor) => {
            const size = all.size / (batch * writes);
            return reshape(columns(reshape(all, [batch, writes * size]), k * size, (k + 1) * size), [batch, 1, size]);
          };
          next = writtenRows(next, ownPart(writeWeights), sigmoid(ownPart(erase)), tanh(ownPart(added)));
        }
        return {
          state: { controller: after, memory: next, reads: found, weights },
          outputs: linear(concat([hidden, found]), output),
          evidence: { read: readWeights, write: writeWeights, memory: next },
        };
      },
    };
  },
});
