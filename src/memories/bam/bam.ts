import { ArgumentError, requireInteger, ShapeError } from "../../errors.js";
import { tie } from "../../kernels/index.js";
import { type AssociationRule, correlation } from "../../learning/index.js";
import { bitDistance } from "../../math/bits.js";
import type { PatternSet, State } from "../../patterns/index.js";
import { asPatternSet } from "../../patterns/pattern-set.js";
import { asVectors } from "../associator/vectors.js";
import { type Attractor, attractorOf, type Nearest, nearestOf } from "../hopfield/attractor.js";
import { stabilitiesOf } from "../hopfield/inspection.js";
import { asThresholds, type RunOptions } from "../hopfield/net.js";
import { type BamCue, BamNet, type BamNetOptions, type BamRun, joinLayers } from "./net.js";

/** Choices of a BAM that learns. */
export interface BamOptions extends BamNetOptions {
  /** How pairs become weights; the default is `correlation()`, Hebb's rule. */
  readonly rule?: AssociationRule | undefined;
}

/** What was recalled, and the evidence. */
export interface BamRecall extends BamRun {
  /** The stored pair at the smallest Hamming distance, and its overlap (xi . x + eta . y) / (n + k). */
  readonly nearest: Nearest;
  /** What kind of pair it is: as in `Hopfield`, both layers together being the pattern. */
  readonly attractor: Attractor;
}

/** What a BAM holds, and how firmly. */
export interface BamInspection {
  readonly leftUnits: number;
  readonly rightUnits: number;
  readonly pairs: number;
  readonly rule: string;
  /** How many stored pairs are fixed points: all units of both layers have a stability of at least 0. */
  readonly fixedPoints: number;
  /** One value a pair: the smallest stability, spin times field, of the units of both layers. */
  readonly stabilities: readonly number[];
  /** Why recall may fail; absent where nothing speaks against it. */
  readonly warning?: string;
}

interface Held {
  readonly left: PatternSet;
  readonly right: PatternSet;
  /** Both layers together, pair by pair. */
  readonly joint: PatternSet;
  readonly net: BamNet;
}

/** One state or several of a layer. */
type States = PatternSet | State | ArrayLike<State>;

/**
 * The bidirectional associative memory as a memory: pairs (x, y) of spin patterns whose weights are learned by a rule
 * (Kosko, Bidirectional associative memories, 1988), recalled from either side.
 *
 * ```ts
 * const memory = new Bam(256, 64, { rule: pseudoinverse() });
 * memory.store(pictures, names);
 * const { left } = memory.recall({ right: name });
 * ```
 *
 * The pseudoinverse W = X^+ Y makes every x call up its y; the way back, y W^T, need not be as good. `inspect` says which
 * pairs are fixed points.
 */
export class Bam {
  readonly leftUnits: number;
  readonly rightUnits: number;
  readonly rule: AssociationRule;
  readonly #options: BamNetOptions;
  #held: Held | undefined;

  /** @throws ArgumentError, ShapeError or DataError for a layer without units or thresholds that do not fit */
  constructor(leftUnits: number, rightUnits: number, { rule = correlation(), ...options }: BamOptions = {}) {
    requireInteger("leftUnits", leftUnits, 1);
    requireInteger("rightUnits", rightUnits, 1);
    this.leftUnits = leftUnits;
    this.rightUnits = rightUnits;
    this.rule = rule;
    this.#options = {
      ...options,
      leftThresholds: asThresholds(options.leftThresholds, leftUnits, "leftThresholds"),
      rightThresholds: asThresholds(options.rightThresholds, rightUnits, "rightThresholds"),
    };
  }

  /** The net as it was learned; undefined while nothing is stored. */
  get net(): BamNet | undefined {
    return this.#held?.net;
  }

  /**
   * Stores one pair or several beside those stored before; all are learned anew.
   *
   * @throws ShapeError unless there are as many right patterns as left ones, of the layers' sizes; then nothing has changed
   */
  store(left: States, right: States): this {
    const added = {
      left: asPatternSet("left", left, this.leftUnits),
      right: asPatternSet("right", right, this.rightUnits),
    };
    if (added.left.count !== added.right.count) {
      throw new ShapeError(`right has ${added.right.count} patterns for ${added.left.count} on the left; give pairs`);
    }
    const x = this.#held?.left.concat(added.left) ?? added.left;
    const y = this.#held?.right.concat(added.right) ?? added.right;
    const { weights } = this.rule.learn(asVectors("left", x, this.leftUnits), asVectors("right", y, this.rightUnits));
    const net = new BamNet(weights, this.#options);
    this.#held?.net.net.couplings.dispose();
    this.#held = { left: x, right: y, joint: joinLayers(x, y), net };
    return this;
  }

  /**
   * Recalls a pair from one layer or from both.
   *
   * @throws ShapeError or DataError for a cue that does not fit, ArgumentError for none, or while empty
   */
  recall(cue: BamCue, options: RunOptions = {}): BamRecall {
    const { net, joint } = this.#stored();
    const run = net.runJoint(cue, options);
    const { count, units, bits } = joint;
    const overlaps = Int32Array.from({ length: count }, (_, mu) => units - 2 * bitDistance(bits, mu, run.bits, 0));
    return {
      ...net.split(run),
      nearest: nearestOf(joint, overlaps),
      attractor: attractorOf(run, joint, overlaps),
    };
  }

  /** What the memory holds, and how firmly. */
  inspect(): BamInspection {
    const { leftUnits, rightUnits } = this;
    const stabilities = this.#held === undefined ? [] : stabilitiesOf(this.#held.net.net, this.#held.joint);
    const pairs = stabilities.length;
    const fixedPoints = stabilities.filter((kappa) => kappa > -tie).length;
    const warning = this.#warning(pairs, pairs - fixedPoints);
    return {
      leftUnits,
      rightUnits,
      pairs,
      rule: this.rule.name,
      fixedPoints,
      stabilities,
      ...(warning === undefined ? {} : { warning }),
    };
  }

  #warning(pairs: number, lost: number): string | undefined {
    const most = Math.min(this.leftUnits, this.rightUnits);
    if (lost > 0) return `${lost} of ${pairs} stored pairs are no fixed points with ${this.rule.name}; store fewer`;
    if (pairs > most) return `${pairs} pairs are more than the ${most} that layers of this size can hold (Kosko 1988)`;
    return undefined;
  }

  #stored(): Held {
    if (this.#held === undefined) throw new ArgumentError("the memory is empty; store pairs before recalling");
    return this.#held;
  }
}
