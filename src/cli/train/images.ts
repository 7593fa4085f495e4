import { ArgumentError } from "../../errors.js";
import { type GreySet, type GreySetOptions, pick } from "../io/grey-set.js";
import { type Reading, usualReading } from "../io/reading.js";

/** The options for reading images. */
export interface ReadingOptions {
  binarise?: string;
  threshold?: number;
}

/** How to read grey pixels according to the options. */
export function chosenReading({ binarise, threshold }: ReadingOptions): Reading {
  return { binarise: binarise === "sample" ? "sample" : "threshold", threshold: threshold ?? usualReading.threshold };
}

/** Holds some images out for validation, evenly spaced since the images may be sorted. */
export function holdOut(set: GreySet, wanted?: number): { learned: GreySet; heldOut: GreySet | undefined } {
  const { count } = set;
  const apart = wanted ?? (count < 500 ? 0 : Math.min(1000, Math.floor(count / 10)));
  if (apart === 0) return { learned: set, heldOut: undefined };
  if (apart >= count) {
    throw new ArgumentError(`--held-out is ${apart} but there are ${count} images; use a smaller number`);
  }
  const isApart = new Uint8Array(count);
  for (let k = 0; k < apart; k++) isApart[Math.floor(((k + 0.5) * count) / apart)] = 1;
  const rows = (flag: number) => Uint32Array.from(isApart.keys()).filter((row) => isApart[row] === flag);
  return { learned: pick(set, rows(0)), heldOut: pick(set, rows(1)) };
}

/** The training images of a model and how they were read, as notes for its file. */
export function dataNotes(
  { data, split, perClass, only, invert }: GreySetOptions,
  { binarise, threshold }: Reading,
  learned: GreySet,
) {
  return {
    data,
    split,
    perClass,
    only: only && [...only],
    images: learned.count,
    invert,
    binarise,
    threshold: binarise === "threshold" ? threshold : undefined,
  };
}
