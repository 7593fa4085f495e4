import type { Matrix } from "../math/matrix.js";
import type { Comparison } from "./vectors.js";

/*
 * Vectors rounded to whole numbers from -127 to 127, by which those that cannot matter for a query are told at a fraction of the
 * cost.
 *
 * A block of 16 vectors has a scale s: x_j = s k_j + e_j with whole numbers k_j, and a query has one, q = t m + r. Then
 *
 *   q . x_j = s t (m . k_j) + q . e_j + r . s k_j,    so that    |q . x_j - s t (m . k_j)| <= |q| |e_j| + |r| |s k_j|
 *
 * by the inequality of Cauchy and Schwarz. The products of whole numbers are exact; what is made of them in single precision,
 * fl(fl(D fl(s t)) + b_j), takes four roundings, each within 2^-24 of |q - r| |s k_j| + |b_j|. By euclidean similarity
 * b_j = -|x_j|^2 / 2, and the similarities lack -|q|^2 / 2, which all have in common.
 */

/** Vectors of a block. */
export const BLOCK = 16;
/** The largest magnitude of the whole numbers of vectors. */
const MOST = 127;
/** Four roundings to single precision, b_j and its sum included, and those of the similarity itself in double precision. */
const ROUNDING = 2 ** -21;
/** Numbers below the range of single precision, times 2^31. */
const LEAST = 2 ** -110;
const BEYOND = 2 ** 126;
/** Norms and errors are computed in double precision, rounded up to single. */
const UPWARD = 1 + 2 ** -20;

/** The bounds of the similarities of blocks with a query. */
export interface BlockBounds {
  /** At least the similarity of every vector of a block, in double precision as the kernels compute it. */
  readonly upper: Float64Array;
  /** At most that of the most similar vector of a block. */
  readonly lower: Float64Array;
}

/** Queries as whole numbers. */
export interface WholeQueries {
  /** `pairs` pairs of numbers for each. */
  readonly numbers: Int16Array;
  readonly scales: Float32Array;
}

/** Vectors as whole numbers, and the bounds of their similarities. */
export abstract class VectorScreen {
  /** Number of vectors, and of their blocks. */
  readonly count: number;
  protected readonly blocks: number;
  readonly #comparison: Comparison;
  readonly #units: number;
  /** Pairs of entries, the last filled with a 0. */
  protected readonly pairs: number;
  /** Block after block, pair after pair: the pairs of the 16 vectors. */
  protected readonly codes: Int8Array;
  protected readonly scales: Float32Array;
  /** b_j; none for products. */
  protected readonly offsets: Float32Array;
  /** The largest |e_j|, |s k_j| and |b_j| of each block. */
  readonly #errors: Float32Array;
  readonly #norms: Float32Array;
  readonly #largestOffsets: Float32Array;

  constructor(vectors: Matrix<Float32Array>, comparison: Comparison) {
    const { rows, columns } = vectors;
    this.#comparison = comparison;
    this.#units = columns;
    this.count = rows;
    this.blocks = Math.ceil(rows / BLOCK);
    this.pairs = Math.ceil(columns / 2);
    this.codes = new Int8Array(this.blocks * BLOCK * 2 * this.pairs);
    this.scales = new Float32Array(this.blocks);
    this.offsets = new Float32Array(comparison === "dot" ? 0 : this.blocks * BLOCK);
    this.#errors = new Float32Array(this.blocks);
    this.#norms = new Float32Array(this.blocks);
    this.#largestOffsets = new Float32Array(this.blocks);
    for (let b = 0; b < this.blocks; b++) this.#encode(vectors, b);
  }

