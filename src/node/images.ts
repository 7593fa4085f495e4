import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { Metadata } from "sharp";
import type { GreyImage } from "../data/index.js";
import { ArgumentError, DataError, requireInteger, ShapeError } from "../errors.js";
import { compareNames } from "../names.js";
import { PatternSet, type State } from "../patterns/index.js";
import type { PictureFlaw, Warning } from "../warnings.js";
import { pathError, plainBytes, readBounded, writeFileAtomic } from "./files.js";
import { choosePictures, type PictureFile, type PicturePart } from "./picture-folder.js";

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

/** Options of reading pictures from folders. */
export interface PictureOptions extends Omit<ImageOptions, "threshold"> {
  /** The part of a folder that has parts, such as train/ and test/; defaults to the only one, or to "train". */
  readonly split?: string | undefined;
  /** Number of pictures of each class, the first ones that can be read; defaults to all. */
  readonly perClass?: number | undefined;
  /** Number of pictures in all: the first of each class, then the second ones, and so on; defaults to all. */
  readonly limit?: number | undefined;
  /** Receives warnings: a picture of a folder that cannot be read is then skipped. Without it, it is an error. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
  /** Whether a picture of a folder that cannot be read is an error; defaults to true without `onWarning`. */
  readonly strict?: boolean | undefined;
}

/** The largest image file, in bytes, and the largest number of pixels it may have. */
const largestFile = 2 ** 26;
const largestImage = 2 ** 26;
/** The largest number of units of a picture without a given size. */
const largestPattern = 2 ** 18;
/** Number of pictures that are decoded at a time. */
const together = 16;

/**
 * Reads a PNG, JPEG or WebP file as grey pixels. Transparent and uncovered pixels get the background colour: black, or
 * white with `invert`.
 *
 * @throws DataError naming the file if it is not such an image
 */
export async function readGrey(path: string, options: ImageOptions = {}): Promise<GreyImage> {
  const found = await decode(path, options);
  if (found instanceof PictureError) throw found;
  return found;
}

/** A picture that cannot be read. */
class PictureError extends DataError {
  readonly flaw: PictureFlaw;

  constructor(message: string, flaw: PictureFlaw) {
    super(message);
    this.flaw = flaw;
  }
}

/** The grey pixels of a picture, or why it cannot be read. */
async function decode(path: string, { size, invert = false }: ImageOptions): Promise<GreyImage | PictureError> {
  const flawed = (flaw: keyof typeof flaws) => new PictureError(`${path} ${flaws[flaw]}`, flaw);
  let bytes: Uint8Array;
  try {
    bytes = await readBounded(path, largestFile);
  } catch (error) {
    if (error instanceof DataError) return new PictureError(error.message, "unreadable");
    throw error;
  }
  if (bytes.length === 0) return flawed("empty");
  if (!isImage(bytes)) return flawed("format");
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
  } catch {
    // sharp's errors have no codes, and its words are not for people.
    const found: Partial<Metadata> = await sharp(bytes, { limitInputPixels: false })
      .metadata()
      .catch(() => ({}));
    const pixels = (found.width ?? 0) * (found.height ?? 0);
    return flawed(pixels > largestImage ? "pixels" : "damaged");
  }
}

const flaws = {
  empty: "is an empty file: download or export it again",
  format: "contains no PNG, JPEG or WebP image; convert it to one",
  pixels: `is above the pixel limit of ${largestImage}; make it smaller`,
  damaged: "is a damaged image: download or export it again",
} as const;

/**
 * Reads pictures as patterns: the given files in their order, and of a folder all PNG, JPEG and WebP files in the order of
 * their names. A label is the file's name without its extension, or the class if the folder holds a folder for each class.
 *
 * @throws DataError if a file is not an image or a folder holds none; ShapeError if, without `size`, two differ in size
 */
export async function readImages(
  paths: readonly string[],
  options: ImageOptions & PictureOptions = {},
): Promise<PatternSet> {
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
  /** The class of each picture, or the name of its file without the extension. */
  readonly labels: readonly string[];
  /** The classes, if every picture lies in a folder for its class: the names of these folders, in their order. */
  readonly classes?: readonly string[] | undefined;
  readonly shape: Size;
}

/**
 * Reads pictures as grey pixels; see `readImages` for the files that are read.
 *
 * @throws the errors of `readImages`
 */
export async function readPictures(paths: readonly string[], options: PictureOptions = {}): Promise<Pictures> {
  const { size, perClass, limit } = options;
  if (size !== undefined) {
    requireInteger("size height", size[0], 1, largestPattern);
    requireInteger("size width", size[1], 1, largestPattern);
  }
  if (perClass !== undefined) requireInteger("perClass", perClass, 1);
  if (limit !== undefined) requireInteger("limit", limit, 1);
  if (paths.length === 0) throw new ArgumentError("paths is empty; give images or folders of images");
  const sources = await Promise.all(paths.map((path) => sourceAt(path, options.split)));
  const reader = new PictureReader(options);
  for (const source of sources) await reader.read(source);
  const isClassed = sources.every(({ classes }) => classes !== undefined);
  const classes = isClassed
    ? [...new Set(sources.flatMap((source) => source.classes ?? []))].sort(compareNames)
    : undefined;
  return reader.pictures(classes);
}

