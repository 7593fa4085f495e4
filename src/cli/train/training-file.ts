import { ArgumentError } from "../../errors.js";
import { exists, removeFile } from "../../node/files.js";
import { kindOfFile, loadCheckpoint, saveCheckpoint } from "../../node/index.js";
import { parsed } from "../../packed.js";
import type { Checkpoint, Json } from "../../storage/index.js";
import { describeScheduled, type Scheduled, type TrainingCheckpoint } from "../../training/index.js";
import { printWarning } from "../io/output.js";

/** What a checkpoint of the command line holds besides that of the library. */
export interface TrainingRun {
  /** Numbers of epochs requested and completed, the latter with the fraction of the current one. */
  readonly epochs: number;
  readonly done: number;
  /** How the machine was initialised. */
  readonly init: string;
  /** The smallest reconstruction error so far, if it is known. */
  readonly leastError?: number | undefined;
  /** Number of epochs requested for each machine, if there are several. */
  readonly each?: readonly number[] | undefined;
  /** Earlier learning rates, if the rate was changed on resuming. */
  readonly earlier?: readonly EarlierRate[] | undefined;
}

/** A rate, or a schedule in the form of `describeScheduled`, that was used up to this number of epochs. */
export type EarlierRate = { readonly epochs: number; readonly rate: string };

/** A checkpoint that was found. */
export interface KeptTraining {
  readonly run: TrainingRun;
  /** The learning rate, or its schedule, in the form of `describeScheduled`. */
  readonly rate: string;
  readonly checkpoint: Checkpoint;
}

/** "digits.checkpoint.safetensors" for "digits.rbm.safetensors". */
export function checkpointBeside(out: string): string {
  return `${out.replace(/(\.rbm)?\.safetensors$/, "")}.checkpoint.safetensors`;
}

/** The training saved in a file; undefined if the file does not exist. */
export async function keptTraining(path: string): Promise<KeptTraining | undefined> {
  if (!(await exists(path))) return undefined;
  const checkpoint = await loadCheckpoint(path, { onWarning: printWarning });
  const { run, settings } = checkpoint.metadata as { run?: Partial<TrainingRun>; settings?: { rate?: string } };
  const { epochs, done, init, leastError, each, earlier } = run ?? {};
  const isList = (list: unknown, isItem: (item: unknown) => boolean) =>
    list === undefined || (Array.isArray(list) && list.every(isItem));
  const isWhole =
    typeof epochs === "number" &&
    typeof done === "number" &&
    typeof init === "string" &&
    (leastError === undefined || typeof leastError === "number") &&
    isList(each, (count) => typeof count === "number") &&
    isList(earlier, isEarlier);
  if (!isWhole) {
    throw new ArgumentError(`${path} is not a checkpoint of engram train; give another file with --checkpoint`);
  }
  return { run: { epochs, done, init, leastError, each, earlier }, rate: settings?.rate ?? "", checkpoint };
}

function isEarlier(item: unknown): boolean {
  const { epochs, rate } = (item ?? {}) as Partial<EarlierRate>;
  return typeof epochs === "number" && typeof rate === "string";
}

/** Saves a training, in its current state or as it was read. */
export async function keepTraining(
  path: string,
  { arrays, metadata }: Checkpoint | TrainingCheckpoint,
  run: TrainingRun,
): Promise<void> {
  const { epochs, done, init, leastError, each, earlier } = run;
  const noted = {
    ...{ epochs, done, init },
    ...(Number.isFinite(leastError) && { leastError }),
    ...(each && { each: [...each] }),
    ...(earlier && { earlier: [...earlier] }),
  };
  await saveCheckpoint(path, { arrays, metadata: { ...(metadata as { [key: string]: Json }), run: noted } });
}

/** The files of a training, and what its options say about them. */
export interface TrainingFiles {
  readonly out: string;
  /** The checkpoint file. */
  readonly file: string;
  /** The kind of the model. */
  readonly kind: string;
  readonly resume?: true | undefined;
  readonly restart?: true | undefined;
  readonly force?: true | undefined;
}

/** The training to resume, if there is one; throws rather than overwrite a training or a model unasked. */
export async function resumedTraining(files: TrainingFiles): Promise<KeptTraining | undefined> {
  const { out, file, resume, restart, force } = files;
  const kept = await keptTraining(file).catch((error: unknown) => {
    // A damaged checkpoint is replaced as well as a whole one.
    if (restart || (force && !resume)) return undefined;
    throw error;
  });
  const isThere = await exists(out);
  if (restart || (resume && kept !== undefined)) {
    if (isThere && !force) await requireOwnModel(files);
    return restart ? undefined : kept;
  }
  const { done, epochs: wanted } = kept?.run ?? { done: 0, epochs: 0 };
  if (done < wanted) {
    const found = `${file} holds a training that was stopped after ${Number(done.toFixed(2))} of ${wanted} epochs`;
    throw new ArgumentError(`${found}; continue it by --resume, or start over by --restart`);
  }
  if (force || (!isThere && kept === undefined)) return undefined;
  if (!isThere) {
    const found = `${file} holds a training of ${wanted} epochs, which is complete`;
    throw new ArgumentError(`${found}; continue it by --resume with more --epochs, or start over by --restart`);
  }
  const more = kept === undefined ? "" : ", continue its training by --resume with more --epochs";
  throw new ArgumentError(
    `--out is ${out}, which exists already${resume ? " and has no checkpoint to resume" : ""}; give another name${more}, or overwrite it by --restart`,
  );
}

/** Throws if the model at --out cannot be one of this training. */
async function requireOwnModel({ out, kind }: TrainingFiles): Promise<void> {
  const found = await kindOfFile(out);
  if (found === kind) return;
  throw new ArgumentError(
    `--out is ${out}, which holds a model of the kind ${found}, not ${kind}; give another name, or replace it by --force`,
  );
}

/** Removes what a training that starts anew replaces: its checkpoint, and with --restart its model. */
export async function dropTraining({ out, file, restart }: TrainingFiles): Promise<void> {
  for (const path of restart ? [file, out] : [file]) await removeFile(path);
}

/** The earlier rates of a resumed training, if they differ from its current one. */
export function earlierRates(resumed: KeptTraining | undefined, scheduled: Scheduled): EarlierRate[] | undefined {
  if (resumed === undefined) return undefined;
  const rate = describeScheduled(scheduled);
  const { done, earlier = [] } = resumed.run;
  const all = rate === resumed.rate ? [...earlier] : [...earlier, { epochs: done, rate: resumed.rate }];
  return all.length === 0 ? undefined : all;
}

/** The same checkpoint with another rate: a training may be resumed at another one, and after divergence it must. */
export function withRate({ arrays, metadata }: Checkpoint, rate: Scheduled): Checkpoint {
  const { settings, ...rest } = metadata as { settings?: { [key: string]: Json } };
  return { arrays, metadata: { ...rest, settings: { ...settings, rate: describeScheduled(rate) } } };
}

/** A rate in the form of `describeScheduled`, as text. */
export function describeRate(rate: string): string {
  const { name, options } = (parsed(rate) ?? {}) as { name?: string; options?: Record<string, unknown> };
  if (name === undefined) return rate;
  const { from, to, epochs } = options ?? {};
  return name === "linear" ? `linear from ${String(from)} to ${String(to)} over ${String(epochs)} epochs` : rate;
}
