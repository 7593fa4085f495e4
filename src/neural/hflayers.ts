import { ArgumentError, ShapeError, StorageError } from "../errors.js";
import { listed } from "../names.js";
import { Association } from "./layers/association.js";
import { AssociationLookup } from "./layers/association-lookup.js";
import { AssociationPooling } from "./layers/association-pooling.js";
import { isParameter } from "./parameters.js";
import { shapeName } from "./tape/tensor.js";
import { leaves } from "./tree.js";

/** A state dictionary: arrays with their shapes, by the names that PyTorch gives them. */
export type StateDictionary = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly values: ArrayLike<number> }
>;

/** What a state dictionary does not say. */
export interface HflayersOptions {
  /** `num_heads`; defaults to 1. */
  readonly heads?: number | undefined;
  /** `scaling`; defaults to 1 / sqrt(hidden_size). */
  readonly beta?: number | undefined;
  /** `update_steps_max` + 1; defaults to 1. */
  readonly steps?: number | undefined;
}

/** An association layer of the modules of hflayers. */
export type AssociationLayer = Association | AssociationPooling | AssociationLookup;

const CORE = "association_core";

/**
 * The layer that a module of hflayers is, with its weights: `Hopfield` as an `Association`, `HopfieldPooling` as an
 * `AssociationPooling`, `HopfieldLayer` as an `AssociationLookup` (Ramsauer et al. 2020, github.com/ml-jku/hopfield-layers).
 * The arrays are those of `module.state_dict()`; in Python they are written for `readSafetensors` or `decodeNpz` by
 *
 *     from safetensors.torch import save_file
 *     save_file(module.state_dict(), "layer.safetensors")
 *
 * or by `numpy.savez("layer.npz", **{k: v.numpy() for k, v in module.state_dict().items()})`.
 *
 * @throws ArgumentError or ShapeError for options that do not fit the arrays, StorageError for arrays that are not those of
 *   such a module, or of one with a part that layers here do not have (a bias pattern, several sizes of heads)
 */
export function fromHflayers(
  arrays: StateDictionary,
  { heads = 1, beta, steps = 1 }: HflayersOptions = {},
): AssociationLayer {
  const learned = ["pooling_weights", "lookup_weights"].find((name) => arrays.has(name));
  const prefix = learned === undefined ? "" : "hopfield.";
  const source = new Source(arrays, prefix);
  const normalise = source.has("norm_stored_pattern.weight");
  const shapes = projectionShapes(source, heads);
  const units = shapes?.units ?? source.get(learned ?? "norm_state_pattern.weight").shape.at(-1) ?? 0;
  const options = { heads, beta, steps, normalise, ...(shapes !== undefined && { project: true, ...shapes.options }) };
  const layer = layerOf(learned, source, units, options);
  fill(layer, source, learned);
  source.requireDone();
  return layer;
}

function layerOf(learned: string | undefined, source: Source, units: number, options: object): AssociationLayer {
  if (learned === undefined) return new Association(units, options);
  const quantity = source.get(learned).shape[1];
  if (learned === "pooling_weights") return new AssociationPooling(units, { ...options, quantity });
  return new AssociationLookup(units, { ...options, quantity, separate: source.has("target_weights") });
}

/** The sizes of the matrices, if there are any. */
function projectionShapes(source: Source, heads: number) {
  if (!source.hasAny(`${CORE}.in_proj_weight`, `${CORE}.q_proj_weight`)) return undefined;
  const [states, patterns, values] = projections(source).map(({ weights }) => weights.shape);
  const width = states[0];
  if (width % heads !== 0 || patterns[0] !== width || values[0] !== width) {
    throw new ArgumentError(
      `heads is ${heads}, but the matrices have ${width}, ${patterns[0]} and ${values[0]} rows; expected the same number, which heads divides`,
    );
  }
  const connected = !source.has(`${CORE}.in_proj_weight`) && values[1] === width && values[1] !== patterns[1];
  return {
    units: states[1],
    options: {
      size: width / heads,
      outputs: source.get(`${CORE}.out_proj.weight`).shape[0],
      patternUnits: patterns[1],
      valueUnits: connected ? patterns[1] : values[1],
      connected,
    },
  };
}

/** A linear map, its matrix outputs x inputs. */
interface LinearMap {
  readonly weights: { readonly shape: readonly number[]; readonly values: ArrayLike<number> };
  readonly bias: ArrayLike<number> | undefined;
}

