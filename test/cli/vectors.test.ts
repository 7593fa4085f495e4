import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModernMemory, Random, type VectorSet } from "engram";
import { modernKind } from "engram/memories";
import { loadMemory, readVectors } from "engram/node";
import { writeNpy } from "engram/storage";
import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet, putPng, randomPictures } from "../support/pictures.js";

/* Memories of real vectors on the command line: arrays of NumPy, grey pictures, values, and what is refused. */

const UNITS = 12;

function vectors(count: number, seed: number): Float32Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Float32Array.from({ length: UNITS }, () => random.normal()));
}

function put(cwd: string, name: string, rows: readonly ArrayLike<number>[], shape = [rows.length, rows[0].length]) {
  const values = Float64Array.from(rows.flatMap((row) => Array.from(row)));
  writeFileSync(join(cwd, name), writeNpy({ shape, values }));
}

/** A folder with 30 vectors, their labels, values and a query near the vector 17. */
function folder(): string {
  const cwd = temporaryFolder();
  put(cwd, "vectors.npy", vectors(30, 1));
  put(
    cwd,
    "values.npy",
    vectors(30, 2).map((row) => row.subarray(0, 3)),
  );
  put(cwd, "query.npy", [vectors(30, 1)[17].map((x) => x + 0.01)], [UNITS]);
  writeFileSync(join(cwd, "words.txt"), Array.from({ length: 30 }, (_, j) => `word ${j}\n`).join(""));
  return cwd;
}

async function run(cwd: string, line: string, env = {}) {
  const { code, stdout, stderr } = await engram(line.split(" "), { cwd, env });
  return { code, stdout, stderr, json: stdout.startsWith("{") ? JSON.parse(stdout) : undefined };
}

