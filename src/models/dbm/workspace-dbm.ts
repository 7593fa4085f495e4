import type { Workspace } from "../../kernels/workspace.js";
import type { LayerBatch } from "../../layers/layer-batch.js";
import { LayerWeights } from "../../layers/layer-weights.js";
import { WorkspaceLayer } from "../../layers/workspace-layer.js";
import type { DeepBoltzmannMachine } from "./deep-boltzmann-machine.js";

/** States or means of the three layers, a row for each of a number of chains or data. */
export interface DeepBatch {
  readonly visible: LayerBatch;
  readonly lower: LayerBatch;
  readonly upper: LayerBatch;
}

/** How the mean-field equations are solved. */
export interface RelaxOptions {
  /** Sweeps after which a batch is given up. */
  readonly maxSweeps: number;
  /** Converged once no mean moves further in a sweep. */
  readonly tolerance: number;
}

/** A deep Boltzmann machine in single precision in a workspace. Biases stay in double precision. */
export class WorkspaceDbm {
  readonly layers: readonly [visible: WorkspaceLayer, lower: WorkspaceLayer, upper: WorkspaceLayer];
  /** W_1 and W_2. */
  readonly weights: readonly [lower: LayerWeights, upper: LayerWeights];

  /** Makes the arrays; `load` fills them. */
  constructor(workspace: Workspace, { visible, hidden }: DeepBoltzmannMachine) {
    const [v, first, second] = [visible, ...hidden].map((units) => new WorkspaceLayer(workspace, units));
    this.layers = [v, first, second];
    this.weights = [new LayerWeights(workspace, v, first), new LayerWeights(workspace, first, second)];
  }

  load(machine: DeepBoltzmannMachine): void {
    [machine.visible, ...machine.hidden].forEach((units, l) => {
      this.layers[l].units.parameters.set(units.parameters);
      this.layers[l].refresh();
    });
    for (const l of [0, 1]) this.weights[l].load(machine.weights[l]);
  }

  store(machine: DeepBoltzmannMachine): void {
    [machine.visible, ...machine.hidden].forEach((units, l) => {
      units.parameters.set(this.layers[l].units.parameters);
    });
    for (const l of [0, 1]) machine.weights[l].values.set(this.weights[l].values);
  }

  batch(rows: number): DeepBatch {
    const [visible, lower, upper] = this.layers.map((layer) => layer.batch(rows));
    return { visible, lower, upper };
  }

  /** What h^1 feels of v and of h^2, of the states or of the means of the latter. */
  toLower({ visible, lower, upper }: DeepBatch, means: boolean): void {
    this.weights[0].up(visible, lower);
    this.weights[1].down(upper, lower, { add: true, means });
  }

  /**
   * Mean field: sets the means of both hidden layers to the product distribution that is closest to p(h^1, h^2 | v), layer
   * after layer, each exactly given the other, from an up-pass in which twice W_1 stands for what h^2 will add. The lower bound
   * on log p(v) rises with every sweep.
   *
   * @returns sweeps that it took
   */
  relax({ visible, lower, upper }: DeepBatch, { maxSweeps, tolerance }: RelaxOptions): number {
    const [below, above] = this.weights;
    below.up(visible, lower, { scale: 2 });
    lower.mean();
    const size = visible.rows * lower.layer.units.width;
    const before = new Float32Array(size);
    const felt = new Float32Array(size);
    for (let sweep = 1; ; sweep++) {
      above.up(lower, upper, { means: true });
      upper.mean();
      if (sweep === 1) below.up(visible, lower);
      else lower.inputs.set(felt);
      // What v makes h^1 feel stays the same.
      if (sweep === 1) felt.set(lower.inputs.subarray(0, size));
      above.down(upper, lower, { add: true, means: true });
      before.set(lower.means.subarray(0, size));
      lower.mean();
      let moved = 0;
      for (let k = 0; k < size; k++) moved = Math.max(moved, Math.abs(lower.means[k] - before[k]));
      if (moved <= tolerance || sweep === maxSweeps) return sweep;
    }
  }
}
