import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeIdx } from "engram/data";
import { expect, test } from "vitest";
import { readGreyImages } from "../../src/node/data.js";
import { removeTaskFiles, taskFiles } from "../../src/node/reproduce/task-files.js";
import { temporaryFolder } from "../support/folder.js";

test("a task finds what it put aside, and nobody else's; done, it leaves nothing", async () => {
  const folder = join(temporaryFolder(), "made-when-needed");
  const [first, second] = [taskFiles(folder, 1), taskFiles(folder, 11)];
  expect(await first.read("training")).toBeUndefined();
  expect(existsSync(folder)).toBe(false);
  await first.write("training", Uint8Array.of(1, 2));
  await first.write("training", Uint8Array.of(3, 4, 5));
  await first.write("chains", Uint8Array.of(6));
  await second.write("training", Uint8Array.of(7));
  expect(await first.read("training")).toEqual(Uint8Array.of(3, 4, 5));
  expect([...(await first.read("chains"))!]).toEqual([6]);
  removeTaskFiles(folder, 1);
  expect(await first.read("training")).toBeUndefined();
  expect([...(await second.read("training"))!]).toEqual([7]);
  expect(readdirSync(folder)).toHaveLength(1);
});

test("where nothing can be written the work goes on; names and bytes are looked at", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const kept = taskFiles(join(file, "folder"), 0);
  await kept.write("training", Uint8Array.of(1));
  expect(await kept.read("training")).toBeUndefined();
  await expect(kept.write("../training", Uint8Array.of(1))).rejects.toThrow(/name is "..\/training"/);
  await expect(kept.write("training", "text" as never)).rejects.toThrow(/bytes is not a Uint8Array/);
});

test("grey images come with their labels; what is no image of bytes is said to be none", async () => {
  const folder = temporaryFolder();
  const write = (name: string, shape: number[], values: Uint8Array | Float32Array) =>
    writeFileSync(join(folder, name), writeIdx({ shape, values }));
  write("train-images-idx3-ubyte", [2, 1, 3], Uint8Array.of(0, 128, 255, 1, 2, 3));
  write("train-labels-idx1-ubyte", [2], Uint8Array.of(7, 4));
  write("t10k-images-idx3-ubyte", [1, 1, 2], Float32Array.of(0, 300));
  const { values, count, shape, labels } = await readGreyImages(folder, { split: "train" });
  expect([count, shape, [...values], [...labels!]]).toEqual([2, [1, 3], [0, 128, 255, 1, 2, 3], [7, 4]]);
  await expect(readGreyImages(folder, { split: "test" })).rejects.toThrow(
    /holds Float32 numbers from 0 to 300; expected 0 to 255, 0 to 1 or -1 to 1: give/,
  );
  write("train-labels-idx1-ubyte", [3], Uint8Array.of(7, 4, 1));
  await expect(readGreyImages(folder)).rejects.toThrow(
    /train-labels-idx1-ubyte has 3 entries but there are 2 images in .*train-images-idx3-ubyte; use/,
  );
});
