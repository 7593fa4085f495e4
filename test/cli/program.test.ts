import { describe, expect, test } from "vitest";
import { engram, engramProcess } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putPng, randomPictures } from "../support/pictures.js";

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

  test("sends no control characters of names to the terminal with an error", async () => {
    const cwd = temporaryFolder();
    const picture = randomPictures(1, [4, 4])[0];
    const [erase, red] = ["\x1b[2J", "\x1b[31m"];
    for (const name of ["a.png", `${red}b.png`]) await putPng(cwd, name, picture, [4, 4]);
    const missing = await engram(["inspect", `${erase}\u009bmodel`], { cwd });
    expect(missing.stderr).toBe("engram:  [2J model cannot be read: there is no such file or folder\n");
    // The label of a pattern is the name of its file.
    const twins = await engram(["store", "a.png", `${red}b.png`, "--rule", "projection", "--out", "m"], { cwd });
    expect(twins.stderr).toMatch(/^engram: pattern 1 \(" \[31mb"\) is a duplicate of pattern 0 \("a"\); .*\n$/);
  });

  test("--debug shows where an error comes from, in addition to its line", async () => {
    const { code, stderr } = await engramProcess(["inspect", "none", "--debug"], { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^engram: none cannot be read: there is no such file or folder\nStorageError: none .*\n +at /,
    );
  });
});
