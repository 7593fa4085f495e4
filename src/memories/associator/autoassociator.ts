import { disposeSymbol } from "../../disposing.js";
import type { Process } from "../../dynamics/index.js";
import { requireInteger } from "../../errors.js";
import type { Association, AssociationRule } from "../../learning/index.js";
import type { Matrix } from "../../math/matrix.js";
import { largestMagnitude } from "../../math/vector.js";
import type { PatternSet, Vector, VectorSet, Vectors } from "../../patterns/index.js";
import { asVector, asVectorSet } from "../../patterns/vector-set.js";
import type { Memory, Recall, RecallOptions } from "../memory.js";
import { Orbit } from "../orbit.js";
import { emptyMemory } from "../rows.js";
import { StepProcess } from "../step.js";
import type { Activation } from "./activation.js";
import {
  Associator,
  type AssociatorInspection,
  type AssociatorOptions,
  type AssociatorRecall,
  overlapsWith,
} from "./associator.js";
import type { Crosstalk } from "./crosstalk.js";

/** Options of a recall from an autoassociator. */
export interface FeedbackOptions extends RecallOptions {
  /** Whether to feed the output back as the next input until it is constant or cycles; defaults to false, one step. */
  readonly feedback?: boolean | undefined;
  /** Largest number of feedback steps; defaults to 1000. */
  readonly maxSteps?: number | undefined;
}

/** The state that a cue recalls, with its evidence; `sweeps` counts the steps. */
export interface AutoassociatorRecall extends AssociatorRecall, Recall<Float64Array> {
  readonly state: Float64Array;
  readonly nearest: AssociatorRecall["nearest"];
  /** 1 for a fixed point, the length of a cycle, 0 where the run had not settled. */
  readonly period: number;
}

/** Real states are equal if no entry differs by more than this part of the largest entry of the cue and the state. */
const TOLERANCE = 2 ** -40;
const LARGEST = 2 ** 500;

/**
 * The autoassociative network: patterns are stored as their own outputs, x = f(x W). A cue is updated once, or with the
 * output fed back until it settles, all units at once (Rojas, Neural Networks, 1996, section 12.1). With the activation
 * sign there are 2^n states, so feedback ends on a fixed point or a cycle. For the symmetric weights of the rules here the
 * cycle has length two (Goles, Fogelman and Pellegrin 1985). `Hopfield` is the memory of this kind with asynchronous units,
 * an energy, and names for its attractors.
 *
 * With the activation identity, feedback ends when no entry changes by more than 2^-40 of the largest. If W has an
 * eigenvalue beyond 1 the state grows without bound: use the `EigenvectorAutomaton`, which follows its direction.
 */
export class Autoassociator
  implements Memory<VectorSet, Vectors, Vector | PatternSet | VectorSet, AutoassociatorRecall>
{
  readonly kind = "autoassociator";
  readonly units: number;
  #associator: Associator;

  /** @throws ArgumentError for fewer than one unit */
  constructor(units: number, options: AssociatorOptions = {}) {
    requireInteger("units", units, 1);
    this.units = units;
    this.#associator = new Associator(units, units, options);
  }

  /** A memory from patterns and what was learned from them, without learning again. */
  static restore(patterns: VectorSet, association: Association, options: AssociatorOptions): Autoassociator {
    const memory = new Autoassociator(patterns.units, options);
    memory.#associator = Associator.restore({ left: patterns, right: patterns }, association, options);
    return memory;
  }

  get rule(): AssociationRule {
    return this.#associator.rule;
  }

  get activation(): Activation {
    return this.#associator.activation;
  }

  /** The stored patterns; undefined while there are none. */
  get items(): VectorSet | undefined {
    return this.#associator.items?.left;
  }

  /** What was learned: W, and the rule's report; undefined while nothing is stored. */
  get association(): Association | undefined {
    return this.#associator.association;
  }

  /** W, n x n; undefined while nothing is stored. */
  get weights(): Matrix | undefined {
    return this.#associator.weights;
  }

  /** Stores one pattern or several. Throws what `Associator.store` throws; the memory is then unchanged. */
  store(patterns: Vectors): this {
    const set = asVectorSet("patterns", patterns, this.units);
    this.#associator.store({ left: set, right: set });
    return this;
  }

  forget(rows: number | ArrayLike<number>): this {
    this.#associator.forget(rows);
    return this;
  }

  /** Recalls from a cue. @throws ShapeError or DataError for a cue that does not fit, ArgumentError while empty */
  recall(
    cue: PatternSet | VectorSet | Vector,
    { feedback = false, maxSteps = 1000 }: FeedbackOptions = {},
  ): AutoassociatorRecall {
    this.#requireItems();
    requireInteger("maxSteps", maxSteps, 1);
    const start = asVector("cue", cue, this.units);
    const orbit = new Orbit(TOLERANCE, maxSteps);
    orbit.add(start, 0);
    let scale = largestMagnitude(start);
    let recall = this.#associator.recall(start);
    for (let steps = 1; ; steps++) {
      scale = Math.max(scale, largestMagnitude(recall.state));
      const period = orbit.add(recall.state, scale);
      const done = { ...recall, sweeps: steps, converged: period > 0, period };
      if (period > 0 || !feedback || steps === maxSteps) return done;
      if (scale > LARGEST) return { ...done, warnings: [{ code: "unbounded", steps }] };
      recall = this.#associator.recall(recall.state);
    }
  }

  recallMany(cues: Vectors, options: FeedbackOptions = {}): AutoassociatorRecall[] {
    const set = asVectorSet("cues", cues, this.units);
    return Array.from({ length: set.count }, (_, r) => this.recall(set.row(r), options));
  }

  /** Starts a recall with feedback that can be advanced step by step. */
  start(cue: PatternSet | VectorSet | Vector): Process<Float64Array> {
    this.#requireItems();
    const start = asVector("cue", cue, this.units);
    const orbit = new Orbit(TOLERANCE, 1000);
    orbit.add(start, 0);
    let scale = largestMagnitude(start);
    return new StepProcess(start, (x) => {
      const { state } = this.#associator.recall(x);
      scale = Math.max(scale, largestMagnitude(state));
      return { state, period: orbit.add(state, scale) };
    });
  }

  /** m_mu = x_mu . x / n of a state with every stored pattern. */
  overlaps(state: PatternSet | VectorSet | Vector): Float64Array {
    return overlapsWith(this.#requireItems(), asVector("state", state, this.units));
  }

  /** Splits the excitation by a stored pattern into signal and crosstalk, for any rule. */
  crosstalk(index: number): Crosstalk {
    return this.#associator.crosstalk(index);
  }

  inspect(): AssociatorInspection {
    return { ...this.#associator.inspect(), kind: this.kind, units: this.units };
  }

  /** Does nothing: this memory holds no kernel memory. */
  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }

  #requireItems(): VectorSet {
    if (this.items === undefined) throw emptyMemory();
    return this.items;
  }
}
