import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random, randomPatterns } from "engram";
import type { EnergyMemory } from "engram/neural";
import { loadMemory } from "engram/node";
import { writeNpy } from "engram/storage";
import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet } from "../support/pictures.js";

const TRAIN = ["train", "energy-memory", "--patterns", "3", "--episodes", "16", "--batch", "4", "--features", "12"];
const UNITS = ["--units", "10"];

async function json(cwd: string, ...args: string[]) {
  const threads = args[0] === "train" ? ["--threads", "1"] : [];
  const { code, stdout, stderr } = await engram([...args, ...threads, "--json"], { cwd });
  // A training reports its progress on standard error.
  expect([code, args[0] === "train" ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("engram train energy-memory", () => {
  test("trains on random patterns, and its file stores, recalls and is inspected", async () => {
    const cwd = temporaryFolder();
    const trained = await json(cwd, ...TRAIN, ...UNITS, "--epochs", "3", "--out", "e.safetensors");
    expect(trained).toMatchObject({
      data: "random patterns",
      damage: "flips",
      patterns: 3,
      epochs: 3,
      optimiser: "adam",
    });
    expect(trained.history.length).toBe(3);
    expect(trained.test.wrong).toBeLessThan(10);
    expect(await json(cwd, "inspect", "e.safetensors")).toMatchObject({ kind: "energy-memory", stored: 0, units: 10 });
    const patterns = randomPatterns(3, 10, new Random(1));
    const values = Float32Array.from({ length: 30 }, (_, k) => patterns.spins(Math.floor(k / 10))[k % 10]);
    writeFileSync(join(cwd, "p.npy"), writeNpy({ values, shape: [3, 10] } as never));
    await json(cwd, "store", "--model", "e.safetensors", "p.npy", "--out", "mine.safetensors");
    const recalled = await json(
      cwd,
      "recall",
      "mine.safetensors",
      "--cue",
      "p.npy",
      "--steps",
      "7",
      "--tolerance",
      "0",
    );
    expect(recalled.recalls.map(({ nearest }: { nearest: { index: number } }) => nearest.index)).toEqual([0, 1, 2]);
    const [{ energies, steps, cueEnergy, energy }] = recalled.recalls;
    expect([energies.length, energies[0], energies[7]]).toEqual([steps + 1, cueEnergy, energy]);
    const inspected = await json(cwd, "inspect", "mine.safetensors");
    expect(inspected).toMatchObject({ stored: 3, recalled: 3, notes: { epochs: 3, data: "random patterns" } });
  });

  test("trains on pictures with a removed block, and tests it on others", async () => {
    const cwd = temporaryFolder();
    for (const part of ["train-", "t10k-"]) putDataSet(join(cwd, "dots"), 30, [4, 4], part);
    const args = [...TRAIN, "--data", "dots", "--damage", "block", "--side", "2", "--epochs", "2"];
    const trained = await json(cwd, ...args, "--out", "e.safetensors");
    expect(trained).toMatchObject({ data: "dots", damage: "block", side: 2, images: 30 });
    expect(trained.test.cueDistortion).toBeGreaterThan(0);
  });

  test("resumes to the same bits", async () => {
    const cwd = temporaryFolder();
    const whole = [...TRAIN, ...UNITS, "--keep-checkpoint", "--final-rate", "0.003"];
    await json(cwd, ...whole, "--epochs", "4", "--out", "whole.safetensors");
    await json(cwd, ...whole, "--epochs", "2", "--out", "part.safetensors");
    await json(cwd, ...whole, "--epochs", "4", "--out", "part.safetensors", "--resume");
    const [part, other] = await Promise.all(
      ["part", "whole"].map((name) => loadMemory(join(cwd, `${name}.safetensors`)) as Promise<unknown>),
    );
    expect((part as EnergyMemory).parameters).toEqual((other as EnergyMemory).parameters);
  });

  const refused: [string[], RegExp][] = [
    [["--patterns", "0"], /--patterns is 0; expected a whole number from 1/],
    [["--batch", "0"], /--batch is 0/],
    [["--probability", "2"], /--probability is 2/],
    [["--write-rate", "0"], /--write-rate is 0; expected a number above 0/],
    [["--read-steps", "0"], /--read-steps is 0/],
    [["--damage", "block"], /the patterns have no shape/],
    [["--energy", "quadratc"], /quadratic/],
    [["--data", "glyphs"], /--units is for random patterns/],
  ];
  test.each(refused)("refuses %j in one line", async (args, message) => {
    const cwd = temporaryFolder();
    const { code, stderr } = await engram([...TRAIN, ...UNITS, ...args, "--out", "e.safetensors"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n").length).toBe(1);
  });
});
