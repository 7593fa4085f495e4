import type { Workspace } from "../../kernels/index.js";
import type { LayerStack } from "../../layers/index.js";
import type { CheckpointArray, LiveArrays } from "../checkpoint.js";
import type { BatchStatistics, UpdateGradient } from "../methods/index.js";
import type { StepOptions, Steps } from "../optimisers/index.js";
import { WeightGradient } from "../weight-gradient.js";
import { type LayerStepSettings, LayerSteps } from "./layer-steps.js";

/** Options of a learner; as in `RbmTraining`. */
export interface LearnerSettings extends LayerStepSettings {
  readonly l1: number;
  readonly l2: number;
  readonly sparsity?: number | undefined;
  readonly sparsityCost: number;
  readonly sparsityMemory: number;
  readonly centred: boolean;
  readonly centredSliding: number;
}

/**
 * Gradient ascent on the parameters of a machine, from a positive and a negative phase. Weights move in single
 * precision in the workspace, the parameters of the units in double precision.
 */
export class Learner implements UpdateGradient {
  /** The whole state of an update besides the batch statistics. */
  readonly arrays: LiveArrays;
  readonly visible: Float64Array;
  readonly hidden: Float64Array;
  readonly #workspace: Workspace;
  readonly #stack: LayerStack;
  readonly #settings: LearnerSettings;
  readonly #weights: WeightGradient;
  readonly #weightSteps: Steps<Float32Array>;
  readonly #visibleSteps: LayerSteps;
  readonly #hiddenSteps: LayerSteps;
  /** A column of n values and a row of k. */
  readonly #column: Float32Array;
  readonly #row: Float32Array;
  /** 1 after the running means have a first value. */
  readonly #started = new Float64Array(1);
  /** Running means of the layers' values in the data, for centring. */
  readonly #visibleOffset: Float64Array;
  readonly #hiddenOffset: Float64Array;
  /** Running mean of the hidden values, for the sparsity target. */
  readonly #activity: Float64Array;

  constructor(workspace: Workspace, stack: LayerStack, settings: LearnerSettings) {
    const [visible, hidden] = stack.layers;
    const [n, k] = [visible.units.width, hidden.units.width];
    this.#workspace = workspace;
    this.#stack = stack;
    this.#settings = settings;
    this.#weights = new WeightGradient(workspace, stack.weights[0]);
    this.#weightSteps = settings.optimiser.start(this.#weights);
    this.#column = workspace.float32(n);
    this.#row = workspace.float32(k);
    this.visible = new Float64Array(n);
    this.hidden = new Float64Array(k);
    this.#visibleSteps = new LayerSteps(visible, settings);
    this.#hiddenSteps = new LayerSteps(hidden, settings);
    this.#visibleOffset = new Float64Array(n);
    this.#hiddenOffset = new Float64Array(k);
    this.#activity = new Float64Array(k);
    this.arrays = new Map<string, CheckpointArray>([
      ...named("optimiser.weights", this.#weightSteps.state),
      ...named("optimiser.visible", this.#visibleSteps.state),
      ...named("optimiser.hidden", this.#hiddenSteps.state),
      ["started", this.#started],
      ["offset.visible", this.#visibleOffset],
      ["offset.hidden", this.#hiddenOffset],
      ["activity", this.#activity],
    ]);
  }

  get weights(): Float32Array {
    return this.#weights.gradient;
  }

  /**
   * Adds the positive phase to the gradient, before the chains advance: they may draw states of the hidden batch, but leave its
   * means and the visible batch as they are until the step.
   */
  addData({ visible, hidden }: BatchStatistics): void {
    this.#weights.add(visible, hidden, 1 / visible.rows);
    visible.sums(this.visible);
    hidden.meanSums(this.hidden);
    scale(this.visible, 1 / visible.rows);
    scale(this.hidden, 1 / hidden.rows);
    this.#follow();
    this.#visibleSteps.begin(visible, this.visible, false);
    this.#hiddenSteps.begin(hidden, this.hidden, true);
  }

  /** Subtracts the negative phase, which completes the gradient. */
  subtractModel({ visible, hidden }: BatchStatistics): void {
    this.#weights.add(visible, hidden, -1 / visible.rows);
    this.#visibleSteps.subtract(visible, this.visible, false);
    this.#hiddenSteps.subtract(hidden, this.hidden, true);
  }

  /** One step along the gradient. */
  step(options: Pick<StepOptions, "rate" | "epochs">): void {
    const { l1, l2, sparsity, sparsityCost, centred } = this.#settings;
    const [visible, hidden] = this.#stack.layers;
    if (centred) {
      // <(v - mu)(h - lambda)^T> of the data minus that of the model; mu lambda^T drops out.
      this.#weights.addOuter(this.#visibleOffset, this.hidden, -1);
      this.#weights.addOuter(this.visible, this.#hiddenOffset, -1);
    }
    this.#weightSteps.step({ ...options, l1, l2 });
    this.#weights.clear();
    this.#stack.weights[0].refresh();
    this.#visibleSteps.step(options);
    this.#hiddenSteps.step(options);
    if (sparsity !== undefined) {
      hidden.units.addToBiases(this.#activity.map((q) => options.rate * sparsityCost * (sparsity - q)));
    }
    if (centred) this.#uncentre();
    visible.refresh();
    hidden.refresh();
  }

  /** Updates the running means of the data, and adds the gradient of the sparsity target to the weights. */
  #follow(): void {
    const { sparsity, sparsityCost, sparsityMemory, centred, centredSliding } = this.#settings;
    const first = this.#started[0] === 0;
    this.#started[0] = 1;
    if (sparsity !== undefined) {
      slide(this.#activity, this.hidden, first ? 1 : 1 - sparsityMemory);
      const push = this.#activity.map((q) => sparsityCost * (sparsity - q));
      this.#weights.addOuter(this.visible, push, 1);
    }
    if (!centred) return;
    slide(this.#visibleOffset, this.visible, first ? 1 : centredSliding);
    slide(this.#hiddenOffset, this.hidden, first ? 1 : centredSliding);
  }

  /** Converts the biases learned with (v - mu)^T W (h - lambda) to those of v^T W h after W changed. */
  #uncentre(): void {
    const [n, k] = [this.#column.length, this.#row.length];
    const { change } = this.#weightSteps;
    const [visible, hidden] = this.#stack.layers;
    this.#row.set(this.#hiddenOffset);
    const a = { kind: "dense", values: change } as const;
    this.#workspace.product({ rows: n, inner: k, columns: 1, a, b: this.#row, out: this.#column, scale: -1 });
    visible.units.addToBiases(this.#column);
    this.#column.set(this.#visibleOffset);
    const transposed = { kind: "columns", values: change } as const;
    this.#workspace.product({
      rows: k,
      inner: n,
      columns: 1,
      a: transposed,
      b: this.#column,
      out: this.#row,
      scale: -1,
    });
    hidden.units.addToBiases(this.#row);
  }
}

function named(prefix: string, arrays: LiveArrays): [name: string, array: CheckpointArray][] {
  return Array.from(arrays, ([name, array]) => [`${prefix}.${name}`, array]);
}

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] *= factor;
}

function slide(running: Float64Array, values: Float64Array, part: number): void {
  for (let i = 0; i < running.length; i++) running[i] += part * (values[i] - running[i]);
}
