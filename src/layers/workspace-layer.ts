import type { Workspace } from "../kernels/workspace.js";
import type { Units } from "../units/index.js";
import { BitBatch } from "./bit-batch.js";
import type { BatchLayer, LayerBatch } from "./layer-batch.js";
import { NormalBatch } from "./normal-batch.js";
import { RowBatch } from "./row-batch.js";

/** One layer of a model in a workspace: its units, with parameters of their own, shared by its batches. */
export class WorkspaceLayer implements BatchLayer {
  readonly workspace: Workspace;
  readonly units: Units;
  readonly low: number;
  readonly range: number;
  readonly bias: Float32Array;
  readonly normal: BatchLayer["normal"];

  constructor(workspace: Workspace, units: Units) {
    const { low, high } = units.twoStates ?? { low: 0, high: 1 };
    this.workspace = workspace;
    this.units = units.copy();
    this.low = low;
    this.range = high - low;
    this.bias = workspace.float32(units.width);
    const numbers = () => workspace.float32(units.width);
    if (units.normal !== undefined) this.normal = { offset: numbers(), gain: numbers(), deviation: numbers() };
    this.refresh();
  }

  /** Updates `bias` and `normal` after the parameters of the units have changed. */
  refresh(): void {
    const { twoStates, parameters, normal } = this.units;
    if (twoStates !== undefined) this.bias.set(parameters);
    if (normal === undefined || this.normal === undefined) return;
    this.normal.offset.set(normal.mean);
    this.normal.gain.set(normal.precision.map((gamma) => 1 / gamma));
    this.normal.deviation.set(normal.precision.map((gamma) => 1 / Math.sqrt(gamma)));
  }

  batch(rows: number): LayerBatch {
    if (this.units.twoStates !== undefined) return new BitBatch(this, rows);
    return this.normal === undefined ? new RowBatch(this, rows) : new NormalBatch(this, this.normal, rows);
  }
}
