import { disposeSymbol } from "../../disposing.js";
import type { Process } from "../../dynamics/index.js";
import { DataError, requireInteger, requireMethod } from "../../errors.js";
import { type Association, type AssociationRule, correlation } from "../../learning/index.js";
import type { Matrix } from "../../math/matrix.js";
import type { PatternSet, Vector, VectorSet, Vectors } from "../../patterns/index.js";
import { asVector, asVectorSet } from "../../patterns/vector-set.js";
import type { Warning } from "../../warnings.js";
import { countOf, labelOf, requirePairs, requireSameCount, selectItems } from "../items.js";
import type { Inspection, Memory, Nearest, Pairs, Recall } from "../memory.js";
import { emptyMemory, rowsLeft } from "../rows.js";
import { StepProcess } from "../step.js";
import { type Activation, sign } from "./activation.js";
import { type Crosstalk, gainsOf, split } from "./crosstalk.js";
import { excite, nearestVector } from "./excitation.js";

/** Options of an associator. */
export interface AssociatorOptions {
  /** Learning rule of the weights; defaults to `correlation()`, Hebb's rule for pairs. */
  readonly rule?: AssociationRule | undefined;
  /** Activation function of the output units; defaults to `sign`. */
  readonly activation?: Activation | undefined;
}

/** The output that an input recalls, with its evidence. */
export interface AssociatorRecall extends Recall<Float64Array> {
  /** y = f(x W), k values. */
  readonly state: Float64Array;
  /** x W, k values. */
  readonly excitation: Float64Array;
  /** The stored pair whose output has the smallest Euclidean distance from y. */
  readonly nearest: Nearest & { readonly distance: number };
}

/** Contents of an associator, and how well it recalls them. */
export interface AssociatorInspection extends Inspection {
  readonly rule: string;
  readonly activation: string;
  /** Number of stored inputs that recall their own outputs (real outputs to within 2^-30 of the largest). */
  readonly recalled: number;
  /** Report of the rule: ||X W - Y||^2, and its rank or steps if it has any; absent while nothing is stored. */
  readonly association?: Omit<Association, "weights" | "warning">;
}

/** An input, as a vector or as the left side of a pair. */
export type AssociatorCue =
  | Vector
  | PatternSet
  | VectorSet
  | { readonly left?: Vector | PatternSet | VectorSet | undefined };

/** Real outputs are equal if they differ by at most this part of the largest output. */
const CLOSE = 2 ** -30;

interface Held {
  readonly pairs: Pairs<VectorSet>;
  readonly association: Association;
}

/**
 * The heteroassociative network: n inputs, k outputs, y = f(x W) in one step, with weights learned from pairs of real
 * vectors or patterns (Rojas, Neural Networks, 1996, section 12.1). With feedback it is a `Bam`.
 *
 * ```ts
 * const memory = new Associator(3, 2, { rule: pseudoinverse() });
 * memory.store({ left: [[1, -1, 1], [1, 1, -1]], right: [[1, -1], [-1, -1]] });
 * const { state } = memory.recall([1, -1, 1]);
 * ```
 */
export class Associator implements Memory<Pairs<VectorSet>, Pairs<Vectors>, AssociatorCue, AssociatorRecall> {
  readonly kind: string = "associator";
  readonly inputs: number;
  readonly outputs: number;
  readonly rule: AssociationRule;
  readonly activation: Activation;
  #held: Held | undefined;

  /** @throws ArgumentError for fewer than one input or output */
  constructor(inputs: number, outputs: number, { rule = correlation(), activation = sign }: AssociatorOptions = {}) {
    requireInteger("inputs", inputs, 1);
    requireInteger("outputs", outputs, 1);
    this.inputs = inputs;
    this.outputs = outputs;
    requireMethod("rule", rule, "learn");
    this.rule = rule;
    this.activation = activation;
  }

  /** A memory from pairs and what was learned from them, without learning again. @throws DataError as `store` does */
  static restore(pairs: Pairs<VectorSet>, association: Association, options: AssociatorOptions): Associator {
    const memory = new Associator(pairs.left.units, pairs.right.units, options);
    requireSameCount(pairs.left.count, pairs.right.count);
    memory.#requireOutputs(pairs.right.matrix);
    memory.#held = { pairs, association };
    return memory;
  }

  /** The stored pairs; undefined while there are none. */
  get items(): Pairs<VectorSet> | undefined {
    return this.#held?.pairs;
  }

  /** What was learned: W, and the rule's report; undefined while nothing is stored. */
  get association(): Association | undefined {
    return this.#held?.association;
  }

  /** W, n x k; undefined while nothing is stored. */
  get weights(): Matrix | undefined {
    return this.#held?.association.weights;
  }

