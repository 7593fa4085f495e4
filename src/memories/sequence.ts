import { ArgumentError, requireInteger, requireNumber } from "../errors.js";
import type { Couplings } from "../interactions/index.js";
import { defaultKernels, type Kernels } from "../kernels/index.js";
import { hebb } from "../learning/index.js";
import { type BitMatrix, bitMatrix, spinAt } from "../math/bits.js";
import { log } from "../math/elementary.js";
import { type Random, requireRandom } from "../math/random.js";
import type { PatternSet, State } from "../patterns/index.js";
import { asPatternSet, asState } from "../patterns/pattern-set.js";

/** Choices of a sequence memory. */
export interface SequenceOptions {
  /** lambda, above 0: how strong the couplings to the next pattern are; the order is replayed above 1. The default is 2.5. */
  readonly strength?: number | undefined;
  /** tau, the delay of those couplings in sweeps: at least 1; the default is 16. */
  readonly delay?: number | undefined;
  /**
   * What they hear of the past, `time` sweeps ago: "step" (the default), the last tau sweeps alike; "exponential", all of
   * it, with weights (1 - 1/tau)^(time - 1) / tau; "delta", the state of tau sweeps ago alone.
   */
  readonly kernel?: "step" | "exponential" | "delta" | undefined;
  /** Whether the first pattern follows the last; the default is false: the last one stays. */
  readonly cyclic?: boolean | undefined;
  readonly kernels?: Kernels | undefined;
}

/** How a sequence is replayed. */
export interface ReplayOptions {
  /** Sweeps of n unit updates: at least 1. */
  readonly sweeps: number;
  readonly random: Random;
}

/** A stay at one pattern: sweeps in which its overlap is the largest of all and at least 1/2. */
export interface Visit {
  readonly index: number;
  readonly label?: string;
  /** The first of these sweeps; 0 is the cue. */
  readonly from: number;
  /** How many they are. The first visit lasts shorter, the last one is cut off by the end of the replay. */
  readonly dwell: number;
}

/** What was replayed, and the evidence. */
export interface Replay {
  /** The last state as n spins. */
  readonly state: Int8Array;
  /** m_mu(t) = xi_mu . s(t) / n: entry t * p + mu, of t = 0 (the cue) to `sweeps`. */
  readonly overlaps: Float64Array;
  readonly visits: readonly Visit[];
  /** Whether each visit, of two at least, was to the pattern that follows the one before. */
  readonly ordered: boolean;
}

/**
 * A memory that replays a sequence of patterns (Sompolinsky and Kanter, Temporal association in asymmetric neural
 * networks, 1986; Kleinfeld, Sequential state generation by model neural networks, 1986). Fast symmetric couplings hold the
 * state at a pattern, slow asymmetric ones pull it to the next,
 *
 *     h_i(t) = sum_j J_ij s_j(t) + sum_j J'_ij sbar_j(t),
 *     J_ij = (1/n) sum_mu xi_mu,i xi_mu,j,   J'_ij = (lambda/n) sum_mu xi_(mu+1),i xi_mu,j,   no self-couplings,
 *
 * where sbar is the state of the past as the kernel weighs it; before the cue it is zero. Units are visited one at a time,
 * each once a sweep, in random order; sbar is brought up to date at the beginning of every sweep.
 */
export class SequenceMemory {
  readonly units: number;
  readonly patterns: PatternSet;
  readonly strength: number;
  readonly delay: number;
  readonly kernel: "step" | "exponential" | "delta";
  readonly cyclic: boolean;
  readonly #couplings: Couplings;

  /** @throws ArgumentError for fewer than two patterns or options out of range */
  constructor(patterns: PatternSet | ArrayLike<State>, options: SequenceOptions = {}) {
    const { strength = 2.5, delay = 16, kernel = "step", cyclic = false, kernels = defaultKernels() } = options;
    this.patterns = asPatternSet("patterns", patterns);
    if (this.patterns.count < 2) throw new ArgumentError("patterns holds 1 pattern; a sequence has two at least");
    requireNumber("strength", strength, Number.MIN_VALUE, 1e6);
    requireInteger("delay", delay, 1, 1e6);
    if (kernel !== "step" && kernel !== "exponential" && kernel !== "delta") {
      throw new ArgumentError(`kernel is ${JSON.stringify(kernel)}; expected "step", "exponential" or "delta"`);
    }
    this.units = this.patterns.units;
    this.strength = strength;
    this.delay = delay;
    this.kernel = kernel;
    this.cyclic = cyclic;
    this.#couplings = hebb().learn(this.patterns, kernels).couplings;
  }

