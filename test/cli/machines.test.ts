import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";

/** A small task that a small machine learns in a second or two. */
const TRAIN = ["train", "ntm", "--task", "copy", "--bits", "2", "--length", "1..2", "--rows", "6", "--width", "4"];
const QUICK = [
  ...TRAIN,
  "--units",
  "16",
  "--sequences",
  "64",
  "--batch",
  "16",
  "--rate",
  "0.02",
  "--final-rate",
  "0.02",
];

async function json(cwd: string, ...args: string[]) {
  const threads = args[0] === "train" ? ["--threads", "1"] : [];
  const { code, stdout, stderr } = await engram([...args, ...threads, "--json"], { cwd });
  // A training reports its progress on standard error.
  expect([code, args[0] === "train" ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("engram train ntm", () => {
  test("learns a task, is asked it step by step, and is inspected", async () => {
    const cwd = temporaryFolder();
    const trained = await json(cwd, ...QUICK, "--epochs", "30", "--out", "c.safetensors");
    expect(trained).toMatchObject({ task: "copy", rows: 6, epochs: 30, optimiser: "adam", batch: 16 });
    expect(trained.history.length).toBe(30);
    expect(trained.history[29].loss).toBeLessThan(0.7 * trained.history[0].loss);
    expect(trained.test.bits).toBeGreaterThan(2);
    const run = await json(cwd, "run", "c.safetensors", "--length", "4", "--seed", "3", "--sequences", "5");
    expect(run).toMatchObject({ machine: "ntm", bits: 8, steps: 10, sequences: 5, seed: 3 });
    expect(run.task).toEqual({ name: "copy", options: { bits: 2, length: [4, 4] } });
    expect([run.input.length, run.answer[0].length, run.weightings.read[0].length]).toEqual([10, 2, 6]);
    expect(run.wrongBits).toBeGreaterThanOrEqual(0);
    const wrong = await json(cwd, "run", "c.safetensors", "--length", "4", "--seed", "3");
    const flat = (rows: number[][]) => rows.slice(6).flat();
    const answers = flat(wrong.answer).map((p) => (p > 0.5 ? 1 : 0));
    expect(answers.filter((bit, k) => bit !== flat(wrong.target)[k]).length).toBe(wrong.wrongBits);
    const { stdout } = await engram(["inspect", "c.safetensors"], { cwd });
    expect(stdout).toMatch(
      /neural Turing machine with 4 inputs, 2 outputs and \d+ parameters, made for the task "copy"/,
    );
    const { stdout: film } = await engram(["run", "c.safetensors"], { cwd });
    expect(film).toMatch(/input\n[\s\S]*target\n[\s\S]*answer\n[\s\S]*wrong of/);
  });

  test("resumes to the same bits", async () => {
    const cwd = temporaryFolder();
    const whole = [...QUICK, "--keep-checkpoint"];
    await json(cwd, ...whole, "--epochs", "4", "--out", "whole.safetensors");
    await json(cwd, ...whole, "--epochs", "2", "--out", "part.safetensors");
    await json(cwd, ...whole, "--epochs", "4", "--out", "part.safetensors", "--resume");
    const arrays = async (file: string) => (await json(cwd, "inspect", file)).arrays;
    expect(await arrays("part.safetensors")).toEqual(await arrays("whole.safetensors"));
  });

  test("says the loss of the best prediction where a task has one", async () => {
    const cwd = temporaryFolder();
    const task = ["--task", "n-gram", "--context", "2", "--length", "12"];
    await json(
      cwd,
      "train",
      "lstm",
      "--units",
      "4",
      "--epochs",
      "1",
      "--sequences",
      "16",
      ...task,
      "--out",
      "n.safetensors",
    );
    const run = await json(cwd, "run", "n.safetensors", "--sequences", "20");
    expect(run.optimum).toBeGreaterThan(4);
    expect(run.loss).toBeGreaterThan(run.optimum);
  });

  const refused: [string[], RegExp][] = [
    [["--length", "3..1"], /--length is \[3,1\]; expected two whole numbers from 1 to 10000 in ascending order/],
    [["--length", "x"], /--length is "x"; expected two whole numbers/],
    [
      ["--length", "1..9"],
      /the task asks to hold 9 vectors but the memory has 6 rows; take shorter sequences or more rows/,
    ],
    [["--rows", "0"], /--rows is 0/],
    [["--batch", "0"], /--batch is 0/],
    [["--task", "sort"], /--task is "sort"|unknown/],
    [["--repeats", "2"], /--repeats cannot be used with --task copy/],
    [["--clip", "0"], /--clip is 0; expected a number above 0/],
  ];
  test.each(refused)("refuses %j in one line", async (args, message) => {
    const cwd = temporaryFolder();
    const { code, stderr } = await engram([...QUICK, ...args, "--out", "c.safetensors"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n").length).toBe(1);
  });
});

describe("engram run", () => {
  test("refuses what it cannot ask, in one line", async () => {
    const cwd = temporaryFolder();
    await json(cwd, ...QUICK, "--epochs", "1", "--out", "c.safetensors");
    await json(cwd, "store", "--data", "glyphs", "--out", "g.safetensors");
    const refused: [string[], RegExp][] = [
      [["c.safetensors", "--length", "9"], /asks to hold 9 vectors but the memory has 6 rows/],
      [["c.safetensors", "--bits", "3"], /the task has 5 inputs and 3 outputs but the machine has 4 and 2/],
      [["c.safetensors", "--task", "n-gram"], /the task has 1 inputs and 1 outputs/],
      [["c.safetensors", "--sequences", "0"], /--sequences is "0"; expected a whole number of at least 1/],
      [["g.safetensors"], /g\.safetensors/],
      [["none.safetensors"], /none\.safetensors/],
    ];
    for (const [args, message] of refused) {
      const { code, stderr } = await engram(["run", ...args], { cwd: join(cwd) });
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split("\n").length).toBe(1);
    }
  });
});
