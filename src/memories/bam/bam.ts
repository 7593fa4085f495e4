import { disposeSymbol } from "../../disposing.js";
import type { SpinProcess } from "../../dynamics/index.js";
import { requireInteger, requireMethod } from "../../errors.js";
import { type Interaction, type Linear, type Net, PatternCouplings } from "../../interactions/index.js";
import { asThresholds } from "../../interactions/quadratic.js";
import { defaultKernels, type Kernels } from "../../kernels/index.js";
import { type AssociationRule, correlation } from "../../learning/index.js";
import { bitDistance } from "../../math/bits.js";
import type { Matrix } from "../../math/matrix.js";
import type { PatternSet, State } from "../../patterns/index.js";
import { asPatternSet, asState } from "../../patterns/pattern-set.js";
import { asVectorSet } from "../../patterns/vector-set.js";
import type { Warning } from "../../warnings.js";
import { type Attractor, attractorOf, type NearestPattern, nearestOf } from "../attractor.js";
import { countOf, requirePairs, requireSameCount, selectItems } from "../items.js";
import { recallEach } from "../many.js";
import type { Inspection, Memory, Pairs, Recall } from "../memory.js";
import { type RunOptions, sweepWork } from "../net.js";
import { emptyMemory, rowsLeft } from "../rows.js";
import { type Holding, holdingOf, type Stability } from "../stability.js";
import { type BamCue, BamNet, type BamNetOptions, type BamRun, type BamState, joinPatterns } from "./net.js";

/** Options of a BAM that learns. */
export interface BamOptions extends BamNetOptions {
  /** Learning rule of the weights; defaults to `correlation()`, Hebb's rule for pairs. */
  readonly rule?: AssociationRule | undefined;
}

/** The pair that a BAM recalls, with its evidence. */
export interface BamRecall extends BamRun, Recall<BamState> {
  readonly state: BamState;
  /** The stored pair at the smallest Hamming distance, and its overlap (xi . x + eta . y) / (n + k). */
  readonly nearest: NearestPattern;
  /** The attractor, as in `Hopfield`, with both layers together as the pattern. */
  readonly attractor: Attractor;
  readonly cueEnergy: number;
  readonly energy: number;
  readonly trace?: Float64Array;
}

/** Contents of a BAM and their stability: a pair is a fixed point if all units of both layers have stability >= 0. */
export interface BamInspection extends Inspection, Stability {
  readonly kind: "bam";
  readonly units: { readonly left: number; readonly right: number };
  readonly rule: string;
}

/** One state or several of a layer. */
type States = PatternSet | State | ArrayLike<State>;

/** What a BAM learned from p pairs: the middle G, p x p and symmetric, of W = X^T G Y, or the weights W, n x k. */
export type BamLearned =
  | { readonly middle: Float64Array; readonly weights?: undefined }
  | { readonly weights: Matrix; readonly middle?: undefined };

interface Held {
  readonly pairs: Pairs<PatternSet>;
  /** Both layers together, pair by pair. */
  readonly joined: PatternSet;
  readonly net: BamNet;
}

/**
 * The bidirectional associative memory as a memory: pairs (x, y) of spin patterns whose weights are learned by a rule
 * (Kosko, Bidirectional associative memories, 1988), recalled from either side.
 *
 * ```ts
 * const memory = new Bam(256, 64, { rule: pseudoinverse() });
 * memory.store({ left: pictures, right: names });
 * const { state } = memory.recall({ right: name }); // state.left is the picture
 * ```
 *
 * The pseudoinverse W = X^+ Y makes every x recall its y; the reverse, y W^T, need not recall x. `inspect` reports which
 * pairs are fixed points.
 *
 * With W = X^T G Y, where G is the rule's p x p middle, the couplings of all n + k units are
 * 1/2 (Z^T G Z - Z'^T G Z') over the joined patterns z = (x, y) and z' = (x, -y). They are kept as 2p patterns, without a
 * matrix of n x k weights.
 */
export class Bam implements Memory<Pairs<PatternSet>, Pairs<States>, BamCue, BamRecall>, Net {
  readonly kind = "bam";
  readonly leftUnits: number;
  readonly rightUnits: number;
  readonly rule: AssociationRule;
  readonly #kernels: Kernels;
  readonly #thresholds: Pick<BamNetOptions, "leftThresholds" | "rightThresholds">;
  #held: Held | undefined;

