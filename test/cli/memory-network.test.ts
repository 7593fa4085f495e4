import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "engram";
import { writeStories } from "engram/data";
import { drawStories } from "engram/neural";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";

/** A folder with a trained network, stories in files, and a story to ask about. */
const cwd = mkdtempSync(join(tmpdir(), "engram-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);
const TRAIN = ["train", "memory-network", "--threads", "1"];

async function json(...args: string[]) {
  const { code, stdout, stderr } = await engram([...args, "--json"], { cwd });
  // A training reports its progress on standard error.
  expect([code, args[0] === "train" ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

/** The record of the training of `qa.safetensors`. */
let trained: { history: unknown[]; test: { errorRate: number } };

beforeAll(async () => {
  const random = new Random(1);
  for (const [part, count] of [
    ["train", 60],
    ["test", 20],
  ] as const) {
    const stories = drawStories(2, { count, random: random.fork(count) });
    put(`qa2_two-supporting-facts_${part}.txt`, writeStories(stories));
  }
  put("story.txt", "Mary moved to the garden.\nJohn went to the office.\n\n3 Mary journeyed to the kitchen.\n");
  put("empty.txt", "\n  \n");
  put("asked.txt", "1 Mary moved to the garden.\n2 Where is Mary?\tgarden\t1\n");
  put("broken.txt", "Mary moved to the garden.\n");
  const options = ["--stories", "templates:1", "--epochs", "40", "--linear", "12", "--halve-every", "15"];
  trained = await json(...TRAIN, ...options, "--out", "qa.safetensors");
}, 120_000);

describe("engram ask", () => {
  test("answers a question about a story and shows the facts that it attends to, hop by hop", async () => {
    const { stdout, code } = await engram(["ask", "qa.safetensors", "--story", "story.txt", "where is mary"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^kitchen\n {2}kitchen \d+ %\n/);
    expect(stdout).toMatch(
      /hop 1\n {2,4}\d+ % {2}\d .*\n[\s\S]*hop 3\n {2,4}\d+ % {2}3 Mary journeyed to the kitchen\.\n/,
    );
    const found = await json("ask", "qa.safetensors", "--story", "story.txt", "Where is John?");
    expect(found.answer).toBe("office");
    expect(found.facts).toEqual([
      "Mary moved to the garden.",
      "John went to the office.",
      "Mary journeyed to the kitchen.",
    ]);
    expect(found.attention.map((weights: number[]) => weights.length)).toEqual([3, 3, 3]);
    expect(Object.keys(found.probabilities)[0]).toBe("office");
    expect(Object.values<number>(found.probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  });

  const refused: [string[], RegExp][] = [
    [["--story", "story.txt", "where is the milk"], /the question has the word "milk", never seen in training/],
    [["--story", "story.txt", ""], /the question is empty/],
    [["--story", "story.txt", "?"], /has no words/],
    [["--story", "empty.txt", "where is mary"], /empty\.txt has no facts/],
    [["--story", "asked.txt", "where is mary"], /asked\.txt: line 2 is a question/],
    [["--story", "none.txt", "where is mary"], /none\.txt/],
    [["where is mary"], /--story/],
  ];
  test.each(refused)("refuses %j in one line", async (args, message) => {
    const { code, stderr } = await engram(["ask", "qa.safetensors", ...args], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n").length).toBe(1);
  });
});

describe("engram train memory-network", () => {
  test("learns from templates and is tested on other stories", () => {
    expect(trained).toMatchObject({ stories: "templates:1", storyCount: 1000, epochs: 40, halveEvery: 15 });
    expect(trained.history.length).toBe(40);
    expect(trained.test.errorRate).toBeLessThan(0.1);
  });

  test("learns from a folder of bAbI with supporting facts, and is scored and inspected", async () => {
    const options = ["--stories", ".", "--hops", "2", "--supervision", "facts", "--margin", "0.2", "--epochs", "5"];
    const learned = await json(...TRAIN, ...options, "--out", "facts.safetensors");
    expect(learned).toMatchObject({ storyCount: 60, test: { supportRate: [expect.any(Number), expect.any(Number)] } });
    const scored = await json("score", "facts.safetensors", "--stories", ".:2");
    expect(scored).toMatchObject({ questions: 20, errors: learned.test.errorRate });
    const { stdout } = await engram(["inspect", "facts.safetensors"], { cwd });
    expect(stdout).toMatch(/a memory network of \d+ words, 2 hops .* supervision by facts/);
    expect(stdout).toMatch(/tables\.1\.places \(50 x 20\)/);
  });

  test("resumes to the same bits", async () => {
    const options = ["--stories", "templates:2", "--count", "40", "--test-count", "10", "--linear", "3"];
    const whole = [...TRAIN, ...options, "--keep-checkpoint"];
    await json(...whole, "--epochs", "6", "--out", "whole.safetensors");
    await json(...whole, "--epochs", "2", "--out", "part.safetensors");
    const resumed = await json(...whole, "--epochs", "6", "--out", "part.safetensors", "--resume");
    expect(resumed.earlier ?? undefined).toBeUndefined();
    const arrays = async (file: string) => (await json("inspect", file)).arrays;
    expect(await arrays("part.safetensors")).toEqual(await arrays("whole.safetensors"));
  });

  const refused: [string[], RegExp][] = [
    [["--stories", "templates"], /--stories is templates; name tasks, such as templates:1/],
    [["--stories", "templates:4"], /--stories names the task 4; templates has 1, 2 and 3/],
    [["--stories", "templates:1,1"], /the task 1 twice/],
    [["--stories", ".:7"], /does not have a training file of task 7; it has tasks 2/],
    [["--stories", "broken.txt"], /broken\.txt: line 1 is .*expected a number and a sentence/],
    [["--stories", "nowhere"], /nowhere/],
    [["--stories", ".", "--count", "5"], /--count is for templates; omit it/],
    [["--stories", "templates:1", "--hops", "0"], /--hops is 0/],
    [["--stories", "templates:1", "--batch", "0"], /--batch is 0/],
    [["--stories", "templates:1", "--empty", "2"], /--empty is 2/],
    [["--stories", "templates:1", "--margin", "1"], /--margin cannot be used with --supervision answers/],
    [["--stories", "templates:1", "--supervision", "facts"], /1 supporting facts for 3 hops/],
    [["--stories", "templates:1", "--encoding", "position", "--formula", "book"], /--formula is "book"/],
    [[], /--stories/],
  ];
  test.each(refused)("refuses %j in one line", async (args, message) => {
    const { code, stderr } = await engram([...TRAIN, ...args, "--out", "bad.safetensors"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n").length).toBe(1);
  });

  test("a score needs stories for a network and images for the others, and says so", async () => {
    const run = async (...args: string[]) => (await engram(["score", "qa.safetensors", ...args], { cwd })).stderr;
    expect(await run()).toMatch(/--stories is missing; give stories, such as templates:1/);
    expect(await run("--data", "glyphs")).toMatch(/--data cannot be used with a model of the kind memory-network/);
    expect(await run("--stories", "templates:2")).toMatch(/never seen in training/);
  });
});
