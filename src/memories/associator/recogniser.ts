import { disposeSymbol } from "../../disposing.js";
import type { Process } from "../../dynamics/index.js";
import { ArgumentError, requireInteger, requireMethod } from "../../errors.js";
import { type AssociationRule, correlation } from "../../learning/index.js";
import { identityMatrix, type Matrix } from "../../math/matrix.js";
import { quote } from "../../names.js";
import { type PatternSet, type Vector, VectorSet, type Vectors } from "../../patterns/index.js";
import { asVector, asVectorSet } from "../../patterns/vector-set.js";
import type { Warning } from "../../warnings.js";
import type { Inspection, Memory, Nearest, Recall } from "../memory.js";
import { emptyMemory, rowsLeft } from "../rows.js";
import { StepProcess } from "../step.js";
import { overlapsWith } from "./associator.js";
import { excite } from "./excitation.js";

/** The recognised name, `nearest`, with its evidence. */
export interface Recognition extends Recall<Float64Array> {
  /** One excitation per stored pattern; the largest one gives the name. */
  readonly state: Float64Array;
  readonly nearest: Nearest & { readonly label: string };
  /** The largest excitation minus the second largest: 0 for a tie, in which the first of the tied is named. */
  readonly margin: number;
}

/** Contents of a recogniser, and how well it names them. */
export interface RecogniserInspection extends Inspection {
  readonly kind: "recogniser";
  readonly rule: string;
  /** Number of stored patterns that are given their own names. */
  readonly recalled: number;
}

/** Excitations that differ by less than this part of the largest are tied: the difference is rounding. */
const TIE = 2 ** -40;

/**
 * The pattern recognition network: a heteroassociative network whose outputs are names (Rojas, Neural Networks, 1996,
 * section 12.1). Pattern mu is stored with the mu-th unit vector, one output unit per name, and the unit with the largest
 * excitation names the input. (The source has one output, the number mu of the pattern: that is an `Associator` with the
 * activation identity and the outputs [1], [2], ...)
 *
 * With `correlation()` the excitations are the scalar products gamma x_mu . x; with `pseudoinverse()` they are the
 * coefficients of x in the patterns, and every stored pattern is given its own name.
 *
 * Names are the labels of a set; patterns without labels are named by their numbers, "0", "1" ...
 */
export class Recogniser implements Memory<VectorSet, Vectors, Vector | PatternSet | VectorSet, Recognition> {
  readonly kind = "recogniser";
  readonly units: number;
  readonly rule: AssociationRule;
  #held: { readonly patterns: VectorSet; readonly weights: Matrix } | undefined;

  /** @throws ArgumentError for fewer than one unit */
  constructor(units: number, { rule = correlation() }: { readonly rule?: AssociationRule | undefined } = {}) {
    requireInteger("units", units, 1);
    this.units = units;
    requireMethod("rule", rule, "learn");
    this.rule = rule;
  }

  /** A memory from named patterns and the weights learned from them, without learning again. */
  static restore(patterns: VectorSet, weights: Matrix, options: { readonly rule: AssociationRule }): Recogniser {
    const memory = new Recogniser(patterns.units, options);
    requireNames(patterns);
    memory.#held = { patterns, weights };
    return memory;
  }

  /** W, n x p; undefined while nothing is stored. */
  get weights(): Matrix | undefined {
    return this.#held?.weights;
  }

  /** The stored patterns with their names; undefined while there are none. */
  get items(): VectorSet | undefined {
    return this.#held?.patterns;
  }

  /**
   * Adds patterns with their names to the stored ones; all are learned again.
   *
   * @param labels names of patterns that are given as plain arrays
   * @throws ShapeError unless each pattern has a name; ArgumentError for a name that is stored already
   */
  store(patterns: Vectors, labels?: readonly string[]): this {
    const given = asVectorSet("patterns", patterns, this.units);
    const before = this.items;
    const first = before?.count ?? 0;
    const names = labels ?? given.labels ?? Array.from({ length: given.count }, (_, mu) => String(first + mu));
    const added = new VectorSet(given.matrix, { labels: names, shape: given.shape });
    this.#learn(before === undefined ? added : before.concat(added));
    return this;
  }

  forget(rows: number | ArrayLike<number>): this {
    const { items } = this;
    const kept = rowsLeft(items?.count ?? 0, rows);
    if (items === undefined || kept.length === 0) this.#held = undefined;
    else this.#learn(items.select(kept));
    return this;
  }

  #learn(patterns: VectorSet): void {
    requireNames(patterns);
    this.#held = { patterns, weights: this.rule.learn(patterns.matrix, identityMatrix(patterns.count)).weights };
  }

  /** Names an input. @throws ShapeError or DataError for one that does not fit, ArgumentError while empty */
  recall(input: PatternSet | VectorSet | Vector): Recognition {
    const { patterns, weights } = this.#stored();
    const state = excite(weights, asVector("input", input, this.units));
    let index = 0;
    for (let mu = 1; mu < state.length; mu++) if (state[mu] > state[index]) index = mu;
    const others = state.filter((_, mu) => mu !== index);
    const gap = state[index] - others.reduce((most, e) => Math.max(most, e), Number.NEGATIVE_INFINITY);
    const margin = gap > TIE * Math.abs(state[index]) ? gap : 0;
    return {
      state,
      nearest: { index, label: patterns.labels?.[index] ?? String(index) },
      margin,
      converged: true,
      sweeps: 1,
      warnings: doubts(state[index], margin),
    };
  }

  recallMany(inputs: Vectors): Recognition[] {
    const set = asVectorSet("inputs", inputs, this.units);
    return Array.from({ length: set.count }, (_, r) => this.recall(set.row(r)));
  }

  start(input: PatternSet | VectorSet | Vector): Process<Float64Array> {
    this.#stored();
    return new StepProcess(asVector("input", input, this.units), (x) => ({ state: this.recall(x).state, period: 1 }));
  }

  /** m_mu = x_mu . x / n of an input with every stored pattern. */
  overlaps(input: PatternSet | VectorSet | Vector): Float64Array {
    return overlapsWith(this.#stored().patterns, asVector("input", input, this.units));
  }

  /** The names of the stored patterns that are not given their own names; empty if all are recognised. */
  confused(): readonly string[] {
    const { patterns } = this.#stored();
    return (patterns.labels ?? []).filter((_, mu) => {
      const { nearest, margin } = this.recall(patterns.row(mu));
      return nearest.index !== mu || margin <= 0;
    });
  }

  inspect(): RecogniserInspection {
    const stored = this.items?.count ?? 0;
    const unstable = stored === 0 ? 0 : this.confused().length;
    const { name: rule, remedy } = this.rule;
    return {
      kind: this.kind,
      units: this.units,
      stored,
      rule,
      recalled: stored - unstable,
      warnings: unstable === 0 ? [] : [{ code: "unstable", rule, items: "inputs", stored, unstable, remedy }],
    };
  }

  /** Does nothing: this memory holds no kernel memory. */
  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }

  #stored() {
    if (this.#held === undefined) throw emptyMemory();
    return this.#held;
  }
}

function requireNames({ labels = [] }: VectorSet): void {
  const seen = new Set<string>();
  for (const name of labels) {
    if (seen.has(name)) throw new ArgumentError(`labels has ${quote(name)} twice; give every pattern its own name`);
    seen.add(name);
  }
}

function doubts(excitation: number, margin: number): Warning[] {
  if (excitation <= 0) return [{ code: "no-resemblance" }];
  return margin > 0 ? [] : [{ code: "tie" }];
}
