import { exp } from "../math/elementary.js";
import type { Matrix } from "../math/matrix.js";
import { largestMagnitude } from "../math/vector.js";
import type { Comparison } from "./vectors.js";

/*
 * Which vectors can matter to a softmax, told at a fraction of its cost and with a proof.
 *
 * Vectors are rounded to whole numbers. A block b of 16 has a scale s: x_j = s k_j + e_j, and a query has one, q = t m + r. Then
 *
 *   q . x_j = s t (m . k_j) + q . e_j + r . s k_j,    so that    |q . x_j - s t (m . k_j)| <= |q| |e_j| + |r| |s k_j|
 *
 * by the inequality of Cauchy and Schwarz. The products D = m . k_j are exact. What is made of them in single precision,
 * c_j = fl(fl(D fl(s t)) + b_j), takes four roundings, b_j's among them, each within 2^-24 of |t m| |s k_j| + |b_j|. By euclidean
 * similarity b_j = -|x_j|^2 / 2, and the similarities lack -|q|^2 / 2, which all have in common. With M_b = max c_j and the
 * sum w_b of these bounds, at its largest in the block, no similarity of the block is above U_b = M_b + w_b, and one at least is
 * not below L_b = M_b - w_b.
 *
 * The total weight is at least e^l with l = beta max_b L_b. The part of it in the blocks D that are left out is
 *
 *   sum_{j in D} e^(t_j) / sum_j e^(t_j) <= sum_{b in D} 16 e^(beta U_b - l).
 *
 * Blocks are counted by the gap l - beta U_b in steps of a quarter, rounded down, and left out from the largest gap on as long as
 * this sum is at most what may be omitted. A block that may hold one of the `most` heaviest vectors is kept: `most` blocks have
 * lower bounds of at least the `most`-th largest one, so that a block whose upper bound is smaller holds none.
 */

/** Vectors of a block. */
export const BLOCK = 16;
/** The largest magnitude of the whole numbers of vectors. */
const LARGEST = 127;
/** Twice four roundings to single precision: room for those of the similarity in double precision as well. */
export const ROUNDING = 2 ** -21;
/** 2^31 times what single precision rounds to 0, and the sizes that it holds. */
export const SMALLEST = 2 ** -110;
export const BEYOND = 2 ** 126;
/** Norms are computed in double precision and rounded up to single. */
const UPWARD = 1 + 2 ** -20;
/** Steps of a gap of 1, and those that are told apart: beyond, e^-100 stands for a weight. */
export const STEPS = 4;
export const GAPS = 400;
/** Where more than this part of the blocks is kept, all vectors may as well be weighed. */
const WORTH = 1 / 4;

/** What may be left out. */
export interface Screening {
  readonly beta: number;
  /** The largest part of the weight that may be left out. */
  readonly omitted: number;
  /** Number of vectors that are kept in any case, the heaviest. */
  readonly most: number;
}

/** The vectors that are kept. */
export interface Kept {
  /** Ascending. */
  readonly rows: Uint32Array;
  /** An upper bound of the part of the weight that the others have. */
  readonly omitted: number;
}

/** Queries as whole numbers. */
export interface WholeQueries {
  readonly count: number;
  /** For each query `pairs` pairs of numbers. */
  readonly numbers: Int16Array;
  readonly scales: Float32Array;
  /** |q|, |r|, and |q|^2 where the similarities lack it. */
  readonly sizes: Float64Array;
}

/** Numbers of `WholeQueries.sizes` for a query. */
export const SIZES = 3;

/** Which blocks are kept, as backends find them. */
export interface KeptBlocks {
  /** `room` numbers of blocks for each query. */
  readonly blocks: Uint32Array;
  readonly room: number;
  /** The number of blocks that are kept, `room` if there are too many, and the bound of what is omitted: for each query. */
  readonly found: Float64Array;
}

/** Vectors as whole numbers. */
export abstract class VectorScreen {
  readonly count: number;
  readonly #comparison: Comparison;
  readonly #units: number;
  protected readonly blocks: number;
  /** Pairs of entries, the last filled with a 0. */
  protected readonly pairs: number;
  /** Block after block, pair after pair: the pairs of the 16 vectors. */
  protected readonly codes: Int8Array;
  protected readonly scales: Float32Array;
  /** b_j; none for products. */
  protected readonly offsets: Float32Array;
  /** The largest |e_j|, |s k_j| and |b_j| of each block, in three rows. */
  protected readonly bounds: Float32Array;
  /** The most that a block of each gap can add to what is omitted. */
  protected readonly shares: Float64Array = Float64Array.from(
    { length: GAPS + 1 },
    (_, gap) => 1.000001 * BLOCK * exp(-gap / STEPS),
  );

  /** Kept from call to call, as new memory costs more than what is done with it. */
  #kept = keptBlocks(0, 0);
  #rows = new Uint32Array();

