import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { glyphs } from "../../src/data/index.js";
import { readGrey, readImages } from "../../src/node/index.js";
import { linearDecay } from "../../src/training/index.js";
import { engram, startEngram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { loadRbm } from "../support/models.js";
import { putDataSet, putPng, randomPictures } from "../support/pictures.js";

const one = ["train", "rbm", "--data", "glyphs", "--hidden", "12", "--threads", "1"];
const small = [...one, "--batch", "11"];

async function trainJson(cwd: string, ...args: string[]) {
  const { code, stdout } = await engram([...small, ...args, "--json"], { cwd });
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe("engram train rbm", () => {
  test("learns the built-in glyphs and writes the model, its filters and how it was trained", async () => {
    const cwd = temporaryFolder();
    const args = ["--epochs", "40", "--out", "g.rbm.safetensors", "--png", "f.png"];
    const result = await trainJson(cwd, ...args);
    expect(result).toMatchObject({ images: 44, heldOut: 0, method: "pcd", epochs: 40, batch: 11 });
    // What nobody asked for: a rate that falls to nothing, in the centred parametrisation.
    expect(result).toMatchObject({ rate: 0.1, finalRate: 0, centred: true });
    expect(result.history.map(({ rate }: Record<string, number>) => rate)).toEqual(
      result.history.map((_: unknown, e: number) => linearDecay({ from: 0.1, to: 0, epochs: 40 }).at(e + 1)),
    );
    expect(result.history.length).toBeGreaterThan(2);
    const [first, last] = [result.history[0], result.history.at(-1)];
    expect(last.epoch).toBe(40);
    expect(last.pseudoLikelihood).toBeGreaterThan(first.pseudoLikelihood);
    const { rbm, shape, notes } = await loadRbm(join(cwd, "g.rbm.safetensors"));
    expect([rbm.visible.type, rbm.visible.count, rbm.hidden.count, shape]).toEqual(["binary", 256, 12, [16, 16]]);
    expect(notes).toMatchObject({ data: "glyphs", seed: 1, epochs: 40, binarise: "threshold", threshold: 127 });
    expect((await readImages([join(cwd, "f.png")])).shape).toEqual([1 + 3 * 17, 1 + 4 * 17]);
    expect(readdirSync(cwd).sort()).toEqual(["f.png", "g.rbm.safetensors"]);
  });

  test("tells people line by line how it goes, and what to do next", async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await engram([...small, "--epochs", "6", "--out", "g.safetensors"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(
      "Training an RBM of 256 binary visible and 12 binary hidden units, by persistent contrastive divergence\n44 images of 16x16",
    );
    expect(stdout).toMatch(/\n +reconstruction +pseudo-\n +epoch +time +time left +error +likelihood\n/);
    expect(stdout).toMatch(/\n +1\/6 +[\d.]+ s +\d+ s +[\d.]+ +-[\d.]+\n/);
    expect(stdout).toMatch(/\n +6\/6 /);
    expect(stdout).toContain("engram sample g.safetensors");
    expect(stdout).not.toContain("\x1b");
  });

  test("reports its epochs on standard error where standard output gets JSON", async () => {
    const cwd = temporaryFolder();
    const args = [...small, "--epochs", "6", "--out"];
    const text = await engram([...args, "a.safetensors"], { cwd });
    const { stdout, stderr } = await engram([...args, "b.safetensors", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ file: "b.safetensors", epochs: 6 });
    const epochs = (said: string) => said.split("\n").map((line) => line.replace(/[\d.]+ s/g, "s"));
    // The same lines up to the summary.
    expect(epochs(text.stdout).slice(0, epochs(stderr).length - 1)).toEqual(epochs(stderr).slice(0, -1));
    for (const line of stderr.split("\n").slice(3)) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("gives the same bits on any number of threads, and other ones for another seed", async () => {
    const cwd = temporaryFolder();
    const bytes = async (name: string, ...args: string[]) => {
      expect((await engram([...small, "--epochs", "2", "--out", name, ...args], { cwd })).code).toBe(0);
      return [...(await loadRbm(join(cwd, name))).rbm.weights.values];
    };
    const one = await bytes("a.safetensors");
    expect(await bytes("b.safetensors", "--threads", "3")).toEqual(one);
    expect(await bytes("c.safetensors", "--seed", "2")).not.toEqual(one);
  });

  test.each([
    ["--method", "cd", "--steps", "2"],
    ["--method", "fpcd", "--chains", "5", "--momentum", "0.5"],
    ["--method", "pt", "--temperatures", "3", "--no-centred"],
    ["--binarise", "sample", "--visible", "spin", "--hidden-units", "spin", "--l1", "0.001", "--l2", "0.001"],
    ["--visible", "gaussian", "--hidden-units", "relu", "--init", "pca"],
    ["--visible", "relu", "--hidden-units", "gaussian", "--rate", "0.0001", "--final-rate", "0.0001"],
    ["--sparsity", "0.1", "--sparsity-cost", "0.1", "--init", "normal", "--threshold", "50"],
  ])("trains with %s %s %s %s", async (...args) => {
    const cwd = temporaryFolder();
    const result = await trainJson(cwd, "--epochs", "2", "--out", "m.safetensors", ...args);
    expect(result.epochs).toBe(2);
    const { rbm } = await loadRbm(join(cwd, "m.safetensors"));
    expect(rbm.weights.values.every(Number.isFinite)).toBe(true);
    if (args[0] === "--visible") expect([rbm.visible.type, rbm.hidden.type]).toEqual([args[1], args[3]]);
  });

  test("reads IDX files and folders of images, and keeps some of many images apart", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "dots"), 600, [4, 4]);
    const args = ["train", "rbm", "--hidden", "4", "--epochs", "2", "--out", "m.safetensors", "--json", "--restart"];
    const dots = JSON.parse((await engram([...args, "--data", "dots", "--split", "all"], { cwd })).stdout);
    expect(dots).toMatchObject({ data: "dots", split: "all", images: 540, heldOut: 60 });
    expect((await engram(["sample", "m.safetensors", "--from", "data", "--steps", "1"], { cwd })).code).toBe(0);
    expect(dots.history[1].freeEnergyGap).toEqual(expect.any(Number));
    for (const [k, picture] of randomPictures(3, [6, 6]).entries())
      await putPng(cwd, `pictures/${k}.png`, picture, [6, 6]);
    const pictures = await engram([...args, "--data", "pictures", "--size", "3x3", "--invert"], { cwd });
    expect(JSON.parse(pictures.stdout)).toMatchObject({ images: 3, heldOut: 0, invert: true });
    expect((await loadRbm(join(cwd, "m.safetensors"))).rbm.visible.count).toBe(9);
    // Dark ink stays 1 for whoever uses the model: the start of the chains is the data as they were learned.
    const start = ["sample", "m.safetensors", "--from", "data", "--count", "3", "--rows", "1", "--json"];
    const ink = ({ stdout }: { stdout: string }) =>
      JSON.parse(stdout)
        .states.flat()
        .reduce((a: number, b: number) => a + b);
    const [own, other] = [await engram(start, { cwd }), await engram([...start, "--data", "glyphs"], { cwd })];
    expect(other.code).toBe(2);
    const pixels = await Promise.all(
      [0, 1, 2].map((k) => readGrey(join(cwd, `pictures/${k}.png`), { size: [3, 3], invert: true })),
    );
    expect(ink(own)).toBe(pixels.flatMap((image) => [...image.pixels]).filter((grey) => 255 - grey > 127).length);
  });
});

describe("a training that is stopped", () => {
  // Long enough to be caught.
  const long = [...one, "--epochs", "600"];
  const args = (out: string) => [...long, "--every", "0.05", "--out", out];

  /** Waits for the next checkpoint, and a little longer. */
  async function untilKept(folder: string, milliseconds: number) {
    const keptAt = () => statSync(join(folder, "m.checkpoint.safetensors"), { throwIfNoEntry: false })?.mtimeMs;
    const before = keptAt();
    while (keptAt() === before) await wait(5);
    await wait(milliseconds);
  }

  test("by kill -9 goes on with --resume, time after time, and ends with the same bits as one that was not", async () => {
    const cwd = temporaryFolder();
    expect((await engram([...long, "--out", "whole.safetensors"], { cwd })).code).toBe(0);
    const whole = readFileSync(join(cwd, "whole.safetensors"));
    let killed = 0;
    for (const pause of [0, 40]) {
      const child = startEngram([...args("m.safetensors"), "--resume"], { cwd });
      await untilKept(cwd, pause);
      child.kill("SIGKILL");
      const [, signal] = await once(child, "exit");
      if (signal === "SIGKILL") killed++;
    }
    expect(killed).toBeGreaterThan(0);
    const { code, stdout } = await engram([...long, "--out", "m.safetensors", "--resume", "--json"], { cwd });
    expect(code).toBe(0);
    // The last run did not begin anew, unless nothing was left to do.
    expect(JSON.parse(stdout).history[0]?.epoch ?? 600).toBeGreaterThan(1);
    expect(readFileSync(join(cwd, "m.safetensors")).equals(whole)).toBe(true);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("by %s keeps what it has, and says how to go on", async (signal) => {
    const cwd = temporaryFolder();
    const child = startEngram(args("m.safetensors"), { cwd });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    await untilKept(cwd, 50);
    child.kill(signal);
    const [code] = await once(child, "exit");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^engram: stopped after [\d.]+ of 600 epochs; m\.safetensors contains the model so far; repeat the command with --resume to continue\n$/,
    );
    expect((await loadRbm(join(cwd, "m.safetensors"))).rbm.hidden.count).toBe(12);
    const before = readFileSync(join(cwd, "m.checkpoint.safetensors"));
    const again = await engram(args("m.safetensors"), { cwd });
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(
      /^engram: m\.checkpoint\.safetensors holds a training that was stopped after [\d.]+ of 600 epochs; continue it by --resume, or start over by --restart\n$/,
    );
    const other = await engram([...args("m.safetensors"), "--resume", "--batch", "7"], { cwd });
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/^engram: m\.checkpoint\.safetensors holds a training with --batch 44, now 7; .*\n$/);
    expect(readFileSync(join(cwd, "m.checkpoint.safetensors")).equals(before)).toBe(true);
  });

  test("at its end goes on for more epochs, and for none says so", async () => {
    const cwd = temporaryFolder();
    const run = (epochs: number, ...more: string[]) =>
      engram([...small, "--epochs", String(epochs), "--out", "m.safetensors", "--keep-checkpoint", ...more], { cwd });
    expect((await run(2)).stdout).toContain("m.checkpoint.safetensors holds a checkpoint: train on by --resume");
    const again = await run(2);
    expect([again.code, again.stdout]).toEqual([2, ""]);
    expect(again.stderr).toBe(
      "engram: --out is m.safetensors, which exists already; give another name, continue its training by --resume with more --epochs, or overwrite it by --restart\n",
    );
    const more = (await run(4, "--resume")).stdout;
    expect(more).toContain(
      "after 2 of 4 epochs.\nThe learning rate is linear from 0.1 to 0 over 4 epochs from here on;",
    );
    const grown = readFileSync(join(cwd, "m.safetensors"));
    expect((await run(4, "--resume")).stdout).toContain("has all 4 epochs already");
    expect(readFileSync(join(cwd, "m.safetensors")).equals(grown)).toBe(true);
    // More epochs than were asked for at first go on along the line of the new number, and that is no longer the same run.
    const { notes } = await loadRbm(join(cwd, "m.safetensors"));
    expect(notes).toMatchObject({
      epochs: 4,
      earlier: [{ epochs: 2, rate: '{"name":"linear","options":{"from":0.1,"to":0,"epochs":2}}' }],
    });
    expect((await run(4, "--restart")).code).toBe(0);
    expect((await loadRbm(join(cwd, "m.safetensors"))).notes?.earlier).toBe(undefined);
    expect(readFileSync(join(cwd, "m.safetensors")).equals(grown)).toBe(false);
    expect((await run(3, "--resume")).stderr).toContain("--epochs is 3 but m.checkpoint.safetensors has 4 of them");
  });

  test("at its end leaves no checkpoint, and --resume then does nothing to the same training", async () => {
    const cwd = temporaryFolder();
    const run = (epochs: number, ...more: string[]) =>
      engram([...small, "--epochs", String(epochs), "--out", "m.safetensors", ...more], { cwd });
    expect((await run(2)).code).toBe(0);
    expect(readdirSync(cwd)).toEqual(["m.safetensors"]);
    const before = readFileSync(join(cwd, "m.safetensors"));
    const same = await run(2, "--resume");
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining("The training of m.safetensors is complete")]);
    expect(JSON.parse((await run(2, "--resume", "--json")).stdout)).toMatchObject({ complete: true, history: [] });
    // Another training, even one of more epochs, is not this one.
    for (const other of [await run(3, "--resume"), await run(2, "--resume", "--seed", "2")]) {
      expect([other.code, other.stderr]).toEqual([
        2,
        expect.stringMatching(
          /^engram: --out is m\.safetensors, which exists already and has no checkpoint to resume; /,
        ),
      ]);
    }
    expect(readFileSync(join(cwd, "m.safetensors")).equals(before)).toBe(true);
    expect(readdirSync(cwd)).toEqual(["m.safetensors"]);
  });

  test("because it diverged keeps what was before, and goes on at a lower rate", async () => {
    const cwd = temporaryFolder();
    const run = (epochs: number, rate: number, ...more: string[]) =>
      engram(
        [...small, "--visible", "gaussian", "--hidden-units", "gaussian", "--epochs", String(epochs)].concat([
          "--rate",
          String(rate),
          "--out",
          "m.safetensors",
          ...more,
        ]),
        { cwd },
      );
    expect((await run(2, 0.00001, "--keep-checkpoint")).code).toBe(0);
    const before = readFileSync(join(cwd, "m.safetensors"));
    // Even where every moment of the divergence was kept for a while, it is none of these that is left at the end.
    const { code, stderr } = await run(500, 0.02, "--resume", "--every", "0");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /engram: training diverged in epoch \d+( \(layer (visible|hidden)\))?: values are no longer finite; use a --rate below [\d.]+; m\.checkpoint\.safetensors holds the training after 2 epochs: continue it by --resume with a lower --rate\n$/,
    );
    expect(readFileSync(join(cwd, "m.safetensors")).equals(before)).toBe(true);
    const calm = await run(20, 0.00001, "--resume");
    expect(calm.stdout).toMatch(/Resuming from m\.checkpoint\.safetensors, after 2 of 20 epochs/);
    expect(calm.code).toBe(0);
  });

  test("before it began says so where --resume finds nothing", async () => {
    const { code, stdout } = await engram([...small, "--epochs", "1", "--out", "m.safetensors", "--resume"], {
      cwd: temporaryFolder(),
    });
    expect([code, stdout]).toEqual([0, expect.stringContaining("m.checkpoint.safetensors does not exist yet")]);
  });
});

test("what it learns from is what it is told", async () => {
  const cwd = temporaryFolder();
  await trainJson(cwd, "--epochs", "1", "--rate", "0", "--out", "m.safetensors");
  const { rbm } = await loadRbm(join(cwd, "m.safetensors"));
  const all = glyphs();
  const ones = Array.from({ length: all.count }, (_, r) => all.binary(r)[100]).reduce((sum, bit) => sum + bit, 0);
  // The mean of pixel 100, each state counted once more than it was seen.
  expect(rbm.visible.named.bias[100]).toBeCloseTo(Math.log((ones + 1) / (all.count - ones + 1)), 10);
});
