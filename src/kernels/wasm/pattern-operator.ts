import { type BitMatrix, strideFor } from "../../math/bits.js";
import {
  type OperatorWalk,
  type PatternOperator,
  type PatternOperatorDescription,
  requireMiddle,
  tie,
} from "../kernels.js";
import { type Lease, withLease } from "./heap.js";
import { type Block, noBlock } from "./holding.js";
import { type Machine, requireSize } from "./module.js";
import { FractionPatternWalk, WholePatternWalk } from "./pattern-walk.js";
import { Resident } from "./resident.js";

/** States processed at a time: four times the lanes of product16. */
const block = 64;
/** Up to this many states are processed one by one, because empty lanes would cost more: in overlaps, in votes. */
const fewOverlaps = 16;
const fewVotes = 6;
/** From this many patterns on, the overlaps of a block are cheaper by tables than by counting bits. */
const manyPatterns = 256;
/** Bytes of a row of lanes and columns of a chunk, as in assembly/product.ts. */
const laneRow = 32;
const chunk = 64;

/** The votes sum_mu c_mu xi_mu,i of `lanes` states on all units i, as sums u with `width` lanes from unit to unit. */
export interface Votes {
  readonly sums: number;
  readonly width: number;
  readonly lanes: number;
  readonly weights: number;
}

/** Couplings stored as patterns; see `PatternOperatorDescription`. */
export class WasmPatternOperator extends Resident implements PatternOperator {
  readonly patterns: number;
  readonly units: number;
  readonly machine: Machine;
  /** The patterns, row by row, and the same transposed, unit by unit; strides in bytes. */
  readonly rows: Block;
  readonly rowStride: number;
  readonly columns: Block;
  readonly columnStride: number;
  /** Float64. The rows of `middle` are padded to a multiple of 16. */
  readonly diagonal: Block;
  readonly middle: Block;
  readonly middleStride: number;
  readonly divisor: number;
  readonly margin: number;
  /** Whether votes are sums of whole numbers that fit in 32 bits; if not, they are sums of float64 on a grid. */
  readonly whole: boolean;
  /** An overlap has the parity of n: where that is even, half of it holds the same information in one bit less. */
  readonly shift: number;
  /**
   * The diagonal as 32-bit integers, padded to a multiple of 16, where whole numbers alone decide the signs of fields;
   * else none.
   */
  readonly #wholeDiagonal: Block;
  #bytes = noBlock;

  constructor(machine: Machine, { patterns, middle, divisor, diagonal }: PatternOperatorDescription) {
    super(machine.heap, "operator");
    const p = patterns.rows;
    const n = patterns.columns;
    requireSize("patterns", patterns.words.length, p * patterns.stride);
    if (middle !== undefined) requireSize("middle", middle.length, p * p);
    if (diagonal !== undefined) requireSize("diagonal", diagonal.length, n);
    requireMiddle(patterns, middle);
    this.machine = machine;
    this.patterns = p;
    this.units = n;
    this.rowStride = 4 * patterns.stride;
    this.columnStride = 4 * strideFor(p);
    this.middleStride = 128 * Math.ceil(p / 16);
    this.divisor = divisor;
    this.margin = middle === undefined ? 0 : tie;
    this.shift = n % 2 === 0 ? 1 : 0;
    this.whole = middle === undefined && n * p < 2 ** 31;

    this.rows = this.holding.copy(patterns.words);
    this.columns = this.holding.take(n * this.columnStride);
    machine.code.transpose(this.rows.at, this.rowStride, p, n, this.columns.at, this.columnStride);
    this.diagonal = diagonal === undefined ? noBlock : this.holding.copy(diagonal);
    this.middle = middle === undefined ? noBlock : this.#padded(middle);
    const exact = diagonal?.every((d) => Number.isInteger(d) && Math.abs(d) < 2 ** 31) ?? true;
    const integers = new Uint32Array(Math.ceil(n / 16) * 16);
    if (exact) integers.set(diagonal ?? []);
    this.#wholeDiagonal = this.whole && exact && divisor > 0 ? this.holding.copy(integers) : noBlock;
  }

  overlaps(states: BitMatrix, out: Int32Array): void {
    const p = this.patterns;
    requireSize("overlaps", out.length, states.rows * p);
    this.eachBlock(states, (lease, at, first, rows) => {
      const overlaps = this.overlapsAt(lease, at, rows);
      out.set(new Int32Array(this.machine.heap.memory.buffer, overlaps, rows * p), first * p);
    });
  }

