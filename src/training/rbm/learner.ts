import type { Workspace } from "../../kernels/index.js";
import type { Rbm, WorkspaceRbm } from "../../models/index.js";
import { LayerSteps } from "./layer-steps.js";
import type { LiveArrays, Phase, UpdateGradient } from "./method.js";

/** What holds the weights small and the units useful; as in `TrainOptions`. */
export interface LearnerSettings {
  readonly l1: number;
  readonly l2: number;
  readonly sparsity: { readonly target: number; readonly cost: number; readonly memory: number } | undefined;
  readonly centred: { readonly sliding: number } | undefined;
  readonly learnBiases: boolean;
  readonly learnPrecisions: boolean;
}

/**
 * Gradient ascent with momentum on the parameters of a machine, from a positive and a negative phase. Weights move in single
 * precision in the workspace, the parameters of the units in double precision.
 */
export class Learner implements UpdateGradient {
  /** All that an update depends on beside the phases. */
  readonly arrays: LiveArrays;
  readonly weights: Float32Array;
  readonly visible: Float64Array;
  readonly hidden: Float64Array;
  readonly #workspace: Workspace;
  readonly #machine: WorkspaceRbm;
  readonly #settings: LearnerSettings;
  readonly #velocity: Float32Array;
  readonly #visibleSteps: LayerSteps;
  readonly #hiddenSteps: LayerSteps;
  /** For outer products of a column of n values and a row of k. */
  readonly #column: Float32Array;
  readonly #row: Float32Array;
  /** 1 once running means have a first value. */
  readonly #started = new Float64Array(1);
  /** Running means of the layers' values in the data, for centring. */
  readonly #visibleOffset: Float64Array;
  readonly #hiddenOffset: Float64Array;
  /** Running mean of the hidden values, for the sparsity target. */
  readonly #activity: Float64Array;

  constructor(workspace: Workspace, rbm: Rbm, machine: WorkspaceRbm, settings: LearnerSettings) {
    const [n, k] = [rbm.visible.width, rbm.hidden.width];
    this.#workspace = workspace;
    this.#machine = machine;
    this.#settings = settings;
    this.weights = workspace.float32(n * k);
    this.#velocity = workspace.float32(n * k);
    this.#column = workspace.float32(n);
    this.#row = workspace.float32(k);
    this.visible = new Float64Array(n);
    this.hidden = new Float64Array(k);
    this.#visibleSteps = new LayerSteps(machine.visible, settings);
    this.#hiddenSteps = new LayerSteps(machine.hidden, settings);
    this.#visibleOffset = new Float64Array(n);
    this.#hiddenOffset = new Float64Array(k);
    this.#activity = new Float64Array(k);
    this.arrays = new Map<string, Float64Array | Float32Array>([
      ["velocity.weights", this.#velocity],
      ["velocity.visible", this.#visibleSteps.velocity],
      ["velocity.hidden", this.#hiddenSteps.velocity],
      ["started", this.#started],
      ["offset.visible", this.#visibleOffset],
      ["offset.hidden", this.#hiddenOffset],
      ["activity", this.#activity],
    ]);
  }

  /** The part of the data in the gradient; before the chains move on, which may use the same batches. */
  addData({ visible, hidden }: Phase): void {
    this.#machine.weights.addProducts(visible, hidden, 1 / visible.rows, 0, this.weights);
    visible.sums(this.visible);
    hidden.meanSums(this.hidden);
    scale(this.visible, 1 / visible.rows);
    scale(this.hidden, 1 / hidden.rows);
    this.#follow();
    this.#visibleSteps.begin(visible, this.visible, false);
    this.#hiddenSteps.begin(hidden, this.hidden, true);
  }

  /** The part of the model; the gradient is complete then. */
  subtractModel({ visible, hidden }: Phase): void {
    this.#machine.weights.addProducts(visible, hidden, -1 / visible.rows, 1, this.weights);
    this.#visibleSteps.subtract(visible, this.visible, false);
    this.#hiddenSteps.subtract(hidden, this.hidden, true);
  }

  /** One step along the gradient. */
  step(rate: number, momentum: number): void {
    const { l1, l2, sparsity, centred } = this.#settings;
    const { weights, visible, hidden } = this.#machine;
    if (centred !== undefined) {
      // <(v - mu)(h - lambda)^T> of the data less that of the model, where mu lambda^T drops out.
      this.#addOuter(this.#visibleOffset, this.hidden, -1);
      this.#addOuter(this.visible, this.#hiddenOffset, -1);
    }
    const { values } = weights;
    this.#workspace.ascend({ values, velocity: this.#velocity, gradient: this.weights, rate, momentum, l1, l2 });
    weights.refresh();
    this.#visibleSteps.step(rate, momentum);
    this.#hiddenSteps.step(rate, momentum);
    if (sparsity !== undefined) {
      hidden.units.absorb(this.#activity.map((q) => rate * sparsity.cost * (sparsity.target - q)));
    }
    if (centred !== undefined) this.#uncentre();
    visible.refresh();
    hidden.refresh();
  }

  /** Running means of the data, and what the sparsity target asks of the weights. */
  #follow(): void {
    const { sparsity, centred } = this.#settings;
    const first = this.#started[0] === 0;
    this.#started[0] = 1;
    if (sparsity !== undefined) {
      slide(this.#activity, this.hidden, first ? 1 : 1 - sparsity.memory);
      const push = this.#activity.map((q) => sparsity.cost * (sparsity.target - q));
      this.#addOuter(this.visible, push, 1);
    }
    if (centred === undefined) return;
    slide(this.#visibleOffset, this.visible, first ? 1 : centred.sliding);
    slide(this.#hiddenOffset, this.hidden, first ? 1 : centred.sliding);
  }

  /** Biases that go with v^T W h as those that were learned go with (v - mu)^T W (h - lambda), after W moved. */
  #uncentre(): void {
    const [n, k] = [this.#column.length, this.#row.length];
    const velocity = this.#velocity;
    const { visible, hidden } = this.#machine;
    this.#row.set(this.#hiddenOffset);
    const a = { kind: "dense", values: velocity } as const;
    this.#workspace.product({ rows: n, inner: k, columns: 1, a, b: this.#row, out: this.#column, scale: -1 });
    visible.units.absorb(this.#column);
    this.#column.set(this.#visibleOffset);
    const turned = { kind: "columns", values: velocity } as const;
    this.#workspace.product({ rows: k, inner: n, columns: 1, a: turned, b: this.#column, out: this.#row, scale: -1 });
    hidden.units.absorb(this.#row);
  }

  /** Adds weight x y^T to the gradient. */
  #addOuter(x: Float64Array, y: Float64Array, weight: number): void {
    this.#column.set(x);
    this.#row.set(y);
    this.#workspace.product({
      rows: x.length,
      inner: 1,
      columns: y.length,
      a: { kind: "dense", values: this.#column },
      b: this.#row,
      out: this.weights,
      scale: weight,
      keep: 1,
    });
  }
}

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] *= factor;
}

function slide(running: Float64Array, values: Float64Array, part: number): void {
  for (let i = 0; i < running.length; i++) running[i] += part * (values[i] - running[i]);
}
