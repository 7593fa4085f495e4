import { type Matrix, matrix } from "../math/matrix.js";
import type { Kernels } from "./kernels.js";
import {
  CHUNK,
  type Comparison,
  type DoubleParts,
  LEADS,
  type SingleParts,
  type SoftmaxParts,
  VectorOperator,
  type VectorUse,
} from "./vectors.js";

/** Bytes of the vectors that are in memory at once; one chunk at least. */
const BLOCK_BYTES = 2 ** 24;

/** Vectors that are somewhere else, such as in a file. */
export interface VectorRows {
  readonly count: number;
  readonly units: number;
  /** The vectors of `count` rows from `first` on. They may hold until the next call only. */
  read(first: number, count: number): Float32Array;
}

/**
 * Vectors that are read whenever they are needed, some chunks at a time, and computed with by the kernels for those in memory:
 * the same chunks in the same order, so the same bits. Every call reads all of them once, for all its queries.
 */
export class StreamedVectorOperator extends VectorOperator {
  readonly #from: VectorRows;
  readonly #kernels: Kernels;

  constructor(kernels: Kernels, from: VectorRows, use?: VectorUse) {
    super({ rows: from.count, columns: from.units, values: new Float32Array() }, use);
    this.#from = from;
    this.#kernels = kernels;
  }

  protected override compare(queries: Float64Array, comparison: Comparison, out: Float64Array): void {
    const given = this.#unpadded(queries, this.stride);
    this.#eachBlock((block, first) =>
      copyRows(block.similarities(given, comparison), block.count, out, this.count, first),
    );
  }

  protected override weigh(queries: Float64Array, comparison: Comparison, beta: number, parts: DoubleParts): void {
    this.#weigh(this.#unpadded(queries, this.stride), comparison, beta, parts, this.stride);
  }

  protected override weighSingly(
    queries: Float32Array,
    comparison: Comparison,
    beta: number,
    parts: SingleParts,
  ): void {
    const stride = this.singleStride;
    this.#weigh(this.#unpadded(Float64Array.from(queries), stride), comparison, beta, parts, stride);
  }

  #weigh(queries: Float64Array, comparison: Comparison, beta: number, parts: SoftmaxParts, stride: number): void {
    const chunks = chunksOf(this.count);
    this.#eachBlock((block, first) => {
      const { weights, leads, sums } = block.parts(queries, comparison, beta);
      const [some, chunk] = [chunksOf(block.count), first / CHUNK];
      copyRows(weights, block.count, parts.weights, this.count, first);
      copyRows(leads, some * LEADS, parts.leads, chunks * LEADS, chunk * LEADS);
      copyRows(sums, some * stride, parts.sums, chunks * stride, chunk * stride);
    });
  }

  protected override add(weights: Float64Array, sums: Float64Array): void {
    const { stride, count } = this;
    const [many, chunks] = [weights.length / count, chunksOf(count)];
    this.#eachBlock((block, first) => {
      const own = new Float64Array(many * block.count);
      for (let k = 0; k < many; k++) {
        const from = k * count + first;
        own.set(weights.subarray(from, from + block.count), k * block.count);
      }
      const some = chunksOf(block.count);
      copyRows(block.sumsOfChunks(own), some * stride, sums, chunks * stride, (first / CHUNK) * stride);
    });
  }

  /** Calls `use` with the vectors of whole chunks, and the number of the first. */
  #eachBlock(use: (block: VectorOperator, first: number) => void): void {
    const { units, count, precision } = this;
    const most = CHUNK * Math.max(1, Math.floor(BLOCK_BYTES / (4 * units * CHUNK)));
    for (let first = 0; first < count; first += most) {
      const rows = Math.min(most, count - first);
      use(this.#kernels.vectorOperator(this.#block(first, rows), { precision }), first);
    }
  }

  #block(first: number, count: number): Matrix<Float32Array> {
    const { rows, units } = this;
    if (rows === undefined) return matrix(count, units, this.#from.read(first, count));
    const values = new Float32Array(count * units);
    for (let j = 0; j < count; ) {
      let end = j + 1;
      while (end < count && rows[first + end] === rows[first + end - 1] + 1) end++;
      values.set(this.#from.read(rows[first + j], end - j), j * units);
      j = end;
    }
    return matrix(count, units, values);
  }

  #unpadded(queries: Float64Array, stride: number): Float64Array {
    const { units } = this;
    if (units === stride) return queries;
    const many = queries.length / stride;
    const out = new Float64Array(many * units);
    for (let k = 0; k < many; k++) out.set(queries.subarray(k * stride, k * stride + units), k * units);
    return out;
  }
}

function chunksOf(count: number): number {
  return Math.ceil(count / CHUNK);
}

/** Copies rows of `width` numbers to places `apart` numbers from one to the next. */
function copyRows(
  from: Float64Array | Float32Array,
  width: number,
  to: Float64Array | Float32Array,
  apart: number,
  first: number,
): void {
  for (let k = 0; k * width < from.length; k++) to.set(from.subarray(k * width, (k + 1) * width), k * apart + first);
}
