import type { Matrix } from "../../math/matrix.js";
import { BLOCK, type KeptBlocks, type Screening, VectorScreen, type WholeQueries } from "../vector-screen.js";
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

  protected override select(queries: WholeQueries, { beta, omitted, most }: Screening, kept: KeptBlocks): void {
    const { blocks, pairs, codes, scales, offsets, bounds, shares } = this;
    const { count, numbers } = queries;
    const threads = nativeThreads((BLOCK * blocks * pairs * count) / 2);
    const maxima = new Float32Array(count * blocks);
    const [top, gaps] = [new Float64Array(threads * most), new Uint16Array(threads * blocks)];
    const vectors = [codes, scales, offsets, bounds, shares];
    const given = [numbers, queries.scales, queries.sizes];
    const out = [maxima, top, gaps, kept.blocks, kept.found];
    const sizes = [blocks, pairs, count, most, kept.room];
    this.#native.functions.screen(none, ...sizes, beta, omitted, threads, ...vectors, ...given, ...out);
  }
}
