import type { BitMatrix } from "../../math/bits.js";
import type { Lease } from "./heap.js";
import { withLease } from "./heap.js";
import type { Block } from "./holding.js";
import type { Votes, WasmPatternOperator } from "./pattern-operator.js";
import { type Visits, WasmWalk } from "./walk.js";

/** A walk whose overlaps, of at most 2^15 - 1 units, are kept as 16-bit integers. */
export class WholePatternWalk extends WasmWalk {
  readonly #operator: WasmPatternOperator;
  readonly #overlaps: Block;
  readonly #total: Block;
  /** Whether the last visits changed so few units that computing all votes at once before the next pays off. */
  #isCalm = false;

  constructor(operator: WasmPatternOperator, state: BitMatrix) {
    super(operator, operator.machine, state);
    const { machine, patterns } = operator;
    this.#operator = operator;
    this.#overlaps = this.holding.take(2 * 32 * Math.ceil(patterns / 32));
    this.#total = this.holding.take(4);
    withLease(machine.heap, (lease) => {
      const from = operator.coefficients(lease, this.state.at, 1) >>> 2;
      const overlaps = new Int32Array(machine.heap.memory.buffer, from * 4, patterns);
      new Int16Array(machine.heap.memory.buffer, this.#overlaps.at, patterns).set(overlaps);
      machine.heap.words[this.#total.at >>> 2] = overlaps.reduce((sum, overlap) => sum + overlap, 0);
    });
  }

  protected override fieldAt(unit: number): number {
    const { machine, columns, columnStride, patterns, diagonal, divisor } = this.#operator;
    return machine.code.wholeField(
      unit,
      this.state.at,
      columns.at,
      columnStride,
      this.#overlaps.at,
      this.#total.at,
      patterns,
      diagonal.at,
      divisor,
    );
  }

  protected override visitAt(scratch: Lease, { order, thresholds, noise, count }: Visits): number {
    const { machine, columns, columnStride, patterns, diagonal, divisor, shift } = this.#operator;
    const votes = this.#isCalm && count * 4 >= this.#operator.units ? this.#votes(scratch) : undefined;
    const flips = machine.code.wholeVisit(
      order,
      thresholds,
      noise,
      count,
      this.state.at,
      columns.at,
      columnStride,
      this.#overlaps.at,
      this.#total.at,
      patterns,
      diagonal.at,
      divisor,
      votes?.sums ?? 0,
      votes === undefined ? 0 : machine.heap.words[votes.weights >>> 2],
      shift,
    );
    this.#isCalm = flips * 64 < count;
    return flips;
  }

  /** The votes on all units at once, for a sweep that is likely to change little. */
  #votes(scratch: Lease): Votes | undefined {
    const { heap } = this.#operator.machine;
    const { patterns } = this.#operator;
    const coefficients = scratch.take(4 * patterns);
    const overlaps = new Int16Array(heap.memory.buffer, this.#overlaps.at, patterns);
    new Int32Array(heap.memory.buffer, coefficients, patterns).set(overlaps);
    return this.#operator.votesOfOne(scratch, coefficients);
  }
}

/** A walk whose coefficients c = A X s are kept as float64 on their grid. */
export class FractionPatternWalk extends WasmWalk {
  readonly #operator: WasmPatternOperator;
  readonly #coefficients: Block;
  readonly #total: Block;

  constructor(operator: WasmPatternOperator, state: BitMatrix) {
    super(operator, operator.machine, state);
    const { machine, middleStride, patterns, whole } = operator;
    this.#operator = operator;
    this.#coefficients = this.holding.take(middleStride);
    this.#total = this.holding.take(8);
    withLease(machine.heap, (lease) => {
      const from = operator.coefficients(lease, this.state.at, 1);
      const { numbers } = machine.heap;
      const coefficients = whole
        ? Float64Array.from(new Int32Array(numbers.buffer, from, patterns))
        : numbers.slice(from >>> 3, (from >>> 3) + patterns);
      const to = this.#coefficients.at >>> 3;
      numbers.fill(0, to, to + (middleStride >>> 3));
      numbers.set(coefficients, to);
      numbers[this.#total.at >>> 3] = coefficients.reduce((sum, c) => sum + c, 0);
    });
  }

  protected override fieldAt(unit: number): number {
    const { machine, columns, columnStride, patterns, diagonal, divisor } = this.#operator;
    return machine.code.fractionField(
      unit,
      this.state.at,
      columns.at,
      columnStride,
      this.#coefficients.at,
      this.#total.at,
      patterns,
      diagonal.at,
      divisor,
    );
  }

  protected override visitAt(scratch: Lease, { order, thresholds, noise, count }: Visits): number {
    const { machine, columns, columnStride, patterns, diagonal, divisor, middle, middleStride, margin } =
      this.#operator;
    const work = scratch.take(2 * middleStride);
    return machine.code.fractionVisit(
      order,
      thresholds,
      noise,
      count,
      this.state.at,
      columns.at,
      columnStride,
      this.#coefficients.at,
      this.#total.at,
      patterns,
      diagonal.at,
      divisor,
      middle.at,
      middleStride,
      work,
      margin,
    );
  }
}
