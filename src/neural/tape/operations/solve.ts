import { ShapeError } from "../../../errors.js";
import { choleskyFactor } from "../../../math/cholesky.js";
import type { Values } from "../kernels.js";
import { type Shape, shapeName, type Tensor, traced } from "../tensor.js";
import { negate } from "./elementwise.js";
import { products, transpose } from "./product.js";

/**
 * The solutions X of A X = B for a batch of symmetric positive definite matrices A, [B, K, K], and right sides, [B, K, N], by
 * Cholesky factors in double precision. Only A on and below its diagonal is read; the derivative with respect to A, -Y X^T
 * with A Y the cotangent, is that of an A which stays symmetric. Solutions for an A that is not positive definite are NaN.
 *
 * @throws ShapeError for shapes that do not fit
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  const [batch, size] = b.shape;
  const fits = b.shape.length === 3 && a.shape.length === 3 && a.shape[0] === batch;
  if (!fits || a.shape[1] !== size || a.shape[2] !== size) {
    throw new ShapeError(
      `matrices of the shape ${shapeName(a.shape)} cannot be solved for right sides of ${shapeName(b.shape)}; ` +
        "expected B x K x K and B x K x N",
    );
  }
  const factors = Array.from({ length: batch }, () => new Float64Array(size * size));
  const x = traced(b.shape, {
    name: "solve",
    inputs: [a, b],
    prepareAlone: (out, [matrices, sides]) => {
      const each = eachSolution(b.shape, sides, out);
      return () => {
        for (let k = 0; k < batch; k++) {
          choleskyFactor(matrices, size, factors[k], k * size * size);
          each(factors[k], k);
        }
      };
    },
    gradient: (cotangent) => gradientOf(a, x, cotangent, factors, x),
  });
  return x;
}

/**
 * The derivatives of what is solved for the same matrices as `first`: their factors are not computed again. It is an input,
 * so that they are there before they are read.
 */
function gradientOf(
  a: Tensor,
  x: Tensor,
  cotangent: Tensor,
  factors: readonly Float64Array[],
  first: Tensor,
): readonly (Tensor | undefined)[] {
  const y = traced(cotangent.shape, {
    name: "solve",
    inputs: [a, cotangent, first],
    prepareAlone: (out, [, sides]) => {
      const each = eachSolution(cotangent.shape, sides, out);
      return () => factors.forEach(each);
    },
    gradient: (next) => gradientOf(a, y, next, factors, first),
  });
  return [negate(products(y, transpose(x))), y];
}

/** Solves for the right sides of the matrix with this factor and number. */
function eachSolution([, size, width]: Shape, sides: Values, out: Values): (factor: Float64Array, k: number) => void {
  const solution = new Float64Array(size * width);
  return (factor, k) => {
    solveEach(factor, sides, k * size * width, solution, size, width);
    out.set(solution, k * size * width);
  };
}

/** Solves L L^T X = B for all columns of B at once. */
function solveEach(
  factor: Float64Array,
  sides: Values,
  from: number,
  solution: Float64Array,
  size: number,
  width: number,
): void {
  for (let at = 0; at < solution.length; at++) solution[at] = sides[from + at];
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) subtractRow(solution, i, factor[i * size + k], k, width);
    scaleRow(solution, i, factor[i * size + i], width);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) subtractRow(solution, i, factor[k * size + i], k, width);
    scaleRow(solution, i, factor[i * size + i], width);
  }
}

function subtractRow(rows: Float64Array, to: number, factor: number, from: number, width: number): void {
  for (let j = 0; j < width; j++) rows[to * width + j] -= factor * rows[from * width + j];
}

function scaleRow(rows: Float64Array, at: number, divisor: number, width: number): void {
  for (let j = 0; j < width; j++) rows[at * width + j] /= divisor;
}
