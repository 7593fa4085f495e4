import { ArgumentError, requireInteger, ShapeError } from "../../errors.js";
import { type AssociationRule, correlation } from "../../learning/index.js";
import { identityMatrix, type Matrix } from "../../math/matrix.js";
import type { PatternSet } from "../../patterns/index.js";
import { asVector, asVectors, excite, rowOf, stack, type Vector, type Vectors } from "./vectors.js";

/** The name that an input called up, and the evidence. */
export interface Recognition {
  readonly label: string;
  readonly index: number;
  /** One excitation a stored pattern; the name is that of the largest. */
  readonly excitations: Float64Array;
  /** The largest excitation less the second: 0 where it is a tie, and the first of the tied is named. */
  readonly margin: number;
  /** Why the name is not to be trusted; absent where nothing speaks against it. */
  readonly warning?: string;
}

/** Excitations that differ by less than this part of the largest differ by rounding. */
const TIE = 2 ** -40;

/**
 * The pattern recognition network: a heteroassociative network whose outputs are names (Rojas, Neural Networks, 1996,
 * section 12.1). Pattern mu is stored with the mu-th unit vector, one output unit a name, and the unit that is excited
 * most names the input. (The source gives one output, the number mu of the pattern: that is an `Associator` with the
 * activation identity and the outputs [1], [2], ...)
 *
 * With `correlation()` the excitations are the scalar products gamma x_mu . x; with `pseudoinverse()` they are the
 * coefficients of x in the patterns, and every stored pattern is sure of its own name.
 */
export class Recogniser {
  readonly units: number;
  readonly rule: AssociationRule;
  #patterns: Matrix | undefined;
  #labels: readonly string[] = [];
  #weights: Matrix | undefined;

  /** @throws ArgumentError for fewer than one unit */
  constructor(units: number, { rule = correlation() }: { readonly rule?: AssociationRule | undefined } = {}) {
    requireInteger("units", units, 1);
    this.units = units;
    this.rule = rule;
  }

  /** The names, in the order in which they were stored. */
  get labels(): readonly string[] {
    return this.#labels;
  }

  /**
   * Stores patterns with their names beside those stored before; all are learned anew.
   *
   * @throws ShapeError unless there is a name to each pattern; ArgumentError for a name that is stored already
   */
  store(patterns: Vectors, labels: readonly string[]): this {
    const added = asVectors("patterns", patterns, this.units);
    if (labels.length !== added.rows) {
      throw new ShapeError(`labels has ${labels.length} entries for ${added.rows} patterns; give one a pattern`);
    }
    const names = [...this.#labels, ...labels];
    const twice = names.find((name, mu) => names.indexOf(name) !== mu);
    if (twice !== undefined) throw new ArgumentError(`labels has "${twice}" twice; give every pattern its own name`);
    const all = stack(this.#patterns, added);
    this.#weights = this.rule.learn(all, identityMatrix(all.rows)).weights;
    this.#patterns = all;
    this.#labels = names;
    return this;
  }

  /** Names an input. @throws ShapeError or DataError for one that does not fit, ArgumentError while empty */
  recall(input: PatternSet | Vector): Recognition {
    if (this.#weights === undefined) throw new ArgumentError("the memory is empty; store patterns before recalling");
    const excitations = excite(this.#weights, asVector("input", input, this.units));
    let index = 0;
    for (let mu = 1; mu < excitations.length; mu++) if (excitations[mu] > excitations[index]) index = mu;
    const others = excitations.filter((_, mu) => mu !== index);
    const gap = excitations[index] - others.reduce((most, e) => Math.max(most, e), Number.NEGATIVE_INFINITY);
    const margin = gap > TIE * Math.abs(excitations[index]) ? gap : 0;
    const warning = this.#doubt(excitations[index], margin);
    return { label: this.#labels[index], index, excitations, margin, ...(warning === undefined ? {} : { warning }) };
  }

  #doubt(excitation: number, margin: number): string | undefined {
    if (excitation <= 0) return "no stored pattern is excited by this input: it resembles none of them";
    return margin > 0 ? undefined : "several stored patterns are excited alike: the first of them is named";
  }

  /** The stored patterns that are not given their own names; none where the memory is sound. */
  confused(): readonly string[] {
    const patterns = this.#patterns;
    return this.#labels.filter((_, mu) => {
      const { index, margin } = this.recall(rowOf(patterns as Matrix, mu));
      return index !== mu || margin <= 0;
    });
  }
}
