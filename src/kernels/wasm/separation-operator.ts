import { type BitMatrix, bitRows } from "../../math/bits.js";
import type { Scaled } from "../../math/scaled.js";
import type {
  NearestProduct,
  OperatorWalk,
  SeparatedStates,
  SeparationDescription,
  SeparationOperator,
} from "../kernels.js";
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
/** Patterns whose largest overlap is known, as in assembly/separation.ts. */
const peakBlock = 64;
/** States whose overlaps are held at once. */
const together = 64;
/** Bytes of what `separate` says of a state, and of a walk: the number of active patterns as well. */
const sumsBytes = 32;

/** Patterns whose overlaps a separation function separates; see `SeparationDescription`. */
export class WasmSeparationOperator extends Resident implements SeparationOperator {
  readonly patterns: number;
  readonly units: number;
  readonly machine: Machine;
  /** The patterns, and their overlaps with states. */
  readonly kept: WasmPatternOperator;
  readonly votes: Block;
  readonly selves: Block;
  readonly exponents: Block;
  /** For each entry of a table the largest exponent up to it. */
  readonly rise: Block;
  readonly divisor: number;
  readonly values: Block;
  readonly valueExponents: Block;
  readonly valueRise: Block;
  /** Whether F is nowhere negative. */
  readonly isPositive: boolean;

  constructor(machine: Machine, description: SeparationDescription) {
    super(machine.heap, "operator");
    const { patterns, votes, selves, exponents, divisor, values, valueExponents } = description;
    this.patterns = patterns.rows;
    this.units = patterns.columns;
    this.machine = machine;
    this.divisor = divisor;
    for (const table of [votes, selves, exponents, values, valueExponents])
      requireSize("table", table.length, this.units + 1);
    this.kept = new WasmPatternOperator(machine, { patterns, divisor: 1 });
    this.votes = this.holding.copy(votes);
    this.selves = this.holding.copy(selves);
    this.values = this.holding.copy(values);
    this.exponents = this.holding.copy(Uint32Array.from(exponents));
    this.rise = this.holding.copy(riseOf(exponents));
    this.valueExponents = this.holding.copy(Uint32Array.from(valueExponents));
    this.valueRise = this.holding.copy(riseOf(valueExponents));
    this.isPositive = values.every((value) => value >= 0);
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
    this.#eachBlock(states, (evaluated, first, rows) => evaluated.fields(out.subarray(first * n, (first + rows) * n)));
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    requireSize("out", out.words.length, states.words.length);
    this.#eachBlock(states, (evaluated, first, rows) => {
      evaluated.step(thresholds, bitRows(out, first, first + rows));
    });
  }

  evaluate<T>(states: BitMatrix, use: (evaluated: SeparatedStates) => T): T {
    requireSize("states", states.columns, this.units);
    requireSize("states", states.words.length, states.rows * states.stride);
    return this.use(() => withLease(this.machine.heap, (lease) => use(new WasmSeparatedStates(this, lease, states))));
  }

  walk(state: BitMatrix): OperatorWalk {
    return this.use(() => {
      requireSize("state", state.rows, 1);
      requireSize("state", state.columns, this.units);
      return this.machine.heap.build(() => new SeparationWalk(this, state));
    });
  }

  /**
   * Writes the coefficients of a state with these overlaps and peaks; returns the number of active patterns. The coefficients
   * are 0 but for the `before` patterns that are active so far.
   */
  separate(own: Overlaps, c: number, sums: number, active: number, before: number): number {
    const { patterns, units, votes, selves, exponents, rise } = this;
    const { overlaps, peaks, largest } = own;
    const { code } = this.machine;
    return code.separate(
      overlaps,
      peaks,
      largest,
      patterns,
      units,
      votes.at,
      selves.at,
      exponents.at,
      rise.at,
      c,
      sums,
      active,
      before,
    );
  }

  #eachBlock(states: BitMatrix, work: (evaluated: SeparatedStates, first: number, rows: number) => void): void {
    for (let first = 0; first < states.rows; first += together) {
      const rows = Math.min(together, states.rows - first);
      this.evaluate(bitRows(states, first, first + rows), (evaluated) => work(evaluated, first, rows));
    }
  }
}

