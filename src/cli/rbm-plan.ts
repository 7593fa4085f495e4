import type { Rbm } from "../models/index.js";
import type { TrainingData } from "../training/index.js";
import type { GreySet } from "./grey-set.js";
import type { RbmOptions } from "./rbm-options.js";
import type { Reading } from "./reading.js";
import type { KeptTraining } from "./training-file.js";

/** A training of an RBM that is ready to begin. */
export interface RbmPlan {
  readonly options: RbmOptions;
  readonly reading: Reading;
  readonly learned: GreySet;
  readonly heldOut: GreySet | undefined;
  readonly rbm: Rbm;
  readonly data: TrainingData;
  /** Where checkpoints go. */
  readonly file: string;
  /** What it goes on from. */
  readonly resumed: KeptTraining | undefined;
}