  constructor(vectors: Matrix<Float32Array>, comparison: Comparison) {
    const { rows, columns } = vectors;
    this.count = rows;
    this.#comparison = comparison;
    this.#units = columns;
    this.blocks = Math.ceil(rows / BLOCK);
    this.pairs = Math.ceil(columns / 2);
    this.codes = new Int8Array(this.blocks * BLOCK * 2 * this.pairs);
    this.scales = new Float32Array(this.blocks);
    this.offsets = new Float32Array(comparison === "dot" ? 0 : this.blocks * BLOCK);
    this.bounds = new Float32Array(3 * this.blocks);
    const own = new Float64Array(BLOCK);
    for (let b = 0; b < this.blocks; b++) {
      const first = b * BLOCK * columns;
      const end = Math.min(rows, (b + 1) * BLOCK) * columns;
      const codes = this.codes.subarray(b * BLOCK * 2 * this.pairs, (b + 1) * BLOCK * 2 * this.pairs);
      const { scale, error, norm } = encode(vectors.values.subarray(first, end), columns, codes, own);
      this.scales[b] = scale;
      this.bounds[b] = error * UPWARD;
      this.bounds[this.blocks + b] = norm * UPWARD;
      if (this.offsets.length === 0) continue;
      for (let k = 0; k < BLOCK; k++) this.offsets[b * BLOCK + k] = -own[k] / 2;
      this.bounds[2 * this.blocks + b] = (own.reduce((a, x) => Math.max(a, x)) / 2) * UPWARD;
    }
  }

  /** Finds M_b of each block, and from these which blocks are kept. */
  protected abstract select(queries: WholeQueries, screening: Screening, kept: KeptBlocks): void;

  /**
   * The vectors that must be weighed for each query in turn; undefined where weighing all of them costs as much. What a query gets
   * holds until the next one.
   */
  *keep(queries: Float64Array, screening: Screening): Generator<Kept | undefined, void> {
    const whole = this.#wholeOf(queries);
    const { count } = whole;
    const room = Math.floor(WORTH * this.blocks) + 1;
    if (this.#kept.blocks.length < count * room) this.#kept = keptBlocks(count, room);
    const kept = this.#kept;
    this.select(whole, screening, kept);
    for (let k = 0; k < count; k++) {
      const [many, omitted] = kept.found.subarray(2 * k, 2 * k + 2);
      if (many < room) yield { rows: this.#rowsOf(kept.blocks.subarray(k * room, k * room + many)), omitted };
      else yield undefined;
    }
  }

  #rowsOf(blocks: Uint32Array): Uint32Array {
    if (this.#rows.length < blocks.length * BLOCK) this.#rows = new Uint32Array(blocks.length * BLOCK);
    let at = 0;
    for (const b of blocks) {
      for (let j = b * BLOCK; j < (b + 1) * BLOCK && j < this.count; j++) this.#rows[at++] = j;
    }
    return this.#rows.subarray(0, at);
  }

  #wholeOf(queries: Float64Array): WholeQueries {
    const units = this.#units;
    const count = queries.length / units;
    const numbers = new Int16Array(count * 2 * this.pairs);
    const [scales, sizes] = [new Float32Array(count), new Float64Array(SIZES * count)];
    // With this, no sum of products leaves 32 bits.
    const most = Math.min(32767, Math.floor((2 ** 31 - 1) / (LARGEST * 2 * this.pairs)));
    for (let k = 0; k < count; k++) {
      const query = queries.subarray(k * units, (k + 1) * units);
      const scale = scaleOf(query, most);
      let [rest, norm] = [0, 0];
      for (let i = 0; i < units; i++) {
        const whole = Math.max(-most, Math.min(most, Math.round(query[i] / scale)));
        numbers[k * 2 * this.pairs + i] = whole;
        rest += square(query[i] - whole * scale);
        norm += square(query[i]);
      }
      scales[k] = scale;
      sizes.set(
        [Math.sqrt(norm), Math.sqrt(rest), this.#comparison === "euclidean" ? norm : 0].map((x) => x * UPWARD),
        SIZES * k,
      );
    }
    return { count, numbers, scales, sizes };
  }
}

function keptBlocks(count: number, room: number): KeptBlocks {
  return { blocks: new Uint32Array(count * room), room, found: new Float64Array(2 * count) };
}

function square(x: number): number {
  return x * x;
}

/** The scale, in single precision, in which the largest entry is `most`. One that is denormal, or 0, has no inverse. */
function scaleOf(entries: Float32Array | Float64Array, most: number): number {
  const largest = largestMagnitude(entries);
  return Math.max(Math.fround(largest / most), 2 ** -126);
}

/** Rounds the vectors of a block, whose squared lengths are written to `own`. */
function encode(vectors: Float32Array, units: number, codes: Int8Array, own: Float64Array) {
  const scale = scaleOf(vectors, LARGEST);
  const inverse = 1 / scale;
  let [error, norm] = [0, 0];
  for (let k = 0; k < BLOCK; k++) {
    // The last block is filled with its last vector, whose similarity is there already.
    const from = Math.min(k * units, vectors.length - units);
    let [errors, squares, length] = [0, 0, 0];
    for (let i = 0, at = 2 * k; i < units; i++) {
      const x = vectors[from + i];
      // Whole numbers in a register: those of floating point take five times as long.
      let code = Math.floor(x * inverse + 0.5) | 0;
      if (code > LARGEST) code = LARGEST;
      if (code < -LARGEST) code = -LARGEST;
      codes[at] = code;
      at += (i & 1) === 0 ? 1 : 2 * BLOCK - 1;
      const rest = x - code * scale;
      errors += rest * rest;
      squares += code * code;
      length += x * x;
    }
    own[k] = length;
    if (errors > error) error = errors;
    if (squares > norm) norm = squares;
  }
  return { scale, error: Math.sqrt(error), norm: scale * Math.sqrt(norm) };
}
