import { ShapeError } from "../../errors.js";
import type { TensorKernels, Values } from "./kernels.js";

/** The lengths of the axes of a tensor, the last one without gaps in memory. */
export type Shape = readonly number[];

/** How a tensor is computed from others. */
export interface Operation {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  /**
   * Prepares the computation of the result from the numbers of the inputs; the function that it returns writes every number of
   * `out`. It calls operations of the kernels and does nothing else, since a program may note them once and perform them at every
   * run. Absent for a view.
   */
  readonly prepare?: (kernels: TensorKernels, out: Values, inputs: readonly Values[]) => () => void;
  /** The same without kernels: the function is called at every run, and may do anything. */
  readonly prepareAlone?: (out: Values, inputs: readonly Values[]) => () => void;
  /** The result is part of the numbers of the only input, from this one on. */
  readonly view?: number;
  /** The inputs that `out` may overwrite: number k of the result needs no other number of them than k. */
  readonly overwrites?: readonly number[];
  /** Like `prepare` for a result that is added to what `out` holds. */
  readonly accumulate?: (kernels: TensorKernels, out: Values, inputs: readonly Values[]) => () => void;
  /**
   * The cotangent of each input, the derivative of a number with respect to it, from that of the result; undefined where it
   * is 0. Written with operations, so that gradients of gradients need nothing more.
   */
  readonly gradient: (cotangent: Tensor) => readonly (Tensor | undefined)[];
}

let tensors = 0;

/**
 * A tensor of real numbers in a function that is traced: what it is computed from, not its numbers. Tensors of a trace form
 * a graph; a program (`compile`) gives them memory and computes them.
 */
export class Tensor {
  readonly shape: Shape;
  /** Number of entries. */
  readonly size: number;
  /** How it is computed; undefined for an input or a constant. */
  readonly operation: Operation | undefined;
  /** The numbers of a constant, or one number for all of them. */
  readonly values: number | Values | undefined;
  /** Tensors are computed in the order in which they were traced. */
  readonly serial: number = tensors++;
  #transposed: Tensor | undefined;

  constructor(shape: Shape, operation?: Operation, values?: number | Values) {
    this.shape = shape;
    this.size = shape.reduce((product, length) => product * length, 1);
    this.operation = operation;
    this.values = values;
  }

  /** Length of the last axis. */
  get columns(): number {
    return this.shape[this.shape.length - 1];
  }

  /** The product of the lengths of all other axes. */
  get rows(): number {
    return this.size / this.columns;
  }

  /** The transpose by `make`, which is traced once. */
  transposedBy(make: () => Tensor): Tensor {
    this.#transposed ??= make();
    return this.#transposed;
  }
}

/** Traces an operation. */
export function traced(shape: Shape, operation: Operation): Tensor {
  return new Tensor(shape, operation);
}

/**
 * A tensor of fixed numbers: one for all entries, or all of them row after row. @throws ShapeError for another number of
 * them
 */
export function constant(values: number | ArrayLike<number>, shape: Shape = [1]): Tensor {
  if (typeof values === "number") return new Tensor(shape, undefined, values);
  const tensor = new Tensor(shape, undefined, Float64Array.from(values));
  if (values.length !== tensor.size) {
    throw new ShapeError(
      `values has ${values.length} numbers; expected ${tensor.size}, for the shape ${shapeName(shape)}`,
    );
  }
  return tensor;
}

/** A shape in words, such as "3 x 4". */
export function shapeName(shape: Shape): string {
  return shape.join(" x ");
}

/** Whether two shapes are the same. */
export function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, k) => length === b[k]);
}
