import { StorageError } from "../errors.js";
import { asMatrix } from "../math/matrix.js";
import type { Rbm } from "../models/index.js";
import { bare, quote, sizesOf } from "../names.js";
import { fromScikitLearn, type NpyArray, readNpy, toScikitLearn, writeNpy } from "../storage/index.js";
import { readBounded, writeFileAtomic } from "./files.js";
import { readMember, writeZip, type ZipMember, zipMembers } from "./zip.js";

/** The largest archive that is read, in bytes. */
const largestArchive = 2 ** 30;
/** Bytes in memory, members and the doubles that they become, that any archive may take. */
const leastRoom = 2 ** 27;
/** ... and that a larger archive may take for each of its own. */
const room = 48;

/** Options of reading a .npz file. */
export interface DecodeNpzOptions {
  /** Names of the arrays to read; defaults to all. The others are not looked at. */
  readonly arrays?: readonly string[] | undefined;
  /**
   * Largest number of bytes that the arrays and their values may take in memory; defaults to the larger of 2^27 and 48 times
   * the size of the file, which no array of random numbers reaches.
   */
  readonly limit?: number | undefined;
}

/**
 * The arrays of a .npz file by name: a zip archive of .npy files, as `numpy.savez` and `numpy.savez_compressed` write it.
 * The CRC-32 of every array that is read is compared.
 *
 * @param name name of the file in errors
 * @throws StorageError if it is not such an archive, an array to read is missing, damaged or of another type, or the arrays
 *   take more than `limit`
 */
export async function decodeNpz(
  bytes: Uint8Array,
  name = ".npz file",
  options: DecodeNpzOptions = {},
): Promise<Map<string, NpyArray>> {
  const archive = openNpz(bytes, name, options.limit);
  const { arrays = archive.names } = options;
  return new Map(arrays.map((key) => [key, archive.read(key)]));
}

/** Encodes arrays by name as an uncompressed .npz file; the same arrays give the same bytes. */
export async function encodeNpz(arrays: ReadonlyMap<string, NpyArray>): Promise<Uint8Array> {
  return writeZip(new Map(Array.from(arrays, ([key, array]) => [`${key}.npy`, writeNpy(array)])));
}

/**
 * Loads an RBM that was trained by scikit-learn, from a file written in Python by
 *
 *     numpy.savez("rbm.npz", components=rbm.components_, intercept_hidden=rbm.intercept_hidden_,
 *                 intercept_visible=rbm.intercept_visible_)
 *
 * Other arrays in the file are not read.
 *
 * @throws StorageError if the file is not such an archive or lacks an array, ShapeError if their shapes do not match
 */
export async function loadScikitLearn(path: string, { limit }: Pick<DecodeNpzOptions, "limit"> = {}): Promise<Rbm> {
  const archive = openNpz(await readBounded(path, largestArchive, StorageError), path, limit);
  const take = (key: string, dimensions: number): NpyArray => {
    const array = archive.has(key) ? archive.read(key) : archive.has(`${key}_`) ? archive.read(`${key}_`) : undefined;
    if (array?.shape.length === dimensions) return array;
    const found = array === undefined ? "no array" : `an array of ${sizesOf(array.shape)} as`;
    const held = archive.names.slice(0, 5).map(quote).join(", ") || "nothing";
    throw new StorageError(`${path} has ${found} "${key}", of ${dimensions} dimensions; it holds ${held}`);
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

/** An archive whose arrays are read one at a time, as long as there is room for them. */
interface Npz {
  readonly names: readonly string[];
  has(key: string): boolean;
  read(key: string): NpyArray;
}

function openNpz(bytes: Uint8Array, name: string, limit = Math.max(leastRoom, room * bytes.length)): Npz {
  const members = new Map<string, ZipMember>(
    zipMembers(bytes, name).map((member) => [member.name.replace(/\.npy$/, ""), member]),
  );
  let left = limit;
  const take = (amount: number, key: string) => {
    left -= amount;
    if (left >= 0) return;
    const taken = `${name}: with ${quote(key)} the arrays take more than ${limit} bytes`;
    throw new StorageError(`${taken}; read fewer arrays, or give a larger limit`);
  };
  return {
    names: [...members.keys()],
    has: (key) => members.has(key),
    read(key) {
      const member = members.get(key);
      if (member === undefined) throw new StorageError(`${name} has no array "${bare(key)}"`);
      // Stored members take no room of their own.
      if (member.length !== member.size) take(member.length, key);
      const array = readNpy(readMember(bytes, member, name), `${name}: ${quote(key)}`, { limit: left / 8 });
      take(8 * array.values.length, key);
      return array;
    },
  };
}
