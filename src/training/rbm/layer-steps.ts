import type { LayerBatch, WorkspaceLayer } from "../../layers/index.js";
import type { CheckpointArray, LiveArrays } from "../checkpoint.js";
import type { Optimiser, StepOptions, Steps } from "../optimisers/index.js";

/** How the parameters of a layer learn. */
export interface LayerStepSettings {
  readonly optimiser: Optimiser;
  readonly learnBiases: boolean;
  readonly learnPrecisions: boolean;
}

/** Steps of the parameters of one layer. Precisions stay fixed, or their logarithms learn: they stay above 0. */
export class LayerSteps {
  /** The whole state besides the parameters. */
  readonly state: LiveArrays;
  readonly #layer: WorkspaceLayer;
  readonly #gradient: Float64Array;
  readonly #values: Float64Array;
  readonly #biases: Steps | undefined;
  readonly #precisions: Steps | undefined;

  constructor(layer: WorkspaceLayer, { optimiser, learnBiases, learnPrecisions }: LayerStepSettings) {
    const { named, parameters, width } = layer.units;
    const { precision } = named;
    const first = parameters.length - (precision?.length ?? 0);
    const gradient = new Float64Array(parameters.length);
    const steps = (from: number, to: number, positive: boolean) =>
      optimiser.start({ values: parameters.subarray(from, to), gradient: gradient.subarray(from, to), positive });
    this.#layer = layer;
    this.#gradient = gradient;
    this.#values = new Float64Array(width);
    this.#biases = learnBiases ? steps(0, first, false) : undefined;
    this.#precisions = precision !== undefined && learnPrecisions ? steps(first, parameters.length, true) : undefined;
    this.state = new Map<string, CheckpointArray>([
      ...(this.#biases?.state ?? []),
      ...Array.from(this.#precisions?.state ?? [], ([name, array]) => [`precisions.${name}`, array] as const),
    ]);
  }

  /** Starts the gradient from the data, whose mean values are given. */
  begin(batch: LayerBatch, values: Float64Array, means: boolean): void {
    this.#gradient.fill(0);
    if (this.#layer.units.twoStates !== undefined) this.#gradient.set(values);
    else this.#add(batch, 1 / batch.rows, means);
  }

  /** Subtracts the statistics of the model from the gradient and from the mean values. */
  subtract(batch: LayerBatch, values: Float64Array, means: boolean): void {
    if (means) batch.meanSums(this.#values);
    else batch.sums(this.#values);
    for (let i = 0; i < values.length; i++) values[i] -= this.#values[i] / batch.rows;
    // The gradient of the biases is the difference of the mean values.
    if (this.#layer.units.twoStates !== undefined) this.#gradient.set(values);
    else this.#add(batch, -1 / batch.rows, means);
  }

  step(options: Pick<StepOptions, "rate" | "epochs">): void {
    this.#biases?.step(options);
    this.#precisions?.step(options);
  }

  #add(batch: LayerBatch, weight: number, means: boolean): void {
    if (means) batch.addMeanGradient(weight, this.#gradient);
    else batch.addGradient(weight, this.#gradient);
  }
}
