import {
  type Association,
  type AssociationLayer,
  AssociationLookup,
  AssociationPooling,
  columns,
  mean,
  reshape,
  square,
  subtract,
  type TracedModel,
} from "engram/neural";

/** Rows of an item. */
const ROWS = 3;

/** A layer that learns to give back the rows of each item: all of them, or as many as it pools. */
export function layerModel(layer: AssociationLayer, values: Float32Array, units: number): TracedModel {
  const size = ROWS * units;
  return {
    name: layer.constructor.name,
    parameters: layer.parameters,
    items: Math.floor(values.length / size),
    inputs: (batch) => ({ rows: [batch, ROWS, units] }),
    loss(parameters, { rows }) {
      const inputs = {
        ...(!(layer instanceof AssociationLookup) && { patterns: rows }),
        ...(!(layer instanceof AssociationPooling) && { states: rows }),
      };
      const { states } = (layer as Association).trace(parameters, inputs as never);
      const [batch] = rows.shape;
      const given = reshape(states, [batch, states.size / batch]);
      return mean(square(subtract(given, columns(reshape(rows, [batch, size]), 0, given.columns))));
    },
    load({ rows }, items) {
      rows.fill(0);
      items.forEach((item, k) => {
        rows.set(values.subarray(item * size, (item + 1) * size), k * size);
      });
    },
    settings: { units: String(units) },
  };
}