/** Addresses of the overlaps of a state and of their peaks, and the largest overlap. */
interface Overlaps {
  readonly overlaps: number;
  readonly peaks: number;
  readonly largest: number;
}

class WasmSeparatedStates implements SeparatedStates {
  readonly #operator: WasmSeparationOperator;
  readonly #states: number;
  readonly #rows: readonly Overlaps[];

  constructor(operator: WasmSeparationOperator, lease: Lease, states: BitMatrix) {
    const { patterns: p, kept, machine } = operator;
    this.#operator = operator;
    this.#states = lease.copy(states.words);
    const all = kept.overlapsAt(lease, this.#states, states.rows);
    const bytes = 4 * Math.ceil(p / peakBlock);
    const peaksOfAll = lease.take(states.rows * bytes);
    this.#rows = Array.from({ length: states.rows }, (_, r) => {
      const [overlaps, peaks] = [all + 4 * r * p, peaksOfAll + r * bytes];
      return { overlaps, peaks, largest: machine.code.peaks(overlaps, p, peaks) };
    });
  }

  fields(out: Float64Array): void {
    const { machine, units: n } = this.#operator;
    requireSize("fields", out.length, this.#rows.length * n);
    withLease(machine.heap, (lease) => {
      const fields = this.#fields(lease);
      out.set(machine.heap.numbers.subarray(fields >>> 3, (fields >>> 3) + out.length));
    });
  }

  step(thresholds: Float64Array, out: BitMatrix): void {
    const { machine, units: n, kept } = this.#operator;
    const { code, heap } = machine;
    const rows = this.#rows.length;
    requireSize("thresholds", thresholds.length, n);
    requireSize("out", 4 * out.words.length, rows * kept.rowStride);
    withLease(heap, (lease) => {
      const fields = this.#fields(lease);
      const limits = lease.copy(thresholds);
      const units = lease.take(rows * kept.rowStride);
      for (let r = 0; r < rows; r++) {
        code.respond(fields + 8 * r * n, limits, 0, n, units + r * kept.rowStride, kept.rowStride);
      }
      out.words.set(heap.words.subarray(units >>> 2, (units + rows * kept.rowStride) >>> 2));
    });
  }

  sum(r: number): Scaled {
    const { machine, patterns, units, values, valueExponents, valueRise, isPositive } = this.#operator;
    const { overlaps, peaks, largest } = this.#rows[r];
    const { code, heap } = machine;
    return withLease(heap, (lease) => {
      const out = lease.take(16);
      code.separationSum(
        overlaps,
        peaks,
        largest,
        patterns,
        units,
        values.at,
        valueExponents.at,
        valueRise.at,
        isPositive ? 1 : 0,
        out,
      );
      return { mantissa: heap.numbers[out >>> 3], exponent: heap.words[(out >>> 2) + 2] | 0 };
    });
  }

  nearest(r: number): NearestProduct {
    const { heap } = this.#operator.machine;
    const { peaks, largest } = this.#rows[r];
    const integers = new Int32Array(heap.memory.buffer);
    const block = integers.indexOf(largest, peaks >>> 2) - (peaks >>> 2);
    const first = this.#rows[r].overlaps >>> 2;
    return { index: integers.indexOf(largest, first + block * peakBlock) - first, product: largest };
  }

  overlaps(r: number): Int32Array {
    const { machine, patterns } = this.#operator;
    return new Int32Array(machine.heap.memory.buffer, this.#rows[r].overlaps, patterns).slice();
  }

  /** The address of the fields. States with many active patterns wait for each other, until they fill the lanes. */
  #fields(lease: Lease): number {
    const { machine, patterns: p, units: n, kept, divisor } = this.#operator;
    const { code, heap } = machine;
    const rows = this.#rows.length;
    const out = lease.take(8 * n * rows);
    withLease(heap, (scratch) => {
      const most = Math.min(lanesAtOnce, rows);
      const sums = scratch.take(most * sumsBytes);
      const coefficients = scratch.take(most * 8 * p);
      const active = scratch.take(most * 4 * p);
      const votes = scratch.take(8 * Math.ceil(n / 8) * 8);
      /** The number of active patterns of each lane, whose coefficients are 0 at first. */
      const counts: number[] = [];
      const waiting: number[] = [];
      for (let r = 0; r < rows; r++) {
        const lane = waiting.length;
        const [c, own, list] = [coefficients + lane * 8 * p, sums + lane * sumsBytes, active + lane * 4 * p];
        if (counts.length === lane) heap.numbers.fill(0, c >>> 3, (c >>> 3) + p);
        counts[lane] = this.#operator.separate(this.#rows[r], c, own, list, counts[lane] ?? 0);
        if (counts[lane] * few > p) waiting.push(r);
        else {
          code.activeVotes(kept.rows.at, kept.rowStride, list, counts[lane], c, n, votes);
          const state = this.#states + r * kept.rowStride;
          code.separationFields(votes, n, 1, 0, own, state, divisor, out + 8 * r * n);
        }
        if (waiting.length === most || (r === rows - 1 && waiting.length > 0)) {
          this.#together(coefficients, sums, waiting, out);
          waiting.length = 0;
        }
      }
    });
    return out;
  }

  /** The fields of up to four states by one product. */
  #together(coefficients: number, sums: number, states: readonly number[], out: number): void {
    const { machine, patterns: p, units: n, kept, divisor } = this.#operator;
    const { code, heap } = machine;
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
        const state = this.#states + r * kept.rowStride;
        code.separationFields(from, n, lanesAtOnce, 1, own, state, divisor, out + 8 * r * n);
      });
    });
  }
}

