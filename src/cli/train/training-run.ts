import { CheckpointError, DivergenceError, EngramError } from "../../errors.js";
import type { MakeWorkspace } from "../../kernels/index.js";
import { removeFile } from "../../node/files.js";
import { type WorkspaceThreads, workspaceThreads } from "../../node/index.js";
import type { Lock } from "../../node/lock.js";
import type { Checkpoint } from "../../storage/index.js";
import type { TrainingCheckpoint } from "../../training/index.js";
import type { Warning } from "../../warnings.js";
import { warn } from "../io/output.js";
import { mismatch } from "./mismatch.js";
import { type KeptTraining, keepTraining, type TrainingRun } from "./training-file.js";
import type { Entry, TrainingLog, TrainingStep } from "./training-log.js";
import type { FileOptions } from "./training-options.js";

/** A training that is ready to begin, and its files. */
export interface TrainingTask {
  readonly options: Pick<FileOptions, "out" | "every" | "threads" | "keepCheckpoint">;
  /** The checkpoint file. */
  readonly file: string;
  readonly resumed: KeptTraining | undefined;
  /** The current learning rate, in the form of `describeScheduled`. */
  readonly rate: string;
  /** The requested settings that a checkpoint holds. */
  readonly asked: Omit<TrainingRun, "done" | "leastError">;
  readonly log: Pick<TrainingLog, "seconds" | "warnings" | "clear" | "print">;
  steps(surroundings: Surroundings): AsyncIterable<TrainingStep>;
  /** Writes the model. */
  save(epochs: number): Promise<void>;
}

/** What a training is given to run. */
export interface Surroundings {
  readonly workspace: MakeWorkspace;
  readonly signal: AbortSignal;
  /** To be called before the first update, when a checkpoint has been checked. */
  readonly onStart: () => void;
}

/** The result of a training. */
export interface TrainingOutcome {
  readonly epochs: number;
  readonly seconds: number;
  readonly history: readonly Entry[];
  readonly warnings: readonly Warning[];
  /** The warnings of the last report that mark a training that has gone wrong. */
  readonly trouble: readonly Warning[];
  readonly swapRates?: readonly number[] | undefined;
}

/** Number of updates between progress reports: few compared to an epoch, and many compared to the cost of a report. */
export const lookEvery = 200;

/**
 * Trains to the end, to a signal or to an error, and saves what was learned by then.
 *
 * @param opening lines to print when the training begins
 * @param lock the lock of its files, which is checked before these are written
 */
export async function runTraining(
  task: TrainingTask,
  opening: readonly string[],
  lock?: Lock,
): Promise<TrainingOutcome> {
  const run = new Run(task, opening, lock);
  return untilInterrupt(task.options.threads, {
    work: (threads, signal) => run.follow(threads, signal),
    stopped: () => run.stopped(),
    failed: (error) => run.failed(error),
  });
}

/** Work that a signal can abort. */
interface Interruptible<Result> {
  readonly work: (threads: WorkspaceThreads, signal: AbortSignal) => Promise<Result>;
  /** The error after a signal. */
  readonly stopped: () => Promise<unknown>;
  /** The error in place of another error. */
  readonly failed: (error: unknown) => Promise<unknown>;
}

/** Does work over threads until it is complete, or until Ctrl-C. */
async function untilInterrupt<Result>(
  threads: number | undefined,
  { work, stopped, failed }: Interruptible<Result>,
): Promise<Result> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  const pool = await workspaceThreads(threads);
  try {
    return await work(pool, interrupt.signal);
  } catch (error) {
    throw interrupt.signal.aborted ? await stopped() : await failed(error);
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
    await pool.dispose();
  }
}

/** A moment of a training from which it can be resumed. */
interface Moment {
  readonly checkpoint: Checkpoint | TrainingCheckpoint;
  readonly epochs: number;
}

