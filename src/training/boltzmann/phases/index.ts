import type { Maker } from "../../../options.js";
import { freeChains } from "./chains.js";
import { clampedExact, freeExact } from "./exact.js";
import { clampedGibbs } from "./gibbs.js";
import { clampedMeanField } from "./mean-field.js";
import type { NegativePhase, PositivePhase } from "./phase.js";

export type { FreeRun, NegativePhase, PositivePhase } from "./phase.js";
export { clampedExact, clampedGibbs, clampedMeanField, freeChains, freeExact };

/** All positive phases, the default first. */
export const positivePhases: readonly Maker<PositivePhase>[] = [clampedGibbs, clampedExact, clampedMeanField];

/** All negative phases, the default first. */
export const negativePhases: readonly Maker<NegativePhase>[] = [freeChains, freeExact];
