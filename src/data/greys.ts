import { ArgumentError, DataError, ShapeError } from "../errors.js";
import type { IdxArray } from "./idx.js";

/** The numbers that stand for black and for white. */
export type GreyRange = readonly [black: number, white: number];

/** Images as grey values. */
export interface Greys {
  /** Image after image, row after row, 0 (black) to 255 (white). */
  readonly values: Uint8Array;
  readonly count: number;
  readonly shape: readonly [height: number, width: number];
  /** The numbers of the file that became 0 and 255. */
  readonly range: GreyRange;
}

/** Ranges that are recognised by the numbers that occur, the narrowest first. */
const usualRanges: readonly GreyRange[] = [
  [0, 1],
  [-1, 1],
  [0, 255],
];
const signedBytes: GreyRange = [-128, 127];

/**
 * Images as grey values, 255 (x - black) / (white - black), rounded and clipped to 0 ... 255.
 *
 * @param images an array of images, indexed by the first dimension; rows of numbers are images of height 1, and further
 *   dimensions, such as channels, lie side by side
 * @param range the numbers for black and white; defaults to the first of 0 ... 1, -1 ... 1, 0 ... 255 and, for signed bytes,
 *   -128 ... 127 that holds all numbers
 * @param name name of the images in errors; defaults to "images"
 * @throws DataError if no such range holds them, or for numbers that are not finite; ShapeError for a list of numbers;
 *   ArgumentError unless the range is two different numbers
 */
export function greysOf({ values, shape: all }: IdxArray, range?: GreyRange, name = "images"): Greys {
  const [count, height, ...rest] = all;
  if (height === undefined) {
    throw new ShapeError(`${name} has the shape ${count}, a list of numbers; expected at least two dimensions`);
  }
  const width = rest.reduce((product, size) => product * size, 1);
  const shape = rest.length === 0 ? ([1, height] as const) : ([height, width] as const);
  const used = range ?? recognised(values, name);
  const [black, white] = used;
  if (!Number.isFinite(white - black) || white === black) {
    throw new ArgumentError(`range is ${used.join(", ")}; expected two different numbers, for black and for white`);
  }
  if (values instanceof Uint8Array && black === 0 && white === 255) return { values, count, shape, range: used };
  const scale = 255 / (white - black);
  // A byte array that is clamped also rounds.
  const greys = new Uint8ClampedArray(values.length);
  for (let i = 0; i < greys.length; i++) {
    if (!Number.isFinite(values[i])) throw new DataError(`${name} holds ${values[i]}; expected finite numbers`);
    greys[i] = (values[i] - black) * scale;
  }
  return { values: new Uint8Array(greys.buffer), count, shape, range: used };
}

function recognised(values: IdxArray["values"], name: string): GreyRange {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const ranges = values instanceof Int8Array ? [...usualRanges, signedBytes] : usualRanges;
  // A NaN is refused below, with every other number that is not finite.
  const found = ranges.find(([black, white]) => low >= black && high <= white);
  if (found !== undefined) return found;
  const type = values.constructor.name.replace("Array", "");
  throw new DataError(
    `${name} holds ${type} numbers from ${low} to ${high}; expected 0 to 255, 0 to 1 or -1 to 1: ` +
      `give the range from black to white, such as ${low},${high}, or convert them to bytes`,
  );
}
