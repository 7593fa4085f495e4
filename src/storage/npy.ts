import { ShapeError, StorageError } from "../errors.js";
import { quote } from "../names.js";

/**
 * NumPy's .npy files: "\x93NUMPY", two bytes of version, the length of the header, the header as a Python dictionary,
 * then the values (NumPy reference, numpy.lib.format).
 */

/** An array of a .npy file with its values as doubles; the last dimension runs fastest. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

type Read = (view: DataView, at: number, little: boolean) => number;

/** Readers by kind and width of an element. */
const readers: Readonly<Record<string, Read>> = {
  f8: (view, at, little) => view.getFloat64(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
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
const headerPattern =
  /^\{'descr': '([<>|=])(\w+)', 'fortran_order': (True|False), 'shape': \((|\d+,|\d+(?:, \d+)+)\),? ?\}\s*$/;

/**
 * Reads a .npy file of real numbers or integers of up to 32 bits, or of doubles, in either byte order and either order of
 * dimensions.
 *
 * @param name name of the file in errors; defaults to ".npy file"
 * @throws StorageError for any other file
 */
export function readNpy(bytes: Uint8Array, name = ".npy file"): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || latin1(bytes.subarray(0, 6)) !== magic) {
    throw new StorageError(`${name} is not a .npy file; write it by numpy.save or numpy.savez`);
  }
  const version = bytes[6];
  if (version < 1 || version > 3) throw new StorageError(`${name} has the .npy version ${version}; expected 1, 2 or 3`);
  const start = version === 1 ? 10 : 12;
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) throw new StorageError(`${name} ends within its header: it is truncated`);
  const header = latin1(bytes.subarray(start, end));
  const [, order, kind, fortran, sizes] = headerPattern.exec(header) ?? [];
  if (!Object.hasOwn(readers, kind ?? "")) {
    const expected = `an array of ${Object.keys(readers).join(", ")}: convert it by astype(float)`;
    throw new StorageError(`${name} has the header ${quote(header.trim())}; expected ${expected}`);
  }
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number(size)]));
  const width = Number(kind[1]);
  const needed = shape.reduce((product, size) => product * size, width);
  if (bytes.length - end !== needed) {
    const found = `${bytes.length - end} bytes of values`;
    throw new StorageError(`${name} has ${found}; ${kind} of (${shape.join(", ")}) needs ${needed}: it is damaged`);
  }
  const read = readers[kind];
  const values = new Float64Array(needed / width);
  const places = fortran === "True" ? fortranPlaces(shape) : undefined;
  for (let k = 0, at = end; k < values.length; k++, at += width) {
    values[places?.next().value ?? k] = read(view, at, order !== ">");
  }
  return { shape, values };
}

/**
 * Writes a .npy file of doubles.
 *
 * @throws ShapeError unless the values fill the shape
 */
export function writeNpy({ shape, values }: NpyArray): Uint8Array {
  if (shape.reduce((product, size) => product * size, 1) !== values.length) {
    throw new ShapeError(`values has ${values.length} entries, which do not fill the shape ${shape.join(" x ")}`);
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
  for (let k = 0; k < total; k++) {
    yield index.reduce((place, i, dimension) => place * shape[dimension] + i, 0);
    for (let dimension = 0; dimension < shape.length && ++index[dimension] === shape[dimension]; dimension++) {
      index[dimension] = 0;
    }
  }
  return undefined;
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
