import { type Linear, linear, linearParameters } from "../layers/linear.js";
import type { Parameter } from "../parameters.js";
import {
  add,
  affine,
  detach,
  exp,
  log,
  multiply,
  sigmoid,
  softplus,
  subtract,
  tanh,
} from "../tape/operations/elementwise.js";
import { product, products, transpose } from "../tape/operations/product.js";
import { ascendingOrder, softmax, sumRows } from "../tape/operations/rows.js";
import { arrange, arrangeBack, columns, concat, reshape, split } from "../tape/operations/shape.js";
import { constant, type Tensor } from "../tape/tensor.js";
import { contentWeights, readRows, writtenRows } from "./addressing.js";
import { controllerOptions, controllers } from "./controllers.js";
import { machine } from "./machine.js";

interface Parameters<Leaf = Tensor> {
  readonly controller: object;
  /** From the controller to what steers all heads. */
  readonly heads: Linear<Leaf>;
  readonly output: Linear<Leaf>;
}

interface State {
  readonly controller: object;
  readonly memory: Tensor;
  readonly reads: Tensor;
  /** [batch, rows] */
  readonly usage: Tensor;
  readonly write: Tensor;
  readonly precedence: Tensor;
  /** [batch, heads, rows] */
  readonly read: Tensor;
  /** [batch, rows, rows], only with the temporal link. */
  readonly link?: Tensor | undefined;
}

/** Usage is kept this far above 0, so that its logarithm is finite; so does the published code. */
const LEAST = 1e-6;

/**
 * The differentiable neural computer (Graves et al., Hybrid computing using a neural network with dynamic external memory,
 * 2016, methods). One head writes, by content or where a row is free; `reads` heads read, by content or along the order in
 * which rows were written, forwards and backwards:
 *
 *     psi = prod_r (1 - f_r w^r),   u <- (u + w^w - u w^w) psi,   a_(phi_j) = (1 - u_(phi_j)) prod_(i<j) u_(phi_i)
 *     w^w = g^w (g^a a + (1 - g^a) C(M, k^w, beta^w)),   M <- M (1 - w^w e) + w^w v
 *     L_ij <- (1 - w^w_i - w^w_j) L_ij + w^w_i p_j,   L_ii = 0,   p <- (1 - sum w^w) p + w^w
 *     w^r = pi_1 L^T w^r + pi_2 C(M, k^r, beta^r) + pi_3 L w^r
 *
 * with phi the rows in ascending order of usage, equal ones by number.
 */
export const dnc = machine({
  name: "dnc",
  summary: "differentiable neural computer: rows are allocated, freed, and read in the order of writing",
  reference: "Graves et al. 2016",
  options: {
    rows: { type: "integer", low: 1, high: 65_536, default: 128, help: "rows of the memory" },
    width: { type: "integer", low: 1, high: 4096, default: 20, help: "numbers in a row" },
    ...controllerOptions,
    reads: { type: "integer", low: 1, high: 64, default: 1, help: "heads that read" },
    link: { type: "boolean", default: true, help: "keep the order in which rows were written" },
    detachUsage: {
      type: "boolean",
      default: false,
      help: "pass no gradient from usage to the writing, as in the published code",
    },
  },
  create({ rows, width, controller: named, units, reads, link: isLinked, detachUsage }) {
    const controller = controllers[named];
    const modes = isLinked ? 3 : 1;
    // Of the heads that read: key, strength, free gate, modes; of the one that writes: key, strength, erase, added, gates.
    const widths = [reads * width, reads, reads, reads * modes, width, 1, width, width, 1, 1];
    const total = widths.reduce((sum, own) => sum + own);
    // Row vectors are spread over the rows of each batch.
    const offDiagonal = Float64Array.from({ length: rows * rows }, (_, k) => (k % (rows + 1) === 0 ? 0 : 1));
    return {
      rows,
      parameters: (inputs, outputs, random): Parameters<Parameter> => ({
        controller: controller.parameters(inputs + reads * width, units, random.fork(0)),
        heads: linearParameters(units, total, random.fork(1)),
        output: linearParameters(units + reads * width, outputs, random.fork(2)),
      }),
      start(parameters, batch): State {
        const zeros = (...shape: readonly number[]) => constant(0, [batch, ...shape]);
        return {
          controller: controller.start((parameters as Parameters).controller, batch),
          memory: zeros(rows, width),
          reads: zeros(reads * width),
          usage: zeros(rows),
          write: zeros(rows),
          precedence: zeros(rows),
          read: zeros(reads, rows),
          ...(isLinked && { link: zeros(rows, rows) }),
        };
      },
      step(parameters, state, x) {
        const { controller: own, heads, output } = parameters as Parameters;
        const before = state as State;
        const batch = x.shape[0];
        const { state: after, hidden } = controller.step(own, before.controller, concat([x, before.reads]));
        const parts = split(linear(hidden, heads), widths);
        const perHead = (part: Tensor, count: number) => reshape(part, [batch, count, part.columns / count]);
        const [key, strength, free, mode] = parts.slice(0, 4).map((part) => perHead(part, reads));
        const [writeKey, writeStrength, erase, added] = parts.slice(4, 8).map((part) => perHead(part, 1));
        const [allocationGate, writeGate] = parts.slice(8).map(sigmoid);

        const usage = used(before.usage, before.write, before.read, sigmoid(free), detachUsage);
        const allocation = allocationOf(usage);
        const byContent = contentWeights(before.memory, tanh(writeKey), affine(softplus(writeStrength), 1, 1));
        const found = reshape(byContent, [batch, rows]);
        const write = multiply(add(found, multiply(subtract(allocation, found), allocationGate)), writeGate);
        const memory = writtenRows(before.memory, reshape(write, [batch, 1, rows]), sigmoid(erase), tanh(added));

        const readContent = contentWeights(memory, tanh(key), affine(softplus(strength), 1, 1));
        const linked =
          before.link === undefined ? undefined : linkedBy(before.link, write, before.precedence, offDiagonal);
        const precedence = add(multiply(before.precedence, affine(sumRows(write), -1, 1)), write);
        const weights = linked === undefined ? readContent : alongLink(linked, before.read, readContent, softmax(mode));
        const reading = reshape(readRows(memory, weights), [batch, reads * width]);
        return {
          state: {
            controller: after,
            memory,
            reads: reading,
            usage,
            write,
            precedence,
            read: weights,
            ...(linked !== undefined && { link: linked }),
          },
          outputs: linear(concat([hidden, reading]), output),
          evidence: {
            read: weights,
            write: reshape(write, [batch, 1, rows]),
            memory,
            usage,
            ...(linked !== undefined && { link: linked }),
          },
        };
      },
    };
  },
});

