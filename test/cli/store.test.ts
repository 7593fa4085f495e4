import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hopfieldKind } from "../../src/memories/index.js";
import { loadMemory } from "../../src/node/index.js";
import { engram, engramProcess } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet, putPng, randomPictures } from "../support/pictures.js";

const size = [6, 5] as const;

/** A user's rule that has no capacity: Hebb's under another name. */
const roomy = `import { hebb, learningRule } from ${JSON.stringify(new URL("../../dist/learning/index.js", import.meta.url).href)};
  export default learningRule({ name: "roomy", summary: "s", reference: "r", options: {}, module: import.meta.url,
    create: () => ({ learn: (...given) => hebb().learn(...given) }) });`;

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

  test("selects images as train does, by their number, their classes and their labels", async () => {
    const cwd = temporaryFolder();
    // Labels are 0, 1, 2, 0, ...
    putDataSet(join(cwd, "dots"), 12, size);
    const labels = async (...args: string[]) => {
      const store = ["store", "--data", "dots", "--rule", "hebb", "--out", "m", "--force", "--json", ...args];
      const stored = JSON.parse((await engram(store, { cwd })).stdout);
      const train = ["train", "rbm", "--data", "dots", "--hidden", "2", "--epochs", "1", "--out", "r", "--restart"];
      const learned = JSON.parse((await engram([...train, "--json", ...args], { cwd })).stdout);
      expect(learned.images).toBe(stored.labels.length);
      return stored.labels.join("");
    };
    expect(await labels("--limit", "4")).toBe("0120");
    expect(await labels("--per-class", "2")).toBe("001122");
    expect(await labels("--only", "2,0")).toBe("02020202");
    expect(await labels("--only", "2,1", "--per-class", "3", "--limit", "4")).toBe("1112");
    const glyph = await engram(["store", "--data", "glyphs", "--only", "heart,A", "--out", "g", "--json"], { cwd });
    expect(JSON.parse(glyph.stdout).labels).toEqual(["A", "heart"]);
  });

  test("refuses a whole data set that the rule cannot hold, unless it is asked for all the same", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "many"), 1200, [8, 8]);
    // Standard input is open, and nothing is read from it.
    const args = ["store", "--data", "many", "--out", "m.safetensors"];
    const { code, stdout, stderr } = await engramProcess([...args, "--rule", "hebb"], { cwd });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      "engram: many has 1200 patterns, too many for hebb, which holds about 8 of 64 units (Amit, Gutfreund and Sompolinsky 1985); add --per-class 2 or --limit 8, or --limit 1200 to try all of them\n",
    );
    expect(existsSync(join(cwd, "m.safetensors"))).toBe(false);
    expect((await engram([...args, "--rule", "hebb", "--per-class", "2"], { cwd })).code).toBe(0);
    expect((await engram([...args, "--rule", "hebb", "--limit", "1200", "--force"], { cwd })).code).toBe(0);
    // Nothing is known to be too many for a rule whose capacity is not known.
    writeFileSync(join(cwd, "roomy.mjs"), roomy);
    expect((await engramProcess([...args, "--rule", "./roomy.mjs", "--force"], { cwd })).code).toBe(0);
  });

  test("takes the limit of a rule by its own name", async () => {
    const cwd = temporaryFolder();
    const store = ["store", "--data", "glyphs", "--out", "m"];
    const ruled = await engram([...store, "--rule", "perceptron", "--rule-limit", "500", "--limit", "5"], { cwd });
    expect([ruled.code, ruled.stdout]).toEqual([0, expect.stringContaining("Stored 5 patterns")]);
    expect((await engram([...store, "--kind", "sequence", "--limit", "5", "--force"], { cwd })).code).toBe(0);
    expect((await engram([...store, "--kind", "sequence", "--rule-limit", "5", "--force"], { cwd })).stderr).toMatch(
      /^engram: --rule-limit cannot be used with --kind sequence; /,
    );
  });

  test("writes the same bytes each time", async () => {
    const cwd = temporaryFolder();
    await engram(["store", "--data", "glyphs", "--out", "a"], { cwd });
    await engram(["store", "--data", "glyphs", "--out", "b"], { cwd });
    expect(readFileSync(join(cwd, "a"))).toEqual(readFileSync(join(cwd, "b")));
  });
});
