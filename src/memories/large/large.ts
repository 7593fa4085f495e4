import { disposeSymbol } from "../../disposing.js";
import type { Process } from "../../dynamics/index.js";
import { DataError, requireInteger, ShapeError } from "../../errors.js";
import { defaultKernels, type VectorOperator } from "../../kernels/index.js";
import { readOptions } from "../../options.js";
import type { AnyVectorSet, PatternSet, Vector, VectorSet, Vectors } from "../../patterns/index.js";
import { asSingleSet, asVector, asVectorSet } from "../../patterns/vector-set.js";
import { type Lagrangian, lagrangians } from "../../units/index.js";
import type { Inspection, Memory, Nearest, Recall, RecallOptions } from "../memory.js";
import { emptyMemory, rowsLeft } from "../rows.js";
import { Flow } from "./flow.js";

/** Options of a large memory. */
export const largeOptions = {
  visible: {
    type: "made",
    sort: "Lagrangian",
    has: "activate",
    from: lagrangians,
    default: "absolute",
    help: "Lagrangian of the visible units",
  },
  hidden: {
    type: "made",
    sort: "Lagrangian",
    has: "activate",
    from: lagrangians.toReversed(),
    default: "rectified-power",
    help: "Lagrangian of the hidden units, one for each pattern",
  },
  hiddenTime: {
    type: "number",
    low: 0,
    high: 1000,
    default: 0,
    help: "time constant of the hidden units in those of the visible ones; 0 lets them follow at once",
  },
} as const;

/** Options of a recall from a large memory. */
export const largeRecallOptions = {
  step: {
    type: "number",
    above: 0,
    high: 1,
    default: 0.5,
    help: "first step of the flow, in time constants of the visible units",
  },
  maxSteps: { type: "integer", low: 1, high: 10_000_000, default: 10_000, help: "largest number of steps" },
  tolerance: {
    type: "number",
    low: 0,
    high: 1,
    default: 1e-6,
    help: "a recall ends when every unit moves slower than this part of the largest",
  },
} as const;

/** Options of a large memory. */
export interface LargeOptions {
  /** Lagrangian of the visible units; defaults to `absolute()`, whose activation is tanh. */
  readonly visible?: Lagrangian | undefined;
  /** Lagrangian of the hidden units, of which there is one for each pattern; defaults to `rectifiedPower()`. */
  readonly hidden?: Lagrangian | undefined;
  /** Time constant of the hidden units over that of the visible ones; defaults to 0: they follow at once. */
  readonly hiddenTime?: number | undefined;
}

/** Options of one recall from a large memory. */
export interface LargeRecallOptions extends RecallOptions {
  /** First step of the flow, in time constants of the visible units, above 0 and at most 1; defaults to 0.5. */
  readonly step?: number | undefined;
  /** Largest number of steps; defaults to 10,000. */
  readonly maxSteps?: number | undefined;
  /** A recall ends when every unit moves slower than this part of the largest, per time constant; defaults to 1e-6. */
  readonly tolerance?: number | undefined;
  /** I, a constant input to each visible unit; none by default. */
  readonly input?: ArrayLike<number> | undefined;
}

/** Where the flow ended, with its evidence; `sweeps` counts the steps. */
export interface LargeRecall extends Recall<Float64Array> {
  /** v, the visible units. */
  readonly state: Float64Array;
  /** g, the activations of the visible units. */
  readonly activations: Float64Array;
  /** f, the activation of each hidden unit: how much its pattern counts. */
  readonly hidden: Float64Array;
  /** The pattern of the largest product with g; its overlap is xi . g / n. */
  readonly nearest: Nearest & { readonly overlap: number };
  /** How often the step was halved, because the energy would have risen by more than rounding. */
  readonly halvings: number;
  /** The last step, in time constants of the visible units. */
  readonly step: number;
  readonly cueEnergy: number;
  readonly energy: number;
}

/** Contents of a large memory. */
export interface LargeInspection extends Inspection {
  readonly kind: "large";
  readonly visible: string;
  readonly hidden: string;
  readonly hiddenTime: number;
}

/** What a large memory recalls from: one vector. */
export type LargeCue = Vector | PatternSet | AnyVectorSet;

/**
 * The large associative memory (Krotov and Hopfield, Large associative memory problem in neurobiology and machine learning, 2020,
 * arXiv 2008.06996): visible units v and hidden units h with activations g = dL_v/dv and f = dL_h/dh, the gradients of a convex
 * Lagrangian for each layer, coupled by nothing but synapses between pairs, xi. One hidden unit stands for each pattern:
 *
 * tau_v dv/dt = xi^T f - v + I,    tau_h dh/dt = xi g - h
 * E(v, h) = [(v - I) . g - L_v] + [h . f - L_h] - f . xi g
 *
 * The energy falls along the flow, not along every step of a computation: a step that would raise it by more than rounding is
 * halved, and the result says how often. With `hiddenTime` 0 the hidden units are always at h = xi g.
 *
 * Model A of the paper has `absolute` and `rectifiedPower`, a dense associative memory; model B `identity` and `logSumExp`, whose step of one time
 * constant is that of a modern memory; model C `norm` and `rectifiedPower`, on a sphere. Each pattern needs a hidden unit: the number of
 * patterns is never above that of the hidden units, however steep the Lagrangian.
 */
export class LargeMemory implements Memory<VectorSet<Float32Array>, Vectors, LargeCue, LargeRecall> {
  readonly kind = "large";
  readonly units: number;
  readonly visible: Lagrangian & { readonly name?: string };
  readonly hidden: Lagrangian & { readonly name?: string };
  readonly hiddenTime: number;
  #patterns: VectorSet<Float32Array> | undefined;

