import { EngramError } from "../../errors.js";
import { type Heap, Lease } from "./heap.js";

/** Frees the blocks of owners that were garbage-collected. */
const registry = new FinalizationRegistry<Lease>((lease) => lease.end());

/** Something that lives in a heap: an operator or a walk. */
export abstract class Resident {
  protected readonly lease: Lease;
  readonly #what: string;
  #disposed = false;

  constructor(heap: Heap, what: string) {
    this.lease = new Lease(heap);
    this.#what = what;
    registry.register(this, this.lease, this.lease);
  }

  /** Throws once this has been disposed of. */
  requireAlive(): void {
    if (this.#disposed) throw new EngramError(`this ${this.#what} was disposed of; make a new one`);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    registry.unregister(this.lease);
    this.lease.end();
  }
}
