import { disposeSymbol } from "../../disposing.js";
import type { SpinProcess } from "../../dynamics/index.js";
import { requireInteger, requireMethod } from "../../errors.js";
import { type Interaction, type Net, withThresholds } from "../../interactions/index.js";
import { asThresholds } from "../../interactions/quadratic.js";
import { defaultKernels, type Kernels, type PatternOperator } from "../../kernels/index.js";
import { hebb } from "../../learning/hebb.js";
import type { Learned, LearningRule } from "../../learning/index.js";
import { type BitMatrix, bitRows, joinRows, sameBits } from "../../math/bits.js";
import type { Random } from "../../math/random.js";
import { PatternSet, type State } from "../../patterns/index.js";
import { asPatternSet, asState } from "../../patterns/pattern-set.js";
import type { Warning } from "../../warnings.js";
import { type Attractor, attractorOf, classify, type NearestPattern, nearestOf, nearestPattern } from "../attractor.js";
import { recallEach } from "../many.js";
import type { Inspection, Memory, Recall } from "../memory.js";
import { type ClampedRunOptions, HopfieldNet, type Run, runEvaluated, runMany, sweepWork } from "../net.js";
import { emptyMemory, rowsLeft } from "../rows.js";
import { activityOf, type Holding, holdingOf, type Stability, warningsFor } from "../stability.js";

/** out[r * p + mu] = xi_mu . s_r. */
type ProductsOf = (states: BitMatrix, out: Int32Array) => void;

/** Options of a Hopfield memory. */
export interface HopfieldOptions {
  /** Learning rule; defaults to `hebb()`. */
  readonly rule?: LearningRule | undefined;
  /** theta, one value per unit (biases are b = -theta); defaults to those the rule learns, or zero. */
  readonly thresholds?: ArrayLike<number> | undefined;
  readonly kernels?: Kernels | undefined;
}

/** The state that a Hopfield memory recalls, with its evidence. */
export interface HopfieldRecall extends Run, Recall<Int8Array> {
  readonly nearest: NearestPattern;
  readonly attractor: Attractor;
  readonly cueEnergy: number;
  readonly energy: number;
}

/** Contents of a Hopfield memory and their stability. */
export interface HopfieldInspection extends Inspection, Stability {
  readonly kind: "hopfield";
  readonly units: number;
  readonly rule: string;
  /** alpha = p / n */
  readonly load: number;
  /** Largest load at which the rule holds random patterns, at this number of units and this activity, if known. */
  readonly capacity?: number;
  /** Whether units have self-couplings; absent for a rule without couplings. */
  readonly selfCoupling?: boolean;
}

/** One pattern or cue, or several: spins -1/+1, binary values 0/1, or a set. */
export type States = PatternSet | State | ArrayLike<State>;

interface Held {
  readonly patterns: PatternSet;
  readonly learned: Learned;
  readonly net: HopfieldNet;
}

/**
 * A Hopfield net as a memory: n spin units with an interaction that a rule learns from stored patterns (Hopfield, Neural
 * networks and physical systems with emergent collective computational abilities, 1982). With a rule whose energy is not
 * quadratic it is a dense associative memory.
 *
 * The rule defaults to Hebb's, that of the source, which holds few and nearly uncorrelated patterns. Images are strongly
 * correlated: use `projection()` for them.
 *
 * ```ts
 * const memory = new Hopfield(256, { rule: projection() });
 * memory.store(glyphs("ENGRAM"));
 * const { state, nearest } = memory.recall(cue, { random: new Random(7) });
 * ```
 */
export class Hopfield implements Memory<PatternSet, States, PatternSet | State, HopfieldRecall>, Net {
  readonly kind = "hopfield";
  readonly units: number;
  readonly rule: LearningRule;
  readonly #kernels: Kernels;
  readonly #thresholds: Float64Array | undefined;
  #held: Held | undefined;
  /** Products X s with the stored patterns; made when first needed. */
  #products: ProductsOf | undefined;
  #keepsAll: boolean | undefined;
  /** X of the stored patterns for the products, if the interaction does not keep these patterns. */
  #lookup: PatternOperator | undefined;

