import { join } from "node:path";
import { kanervaKind } from "engram/neural";
import { loadMemory } from "engram/node";
import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putPng, randomPictures } from "../support/pictures.js";

/* Kanerva memories on the command line: stored without training, and trained first. */

async function run(cwd: string, line: string) {
  const { code, stdout, stderr } = await engram(line.split(" "), { cwd });
  return { code, stdout, stderr, json: stdout.startsWith("{") ? JSON.parse(stdout) : undefined };
}

async function pictures(): Promise<string> {
  const cwd = temporaryFolder();
  const drawn = randomPictures(3, [8, 8]);
  for (const [k, name] of ["a", "b", "c"].entries()) await putPng(cwd, `${name}.png`, drawn[k], [8, 8]);
  return cwd;
}

describe("a Kanerva memory without an encoder", () => {
  test("stores pictures, recalls by readings and says how full it is", async () => {
    const cwd = await pictures();
    const stored = await run(cwd, "store a.png b.png --kind kanerva --rows 6 --noise 0.05 --out k.safetensors");
    expect([stored.code, stored.stderr]).toEqual([0, ""]);
    expect(stored.stdout).toMatch(
      /^Stored 2 patterns of 64 units \(8x8\) in k.safetensors: kanerva, 6 rows of 64 entries/,
    );
    expect(stored.stdout).toMatch(/(2|1\.\d+) of 6 rows used/);
    const recalled = await run(
      cwd,
      "recall k.safetensors --cue b.png --readings 8 --tolerance 0 --png cleaned.png --json",
    );
    expect(recalled.json).toMatchObject({
      kind: "kanerva",
      steps: 8,
      nearest: { index: 1, label: "b" },
      png: "cleaned.png",
    });
    expect([recalled.json.bound.length, recalled.json.weights.length]).toEqual([8, 6]);
    const memory = await loadMemory(join(cwd, "k.safetensors"), { kind: kanervaKind });
    const again = memory.recall(memory.items!.row(1), { readings: 8, tolerance: 0 });
    expect(recalled.json.state).toEqual(Array.from(again.state));
    const text = await run(cwd, "recall k.safetensors --pattern a --occlude bottom");
    expect(text.stdout).toMatch(/bound -?[\d.]+\S* -> -?[\d.]+/);
    const more = await run(cwd, "store --model k.safetensors c.png --out more.safetensors --json");
    expect(more.json).toMatchObject({ stored: 3, rows: 6 });
    expect((await run(cwd, "inspect more.safetensors --json")).json).toMatchObject({
      kind: "kanerva",
      stored: 3,
      labels: ["a", "b", "c"],
    });
  });

  test("refuses a model of another kind, options that the model has, and a noise of 0", async () => {
    const cwd = await pictures();
    await run(cwd, "store a.png --kind kanerva --out k.safetensors");
    await run(cwd, "store a.png b.png --out h.safetensors");
    const refused = async (line: string) => {
      const { code, stderr } = await run(cwd, line);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refused("store a.png --kind kanerva --noise 0 --out x.safetensors")).toContain("--noise is 0");
    expect(await refused("store b.png --model k.safetensors --rows 3 --out x.safetensors")).toContain("--rows");
    expect(await refused("store b.png --model h.safetensors --kind kanerva --out x.safetensors")).toContain(
      "holds a memory of the kind hopfield",
    );
    expect(await refused("store b.png --model none.safetensors --out x.safetensors")).toContain("none.safetensors");
    expect(await refused("store b.png --model k.safetensors --out k.safetensors")).toContain("k.safetensors");
    expect(await refused("recall k.safetensors --cue b.png --readings 0")).toContain("--readings");
  });
});

describe("a trained Kanerva memory", () => {
  const train = "train kanerva --data glyphs --rows 8 --code 6 --hidden 12 --items 6 --batch 2 --epochs 3 --seed 2";

  test("is trained, inspected, stored into, and recalled from", async () => {
    const cwd = temporaryFolder();
    const drawn = randomPictures(2, [16, 16]);
    for (const [k, name] of ["a", "b"].entries()) await putPng(cwd, `${name}.png`, drawn[k], [16, 16]);
    const trained = await run(cwd, `${train} --out k.safetensors --json`);
    expect(trained.code).toBe(0);
    expect(trained.json).toMatchObject({ epochs: 3, items: 6, sampled: "memory" });
    const inspected = await run(cwd, "inspect k.safetensors");
    expect(inspected.stdout).toMatch(/nothing stored; kanerva, 8 rows of 6 entries.*encoder 256-12-6/);
    expect(inspected.stdout).toMatch(/How it was trained:/);
    const empty = await run(cwd, "recall k.safetensors --cue a.png");
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining("holds no patterns")]);
    const stored = await run(cwd, "store --model k.safetensors a.png b.png --out mine.safetensors --json");
    expect(stored.json).toMatchObject({ kind: "kanerva", stored: 2, units: 256, code: 6 });
    const recalled = await run(cwd, "recall mine.safetensors --cue a.png --readings 8 --png cleaned.png --json");
    expect([recalled.code, recalled.stderr]).toEqual([0, ""]);
    expect(recalled.json.steps).toBeLessThanOrEqual(8);
    // The same again is a training that is complete.
    const again = await run(cwd, `${train} --out k.safetensors --resume`);
    expect(again.stdout).toContain("The training of k.safetensors is complete");
  });

  test("is a product with --machines, and refuses what does not fit", async () => {
    const cwd = temporaryFolder();
    const product = await run(cwd, `${train} --machines 4 --out p.safetensors --json`);
    expect(product.code).toBe(0);
    expect((await run(cwd, "inspect p.safetensors --json")).json).toMatchObject({
      kind: "product-kanerva",
      rows: 8,
      stored: 0,
    });
    const refused = async (line: string) => {
      const { code, stderr } = await run(cwd, `${line} --out x.safetensors`);
      expect([code, stderr.trim().split("\n").length]).toEqual([2, 1]);
      return stderr;
    };
    expect(await refused(`${train} --machines 3`)).toContain("use a multiple of 3");
    expect(await refused(`${train} --machines 2 --addresses 4`)).toContain("cannot be combined");
    expect(await refused(`${train} --batch 0`)).toContain("--batch is 0");
  });
});
