import { ArgumentError, DataError } from "../../errors.js";
import { matrix } from "../../math/matrix.js";
import type { Items } from "../../memories/index.js";
import { readLabels, readPictures, readVectors, type Size } from "../../node/index.js";
import { VectorSet } from "../../patterns/index.js";
import { readGreySet } from "../io/grey-set.js";
import { printWarning } from "../io/output.js";
import { selectedRows } from "../io/selection.js";
import type { ItemOptions } from "./items.js";

/** Options of pictures, which vectors from a file do not have. */
const ofPictures = ["split", "size", "range", "invert", "strict", "perClass", "only", "limit"] as const;

/** Whether a path is that of an array of NumPy. */
export function isVectorFile(path: string): boolean {
  return /\.npy$/i.test(path);
}

/**
 * Real vectors to store: an array of NumPy, or grey pictures, whose values are from 0, black, to 1, white; with values of
 * their own by `--values`.
 *
 * @throws ArgumentError for sources or options that cannot be combined
 */
export async function readVectorItems(paths: readonly string[], options: ItemOptions): Promise<Items> {
  const [first] = paths;
  const isFile = first !== undefined && isVectorFile(first);
  const set = isFile ? await readFile(paths, options) : await readGreys(paths, options);
  if (options.values === undefined) return set;
  const values = await readVectors(options.values, set.labels);
  return { left: set, right: values };
}

async function readFile(paths: readonly string[], options: ItemOptions): Promise<VectorSet<Float32Array>> {
  if (paths.length > 1) {
    throw new ArgumentError(`${paths[0]} and ${paths[1]} cannot be combined; give one array of vectors, or pictures`);
  }
  const stray = ofPictures.find((key) => options[key] !== undefined);
  if (stray !== undefined) {
    const flag = `--${stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new ArgumentError(`${flag} is for pictures; omit it with ${paths[0]}`);
  }
  return readVectors(paths[0], options.labels === undefined ? undefined : await readLabels(options.labels));
}

async function readGreys(paths: readonly string[], options: ItemOptions): Promise<VectorSet<Float32Array>> {
  if (options.labels !== undefined) {
    throw new ArgumentError(
      "--labels names the rows of an array, such as vectors.npy; pictures have labels of their own",
    );
  }
  const { data, split, size, invert, range, strict, limit, perClass, only } = options;
  if (data !== undefined) {
    const selection = { ...(limit !== undefined && { limit }), ...(perClass !== undefined && { perClass }) };
    const set = await readGreySet({
      data,
      split,
      invert,
      range,
      strict,
      ...selection,
      ...(only && { only }),
      ...(size && { size }),
    });
    return greySet(set.values, set.shape, set.labels && Array.from(set.labels, String));
  }
  if (range !== undefined) throw new ArgumentError("--range is for IDX files; omit it");
  const pictures = await readPictures(paths, { size, perClass, strict, split, onWarning: printWarning });
  const rows = selectedRows(
    pictures.labels,
    pictures.images.length,
    { ...(limit !== undefined && { limit }), ...(only && { only }) },
    paths.join(" "),
  );
  const values = new Uint8Array(rows.length * pictures.shape[0] * pictures.shape[1]);
  for (const [r, row] of rows.entries()) values.set(pictures.images[row], r * pictures.images[row].length);
  return greySet(
    invert ? values.map((grey) => 255 - grey) : values,
    pictures.shape,
    Array.from(rows, (row) => pictures.labels[row]),
  );
}

function greySet(greys: Uint8Array, shape: Size, labels: readonly string[] | undefined): VectorSet<Float32Array> {
  const units = shape[0] * shape[1];
  const values = Float32Array.from(greys, (grey) => grey / 255);
  return new VectorSet(matrix(values.length / units, units, values), { labels, shape });
}

/** A picture or the rows of an array as cues, of the size of the stored vectors. */
export async function readVectorCues(
  path: string,
  stored: Pick<VectorSet, "units" | "shape">,
  invert: boolean | undefined,
): Promise<VectorSet<Float32Array>> {
  if (isVectorFile(path)) {
    const cues = await readVectors(path);
    if (cues.units === stored.units) return cues;
    throw new DataError(`${path} has vectors of ${cues.units} entries; those of the memory have ${stored.units}`);
  }
  if (stored.shape === undefined) {
    throw new ArgumentError(
      `--cue ${path} is not an array of NumPy, and the vectors of this memory are not pictures; give a .npy file`,
    );
  }
  const { images, shape, labels } = await readPictures([path], { size: stored.shape });
  const [pixels] = images;
  return greySet(invert ? pixels.map((grey) => 255 - grey) : pixels, shape, labels);
}