/** The matrices of states, patterns and values, outputs x inputs, in one array or in three. */
function projections(source: Source): LinearMap[] {
  const bias = source.has(`${CORE}.in_proj_bias`) ? Array.from(source.get(`${CORE}.in_proj_bias`).values) : undefined;
  const whole = source.has(`${CORE}.in_proj_weight`) ? source.get(`${CORE}.in_proj_weight`) : undefined;
  const parts =
    whole === undefined ? ["q", "k", "v"].map((name) => source.get(`${CORE}.${name}_proj_weight`)) : thirds(whole);
  let from = 0;
  return parts.map((weights) => {
    from += weights.shape[0];
    return { weights, bias: bias?.slice(from - weights.shape[0], from) };
  });
}

function thirds({ shape: [rows, columns], values }: LinearMap["weights"]): LinearMap["weights"][] {
  const size = (rows / 3) * columns;
  return [0, 1, 2].map((k) => ({
    shape: [rows / 3, columns],
    values: Array.from(values).slice(k * size, (k + 1) * size),
  }));
}

/** Writes the arrays to the parameters of a layer. */
function fill(layer: AssociationLayer, source: Source, learned: string | undefined): void {
  const parameters = leaves(layer.parameters, isParameter);
  const inside = layer instanceof Association ? "" : "association.";
  const set = (name: string, given: ArrayLike<number> | undefined) => {
    const parameter = parameters.get(name);
    if (parameter === undefined) throw new StorageError(`the module has ${name}, which this layer does not`);
    if (given === undefined) parameter.values.fill(0);
    else if (given.length === parameter.values.length) parameter.values.set(Array.from(given));
    else
      throw new ShapeError(`${name} has ${given.length} numbers in the module; expected ${shapeName(parameter.shape)}`);
  };
  if (learned !== undefined) set(learned === "pooling_weights" ? "states" : "patterns", source.get(learned).values);
  if (source.has("target_weights")) set("values", source.get("target_weights").values);
  const norms = { states: "norm_state_pattern", patterns: "norm_stored_pattern", values: "norm_pattern_projection" };
  for (const [own, theirs] of Object.entries(norms)) {
    if (!parameters.has(`${inside}normalise.${own}.gain`)) continue;
    set(`${inside}normalise.${own}.gain`, source.get(`${theirs}.weight`).values);
    set(`${inside}normalise.${own}.shift`, source.get(`${theirs}.bias`).values);
  }
  if (!parameters.has(`${inside}project.output.weights`)) return;
  const maps = projections(source);
  ["states", "patterns", "values"].forEach((own, k) => {
    set(`${inside}project.${own}.weights`, transposed(maps[k].weights));
    set(`${inside}project.${own}.bias`, maps[k].bias);
  });
  set(`${inside}project.output.weights`, transposed(source.get(`${CORE}.out_proj.weight`)));
  set(
    `${inside}project.output.bias`,
    source.has(`${CORE}.out_proj.bias`) ? source.get(`${CORE}.out_proj.bias`).values : undefined,
  );
}

function transposed({ shape: [rows, columns], values }: LinearMap["weights"]): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, k) => values[(k % rows) * columns + Math.floor(k / rows)]);
}

/** The arrays of a module, each of which must be read. */
class Source {
  readonly #arrays: StateDictionary;
  readonly #prefix: string;
  readonly #read = new Set<string>();

  constructor(arrays: StateDictionary, prefix: string) {
    this.#arrays = arrays;
    this.#prefix = prefix;
  }

  #name(name: string): string {
    return this.#arrays.has(name) ? name : `${this.#prefix}${name}`;
  }

  has(name: string): boolean {
    return this.#arrays.has(this.#name(name));
  }

  hasAny(...names: readonly string[]): boolean {
    return names.some((name) => this.has(name));
  }

  get(name: string): LinearMap["weights"] {
    const array = this.#arrays.get(this.#name(name));
    if (array === undefined) {
      throw new StorageError(
        `the arrays are not those of a module of hflayers: ${this.#name(name)} is missing; export module.state_dict()`,
      );
    }
    this.#read.add(this.#name(name));
    return array;
  }

  requireDone(): void {
    const left = [...this.#arrays.keys()].filter((name) => !this.#read.has(name));
    if (left.length === 0) return;
    throw new StorageError(`the module has ${listed(left)}, for which these layers have no place`);
  }
}
