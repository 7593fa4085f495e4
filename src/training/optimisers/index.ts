import type { Maker } from "../../options.js";
import { adam } from "./adam.js";
import { momentum } from "./momentum.js";
import type { Optimiser } from "./optimiser.js";
import { rmsprop } from "./rmsprop.js";

export type { LearnedArray, Optimiser, StepOptions, Steps } from "./optimiser.js";
export { adam, momentum, rmsprop };

/** All optimisers, the default first. */
export const optimisers: readonly Maker<Optimiser>[] = [momentum, adam, rmsprop];
