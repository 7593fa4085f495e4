import { readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { GreyImage } from "../data/index.js";
import { ArgumentError, DataError, requireInteger, ShapeError } from "../errors.js";
import { PatternSet, type State } from "../patterns/index.js";
import { pathError, plainBytes, readBounded, writeFileAtomic } from "./files.js";

/** Height and width in pixels. */
export type Size = readonly [height: number, width: number];

/** Options of `readImages`. */
export interface ImageOptions {
  /**
   * The size that the picture is scaled to, with its proportions kept: uncovered pixels become -1. Defaults to the picture's
   * own size.
   */
  readonly size?: Size | undefined;
  /** A pixel brighter than this grey value, 0 to 254, becomes +1; defaults to 127. */
  readonly threshold?: number | undefined;
  /** Dark ink on light paper: a pixel up to the threshold becomes +1, a brighter one -1. */
  readonly invert?: boolean | undefined;
}

/** The largest image file, in bytes, and the largest number of pixels it may have. */
const largestFile = 2 ** 26;
const largestImage = 2 ** 26;
/** The largest number of units of a picture without a given size. */
const largestPattern = 2 ** 18;
const extensions = [".png", ".jpg", ".jpeg", ".webp"];

/**
 * Reads a PNG, JPEG or WebP file as grey pixels. Transparent and uncovered pixels get the background colour: black, or
 * white with `invert`.
 *
 * @throws DataError naming the file if it is not such an image
 */
export async function readGrey(path: string, { size, invert = false }: ImageOptions = {}): Promise<GreyImage> {
  const bytes = await readBounded(path, largestFile);
  if (!isImage(bytes)) throw new DataError(`${path} contains no PNG, JPEG or WebP image; convert it to one`);
  const background = invert ? "white" : "black";
  const { default: sharp } = await loadSharp();
  try {
    const picture = sharp(bytes, { limitInputPixels: largestImage }).autoOrient().flatten({ background });
    if (size !== undefined) {
      // Linear: it restores a picture that was enlarged in whole blocks exactly, which sharper kernels may not.
      picture.resize({ height: size[0], width: size[1], fit: "contain", background, kernel: "linear" });
    }
    const { data, info } = await picture
      .toColourspace("b-w")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { pixels: firstChannel(data, info.channels), shape: [info.height, info.width] };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new DataError(`${path} cannot be read as an image: ${reason}`);
  }
}

/**
 * Reads pictures as patterns: the given files in their order, and for a folder all its PNG, JPEG and WebP files in
 * the order of their names. A label is the file's name without its extension.
 *
 * @throws DataError if a file is not an image or a folder holds none; ShapeError if, without `size`, two differ in size
 */
export async function readImages(paths: readonly string[], options: ImageOptions = {}): Promise<PatternSet> {
  const { threshold = 127, invert = false } = options;
  requireInteger("threshold", threshold, 0, 254);
  const { images, labels, shape } = await readPictures(paths, options);
  const states = images.map((pixels) => pixels.map((pixel) => (pixel > threshold !== invert ? 1 : 0)));
  return PatternSet.from(states, { labels, shape });
}

/** Grey pictures of one size. */
export interface Pictures {
  /** Row by row, 0 (black) to 255 (white). */
  readonly images: readonly Uint8Array[];
  /** The name of each file without its extension. */
  readonly labels: readonly string[];
  readonly shape: Size;
}

/**
 * Reads pictures as grey pixels; see `readImages` for the files that are read.
 *
 * @throws the errors of `readImages`
 */
export async function readPictures(
  paths: readonly string[],
  options: Omit<ImageOptions, "threshold"> = {},
): Promise<Pictures> {
  const { size } = options;
  if (size !== undefined) {
    requireInteger("size height", size[0], 1, largestPattern);
    requireInteger("size width", size[1], 1, largestPattern);
  }
  const files = (await Promise.all(paths.map(imagesAt))).flat();
  if (files.length === 0) throw new ArgumentError("paths is empty; give images or folders of images");
  let shape = size;
  const images: Uint8Array[] = [];
  for (const file of files) {
    const image = await readGrey(file, options);
    shape ??= image.shape;
    if (image.shape[0] !== shape[0] || image.shape[1] !== shape[1]) {
      throw new ShapeError(
        `${file} is ${image.shape.join("x")} pixels but ${files[0]} is ${shape.join("x")}; give a size for all, such as 32x32`,
      );
    }
    if (image.pixels.length > largestPattern) {
      throw new DataError(
        `${file} has ${image.pixels.length} pixels, one per unit; give a smaller size, such as 32x32`,
      );
    }
    images.push(image.pixels);
  }
  return { images, labels: files.map((file) => basename(file, extname(file))), shape: shape ?? [0, 0] };
}

/**
 * A state as a PNG file: +1 white and -1 black, or the reverse with `invert`; `scale` x `scale` pixels per unit.
 *
 * @param state -1/+1 or 0/1, height x width values
 */
export async function encodePng(state: State, [height, width]: Size, scale = 1, invert = false): Promise<Uint8Array> {
  if (state.length !== height * width) {
    throw new ShapeError(`state has ${state.length} units; a picture of ${height}x${width} needs ${height * width}`);
  }
  const pixels = Uint8Array.from(state, (value) => (value > 0 !== invert ? 255 : 0));
  return encodeGreyPng({ pixels, shape: [height, width] }, scale);
}

/** A grey image, such as a sheet of filters, as a PNG file, enlarged `scale` times in each direction. */
export async function encodeGreyPng({ pixels, shape: [height, width] }: GreyImage, scale = 1): Promise<Uint8Array> {
  requireInteger("scale", scale, 1, 64);
  if (height * width * scale * scale > largestImage) {
    const found = `scale is ${scale} for a picture of ${height}x${width}`;
    throw new ArgumentError(`${found}; the file would have more than ${largestImage} pixels: use a smaller scale`);
  }
  const { default: sharp } = await loadSharp();
  const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .resize({ width: width * scale, height: height * scale, kernel: "nearest" })
    .toColourspace("b-w")
    .png()
    .toBuffer();
  return plainBytes(png);
}

/** Writes a grey image as a PNG file; see `encodeGreyPng`. */
export async function writeGreyPng(path: string, image: GreyImage, scale = 1): Promise<void> {
  await writeFileAtomic(path, await encodeGreyPng(image, scale));
}

/** Writes a state as a PNG file; see `encodePng`. */
export async function writePng(path: string, state: State, size: Size, scale = 1, invert = false): Promise<void> {
  await writeFileAtomic(path, await encodePng(state, size, scale, invert));
}

/** Loaded only when it is needed: loading takes longer than many commands. */
function loadSharp() {
  return import("sharp");
}

/** Checks the first bytes for the three formats; sharp would also read others, some of them programs rather than pictures. */
function isImage(bytes: Uint8Array): boolean {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  return (
    text(0, 8) === "\x89PNG\r\n\x1a\n" ||
    text(0, 3) === "\xff\xd8\xff" ||
    (text(0, 4) === "RIFF" && text(8, 12) === "WEBP")
  );
}

function firstChannel(data: Uint8Array, channels: number): Uint8Array {
  return Uint8Array.from({ length: data.length / channels }, (_, i) => data[i * channels]);
}

/** The image files at a path: the file itself, or those in the folder. */
async function imagesAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path))
      .filter((name) => extensions.includes(extname(name).toLowerCase()) && !name.startsWith("."))
      .sort();
    if (names.length === 0) throw new DataError(`${path} holds no PNG, JPEG or WebP images; give a folder that does`);
    return names.map((name) => join(path, name));
  } catch (error) {
    throw pathError(error, path, "read", DataError);
  }
}
