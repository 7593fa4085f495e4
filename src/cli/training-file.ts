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
  const { epochs, done, init } = run ?? {};
  if (typeof epochs !== "number" || typeof done !== "number" || typeof init !== "string") {
    throw new ArgumentError(`${path} is no checkpoint of engram train rbm; give another file with --checkpoint`);
  }
  return { run: { epochs, done, init }, rate: settings?.rate ?? "", checkpoint };
}

export async function keepTraining(path: string, { arrays, metadata }: TrainingCheckpoint, run: TrainingRun) {
  await saveCheckpoint(path, { arrays, metadata: { ...metadata, run: { ...run } } });
}

/** The same checkpoint for another rate: what was learned does not hang on it, and after a divergence it must change. */
export function withRate({ arrays, metadata }: Checkpoint, rate: string): Checkpoint {
  const { settings, ...rest } = metadata as { settings?: { [key: string]: Json } };
  return { arrays, metadata: { ...rest, settings: { ...settings, rate } } };
}
