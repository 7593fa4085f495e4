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
} from "../../src/node/index.js";
import { temporaryFolder } from "../support/folder.js";
import { needMnist } from "../support/need.js";

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
  ])("of %j are %j", async (names, expected) => {
    const folder = temporaryFolder();
    for (const name of names) writeFileSync(join(folder, name), "");
    expect((await findPairs(folder)).map((pair) => [pair.split, pair.labels !== undefined])).toEqual(expected);
  });
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

  test("refuses folders without IDX files and damaged files, by name", async () => {
    const folder = temporaryFolder();
    await expect(readDataSet(folder)).rejects.toThrow(`${folder} holds no IDX files`);
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
