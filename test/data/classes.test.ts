import { describe, expect, test } from "vitest";
import { classesOf, digits, type IdxArray } from "../../src/data/index.js";

const classes = [7, 0, 3];
/** The extended labels of QMNIST: the class, then seven columns about the digit's origin. */
const extended = classes.flatMap((label, r) => [label, 1, 500 + r, 2, 0x30 + label, 1000 + r, 0, 0]);
const oneHot = classes.flatMap((label) => Array.from({ length: 10 }, (_, c) => Number(c === label)));

const forms: [string, IdxArray][] = [
  ["bytes", { shape: [3], values: Uint8Array.from(classes) }],
  ["signed bytes", { shape: [3], values: Int8Array.from(classes) }],
  ["16 bits", { shape: [3], values: Int16Array.from(classes) }],
  ["32 bits", { shape: [3], values: Int32Array.from(classes) }],
  ["whole numbers as floats", { shape: [3], values: Float64Array.from(classes) }],
  ["a column", { shape: [3, 1], values: Int32Array.from(classes) }],
  ["a row", { shape: [1, 3], values: Uint8Array.from(classes) }],
  ["one-hot rows", { shape: [3, 10], values: Uint8Array.from(oneHot) }],
  ["one-hot floats", { shape: [3, 10], values: Float32Array.from(oneHot) }],
  ["QMNIST's columns", { shape: [3, 8], values: Int32Array.from(extended) }],
];

describe("classesOf", () => {
  test.each(forms)("reads %s", (_, labels) => {
    expect(classesOf(labels, 3)).toEqual(Int32Array.from(classes));
  });

  test("reads eight one-hot columns of 32 bits as such, not as QMNIST's", () => {
    const values = Int32Array.from([0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect([...classesOf({ shape: [2, 8], values }, 2)]).toEqual([7, 0]);
  });

  test.each([
    [
      "another number of entries",
      { shape: [2], values: Uint8Array.of(1, 2) },
      "l has 2 entries but there are 3 images in i; use",
    ],
    [
      "QMNIST's columns in bytes",
      { shape: [3, 8], values: Uint8Array.from(extended) },
      "l has the shape 3 x 8; expected one number per",
    ],
    [
      "two ones in a row",
      { shape: [3, 2], values: Uint8Array.of(1, 0, 1, 1, 0, 1) },
      "l has the shape 3 x 2; expected one number per",
    ],
    ["a fraction", { shape: [3], values: Float32Array.of(1, 1.5, 2) }, "l[1] is 1.5; expected integers"],
    ["what is no number", { shape: [3], values: Float32Array.of(1, 2, Number.NaN) }, "l[2] is NaN; expected integers"],
  ])("refuses %s", (_, labels, line) => {
    expect(() => classesOf(labels, 3, { name: "l", images: "i" })).toThrow(line);
  });
});

test("digits takes labels in all these forms", () => {
  const images = { shape: [3, 1, 1], values: Uint8Array.of(0, 9, 0) };
  for (const [, labels] of forms) expect(digits(images, labels).labels).toEqual(["0", "3", "7"]);
});
