import { type Couplings, PatternCouplings } from "../../couplings/index.js";
import { asynchronous, type Dynamics, type Process } from "../../dynamics/index.js";
import { ArgumentError, DataError, requireInteger, ShapeError } from "../../errors.js";
import { defaultKernels, type Kernels, type PatternOperator, tie } from "../../kernels/index.js";
import { hebb, type LearningRule } from "../../learning/index.js";
import { type BitMatrix, bitMatrix, bitRow, spinAt } from "../../math/bits.js";
import type { Random } from "../../math/random.js";
import type { PatternSet, State } from "../../patterns/index.js";
import { asPatternSet } from "../../patterns/pattern-set.js";
import { type Attractor, classify } from "./attractor.js";
import { type Inspection, warningFor } from "./inspection.js";
import { type Recall, type RecallOptions, spinsOf } from "./recall.js";

/** Choices of a Hopfield net. */
export interface HopfieldOptions {
  /** How patterns become couplings; the default is `hebb()`. */
  readonly rule?: LearningRule | undefined;
  /** theta, one value a unit (biases are b = -theta); the default is zero. */
  readonly thresholds?: ArrayLike<number> | undefined;
  readonly kernels?: Kernels | undefined;
}

/** A cue, a pattern, or several: spins -1/+1 or binary values 0/1, or a set. */
type States = PatternSet | State | ArrayLike<State>;

/** States that are looked at in one go where fields are needed: bounds the memory that an inspection takes. */
const CHUNK = 64;

/**
 * A Hopfield net as a memory: n spin units, couplings learned from stored patterns by a rule, and the energy
 * E(s) = -1/2 s^T W s - b^T s, b = -theta (Hopfield, Neural networks and physical systems with emergent collective
 * computational abilities, 1982).
 *
 * ```ts
 * const memory = new Hopfield(256, { rule: projection() });
 * memory.store(glyphs("ENGRAM"));
 * const { state, nearest } = memory.recall(cue, { random: new Random(7) });
 * ```
 */
export class Hopfield {
  readonly units: number;
  readonly rule: LearningRule;
  /** theta: h = W s - theta. */
  readonly thresholds: Float64Array;
  readonly #kernels: Kernels;
  #patterns: PatternSet | undefined;
  #couplings: Couplings | undefined;
  #lookup: PatternOperator | undefined;

  /** @throws ArgumentError, ShapeError or DataError for a number of units below 1 or thresholds that do not fit */
  constructor(units: number, { rule = hebb(), thresholds, kernels = defaultKernels() }: HopfieldOptions = {}) {
    requireInteger("units", units, 1);
    if (thresholds !== undefined && thresholds.length !== units) {
      throw new ShapeError(`thresholds has ${thresholds.length} values but the network has ${units} units`);
    }
    this.units = units;
    this.rule = rule;
    this.thresholds = thresholds === undefined ? new Float64Array(units) : Float64Array.from(thresholds);
    const bad = this.thresholds.findIndex((theta) => !Number.isFinite(theta));
    if (bad >= 0) throw new DataError(`thresholds[${bad}] is ${this.thresholds[bad]}; expected a finite number`);
    this.#kernels = kernels;
  }

  /** The stored patterns; undefined while there are none. */
  get patterns(): PatternSet | undefined {
    return this.#patterns;
  }

  /** W as it was learned; undefined while nothing is stored. */
  get couplings(): Couplings | undefined {
    return this.#couplings;
  }

  /**
   * Stores one pattern or several beside those stored before. Equal to storing all of them at once, to the last bit.
   *
   * @throws what the rule throws (projection: DataError naming dependent patterns); then nothing has changed
   */
  store(patterns: States): this {
    const added = asPatternSet("patterns", patterns, this.units);
    this.#learn(this.#patterns === undefined ? added : this.#patterns.concat(added));
    return this;
  }

  /** Forgets the stored patterns of the given rows; the rest are learned anew. */
  forget(rows: number | ArrayLike<number>): this {
    const count = this.#patterns?.count ?? 0;
    const gone = new Set(typeof rows === "number" ? [rows] : Array.from(rows));
    for (const row of gone) {
      if (count === 0) throw new ArgumentError(`pattern ${row} cannot be forgotten: nothing is stored`);
      requireInteger("pattern index", row, 0, count - 1);
    }
    const kept = Array.from({ length: count }, (_, row) => row).filter((row) => !gone.has(row));
    if (kept.length > 0 && this.#patterns !== undefined) {
      this.#learn(this.#patterns.select(kept));
    } else {
      this.#hold(undefined, undefined);
    }
    return this;
  }

