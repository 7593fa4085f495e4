import type { LayerBatch } from "../layers/index.js";

/** The dot products of the states of a batch with one vector, row by row, in double precision. */
export class RowDots {
  readonly #batch: LayerBatch;
  readonly #values: Float64Array;
  readonly #row: Float64Array;
  /** The product if all states are low. */
  readonly #lowest: number;
  /** For states that are bits: entry 256 b + m is the sum over the bits of m as byte b of a row. */
  readonly #bytes: Float64Array | undefined;

  constructor(batch: LayerBatch, values: Float64Array) {
    const { low, range } = batch.layer;
    this.#batch = batch;
    this.#values = values;
    this.#row = new Float64Array(values.length);
    this.#lowest = low * values.reduce((sum, x) => sum + x, 0);
    if (batch.states.kind !== "bits") return;
    this.#bytes = new Float64Array(256 * 4 * batch.states.stride);
    for (let k = 0; k < this.#bytes.length; k++) {
      const m = k & 255;
      if (m === 0) continue;
      const top = 31 - Math.clz32(m);
      this.#bytes[k] = this.#bytes[k - (1 << top)] + range * (values[8 * (k >>> 8) + top] ?? 0);
    }
  }

  /** Adds the product with row r, times `factor`, to out[r]. */
  addTo(out: Float64Array, factor: number): void {
    for (let r = 0; r < this.#batch.rows; r++) out[r] += factor * this.#dot(r);
  }

  #dot(r: number): number {
    const { states } = this.#batch;
    const bytes = this.#bytes;
    let sum = this.#lowest;
    if (bytes !== undefined && states.kind === "bits") {
      for (let w = r * states.stride, k = 0; k < bytes.length; w++, k += 1024) {
        const word = states.words[w];
        sum += bytes[k + (word & 255)] + bytes[k + 256 + ((word >>> 8) & 255)];
        sum += bytes[k + 512 + ((word >>> 16) & 255)] + bytes[k + 768 + (word >>> 24)];
      }
      return sum;
    }
    this.#batch.read(r, this.#row);
    for (let i = 0; i < this.#row.length; i++) sum += this.#values[i] * this.#row[i];
    return sum;
  }
}
