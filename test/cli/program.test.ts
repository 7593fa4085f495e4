import { describe, expect, test } from "vitest";
import { engram, engramProcess } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";

describe("engram", () => {
  test("alone greets and shows how to begin", async () => {
    const { code, stdout, stderr } = await engramProcess([], { cwd: temporaryFolder() });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("engram store --data glyphs");
    expect(stdout.split("\n").length).toBeLessThan(15);
  });

  test.each([
    [],
    ["store"],
    ["recall"],
    ["inspect"],
    ["lab"],
    ["data"],
    ["train"],
    ["train", "rbm"],
    ["train", "boltzmann"],
    ["train", "dbn"],
    ["train", "dbm"],
    ["train", "classifier"],
    ["sample"],
    ["score"],
    ["features"],
  ])("--help closes with one example %s", async (...command) => {
    const { code, stdout, stderr } = await engram([...command, "--help"], { cwd: temporaryFolder() });
    expect([code, stderr]).toEqual([0, ""]);
    const [, example] = stdout.split("\nExample:\n");
    expect(example).toMatch(new RegExp(`^ {2}engram ${command.join(" ") || "store"} .+\n$`));
  });

  test("--version prints the version", async () => {
    expect((await engramProcess(["--version"], { cwd: temporaryFolder() })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("--debug shows where an error comes from, in addition to its line", async () => {
    const { code, stderr } = await engramProcess(["inspect", "none", "--debug"], { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^engram: none cannot be read: there is no such file or folder\nStorageError: none .*\n +at /,
    );
  });
});
