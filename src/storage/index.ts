export { type DecodeOptions, decodeMemory, encodeMemory } from "./memory.js";
export { type Dtype, readSafetensors, type Safetensors, type Tensor, writeSafetensors } from "./safetensors.js";
