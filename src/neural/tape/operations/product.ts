import { ShapeError } from "../../../errors.js";
import type { TensorKernels, Values } from "../kernels.js";
import { shapeName, type Tensor, traced } from "../tensor.js";
import { reshape } from "./shape.js";

/** The transpose of a matrix, or of each matrix of a batch [B, R, C]. */
export function transpose(x: Tensor): Tensor {
  const [rows, columns] = x.shape.slice(-2);
  const shape = [...x.shape.slice(0, -2), columns, rows];
  if (rows === 1 || columns === 1) return reshape(x, shape);
  const blocks = x.size / (rows * columns);
  return x.transposedBy(() => {
    const result = traced(shape, {
      name: "transpose",
      inputs: [x],
      prepare: (kernels, out, [values]) => {
        const [from, to] = [blocksOf(values, blocks), blocksOf(out, blocks)];
        return () => {
          for (let k = 0; k < blocks; k++) kernels.transpose(from[k], rows, columns, to[k]);
        };
      },
      gradient: (cotangent) => [transpose(cotangent)],
    });
    result.transposedBy(() => x);
    return result;
  });
}

/**
 * The product a b of a tensor [..., I], whose other axes count as rows, and a matrix [I, C].
 *
 * @throws ShapeError for shapes that do not fit
 */
export function product(a: Tensor, b: Tensor): Tensor {
  if (b.shape.length !== 2 || b.shape[0] !== a.columns) throw unfit(a, b);
  const shape = { rows: a.rows, inner: a.columns, columns: b.columns };
  return multiplied([...a.shape.slice(0, -1), b.columns], 1, "dense", a, b, shape, (cotangent) => [
    product(cotangent, transpose(b)),
    productOfTransposed(a, cotangent),
  ]);
}

/** a^T b of two tensors with the same rows, all axes but the last counting as rows: [I, C]. */
export function productOfTransposed(a: Tensor, b: Tensor): Tensor {
  if (a.rows !== b.rows) throw unfit(a, b);
  const shape = { rows: a.columns, inner: a.rows, columns: b.columns };
  return multiplied([a.columns, b.columns], 1, "columns", a, b, shape, (cotangent) => [
    reshape(product(b, transpose(cotangent)), a.shape),
    reshape(product(a, cotangent), b.shape),
  ]);
}

/** The products of the matrices of two batches, [B, R, I] and [B, I, C]. @throws ShapeError for shapes that do not fit */
export function products(a: Tensor, b: Tensor): Tensor {
  const [batch, rows, inner] = a.shape;
  if (a.shape.length !== 3 || b.shape.length !== 3 || b.shape[0] !== batch || b.shape[1] !== inner) throw unfit(a, b);
  const shape = { rows, inner, columns: b.columns };
  return multiplied([batch, rows, b.columns], batch, "dense", a, b, shape, (cotangent) => [
    products(cotangent, transpose(b)),
    productsOfTransposed(a, cotangent),
  ]);
}

/** The products a^T b of the matrices of two batches, [B, R, I] and [B, R, C]. */
export function productsOfTransposed(a: Tensor, b: Tensor): Tensor {
  const [batch, inner, rows] = a.shape;
  const shape = { rows, inner, columns: b.columns };
  return multiplied([batch, rows, b.columns], batch, "columns", a, b, shape, (cotangent) => [
    products(b, transpose(cotangent)),
    products(a, cotangent),
  ]);
}

function multiplied(
  shape: readonly number[],
  blocks: number,
  kind: "dense" | "columns",
  a: Tensor,
  b: Tensor,
  size: { readonly rows: number; readonly inner: number; readonly columns: number },
  gradient: (cotangent: Tensor) => readonly Tensor[],
): Tensor {
  const { rows, inner, columns } = size;
  const strides = { aStride: rows * inner, bStride: inner * columns, outStride: rows * columns };
  const prepare =
    (keep: number) =>
    (kernels: TensorKernels, out: Values, [x, y]: readonly Values[]) => {
      const options = { ...size, ...strides, count: blocks, a: { kind, values: x }, b: y, out, keep };
      return () => kernels.products(options);
    };
  return traced(shape, {
    name: blocks === 1 ? "product" : "products",
    inputs: [a, b],
    prepare: prepare(0),
    accumulate: prepare(1),
    gradient,
  });
}

function blocksOf(values: Values, blocks: number): Values[] {
  const size = values.length / blocks;
  return Array.from({ length: blocks }, (_, k) => values.subarray(k * size, (k + 1) * size));
}

function unfit(a: Tensor, b: Tensor): ShapeError {
  return new ShapeError(`tensors of the shapes ${shapeName(a.shape)} and ${shapeName(b.shape)} cannot be multiplied`);
}
