import type { Matrix } from "../../math/matrix.js";
import {
  CHUNK,
  type Comparison,
  type DoubleParts,
  type SingleParts,
  VectorOperator,
  type VectorUse,
} from "../vectors.js";
import type { NativeKernels } from "./code.js";
import { nativeThreads } from "./threads.js";

/** What the kernel does, by number. */
const COMPARE = 0;
const WEIGH = 1;
const ADD = 2;

const none = new Float64Array();
const all = new Uint32Array();

/** Computes on the vectors where they are, on several threads; see native/vectors.h. */
export class NativeVectorOperator extends VectorOperator {
  readonly #native: NativeKernels;

  constructor(native: NativeKernels, vectors: Matrix<Float32Array>, use?: VectorUse) {
    super(vectors, use);
    this.#native = native;
  }

  protected override compare(queries: Float64Array, comparison: Comparison, out: Float64Array): void {
    this.#run(COMPARE, queries.length / this.stride, comparison, 0, [queries, out, none, none]);
  }

  protected override weigh(queries: Float64Array, comparison: Comparison, beta: number, parts: DoubleParts): void {
    const { weights, leads, sums } = parts;
    this.#run(WEIGH, queries.length / this.stride, comparison, beta, [queries, weights, leads, sums]);
  }

  protected override add(weights: Float64Array, sums: Float64Array): void {
    this.#run(ADD, weights.length / this.count, "dot", 0, [none, weights, none, sums]);
  }

  protected override weighSingly(
    queries: Float32Array,
    comparison: Comparison,
    beta: number,
    parts: SingleParts,
  ): void {
    const { vectors, rows, count, units, singleStride: stride } = this;
    const { weights, leads, sums } = parts;
    const many = queries.length / stride;
    const threads = this.#threads(many);
    const sizes = [count, units, many, Number(comparison === "euclidean"), beta, threads];
    const given = [vectors.values, rows ?? all, queries, weights, leads, sums];
    this.#native.functions.singleVectors(this.#copies(stride, threads), ...sizes, ...given);
  }

  override merge(factors: Float64Array, sums: Float64Array, out: Float64Array): void {
    this.#native.functions.mergeSums(this.room.bytes(1), factors.length, out.length, factors, sums, out);
  }

  #run(task: number, many: number, comparison: Comparison, beta: number, arrays: readonly Float64Array[]): void {
    const { vectors, rows, count, units, stride } = this;
    const threads = this.#threads(many);
    const sizes = [task, count, units, many, Number(comparison === "euclidean"), beta, threads];
    const given = [vectors.values, rows ?? all, ...arrays];
    this.#native.functions.vectors(this.#copies(stride, threads), ...sizes, ...given);
  }

  #threads(many: number): number {
    const { count, units } = this;
    return Math.min(nativeThreads(2 * count * units * many), Math.ceil(count / CHUNK));
  }

  /** Room for chunks that are not as the kernel needs them: each thread copies them to its own place. */
  #copies(stride: number, threads: number): Uint8Array {
    const isWhole = this.rows === undefined && this.units === stride;
    return this.room.bytes(isWhole ? 1 : threads * 4 * CHUNK * stride);
  }
}
