import { ShapeError, StorageError } from "../errors.js";
import { quote, sizesOf } from "../names.js";

/**
 * NumPy's .npy files: "\x93NUMPY", two bytes of version, the length of the header, the header as a Python dictionary,
 * then the values (NumPy reference, numpy.lib.format).
 */

/** An array of a .npy file with its values as doubles, or in single precision; the last dimension runs fastest. */
export interface NpyArray<Values extends Float64Array | Float32Array = Float64Array> {
  readonly shape: readonly number[];
  readonly values: Values;
}

type Read = (view: DataView, at: number, little: boolean) => number;

/** A 64-bit integer as a double; NaN if it is none to the last bit. */
function exact(value: bigint): number {
  const double = Number(value);
  return BigInt(double) === value && Math.abs(double) <= 2 ** 53 ? double : Number.NaN;
}

/** A number in half precision (IEEE 754-2019, binary16): a sign, five bits of exponent, ten of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Readers by kind and width of an element. */
const readers: Readonly<Record<string, Read>> = {
  f8: (view, at, little) => view.getFloat64(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  f2: (view, at, little) => half(view.getUint16(at, little)),
  i8: (view, at, little) => exact(view.getBigInt64(at, little)),
  u8: (view, at, little) => exact(view.getBigUint64(at, little)),
  i4: (view, at, little) => view.getInt32(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i2: (view, at, little) => view.getInt16(at, little),
  u2: (view, at, little) => view.getUint16(at, little),
  i1: (view, at) => view.getInt8(at),
  u1: (view, at) => view.getUint8(at),
};

const magic = "\x93NUMPY";
/** The header is padded so that the values begin at a multiple of this. */
const alignment = 64;
/** The longest header that is read, that of NumPy: `max_header_size`. */
const longestHeader = 10_000;
/** The largest number of dimensions of an array of NumPy 2. */
const mostDimensions = 64;
const headerPattern =
  /^\{'descr': '([<>|=])(\w+)', 'fortran_order': (True|False), 'shape': \((|\d+,|\d+(?:, \d+)+)\),? ?\}\s*$/;

/** Options of reading an array. */
export interface ReadNpyOptions {
  /** Largest number of values; unlimited by default. */
  readonly limit?: number | undefined;
  /** Whether to give the values in single precision, rounded to the nearest; they are doubles by default. */
  readonly single?: boolean | undefined;
}

/**
 * Reads a .npy file of floating-point numbers or integers, of any width and byte order and either order of dimensions.
 *
 * @param name name of the file in errors; defaults to ".npy file"
 * @throws StorageError for any other file, and for 64-bit integers that doubles cannot hold, those beyond 2^53
 */
export function readNpy(
  bytes: Uint8Array,
  name: string | undefined,
  options: ReadNpyOptions & { readonly single: true },
): NpyArray<Float32Array>;
export function readNpy(
  bytes: Uint8Array,
  name?: string,
  options?: ReadNpyOptions & { readonly single?: false | undefined },
): NpyArray;
export function readNpy(
  bytes: Uint8Array,
  name = ".npy file",
  { limit = Number.POSITIVE_INFINITY, single = false }: ReadNpyOptions = {},
): NpyArray<Float64Array | Float32Array> {
  const { shape, kind, isLittle, isFortran, start, count } = readNpyHeader(bytes, bytes.length, name);
  if (count > limit) {
    throw new StorageError(
      `${name} has ${count} values; the limit is ${Math.floor(limit)}: raise the limit to read it`,
    );
  }
  const [read, width] = [readers[kind], Number(kind[1])];
  const isPlain = single && kind === "f4" && isLittle && !isFortran;
  if (isPlain) return { shape, values: new Float32Array(bytes.slice(start).buffer) };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = single && width <= 4 ? new Float32Array(count) : new Float64Array(count);
  const places = isFortran ? fortranPlaces(shape) : undefined;
  for (let k = 0, at = start; k < values.length; k++, at += width) {
    values[places?.next().value ?? k] = read(view, at, isLittle);
  }
  if (kind === "i8" || kind === "u8") requireExact(values, name);
  return { shape, values: single && values instanceof Float64Array ? Float32Array.from(values) : values };
}

/** What the header of a .npy file says. */
export interface NpyHeader {
  readonly shape: readonly number[];
  /** Kind and bytes of an element, such as "f4". */
  readonly kind: string;
  readonly isLittle: boolean;
  /** Whether the first dimension runs fastest. */
  readonly isFortran: boolean;
  /** Where the values begin, in bytes, and their number. */
  readonly start: number;
  readonly count: number;
}

/** The bytes from the beginning of a file that hold any header. */
export const NPY_HEAD = 12 + longestHeader;

/**
 * Reads the header of a .npy file of `size` bytes, of which `bytes` are the first.
 *
 * @throws StorageError for any other file, and for one whose size is not what its header says
 */
export function readNpyHeader(bytes: Uint8Array, size: number, name: string): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || latin1(bytes.subarray(0, 6)) !== magic) {
    throw new StorageError(`${name} is not a .npy file; write it by numpy.save or numpy.savez`);
  }
  const version = bytes[6];
  if (version < 1 || version > 3) throw new StorageError(`${name} has the .npy version ${version}; expected 1, 2 or 3`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader) {
    throw new StorageError(`${name} has a header of ${length} bytes; expected at most ${longestHeader}: it is damaged`);
  }
  const end = start + length;
  if (end > bytes.length) throw new StorageError(`${name} ends within its header: it is truncated`);
  const header = latin1(bytes.subarray(start, end));
  const [, order, kind, fortran, sizes] = headerPattern.exec(header) ?? [];
  if (!Object.hasOwn(readers, kind ?? "")) {
    const expected = `an array of ${Object.keys(readers).join(", ")}: convert it by astype(float)`;
    throw new StorageError(`${name} has the header ${quote(header.trim())}; expected ${expected}`);
  }
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number(size)]));
  if (shape.length > mostDimensions) {
    throw new StorageError(`${name} has ${shape.length} dimensions; expected at most ${mostDimensions}: it is damaged`);
  }
  const width = Number(kind[1]);
  const needed = shape.reduce((product, size) => product * size, width);
  if (size - end !== needed) {
    const found = `${size - end} bytes of values`;
    throw new StorageError(`${name} has ${found}; ${kind} of ${sizesOf(shape)} needs ${needed}: it is damaged`);
  }
  return { shape, kind, isLittle: order !== ">", isFortran: fortran === "True", start: end, count: needed / width };
}

