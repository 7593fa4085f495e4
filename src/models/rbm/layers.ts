import type { Layered } from "../../layers/layer-stack.js";
import type { Rbm } from "./rbm.js";

/** An RBM as two layers with weights between them, for a `LayerStack`. */
export function rbmLayers({ visible, hidden, weights }: Rbm): Layered {
  return { layers: [visible, hidden], weights: [weights] };
}
