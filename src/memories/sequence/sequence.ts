import { disposeSymbol } from "../../disposing.js";
import { ArgumentError, requireInteger } from "../../errors.js";
import { defaultKernels, type Kernels, type PatternOperator } from "../../kernels/index.js";
import { type BitMatrix, bitMatrix } from "../../math/bits.js";
import { log } from "../../math/elementary.js";
import { type Random, requireRandom } from "../../math/random.js";
import { type OptionsOf, readOptions } from "../../options.js";
import { Packing } from "../../packed.js";
import type { PatternSet, State } from "../../patterns/index.js";
import { asPatternSet, asState } from "../../patterns/pattern-set.js";
import { type NearestPattern, nearestOf } from "../attractor.js";
import { recallEach } from "../many.js";
import type { Inspection, Memory, MemoryKind, Recall } from "../memory.js";
import { spinsOf } from "../net.js";
import { packPatterns, requireUnits, unpackPatterns } from "../packing.js";
import { emptyMemory, rowsLeft } from "../rows.js";
import { type Delayed, ReplayProcess } from "./replay.js";

const options = {
  strength: {
    type: "number",
    above: 0,
    high: 1e6,
    default: 2.5,
    help: "lambda: strength of the couplings to the next pattern; the sequence is replayed above 1",
  },
  delay: { type: "integer", low: 1, high: 1e6, default: 16, help: "tau: delay of those couplings in sweeps" },
  kernel: {
    type: "choice",
    values: ["step", "exponential", "delta"],
    default: "step",
    help: "weights of the past: the last tau sweeps equally, exponentially, or only the state tau sweeps ago",
  },
  cyclic: { type: "boolean", default: false, help: "let the first pattern follow the last" },
} as const;

/**
 * Options of a sequence memory. With the kernel "exponential" the state of t sweeps ago has the weight
 * (1 - 1/tau)^(t - 1) / tau.
 */
export type SequenceOptions = OptionsOf<typeof options> & { readonly kernels?: Kernels | undefined };

/** Options of a replay. */
export interface ReplayOptions {
  /** Number of sweeps of n unit updates, at least 1; defaults to the duration of the whole sequence. */
  readonly sweeps?: number | undefined;
  readonly random?: Random | undefined;
}

/** A stay at one pattern: sweeps in which its overlap is the largest of all and at least 1/2. */
export interface Visit {
  readonly index: number;
  readonly label?: string;
  /** The first of these sweeps; 0 is the cue. */
  readonly from: number;
  /** Number of these sweeps. The first visit is shorter, and the end of the replay cuts off the last one. */
  readonly dwell: number;
}

/** A replay with its evidence. A replay does not settle: `converged` is false. */
export interface Replay extends Recall<Int8Array> {
  /** The last state as n spins. */
  readonly state: Int8Array;
  /** The last state packed, one row. */
  readonly bits: BitMatrix;
  /** The stored pattern that is nearest to the last state. */
  readonly nearest: NearestPattern;
  /** m_mu(t) = xi_mu . s(t) / n: entry t * p + mu, of t = 0 (the cue) to `sweeps`. */
  readonly overlaps: Float64Array;
  readonly visits: readonly Visit[];
  /** Whether there are at least two visits, each to the successor of the pattern before. */
  readonly ordered: boolean;
}

/** Contents of a sequence memory. */
export interface SequenceInspection extends Inspection, Delayed {
  readonly kind: "sequence";
  readonly units: number;
  /** alpha = p / n */
  readonly load: number;
  /** The time from one pattern to the next in sweeps; Infinity if the sequence is not replayed. */
  readonly period: number;
}

/** Most overlaps of a replay whose duration is not given: a strong or slow memory would take any time. */
const MOST_OVERLAPS = 2 ** 24;

/** Default number of sweeps for a memory that does not advance to the next pattern. */
const STILL = 100;

/**
 * A memory that replays a sequence of patterns (Sompolinsky and Kanter, Temporal association in asymmetric neural
 * networks, 1986; Kleinfeld, Sequential state generation by model neural networks, 1986). Fast symmetric couplings stabilise
 * a pattern, slow asymmetric ones drive the state to the next one,
 *
 *     h_i(t) = sum_j J_ij s_j(t) + sum_j J'_ij sbar_j(t),
 *     J_ij = (1/n) sum_mu xi_mu,i xi_mu,j,   J'_ij = (lambda/n) sum_mu xi_(mu+1),i xi_mu,j,   no self-couplings,
 *
 * where sbar is the past state weighted by the kernel, zero before the cue. Units are updated one at a time, each once per
 * sweep, in random order; sbar is updated at the beginning of every sweep.
 *
 * ```ts
 * const memory = new SequenceMemory(256).store(tune);
 * memory.recall(tune.select([0]), { random: new Random(7) }).visits;
 * ```
 */