  /**
   * @param units number of visible units
   * @throws OptionError for an option out of range, ArgumentError for fewer than one unit
   */
  constructor(units: number, options: LargeOptions = {}) {
    requireInteger("units", units, 1);
    const { visible, hidden, hiddenTime } = readOptions("a large memory", largeOptions, { ...options });
    this.units = units;
    this.visible = visible;
    this.hidden = hidden;
    this.hiddenTime = hiddenTime;
  }

  /** The stored patterns; undefined while there are none. */
  get items(): VectorSet<Float32Array> | undefined {
    return this.#patterns;
  }

  store(patterns: Vectors): this {
    const added = asSingleSet("patterns", patterns, this.units);
    this.#patterns = this.#patterns?.concat(added) ?? added;
    return this;
  }

  forget(rows: number | ArrayLike<number>): this {
    const left = rowsLeft(this.#patterns?.count ?? 0, rows);
    this.#patterns = left.length === 0 ? undefined : this.#patterns?.select(left);
    return this;
  }

  /**
   * Follows the flow from v = cue and h = xi g(v) until it rests.
   *
   * @throws ShapeError or DataError for a cue that does not fit or whose energy is beyond the range of numbers, ArgumentError
   *   while empty
   */
  recall(cue: LargeCue, options: LargeRecallOptions = {}): LargeRecall {
    const { step, maxSteps, tolerance, input } = options;
    const chosen = readOptions("recall", largeRecallOptions, { step, maxSteps, tolerance });
    const flow = this.#flow(cue, chosen.step, input);
    const cueEnergy = flow.energy;
    if (!Number.isFinite(cueEnergy)) {
      throw new DataError(
        `the energy of the cue is ${cueEnergy}, beyond the range of numbers; scale it or the patterns down, or use a lower power`,
      );
    }
    let steps = 0;
    let converged = false;
    while (!converged && steps < chosen.maxSteps) {
      converged = flow.advance(chosen.tolerance);
      steps++;
    }
    const patterns = this.#requirePatterns();
    const activations = flow.activations.slice();
    const products = operatorOf(patterns).similarities(activations, "dot");
    const index = products.reduce((best, product, mu) => (product > products[best] ? mu : best), 0);
    const label = patterns.labels?.[index];
    return {
      state: flow.visible.slice(),
      activations,
      hidden: flow.hiddenActivations.slice(),
      nearest: { index, ...(label !== undefined && { label }), overlap: products[index] / this.units },
      converged,
      sweeps: steps,
      halvings: flow.halvings,
      step: flow.step,
      cueEnergy,
      energy: flow.energy,
      warnings: [],
    };
  }

  recallMany(cues: Vectors, options: LargeRecallOptions = {}): LargeRecall[] {
    this.#requirePatterns();
    const set = asVectorSet("cues", cues, this.units);
    return Array.from({ length: set.count }, (_, r) => this.recall(set.row(r), options));
  }

  /** Starts a flow that can be advanced step by step; its state is v. */
  start(cue: LargeCue, { step, tolerance, input }: LargeRecallOptions = {}): Process<Float64Array> {
    const chosen = readOptions("recall", largeRecallOptions, { step, tolerance });
    return this.#flow(cue, chosen.step, input).process(chosen.tolerance);
  }

  #flow(cue: LargeCue, step: number, input: ArrayLike<number> | undefined): Flow {
    const patterns = this.#requirePatterns();
    const start = Float64Array.from(asVector("cue", cue, this.units));
    if (input !== undefined && input.length !== this.units) {
      throw new ShapeError(`input has ${input.length} entries but the network has ${this.units} visible units`);
    }
    const given = input === undefined ? new Float64Array(this.units) : asVector("input", input, this.units);
    const { visible, hidden, hiddenTime } = this;
    const operator = operatorOf(patterns);
    const upward = (g: Float64Array) => operator.similarities(g, "dot");
    const downward = (f: Float64Array) => operator.sums(f);
    return new Flow({ visible, hidden, hiddenTime, upward, downward, input: given }, start, step);
  }

  /** E(v, h) with h = xi g(v), and without input. */
  energy(state: LargeCue): number {
    return this.#flow(state, 1, undefined).energy;
  }

  /** m_mu = xi_mu . x / n of a vector with every stored pattern. */
  overlaps(state: LargeCue): Float64Array {
    const patterns = this.#requirePatterns();
    const products = operatorOf(patterns).similarities(asVector("state", state, this.units), "dot");
    return products.map((product) => product / this.units);
  }

  inspect(): LargeInspection {
    const { kind, units, visible, hidden, hiddenTime } = this;
    const names = { visible: visible.name ?? "custom", hidden: hidden.name ?? "custom" };
    return { kind, units, stored: this.#patterns?.count ?? 0, ...names, hiddenTime, warnings: [] };
  }

  describe(): string {
    const { visible, hidden } = this.inspect();
    return `visible units by ${visible}, hidden ones by ${hidden}`;
  }

  /** Does nothing: this memory holds no kernel memory. */
  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }

  #requirePatterns(): VectorSet<Float32Array> {
    if (this.#patterns === undefined) throw emptyMemory("vectors");
    return this.#patterns;
  }
}

function operatorOf(patterns: VectorSet<Float32Array>): VectorOperator {
  return defaultKernels().vectorOperator(patterns.matrix);
}
