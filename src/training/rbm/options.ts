import { ArgumentError, requireInteger, requireNumber, requireOptions } from "../../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import type { SavedCheckpoint } from "./checkpoint.js";
import type { LearnerSettings } from "./learner.js";
import type { TrainingMethod } from "./method.js";
import type { Monitor } from "./monitor.js";
import { persistent } from "./persistent.js";
import { asSchedule, type Schedule, type Scheduled } from "./schedule.js";

/** How often hidden units are to be on. */
export interface SparsityOptions {
  /** The mean that every hidden value is drawn to. */
  readonly target: number;
  /** How strongly, beside the likelihood; 0.01 where it is left out. */
  readonly cost?: number | undefined;
  /** What the running mean of a hidden value keeps at each update, from 0 to below 1; 0.95 where it is left out. */
  readonly memory?: number | undefined;
}

/** The centred parametrisation. */
export interface CentredOptions {
  /** What the running means take from each batch, above 0 and at most 1; 0.01 where it is left out. */
  readonly sliding?: number | undefined;
}

/** How an RBM learns. */
export interface TrainOptions {
  /** How the negative phase is estimated; `persistent()` where it is left out. */
  readonly method?: TrainingMethod | undefined;
  /** Rows of a batch, at most as many as the data has; 100 where it is left out. The last one of an epoch may be smaller. */
  readonly batch?: number | undefined;
  /** How often to go through the data; at least 1. */
  readonly epochs: number;
  /** Learning rate; 0.05 where it is left out. */
  readonly rate?: Scheduled | undefined;
  /** From 0 to below 1; 0 where it is left out. A step is momentum times the one before plus rate times the gradient. */
  readonly momentum?: Scheduled | undefined;
  /** Weight decay: the gradient less l1 sgn(W), and less l2 W; 0 where they are left out. Biases do not decay. */
  readonly l1?: number | undefined;
  readonly l2?: number | undefined;
  /** Draws the mean of every hidden value to a target; the data alone decide where it is left out. */
  readonly sparsity?: SparsityOptions | undefined;
  /** Learns in the centred parametrisation; false where it is left out. The machine always has ordinary biases. */
  readonly centred?: boolean | CentredOptions | undefined;
  /** Whether units learn their biases, or means; true where it is left out. Centring and sparsity need it. */
  readonly learnBiases?: boolean | undefined;
  /** Whether gaussian and relu units learn their precisions, too; false where it is left out. */
  readonly learnPrecisions?: boolean | undefined;
  /** A whole number: the same seed gives the same bits. 0 where it is left out. */
  readonly seed?: number | undefined;
  /** Updates from one report to the next within an epoch; only at the ends of epochs where it is left out. */
  readonly reportEvery?: number | undefined;
  /** Measurements at the end of every epoch. */
  readonly monitors?: readonly Monitor[] | undefined;
  /** A checkpoint to go on from, of the same machine, data and settings but for `epochs`, `reportEvery` and `monitors`. */
  readonly resume?: SavedCheckpoint | undefined;
  readonly workspace?: MakeWorkspace | undefined;
  /** Ends the work between two updates. */
  readonly signal?: AbortSignal | undefined;
}

/** Options with their defaults, checked. */
export interface TrainSettings extends LearnerSettings {
  readonly method: TrainingMethod;
  readonly batch: number;
  readonly epochs: number;
  readonly rate: Schedule;
  readonly momentum: Schedule;
  readonly seed: number;
  readonly reportEvery: number;
  readonly workspace: MakeWorkspace;
}

/** @throws ArgumentError for an option out of its range */
export function asSettings(options: TrainOptions, rows: number): TrainSettings {
  requireOptions(options, "{ epochs }");
  const { method = persistent(), batch = Math.min(100, rows), epochs, l1 = 0, l2 = 0, seed = 0 } = options;
  if (typeof method?.start !== "function") {
    throw new ArgumentError("method is no training method; expected persistent(), contrastiveDivergence() or another");
  }
  requireInteger("batch", batch, 1);
  if (batch > rows)
    throw new ArgumentError(`batch is ${batch} but the data has ${rows} rows; expected at most as many`);
  requireInteger("epochs", epochs, 1);
  requireNumber("l1", l1, 0, Number.MAX_VALUE);
  requireNumber("l2", l2, 0, Number.MAX_VALUE);
  requireInteger("seed", seed, 0);
  if (options.reportEvery !== undefined) requireInteger("reportEvery", options.reportEvery, 1);
  requireMovable(options);
  return {
    method,
    batch,
    epochs,
    rate: asSchedule("rate", options.rate ?? 0.05, 0, Number.MAX_VALUE),
    momentum: asSchedule("momentum", options.momentum ?? 0, 0, 1 - Number.EPSILON),
    l1,
    l2,
    sparsity: asSparsity(options.sparsity),
    centred: asCentred(options.centred),
    learnBiases: options.learnBiases ?? true,
    learnPrecisions: options.learnPrecisions ?? false,
    seed,
    reportEvery: options.reportEvery ?? Number.POSITIVE_INFINITY,
    workspace: options.workspace ?? defaultWorkspace,
  };
}

/** What must be the same for a checkpoint to be resumed. */
export function describeSettings(settings: TrainSettings): Record<string, string> {
  const { method, batch, rate, momentum, l1, l2, sparsity, centred, learnBiases, learnPrecisions, seed } = settings;
  return {
    method: `${method.name} ${JSON.stringify(method.options)}`,
    batch: String(batch),
    rate: rate.description,
    momentum: momentum.description,
    l1: String(l1),
    l2: String(l2),
    sparsity: told(sparsity),
    centred: told(centred),
    learnBiases: String(learnBiases),
    learnPrecisions: String(learnPrecisions),
    seed: String(seed),
  };
}

function told(setting: object | undefined): string {
  return setting === undefined ? "off" : JSON.stringify(setting);
}

/** Throws where biases are to stay although something else needs them to move. */
function requireMovable({ learnBiases, centred, sparsity }: TrainOptions): void {
  if (learnBiases !== false) return;
  const needs = centred ? "centred" : sparsity ? "sparsity" : undefined;
  if (needs === undefined) return;
  throw new ArgumentError(`learnBiases is false but ${needs} moves biases; leave one of the two out`);
}

function asSparsity(given: SparsityOptions | undefined): LearnerSettings["sparsity"] {
  if (given === undefined) return undefined;
  const { target, cost = 0.01, memory = 0.95 } = given;
  requireNumber("sparsity.target", target, -Number.MAX_VALUE, Number.MAX_VALUE);
  requireNumber("sparsity.cost", cost, 0, Number.MAX_VALUE);
  requireNumber("sparsity.memory", memory, 0, 1 - Number.EPSILON);
  return { target, cost, memory };
}

function asCentred(given: boolean | CentredOptions | undefined): LearnerSettings["centred"] {
  if (given === undefined || given === false) return undefined;
  const { sliding = 0.01 } = given === true ? {} : given;
  requireNumber("centred.sliding", sliding, Number.MIN_VALUE, 1);
  return { sliding };
}
