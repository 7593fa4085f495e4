import type { Maker } from "../../options.js";
import { contrastiveDivergence } from "./contrastive-divergence.js";
import { fastWeights } from "./fast-weights.js";
import type { TrainingMethod } from "./method.js";
import { persistent } from "./persistent.js";
import { tempering } from "./tempering.js";

export type { BatchStatistics, MethodSetting, ModelChains, TrainingMethod, UpdateGradient } from "./method.js";
export { contrastiveDivergence, fastWeights, persistent, tempering };

/** All methods that train an RBM, the default first. */
export const trainingMethods: readonly Maker<TrainingMethod>[] = [
  persistent,
  contrastiveDivergence,
  fastWeights,
  tempering,
];
