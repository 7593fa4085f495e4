import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ArgumentError, DataError, StorageError } from "../errors.js";
import {
  type Kernels,
  StreamedVectorOperator,
  type VectorOperator,
  type VectorRows,
  type VectorUse,
} from "../kernels/index.js";
import type { AnyMemory, MemoryKind, StreamingKind, StreamingMemory } from "../memories/index.js";
import { longestOf, scaleToUnit, type VectorSource } from "../memories/modern/source.js";
import { quote, sizesOf } from "../names.js";
import type { PatternNotes } from "../patterns/index.js";
import { Unpacking } from "../storage/index.js";
import { formatMetadata, readModel } from "../storage/metadata.js";
import { NPY_HEAD, type NpyHeader, readNpyHeader } from "../storage/npy.js";
import { readPlaces, SAFETENSORS_HEAD } from "../storage/safetensors.js";
import { DIGEST, digestOfNames, type ReadOptions, requireDigest } from "../storage/sealed.js";
import { pathError, requirePath } from "./files.js";
import { allMemoryKinds } from "./kinds.js";

/** Options of `streamVectors`. */
export interface StreamOptions<M extends AnyMemory = AnyMemory> extends ReadOptions {
  /** Kind of the memory; defaults to that of the file, or to the first that can leave vectors in their file. */
  readonly kind?: MemoryKind<M> | undefined;
  /** Options of the kind; a stored memory has its own. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** One label for each row of a .npy file. */
  readonly labels?: readonly string[] | undefined;
  /** Kernels to compute with. */
  readonly kernels?: Kernels | undefined;
}

/** Kinds of memories that can leave vectors in their file, the default first. */
export const streamingKinds: readonly MemoryKind[] = allMemoryKinds.filter(({ streams }) => streams !== undefined);

/** Where vectors are in a file. */
interface Place {
  readonly path: string;
  readonly file: number;
  /** The first byte, and bytes of a number: 4 or 8. */
  readonly start: number;
  readonly width: number;
  readonly count: number;
  readonly units: number;
  readonly isUnit: boolean;
}

/** Bytes that are read at once when a file is opened. */
const BLOCK_BYTES = 2 ** 24;

/**
 * A memory over the vectors of a file, which stay there: each step of a recall reads them once, some chunks at a time, for
 * as many cues as their weights find room for in 128 MB. It recalls with the same bits as a memory that holds them. Of a .npy file
 * of numbers in single or double precision, rows are the vectors; of a memory that was stored, its patterns. `dispose` closes
 * the file, which must not change before.
 *
 * Opening reads the file once: a number that is not finite, or a digest that does not match, is found before the first recall.
 *
 * @throws StorageError or DataError for another file or one that is damaged, OptionError for an option out of range
 */
export async function streamVectors<M extends AnyMemory = AnyMemory>(
  path: string,
  options: StreamOptions<M> = {},
): Promise<M & StreamingMemory> {
  requirePath(path, StorageError);
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const found = fstatSync(file);
    if (!found.isFile()) throw new StorageError(`${path} is not a file; give the path of a file`);
    const head = new Uint8Array(8);
    const opened = { path, file, size: found.size };
    const isNpy = readFully(file, head, 0) === 8 && String.fromCharCode(...head.subarray(1, 6)) === "NUMPY";
    return (isNpy ? overArray(opened, options) : overMemory(opened, options)) as M & StreamingMemory;
  } catch (error) {
    if (file !== undefined) closeSync(file);
    throw pathError(error, path, "read", StorageError);
  }
}

interface Opened {
  readonly path: string;
  readonly file: number;
  readonly size: number;
}

function overArray({ path, file, size }: Opened, { kind, options, labels, kernels }: StreamOptions): StreamingMemory {
  const header = readNpyHeader(headOf(file, size, NPY_HEAD), size, path);
  requireRows(path, header);
  const [count, units] = header.shape;
  if (labels !== undefined && labels.length !== count) {
    throw new DataError(`${path} has ${count} rows, but there are ${labels.length} labels; give one for each`);
  }
  const streams = streamsOf(kind ?? streamingKinds[0]);
  // Of the options, before the file is read.
  const isUnit = streams.takesUnitLength(units, options);
  const place = { path, file, start: header.start, width: Number(header.kind[1]), count, units, isUnit };
  return streams.over(new VectorFile(place, { labels }), options, kernels);
}

function streamsOf({ name, streams }: MemoryKind): StreamingKind {
  if (streams !== undefined) return streams;
  const known = streamingKinds.map((kind) => kind.name).join(", ");
  throw new ArgumentError(`kind is ${quote(name)}, which cannot leave vectors in their file; expected ${known}`);
}

function requireRows(path: string, { shape, kind, isLittle, isFortran }: Omit<NpyHeader, "start" | "count">): void {
  if (shape.length !== 2 || shape.includes(0)) {
    throw new DataError(`${path} holds an array of ${sizesOf(shape)}; expected vectors as rows`);
  }
  if ((kind !== "f4" && kind !== "f8") || !isLittle || isFortran) {
    const found = `${kind}${isLittle ? "" : " of the other byte order"}${isFortran ? " in Fortran's order" : ""}`;
    throw new DataError(
      `${path} holds ${found}, which cannot be read in place; convert it by numpy.ascontiguousarray(x, "<f4")`,
    );
  }
}

