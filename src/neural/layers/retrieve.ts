import { ShapeError } from "../../errors.js";
import { matrix } from "../../math/matrix.js";
import { VectorSet, type Vectors } from "../../patterns/index.js";
import { asMask } from "../../patterns/mask.js";
import { asSingleSet } from "../../patterns/vector-set.js";
import { compileModel } from "../model-program.js";
import type { Values } from "../tape/kernels.js";
import type { CompileOptions } from "../tape/program.js";
import type { AssociationResult } from "./association.js";

/** What a layer retrieves for one set. */
export interface Retrieved {
  /** What was retrieved, one row for each state. */
  readonly states: VectorSet<Float32Array>;
  /** The weights of the patterns in the last step, states x patterns, of each head. */
  readonly weights: readonly VectorSet<Float32Array>[];
}

/** The vectors of one set, by the names of a layer's inputs, and the entries that each must have. */
export interface RetrieveInputs {
  readonly states?: readonly [given: Vectors, units: number] | undefined;
  readonly patterns?: readonly [given: Vectors, units: number] | undefined;
  readonly values?: readonly [given: Vectors, units: number] | undefined;
  /** Which patterns may be retrieved, 1 or true for those. */
  readonly mask?: ArrayLike<number | boolean> | undefined;
}

/** A layer that is run on one set. */
interface Layer<Parameters> {
  readonly parameters: object;
  trace(parameters: Parameters, inputs: never): AssociationResult;
}

/**
 * Runs a layer on one set: vectors in, vectors out.
 *
 * @param learned the number of states or patterns that the layer has learned, where they are not inputs
 * @throws ShapeError, DataError or ArgumentError for inputs that do not fit
 */
export function retrieve<Parameters>(
  layer: Layer<Parameters>,
  { mask, ...given }: RetrieveInputs,
  learned: { readonly states?: number; readonly patterns?: number },
  options?: CompileOptions,
): Retrieved {
  const sets = new Map<string, VectorSet<Float32Array>>();
  for (const [name, vectors] of Object.entries(given)) {
    if (vectors !== undefined) sets.set(name, asSingleSet(name, vectors[0], vectors[1]));
  }
  const rows = sets.get("states")?.count ?? learned.states ?? 0;
  const patterns = sets.get("patterns")?.count ?? learned.patterns ?? 0;
  const values = sets.get("values");
  if (values !== undefined && values.count !== patterns) {
    throw new ShapeError(`values has ${values.count} vectors for ${patterns} patterns; give one for each`);
  }
  const remedy = "allow at least one";
  const allowed = mask && asMask("mask", mask, patterns, { things: "patterns", all: 0, remedy });
  const shapes = Array.from(sets, ([name, { count, units }]) => [name, [1, count, units]] as const);
  const program = compileModel(
    layer.parameters,
    Object.fromEntries([...shapes, ...(allowed === undefined ? [] : [["mask", [1, patterns]] as const])]),
    (parameters: Parameters, inputs) => layer.trace(parameters, inputs as never),
    options,
  );
  try {
    for (const [name, set] of sets) program.inputs[name].set(set.matrix.values);
    allowed?.forEach((may, k) => {
      program.inputs.mask[k] = may === 1 ? 0 : Number.NEGATIVE_INFINITY;
    });
    program.run();
    const { states, weights } = program.results;
    const heads = weights.length / (rows * patterns);
    const part = weights.length / heads;
    return {
      states: rowsOf(states, rows),
      weights: Array.from({ length: heads }, (_, h) => rowsOf(weights.subarray(h * part, (h + 1) * part), rows)),
    };
  } finally {
    program.dispose();
  }
}

function rowsOf(values: Values, rows: number): VectorSet<Float32Array> {
  return new VectorSet(matrix(rows, values.length / rows, Float32Array.from(values)));
}
