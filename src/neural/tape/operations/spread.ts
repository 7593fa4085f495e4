import { ShapeError } from "../../../errors.js";
import type { TensorCopy, Values } from "../kernels.js";
import { isSameShape, type Shape, shapeName, type Tensor, traced } from "../tensor.js";

/** How the entries of a smaller tensor belong to those of a larger one. */
export interface Spread {
  /** Parts of both tensors that follow one another and are treated alike; 1 but for a vector per block. */
  readonly blocks: number;
  /** Rows and columns of the larger tensor in one block. */
  readonly rows: number;
  readonly columns: number;
  /**
   * The smaller one has, in each block: all entries ("none"), one row ("rows"), one column ("columns"), or one number
   * ("all").
   */
  readonly spread: "none" | "rows" | "columns" | "all";
}

/**
 * How a tensor of the shape `small` is spread over the shape `large`, the last axis of which has C entries: the same shape;
 * one number; one row ([C]), the same for all others; one number per row ([..., 1]); or one row per block ([B, 1, C] for [B,
 * R, C]).
 *
 * @throws ShapeError for other shapes
 */
export function spreadOf(large: Shape, small: Shape): Spread {
  const size = sizeOf(large);
  const columns = large[large.length - 1];
  const rows = size / columns;
  if (isSameShape(large, small)) return { blocks: 1, rows, columns, spread: "none" };
  const own = sizeOf(small);
  const last = small[small.length - 1];
  if (own === 1) return { blocks: 1, rows, columns, spread: "all" };
  if (last === columns && own === columns) return { blocks: 1, rows, columns, spread: "rows" };
  if (last === 1 && own === rows) return { blocks: 1, rows, columns, spread: "columns" };
  if (large.length === 3 && isSameShape(small, [large[0], 1, columns])) {
    return { blocks: large[0], rows: large[1], columns, spread: "rows" };
  }
  throw new ShapeError(
    `a tensor of the shape ${shapeName(small)} does not spread over ${shapeName(large)}; ` +
      "expected the same shape, one number, one row, or one number per row",
  );
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * The sums over what `spread` would repeat: x in the smaller shape. @throws ShapeError for a shape that does not spread to
 * that of x
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const { blocks, rows, columns, spread: how } = spreadOf(x.shape, shape);
  if (how === "none") return x;
  return traced(shape, {
    name: "sum",
    inputs: [x],
    prepare: (kernels, out, [values]) => {
      if (how === "columns") return () => kernels.rowSums(values, rows, columns, out);
      if (how === "rows") {
        const parts = partsOf(values, out, blocks);
        return () => {
          for (const [part, sums] of parts) kernels.columnSums(part, rows, columns, sums);
        };
      }
      return () => kernels.rowSums(values, 1, values.length, out);
    },
    gradient: (cotangent) => [spread(cotangent, x.shape)],
  });
}

/**
 * x repeated over the rows, columns or blocks of a larger shape. @throws ShapeError for a shape to which x does not spread
 */
export function spread(x: Tensor, shape: Shape): Tensor {
  const { blocks, rows, columns, spread: how } = spreadOf(shape, x.shape);
  if (how === "none") return x;
  return traced(shape, {
    name: "spread",
    inputs: [x],
    prepare: (kernels, out, [values]) => {
      // A number per row, one for all rows, or a row per block.
      const [stride, step] = how === "columns" ? [1, 0] : how === "all" ? [0, 0] : [0, 1];
      const copies = partsOf(out, values, blocks).map(([part, own]): TensorCopy => {
        return { rows, columns, values: own, stride, step: step as 0 | 1, out: part, outStride: columns };
      });
      return () => {
        for (const copy of copies) kernels.copy(copy);
      };
    },
    gradient: (cotangent) => [sumTo(cotangent, x.shape)],
  });
}

function partsOf(a: Values, b: Values, parts: number): (readonly [Values, Values])[] {
  const [ofA, ofB] = [a.length / parts, b.length / parts];
  return Array.from({ length: parts }, (_, k) => [
    a.subarray(k * ofA, (k + 1) * ofA),
    b.subarray(k * ofB, (k + 1) * ofB),
  ]);
}
