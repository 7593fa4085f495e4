import type { Matrix } from "../../math/matrix.js";
import {
  BLOCK,
  GAPS,
  type KeptBlocks,
  type Screening,
  SIZES,
  VectorScreen,
  type WholeQueries,
} from "../vector-screen.js";
import type { Comparison } from "../vectors.js";
import { type Lease, withLease } from "./heap.js";
import type { Machine } from "./module.js";

/** Blocks that are copied into the memory of the kernels at a time. */
const together = 64;

/** Copies some blocks after others into the memory of the kernels. */
export class WasmVectorScreen extends VectorScreen {
  readonly #machine: Machine;

  constructor(machine: Machine, vectors: Matrix<Float32Array>, comparison: Comparison) {
    super(vectors, comparison);
    this.#machine = machine;
  }

  protected override select(queries: WholeQueries, screening: Screening, kept: KeptBlocks): void {
    const { heap } = this.#machine;
    withLease(heap, (lease) => {
      const maxima = lease.take(4 * queries.count * this.blocks);
      withLease(heap, (own) => this.#maxima(own, queries, maxima));
      withLease(heap, (own) => this.#select(own, queries, screening, maxima, kept));
    });
  }

  /** M_b, 4 bytes for each block, query after query. */
  #maxima(lease: Lease, { count, numbers, scales }: WholeQueries, maxima: number): void {
    const { code, heap } = this.#machine;
    const { blocks, pairs, codes, offsets } = this;
    const width = BLOCK * 2 * pairs;
    const places = {
      codes: lease.take(together * width),
      scales: lease.take(4 * together),
      offsets: offsets.length === 0 ? 0 : lease.take(4 * together * BLOCK),
      numbers: lease.take(numbers.byteLength),
      queries: lease.take(scales.byteLength),
    };
    const { buffer } = heap.memory;
    const floats = new Float32Array(buffer);
    new Int16Array(buffer, places.numbers).set(numbers);
    floats.set(scales, places.queries >>> 2);
    for (let first = 0; first < blocks; first += together) {
      const end = Math.min(blocks, first + together);
      new Int8Array(buffer, places.codes).set(codes.subarray(first * width, end * width));
      floats.set(this.scales.subarray(first, end), places.scales >>> 2);
      if (places.offsets > 0) floats.set(offsets.subarray(first * BLOCK, end * BLOCK), places.offsets >>> 2);
      code.screenVectors(
        places.codes,
        places.scales,
        places.offsets,
        end - first,
        pairs,
        places.numbers,
        places.queries,
        count,
        maxima + 4 * first,
        4 * blocks,
      );
    }
  }

  #select(
    lease: Lease,
    { count, sizes }: WholeQueries,
    { beta, omitted, most }: Screening,
    maxima: number,
    kept: KeptBlocks,
  ): void {
    const { code, heap } = this.#machine;
    const { blocks } = this;
    const bounds = lease.copy(new Uint32Array(this.bounds.buffer));
    const [given, shares] = [lease.copy(sizes), lease.copy(this.shares)];
    const [top, gaps, counts] = [lease.take(8 * most), lease.take(2 * blocks), lease.take(4 * (GAPS + 1))];
    const [found, omission] = [lease.take(4 * kept.room), lease.take(8)];
    for (let k = 0; k < count; k++) {
      const many = code.selectBlocks(
        blocks,
        maxima + 4 * k * blocks,
        bounds,
        given + 8 * SIZES * k,
        beta,
        omitted,
        most,
        shares,
        top,
        gaps,
        counts,
        kept.room,
        found,
        omission,
      );
      kept.blocks.set(heap.words.subarray(found >>> 2, (found >>> 2) + many), k * kept.room);
      kept.found.set([many, heap.numbers[omission >>> 3]], 2 * k);
    }
  }
}
