import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Memo, neuralModelKinds } from "engram/neural";
import { encodeModel } from "engram/storage";
import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";

const TRAIN = ["train", "memo", "--task", "paired-inference", "--threads", "1", "--units", "32", "--sequences", "3..3"];

async function json(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await engram([...args, "--json"], { cwd });
  // A training reports its progress on standard error.
  expect([code, args[0] === "train" ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("engram train memo", () => {
  test("learns to infer over two facts, and is scored and inspected", { timeout: 120_000 }, async () => {
    const cwd = temporaryFolder();
    const options = ["--items", "3", "--dimension", "32", "--epochs", "6", "--rate", "0.003"];
    const trained = await json(cwd, ...TRAIN, ...options, "--out", "m.safetensors");
    expect(trained).toMatchObject({ task: "paired-inference", items: 3, sequences: [3, 3], epochs: 6 });
    expect(trained.history.length).toBe(6);
    for (const share of trained.test.accuracy) expect(share).toBeGreaterThan(0.75);
    const scored = await json(cwd, "score", "m.safetensors", "--seed", "3");
    expect(scored.episodes).toBe(2000);
    // A hundredth is the standard error of two accuracies at 0.8 and 1000 questions each, about.
    scored.accuracy.forEach((share: number, k: number) => {
      expect(Math.abs(share - trained.test.accuracy[k])).toBeLessThan(0.08);
    });
    const { stdout } = await engram(["inspect", "m.safetensors"], { cwd });
    expect(stdout).toMatch(/a MEMO on items of 32 entries, .* 4 heads with shared maps, pairs apart, and 3 hops/);
    expect(stdout).toMatch(/maps\.keys \(8 x 1\)/);
  });

  test("resumes to the same bits, with hops that are learned", async () => {
    const cwd = temporaryFolder();
    const options = ["--halting", "reinforce", "--cost", "0.1", "--episodes", "64", "--batch", "16"];
    const whole = [...TRAIN, ...options, "--keep-checkpoint", "--final-rate", "0.001"];
    await json(cwd, ...whole, "--epochs", "6", "--out", "whole.safetensors");
    await json(cwd, ...whole, "--epochs", "2", "--out", "part.safetensors");
    await json(cwd, ...whole, "--epochs", "6", "--out", "part.safetensors", "--resume");
    const arrays = async (file: string) => (await json(cwd, "inspect", file)).arrays;
    expect(await arrays("part.safetensors")).toEqual(await arrays("whole.safetensors"));
  });

  const refused: [string[], RegExp][] = [
    [["--items", "2"], /--items is 2; expected a whole number from 3/],
    [["--task", "copy"], /--task.*"copy"/],
    [["--sequences", "1..4"], /--sequences/],
    [["--heads", "0"], /--heads is 0/],
    [["--hops", "0"], /--hops is 0/],
    [["--cost", "0.1"], /--cost cannot be used with --halting fixed/],
    [["--halting", "reinforce", "--cost", "-1"], /--cost is -1/],
    [["--maps", "own"], /--maps is "own"/],
    [["--batch", "0"], /--batch is 0/],
    [["--rate", "-1"], /--rate is -1/],
  ];
  test.each(refused)("refuses %j in one line", async (args, message) => {
    const cwd = temporaryFolder();
    const { code, stderr } = await engram([...TRAIN, ...args, "--out", "m.safetensors"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n").length).toBe(1);
  });

  test("a score needs a file that says the task", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "m.safetensors"), encodeModel(new Memo(4), { kinds: neuralModelKinds }));
    const { stderr } = await engram(["score", "m.safetensors"], { cwd });
    expect(stderr).toMatch(/does not say on which task it was trained/);
  });
});
