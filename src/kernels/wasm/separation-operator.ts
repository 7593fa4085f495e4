import type { BitMatrix } from "../../math/bits.js";
import type { OperatorWalk, PatternOperator, SeparationDescription } from "../kernels.js";
import { type Lease, withLease } from "./heap.js";
import type { Block } from "./holding.js";
import { type Machine, requireSize } from "./module.js";
import { WasmPatternOperator } from "./pattern-operator.js";
import { Resident } from "./resident.js";
import { type Visits, WasmWalk } from "./walk.js";

/** States whose votes are added up at once: the lanes of product64. */
const lanesAtOnce = 4;
/** If at most one in `few` patterns is active, the rows of those are added; if more are, all patterns go through tables. */
const few = 16;
/** Bytes of a row of lanes and columns of a chunk, as in assembly/product.ts. */
const laneRow = 32;
const chunk = 64;
/** Bytes of what `separate` says of a state, and of a walk: the number of active patterns as well. */
const sumsBytes = 32;

/** Patterns whose overlaps a separation function separates; see `SeparationDescription`. */
export class WasmSeparationOperator extends Resident implements PatternOperator {
  readonly patterns: number;
  readonly units: number;
  readonly machine: Machine;
  /** The patterns, and their overlaps with states. */
  readonly kept: WasmPatternOperator;
  readonly votes: Block;
  readonly selves: Block;
  readonly exponents: Block;
  readonly divisor: number;

  constructor(machine: Machine, { patterns, votes, selves, exponents, divisor }: SeparationDescription) {
    super(machine.heap, "operator");
    this.patterns = patterns.rows;
    this.units = patterns.columns;
    this.machine = machine;
    this.divisor = divisor;
    for (const table of [votes, selves, exponents]) requireSize("table", table.length, this.units + 1);
    this.kept = new WasmPatternOperator(machine, { patterns, divisor: 1 });
    this.votes = this.holding.copy(votes);
    this.selves = this.holding.copy(selves);
    this.exponents = this.holding.copy(new Uint32Array(exponents.buffer, exponents.byteOffset, exponents.length));
  }

  override use<T>(work: () => T): T {
    return super.use(() => this.kept.use(work));
  }

  override dispose(): void {
    super.dispose();
    this.kept.dispose();
  }

  overlaps(states: BitMatrix, out: Int32Array): void {
    this.kept.overlaps(states, out);
  }

