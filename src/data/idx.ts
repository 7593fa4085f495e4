import { ArgumentError, DataError, requireInteger, ShapeError } from "../errors.js";
import { sizesOf } from "../names.js";
import type { Warning } from "../warnings.js";
import { gunzip, isGzip } from "./gzip.js";
import { LARGEST_RATIO } from "./inflate.js";

/**
 * IDX, the format of the MNIST files (LeCun, Cortes and Burges, The MNIST database, "the IDX file format"): two zero
 * bytes, one byte for the type of the elements, one for the number of dimensions, each dimension as a big-endian 32-bit
 * word, then the elements, big-endian, the last dimension running fastest.
 */

/** The typed arrays that an IDX file may hold. */
export type IdxValues = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An array of an IDX file; in a set of items the first dimension is the item. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: IdxValues;
}

/** The element types by their code, each with its name in DataView. */
const elementTypes = [
  { code: 0x08, array: Uint8Array, name: "Uint8" },
  { code: 0x09, array: Int8Array, name: "Int8" },
  { code: 0x0b, array: Int16Array, name: "Int16" },
  { code: 0x0c, array: Int32Array, name: "Int32" },
  { code: 0x0d, array: Float32Array, name: "Float32" },
  { code: 0x0e, array: Float64Array, name: "Float64" },
] as const;

type ElementType = (typeof elementTypes)[number];

interface Header {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Byte offsets of the beginning and the end of the elements. */
  readonly start: number;
  readonly end: number;
}

/** Options of reading a file from bytes. */
export interface ReadOptions {
  /** Name of the file in errors; defaults to "IDX file". */
  readonly name?: string;
  /** Largest number of bytes of the inflated file; defaults to 2^30. */
  readonly limit?: number;
  /** Receives warnings, such as that bytes after the end of a gzip file are ignored. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/**
 * Reads an IDX file, plain or gzipped (detected by its first bytes), with elements of any IDX type and any number of
 * dimensions. The values do not share memory with `bytes`.
 *
 * @throws DataError if the file is truncated, too long, too large or not an IDX file
 */
export async function readIdx(
  bytes: Uint8Array,
  { name = "IDX file", limit = 2 ** 30, onWarning }: ReadOptions = {},
): Promise<IdxArray> {
  requireInteger("limit", limit, 1);
  const plain = isGzip(bytes) ? unpacked(bytes, name, limit, onWarning) : bytes;
  const { type, shape, start, end } = readHeader(plain, name, limit);
  if (plain.length !== end) {
    throw new DataError(
      `${name} holds ${plain.length} bytes but its header (${sizesOf(shape)}) announces ${end}; ${
        plain.length < end ? "it is truncated" : "it has bytes after its data"
      }: download it again`,
    );
  }
  return { shape, values: readElements(plain, type, start, end) };
}

/** The content of a gzipped file, which is not longer than its header says. */
function unpacked(bytes: Uint8Array, name: string, limit: number, onWarning: ReadOptions["onWarning"]): Uint8Array {
  const { content, ignored } = gunzip(bytes, name, (head) => {
    const { end } = readHeader(head, name, limit);
    if (end <= bytes.length * LARGEST_RATIO) return { bytes: end, source: "that its header announces" };
    throw new DataError(
      `${name} has ${bytes.length} bytes, too few for the ${end} that its header announces: download it again`,
    );
  });
  if (ignored > 0) onWarning?.({ code: "trailing-bytes", file: name, bytes: ignored });
  return content;
}

/** Writes an array as an IDX file, not gzipped; the element type is that of `values`. */
export function writeIdx({ shape, values }: IdxArray): Uint8Array {
  const type = elementTypes.find(({ array }) => values instanceof array);
  if (type === undefined)
    throw new ArgumentError("values is not an array of an IDX type; use one of the types of IdxValues");
  requireInteger("shape length", shape.length, 1, 255);
  for (const size of shape) requireInteger("shape entry", size, 1, 2 ** 32 - 1);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== values.length) {
    throw new ShapeError(`values has ${values.length} entries but the shape ${shape.join(" x ")} holds ${count}`);
  }
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + count * type.array.BYTES_PER_ELEMENT);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, type.code * 256 + shape.length);
  shape.forEach((size, k) => {
    view.setUint32(4 + 4 * k, size);
  });
  for (let i = 0; i < count; i++) view[`set${type.name}`](start + i * type.array.BYTES_PER_ELEMENT, values[i]);
  return bytes;
}

/** Length of the header in bytes, as far as its beginning determines it. */
function headerLength(head: Uint8Array): number {
  return head.length < 4 ? 4 : 4 + 4 * head[3];
}

function readHeader(bytes: Uint8Array, name: string, limit: number): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 4) {
    const [zero0, zero1, code] = bytes;
    if (zero0 !== 0 || zero1 !== 0 || !elementTypes.some((type) => type.code === code)) {
      const first = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
      throw new DataError(`${name} begins with ${first}; expected an IDX file, which begins with 00 00 and a type`);
    }
  }
  const start = headerLength(bytes);
  if (bytes.length < start) {
    throw new DataError(
      `${name} ends after ${bytes.length} of ${start} bytes of its header: it is truncated, download it again`,
    );
  }
  const type = elementTypes.find(({ code }) => code === bytes[2])!;
  const shape = Array.from({ length: bytes[3] }, (_, k) => view.getUint32(4 + 4 * k));
  if (shape.length === 0 || shape.includes(0)) {
    throw new DataError(`${name} is an empty IDX array (${sizesOf(shape)}); expected items`);
  }
  const end = shape.reduce((product, size) => product * size, type.array.BYTES_PER_ELEMENT) + start;
  if (end > limit) {
    throw new DataError(
      `${name} announces ${end} bytes (${sizesOf(shape)}), above the limit of ${limit}: check the file`,
    );
  }
  return { type, shape, start, end };
}

function readElements(bytes: Uint8Array, type: ElementType, start: number, end: number): IdxValues {
  // Buffer.slice would share memory, and give another Buffer.
  if (type.array === Uint8Array) return new Uint8Array(bytes.subarray(start, end));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new type.array((end - start) / type.array.BYTES_PER_ELEMENT);
  for (let i = 0; i < values.length; i++) values[i] = view[`get${type.name}`](start + i * values.BYTES_PER_ELEMENT);
  return values;
}
