import { open, stat } from "node:fs/promises";
import { DataError } from "../errors.js";
import { matrix } from "../math/matrix.js";
import { sizesOf } from "../names.js";
import { VectorSet } from "../patterns/index.js";
import { readNpy } from "../storage/index.js";
import { NPY_HEAD, readNpyHeader } from "../storage/npy.js";
import { readBounded } from "./files.js";

/** The largest file that Node reads at once, in bytes. */
const LARGEST = 2 ** 31 - 1;

/** The largest file of labels, in bytes. */
const LARGEST_LABELS = 2 ** 28;

/**
 * Real vectors from a .npy file: one vector, rows of them, or pictures of count x height x width.
 *
 * @throws DataError or StorageError for a file that is damaged or holds other numbers, naming the first row with one that is not
 *   finite in single precision
 */
export async function readVectors(path: string, labels?: readonly string[]): Promise<VectorSet<Float32Array>> {
  await requireRoom(path);
  const { shape, values } = readNpy(await readBounded(path, LARGEST), path, { single: true });
  if (shape.length < 1 || shape.length > 3 || values.length === 0) {
    throw new DataError(`${path} holds an array of ${sizesOf(shape)}; expected vectors as rows, or pictures`);
  }
  const rows = shape.length === 1 ? 1 : shape[0];
  const columns = values.length / rows;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const place = `row ${Math.floor(bad / columns)}, column ${bad % columns}`;
    throw new DataError(`${path} has ${values[bad]} in ${place}; expected finite numbers of single precision`);
  }
  if (labels !== undefined && labels.length !== rows) {
    throw new DataError(`${path} has ${rows} rows, but there are ${labels.length} labels; give one for each`);
  }
  const picture = shape.length === 3 ? ([shape[1], shape[2]] as const) : undefined;
  return new VectorSet(matrix(rows, columns, values), { labels, shape: picture });
}

/** Refuses a file of more than fits into memory at once, in words that say what it holds and what to do. */
async function requireRoom(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
  if (size <= LARGEST) return;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(NPY_HEAD), 0, NPY_HEAD, 0);
    const { shape, kind } = readNpyHeader(buffer.subarray(0, bytesRead), size, path);
    const what = `${shape.map((n) => n.toLocaleString("en")).join(" x ")} numbers of ${kind[1]} bytes`;
    const sizes = `${(size / 1e9).toFixed(1)} GB; ${(LARGEST / 1e9).toFixed(1)} are read at once`;
    throw new DataError(`${path} holds ${what}, ${sizes}: recall from it where it is, by --stream`);
  } finally {
    await file.close();
  }
}

/** The lines of a text file, as labels. */
export async function readLabels(path: string): Promise<string[]> {
  const text = new TextDecoder().decode(await readBounded(path, LARGEST_LABELS));
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
