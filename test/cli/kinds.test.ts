import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { glyphs } from "../../src/data/index.js";
import { allRules } from "../../src/learning/index.js";
import { memoryKinds } from "../../src/memories/index.js";
import { engram, engramProcess } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { needMnist } from "../support/need.js";
import { putPng, randomPictures } from "../support/pictures.js";

const userLand = fileURLToPath(new URL("../memories/user-land/", import.meta.url));

/** Four random pictures of 16 x 16 in each of two folders, of the same names: nearly orthogonal, so that pairs are fixed points. */
async function folderOfPairs(): Promise<string> {
  const cwd = temporaryFolder();
  const pictures = randomPictures(8, [16, 16]);
  for (let k = 0; k < 4; k++) {
    await putPng(cwd, `left-folder/${"abcd"[k]}.png`, pictures[k], [16, 16]);
    await putPng(cwd, `right-folder/${"abcd"[k]}.png`, pictures[4 + k], [16, 16]);
  }
  return cwd;
}

async function json(args: readonly string[], cwd: string) {
  const { code, stdout, stderr } = await engram([...args, "--json"], { cwd });
  expect([args, code, stderr]).toEqual([args, 0, ""]);
  return JSON.parse(stdout);
}

describe("pairs and sequences", () => {
  test("a BAM stores pairs of images, paired by sorted name, and recalls them from either side", async () => {
    const cwd = await folderOfPairs();
    const store = ["store", "--kind", "bam", "--pairs", "left-folder", "right-folder", "--size", "16x16"];
    expect(await json([...store, "--out", "pairs.safetensors"], cwd)).toMatchObject({
      kind: "bam",
      units: { left: 256, right: 256 },
      stored: 4,
      rule: "pseudoinverse",
      labels: ["a", "b", "c", "d"],
    });
    const found = await json(["recall", "pairs.safetensors", "--cue", "left-folder/a.png"], cwd);
    expect(found).toMatchObject({
      kind: "bam",
      nearest: { index: 0, label: "a", overlap: 1 },
      converged: true,
      sweeps: 1,
    });
    expect(found.energy).toBeLessThan(0);
    const back = await json(
      ["recall", "pairs.safetensors", "--side", "right", "--pattern", "d", "--flip", "0.05"],
      cwd,
    );
    expect(back).toMatchObject({ side: "right", nearest: { label: "d", overlap: 1 }, exact: 1 });
  });

  test.each([
    ["a folder with left/ and right/", ["both"]],
    ["a CSV of two columns of files", ["pairs.csv"]],
  ])("pairs come from %s as well", async (_, paths) => {
    const cwd = await folderOfPairs();
    cpSync(join(cwd, "left-folder"), join(cwd, "both/left"), { recursive: true });
    cpSync(join(cwd, "right-folder"), join(cwd, "both/right"), { recursive: true });
    const lines = [..."abcd"].map((name) => `left-folder/${name}.png,right-folder/${name}.png`);
    writeFileSync(join(cwd, "pairs.csv"), `left,right\n${lines.join("\n")}\n`);
    const store = ["store", "--kind", "bam", "--force", "--out", "m.safetensors", "--pairs"];
    await json([...store, "left-folder", "right-folder"], cwd);
    const expected = readFileSync(join(cwd, "m.safetensors"));
    await json([...store, ...paths], cwd);
    expect(readFileSync(join(cwd, "m.safetensors"))).toEqual(expected);
  });

  test("a sequence is stored in the order given and replayed from its first pattern", async () => {
    const cwd = temporaryFolder();
    for (const [k, name] of ["c", "a", "b"].entries()) {
      await putPng(cwd, `${name}.png`, glyphs("heart key X").binary(k), [16, 16]);
    }
    const store = ["store", "--kind", "sequence", "c.png", "a.png", "b.png", "--size", "16x16"];
    const stored = await json([...store, "--strength", "4", "--delay", "8", "--out", "tune.safetensors"], cwd);
    expect(stored).toMatchObject({ kind: "sequence", stored: 3, labels: ["c", "a", "b"], strength: 4, delay: 8 });
    const replay = await json(["recall", "tune.safetensors", "--pattern", "c"], cwd);
    expect(replay.visits[0]).toMatchObject({ index: 0, label: "c", from: 0 });
    const { stdout } = await engram(["recall", "tune.safetensors", "--pattern", "c"], { cwd });
    expect(stdout).toMatch(/it visited "c" \(\d+ sweeps?\)/);
  });
});

