import type { LayerBatch } from "../../layers/layer-batch.js";

/** Sets the label values of every row of a batch, the last `classes` of the row, to the one-hot vector of its class. */
export function setLabels(batch: LayerBatch, classes: number, labelOf: (r: number) => number): void {
  const { width } = batch.layer.units;
  const row = new Float64Array(width);
  for (let r = 0; r < batch.rows; r++) {
    batch.read(r, row);
    row.fill(0, width - classes);
    row[width - classes + labelOf(r)] = 1;
    batch.load(r, row);
  }
}
