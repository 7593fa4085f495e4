import type { BitMatrix } from "../../math/bits.js";
import { gridShift } from "../../math/grid.js";
import { type FieldOperator, type OperatorWalk, tie } from "../kernels.js";
import { type Lease, withLease } from "./heap.js";
import { type Block, noBlock } from "./holding.js";
import { type Machine, requireSize } from "./module.js";
import { Resident } from "./resident.js";
import { type Visits, WasmWalk } from "./walk.js";

/** Couplings stored as a matrix, on the grid of the largest row sum of magnitudes. */
export class WasmDenseOperator extends Resident implements FieldOperator {
  readonly units: number;
  readonly machine: Machine;
  /** W, and the bytes of its rows, which are padded with zeros. */
  readonly #weights: Block;
  readonly stride: number;
  #columns: Block;

  constructor(machine: Machine, weights: Float64Array, units: number) {
    super(machine.heap, "operator");
    requireSize("weights", weights.length, units * units);
    this.machine = machine;
    this.units = units;
    this.stride = 32 * Math.ceil(units / 4);
    let magnitude = 0;
    for (let i = 0; i < units; i++) {
      let sum = 0;
      for (let j = 0; j < units; j++) sum += Math.abs(weights[i * units + j]);
      magnitude = Math.max(magnitude, sum);
    }
    const shift = gridShift(magnitude);
    let symmetric = true;
    this.#weights = this.#matrix((i, j) => {
      symmetric &&= weights[i * units + j] === weights[j * units + i];
      return weights[i * units + j] + shift - shift;
    });
    this.#columns = symmetric ? this.#weights : noBlock;
  }

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
      return this.machine.heap.build(() => new DenseWalk(this, state));
    });
  }

  /** The address of the columns of W, row by row. */
  get columns(): number {
    if (this.#columns === noBlock) {
      const stride = this.stride / 8;
      const at = this.#weights.at >>> 3;
      this.#columns = this.#matrix((i, j) => this.machine.heap.numbers[at + j * stride + i]);
    }
    return this.#columns.at;
  }

  /** Writes W s of the state at `state` to `out`, both addresses. */
  product(scratch: Lease, state: number, out: number): void {
    const { code } = this.machine;
    const spins = scratch.take(this.stride);
    code.spinValues(state, this.units, this.stride / 8, spins);
    code.denseFields(this.#weights.at, this.stride, this.units, spins, out);
  }

  #matrix(entry: (i: number, j: number) => number): Block {
    const stride = this.stride / 8;
    const block = this.holding.take(this.units * this.stride);
    const at = block.at >>> 3;
    const numbers = this.machine.heap.numbers.subarray(at, at + this.units * stride).fill(0);
    for (let i = 0; i < this.units; i++) {
      for (let j = 0; j < this.units; j++) numbers[i * stride + j] = entry(i, j);
    }
    return block;
  }

  /** Calls `work` with the address of the fields of each row. */
  #eachRow(states: BitMatrix, work: (fields: number, r: number) => void): void {
    this.use(() => {
      requireSize("states", states.columns, this.units);
      requireSize("states", states.words.length, states.rows * states.stride);
      for (let r = 0; r < states.rows; r++) {
        withLease(this.machine.heap, (scratch) => {
          const state = scratch.copy(states.words.subarray(r * states.stride, (r + 1) * states.stride));
          const fields = scratch.take(this.stride);
          this.product(scratch, state, fields);
          work(fields, r);
        });
      }
    });
  }
}

/** Keeps all fields: a visit reads one, a flip adds a column of W to them. */
class DenseWalk extends WasmWalk {
  readonly #operator: WasmDenseOperator;
  readonly #fields: Block;

  constructor(operator: WasmDenseOperator, state: BitMatrix) {
    super(operator, operator.machine, state);
    this.#operator = operator;
    this.#fields = this.holding.take(operator.stride);
    withLease(operator.machine.heap, (scratch) => operator.product(scratch, this.state.at, this.#fields.at));
  }

  protected override fieldAt(unit: number): number {
    return this.#operator.machine.heap.numbers[(this.#fields.at >>> 3) + unit];
  }

  protected override visitAt(_scratch: Lease, { order, thresholds, noise, count }: Visits): number {
    const { machine, columns, stride } = this.#operator;
    return machine.code.denseVisit(
      order,
      thresholds,
      noise,
      count,
      this.state.at,
      columns,
      stride,
      this.#fields.at,
      tie,
    );
  }
}
