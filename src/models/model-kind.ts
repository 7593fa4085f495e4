import type { Packed, Unpacking } from "../packed.js";
import type { Units } from "../units/index.js";

/** A kind of model: its names, and how to pack it into texts and arrays for a file or another thread. */
export interface ModelKind<Model = unknown> {
  /** Name in files and command lines: "rbm". */
  readonly name: string;
  /** Name in messages: "RBM". */
  readonly title: string;
  /** Author and year. */
  readonly reference: string;
  /** Whether a model is of this kind. */
  holds(model: unknown): model is Model;
  /** Description of a model in one line: "an RBM of 784 binary visible and 500 binary hidden units". */
  describe(model: Model): string;
  /** The units that data are states of. */
  visible(model: Model): Units;
  /** Pictures of what it has learned, image after image, where the array `weights` does not have them. */
  filters?(model: Model): Float64Array;
  /** Packs a model; numbers keep all their bits. */
  pack(model: Model): Packed;
  /**
   * Restores a packed model.
   *
   * @throws StorageError for parts that are not a model of this kind
   */
  unpack(parts: Unpacking): Model;
}
