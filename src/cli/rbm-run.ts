import { filterSheet } from "../data/index.js";
import { ArgumentError, EngramError } from "../errors.js";
import { Random } from "../math/index.js";
import type { Rbm } from "../models/index.js";
import { saveRbm, type WorkspaceThreads, workspaceThreads, writeGreyPng } from "../node/index.js";
import { type TrainingCheckpoint, type TrainingData, type TrainingReport, train } from "../training/index.js";
import type { GreySet } from "./grey-set.js";
import { describeRate, methodOf, type RbmOptions, rateOf } from "./rbm-options.js";
import { settingsOf } from "./rbm-words.js";
import type { Reading } from "./reading.js";
import { type KeptTraining, keepTraining, withRate } from "./training-file.js";
import { TrainingLog } from "./training-log.js";
import { monitorsOf } from "./training-monitors.js";

/** A training that is ready to begin. */
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

/** What a training came to. */
export interface RbmOutcome {
  readonly epochs: number;
  readonly seconds: number;
  readonly history: readonly Readonly<Record<string, number>>[];
  readonly warnings: readonly string[];
  readonly swapRates?: readonly number[] | undefined;
}

/** Updates from one look at the training to the next: little beside an epoch, and much beside what a look costs. */
const lookEvery = 200;
/** The stream of the seed that what is watched is drawn from. */
const WATCHED = 101;

/** Trains to the end, to a signal or to an error; what was reached is in the files by then. */
export async function runTraining(plan: RbmPlan): Promise<RbmOutcome> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  const crew = await workspaceThreads(plan.options.threads);
  const run = new RbmRun(plan);
  try {
    return await run.follow(crew, interrupt.signal);
  } catch (error) {
    throw interrupt.signal.aborted ? await run.stopped() : await run.failed(error);
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
    await crew.dispose();
  }
}

/** One training under way, and its files. */
class RbmRun {
  readonly #plan: RbmPlan;
  readonly #log: TrainingLog;
  readonly #history: Record<string, number>[] = [];
  readonly #perEpoch: number;
  #report: TrainingReport | undefined;
  #checkpoint: TrainingCheckpoint | undefined;
  #epochs: number;
  #keptAt = performance.now();
  #hasKept = false;

  constructor(plan: RbmPlan) {
    const { options, learned } = plan;
    this.#plan = plan;
    this.#log = new TrainingLog(options.epochs, plan.heldOut !== undefined, options.json ?? false);
    this.#perEpoch = Math.ceil(learned.count / (options.batch ?? Math.min(100, learned.count)));
    this.#epochs = plan.resumed?.run.done ?? 0;
  }

  async follow(crew: WorkspaceThreads, signal: AbortSignal): Promise<RbmOutcome> {
    const { options, rbm, data, resumed } = this.#plan;
    const { batch, epochs, momentum, l1, l2, sparsity, sparsityCost, centred, seed, every } = options;
    const rate = rateOf(options);
    const training = train(rbm, data, {
      method: methodOf(options),
      batch,
      epochs,
      rate,
      momentum,
      l1,
      l2,
      sparsity: sparsity === undefined ? undefined : { target: sparsity, cost: sparsityCost },
      centred,
      seed,
      reportEvery: lookEvery,
      monitors: monitorsOf(this.#plan, this.#perEpoch, new Random(seed).fork(WATCHED)),
      resume: resumed && withRate(resumed.checkpoint, describeRate(rate)),
      workspace: crew.makeWorkspace,
      signal,
    });
    for await (const report of training) {
      this.#report = report;
      this.#checkpoint = report.checkpoint();
      this.#epochs = report.updates / this.#perEpoch;
      this.#log.show(report, this.#epochs);
      if (Number.isInteger(this.#epochs)) this.#history.push(entry(report, this.#log.seconds));
      if (performance.now() - this.#keptAt > 1000 * every) await this.#keep();
    }
    this.#log.clear();
    await this.#keep();
    await this.#save();
    const { seconds, warnings } = this.#log;
    const swapRates = this.#report?.swapRates;
    return { epochs: this.#epochs, seconds, history: this.#history, warnings, swapRates };
  }

  /** The error that a signal ends in. */
  async stopped(): Promise<Error> {
    this.#log.clear();
    const { options, file } = this.#plan;
    const done = Number(this.#epochs.toFixed(2));
    if (this.#checkpoint === undefined) {
      const remedy = this.#plan.resumed === undefined ? "nothing was written" : `${file} is as it was`;
      return new Error(`the training was stopped before its first report; ${remedy}`);
    }
    await this.#keep();
    await this.#save();
    const found = `stopped after ${done} of ${options.epochs} epochs; ${options.out} has what was learned so far`;
    return new Error(`${found}, and the same command with --resume goes on`);
  }

  /** The error of a training that cannot go on. */
  async failed(error: unknown): Promise<unknown> {
    this.#log.clear();
    const { file } = this.#plan;
    if (error instanceof ArgumentError && /^resume /.test(error.message)) {
      return new ArgumentError(error.message.replace("resume", file));
    }
    if (!(error instanceof EngramError) || !/^training diverged/.test(error.message)) return error;
    if (!this.#hasKept && this.#checkpoint !== undefined) await this.#keep();
    const what = error.message.replace(/; the machine has .*$/, "");
    const isThere = this.#hasKept || this.#plan.resumed !== undefined;
    const remedy = `${file} keeps it as it was before: go on from there by --resume with a lower --rate`;
    return new Error(`${what}; ${isThere ? remedy : "nothing was written"}`);
  }

  async #keep(): Promise<void> {
    const { options, file, resumed } = this.#plan;
    this.#keptAt = performance.now();
    if (this.#checkpoint === undefined) return;
    const init = resumed?.run.init ?? options.init;
    await keepTraining(file, this.#checkpoint, { epochs: options.epochs, done: this.#epochs, init });
    this.#hasKept = true;
  }

  async #save(): Promise<void> {
    const { options, learned, rbm } = this.#plan;
    const { shape } = learned;
    await saveRbm(options.out, rbm, { shape, notes: settingsOf(this.#plan, this.#epochs) });
    if (options.filters !== undefined) await writeGreyPng(options.filters, filterSheet(rbm.weights, { shape }));
  }
}

function entry(report: TrainingReport, seconds: number): Record<string, number> {
  const { epoch, rate, reconstructionError, dataFreeEnergy, modelFreeEnergy, values } = report;
  return { epoch, seconds, rate, reconstructionError, dataFreeEnergy, modelFreeEnergy, ...values };
}
