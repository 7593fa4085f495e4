import type { Workspace } from "../../kernels/index.js";
import type { LayerBatch, LayerWeights, WorkspaceLayer } from "../../layers/index.js";
import { allFinite } from "../../math/vector.js";
import type { CheckpointArray } from "../checkpoint.js";
import type { Optimiser, StepOptions, Steps } from "../optimisers/index.js";
import { WeightGradient } from "../weight-gradient.js";

/** Gradient ascent on the weights between two layers of two-state units, in single precision. */
export class WeightAscent {
  readonly #weights: LayerWeights;
  readonly #gradient: WeightGradient;
  readonly #steps: Steps<Float32Array>;

  constructor(workspace: Workspace, weights: LayerWeights, optimiser: Optimiser) {
    this.#weights = weights;
    this.#gradient = new WeightGradient(workspace, weights);
    this.#steps = optimiser.start(this.#gradient);
  }

  /** Adds the mean of x <y>^T over the rows to the gradient, times `sign`. */
  add(lower: LayerBatch, upper: LayerBatch, sign: 1 | -1): void {
    this.#gradient.add(lower, upper, sign / lower.rows);
  }

  /** Adds the mean of <x> <y>^T over the rows: both layers are independent given the data. */
  addMeans(lower: LayerBatch, upper: LayerBatch): void {
    this.#gradient.addMeans(lower, upper, 1 / lower.rows);
  }

  step(options: StepOptions): void {
    this.#steps.step(options);
    this.#gradient.clear();
    this.#weights.refresh();
  }

  get isFinite(): boolean {
    return allFinite(this.#weights.values);
  }

  /** What checkpoints keep of it. */
  arrays(name: string): [name: string, array: CheckpointArray][] {
    return [[name, this.#weights.values], ...named(name, this.#steps)];
  }
}

/** Gradient ascent on the biases of a layer of two-state units, in double precision. They do not decay. */
export class BiasAscent {
  readonly #layer: WorkspaceLayer;
  readonly #gradient: Float64Array;
  readonly #steps: Steps;
  readonly #sums: Float64Array;

  constructor(layer: WorkspaceLayer, optimiser: Optimiser) {
    const { width, parameters } = layer.units;
    this.#layer = layer;
    this.#gradient = new Float64Array(width);
    this.#steps = optimiser.start({ values: parameters, gradient: this.#gradient });
    this.#sums = new Float64Array(width);
  }

  /** Adds the mean over the rows of states, or of means, times `sign`. */
  add(batch: LayerBatch, sign: 1 | -1, means: boolean): void {
    if (means) batch.meanSums(this.#sums);
    else batch.sums(this.#sums);
    for (let i = 0; i < this.#sums.length; i++) this.#gradient[i] += (sign * this.#sums[i]) / batch.rows;
  }

  step({ rate, epochs }: StepOptions): void {
    this.#steps.step({ rate, epochs });
    this.#gradient.fill(0);
    this.#layer.refresh();
  }

  get isFinite(): boolean {
    return allFinite(this.#layer.units.parameters);
  }

  /** What checkpoints keep of it. */
  arrays(name: string): [name: string, array: CheckpointArray][] {
    return [[name, this.#layer.units.parameters], ...named(name, this.#steps)];
  }
}

function named(name: string, { state }: Steps): [name: string, array: CheckpointArray][] {
  return Array.from(state, ([part, array]) => [`optimiser.${name}.${part}`, array]);
}