  /**
   * The time from one pattern to the next in sweeps, where crosstalk is small, the state changes at once and of the past
   * only one pattern before counts (Sompolinsky and Kanter 1986): tau (1 + 1/lambda) / 2 for the step,
   * tau log(2 lambda / (lambda - 1)) for the exponential, tau for the delta. Infinity for lambda <= 1.
   */
  get period(): number {
    const { strength: lambda, delay: tau } = this;
    if (lambda <= 1) return Number.POSITIVE_INFINITY;
    if (this.kernel === "delta") return tau;
    return this.kernel === "step" ? (tau * (1 + 1 / lambda)) / 2 : tau * log((2 * lambda) / (lambda - 1));
  }

  /** Replays from a cue, such as the first pattern. @throws ShapeError or DataError for a cue that does not fit */
  replay(cue: PatternSet | State, { sweeps, random }: ReplayOptions): Replay {
    requireInteger("sweeps", sweeps, 1);
    const source = requireRandom(random, "a replay");
    const { units: n, patterns } = this;
    const p = patterns.count;
    const past = new Past(this, n);
    const order = new Uint32Array(n);
    const overlaps = new Float64Array((sweeps + 1) * p);
    const state = bitMatrix(1, n, asState("cue", cue, n).words.slice());
    const walk = this.#couplings.walk(state);
    try {
      this.#overlaps(state, overlaps.subarray(0, p));
      for (let t = 1; t <= sweeps; t++) {
        past.hear(state);
        // A field of d from elsewhere is a threshold of -d.
        const thresholds = this.#pull(past).map((d) => -d);
        walk.visit(source.permutation(order), thresholds);
        walk.read(state);
        this.#overlaps(state, overlaps.subarray(t * p, (t + 1) * p));
      }
    } finally {
      walk.dispose();
    }
    const visits = this.#visits(overlaps);
    const follows = (index: number) => (this.cyclic ? (index + 1) % p : index + 1);
    const ordered = visits.length > 1 && visits.every((v, k) => k === 0 || v.index === follows(visits[k - 1].index));
    return { state: Int8Array.from({ length: n }, (_, i) => spinAt(state, 0, i)), overlaps, visits, ordered };
  }

  /** d_i = sum over j other than i of J'_ij sbar_j */
  #pull({ sum, parts }: Past): Float64Array {
    const { patterns, units: n, strength } = this;
    const p = patterns.count;
    const pull = new Float64Array(n);
    for (let mu = 0; mu < (this.cyclic ? p : p - 1); mu++) {
      const next = (mu + 1) % p;
      let m = 0;
      for (let j = 0; j < n; j++) m += spinAt(patterns.bits, mu, j) * sum[j];
      for (let i = 0; i < n; i++) {
        pull[i] += spinAt(patterns.bits, next, i) * (m - spinAt(patterns.bits, mu, i) * sum[i]);
      }
    }
    return pull.map((d) => (strength * d) / parts / n);
  }

  #overlaps(state: BitMatrix, out: Float64Array): void {
    for (let mu = 0; mu < out.length; mu++) {
      let m = 0;
      for (let j = 0; j < this.units; j++) m += spinAt(this.patterns.bits, mu, j) * spinAt(state, 0, j);
      out[mu] = m / this.units;
    }
  }

  #visits(overlaps: Float64Array): Visit[] {
    const p = this.patterns.count;
    const visits: { index: number; label?: string; from: number; dwell: number }[] = [];
    for (let t = 0, last = -1; t * p < overlaps.length; t++) {
      const m = overlaps.subarray(t * p, (t + 1) * p);
      const largest = m.indexOf(m.reduce((a, b) => Math.max(a, b)));
      const index = m[largest] >= 0.5 ? largest : -1;
      const label = this.patterns.labels?.[index];
      if (index >= 0 && index === last) visits[visits.length - 1].dwell++;
      else if (index >= 0) visits.push({ index, ...(label === undefined ? {} : { label }), from: t, dwell: 1 });
      last = index;
    }
    return visits;
  }
}

/** sbar = sum / parts: what the slow couplings hear of the states so far. Sums of whole numbers stay whole. */
class Past {
  readonly sum: Float64Array;
  readonly parts: number;
  readonly #kernel: "step" | "exponential" | "delta";
  readonly #delay: number;
  /** The last tau states, oldest first; not kept for the exponential kernel, which forgets by itself. */
  readonly #states: Int8Array[] = [];

  constructor({ kernel, delay }: SequenceMemory, units: number) {
    this.sum = new Float64Array(units);
    this.parts = kernel === "delta" ? 1 : delay;
    this.#kernel = kernel;
    this.#delay = delay;
  }

  hear(state: BitMatrix): void {
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
