import { type PatternSet, type Random, toRbm } from "engram";
import { principalComponents } from "engram/baselines";
import { hebbianFactor } from "engram/mapping";
import { type Matrix, matrix } from "engram/math";

/** How weights begin. */
export type Start = "hopfield" | "hebbian" | "pca" | "normal";

export const startNames: Readonly<Record<Start, string>> = {
  hopfield: "Hopfield (projection)",
  hebbian: "Hopfield (Hebbian)",
  pca: "principal components",
  normal: "normal, variance 0.01",
};

export const starts: readonly Start[] = ["hopfield", "hebbian", "pca", "normal"];

/** The source writes N(0, 0.01), and means the variance: the program of its authors draws with this deviation. */
const DEVIATION = 0.1;

/** Data for initial weights: images, and sub-patterns of them, one for every hidden unit. */
export interface Material {
  readonly images: PatternSet;
  readonly patterns: PatternSet;
  readonly random: Random;
}

/** The principal components of images, which take a while, computed once for all tasks of a thread. */
const axes = new WeakMap<PatternSet, Matrix>();

function axesOf(images: PatternSet): Matrix {
  const rows = () => Array.from({ length: images.count }, (_, r) => images.spins(r));
  const found = axes.get(images) ?? principalComponents(rows()).directions;
  axes.set(images, found);
  return found;
}

/** The weights, units x patterns, that training begins with; columns have norm 1 but for normal ones. */
export function startWeights(start: Start, { images, patterns, random }: Material): Matrix {
  if (start === "hopfield") return toRbm(patterns).rbm.weights;
  if (start === "hebbian") return toRbm(patterns, { factor: hebbianFactor() }).rbm.weights;
  const p = patterns.count;
  const weights = matrix(images.units, p);
  if (start === "normal") {
    for (let at = 0; at < weights.values.length; at++) weights.values[at] = DEVIATION * random.normal();
    return weights;
  }
  const directions = axesOf(images);
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < images.units; i++) weights.values[i * p + j] = directions.values[j * images.units + i];
  }
  return weights;
}