/**
 * The usage of rows after those were freed that heads have read: (u + w - u w) prod_r (1 - f_r w^r).
 *
 * @param usage and `write`, of the step before: [batch, rows]
 * @param reads the weightings of the step before: [batch, heads, rows]
 * @param free the free gates: [batch, heads, 1]
 */
export function used(usage: Tensor, write: Tensor, reads: Tensor, free: Tensor, detached: boolean): Tensor {
  const [batch, heads, rows] = reads.shape;
  const own = detached ? detach(write) : write;
  const kept = reshape(affine(multiply(reads, free), -1, 1), [batch, heads * rows]);
  const retention = Array.from({ length: heads }, (_, r) => columns(kept, r * rows, (r + 1) * rows)).reduce(multiply);
  return multiply(subtract(add(usage, own), multiply(usage, own)), retention);
}

/** The weighting of free rows, those of the least usage first: a_(phi_j) = (1 - u_(phi_j)) prod_(i<j) u_(phi_i). */
export function allocationOf(usage: Tensor): Tensor {
  const rows = usage.columns;
  const order = ascendingOrder(usage);
  const sorted = arrange(affine(usage, 1 - LEAST, LEAST), order);
  // The logarithms of those before: a product with a matrix of ones above the diagonal.
  const above = Float64Array.from({ length: rows * rows }, (_, k) => (Math.floor(k / rows) < k % rows ? 1 : 0));
  const before = exp(product(log(sorted), constant(above, [rows, rows])));
  return arrangeBack(multiply(affine(sorted, -1, 1), before), order);
}

/** The temporal link after a step of writing; `offDiagonal` has 0 on the diagonal and 1 elsewhere. */
export function linkedBy(link: Tensor, write: Tensor, precedence: Tensor, offDiagonal: Float64Array): Tensor {
  const [batch, rows] = write.shape;
  const column = reshape(write, [batch, rows, 1]);
  const row = reshape(write, [batch, 1, rows]);
  const kept = subtract(multiply(link, affine(column, -1, 1)), multiply(link, row));
  const total = add(kept, products(column, reshape(precedence, [batch, 1, rows])));
  return reshape(multiply(reshape(total, [batch, rows * rows]), constant(offDiagonal, [rows * rows])), [
    batch,
    rows,
    rows,
  ]);
}

/** The weightings of heads that read backwards along the link, by content, or forwards, as `modes` [batch, heads, 3] say. */
export function alongLink(link: Tensor, before: Tensor, content: Tensor, modes: Tensor): Tensor {
  const backward = products(before, link);
  const forward = transpose(products(link, transpose(before)));
  const parts = [backward, content, forward].map((part, k) => multiply(part, columns(modes, k, k + 1)));
  return parts.reduce((sum, part) => add(sum, part));
}
