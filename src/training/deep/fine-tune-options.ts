import { ArgumentError, requireInteger, requireNumber } from "../../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { Digest } from "../../math/digest.js";
import type { SavedCheckpoint } from "../rbm/checkpoint.js";
import type { DataSource, TrainingData } from "../rbm/data.js";
import { asSchedule, type Schedule, type Scheduled } from "../rbm/schedule.js";
import type { DropoutRates } from "./back-propagation.js";

/** Rows with their classes. */
export interface LabelledData {
  readonly data: TrainingData;
  /** The class of every row, from 0. */
  readonly labels: ArrayLike<number>;
}

/** Rows with their classes, checked. */
export interface LabelledRows {
  readonly source: DataSource;
  readonly labels: ArrayLike<number>;
}

/** How a classifier is fine-tuned. */
export interface FineTuneOptions {
  /** How often to go through the data, at most; at least 1. */
  readonly epochs: number;
  /**
   * How many classes there are, from 2 to 2^16; the highest label and one more where it is left out. A classifier that goes on
   * keeps those that it has.
   */
  readonly classes?: number | undefined;
  /** Rows of a batch; 100 where it is left out, or all where there are fewer. The last one of an epoch may be smaller. */
  readonly batch?: number | undefined;
  /** Learning rate; 0.1 where it is left out. */
  readonly rate?: Scheduled | undefined;
  /** From 0 to below 1; 0.5 where it is left out. A step is momentum times the one before less rate times the gradient. */
  readonly momentum?: Scheduled | undefined;
  /** Weight decay: the gradient of the loss plus l2 W; 0 where it is left out. Biases do not decay. */
  readonly l2?: number | undefined;
  /** The part of the values of a layer that is left out in each row and update, from 0 to below 1; 0 where it is left out. */
  readonly dropout?: Partial<DropoutRates> | undefined;
  /**
   * Epochs in which the output layer learns alone, before the others move with it; 0 where it is left out. Its first weights
   * are random, and what they send back moves the layers below for nothing.
   */
  readonly outputFirst?: number | undefined;
  /** Rows that are only looked at, after every epoch. The classifier is then the one that did best on them. */
  readonly validation?: LabelledData | undefined;
  /** Stops after so many epochs without a better score on the validation rows; never where it is left out. */
  readonly patience?: number | undefined;
  /** A whole number: the same seed gives the same bits. 0 where it is left out. */
  readonly seed?: number | undefined;
  /**
   * A checkpoint to go on from, of the same layers, data, labels and settings but for `epochs` and `patience`. What `from` has
   * learned does not matter then.
   */
  readonly resume?: SavedCheckpoint | undefined;
  readonly workspace?: MakeWorkspace | undefined;
  /** Ends the work between two updates. */
  readonly signal?: AbortSignal | undefined;
}

/** Options with their defaults, checked. */
export interface FineTuneSettings {
  readonly epochs: number;
  readonly batch: number;
  readonly rate: Schedule;
  readonly momentum: Schedule;
  readonly l2: number;
  readonly dropout: DropoutRates;
  readonly outputFirst: number;
  readonly patience: number;
  readonly seed: number;
  readonly workspace: MakeWorkspace;
}

/** @throws ArgumentError for an option out of its range */
export function asFineTuneSettings(options: FineTuneOptions, rows: number): FineTuneSettings {
  const { epochs, batch = Math.min(100, rows), l2 = 0, outputFirst = 0, seed = 0, patience } = options;
  const { inputs = 0, hidden = 0 } = asDropout(options.dropout);
  requireInteger("epochs", epochs, 1);
  requireInteger("batch", batch, 1);
  if (batch > rows)
    throw new ArgumentError(`batch is ${batch} but the data has ${rows} rows; expected at most as many`);
  requireNumber("l2", l2, 0, Number.MAX_VALUE);
  requireNumber("dropout.inputs", inputs, 0, 1 - Number.EPSILON);
  requireNumber("dropout.hidden", hidden, 0, 1 - Number.EPSILON);
  requireInteger("outputFirst", outputFirst, 0);
  requireInteger("seed", seed, 0);
  if (patience !== undefined) requireInteger("patience", patience, 1);
  if (patience !== undefined && options.validation === undefined) {
    throw new ArgumentError("patience is given but validation is not; pass the rows to stop by");
  }
  return {
    epochs,
    batch,
    rate: asSchedule("rate", options.rate ?? 0.1, 0, Number.MAX_VALUE),
    momentum: asSchedule("momentum", options.momentum ?? 0.5, 0, 1 - Number.EPSILON),
    l2,
    dropout: { inputs, hidden },
    outputFirst,
    patience: patience ?? Number.POSITIVE_INFINITY,
    seed,
    workspace: options.workspace ?? defaultWorkspace,
  };
}

/** A rate alone would not say of which layers. */
function asDropout(given: unknown = {}): Partial<DropoutRates> {
  if (given !== null && typeof given === "object") return given;
  const found = `dropout is ${String(given)}; expected rates for inputs, hidden or both`;
  throw new ArgumentError(`${found}: pass { hidden: ${typeof given === "number" ? given : 0.5} }`);
}

/** What must be the same for a checkpoint to be resumed. */
export function describeFineTuning(
  { batch, rate, momentum, l2, dropout, outputFirst, seed }: FineTuneSettings,
  rows: LabelledRows,
  held: LabelledRows | undefined,
): Record<string, string> {
  const described = ({ source, labels }: LabelledRows) =>
    `${source.rows} rows with digest ${source.digest()}-${new Digest().add(Uint32Array.from(labels)).hex()}`;
  return {
    data: described(rows),
    validation: held === undefined ? "none" : described(held),
    batch: String(batch),
    rate: rate.description,
    momentum: momentum.description,
    l2: String(l2),
    dropout: JSON.stringify(dropout),
    outputFirst: String(outputFirst),
    seed: String(seed),
  };
}