  #encode({ rows, columns, values }: Matrix<Float32Array>, b: number): void {
    const [first, end] = [b * BLOCK * columns, Math.min(rows, (b + 1) * BLOCK) * columns];
    let largest = 0;
    for (let at = first; at < end; at++) largest = Math.max(largest, Math.abs(values[at]));
    // A scale that is denormal, or 0, has no inverse.
    const scale = Math.max(Math.fround(largest / MOST), 2 ** -126);
    const inverse = 1 / scale;
    this.scales[b] = scale;
    let [error, norm, offset] = [0, 0, 0];
    for (let k = 0; k < BLOCK; k++) {
      // The last block is filled with its last vector, whose similarity is there already.
      const from = Math.min(first + k * columns, end - columns);
      let at = b * BLOCK * 2 * this.pairs + 2 * k;
      let [errors, squares, own] = [0, 0, 0];
      for (let i = 0; i < columns; i++) {
        const x = values[from + i];
        const code = Math.max(-MOST, Math.min(MOST, Math.round(x * inverse)));
        this.codes[at] = code;
        at += i % 2 === 0 ? 1 : 2 * BLOCK - 1;
        const rest = x - code * scale;
        errors += rest * rest;
        squares += code * code;
        own += x * x;
      }
      error = Math.max(error, errors);
      norm = Math.max(norm, squares);
      offset = Math.max(offset, own);
      if (this.#comparison === "euclidean") this.offsets[b * BLOCK + k] = -own / 2;
    }
    this.#errors[b] = Math.sqrt(error) * UPWARD;
    this.#norms[b] = scale * Math.sqrt(norm) * UPWARD;
    this.#largestOffsets[b] = this.#comparison === "euclidean" ? (offset / 2) * UPWARD : 0;
  }

  /** out[k blocks + b]: the largest of the similarities of query k with the vectors of block b, as whole numbers have them. */
  protected abstract maxima(queries: WholeQueries, out: Float32Array): void;

  /** Bounds for queries, one after the other, but for -|q|^2 / 2 by euclidean similarity; valid until the next is asked for. */
  *bounds(queries: Float64Array): Generator<BlockBounds> {
    const units = this.#units;
    const many = queries.length / units;
    const numbers = new Int16Array(many * 2 * this.pairs);
    const scales = new Float32Array(many);
    // With this, no sum of products leaves 32 bits.
    const most = Math.min(32767, Math.floor((2 ** 31 - 1) / (MOST * 2 * this.pairs)));
    const sizes = Array.from({ length: many }, (_, k) => {
      const query = queries.subarray(k * units, (k + 1) * units);
      const scale = Math.max(Math.fround(query.reduce((a, x) => Math.max(a, Math.abs(x)), 0) / most), 2 ** -126);
      scales[k] = scale;
      let [rest, norm] = [0, 0];
      for (let i = 0; i < units; i++) {
        const whole = Math.max(-most, Math.min(most, Math.round(query[i] / scale)));
        numbers[k * 2 * this.pairs + i] = whole;
        rest += (query[i] - whole * scale) ** 2;
        norm += query[i] * query[i];
      }
      return { rest: Math.sqrt(rest) * UPWARD, norm: Math.sqrt(norm) * UPWARD };
    });
    const maxima = new Float32Array(many * this.blocks);
    this.maxima({ numbers, scales }, maxima);
    const [upper, lower] = [new Float64Array(this.blocks), new Float64Array(this.blocks)];
    for (let k = 0; k < many; k++) {
      const { rest, norm } = sizes[k];
      // What the exact similarity, the half square of a difference, adds to the sizes of the numbers that are rounded.
      const shift = this.#comparison === "euclidean" ? norm * norm : 0;
      for (let b = 0, at = k * this.blocks; b < this.blocks; b++, at++) {
        const size = (norm + rest) * this.#norms[b] + this.#largestOffsets[b] + shift;
        const within = norm * this.#errors[b] + rest * this.#norms[b] + ROUNDING * size + LEAST;
        // Beyond the range of single precision nothing is known.
        const isKnown = size < BEYOND;
        upper[b] = isKnown ? maxima[at] + within : Number.POSITIVE_INFINITY;
        lower[b] = isKnown ? maxima[at] - within : Number.NEGATIVE_INFINITY;
      }
      yield { upper, lower };
    }
  }
}
