import { Random } from "engram";
import { estimateMean } from "engram/math";
import {
  KanervaMemory,
  kanervaTraining,
  Perceptron,
  ProductKanerva,
  type Sampled,
  type TrainedMemory,
} from "engram/neural";
import { decodeCheckpoint, encodeCheckpoint } from "engram/storage";
import { linearDecay, trainBy } from "engram/training";
import type { Context, GreyImages } from "../experiment.js";
import { type Interval, mean } from "../statistics.js";

/** How a memory is trained: by Adam with a rate that decays to 0. */
export interface Training {
  /** Number of training images; the first ones. */
  readonly images: number;
  readonly epochs: number;
  readonly rows: number;
  readonly code: number;
  readonly hidden: number;
  /** Patterns of an episode, and episodes of an update. */
  readonly items: number;
  readonly batch: number;
  readonly rate: number;
  readonly sampled: Sampled;
  /** Probability that a pixel of what images are read from is drawn anew; defaults to 0. */
  readonly damage?: number | undefined;
  /** Weights in the loss: of the error of coding alone and of KL(M), 1 by default, and of the balance of machines, 0. */
  readonly coding?: number | undefined;
  readonly divergence?: number | undefined;
  readonly balance?: number | undefined;
  /** Number of machines, for a product of several. */
  readonly machines: number;
}

/** Images as rows of zeros and ones, cut at half of the brightness. */
export interface Bits {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** The first `count` images from `from` on as zeros and ones. */
export function bitsOf({ values, shape, count }: GreyImages, from = 0, many: number = count): Bits {
  const columns = shape[0] * shape[1];
  const rows = Math.min(many, count - from);
  const some = values.subarray(from * columns, (from + rows) * columns);
  return { rows, columns, values: Float32Array.from(some, (grey) => (grey > 127 ? 1 : 0)) };
}

/** A memory that is trained on bits; a run that was killed goes on from its last epoch. */
export async function trainedMemory(
  training: Training,
  bits: Bits,
  seed: number,
  { kept, signal, workspace, progress }: Pick<Context, "kept" | "signal" | "workspace" | "progress">,
  name = "training",
): Promise<TrainedMemory> {
  const { epochs, rows, code, hidden, rate, machines } = training;
  const random = new Random(seed);
  const coders = {
    encoder: new Perceptron({ inputs: bits.columns, outputs: code, hidden: [hidden], random: random.fork(0) }),
    decoder: new Perceptron({ inputs: code, outputs: bits.columns, hidden: [hidden], random: random.fork(1) }),
    seed,
  };
  const memory =
    machines > 1
      ? new ProductKanerva({ machines: Array<number>(machines).fill(rows / machines), ...coders })
      : new KanervaMemory({ rows, ...coders });
  const found = await kept.read(name);
  const saved = found && decodeCheckpoint(found, name);
  const resume = saved && { arrays: saved.arrays, metadata: saved.metadata };
  const { items, batch, sampled, damage, coding, divergence, balance } = training;
  const learning = { items, batch, sampled, damage, coding, divergence, balance };
  const options = { ...learning, epochs, rate: linearDecay({ from: rate, to: 0, epochs }), seed };
  for await (const report of trainBy(kanervaTraining, memory, bits, { ...options, resume, signal, workspace })) {
    progress(report.epoch / epochs);
    const { arrays, metadata } = report.checkpoint();
    await kept.write(name, encodeCheckpoint({ arrays, metadata: JSON.parse(JSON.stringify(metadata)) }));
  }
  return memory;
}

/** A mean with Student's 95 % interval; of fewer than three values, with their range. */
export function interval(values: readonly number[]): Interval {
  if (values.length < 3) return { value: mean(values), low: Math.min(...values), high: Math.max(...values) };
  const { value, low, high } = estimateMean(values);
  return { value, low, high };
}