function overMemory(
  { path, file, size }: Opened,
  { kind: wanted, options = {}, labels, kernels, onWarning }: StreamOptions,
): StreamingMemory {
  const given = Object.entries({ ...options, labels }).find(([, value]) => value !== undefined);
  if (given !== undefined) throw new ArgumentError(`${given[0]} is in ${path}, a stored memory: omit it`);
  const { places, metadata } = readPlaces(headOf(file, size, SAFETENSORS_HEAD), size, path);
  const kind = readModel(metadata, path);
  const streaming = wanted === undefined ? streamingKinds : [wanted];
  const found = streaming.find(({ name }) => name === kind);
  if (found === undefined) {
    const known = streaming.map(({ name }) => name).join(", ");
    throw new StorageError(`${path} holds ${quote(kind)}; only a memory of the kind ${known} is read in place`);
  }
  const patterns = places.get("patterns");
  const other = [...places.keys()].find((key) => key !== "patterns");
  if (other === "values") throw new StorageError(`${path} holds values, which are not read in place: load it`);
  if (patterns?.dtype !== "F32" || patterns.shape.length !== 2 || patterns.shape[0] === 0 || other !== undefined) {
    throw new StorageError(`${path} does not hold the patterns of a memory alone: it is damaged`);
  }
  const [count, columns] = patterns.shape;
  const sealed = new Map(metadata);
  sealed.delete(DIGEST);
  const fields = new Map(sealed);
  for (const key of formatMetadata(kind).keys()) fields.delete(key);
  const open = (units: number, notes: PatternNotes) => {
    if (columns !== units) throw new StorageError(`${path} has patterns of ${columns} entries; expected ${units}`);
    // By the similarity cosine, what was stored has unit length already.
    const place = { path, file, start: patterns.begin, width: 4, count, units, isUnit: false };
    const digest = digestOfNames([["patterns", patterns]], sealed);
    const vectors = new VectorFile(place, notes, (bytes) => digest.addBytes(bytes));
    requireDigest(metadata.get(DIGEST), () => digest.hex(), path, { onWarning });
    return vectors;
  };
  const parts = new Unpacking({ kind, fields, arrays: new Map() }, path);
  return streamsOf(found).unpackOver(parts, count, open, { kernels });
}

/** The first bytes of a file, at most `most`. */
function headOf(file: number, size: number, most: number): Uint8Array {
  const head = new Uint8Array(Math.min(size, most));
  return head.subarray(0, readFully(file, head, 0));
}

/** Reads bytes of a file from `at` on, and returns their number: fewer than asked for at its end. */
function readFully(file: number, bytes: Uint8Array, at: number): number {
  let done = 0;
  while (done < bytes.length) {
    const more = readSync(file, bytes, done, bytes.length - done, at + done);
    if (more === 0) break;
    done += more;
  }
  return done;
}

/** The vectors of a file, which is read in place. */
class VectorFile implements VectorSource, VectorRows {
  readonly count: number;
  readonly units: number;
  readonly labels: readonly string[] | undefined;
  readonly shape: readonly [height: number, width: number] | undefined;
  readonly longest: number;
  readonly #place: Place;
  #isOpen = true;
  /** Kept from block to block: new memory costs as much as reading into it. */
  #raw = new Uint8Array();
  #singles = new Float32Array();

  /** Reads all of them once; `see` gets the bytes. */
  constructor(place: Place, { labels, shape }: PatternNotes, see: (bytes: Uint8Array) => unknown = () => undefined) {
    this.#place = place;
    this.count = place.count;
    this.units = place.units;
    this.labels = labels;
    this.shape = shape;
    const most = Math.max(1, Math.floor(BLOCK_BYTES / (place.width * place.units)));
    let longest = 0;
    for (let first = 0; first < place.count; first += most) {
      const values = this.#numbers(first, Math.min(most, place.count - first));
      see(this.#raw.subarray(0, values.length * place.width));
      requireFinite(values, place, first);
      if (place.isUnit) scaleToUnit(values, place.units, first, values);
      longest = Math.max(longest, longestOf(values, place.units));
    }
    this.longest = longest;
  }

  read(first: number, count: number): Float32Array<ArrayBuffer> {
    const values = this.#numbers(first, count);
    if (this.#place.isUnit) scaleToUnit(values, this.units, first, values);
    return values;
  }

  row(r: number): Float32Array {
    return this.read(r, 1).slice();
  }

  operator(kernels: Kernels, use?: VectorUse): VectorOperator {
    return new StreamedVectorOperator(kernels, this, use);
  }

  dispose(): void {
    if (this.#isOpen) closeSync(this.#place.file);
    this.#isOpen = false;
  }

  /** The numbers of some rows in single precision. */
  #numbers(first: number, count: number): Float32Array<ArrayBuffer> {
    const { path, file, start, width, units } = this.#place;
    if (!this.#isOpen) throw new ArgumentError(`${path} was closed when its memory was disposed of; open it again`);
    const length = count * units;
    if (this.#raw.length < length * width) this.#raw = new Uint8Array(length * width);
    const bytes = this.#raw.subarray(0, length * width);
    let done: number;
    try {
      done = readFully(file, bytes, start + first * units * width);
    } catch (error) {
      throw pathError(error, path, "read", StorageError);
    }
    if (done < bytes.length) throw new StorageError(`${path} has become shorter while it was read; write it again`);
    if (width === 4) return new Float32Array(this.#raw.buffer, 0, length);
    if (this.#singles.length < length) this.#singles = new Float32Array(length);
    const values = this.#singles.subarray(0, length);
    values.set(new Float64Array(this.#raw.buffer, 0, length));
    return values;
  }
}

function requireFinite(values: Float32Array, { path, units }: Place, first: number): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const where = `row ${first + Math.floor(bad / units)}, column ${bad % units}`;
  throw new DataError(`${path} has ${values[bad]} in ${where}; expected finite numbers of single precision`);
}
