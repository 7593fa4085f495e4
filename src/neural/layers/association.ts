import { ArgumentError, requireInteger } from "../../errors.js";
import { log } from "../../math/elementary.js";
import { Random } from "../../math/random.js";
import { type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import type { Vectors } from "../../patterns/index.js";
import { filledParameter, type Parameter } from "../parameters.js";
import { add, affine, exp, multiply } from "../tape/operations/elementwise.js";
import { products, transpose } from "../tape/operations/product.js";
import { softmax } from "../tape/operations/rows.js";
import { reshape, swapMiddle } from "../tape/operations/shape.js";
import { spread } from "../tape/operations/spread.js";
import type { CompileOptions } from "../tape/program.js";
import type { Tensor } from "../tape/tensor.js";
import { type Linear, linear, linearParameters } from "./linear.js";
import { type Normalisation, normalisationParameters, normalised } from "./normalisation.js";
import { type Retrieved, retrieve } from "./retrieve.js";

/** Options of an association. */
export const associationOptions = {
  heads: {
    type: "integer",
    low: 1,
    high: 4096,
    default: 1,
    help: "number of associations side by side, each with a part of the units",
  },
  steps: {
    type: "integer",
    low: 1,
    high: 1000,
    default: 1,
    help: "number of steps towards the stored patterns; 1 is attention",
  },
  beta: {
    type: "number",
    above: 0,
    high: 1e30,
    optional: true,
    help: "steepness of the softmax (default 1 / sqrt(units of a head))",
  },
  learnBeta: { type: "boolean", default: false, help: "learn the steepness, of each head apart, from beta on" },
  normalise: {
    type: "boolean",
    default: false,
    help: "give states, patterns and values rows of mean 0 and variance 1, with learned gains and shifts",
  },
  project: {
    type: "boolean",
    default: false,
    help: "map states, patterns and values to the heads, and what is retrieved to the outputs, by learned matrices",
  },
  size: { type: "integer", low: 1, optional: true, help: "with project: units of a head (default units / heads)" },
  outputs: { type: "integer", low: 1, optional: true, help: "with project: number of outputs (default the units)" },
  connected: {
    type: "boolean",
    default: false,
    help: "with project: map the mapped patterns to the values, as in the equations of the paper, and not the patterns themselves",
  },
} as const;

/** Options of an association. */
export interface AssociationOptions extends OptionsOf<typeof associationOptions> {
  /** Entries of a stored pattern; defaults to the units of a state. They must be equal unless `project` is set. */
  readonly patternUnits?: number | undefined;
  /** Entries of a value; defaults to those of a stored pattern. */
  readonly valueUnits?: number | undefined;
  /** Draws the initial weights of `project`; defaults to the seed 0. */
  readonly random?: Random | undefined;
}

/** What an association learns; nothing for plain retrieval. */
export interface AssociationParameters<Leaf = Parameter> {
  readonly normalise?: {
    readonly states: Normalisation<Leaf>;
    readonly patterns: Normalisation<Leaf>;
    readonly values: Normalisation<Leaf>;
  };
  readonly project?: {
    readonly states: Linear<Leaf>;
    readonly patterns: Linear<Leaf>;
    readonly values: Linear<Leaf>;
    readonly output: Linear<Leaf>;
  };
  /** log beta of each head. */
  readonly logBeta?: Leaf;
}

/** The tensors that an association is traced with. */
export interface AssociationInputs {
  /** [batch, states, units], or [1, states, units] for the same states in every set. */
  readonly states: Tensor;
  /** [batch, patterns, pattern units], or [1, patterns, pattern units] for the same patterns in every set. */
  readonly patterns: Tensor;
  /** [batch, patterns, value units]; defaults to the patterns. */
  readonly values?: Tensor | undefined;
  /** Of the shape [batch, patterns], with 0 for a pattern that may be retrieved, -Infinity for one that may not. */
  readonly mask?: Tensor | undefined;
}

/** What an association retrieves. */
export interface AssociationResult {
  /** [batch, states, outputs] */
  readonly states: Tensor;
  /** Of the shape [batch, heads, states, patterns]; the weights of the last step. */
  readonly weights: Tensor;
}

/** What states retrieve from. */
export interface RecallPatterns {
  readonly patterns: Vectors;
  /** One for each pattern; defaults to the patterns. */
  readonly values?: Vectors | undefined;
  /** Which patterns may be retrieved, one entry for each, 1 or true for those; all by default. */
  readonly mask?: ArrayLike<number | boolean> | undefined;
}

/** The deviation of initial weights, that of the source's implementation. */
const DEVIATION = 0.02;

/**
 * Association by a modern Hopfield network as a layer (Ramsauer et al., Hopfield networks is all you need, 2020): states q
 * look up stored patterns X, `steps` times, and retrieve their values V,
 *
 *     q <- X softmax(beta X^T q),    z = V softmax(beta X^T q),
 *
 * in several heads side by side. Without further options it is plain retrieval and learns nothing: V = X, as in
 * `ModernMemory` with the similarity dot. `normalise` and `project` add what attention has: with one step and beta = 1 /
 * sqrt(units of a head) the layer is attention (Vaswani et al., Attention is all you need, 2017), with `connected` for
 * values Y W_K W_V as the paper's equation 10 has them, and else Y W_V.
 *
 * Every state stops after the same number of steps, and its bits do not depend on others. Known as `Hopfield` in hflayers,
 * with its `hidden_size` for `size`, `scaling` for `beta` and `update_steps_max` for `steps - 1`; there normalisation and
 * projection are on by default, and a batch stops together.
 */
export class Association {
  readonly units: number;
  readonly patternUnits: number;
  readonly valueUnits: number;
  /** Entries of what is retrieved. */
  readonly outputs: number;
  /** Units of a head. */
  readonly size: number;
  readonly options: Omit<ResolvedOptions<typeof associationOptions>, "size" | "outputs" | "beta"> & {
    readonly beta: number;
  };
  /** What is learned, as it was drawn or set; change the numbers in place. */
  readonly parameters: AssociationParameters;

  /**
   * @param units entries of a state
   * @throws OptionError or ArgumentError for options that are out of range or do not fit together
   */
  constructor(units: number, options: AssociationOptions = {}) {
    requireInteger("units", units, 1);
    const { patternUnits = units, valueUnits = patternUnits, random = new Random(0), ...given } = options;
    requireInteger("patternUnits", patternUnits, 1);
    requireInteger("valueUnits", valueUnits, 1);
    const { size, outputs, ...read } = readOptions("an association", associationOptions, given);
    const { heads, project, connected } = read;
    const needsProject =
      size !== undefined ? "size" : outputs !== undefined ? "outputs" : connected ? "connected" : undefined;
    if (!project) {
      if (needsProject !== undefined)
        throw new ArgumentError(`${needsProject} is given but project is not; add project: true`);
      if (patternUnits !== units) {
        throw new ArgumentError(
          `states have ${units} units and patterns ${patternUnits}; add project: true to map both to the same`,
        );
      }
      requireDivisible("values have", valueUnits, heads);
    }
    if (size === undefined) requireDivisible("states have", units, heads);
    this.units = units;
    this.patternUnits = patternUnits;
    this.valueUnits = valueUnits;
    this.size = size ?? units / heads;
    this.outputs = project ? (outputs ?? units) : valueUnits;
    this.options = { ...read, beta: read.beta ?? 1 / Math.sqrt(this.size) };
    this.parameters = this.#parameters(random);
  }

  #parameters(random: Random): AssociationParameters {
    const { heads, normalise, project, connected, learnBeta, beta } = this.options;
    const width = heads * this.size;
    const map = (from: number, to: number, stream: number) =>
      linearParameters(from, to, random.fork(stream), DEVIATION);
    return {
      ...(normalise && {
        normalise: {
          states: normalisationParameters(this.units),
          patterns: normalisationParameters(this.patternUnits),
          values: normalisationParameters(this.valueUnits),
        },
      }),
      ...(project && {
        project: {
          states: map(this.units, width, 0),
          patterns: map(this.patternUnits, width, 1),
          values: map(connected ? width : this.valueUnits, width, 2),
          output: map(width, this.outputs, 3),
        },
      }),
      ...(learnBeta && { logBeta: filledParameter([heads], log(beta)) }),
    };
  }

  /** Traces the association. @throws ShapeError for tensors that do not fit */
  trace(parameters: AssociationParameters<Tensor>, inputs: AssociationInputs): AssociationResult {
    const { heads, steps } = this.options;
    const { project, normalise } = parameters;
    const { mask } = inputs;
    const normal = (x: Tensor, name: "states" | "patterns" | "values") =>
      normalise === undefined ? x : normalised(x, normalise[name]);
    const given = normal(inputs.states, "states");
    const stored = normal(inputs.patterns, "patterns");
    const worth = normal(inputs.values ?? inputs.patterns, "values");
    const batch = Math.max(given.shape[0], stored.shape[0]);
    // The same patterns for all states: one set of states.
    const isShared = stored.shape[0] === 1 && batch > 1;
    const states = isShared ? reshape(given, [1, batch * given.shape[1], this.units]) : given;
    const mapped = project === undefined ? stored : linear(stored, project.patterns);
    const valued =
      project === undefined
        ? worth
        : linear(this.options.connected ? linear(worth, project.patterns) : worth, project.values);
    const queries = project === undefined ? states : linear(states, project.states);
    const sets = isShared ? 1 : batch;
    const keys = this.#heads(repeated(mapped, sets));
    const looked = transpose(keys);
    let query = this.#heads(repeated(queries, sets));
    let weights = this.#weights(query, looked, parameters, mask);
    for (let step = 1; step < steps; step++) {
      query = products(weights, keys);
      weights = this.#weights(query, looked, parameters, mask);
    }
    const found = products(weights, this.#heads(repeated(valued, sets)));
    const [count, own] = [states.shape[1], found.columns];
    const joined = reshape(swapMiddle(reshape(found, [sets, heads, count, own])), [sets, count, heads * own]);
    const retrieved = project === undefined ? joined : linear(joined, project.output);
    const patterns = stored.shape[1];
    if (!isShared) return { states: retrieved, weights: reshape(weights, [batch, heads, count, patterns]) };
    const each = count / batch;
    const apart = swapMiddle(reshape(weights, [1, heads, batch, each * patterns]));
    return {
      states: reshape(retrieved, [batch, each, this.outputs]),
      weights: reshape(apart, [batch, heads, each, patterns]),
    };
  }

  /**
   * What states retrieve from patterns, in single precision.
   *
   * @param states one vector, or several
   * @throws ShapeError, DataError or ArgumentError for vectors that do not fit
   */
  recall(states: Vectors, { patterns, values, mask, ...options }: RecallPatterns & CompileOptions): Retrieved {
    const given = {
      states: [states, this.units] as const,
      patterns: [patterns, this.patternUnits] as const,
      values: values && ([values, this.valueUnits] as const),
      mask,
    };
    return retrieve(this, given, {}, options);
  }

  /** [sets, rows, heads x units] as [sets x heads, rows, units]. */
  #heads(x: Tensor): Tensor {
    const { heads } = this.options;
    const [sets, rows, width] = x.shape;
    return reshape(swapMiddle(reshape(x, [sets, rows, heads, width / heads])), [sets * heads, rows, width / heads]);
  }

  /** softmax(beta q . x) over the patterns x that may be retrieved. */
  #weights(
    query: Tensor,
    looked: Tensor,
    { logBeta }: AssociationParameters<Tensor>,
    mask: Tensor | undefined,
  ): Tensor {
    const { heads, beta } = this.options;
    const similarities = products(query, looked);
    const { shape, columns } = similarities;
    const sets = shape[0] / heads;
    let scores = affine(similarities, beta);
    if (logBeta !== undefined) {
      const betas = reshape(spread(exp(logBeta), [sets, heads]), [shape[0], 1]);
      scores = multiply(reshape(similarities, [shape[0], shape[1] * columns]), betas);
    }
    if (mask === undefined) return softmax(reshape(scores, shape));
    const allowed = add(reshape(scores, [sets, heads * shape[1], columns]), reshape(mask, [sets, 1, columns]));
    return softmax(reshape(allowed, shape));
  }
}

/** One set for all, repeated. */
function repeated(x: Tensor, sets: number): Tensor {
  const [own, ...shape] = x.shape;
  if (own === sets) return x;
  const size = shape.reduce((product, length) => product * length, 1);
  return reshape(spread(reshape(x, [size]), [sets, size]), [sets, ...shape]);
}

function requireDivisible(what: string, units: number, heads: number): void {
  if (units % heads === 0) return;
  throw new ArgumentError(
    `${what} ${units} units, which ${heads} heads do not divide; use a divisor, or project with a size`,
  );
}
