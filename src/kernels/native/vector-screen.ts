import type { Matrix } from "../../math/matrix.js";
import { BLOCK, type KeptBlocks, type Screening, VectorScreen, type WholeQueries } from "../vector-screen.js";
import type { Comparison } from "../vectors.js";
import type { NativeKernels } from "./code.js";
import { nativeThreads } from "./threads.js";

const none = new Uint8Array(1);

/** Computes on several threads; see native/screen.h. */
export class NativeVectorScreen extends VectorScreen {
  readonly #native: NativeKernels;
  /** Kept from call to call. */
  #maxima = new Float32Array();
  #gaps = new Uint16Array();

  constructor(native: NativeKernels, vectors: Matrix<Float32Array>, comparison: Comparison) {
    super(vectors, comparison);
    this.#native = native;
  }

  protected override select(queries: WholeQueries, { beta, omitted, most }: Screening, kept: KeptBlocks): void {
    const { blocks, pairs, codes, scales, offsets, bounds, shares } = this;
    const { count, numbers } = queries;
    const threads = nativeThreads((BLOCK * blocks * pairs * count) / 2);
    if (this.#maxima.length < count * blocks) this.#maxima = new Float32Array(count * blocks);
    if (this.#gaps.length < threads * blocks) this.#gaps = new Uint16Array(threads * blocks);
    const top = new Float64Array(threads * most);
    const vectors = [codes, scales, offsets, bounds, shares];
    const given = [numbers, queries.scales, queries.sizes];
    const out = [this.#maxima, top, this.#gaps, kept.blocks, kept.found];
    const sizes = [blocks, pairs, count, most, kept.room];
    this.#native.functions.screen(none, ...sizes, beta, omitted, threads, ...vectors, ...given, ...out);
  }
}
