import type { Unzipped } from "fflate";
import { StorageError } from "../errors.js";
import { asMatrix } from "../math/matrix.js";
import type { Rbm } from "../models/index.js";
import { fromScikitLearn, type NpyArray, readNpy, toScikitLearn, writeNpy } from "../storage/index.js";
import { readBounded, writeFileAtomic } from "./files.js";

/** The largest archive that is read, in bytes, also after decompression. */
const largestArchive = 2 ** 30;

/**
 * The arrays of a .npz file by name: a zip archive of .npy files, as `numpy.savez` and `numpy.savez_compressed` write it.
 *
 * @param name name of the file in errors
 * @throws StorageError if it is not such an archive or decompresses to more than 2^30 bytes
 */
export async function decodeNpz(bytes: Uint8Array, name = ".npz file"): Promise<Map<string, NpyArray>> {
  const files = await unzipped(bytes, name);
  const arrays = Object.entries(files).map(([file, content]): [string, NpyArray] => {
    const key = file.replace(/\.npy$/, "");
    return [key, readNpy(content, `${name}: ${JSON.stringify(key)}`)];
  });
  return new Map(arrays);
}

/** Encodes arrays by name as an uncompressed .npz file; the same arrays give the same bytes. */
export async function encodeNpz(arrays: ReadonlyMap<string, NpyArray>): Promise<Uint8Array> {
  const { zipSync } = await import("fflate");
  const files = Object.fromEntries(Array.from(arrays, ([key, array]) => [`${key}.npy`, writeNpy(array)]));
  return zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) });
}

/**
 * Loads an RBM that was trained by scikit-learn, from a file written in Python by
 *
 *     numpy.savez("rbm.npz", components=rbm.components_, intercept_hidden=rbm.intercept_hidden_,
 *                 intercept_visible=rbm.intercept_visible_)
 *
 * @throws StorageError if the file is not such an archive or lacks an array, ShapeError if their shapes do not match
 */
export async function loadScikitLearn(path: string): Promise<Rbm> {
  const arrays = await decodeNpz(await readBounded(path, largestArchive, StorageError), path);
  const take = (key: string, dimensions: number): NpyArray => {
    const array = arrays.get(key) ?? arrays.get(`${key}_`);
    if (array?.shape.length === dimensions) return array;
    const found = array === undefined ? "no array" : `an array of shape (${array.shape.join(", ")}) as`;
    const names = [...arrays.keys()].slice(0, 5).map((given) => JSON.stringify(given));
    throw new StorageError(
      `${path} has ${found} "${key}", of ${dimensions} dimensions; it holds ${names.join(", ") || "nothing"}`,
    );
  };
  const { shape, values } = take("components", 2);
  const [rows, columns] = shape;
  return fromScikitLearn({
    components: asMatrix("components", { rows, columns, values }),
    interceptHidden: take("intercept_hidden", 1).values,
    interceptVisible: take("intercept_visible", 1).values,
  });
}

/**
 * Saves an RBM of binary units for scikit-learn, to be read by `numpy.load`: see `loadScikitLearn` for the names.
 *
 * @throws ArgumentError if a layer has other units or no file can be written at the path
 */
export async function saveScikitLearn(path: string, rbm: Rbm): Promise<void> {
  const { components, interceptHidden, interceptVisible } = toScikitLearn(rbm);
  const row = (values: Float64Array): NpyArray => ({ shape: [values.length], values });
  const arrays = new Map([
    ["components", { shape: [components.rows, components.columns], values: components.values }],
    ["intercept_hidden", row(interceptHidden)],
    ["intercept_visible", row(interceptVisible)],
  ]);
  await writeFileAtomic(path, await encodeNpz(arrays));
}

async function unzipped(bytes: Uint8Array, name: string): Promise<Unzipped> {
  const { unzipSync } = await import("fflate");
  let total = 0;
  const filter = ({ originalSize, size }: { originalSize: number; size: number }) => {
    // Both sizes count: stored entries are copied by their size, deflated ones allocate their original size.
    total += Math.max(originalSize, size);
    if (total <= largestArchive) return true;
    throw new StorageError(`${name} decompresses to more than ${largestArchive} bytes; save fewer arrays`);
  };
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof StorageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StorageError(`${name} cannot be read as a .npz archive: ${reason}`);
  }
}
