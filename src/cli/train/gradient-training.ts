import type { MakeWorkspace } from "../../kernels/index.js";
import type { Json } from "../../storage/index.js";
import {
  describeScheduled,
  type Optimiser,
  type SavedCheckpoint,
  type Scheduled,
  type TrainingReport,
} from "../../training/index.js";
import { count } from "../io/output.js";
import { time } from "../io/progress.js";
import { checkpointLine, madeNotes, type PreparedTraining, requireMore } from "./train-command.js";
import { earlierRates, type KeptTraining, withRate } from "./training-file.js";
import { type Column, type Entry, reported, TrainingLog } from "./training-log.js";
import type { FileOptions } from "./training-options.js";

/** What a command was asked: its options, its checkpoint file, and the training to resume. */
export interface AskedTraining {
  readonly options: FileOptions;
  readonly file: string;
  readonly resumed: KeptTraining | undefined;
}

/** What the training of a model by gradients of a traced loss gets, besides the settings that are its own. */
export interface GradientSettings {
  readonly epochs: number;
  readonly rate: Scheduled;
  readonly optimiser: Optimiser;
  readonly seed: number;
  readonly resume: SavedCheckpoint | undefined;
  readonly workspace: MakeWorkspace;
  readonly signal: AbortSignal;
  readonly onStart: () => void;
}

/** The part of a command that is about its kind of model. */
export interface GradientTraining<Report extends TrainingReport, Learning extends object, Tested> {
  readonly epochs: number;
  readonly optimiser: Optimiser;
  /** Settings of its own, which are noted as they are. */
  readonly learning: Learning;
  readonly rate: Scheduled;
  /** The options that made the rate, for the notes. */
  readonly rates: Readonly<Record<string, Json>>;
  /** What it learns from, for the notes. */
  readonly facts: Readonly<Record<string, Json | undefined>>;
  /** Number of updates per epoch. */
  readonly updates: number;
  /** The columns besides the norm of the gradient, which comes last. */
  readonly columns: readonly { readonly title: string; readonly value: (report: Report) => number | undefined }[];
  train(settings: Learning & GradientSettings): AsyncIterable<Report>;
  /** The numbers of a report that the history keeps. */
  entry(report: Report): Entry;
  /** Writes the model with its notes. */
  save(notes: ReturnType<PreparedTraining["notes"]>): Promise<void>;
  readonly opening: readonly string[];
  /** Tests the trained model; called once at the end. */
  test(): Tested;
  /** What is said of the trained model. */
  closing(tested: Tested): readonly string[];
}

/** The training of one model by gradients of a traced loss, as a command prepares it. */
export function gradientTraining<Report extends TrainingReport, Learning extends object, Tested>(
  { options, file, resumed }: AskedTraining,
  own: GradientTraining<Report, Learning, Tested>,
): PreparedTraining {
  const { epochs, optimiser, learning, rate, rates, facts, updates } = own;
  const { out, seed, json } = options;
  requireMore(file, resumed, epochs);
  const columns = [...(own.columns as readonly Column[]), reported("gradientNorm", "gradient norm")];
  const log = new TrainingLog({ epochs, updates, json, columns });
  const earlier = earlierRates(resumed, rate);
  const notes: PreparedTraining["notes"] = (done) => ({
    ...facts,
    epochs: done,
    ...rates,
    earlier,
    ...madeNotes("optimiser", optimiser),
    ...learning,
    seed,
  });
  let tested: { readonly result: Tested } | undefined;
  const test = () => {
    tested ??= { result: own.test() };
    return tested.result;
  };
  return {
    task: {
      options,
      file,
      resumed,
      rate: describeScheduled(rate),
      asked: { epochs, init: "normal", earlier },
      log,
      async *steps(surroundings) {
        const resume = resumed && withRate(resumed.checkpoint, rate);
        const run = own.train({ ...learning, optimiser, rate, epochs, seed, resume, ...surroundings });
        for await (const report of run) yield log.step(report, { part: report.epoch, also: own.entry(report) });
      },
      save: (done) => own.save(notes(done)),
    },
    notes,
    opening: [...own.opening, ""],
    closing: ({ epochs: done, seconds }) => [
      `Trained for ${count(done, "epoch")} in ${time(seconds)}. Wrote ${out}.`,
      ...checkpointLine(options, file),
      ...own.closing(test()),
    ],
    record: () => ({ test: test() }),
  };
}
