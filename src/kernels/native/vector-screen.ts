import type { Matrix } from "../../math/matrix.js";
import { BLOCK, VectorScreen, type WholeQueries } from "../vector-screen.js";
import type { Comparison } from "../vectors.js";
import type { NativeKernels } from "./code.js";
import { nativeThreads } from "./threads.js";

const none = new Uint8Array(1);

/** Computes on several threads; see native/screen.h. */
export class NativeVectorScreen extends VectorScreen {
  readonly #native: NativeKernels;

  constructor(native: NativeKernels, vectors: Matrix<Float32Array>, comparison: Comparison) {
    super(vectors, comparison);
    this.#native = native;
  }

  protected override maxima({ numbers, scales }: WholeQueries, out: Float32Array): void {
    const { blocks, pairs, codes, offsets } = this;
    const threads = nativeThreads((BLOCK * blocks * pairs * scales.length) / 2);
    const arrays = [codes, this.scales, offsets, numbers, scales, out];
    this.#native.functions.screen(none, blocks, pairs, scales.length, threads, ...arrays);
  }
}
