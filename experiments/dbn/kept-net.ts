import { type DeepBeliefNet, type TrainingData, train } from "engram";
import { decodeCheckpoint, encodeCheckpoint } from "engram/storage";
import type { DeepBeliefTraining } from "engram/training";
import type { Context } from "../experiment.js";

/**
 * Trains a deep belief net as `train` does, and saves a checkpoint after every epoch: a run that was killed resumes from the
 * last one and ends with the same bits.
 *
 * @param tell called with the completed part of the training, where epochs of upper and lower RBMs count the same
 */
export async function trainNetKept(
  net: DeepBeliefNet,
  data: TrainingData,
  options: DeepBeliefTraining,
  { kept, signal, workspace }: Pick<Context, "kept" | "signal" | "workspace">,
  tell: (part: number) => void,
): Promise<void> {
  const found = await kept.read("net");
  const saved = found && decodeCheckpoint(found, "net");
  const resume = saved && { arrays: saved.arrays, metadata: saved.metadata };
  const epochs = net.rbms.map((_, l) => options.layers?.[l].epochs ?? options.epochs ?? 0);
  const total = epochs.reduce((sum, count) => sum + count, 0);
  for await (const report of train(net, data, { ...options, resume, signal, workspace })) {
    const { arrays, metadata } = report.checkpoint();
    await kept.write("net", encodeCheckpoint({ arrays, metadata: JSON.parse(JSON.stringify(metadata)) }));
    const before = epochs.slice(0, report.layer - 1).reduce((sum, count) => sum + count, 0);
    tell((before + report.epoch) / total);
  }
}