function requireExact(values: Float64Array | Float32Array, name: string): void {
  const bad = values.findIndex(Number.isNaN);
  if (bad < 0) return;
  throw new StorageError(`${name} holds a 64-bit integer beyond 2^53 at ${bad}: convert it by astype(float)`);
}

/**
 * Writes a .npy file of doubles.
 *
 * @throws ShapeError unless the values fill the shape
 */
export function writeNpy({ shape, values }: NpyArray): Uint8Array {
  if (shape.reduce((product, size) => product * size, 1) !== values.length) {
    throw new ShapeError(`values has ${values.length} entries, which do not fill the shape ${sizesOf(shape)}`);
  }
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = Math.ceil((10 + header.length + 1) / alignment) * alignment;
  const text = `${magic}\x01\x00  ${header.padEnd(start - 11)}\n`;
  const bytes = new Uint8Array(start + 8 * values.length);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
  view.setUint16(8, start - 10, true);
  for (let k = 0; k < values.length; k++) view.setFloat64(start + 8 * k, values[k], true);
  return bytes;
}

/** Indices of successive values of an array whose first dimension runs fastest. */
function* fortranPlaces(shape: readonly number[]): Generator<number, undefined> {
  const index = shape.map(() => 0);
  const total = shape.reduce((product, size) => product * size, 1);
  /** How far apart neighbours in a dimension are. */
  const steps = shape.map((_, d) => shape.slice(d + 1).reduce((product, size) => product * size, 1));
  for (let k = 0, place = 0; k < total; k++) {
    yield place;
    for (let d = 0; d < shape.length; d++) {
      place += steps[d];
      if (++index[d] < shape[d]) break;
      place -= steps[d] * shape[d];
      index[d] = 0;
    }
  }
  return undefined;
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
