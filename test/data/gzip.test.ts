import { constants, gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gunzip } from "../../src/data/gzip.js";
import { DataError } from "../../src/errors.js";
import { crc32 } from "../../src/math/crc32.js";
import { Random } from "../../src/math/index.js";
import { damagedBytes } from "../support/damaged-bytes.js";

const limit = () => ({ bytes: 2 ** 20, source: "that are read" });
const read = (bytes: Uint8Array) => gunzip(bytes, "f.gz", limit);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const [hello, world] = ["hello ", "world"].map((part) => gzipSync(part));

test("the CRC-32 of the digits is the published check value", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
  // Of every length modulo eight, as zlib has it in the end of a gzip file.
  const random = new Random(5);
  for (let length = 1; length < 40; length++) {
    const bytes = Uint8Array.from({ length }, () => random.integer(256));
    expect(crc32(bytes)).toBe(gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8));
  }
});

describe("gunzip", () => {
  test.each([
    ["one member", [hello], "hello ", 0],
    ["two members", [hello, world], "hello world", 0],
    ["an empty member", [hello, gzipSync(""), world], "hello world", 0],
    ["zeros at the end", [hello, new Uint8Array(512)], "hello ", 0],
    ["other bytes at the end", [hello, world, Buffer.from("PK!")], "hello world", 3],
    ["one byte of a signature", [hello, Uint8Array.of(0x1f)], "hello ", 1],
    ["a member after zeros, which gzip ignores as well", [hello, new Uint8Array(2), world], "hello ", 2 + world.length],
  ])("reads %s", (_, parts, content, ignored) => {
    const found = read(Buffer.concat(parts));
    expect([text(found.content), found.ignored]).toEqual([content, ignored]);
    expect(found.content.constructor).toBe(Uint8Array);
  });

  test("reads a header with all its fields, and checks its sum", () => {
    const header = Uint8Array.of(0x1f, 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3, 3, 0, 7, 7, 7, 0x61, 0, 0x62, 0);
    const sum = crc32(header) & 0xffff;
    const whole = Buffer.concat([header, Uint8Array.of(sum & 255, sum >> 8), hello.subarray(10)]);
    expect(text(read(whole).content)).toBe("hello ");
    whole[12] ^= 1;
    expect(() => read(whole)).toThrow("f.gz is a damaged gzip file (the checksum of its header does not match)");
  });

  const changed = (bytes: Uint8Array, at: number, by: number) => {
    const other = Uint8Array.from(bytes);
    other[at < 0 ? other.length + at : at] ^= by;
    return other;
  };
  test.each([
    ["a wrong checksum", changed(hello, -6, 1), "its checksum does not match"],
    ["a wrong length", changed(hello, -4, 1), "its length does not match"],
    [
      "a wrong checksum of a second member",
      Buffer.concat([hello, changed(world, -8, 1)]),
      "its checksum does not match",
    ],
    ["a second member that is cut", Buffer.concat([hello, world.subarray(0, -6)]), "it ends within its checksum"],
    ["cut data", hello.subarray(0, 12), "it ends within its compressed data"],
    ["a cut header", hello.subarray(0, 9), "it ends within its header"],
    ["another method", changed(hello, 2, 1), "it has an unknown compression method"],
    ["reserved flags", changed(hello, 3, 0x20), "it has unknown flags"],
    ["a reserved type of block", changed(hello, 10, 4), "a block has an unknown type"],
  ])("refuses %s", (_, bytes, reason) => {
    expect(() => read(bytes)).toThrow(new DataError(`f.gz is a damaged gzip file (${reason}): download it again`));
  });

  test("holds no more than the limit", () => {
    const zeros = gzipSync(new Uint8Array(2 ** 20 + 1));
    expect(() => read(zeros)).toThrow("f.gz holds more than the 1048576 bytes that are read: download it again");
    expect(gunzip(zeros, "f.gz", () => ({ bytes: 2 ** 20 + 1, source: "" })).content).toHaveLength(2 ** 20 + 1);
  });

  const content = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc
      .array(fc.tuple(fc.nat(255), fc.nat(400)), { maxLength: 40 })
      .map((runs) => Uint8Array.from(runs.flatMap(([byte, times]) => Array<number>(times).fill(byte)))),
    fc.string({ unit: "grapheme-ascii", maxLength: 2000 }).map((line) => new TextEncoder().encode(line.repeat(7))),
  );
  const settings = fc.record({
    level: fc.integer({ min: 0, max: 9 }),
    memLevel: fc.integer({ min: 1, max: 9 }),
    windowBits: fc.integer({ min: 9, max: 15 }),
    strategy: fc.constantFrom(
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_FILTERED,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
      constants.Z_FIXED,
    ),
  });

  test("gives back what zlib has compressed, in every way that it has", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(content, settings), { minLength: 1, maxLength: 3 }), (parts) => {
        const packed = Buffer.concat(parts.map(([bytes, how]) => gzipSync(bytes, how)));
        const plain = Buffer.concat(parts.map(([bytes]) => bytes));
        expect(Buffer.compare(read(packed).content, plain)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test("takes the same damaged files as zlib, and reads the same from them", () => {
    const damaged = fc
      .tuple(content, settings)
      .chain(([bytes, how]) => damagedBytes(Uint8Array.from(gzipSync(bytes, how))));
    fc.assert(
      fc.property(damaged, (bytes) => {
        // What begins otherwise is not passed on; zlib does not follow gzip in what it makes of bytes after the end.
        if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return;
        const ours = outcome(() => read(bytes));
        if (!(ours instanceof Error) && ours.ignored > 0) return;
        const theirs = outcome(() => gunzipSync(bytes, { maxOutputLength: 2 ** 20 }));
        if (ours instanceof Error) expect([ours.constructor, theirs instanceof Error]).toEqual([DataError, true]);
        else expect(Buffer.compare(ours.content, theirs as Buffer)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});

function outcome<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
