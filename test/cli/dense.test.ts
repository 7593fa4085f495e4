import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DenseClassifier } from "../../src/models/index.js";
import { readGrey } from "../../src/node/images.js";
import { decodeModel } from "../../src/storage/index.js";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet } from "../support/pictures.js";

/** A folder with a data set whose test part is its training part. */
function workplace(): string {
  const cwd = temporaryFolder();
  for (const part of ["train-", "t10k-"]) putDataSet(join(cwd, "dots"), 30, [4, 4], part);
  return cwd;
}

const TRAIN = ["train", "dense-classifier", "--data", "dots", "--memories", "40", "--batch", "10"];

async function json(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await engram([...args, "--threads", "1", "--json"], { cwd });
  // A training reports its progress on standard error.
  expect([code, args[0] === "train" ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("engram train dense-classifier", () => {
  test("learns to tell the images, tests after every epoch, and is scored, inspected and shown", async () => {
    const cwd = workplace();
    const trained = await json(
      cwd,
      ...TRAIN,
      "--epochs",
      "150",
      "--rate",
      "0.05",
      "--decay",
      "0.99",
      "--out",
      "c.safetensors",
      "--png",
      "f.png",
    );
    expect(trained).toMatchObject({ images: 30, classes: ["0", "1", "2"], memories: 40, power: 3, form: "direct" });
    expect(trained.history.length).toBe(150);
    expect(trained.history[149]).toMatchObject({ trainingErrors: 0, testErrors: 0 });
    expect(await json(cwd, "score", "c.safetensors", "--data", "dots", "--split", "test")).toMatchObject({
      errors: { count: 0, trials: 30 },
    });
    const { stdout } = await engram(["inspect", "c.safetensors", "--png", "g.png"], { cwd });
    expect(stdout).toMatch(
      /a dense classifier of 40 memories of 16 pixels and 3 classes, power 3, temperature 2\.\d+ on/,
    );
    expect(readFileSync(join(cwd, "g.png"))).toEqual(readFileSync(join(cwd, "f.png")));
    expect((await readGrey(join(cwd, "f.png"))).shape).toEqual([31, 36]);
  });

  test("resumes to the same bits", async () => {
    const cwd = workplace();
    const whole = [
      ...TRAIN,
      "--epochs",
      "6",
      "--final-temperature",
      "0.5",
      "--ramp",
      "4",
      "--form",
      "dual",
      "--power",
      "2",
    ];
    await json(cwd, ...whole, "--out", "whole.safetensors");
    const part = whole.map((word, k) => (whole[k - 1] === "--epochs" ? "3" : word));
    await json(cwd, ...part, "--out", "part.safetensors", "--keep-checkpoint");
    await json(cwd, ...whole, "--out", "part.safetensors", "--resume");
    const [one, two] = ["whole", "part"].map((name) => {
      const { model, notes } = decodeModel<DenseClassifier>(readFileSync(join(cwd, `${name}.safetensors`)));
      return { memories: model.memories, temperature: model.temperature, form: model.form, notes };
    });
    expect(two).toEqual(one);
    expect(one.temperature).toBe(0.5);
  });

  test.each([
    [["--power", "1"], "--power is 1; expected a whole number of at least 2, or 1 with --form dual"],
    [["--power", "2.5"], "--power is 2.5; expected a whole number from 1 to 1000"],
    [["--memories", "0"], "--memories is 0; expected a whole number from 1 to 100000"],
    [["--temperature", "0"], "--temperature is 0; expected a number above 0"],
    [["--power", "60", "--temperature", "2"], "use a power of at most 29, or a temperature of at least 7"],
    [["--final-temperature", "0.0001", "--power", "20"], "temperature 0.0001 overflows"],
    [["--ramp", "3"], "--ramp is given without --final-temperature; omit it"],
    [["--batch", "31"], "--batch is 31 but there are 30 images to learn from; use a smaller batch"],
  ])("%j is one clear line", async (args, words) => {
    const cwd = workplace();
    const { code, stderr } = await engram([...TRAIN, ...args, "--out", "d.safetensors"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr.trim().split("\n").length).toBe(1);
    expect(existsSync(join(cwd, "d.safetensors"))).toBe(false);
  });

  test("a checkpoint of other options is refused", async () => {
    const cwd = workplace();
    await json(cwd, ...TRAIN, "--epochs", "2", "--out", "d.safetensors", "--keep-checkpoint");
    for (const [flags, words] of [
      [["--power", "4"], "holds a training with --power 3, now 4"],
      [["--memories", "41"], "holds a training with --memories 40, now 41"],
      [["--error-power", "5"], "holds a training with --error-power 2, now 5"],
      [["--form", "dual"], "holds a training with --form direct, now dual"],
    ] as const) {
      const again = [...TRAIN, ...flags, "--epochs", "4", "--out", "d.safetensors", "--resume"];
      const { code, stderr } = await engram(again, { cwd });
      expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    }
  });
});
