import { ArgumentError, DivergenceError, requireInteger } from "../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../kernels/index.js";
import type { Made, OptionSpecs } from "../options.js";
import type { Warning } from "../warnings.js";
import type { CheckpointOwner, SavedCheckpoint, TrainingCheckpoint } from "./checkpoint.js";
import type { Epochs } from "./epochs.js";
import type { Scheduled } from "./schedules/index.js";

/** State of a training. The model has the weights and parameters of this moment until the next report is requested. */
export interface TrainingReport {
  /** Number of completed epochs. */
  readonly epoch: number;
  /** Number of updates so far, one per batch. */
  readonly updates: number;
  /** The learning rate at this point of its schedule. */
  readonly rate: number;
  /** The measurements of the monitors; empty within an epoch. */
  readonly values: Readonly<Record<string, number>>;
  /** Signs of trouble, such as divergence. */
  readonly warnings: readonly Warning[];
  /**
   * All that `train` needs to continue from here with the same bits.
   *
   * @throws ArgumentError after the next report was requested
   */
  readonly checkpoint: () => TrainingCheckpoint;
}

/** What reports add if several models are trained one after the other: which of them learns. */
export interface LayerReport {
  /** 1 is the lowest. */
  readonly layer: number;
  readonly layers: number;
}

/** The moment at which a monitor is called. */
export interface MonitorContext {
  /** Number of completed epochs. */
  readonly epoch: number;
  /** Number of updates so far. */
  readonly updates: number;
  /** The seed of the training, for measurements that draw random numbers. */
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** The result of a monitor. */
export interface Measured {
  /** Numbers by name; they join those of the other monitors in the report. */
  readonly values: Readonly<Record<string, number>>;
  /** Signs of trouble, such as overfitting. */
  readonly warnings?: readonly Warning[] | undefined;
}

/**
 * Measures a model while it is trained; it is called at the end of every epoch, and must not change the model. State that it
 * keeps between calls is not part of a checkpoint.
 */
export type Monitor<Model> = (model: Model, context: MonitorContext) => Measured | Promise<Measured>;

/** The options of every training that are not plain data. */
export interface TrainingCommon<Model> {
  /** Number of updates between reports within an epoch; by default reports come only at the end of each epoch. */
  readonly reportEvery?: number | undefined;
  /** Measurements at the end of every epoch. */
  readonly monitors?: readonly Monitor<Model>[] | undefined;
  /** A checkpoint to continue from, of the same model, data and settings except `epochs`, `reportEvery` and `monitors`. */
  readonly resume?: SavedCheckpoint | undefined;
  /** Makes the workspace that stores the arrays and computes; defaults to `defaultWorkspace`. It does not affect results. */
  readonly workspace?: MakeWorkspace | undefined;
  /** Aborts the training between two updates. */
  readonly signal?: AbortSignal | undefined;
  /** Called once before the first update, when the checkpoint, if there is one, has been checked and restored. */
  readonly onStart?: (() => void) | undefined;
}

/** A training of one model, or of several one after the other, with checked options. */
export interface TrainingPlan<Report extends TrainingReport> {
  /** Number of models that are trained one after the other; 1 for most. */
  readonly stages: number;
  /** The stage that a checkpoint belongs to, from 0; defaults to 0, and the checkpoint is checked when it is restored. */
  stageOf?(saved: SavedCheckpoint): number;
  /** Allocates a stage; `saved` is the checkpoint that it will continue from. */
  start(stage: number, saved: SavedCheckpoint | undefined): TrainingStage<Report>;
}

/** What a kind of training adds to the common part of reports. */
export type Status<Report extends TrainingReport> = Omit<
  Report,
  "epoch" | "updates" | "values" | "warnings" | "checkpoint"
> & {
  readonly warnings?: readonly Warning[];
};

/** The training of one model, one update at a time. */
export interface TrainingStage<Report extends TrainingReport> extends CheckpointOwner {
  readonly epochs: Epochs;
  /** Whether the training is complete. */
  readonly isOver: boolean;
  readonly seed: number;
  readonly reportEvery: number;
  /** The monitors, with the model that they measure. */
  readonly monitors: readonly ((context: MonitorContext) => Measured | Promise<Measured>)[];
  /** Starts from the model as it is. */
  begin(): void;
  /** Restores all other state after `arrays` were set from a checkpoint, and writes the parameters to the model. */
  restore(): void;
  /** Learns from the next batch and advances `epochs`; returns whether that ends an epoch. */
  update(): boolean;
  /** Long measurements at the end of an epoch, in slices. */
  measure?(): Generator<void, void>;
  /**
   * Writes the learned parameters to the model if they are finite.
   *
   * @throws DivergenceError if they are not: the model keeps those of the last report
   */
  store(): void;
  /** State of the training; `over` at the end of an epoch. */
  status(over: boolean): Status<Report>;
  /** Called at the end of the training. */
  finish?(): void;
  dispose(): void;
}

/** A kind of training: how models of one class learn. */
export interface TrainingKind<Model, Data, Options, Report extends TrainingReport> {
  /** "rbm", "dbn" and so on. */
  readonly name: string;
  /** The model, in words. */
  readonly title: string;
  /** Author and year. */
  readonly reference: string;
  /** The options that are plain data, described for files, command lines and pages. */
  readonly options: OptionSpecs;
  /** Whether it can train this model. */
  trains(model: unknown): model is Model;
  /** Checks all arguments of `train`. */
  plan(model: Model, data: Data, options: Options): TrainingPlan<Report>;
}

/** What every stage needs besides its settings. */
export interface StageOptions extends Pick<TrainingStage<TrainingReport>, "reportEvery" | "monitors"> {
  readonly workspace: MakeWorkspace;
}

/** Splits the options of the training of a model into plain data and how it is run. */
export function splitOptions<Model, Options extends TrainingCommon<Model>>(model: Model, options: Options) {
  if (options === null || typeof options !== "object") {
    throw new ArgumentError("options are missing; pass at least { epochs }");
  }
  const {
    reportEvery,
    monitors = [],
    resume: _,
    workspace = defaultWorkspace,
    signal: __,
    onStart: ___,
    ...data
  } = options;
  if (reportEvery !== undefined) requireInteger("reportEvery", reportEvery, 1);
  const run: StageOptions = {
    reportEvery: reportEvery ?? Number.POSITIVE_INFINITY,
    monitors: monitorsOf(model, monitors),
    workspace,
  };
  return { data, run };
}

/** Monitors with the model that they measure. */
export function monitorsOf<Model>(model: Model, monitors: readonly Monitor<Model>[]): StageOptions["monitors"] {
  return monitors.map((monitor) => (context) => monitor(model, context));
}

/** The batch size: defaults to 100, or to the number of rows if that is less. */
export function batchOf(batch: number | undefined, rows: number): number {
  if (batch === undefined) return Math.min(100, rows);
  if (batch <= rows) return batch;
  throw new ArgumentError(`batch is ${batch} but the data has ${rows} rows; expected at most as many`);
}

/** A made value as text, for checkpoints: two with the same text behave the same. */
export function describeMade({ name, options }: Made): string {
  return `${name} ${JSON.stringify(options)}`;
}

/** A number or a schedule as JSON, for checkpoints. */
export function describeScheduled(scheduled: Scheduled): string {
  return typeof scheduled === "number"
    ? String(scheduled)
    : JSON.stringify({ name: scheduled.name, options: scheduled.options });
}

/** The options of a training as text, for checkpoints. */
export function describeOptions(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const { epochs: _, ...rest } = options;
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, describeOption(value)]));
}

function describeOption(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("at" in value) return describeScheduled(value as Scheduled);
  return "name" in value && "options" in value ? describeMade(value as Made) : JSON.stringify(value);
}

/** The error of a training whose numbers are no longer finite. */
export function diverged(
  what: string,
  epoch: number,
  rate: number,
  { layer, from = "" }: { readonly layer?: string | undefined; readonly from?: string | undefined } = {},
): DivergenceError {
  const found = `training diverged in epoch ${epoch}: ${what} no longer finite${from}`;
  return new DivergenceError(`${found}; use a rate below ${rate}; the model has the weights of the last report`, {
    epoch,
    layer,
    rate,
  });
}
