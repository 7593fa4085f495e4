import { ArgumentError, requireInteger } from "../errors.js";
import { type Interaction, type Linear, toMatrix } from "../interactions/index.js";
import { tie } from "../kernels/index.js";
import { type BitMatrix, bitMatrix } from "../math/bits.js";
import { gridShift } from "../math/grid.js";

/**
 * All 2^n states of a small net. A state is a word: bit i is 1 if unit i is +1. States are enumerated in the order of the
 * Gray code k ^ (k >> 1), in which successive states differ in one unit; workers can share the work by ranges [from, to) of
 * it. A field whose magnitude is below `margin` counts as zero, as in the kernels.
 */
export interface AllStates {
  readonly units: number;
  readonly margin: number;
  /** fields[i] = h_i of the state `word`. */
  fieldsOf(word: number, fields: Float64Array): void;
  /** The fixed points, s_i h_i >= 0 for every unit, in a range, in the order of the enumeration. */
  fixedPoints(from?: number, to?: number): Uint32Array;
  /** Sets table[s] to the successor of s by one synchronous step, sgn(h) with sgn(0) = +1, for each state s of a range. */
  fillSuccessors(table: Uint32Array, from?: number, to?: number): void;
}

/**
 * The states of a net with at most `most` units. With couplings, the fields of a state are updated from those of the state
 * before; any other interaction computes them for each state.
 *
 * @throws ArgumentError for a net of more units
 */
export function allStates(interaction: Interaction, most: number, purpose: string): AllStates {
  const { units, linear } = interaction;
  if (units > most) {
    throw new ArgumentError(
      `the network has ${units} units; ${purpose} enumerates all 2^n states and takes at most ${most} units`,
    );
  }
  return linear === undefined ? new AnyStates(interaction) : new LinearStates(interaction, linear);
}

/** States given as words, packed. */
export function statesOf(words: ArrayLike<number>, units: number): BitMatrix {
  const states = bitMatrix(words.length, units);
  for (let r = 0; r < words.length; r++) states.words[r * states.stride] = words[r];
  return states;
}

/** The unit in which the states k - 1 and k of the Gray code differ. */
function changedUnit(k: number): number {
  return 31 - Math.clz32(k & -k);
}

/** Throws unless [from, to) lies within the 2^n states. */
function requireRange(units: number, from: number, to: number): void {
  requireInteger("to", to, 0, 2 ** units);
  requireInteger("from", from, 0, to);
}

/** A growing list of words. */
class Words {
  #words = new Uint32Array(64);
  #count = 0;