  /** @throws ArgumentError, ShapeError or DataError for a layer without units or thresholds that do not fit */
  constructor(leftUnits: number, rightUnits: number, { rule = correlation(), ...options }: BamOptions = {}) {
    requireInteger("leftUnits", leftUnits, 1);
    requireInteger("rightUnits", rightUnits, 1);
    this.leftUnits = leftUnits;
    this.rightUnits = rightUnits;
    requireMethod("rule", rule, "learn");
    this.rule = rule;
    const { leftThresholds, rightThresholds, kernels = defaultKernels() } = options;
    this.#kernels = kernels;
    this.#thresholds = {
      leftThresholds: leftThresholds && asThresholds(leftThresholds, leftUnits, "leftThresholds"),
      rightThresholds: rightThresholds && asThresholds(rightThresholds, rightUnits, "rightThresholds"),
    };
  }

  /** A memory from pairs and what was learned from them, without learning again. */
  static restore(pairs: Pairs<PatternSet>, learned: BamLearned, options: BamOptions): Bam {
    const memory = new Bam(pairs.left.units, pairs.right.units, options);
    const joined = joinPatterns(pairs.left, pairs.right);
    memory.#held = { pairs, joined, net: memory.#netOf(pairs, joined, learned) };
    return memory;
  }

  /** The stored pairs; undefined while there are none. */
  get items(): Pairs<PatternSet> | undefined {
    return this.#held?.pairs;
  }

  /** The rule's middle G, or else the weights W. @throws ArgumentError while nothing is stored */
  get learned(): BamLearned {
    const { net, pairs } = this.#stored();
    const { parts } = net.interaction.linear as Linear;
    if (parts.kind !== "patterns") return { weights: net.weights };
    const p = pairs.left.count;
    const { middle = new Float64Array(4 * p * p) } = parts.description;
    return { middle: Float64Array.from({ length: p * p }, (_, k) => 2 * middle[Math.floor(k / p) * 2 * p + (k % p)]) };
  }

  /** The net as it was learned; undefined while nothing is stored. */
  get net(): BamNet | undefined {
    return this.#held?.net;
  }

  /** The interaction of the n + k units, the left layer first. @throws ArgumentError while nothing is stored */
  get interaction(): Interaction {
    return this.#stored().net.interaction;
  }

  /** Thresholds as they were given to the constructor. */
  get givenThresholds(): Pick<BamNetOptions, "leftThresholds" | "rightThresholds"> {
    return this.#thresholds;
  }

  /**
   * Adds one pair or several to the stored ones; all are learned again.
   *
   * @throws ShapeError unless both sides have the same number of patterns, of the layers' sizes; the memory is then unchanged
   */
  store(pairs: Pairs<States>): this {
    requirePairs(pairs);
    const left = asPatternSet("left", pairs.left, this.leftUnits);
    const right = asPatternSet("right", pairs.right, this.rightUnits);
    requireSameCount(left.count, right.count);
    const before = this.items;
    this.#learn(
      before === undefined ? { left, right } : { left: before.left.concat(left), right: before.right.concat(right) },
    );
    return this;
  }

  forget(rows: number | ArrayLike<number>): this {
    const { items } = this;
    const kept = rowsLeft(items === undefined ? 0 : countOf(items), rows);
    this.#learn(items && kept.length > 0 ? selectItems(items, kept) : undefined);
    return this;
  }

  #learn(pairs: Pairs<PatternSet> | undefined): void {
    const before = this.#held;
    if (pairs === undefined) this.#held = undefined;
    else {
      const joined = joinPatterns(pairs.left, pairs.right);
      this.#held = { pairs, joined, net: this.#netOf(pairs, joined, this.#learnedFrom(pairs)) };
    }
    before?.net.interaction.dispose();
  }

  #learnedFrom({ left, right }: Pairs<PatternSet>): BamLearned {
    const inputs = asVectorSet("left", left).matrix;
    const middle = this.rule.middle?.(inputs);
    if (middle !== undefined) return { middle };
    return { weights: this.rule.learn(inputs, asVectorSet("right", right).matrix).weights };
  }

  #netOf({ left, right }: Pairs<PatternSet>, joined: PatternSet, { middle, weights }: BamLearned): BamNet {
    const options = { ...this.#thresholds, kernels: this.#kernels };
    if (weights !== undefined) return new BamNet(weights, options);
    const patterns = joined.concat(joinPatterns(left, right, -1)).bits;
    const couplings = new PatternCouplings({ patterns, middle: oppose(middle, left.count), divisor: 1 }, this.#kernels);
    return new BamNet({ leftUnits: this.leftUnits, couplings }, options);
  }

  /**
   * Recalls a pair from one layer or from both.
   *
   * @throws ShapeError or DataError for a cue that does not fit, ArgumentError for a missing cue or an empty memory
   */
  recall(cue: BamCue, options: RunOptions = {}): BamRecall {
    const { net, joined } = this.#stored();
    const run = net.runJoined(cue, options);
    const overlaps = productsOf(joined, run.bits);
    const nearest = nearestOf(joined, overlaps);
    return {
      ...net.split(run),
      nearest,
      attractor: attractorOf(run, joined, nearest, () => overlaps),
      warnings: [],
    };
  }

  /** Recalls from several cues, of one layer or of both. */
  recallMany(
    { left, right }: { readonly left?: States | undefined; readonly right?: States | undefined },
    options: RunOptions = {},
  ): BamRecall[] {
    const cues = {
      ...(left === undefined ? {} : { left: asPatternSet("left", left, this.leftUnits) }),
      ...(right === undefined ? {} : { right: asPatternSet("right", right, this.rightUnits) }),
    };
    if (cues.left && cues.right) requireSameCount(cues.left.count, cues.right.count);
    const held = this.#stored();
    return recallEach({
      memory: this,
      of: Bam,
      kernels: this.#kernels,
      content: held,
      cues,
      count: countOf(cues),
      work: sweepWork(held.net.interaction),
      options,
      recall: (from, to) =>
        Array.from({ length: to - from }, (_, k) => {
          const r = from + k;
          return this.recall(selectItems(cues, [r]), { ...options, random: options.random?.fork(r) });
        }),
    });
  }

  start(cue: BamCue, options: RunOptions = {}): SpinProcess {
    return this.#stored().net.start(cue, options);
  }

  /** E(x, y) = -1/2 x W y^T + 1/2 theta_r . y + 1/2 theta_l . x of both layers, or of one and its response. */
  energy(state: BamCue): number {
    const { net } = this.#stored();
    return net.interaction.energies(net.complete(state).bits)[0] / 2 + 0;
  }

  /** m_mu of a state with every stored pair, over both layers or over the given one. */
  overlaps({ left, right }: BamCue): Float64Array {
    const { pairs } = this.#stored();
    const sides = [
      ...(left === undefined ? [] : [productsOf(pairs.left, asState("left", left, this.leftUnits))]),
      ...(right === undefined ? [] : [productsOf(pairs.right, asState("right", right, this.rightUnits))]),
    ];
    const units = (left === undefined ? 0 : this.leftUnits) + (right === undefined ? 0 : this.rightUnits);
    return Float64Array.from({ length: pairs.left.count }, (_, mu) => {
      return sides.reduce((sum, products) => sum + products[mu], 0) / units;
    });
  }

  inspect(): BamInspection {
    const held = this.#held;
    const { isEmpty, ...stability }: Holding = held
      ? holdingOf(held.net.interaction, held.joined)
      : { isEmpty: false, fixedPoints: 0, stabilities: [] };
    const stored = stability.stabilities.length;
    const warnings = this.#warnings(stored, stored - stability.fixedPoints);
    if (isEmpty) warnings.unshift({ code: "holds-nothing", rule: this.rule.name, items: "pairs", stored });
    return {
      kind: this.kind,
      units: { left: this.leftUnits, right: this.rightUnits },
      stored,
      rule: this.rule.name,
      ...stability,
      ...(warnings.length > 0 && { warning: warnings[0] }),
      warnings,
    };
  }

  #warnings(stored: number, unstable: number): Warning[] {
    const most = Math.min(this.leftUnits, this.rightUnits);
    const { name, remedy } = this.rule;
    if (unstable > 0) return [{ code: "unstable", rule: name, items: "pairs", stored, unstable, remedy }];
    return stored > most ? [{ code: "too-many-pairs", stored, most }] : [];
  }

  dispose(): void {
    this.#held?.net.interaction.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  #stored(): Held {
    if (this.#held === undefined) throw emptyMemory("pairs");
    return this.#held;
  }
}

/** X s, whole numbers. */
function productsOf({ count, units, bits }: PatternSet, state: PatternSet["bits"]): Int32Array {
  return Int32Array.from({ length: count }, (_, mu) => units - 2 * bitDistance(bits, mu, state, 0));
}

/** 1/2 diag(G, -G), 2p x 2p. */
function oppose(middle: Float64Array, p: number): Float64Array {
  const both = new Float64Array(4 * p * p);
  for (let mu = 0; mu < p; mu++) {
    for (let nu = 0; nu < p; nu++) {
      const half = middle[mu * p + nu] / 2;
      both[mu * 2 * p + nu] = half;
      both[(p + mu) * 2 * p + p + nu] = -half;
    }
  }
  return both;
}
