import { crc32, deflateRawSync } from "node:zlib";
import { Random } from "engram";
import { decodeNpz, encodeNpz } from "engram/node";
import { readNpy, writeNpy } from "engram/storage";
import { bitsOf } from "../reader.mjs";

/*
 * Arrays of NumPy, and zip archives of them as others write them.
 */

const npyKinds = { "<f8": 8, ">f8": 8, "<f4": 4, "<f2": 2, "<i8": 8, ">u8": 8, "<i4": 4, "|u1": 1, "<i2": 2 };

function npyOf(random, kind, shape, fortran) {
  const count = shape.reduce((product, size) => product * size, 1);
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${kind}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${sizes}), }`;
  const head = Buffer.from(`\x93NUMPY\x01\0v\0${header.padEnd(117)}\n`, "latin1");
  const width = npyKinds[kind];
  // Integers of 64 bits are small enough for doubles.
  const isLow = (k) => (kind.startsWith(">") ? k % width >= width - 2 : k % width < 2);
  const data = Uint8Array.from({ length: count * width }, (_, k) => (isLow(k) ? random.integer(256) : 0));
  return Uint8Array.from(Buffer.concat([head, data]));
}

/** The values of a .npy file, decoded another way: by whole numbers of any size. */
function npyAgain(bytes) {
  const length = bytes[6] === 1 ? bytes[8] + 256 * bytes[9] : new DataView(bytes.buffer).getUint32(8, true);
  const start = (bytes[6] === 1 ? 10 : 12) + length;
  const header = Buffer.from(bytes.subarray(start - length, start)).toString("latin1");
  const [order, kind, width] = /'descr': '([<>|=])(\w)(\d)/.exec(header).slice(1);
  const shape = [...header.slice(header.indexOf("(")).matchAll(/\d+/g)].map(Number);
  const size = Number(width);
  const count = shape.reduce((product, one) => product * one, 1);
  const values = Array.from({ length: count }, (_, k) => {
    const part = bytes.subarray(start + k * size, start + (k + 1) * size);
    const hex = Buffer.from(order === ">" ? part : part.toReversed()).toString("hex");
    const whole = BigInt(`0x${hex}`);
    if (kind === "u") return Number(whole);
    if (kind === "i") return Number(BigInt.asIntN(8 * size, whole));
    const [exponentBits, fractionBits] = { 2: [5, 10], 4: [8, 23], 8: [11, 52] }[size];
    const fraction = Number(whole & ((1n << BigInt(fractionBits)) - 1n));
    const exponent = Number((whole >> BigInt(fractionBits)) & ((1n << BigInt(exponentBits)) - 1n));
    const sign = whole >> BigInt(8 * size - 1) ? -1 : 1;
    const bias = 2 ** (exponentBits - 1) - 1;
    if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (exponent === 0) return sign * (fraction / 2 ** fractionBits) * 2 ** (1 - bias);
    return sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
  });
  if (!header.includes("True")) return values;
  const ordered = new Array(count);
  const index = shape.map(() => 0);
  for (let k = 0; k < count; k++) {
    let at = 0;
    for (let d = 0; d < shape.length; d++) at = at * shape[d] + index[d];
    ordered[at] = values[k];
    for (let d = 0; d < shape.length && ++index[d] === shape[d]; d++) index[d] = 0;
  }
  return ordered;
}

// All NaN are one: a decoder need not keep their other bits.
const npyText = ({ shape, values }) => `${shape} ${bitsOf(values.map((x) => (Number.isNaN(x) ? Number.NaN : x)))}`;
const npzText = (arrays) =>
  [...arrays]
    .map(([key, array]) => `${key} ${npyText(array)}`)
    .sort()
    .join("\n");

function zipOf(files, { deflated = false, piped = false } = {}) {
  const parts = [];
  const central = [];
  let at = 0;
  for (const [name, content] of files) {
    const packed = deflated ? deflateRawSync(content) : content;
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(piped ? 8 : 0, 2);
    head.writeUInt16LE(deflated ? 8 : 0, 4);
    const sums = Buffer.alloc(12);
    sums.writeUInt32LE(crc32(content), 0);
    sums.writeUInt32LE(packed.length, 4);
    sums.writeUInt32LE(content.length, 8);
    head.writeUInt16LE(name.length, 22);
    const local = Buffer.from(head);
    sums.copy(head, 10);
    if (!piped) sums.copy(local, 10);
    const start = Buffer.alloc(4);
    start.writeUInt32LE(at);
    central.push(Buffer.from("PK\x01\x02\x14\0"), head, Buffer.alloc(10), start, Buffer.from(name));
    const whole = [
      Buffer.from("PK\x03\x04"),
      local,
      Buffer.from(name),
      packed,
      ...(piped ? [Buffer.from("PK\x07\x08"), sums] : []),
    ];
    parts.push(...whole);
    at += whole.reduce((sum, part) => sum + part.length, 0);
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Uint8Array.from(Buffer.concat([...parts, directory, end]));
}

/** Arrays, and archives of arrays. */
export async function numpyReaders() {
  const random = new Random(1);
  const shapes = [[5], [2, 3], [], [2, 1, 3]];
  const npys = Object.keys(npyKinds).flatMap((kind) =>
    shapes.map((shape, k) => npyOf(random, kind, shape, k % 2 === 1)),
  );
  const members = (seed) => {
    const source = new Random(seed);
    const array = (...shape) => ({
      shape,
      values: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => source.integer(9) / 4),
    });
    return new Map([
      ["components", array(3, 4)],
      ["intercept_hidden", array(3)],
      ["intercept_visible", array(4)],
    ]);
  };
  const npyMembers = (seed) => Array.from(members(seed), ([key, array]) => [`${key}.npy`, writeNpy(array)]);
  const npzs = {
    stored: [zipOf(npyMembers(1)), zipOf(npyMembers(2)), await encodeNpz(members(3))],
    deflated: [zipOf(npyMembers(1), { deflated: true }), zipOf(npyMembers(2), { deflated: true })],
    piped: [zipOf(npyMembers(1), { deflated: true, piped: true }), zipOf(npyMembers(2), { piped: true })],
  };
  return [
    {
      name: "npy",
      share: 4,
      sounds: async () => npys,
      async read(bytes) {
        const array = readNpy(bytes);
        return {
          value: npyText(array),
          faithful: npyText({ ...array, values: Float64Array.from(npyAgain(bytes)) }) === npyText(array),
        };
      },
    },
    ...Object.entries(npzs).map(([name, files]) => ({
      name: `npz ${name}`,
      share: 4,
      sounds: async () => files,
      read: async (bytes) => ({ value: npzText(await decodeNpz(bytes)) }),
    })),
  ];
}
