import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeIdx } from "../../src/data/index.js";
import { decodeNpz, loadMemory, loadModel } from "../../src/node/index.js";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet, putPng, randomPictures } from "../support/pictures.js";

const size = [6, 5] as const;
const [cat, dog] = randomPictures(2, size);
const quick = ["--hidden", "4", "--epochs", "1", "--threads", "1"];

/** Runs a command that must succeed; returns its JSON, and what it says on standard error. */
async function json(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await engram([...args, "--json"], { cwd });
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return { result: JSON.parse(stdout), stderr };
}

/** The line that refuses a command. */
async function refusal(cwd: string, ...args: string[]): Promise<string> {
  const { code, stderr } = await engram(args, { cwd });
  expect(code).toBe(2);
  return stderr;
}

async function putPets(cwd: string, ...parts: string[]): Promise<void> {
  for (const part of parts) {
    for (let k = 0; k < 3; k++) {
      await putPng(join(cwd, "pets", part), `cat/${k}.png`, cat, size);
      await putPng(join(cwd, "pets", part), `dog/${k}.png`, dog, size);
    }
  }
}

describe("a folder for each class", () => {
  test("is stored with its classes, by --data and as an argument", async () => {
    const cwd = temporaryFolder();
    await putPets(cwd, "");
    for (const source of [["--data", "pets"], ["pets"]]) {
      const { result } = await json(cwd, "store", ...source, "--per-class", "1", "--out", "m.safetensors", "--force");
      expect([result.patterns, result.labels]).toEqual([2, ["cat", "dog"]]);
      expect((await loadMemory(join(cwd, "m.safetensors"))).items).toMatchObject({ shape: [6, 5] });
    }
  });

  test("trains machines and a classifier, is scored, and gives features with its classes", async () => {
    const cwd = temporaryFolder();
    await putPets(cwd, "train", "test");
    const data = ["--data", "pets"];
    await json(cwd, "train", "rbm", ...data, ...quick, "--out", "r.safetensors");
    await json(
      cwd,
      "train",
      "dbn",
      ...data,
      "--layers",
      "4,4",
      "--epochs",
      "1",
      "--threads",
      "1",
      "--out",
      "d.safetensors",
    );
    const tuned = ["--epochs", "30", "--batch", "3", "--held-out", "0", "--threads", "1"];
    const { result } = await json(
      cwd,
      "train",
      "classifier",
      "--from",
      "d.safetensors",
      ...data,
      ...tuned,
      "--out",
      "c.safetensors",
    );
    expect(result.errors.trials).toBe(6);
    expect((await loadModel(join(cwd, "c.safetensors"))).notes).toMatchObject({ classes: ["cat", "dog"], images: 6 });
    const scored = await json(cwd, "score", "c.safetensors", ...data, "--split", "test", "--threads", "1");
    expect(scored.result).toMatchObject({ images: 6, errors: { trials: 6 } });
    const features = ["features", "r.safetensors", ...data, "--limit", "3"];
    await json(cwd, ...features, "--out", "f.csv");
    const lines = readFileSync(join(cwd, "f.csv"), "utf8").trim().split("\n");
    expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(["cat", "dog", "cat"]);
    const { result: table } = await json(cwd, ...features, "--out", "f.npz");
    expect(table.classes).toEqual(["cat", "dog"]);
    const { labels } = Object.fromEntries(await decodeNpz(readFileSync(join(cwd, "f.npz"))));
    expect([...labels.values]).toEqual([0, 1, 0]);
  });

  test("is what a classifier asks for if a folder has no classes", async () => {
    const cwd = temporaryFolder();
    await putPets(cwd, "");
    await json(cwd, "train", "dbn", "--data", "pets", "--layers", "4,4", "--epochs", "1", "--out", "d.safetensors");
    const line =
      "pets/cat is a folder of images without classes; put the images of each class into a folder of its own";
    for (const args of [
      ["train", "classifier", "--from", "d.safetensors"],
      ["train", "dbn", "--layers", "4,4", "--labels"],
    ]) {
      expect(await refusal(cwd, ...args, "--data", "pets/cat", "--out", "c.safetensors")).toContain(line);
    }
  });
});

