import { disposeSymbol } from "../../disposing.js";
import type { SpinProcess } from "../../dynamics/index.js";
import { disposedError } from "../../errors.js";
import type { OperatorWalk, PatternOperator } from "../../kernels/index.js";
import { type BitMatrix, bitMatrix, spinAt } from "../../math/bits.js";
import type { Random } from "../../math/random.js";

/** The slow couplings of a sequence memory. */
export interface Delayed {
  /** lambda: strength of the couplings to the next pattern. */
  readonly strength: number;
  /** tau, their delay in sweeps. */
  readonly delay: number;
  /** Memory kernel: the weights of past states. */
  readonly kernel: "step" | "exponential" | "delta";
  /** Whether the first pattern follows the last. */
  readonly cyclic: boolean;
}

/** A replay under way: units are visited one at a time, each once a sweep, in random order. It never settles. */
export class ReplayProcess implements SpinProcess {
  visits = 0;
  flips = 0;
  readonly period = 0;
  readonly #spins: readonly Int8Array[];
  readonly #delayed: Delayed;
  readonly #random: Random;
  readonly #walk: OperatorWalk;
  #isDisposed = false;
  readonly #past: Past;
  readonly #order: Uint32Array;
  #thresholds: Float64Array;

  constructor(
    operator: PatternOperator,
    spins: readonly Int8Array[],
    delayed: Delayed,
    cue: BitMatrix,
    random: Random,
  ) {
    this.#spins = spins;
    this.#delayed = delayed;
    this.#random = random;
    this.#walk = operator.walk(cue);
    this.#past = new Past(delayed, operator.units);
    this.#order = new Uint32Array(operator.units);
    this.#thresholds = new Float64Array(operator.units);
  }

  get sweeps(): number {
    return Math.ceil(this.visits / this.#order.length);
  }

  advance(visits: number): number {
    this.#requireAlive();
    const n = this.#order.length;
    const begin = this.visits % n;
    if (begin === 0) {
      this.#past.add(this.read());
      // An external field d is a threshold -d.
      this.#thresholds = this.#pull().map((d) => -d);
      this.#random.permutation(this.#order);
    }
    const end = Math.min(n, begin + visits);
    const flips = this.#walk.visit(this.#order.subarray(begin, end), this.#thresholds);
    this.visits += end - begin;
    this.flips += flips;
    return flips;
  }

  #requireAlive(): void {
    if (this.#isDisposed) throw disposedError("run");
  }

  read(): BitMatrix {
    this.#requireAlive();
    const state = bitMatrix(1, this.#order.length);
    this.#walk.read(state);
    return state;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#walk.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  /** d_i = sum over j other than i of J'_ij sbar_j */
  #pull(): Float64Array {
    const { sum, parts } = this.#past;
    const { strength, cyclic } = this.#delayed;
    const spins = this.#spins;
    const [p, n] = [spins.length, sum.length];
    const pull = new Float64Array(n);
    for (let mu = 0; mu < (cyclic ? p : p - 1); mu++) {
      const xi = spins[mu];
      const next = spins[(mu + 1) % p];
      let m = 0;
      for (let j = 0; j < n; j++) m += xi[j] * sum[j];
      for (let i = 0; i < n; i++) pull[i] += next[i] * (m - xi[i] * sum[i]);
    }
    return pull.map((d) => (strength * d) / parts / n);
  }
}

/** sbar = sum / parts, the past weighted by the kernel. Sums of integers stay integers. */
class Past {
  readonly sum: Float64Array;
  readonly parts: number;
  readonly #kernel: "step" | "exponential" | "delta";
  readonly #delay: number;
  /** The last tau states, oldest first; not needed for the exponential kernel, a running sum. */
  readonly #states: Int8Array[] = [];

  constructor({ kernel, delay }: Delayed, units: number) {
    this.sum = new Float64Array(units);
    this.parts = kernel === "delta" ? 1 : delay;
    this.#kernel = kernel;
    this.#delay = delay;
  }

  /** Adds the latest state. */
  add(state: BitMatrix): void {
    const { sum } = this;
    const n = sum.length;
    const spins = Int8Array.from({ length: n }, (_, j) => spinAt(state, 0, j));
    if (this.#kernel === "exponential") {
      const keep = 1 - 1 / this.#delay;
      for (let j = 0; j < n; j++) sum[j] = keep * sum[j] + spins[j];
      return;
    }
    const states = this.#states;
    states.push(spins);
    if (this.#kernel === "delta") {
      if (states.length === this.#delay) sum.set(states.shift()!);
      return;
    }
    const left = states.length > this.#delay ? states.shift() : undefined;
    for (let j = 0; j < n; j++) sum[j] += spins[j] - (left?.[j] ?? 0);
  }
}