  #learn(patterns: PatternSet): void {
    this.#hold(patterns, this.rule.learn(patterns, this.#kernels, this.#couplings));
  }

  #hold(patterns: PatternSet | undefined, couplings: Couplings | undefined): void {
    this.#couplings?.dispose();
    this.#lookup?.dispose();
    this.#lookup = undefined;
    this.#patterns = patterns;
    this.#couplings = couplings;
  }

  /** Recalls from one cue. @throws ShapeError or DataError for a cue that does not fit, ArgumentError while empty */
  recall(cue: PatternSet | State, options: RecallOptions = {}): Recall {
    const cues = asPatternSet("cue", cue, this.units);
    if (cues.count !== 1) throw new ShapeError(`cue holds ${cues.count} states; recall takes one, recallMany several`);
    return this.#recall(cues.bits, options, options.random);
  }

  /** Recalls from several cues; cue r draws from stream r of `random`, so it does not depend on the others. */
  recallMany(cues: States, options: RecallOptions = {}): Recall[] {
    const { bits } = asPatternSet("cues", cues, this.units);
    return Array.from({ length: bits.rows }, (_, r) => this.#recall(bitRow(bits, r), options, options.random?.fork(r)));
  }

  #recall(cue: BitMatrix, { dynamics = asynchronous(), trace }: RecallOptions, random: Random | undefined): Recall {
    const process = this.#start(cue, dynamics, random);
    try {
      const energies = [this.#energies(cue)[0]];
      while (process.period === 0 && process.sweeps < dynamics.maxSweeps) {
        process.advance(this.units);
        if (trace) energies.push(this.#energies(process.read())[0]);
      }
      const bits = process.read();
      const [energy] = this.#energies(bits);
      const overlaps = this.#products(bits);
      return {
        state: spinsOf(bits),
        bits,
        converged: process.period > 0,
        period: process.period,
        sweeps: process.sweeps,
        flips: process.flips,
        cueEnergy: energies[0],
        energy,
        ...(trace ? { trace: Float64Array.from(energies) } : {}),
        nearest: this.#nearest(overlaps),
        attractor: this.#attractor(process, bits, overlaps),
      };
    } finally {
      process.dispose();
    }
  }

  /** Sets a cue on its way without recalling to the end: to watch a recall unit by unit. */
  start(cue: PatternSet | State, { dynamics = asynchronous(), random }: RecallOptions = {}): Process {
    return this.#start(asPatternSet("cue", cue, this.units).bits, dynamics, random);
  }

  #start(cue: BitMatrix, dynamics: Dynamics, random: Random | undefined): Process {
    return dynamics.start({ couplings: this.#stored().couplings, thresholds: this.thresholds }, cue, random);
  }

  /** E(s) = -1/2 s^T W s - b^T s of one state. */
  energy(state: PatternSet | State): number {
    return this.#energies(asPatternSet("state", state, this.units).bits)[0];
  }

  #energies(states: BitMatrix): Float64Array {
    const energies = this.#stored().couplings.quadratic(states);
    return energies.map((quadratic, r) => {
      let energy = -quadratic / 2;
      for (let i = 0; i < this.units; i++) energy += this.thresholds[i] * spinAt(states, r, i);
      return energy;
    });
  }

  /** m_mu = xi_mu . s / n with every stored pattern, from -1 to 1. */
  overlaps(state: PatternSet | State): Float64Array {
    return Float64Array.from(this.#products(asPatternSet("state", state, this.units).bits), (m) => m / this.units);
  }

  /** Names the attractor that a fixed point of this net is. */
  classify(state: PatternSet | State): Attractor {
    const { bits } = asPatternSet("state", state, this.units);
    return classify(bits, this.#stored().patterns, this.#products(bits));
  }

  /** What the memory holds and how firmly. */
  inspect(): Inspection {
    const patterns = this.#patterns?.count ?? 0;
    const stabilities = this.#stabilities();
    const fixedPoints = stabilities.filter((kappa) => kappa > -tie).length;
    const warning = warningFor(this.rule, this.units, patterns, patterns - fixedPoints);
    return {
      units: this.units,
      patterns,
      load: patterns / this.units,
      rule: this.rule.name,
      selfCoupling: this.rule.selfCoupling,
      fixedPoints,
      stabilities,
      ...(patterns > 0 ? { minStability: Math.min(...stabilities) } : {}),
      ...(warning === undefined ? {} : { warning }),
    };
  }

  #stabilities(): number[] {
    if (this.#patterns === undefined || this.#couplings === undefined) return [];
    const { bits } = this.#patterns;
    const kappas: number[] = [];
    for (let first = 0; first < bits.rows; first += CHUNK) {
      const rows = Math.min(CHUNK, bits.rows - first);
      const words = bits.words.subarray(first * bits.stride, (first + rows) * bits.stride);
      const states = bitMatrix(rows, this.units, words);
      const fields = new Float64Array(rows * this.units);
      this.#couplings.fields(states, fields);
      for (let r = 0; r < rows; r++) {
        let kappa = Number.POSITIVE_INFINITY;
        for (let i = 0; i < this.units; i++) {
          kappa = Math.min(kappa, spinAt(states, r, i) * (fields[r * this.units + i] - this.thresholds[i]));
        }
        kappas.push(kappa);
      }
    }
    return kappas;
  }

  /** X s with the stored patterns, whole numbers. */
  #products(states: BitMatrix): Int32Array {
    const { patterns } = this.#stored();
    const out = new Int32Array(states.rows * patterns.count);
    this.#matcher().overlaps(states, out);
    return out;
  }

  /** Whoever can multiply by X: the couplings themselves where they are kept as patterns. */
  #matcher(): PatternOperator {
    const { couplings, patterns } = this.#stored();
    if (couplings instanceof PatternCouplings) return couplings.operator;
    this.#lookup ??= this.#kernels.patternOperator({ patterns: patterns.bits, divisor: this.units });
    return this.#lookup;
  }

  #nearest(products: Int32Array): Recall["nearest"] {
    let index = 0;
    for (let mu = 1; mu < products.length; mu++) if (products[mu] > products[index]) index = mu;
    const label = this.#patterns?.labels?.[index];
    return { index, ...(label === undefined ? {} : { label }), overlap: products[index] / this.units };
  }

  #attractor(process: Process, bits: BitMatrix, products: Int32Array): Attractor {
    if (process.period === 1) return classify(bits, this.#stored().patterns, products);
    return { kind: process.period > 1 ? "cycle" : "none", parts: [] };
  }

  #stored(): { patterns: PatternSet; couplings: Couplings } {
    if (this.#patterns === undefined || this.#couplings === undefined) {
      throw new ArgumentError("the memory is empty; store patterns before recalling");
    }
    return { patterns: this.#patterns, couplings: this.#couplings };
  }
}
