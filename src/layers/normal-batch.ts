import type { NormalDraw } from "../kernels/workspace.js";
import type { BatchLayer, DrawOptions } from "./layer-batch.js";
import { RowBatch } from "./row-batch.js";

/** States of units that are normal given their inputs, which the workspace draws. */
export class NormalBatch extends RowBatch {
  readonly #normal: Pick<NormalDraw, "offset" | "gain" | "deviation">;

  constructor(layer: BatchLayer, normal: Pick<NormalDraw, "offset" | "gain" | "deviation">, rows: number) {
    super(layer, rows);
    this.#normal = normal;
  }

  override sample({ streams, step, beta = 1, means = false }: DrawOptions): void {
    const { key, chains } = streams;
    this.#draw(beta, means, { values: this.memory, key, step, chains });
  }

  override mean(): void {
    this.#draw(1, true, undefined);
  }

  #draw(beta: number, means: boolean, states: NormalDraw["states"]): void {
    const { rows, inputs } = this;
    const { offset, gain, deviation } = this.#normal;
    // Spelled out: a spread costs more than a draw of a few units.
    this.layer.workspace.drawNormal({
      offset,
      gain,
      deviation,
      rows,
      columns: this.layer.units.width,
      inputs,
      scale: 1 / Math.sqrt(beta),
      means: means ? this.means : undefined,
      states,
    });
  }
}
