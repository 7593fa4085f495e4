import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { needMnist } from "../support/need.js";

/** Stores the first test images of each digit and counts the exact recalls of 100 damaged cues. */
async function exactOf100(perClass: number, rule: readonly string[], flip: number): Promise<number> {
  const cwd = temporaryFolder();
  const source = ["--data", "mnist", "--split", "test", "--per-class", String(perClass)];
  const stored = await engram(["store", ...source, "--rule", ...rule, "--out", "digits.safetensors"], { cwd });
  expect(stored.code).toBe(0);
  const damage = ["--flip", String(flip), "--trials", "100", "--seed", "7"];
  const { code, stdout } = await engram(["recall", "digits.safetensors", ...damage, "--json"], { cwd });
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.trials).toBe(100);
  return result.exact;
}

describe("real digits, through the command line", () => {
  test("projection brings ten digits back from a quarter of their units flipped, always", async (context) => {
    needMnist(context);
    expect(await exactOf100(1, ["projection"], 0.25)).toBe(100);
  });

  test("Hebb's rule never does", async (context) => {
    needMnist(context);
    expect(await exactOf100(1, ["hebb"], 0.25)).toBe(0);
  });

  test("projection without self-coupling holds a hundred digits", async (context) => {
    needMnist(context);
    const rule = ["projection", "--no-self-coupling"];
    expect(await exactOf100(10, rule, 0.25)).toBeGreaterThanOrEqual(75);
    expect(await exactOf100(10, rule, 0.1)).toBe(100);
  });
});
