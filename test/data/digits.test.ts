import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { digits, mnistFiles, readIdx } from "../../src/data/index.js";
import { needMnist } from "../support/need.js";

const images = { shape: [5, 1, 2], values: Uint8Array.from([0, 9, 200, 0, 1, 1, 0, 0, 90, 90]) };
const labels = { shape: [5], values: Uint8Array.from([7, 3, 7, 3, 7]) };

describe("digits", () => {
  test("takes the first of each class, by class and then by place", () => {
    const set = digits(images, labels, { perClass: 2 });
    expect(set.labels).toEqual(["3", "3", "7", "7"]);
    expect(set.shape).toEqual([1, 2]);
    expect(Array.from({ length: 4 }, (_, r) => [...set.spins(r)])).toEqual([
      [1, -1],
      [-1, -1],
      [-1, 1],
      [1, 1],
    ]);
  });

  test("sorts classes as numbers and takes all images where no count is given", () => {
    const set = digits(
      { shape: [3, 1], values: Float32Array.from([0.4, 0.6, 0.6]) },
      {
        shape: [3],
        values: Int16Array.from([10, -1, 9]),
      },
      { threshold: 0.5 },
    );
    expect(set.labels).toEqual(["-1", "9", "10"]);
    expect([0, 1, 2].flatMap((r) => [...set.spins(r)])).toEqual([1, 1, -1]);
    expect(set.shape).toBeUndefined();
  });

  test("takes images without labels as one class", () => {
    const set = digits(images, undefined, { perClass: 3, threshold: 100 });
    expect(set.count).toBe(3);
    expect(set.labels).toBeUndefined();
    expect([...set.spins(1)]).toEqual([1, -1]);
  });

  test.each([
    ["more than a class has", () => digits(images, labels, { perClass: 3 }), "perClass is 3 but class 3 has 2 images"],
    [
      "labels for other images",
      () => digits(images, { ...labels, shape: [4] }),
      "labels has 4 entries but there are 5",
    ],
    ["labels that are images", () => digits(images, images), "labels has the shape 5 x 1 x 2; expected one number"],
    ["a list of numbers", () => digits(labels, labels), "images has the shape 5, a list of numbers"],
    [
      "a pixel that is no number",
      () => digits({ shape: [1, 2], values: Float64Array.from([1, Number.NaN]) }, undefined),
      "images[0] has the value NaN",
    ],
    [
      "a label that is no class",
      () => digits(images, { shape: [5], values: Float32Array.from([1, 2, 0.5, 1, 1]) }),
      "labels[2] is 0.5",
    ],
    ["a count that is none", () => digits(images, labels, { perClass: 0 }), "perClass is 0; expected a whole number"],
    ["a threshold that is none", () => digits(images, labels, { threshold: Number.NaN }), "threshold is NaN"],
  ])("refuses %s", (_, call, line) => {
    expect(call).toThrow(line);
  });
});

test("MNIST has ten classes of images of 28 x 28 pixels", async (context) => {
  const folder = needMnist(context);
  const read = async (name: string) => readIdx(await readFile(join(folder, `${name}.gz`)), { name });
  const set = digits(await read(mnistFiles.test.images), await read(mnistFiles.test.labels), { perClass: 1 });
  expect(set.labels).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect(set.shape).toEqual([28, 28]);
  // The first test image is the well-known 7: its ink, counted with another reader.
  expect(set.binary(7).reduce((sum, bit) => sum + bit, 0)).toBe(116);
});
