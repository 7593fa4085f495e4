import { ArgumentError, DivergenceError, requireInteger } from "../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../kernels/index.js";
import type { Made, OptionSpecs } from "../options.js";
import type { Warning } from "../warnings.js";
import type { CheckpointOwner, SavedCheckpoint, TrainingCheckpoint } from "./checkpoint.js";
import type { Epochs } from "./epochs.js";
import type { Scheduled } from "./schedules/index.js";

/** How a training stands. The model has the weights and parameters of this moment until the next report is asked for. */
export interface TrainingReport {
  /** Epochs that are over. */
  readonly epoch: number;
  /** Updates so far, one a batch. */
  readonly updates: number;
  /** The learning rate at this point of its schedule. */
  readonly rate: number;
  /** What the monitors measured; empty within an epoch. */
  readonly values: Readonly<Record<string, number>>;
  /** What looks wrong. */
  readonly warnings: readonly Warning[];
  /**
   * All that `train` needs to go on from here, with the same bits.
   *
   * @throws ArgumentError once the next report has been asked for
   */
  readonly checkpoint: () => TrainingCheckpoint;
}

/** Beside these the reports of a training of several models, one after the other, say which of them learns. */
export interface LayerReport {
  /** 1 is the lowest. */
  readonly layer: number;
  readonly layers: number;
}

/** When a monitor is asked. */
export interface MonitorContext {
  /** Epochs that are over. */
  readonly epoch: number;
  /** Updates so far. */
  readonly updates: number;
  /** The seed of the training, for measurements that draw random numbers. */
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** What a monitor found. */
export interface Measured {
  /** Numbers by name; they join those of the other monitors in the report. */
  readonly values: Readonly<Record<string, number>>;
  /** What looks wrong. */
  readonly warnings?: readonly Warning[] | undefined;
}

/**
 * Measures a model while it is trained; it is called at the end of every epoch, and must leave the model as it is. What it
 * keeps from one call to the next is not part of a checkpoint.
 */
export type Monitor<Model> = (model: Model, context: MonitorContext) => Measured | Promise<Measured>;

/** What every training may be told, beside the options that are data. */
export interface TrainingCommon<Model> {
  /** Updates from one report to the next within an epoch; reports come only at the ends of epochs by default. */
  readonly reportEvery?: number | undefined;
  /** Measurements at the end of every epoch. */
  readonly monitors?: readonly Monitor<Model>[] | undefined;
  /** A checkpoint to go on from, of the same model, data and settings but for `epochs`, `reportEvery` and `monitors`. */
  readonly resume?: SavedCheckpoint | undefined;
  /** Where the arrays live and who computes; `defaultWorkspace` by default. It changes no bit. */
  readonly workspace?: MakeWorkspace | undefined;
  /** Ends the work between two updates. */
  readonly signal?: AbortSignal | undefined;
}

/** A training of one model, or of one after the other, whose options have been checked. */
export interface TrainingPlan<Report extends TrainingReport> {
  /** Models that are trained one after the other; 1 for most. */
  readonly stages: number;
  /** The stage that a checkpoint belongs to, from 0; where it does not say, it is found out when it is looked at. */
  stageOf?(saved: SavedCheckpoint): number;
  /** Makes the arrays of a stage; `saved` is the checkpoint that it will go on from. */
  start(stage: number, saved: SavedCheckpoint | undefined): TrainingStage<Report>;
}

/** What a kind of training adds to the reports that all have. */
export type Status<Report extends TrainingReport> = Omit<
  Report,
  "epoch" | "updates" | "values" | "warnings" | "checkpoint"
> & {
  readonly warnings?: readonly Warning[];
};

/** The training of one model, an update at a time. */
export interface TrainingStage<Report extends TrainingReport> extends CheckpointOwner {
  readonly epochs: Epochs;
  /** Whether there is nothing left to do. */
  readonly isOver: boolean;
  readonly seed: number;
  readonly reportEvery: number;
  /** The monitors, with the model that they measure. */
  readonly monitors: readonly ((context: MonitorContext) => Measured | Promise<Measured>)[];
  /** Starts from the model as it is. */
  begin(): void;
  /** Brings all up to date once `arrays` were set from a checkpoint, and gives the model what they hold. */
  restore(): void;
  /** Learns from the next batch and advances `epochs`; tells whether an epoch is over with it. */
  update(): boolean;
  /** Long measurements at the end of an epoch, in slices. */
  measure?(): Generator<void, void>;
  /**
   * Writes what was learned to the model, once it is known to be finite.
   *
   * @throws DivergenceError where it is not: the model keeps what it had at the last report
   */
  store(): void;
  /** How the training stands; `over` at the end of an epoch. */
  status(over: boolean): Status<Report>;
  /** Called once all is over. */
  finish?(): void;
  dispose(): void;
}

/** A kind of training: how models of one class learn. */
export interface TrainingKind<Model, Data, Options, Report extends TrainingReport> {
  /** "rbm", "dbn" and so on. */
  readonly name: string;
  /** What is trained, in words. */
  readonly title: string;
  /** Author and year. */
  readonly reference: string;
  /** The options that are data, as files, command lines and pages need them. */
  readonly options: OptionSpecs;
  /** Whether it can train this. */
  trains(model: unknown): model is Model;
  /** Checks everything that `train` was given. */
  plan(model: Model, data: Data, options: Options): TrainingPlan<Report>;
}

/** The options of a training apart: what is data, and what is not. */
export function splitOptions<Model, Options extends TrainingCommon<Model>>(options: Options) {
  if (options === null || typeof options !== "object") {
    throw new ArgumentError("options are missing; pass at least { epochs }");
  }
  const { reportEvery, monitors = [], resume: _, workspace = defaultWorkspace, signal: __, ...data } = options;
  if (reportEvery !== undefined) requireInteger("reportEvery", reportEvery, 1);
  return { data, reportEvery: reportEvery ?? Number.POSITIVE_INFINITY, monitors, workspace };
}

/** The rows of a batch: 100 by default, or all where there are fewer. */
export function batchOf(batch: number | undefined, rows: number): number {
  if (batch === undefined) return Math.min(100, rows);
  if (batch <= rows) return batch;
  throw new ArgumentError(`batch is ${batch} but the data has ${rows} rows; expected at most as many`);
}

/** What a value is, for checkpoints: two with the same text do the same. */
export function describeMade({ name, options }: Made): string {
  return `${name} ${JSON.stringify(options)}`;
}

/** A number or a schedule, for checkpoints: JSON. */
export function describeScheduled(scheduled: Scheduled): string {
  return typeof scheduled === "number"
    ? String(scheduled)
    : JSON.stringify({ name: scheduled.name, options: scheduled.options });
}

/** The options of a training as texts, for checkpoints. */
export function describeOptions(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const { epochs: _, ...rest } = options;
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, describeOption(value)]));
}

function describeOption(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("at" in value) return describeScheduled(value as Scheduled);
  return "name" in value && "options" in value ? describeMade(value as Made) : JSON.stringify(value);
}

/** The error of a training that has left the finite numbers. */
export function diverged(what: string, epoch: number, rate: number, layer?: string): DivergenceError {
  const found = `training diverged in epoch ${epoch}: ${what} no longer finite`;
  return new DivergenceError(`${found}; try a rate below ${rate}; the model has the weights of the last report`, {
    epoch,
    layer,
    rate,
  });
}
