import type { Command } from "commander";
import { ArgumentError } from "../../errors.js";
import type { Made } from "../../options.js";
import type { Json, ModelNotes } from "../../storage/index.js";
import { trainingMethods } from "../../training/index.js";
import { newCommand } from "../io/options.js";
import { print, shownWarnings } from "../io/output.js";
import { checkpointBeside, describeRate, type KeptTraining, requirePlaces, resumedTraining } from "./training-file.js";
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
  /** Files that it writes besides the model and the checkpoint, by flag. */
  places?(options: Options): Readonly<Record<string, string | undefined>>;
  /** A file that it reads, by flag, which must not be overwritten. */
  sources?(options: Options): readonly [flag: string, path: string] | undefined;
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
  const { out, json, checkpoint: file = checkpointBeside(out) } = options;
  const places = kind.places?.(options) ?? {};
  await requirePlaces({ "--out": out, "--checkpoint": file, ...places }, kind.sources?.(options));
  const resumed = await resumedTraining(file, options);
  const prepared = await kind.prepare(options, file, resumed);
  const { task, opening } = prepared;
  if (!json) print(false, undefined, () => [...opening, ...resuming(task, options.resume)]);
  const outcome = await runTraining(task);
  const found = { ...prepared.notes(outcome.epochs), ...outcome, warnings: shownWarnings(outcome.warnings) };
  const more = await prepared.record?.(outcome);
  const lines = json ? [] : await prepared.closing(outcome);
  print(json, { file: out, checkpoint: file, ...flagless(places), ...found, ...more }, () => ["", ...lines]);
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

/** { "--png": path } as { png: path }. */
function flagless(places: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(places).map(([flag, path]) => [flag.slice(2), path]));
}

/** A made value for the notes of a model: its name and its options. */
export function madeNotes(option: string, { name, options }: Made): Record<string, Json> {
  return { [option]: name, ...(options as Record<string, Json>) };
}

/** The name of a training method of RBMs in the literature. */
export function methodTitle({ name }: Made): string {
  return trainingMethods.find((maker) => maker.name === name)?.summary ?? name;
}
