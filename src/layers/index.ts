export { ChainStreams } from "./chain-streams.js";
export type { BatchLayer, DrawOptions, LayerBatch } from "./layer-batch.js";
export { type InputOptions, LayerWeights } from "./layer-weights.js";
export { WorkspaceLayer } from "./workspace-layer.js";
