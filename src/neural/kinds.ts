import type { ModelKind } from "../models/model-kind.js";
import { bagsKind } from "./bags/kind.js";

/** The kinds of models of this room; whoever loads it joins them to `modelKinds`. */
export const neuralModelKinds: readonly ModelKind[] = [bagsKind];