  /** @throws ArgumentError, ShapeError or DataError for a number of units below 1 or thresholds that do not fit */
  constructor(units: number, { rule = hebb(), thresholds, kernels = defaultKernels() }: HopfieldOptions = {}) {
    requireInteger("units", units, 1);
    this.units = units;
    requireMethod("rule", rule, "learn");
    this.rule = rule;
    this.#kernels = kernels;
    this.#thresholds = thresholds && asThresholds(thresholds, units);
  }

  /** A memory from patterns and their learned interaction, without learning again. */
  static restore(
    patterns: PatternSet,
    interaction: Interaction,
    options: Pick<HopfieldOptions, "rule" | "thresholds" | "kernels">,
  ): Hopfield {
    const memory = new Hopfield(patterns.units, options);
    memory.#held = { patterns, learned: { interaction }, net: new HopfieldNet(interaction) };
    return memory;
  }

  /** The stored patterns; undefined while there are none. */
  get items(): PatternSet | undefined {
    return this.#held?.patterns;
  }

  /** The net as it was learned; undefined while nothing is stored. */
  get net(): HopfieldNet | undefined {
    return this.#held?.net;
  }

  /** The interaction as it was learned. @throws ArgumentError while nothing is stored */
  get interaction(): Interaction {
    return this.#stored().net.interaction;
  }

  /** theta as given to the constructor; undefined if it was omitted. */
  get givenThresholds(): Float64Array | undefined {
    return this.#thresholds?.slice();
  }

  /** theta: h = W s - theta. */
  get thresholds(): Float64Array {
    return this.#held?.net.thresholds ?? this.#thresholds ?? new Float64Array(this.units);
  }

  /**
   * Adds one pattern or several to the stored ones. Equal to storing all of them at once, to the last bit.
   *
   * @throws what the rule throws (projection: DataError naming dependent patterns); the memory is then unchanged
   */
  store(patterns: States): this {
    const added = asPatternSet("patterns", patterns, this.units);
    this.#learn(this.#held === undefined ? added : this.#held.patterns.concat(added));
    return this;
  }

  forget(rows: number | ArrayLike<number>): this {
    const kept = rowsLeft(this.items?.count ?? 0, rows);
    this.#learn(kept.length > 0 ? this.items?.select(kept) : undefined);
    return this;
  }

  #learn(patterns: PatternSet | undefined): void {
    const before = this.#held;
    if (patterns === undefined) {
      this.#held = undefined;
    } else {
      const learned = this.rule.learn(patterns, this.#kernels, before?.learned);
      const theta = this.#thresholds;
      const interaction = theta === undefined ? learned.interaction : withThresholds(learned.interaction, theta);
      this.#held = { patterns, learned, net: new HopfieldNet(interaction) };
    }
    before?.learned.interaction.dispose();
    this.#forgetLookup();
  }

  recall(cue: PatternSet | State, options: ClampedRunOptions = {}): HopfieldRecall {
    return this.#recalls(asState("cue", cue, this.units), options, () => options.random)[0];
  }

  recallMany(cues: States, options: ClampedRunOptions = {}): HopfieldRecall[] {
    const set = asPatternSet("cues", cues, this.units);
    const held = this.#stored();
    const { interaction } = held.net;
    return recallEach({
      memory: this,
      of: Hopfield,
      kernels: this.#kernels,
      content: held,
      cues: set,
      count: set.count,
      work: sweepWork(interaction),
      options,
      recall: (from, to) => this.#recalls(bitRows(set.bits, from, to), options, (r) => options.random?.fork(from + r)),
    });
  }

