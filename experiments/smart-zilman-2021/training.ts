import { contrastiveDivergence, type PatternSet, type Random, stepwise } from "engram";
import type { Matrix } from "engram/math";
import type { Scheduled } from "engram/training";
import type { Context } from "../experiment.js";
import { trainKept } from "../rbm/kept-training.js";
import { boundsOf, estimateLogZ, type LogZ } from "./log-z.js";
import { atBeta, meanHalfSquare, weightsOf } from "./machine.js";
import { type Prepared, spinRows, subPatterns } from "./patterns.js";
import { BETA } from "./source.js";
import type { Material } from "./starts.js";

/** Digits with their clusters, cut into k sub-patterns each, and the first images, from which training can begin. */
export function materialOf({ set, trees }: Prepared, k: number, images: number, random: Random): Material {
  return { patterns: subPatterns(trees, k), images: firstOf(set.patterns, images), random };
}

/** The first patterns of a set. */
function firstOf(patterns: PatternSet, count: number): PatternSet {
  return patterns.select(Array.from({ length: Math.min(count, patterns.count) }, (_, r) => r));
}

/** How a machine is trained. */
export interface TrainingPlan {
  /** The first training digits. */
  readonly images: number;
  readonly batch: number;
  readonly epochs: number;
  /** CD-k. */
  readonly steps: number;
  /** Of W, for the mean over a batch of the difference of both phases, without the factor beta of its gradient. */
  readonly rate: readonly (readonly [epoch: number, value: number])[];
}

/**
 * Trains W by CD-k at beta = 2 without fields, as the source: after every epoch `onEpoch` is given W. The machine is that at
 * temperature 1 with weights beta W, for which the same steps are beta times as long.
 */
export async function trainAtBeta<Point>(
  weights: Matrix,
  { set }: Prepared,
  { images: count, batch, epochs, steps, rate }: TrainingPlan,
  context: Pick<Context, "kept" | "signal" | "workspace" | "random">,
  onEpoch: (epoch: number, weights: Matrix) => Promise<Point | undefined> | undefined,
): Promise<{ readonly points: Point[]; readonly weights: Matrix }> {
  const data = firstOf(set.patterns, count);
  const machine = atBeta(weights, BETA);
  const scaled: Scheduled = stepwise({
    epochs: rate.map(([epoch]) => epoch),
    values: rate.map(([, value]) => BETA * value),
  });
  const points = await trainKept(
    machine,
    data,
    {
      method: contrastiveDivergence({ steps }),
      batch,
      epochs,
      rate: scaled,
      learnBiases: false,
      seed: context.random.fork(1).word(),
    },
    context,
    { onEpoch: (epoch) => onEpoch(epoch, weightsOf(machine, BETA)) },
  );
  return { points, weights: weightsOf(machine, BETA) };
}

/** Mean log p of an image, with its bounds. */
export interface Level {
  readonly logP: number;
  readonly low: number;
  readonly high: number;
  readonly logZ: LogZ;
}

/** How to measure it. */
export interface LevelOptions {
  /** The first training digits, over which the mean is taken. */
  readonly digits: number;
  readonly chains: number;
  readonly temperatures: number;
  readonly samples: number;
  readonly starts: number;
  /** Images near which modes are looked for. */
  readonly seeds: number;
}

/** Mean log p of the first training digits at beta = 2. */
export async function levelOf(
  weights: Matrix,
  { set }: Prepared,
  { digits: count, seeds, ...options }: LevelOptions,
  { workspace, signal, random }: Pick<Context, "workspace" | "signal" | "random">,
): Promise<Level> {
  const shown = firstOf(set.patterns, count);
  const energy = BETA * meanHalfSquare(weights, shown);
  const logZ = await estimateLogZ(weights, {
    ...options,
    beta: BETA,
    seeds: spinRows(shown, seeds),
    random,
    workspace,
    signal,
  });
  const { value, low, high } = boundsOf(logZ);
  return { logP: energy - value, low: energy - high, high: energy - low, logZ };
}
