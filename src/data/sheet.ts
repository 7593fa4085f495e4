import { ArgumentError, DataError, requireInteger, ShapeError } from "../errors.js";
import { type Matrix, transpose } from "../math/matrix.js";

/** Grey values from 0 (black) to 255 (white), row by row. */
export interface GreyImage {
  readonly pixels: Uint8Array;
  readonly shape: readonly [height: number, width: number];
}

/**
 * Grey scale of numbers: [low, high] from black to white, with values outside clipped; "range", from the smallest number
 * (black) to the largest (white); or "diverging", 0 mid-grey and the number farthest from it black or white.
 */
export type GreyScale = readonly [low: number, high: number] | "range" | "diverging";

/** Options of a sheet of images. */
export interface SheetOptions {
  /** Height and width of an image. */
  readonly shape: readonly [height: number, width: number];
  /** Number of images per row; defaults to a nearly square sheet of images. */
  readonly columns?: number | undefined;
  /** Number of pixels between images and around the sheet; defaults to 1. */
  readonly padding?: number | undefined;
  /** Grey of the padding, 0 to 255; defaults to 128. */
  readonly background?: number | undefined;
  /** Grey scale; defaults to [0, 1]. */
  readonly scale?: GreyScale | undefined;
  /** Whether "range" and "diverging" apply to all images together rather than to each; defaults to false. */
  readonly together?: boolean | undefined;
}

/** Largest number of pixels of a sheet. */
const largest = 2 ** 26;

/**
 * Images in rows on one sheet.
 *
 * @param images values of image after image, row by row
 * @throws ShapeError unless they are whole images, DataError for a number that is not finite, ArgumentError for options
 *   out of their range or a sheet of more than 2^26 pixels
 */
export function sheet(images: ArrayLike<number>, options: SheetOptions): GreyImage {
  const { shape, padding = 1, background = 128, scale = [0, 1], together = false } = options;
  const [height, width] = shape;
  requireInteger("shape height", height, 1);
  requireInteger("shape width", width, 1);
  requireInteger("padding", padding, 0, 1024);
  requireInteger("background", background, 0, 255);
  const size = height * width;
  if (images.length === 0 || images.length % size !== 0) {
    const found = `images has ${images.length} values`;
    throw new ShapeError(`${found}; one of ${height}x${width} has ${size}: expected a multiple of it, above 0`);
  }
  const count = images.length / size;
  const { columns = Math.ceil(Math.sqrt(count)) } = options;
  requireInteger("columns", columns, 1);
  const across = Math.min(columns, count);
  const total: [number, number] = [
    padding + Math.ceil(count / across) * (height + padding),
    padding + across * (width + padding),
  ];
  if (total[0] * total[1] > largest) {
    throw new ArgumentError(`images need ${total.join("x")} pixels; the limit is ${largest}: show fewer images`);
  }
  const pixels = new Uint8Array(total[0] * total[1]).fill(background);
  const shared = together ? greyOf(images, 0, images.length, scale) : undefined;
  for (let k = 0; k < count; k++) {
    const grey = shared ?? greyOf(images, k * size, (k + 1) * size, scale);
    const top = padding + Math.floor(k / across) * (height + padding);
    const left = padding + (k % across) * (width + padding);
    for (let i = 0; i < size; i++) {
      pixels[(top + Math.floor(i / width)) * total[1] + left + (i % width)] = grey(images[k * size + i]);
    }
  }
  return { pixels, shape: total };
}

/**
 * The filters of an RBM as images: the columns of W, one per hidden unit. The scale defaults to "diverging" for each.
 *
 * @param weights visible x hidden
 */
export function filterSheet(weights: Matrix, options: SheetOptions): GreyImage {
  return sheet(transpose(weights).values, { scale: "diverging", ...options });
}

/**
 * The memories of a dense classifier as images, all on one scale: 0 is mid-grey, and the largest value is black or white.
 *
 * @param memories pixels of memory after memory
 */
export function memorySheet(memories: ArrayLike<number>, options: SheetOptions): GreyImage {
  return sheet(memories, { scale: "diverging", together: true, ...options });
}

/**
 * The first images of all groups, then the second ones, and so on: originals next to their reconstructions, or, with one
 * column per group, one chain per row over time.
 *
 * @param groups groups of the same number of images
 * @param size number of values of an image
 */
export function interleaved(groups: readonly ArrayLike<number>[], size: number): Float64Array {
  requireInteger("size", size, 1);
  const { length } = groups[0] ?? [];
  const odd = groups.findIndex((group) => group.length !== length || length % size !== 0);
  if (groups.length === 0 || odd >= 0) {
    const found = groups.length === 0 ? "groups is empty" : `groups[${odd}] has ${groups[odd].length} values`;
    throw new ShapeError(`${found}; expected groups of the same number of images of ${size} values each`);
  }
  const all = new Float64Array(groups.length * length);
  for (let k = 0; k < all.length; k++) {
    const image = Math.floor(k / size);
    all[k] = groups[image % groups.length][Math.floor(image / groups.length) * size + (k % size)];
  }
  return all;
}

/** The grey of a number, on the scale of the values with indices in [from, to). */
function greyOf(images: ArrayLike<number>, from: number, to: number, scale: GreyScale): (x: number) => number {
  const [low, high] = typeof scale === "string" ? rangeOf(images, from, to, scale) : scale;
  if (!(Number.isFinite(low) && high > low && Number.isFinite(high - low))) {
    throw new ArgumentError(`scale is ${low} to ${high}; expected finite numbers, the second one larger`);
  }
  return (x) => {
    if (!Number.isFinite(x)) throw new DataError(`images holds ${x}; expected finite numbers`);
    return Math.round(255 * Math.min(1, Math.max(0, (x - low) / (high - low))));
  };
}

function rangeOf(images: ArrayLike<number>, from: number, to: number, scale: GreyScale): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = from; k < to; k++) {
    if (!Number.isFinite(images[k])) throw new DataError(`images[${k}] is ${images[k]}; expected a finite number`);
    low = Math.min(low, images[k]);
    high = Math.max(high, images[k]);
  }
  if (scale === "range") return high > low ? [low, high] : [low - 0.5, low + 0.5];
  if (scale !== "diverging") {
    throw new ArgumentError(`scale is ${JSON.stringify(scale)}; expected [low, high], "range" or "diverging"`);
  }
  const most = Math.max(-low, high);
  return most > 0 ? [-most, most] : [-1, 1];
}
