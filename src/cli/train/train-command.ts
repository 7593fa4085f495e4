import type { Command } from "commander";
import { ArgumentError } from "../../errors.js";
import type { Made } from "../../options.js";
import type { Json, ModelNotes } from "../../storage/index.js";
import { trainingMethods } from "../../training/index.js";
import { newCommand } from "../io/options.js";
import { print, shownWarnings } from "../io/output.js";
import { checkpointFormat, claimOutputs, type InputFile, modelFormat, type OutputFile } from "../io/output-files.js";
import { checkpointBeside, describeRate, dropTraining, type KeptTraining, resumedTraining } from "./training-file.js";
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

/** A command that trains one kind of model. */
export interface TrainCommand<Options extends FileOptions> {
  /** The name of the kind of model. */
  readonly name: string;
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
export function trainCommandOf<Options extends FileOptions>(kind: TrainCommand<Options>): Command {
  return kind
    .options(newCommand(kind.name, kind.summary, kind.example))
    .action((options: Options) => run(kind, options));
}

async function run<Options extends FileOptions>(kind: TrainCommand<Options>, options: Options): Promise<void> {
  kind.check?.(options);
  const { out, json, resume, restart, force, checkpoint: file = checkpointBeside(out) } = options;
  const more = kind.outputs?.(options) ?? [];
  await claimOutputs(
    [
      { flag: "--out", path: out, format: modelFormat, replaces: true },
      { flag: "--checkpoint", path: file, format: checkpointFormat, replaces: true },
      ...more,
    ],
    { inputs: [{ flag: "--data", path: options.data }, ...(kind.inputs?.(options) ?? [])], force },
  );
  const files = { out, file, kind: kind.name, resume, restart, force };
  const resumed = await resumedTraining(files);
  const prepared = await kind.prepare(options, file, resumed);
  const { task, opening } = prepared;
  if (!json) print(false, undefined, () => [...opening, ...resuming(task, options.resume)]);
  if (resumed === undefined) await dropTraining(files);
  const outcome = await runTraining(task);
  const found = { ...prepared.notes(outcome.epochs), ...outcome, warnings: shownWarnings(outcome.warnings) };
  const record = await prepared.record?.(outcome);
  const lines = json ? [] : await prepared.closing(outcome);
  print(json, { file: out, checkpoint: file, ...flagless(more), ...found, ...record }, () => ["", ...lines]);
}

/** Text about a resumed training. */
function resuming({ file, resumed, asked: { epochs }, rate }: TrainingTask, resume: true | undefined): string[] {
  if (resume === undefined) return [];
  if (resumed === undefined) return [`There is no ${file} yet: training starts with the first epoch.`];
  const { done } = resumed.run;
  if (done >= epochs) return [`${file} has all ${epochs} epochs already: use more --epochs to continue.`];
  const going = `Resuming from ${file}, after ${Number(done.toFixed(2))} of ${epochs} epochs.`;
  if (rate === resumed.rate) return [going];
  const now = `The learning rate is ${describeRate(rate)} from here on; it was ${describeRate(resumed.rate)}.`;
  return [going, `${now} An uninterrupted run would give another result.`];
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
