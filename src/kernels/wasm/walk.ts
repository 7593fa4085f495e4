import { internal } from "../../errors.js";
import type { BitMatrix } from "../../math/bits.js";
import type { Walk } from "../kernels.js";
import { type Lease, withLease } from "./heap.js";
import { type Machine, requireSize } from "./module.js";
import { Resident } from "./resident.js";

/** A walk whose state lives in a heap; what a unit feels is its operator's business. */
export abstract class WasmWalk extends Resident implements Walk {
  /** The address of the state. */
  protected readonly state: number;
  readonly #owner: Resident & { readonly units: number };
  readonly #machine: Machine;
  readonly #words: number;

  constructor(owner: Resident & { readonly units: number }, machine: Machine, state: BitMatrix) {
    super(machine.heap, "walk");
    requireSize("state", state.words.length, state.stride);
    this.#owner = owner;
    this.#machine = machine;
    this.#words = state.words.length;
    this.state = this.lease.copy(state.words);
  }

  protected abstract fieldAt(unit: number): number;

  /** Visits the `count` units at `order`, comparing the k-th field with the k-th of `limits`; both are addresses. */
  protected abstract visitAt(scratch: Lease, order: number, limits: number, count: number): number;

  field(unit: number): number {
    this.#requireUnit(unit);
    return this.fieldAt(unit);
  }

  visit(order: Uint32Array, thresholds: Float64Array, noise?: Float64Array): number {
    this.#requireUnit(0);
    requireSize("thresholds", thresholds.length, this.#owner.units);
    if (noise !== undefined) requireSize("noise", noise.length, order.length);
    const { heap } = this.#machine;
    return withLease(heap, (scratch) => {
      const at = scratch.take(4 * order.length);
      const to = scratch.take(8 * order.length);
      const limits = heap.numbers.subarray(to >>> 3, (to >>> 3) + order.length);
      for (let k = 0; k < order.length; k++) {
        const i = order[k];
        if (i >= thresholds.length) this.#requireUnit(i);
        limits[k] = noise === undefined ? thresholds[i] : thresholds[i] + noise[k];
      }
      heap.words.set(order, at >>> 2);
      return this.visitAt(scratch, at, to, order.length);
    });
  }

  read(out: BitMatrix): void {
    this.#requireUnit(0);
    requireSize("out", out.words.length, this.#words);
    out.words.set(this.#machine.heap.words.subarray(this.state >>> 2, (this.state >>> 2) + this.#words));
  }

  /** Throws unless the walk and its operator are alive and have this unit. */
  #requireUnit(unit: number): void {
    this.requireAlive();
    this.#owner.requireAlive();
    if (!(unit >= 0 && unit < this.#owner.units)) {
      throw internal(`unit ${unit} was visited in a state of ${this.#owner.units} units`);
    }
  }
}
