import { PatternSet, type Random, randomPatterns } from "engram";
import type { GreyImages, ImageSource } from "../experiment.js";

export type DataName = "random 64" | "random 196" | "digits 196";

export const DATA: readonly DataName[] = ["random 64", "random 196", "digits 196"];

/** Where patterns are drawn from. */
export interface Source {
  readonly units: number;
  /** The largest number of different patterns. */
  readonly count: number;
  draw(patterns: number, random: Random): PatternSet;
  /** Patterns of the same kind that are never drawn; undefined for random ones. */
  others(): Promise<PatternSet> | undefined;
}

const small = new WeakMap<ImageSource, Map<string, Promise<PatternSet>>>();

function digits(images: ImageSource, split: "train" | "test"): Promise<PatternSet> {
  const kept = small.get(images) ?? new Map<string, Promise<PatternSet>>();
  small.set(images, kept);
  const found = kept.get(split) ?? images("mnist", { split }).then(halved);
  kept.set(split, found);
  return found;
}

export async function sourceOf(data: DataName, images: ImageSource): Promise<Source> {
  if (data === "digits 196") {
    const all = await digits(images, "test");
    const draw = (patterns: number, random: Random) => all.select(random.sample(patterns, all.count));
    return { units: all.units, count: all.count, draw, others: () => digits(images, "train") };
  }
  const units = data === "random 64" ? 64 : 196;
  return {
    units,
    count: Number.MAX_SAFE_INTEGER,
    draw: (patterns, random) => randomPatterns(patterns, units, random),
    others: () => undefined,
  };
}

/** Images of half the height and width as spins, each of them once: +1 where the mean of four pixels is above half of white. */
function halved({ values, count, shape: [height, width] }: GreyImages): PatternSet {
  const shape = [height >> 1, width >> 1] as const;
  const pixels = shape[0] * shape[1];
  const seen = new Set<string>();
  const different: number[] = [];
  for (let r = 0; r < count; r++) {
    const image = Array.from({ length: pixels }, (_, i) => {
      const at = (r * height + 2 * Math.floor(i / shape[1])) * width + 2 * (i % shape[1]);
      const ink = values[at] + values[at + 1] + values[at + width] + values[at + width + 1];
      return ink > 2 * 255 ? 255 : 0;
    });
    const key = image.join();
    if (!seen.has(key)) different.push(...image);
    seen.add(key);
  }
  return PatternSet.fromGrey(Uint8Array.from(different), shape);
}
