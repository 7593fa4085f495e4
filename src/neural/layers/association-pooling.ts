import { requireInteger } from "../../errors.js";
import { Random } from "../../math/random.js";
import { normalParameter, type Parameter } from "../parameters.js";
import { reshape } from "../tape/operations/shape.js";
import type { CompileOptions } from "../tape/program.js";
import type { Tensor } from "../tape/tensor.js";
import {
  Association,
  type AssociationOptions,
  type AssociationParameters,
  type AssociationResult,
  type RecallPatterns,
} from "./association.js";
import { type Retrieved, retrieve } from "./retrieve.js";

/** Options of a pooling by association. */
export interface AssociationPoolingOptions extends AssociationOptions {
  /** Number of learned states; defaults to 1. */
  readonly quantity?: number | undefined;
}

/** What a pooling by association learns. */
export interface AssociationPoolingParameters<Leaf = Parameter> {
  /** The learned states, quantity x units. */
  readonly states: Leaf;
  readonly association: AssociationParameters<Leaf>;
}

/**
 * Pooling of a set of patterns by learned states that are associated with them (Ramsauer et al., Hopfield networks is all
 * you need, 2020): the result is a mean of the patterns in which those count that are similar to a state. Known as
 * `HopfieldPooling` in hflayers.
 */
export class AssociationPooling {
  readonly association: Association;
  readonly quantity: number;
  readonly parameters: AssociationPoolingParameters;

  /** @throws as `Association` */
  constructor(units: number, { quantity = 1, random = new Random(0), ...options }: AssociationPoolingOptions = {}) {
    requireInteger("quantity", quantity, 1);
    this.association = new Association(units, { ...options, random });
    this.quantity = quantity;
    const states = normalParameter([quantity, this.association.units], 0.02, random.fork(4));
    this.parameters = { states, association: this.association.parameters };
  }

  /**
   * Traces the pooling of sets of patterns, [batch, patterns, units]; the result has the states [batch, quantity x outputs].
   *
   * @throws ShapeError for tensors that do not fit
   */
  trace(
    { states, association }: AssociationPoolingParameters<Tensor>,
    inputs: { readonly patterns: Tensor; readonly values?: Tensor | undefined; readonly mask?: Tensor | undefined },
  ): AssociationResult {
    const { units, outputs } = this.association;
    const result = this.association.trace(association, {
      ...inputs,
      states: reshape(states, [1, this.quantity, units]),
    });
    const batch = inputs.patterns.shape[0];
    return { ...result, states: reshape(result.states, [batch, this.quantity * outputs]) };
  }

  /**
   * What the learned states retrieve from patterns, one row for each state, in single precision. @throws as
   * `Association.recall`
   */
  recall({ patterns, values, mask, ...options }: RecallPatterns & CompileOptions): Retrieved {
    const { patternUnits, valueUnits } = this.association;
    const given = {
      patterns: [patterns, patternUnits] as const,
      values: values && ([values, valueUnits] as const),
      mask,
    };
    return retrieve(this, given, { states: this.quantity }, options);
  }
}
