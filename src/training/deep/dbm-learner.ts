import type { Workspace } from "../../kernels/index.js";
import type { LayerBatch, LayerWeights, WorkspaceLayer } from "../../layers/index.js";

/** A step of gradient ascent. */
export interface AscentStep {
  readonly rate: number;
  readonly momentum: number;
  readonly l2: number;
}

/** Gradient ascent with momentum on the weights between two layers of two-state units, in single precision. */
export class WeightAscent {
  readonly gradient: Float32Array;
  readonly #workspace: Workspace;
  readonly #weights: LayerWeights;
  readonly #velocity: Float32Array;

  constructor(workspace: Workspace, weights: LayerWeights) {
    this.gradient = workspace.float32(weights.values.length);
    this.#velocity = workspace.float32(weights.values.length);
    this.#workspace = workspace;
    this.#weights = weights;
  }

  /** Adds, or sets as the first part of the gradient, the mean of x <y>^T over the rows, times `sign`. */
  add(lower: LayerBatch, upper: LayerBatch, sign: 1 | -1): void {
    this.#weights.addProducts(lower, upper, sign / lower.rows, sign === 1 ? 0 : 1, this.gradient);
  }

  /** Sets the mean of <x> <y>^T over the rows: both layers are independent given the data. */
  setMeans(lower: LayerBatch, upper: LayerBatch): void {
    this.#workspace.product({
      rows: lower.layer.units.width,
      inner: lower.rows,
      columns: upper.layer.units.width,
      a: { kind: "columns", values: lower.means },
      b: upper.means,
      out: this.gradient,
      scale: 1 / lower.rows,
    });
  }

  step({ rate, momentum, l2 }: AscentStep): void {
    const { values } = this.#weights;
    const { gradient } = this;
    this.#workspace.ascend({ values, velocity: this.#velocity, gradient, rate, momentum, l1: 0, l2 });
    this.#weights.refresh();
  }

  get isFinite(): boolean {
    return this.#weights.values.every(Number.isFinite);
  }

  /** What checkpoints keep of it. */
  arrays(name: string): [name: string, array: Float32Array][] {
    return [
      [name, this.#weights.values],
      [`velocity.${name}`, this.#velocity],
    ];
  }

  /** Once `arrays` have changed. */
  refresh(): void {
    this.#weights.refresh();
  }
}

/** Gradient ascent with momentum on the biases of a layer of two-state units, in double precision. */
export class BiasAscent {
  readonly #layer: WorkspaceLayer;
  readonly #gradient: Float64Array;
  readonly #velocity: Float64Array;
  readonly #sums: Float64Array;

  constructor(layer: WorkspaceLayer) {
    const { width } = layer.units;
    this.#layer = layer;
    this.#gradient = new Float64Array(width);
    this.#velocity = new Float64Array(width);
    this.#sums = new Float64Array(width);
  }

  /** Adds the mean over the rows of states, or of means, times `sign`. */
  add(batch: LayerBatch, sign: 1 | -1, means: boolean): void {
    if (means) batch.meanSums(this.#sums);
    else batch.sums(this.#sums);
    for (let i = 0; i < this.#sums.length; i++) this.#gradient[i] += (sign * this.#sums[i]) / batch.rows;
  }

  step({ rate, momentum }: AscentStep): void {
    const { parameters } = this.#layer.units;
    for (let i = 0; i < parameters.length; i++) {
      this.#velocity[i] = momentum * this.#velocity[i] + rate * this.#gradient[i];
      parameters[i] += this.#velocity[i];
    }
    this.#gradient.fill(0);
    this.#layer.refresh();
  }

  get isFinite(): boolean {
    return this.#layer.units.parameters.every(Number.isFinite);
  }

  /** What checkpoints keep of it. */
  arrays(name: string): [name: string, array: Float64Array][] {
    return [
      [name, this.#layer.units.parameters],
      [`velocity.${name}`, this.#velocity],
    ];
  }

  /** Once `arrays` have changed. */
  refresh(): void {
    this.#layer.refresh();
  }
}
