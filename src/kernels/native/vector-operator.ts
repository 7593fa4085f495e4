import type { Matrix } from "../../math/matrix.js";
import { CHUNK, type Comparison, type SoftmaxParts, VectorOperator, type VectorRoom } from "../vectors.js";
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

  constructor(native: NativeKernels, vectors: Matrix<Float32Array>, rows?: Uint32Array, room?: VectorRoom) {
    super(vectors, rows, room);
    this.#native = native;
  }

  protected override compare(queries: Float64Array, comparison: Comparison, out: Float64Array): void {
    this.#run(COMPARE, queries.length / this.stride, comparison, 0, [queries, out, none, none]);
  }

  protected override weigh(queries: Float64Array, comparison: Comparison, beta: number, parts: SoftmaxParts): void {
    const { weights, leads, sums } = parts;
    this.#run(WEIGH, queries.length / this.stride, comparison, beta, [queries, weights, leads, sums]);
  }

  protected override add(weights: Float64Array, sums: Float64Array): void {
    this.#run(ADD, weights.length / this.count, "dot", 0, [none, weights, none, sums]);
  }

  #run(task: number, many: number, comparison: Comparison, beta: number, arrays: readonly Float64Array[]): void {
    const { vectors, rows, count, units, stride } = this;
    const threads = Math.min(nativeThreads(2 * count * units * many), Math.ceil(count / CHUNK));
    // Chunks that are not as the kernel needs them are copied, by each thread to its own place.
    const isWhole = rows === undefined && units === stride;
    const bytes = 4 * CHUNK * stride;
    this.#native.functions.vectors(
      this.room.bytes(isWhole ? 1 : threads * bytes),
      task,
      count,
      units,
      many,
      Number(comparison === "euclidean"),
      beta,
      threads,
      vectors.values,
      rows ?? all,
      ...arrays,
    );
  }
}
