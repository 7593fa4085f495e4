import { disposeSymbol } from "../../disposing.js";
import { disposedError } from "../../errors.js";
import type { Heap } from "./heap.js";
import { Holding } from "./holding.js";

/** Something whose data live in a heap: an operator or a walk. Make it with `Heap.build`. */
export abstract class Resident {
  protected readonly holding: Holding;
  readonly #what: string;
  #disposed = false;

  constructor(heap: Heap, what: string) {
    this.holding = new Holding(heap, this);
    this.#what = what;
  }

  /** Runs `work` while the data are in the heap and stay in place. @throws ArgumentError once this has been disposed of */
  use<T>(work: () => T): T {
    if (this.#disposed) throw disposedError(this.#what);
    return this.holding.use(work);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.holding.end();
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}