  fields(states: BitMatrix, out: Float64Array): void {
    const n = this.units;
    requireSize("fields", out.length, states.rows * n);
    this.eachBlock(states, (lease, at, first, rows) => {
      const fields = lease.take(8 * n * rows);
      this.#fields(lease, at, rows, fields);
      out.set(this.machine.heap.numbers.subarray(fields >>> 3, (fields >>> 3) + n * rows), first * n);
    });
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    const { code, heap } = this.machine;
    requireSize("thresholds", thresholds.length, this.units);
    requireSize("out", out.words.length, states.words.length);
    const signs = this.#wholeDiagonal !== noBlock && isZero(thresholds);
    this.eachBlock(states, (lease, at, first, rows) => {
      const units = lease.take(rows * this.rowStride);
      if (signs) this.#signs(lease, at, rows, units);
      else {
        const fields = lease.take(8 * this.units * rows);
        this.#fields(lease, at, rows, fields);
        const limits = lease.copy(thresholds);
        for (let r = 0; r < rows; r++) {
          const row = fields + 8 * r * this.units;
          code.respond(row, limits, this.margin, this.units, units + r * this.rowStride, this.rowStride);
        }
      }
      out.words.set(heap.words.subarray(units >>> 2, (units + rows * this.rowStride) >>> 2), first * out.stride);
    });
  }

  walk(state: BitMatrix): OperatorWalk {
    return this.use(() => {
      requireSize("state", state.rows, 1);
      requireSize("state", state.columns, this.units);
      const Walk = this.whole && this.units < 2 ** 15 ? WholePatternWalk : FractionPatternWalk;
      return this.machine.heap.build(() => new Walk(this, state));
    });
  }

  /**
   * The address of c = A X s for the states at `at`: 32-bit integers where votes are whole, else float64 on their grid.
   * Rows of float64 follow each other without padding; the block is long enough to be read in sixteens.
   */
  coefficients(lease: Lease, at: number, rows: number): number {
    const { code, heap } = this.machine;
    const p = this.patterns;
    const overlaps = this.overlapsAt(lease, at, rows);
    if (this.whole) return overlaps;
    const coefficients = lease.take(8 * rows * p + this.middleStride);
    const numbers = heap.numbers;
    numbers.set(new Int32Array(numbers.buffer, overlaps, rows * p), coefficients >>> 3);
    if (this.middle === noBlock) return coefficients;
    const product = lease.take(this.middleStride);
    for (let r = 0; r < rows; r++) {
      const row = coefficients + 8 * r * p;
      code.multiply(this.middle.at, this.middleStride, p, row, product);
      code.roundToGrid(product, p);
      heap.numbers.copyWithin(row >>> 3, product >>> 3, (product >>> 3) + p);
    }
    return coefficients;
  }

