import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Random } from "engram";
import { readIdx, writeIdx } from "engram/data";
import { readDataSet } from "engram/node";
import { bitsOf, normals } from "../reader.mjs";

/*
 * IDX files, plain and gzipped, and labels beside their images.
 */

function idxArrays() {
  const random = new Random(4);
  return [
    { shape: [3, 4, 5], values: Uint8Array.from({ length: 60 }, () => random.integer(256)) },
    { shape: [7], values: Int8Array.from({ length: 7 }, () => random.integer(256)) },
    { shape: [2, 3], values: Int16Array.from({ length: 6 }, () => random.integer(65536)) },
    { shape: [2, 3], values: Int32Array.from({ length: 6 }, () => random.integer(2 ** 31)) },
    { shape: [2, 3], values: Float32Array.from(normals(random, 6)) },
    { shape: [2, 2, 2], values: normals(random, 8) },
  ];
}

/** Whether an IDX file holds this array, decoded another way; all NaN are one. */
function isIdx(bytes, { shape, values }) {
  const again = plainIdx(bytes);
  const numbers = (list) => Array.from(list, (x) => (Number.isNaN(x) ? "NaN" : Object.is(x, -0) ? "-0" : String(x)));
  return again.shape.join() === shape.join() && numbers(again.values).join() === numbers(values).join();
}

/** The content of a gzip file by zlib; undefined if zlib refuses it, as it does some bytes after its end. */
function unpacked(bytes) {
  try {
    return Uint8Array.from(gunzipSync(bytes));
  } catch {
    return undefined;
  }
}

const idxText = ({ shape, values }) => `${shape} ${bitsOf(values)}`;

/** An IDX array, decoded another way. */
function plainIdx(bytes) {
  const shape = Array.from({ length: bytes[3] }, (_, d) => Buffer.from(bytes).readUInt32BE(4 + 4 * d));
  const width = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 }[bytes[2]];
  const data = Buffer.from(bytes.subarray(4 + 4 * bytes[3]));
  const number = {
    8: "readUInt8",
    9: "readInt8",
    11: "readInt16BE",
    12: "readInt32BE",
    13: "readFloatBE",
    14: "readDoubleBE",
  };
  return { shape, values: Array.from({ length: data.length / width }, (_, k) => data[number[bytes[2]]](k * width)) };
}

/** IDX files, plain and gzipped. */
export function idxReaders() {
  const idxs = idxArrays().map(writeIdx);
  const gzips = idxs.flatMap((bytes, k) => [
    gzipSync(bytes),
    Buffer.concat([gzipSync(bytes.subarray(0, 9)), gzipSync(bytes.subarray(9), { level: k })]),
  ]);
  return [
    {
      name: "idx",
      share: 4,
      sounds: async () => idxs,
      async read(bytes) {
        const array = await readIdx(bytes);
        return { value: idxText(array), faithful: isIdx(bytes, array) };
      },
    },
    {
      name: "idx gzip",
      share: 2,
      sounds: async () => gzips.map((bytes) => Uint8Array.from(bytes)),
      read: async (bytes) => {
        const array = await readIdx(bytes);
        // A file without the signature is a plain one; members of two files, joined, are a gzip file.
        const plainBytes = bytes[0] === 0x1f ? unpacked(bytes) : bytes;
        return { value: idxText(array), faithful: plainBytes && isIdx(plainBytes, array) };
      },
    },
  ];
}

/** The labels of a folder, whose images are sound. */
export function labelsReader(folder) {
  const place = join(folder, "labelled");
  mkdirSync(place, { recursive: true });
  const count = 5;
  const pixels = Uint8Array.from({ length: count * 4 }, (_, k) => (k * 7) % 3);
  writeFileSync(join(place, "train-images-idx3-ubyte"), writeIdx({ shape: [count, 2, 2], values: pixels }));
  const classes = [3, 1, 0, 3, 2];
  return {
    name: "labels of a folder",
    share: 0.5,
    sounds: async () =>
      [Uint8Array, Int8Array, Int32Array].map((Kind) => writeIdx({ shape: [count], values: Kind.from(classes) })),
    async read(bytes) {
      writeFileSync(join(place, "train-labels-idx1-ubyte"), bytes);
      const { labels, bits } = await readDataSet(place);
      const { shape, values } = plainIdx((bytes[0] === 0x1f && unpacked(bytes)) || bytes);
      const wanted = Array.from({ length: shape[0] }, (_, row) => String(values[(row * values.length) / shape[0]]));
      const text = labels?.join() ?? "none";
      return { value: `${text} ${bitsOf(bits.words)}`, faithful: wanted.sort().join() === labels?.toSorted().join() };
    },
  };
}
