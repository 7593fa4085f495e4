import { decodeCheckpoint, encodeCheckpoint, type Rbm, type TrainingData, type TrainOptions, train } from "engram";
import type { Context } from "../experiment.js";

/** A training that a task puts aside now and then. */
export interface KeptTraining<Point> {
  /** What it is called among what the task has put aside. */
  readonly name?: string;
  /** Called after every epoch; what it gives belongs to the result, also after the run was killed. */
  readonly onEpoch?: (epoch: number) => Promise<Point | undefined> | Point | undefined;
}

/**
 * Trains a machine as `train` does, and puts a checkpoint aside after every epoch: a run that was killed goes on from the last
 * one and ends with the same bits.
 *
 * @returns what `onEpoch` gave, in the order of the epochs
 */
export async function trainKept<Point>(
  rbm: Rbm,
  data: TrainingData,
  options: TrainOptions,
  { kept, signal, workspace }: Pick<Context, "kept" | "signal" | "workspace">,
  { name = "training", onEpoch }: KeptTraining<Point>,
): Promise<Point[]> {
  const found = await kept.read(name);
  const saved = found && decodeCheckpoint(found, name);
  const { training, points = [] } = (saved?.metadata ?? {}) as { training?: unknown; points?: Point[] };
  const resume = saved && { arrays: saved.arrays, metadata: training };
  for await (const report of train(rbm, data, { ...options, resume, signal, workspace })) {
    const point = await onEpoch?.(report.epoch);
    if (point !== undefined) points.push(point);
    const { arrays, metadata } = report.checkpoint();
    await kept.write(
      name,
      encodeCheckpoint({ arrays, metadata: JSON.parse(JSON.stringify({ training: metadata, points })) }),
    );
  }
  return points;
}
