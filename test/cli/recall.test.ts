import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { glyphs } from "../../src/data/index.js";
import { asynchronous } from "../../src/dynamics/index.js";
import { hebb, projection } from "../../src/learning/index.js";
import { Digest, Random } from "../../src/math/index.js";
import { Hopfield, hopfieldKind } from "../../src/memories/index.js";
import { loadMemory, readImages, saveMemory } from "../../src/node/index.js";
import { flip, occlude } from "../../src/patterns/index.js";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putPng } from "../support/pictures.js";

/** A folder with the memory of all glyphs in it, by projection and by Hebb's rule. */
async function folderOfGlyphs(): Promise<string> {
  const cwd = temporaryFolder();
  const rules = { glyphs: projection({ selfCoupling: false }), hebb: hebb() };
  for (const [name, rule] of Object.entries(rules)) {
    await saveMemory(join(cwd, `${name}.safetensors`), new Hopfield(256, { rule }).store(glyphs()));
  }
  return cwd;
}

async function recallJson(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await engram(["recall", "glyphs.safetensors", ...args, "--json"], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("engram recall", () => {
  test("holds a part of the cue, with the same result over threads", async () => {
    const cwd = await folderOfGlyphs();
    const args = ["--occlude", "bottom", "--trials", "44"];
    const [free, held] = [await recallJson(cwd, ...args), await recallJson(cwd, ...args, "--clamp", "top")];
    expect(held).toMatchObject({ occlude: { top: 8 }, clamp: { top: 0, left: 0, height: 8, width: 16 } });
    expect(held.exact).toBeGreaterThan(free.exact);
    expect(await recallJson(cwd, ...args, "--clamp", "top", "--threads", "2")).toEqual(held);
    expect(await recallJson(cwd, ...args, "--threads", "2")).toEqual(free);
    const memory = await loadMemory(join(cwd, "glyphs.safetensors"), { kind: hopfieldKind });
    const cue = occlude(glyphs().select([0]), { top: 8, left: 0, height: 8, width: 16 });
    const clamped = Uint8Array.from({ length: 256 }, (_, i) => (i < 128 ? 1 : 0));
    const random = new Random(1).fork(0).fork(1);
    const one = await recallJson(cwd, "--occlude", "bottom", "--clamp", "top", "--pattern", "0");
    expect(one.energy).toBe(memory.recall(cue, { clamped, random }).energy);
    const refused = await engram(["recall", "glyphs.safetensors", "--clamp", "0,0,99,99"], { cwd });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--clamp is")]);
  });

  test("counts what came back, trial by trial from one stored pattern after the other", async () => {
    const cwd = await folderOfGlyphs();
    const result = await recallJson(cwd, "--flip", "0.1", "--trials", "50", "--seed", "7");
    const loaded = await loadMemory(join(cwd, "glyphs.safetensors"), { kind: hopfieldKind });
    const digest = new Digest();
    let [exact, sweeps, overlap] = [0, 0, 0];
    for (let t = 0; t < 50; t++) {
      const stream = new Random(7).fork(t);
      const cue = flip(loaded.items!.select([t % 44]), 0.1, stream.fork(0));
      const recall = loaded.recall(cue, { dynamics: asynchronous(), random: stream.fork(1) });
      exact += recall.attractor.kind === "stored" && recall.nearest.index === t % 44 ? 1 : 0;
      sweeps += recall.sweeps / 50;
      overlap += loaded.overlaps(recall.state)[t % 44] / 50;
      digest.add(recall.bits.words);
    }
    expect(result).toMatchObject({
      trials: 50,
      seed: 7,
      flip: 0.1,
      exact,
      digest: digest.hex(),
      dynamics: "asynchronous",
    });
    expect(exact).toBeGreaterThan(0);
    expect(result.meanSweeps).toBeCloseTo(sweeps, 12);
    expect(result.meanOverlap).toBeCloseTo(overlap, 12);
  });

  test("gives the same result for the same seed, and another for another", async () => {
    const cwd = await folderOfGlyphs();
    const args = ["--flip-exactly", "70", "--trials", "20"];
    const [a, b, c] = await Promise.all(["1", "1", "2"].map((seed) => recallJson(cwd, ...args, "--seed", seed)));
    expect(a).toEqual(b);
    expect(a.digest).not.toBe(c.digest);
  });

  test("draws the cue, what came back and what is stored, and says how it went", async () => {
    const { code, stdout, stderr } = await engram(
      ["recall", "glyphs.safetensors", "--pattern", "heart", "--flip", "0.1"],
      { cwd: await folderOfGlyphs() },
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^cue +recalled +stored: "hear~?/m);
    expect(stdout).toContain('it settled on the stored pattern "heart", exactly');
    expect(stdout).toMatch(/overlap 0\.\d+ -> 1, energy -[\d.]+ -> -[\d.]+, \d+ sweeps, \d+ flips/);
    const [first] = stdout.split("\n\n");
    expect(first.split("\n").length).toBeLessThanOrEqual(9);
    expect(stdout).not.toContain("\x1b");
  });

  test("recalls from an image of any size and writes the recalled one", async () => {
    const cwd = await folderOfGlyphs();
    const heart = glyphs("heart");
    const damaged = flip(heart, 0.1, new Random(3)).binary(0);
    await putPng(cwd, "damaged.png", damaged, [16, 16]);
    const args = ["recall", "glyphs.safetensors", "--cue", "damaged.png", "--png", "recalled.png"];
    const { code, stdout } = await engram(args, { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("Wrote recalled.png");
    const recalled = await readImages([join(cwd, "recalled.png")]);
    expect(recalled.shape).toEqual([16, 16]);
    expect(recalled.spins(0)).toEqual(heart.spins(0));
    const result = await recallJson(cwd, "--cue", "recalled.png", "--png", "large.png", "--scale", "8", "--invert");
    expect(result).toMatchObject({ kind: "hopfield", converged: true, nearest: { index: expect.any(Number) } });
    const large = await readImages([join(cwd, "large.png")]);
    expect(large.shape).toEqual([128, 128]);
  });

  test("covers a part of the cue", async () => {
    const result = await recallJson(await folderOfGlyphs(), "--pattern", "heart", "--occlude", "0,0,8,16");
    expect(result.occlude).toEqual({ top: 0, left: 0, height: 8, width: 16 });
    const covered = glyphs("heart")
      .binary(0)
      .subarray(0, 128)
      .reduce((sum, bit) => sum + bit, 0);
    expect(result.meanCueOverlap).toBe(1 - (2 * covered) / 256);
  });

  test.each([
    ["top", { top: 0, left: 0, height: 8, width: 16 }],
    ["bottom", { top: 8, left: 0, height: 8, width: 16 }],
    ["left", { top: 0, left: 0, height: 16, width: 8 }],
    ["right", { top: 0, left: 8, height: 16, width: 8 }],
    ["middle", { top: 4, left: 4, height: 8, width: 8 }],
  ])("covers a part of the cue that a word names: %s", async (word, region) => {
    const cwd = await folderOfGlyphs();
    const [named, numbered] = [
      await recallJson(cwd, "--pattern", "heart", "--occlude", word),
      await recallJson(cwd, "--pattern", "heart", "--occlude", Object.values(region).join()),
    ];
    expect(named.occlude).toEqual(region);
    expect(named).toEqual(numbered);
  });

  test("recalls a stored pattern itself where nothing is damaged, and says so", async () => {
    const cwd = await folderOfGlyphs();
    const { code, stdout, stderr } = await engram(["recall", "glyphs.safetensors", "--pattern", "key"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain('From a cue at overlap 1 with "key" it settled on the stored pattern "key", exactly.');
    expect(stdout).toContain("\nNothing was damaged: ");
    expect(await recallJson(cwd, "--trials", "44")).toMatchObject({ damaged: false, exact: 44, meanCueOverlap: 1 });
    expect((await recallJson(cwd, "--flip", "0.1")).damaged).toBe(true);
    const flipped = await engram(["recall", "glyphs.safetensors", "--flip", "0.1"], { cwd });
    expect(flipped.stdout).not.toContain("Nothing was damaged");
  });

  test("tells people how many cues were recalled, and programs alone the digest", async () => {
    const cwd = await folderOfGlyphs();
    const args = ["--flip", "0.1", "--trials", "20"];
    const { exact, digest } = await recallJson(cwd, ...args);
    const { stdout } = await engram(["recall", "glyphs.safetensors", ...args], { cwd });
    expect(stdout).toContain(`That was the first of 20 cues; ${exact} of them were recalled exactly.\n`);
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect(stdout).not.toContain(digest);
  });

  test("moves at an inverse temperature of 4 unless it is told another", async () => {
    const cwd = await folderOfGlyphs();
    for (const dynamics of ["glauber", "metropolis"]) {
      const args = ["--flip", "0.05", "--trials", "3", "--dynamics", dynamics, "--sweeps", "2"];
      const found = await recallJson(cwd, ...args);
      expect(found).toMatchObject({ dynamics, beta: 4 });
      expect(found).toEqual(await recallJson(cwd, ...args, "--beta", "4"));
    }
  });

  test.each([
    [["--dynamics", "synchronous"], "synchronous"],
    [["--dynamics", "glauber", "--beta", "5", "--sweeps", "3"], "glauber"],
  ])("moves as it is told: %j", async (args, dynamics) => {
    const result = await recallJson(await folderOfGlyphs(), "--flip", "0.05", "--trials", "4", ...args);
    expect(result).toMatchObject({ dynamics, trials: 4 });
    if (dynamics === "glauber") expect(result).toMatchObject({ beta: 5, meanSweeps: 3, attractors: { none: 4 } });
  });

  test("says where it ended when that was no stored pattern", async () => {
    const cwd = await folderOfGlyphs();
    const spurious = await engram(["recall", "hebb.safetensors", "--pattern", "A", "--flip", "0.2"], { cwd });
    expect(spurious.stdout).toContain("it settled on a state that was not stored; the nearest stored pattern is");
    const reversed = await engram(["recall", "glyphs.safetensors", "--pattern", "A", "--flip", "1"], { cwd });
    expect(reversed.stdout).toContain('it settled on the negative of the stored pattern "A", exactly');
    const glauber = ["--flip", "0", "--dynamics", "glauber", "--beta", "0", "--sweeps", "2"];
    const none = await engram(["recall", "glyphs.safetensors", ...glauber], { cwd });
    expect(none.stdout).toContain("it had not settled after 2 sweeps; the nearest stored pattern is");
  });
});

describe("engram inspect", () => {
  test("tells what a memory holds", async () => {
    const cwd = await folderOfGlyphs();
    const { code, stdout, stderr } = await engram(["inspect", "glyphs.safetensors", "--json"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    const result = JSON.parse(stdout);
    const { warnings: _, ...expected } = (
      await loadMemory(join(cwd, "glyphs.safetensors"), { kind: hopfieldKind })
    ).inspect();
    expect(result).toMatchObject({ ...expected, shape: [16, 16] });
    expect(result).toMatchObject({ units: 256, stored: 44, load: 44 / 256, rule: "projection", fixedPoints: 44 });
    expect(result.minStability).toBeGreaterThan(0);
    const text = await engram(["inspect", "glyphs.safetensors"], { cwd });
    expect(text.stdout).toContain("44 patterns of 256 units (16x16); hopfield, projection without self-coupling");
    expect(text.stdout).toContain("... and 24 more; --json lists all");
    expect((await engram(["inspect", "hebb.safetensors"], { cwd })).stderr).toMatch(/^warning: .+projection.*\n$/);
  });
});