describe("arrays of NumPy", () => {
  test("are stored with labels, and recalled as in the library", async () => {
    const cwd = folder();
    const store =
      "store vectors.npy --labels words.txt --kind modern --similarity cosine --beta 50 --out e.safetensors";
    const { code, stdout, stderr } = await run(cwd, store);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")[0]).toBe(
      "Stored 30 patterns of 12 units in e.safetensors: modern, softmax of the cosine similarity, beta 50",
    );
    const { json } = await run(cwd, "recall e.safetensors --cue query.npy --top 5 --json");
    const memory = await loadMemory(join(cwd, "e.safetensors"), { kind: modernKind });
    const query = await readVectors(join(cwd, "query.npy"));
    const { state, sweeps, ...evidence } = memory.recall(query, { topK: 5 });
    expect(json).toMatchObject({ ...evidence, state: Array.from(state), steps: sweeps });
    expect(json.nearest).toMatchObject({ index: 17, label: "word 17" });
    expect(json.weights).toHaveLength(5);
    expect(Object.keys(json)).toEqual(
      expect.arrayContaining(["effective", "attractor", "bound", "omitted", "energy", "converged"]),
    );
  });

  test("are recalled where they are, as those that were stored", async () => {
    const cwd = folder();
    await run(cwd, "store vectors.npy --labels words.txt --kind modern --beta 2 --out m.safetensors");
    const { file: _, ...wanted } = (await run(cwd, "recall m.safetensors --cue query.npy --top 3 --json")).json;
    const array = "recall vectors.npy --stream --kind modern --beta 2 --labels words.txt --cue query.npy";
    const stored = "recall m.safetensors --stream --cue query.npy";
    for (const line of [array, stored]) {
      const { json, stderr } = await run(cwd, `${line} --top 3 --json`);
      const { seed: __, ...evidence } = wanted;
      expect([json, stderr]).toEqual([{ ...evidence, file: line.split(" ")[1] }, ""]);
      expect((await run(cwd, line)).stdout).toMatch(/^From the cue it recalled .*"word 17"/);
    }
    for (const [line, words] of [
      ["recall vectors.npy --stream --beta 2", "--cue"],
      ["recall m.safetensors --stream --beta 2 --cue query.npy", "--beta"],
      ["recall vectors.npy --stream --kind hopfield --cue query.npy", "--kind"],
      ["recall vectors.npy --stream --cue values.npy", "values.npy has vectors of 3 entries"],
    ]) {
      const { code, stderr } = await run(cwd, line);
      expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    }
  });

  test("are recalled with a part of the weight omitted, as in the library", async () => {
    const cwd = folder();
    const many = vectors(5000, 3);
    put(cwd, "many.npy", many);
    put(cwd, "near.npy", [many[1234].map((x) => x + 0.01)], [UNITS]);
    await run(cwd, "store many.npy --kind modern --similarity cosine --beta 200 --out m.safetensors");
    const { json } = await run(cwd, "recall m.safetensors --cue near.npy --omitted 1e-7 --json");
    const memory = await loadMemory(join(cwd, "m.safetensors"), { kind: modernKind });
    const query = await readVectors(join(cwd, "near.npy"));
    const { state, omitted, bound, weights } = memory.recall(query, { omitted: 1e-7 });
    expect(omitted).toBeGreaterThan(0);
    expect(json).toMatchObject({ omitted, bound, weights, state: Array.from(state) });
    const { stdout } = await run(cwd, "recall m.safetensors --cue near.npy --omitted 1e-7");
    expect(stdout).toMatch(/at most \d\S* of the weight omitted/);
  });

  test("of several cues give a recall each", async () => {
    const cwd = folder();
    await run(cwd, "store vectors.npy --kind modern --out m.safetensors");
    const { json } = await run(cwd, "recall m.safetensors --cue vectors.npy --json");
    expect(json.recalls.map(({ nearest }: { nearest: { index: number } }) => nearest.index)).toEqual(
      Array.from({ length: 30 }, (_, j) => j),
    );
  });

  test("may have values, which are recalled in their place", async () => {
    const cwd = folder();
    const store = "store vectors.npy --values values.npy --kind modern --similarity dot --beta 1 --out v.safetensors";
    expect((await run(cwd, store)).stdout).toContain("Stored 30 pairs of 12 and 3 units");
    const { json } = await run(cwd, "recall v.safetensors --cue query.npy --steps 1 --json");
    const memory = new ModernMemory(UNITS, { similarity: "dot", beta: 1 });
    memory.store({ left: vectors(30, 1), right: vectors(30, 2).map((row) => row.subarray(0, 3)) });
    const query = Float32Array.from(vectors(30, 1)[17], (x) => x + 0.01);
    expect(json.state).toEqual(Array.from(memory.recall(query, { steps: 1 }).state));
  });

  test("are damaged by noise, of the same bits for the same seed", async () => {
    const cwd = folder();
    await run(cwd, "store vectors.npy --kind modern --out m.safetensors");
    const trials = "recall m.safetensors --noise 0.3 --trials 60 --seed 4 --json";
    const [one, two] = [await run(cwd, trials), await run(cwd, trials)];
    expect(one.stdout).toBe(two.stdout);
    expect((await run(cwd, `${trials} --threads 2`)).stdout).toBe(one.stdout);
    expect(one.json).toMatchObject({ trials: 60, exact: 60, noise: 0.3, attractors: { stored: 60 } });
  });

  test("are stored in a large memory, whose recall says how often its step was halved", async () => {
    const cwd = folder();
    const store =
      "store vectors.npy --kind large --visible identity --hidden log-sum-exp --hidden-beta 5 --out l.safetensors";
    expect((await run(cwd, store)).stdout).toContain("large, visible units by identity, hidden ones by log-sum-exp");
    const { json } = await run(cwd, "recall l.safetensors --cue query.npy --step 1 --json");
    expect(json).toMatchObject({ nearest: { index: 17 }, converged: true, halvings: 0, step: 1 });
    expect((await run(cwd, "recall l.safetensors --cue query.npy")).stdout).toMatch(/\d+ steps?, step halved 0 times/);
    const wrong = await run(cwd, "store vectors.npy --kind large --power 3 --visible identity --out x.safetensors");
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("--power cannot be used with --visible identity"),
    ]);
    expect((await run(cwd, "store vectors.npy --values values.npy --kind large --out x.safetensors")).stderr).toMatch(
      /a large memory has no values/,
    );
  });

  test("averages warn with numbers", async () => {
    const cwd = folder();
    await run(cwd, "store vectors.npy --kind modern --beta 0.001 --out m.safetensors");
    const { stderr } = await run(cwd, "recall m.safetensors --pattern 3 --steps 1");
    expect(stderr).toMatch(
      /^warning: beta 0\.001 averages over 2\d of 30 patterns; one pattern needs about beta [\d.]+\n$/,
    );
    const inspection = await run(cwd, "inspect m.safetensors --json");
    expect(inspection.json).toMatchObject({ beta: 0.001, sampled: 30, retrieved: 0, stored: 30 });
    expect(inspection.json.neededBeta).toBeGreaterThan(0.1);
  });
});

