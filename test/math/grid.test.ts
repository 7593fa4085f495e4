import { describe, expect, it } from "vitest";
import { roundToGrid } from "../../src/math/grid.js";
import { Random } from "../../src/math/random.js";

describe("roundToGrid", () => {
  it("makes signed sums independent of their order, which they are not before", () => {
    const random = new Random(5);
    let differed = 0;
    for (let round = 0; round < 50; round++) {
      const values = Float64Array.from({ length: 300 }, () => random.normal() * 10 ** random.integer(6));
      const rounded = values.slice();
      roundToGrid(rounded);
      const order = random.permutation(new Uint32Array(300));
      // Every other round adds magnitudes, the largest sums that there can be.
      const signs = Array.from({ length: 300 }, (_, i) =>
        random.bernoulli(0.5) && round % 2 ? 1 : Math.sign(values[i]),
      );
      const forward = (v: Float64Array) => v.reduce((sum, x, i) => sum + signs[i] * x, 0);
      const shuffled = (v: Float64Array) => order.reduce((sum, i) => sum + signs[i] * v[i], 0);
      expect(shuffled(rounded)).toBe(forward(rounded));
      if (shuffled(values) !== forward(values)) differed++;
      const magnitude = values.reduce((sum, x) => sum + Math.abs(x), 0);
      rounded.forEach((x, i) => {
        expect(Math.abs(x - values[i])).toBeLessThanOrEqual(magnitude * 2 ** -51);
      });
    }
    expect(differed).toBeGreaterThan(10);
  });

  it.each([-900, -60, -1, 0, 1, 40, 900])("keeps multiples of 2^-51 of a sum of magnitudes that is 2^%i", (k) => {
    // 2^k is the smallest power of two that is at least the sum.
    const values = Float64Array.of(0.5 + 2 ** -51, 2 ** -51 - 0.5).map((x) => x * 2 ** k);
    const rounded = values.slice();
    roundToGrid(rounded);
    expect(rounded).toEqual(values);
    // Just above the sum the grid is twice as coarse, and half a unit goes to the even neighbour.
    const more = Float64Array.of(...values, 2 ** (k - 50));
    if (k === 900) return expect(() => roundToGrid(more)).toThrow("of at most 2^900");
    roundToGrid(more);
    expect(more).toEqual(Float64Array.of(0.5, -0.5, 2 ** -50).map((x) => x * 2 ** k));
  });

  it("leaves whole numbers and zeros alone", () => {
    const values = Float64Array.from([3, -4, 0, 10_000]);
    roundToGrid(values);
    expect([...values]).toEqual([3, -4, 0, 10_000]);
    const zeros = new Float64Array(3);
    roundToGrid(zeros);
    expect([...zeros]).toEqual([0, 0, 0]);
  });
});
