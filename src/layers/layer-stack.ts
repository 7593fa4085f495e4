import type { Workspace } from "../kernels/workspace.js";
import type { Matrix } from "../math/matrix.js";
import type { Units } from "../units/index.js";
import type { LayerBatch } from "./layer-batch.js";
import { type InputOptions, LayerWeights } from "./layer-weights.js";
import { requireSingle } from "./single-precision.js";
import { WorkspaceLayer } from "./workspace-layer.js";

/** A model as layers of units, from the visible one up, and the weights between each layer and the next. */
export interface Layered {
  readonly layers: readonly Units[];
  /** W_l, values of layer l x values of layer l + 1: one fewer than layers. */
  readonly weights: readonly Matrix[];
}

/**
 * A model in single precision in a workspace, for training and for long runs of many chains: layers of units, the
 * weights between neighbours, and batches of their states. Two layers make an RBM, three a deep Boltzmann machine.
 * Parameters of the units stay in double precision.
 */
export class LayerStack {
  readonly layers: readonly WorkspaceLayer[];
  readonly weights: readonly LayerWeights[];

  /**
   * Makes the arrays; `load` fills them.
   *
   * @throws DataError for parameters beyond single precision, before arrays are made
   */
  constructor(workspace: Workspace, { layers, weights = [] }: Pick<Layered, "layers"> & Partial<Layered>) {
    requireSingleLayers({ layers, weights });
    this.layers = layers.map((units) => new WorkspaceLayer(workspace, units));
    this.weights = layers.slice(1).map((_, l) => new LayerWeights(workspace, this.layers[l], this.layers[l + 1]));
  }

  /**
   * Copies weights and parameters from a model, the weights rounded to single precision.
   *
   * @throws DataError for parameters beyond single precision
   */
  load({ layers, weights }: Layered): void {
    requireSingleLayers({ layers, weights });
    layers.forEach(({ parameters }, l) => {
      this.layers[l].units.parameters.set(parameters);
      this.layers[l].refresh();
    });
    weights.forEach((own, l) => {
      this.weights[l].load(own);
    });
  }

  /** Copies weights and parameters to a model. */
  store({ layers, weights }: Layered): void {
    layers.forEach(({ parameters }, l) => {
      parameters.set(this.layers[l].units.parameters);
    });
    weights.forEach(({ values }, l) => {
      values.set(this.weights[l].values);
    });
  }

  /** Updates what depends on weights and parameters after they have changed. */
  refresh(): void {
    for (const part of [...this.layers, ...this.weights]) part.refresh();
  }

  /** A batch of states of every layer. */
  batches(rows: number): LayerBatch[] {
    return this.layers.map((layer) => layer.batch(rows));
  }

  /** The inputs of layer l + 1 from the states, or means, of layer l: W_l^T x, and its biases. */
  up(l: number, from: LayerBatch, to: LayerBatch, options?: InputOptions): void {
    this.weights[l].up(from, to, options);
  }

  /** The inputs of layer l from the states, or means, of layer l + 1: W_l y, and its biases. */
  down(l: number, from: LayerBatch, to: LayerBatch, options?: InputOptions): void {
    this.weights[l].down(from, to, options);
  }
}

function requireSingleLayers({ layers, weights }: Layered): void {
  weights.forEach(({ rows, columns, values }, l) => {
    requireSingle(weights.length === 1 ? "weights" : `weights[${l}]`, values, rows, columns);
  });
  for (const { named } of layers) {
    for (const [name, values] of Object.entries(named)) requireSingle(name, values, values.length, 1);
  }
}