  add(word: number): void {
    if (this.#count === this.#words.length) {
      const longer = new Uint32Array(2 * this.#count);
      longer.set(this.#words);
      this.#words = longer;
    }
    this.#words[this.#count++] = word;
  }

  done(): Uint32Array {
    return this.#words.slice(0, this.#count);
  }
}

/** The states of a net with couplings, on a grid on which sums of weights and thresholds are exact. */
class LinearStates implements AllStates {
  readonly units: number;
  readonly margin: number;
  /** columns[j * n + i] = 2 W_ij: the change of the field of unit i when unit j becomes +1. */
  readonly #columns: Float64Array;
  readonly #thresholds: Float64Array;

  constructor(interaction: Interaction, { thresholds }: Linear) {
    const n = interaction.units;
    const weights = toMatrix(interaction);
    let magnitude = 0;
    for (let i = 0; i < n; i++) {
      let sum = Math.abs(thresholds[i]) + tie;
      for (let j = 0; j < n; j++) sum += Math.abs(weights[i * n + j]);
      magnitude = Math.max(magnitude, sum);
    }
    const shift = gridShift(magnitude);
    this.#columns = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) this.#columns[j * n + i] = 2 * (weights[i * n + j] + shift - shift);
    }
    this.#thresholds = thresholds.map((theta) => theta + shift - shift);
    this.units = n;
    this.margin = tie + shift - shift;
  }

  fieldsOf(word: number, fields: Float64Array): void {
    const n = this.units;
    const columns = this.#columns;
    for (let i = 0; i < n; i++) fields[i] = -this.#thresholds[i];
    for (let j = 0; j < n; j++) {
      const half = ((word >>> j) & 1) - 0.5;
      for (let i = 0; i < n; i++) fields[i] += half * columns[j * n + i];
    }
  }

  fixedPoints(from = 0, to = 2 ** this.units): Uint32Array {
    requireRange(this.units, from, to);
    const { units: n, margin } = this;
    const columns = this.#columns;
    const fields = new Float64Array(n);
    const found = new Words();
    let state = from ^ (from >>> 1);
    this.fieldsOf(state, fields);
    for (let k = from; k < to; ) {
      let i = 0;
      while (i < n && ((state >>> i) & 1 ? fields[i] > -margin : fields[i] < margin)) i++;
      if (i === n) found.add(state);
      if (++k === to) break;
      const j = changedUnit(k);
      state ^= 1 << j;
      const sign = 2 * ((state >>> j) & 1) - 1;
      const at = j * n;
      for (i = 0; i < n; i++) fields[i] += sign * columns[at + i];
    }
    return found.done();
  }

  fillSuccessors(table: Uint32Array, from = 0, to = table.length): void {
    requireRange(this.units, from, to);
    const { units: n, margin } = this;
    const columns = this.#columns;
    // -margin minus the field: below zero if the unit becomes +1. Its sign bit is the new state, without a branch.
    const lacking = new Float64Array(n);
    const halves = new Uint32Array(lacking.buffer);
    let state = from ^ (from >>> 1);
    this.fieldsOf(state, lacking);
    for (let i = 0; i < n; i++) lacking[i] = -margin - lacking[i];
    let next = 0;
    for (let i = 0; i < n; i++) next |= (halves[2 * i + 1] >>> 31) << i;
    if (from < to) table[state] = next;
    for (let k = from + 1; k < to; k++) {
      const j = changedUnit(k);
      state ^= 1 << j;
      const sign = 1 - 2 * ((state >>> j) & 1);
      const at = j * n;
      next = 0;
      for (let i = 0; i < n; i++) {
        lacking[i] += sign * columns[at + i];
        next |= (halves[2 * i + 1] >>> 31) << i;
      }
      table[state] = next;
    }
  }
}

/** Number of states whose fields are computed at once. */
const BATCH = 1024;

/** The states of any interaction, which computes the fields of many states at a time. */
class AnyStates implements AllStates {
  readonly units: number;
  readonly margin = tie;
  readonly #interaction: Interaction;

  constructor(interaction: Interaction) {
    this.units = interaction.units;
    this.#interaction = interaction;
  }

  fieldsOf(word: number, fields: Float64Array): void {
    this.#interaction.fields(statesOf([word], this.units), fields);
  }

  fixedPoints(from = 0, to = 2 ** this.units): Uint32Array {
    requireRange(this.units, from, to);
    const n = this.units;
    const found = new Words();
    const room = new Float64Array(Math.min(BATCH, to - from) * n);
    for (const words of batches(from, to)) {
      const fields = room.subarray(0, words.length * n);
      this.#interaction.fields(statesOf(words, n), fields);
      words.forEach((word, r) => {
        let i = 0;
        while (i < n && ((word >>> i) & 1 ? 1 : -1) * fields[r * n + i] > -this.margin) i++;
        if (i === n) found.add(word);
      });
    }
    return found.done();
  }

  fillSuccessors(table: Uint32Array, from = 0, to = table.length): void {
    requireRange(this.units, from, to);
    for (const words of batches(from, to)) {
      const states = statesOf(words, this.units);
      this.#interaction.step(states, states);
      words.forEach((word, r) => {
        table[word] = states.words[r * states.stride];
      });
    }
  }
}

/** The states of a range of the Gray code, in batches. */
function* batches(from: number, to: number): Generator<Uint32Array> {
  for (let first = from; first < to; first += BATCH) {
    yield Uint32Array.from({ length: Math.min(BATCH, to - first) }, (_, r) => (first + r) ^ ((first + r) >>> 1));
  }
}