  #recalls(cues: BitMatrix, options: ClampedRunOptions, randomOf: (r: number) => Random | undefined): HopfieldRecall[] {
    const { patterns, net } = this.#stored();
    const { interaction } = net;
    const evaluated = this.#isKept()
      ? runEvaluated(interaction, cues, options, randomOf, (ended, evaluation, r) => {
          const nearest = nearestPattern(patterns, evaluation.nearest(r));
          const attractor = attractorOf(ended, patterns, nearest, () => evaluation.overlaps(r));
          return { ...ended, nearest, attractor, warnings: [] };
        })
      : undefined;
    return evaluated ?? this.#recalled(runMany(interaction, cues, options, randomOf));
  }

  /** Runs that have ended, with their evidence. */
  #recalled(runs: readonly Run[]): HopfieldRecall[] {
    const { patterns } = this.#stored();
    const together = new Int32Array(Math.min(TOGETHER, runs.length) * patterns.count);
    const recalls: HopfieldRecall[] = [];
    for (let first = 0; first < runs.length; first += TOGETHER) {
      const some = runs.slice(first, first + TOGETHER);
      const all = this.#productsOf(
        joinRows(some.map(({ bits }) => bits)),
        together.subarray(0, some.length * patterns.count),
      );
      some.forEach((ended, r) => {
        const products = all.subarray(r * patterns.count, (r + 1) * patterns.count);
        const nearest = nearestOf(patterns, products);
        const attractor = attractorOf(ended, patterns, nearest, () => products);
        recalls.push({ ...ended, nearest, attractor, warnings: [] });
      });
    }
    return recalls;
  }

  start(cue: PatternSet | State, options: ClampedRunOptions = {}): SpinProcess {
    return this.#stored().net.start(new PatternSet(asState("cue", cue, this.units)), options);
  }

  /** E(s) of a state; for couplings E(s) = -1/2 s^T W s - b^T s, b = -theta. */
  energy(state: PatternSet | State): number {
    return this.#stored().net.energy(state);
  }

  /** m_mu = xi_mu . s / n with every stored pattern, from -1 to 1. */
  overlaps(state: PatternSet | State): Float64Array {
    return Float64Array.from(this.#productsOf(asState("state", state, this.units)), (product) => product / this.units);
  }

  /** Classifies a fixed point of this net. */
  classify(state: PatternSet | State): Attractor {
    const bits = asState("state", state, this.units);
    return classify(bits, this.#stored().patterns, this.#productsOf(bits));
  }

  inspect(): HopfieldInspection {
    const patterns = this.items;
    const { name, selfCoupling, capacity } = this.rule;
    const { isEmpty, ...stability } = patterns === undefined ? NOTHING : holdingOf(this.interaction, patterns);
    const stored = patterns?.count ?? 0;
    const warnings = patterns === undefined ? [] : warningsFor(this.rule, patterns, stored - stability.fixedPoints);
    if (isEmpty) warnings.unshift({ code: "holds-nothing", rule: name, items: "patterns", stored });
    return {
      kind: this.kind,
      units: this.units,
      stored,
      load: stored / this.units,
      ...(capacity && { capacity: capacity.load(this.units, activityOf(patterns)) }),
      rule: name,
      ...(selfCoupling === undefined ? {} : { selfCoupling }),
      ...stability,
      ...(warnings.length > 0 && { warning: warnings[0] }),
      warnings,
    };
  }

  /** Warnings that need no check of the patterns one by one, which `inspect` makes. */
  warnings(): Warning[] {
    return this.items === undefined ? [] : warningsFor(this.rule, this.items, undefined);
  }

  dispose(): void {
    this.#held?.learned.interaction.dispose();
    this.#forgetLookup();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  #forgetLookup(): void {
    this.#lookup?.dispose();
    this.#lookup = undefined;
    this.#products = undefined;
    this.#keepsAll = undefined;
  }

  /** X s with the stored patterns, whole numbers. */
  #productsOf(states: BitMatrix, given?: Int32Array): Int32Array {
    const { patterns, net } = this.#stored();
    this.#products ??= this.#makeProducts(patterns.bits, net.interaction);
    const out = given ?? new Int32Array(states.rows * patterns.count);
    this.#products(states, out);
    return out;
  }

  #makeProducts(patterns: BitMatrix, { kept }: Interaction): ProductsOf {
    if (kept !== undefined && this.#isKept()) return (states, out) => kept.overlaps(states, out);
    const lookup = this.#kernels.patternOperator({ patterns, divisor: this.units });
    this.#lookup = lookup;
    return (states, out) => lookup.overlaps(states, out);
  }

  /** Whether the interaction keeps the stored patterns. A rule may keep others, such as the last ones alone. */
  #isKept(): boolean {
    const { patterns, net } = this.#stored();
    const { kept } = net.interaction;
    this.#keepsAll ??= kept !== undefined && sameBits(kept.patterns, patterns.bits);
    return this.#keepsAll;
  }

  #stored(): Held {
    if (this.#held === undefined) throw emptyMemory();
    return this.#held;
  }
}

/** States whose products with all patterns are held at once. */
const TOGETHER = 16;

const NOTHING: Holding = { isEmpty: false, fixedPoints: 0, stabilities: [] };
