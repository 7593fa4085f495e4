export { ChainStreams } from "./chain-streams.js";
export type { BatchLayer, DrawOptions, LayerBatch } from "./layer-batch.js";
export { type Layered, LayerStack } from "./layer-stack.js";
export { type InputOptions, LayerWeights } from "./layer-weights.js";
export { WorkspaceLayer } from "./workspace-layer.js";
