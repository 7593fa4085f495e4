import { type Rbm, type TrainingData, train } from "engram";
import { decodeCheckpoint, encodeCheckpoint } from "engram/storage";
import type { RbmTraining } from "engram/training";
import type { Context } from "../experiment.js";

/** A training that a task saves after every epoch. */
export interface KeptTraining<Given> {
  /** The name under which the task saves it. */
  readonly name?: string;
  /** Called after every epoch; what it returns, if anything, belongs to the result, also after the run was killed. */
  readonly onEpoch?: (epoch: number) => Given | Promise<Given>;
}

/** What belongs to the result. */
type Point<Given> = Exclude<Given, undefined>;

/**
 * Trains a machine as `train` does, and saves a checkpoint after every epoch: a run that was killed resumes from the last one
 * and ends with the same bits.
 *
 * @returns what `onEpoch` returned, in the order of the epochs
 */
export async function trainKept<Given>(
  rbm: Rbm,
  data: TrainingData,
  options: RbmTraining,
  { kept, signal, workspace }: Pick<Context, "kept" | "signal" | "workspace">,
  { name = "training", onEpoch }: KeptTraining<Given>,
): Promise<Point<Given>[]> {
  const found = await kept.read(name);
  const saved = found && decodeCheckpoint(found, name);
  const { training, points = [] } = (saved?.metadata ?? {}) as { training?: unknown; points?: Point<Given>[] };
  const resume = saved && { arrays: saved.arrays, metadata: training };
  for await (const report of train(rbm, data, { ...options, resume, signal, workspace })) {
    const point = await onEpoch?.(report.epoch);
    if (point !== undefined) points.push(point as Point<Given>);
    const { arrays, metadata } = report.checkpoint();
    const state = JSON.parse(JSON.stringify({ training: metadata, points }));
    await kept.write(name, encodeCheckpoint({ arrays, metadata: state }));
  }
  return points;
}
