import type { Packed, Unpacking } from "../packed.js";
import type { Units } from "../units/index.js";

/** A kind of model: what it is called, and how it becomes texts and arrays that a file or another thread can hold. */
export interface ModelKind<Model = unknown> {
  /** As files and command lines call it: "rbm". */
  readonly name: string;
  /** As messages call it: "RBM". */
  readonly title: string;
  /** Author and year. */
  readonly reference: string;
  /** Whether a model is of this kind. */
  holds(model: unknown): model is Model;
  /** What a model is, in one line: "an RBM of 784 binary visible and 500 binary hidden units". */
  describe(model: Model): string;
  /** The units that data are states of. */
  visible(model: Model): Units;
  /** Takes a model apart; numbers keep all their bits. */
  pack(model: Model): Packed;
  /**
   * Puts a model together again.
   *
   * @throws StorageError where the parts are not those of a model of this kind
   */
  unpack(parts: Unpacking): Model;
}
