import { describe, expect, test } from "vitest";
import { filterSheet, type GreyImage, interleaved, type SheetOptions, sheet } from "../../src/data/index.js";
import { matrix } from "../../src/math/index.js";

/** The lines of an image. */
function lines({ pixels, shape: [height, width] }: GreyImage): number[][] {
  expect(pixels).toHaveLength(height * width);
  return Array.from({ length: height }, (_, r) => [...pixels.subarray(r * width, (r + 1) * width)]);
}

describe("a sheet of images", () => {
  const bare = { padding: 0 } as const;

  test("lays them in rows, padded within and around", () => {
    const images = [0, 1, 0.2, 0.4, 1, 1];
    expect(lines(sheet(images, { shape: [1, 2], columns: 2, background: 9 }))).toEqual([
      [9, 9, 9, 9, 9, 9, 9],
      [9, 0, 255, 9, 51, 102, 9],
      [9, 9, 9, 9, 9, 9, 9],
      [9, 255, 255, 9, 9, 9, 9],
      [9, 9, 9, 9, 9, 9, 9],
    ]);
    expect(lines(sheet(images, { ...bare, shape: [2, 1], columns: 9 }))).toEqual([
      [0, 51, 255],
      [255, 102, 255],
    ]);
    expect(sheet(new Float32Array(5 * 6), { shape: [2, 3], padding: 2 }).shape).toEqual([10, 17]);
  });

  test("scales each image, or all of them together", () => {
    const images = [1, 3, -2, 0];
    const row = (scale: SheetOptions["scale"], together = false) =>
      lines(sheet(images, { ...bare, shape: [1, 2], columns: 2, scale, together }))[0];
    expect(row([-2, 3])).toEqual([153, 255, 0, 102]);
    expect(row([0, 2])).toEqual([128, 255, 0, 0]);
    expect(row("range")).toEqual([0, 255, 0, 255]);
    expect(row("range", true)).toEqual([153, 255, 0, 102]);
    expect(row("diverging")).toEqual([170, 255, 0, 128]);
    expect(row("diverging", true)).toEqual([170, 255, 43, 128]);
  });

  test("shows an image of one number in mid-grey", () => {
    for (const scale of ["range", "diverging"] as const) {
      expect([...sheet([0, 0], { ...bare, shape: [1, 2], scale }).pixels]).toEqual([128, 128]);
    }
    expect([...sheet([7, 7], { ...bare, shape: [1, 2], scale: "range" }).pixels]).toEqual([128, 128]);
  });

  test("of filters shows the columns of W", () => {
    const weights = matrix(2, 3, Float64Array.of(1, 0, -4, -1, 0, 2));
    const options = { ...bare, shape: [1, 2], columns: 1 } as const;
    expect(lines(filterSheet(weights, options))).toEqual([
      [255, 0],
      [128, 128],
      [0, 191],
    ]);
    expect(lines(filterSheet(weights, { ...options, scale: [-4, 4] }))[0]).toEqual([159, 96]);
  });

  test("puts originals beside reconstructions and chains in rows over time", () => {
    expect([...interleaved([[1, 2, 3, 4], [5, 6, 7, 8], Uint8Array.of(9, 10, 11, 12)], 2)]).toEqual([
      1, 2, 5, 6, 9, 10, 3, 4, 7, 8, 11, 12,
    ]);
  });

  test.each<[string, () => unknown, string]>([
    ["half an image", () => sheet([1, 2, 3], { shape: [1, 2] }), "images has 3 values; one of 1x2 has 2: expected a"],
    ["no image", () => sheet([], { shape: [1, 2] }), "images has 0 values; one of 1x2 has 2"],
    ["NaN", () => sheet([1, Number.NaN], { shape: [1, 1] }), "images holds NaN; expected finite numbers"],
    ["NaN in a range", () => sheet([1, Number.NaN], { shape: [1, 2], scale: "range" }), "images[1] is NaN; expected a"],
    ["an empty scale", () => sheet([1], { shape: [1, 1], scale: [1, 1] }), "scale is 1 to 1; expected finite numbers"],
    ["no scale", () => sheet([1], { shape: [1, 1], scale: "log" as never }), 'scale is "log"; expected [low, high]'],
    [
      "no columns",
      () => sheet([1], { shape: [1, 1], columns: 0 }),
      "columns is 0; expected a whole number of at least",
    ],
    ["a fraction of a pixel", () => sheet([1], { shape: [0.5, 2] }), "shape height is 0.5; expected a whole number"],
    [
      "a huge sheet",
      () => sheet(new Uint8Array(1000), { shape: [1, 1], padding: 1000 }),
      "images need 33032x33032 pixels; the limit is 67108864: show fewer images",
    ],
    [
      "no groups",
      () => interleaved([], 2),
      "groups is empty; expected groups of the same number of images of 2 values each",
    ],
    [
      "groups that differ",
      () => interleaved([[1, 2], [1]], 1),
      "groups[1] has 1 values; expected groups of the same number",
    ],
  ])("refuses %s", (_, act, line) => {
    expect(act).toThrow(line);
  });
});
