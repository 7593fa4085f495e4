import { ArgumentError, DataError, requireInteger, ShapeError } from "../errors.js";
import { type BitMatrix, bitMatrix, spinAt } from "../math/bits.js";

/** One state as a caller writes it: n values, all of them -1 or +1, or all of them 0 or 1. */
export type State = ArrayLike<number>;

/** The labels of the patterns of a set, and the shape of the picture that their units form. */
export interface PatternNotes {
  /** One name per pattern: a digit's class, a file's name, a glyph's letter. */
  readonly labels?: readonly string[] | undefined;
  /** Height and width of the picture that the units fill row by row. */
  readonly shape?: readonly [height: number, width: number] | undefined;
}

/**
 * p patterns of n units, one bit per unit (1 is the spin +1). A set is immutable: methods that would change it return a
 * new one.
 */
export class PatternSet implements PatternNotes {
  readonly bits: BitMatrix;
  readonly labels: readonly string[] | undefined;
  readonly shape: readonly [height: number, width: number] | undefined;

  /** Wraps packed bits, which must not change afterwards. */
  constructor(bits: BitMatrix, { labels, shape }: PatternNotes = {}) {
    if (labels !== undefined && labels.length !== bits.rows) {
      throw new ShapeError(`labels has ${labels.length} entries for ${bits.rows} patterns; give one per pattern`);
    }
    if (shape !== undefined) {
      requireInteger("shape height", shape[0], 1);
      requireInteger("shape width", shape[1], 1);
      if (shape[0] * shape[1] !== bits.columns) {
        throw new ShapeError(`shape ${shape[0]}x${shape[1]} does not hold ${bits.columns} units`);
      }
    }
    this.bits = bits;
    this.labels = labels;
    this.shape = shape;
  }

  /**
   * Packs states given as plain or typed arrays. Each must be all -1/+1 or all 0/1.
   *
   * @throws ShapeError where lengths differ; DataError naming the first value that is neither; ArgumentError for no
   *   states
   */
  static from(states: ArrayLike<State>, notes: PatternNotes = {}): PatternSet {
    if (!(states?.length > 0)) throw new ArgumentError("patterns is empty; give at least one pattern");
    const units = states[0]?.length;
    if (!(units > 0)) throw new ShapeError("patterns[0] has no units; a pattern needs at least one");
    const bits = bitMatrix(states.length, units);
    for (let r = 0; r < states.length; r++) {
      const state = states[r];
      if (state?.length !== units) {
        throw new ShapeError(`patterns[${r}] has ${state?.length ?? "no"} units but patterns[0] has ${units}`);
      }
      packInto(bits, r, state, `patterns[${r}]`);
    }
    return new PatternSet(bits, notes);
  }

  /**
   * Grey images, one byte per pixel, image after image: a pixel above `threshold` becomes +1.
   *
   * @param threshold from 0 to 254; MNIST is usually thresholded at 0 (any ink) or 127
   */
  static fromGrey(
    pixels: Uint8Array,
    shape: readonly [height: number, width: number],
    threshold = 0,
    labels?: string[],
  ) {
    requireInteger("threshold", threshold, 0, 254);
    requireInteger("shape height", shape[0], 1);
    requireInteger("shape width", shape[1], 1);
    const units = shape[0] * shape[1];
    if (pixels.length === 0 || pixels.length % units !== 0) {
      throw new ShapeError(
        `pixels has ${pixels.length} bytes; expected a positive multiple of ${shape[0]} x ${shape[1]}`,
      );
    }
    const bits = bitMatrix(pixels.length / units, units);
    for (let r = 0, k = 0; r < bits.rows; r++) {
      for (let j = 0; j < units; j++, k++) {
        if (pixels[k] > threshold) bits.words[r * bits.stride + (j >>> 5)] |= 1 << (j & 31);
      }
    }
    return new PatternSet(bits, { labels, shape });
  }

  /** Number of patterns, p. */
  get count(): number {
    return this.bits.rows;
  }

  /** Number of units, n. */
  get units(): number {
    return this.bits.columns;
  }

