import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type IdxValues, readIdx, writeIdx } from "../../src/data/index.js";
import { DataError } from "../../src/errors.js";
import { damagedBytes } from "../support/damaged-bytes.js";

/** A header and data as the format's description gives them, written byte by byte. */
function idxBytes(type: number, shape: readonly number[], data: readonly number[]): Uint8Array {
  const word = (x: number) => [x >>> 24, (x >>> 16) & 255, (x >>> 8) & 255, x & 255];
  return Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap(word), ...data]);
}

/** Bytes that no compression makes smaller. */
function noise(length: number): Uint8Array {
  let x = 1;
  return Uint8Array.from({ length }, () => {
    x = (Math.imul(x, 1664525) + 1013904223) | 0;
    return x >>> 24;
  });
}

/** The length of the largest array of bytes that has been made since. */
function largestArray(): () => number {
  let largest = 0;
  vi.stubGlobal(
    "Uint8Array",
    new Proxy(Uint8Array, {
      construct(target, [first, ...rest]) {
        if (typeof first === "number") largest = Math.max(largest, first);
        return Reflect.construct(target, [first, ...rest]);
      },
    }),
  );
  return () => largest;
}

afterEach(() => vi.unstubAllGlobals());

describe("readIdx", () => {
  test.each([
    ["u8", 0x08, [0, 255], new Uint8Array([0, 255])],
    ["i8", 0x09, [0xff, 0x7f], new Int8Array([-1, 127])],
    ["i16", 0x0b, [0xff, 0xfe, 0x01, 0x00], new Int16Array([-2, 256])],
    ["i32", 0x0c, [0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0], new Int32Array([-3, 65536])],
    ["f32", 0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], new Float32Array([1, -2])],
    ["f64", 0x0e, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], new Float64Array([1, -2])],
  ] as [string, number, number[], IdxValues][])("reads and writes %s", async (_, type, data, values) => {
    const bytes = idxBytes(type, [2], data);
    expect(await readIdx(bytes)).toEqual({ shape: [2], values });
    expect(await readIdx(gzipSync(bytes))).toEqual({ shape: [2], values });
    expect(writeIdx({ shape: [2], values })).toEqual(bytes);
  });

  test("keeps any item shape, and reads bytes that lie within a larger buffer", async () => {
    const values = Int16Array.from({ length: 24 }, (_, i) => i - 12);
    const bytes = writeIdx({ shape: [2, 3, 1, 4], values });
    const within = new Uint8Array(bytes.length + 3).subarray(3);
    within.set(bytes);
    expect(await readIdx(within)).toEqual({ shape: [2, 3, 1, 4], values });
  });

  test("reads a gzip file of several slices", async () => {
    const bytes = writeIdx({ shape: [200, 1000], values: noise(200_000) });
    const { values } = await readIdx(gzipSync(bytes));
    expect(Buffer.compare(values as Uint8Array, bytes.subarray(12))).toBe(0);
  });

  const sound = idxBytes(0x08, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  const claims = (...shape: number[]) => idxBytes(0x08, shape, [1, 2, 3]);
  test.each([
    ["no bytes", new Uint8Array(0), "d.idx ends after 0 of 4 bytes of its header: it is truncated, download it again"],
    [
      "a cut header",
      sound.slice(0, 9),
      "d.idx ends after 9 of 16 bytes of its header: it is truncated, download it again",
    ],
    [
      "cut data",
      sound.slice(0, 20),
      "d.idx holds 20 bytes but its header (2 x 2 x 2) announces 24; it is truncated: download it again",
    ],
    [
      "data too long",
      Uint8Array.from([...sound, 9]),
      "d.idx holds 25 bytes but its header (2 x 2 x 2) announces 24; it has bytes after its data: download it again",
    ],
    [
      "another format",
      new TextEncoder().encode("<html>"),
      "d.idx begins with 3c 68 74 6d; expected an IDX file, which begins with 00 00 and a type",
    ],
    [
      "an unknown type",
      idxBytes(0x0a, [1], [1]),
      "d.idx begins with 00 00 0a 01; expected an IDX file, which begins with 00 00 and a type",
    ],
    ["no dimensions", idxBytes(8, [], []), "d.idx is an empty IDX array (no dimensions); expected items"],
    ["no items", idxBytes(8, [0, 28], []), "d.idx is an empty IDX array (0 x 28); expected items"],
    [
      "2^40 bytes",
      claims(2 ** 20, 2 ** 20),
      "d.idx announces 1099511627788 bytes (1048576 x 1048576), above the limit of 1073741824: check the file",
    ],
    [
      "a gzip file cut short",
      gzipSync(sound).subarray(0, 30),
      /^d.idx (is a damaged gzip file|holds \d+ bytes|ends after)/,
    ],
    [
      "a damaged gzip file",
      gzipSync(sound).fill(7, 12, 20),
      /^d.idx is a damaged gzip file \(.*\): download it again$/,
    ],
    [
      "a gzip file that holds too much",
      gzipSync(Uint8Array.from([...sound, 9])),
      "d.idx holds more than the 24 bytes that its header announces: download it again",
    ],
    [
      "a gzip file that holds too little",
      gzipSync(claims(100)),
      "d.idx holds 11 bytes but its header (100) announces 108; it is truncated: download it again",
    ],
    [
      "a gzip file that cannot hold what it claims",
      gzipSync(claims(2 ** 20)),
      /^d.idx has \d+ bytes, too few for the 1048584 that its header announces: download it again$/,
    ],
  ] as [string, Uint8Array, string | RegExp][])("refuses %s", async (_, bytes, line) => {
    const error = await readIdx(bytes, { name: "d.idx" }).then(
      () => undefined,
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(DataError);
    if (typeof line === "string") expect(error.message).toBe(line);
    else expect(error.message).toMatch(line);
  });

  test("takes no more memory than a header can rightly claim", async () => {
    const largest = largestArray();
    for (const shape of [[2 ** 20, 2 ** 20], [2 ** 29], [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [2 ** 20]]) {
      for (const bytes of [claims(...shape), gzipSync(claims(...shape))]) {
        await expect(readIdx(bytes)).rejects.toThrow(DataError);
      }
    }
    expect(largest()).toBeGreaterThan(0);
    expect(largest()).toBeLessThan(2 ** 16);
  });

  test("stops inflating a gzip file once it holds more than its header says", async () => {
    const content = new Uint8Array(2 ** 26);
    content.set(idxBytes(8, [10], []));
    const packed = gzipSync(content);
    const largest = largestArray();
    await expect(readIdx(packed)).rejects.toThrow("holds more than the 18 bytes that its header announces");
    expect(largest()).toBeLessThan(2 ** 16);
  });

  test.each([
    ["a Buffer", (bytes: Uint8Array) => Buffer.from(bytes)],
    ["a Uint8Array", (bytes: Uint8Array) => bytes],
    ["a gzipped Buffer", (bytes: Uint8Array) => gzipSync(bytes)],
  ])("gives values of its own from %s", async (_, made) => {
    const bytes = made(idxBytes(8, [2, 2], [1, 2, 3, 4]));
    const { values } = await readIdx(bytes);
    bytes.fill(9);
    expect(values.constructor).toBe(Uint8Array);
    expect([...values]).toEqual([1, 2, 3, 4]);
  });

  test("reads all members of a gzip file, and says what it ignores after them", async () => {
    const warnings: unknown[] = [];
    const members = [gzipSync(sound.subarray(0, 17)), gzipSync(sound.subarray(17)), Buffer.from("\0note")];
    const { values } = await readIdx(Buffer.concat(members), { name: "d.idx", onWarning: (w) => warnings.push(w) });
    expect([...values]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(warnings).toEqual([{ code: "trailing-bytes", file: "d.idx", bytes: 5 }]);
  });

  test.each([
    ["plain", sound],
    ["gzip", Uint8Array.from(gzipSync(sound))],
  ])("survives damage to a %s file", async (_, bytes) => {
    await fc.assert(
      fc.asyncProperty(damagedBytes(bytes), async (damaged) => {
        const outcome = await readIdx(damaged).catch((error) => error);
        expect(outcome instanceof Error ? outcome instanceof DataError : outcome.values.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe("writeIdx", () => {
  test("refuses values that the shape does not hold", () => {
    expect(() => writeIdx({ shape: [2, 2], values: new Uint8Array(3) })).toThrow(
      "values has 3 entries but the shape 2 x 2 holds 4",
    );
  });
});