describe("grey pictures", () => {
  test("keep their grey values, and are covered and drawn", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "data/dots"), 9, [6, 5]);
    const env = { ENGRAM_DATA: join(cwd, "data") };
    const store = "store --data dots --per-class 2 --kind modern --beta auto --out m.safetensors";
    expect((await run(cwd, store, env)).stdout).toContain("Stored 6 patterns of 30 units (6x5)");
    const { json } = await run(cwd, "recall m.safetensors --pattern 4 --occlude bottom --png out.png --json");
    expect(json).toMatchObject({
      target: 4,
      occlude: { top: 3, left: 0, height: 3, width: 5 },
      fill: 0.5,
      png: "out.png",
    });
    expect(readFileSync(join(cwd, "out.png")).subarray(1, 4).toString()).toBe("PNG");
    // The picture that was written is a cue like any other.
    const again = await run(cwd, "recall m.safetensors --cue out.png --json");
    expect(again.json.nearest.index).toBe(json.nearest.index);
  });

  test("are read from images, and become spins by a threshold", async () => {
    const cwd = temporaryFolder();
    const pictures = randomPictures(2, [8, 8]);
    await putPng(cwd, "a.png", pictures[0], [8, 8]);
    await putPng(cwd, "b.png", pictures[1], [8, 8]);
    await run(cwd, "store a.png b.png --kind modern --out grey.safetensors");
    await run(cwd, "store a.png b.png --kind modern --threshold 127 --out spins.safetensors");
    const rows = await Promise.all(
      ["grey", "spins"].map(async (name) => {
        const { items } = await loadMemory(join(cwd, `${name}.safetensors`), { kind: modernKind });
        return items as VectorSet<Float32Array>;
      }),
    );
    expect(Array.from(rows[0].row(1))).toEqual(Array.from(pictures[1], (pixel) => (pixel > 0 ? 1 : 0)));
    expect(Array.from(rows[1].row(1))).toEqual(Array.from(pictures[1], (pixel) => (pixel > 0 ? 1 : -1)));
    expect(rows[0].labels).toEqual(["a", "b"]);
  });
});

describe("what is refused, in one line", () => {
  function refusedFolder(): string {
    const cwd = folder();
    put(cwd, "infinite.npy", [
      vectors(1, 1)[0],
      vectors(1, 2)[0].map((x, i) => (i === 3 ? Number.POSITIVE_INFINITY : x)),
    ]);
    put(cwd, "short.npy", [[1, 2, 3]]);
    put(cwd, "zero.npy", [vectors(1, 1)[0], new Float32Array(UNITS)]);
    return cwd;
  }

  test.each([
    ["store infinite.npy --kind modern", /infinite\.npy has Infinity in row 1, column 3/],
    ["store zero.npy --kind modern --similarity cosine", /pattern 1 is 0 in every entry/],
    ["store vectors.npy --kind modern --beta 0", /--beta is 0; expected a number above 0/],
    ["store vectors.npy --kind modern --labels query.npy", /30 rows, but there are \d+ labels/],
    ["store vectors.npy query.npy --kind modern", /cannot be combined/],
    ["store vectors.npy --kind modern --size 3x4", /--size is for pictures/],
    ["store vectors.npy --kind modern --per-class 3", /--per-class is for pictures/],
    ["store vectors.npy --kind modern --values short.npy", /short\.npy has 1 rows|right has 1/],
    ["store vectors.npy --kind modern --separation flat --similarity dot", /euclidean alone/],
    ["store vectors.npy --kind hopfield", /vectors\.npy is for real vectors/],
    ["store --data glyphs --labels words.txt --kind modern", /--labels names the rows of an array/],
    ["store missing.npy --kind modern", /missing\.npy/],
  ])("%s", async (line, wanted) => {
    const { code, stderr } = await run(refusedFolder(), `${line} --out x.safetensors`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^engram: [^\n]{10,300}\n$/);
    expect(stderr).toMatch(wanted);
  });

  test.each([
    ["--cue short.npy", /vectors of 3 entries; those of the memory have 12/],
    ["--flip 0.1", /--flip turns spins/],
    ["--threshold 3", /--threshold/],
    ["--occlude top", /--occlude needs a memory of pictures/],
    ["--cue picture.png", /not an array of NumPy/],
    ["--top 0", /--top is 0/],
    ["--omitted 0.5", /--omitted is 0\.5; expected a number from 0 to 0\.01/],
    ["--pattern 99", /--pattern is "99"/],
  ])("recall %s", async (line, wanted) => {
    const cwd = refusedFolder();
    await run(cwd, "store vectors.npy --kind modern --beta 5 --force --out m.safetensors");
    const { code, stderr } = await run(cwd, `recall m.safetensors ${line}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(wanted);
  });

  test("noise for spins", async () => {
    const cwd = folder();
    await run(cwd, "store --data glyphs --force --out spins.safetensors");
    expect((await run(cwd, "recall spins.safetensors --noise 1")).stderr).toMatch(/--noise is for real vectors/);
  });
});