  fields(states: BitMatrix, out: Float64Array): void {
    const n = this.units;
    requireSize("fields", out.length, states.rows * n);
    this.#eachBlock(states, (fields, first, rows) => {
      const at = fields >>> 3;
      out.set(this.machine.heap.numbers.subarray(at, at + n * rows), first * n);
    });
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    const { code, heap } = this.machine;
    const { units: n, kept } = this;
    requireSize("thresholds", thresholds.length, n);
    requireSize("out", out.words.length, states.words.length);
    this.#eachBlock(states, (fields, first, rows) => {
      withLease(heap, (lease) => {
        const limits = lease.copy(thresholds);
        const units = lease.take(rows * kept.rowStride);
        for (let r = 0; r < rows; r++) {
          code.respond(fields + 8 * r * n, limits, 0, n, units + r * kept.rowStride, kept.rowStride);
        }
        out.words.set(heap.words.subarray(units >>> 2, (units + rows * kept.rowStride) >>> 2), first * out.stride);
      });
    });
  }

  walk(state: BitMatrix): OperatorWalk {
    return this.use(() => {
      requireSize("state", state.rows, 1);
      requireSize("state", state.columns, this.units);
      return this.machine.heap.build(() => new SeparationWalk(this, state));
    });
  }

  /** Writes the coefficients of a state with these overlaps; returns the number of active patterns. */
  separate(overlaps: number, c: number, sums: number, active: number): number {
    const { patterns, units, votes, selves, exponents } = this;
    const { code } = this.machine;
    return code.separate(overlaps, patterns, units, votes.at, selves.at, exponents.at, c, sums, active);
  }

  /** Calls `work` with the address of the fields of each block of states, its first row and its number of rows. */
  #eachBlock(states: BitMatrix, work: (fields: number, first: number, rows: number) => void): void {
    const { heap } = this.machine;
    this.use(() => {
      this.kept.eachBlock(states, (lease, at, first, rows) => {
        const fields = lease.take(8 * this.units * rows);
        withLease(heap, (scratch) => this.#fields(scratch, at, rows, fields));
        work(fields, first, rows);
      });
    });
  }

  /** The fields of the states at `at`. States with many active patterns wait for each other, until they fill the lanes. */
  #fields(lease: Lease, at: number, rows: number, out: number): void {
    const { code } = this.machine;
    const { patterns: p, units: n, kept, divisor } = this;
    const overlaps = kept.overlapsAt(lease, at, rows);
    const active = lease.take(4 * p);
    const sums = lease.take(lanesAtOnce * sumsBytes);
    const coefficients = lease.take(lanesAtOnce * 8 * p);
    const votes = lease.take(8 * Math.ceil(n / 8) * 8);
    const waiting: number[] = [];
    for (let r = 0; r < rows; r++) {
      const [c, own] = [coefficients + waiting.length * 8 * p, sums + waiting.length * sumsBytes];
      const count = this.separate(overlaps + 4 * r * p, c, own, active);
      if (count * few > p) waiting.push(r);
      else {
        code.activeVotes(kept.rows.at, kept.rowStride, active, count, c, n, votes);
        const state = at + r * kept.rowStride;
        code.separationFields(votes, n, 1, 0, own, state, divisor, out + 8 * r * n);
      }
      if (waiting.length === lanesAtOnce || (r === rows - 1 && waiting.length > 0)) {
        this.#together(coefficients, sums, waiting, at, out);
        waiting.length = 0;
      }
    }
  }

  /** The fields of up to four states by one product. */
  #together(coefficients: number, sums: number, states: readonly number[], at: number, out: number): void {
    const { code, heap } = this.machine;
    const { patterns: p, units: n, kept, divisor } = this;
    withLease(heap, (lease) => {
      const chunks = Math.ceil(p / chunk);
      const weights = lease.take(laneRow);
      const values = lease.take(chunks * chunk * laneRow);
      const products = lease.take(n * laneRow);
      code.spread64(coefficients, p, states.length, values, weights);
      code.product64(kept.columns.at, kept.columnStride, n, values, chunks, products);
      states.forEach((r, lane) => {
        // u of product64 counts magnitudes: 2 u less their sum are the votes.
        heap.numbers[(sums + lane * sumsBytes) >>> 3] = heap.numbers[(weights >>> 3) + lane];
        const [from, own] = [products + 8 * lane, sums + lane * sumsBytes];
        code.separationFields(from, n, lanesAtOnce, 1, own, at + r * kept.rowStride, divisor, out + 8 * r * n);
      });
    });
  }
}

/** A walk that keeps the overlaps of its state, and its coefficients. */
class SeparationWalk extends WasmWalk {
  readonly #operator: WasmSeparationOperator;
  readonly #overlaps: Block;
  readonly #coefficients: Block;
  readonly #sums: Block;
  readonly #active: Block;

  constructor(operator: WasmSeparationOperator, state: BitMatrix) {
    super(operator, operator.machine, state);
    const { machine, patterns, kept } = operator;
    const { heap } = machine;
    this.#operator = operator;
    this.#overlaps = this.holding.take(4 * patterns);
    this.#coefficients = this.holding.take(kept.middleStride);
    this.#sums = this.holding.take(sumsBytes);
    this.#active = this.holding.take(4 * patterns);
    heap.numbers.fill(0, this.#coefficients.at >>> 3, (this.#coefficients.at + kept.middleStride) >>> 3);
    withLease(heap, (lease) => {
      const overlaps = kept.overlapsAt(lease, this.state.at, 1);
      heap.words.copyWithin(this.#overlaps.at >>> 2, overlaps >>> 2, (overlaps >>> 2) + patterns);
    });
    const { at } = this.#sums;
    const count = operator.separate(this.#overlaps.at, this.#coefficients.at, at, this.#active.at);
    heap.words[(at + 24) >>> 2] = count;
  }

  protected override fieldAt(unit: number): number {
    const { machine, kept, patterns, divisor } = this.#operator;
    return machine.code.separationField(
      unit,
      this.state.at,
      kept.rows.at,
      kept.rowStride,
      kept.columns.at,
      kept.columnStride,
      patterns,
      this.#coefficients.at,
      this.#sums.at,
      this.#active.at,
      divisor,
    );
  }

  protected override visitAt(_: Lease, { order, thresholds, noise, count }: Visits): number {
    const { machine, kept, patterns, units, votes, selves, exponents, divisor } = this.#operator;
    return machine.code.separationVisit(
      order,
      thresholds,
      noise,
      count,
      this.state.at,
      kept.rows.at,
      kept.rowStride,
      kept.columns.at,
      kept.columnStride,
      patterns,
      units,
      this.#overlaps.at,
      votes.at,
      selves.at,
      exponents.at,
      this.#coefficients.at,
      this.#sums.at,
      this.#active.at,
      divisor,
    );
  }
}
