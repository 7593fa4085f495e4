import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as frontDoor from "../src/index.js";
import { engram } from "./support/engram.js";
import { temporaryFolder } from "./support/folder.js";
import { needMnist } from "./support/need.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");

describe("the README", () => {
  test("has a library example that runs and prints what it says", () => {
    const [, example] = /```js\n(.*?)```/s.exec(readme) ?? [];
    const [, promised] = /console\.log\(nearest\); \/\/ (\{.*?\})/.exec(example) ?? [];
    const project = mkdtempSync(join(tmpdir(), "engram-readme-"));
    try {
      mkdirSync(join(project, "node_modules"));
      symlinkSync(root, join(project, "node_modules/engram"));
      writeFileSync(join(project, "example.mjs"), example);
      const printed = execFileSync(process.execPath, ["example.mjs"], { cwd: project, encoding: "utf8" });
      expect(printed.replaceAll("'", '"')).toContain(promised);
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  });

  test("fits on two screens", () => {
    expect(readme.split("\n").length).toBeLessThanOrEqual(80);
  });

  test("points to files that are there", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });

  /** Number of cues that are recalled exactly, of glyphs or digits with a quarter of the units flipped. */
  async function exact(stored: readonly string[], trials: number, seed: number): Promise<number> {
    const cwd = temporaryFolder();
    await engram(["store", ...stored, "--out", "memory.safetensors"], { cwd });
    const args = ["recall", "memory.safetensors", "--flip", "0.25", "--trials", String(trials), "--seed", String(seed)];
    const { stdout } = await engram([...args, "--json"], { cwd });
    return JSON.parse(stdout).exact;
  }

  test("has the numbers of the projection rule with and without self-couplings", async () => {
    const [, without, all, withThem] =
      /(\d+) of (\d+)\s+cues\s+are\s+recalled\s+exactly\s+without\s+self-couplings\s+and\s+(\d+)/.exec(
        readme,
      ) as RegExpExecArray;
    expect(await exact(["--data", "glyphs"], Number(all), 1)).toBe(Number(without));
    expect(await exact(["--data", "glyphs", "--self-coupling"], Number(all), 1)).toBe(Number(withThem));
  });

  test("is right about ten digits by Hebb's rule and by projection", async (context) => {
    needMnist(context);
    const digits = ["--data", "mnist", "--split", "test", "--per-class", "1"];
    expect(await exact(digits, 100, 7)).toBe(100);
    expect(await exact([...digits, "--rule", "hebb"], 100, 7)).toBe(0);
  });
});

test("the root exports at most 120 names", () => {
  expect(Object.keys(frontDoor).length).toBeLessThanOrEqual(120);
});
