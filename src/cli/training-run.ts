import { ArgumentError, EngramError } from "../errors.js";
import type { MakeWorkspace } from "../kernels/index.js";
import { type WorkspaceThreads, workspaceThreads } from "../node/index.js";
import type { TrainingCheckpoint, TrainingReport } from "../training/index.js";
import { type KeptTraining, keepTraining, type TrainingRun } from "./training-file.js";
import type { TrainingLog } from "./training-log.js";
import type { FileOptions } from "./training-options.js";

/** How a training stands. */
export interface TrainingStep {
  readonly report: TrainingReport;
  /** Epochs that are over, with the part of the one under way. */
  readonly part: number;
  /** The same with those of the machines that were trained before, where there are several. */
  readonly epochs: number;
  /** Which machine it is, for the history. */
  readonly place?: Readonly<Record<string, number>>;
}

/** A training that is ready to begin, and what becomes of it. */
export interface TrainingTask {
  readonly options: Pick<FileOptions, "out" | "every" | "threads">;
  /** Where checkpoints go. */
  readonly file: string;
  readonly resumed: KeptTraining | undefined;
  /** What a checkpoint notes of what was asked for. */
  readonly asked: Omit<TrainingRun, "done">;
  readonly log: TrainingLog;
  steps(workspace: MakeWorkspace, signal: AbortSignal): AsyncIterable<TrainingStep>;
  /** Writes what was learned. */
  save(epochs: number): Promise<void>;
}

/** What a training came to. */
export interface TrainingOutcome {
  readonly epochs: number;
  readonly seconds: number;
  readonly history: readonly Readonly<Record<string, number>>[];
  readonly warnings: readonly string[];
  readonly swapRates?: readonly number[] | undefined;
}

/** Updates from one look at a training to the next: little beside an epoch, and much beside what a look costs. */
export const lookEvery = 200;

/** Trains to the end, to a signal or to an error; what was reached is in the files by then. */
export async function runTraining(task: TrainingTask): Promise<TrainingOutcome> {
  const run = new Run(task);
  return untilInterrupt(task.options.threads, {
    work: (crew, signal) => run.follow(crew, signal),
    stopped: () => run.stopped(),
    failed: (error) => run.failed(error),
  });
}

/** Work that a signal may end. */
export interface Interruptible<Result> {
  readonly work: (crew: WorkspaceThreads, signal: AbortSignal) => Promise<Result>;
  /** The error that a signal ends in. */
  readonly stopped: () => Promise<unknown>;
  /** What becomes of another error. */
  readonly failed: (error: unknown) => Promise<unknown>;
}

/** Does work over threads until it is done, or until Ctrl-C. */
export async function untilInterrupt<Result>(
  threads: number | undefined,
  { work, stopped, failed }: Interruptible<Result>,
): Promise<Result> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  const crew = await workspaceThreads(threads);
  try {
    return await work(crew, interrupt.signal);
  } catch (error) {
    throw interrupt.signal.aborted ? await stopped() : await failed(error);
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
    await crew.dispose();
  }
}

/** One training under way, and its files. */
class Run {
  readonly #task: TrainingTask;
  readonly #history: Record<string, number>[] = [];
  #report: TrainingReport | undefined;
  #checkpoint: TrainingCheckpoint | undefined;
  #epochs: number;
  #keptAt = performance.now();
  #hasKept = false;

  constructor(task: TrainingTask) {
    this.#task = task;
    this.#epochs = task.resumed?.run.done ?? 0;
  }

  async follow(crew: WorkspaceThreads, signal: AbortSignal): Promise<TrainingOutcome> {
    const { log, options } = this.#task;
    for await (const { report, part, epochs, place } of this.#task.steps(crew.makeWorkspace, signal)) {
      this.#report = report;
      this.#checkpoint = report.checkpoint();
      this.#epochs = epochs;
      log.show(report, part);
      if (Number.isInteger(part)) this.#history.push({ ...place, ...entry(report, log.seconds) });
      if (performance.now() - this.#keptAt > 1000 * options.every) await this.#keep();
    }
    log.clear();
    await this.#keep();
    await this.#task.save(this.#epochs);
    const { seconds, warnings } = log;
    const swapRates = this.#report?.swapRates;
    return { epochs: this.#epochs, seconds, history: this.#history, warnings, swapRates };
  }

  async stopped(): Promise<Error> {
    const { file, resumed, options, asked, log } = this.#task;
    log.clear();
    const done = Number(this.#epochs.toFixed(2));
    if (this.#checkpoint === undefined) {
      const remedy = resumed === undefined ? "nothing was written" : `${file} is as it was`;
      return new Error(`the training was stopped before its first report; ${remedy}`);
    }
    await this.#keep();
    await this.#task.save(this.#epochs);
    const found = `stopped after ${done} of ${asked.epochs} epochs; ${options.out} has what was learned so far`;
    return new Error(`${found}, and the same command with --resume goes on`);
  }

  async failed(error: unknown): Promise<unknown> {
    const { file, resumed, log } = this.#task;
    log.clear();
    if (error instanceof ArgumentError && /^resume /.test(error.message)) {
      const remedy = "; give another file with --checkpoint";
      return new ArgumentError(error.message.replace("resume", file).replace(/; pass what .*$/, remedy));
    }
    if (!(error instanceof EngramError) || !/^training diverged/.test(error.message)) return error;
    if (!this.#hasKept && this.#checkpoint !== undefined) await this.#keep();
    const what = error.message.replace(/; the machine has .*$/, "");
    const isThere = this.#hasKept || resumed !== undefined;
    const remedy = `${file} keeps it as it was before: go on from there by --resume with a lower --rate`;
    return new Error(`${what}; ${isThere ? remedy : "nothing was written"}`);
  }

  async #keep(): Promise<void> {
    const { file, asked } = this.#task;
    this.#keptAt = performance.now();
    if (this.#checkpoint === undefined) return;
    await keepTraining(file, this.#checkpoint, { ...asked, done: this.#epochs });
    this.#hasKept = true;
  }
}

function entry(report: TrainingReport, seconds: number): Record<string, number> {
  const { epoch, rate, reconstructionError, dataFreeEnergy, modelFreeEnergy, values } = report;
  return { epoch, seconds, rate, reconstructionError, dataFreeEnergy, modelFreeEnergy, ...values };
}
