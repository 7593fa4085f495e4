import type { Process } from "../../dynamics/index.js";
import { ArgumentError, requireInteger } from "../../errors.js";
import { type Couplings, PatternCouplings } from "../../interactions/index.js";
import { defaultKernels, type Kernels, type PatternOperator, tie } from "../../kernels/index.js";
import { hebb } from "../../learning/hebb.js";
import type { Learned, LearningRule } from "../../learning/index.js";
import type { BitMatrix } from "../../math/bits.js";
import { PatternSet, type State } from "../../patterns/index.js";
import { asPatternSet, asState } from "../../patterns/pattern-set.js";
import { type Attractor, attractorOf, classify, type Nearest, nearestOf } from "./attractor.js";
import { activityOf, type Inspection, stabilitiesOf, warningFor } from "./inspection.js";
import { asThresholds, HopfieldNet, type Run, type RunOptions } from "./net.js";

/** Choices of a Hopfield memory. */
export interface HopfieldOptions {
  /** How patterns become couplings; the default is `hebb()`. */
  readonly rule?: LearningRule | undefined;
  /** theta, one value a unit (biases are b = -theta); the default is what the rule learns, or zero. */
  readonly thresholds?: ArrayLike<number> | undefined;
  readonly kernels?: Kernels | undefined;
}

/** What was recalled, and the evidence. */
export interface Recall extends Run {
  readonly nearest: Nearest;
  readonly attractor: Attractor;
}

/** A cue, a pattern, or several: spins -1/+1 or binary values 0/1, or a set. */
type States = PatternSet | State | ArrayLike<State>;

interface Held {
  readonly patterns: PatternSet;
  readonly learned: Learned;
  readonly net: HopfieldNet;
  readonly matcher: () => PatternOperator;
}