export class SequenceMemory
  implements Memory<PatternSet, PatternSet | State | ArrayLike<State>, PatternSet | State, Replay>, Delayed
{
  readonly kind = "sequence";
  readonly units: number;
  readonly strength: number;
  readonly delay: number;
  readonly kernel: Delayed["kernel"];
  readonly cyclic: boolean;
  readonly #kernels: Kernels;
  #patterns: PatternSet | undefined;
  #spins: readonly Int8Array[] = [];
  #operator: PatternOperator | undefined;

  /** @throws ArgumentError for fewer than one unit or options out of range */
  constructor(units: number, { kernels = defaultKernels(), ...given }: SequenceOptions = {}) {
    requireInteger("units", units, 1);
    const { strength, delay, kernel, cyclic } = readOptions("a sequence memory", options, given);
    this.units = units;
    this.strength = strength;
    this.delay = delay;
    this.kernel = kernel;
    this.cyclic = cyclic;
    this.#kernels = kernels;
  }

  /** The sequence; undefined while nothing is stored. */
  get items(): PatternSet | undefined {
    return this.#patterns;
  }

  /**
   * The time from one pattern to the next in sweeps, for small crosstalk, instantaneous transitions and a past of only one
   * pattern before (Sompolinsky and Kanter 1986): tau (1 + 1/lambda) / 2 for the step, tau log(2 lambda / (lambda - 1)) for
   * the exponential, tau for the delta. Infinity for lambda <= 1.
   */
  get period(): number {
    const { strength: lambda, delay: tau } = this;
    if (lambda <= 1) return Number.POSITIVE_INFINITY;
    if (this.kernel === "delta") return tau;
    return this.kernel === "step" ? (tau * (1 + 1 / lambda)) / 2 : tau * log((2 * lambda) / (lambda - 1));
  }

  /** Appends patterns to the sequence. */
  store(patterns: PatternSet | State | ArrayLike<State>): this {
    const added = asPatternSet("patterns", patterns, this.units);
    this.#keep(this.#patterns === undefined ? added : this.#patterns.concat(added));
    return this;
  }

  forget(rows: number | ArrayLike<number>): this {
    const kept = rowsLeft(this.#patterns?.count ?? 0, rows);
    this.#keep(kept.length > 0 ? this.#patterns?.select(kept) : undefined);
    return this;
  }

  #keep(patterns: PatternSet | undefined): void {
    this.dispose();
    this.#patterns = patterns;
    this.#spins = Array.from({ length: patterns?.count ?? 0 }, (_, mu) => (patterns as PatternSet).spins(mu));
  }

  /**
   * Replays from a cue, such as the first pattern; `random` is required.
   *
   * @throws ShapeError or DataError for a cue that does not fit, ArgumentError for fewer than two patterns
   */
  recall(cue: PatternSet | State, { sweeps = this.#duration(), random }: ReplayOptions = {}): Replay {
    requireInteger("sweeps", sweeps, 1);
    const patterns = this.#sequence();
    const { units: n } = this;
    const p = patterns.count;
    const replay = this.start(cue, { random });
    const overlaps = new Float64Array((sweeps + 1) * p);
    let products = this.#products(replay.read());
    try {
      for (let t = 0; ; t++) {
        products.forEach((product, mu) => {
          overlaps[t * p + mu] = product / n;
        });
        if (t === sweeps) break;
        replay.advance(n);
        products = this.#products(replay.read());
      }
      const bits = replay.read();
      const visits = this.#visits(overlaps);
      const follows = (index: number) => (this.cyclic ? (index + 1) % p : index + 1);
      return {
        state: spinsOf(bits),
        bits,
        nearest: nearestOf(patterns, products),
        converged: false,
        sweeps,
        overlaps,
        visits,
        ordered: visits.length > 1 && visits.every((v, k) => k === 0 || v.index === follows(visits[k - 1].index)),
        warnings: [],
      };
    } finally {
      replay.dispose();
    }
  }

  recallMany(cues: PatternSet | State | ArrayLike<State>, options: ReplayOptions = {}): Replay[] {
    const set = asPatternSet("cues", cues, this.units);
    const patterns = this.#sequence();
    return recallEach({
      memory: this,
      of: SequenceMemory,
      kernels: this.#kernels,
      content: patterns,
      cues: set,
      count: set.count,
      work: this.units * patterns.count,
      options,
      recall: (from, to) =>
        Array.from({ length: to - from }, (_, k) => {
          const r = from + k;
          return this.recall(set.select([r]), { ...options, random: options.random?.fork(r) });
        }),
    });
  }

  start(cue: PatternSet | State, { random }: ReplayOptions = {}): ReplayProcess {
    this.#sequence();
    const source = requireRandom(random, "a replay");
    const bits = asState("cue", cue, this.units);
    return new ReplayProcess(this.#made(), this.#spins, this, bitMatrix(1, this.units, bits.words.slice()), source);
  }

  /** m_mu = xi_mu . s / n with every stored pattern, from -1 to 1. */
  overlaps(state: PatternSet | State): Float64Array {
    this.#sequence(1);
    return Float64Array.from(this.#products(asState("state", state, this.units)), (product) => product / this.units);
  }

  inspect(): SequenceInspection {
    const { units, strength, delay, kernel, cyclic, period } = this;
    const stored = this.#patterns?.count ?? 0;
    const load = stored / units;
    return { kind: this.kind, units, stored, load, strength, delay, kernel, cyclic, period, warnings: [] };
  }

  dispose(): void {
    this.#operator?.dispose();
    this.#operator = undefined;
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  /** J, Hebb's couplings without self-couplings, created when first needed. */
  #made(): PatternOperator {
    const { bits, count } = this.#sequence(1);
    const diagonal = new Float64Array(this.units).fill(count);
    this.#operator ??= this.#kernels.patternOperator({ patterns: bits, divisor: this.units, diagonal });
    return this.#operator;
  }

  #sequence(least = 2): PatternSet {
    if (this.#patterns === undefined) throw emptyMemory();
    if (this.#patterns.count >= least) return this.#patterns;
    throw new ArgumentError("the memory holds 1 pattern; store at least two, a sequence");
  }

  /** Sweeps until the last pattern is reached. */
  #duration(): number {
    const { period } = this;
    if (period === Number.POSITIVE_INFINITY) return STILL;
    const p = this.#patterns?.count ?? 1;
    const sweeps = Math.ceil(period * p);
    if (sweeps * p <= MOST_OVERLAPS) return sweeps;
    throw new ArgumentError(`the whole sequence of ${p} patterns takes ${sweeps} sweeps; give a number of sweeps`);
  }

  #products(state: BitMatrix): Int32Array {
    const products = new Int32Array(this.#spins.length);
    this.#made().overlaps(state, products);
    return products;
  }

  #visits(overlaps: Float64Array): Visit[] {
    const p = this.#spins.length;
    const labels = this.#patterns?.labels;
    const visits: { index: number; label?: string; from: number; dwell: number }[] = [];
    for (let t = 0, last = -1; t * p < overlaps.length; t++) {
      const m = overlaps.subarray(t * p, (t + 1) * p);
      const largest = m.indexOf(m.reduce((a, b) => Math.max(a, b)));
      const index = m[largest] >= 0.5 ? largest : -1;
      const label = labels?.[index];
      if (index >= 0 && index === last) visits[visits.length - 1].dwell++;
      else if (index >= 0) visits.push({ index, ...(label === undefined ? {} : { label }), from: t, dwell: 1 });
      last = index;
    }
    return visits;
  }
}

/** The kind of `SequenceMemory`. */
export const sequenceKind: MemoryKind<SequenceMemory> = {
  name: "sequence",
  summary: "an ordered sequence of patterns, replayed from a cue",
  reference: "Sompolinsky and Kanter 1986",
  items: "patterns",
  ordered: true,
  options,
  recallOptions: {
    sweeps: {
      type: "integer",
      low: 1,
      optional: true,
      help: "number of sweeps; defaults to the duration of the whole sequence",
    },
  },
  create(size, given, kernels) {
    if (typeof size !== "number") throw new ArgumentError("a sequence memory has one layer; give it a number of units");
    return new SequenceMemory(size, { ...readOptions("sequence", options, given), kernels });
  },
  pack(memory) {
    const { items, units, strength, delay, kernel, cyclic } = memory;
    if (items === undefined) throw emptyMemory();
    const packing = new Packing("sequence").set("units", units).set("options", { strength, delay, kernel, cyclic });
    packPatterns(packing, items);
    return packing;
  },
  unpack(parts, { kernels } = {}) {
    const units = requireUnits(parts, "units");
    const patterns = unpackPatterns(parts, units);
    const given = parts.record("options");
    parts.requireDone("sequence memory");
    return parts.made("sequence memory", () => sequenceKind.create(units, given, kernels).store(patterns));
  },
};
