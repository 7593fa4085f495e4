import { BLOCK, VectorScreen, type WholeQueries } from "./vector-screen.js";

/** The formulas of `VectorScreen`. */
export class ReferenceVectorScreen extends VectorScreen {
  protected override maxima({ numbers, scales }: WholeQueries, out: Float32Array): void {
    const { blocks, pairs, codes, offsets } = this;
    for (let k = 0; k < scales.length; k++) {
      for (let b = 0; b < blocks; b++) {
        const factor = Math.fround(this.scales[b] * scales[k]);
        let most = Number.NEGATIVE_INFINITY;
        for (let v = 0; v < BLOCK; v++) {
          let product = 0;
          for (let p = 0; p < pairs; p++) {
            const [code, whole] = [(b * pairs + p) * 2 * BLOCK + 2 * v, 2 * (k * pairs + p)];
            product += codes[code] * numbers[whole] + codes[code + 1] * numbers[whole + 1];
          }
          const similarity = Math.fround(Math.fround(product) * factor);
          most = Math.max(most, offsets.length === 0 ? similarity : Math.fround(similarity + offsets[b * BLOCK + v]));
        }
        out[k * blocks + b] = most;
      }
    }
  }
}
