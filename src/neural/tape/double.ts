import type { ElementFunction } from "../../kernels/index.js";
import { exp, log, tanh } from "../../math/elementary.js";
import { logSumExp, sigmoid, softplus } from "../../math/log-sum-exp.js";
import type { TensorCombine, TensorCopy, TensorKernels, TensorProducts, Values } from "./kernels.js";

const functions: Readonly<Record<Exclude<ElementFunction, "affine">, (x: number) => number>> = {
  exp,
  log,
  tanh,
  sigmoid,
  softplus,
  reciprocal: (x) => 1 / x,
  inverseRoot: (x) => 1 / Math.sqrt(x),
  step: (x) => (x > 0 ? 1 : 0),
};

const combinations = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
};

/** Kernels in double precision, as their formulas: to check gradients, and for small models. */
export function doubleKernels(): TensorKernels {
  return {
    zeros: (length) => new Float64Array(length),
    apply({ function: name, values, out, scale = 1, shift = 0 }) {
      const f = name === "affine" ? (x: number) => scale * x + shift : functions[name];
      for (let k = 0; k < out.length; k++) out[k] = f(values[k]);
    },
    combine,
    copy,
    clear: (out) => void out.fill(0),
    products,
    transpose(values, rows, columns, out) {
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < columns; j++) out[j * rows + r] = values[r * columns + j];
      }
    },
    columnSums(values, rows, columns, out) {
      out.fill(0, 0, columns);
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < columns; j++) out[j] += values[r * columns + j];
      }
    },
    rowSums(values, rows, columns, out) {
      for (let r = 0, k = 0; r < rows; r++) {
        let sum = 0;
        for (let j = 0; j < columns; j++, k++) sum += values[k];
        out[r] = sum;
      }
    },
    softmax(values, rows, columns, out) {
      for (let r = 0; r < rows; r++) {
        const row = values.subarray(r * columns, (r + 1) * columns);
        const total = logSumExp(row);
        for (let j = 0; j < columns; j++) {
          out[r * columns + j] = row[j] === Number.NEGATIVE_INFINITY ? 0 : exp(row[j] - total);
        }
      }
    },
    logSumExps(values, rows, columns, out) {
      for (let r = 0; r < rows; r++) out[r] = logSumExp(values.subarray(r * columns, (r + 1) * columns));
    },
    prepare: (operations) => operations,
  };
}

function combine({ operation, rows, columns, a, b, spread, out }: TensorCombine): void {
  const f = combinations[operation];
  const ofRow = spread === "none" ? columns : spread === "columns" ? 1 : 0;
  const ofColumn = spread === "none" || spread === "rows" ? 1 : 0;
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++) {
      const k = r * columns + j;
      out[k] = f(a[k], b[r * ofRow + j * ofColumn]);
    }
  }
}

function copy({ rows, columns, values, stride, step = 1, out, outStride, adds = false }: TensorCopy): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++) {
      const [x, at] = [values[r * stride + j * step], r * outStride + j];
      out[at] = adds ? out[at] + x : x;
    }
  }
}

function products(options: TensorProducts): void {
  const { count, rows, inner, columns, a, aStride, b, bStride, out, outStride, keep = 0 } = options;
  const sums: Values = new Float64Array(columns);
  const [ofRow, ofInner] = a.kind === "dense" ? [inner, 1] : [1, rows];
  for (let k = 0; k < count; k++) {
    for (let r = 0; r < rows; r++) {
      sums.fill(0);
      for (let i = 0; i < inner; i++) {
        const factor = a.values[k * aStride + r * ofRow + i * ofInner];
        const from = k * bStride + i * columns;
        for (let j = 0; j < columns; j++) sums[j] += factor * b[from + j];
      }
      const to = k * outStride + r * columns;
      for (let j = 0; j < columns; j++) out[to + j] = (keep === 0 ? 0 : keep * out[to + j]) + sums[j];
    }
  }
}
