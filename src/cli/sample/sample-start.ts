import { stat } from "node:fs/promises";
import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { quote } from "../../names.js";
import { readPictures, type Size } from "../../node/index.js";
import type { Region } from "../../patterns/index.js";
import type { GreySet } from "../io/grey-set.js";
import { isInverted, readFor, readingOf, statesOf } from "../io/reading.js";
import type { ImageModel } from "../io/trained-model.js";

/** The options for the start of the chains. */
export interface StartOptions {
  from: string;
  data?: string;
  split?: string;
  invert?: boolean;
  count: number;
  seed: number;
}

/** The start of the chains, one row per chain; undefined for --from random. */
export async function startOf(
  model: ImageModel,
  shape: Size,
  options: StartOptions,
): Promise<Float64Array | undefined> {
  const { from, count, seed } = options;
  const invert = isInverted(model, options);
  const { visible } = model;
  if (from === "random") return undefined;
  const random = new Random(seed).fork(1);
  const reading = readingOf(model);
  if (from === "data") {
    const data = options.data ?? model.notes?.data;
    // The part of the training data applies only to the training data.
    const split = options.split ?? (options.data === undefined ? model.notes?.split : undefined);
    if (typeof data !== "string")
      throw new ArgumentError("--from data needs --data, since the model file does not name its training data");
    const set = await readFor(model, { data, split: typeof split === "string" ? split : undefined, invert });
    if (count > set.count)
      throw new ArgumentError(`--count is ${count} but ${set.name} has only ${set.count} images; use a smaller number`);
    return statesOf(set, visible, reading, count, random);
  }
  const found = await stat(from).catch(() => undefined);
  if (found === undefined) {
    throw new ArgumentError(`--from is ${quote(from)}; expected random, data or the path of an image`);
  }
  const { images } = await readPictures([from], { size: shape, invert });
  const values = images[0].map((grey) => (invert ? 255 - grey : grey));
  const set: GreySet = { name: from, values, count: 1, shape };
  const row = statesOf(set, visible, reading, 1, random);
  return Float64Array.from({ length: count * row.length }, (_, k) => row[k % row.length]);
}

/** The pixels of a region of pictures. */
export function pixelsOf({ top, left, height, width }: Region, [, columns]: Size): number[] {
  return Array.from({ length: height * width }, (_, k) => (top + Math.floor(k / width)) * columns + left + (k % width));
}
