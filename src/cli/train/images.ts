import { ArgumentError } from "../../errors.js";
import { type GreySet, type GreySetOptions, pick } from "../io/grey-set.js";
import { type Reading, usualReading } from "../io/reading.js";

/** How images are read. */
export interface ReadingOptions {
  binarise?: string;
  threshold?: number;
}

/** How the options have grey pixels read. */
export function chosenReading({ binarise, threshold }: ReadingOptions): Reading {
  return { binarise: binarise === "sample" ? "sample" : "threshold", threshold: threshold ?? usualReading.threshold };
}

/** Holds some images out, evenly spaced since they may be sorted, from those to learn from. */
export function holdOut(set: GreySet, wanted?: number): { learned: GreySet; heldOut: GreySet | undefined } {
  const { count } = set;
  const apart = wanted ?? (count < 500 ? 0 : Math.min(1000, Math.floor(count / 10)));
  if (apart === 0) return { learned: set, heldOut: undefined };
  if (apart >= count) {
    throw new ArgumentError(`--held-out is ${apart} of ${count} images; leave some to learn from`);
  }
  const isApart = new Uint8Array(count);
  for (let k = 0; k < apart; k++) isApart[Math.floor(((k + 0.5) * count) / apart)] = 1;
  const rows = (flag: number) => Uint32Array.from(isApart.keys()).filter((row) => isApart[row] === flag);
  return { learned: pick(set, rows(0)), heldOut: pick(set, rows(1)) };
}

/** Which images a model learned, and how they were read, as its file tells. */
export function dataNotes({ data, split, invert }: GreySetOptions, { binarise, threshold }: Reading, learned: GreySet) {
  return {
    data,
    split,
    images: learned.count,
    invert,
    binarise,
    threshold: binarise === "threshold" ? threshold : undefined,
  };
}
