import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet } from "../support/pictures.js";

/** A folder with a data set of three classes whose test part is its training part. */
function workplace(): string {
  const cwd = temporaryFolder();
  for (const part of ["train-", "t10k-"]) putDataSet(join(cwd, "dots"), 30, [4, 4], part);
  return cwd;
}

const TRAIN = [
  "train",
  "bags",
  "--data",
  "dots",
  "--holds",
  "2",
  "--bags",
  "40",
  "--test-bags",
  "60",
  "--bag-size",
  "4",
];

async function json(cwd: string, ...args: string[]) {
  const threads = args[0] === "inspect" ? [] : ["--threads", "1"];
  const { code, stdout, stderr } = await engram([...args, ...threads, "--json"], { cwd });
  // A training reports its progress on standard error.
  expect([code, args[0] === "train" ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("engram train bags", () => {
  test("learns which bags hold a class, tests it, and is scored and inspected", async () => {
    const cwd = workplace();
    const args = ["--pooling", "association", "--heads", "2", "--units", "6", "--features", "20", "--rate", "0.01"];
    const trained = await json(cwd, ...TRAIN, ...args, "--epochs", "40", "--out", "b.safetensors");
    expect(trained).toMatchObject({ holds: "2", bags: 40, bagSize: 4, epochs: 40, optimiser: "adam" });
    expect(trained.history.length).toBe(40);
    expect(trained.history[39].trainingErrors).toBeLessThan(0.1);
    expect(trained.test.areaUnderCurve.value).toBeGreaterThan(0.8);
    const scored = await json(cwd, "score", "b.safetensors", "--data", "dots", "--split", "test");
    expect(scored.areaUnderCurve.value).toBeGreaterThan(0.8);
    expect(scored.bags).toBe(1000);
    const { stdout } = await engram(["inspect", "b.safetensors"], { cwd });
    expect(stdout).toMatch(
      /a classifier of bags of instances of 16 entries, with 20 features and the pooling association/,
    );
    expect(stdout).toMatch(/pooling\.association\.project\.states\.weights \(20 x 12\)/);
  });

  test("resumes to the same bits", async () => {
    const cwd = workplace();
    const options = ["--features", "8", "--keep-checkpoint"];
    const whole = [...TRAIN, ...options, "--final-rate", "0.0005"];
    await json(cwd, ...whole, "--epochs", "6", "--out", "whole.safetensors");
    await json(cwd, ...whole, "--epochs", "2", "--out", "part.safetensors");
    await json(cwd, ...whole, "--epochs", "6", "--out", "part.safetensors", "--resume");
    const arrays = async (file: string) => (await json(cwd, "inspect", file)).arrays;
    expect(await arrays("part.safetensors")).toEqual(await arrays("whole.safetensors"));
  });

  const refused: [string[], RegExp][] = [
    [["--holds", "7"], /--holds is 7; expected one of the classes 0, 1, 2/],
    [["--bags", "1"], /--bags is 1; expected a whole number from 2/],
    [["--bag-size", "0"], /--bag-size is 0; expected a number from 1/],
    [["--pooling", "sum"], /--pooling is "sum"|unknown/],
    [["--pooling", "mean", "--heads", "2"], /--heads cannot be used with --pooling mean/],
    [["--clip", "0"], /--clip is 0; expected a number above 0/],
    [["--batch", "0"], /--batch is 0/],
  ];
  test.each(refused)("refuses %j in one line", async (args, message) => {
    const cwd = workplace();
    const { code, stderr } = await engram([...TRAIN, ...args, "--out", "b.safetensors"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n").length).toBe(1);
  });
});
