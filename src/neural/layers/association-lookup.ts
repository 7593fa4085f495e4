import { requireInteger } from "../../errors.js";
import { Random } from "../../math/random.js";
import type { Vectors } from "../../patterns/index.js";
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

/** Options of a lookup by association. */
export interface AssociationLookupOptions extends AssociationOptions {
  /** Number of learned patterns. */
  readonly quantity: number;
  /** Whether values are learned apart from the patterns; by default they are the patterns. */
  readonly separate?: boolean | undefined;
}

/** What a lookup by association learns. */
export interface AssociationLookupParameters<Leaf = Parameter> {
  /** The learned patterns, quantity x pattern units. */
  readonly patterns: Leaf;
  /** Their values, quantity x value units, if they are learned apart. */
  readonly values?: Leaf;
  readonly association: AssociationParameters<Leaf>;
}

/**
 * A table of learned patterns in which states are looked up by association (Ramsauer et al., Hopfield networks is all you
 * need, 2020). Known as `HopfieldLayer` in hflayers.
 */
export class AssociationLookup {
  readonly association: Association;
  readonly quantity: number;
  readonly parameters: AssociationLookupParameters;

  /** @throws as `Association` */
  constructor(
    units: number,
    { quantity, separate = false, random = new Random(0), ...options }: AssociationLookupOptions,
  ) {
    requireInteger("quantity", quantity, 1);
    this.association = new Association(units, { ...options, random });
    this.quantity = quantity;
    const { patternUnits, valueUnits, parameters } = this.association;
    this.parameters = {
      patterns: normalParameter([quantity, patternUnits], 0.02, random.fork(4)),
      ...(separate && { values: normalParameter([quantity, valueUnits], 0.02, random.fork(5)) }),
      association: parameters,
    };
  }

  /** Traces the lookup of states, [batch, states, units]. @throws ShapeError for tensors that do not fit */
  trace(
    { patterns, values, association }: AssociationLookupParameters<Tensor>,
    { states, mask }: { readonly states: Tensor; readonly mask?: Tensor | undefined },
  ): AssociationResult {
    const set = (x: Tensor) => reshape(x, [1, ...x.shape]);
    return this.association.trace(association, {
      states,
      patterns: set(patterns),
      ...(values !== undefined && { values: set(values) }),
      mask,
    });
  }

  /** What states retrieve from the learned patterns, in single precision. @throws as `Association.recall` */
  recall(states: Vectors, { mask, ...options }: Pick<RecallPatterns, "mask"> & CompileOptions = {}): Retrieved {
    return retrieve(this, { states: [states, this.association.units], mask }, { patterns: this.quantity }, options);
  }
}