  #padded(middle: Float64Array): Block {
    const stride = this.middleStride / 8;
    const block = this.holding.take(this.patterns * this.middleStride);
    const at = block.at >>> 3;
    const numbers = this.machine.heap.numbers.subarray(at, at + this.patterns * stride).fill(0);
    for (let mu = 0; mu < this.patterns; mu++) {
      numbers.set(middle.subarray(mu * this.patterns, (mu + 1) * this.patterns), mu * stride);
    }
    return block;
  }

  /** Calls `work` with the address of each block of states, its first row and its number of rows. */
  eachBlock(states: BitMatrix, work: (lease: Lease, at: number, first: number, rows: number) => void): void {
    this.use(() => {
      requireSize("states", states.columns, this.units);
      requireSize("states", states.words.length, states.rows * states.stride);
      for (let first = 0; first < states.rows; first += block) {
        const rows = Math.min(block, states.rows - first);
        const words = states.words.subarray(first * states.stride, (first + rows) * states.stride);
        withLease(this.machine.heap, (lease) => work(lease, lease.copy(words), first, rows));
      }
    });
  }

  /** The address of the overlaps, 32-bit integers, of the states at `at`. */
  overlapsAt(lease: Lease, at: number, rows: number): number {
    const { code, heap } = this.machine;
    const { patterns: p, units: n, rowStride } = this;
    const overlaps = lease.take(4 * rows * p);
    let counted = 0;
    if (p >= manyPatterns && n < 2 ** 16 && code.manyOverlaps === undefined) {
      withLease(heap, (scratch) => {
        const chunks = Math.ceil(n / chunk);
        const spins = scratch.take(16 * n);
        const values = scratch.take(chunks * chunk * laneRow);
        const sums = scratch.take(laneRow * p);
        const counts = scratch.take(2 * laneRow * p);
        for (; rows - counted > fewOverlaps; counted += Math.min(32, rows - counted)) {
          const lanes = Math.min(32, rows - counted);
          code.transpose(at + counted * rowStride, rowStride, lanes, n, spins, 16);
          code.spreadSpins(spins, n, values);
          code.product8(this.rows.at, rowStride, p, values, chunks, sums, counts);
          code.gatherOverlaps(counts, p, lanes, n, overlaps + 4 * counted * p);
        }
      });
    }
    if (counted < rows) {
      const [from, to] = [at + counted * rowStride, overlaps + 4 * counted * p];
      const overlapsOf = code.manyOverlaps ?? code.overlaps;
      overlapsOf(this.rows.at, rowStride, p, from, rows - counted, n, to);
    }
    return overlaps;
  }

  /** The votes of the first states of `rows`, as many as one product takes. */
  #votes(lease: Lease, coefficients: number, rows: number): Votes {
    const { code } = this.machine;
    const { patterns: p, units: n, columns, columnStride } = this;
    const chunks = Math.ceil(p / chunk);
    const alone = this.whole && rows <= fewVotes ? this.votesOfOne(lease, coefficients) : undefined;
    if (alone !== undefined) return alone;
    const weights = lease.take(4 * laneRow);
    const values = lease.take(2 * chunks * chunk * laneRow);
    if (!this.whole) {
      const lanes = Math.min(4, rows);
      const sums = lease.take(n * laneRow);
      code.spread64(coefficients, p, lanes, values, weights);
      code.product64(columns.at, columnStride, n, values, chunks, sums);
      return { sums, width: 4, lanes, weights };
    }
    // Twice as many lanes where there are so many states, and registers for them.
    const most = code.product16Wide !== undefined && rows > 16 ? 32 : 16;
    const lanes = Math.min(most, rows);
    const width = most * 2;
    if (code.spread16(coefficients, p, lanes, this.shift, values, width, weights) !== 0) {
      const sums = lease.take(2 * n * width);
      const product = most === 32 ? code.product16Wide : code.product16;
      product?.(columns.at, columnStride, n, values, chunks, lease.take(n * width), sums);
      return { sums, width: most, lanes, weights };
    }
    const half = Math.min(8, rows);
    const sums = lease.take(n * laneRow);
    code.spread32(coefficients, p, half, this.shift, values, weights);
    code.product32(columns.at, columnStride, n, values, chunks, sums);
    return { sums, width: 8, lanes: half, weights };
  }

  /** The votes of one state with the whole coefficients at an address, where 16 bits suffice. */
  votesOfOne(lease: Lease, coefficients: number): Votes | undefined {
    const { code } = this.machine;
    const { patterns: p, units: n } = this;
    const weights = lease.take(4);
    const values = lease.take(2 * chunk * Math.ceil(p / chunk));
    if (code.spread16(coefficients, p, 1, this.shift, values, 2, weights) === 0) return undefined;
    const groups = Math.ceil(p / 8);
    const length = Math.ceil(n / 16) * 16;
    const sums = lease.take(4 * length);
    const bytes = this.#byteColumns(length);
    code.product16OfOne(bytes, length, values, groups, lease.take(64 * groups), lease.take(2 * length), sums);
    return { sums, width: 1, lanes: 1, weights };
  }

  /** The address of the patterns' bytes, in the order in which product16OfOne reads them; made when first needed. */
  #byteColumns(length: number): number {
    if (this.#bytes === noBlock) {
      const groups = Math.ceil(this.patterns / 8);
      this.#bytes = this.holding.take(groups * length);
      this.machine.code.byteColumns(this.columns.at, this.columnStride, this.units, groups, this.#bytes.at, length);
    }
    return this.#bytes.at;
  }

  #fields(lease: Lease, at: number, rows: number, out: number): void {
    const { code, heap } = this.machine;
    const { units: n, rowStride, divisor } = this;
    const diagonal = this.diagonal.at;
    const coefficients = this.coefficients(lease, at, rows);
    for (let r = 0; r < rows; ) {
      withLease(heap, (scratch) => {
        const from = coefficients + r * this.patterns * (this.whole ? 4 : 8);
        const { sums, width, lanes, weights } = this.#votes(scratch, from, rows - r);
        const states = at + r * rowStride;
        const to = out + 8 * r * n;
        if (this.whole) {
          code.wholeFields(sums, n, width, lanes, weights, this.shift, states, rowStride, diagonal, divisor, to);
        } else code.fractionFields(sums, n, width, lanes, weights, states, rowStride, diagonal, divisor, to);
        r += lanes;
      });
    }
  }

  #signs(lease: Lease, at: number, rows: number, out: number): void {
    const { code, heap } = this.machine;
    const { units: n, rowStride } = this;
    const coefficients = this.coefficients(lease, at, rows);
    const spins = lease.take(16 * n);
    const signs = lease.take(16 * n);
    for (let r = 0; r < rows; ) {
      withLease(heap, (scratch) => {
        const { sums, width, lanes, weights } = this.#votes(scratch, coefficients + 4 * r * this.patterns, rows - r);
        const from = at + r * rowStride;
        const to = out + r * rowStride;
        if (width === 1) {
          code.wholeSignsOfOne(sums, n, weights, this.shift, from, this.#wholeDiagonal.at, to, rowStride);
        } else {
          code.transpose(from, rowStride, lanes, n, spins, 16);
          code.wholeSigns(sums, n, width, weights, this.shift, spins, this.#wholeDiagonal.at, signs);
          code.transpose(signs, 16, n, lanes, to, rowStride);
        }
        r += lanes;
      });
    }
  }
}

function isZero(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) return false;
  return true;
}