describe("one broken picture", () => {
  test("is skipped with a line that names it, or an error with --strict", async () => {
    const cwd = temporaryFolder();
    await putPets(cwd, "");
    writeFileSync(join(cwd, "pets/dog/1.png"), readFileSync(join(cwd, "pets/dog/1.png")).subarray(0, 40));
    for (const args of [
      ["store", "--data", "pets", "--rule", "hebb", "--force"],
      ["store", "pets", "--rule", "hebb", "--force"],
      ["train", "rbm", "--data", "pets", ...quick, "--restart"],
    ]) {
      const { stderr } = await json(cwd, ...args, "--out", `${args[0]}.safetensors`);
      const named = stderr.split("\n").filter((line) => line.includes("dog/1.png is damaged"));
      expect(named).toHaveLength(1);
      const strict = await refusal(cwd, ...args, "--out", "s.safetensors", "--strict");
      expect(strict).toMatch(/^engram: pets\/dog\/1\.png is a damaged image: download or export it again\n$/);
    }
    const { result } = await json(cwd, "store", "--data", "pets", "--rule", "hebb", "--out", "n.safetensors");
    expect(result.patterns).toBe(5);
    expect(result.warnings[0]).toMatchObject({ code: "skipped-pictures", skipped: [{ flaw: "damaged" }] });
  });
});

describe("numbers that are not bytes", () => {
  function putFloats(cwd: string, scale: number) {
    mkdirSync(join(cwd, "d"), { recursive: true });
    const values = Float32Array.from([...cat, ...dog], (bit) => bit * scale);
    writeFileSync(join(cwd, "d/train-images-idx3-float"), writeIdx({ shape: [2, ...size], values }));
  }

  test("are trained on as they are stored, as grey values", async () => {
    const cwd = temporaryFolder();
    putFloats(cwd, 1);
    for (const args of [
      ["store", "--data", "d"],
      ["store", "--data", "d", "--threshold", "127"],
    ]) {
      await json(cwd, ...args, "--out", "m.safetensors", "--force");
      const { items } = await loadMemory(join(cwd, "m.safetensors"));
      expect(items).toMatchObject({ count: 2 });
      expect((items as unknown as { binary(r: number): Uint8Array }).binary(1)).toEqual(dog);
    }
    const { stderr } = await json(cwd, "train", "rbm", "--data", "d", ...quick, "--out", "r.safetensors");
    expect(stderr).toContain("holds Float32 numbers: 0 is read as black and 1 as white");
  });

  test("need a range if they are in none that is usual", async () => {
    const cwd = temporaryFolder();
    putFloats(cwd, 4095);
    const train = ["train", "rbm", "--data", "d", ...quick, "--out", "r.safetensors"];
    expect(await refusal(cwd, ...train)).toContain("holds Float32 numbers from 0 to 4095; expected 0 to 255");
    const { stderr } = await json(cwd, ...train, "--range", "0,4095");
    expect(stderr).not.toContain("warning");
  });
});

test("sets of one folder are told apart and chosen", async () => {
  const cwd = temporaryFolder();
  for (const set of ["balanced", "letters"]) {
    for (const part of ["train", "test"]) putDataSet(join(cwd, "e"), 9, size, `emnist-${set}-${part}-`);
  }
  const store = ["store", "--data", "e", "--per-class", "1", "--out", "m.safetensors"];
  expect(await refusal(cwd, ...store)).toMatch(
    /parts: emnist-balanced-test, emnist-balanced-train, emnist-letters-test, emnist-letters-train\n$/,
  );
  expect((await json(cwd, ...store, "--split", "emnist-letters-train")).result.patterns).toBe(3);
});
