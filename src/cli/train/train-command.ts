import type { Command } from "commander";
import { ArgumentError } from "../../errors.js";
import { exists } from "../../node/files.js";
import { allMemoryKinds, kindOfFile, loadMemory, loadModel } from "../../node/index.js";
import { type Lock, takeLocks } from "../../node/lock.js";
import type { Made } from "../../options.js";
import type { Json, ModelNotes } from "../../storage/index.js";
import { trainingMethods } from "../../training/index.js";
import { warningMessage } from "../../warnings.js";
import { newCommand } from "../io/options.js";
import { print, shownWarnings } from "../io/output.js";
import { checkpointFormat, claimOutputs, type InputFile, modelFormat, type OutputFile } from "../io/output-files.js";
import {
  checkpointBeside,
  describeRate,
  dropTraining,
  type KeptTraining,
  resumedTraining,
  type TrainingFiles,
} from "./training-file.js";
import type { FileOptions } from "./training-options.js";
import { runTraining, type TrainingOutcome, type TrainingTask } from "./training-run.js";

/** A training that is ready to begin, and its texts. */
export interface PreparedTraining {
  readonly task: TrainingTask;
  /** Text before the training. */
  readonly opening: readonly string[];
  /** How the model was trained, as notes for its file. */
  notes(epochs: number): NonNullable<ModelNotes["notes"]>;
  /** Text after the training. */
  closing(outcome: TrainingOutcome): readonly string[] | Promise<readonly string[]>;
  /** Additional JSON at the end. */
  record?(outcome: TrainingOutcome): object | Promise<object>;
}

/** The data that most commands read. */
interface MayHaveData {
  readonly data?: string | undefined;
}

/** A command that trains one kind of model. */
export interface TrainCommand<Options extends FileOptions & MayHaveData> {
  /** The name of the kind of model. */
  readonly name: string;
  /** The kind of the file that it writes; defaults to `name`. */
  kind?(options: Options): string;
  readonly summary: string;
  readonly example: string;
  /** Adds its options. */
  options(command: Command): Command;
  /** Checks for contradictory options before anything is read. */
  check?(options: Options): void;
  /** Files that it writes besides the model and the checkpoint. */
  outputs?(options: Options): readonly OutputFile[];
  /** Files that it reads besides its data. */
  inputs?(options: Options): readonly InputFile[];
  /**
   * Prepares the training.
   *
   * @param file the checkpoint file
   * @param resumed the training to resume
   */
  prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining>;
}

/** The command for commander. */
export function trainCommandOf<Options extends FileOptions & MayHaveData>(kind: TrainCommand<Options>): Command {
  return kind
    .options(newCommand(kind.name, kind.summary, kind.example))
    .action((options: Options) => run(kind, options));
}

async function run<Options extends FileOptions & MayHaveData>(
  kind: TrainCommand<Options>,
  options: Options,
): Promise<void> {
  kind.check?.(options);
  const { out, resume, restart, force, checkpoint: file = checkpointBeside(out) } = options;
  const more = kind.outputs?.(options) ?? [];
  await claimOutputs(
    [
      { flag: "--out", path: out, format: modelFormat, replaces: true },
      { flag: "--checkpoint", path: file, format: checkpointFormat, replaces: true },
      ...more,
    ],
    { inputs: [{ flag: "--data", path: options.data }, ...(kind.inputs?.(options) ?? [])], force },
  );
  const files = { out, file, kind: kindOf(kind, options), resume, restart, force };
  // A training is written again and again, and is read when it goes on.
  const lock = await takeLocks({ "--out": out, "--checkpoint": file });
  try {
    await runLocked(kind, options, files, more, lock);
  } finally {
    await lock.release();
  }
}

async function runLocked<Options extends FileOptions & MayHaveData>(
  kind: TrainCommand<Options>,
  options: Options,
  files: TrainingFiles,
  outputs: readonly OutputFile[],
  lock: Lock,
): Promise<void> {
  const { out, file, resume } = files;
  const { json } = options;
  if (resume && (await isComplete(kind, options, file))) return sayComplete(options);
  const resumed = await resumedTraining(files);
  const prepared = await kind.prepare(options, file, resumed);
  const { task, opening } = prepared;
  const lines = [...opening.filter((line) => line !== ""), ...resuming(task, resume), ""];
  if (resumed === undefined) await dropTraining(files);
  const outcome = await runTraining(task, lines, lock);
  const { trouble, ...result } = outcome;
  const found = {
    ...prepared.notes(outcome.epochs),
    ...result,
    warnings: shownWarnings(outcome.warnings),
    trouble: shownWarnings(trouble),
  };
  const record = await prepared.record?.(outcome);
  const closing = json ? [] : await prepared.closing(outcome);
  const checkpoint = options.keepCheckpoint ? file : undefined;
  print(json, { file: out, checkpoint, ...flagless(outputs), ...found, ...record }, () => [
    "",
    ...closing,
    // What was said once, hundreds of epochs ago, is said again where it can be read.
    ...trouble.map((warning) => `Warning: ${warningMessage(warning)}.`),
  ]);
}

