import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/math/random.js";
import { flip, flipExactly, hammingDistance, occlude, overlap, PatternSet } from "../../src/patterns/index.js";

const spins = fc
  .integer({ min: 1, max: 200 })
  .chain((n) =>
    fc.array(fc.array(fc.constantFrom(-1, 1), { minLength: n, maxLength: n }), { minLength: 1, maxLength: 6 }),
  );

describe("PatternSet", () => {
  it("gives back the spins and the binary values that it was given", () => {
    fc.assert(
      fc.property(spins, (rows) => {
        const set = PatternSet.from(rows);
        const binary = PatternSet.from(rows.map((row) => row.map((s) => (s + 1) / 2)));
        rows.forEach((row, r) => {
          expect([...set.spins(r)]).toEqual(row);
          expect([...binary.spins(r)]).toEqual(row);
          expect([...set.binary(r)]).toEqual(row.map((s) => (s + 1) / 2));
        });
      }),
    );
  });

  it("thresholds grey images: a pixel above the threshold is +1", () => {
    const set = PatternSet.fromGrey(Uint8Array.of(0, 1, 127, 128, 255, 0), [1, 3], 127, ["a", "b"]);
    expect([...set.spins(0)]).toEqual([-1, -1, -1]);
    expect([...set.spins(1)]).toEqual([1, 1, -1]);
    expect(set.labels).toEqual(["a", "b"]);
    expect(() => PatternSet.fromGrey(new Uint8Array(5), [1, 3])).toThrow(/pixels has 5 bytes/);
  });

  it("selects and joins, with labels and shape", () => {
    const set = PatternSet.from(
      [
        [1, -1],
        [-1, -1],
        [1, 1],
      ],
      { labels: ["a", "b", "c"], shape: [1, 2] },
    );
    const joined = set.select([2, 0]).concat(set.select([1]));
    expect(joined.labels).toEqual(["c", "a", "b"]);
    expect(joined.shape).toEqual([1, 2]);
    expect([...joined.spins(1)]).toEqual([1, -1]);
  });

  it.each([
    ["a value that is neither", [[1, -1, 2]], /patterns\[0\]\[2\] is 2; expected every value to be -1 or \+1/],
    ["a mixture of both codes", [[1, -1, 0]], /patterns\[0\]\[2\] is 0/],
    ["NaN", [[1, Number.NaN]], /patterns\[0\]\[1\] is NaN/],
    ["ragged rows", [[1, 1], [1]], /patterns\[1\] has 1 units but patterns\[0\] has 2/],
    ["no patterns", [], /patterns is empty/],
    ["no units", [[]], /has no units/],
  ])("refuses %s", (_, rows, message) => {
    expect(() => PatternSet.from(rows)).toThrow(message);
  });
});

describe("damage", () => {
  const set = PatternSet.from([new Int8Array(1000).fill(1), new Int8Array(1000).fill(-1)], { shape: [20, 50] });

  it("flips each unit with the given probability", () => {
    const cues = flip(set, 0.25, new Random(7));
    for (const r of [0, 1]) {
      const distance = hammingDistance(cues.select([r]), set.select([r]));
      expect(Math.abs(distance - 250)).toBeLessThan(5 * Math.sqrt(1000 * 0.25 * 0.75));
    }
    expect(flip(set, 0, new Random(7)).bits.words).toEqual(set.bits.words);
    expect(hammingDistance(flip(set, 1, new Random(7)).select([0]), set.select([1]))).toBe(0);
  });

  it("flips exactly k, anywhere", () => {
    for (const k of [0, 1, 137, 1000]) {
      const cue = flipExactly(set, k, new Random(k)).select([0]);
      expect(hammingDistance(cue, set.select([0]))).toBe(k);
      expect(overlap(cue, set.select([0]))).toBe(1 - (2 * k) / 1000);
    }
  });

  it("damages each row in its own way", () => {
    const same = set.select([0, 0]);
    for (const cues of [flip(same, 0.1, new Random(3)), flipExactly(same, 100, new Random(3))]) {
      expect(hammingDistance(cues.select([0]), cues.select([1]))).toBeGreaterThan(0);
    }
  });

  it("gives a row the same damage alone and among others", () => {
    const both = flip(set, 0.1, new Random(3));
    expect(flip(set.select([0]), 0.1, new Random(3)).bits.words).toEqual(both.select([0]).bits.words);
  });

  it("covers a rectangle and nothing else", () => {
    const region = { top: 2, left: 3, height: 4, width: 5 };
    const covered = occlude(set, region).spins(0);
    for (let i = 0; i < 1000; i++) {
      const [y, x] = [Math.floor(i / 50), i % 50];
      expect(covered[i]).toBe(y >= 2 && y < 6 && x >= 3 && x < 8 ? -1 : 1);
    }
    expect(hammingDistance(occlude(set, region, "on").select([1]), set.select([1]))).toBe(20);
    const noisy = hammingDistance(occlude(set, region, "noise", new Random(1)).select([0]), set.select([0]));
    expect(noisy).toBeGreaterThan(0);
    expect(noisy).toBeLessThan(20);
  });

  it.each([
    [() => flip(set, 1.5, new Random(1)), /probability is 1.5; expected a number from 0 to 1/],
    [() => flip(set, Number.NaN, new Random(1)), /probability is NaN/],
    [() => flipExactly(set, 1001, new Random(1)), /count is 1001; expected a whole number from 0 to 1000/],
    [() => occlude(set, { top: 19, left: 0, height: 2, width: 1 }), /region height is 2; expected .* from 0 to 1/],
    [() => occlude(PatternSet.from([[1]]), { top: 0, left: 0, height: 1, width: 1 }), /no shape/],
    [() => occlude(set, { top: 0, left: 0, height: 1, width: 1 }, "noise"), /random is missing/],
  ])("refuses what does not fit (%#)", (act, message) => {
    expect(act).toThrow(message);
  });
});
