import { describe, expect, test } from "vitest";
import { greysOf, type IdxValues } from "../../src/data/index.js";

const read = (values: IdxValues, range?: readonly [number, number]) =>
  greysOf({ shape: [1, 1, values.length], values }, range);

describe("greysOf", () => {
  test.each([
    ["bytes", Uint8Array.of(0, 1, 254, 255), [0, 1, 254, 255], [0, 255]],
    ["bytes of two states", Uint8Array.of(0, 1, 1), [0, 255, 255], [0, 1]],
    ["numbers from 0 to 1", Float32Array.of(0, 0.2, 1), [0, 51, 255], [0, 1]],
    ["numbers from -1 to 1", Float64Array.of(-1, 0.2, 1), [0, 153, 255], [-1, 1]],
    ["grey values as floats", Float32Array.of(0, 51.4, 255), [0, 51, 255], [0, 255]],
    ["grey values of 16 bits", Int16Array.of(0, 128, 200), [0, 128, 200], [0, 255]],
    ["grey values of 32 bits", Int32Array.of(2, 255), [2, 255], [0, 255]],
    ["signed bytes", Int8Array.of(-128, 0, 127), [0, 128, 255], [-128, 127]],
  ] as const)("reads %s", (_, values, greys, range) => {
    expect(read(values)).toEqual({ values: Uint8Array.from(greys), count: 1, shape: [1, greys.length], range });
  });

  test("takes the numbers for black and white, in either order, and clips", () => {
    expect([...read(Int16Array.of(-5, 0, 819, 4095, 5000), [0, 4095]).values]).toEqual([0, 0, 51, 255, 255]);
    expect([...read(Float32Array.of(0, 0.2, 1), [1, 0]).values]).toEqual([255, 204, 0]);
  });

  test("lays rows and further dimensions out side by side", () => {
    const values = Uint8Array.from({ length: 24 }, (_, i) => i);
    expect(greysOf({ shape: [4, 6], values }).shape).toEqual([1, 6]);
    expect(greysOf({ shape: [2, 2, 2, 3], values }).shape).toEqual([2, 6]);
  });

  test.each([
    [
      Int16Array.of(-5, 3000),
      undefined,
      "images holds Int16 numbers from -5 to 3000; expected 0 to 255, 0 to 1 or -1 to 1: give the range from black to white, such as -5,3000, or convert them to bytes",
    ],
    [Float32Array.of(0, 256), undefined, "images holds Float32 numbers from 0 to 256"],
    [Float32Array.of(0, Number.NaN), undefined, "images holds NaN; expected finite numbers"],
    [Float32Array.of(0, Number.NaN), [0, 1], "images holds NaN; expected finite numbers"],
    [Float64Array.of(0, Number.POSITIVE_INFINITY), undefined, "images holds Float64 numbers from 0 to Infinity"],
    [Uint8Array.of(1), [3, 3], "range is 3, 3; expected two different numbers"],
  ] as const)("refuses %o with the range %o", (values, range, line) => {
    expect(() => read(values, range)).toThrow(line);
  });

  test("refuses a list of numbers", () => {
    expect(() => greysOf({ shape: [3], values: new Uint8Array(3) })).toThrow(
      "images has the shape 3, a list of numbers",
    );
  });
});
