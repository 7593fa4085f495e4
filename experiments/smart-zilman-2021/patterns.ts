import { DataError, PatternSet, Random } from "engram";
import { classMeans, type Dendrogram, ward } from "engram/baselines";
import type { Kernels } from "engram/kernels";
import type { GreyImages, ImageSource } from "../experiment.js";

/** Handwritten digits as spins, with their classes. */
export interface Digits {
  /** A pixel above 0 is +1, any other -1. */
  readonly patterns: PatternSet;
  /** The digit of every image. */
  readonly labels: Uint8Array;
}

/** Which images, and what is ink. */
export interface Choice {
  readonly split: "train" | "test";
  /** The first images; defaults to all. */
  readonly count?: number | undefined;
  /** Pixels above this are +1; defaults to 0, as the source has it. */
  readonly ink?: number | undefined;
}

/** Images of MNIST as spins. */
export async function digits(images: ImageSource, { split, count, ink }: Choice): Promise<Digits> {
  return asSpins(await images("mnist", { split }), count, ink);
}

/** The first images of a set as spins, pixel > 0 as the source has it. */
export function asSpins({ values, count: all, shape, labels }: GreyImages, count = all, ink = 0): Digits {
  if (labels === undefined) throw new DataError("the images have no labels; expected a digit for every image");
  const rows = Math.min(count, all);
  const pixels = values.subarray(0, rows * shape[0] * shape[1]);
  return { patterns: PatternSet.fromGrey(pixels, shape, ink), labels: labels.subarray(0, rows) };
}

/** The images of one digit, in their order. */
export function ofClass({ patterns, labels }: Digits, digit: number): PatternSet {
  return patterns.select(Array.from(labels.keys()).filter((r) => labels[r] === digit));
}

/** The clusters of every class, as trees that can be cut into any number of sub-patterns. */
export interface ClassTrees {
  /** The digits that occur, in ascending order. */
  readonly classes: readonly number[];
  /** The images of each digit, in their order. */
  readonly members: readonly PatternSet[];
  /** The same images in the order in which they were clustered, which decides between merges that cost the same. */
  readonly clustered: readonly PatternSet[];
  readonly trees: readonly Dendrogram[];
}

/** Where rows are shuffled before they are clustered. */
const SHUFFLES = new Random(2021);

/**
 * Ward's clusters of the images of each digit separately.
 *
 * Squared distances of binary images are whole numbers, so that many merges cost the same, and the order of the rows decides
 * between them: each order gives a valid tree, and what follows from it differs a little.
 *
 * @param order 0: the order of the file; r > 0: the r-th of its random shuffles
 */
export function classTrees(set: Digits, order = 0, kernels?: Kernels): ClassTrees {
  const classes = [...new Set(set.labels)].sort((a, b) => a - b);
  const members = classes.map((digit) => ofClass(set, digit));
  const clustered = members.map((patterns, c) => (order === 0 ? patterns : shuffled(patterns, order, c)));
  return { classes, members, clustered, trees: clustered.map((patterns) => ward(patterns, { kernels })) };
}

function shuffled(patterns: PatternSet, order: number, c: number): PatternSet {
  return patterns.select(SHUFFLES.fork(order).fork(c).permutation(new Uint32Array(patterns.count)));
}

const known = new WeakMap<ImageSource, Map<string, Promise<Prepared>>>();

/** Digits with their clusters. */
export interface Prepared {
  readonly set: Digits;
  readonly trees: ClassTrees;
}

/**
 * The first training digits and their clusters in an order of the rows (see `classTrees`), computed once for all tasks of a
 * thread: they take a while.
 */
export function prepared(images: ImageSource, count?: number, order = 0): Promise<Prepared> {
  const those = known.get(images) ?? new Map<string, Promise<Prepared>>();
  known.set(images, those);
  const key = `${count} ${order}`;
  const found = those.get(key) ?? prepare(images, count, order);
  those.set(key, found);
  return found;
}

async function prepare(images: ImageSource, count: number | undefined, order: number): Promise<Prepared> {
  const set = await digits(images, { split: "train", count });
  return { set, trees: classTrees(set, order) };
}

/** Rows of spins of the first patterns of a set; `count` defaults to all. */
export function spinRows(patterns: PatternSet, count = patterns.count): Float64Array {
  const rows = new Float64Array(Math.min(count, patterns.count) * patterns.units);
  for (let r = 0; r * patterns.units < rows.length; r++) rows.set(patterns.spins(r), r * patterns.units);
  return rows;
}

/**
 * k sub-patterns a digit: the class is cut into k clusters, and each gives the signs of its mean, where a mean of 0 is -1
 * as no ink is. Digit by digit, the clusters in the order of their first images; labels name the digit.
 */
export function subPatterns({ classes, clustered, trees }: ClassTrees, k: number): PatternSet {
  const states = clustered.flatMap((patterns, c) => {
    const means = classMeans(patterns, trees[c].cut(k), k);
    return Array.from({ length: k }, (_, cluster) =>
      Int8Array.from(means.values.subarray(cluster * patterns.units, (cluster + 1) * patterns.units), (m) =>
        m > 0 ? 1 : -1,
      ),
    );
  });
  const labels = classes.flatMap((digit) => Array.from({ length: k }, () => `${digit}`));
  return PatternSet.from(states, { labels, shape: clustered[0].shape });
}
