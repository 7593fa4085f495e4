import { ArgumentError, StorageError } from "../errors.js";
import { quote, sizesOf } from "../names.js";
import { describeForeign } from "./foreign.js";
import { scanHeader } from "./header.js";

/**
 * Safetensors: the length of the header as a little-endian 64-bit number, the header as JSON, then the tensors without
 * a gap (Hugging Face, safetensors, README "Format"). The header gives each tensor's type, shape and offsets by name and,
 * as `__metadata__`, a map of strings.
 */

const elementBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

/** The element types of safetensors. */
export type Dtype = keyof typeof elementBytes;

/** An array of a safetensors file; `data` is little-endian, the last dimension running fastest. */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** The contents of a safetensors file. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

const metadataKey = "__metadata__";

/** Length of the longest header that is read; it bounds the memory that a forged file can claim. */
const longestHeader = 2 ** 24;
/** Largest number of dimensions of a tensor. */
const mostDimensions = 64;

/**
 * Reads a safetensors file strictly: every byte belongs to the header or to one tensor, and no name is repeated. The
 * tensors share memory with `bytes`.
 *
 * @param name name of the file in errors; defaults to "safetensors file"
 * @throws StorageError for any other file
 */
export function readSafetensors(bytes: Uint8Array, name = "safetensors file"): Safetensors {
  const { places, metadata } = readPlaces(bytes, bytes.length, name);
  const tensors = Array.from(places, ([key, { dtype, shape, begin, end }]): [string, Tensor] => {
    return [key, { dtype, shape, data: bytes.subarray(begin, end) }];
  });
  return { tensors: new Map(tensors), metadata };
}

/** An array of a safetensors file, and where in the file it is. */
export interface TensorPlace {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The bytes from the beginning of a file that hold any header. */
export const SAFETENSORS_HEAD = 8 + longestHeader;

/** Reads the header of a safetensors file of `size` bytes, of which `head` are the first, as strictly as `readSafetensors`. */
export function readPlaces(
  head: Uint8Array,
  size: number,
  name: string,
): { readonly places: ReadonlyMap<string, TensorPlace>; readonly metadata: ReadonlyMap<string, string> } {
  const { text, start } = readHeaderText(head, name);
  const header = parseHeader(text, name);
  const metadata = readMetadata(header[metadataKey], name);
  const found = new Map<string, TensorPlace>();
  const places: Place[] = [];
  for (const [key, entry] of Object.entries(header)) {
    if (key === metadataKey) continue;
    const { dtype, shape, begin, end } = readEntry(key, entry, size - start, name);
    found.set(key, { dtype, shape, begin: start + begin, end: start + end });
    places.push({ key, begin, end });
  }
  requireNoGaps(places, size - start, name);
  return { places: found, metadata };
}

/** Writes a safetensors file, wide elements first, with the header padded so that the data begin at a multiple of 8. */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const ordered = [...tensors].sort(([, a], [, b]) => elementBytes[b.dtype] - elementBytes[a.dtype]);
  const header: [string, unknown][] = metadata.size > 0 ? [[metadataKey, Object.fromEntries(metadata)]] : [];
  if (tensors.has(metadataKey))
    throw new ArgumentError(`the tensor name "${metadataKey}" is reserved; rename the tensor`);
  let length = 0;
  for (const [key, { dtype, shape, data }] of ordered) {
    const expected = shape.reduce((product, size) => product * size, elementBytes[dtype]);
    if (data.length !== expected) {
      throw new ArgumentError(
        `tensor ${quote(key)} has ${data.length} bytes; ${dtype} of ${sizesOf(shape)} needs ${expected}`,
      );
    }
    header.push([key, { dtype, shape, data_offsets: [length, length + data.length] }]);
    length += data.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = Math.ceil((8 + json.length) / 8) * 8;
  const bytes = new Uint8Array(start + length).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  let at = start;
  for (const [, { data }] of ordered) {
    bytes.set(data, at);
    at += data.length;
  }
  return bytes;
}

function readHeaderText(bytes: Uint8Array, name: string): { text: string; start: number } {
  if (bytes.length < 8) throw notModel(bytes, name);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > longestHeader) throw notModel(bytes, name);
  const start = 8 + Number(length);
  if (start > bytes.length) {
    throw new StorageError(`${name} ends after ${bytes.length} of ${start} bytes of its header: it is truncated`);
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, start)), start };
  } catch {
    throw new StorageError(`${name} has a header that is not UTF-8 text: it is damaged or another format`);
  }
}

/** The error for a file that does not begin as a model file does, whatever its first bytes would mean in one. */
function notModel(bytes: Uint8Array, name: string): StorageError {
  const what = describeForeign(bytes);
  const found = what === undefined ? "it does not begin like one (safetensors)" : `it is ${what}`;
  return new StorageError(`${name} is not a model file: ${found}; give a file written by engram store or engram train`);
}

function parseHeader(text: string, name: string): Record<string, unknown> {
  const flaw = scanHeader(text);
  if (flaw !== undefined) throw new StorageError(`${name} has a header that ${flaw}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new StorageError(`${name} has a header that is not JSON: it is damaged or another format`);
  }
}

function readMetadata(value: unknown, name: string): Map<string, string> {
  if (value === undefined) return new Map();
  if (!isRecord(value)) throw new StorageError(`${name} has metadata that is not a map of strings`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw new StorageError(`${name} has metadata ${quote(key)} that is not a string`);
  }
  return new Map(Object.entries(value as Record<string, string>));
}

interface Place {
  readonly key: string;
  readonly begin: number;
  readonly end: number;
}

function readEntry(key: string, entry: unknown, dataLength: number, name: string) {
  const where = `${name}: tensor ${quote(key)}`;
  if (!isRecord(entry) || Object.keys(entry).sort().join() !== "data_offsets,dtype,shape") {
    throw new StorageError(`${where} is not described by dtype, shape and data_offsets`);
  }
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(elementBytes, dtype)) {
    throw new StorageError(
      `${where} has the dtype ${quote(dtype)}; expected one of ${Object.keys(elementBytes).join(", ")}`,
    );
  }
  if (!isSizes(shape) || shape.length > mostDimensions)
    throw new StorageError(
      `${where} has the shape ${quote(shape)}; expected at most ${mostDimensions} integers of at least 0`,
    );
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw new StorageError(`${where} has the offsets ${quote(offsets)}; expected a begin and an end`);
  }
  const [begin, end] = offsets;
  if (end > dataLength) {
    throw new StorageError(`${where} ends at byte ${end} of ${dataLength}: the file is truncated or forged`);
  }
  const expected = shape.reduce((product, size) => product * size, elementBytes[dtype as Dtype]);
  if (end - begin !== expected) {
    throw new StorageError(`${where} has ${end - begin} bytes; ${dtype} of ${sizesOf(shape)} needs ${expected}`);
  }
  return { dtype: dtype as Dtype, shape, begin, end };
}

function requireNoGaps(places: Place[], dataLength: number, name: string): void {
  let at = 0;
  for (const { key, begin, end } of places.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) {
      const what = begin < at ? "overlaps the tensor before it" : `leaves a gap of ${begin - at} bytes before it`;
      throw new StorageError(`${name}: tensor ${quote(key)} ${what}: the file is forged`);
    }
    at = end;
  }
  if (at !== dataLength)
    throw new StorageError(
      `${name} holds ${dataLength - at} bytes after its last tensor: the file is damaged or forged`,
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
