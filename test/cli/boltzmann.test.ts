import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BoltzmannMachine, DeepBoltzmannMachine } from "../../src/models/index.js";
import { loadModel } from "../../src/node/index.js";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet } from "../support/pictures.js";

async function json(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await engram([...args, "--threads", "1", "--json"], { cwd });
  // A training reports its progress on standard error.
  expect([code, args[0] === "train" ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

/** At rates that stay, a training that is resumed for more epochs is that of all of them. */
const steady = ["--rate", "0.02", "--final-rate", "0.02"];

describe("engram train boltzmann", () => {
  const train = ["train", "boltzmann", "--data", "dots", "--hidden", "3", ...steady, "--optimiser", "adam"];

  test("trains, resumes, samples, scores and inspects a Boltzmann machine", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "dots"), 12, [4, 4]);
    const run = (epochs: number, out: string, ...more: string[]) =>
      json(cwd, ...train, "--epochs", String(epochs), "--batch", "5", "--out", out, ...more);
    const whole = await run(6, "whole", "--likelihood");
    expect(whole).toMatchObject({ images: 12, epochs: 6, batch: 5, optimiser: "adam", beta1: 0.9, warnings: [] });
    expect(whole.history.at(-1).logLikelihood).toBeGreaterThan(whole.history[0].logLikelihood);
    await run(2, "m", "--likelihood", "--keep-checkpoint");
    await run(6, "m", "--likelihood", "--resume");
    const [a, b] = await Promise.all(["whole", "m"].map((name) => loadModel(join(cwd, name))));
    expect((b.model as BoltzmannMachine).parts()).toEqual((a.model as BoltzmannMachine).parts());
    const scored = await json(cwd, "score", "m", "--data", "dots");
    expect(scored.logLikelihood).toBeCloseTo(whole.history.at(-1).logLikelihood, 8);
    const start = ["sample", "m", "--from", "data", "--rows", "1", "--count", "3", "--clamp", "0,0,2,4"];
    const before = (await json(cwd, ...start)).states;
    const after = (await json(cwd, ...start, "--burn-in", "20")).states;
    expect(after.map((state: number[]) => state.slice(0, 8))).toEqual(
      before.map((state: number[]) => state.slice(0, 8)),
    );
    expect(after).not.toEqual(before);
    const { stdout } = await engram(["inspect", "m"], { cwd });
    expect(stdout).toMatch(
      /^m: a Boltzmann machine of 16 binary visible and 3 binary hidden units on pictures of 4x4 \(/,
    );
  });

  test("refuses flags of phases that were not chosen", async () => {
    const args = [...train, "--positive", "exact", "--samples", "3", "--out", "m"];
    const { code, stderr } = await engram(args, { cwd: temporaryFolder() });
    expect([code, stderr]).toEqual([2, "engram: --samples cannot be used with --positive exact; it has no options\n"]);
  });
});

describe("engram train dbm", () => {
  const train = ["train", "dbm", "--data", "glyphs", "--lower", "7", "--upper", "5", ...steady];
  const epochs = (pretraining: number, joint: number) => ["--pretraining", `${pretraining}`, "--epochs", `${joint}`];

  test("trains layer by layer and as a whole, resumes, samples and scores", async () => {
    const cwd = temporaryFolder();
    const whole = await json(cwd, ...train, "--pretraining-rate", "0.02", ...epochs(3, 4), "--out", "whole");
    expect(whole.history.map(({ layer, epoch }: Record<string, number>) => [layer, epoch])).toEqual([
      ...[1, 2, 3].map((epoch) => [1, epoch]),
      ...[1, 2, 3].map((epoch) => [2, epoch]),
      ...[1, 2, 3, 4].map((epoch) => [undefined, epoch]),
    ]);
    const part = [...train, "--pretraining-rate", "0.02", "--out", "m"];
    await json(cwd, ...part, ...epochs(3, 1), "--keep-checkpoint");
    await json(cwd, ...part, ...epochs(3, 4), "--resume");
    const [a, b] = await Promise.all(["whole", "m"].map((name) => loadModel(join(cwd, name))));
    expect((b.model as DeepBoltzmannMachine).weights).toEqual((a.model as DeepBoltzmannMachine).weights);
    const scored = await json(cwd, "score", "m", "--data", "glyphs");
    expect(scored).toMatchObject({ method: "exact sum", trusted: true });
    expect(scored.lowerBound).toBeLessThan(0);
    const sampled = await json(cwd, "sample", "m", "--count", "3", "--rows", "2", "--burn-in", "5", "--png", "s.png");
    expect(sampled.states.map((state: number[]) => state.length)).toEqual([256, 256, 256]);
    expect(readFileSync(join(cwd, "s.png")).length).toBeGreaterThan(100);
  });
});
