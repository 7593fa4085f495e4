import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeMemory, ModernMemory, type ModernOptions, Random, VectorSet } from "engram";
import { referenceKernels, wasmKernels } from "engram/kernels";
import { matrix } from "engram/math";
import { flat, modernKind } from "engram/memories";
import { readVectors, streamVectors } from "engram/node";
import { writeNpy } from "engram/storage";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folder.js";

/* Memories over the vectors of a file: the same bits as those that hold them, and what is refused. */

/** More than two chunks, and entries that do not fill whole steps of sums. */
const [COUNT, UNITS] = [2500, 13];

function normals(count: number, units: number, seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: count * units }, () => random.normal());
}

const values = normals(COUNT, UNITS, 1);
const cues = Array.from({ length: 5 }, (_, k) =>
  Float64Array.from(values.subarray(500 * k * UNITS, (500 * k + 1) * UNITS), (x) => 0.9 * x + 0.05),
);

/** A .npy file of any kind of numbers. */
function npy(kind: string, order: string, shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${kind}', 'fortran_order': ${order}, 'shape': (${sizes}), }`.padEnd(117);
  return Uint8Array.from([...Buffer.from(`\x93NUMPY\x01\x00v\x00${header}\n`, "latin1"), ...bytes]);
}

function put(name: string, bytes: Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

const singles = (given = values) => npy("<f4", "False", [given.length / UNITS, UNITS], new Uint8Array(given.buffer));
const held = (options: ModernOptions) =>
  new ModernMemory(UNITS, options).store(new VectorSet(matrix(COUNT, UNITS, values)));

/** The same options for a memory over a file. */
const streaming = ({ kernels, ...options }: ModernOptions = {}) => ({
  kind: modernKind,
  kernels,
  options: options as Readonly<Record<string, unknown>>,
});

describe("memories over the vectors of a file", () => {
  const each: readonly (readonly [string, ModernOptions])[] = [
    ["euclidean", { beta: 2 }],
    ["dot", { beta: 0.5, similarity: "dot" }],
    ["cosine", { beta: 30, similarity: "cosine" }],
    ["beta auto", {}],
    ["flat", { beta: 0.2, separation: flat() }],
    ["wasm", { beta: 2, kernels: wasmKernels() }],
    ["the reference", { beta: 2, kernels: referenceKernels }],
  ];
  for (const [name, options] of each) {
    test(`recall with the bits of memories that hold them: ${name}`, async () => {
      const wanted = held(options);
      const mask = Float64Array.from({ length: COUNT }, (_, j) => Number(j % 3 > 0));
      const doubles = writeNpy({ shape: [COUNT, UNITS], values: Float64Array.from(values) });
      for (const bytes of [singles(), doubles]) {
        const memory = await streamVectors(put("x.npy", bytes), streaming(options));
        expect(memory.beta).toBe(wanted.beta);
        expect(memory.recallMany(cues)).toEqual(wanted.recallMany(cues));
        expect(memory.recall(cues[1], { mask, topK: 7 })).toEqual(wanted.recall(cues[1], { mask, topK: 7 }));
        expect(memory.weights(cues[0])).toEqual(wanted.weights(cues[0]));
        if (bytes.length < 5 * values.length) expect(memory.inspect()).toEqual(wanted.inspect());
        memory.dispose();
        expect(() => memory.recall(cues[0])).toThrow("was closed");
      }
    });
  }

  test("read more than a block of chunks, one after another", async () => {
    // Blocks have 16 MB: these are two, and the second ends within a chunk.
    const [count, units] = [5500, 1000];
    const many = normals(count, units, 2);
    const path = put("x.npy", npy("<f4", "False", [count, units], new Uint8Array(many.buffer)));
    const memory = await streamVectors(path, { kind: modernKind, options: { beta: 0.01, similarity: "dot" } });
    const wanted = new ModernMemory(units, { beta: 0.01, similarity: "dot" }).store(
      new VectorSet(matrix(count, units, many)),
    );
    const cue = many.subarray(5000 * units, 5001 * units);
    expect(memory.recall(cue, { steps: 2 })).toEqual(wanted.recall(cue, { steps: 2 }));
  });

  test("are those of a memory that was stored", async () => {
    for (const options of [{ beta: 2 }, { similarity: "cosine" } as const]) {
      const labels = Array.from({ length: COUNT }, (_, j) => `word ${j}`);
      const set = new VectorSet(matrix(COUNT, UNITS, values), { labels });
      const wanted = new ModernMemory(UNITS, options).store(set);
      const path = put("m.safetensors", encodeMemory(wanted));
      const memory = await streamVectors(path, { kind: modernKind });
      expect(memory.recallMany(cues)).toEqual(wanted.recallMany(cues));
      expect(memory.recall(cues[0]).nearest.label).toBe("word 0");
      await expect(streamVectors(path, { options: { beta: 3 } })).rejects.toThrow("beta is in");
      const damaged = Uint8Array.from(readFileSync(path));
      damaged[damaged.length - 2] ^= 1;
      await expect(streamVectors(put("m.safetensors", damaged))).rejects.toThrow("does not match its digest");
    }
  });

  test("store nothing, and are not saved", async () => {
    const memory = await streamVectors(put("x.npy", singles()), { kind: modernKind, options: { beta: 1 } });
    expect(memory.items).toBeUndefined();
    expect(() => memory.store([cues[0]])).toThrow("stay where they are");
    expect(() => memory.forget(0)).toThrow("stay where they are");
    expect(() => encodeMemory(memory)).toThrow("stay in their file");
  });

  test("are refused in one line where they cannot be read in place", async () => {
    const bytes = new Uint8Array(values.buffer);
    const bad = values.slice();
    bad[3 * UNITS + 2] = Number.NaN;
    const none = values.slice().fill(0, 7 * UNITS, 8 * UNITS);
    const pairs = new ModernMemory(UNITS, { beta: 1 }).store({ left: cues, right: cues });
    const refused: readonly (readonly [Uint8Array, string, ModernOptions?])[] = [
      [npy(">f4", "False", [COUNT, UNITS], bytes), "of the other byte order"],
      [npy("<f4", "True", [COUNT, UNITS], bytes), "in Fortran's order"],
      [npy("<i4", "False", [COUNT, UNITS], bytes), "holds i4"],
      [npy("<f4", "False", [COUNT * UNITS], bytes), "expected vectors as rows"],
      [singles().subarray(0, 2000), "it is damaged"],
      [singles(bad), "NaN in row 3, column 2"],
      [singles(none), "pattern 7 is 0 in every entry", { similarity: "cosine" }],
      [encodeMemory(pairs), "holds values"],
      [new Uint8Array(100), "it is damaged or another format"],
      [new Uint8Array(3), "is not a model file"],
    ];
    for (const [content, words, options] of refused) {
      await expect(streamVectors(put("x", content), streaming(options))).rejects.toThrow(words);
    }
    await expect(streamVectors(join(temporaryFolder(), "none.npy"))).rejects.toMatchObject({ fault: "input" });
    await expect(streamVectors(put("x.npy", singles()), { labels: ["one"] })).rejects.toThrow("1 labels");
  });

  test("are what a file is for that is too large to be read", async () => {
    const [count, units] = [140_000, 4096];
    const path = put("x.npy", npy("<f4", "False", [count, units], new Uint8Array()));
    // All but the header takes no room on the disk.
    truncateSync(path, 128 + 4 * count * units);
    const words =
      "x.npy holds 140,000 x 4,096 numbers of 4 bytes, 2.3 GB; 2.1 are read at once: recall from it where it is";
    await expect(readVectors(path)).rejects.toThrow(words);
  });

  test("say that their file has become shorter", async () => {
    const path = put("x.npy", singles());
    const memory = await streamVectors(path, { kind: modernKind, options: { beta: 1 } });
    truncateSync(path, 5000);
    expect(() => memory.recall(cues[0])).toThrow("has become shorter");
  });
});
