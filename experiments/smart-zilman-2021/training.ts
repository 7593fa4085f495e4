import {
  contrastiveDivergence,
  hebbian,
  type Matrix,
  matrix,
  principalComponents,
  qr,
  type Random,
  type Scheduled,
  stepwise,
  toRbm,
} from "engram";
import type { Context } from "../experiment.js";
import { trainKept } from "../rbm/kept-training.js";
import { boundsOf, estimateLogZ, type LogZ } from "./log-z.js";
import { atBeta, meanHalfSquare, weightsOf } from "./machine.js";
import { type Prepared, spinRows, subPatterns } from "./patterns.js";
import { BETA } from "./source.js";

/** Where training begins. */
export type Start = "hopfield" | "hebbian" | "pca" | "random";

export const starts: readonly Start[] = ["hopfield", "hebbian", "pca", "random"];

/** Standard deviation of random weights. */
const SCALE = 0.01;

/** The first weights of a machine with k hidden units a digit, from training digits; columns have norm 1 but for random ones. */
export function startWeights(
  start: Start,
  k: number,
  { set, trees }: Prepared,
  { images: count, random }: { readonly images: number; readonly random: Random },
): Matrix {
  const patterns = subPatterns(trees, k);
  const { units, count: p } = patterns;
  if (start === "hopfield") return toRbm(patterns, { factor: qr() }).rbm.weights;
  if (start === "hebbian") return toRbm(patterns, { factor: hebbian() }).rbm.weights;
  const weights = matrix(units, p);
  if (start === "random") {
    for (let at = 0; at < weights.values.length; at++) weights.values[at] = SCALE * random.normal();
    return weights;
  }
  const rows = Math.min(count, set.patterns.count);
  const { directions } = principalComponents({ rows, columns: units, values: spinRows(set.patterns, rows) }, p);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < p; j++) weights.values[i * p + j] = directions.values[j * units + i];
  }
  return weights;
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
  const rows = Math.min(count, set.patterns.count);
  const data = set.patterns.select(Array.from({ length: rows }, (_, r) => r));
  const machine = atBeta(weights, BETA);
  const scaled: Scheduled = stepwise(rate.map(([epoch, value]) => [epoch, BETA * value] as const));
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
  const shown = set.patterns.select(Array.from({ length: Math.min(count, set.patterns.count) }, (_, r) => r));
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
