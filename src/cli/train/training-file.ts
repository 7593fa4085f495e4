import { realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ArgumentError } from "../../errors.js";
import { loadCheckpoint, saveCheckpoint } from "../../node/index.js";
import { parsed } from "../../packed.js";
import type { Checkpoint, Json } from "../../storage/index.js";
import { describeScheduled, type Scheduled, type TrainingCheckpoint } from "../../training/index.js";

/** What a checkpoint of the command line keeps beside what the library needs. */
export interface TrainingRun {
  /** Epochs that were asked for, and that are done, with the part of one. */
  readonly epochs: number;
  readonly done: number;
  /** How the machine was made ready. */
  readonly init: string;
  /** The least reconstruction error so far, if it is known. */
  readonly leastError?: number | undefined;
  /** Epochs that were asked for of each machine, where there are several. */
  readonly each?: readonly number[] | undefined;
  /** Up to where it learned at other rates than after that, where they were changed on the way. */
  readonly earlier?: readonly EarlierRate[] | undefined;
}

/** A rate, or a schedule as `describeScheduled` has it, that held up to so many epochs. */
export type EarlierRate = { readonly epochs: number; readonly rate: string };

/** A checkpoint that was found. */
export interface KeptTraining {
  readonly run: TrainingRun;
  /** The learning rate, or the schedule of it, as `describeScheduled` has it. */
  readonly rate: string;
  readonly checkpoint: Checkpoint;
}

/** "digits.checkpoint.safetensors" for "digits.rbm.safetensors". */
export function checkpointBeside(out: string): string {
  return `${out.replace(/(\.rbm)?\.safetensors$/, "")}.checkpoint.safetensors`;
}

/**
 * Refuses places that cannot be written, and one place for two files, before the work begins.
 *
 * @param places what each option names
 * @param source the option and the file that is only read
 */
export async function requirePlaces(
  places: Readonly<Record<string, string | undefined>>,
  source?: readonly [flag: string, path: string],
): Promise<void> {
  const taken = new Map<string, string>();
  if (source !== undefined) taken.set(await wholePath(source[1]), source[0]);
  for (const [flag, path] of Object.entries(places)) {
    if (path === undefined) continue;
    await requirePlace(flag, path);
    const whole = await wholePath(path);
    const other = taken.get(whole);
    if (other !== undefined) {
      throw new ArgumentError(`${flag} is ${path}, and so is ${other}; give each a file of its own`);
    }
    taken.set(whole, flag);
  }
}

function wholePath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

async function requirePlace(flag: string, path: string): Promise<void> {
  if (path === "") throw new ArgumentError(`${flag} is ""; give the path of a file`);
  const folder = dirname(path);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory())
    throw new ArgumentError(`${flag} is ${path}, but ${folder} is not a folder; make it first`);
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new ArgumentError(`${flag} is ${path}, which is a folder; give the path of a file`);
  }
}

/** The training that a file keeps; undefined where there is no such file. */
export async function keptTraining(path: string): Promise<KeptTraining | undefined> {
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
  const checkpoint = await loadCheckpoint(path);
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

/** Keeps a training, as it stands or as it was read. */
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

/**
 * The training that is gone on with, if that is wanted; no training and no file is lost without having been asked for.
 *
 * @param file where checkpoints go
 */
export async function resumedTraining(
  file: string,
  { out, resume, restart }: { out: string; resume?: true; restart?: true },
): Promise<KeptTraining | undefined> {
  const kept = await keptTraining(file);
  if (kept !== undefined && resume) return kept;
  if (restart) return undefined;
  const { done, epochs: wanted } = kept?.run ?? { done: 0, epochs: 0 };
  if (done < wanted) {
    const found = `${file} keeps a training that was stopped after ${Number(done.toFixed(2))} of ${wanted} epochs`;
    throw new ArgumentError(`${found}; go on with it by --resume, or begin anew by --restart`);
  }
  if ((await stat(out).catch(() => undefined)) === undefined) return undefined;
  const more = kept === undefined ? "" : ", go on with its training by --resume and more --epochs";
  throw new ArgumentError(
    `--out is ${out}, which is there already; give another name${more}, or write over it by --restart`,
  );
}

/** At which rates a training that goes on learned up to now, where they were others than it has from now on. */
export function earlierRates(resumed: KeptTraining | undefined, scheduled: Scheduled): EarlierRate[] | undefined {
  if (resumed === undefined) return undefined;
  const rate = describeScheduled(scheduled);
  const { done, earlier = [] } = resumed.run;
  const all = rate === resumed.rate ? [...earlier] : [...earlier, { epochs: done, rate: resumed.rate }];
  return all.length === 0 ? undefined : all;
}

/** The same checkpoint for another rate: a training may go on at another one, and after a divergence it must. */
export function withRate({ arrays, metadata }: Checkpoint, rate: Scheduled): Checkpoint {
  const { settings, ...rest } = metadata as { settings?: { [key: string]: Json } };
  return { arrays, metadata: { ...rest, settings: { ...settings, rate: describeScheduled(rate) } } };
}

/** A rate, as `describeScheduled` has it, as a person reads it. */
export function describeRate(rate: string): string {
  const { name, options } = (parsed(rate) ?? {}) as { name?: string; options?: Record<string, unknown> };
  if (name === undefined) return rate;
  const { from, to, epochs } = options ?? {};
  return name === "linear" ? `linear from ${String(from)} to ${String(to)} over ${String(epochs)} epochs` : rate;
}
