import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { ArgumentError } from "../errors.js";
import { loadCheckpoint, saveCheckpoint } from "../node/index.js";
import type { Checkpoint, Json } from "../storage/index.js";
import type { TrainingCheckpoint } from "../training/index.js";

/** What a checkpoint of the command line keeps beside what the library needs. */
export interface TrainingRun {
  /** Epochs that were asked for, and that are done, with the part of one. */
  readonly epochs: number;
  readonly done: number;
  /** How the machine was made ready. */
  readonly init: string;
  /** Epochs that were asked for of each machine, where there are several. */
  readonly each?: readonly number[] | undefined;
}

/** A checkpoint that was found. */
export interface KeptTraining {
  readonly run: TrainingRun;
  /** The learning rate, or the schedule of it, in words. */
  readonly rate: string;
  readonly checkpoint: Checkpoint;
}

/** "digits.checkpoint.safetensors" for "digits.rbm.safetensors". */
export function checkpointBeside(out: string): string {
  return `${out.replace(/(\.rbm)?\.safetensors$/, "")}.checkpoint.safetensors`;
}

/** Refuses places that cannot be written before the work begins. */
export async function requirePlace(flag: string, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const folder = dirname(path);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new ArgumentError(`${flag} is ${path}, but ${folder} is no folder; make it first`);
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new ArgumentError(`${flag} is ${path}, which is a folder; give the path of a file`);
  }
}

/** The training that a file keeps; undefined where there is no such file. */
export async function keptTraining(path: string): Promise<KeptTraining | undefined> {
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
  const checkpoint = await loadCheckpoint(path);
  const { run, settings } = checkpoint.metadata as { run?: Partial<TrainingRun>; settings?: { rate?: string } };
  const { epochs, done, init, each } = run ?? {};
  const isEach = each === undefined || (Array.isArray(each) && each.every((count) => typeof count === "number"));
  if (typeof epochs !== "number" || typeof done !== "number" || typeof init !== "string" || !isEach) {
    throw new ArgumentError(`${path} is no checkpoint of engram train; give another file with --checkpoint`);
  }
  return { run: { epochs, done, init, each }, rate: settings?.rate ?? "", checkpoint };
}

export async function keepTraining(path: string, { arrays, metadata }: TrainingCheckpoint, run: TrainingRun) {
  const { epochs, done, init, each } = run;
  const noted = each === undefined ? { epochs, done, init } : { epochs, done, init, each: [...each] };
  await saveCheckpoint(path, { arrays, metadata: { ...metadata, run: noted } });
}

/** The training that is gone on with, if that is wanted; none is lost without having been asked for. */
export async function resumedTraining(
  file: string,
  { resume, restart }: { resume?: true; restart?: true },
): Promise<KeptTraining | undefined> {
  const kept = await keptTraining(file);
  if (kept === undefined) return undefined;
  if (resume) return kept;
  const { done, epochs: wanted } = kept.run;
  if (restart || done >= wanted) return undefined;
  const found = `${file} keeps a training that was stopped after ${Number(done.toFixed(2))} of ${wanted} epochs`;
  throw new ArgumentError(`${found}; go on with it by --resume, or begin anew by --restart`);
}

/** The same checkpoint for another rate: what was learned does not hang on it, and after a divergence it must change. */
export function withRate({ arrays, metadata }: Checkpoint, rate: string): Checkpoint {
  const { settings, ...rest } = metadata as { settings?: { [key: string]: Json } };
  return { arrays, metadata: { ...rest, settings: { ...settings, rate } } };
}
