import { ArgumentError, ShapeError } from "../../errors.js";
import { isShape, leaves, type Mapped } from "../tree.js";
import { gradient, isTensor } from "./gradient.js";
import { add, multiply } from "./operations/elementwise.js";
import { sum } from "./operations/rows.js";
import { compile } from "./program.js";
import { constant, type Tensor } from "./tensor.js";

/** How a gradient compares with differences of its function. */
export interface GradientCheck {
  /**
   * The largest difference of a derivative from its estimate by differences, in parts of the largest derivative with respect
   * to the same input, or of 1 if that is larger.
   */
  readonly largest: number;
  /** The input and the entry with that difference. */
  readonly at: string;
  /** Number of derivatives that were compared. */
  readonly compared: number;
}

/**
 * Compares the gradient of a traced function with differences, in double precision. The function may have results of any
 * shapes: the derivatives are those of the sum of all their entries, each with a weight of its own.
 *
 * Derivatives are estimated by central differences with the steps h and h / 2, D(h) and D(h / 2), as (4 D(h / 2) - D(h)) /
 * 3, whose error is of order h^4.
 *
 * @param inputs the numbers of the inputs, flat, in the tree of `shapes`
 * @param options order 2 checks second derivatives: the gradient of g . c for the gradient g and fixed numbers c;
 *   `differentiate` names the inputs with respect to which derivatives are taken, all by default
 */
export function checkGradient<const Inputs>(
  shapes: Inputs,
  inputs: Mapped<Inputs, ArrayLike<number>>,
  build: (inputs: Mapped<Inputs, Tensor>) => unknown,
  {
    order = 1,
    h = 1e-3,
    differentiate,
  }: { readonly order?: 1 | 2; readonly h?: number; readonly differentiate?: readonly string[] } = {},
): GradientCheck {
  if (!(h > 0)) throw new ArgumentError(`h is ${h}; expected a step above 0`);
  const given = leaves(inputs, isNumbers);
  const names = differentiate ?? [...given.keys()];
  const program = compile(
    shapes,
    (tensors) => {
      const xs = names.map((name) => leaves(tensors, isTensor).get(name) as Tensor);
      let y = total([...leaves(build(tensors), isTensor).values()]);
      if (order === 2) y = total(gradient(y, xs));
      return { y, derivatives: gradient(y, xs) };
    },
    { precision: "double" },
  );
  const arrays = leaves(program.inputs, isNumbers);
  for (const [name, array] of arrays) {
    const values = given.get(name);
    if (values?.length !== array.length) {
      throw new ShapeError(
        `the input ${name} has ${values?.length ?? "no"} numbers; expected ${array.length}, as its shape says`,
      );
    }
    (array as Float64Array).set(Array.from(values));
  }
  program.run();
  const results = program.results as { y: ArrayLike<number>; derivatives: readonly ArrayLike<number>[] };
  const exact = results.derivatives.map((derivative) => Float64Array.from(derivative));
  let check: GradientCheck = { largest: 0, at: "", compared: 0 };
  names.forEach((name, k) => {
    const array = arrays.get(name) as Float64Array;
    const scale = exact[k].reduce((most, x) => Math.max(most, Math.abs(x)), 1);
    for (let i = 0; i < array.length; i++) {
      const x = array[i];
      const at = (shift: number) => {
        array[i] = x + shift;
        program.run();
        return results.y[0];
      };
      const wide = (at(h) - at(-h)) / (2 * h);
      const narrow = (at(h / 2) - at(-h / 2)) / h;
      array[i] = x;
      const error = Math.abs((4 * narrow - wide) / 3 - exact[k][i]) / scale;
      // NaN is the largest error.
      const isLarger = !(error <= check.largest);
      check = {
        ...(isLarger ? { largest: error, at: `${name}[${i}]` } : check),
        compared: check.compared + 1,
      };
    }
  });
  return check;
}

/** The sum over all entries of all tensors, with weights that differ. */
function total(tensors: readonly Tensor[]): Tensor {
  let weight = 0;
  const parts = tensors.map((tensor) => {
    // From 0.5 to 1.5 in the order of the golden section, which repeats none.
    const weights = Float64Array.from({ length: tensor.size }, () => 0.5 + ((++weight * 0.618033988749895) % 1));
    return sum(multiply(tensor, constant(weights, tensor.shape)));
  });
  return parts.reduce((a, b) => add(a, b), constant(0));
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  return ArrayBuffer.isView(value) || isShape(value);
}