/** A picture, or the pictures of a folder. */
interface PictureSource extends Pick<PicturePart, "files" | "classes"> {
  readonly path: string;
  /** Whether a picture that cannot be read may be skipped: one that was named by itself may not. */
  readonly isFolder: boolean;
}

async function sourceAt(path: string, split: string | undefined): Promise<PictureSource> {
  const found = await stat(path).catch((error: unknown) => {
    throw pathError(error, path, "read", DataError);
  });
  if (!found.isDirectory()) {
    if (split === undefined) return { path, isFolder: false, files: [{ path }] };
    throw new ArgumentError(`${path} has no part "${split}": it is not a folder; omit it`);
  }
  return { path, isFolder: true, ...(await choosePictures(path, split)) };
}

/** Reads pictures one after the other, and remembers those of the right class and number. */
class PictureReader {
  readonly #options: PictureOptions;
  readonly #images: Uint8Array[] = [];
  readonly #labels: string[] = [];
  readonly #ofClass = new Map<string | undefined, number>();
  #first: { readonly path: string; readonly shape: Size } | undefined;

  constructor(options: PictureOptions) {
    this.#options = options;
  }

  async read({ path, isFolder, files, classes }: PictureSource): Promise<void> {
    const { limit, strict = this.#options.onWarning === undefined } = this.#options;
    const before = this.#images.length;
    for (const file of files) this.#ofClass.set(file.class, this.#ofClass.get(file.class) ?? 0);
    const skipped: { readonly file: string; readonly flaw: PictureFlaw }[] = [];
    let first: PictureError | undefined;
    const order = limit === undefined || classes === undefined ? files : inTurn(files);
    for (let from = 0; from < order.length && !this.#isFull; from += together) {
      const part = order.slice(from, from + together).filter((file) => this.#isWanted(file));
      const found = await Promise.all(part.map((file) => decode(file.path, this.#options)));
      found.forEach((image, k) => {
        if (!(image instanceof PictureError)) this.#add(part[k], image);
        else if (strict || !isFolder) throw image;
        else {
          first ??= image;
          skipped.push({ file: part[k].path, flaw: image.flaw });
        }
      });
    }
    if (first === undefined) return;
    if (this.#images.length === before) {
      throw new DataError(`none of the pictures in ${path} can be read: ${first.message}`);
    }
    this.#options.onWarning?.({ code: "skipped-pictures", folder: path, skipped });
  }

  pictures(classes: readonly string[] | undefined): Pictures {
    const { perClass = 0 } = this.#options;
    for (const [name, count] of this.#ofClass) {
      if (count >= perClass) continue;
      const which = name === undefined ? "the folder" : `class ${name}`;
      throw new DataError(`perClass is ${perClass} but ${which} has ${count} images; choose at most that number`);
    }
    return { images: this.#images, labels: this.#labels, classes, shape: this.#first?.shape ?? [0, 0] };
  }

  get #isFull(): boolean {
    return this.#images.length >= (this.#options.limit ?? Number.POSITIVE_INFINITY);
  }

  #isWanted(file: PictureFile): boolean {
    return (this.#ofClass.get(file.class) ?? 0) < (this.#options.perClass ?? Number.POSITIVE_INFINITY);
  }

  #add(file: PictureFile, { pixels, shape }: GreyImage): void {
    if (this.#isFull || !this.#isWanted(file)) return;
    const { path } = file;
    this.#first ??= { path, shape: this.#options.size ?? shape };
    const { shape: expected } = this.#first;
    if (shape[0] !== expected[0] || shape[1] !== expected[1]) {
      throw new ShapeError(
        `${path} is ${shape.join("x")} pixels but ${this.#first.path} is ${expected.join("x")}; give a size for all, such as 32x32`,
      );
    }
    if (pixels.length > largestPattern) {
      throw new DataError(`${path} has ${pixels.length} pixels, one per unit; give a smaller size, such as 32x32`);
    }
    this.#images.push(pixels);
    this.#labels.push(file.class ?? basename(path, extname(path)));
    this.#ofClass.set(file.class, (this.#ofClass.get(file.class) ?? 0) + 1);
  }
}

/** The first file of each class, then the second ones, and so on. */
function inTurn(files: readonly PictureFile[]): PictureFile[] {
  const places = new Map<string | undefined, number>();
  const placed = files.map((file) => {
    const place = places.get(file.class) ?? 0;
    places.set(file.class, place + 1);
    return { file, place };
  });
  return placed.sort((a, b) => a.place - b.place).map(({ file }) => file);
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