/**
 * A Hopfield net as a memory: n spin units whose couplings are learned from stored patterns by a rule (Hopfield, Neural
 * networks and physical systems with emergent collective computational abilities, 1982).
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
  readonly #kernels: Kernels;
  readonly #thresholds: Float64Array | undefined;
  #held: Held | undefined;

  /** @throws ArgumentError, ShapeError or DataError for a number of units below 1 or thresholds that do not fit */
  constructor(units: number, { rule = hebb(), thresholds, kernels = defaultKernels() }: HopfieldOptions = {}) {
    requireInteger("units", units, 1);
    this.units = units;
    this.rule = rule;
    this.#kernels = kernels;
    this.#thresholds = thresholds && asThresholds(thresholds, units);
  }

  /** The stored patterns; undefined while there are none. */
  get patterns(): PatternSet | undefined {
    return this.#held?.patterns;
  }

  /** The couplings and thresholds as they were learned; undefined while nothing is stored. */
  get net(): HopfieldNet | undefined {
    return this.#held?.net;
  }

  /** theta as it was given to the constructor; undefined where it is zero, or what the rule learns. */
  get givenThresholds(): Float64Array | undefined {
    return this.#thresholds?.slice();
  }

  /** theta: h = W s - theta. */
  get thresholds(): Float64Array {
    return this.#held?.net.thresholds ?? this.#thresholds ?? new Float64Array(this.units);
  }

  /**
   * Stores one pattern or several beside those stored before. Equal to storing all of them at once, to the last bit.
   *
   * @throws what the rule throws (projection: DataError naming dependent patterns); then nothing has changed
   */
  store(patterns: States): this {
    const added = asPatternSet("patterns", patterns, this.units);
    this.#learn(this.#held === undefined ? added : this.#held.patterns.concat(added));
    return this;
  }

  /** Forgets the stored patterns of the given rows; the rest are learned anew. */
  forget(rows: number | ArrayLike<number>): this {
    const count = this.#held?.patterns.count ?? 0;
    const gone = new Set(typeof rows === "number" ? [rows] : Array.from(rows));
    for (const row of gone) {
      if (count === 0) throw new ArgumentError(`pattern ${row} cannot be forgotten: nothing is stored`);
      requireInteger("pattern index", row, 0, count - 1);
    }
    const kept = Array.from({ length: count }, (_, row) => row).filter((row) => !gone.has(row));
    this.#learn(kept.length > 0 ? this.#held?.patterns.select(kept) : undefined);
    return this;
  }

  #learn(patterns: PatternSet | undefined): void {
    const before = this.#held;
    if (patterns === undefined) {
      this.#held = undefined;
    } else {
      const learned = this.rule.learn(patterns, this.#kernels, before?.learned);
      const net = new HopfieldNet(learned.couplings, this.#thresholds ?? learned.thresholds);
      this.#held = { patterns, learned, net, matcher: this.#matcher(patterns, learned.couplings) };
    }
    before?.learned.couplings.dispose();
  }

  /** Whoever can multiply by X: the couplings themselves where they are kept as these patterns. */
  #matcher(patterns: PatternSet, couplings: Couplings): () => PatternOperator {
    if (couplings instanceof PatternCouplings) return () => couplings.operator;
    const lookup = new PatternCouplings({ patterns: patterns.bits, divisor: this.units }, this.#kernels);
    return () => lookup.operator;
  }

  /** Recalls from one cue. @throws ShapeError or DataError for a cue that does not fit, ArgumentError while empty */
  recall(cue: PatternSet | State, options: RunOptions = {}): Recall {
    const { net, patterns } = this.#stored();
    const run = net.run(new PatternSet(asState("cue", cue, this.units)), options);
    const products = this.#products(run.bits);
    return { ...run, nearest: nearestOf(patterns, products), attractor: attractorOf(run, patterns, products) };
  }

  /** Recalls from several cues; cue r draws from stream r of `random`, so it does not depend on the others. */
  recallMany(cues: States, options: RunOptions = {}): Recall[] {
    const set = asPatternSet("cues", cues, this.units);
    return Array.from({ length: set.count }, (_, r) =>
      this.recall(set.select([r]), { ...options, random: options.random?.fork(r) }),
    );
  }

  /** Sets a cue on its way without recalling to the end: to watch a recall unit by unit. */
  start(cue: PatternSet | State, options: RunOptions = {}): Process {
    return this.#stored().net.start(new PatternSet(asState("cue", cue, this.units)), options);
  }

  /** E(s) = -1/2 s^T W s - b^T s, b = -theta. */
  energy(state: PatternSet | State): number {
    return this.#stored().net.energy(state);
  }

  /** m_mu = xi_mu . s / n with every stored pattern, from -1 to 1. */
  overlaps(state: PatternSet | State): Float64Array {
    return Float64Array.from(this.#products(asState("state", state, this.units)), (product) => product / this.units);
  }

  /** Names the attractor that a fixed point of this net is. */
  classify(state: PatternSet | State): Attractor {
    const bits = asState("state", state, this.units);
    return classify(bits, this.#stored().patterns, this.#products(bits));
  }

  /** What the memory holds and how firmly. */
  inspect(): Inspection {
    const patterns = this.patterns?.count ?? 0;
    const stabilities = this.#held === undefined ? [] : stabilitiesOf(this.#held.net, this.#held.patterns);
    const fixedPoints = stabilities.filter((kappa) => kappa > -tie).length;
    const capacity = this.rule.capacity.load(this.units, activityOf(this.patterns));
    const warning = warningFor(this.rule, this.units, patterns, capacity, patterns - fixedPoints);
    return {
      units: this.units,
      patterns,
      load: patterns / this.units,
      capacity,
      rule: this.rule.name,
      selfCoupling: this.rule.selfCoupling,
      fixedPoints,
      stabilities,
      ...(patterns > 0 ? { minStability: stabilities.reduce((least, kappa) => Math.min(least, kappa)) } : {}),
      ...(warning === undefined ? {} : { warning }),
    };
  }

  /** X s with the stored patterns, whole numbers. */
  #products(state: BitMatrix): Int32Array {
    const { patterns, matcher } = this.#stored();
    const out = new Int32Array(state.rows * patterns.count);
    matcher().overlaps(state, out);
    return out;
  }

  #stored(): Held {
    if (this.#held === undefined) throw new ArgumentError("the memory is empty; store patterns before recalling");
    return this.#held;
  }
}
