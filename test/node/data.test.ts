import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { writeIdx } from "../../src/data/index.js";
import { DataError } from "../../src/errors.js";
import {
  checkSum,
  dataFolders,
  findDataSet,
  findPairs,
  listDataSets,
  missingDataSet,
  readDataSet,
  readGreyImages,
  testPartOf,
} from "../../src/node/index.js";
import { type Warning, warningMessage } from "../../src/warnings.js";
import { temporaryFolder } from "../support/folder.js";
import { needMnist } from "../support/need.js";
import { putPng } from "../support/pictures.js";

const images = writeIdx({ shape: [3, 1, 2], values: Uint8Array.of(1, 0, 0, 1, 1, 1) });
const labels = writeIdx({ shape: [3], values: Uint8Array.of(2, 1, 2) });

describe("data folders", () => {
  test("are ENGRAM_DATA and then the user's own", () => {
    expect(dataFolders({ ENGRAM_DATA: "/a", XDG_DATA_HOME: "/b" })).toEqual(["/a", join("/b", "engram")]);
    expect(dataFolders({ XDG_DATA_HOME: "/b" })).toEqual([join("/b", "engram")]);
    expect(dataFolders({})).toHaveLength(1);
  });

  test("give the first set of that name that has IDX files", async () => {
    const folder = temporaryFolder();
    const environment = { ENGRAM_DATA: join(folder, "a"), XDG_DATA_HOME: join(folder, "b") };
    mkdirSync(join(folder, "a/digits"), { recursive: true });
    mkdirSync(join(folder, "b/engram/digits"), { recursive: true });
    expect(await findDataSet("digits", environment)).toBeUndefined();
    expect(await listDataSets(environment)).toEqual([]);
    writeFileSync(join(folder, "b/engram/digits/images.idx"), images);
    expect(await findDataSet("digits", environment)).toBe(join(folder, "b/engram/digits"));
    writeFileSync(join(folder, "a/digits/images.idx"), images);
    expect(await findDataSet("digits", environment)).toBe(join(folder, "a/digits"));
    expect(await listDataSets(environment)).toEqual(["digits"]);
    expect(missingDataSet("mnist", environment).message).toContain(join(folder, "a/mnist"));
  });
});

describe("findPairs", () => {
  test.each([
    [["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"], [["train", true]]],
    [["t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"], [["test", true]]],
    [["images-idx3-ubyte", "labels-idx1-ubyte.gz"], [["all", true]]],
    [["digits_images.idx", "digits_labels.idx", "notes.txt"], [["digits", true]]],
    [["digits.idx"], [["digits", false]]],
    [["a-images.idx", "b-labels.idx"], [["a", false]]],
    [["labels.idx"], []],
    [["images.idx", "images.idx.gz"], [["all", false]]],
    [["qmnist-train-images-idx3-ubyte.gz", "qmnist-train-labels-idx2-int.gz"], [["train", true]]],
    [["train-images-idx3-float", "train-labels-idx1-ubyte"], [["train", true]]],
    [["trainImages.idx", "trainLabels.idx"], [["train", true]]],
    [["unlabeled-images-idx3-ubyte", "train-labels.idx"], [["unlabeled", false]]],
    [["train-images.idx", "train-classes-idx1-ubyte"], [["train", false]]],
    [
      ["train-images-idx3-ubyte", "train-images-idx3-ubyte.md5", "train-images-idx3-ubyte.gz.sha256", "idx.SHA256SUMS"],
      [["train", false]],
    ],
    [["._train-images-idx3-ubyte", ".train-images-idx3-ubyte", "README-idx", "train-images-idx3-ubyte.txt"], []],
    [["train-images-idx3-ubyte.gz.part", "train-images-idx3-ubyte.zip", "train-images-idx3-ubyte~"], []],
    [
      ["train-images-idx3-ubyte", "train-images-idx3-float", "train-labels-idx1-ubyte"],
      [
        ["train-images-idx3-float", true],
        ["train-images-idx3-ubyte", true],
      ],
    ],
    [
      ["balanced", "letters"].flatMap((set) =>
        ["train", "test"].flatMap((part) => [
          `e-${set}-${part}-images-idx3-ubyte.gz`,
          `e-${set}-${part}-labels-idx1-ubyte`,
        ]),
      ),
      [
        ["e-balanced-test", true],
        ["e-balanced-train", true],
        ["e-letters-test", true],
        ["e-letters-train", true],
      ],
    ],
  ])("of %j are %j", async (names, expected) => {
    const folder = temporaryFolder();
    for (const name of names) writeFileSync(join(folder, name), "");
    expect((await findPairs(folder)).map((pair) => [pair.split, pair.labels !== undefined])).toEqual(expected);
  });
});

