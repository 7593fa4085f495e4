import { ShapeError } from "../../errors.js";
import { add } from "./operations/elementwise.js";
import { reshape } from "./operations/shape.js";
import { constant, shapeName, Tensor } from "./tensor.js";

/** The tensors from which others are computed, and these themselves, in the order in which they were traced. */
export function ancestors(tensors: readonly Tensor[]): Tensor[] {
  const found = new Set(tensors);
  // A set is walked in the order of its entries, those that are added on the way included.
  for (const tensor of found) for (const input of tensor.operation?.inputs ?? []) found.add(input);
  return [...found].sort((a, b) => a.serial - b.serial);
}

/**
 * Traces the derivatives of a number y with respect to tensors, by the chain rule from y backwards (reverse mode). They are
 * tensors like all others, of which derivatives can be taken again.
 *
 * @returns one tensor in the shape of each of `xs`; zeros where y does not depend on it
 * @throws ShapeError if y has more than one entry
 */
export function gradient(y: Tensor, xs: readonly Tensor[]): Tensor[] {
  if (y.size !== 1) {
    throw new ShapeError(
      `a gradient is taken of one number; the tensor has the shape ${shapeName(y.shape)}; take its sum`,
    );
  }
  const order = ancestors([y]);
  const dependent = new Set(xs);
  for (const tensor of order) {
    if (tensor.operation?.inputs.some((input) => dependent.has(input))) dependent.add(tensor);
  }
  const cotangents = new Map<Tensor, Tensor>([[y, constant(1, y.shape)]]);
  for (const tensor of order.reverse()) {
    const cotangent = cotangents.get(tensor);
    if (cotangent === undefined || tensor.operation === undefined || !dependent.has(tensor)) continue;
    const { inputs } = tensor.operation;
    tensor.operation.gradient(cotangent).forEach((part, k) => {
      if (part === undefined || !dependent.has(inputs[k])) return;
      const before = cotangents.get(inputs[k]);
      // A new tensor: the parts may be used elsewhere. Where they are not, the program adds in place.
      cotangents.set(inputs[k], before === undefined ? part : add(before, part));
    });
  }
  return xs.map((x) => reshape(cotangents.get(x) ?? constant(0, x.shape), x.shape));
}

/** Whether a value is a tensor. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}
