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

/** A training that is ready to begin, and what is said of it. */
export interface PreparedTraining {
  readonly task: TrainingTask;
  /** What is about to be trained. */
  readonly opening: readonly string[];
  /** How the model was trained, as its file tells. */
  notes(epochs: number): NonNullable<ModelNotes["notes"]>;
  /** What came of it. */
  closing(outcome: TrainingOutcome): readonly string[] | Promise<readonly string[]>;
  /** What else a program is told at the end. */
  record?(outcome: TrainingOutcome): object | Promise<object>;
}

/** A command that trains one kind of model. */
export interface TrainCommand<Options extends FileOptions> {
  /** That of the kind of model. */
  readonly name: string;
  readonly summary: string;
  readonly example: string;
  /** Adds its options. */
  options(command: Command): Command;
  /** Refuses contradictions before anything is read. */
  check?(options: Options): void;
  /** Files that it writes beside the model and the checkpoint, by flag. */
  places?(options: Options): Readonly<Record<string, string | undefined>>;
  /** Files that it reads, by flag, over which nothing is written. */
  sources?(options: Options): readonly [flag: string, path: string] | undefined;
  /**
   * Makes the training ready.
   *
   * @param file where checkpoints go
   * @param resumed the training that it goes on with
   */
  prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining>;
}

/** A command of commander. */
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

/** Where a training that is to be resumed goes on. */
function resuming({ file, resumed, asked: { epochs }, rate }: TrainingTask, resume: true | undefined): string[] {
  if (resume === undefined) return [];
  if (resumed === undefined) return [`There is no ${file} yet: this begins with the first epoch.`];
  const { done } = resumed.run;
  if (done >= epochs) return [`${file} has all ${epochs} epochs already: ask for more by --epochs.`];
  const going = `Resuming from ${file}, after ${Number(done.toFixed(2))} of ${epochs} epochs.`;
  if (rate === resumed.rate) return [going];
  const now = `The learning rate is ${describeRate(rate)} from here on; it was ${describeRate(resumed.rate)}.`;
  return [going, `${now} An unbroken run would give another result.`];
}

/** Refuses fewer epochs than a training that goes on has had. */
export function requireMore(file: string, resumed: KeptTraining | undefined, epochs: number): void {
  if (resumed === undefined || resumed.run.done <= epochs) return;
  throw new ArgumentError(`--epochs is ${epochs} but ${file} has ${resumed.run.done} of them already; ask for more`);
}

/** { "--filters": path } as { filters: path }. */
function flagless(places: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(places).map(([flag, path]) => [flag.slice(2), path]));
}

/** What a maker made, for the notes of a model: its name, and beside it its options. */
export function madeNotes(option: string, { name, options }: Made): Record<string, Json> {
  return { [option]: name, ...(options as Record<string, Json>) };
}

/** What a method that trains RBMs is called in the literature. */
export function methodTitle({ name }: Made): string {
  return trainingMethods.find((maker) => maker.name === name)?.summary ?? name;
}
