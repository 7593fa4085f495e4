import type { Rbm } from "../../models/index.js";
import type { TrainingData } from "../../training/index.js";
import type { GreySet } from "../io/grey-set.js";
import type { Reading } from "../io/reading.js";
import type { RbmOptions } from "./rbm-options.js";
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
