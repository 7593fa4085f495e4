import type { BitMatrix } from "../../math/bits.js";
import { type FieldOperator, type OperatorWalk, tie } from "../kernels.js";
import { type Lease, withLease } from "./heap.js";
import type { Block } from "./holding.js";
import { type Machine, requireSize } from "./module.js";
import { Resident } from "./resident.js";
import { type Visits, WasmWalk } from "./walk.js";

/**
 * Couplings whose fields are exact sums, in any order. It keeps the fields of the last state: those of another state, such as
 * the next one of a recall, need the columns of the units alone in which the two differ.
 */
export abstract class ExactOperator extends Resident implements FieldOperator {
  readonly units: number;
  readonly machine: Machine;
  /** Bytes of a vector of n numbers, which is padded. */
  readonly stride: number;
  readonly #state: Block;
  readonly #fields: Block;
  #isKept = false;

  constructor(machine: Machine, units: number) {
    super(machine.heap, "operator");
    this.machine = machine;
    this.units = units;
    this.stride = 32 * Math.ceil(units / 4);
    this.#state = this.holding.take(4 * this.#words);
    this.#fields = this.holding.take(this.stride);
    machine.heap.numbers.fill(0, this.#fields.at >>> 3, (this.#fields.at + this.stride) >>> 3);
  }

  /** Writes W s to `out`, given the addresses of s as bits and as float64. */
  protected abstract whole(spins: number, out: number): void;

  /** Whether `update` is possible. */
  protected abstract readonly hasColumns: boolean;

  /** Updates the fields of the state at `before` to those of the state at `after`; a state has `words` words. */
  protected abstract update(before: number, after: number, words: number, fields: number): void;

  /** Visits units of the state at an address whose fields are kept at another. */
  abstract visit(visits: Visits, state: number, fields: number): number;

  fields(states: BitMatrix, out: Float64Array): void {
    const n = this.units;
    requireSize("fields", out.length, states.rows * n);
    this.#eachRow(states, (fields, r) => {
      out.set(this.machine.heap.numbers.subarray(fields >>> 3, (fields >>> 3) + n), r * n);
    });
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    const { code, heap } = this.machine;
    requireSize("thresholds", thresholds.length, this.units);
    requireSize("out", out.words.length, states.words.length);
    withLease(heap, (lease) => {
      const limits = lease.copy(thresholds);
      const units = lease.take(4 * states.stride);
      this.#eachRow(states, (fields, r) => {
        code.respond(fields, limits, tie, this.units, units, 4 * states.stride);
        out.words.set(heap.words.subarray(units >>> 2, (units >>> 2) + states.stride), r * states.stride);
      });
    });
  }

  walk(state: BitMatrix): OperatorWalk {
    return this.use(() => {
      requireSize("state", state.rows, 1);
      requireSize("state", state.columns, this.units);
      return this.machine.heap.build(() => new ExactWalk(this, state));
    });
  }

  /** The address of the fields of the state at an address, until they are asked for again. */
  fieldsOf(scratch: Lease, state: number): number {
    const { code, heap } = this.machine;
    const words = this.#words;
    const fields = this.#fields.at;
    const overlap = this.#isKept && this.hasColumns ? this.#overlap(scratch, state) : undefined;
    this.#isKept = false;
    if (overlap === undefined) {
      const spins = scratch.take(this.stride);
      code.spinValues(state, this.units, this.stride / 8, spins);
      this.whole(spins, fields);
    } else if (overlap >= 0) this.update(this.#state.at, state, words, fields);
    else {
      // W (-s) = -W s: never more than half of the units differ.
      this.update(this.#state.at, this.#reversed(scratch, state), words, fields);
      const numbers = heap.numbers.subarray(fields >>> 3, (fields + this.stride) >>> 3);
      for (let i = 0; i < numbers.length; i++) numbers[i] = 0 - numbers[i];
    }
    heap.words.copyWithin(this.#state.at >>> 2, state >>> 2, (state >>> 2) + words);
    this.#isKept = true;
    return fields;
  }

  /** The address of the state with all spins reversed. */
  #reversed(scratch: Lease, state: number): number {
    const reversed = scratch.take(4 * this.#words);
    const { words } = this.machine.heap;
    for (let w = 0; w < this.#words; w++) {
      const units = Math.min(32, this.units - 32 * w);
      words[(reversed >>> 2) + w] = units > 0 ? ~words[(state >>> 2) + w] & (-1 >>> (32 - units)) : 0;
    }
    return reversed;
  }

  get #words(): number {
    return 4 * Math.ceil(this.units / 128);
  }

  /** The product of the state at an address with the last one. */
  #overlap(scratch: Lease, state: number): number {
    const { code, heap } = this.machine;
    const out = scratch.take(4);
    const bytes = 4 * this.#words;
    (code.manyOverlaps ?? code.overlaps)(this.#state.at, bytes, 1, state, 1, this.units, out);
    return heap.words[out >>> 2] | 0;
  }

  /** Calls `work` with the address of the fields of each row. */
  #eachRow(states: BitMatrix, work: (fields: number, r: number) => void): void {
    this.use(() => {
      requireSize("states", states.columns, this.units);
      requireSize("states", states.words.length, states.rows * states.stride);
      for (let r = 0; r < states.rows; r++) {
        withLease(this.machine.heap, (scratch) => {
          const state = scratch.copy(states.words.subarray(r * states.stride, (r + 1) * states.stride));
          work(this.fieldsOf(scratch, state), r);
        });
      }
    });
  }
}

/** Keeps all fields: a visit reads one, a flip adds a column of W to them. */
class ExactWalk extends WasmWalk {
  readonly #operator: ExactOperator;
  readonly #fields: Block;

  constructor(operator: ExactOperator, state: BitMatrix) {
    const { machine, stride } = operator;
    super(operator, machine, state);
    this.#operator = operator;
    this.#fields = this.holding.take(stride);
    withLease(machine.heap, (scratch) => {
      const from = operator.fieldsOf(scratch, this.state.at) >>> 3;
      machine.heap.numbers.copyWithin(this.#fields.at >>> 3, from, from + stride / 8);
    });
  }

  protected override fieldAt(unit: number): number {
    return this.#operator.machine.heap.numbers[(this.#fields.at >>> 3) + unit];
  }

  protected override visitAt(_scratch: Lease, visits: Visits): number {
    return this.#operator.visit(visits, this.state.at, this.#fields.at);
  }
}
