import { describe, expect, it } from "vitest";
import { glyphNames, glyphs } from "../../src/data/glyphs.js";
import { ArgumentError } from "../../src/errors.js";
import { hammingDistance } from "../../src/patterns/index.js";

/** Rank of an integer matrix modulo a prime: never more than its rank over the reals. */
function rankModulo(rows: number[][], prime: number): number {
  const power = (base: number, exponent: number): number => {
    if (exponent === 0) return 1;
    const half = power((base * base) % prime, exponent >> 1);
    return exponent & 1 ? (half * base) % prime : half;
  };
  const left = rows.map((row) => row.map((value) => ((value % prime) + prime) % prime));
  let rank = 0;
  for (let column = 0; column < left[0].length && rank < left.length; column++) {
    const pivot = left.findIndex((row, r) => r >= rank && row[column] !== 0);
    if (pivot < 0) continue;
    [left[rank], left[pivot]] = [left[pivot], left[rank]];
    const inverse = power(left[rank][column], prime - 2);
    for (let r = rank + 1; r < left.length; r++) {
      const factor = (left[r][column] * inverse) % prime;
      left[r] = left[r].map((value, c) => (((value - factor * left[rank][c]) % prime) + prime) % prime);
    }
    rank++;
  }
  return rank;
}

describe("glyphs", () => {
  it("are 26 letters and 18 pictures of 16 x 16", () => {
    const all = glyphs();
    expect(all.count).toBe(44);
    expect(all.shape).toEqual([16, 16]);
    expect(all.labels).toEqual(glyphNames);
    expect(glyphNames.slice(0, 26).join("")).toBe("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  });

  it("are linearly independent as spins, all together", () => {
    const all = glyphs();
    const rows = Array.from({ length: all.count }, (_, r) => [...all.spins(r)]);
    expect(rankModulo(rows, 32749)).toBe(44);
  });

  it("differ from each other, and from each other's negatives, in at least 24 units", () => {
    const all = glyphs();
    for (let a = 0; a < all.count; a++) {
      for (let b = 0; b < a; b++) {
        const distance = hammingDistance(all.spins(a), all.spins(b));
        expect(distance, `${glyphNames[a]} and ${glyphNames[b]}`).toBeGreaterThanOrEqual(24);
        expect(distance, `${glyphNames[a]} and ${glyphNames[b]}`).toBeLessThanOrEqual(256 - 24);
      }
    }
  });

  it("are taken by name, letters apart or run together", () => {
    expect(glyphs("CAB").labels).toEqual(["C", "A", "B"]);
    expect(glyphs("heart, AB moon").labels).toEqual(["heart", "A", "B", "moon"]);
    const heart = glyphs("heart");
    expect(heart.spins(0)).toEqual(glyphs().spins(glyphNames.indexOf("heart")));
    expect([...heart.binary(0).subarray(32, 48)].map((on) => (on ? "#" : ".")).join("")).toBe(".######..######.");
  });

  it("refuse names that are not there, and list those that are", () => {
    expect(() => glyphs("cow")).toThrow(ArgumentError);
    expect(() => glyphs("AB cow")).toThrow(/"cow" is not a glyph.* A B C .* heart .* rocket/);
    expect(() => glyphs("a")).toThrow(/"a" is not a glyph/);
    expect(() => glyphs(" ")).toThrow(/names is empty/);
    expect(() => glyphs(3 as unknown as string)).toThrow(ArgumentError);
  });
});
