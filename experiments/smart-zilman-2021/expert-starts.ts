import { hebbian, type Matrix, matrix, type PatternSet, principalComponents, type Random, toRbm } from "engram";

/** How the weights of an expert begin. */
export type Start = "hopfield" | "hebbian" | "pca" | "normal";

export const startNames: Readonly<Record<Start, string>> = {
  hopfield: "Hopfield (projection)",
  hebbian: "Hopfield (Hebbian)",
  pca: "principal components",
  normal: "normal, variance 0.01",
};

/** The source writes N(0, 0.01), and means the variance: the program of its authors draws with this deviation. */
const DEVIATION = 0.1;

/** What an expert can be made of: images of its digit, and sub-patterns of them. */
export interface Material {
  readonly images: PatternSet;
  readonly patterns: PatternSet;
  readonly random: Random;
}

/** The principal components of images, which take a while, worked out once for all tasks of a thread. */
const axes = new WeakMap<PatternSet, Matrix>();

function axesOf(images: PatternSet): Matrix {
  const rows = () => Array.from({ length: images.count }, (_, r) => images.spins(r));
  const found = axes.get(images) ?? principalComponents(rows()).directions;
  axes.set(images, found);
  return found;
}

/** The weights, units x k, that an expert with k hidden units begins with. */
export function startWeights(start: Start, k: number, { images, patterns, random }: Material): Matrix {
  if (start === "hopfield") return toRbm(patterns).rbm.weights;
  if (start === "hebbian") return toRbm(patterns, { factor: hebbian() }).rbm.weights;
  const weights = matrix(images.units, k);
  if (start === "normal") {
    for (let at = 0; at < weights.values.length; at++) weights.values[at] = DEVIATION * random.normal();
    return weights;
  }
  const directions = axesOf(images);
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < images.units; i++) weights.values[i * k + j] = directions.values[j * images.units + i];
  }
  return weights;
}
