import { DataError, PatternSet } from "engram";
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

/** The first `count` images of a part of MNIST as spins; `count` defaults to all. */
export async function digits(
  images: ImageSource,
  { split, count }: { readonly split: "train" | "test"; readonly count?: number | undefined },
): Promise<Digits> {
  return asSpins(await images("mnist", { split }), count);
}

/** The first images of a set as spins, pixel > 0 as the source has it. */
export function asSpins({ values, count: all, shape, labels }: GreyImages, count = all): Digits {
  if (labels === undefined) throw new DataError("the images have no labels; expected a digit for every image");
  const rows = Math.min(count, all);
  const pixels = values.subarray(0, rows * shape[0] * shape[1]);
  return { patterns: PatternSet.fromGrey(pixels, shape, 0), labels: labels.subarray(0, rows) };
}

/** The images of one digit, in their order. */
export function ofClass({ patterns, labels }: Digits, digit: number): PatternSet {
  return patterns.select(Array.from(labels.keys()).filter((r) => labels[r] === digit));
}

/** The clusters of every class, as trees that can be cut into any number of sub-patterns. */
export interface ClassTrees {
  /** The digits that occur, in ascending order. */
  readonly classes: readonly number[];
  readonly members: readonly PatternSet[];
  readonly trees: readonly Dendrogram[];
}

/** Ward's clusters of the images of each digit separately. */
export function classTrees(set: Digits, kernels?: Kernels): ClassTrees {
  const classes = [...new Set(set.labels)].sort((a, b) => a - b);
  const members = classes.map((digit) => ofClass(set, digit));
  return { classes, members, trees: members.map((patterns) => ward(patterns, { kernels })) };
}

const known = new WeakMap<ImageSource, Map<number | undefined, Promise<Prepared>>>();

/** Digits with their clusters. */
export interface Prepared {
  readonly set: Digits;
  readonly trees: ClassTrees;
}

/** The first training digits and their clusters, computed once for all tasks of a thread: they take a while. */
export function prepared(images: ImageSource, count?: number): Promise<Prepared> {
  const counts = known.get(images) ?? new Map<number | undefined, Promise<Prepared>>();
  known.set(images, counts);
  const found = counts.get(count) ?? prepare(images, count);
  counts.set(count, found);
  return found;
}

async function prepare(images: ImageSource, count?: number): Promise<Prepared> {
  const set = await digits(images, { split: "train", count });
  return { set, trees: classTrees(set) };
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
export function subPatterns({ classes, members, trees }: ClassTrees, k: number): PatternSet {
  const states = members.flatMap((patterns, c) => {
    const means = classMeans(patterns, trees[c].cut(k), k);
    return Array.from({ length: k }, (_, cluster) =>
      Int8Array.from(means.values.subarray(cluster * patterns.units, (cluster + 1) * patterns.units), (m) =>
        m > 0 ? 1 : -1,
      ),
    );
  });
  const labels = classes.flatMap((digit) => Array.from({ length: k }, () => `${digit}`));
  return PatternSet.from(states, { labels, shape: members[0].shape });
}