  /**
   * Adds one pair or several to the stored ones; all are learned again.
   *
   * @throws ShapeError or DataError for vectors that do not fit, DataError for outputs that the activation cannot give,
   *   and what the rule throws; the memory is then unchanged
   */
  store(pairs: Pairs<Vectors>): this {
    requirePairs(pairs);
    const left = asVectorSet("left", pairs.left, this.inputs);
    const right = asVectorSet("right", pairs.right, this.outputs);
    requireSameCount(left.count, right.count);
    this.#requireOutputs(right.matrix);
    const before = this.items;
    this.#learn(
      before === undefined ? { left, right } : { left: before.left.concat(left), right: before.right.concat(right) },
    );
    return this;
  }

  forget(rows: number | ArrayLike<number>): this {
    const { items } = this;
    const kept = rowsLeft(items === undefined ? 0 : countOf(items), rows);
    if (items === undefined || kept.length === 0) this.#held = undefined;
    else this.#learn(selectItems(items, kept));
    return this;
  }

  #learn(pairs: Pairs<VectorSet>): void {
    this.#held = { pairs, association: this.rule.learn(pairs.left.matrix, pairs.right.matrix) };
  }

  #requireOutputs({ values, columns }: Matrix): void {
    const bad = values.findIndex((value) => !this.activation.gives(value));
    if (bad < 0) return;
    const at = `right[${Math.floor(bad / columns)}][${bad % columns}]`;
    const { name, range } = this.activation;
    throw new DataError(
      `${at} is ${values[bad]}; the activation "${name}" gives ${range}: use the activation identity, or recode the outputs`,
    );
  }

  /** y = f(x W). @throws ShapeError or DataError for an input that does not fit, ArgumentError while empty */
  recall(cue: AssociatorCue): AssociatorRecall {
    const { association, pairs } = this.#stored();
    const excitation = excite(association.weights, asInput("input", cue, this.inputs));
    const state = excitation.map((e) => this.activation.of(e));
    const nearest = nearestVector(pairs.right, state);
    const label = labelOf(pairs, nearest.index);
    return {
      state,
      excitation,
      nearest: { ...nearest, ...(label === undefined ? {} : { label }) },
      converged: true,
      sweeps: 1,
      warnings: [],
    };
  }

  recallMany(cues: Vectors | { readonly left: Vectors }): AssociatorRecall[] {
    const inputs = isSided(cues) ? cues.left : cues;
    const set = asVectorSet("inputs", inputs as Vectors, this.inputs);
    return Array.from({ length: set.count }, (_, r) => this.recall(set.select([r])));
  }

  start(cue: AssociatorCue): Process<Float64Array> {
    this.#stored();
    const input = asInput("input", cue, this.inputs);
    return new StepProcess(input, (x) => ({ state: this.recall(x).state, period: 1 }));
  }

  /** m_mu = x_mu . x / n of an input with every stored input. */
  overlaps(cue: AssociatorCue): Float64Array {
    return overlapsWith(this.#stored().pairs.left, asInput("input", cue, this.inputs));
  }

  /** Splits the excitation by a stored input into signal and crosstalk, for any rule. */
  crosstalk(index: number): Crosstalk {
    const { pairs, association } = this.#stored();
    requireInteger("pair index", index, 0, pairs.left.count - 1);
    const excitation = excite(association.weights, pairs.left.row(index));
    return split(excitation, pairs.right, index, gainsOf(this.rule, pairs.left.matrix)[index]);
  }

  inspect(): AssociatorInspection {
    const described = {
      kind: this.kind,
      units: { left: this.inputs, right: this.outputs },
      rule: this.rule.name,
      activation: this.activation.name,
    };
    if (this.#held === undefined) return { ...described, stored: 0, recalled: 0, warnings: [] };
    const { pairs, association } = this.#held;
    const stored = pairs.left.count;
    let recalled = 0;
    for (let mu = 0; mu < stored; mu++) if (this.#recalls(this.#held, mu)) recalled++;
    const { weights: _, warning, ...evidence } = association;
    return {
      ...described,
      stored,
      recalled,
      association: evidence,
      warnings: warning === undefined ? this.#lost(stored - recalled, stored) : [warning],
    };
  }

  #recalls({ pairs, association }: Held, mu: number): boolean {
    const wanted = pairs.right.row(mu);
    const largest = wanted.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
    const excitation = excite(association.weights, pairs.left.row(mu));
    return wanted.every((y, j) => Math.abs(this.activation.of(excitation[j]) - y) <= CLOSE * largest);
  }

  #lost(unstable: number, stored: number): Warning[] {
    const { name, remedy } = this.rule;
    return unstable === 0 ? [] : [{ code: "unstable", rule: name, items: "inputs", stored, unstable, remedy }];
  }

  /** Does nothing: this memory holds no kernel memory. */
  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }

  #stored(): Held {
    if (this.#held === undefined) throw emptyMemory("pairs");
    return this.#held;
  }
}

function isSided(cue: unknown): cue is { readonly left?: unknown; readonly right?: unknown } {
  return typeof cue === "object" && cue !== null && ("left" in cue || "right" in cue);
}

/** An input vector from any accepted cue. @throws DataError for a cue without a left side */
function asInput(name: string, cue: AssociatorCue, size: number): Float64Array {
  if (!isSided(cue)) return asVector(name, cue as Vector, size);
  if (cue.left === undefined) {
    throw new DataError(
      "cue has no left side; an associator recalls from left to right: use a Bam to recall from the right",
    );
  }
  return asVector(name, cue.left as Vector, size);
}

/** m_mu = x_mu . x / n of a vector with every vector of a set. */
export function overlapsWith(vectors: VectorSet, x: Float64Array): Float64Array {
  return Float64Array.from({ length: vectors.count }, (_, mu) => {
    const row = vectors.row(mu);
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += row[i] * x[i];
    return sum / row.length;
  });
}