/** Whether a warning marks divergence: a training that is resumed from there cannot recover. */
function marksDivergence({ code }: Warning): boolean {
  return code === "divergence" || code === "runaway" || code === "worse-than-independent";
}

/** Whether the reconstruction error indicates divergence: nats above the best one, which may be below 0. */
function isFar(error: number, least: number): boolean {
  return !(error <= least + Math.max(10, Math.abs(least)));
}

/** One training under way, and its files. */
class Run {
  readonly #task: TrainingTask;
  readonly #history: Entry[] = [];
  #swapRates: readonly number[] | undefined;
  #now: Moment | undefined;
  /** The last one before divergence. */
  #good: Moment | undefined;
  #diverges = false;
  #isOver = false;
  #trouble: readonly Warning[] = [];
  #least: number;
  #keptAt = performance.now();
  #hasKept = false;
  /** Why the last moment could not be saved. */
  #unkept: Error | undefined;
  #hasWarned = false;
  readonly #lock: Lock | undefined;
  #opening: readonly string[];

  constructor(task: TrainingTask, opening: readonly string[], lock: Lock | undefined) {
    this.#task = task;
    this.#lock = lock;
    this.#opening = opening;
    const { resumed } = task;
    this.#good = resumed && { checkpoint: resumed.checkpoint, epochs: resumed.run.done };
    this.#least = resumed?.run.leastError ?? Number.POSITIVE_INFINITY;
  }