test("a folder is not an IDX file, but a file of that name in it is", async () => {
  const folder = temporaryFolder();
  const put = (path: string, bytes: Uint8Array) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  };
  put("train-images-idx3-ubyte/train-images-idx3-ubyte", images);
  put("train-labels-idx1-ubyte/train-labels-idx1-ubyte", labels);
  put("t10k-images-idx3-ubyte/notes.txt", images);
  const within = await findPairs(folder);
  expect(within.map(({ split }) => split)).toEqual(["train"]);
  expect((await readDataSet(folder)).labels).toEqual(["1", "2", "2"]);
  put("train-images.idx3-ubyte", images);
  expect((await findPairs(folder)).map((pair) => pair.images)).toEqual([join(folder, "train-images.idx3-ubyte")]);
});

describe("readDataSet", () => {
  test("reads images with their labels, packed or not", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "t10k-images-idx3-ubyte.gz"), gzipSync(images));
    writeFileSync(join(folder, "t10k-labels-idx1-ubyte"), labels);
    const set = await readDataSet(folder, { perClass: 1 });
    expect(set.labels).toEqual(["1", "2"]);
    expect([...set.binary(0), ...set.binary(1)]).toEqual([0, 1, 1, 0]);
  });

  test("takes the split that is asked for, else train", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "train-images.idx"), images);
    writeFileSync(join(folder, "test-images.idx"), writeIdx({ shape: [1, 2], values: Uint8Array.of(9, 9) }));
    expect((await readDataSet(folder)).count).toBe(3);
    expect((await readDataSet(folder, { split: "test" })).count).toBe(1);
    await expect(readDataSet(folder, { split: "tset" })).rejects.toThrow(
      `${folder} has no part "tset"; expected one of its parts: test, train`,
    );
  });

  test("lists several sets by different names, and chooses by these", async () => {
    const folder = temporaryFolder();
    for (const [k, name] of ["letters-train", "letters-test", "digits-train", "digits-test"].entries()) {
      writeFileSync(join(folder, `${name}-images.idx`), writeIdx({ shape: [k + 1, 1], values: new Uint8Array(k + 1) }));
    }
    const line = "expected one of its parts: digits-test, digits-train, letters-test, letters-train";
    await expect(readDataSet(folder)).rejects.toThrow(`${folder} has 4 parts; ${line}`);
    await expect(readGreyImages(folder, { split: "train" })).rejects.toThrow(`${folder} has no part "train"; ${line}`);
    expect((await readDataSet(folder, { split: "digits-train" })).count).toBe(3);
    expect((await readGreyImages(folder, { split: "letters-test" })).count).toBe(2);
    expect(await testPartOf(folder, "letters-train")).toBeUndefined();
    writeFileSync(join(folder, "letters-test-labels.idx"), writeIdx({ shape: [2], values: Uint8Array.of(1, 2) }));
    expect(await testPartOf(folder, "letters-train")).toBe("letters-test");
    expect(await testPartOf(folder, "letters-test")).toBeUndefined();
  });

  test("takes the full name of the only set, too", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "emnist-letters-train-images-idx3-ubyte"), images);
    for (const split of [undefined, "train", "emnist-letters-train"]) {
      expect((await readDataSet(folder, { split })).count).toBe(3);
    }
  });

  test("never drops labels that fit no images", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "train-images.idx"), images);
    writeFileSync(join(folder, "digit-labels.idx"), writeIdx({ shape: [2, 1], values: Uint8Array.of(1, 2) }));
    const line =
      `${join(folder, "train-images.idx")} (3 images) has no labels, and the name of ${join(folder, "digit-labels.idx")} (2 labels) fits ` +
      "no images; rename it like its images, or move it away";
    for (const read of [readDataSet, readGreyImages]) await expect(read(folder)).rejects.toThrow(line);
    writeFileSync(join(folder, "train-labels.idx"), labels);
    const warnings: Warning[] = [];
    await readDataSet(folder, { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([{ code: "unused-labels", file: join(folder, "digit-labels.idx") }]);
    expect(warningMessage(warnings[0])).toContain("digit-labels.idx is not used: its name fits no images");
  });

  test("says that labels have no images at all, beside pictures too", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "train-labels.idx");
    writeFileSync(path, labels);
    const line = `${folder} holds ${path} (3 labels) but no IDX file of images; add that file, or move the labels away`;
    await expect(readDataSet(folder)).rejects.toThrow(line);
    await putPng(folder, "a.png", Uint8Array.of(1), [1, 1]);
    await expect(readGreyImages(folder)).rejects.toThrow(line);
  });

  test("says which numbers it reads as black and white", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "train-images-idx3-float");
    writeFileSync(file, writeIdx({ shape: [2, 1, 2], values: Float32Array.of(0, 0.4, 1, 0.2) }));
    const warnings: Warning[] = [];
    const { values } = await readGreyImages(folder, { onWarning: (warning) => warnings.push(warning) });
    expect([...values]).toEqual([0, 102, 255, 51]);
    expect(warnings).toEqual([{ code: "scaled-images", file, type: "Float32", black: 0, white: 1 }]);
    expect([...(await readGreyImages(folder, { range: [0, 2] })).values]).toEqual([0, 51, 128, 26]);
  });

  test("names classes that are not numbers from 0 to 255, in their order", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "images.idx"), images);
    writeFileSync(join(folder, "labels.idx"), writeIdx({ shape: [3], values: Int32Array.of(1000, -2, 1000) }));
    expect(await readGreyImages(folder)).toMatchObject({ labels: Uint8Array.of(1, 0, 1), classes: ["-2", "1000"] });
  });

  test("refuses folders without IDX files and damaged files, by name", async () => {
    const folder = temporaryFolder();
    await expect(readDataSet(folder)).rejects.toThrow(`${folder} holds no IDX files and no PNG, JPEG or WebP images;`);
    mkdirSync(join(folder, "raw"));
    writeFileSync(join(folder, "raw/images.idx"), images);
    await expect(readDataSet(folder)).rejects.toThrow(`images, but ${join(folder, "raw")} does; expected a folder`);
    await expect(readDataSet(join(folder, "none"))).rejects.toThrow("none does not exist");
    writeFileSync(join(folder, "images.idx"), images.subarray(0, 20));
    await expect(readDataSet(folder)).rejects.toThrow(DataError);
    await expect(readDataSet(folder)).rejects.toThrow(/images\.idx holds 20 bytes but its header/);
  });
});

describe("MNIST", () => {
  test("is the well-known set", async (context) => {
    const folder = needMnist(context);
    for (const pair of await findPairs(folder)) {
      for (const path of [pair.images, pair.labels!]) {
        const name = path.slice(folder.length + 1).replace(".gz", "");
        expect(await checkSum(path, name)).toMatchObject({ ok: true });
      }
    }
  });

  test("has a part for training and one for tests", async (context) => {
    const folder = needMnist(context);
    expect((await findPairs(folder)).map(({ split }) => split).sort()).toEqual(["test", "train"]);
    expect((await readDataSet(folder, { split: "test" })).count).toBe(10_000);
  });
});

test("a sum tells another file", async () => {
  const path = join(temporaryFolder(), "t10k-labels-idx1-ubyte.gz");
  writeFileSync(path, gzipSync(labels));
  expect(await checkSum(path, "t10k-labels-idx1-ubyte")).toMatchObject({ ok: false });
  writeFileSync(path, gzipSync(labels).subarray(0, 12));
  await expect(checkSum(path, "t10k-labels-idx1-ubyte")).rejects.toThrow(/is a damaged gzip file/);
});
