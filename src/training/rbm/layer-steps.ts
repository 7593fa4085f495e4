import type { LayerBatch, WorkspaceLayer } from "../../layers/index.js";
import { exp } from "../../math/elementary.js";

/** Which parameters of units move; as in `TrainOptions`. */
export interface LayerStepSettings {
  readonly learnBiases: boolean;
  readonly learnPrecisions: boolean;
}

/** Steps of the parameters of one layer. Precisions stay as they are, or move by their logarithms: they stay above 0. */
export class LayerSteps {
  readonly velocity: Float64Array;
  readonly #layer: WorkspaceLayer;
  readonly #gradient: Float64Array;
  readonly #values: Float64Array;
  readonly #precision: Float64Array | undefined;
  /** Where precisions begin among the parameters. */
  readonly #precisions: number;
  readonly #settings: LayerStepSettings;

  constructor(layer: WorkspaceLayer, settings: LayerStepSettings) {
    const { named, parameters, width } = layer.units;
    this.#layer = layer;
    this.#precision = named.precision;
    this.#precisions = parameters.length - (named.precision?.length ?? 0);
    this.#settings = settings;
    this.#gradient = new Float64Array(parameters.length);
    this.#values = new Float64Array(width);
    this.velocity = new Float64Array(parameters.length);
  }

  /** Starts the gradient from the data, whose mean values are given. */
  begin(batch: LayerBatch, values: Float64Array, means: boolean): void {
    this.#gradient.fill(0);
    if (this.#layer.units.twoStates !== undefined) this.#gradient.set(values);
    else this.#add(batch, 1 / batch.rows, means);
  }

  /** Takes off what the model has, from the gradient and from the mean values. */
  subtract(batch: LayerBatch, values: Float64Array, means: boolean): void {
    if (means) batch.meanSums(this.#values);
    else batch.sums(this.#values);
    for (let i = 0; i < values.length; i++) values[i] -= this.#values[i] / batch.rows;
    // Their biases are what their values have as a gradient.
    if (this.#layer.units.twoStates !== undefined) this.#gradient.set(values);
    else this.#add(batch, -1 / batch.rows, means);
  }

  step(rate: number, momentum: number): void {
    const { parameters } = this.#layer.units;
    const { velocity } = this;
    const gradient = this.#gradient;
    const { learnBiases, learnPrecisions } = this.#settings;
    for (let p = 0; learnBiases && p < this.#precisions; p++) {
      velocity[p] = momentum * velocity[p] + rate * gradient[p];
      parameters[p] += velocity[p];
    }
    if (this.#precision === undefined || !learnPrecisions) return;
    for (let p = this.#precisions; p < parameters.length; p++) {
      velocity[p] = momentum * velocity[p] + rate * parameters[p] * gradient[p];
      parameters[p] *= exp(velocity[p]);
    }
  }

  #add(batch: LayerBatch, weight: number, means: boolean): void {
    if (means) batch.addMeanGradient(weight, this.#gradient);
    else batch.addGradient(weight, this.#gradient);
  }
}
