import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hopfieldKind } from "../../src/memories/index.js";
import { loadMemory } from "../../src/node/index.js";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet, putPng, randomPictures } from "../support/pictures.js";

const size = [6, 5] as const;

describe("engram store", () => {
  test("stores a data set of a data folder, by name and split", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "data/dots"), 9, size, "t10k-");
    const args = ["store", "--data", "dots", "--split", "test", "--per-class", "1", "--rule", "projection"];
    const env = { ENGRAM_DATA: join(cwd, "data") };
    const { code, stdout, stderr } = await engram([...args, "--out", "dots.safetensors"], { cwd, env });
    expect([code, stderr]).toEqual([0, ""]);
    const [what, how] = stdout.split("\n");
    expect(what).toBe(
      "Stored 3 patterns of 30 units (6x5) in dots.safetensors: hopfield, projection without self-coupling",
    );
    expect(how).toMatch(/^load 0\.1, 3 of 3 items stable, smallest stability 0\.\d+$/);
    const memory = await loadMemory(join(cwd, "dots.safetensors"), { kind: hopfieldKind });
    expect([memory.rule.name, memory.rule.selfCoupling, memory.items?.labels]).toEqual([
      "projection",
      false,
      ["0", "1", "2"],
    ]);
    expect(memory.items?.binary(1)).toEqual(randomPictures(2, size)[1]);
  });

  test("stores a folder of IDX files, by its path", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "some-folder"), 9, size);
    const args = ["store", "--data", "some-folder", "--per-class", "2", "--rule", "hebb", "--out", "other.safetensors"];
    expect((await engram(args, { cwd })).code).toBe(0);
    const { items: patterns, rule } = await loadMemory(join(cwd, "other.safetensors"), { kind: hopfieldKind });
    expect([rule.name, rule.selfCoupling]).toEqual(["hebb", false]);
    expect(patterns?.labels).toEqual(["0", "0", "1", "1", "2", "2"]);
  });

  test("stores images and folders of images, and replaces an older memory by --force", async () => {
    const cwd = temporaryFolder();
    const pictures = randomPictures(4, [32, 32]);
    await putPng(cwd, "a.png", pictures[0], [32, 32]);
    await putPng(cwd, "b.jpg", pictures[1], [32, 32]);
    await putPng(cwd, "glyphs/d.png", pictures[3], [32, 32]);
    await putPng(cwd, "glyphs/c.png", pictures[2], [32, 32]);
    await engram(["store", "--data", "glyphs", "--out", "mine.safetensors"], { cwd });
    const images = ["a.png", "b.jpg", "glyphs/", "--size", "32x32"];
    const args = ["store", ...images, "--rule", "projection", "--no-self-coupling", "--out", "mine.safetensors"];
    expect((await engram(args, { cwd })).code).toBe(2);
    expect((await engram([...args, "--force"], { cwd })).code).toBe(0);
    const { items: patterns, rule } = await loadMemory(join(cwd, "mine.safetensors"), { kind: hopfieldKind });
    expect([rule.name, rule.selfCoupling]).toEqual(["projection", false]);
    expect(patterns?.labels).toEqual(["a", "b", "c", "d"]);
    expect(patterns?.shape).toEqual([32, 32]);
    expect(patterns?.binary(2)).toEqual(pictures[2]);
    expect(readdirSync(cwd)).toEqual(["a.png", "b.jpg", "glyphs", "mine.safetensors"]);
  });

  test("takes self-coupling for a rule that has none by itself, and ink that is dark", async () => {
    const cwd = temporaryFolder();
    const [picture] = randomPictures(1, size);
    await putPng(cwd, "a.png", picture, size);
    const args = ["store", "a.png", "--invert", "--self-coupling", "--out", "m.safetensors"];
    expect((await engram(args, { cwd })).code).toBe(0);
    const { items: patterns, rule } = await loadMemory(join(cwd, "m.safetensors"), { kind: hopfieldKind });
    expect(rule.selfCoupling).toBe(true);
    expect(patterns?.binary(0)).toEqual(picture.map((value) => 1 - value));
  });

  test("tells programs in JSON, and people in one line, what the rule does not hold", async () => {
    const cwd = temporaryFolder();
    const args = ["store", "--data", "glyphs", "--rule", "hebb", "--out", "g.safetensors", "--force"];
    const { stderr } = await engram(args, { cwd });
    expect(stderr).toMatch(/^warning: .*projection.*\n$/);
    const json = await engram([...args, "--json"], { cwd });
    expect([json.code, json.stderr]).toEqual([0, ""]);
    const result = JSON.parse(json.stdout);
    expect(result).toMatchObject({ file: "g.safetensors", units: 256, stored: 44, shape: [16, 16], rule: "hebb" });
    expect(result.warnings).toMatchObject([{ code: "overload", remedy: "projection", unstable: 44 }]);
    expect(result.fixedPoints).toBeLessThan(44);
  });

  test("writes the same bytes each time", async () => {
    const cwd = temporaryFolder();
    await engram(["store", "--data", "glyphs", "--out", "a"], { cwd });
    await engram(["store", "--data", "glyphs", "--out", "b"], { cwd });
    expect(readFileSync(join(cwd, "a"))).toEqual(readFileSync(join(cwd, "b")));
  });
});
