import { type MemoryKind, memoryKinds } from "../memories/index.js";
import { type ModelKind, modelKinds } from "../models/index.js";
import { neuralMemoryKinds, neuralModelKinds } from "../neural/index.js";

/** All kinds of memories of the library, those of engram/neural too. */
export const allMemoryKinds: readonly MemoryKind[] = [...memoryKinds, ...neuralMemoryKinds];

/** All kinds of models of the library, those of engram/neural too. */
export const allModelKinds: readonly ModelKind[] = [...modelKinds, ...neuralModelKinds];
