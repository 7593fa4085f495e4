import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Dice, damages } from "../scripts/fuzz/damage.mjs";
import { inputOf, judge, prepared } from "../scripts/fuzz/judge.mjs";
import { allReaders } from "../scripts/fuzz/readers.mjs";

/*
 * A small sample of what `npm run fuzz` reads by the hundred thousand: no damaged or forged file is read as another one, is
 * dear, or ends in another error than a refusal in one line.
 */

const folder = mkdtempSync(join(tmpdir(), "engram-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const readers = await allReaders(folder);
const INPUTS = 60;

describe("damaged and forged files", () => {
  it.each(readers.map((reader) => [reader.name, reader] as const))("%s", async (_, reader) => {
    const ready = await prepared(reader);
    const found: Record<string, number> = {};
    for (let k = 0; k < INPUTS; k++) {
      const { outcome, detail } = await judge(ready, inputOf(ready, 1, k), Number.POSITIVE_INFINITY);
      found[outcome] = (found[outcome] ?? 0) + 1;
      expect(["same", "harmless", "refused"], `input ${k}: ${detail}`).toContain(outcome);
    }
    expect(found.refused ?? 0).toBeGreaterThan(reader.name.startsWith("parts") ? -1 : 0);
  });

  it("are a function of the seed, the reader and their number", async () => {
    const [npy, safetensors] = [await prepared(readers[0]), await prepared(readers[4])];
    expect(inputOf(npy, 1, 7)).toEqual(inputOf(npy, 1, 7));
    expect(inputOf(npy, 1, 7)).not.toEqual(inputOf(npy, 1, 8));
    expect(inputOf(npy, 1, 7)).not.toEqual(inputOf(npy, 2, 7));
    expect(inputOf(safetensors, 1, 7)).not.toEqual(inputOf(npy, 1, 7));
  });

  it("are made of the same sound files every time", async () => {
    for (const [k, again] of (await allReaders(folder)).entries()) {
      expect(await again.sounds(), again.name).toEqual(await readers[k].sounds());
    }
  });

  it.each(Object.keys(damages))("%s makes other bytes of most files, and leaves the sound ones as they are", (name) => {
    const sound = Uint8Array.from({ length: 300 }, (_, k) => (k * 7) % 251);
    const copy = sound.slice();
    const dice = new Dice(1);
    const way = damages[name as keyof typeof damages];
    const other = sound.toReversed();
    const same = Array.from({ length: 100 }, () => way(sound.slice(), dice, other)).filter(
      (bytes) => Buffer.compare(bytes, sound) === 0,
    );
    expect(same.length).toBeLessThan(50);
    expect(sound).toEqual(copy);
  });
});

describe("the judge", () => {
  const reader = (read: () => Promise<{ value: string; faithful?: boolean; warned?: boolean }>) => ({
    reader: { name: "r", share: 1, sounds: async () => [], read },
    sounds: [],
    values: new Set(["a"]),
  });
  const judged = async (
    read: () => Promise<{ value: string; faithful?: boolean; warned?: boolean }>,
    start = Infinity,
  ) => (await judge(reader(read), new Uint8Array(9), start)).outcome;

  it("tells what is right from what is wrong", async () => {
    expect(await judged(async () => ({ value: "a" }))).toBe("same");
    expect(await judged(async () => ({ value: "b" }))).toBe("wrong");
    expect(await judged(async () => ({ value: "b", warned: true }))).toBe("harmless");
    expect(await judged(async () => ({ value: "b", faithful: true }))).toBe("harmless");
    expect(await judged(async () => ({ value: "a", faithful: false }))).toBe("wrong");
    const failing = (error: Error) => async () => {
      throw error;
    };
    expect(await judged(failing(new RangeError("Maximum call stack size exceeded")))).toBe("crash");
    expect(await judged(failing(Object.assign(new Error("two\nlines"), { fault: "input" })))).toBe("crash");
    // All memory of the process counts as that of an input that began with none.
    expect(await judged(async () => ({ value: "a" }), Number.NEGATIVE_INFINITY)).toBe("dear");
  });
});
