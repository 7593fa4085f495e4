import type { Workspace } from "../../kernels/workspace.js";
import type { ChainStreams } from "../../layers/chain-streams.js";
import type { LayerBatch } from "../../layers/layer-batch.js";
import { LayerStack } from "../../layers/layer-stack.js";
import { rbmLayers } from "../rbm/layers.js";
import type { DeepBeliefNet } from "./deep-belief-net.js";

/**
 * The lower RBMs of a deep belief net, or all of them, in single precision in a workspace, with a batch of states of both
 * layers of each. States inferred in `hidden[l]` are copied up to `visible[l + 1]`, states generated there are copied down.
 */
export class DeepBeliefStack {
  readonly net: DeepBeliefNet;
  readonly rbms: readonly LayerStack[];
  readonly visible: readonly LayerBatch[];
  readonly hidden: readonly LayerBatch[];

  /** Allocates the arrays; `load` fills them. */
  constructor(workspace: Workspace, net: DeepBeliefNet, rows: number, levels = net.rbms.length) {
    this.net = net;
    this.rbms = net.rbms.slice(0, levels).map((rbm) => new LayerStack(workspace, rbmLayers(rbm)));
    const batches = this.rbms.map((rbm) => rbm.batches(rows));
    this.visible = batches.map(([visible]) => visible);
    this.hidden = batches.map(([, hidden]) => hidden);
  }

  load(): void {
    this.rbms.forEach((rbm, l) => {
      rbm.load(rbmLayers(this.net.rbms[l]));
    });
  }

  /**
   * Draws h^(l+1) from Q given the states of h^l, or its means in their place, and sets its means. The draw takes step
   * `levels step + l` of the streams.
   */
  infer(l: number, streams: ChainStreams, step: number, means = false): void {
    this.rbms[l].up(0, this.visible[l], this.hidden[l], { means });
    this.hidden[l].sample({ streams, step: step * this.rbms.length + l, means: true });
  }

  /** Sets the means of h^(l+1) from those of h^l in place of states. */
  inferMeans(l: number): void {
    this.rbms[l].up(0, this.visible[l], this.hidden[l], { means: true });
    this.hidden[l].mean();
  }

  /** Copies the states of h^(l+1), drawn from Q, to the visible layer of the next RBM. */
  copyUp(l: number): void {
    copyStates(this.hidden[l], this.visible[l + 1]);
  }

  /** Copies the means of h^(l+1) to the visible layer of the next RBM. */
  copyMeansUp(l: number): void {
    copyMeans(this.hidden[l], this.visible[l + 1]);
  }

  /** Copies the states of h^(l+1), drawn from the model, to the hidden layer of the RBM below. */
  copyDown(l: number): void {
    copyStates(this.visible[l + 1], this.hidden[l]);
  }
}

/**
 * Copies states from one batch to another of the same units. If one of them has additional label values at its end, these
 * are omitted, or set to 0.
 */
export function copyStates(from: LayerBatch, to: LayerBatch): void {
  to.rows = from.rows;
  const [width, wanted] = [from.layer.units.width, to.layer.units.width];
  if (width === wanted && from.memory.length === to.memory.length) {
    to.memory.set(from.memory);
    return;
  }
  const row = new Float64Array(Math.max(width, wanted));
  for (let r = 0; r < from.rows; r++) {
    from.read(r, row.subarray(0, width));
    to.load(r, row.subarray(0, wanted));
  }
}

/** The same for means. */
export function copyMeans(from: LayerBatch, to: LayerBatch): void {
  to.rows = from.rows;
  const [width, wanted] = [from.layer.units.width, to.layer.units.width];
  for (let r = 0; r < from.rows; r++) {
    const own = from.means.subarray(r * width, (r + 1) * width);
    to.means.fill(0, r * wanted, (r + 1) * wanted);
    to.means.set(own.subarray(0, wanted), r * wanted);
  }
}
