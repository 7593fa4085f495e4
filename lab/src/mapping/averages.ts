import { type BitMatrix, estimateSeries, type SeriesEstimate } from "engram/math";
import { binOf } from "./machines.js";
import type { Bins, ChainFrame, Reading, Scales } from "./protocol.js";

/** Values that a series keeps: when they are full, every two of them become their mean. */
const KEPT = 4096;
/** Smallest number of values from which an error is estimated. */
const FEWEST = 64;

/** Histogram of one quantity of a chain, and its mean with its error, in bounded memory. */
export class Quantity {
  readonly #bins: Bins;
  readonly #counts: Float64Array;
  /** Means of `#span` values each. */
  #kept = new Float64Array(KEPT);
  #length = 0;
  #span = 1;
  /** The sum of the values of the block that is not yet full, and their number. */
  #open = 0;
  #waiting = 0;
  #sum = 0;
  #squares = 0;
  #first = 0;
  count = 0;

  constructor(bins: Bins) {
    this.#bins = bins;
    this.#counts = new Float64Array(bins.count);
  }

  add(value: number): void {
    if (this.count === 0) this.#first = value;
    this.count++;
    this.#counts[binOf(this.#bins, value)]++;
    const offset = value - this.#first;
    this.#sum += offset;
    this.#squares += offset * offset;
    this.#open += value;
    if (++this.#waiting < this.#span) return;
    this.#kept[this.#length++] = this.#open / this.#span;
    this.#open = 0;
    this.#waiting = 0;
    if (this.#length === KEPT) this.#halve();
  }

  #halve(): void {
    const kept = new Float64Array(KEPT);
    for (let k = 0; k < KEPT / 2; k++) kept[k] = (this.#kept[2 * k] + this.#kept[2 * k + 1]) / 2;
    this.#kept = kept;
    this.#length = KEPT / 2;
    this.#span *= 2;
  }

  get mean(): number {
    return this.#first + this.#sum / this.count;
  }

  read(): Reading {
    return { counts: this.#counts.slice(), mean: this.mean, estimate: this.#estimate() };
  }

  /** By blocking; the autocorrelation time is that of single values, whatever the span of the kept means. */
  #estimate(): SeriesEstimate | undefined {
    if (this.#length < FEWEST) return undefined;
    const estimate = estimateSeries(this.#kept.subarray(0, this.#length));
    const variance = this.#squares / this.count - (this.#sum / this.count) ** 2;
    const steps = this.#length * this.#span;
    return {
      ...estimate,
      blockLength: estimate.blockLength * this.#span,
      autocorrelationTime: variance > 0 ? (steps * estimate.standardError ** 2) / (2 * variance) : 0.5,
    };
  }
}

/** Running averages of one chain. */
export class Averages {
  readonly energy: Quantity;
  readonly overlap: Quantity;
  readonly #ups: Float64Array;

  constructor(units: number, { energy, overlap }: Scales) {
    this.energy = new Quantity(energy);
    this.overlap = new Quantity(overlap);
    this.#ups = new Float64Array(units);
  }

  /** Adds row r of some states. */
  add(states: BitMatrix, r: number, energy: number, overlap: number): void {
    this.energy.add(energy);
    this.overlap.add(overlap);
    const { words, stride } = states;
    for (let i = 0; i < this.#ups.length; i++) this.#ups[i] += (words[r * stride + (i >>> 5)] >>> (i & 31)) & 1;
  }

  read(state: Uint8Array): ChainFrame {
    const states = Math.max(1, this.energy.count);
    return {
      state,
      magnetisation: this.#ups.map((up) => (this.energy.count === 0 ? 0 : (2 * up) / states - 1)),
      energy: this.energy.read(),
      overlap: this.overlap.read(),
    };
  }
}
