export type { NumberArray } from "./arrays.js";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.js";
export type { Json } from "./json.js";
export { type DecodeOptions, decodeMemory, encodeMemory } from "./memory.js";
export { decodeModel, type StoredModel } from "./model.js";
export { type NpyArray, readNpy, writeNpy } from "./npy.js";
export { decodeRbm, type EncodeRbmOptions, encodeRbm, type RbmNotes, type StoredRbm } from "./rbm.js";
export { type Dtype, readSafetensors, type Safetensors, type Tensor, writeSafetensors } from "./safetensors.js";
export { fromScikitLearn, type ScikitLearnRbm, toScikitLearn } from "./scikit-learn.js";