/** Every kind, and of the first one every rule. */
const stores: readonly (readonly [name: string, ...args: string[]])[] = [
  ...allRules.map(({ name }) => [`hopfield by ${name}`, "--kind", "hopfield", "--rule", name] as const),
  ["hopfield by dense, exponential", "--kind", "hopfield", "--rule", "dense", "--separation", "exponential"] as const,
  ...memoryKinds.slice(1).map(({ name }) => [name, "--kind", name] as const),
];

describe.each(stores)("%s", (_, ...args) => {
  const damage = ["modern", "large"].includes(args[1]) ? ["--noise", "0.3"] : ["--flip", "0.1"];

  test("stores glyphs, is inspected, and recalls the same with one thread and with two", async () => {
    const cwd = temporaryFolder();
    const stored = await json(["store", "--data", "glyphs", ...args, "--out", "m.safetensors"], cwd);
    expect(stored).toMatchObject({ kind: args[1], stored: 44 });
    expect(await json(["inspect", "m.safetensors"], cwd)).toMatchObject({ kind: args[1], stored: 44 });
    const recall = ["recall", "m.safetensors", ...damage, "--trials", "12", "--seed", "3"];
    const one = await json(recall, cwd);
    expect(one).toMatchObject({ kind: args[1], trials: 12, digest: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(await json([...recall, "--threads", "2"], cwd)).toEqual(one);
  });

  test("stores MNIST, and recalls the same with one thread and with two", async (context) => {
    needMnist(context);
    const cwd = temporaryFolder();
    const data = ["--data", "mnist", "--split", "test", "--per-class", "1"];
    expect(await json(["store", ...data, ...args, "--out", "m.safetensors"], cwd)).toMatchObject({ stored: 10 });
    const recall = ["recall", "m.safetensors", ...damage, "--trials", "4"];
    expect(await json([...recall, "--threads", "2"], cwd)).toEqual(await json(recall, cwd));
  });
});

describe("a user's own modules", () => {
  test("a kind is stored, recalled over threads and inspected by its module, and refused without it", async () => {
    const cwd = temporaryFolder();
    const kind = join(userLand, "nearest-list.mjs");
    const stored = await engramProcess(
      ["store", "--data", "glyphs", "--kind", kind, "--out", "mine.safetensors", "--json"],
      { cwd },
    );
    expect([stored.code, stored.stderr]).toEqual([0, ""]);
    expect(JSON.parse(stored.stdout)).toMatchObject({ stored: 44 });
    const recall = ["recall", "mine.safetensors", "--kind", kind, "--flip", "0.1", "--trials", "10", "--json"];
    const one = await engramProcess(recall, { cwd });
    expect([one.code, one.stderr]).toEqual([0, ""]);
    expect(JSON.parse(one.stdout)).toMatchObject({ trials: 10, exact: 10 });
    expect((await engramProcess([...recall, "--threads", "2"], { cwd })).stdout).toBe(one.stdout);
    expect((await engramProcess(["inspect", "mine.safetensors", "--kind", kind], { cwd })).code).toBe(0);
    const without = await engramProcess(["recall", "mine.safetensors", "--flip", "0.1"], { cwd });
    expect(without.code).toBe(2);
    expect(without.stderr).toMatch(/^engram: mine\.safetensors holds ".+"; expected .*--kind \.\/its-module\.mjs.*\n$/);
  });

  test("a rule is stored, recalled over threads and inspected by its module, and refused without it", async () => {
    const cwd = temporaryFolder();
    const rule = join(userLand, "dense.mjs");
    const store = [
      "store",
      "--data",
      "glyphs",
      "--rule",
      rule,
      "--degree",
      "3",
      "--out",
      "steep.safetensors",
      "--json",
    ];
    const stored = await engramProcess(store, { cwd });
    expect([stored.code, stored.stderr]).toEqual([0, ""]);
    expect(JSON.parse(stored.stdout)).toMatchObject({ kind: "hopfield", rule: "steep", stored: 44 });
    const recall = ["recall", "steep.safetensors", "--rule", rule, "--flip", "0.1", "--trials", "6", "--json"];
    const one = await engramProcess(recall, { cwd });
    expect([one.code, one.stderr]).toEqual([0, ""]);
    expect((await engramProcess([...recall, "--threads", "2"], { cwd })).stdout).toBe(one.stdout);
    const without = await engramProcess(["inspect", "steep.safetensors"], { cwd });
    expect([without.code, without.stderr.split("\n").length]).toEqual([2, 2]);
    expect(without.stderr).toContain('rule is "steep"');
  });
});

describe("bad input", () => {
  const cases: readonly (readonly [args: string, message: RegExp])[] = [
    ["store --data glyphs --kind bma --out m", /kind is "bma"; did you mean bam\?/],
    ["store --data glyphs --kind ./none.mjs --out m", /\.\/none\.mjs does not exist/],
    ["store --data glyphs --kind ./text.mjs --out m", /the default export of \.\/text\.mjs is not a memory kind/],
    ["store --data glyphs --rule ./text.mjs --out m", /the default export of \.\/text\.mjs is not a learning rule/],
    [
      "store --data glyphs --kind ./typed.ts --out m",
      /(TypeScript, which Node supports from version 22\.18 on|default export)/,
    ],
    [
      "store --data glyphs --rule hebb --kappa 1 --out m",
      /--kappa cannot be used with --rule hebb; its options are --self-coupling/,
    ],
    ["store --data glyphs --kind sequence --rule hebb --out m", /--rule cannot be used with --kind sequence/],
    ["store --data glyphs --kind sequence --strenth 2 --out m", /unknown option '--strenth'.*did you mean --strength/i],
    ["store left-folder --kind bam --out m", /the kind bam stores pairs; give them by --pairs/],
    ["store --pairs left-folder right-folder --out m", /hopfield stores patterns: give images/],
    ["store --kind bam --pairs left-folder none --out m", /none cannot be read|there is no such/],
    ["store --kind bam --pairs left-folder one --out m", /hold 4 images on the left and 1 on the right/],
    ["recall pairs --side middle --flip 0.1", /--side is "middle"/],
    ["recall hetero --side right --flip 0.1", /cue has no left side; an associator recalls from left to right/],
    ["recall pairs --flip 0.1 --sweeps 5", /--sweeps needs --dynamics/],
    ["recall foreign --flip 0.1", /foreign holds "quantum"; expected hopfield, bam/],
    ["inspect foreign", /foreign holds "quantum"; expected hopfield, bam/],
  ];

  test.each(cases)("engram %s is refused in one line, and nothing changes", async (args, message) => {
    const cwd = await folderOfPairs();
    await putPng(cwd, "one/a.png", glyphs("A").binary(0), [16, 16]);
    writeFileSync(join(cwd, "text.mjs"), "export default 7;");
    writeFileSync(join(cwd, "typed.ts"), "const n: number = 7; export default n;");
    await engram(["store", "--kind", "bam", "--pairs", "left-folder", "right-folder", "--out", "pairs"], { cwd });
    await engram(["store", "--kind", "associator", "--pairs", "left-folder", "right-folder", "--out", "hetero"], {
      cwd,
    });
    const bytes = readFileSync(join(cwd, "pairs"));
    // The name of the kind, in the header, for one of the same length that there is not.
    await engram(["store", "--kind", "hopfield", "left-folder", "--out", "foreign"], { cwd });
    const forged = readFileSync(join(cwd, "foreign")).toString("latin1").replace('"hopfield"', '"quantum" ');
    writeFileSync(join(cwd, "foreign"), Buffer.from(forged, "latin1"));
    const before = readdirSync(cwd).sort();
    const { code, stdout, stderr } = await engram(args.split(" "), { cwd });
    expect([code, stdout, stderr.split("\n").length]).toEqual([2, "", 2]);
    expect(stderr).toMatch(message);
    expect(readdirSync(cwd).sort()).toEqual(before);
    expect(existsSync(join(cwd, "m"))).toBe(false);
    expect(readFileSync(join(cwd, "pairs"))).toEqual(bytes);
  });
});
