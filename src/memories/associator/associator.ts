import { ArgumentError, DataError, requireInteger } from "../../errors.js";
import { type Association, type AssociationRule, correlation } from "../../learning/index.js";
import type { Matrix } from "../../math/matrix.js";
import { PatternSet } from "../../patterns/index.js";
import { type Activation, sign } from "./activation.js";
import { type Crosstalk, gainsOf, split } from "./crosstalk.js";
import { asVector, asVectors, excite, nearestRow, rowOf, stack, type Vector, type Vectors } from "./vectors.js";

/** Choices of an associator. */
export interface AssociatorOptions {
  /** How pairs become weights; the default is `correlation()`, Hebb's rule. */
  readonly rule?: AssociationRule | undefined;
  /** What output units make of their excitation; the default is `sign`. */
  readonly activation?: Activation | undefined;
}

/** What an input called up, and the evidence. */
export interface AssociatorRecall {
  /** y = f(x W), k values. */
  readonly output: Float64Array;
  /** x W, k values. */
  readonly excitation: Float64Array;
  /** The stored output at the smallest Euclidean distance from y. */
  readonly nearest: { readonly index: number; readonly label?: string; readonly distance: number };
}

/** What an associator holds, and how well. */
export interface AssociatorInspection {
  readonly inputs: number;
  readonly outputs: number;
  readonly pairs: number;
  readonly rule: string;
  readonly activation: string;
  /** How many stored inputs call up their own outputs (to 2^-30 of the largest, where outputs are real). */
  readonly recalled: number;
  /** What the rule reports: ||X W - Y||^2, and its rank or steps where it has any. */
  readonly association?: Omit<Association, "weights">;
  /** Why recall may fail; absent where nothing speaks against it. */
  readonly warning?: string;
}

interface Held {
  readonly inputs: Matrix;
  readonly outputs: Matrix;
  readonly labels: readonly string[] | undefined;
  readonly association: Association;
}

/** Outputs count as recalled when they differ by less than this part of the largest. */
const CLOSE = 2 ** -30;

/**
 * The heteroassociative network: n inputs, k outputs, y = f(x W) in one step, with weights learned from pairs of real
 * vectors or patterns (Rojas, Neural Networks, 1996, section 12.1). With feedback it is a `Bam`.
 *
 * ```ts
 * const memory = new Associator(3, 2, { rule: pseudoinverse() });
 * memory.store([[1, -1, 1], [1, 1, -1]], [[1, -1], [-1, -1]]);
 * const { output } = memory.recall([1, -1, 1]);
 * ```
 */
export class Associator {
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
    this.rule = rule;
    this.activation = activation;
  }

  /** W, n x k; undefined while nothing is stored. */
  get weights(): Matrix | undefined {
    return this.#held?.association.weights;
  }

  /**
   * Stores one pair or several beside those stored before; all are learned anew.
   *
   * @throws ShapeError or DataError for vectors that do not fit, DataError for outputs that the activation never gives,
   *   and what the rule throws; then nothing has changed
   */
  store(inputs: Vectors, outputs: Vectors): this {
    const added = { x: asVectors("inputs", inputs, this.inputs), y: asVectors("outputs", outputs, this.outputs) };
    this.#requireOutputs(added.y);
    const before = this.#held;
    const x = stack(before?.inputs, added.x);
    const y = stack(before?.outputs, added.y);
    const association = this.rule.learn(x, y);
    const names = outputs instanceof PatternSet ? outputs.labels : undefined;
    const labels = before === undefined ? names : before.labels && names && [...before.labels, ...names];
    this.#held = { inputs: x, outputs: y, labels, association };
    return this;
  }

  #requireOutputs({ values, columns }: Matrix): void {
    const bad = values.findIndex((value) => !this.activation.gives(value));
    if (bad < 0) return;
    const at = `outputs[${Math.floor(bad / columns)}][${bad % columns}]`;
    const { name, range } = this.activation;
    throw new DataError(
      `${at} is ${values[bad]}; the activation "${name}" gives ${range}: use identity, or encode it so`,
    );
  }

  /** y = f(x W). @throws ShapeError or DataError for an input that does not fit, ArgumentError while empty */
  recall(input: PatternSet | Vector): AssociatorRecall {
    const { association, outputs, labels } = this.#stored();
    const excitation = excite(association.weights, asVector("input", input, this.inputs));
    const output = excitation.map((e) => this.activation.of(e));
    const nearest = nearestRow(outputs, output);
    const label = labels?.[nearest.index];
    return { output, excitation, nearest: { ...nearest, ...(label === undefined ? {} : { label }) } };
  }

  /** Splits the excitation by a stored input into signal and crosstalk, for any rule. */
  crosstalk(index: number): Crosstalk {
    const { inputs, outputs, association } = this.#stored();
    requireInteger("pair index", index, 0, inputs.rows - 1);
    const excitation = excite(association.weights, rowOf(inputs, index));
    return split(excitation, outputs, index, gainsOf(this.rule, inputs)[index]);
  }

  /** What the memory holds, and how well. */
  inspect(): AssociatorInspection {
    const described = {
      inputs: this.inputs,
      outputs: this.outputs,
      rule: this.rule.name,
      activation: this.activation.name,
    };
    if (this.#held === undefined) return { ...described, pairs: 0, recalled: 0 };
    const { inputs, outputs, association } = this.#held;
    let recalled = 0;
    for (let mu = 0; mu < inputs.rows; mu++) if (this.#recalls(this.#held, mu)) recalled++;
    const { weights: _, ...evidence } = association;
    const warning = association.warning ?? this.#lost(outputs.rows - recalled, outputs.rows);
    return {
      ...described,
      pairs: inputs.rows,
      recalled,
      association: evidence,
      ...(warning === undefined ? {} : { warning }),
    };
  }

  #recalls({ inputs, outputs, association }: Held, mu: number): boolean {
    const wanted = rowOf(outputs, mu);
    const largest = wanted.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
    const excitation = excite(association.weights, rowOf(inputs, mu));
    return wanted.every((y, j) => Math.abs(this.activation.of(excitation[j]) - y) <= CLOSE * largest);
  }

  #lost(lost: number, pairs: number): string | undefined {
    if (lost === 0) return undefined;
    const remedy = this.rule.name === "pseudoinverse" ? "store fewer" : 'store fewer, or use the rule "pseudoinverse"';
    return `${lost} of ${pairs} stored inputs do not call up their outputs with ${this.rule.name}; ${remedy}`;
  }

  #stored(): Held {
    if (this.#held === undefined) throw new ArgumentError("the memory is empty; store pairs before recalling");
    return this.#held;
  }
}
