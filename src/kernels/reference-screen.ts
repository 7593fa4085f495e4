import {
  BEYOND,
  BLOCK,
  GAPS,
  type KeptBlocks,
  ROUNDING,
  type Screening,
  SIZES,
  SMALLEST,
  STEPS,
  VectorScreen,
  type WholeQueries,
} from "./vector-screen.js";

/** The formulas of `VectorScreen`. */
export class ReferenceVectorScreen extends VectorScreen {
  protected override select(queries: WholeQueries, screening: Screening, kept: KeptBlocks): void {
    for (let k = 0; k < queries.count; k++) this.#selectOne(queries, k, screening, kept);
  }

  #selectOne(queries: WholeQueries, k: number, { beta, omitted, most }: Screening, kept: KeptBlocks): void {
    const { blocks, bounds } = this;
    const [norm, rest, shift] = queries.sizes.subarray(SIZES * k);
    const [lower, upper] = [new Float64Array(blocks), new Float64Array(blocks)];
    const top = new Float64Array(most).fill(Number.NEGATIVE_INFINITY);
    for (let b = 0; b < blocks; b++) {
      const [error, length, offset] = [bounds[b], bounds[blocks + b], bounds[2 * blocks + b]];
      const size = (norm + rest) * length + offset + shift;
      const within = norm * error + rest * length + ROUNDING * size + SMALLEST;
      const middle = this.#largest(queries, k, b);
      // Beyond the range of single precision nothing is known.
      lower[b] = size < BEYOND ? middle - within : Number.NEGATIVE_INFINITY;
      upper[b] = size < BEYOND ? middle + within : Number.POSITIVE_INFINITY;
      insert(top, lower[b]);
    }
    const gaps = new Uint16Array(blocks);
    const counts = new Uint32Array(GAPS + 1);
    for (let b = 0; b < blocks; b++) {
      const gap = upper[b] >= top[most - 1] ? 0 : STEPS * beta * (top[0] - upper[b]);
      gaps[b] = gap > 0 ? Math.min(GAPS, Math.floor(gap)) : 0;
      counts[gaps[b]]++;
    }
    let [limit, sum] = [GAPS + 1, 0];
    for (; limit > 1; limit--) {
      const more = sum + counts[limit - 1] * this.shares[limit - 1];
      if (more > omitted) break;
      sum = more;
    }
    let many = 0;
    for (let b = 0; b < blocks && many < kept.room; b++) {
      if (gaps[b] < limit) kept.blocks[k * kept.room + many++] = b;
    }
    kept.found.set([many, sum], 2 * k);
  }

  /** M_b. */
  #largest({ numbers, scales }: WholeQueries, k: number, b: number): number {
    const { pairs, codes, offsets } = this;
    const factor = Math.fround(this.scales[b] * scales[k]);
    let largest = Number.NEGATIVE_INFINITY;
    for (let v = 0; v < BLOCK; v++) {
      let product = 0;
      for (let p = 0; p < pairs; p++) {
        const [code, whole] = [(b * pairs + p) * 2 * BLOCK + 2 * v, 2 * (k * pairs + p)];
        product += codes[code] * numbers[whole] + codes[code + 1] * numbers[whole + 1];
      }
      const similarity = Math.fround(Math.fround(product) * factor);
      const whole = offsets.length === 0 ? similarity : Math.fround(similarity + offsets[b * BLOCK + v]);
      largest = Math.max(largest, whole);
    }
    return largest;
  }
}

/** Keeps the largest numbers, the largest first. */
function insert(top: Float64Array, x: number): void {
  let at = top.length - 1;
  if (!(x > top[at])) return;
  for (; at > 0 && x > top[at - 1]; at--) top[at] = top[at - 1];
  top[at] = x;
}
