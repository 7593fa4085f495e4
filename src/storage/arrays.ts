import { ArgumentError } from "../errors.js";
import type { NumberArray } from "../packed.js";
import type { Dtype, Tensor } from "./safetensors.js";

const constructors = {
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  U16: Uint16Array,
  I16: Int16Array,
  U8: Uint8Array,
  I8: Int8Array,
} as const;

type ArrayDtype = keyof typeof constructors;

const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The element types that `toArray` takes. */
export const arrayDtypes = Object.keys(constructors) as readonly ArrayDtype[];

/**
 * An array as a tensor, its bytes copied.
 *
 * @param name name of the array in messages
 * @throws ArgumentError unless it is an array of `NumberArray`
 */
export function toTensor(name: string, array: NumberArray, shape: readonly number[] = [array.length]): Tensor {
  const dtype = arrayDtypes.find((key) => array instanceof constructors[key]);
  if (dtype === undefined) {
    const known = arrayDtypes.map((key) => constructors[key].name).join(", ");
    throw new ArgumentError(`${name} is not an array that a file can hold; expected one of ${known}`);
  }
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();
  return { dtype, shape, data: littleEndian(bytes, array.BYTES_PER_ELEMENT) };
}

/** The array of a tensor, its bytes copied; undefined if no array type holds its elements. */
export function toArray({ dtype, data }: Tensor): NumberArray | undefined {
  if (!isArrayDtype(dtype)) return undefined;
  const Kind = constructors[dtype];
  // Not data.slice(), which does not copy a Buffer of Node.
  return new Kind(littleEndian(new Uint8Array(data), Kind.BYTES_PER_ELEMENT).buffer);
}

function isArrayDtype(dtype: Dtype): dtype is ArrayDtype {
  return Object.hasOwn(constructors, dtype);
}

/** Converts bytes between the order of this machine and the little-endian order of a file, in place. */
function littleEndian(bytes: Uint8Array<ArrayBuffer>, width: number): Uint8Array<ArrayBuffer> {
  if (hostIsLittleEndian) return bytes;
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}