  async follow(threads: WorkspaceThreads, signal: AbortSignal): Promise<TrainingOutcome> {
    const { log, options, resumed } = this.#task;
    const onStart = () => {
      // Once, though a machine may be trained in several parts.
      if (this.#opening.length > 0) log.print(this.#opening);
      this.#opening = [];
    };
    for await (const step of this.#task.steps({ workspace: threads.makeWorkspace, signal, onStart })) {
      this.#now = { checkpoint: step.checkpoint(), epochs: step.epochs };
      this.#judge(step);
      if (!this.#diverges) this.#good = this.#now;
      this.#swapRates = step.swapRates;
      step.show();
      if (step.entry !== undefined) this.#history.push(step.entry);
      if (performance.now() - this.#keptAt > 1000 * options.every) await this.#keep(this.#now);
    }
    log.clear();
    this.#isOver = true;
    const epochs = this.#now?.epochs ?? resumed?.run.done ?? 0;
    // A training may end early by itself, when it no longer improves: then it was not stopped.
    if (options.keepCheckpoint) await this.#keep(this.#now, this.#now?.epochs);
    const unsaved = await this.#save(epochs);
    if (unsaved !== undefined) {
      // The training is not lost with its model.
      await this.#keep(this.#now, this.#now?.epochs);
      throw this.#unwritten(unsaved);
    }
    // Not before the model is on the disk.
    if (options.keepCheckpoint) {
      if (this.#unkept !== undefined) throw this.#unwritten(undefined);
    } else warn(false, (await failureOf(removeFile(this.#task.file)))?.message);
    const { seconds, warnings } = log;
    return { epochs, seconds, history: this.#history, warnings, trouble: this.#trouble, swapRates: this.#swapRates };
  }

  async stopped(): Promise<Error> {
    const { file, resumed, options, asked, log } = this.#task;
    log.clear();
    const [now, good] = [this.#now, this.#good];
    if (now === undefined) {
      const remedy = resumed === undefined ? "nothing was written" : `${file} is unchanged`;
      return new Error(`the training was stopped before its first report; ${remedy}`);
    }
    await this.#keep(good ?? now);
    const unsaved = await this.#save(now.epochs);
    if (unsaved !== undefined || this.#unkept !== undefined) return this.#unwritten(unsaved);
    const found = `stopped after ${part(now.epochs)} of ${asked.epochs} epochs; ${options.out} contains the model so far`;
    if (good === now || good === undefined) return new Error(`${found}; repeat the command with --resume to continue`);
    return new Error(`${found}, which diverges; ${goodWords(file, good)}`);
  }

  async failed(error: unknown): Promise<unknown> {
    const { file, log } = this.#task;
    log.clear();
    if (error instanceof CheckpointError) return mismatch(file, error);
    const good = this.#good;
    if (!(error instanceof DivergenceError)) {
      // What was learned until a thread died, say, is not lost.
      if (!this.#isOver) await this.#keep(good).catch(() => undefined);
      return error;
    }
    await this.#keep(good);
    if (this.#unkept !== undefined) return this.#unwritten(undefined);
    const where = error.layer === undefined ? "" : ` (layer ${error.layer})`;
    const what = `training diverged in epoch ${error.epoch}${where}: values are no longer finite; use a --rate below ${error.rate}`;
    if (good !== undefined) return new Error(`${what}; ${goodWords(file, good)}`);
    const spoilt = `the training in ${file} has diverged already: start over by --restart with a lower --rate`;
    return new Error(`${what}; ${this.#hasKept ? spoilt : "nothing was written"}`);
  }

  /** Detects divergence; it ends only at the end of an epoch, when everything is measured. */
  #judge({ warnings, error = this.#least, entry }: TrainingStep): void {
    this.#trouble = warnings.filter(marksDivergence);
    const isBad = this.#trouble.length > 0 || isFar(error, this.#least);
    if (isBad) this.#diverges = true;
    else if (entry !== undefined) this.#diverges = false;
    if (!isBad) this.#least = Math.min(this.#least, error);
  }

  async #keep(moment: Moment | undefined, epochs = this.#task.asked.epochs): Promise<void> {
    const { file, asked, resumed, options, log } = this.#task;
    this.#keptAt = performance.now();
    if (moment === undefined) return;
    const isResumed = moment.checkpoint === resumed?.checkpoint;
    // The resumed checkpoint is still in the file unless it was overwritten.
    if (!this.#hasKept && isResumed) return;
    // The resumed checkpoint has its own earlier rates.
    const earlier = isResumed ? resumed?.run.earlier : asked.earlier;
    const run = { ...asked, earlier, epochs, done: moment.epochs, leastError: this.#least };
    await this.#lock?.check();
    this.#unkept = await failureOf(keepTraining(file, moment.checkpoint, run));
    if (this.#unkept === undefined) this.#hasKept = true;
    else if (!this.#hasWarned && !this.#isOver) {
      this.#hasWarned = true;
      log.clear();
      warn(false, `${this.#unkept.message}. The training goes on, and tries again every ${options.every} s`);
    }
  }

  /** Writes the model; returns the reason if it cannot be written. */
  async #save(epochs: number): Promise<Error | undefined> {
    await this.#lock?.check();
    return failureOf(this.#task.save(epochs));
  }

  /** The error for a model, or a checkpoint, that could not be written. */
  #unwritten(unsaved: Error | undefined): Error {
    const { file, options } = this.#task;
    const unkept = this.#unkept;
    if (unsaved === undefined) return new Error(`${unkept?.message}; ${options.out} contains the model`);
    if (unkept === undefined && this.#now !== undefined) {
      return new Error(`${unsaved.message}; ${file} holds the training: then repeat the command with --resume`);
    }
    const older = this.#hasKept ? `${file} holds an earlier state of the training` : "the training is lost";
    return new Error(`${unsaved.message}; nor can ${file}: ${older}`);
  }
}

/** Why a file could not be written; other errors are thrown. */
async function failureOf(writing: Promise<void>): Promise<Error | undefined> {
  try {
    await writing;
    return undefined;
  } catch (error) {
    if (error instanceof EngramError && error.fault !== "bug") return error;
    throw error;
  }
}

function goodWords(file: string, { epochs }: Moment): string {
  return `${file} holds the training after ${part(epochs)} epochs: continue it by --resume with a lower --rate`;
}

/** A number of epochs as text. */
function part(epochs: number): number {
  return Number(epochs.toFixed(2));
}
