import { ArgumentError, ShapeError } from "../../errors.js";
import type { Random } from "../../math/index.js";
import type { Size } from "../../node/index.js";
import { PatternSet } from "../../patterns/index.js";
import type { ModelNotes } from "../../storage/index.js";
import { probabilities, sampleRows, type TrainingData } from "../../training/index.js";
import type { Units } from "../../units/index.js";
import { type GreySet, type GreySetOptions, readGreySet } from "./grey-set.js";
import type { ImageModel } from "./trained-model.js";

/** How grey pixels become values of visible units. */
export interface Reading {
  /** For units of two states: cut at the threshold, or use a grey value as the probability of the higher state. */
  readonly binarise: "threshold" | "sample";
  /** A brighter pixel becomes the higher state, 0 to 254. */
  readonly threshold: number;
}

/** The usual cut at one half is 127. */
export const usualReading: Reading = { binarise: "threshold", threshold: 127 };

/** The images as training data: bits, probabilities, or grey values from 0 to 1 for units of real values. */
export function asTrainingData({ values, shape }: GreySet, units: Units, reading: Reading): TrainingData {
  if (units.twoStates === undefined) return Float32Array.from(values, (grey) => grey / 255);
  return reading.binarise === "sample" ? probabilities(values) : PatternSet.fromGrey(values, shape, reading.threshold);
}

/** Some images, or all, in random order, as states of the visible units. */
export function statesOf(set: GreySet, units: Units, reading: Reading, count: number, random: Random): Float64Array {
  return sampleRows(asTrainingData(set, units, reading), units, count, random);
}

/** Images `from` to before `to` as the means of visible units, which need not be states. */
export function meansOf(
  set: GreySet,
  { width, twoStates }: Units,
  reading: Reading,
  from: number,
  to: number,
): Float64Array {
  const { low, high } = twoStates ?? { low: 0, high: 1 };
  const isCut = twoStates !== undefined && reading.binarise === "threshold";
  return Float64Array.from(set.values.subarray(from * width, to * width), (grey) => {
    const part = isCut ? Number(grey > reading.threshold) : grey / 255;
    return low + (high - low) * part;
  });
}

/** How to read the data of a model: as the options say, or as in its training. */
export function readingOf({ notes }: ModelNotes, options: { binarise?: string; threshold?: number } = {}): Reading {
  const binarise = options.binarise ?? notes?.binarise ?? usualReading.binarise;
  const threshold = options.threshold ?? notes?.threshold;
  return {
    binarise: binarise === "sample" ? "sample" : "threshold",
    threshold: typeof threshold === "number" ? threshold : usualReading.threshold,
  };
}

/** Whether dark pixels become 1: as the options say, or as in the training of the model. */
export function isInverted({ notes }: ModelNotes, { invert }: { invert?: boolean | undefined }): boolean {
  return invert ?? notes?.invert === true;
}

/** The images of `--data` for a model, in its shape. */
export async function readFor(model: ImageModel, options: GreySetOptions): Promise<GreySet> {
  const { shape, visible } = model;
  const set = await readGreySet({ ...options, invert: isInverted(model, options) }, shape);
  const pixels = set.shape[0] * set.shape[1];
  if (pixels === visible.width) return set;
  const found = `${set.name} has images of ${set.shape.join("x")} pixels`;
  throw new ShapeError(
    `${found} but the model has ${visible.width} visible values; use the data that it was trained on`,
  );
}

/** Height and width of a model's pictures, for options that need them. */
export function requireShape({ shape, visible }: ImageModel, flag: string): Size {
  if (shape !== undefined) return shape;
  throw new ArgumentError(
    `${flag} needs a model of pictures; the file does not contain the height and width of its ${visible.width} visible values`,
  );
}
