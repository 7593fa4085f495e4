import { describe, expect, test } from "vitest";
import { StorageError } from "../../src/errors.js";
import { readNpy, writeNpy } from "../../src/storage/index.js";

/** A file of the given header, as NumPy pads it, and values. */
function file(header: string, values: readonly number[] = [], version = 1) {
  const start = version === 1 ? 10 : 12;
  const text = `${header}\n`;
  const bytes = Buffer.concat([
    Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`.padEnd(start, "\0"), "latin1"),
    Buffer.from(text, "latin1"),
    Buffer.from(values),
  ]);
  if (version === 1) bytes.writeUInt16LE(text.length, 8);
  else bytes.writeUInt32LE(text.length, 8);
  return Uint8Array.from(bytes);
}

const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`;

describe("a .npy file", () => {
  test("of NumPy 2.4, numpy.arange(3, dtype='>i2')", () => {
    const text = `${header(">i2", "3,").padEnd(117)}`;
    const bytes = file(text, [0, 0, 0, 1, 0, 2]);
    expect(bytes.subarray(0, 10)).toEqual(Uint8Array.of(0x93, 78, 85, 77, 80, 89, 1, 0, 118, 0));
    expect(readNpy(bytes)).toEqual({ shape: [3], values: Float64Array.of(0, 1, 2) });
  });

  test.each<[string, number[], number]>([
    ["<f8", [0, 0, 0, 0, 0, 0, 0xf8, 0xbf], -1.5],
    [">f4", [0xbf, 0xc0, 0, 0], -1.5],
    ["<f2", [0x00, 0xbe], -1.5],
    [">f2", [0x80, 0x01], -(2 ** -24)],
    ["<f2", [0xff, 0x7b], 65504],
    ["<f2", [0x00, 0x7c], Number.POSITIVE_INFINITY],
    ["<f2", [0x01, 0xfc], Number.NaN],
    ["<i8", [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -2],
    [">i8", [0xff, 0xe0, 0, 0, 0, 0, 0, 0], -(2 ** 53)],
    ["<u8", [0, 0, 0, 0, 0, 0, 0x20, 0], 2 ** 53],
    ["<i4", [0xfe, 0xff, 0xff, 0xff], -2],
    ["<u4", [0xfe, 0xff, 0xff, 0xff], 4294967294],
    ["<i2", [0xfe, 0xff], -2],
    ["<u2", [0xfe, 0xff], 65534],
    ["|i1", [0xfe], -2],
    ["|u1", [0xfe], 254],
  ])("of %s", (descr, bytes, value) => {
    for (const version of [1, 2, 3]) {
      expect(readNpy(file(header(descr, ""), bytes, version))).toEqual({ shape: [], values: Float64Array.of(value) });
    }
  });

  test("whose first dimension runs fastest", () => {
    const bytes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    const { shape, values } = readNpy(file(header("|u1", "2, 3, 2", "True"), bytes));
    expect(shape).toEqual([2, 3, 2]);
    // Entry (i, j, k) lies at i + 2 (j + 3 k).
    const expected = [0, 1].flatMap((i) => [0, 1, 2].flatMap((j) => [0, 1].map((k) => i + 2 * (j + 3 * k))));
    expect([...values]).toEqual(expected);
  });

  test("comes back, its values at a multiple of 64", () => {
    for (const shape of [[], [4], [0], [2, 3], [3, 1, 2]]) {
      const values = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => k / 3);
      const bytes = writeNpy({ shape, values });
      expect((bytes.length - 8 * values.length) % 64).toBe(0);
      expect(readNpy(bytes)).toEqual({ shape, values });
    }
    expect(() => writeNpy({ shape: [2], values: Float64Array.of(1) })).toThrow(
      "values has 1 entries, which do not fill",
    );
  });

  test.each<[string, Uint8Array, string]>([
    ["no bytes", new Uint8Array(0), "a is not a .npy file; write it by numpy.save or numpy.savez"],
    ["a later version", file("{}", [], 4), "a has the .npy version 4; expected 1, 2 or 3"],
    ["a header past the end", file(header("<f8", "1,")).subarray(0, 30), "a ends within its header: it is truncated"],
    ["no header", file("{}"), 'a has the header "{}"; expected an array of f8, f4'],
    ["text", file(header("<U3", "1,"), Array(12).fill(0)), "expected an array of f8, f4"],
    ["complex numbers", file(header("<c16", "1,"), Array(16).fill(0)), "expected an array of f8, f4"],
    ["a pickled object", file(header("|O", "1,"), [1]), "expected an array of f8, f4"],
    ["a negative size", file(header("<f8", "-1,"), []), "expected an array of f8, f4"],
    ["too few values", file(header("<f8", "2,"), Array(8).fill(0)), "a has 8 bytes of values; f8 of 2 needs 16"],
    ["a header without end", file("{}".padEnd(10_000)), "a has a header of 10001 bytes; expected at most 10000"],
    [
      "more dimensions than any array",
      file(header("|u1", "1, ".repeat(64).concat("1")), [1]),
      "a has 65 dimensions; expected at most 64",
    ],
    [
      "a 64-bit integer that doubles cannot hold",
      file(header("<i8", "2,"), [...Array(8).fill(0), 1, 0, 0, 0, 0, 0, 0x20, 0]),
      "a holds a 64-bit integer beyond 2^53 at 1",
    ],
    [
      "one that a double can hold, but also stands for its neighbour",
      file(header("<u8", "1,"), [0, 0, 0, 0, 0, 0, 0x40, 0]),
      "a holds a 64-bit integer beyond 2^53 at 0",
    ],
    ["a shape that overflows", file(header("|u1", `${"9".repeat(400)},`), [1]), "a has 1 bytes of values; u1 of"],
  ])("is refused with %s", (_, bytes, line) => {
    const read = () => readNpy(bytes, "a");
    expect(read).toThrow(StorageError);
    expect(read).toThrow(line);
  });
});
