import { gaussian, type HopfieldMapping, PatternSet, Rbm, spin, toHopfield, toRbm } from "engram";
import { classMeans } from "engram/baselines";
import { estimateMean, type Matrix } from "engram/math";
import type { Context } from "../experiment.js";
import { type Interval, mean } from "../statistics.js";
import { digits } from "./patterns.js";
import { trainWeights } from "./train-expert.js";

/** How the machine of ten class patterns is trained: in batches of 1,000. */
export type Parameters = {
  /** Training images, the first ones of the file. */
  images: number;
  epochs: number;
  batch: number;
  /** CD-k. */
  steps: number;
  rate: number;
  runs: number;
  /** Pixels above this are ink; defaults to 0. */
  ink?: number;
};

/** The Hopfield net of the ten class means, its RBM after training, and the patterns recovered from it. */
export interface Recovered {
  /** The signs of the mean of every class. */
  readonly patterns: PatternSet;
  readonly before: Matrix;
  readonly weights: Matrix;
  readonly mapping: HopfieldMapping;
}

/** Trains the RBM of the class patterns, and searches for patterns in it from where those were. */
export async function recovered(
  { images, epochs, batch, steps, rate, ink }: Parameters,
  context: Context,
): Promise<Recovered> {
  const train = await digits(context.images, { split: "train", count: images, ink });
  const means = classMeans(train.patterns, train.labels, 10);
  const patterns = PatternSet.from(
    Array.from({ length: 10 }, (_, digit) =>
      Int8Array.from(means.values.subarray(digit * means.columns, (digit + 1) * means.columns), (m) =>
        m > 0 ? 1 : -1,
      ),
    ),
    { shape: train.patterns.shape },
  );
  const { rbm, transform } = toRbm(patterns);
  const seed = context.random.fork(0).word();
  const training = { epochs, batch, steps, rate, seed };
  const before = rbm.weights;
  const weights =
    epochs === 0
      ? before
      : await trainWeights("training", before, train.patterns, training, context, (epoch) =>
          context.progress((0.8 * epoch) / epochs),
        );
  const machine = new Rbm({ visible: spin(weights.rows), hidden: gaussian(weights.columns), weights });
  const mapping = toHopfield(machine, { start: transform, iterations: 50, selfCoupling: false });
  return { patterns, before, weights, mapping };
}

/** The mean of runs, with the interval in which another one lies with 99 % confidence; of fewer than three, their span. */
export function anotherRun(values: readonly number[]): Interval {
  if (values.length < 3) return { value: mean(values), low: Math.min(...values), high: Math.max(...values) };
  const { value, high } = estimateMean(values, 0.99);
  const width = (high - value) * Math.sqrt(values.length + 1);
  return { value, low: value - width, high: value + width };
}
