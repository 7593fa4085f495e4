import { EngramError, internal } from "../errors.js";
import type {
  AdamStep,
  Apply,
  Ascent,
  Combine,
  Copy,
  CountedRandom,
  Draw,
  NormalDraw,
  Product,
  ProductAscent,
  Products,
} from "./workspace.js";

/** Allocates the bytes of a workspace to its arrays. */
export class Allocator {
  readonly bytes: number;
  #used = 0;

  constructor(bytes: number) {
    this.bytes = Math.ceil(bytes / 64) * 64;
  }

  /** The offset of an array of `bytes` bytes, a multiple of 64. */
  take(bytes: number): number {
    const at = this.#used;
    const end = at + Math.ceil(bytes / 64) * 64;
    if (!(end <= this.bytes)) {
      throw new EngramError(
        `the workspace has room for ${this.bytes} bytes, ${at} of them in use; ${bytes} more do not fit; ` +
          "make it as large as its arrays together, each rounded up to 64 bytes",
      );
    }
    this.#used = end;
    return at;
  }
}

/** Throws unless an array has the length that an operation needs; undefined passes. */
export function requireLength(what: string, array: { readonly length: number } | undefined, length: number): void {
  if (array !== undefined && !(array.length >= length)) {
    throw internal(`${what} has ${array.length} numbers; the operation needs ${length}`);
  }
}

/** Throws unless a matrix of bits has the words that an operation needs. */
export function requireBits(what: string, words: Uint32Array, stride: number, rows: number, columns: number): void {
  if (!(stride * 32 >= columns)) throw internal(`${what} has rows of ${stride} words; ${columns} bits do not fit`);
  requireLength(what, words, rows * stride);
}

export function checkProduct({ rows, inner, columns, a, b, out, bias }: Product): void {
  if (a.kind === "bits") requireBits("the left factor", a.words, a.stride, rows, inner);
  else requireLength("the left factor", a.values, rows * inner);
  requireLength("the right factor", b, inner * columns);
  requireLength("the product", out, rows * columns);
  requireLength("the bias", bias, columns);
}

export function checkDraw({ rows, columns, inputs, means, states }: Draw): void {
  requireLength("inputs", inputs, rows * columns);
  requireLength("means", means, rows * columns);
  if (states === undefined) return;
  requireBits("states", states.words, states.stride, rows, columns);
  checkRandom(states, rows);
}

export function checkNormalDraw(draw: NormalDraw): void {
  const { rows, columns, inputs, offset, gain, deviation, means, states } = draw;
  requireLength("inputs", inputs, rows * columns);
  requireLength("offset", offset, columns);
  requireLength("gain", gain, columns);
  requireLength("deviation", deviation, columns);
  requireLength("means", means, rows * columns);
  if (states === undefined) return;
  requireLength("states", states.values, rows * columns);
  checkRandom(states, rows);
}

function checkRandom({ key, chains }: CountedRandom, rows: number): void {
  requireLength("key", key, 2);
  requireLength("chains", chains, rows);
}

export function checkTranspose(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
  requireLength("the matrix", values, rows * columns);
  requireLength("the transpose", out, rows * columns);
}

export function checkSums(
  values: Float32Array,
  rows: number,
  columns: number,
  out: Float32Array | Float64Array,
  sums: number,
): void {
  requireLength("the matrix", values, rows * columns);
  requireLength("the sums", out, sums);
}

export function checkAscent({ values, velocity, gradient }: Ascent): void {
  requireLength("velocity", velocity, values.length);
  requireLength("gradient", gradient, values.length);
}

/** Returns the number of rows. */
export function checkProductAscent({ values, velocity, columns, terms }: ProductAscent): number {
  const rows = values.length / columns;
  if (!Number.isInteger(rows)) throw internal(`${values.length} values are not whole rows of ${columns}`);
  requireLength("velocity", velocity, values.length);
  for (const { a, b, inner, bias } of terms) {
    requireBits("a left factor", a.words, a.stride, rows, inner);
    requireLength("a right factor", b, inner * columns);
    requireLength("a bias", bias, columns);
  }
  return rows;
}

export function checkAdam({ values, gradient, mean, square, change }: AdamStep): void {
  for (const [name, array] of Object.entries({ gradient, mean, square, change })) {
    requireLength(name, array, values.length);
  }
}

export function checkApply({ values, out }: Apply): void {
  requireLength("out", out, values.length);
}

export function checkCombine({ rows, columns, a, b, spread, out }: Combine): void {
  requireLength("a", a, rows * columns);
  requireLength("b", b, { none: rows * columns, rows: columns, columns: rows, all: 1 }[spread]);
  requireLength("out", out, rows * columns);
}

export function checkCopy({ rows, columns, values, stride, step = 1, out, outStride }: Copy): void {
  if (rows === 0) return;
  requireLength("the numbers to copy", values, (rows - 1) * stride + (columns - 1) * step + 1);
  requireLength("out", out, (rows - 1) * outStride + columns);
}

export function checkProducts(products: Products): void {
  const { rows, inner, columns, count, a, b, out, aStride, bStride, outStride } = products;
  if (count === 0) return;
  const last = count - 1;
  requireLength("the batch of left factors", a.values, last * aStride + rows * inner);
  requireLength("the batch of right factors", b, last * bStride + inner * columns);
  requireLength("the batch of products", out, last * outStride + rows * columns);
  if (count > 1 && outStride < rows * columns) throw internal(`products ${outStride} numbers apart overlap`);
}

/** Of an operation on the rows of a matrix whose result has its shape. */
export function checkRows(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
  requireLength("the matrix", values, rows * columns);
  requireLength("out", out, rows * columns);
}
