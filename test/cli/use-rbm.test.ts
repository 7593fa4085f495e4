import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { glyphs } from "../../src/data/index.js";
import { Random } from "../../src/math/index.js";
import { Classifier, DeepBeliefNet, DeepBoltzmannMachine, exactLogLikelihood, Rbm } from "../../src/models/index.js";
import { decodeNpz, readGrey, saveModel } from "../../src/node/index.js";
import { encodeModel, readSafetensors } from "../../src/storage/index.js";
import { initialise } from "../../src/training/index.js";
import { binary, softmax, spin, type Units } from "../../src/units/index.js";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { loadRbm } from "../support/models.js";
import { putDataSet, putPng } from "../support/pictures.js";

/** A folder with a small machine on the glyphs in it, which need not have learned much. */
async function folderOfMachine(visible: Units = binary(256), hidden = binary(10)): Promise<string> {
  const cwd = temporaryFolder();
  const rbm = new Rbm({ visible, hidden });
  initialise(rbm, { random: new Random(1), scale: 0.05, data: glyphs() });
  const notes = { data: "glyphs", binarise: "threshold", threshold: 127, seed: 1 };
  await saveModel(join(cwd, "m"), rbm, { shape: [16, 16], notes });
  return cwd;
}

async function json(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await engram([...args, "--threads", "1", "--json"], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("engram sample", () => {
  test("draws chains, a few in the terminal and all of them in a sheet", async () => {
    const cwd = await folderOfMachine();
    const args = ["sample", "m", "--count", "7", "--rows", "3", "--steps", "5", "--burn-in", "20"];
    const { code, stdout, stderr } = await engram([...args, "--png", "s.png", "--scale", "1"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^chain 1 +chain 2 +chain 3 +chain 4$/m);
    expect(stdout).toContain("7 chains from random after 30 steps of Gibbs sampling; the first 4 are drawn\n");
    expect((await readGrey(join(cwd, "s.png"))).shape).toEqual([1 + 3 * 17, 1 + 7 * 17]);
  });

  test("gives the same states for the same seed, and other ones for another", async () => {
    const cwd = await folderOfMachine(spin(256), spin(10));
    const args = ["sample", "m", "--count", "2", "--rows", "2", "--steps", "3", "--burn-in", "3"];
    const [a, b, c] = await Promise.all(["1", "1", "2"].map((seed) => json(cwd, ...args, "--seed", seed)));
    expect(a).toEqual(b);
    expect(a.states).not.toEqual(c.states);
    expect(a.states.map((state: number[]) => state.length)).toEqual([256, 256]);
    expect(new Set(a.states.flat())).toEqual(new Set([-1, 1]));
  });

  test("starts from data, and holds what is clamped", async () => {
    const cwd = await folderOfMachine();
    const args = ["sample", "m", "--from", "data", "--count", "44", "--rows", "2", "--steps", "1"];
    const { states, burnIn } = await json(cwd, ...args, "--clamp", "0,0,8,16");
    expect(burnIn).toBe(0);
    const all = glyphs();
    const upper = (row: ArrayLike<number>) => Array.from(row).slice(0, 128).join();
    const known = Array.from({ length: all.count }, (_, r) => upper(all.binary(r)));
    expect(states.map(upper).sort()).toEqual(known.sort());
    const lower = (row: ArrayLike<number>) => Array.from(row).slice(128).join();
    const wholes = new Set(Array.from({ length: all.count }, (_, r) => lower(all.binary(r))));
    expect(states.filter((state: number[]) => wholes.has(lower(state)))).toEqual([]);
  });

  test("starts from an image, which the first row of the sheet shows", async () => {
    const cwd = await folderOfMachine();
    const heart = glyphs("heart").binary(0);
    await putPng(cwd, "heart.png", heart, [16, 16]);
    const start = await json(cwd, "sample", "m", "--from", "heart.png", "--count", "2", "--rows", "1");
    expect(start.states).toEqual([[...heart], [...heart]]);
    const inverted = await json(cwd, "sample", "m", "--from", "heart.png", "--invert", "--count", "1", "--rows", "1");
    expect(inverted.states).toEqual([[...heart].map((bit) => 1 - bit)]);
  });
});

describe("engram score", () => {
  test("is exact where a layer is small", async () => {
    const cwd = await folderOfMachine();
    const result = await json(cwd, "score", "m", "--data", "glyphs");
    const { rbm } = await loadRbm(join(cwd, "m"));
    const all = glyphs();
    const rows = Float64Array.from(Array.from({ length: all.count }, (_, r) => [...all.binary(r)]).flat());
    const logs = exactLogLikelihood(rbm, rows);
    expect(result).toMatchObject({ images: 44, method: "exact sum", trusted: true });
    expect(result.logLikelihood).toBeCloseTo(logs.reduce((sum, x) => sum + x, 0) / logs.length, 8);
    expect([result.low, result.high]).toEqual([result.logLikelihood, result.logLikelihood]);
    const text = await engram(["score", "m", "--data", "glyphs"], { cwd });
    expect(text.stdout).toMatch(/^log-likelihood +-\d+\.\d\d nats per image, exact\nover 44 images of glyphs, /);
  });

  test("gives bounds around the exact number by annealing, and says in plain words when not to trust it", async () => {
    const cwd = await folderOfMachine();
    const exact = await json(cwd, "score", "m", "--data", "glyphs");
    const annealing = ["score", "m", "--data", "glyphs", "--method", "annealing", "--chains", "50"];
    const good = await json(cwd, ...annealing, "--temperatures", "200");
    expect(good).toMatchObject({ trusted: true, method: "annealed importance sampling", chains: 50 });
    expect(good.low).toBeLessThan(exact.logLikelihood);
    expect(good.high).toBeGreaterThan(exact.logLikelihood);
    const { code, stdout } = await engram([...annealing, "--chains", "3", "--temperatures", "2"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nnot to be trusted: .+\n$/);
  });
});

describe("engram features", () => {
  test.each([".npz", ".csv", ".safetensors"])("writes the means of the hidden units as %s", async (ending) => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "dots"), 9, [4, 4]);
    const rbm = new Rbm({ visible: binary(16), hidden: binary(3) });
    initialise(rbm, { random: new Random(2), scale: 1 });
    await saveModel(join(cwd, "m"), rbm, { shape: [4, 4] });
    const out = `f${ending}`;
    const { code, stdout } = await engram(["features", "m", "--data", "dots", "--limit", "5", "--out", out], { cwd });
    expect([code, stdout]).toEqual([0, `Wrote ${out}: 3 features of 5 images of dots and their labels\n`]);
    const pixels = readFileSync(join(cwd, "dots/images-idx3-ubyte")).subarray(16, 16 + 80);
    const means = rbm.hiddenMean(Float64Array.from(pixels, (grey) => Number(grey > 127)));
    const bytes = readFileSync(join(cwd, out));
    let found: number[];
    if (ending === ".csv") {
      const [head, ...lines] = bytes.toString().trim().split("\n");
      expect([head, lines.map((line) => line[0])]).toEqual(["label,h0,h1,h2", ["0", "1", "2", "0", "1"]]);
      found = lines.flatMap((line) => line.split(",").slice(1).map(Number));
    } else if (ending === ".npz") {
      const arrays = await decodeNpz(bytes);
      expect([arrays.get("features")?.shape, [...arrays.get("labels")!.values]]).toEqual([
        [5, 3],
        [0, 1, 2, 0, 1],
      ]);
      found = [...arrays.get("features")!.values];
    } else {
      const { tensors } = readSafetensors(bytes);
      const { shape, data } = tensors.get("features")!;
      expect([shape, [...tensors.get("labels")!.data]]).toEqual([
        [5, 3],
        [0, 1, 2, 0, 1],
      ]);
      found = [...new Float32Array(new Uint8Array(data).buffer)];
    }
    found.forEach((value, k) => {
      expect(value).toBeCloseTo(means[k], 7);
    });
  });
});

describe("engram inspect and convert", () => {
  test("tell what a model is, and take it to scikit-learn and back", async () => {
    const cwd = await folderOfMachine();
    const { stdout } = await engram(["inspect", "m", "--png", "f.png"], { cwd });
    expect(stdout).toContain(
      "m: an RBM of 256 binary visible and 10 binary hidden units on pictures of 16x16 (Smolensky 1986)\n",
    );
    expect(stdout).toMatch(/\n {2}data +glyphs\n/);
    expect((await readGrey(join(cwd, "f.png"))).shape).toEqual([1 + 3 * 17, 1 + 4 * 17]);
    const found = JSON.parse((await engram(["inspect", "m", "--json"], { cwd })).stdout);
    expect(found).toMatchObject({ model: "rbm", shape: [16, 16], notes: { data: "glyphs" } });
    await saveModel(join(cwd, "a.safetensors"), (await loadRbm(join(cwd, "m"))).rbm);
    expect((await engram(["convert", "a.safetensors", "b.npz"], { cwd })).code).toBe(0);
    const back = await engram(["convert", "b.npz", "c.safetensors", "--size", "16x16"], { cwd });
    expect(back.stdout).toBe(
      "Wrote c.safetensors: an RBM of 256 binary visible and 10 binary hidden units on pictures of 16x16\n",
    );
    const [first, last] = await Promise.all(["a", "c"].map((name) => loadRbm(join(cwd, `${name}.safetensors`))));
    expect(last.rbm.weights.values).toEqual(first.rbm.weights.values);
    expect(last.shape).toEqual([16, 16]);
  });

  test("say the size, the date and the version of a file, and the notes of a training in words", async () => {
    const cwd = temporaryFolder();
    const rbm = new Rbm({ visible: binary(4), hidden: binary(3) });
    const earlier = [{ epochs: 2, rate: '{"name":"linear","options":{"from":0.1,"to":0,"epochs":2}}' }];
    const notes = {
      data: "glyphs",
      finalRate: 0,
      centred: true,
      rate: [0.1, 0.2],
      methodOptions: [{ steps: 1 }],
      earlier,
    };
    await saveModel(join(cwd, "m"), rbm, { shape: [2, 2], notes });
    const { stdout } = await engram(["inspect", "m"], { cwd });
    const bytes = statSync(join(cwd, "m")).size;
    expect(stdout).toMatch(
      /\n\d+ B, written on \d{4}-\d\d-\d\d at \d\d:\d\d, format version 1\nComputed with .*\n\nweights \(4 x 3\): /,
    );
    expect(stdout).toContain(`\n${bytes} B, `);
    expect(stdout.split("How it was trained:\n")[1]).toBe(
      [
        "  data            glyphs",
        "  final rate      0",
        "  centred         yes",
        "  rate            0.1, 0.2",
        "  method options  steps 1",
        "  earlier         linear from 0.1 to 0 over 2 epochs up to epoch 2",
        "",
      ].join("\n"),
    );
    const json = JSON.parse((await engram(["inspect", "m", "--json"], { cwd })).stdout);
    expect(json).toMatchObject({ bytes, formatVersion: "1", written: expect.stringMatching(/^\d{4}-.+Z$/), notes });
  });

  test("tell of models of several layers, too", async () => {
    const cwd = temporaryFolder();
    const layers = [binary(4), binary(3), binary(2)];
    const net = DeepBeliefNet.ofLayers(layers, { labels: softmax(1, 5) });
    const options = { shape: [2, 2], notes: { data: "dots" } } as const;
    writeFileSync(join(cwd, "dbn"), encodeModel(net, options));
    const classifier = Classifier.fromDeepBeliefNet(net, { classes: 5, random: new Random(1) });
    writeFileSync(join(cwd, "classifier"), encodeModel(classifier));
    const machine = new DeepBoltzmannMachine({ visible: layers[0], hidden: [layers[1], layers[2]] });
    writeFileSync(join(cwd, "dbm"), encodeModel(machine));
    const told = async (file: string) => (await engram(["inspect", file], { cwd })).stdout;
    expect(await told("dbn")).toMatch(
      /^dbn: a deep belief net of 4-3-2 units and 5 classes on pictures of 2x2 \(Hinton, Osindero and Teh 2006\)\n.+\n.+\n\n0\.weights \(4 x 3\): 0 to 0/,
    );
    expect(await told("dbn")).toMatch(/\n\nHow it was trained:\n {2}data {2}dots\n$/);
    expect(await told("dbm")).toMatch(
      /^dbm: a deep Boltzmann machine of 4-3-2 units \(Salakhutdinov and Hinton 2009\)\n/,
    );
    expect(await told("classifier")).toMatch(/^classifier: a classifier of 4-3-2-5 units \(/);
  });
});
