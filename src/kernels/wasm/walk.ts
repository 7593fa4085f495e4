import { internal } from "../../errors.js";
import type { BitMatrix } from "../../math/bits.js";
import type { OperatorWalk } from "../kernels.js";
import { type Lease, withLease } from "./heap.js";
import type { Block } from "./holding.js";
import { type Machine, requireSize } from "./module.js";
import { Resident } from "./resident.js";

/** The units to visit, all thresholds, and the noise of each visit: addresses, 0 for no noise. */
export interface Visits {
  readonly order: number;
  readonly thresholds: number;
  readonly noise: number;
  readonly count: number;
}

/** A walk whose state lives in a heap; its subclasses compute the fields. */
export abstract class WasmWalk extends Resident implements OperatorWalk {
  protected readonly state: Block;
  readonly #owner: Resident & { readonly units: number };
  readonly #machine: Machine;
  readonly #words: number;

  constructor(owner: Resident & { readonly units: number }, machine: Machine, state: BitMatrix) {
    super(machine.heap, "walk");
    requireSize("state", state.words.length, state.stride);
    this.#owner = owner;
    this.#machine = machine;
    this.#words = state.words.length;
    this.state = this.holding.copy(state.words);
  }

  protected abstract fieldAt(unit: number): number;

  protected abstract visitAt(scratch: Lease, visits: Visits): number;

  field(unit: number): number {
    return this.#inPlace(() => {
      this.#requireUnit(unit);
      return this.fieldAt(unit);
    });
  }

  visit(order: Uint32Array, thresholds: Float64Array, noise?: Float64Array): number {
    return this.#inPlace(() => {
      requireSize("thresholds", thresholds.length, this.#owner.units);
      if (noise !== undefined) requireSize("noise", noise.length, order.length);
      for (let k = 0; k < order.length; k++) if (order[k] >= thresholds.length) this.#requireUnit(order[k]);
      return withLease(this.#machine.heap, (scratch) =>
        this.visitAt(scratch, {
          order: scratch.copy(order),
          thresholds: this.#copy(scratch, thresholds, order),
          noise: noise === undefined ? 0 : scratch.copy(noise),
          count: order.length,
        }),
      );
    });
  }

  read(out: BitMatrix): void {
    this.#inPlace(() => {
      requireSize("out", out.words.length, this.#words);
      const from = this.state.at >>> 2;
      out.words.set(this.#machine.heap.words.subarray(from, from + this.#words));
    });
  }

  /** The address of the thresholds; of few units, only theirs are copied. */
  #copy(scratch: Lease, thresholds: Float64Array, order: Uint32Array): number {
    if (order.length * 8 > thresholds.length) return scratch.copy(thresholds);
    const at = scratch.take(thresholds.byteLength);
    const { numbers } = this.#machine.heap;
    for (const unit of order) numbers[(at >>> 3) + unit] = thresholds[unit];
    return at;
  }

  /** Runs `work` while the data of the walk and of its operator stay in place. */
  #inPlace<T>(work: () => T): T {
    return this.use(() => this.#owner.use(work));
  }

  #requireUnit(unit: number): void {
    if (!(unit >= 0 && unit < this.#owner.units)) {
      throw internal(`unit ${unit} was visited in a state of ${this.#owner.units} units`);
    }
  }
}