/** Whether the training is complete: its model is there, trained in the same way, and its checkpoint was removed. */
async function isComplete<Options extends FileOptions & MayHaveData>(
  kind: TrainCommand<Options>,
  options: Options,
  file: string,
): Promise<boolean> {
  if ((await exists(file)) || !(await exists(options.out))) return false;
  const found = await trainedNotes(options.out).catch(() => undefined);
  if (found?.notes === undefined || found.kind !== kindOf(kind, options)) return false;
  const prepared = await kind.prepare(options, file, undefined);
  const { epochs } = found.notes;
  // With --patience it may have ended before.
  const mayEnd = (options as { readonly patience?: number }).patience !== undefined && typeof epochs === "number";
  return [prepared.task.asked.epochs, ...(mayEnd ? [epochs] : [])].some((done) =>
    isSame(prepared.notes(done), found.notes),
  );
}

function kindOf<Options extends FileOptions>(command: TrainCommand<Options>, options: Options): string {
  return command.kind?.(options) ?? command.name;
}

/** The kind of a trained model or memory in a file, and how it was trained. */
async function trainedNotes(path: string): Promise<{ readonly kind: string; readonly notes?: ModelNotes["notes"] }> {
  const kind = await kindOfFile(path);
  if (!allMemoryKinds.some(({ name }) => name === kind)) return { kind, notes: (await loadModel(path)).notes };
  const { notes } = (await loadMemory(path)) as { readonly notes?: ModelNotes["notes"] };
  return { kind, notes };
}

/** Whether notes are the same as those from a file, which lacks what is undefined, but for rates before it was resumed. */
function isSame(notes: object, found: object | undefined): boolean {
  const text = (value: object) =>
    JSON.stringify(
      Object.entries(value)
        .filter(([key, one]) => one !== undefined && key !== "earlier")
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return found !== undefined && text(notes) === text(found);
}

async function sayComplete({ out, json }: FileOptions): Promise<void> {
  const { notes } = await trainedNotes(out);
  print(json, { file: out, complete: true, ...notes, history: [], warnings: [] }, () => [
    `The training of ${out} is complete, and its checkpoint was removed. For more epochs, train with --keep-checkpoint.`,
  ]);
}

/** Text about a resumed training. */
function resuming({ file, resumed, asked: { epochs }, rate }: TrainingTask, resume: true | undefined): string[] {
  if (resume === undefined) return [];
  if (resumed === undefined) return [`${file} does not exist yet: training starts with the first epoch.`];
  const { done } = resumed.run;
  if (done >= epochs) return [`${file} has all ${epochs} epochs already: use more --epochs to continue.`];
  const going = `Resuming from ${file}, after ${Number(done.toFixed(2))} of ${epochs} epochs.`;
  if (rate === resumed.rate) return [going];
  const now = `The learning rate is ${describeRate(rate)} from here on; it was ${describeRate(resumed.rate)}.`;
  return [going, `${now} An uninterrupted run would give another result.`];
}

/** Text about the checkpoint that stays after a training. */
export function checkpointLine({ keepCheckpoint }: FileOptions, file: string): string[] {
  return keepCheckpoint ? [`${file} holds a checkpoint: train on by --resume with more --epochs.`] : [];
}

/** Refuses fewer epochs than a resumed training has completed. */
export function requireMore(file: string, resumed: KeptTraining | undefined, epochs: number): void {
  if (resumed === undefined || resumed.run.done <= epochs) return;
  throw new ArgumentError(
    `--epochs is ${epochs} but ${file} has ${resumed.run.done} of them already; use a larger number`,
  );
}

/** The paths of files by their options: { png: path } for --png. */
function flagless(outputs: readonly OutputFile[]): Record<string, string | undefined> {
  return Object.fromEntries(outputs.map(({ flag, path }) => [flag.slice(2), path]));
}

/** A made value for the notes of a model: its name and its options. */
export function madeNotes(option: string, { name, options }: Made): Record<string, Json> {
  return { [option]: name, ...(options as Record<string, Json>) };
}

/** The name of a training method of RBMs in the literature. */
export function methodTitle({ name }: Made): string {
  return trainingMethods.find((maker) => maker.name === name)?.summary ?? name;
}
