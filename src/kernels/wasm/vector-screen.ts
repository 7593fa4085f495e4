import type { Matrix } from "../../math/matrix.js";
import { BLOCK, VectorScreen, type WholeQueries } from "../vector-screen.js";
import type { Comparison } from "../vectors.js";
import { withLease } from "./heap.js";
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

  protected override maxima({ numbers, scales }: WholeQueries, out: Float32Array): void {
    const { code, heap } = this.#machine;
    const { blocks, pairs, codes, offsets } = this;
    const many = scales.length;
    const width = BLOCK * 2 * pairs;
    withLease(heap, (lease) => {
      const places = {
        codes: lease.take(together * width),
        scales: lease.take(4 * together),
        offsets: offsets.length === 0 ? 0 : lease.take(4 * together * BLOCK),
        numbers: lease.take(numbers.byteLength),
        queryScales: lease.take(scales.byteLength),
        out: lease.take(4 * together * many),
      };
      const { buffer } = heap.memory;
      const floats = new Float32Array(buffer);
      new Int16Array(buffer, places.numbers).set(numbers);
      floats.set(scales, places.queryScales >>> 2);
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
          places.queryScales,
          many,
          places.out,
          4 * together,
        );
        for (let k = 0; k < many; k++) {
          const from = (places.out >>> 2) + k * together;
          out.set(floats.subarray(from, from + end - first), k * blocks + first);
        }
      }
    });
  }
}