function riseOf(exponents: Int32Array): Uint32Array {
  let most = exponents[0];
  return Uint32Array.from(exponents, (exponent) => {
    most = Math.max(most, exponent);
    return most;
  });
}

/** A walk that keeps the overlaps of its state, and its coefficients. */
class SeparationWalk extends WasmWalk {
  readonly #operator: WasmSeparationOperator;
  readonly #overlaps: Block;
  readonly #peaks: Block;
  readonly #coefficients: Block;
  readonly #sums: Block;
  readonly #active: Block;

  constructor(operator: WasmSeparationOperator, state: BitMatrix) {
    super(operator, operator.machine, state);
    const { machine, patterns, kept } = operator;
    const { heap } = machine;
    this.#operator = operator;
    this.#overlaps = this.holding.take(4 * patterns);
    this.#peaks = this.holding.take(4 * Math.ceil(patterns / peakBlock));
    this.#coefficients = this.holding.take(kept.middleStride);
    this.#sums = this.holding.take(sumsBytes);
    this.#active = this.holding.take(4 * patterns);
    heap.numbers.fill(0, this.#coefficients.at >>> 3, (this.#coefficients.at + kept.middleStride) >>> 3);
    withLease(heap, (lease) => {
      const overlaps = kept.overlapsAt(lease, this.state.at, 1);
      heap.words.copyWithin(this.#overlaps.at >>> 2, overlaps >>> 2, (overlaps >>> 2) + patterns);
    });
    const { at } = this.#sums;
    const [overlaps, peaks] = [this.#overlaps.at, this.#peaks.at];
    const largest = machine.code.peaks(overlaps, patterns, peaks);
    const own = { overlaps, peaks, largest };
    const count = operator.separate(own, this.#coefficients.at, at, this.#active.at, 0);
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
    const { machine, kept, patterns, units, votes, selves, exponents, rise, divisor } = this.#operator;
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
      this.#peaks.at,
      votes.at,
      selves.at,
      exponents.at,
      rise.at,
      this.#coefficients.at,
      this.#sums.at,
      this.#active.at,
      divisor,
    );
  }
}
