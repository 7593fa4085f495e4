export { type NumberArray, type Packed, type PackedArray, Packing, Unpacking } from "../packed.js";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.js";
export type { Json } from "./json.js";
export { type DecodeOptions, decodeMemory, encodeMemory, type Kinds } from "./memory.js";
export {
  type DecodeModelOptions,
  decodeModel,
  type EncodeModelOptions,
  encodeModel,
  type ModelNotes,
  type StoredModel,
} from "./model.js";
export { type NpyArray, type ReadNpyOptions, readNpy, writeNpy } from "./npy.js";
export { decodeKind, decodePacked, type EncodeOptions, encodePacked } from "./packed.js";
export { type Dtype, readSafetensors, type Safetensors, type Tensor, writeSafetensors } from "./safetensors.js";
export { fromScikitLearn, type ScikitLearnArrays, type ScikitLearnRbm, toScikitLearn } from "./scikit-learn.js";
export type { ReadOptions } from "./sealed.js";
