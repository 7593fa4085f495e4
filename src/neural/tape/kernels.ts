import type { Apply, Combine, Copy, Products, Workspace } from "../../kernels/index.js";

/** Numbers of one precision. */
export type Values = Float32Array | Float64Array;

/** Whether a value is an array of numbers of one precision. */
export function isValues(value: unknown): value is Values {
  return value instanceof Float32Array || value instanceof Float64Array;
}

/** Options with arrays of either precision. */
export type OfValues<Options> = {
  readonly [Key in keyof Options]: Options[Key] extends Float32Array ? Values : Options[Key];
};

/** out = f(values), see `Apply` of engram/kernels. */
export type TensorApply = OfValues<Apply>;

/** out = a + b, a - b or a b, see `Combine` of engram/kernels. */
export type TensorCombine = OfValues<Combine>;

/** Rows of numbers in another place, see `Copy` of engram/kernels. */
export type TensorCopy = OfValues<Copy>;

/** Products of matrices of the same shape, see `Products` of engram/kernels. */
export interface TensorProducts extends OfValues<Omit<Products, "a" | "scale">> {
  readonly a: { readonly kind: "dense" | "columns"; readonly values: Values };
}

/**
 * What programs compute with: a workspace, in single precision and with all its backends, or `doubleKernels`. Arrays must be
 * `zeros` of the same kernels, or parts of them.
 */
export interface TensorKernels {
  zeros(length: number): Values;
  apply(options: TensorApply): void;
  combine(options: TensorCombine): void;
  copy(options: TensorCopy): void;
  clear(out: Values): void;
  products(options: TensorProducts): void;
  transpose(values: Values, rows: number, columns: number, out: Values): void;
  columnSums(values: Values, rows: number, columns: number, out: Values): void;
  rowSums(values: Values, rows: number, columns: number, out: Values): void;
  softmax(values: Values, rows: number, columns: number, out: Values): void;
  logSumExps(values: Values, rows: number, columns: number, out: Values): void;
  /** What performs the operations that `operations` calls, again and again. */
  prepare(operations: () => void): () => void;
}

/** The kernels of a workspace, in single precision. */
export function tensorKernels(workspace: Workspace): TensorKernels {
  // A workspace takes its own arrays, which are all of single precision.
  const kernels = workspace as Workspace & TensorKernels;
  return {
    zeros: (length) => workspace.float32(length),
    apply: (options) => kernels.apply(options),
    combine: (options) => kernels.combine(options),
    copy: (options) => kernels.copy(options),
    clear: (out) => kernels.clear(out),
    products: (options) => kernels.products(options),
    transpose: (values, rows, columns, out) => kernels.transpose(values, rows, columns, out),
    columnSums: (values, rows, columns, out) => kernels.columnSums(values, rows, columns, out),
    rowSums: (values, rows, columns, out) => kernels.rowSums(values, rows, columns, out),
    softmax: (values, rows, columns, out) => kernels.softmax(values, rows, columns, out),
    logSumExps: (values, rows, columns, out) => kernels.logSumExps(values, rows, columns, out),
    prepare: (operations) => kernels.prepare(operations),
  };
}
