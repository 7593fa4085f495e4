import type { Workspace } from "../../kernels/workspace.js";
import type { LayerBatch } from "../../layers/layer-batch.js";
import { LayerWeights } from "../../layers/layer-weights.js";
import { WorkspaceLayer } from "../../layers/workspace-layer.js";
import type { Rbm } from "./rbm.js";

/**
 * An RBM in single precision in a workspace, for training and for long runs of many chains: two layers, the weights between
 * them, and batches of states of either layer. Parameters of the units stay in double precision.
 */
export class WorkspaceRbm {
  readonly visible: WorkspaceLayer;
  readonly hidden: WorkspaceLayer;
  readonly weights: LayerWeights;

  /** Makes the arrays; `load` fills them. */
  constructor(workspace: Workspace, { visible, hidden }: Rbm) {
    this.visible = new WorkspaceLayer(workspace, visible);
    this.hidden = new WorkspaceLayer(workspace, hidden);
    this.weights = new LayerWeights(workspace, this.visible, this.hidden);
  }

  /** Takes over weights and parameters, the weights rounded to single precision. */
  load(rbm: Rbm): void {
    this.visible.units.parameters.set(rbm.visible.parameters);
    this.hidden.units.parameters.set(rbm.hidden.parameters);
    this.visible.refresh();
    this.hidden.refresh();
    this.weights.load(rbm.weights);
  }

  /** Gives weights and parameters to an RBM. */
  store(rbm: Rbm): void {
    rbm.visible.parameters.set(this.visible.units.parameters);
    rbm.hidden.parameters.set(this.hidden.units.parameters);
    rbm.weights.values.set(this.weights.values);
  }

  /** The hidden units' inputs W^T v, and their biases. */
  toHidden(visible: LayerBatch, hidden: LayerBatch): void {
    this.weights.up(visible, hidden);
  }

  /** The visible units' inputs W h, and their biases. */
  toVisible(hidden: LayerBatch, visible: LayerBatch): void {
    this.weights.down(hidden, visible);
  }

  /**
   * log sum_h exp(-beta E(v, h)) = -beta F(v) of every row, Gamma_h(W^T v) - beta E_v(v), in double precision from inputs
   * in single precision. The inputs of `hidden` are set, unless they are those of `visible` already.
   */
  logWeights(visible: LayerBatch, hidden: LayerBatch, beta: number, out: Float64Array, ready = false): Float64Array {
    if (!ready) this.toHidden(visible, hidden);
    hidden.cumulants(beta, out);
    const energies = visible.energies(new Float64Array(visible.rows));
    for (let r = 0; r < visible.rows; r++) out[r] -= beta * energies[r];
    return out;
  }
}