  /** Pattern r as n spins, -1 or +1. */
  spins(r: number): Int8Array {
    this.#requireRow(r);
    const { bits, units } = this;
    const spins = new Int8Array(units);
    for (let j = 0; j < units; j++) spins[j] = spinAt(bits, r, j);
    return spins;
  }

  /** Pattern r as n binary values, 0 or 1. */
  binary(r: number): Uint8Array {
    this.#requireRow(r);
    const { bits, units } = this;
    const values = new Uint8Array(units);
    for (let j = 0; j < units; j++) values[j] = (spinAt(bits, r, j) + 1) / 2;
    return values;
  }

  /** The patterns of the given rows, in the given order. */
  select(rows: ArrayLike<number>): PatternSet {
    if (rows.length === 0) throw new ArgumentError("rows is empty; select at least one pattern");
    const { stride, columns } = this.bits;
    const bits = bitMatrix(rows.length, columns);
    for (let k = 0; k < rows.length; k++) {
      this.#requireRow(rows[k]);
      bits.words.set(this.bits.words.subarray(rows[k] * stride, (rows[k] + 1) * stride), k * stride);
    }
    const { labels } = this;
    return new PatternSet(bits, { labels: labels && Array.from(rows, (r) => labels[r]), shape: this.shape });
  }

  /** These patterns followed by the others; labels are kept if both sets have them, the shape if both agree. */
  concat(other: PatternSet): PatternSet {
    if (other.units !== this.units) {
      throw new ShapeError(`patterns of ${other.units} units cannot be appended to patterns of ${this.units}`);
    }
    const bits = bitMatrix(this.count + other.count, this.units);
    bits.words.set(this.bits.words);
    bits.words.set(other.bits.words, this.bits.words.length);
    const sameShape = this.shape?.[0] === other.shape?.[0] && this.shape?.[1] === other.shape?.[1];
    return new PatternSet(bits, {
      labels: this.labels && other.labels && [...this.labels, ...other.labels],
      shape: sameShape ? this.shape : undefined,
    });
  }

  #requireRow(r: number): void {
    requireInteger("pattern index", r, 0, this.count - 1);
  }
}

/** Packs states as a caller may pass them: one state, several, or a pattern set, which is returned as it is. */
export function asPatternSet(name: string, states: PatternSet | State | ArrayLike<State>, units?: number): PatternSet {
  const set = states instanceof PatternSet ? states : pack(name, states);
  if (units !== undefined && set.units !== units) {
    throw new ShapeError(`${name} has ${set.units} units but the network has ${units}`);
  }
  return set;
}

/** Packs one state as a caller may pass it, into a one-row matrix. */
export function asState(name: string, state: PatternSet | State, units?: number): BitMatrix {
  const set = asPatternSet(name, state, units);
  if (set.count !== 1) throw new ShapeError(`${name} holds ${set.count} states; expected one`);
  return set.bits;
}

function pack(name: string, states: State | ArrayLike<State>): PatternSet {
  if (states === null || typeof states !== "object") {
    throw new ArgumentError(`${name} is ${String(states)}; expected an array of -1/+1 or 0/1, or a PatternSet`);
  }
  if (typeof states[0] === "object") return PatternSet.from(states as ArrayLike<State>);
  if (states.length === 0) throw new ShapeError(`${name} is empty; expected an array of -1/+1 or 0/1`);
  const bits = bitMatrix(1, states.length);
  packInto(bits, 0, states as State, name);
  return new PatternSet(bits);
}

function packInto(bits: BitMatrix, r: number, state: State, name: string): void {
  let low: number | undefined;
  for (let j = 0; j < state.length; j++) {
    const value = state[j];
    if (value === 1) {
      bits.words[r * bits.stride + (j >>> 5)] |= 1 << (j & 31);
      continue;
    }
    low ??= value === 0 ? 0 : -1;
    if (value !== low) {
      throw new DataError(`${name}[${j}] is ${value}; expected every value to be -1 or +1, or every value 0 or 1`);
    }
  }
}
