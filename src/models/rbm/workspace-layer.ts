import type { Workspace } from "../../kernels/workspace.js";
import type { Units } from "../../units/index.js";
import { BitBatch } from "./bit-batch.js";
import type { BatchLayer, LayerBatch } from "./layer-batch.js";
import { RowBatch } from "./row-batch.js";

/** One layer of a machine in a workspace: its units, with parameters of their own, shared by its batches. */
export class WorkspaceLayer implements BatchLayer {
  readonly workspace: Workspace;
  readonly units: Units;
  readonly low: number;
  readonly range: number;
  readonly bias: Float32Array;

  constructor(workspace: Workspace, units: Units) {
    const { low, high } = units.twoStates ?? { low: 0, high: 1 };
    this.workspace = workspace;
    this.units = units.copy();
    this.low = low;
    this.range = high - low;
    this.bias = workspace.float32(units.width);
    this.refresh();
  }

  /** Brings `bias` up to date once the parameters of the units have changed. */
  refresh(): void {
    if (this.units.twoStates !== undefined) this.bias.set(this.units.parameters);
  }

  batch(rows: number): LayerBatch {
    return this.units.twoStates === undefined ? new RowBatch(this, rows) : new BitBatch(this, rows);
  }
}
