import type { MemoryKind } from "../memories/memory.js";
import type { ModelKind } from "../models/model-kind.js";
import { bagsKind } from "./bags/kind.js";
import { energyMemoryKind } from "./energy/kind.js";
import { memoryNetworkKind } from "./facts/kind.js";
import { kanervaKind, productKanervaKind } from "./kanerva/kind.js";
import { machineKinds } from "./machines/kind.js";
import { memoKind } from "./memo/kind.js";

/** The kinds of models of this room; whoever loads it joins them to `modelKinds`. */
export const neuralModelKinds: readonly ModelKind[] = [bagsKind, ...machineKinds, memoryNetworkKind, memoKind];

/** The kinds of memories of this room; whoever loads it joins them to `memoryKinds`. */
export const neuralMemoryKinds: readonly MemoryKind[] = [kanervaKind, productKanervaKind, energyMemoryKind];
