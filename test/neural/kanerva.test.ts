import { decodeMemory, encodeMemory, flip, Random, randomPatterns } from "engram";
import { matrix } from "engram/math";
import { KanervaMemory, kanervaKind, Perceptron } from "engram/neural";
import { describe, expect, it } from "vitest";
import { randomMatrix } from "../support/matrices.js";

const [UNITS, ROWS] = [60, 8];

/** The projection of a vector to the span of others, by Gram and Schmidt. */
function projection(x: ArrayLike<number>, vectors: readonly ArrayLike<number>[]): Float64Array {
  const basis: Float64Array[] = [];
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);
  for (const vector of vectors) {
    let rest = Float64Array.from(vector);
    for (const unit of basis) {
      const part = dot(rest, unit);
      rest = rest.map((v, i) => v - part * unit[i]);
    }
    const length = Math.sqrt(dot(rest, rest));
    basis.push(rest.map((v) => v / length));
  }
  const sum = new Float64Array(x.length);
  for (const unit of basis) {
    const part = dot(x, unit);
    unit.forEach((v, i) => {
      sum[i] += part * v;
    });
  }
  return sum;
}

function largestGap(a: Float64Array, b: Float64Array): number {
  return Math.max(...a.map((x, i) => Math.abs(x - b[i])));
}

describe("a Kanerva memory without an encoder", () => {
  const items = randomPatterns(ROWS, UNITS, new Random(1));
  const rows = Array.from({ length: ROWS }, (_, r) => items.spins(r));

  it("recalls the projection to the span of as many patterns as it has rows, and names the nearest", () => {
    const memory = new KanervaMemory({ rows: ROWS, code: UNITS }).store(items);
    const cues = flip(items, 0.15, new Random(2));
    memory.recallMany(cues).forEach((recall, r) => {
      const expected = projection(cues.spins(r), rows);
      // The prior means and the ridge let pass about 1e-3 of the cue.
      expect(largestGap(recall.state, expected)).toBeLessThan(0.01);
      expect(recall.nearest.index).toBe(r);
      expect(recall.converged).toBe(true);
      expect(recall.bound).toHaveLength(recall.sweeps);
      expect(recall.weights).toHaveLength(ROWS);
      recall.bound.forEach((bound, k) => {
        if (k > 0) expect(bound).toBeGreaterThanOrEqual(recall.bound[k - 1] - 1e-9 * Math.abs(bound));
      });
    });
  });

  it("reads again from what it read", () => {
    const memory = new KanervaMemory({ rows: ROWS, code: UNITS, noise: 3, variance: 1, deviation: 0.2 }).store(items);
    const cue = flip(items, 0.2, new Random(7)).select([2]);
    const { state, bound, converged } = memory.recall(cue, { readings: 4, tolerance: 0 });
    let code: Float64Array = Float64Array.from(cue.spins(0));
    const bounds = Array.from({ length: 4 }, () => {
      const weights = memory.gaussian.solve(code);
      const own = memory.gaussian.bound(code, weights);
      code = memory.gaussian.read(weights);
      return own;
    });
    expect(state).toEqual(code);
    expect(Array.from(bound)).toEqual(bounds);
    expect(converged).toBe(false);
    expect(bounds.toSorted((a, b) => a - b)).toEqual(bounds);
  });

  it("says how many rows are used, and warns of more patterns than rows", () => {
    const memory = new KanervaMemory({ rows: ROWS, code: UNITS }).store(rows.slice(0, 3));
    const { rowsUsed, trace, divergence, warnings } = memory.inspect();
    expect(rowsUsed).toBeGreaterThan(2.9);
    expect(rowsUsed).toBeLessThan(3);
    expect(trace).toBeCloseTo(100 * (ROWS - rowsUsed), 6);
    expect(divergence).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
    const over = memory.store(randomPatterns(ROWS, UNITS, new Random(5))).inspect();
    expect(over.warnings[0]).toMatchObject({ code: "overload", stored: ROWS + 3, capacity: ROWS / UNITS });
  });

  it("reads what weights read, writes codes, and draws samples around the posterior", () => {
    const memory = new KanervaMemory({ rows: 2, code: 3, variance: 1, noise: 0.5 });
    const { weights } = memory.write([3, 0, 1]);
    expect(memory.read(weights)).toEqual(memory.gaussian.read(weights));
    expect(memory.items).toBeUndefined();
    expect(() => memory.write([1])).toThrow("code has 1 entries; codes of the memory have 3");
    const random = new Random(4);
    const count = 20_000;
    let [squares, expected] = [0, 0];
    for (let t = 0; t < count; t++) squares += memory.sample({ random })[0] ** 2 / count;
    // E (M^T w)_1^2 = sum_k R_k1^2 + tr U.
    const { mean, covariance } = { mean: memory.gaussian.mean, covariance: memory.gaussian.covariance() };
    for (let k = 0; k < 2; k++) expected += mean.values[3 * k] ** 2 + covariance.values[3 * k];
    // The fourth moment of products of normal numbers is below 15 times the square of the second.
    expect(Math.abs(squares - expected)).toBeLessThan(5 * expected * Math.sqrt(15 / count));
    expect(() => memory.sample({})).toThrow("random");
  });

  it("stores real vectors as they are, and refuses what does not fit", () => {
    const vectors = randomMatrix(3, UNITS, new Random(6));
    const memory = new KanervaMemory({ rows: ROWS, code: UNITS, noise: 0.01 }).store(vectors);
    const { state, nearest } = memory.recall(vectors.values.subarray(UNITS, 2 * UNITS));
    expect(nearest.index).toBe(1);
    expect(largestGap(state, vectors.values.subarray(UNITS, 2 * UNITS))).toBeLessThan(0.01);
    expect(() => memory.store([[1, 2]])).toThrow("2 entries");
    expect(() => memory.store(matrix(1, UNITS, new Float64Array(UNITS).fill(1e39)))).toThrow("1e+39");
    expect(() => memory.recall(vectors.values.subarray(0, UNITS), { readings: 0 })).toThrow("readings is 0");
    for (const wrong of [{ noise: 0 }, { rows: 0 }, { variance: -1 }, { deviation: Number.NaN }]) {
      const [[name, value]] = Object.entries(wrong);
      expect(() => new KanervaMemory({ code: 3, ...wrong })).toThrow(`${name} is ${value}`);
    }
    expect(() => new KanervaMemory({ rows: 3 })).toThrow("code is missing");
  });
});

describe("a Kanerva memory with an encoder", () => {
  const random = new Random(3);
  const coders = (code = 5) => ({
    encoder: new Perceptron({ inputs: 12, outputs: code, hidden: [7], random: random.fork(0) }),
    decoder: new Perceptron({ inputs: code, outputs: 12, hidden: [6, 7], random: random.fork(1) }),
  });

  it.each([undefined, 4])(
    "writes codes, and comes back from a file with and without patterns (addresses %s)",
    (addresses) => {
      const memory = new KanervaMemory({ rows: 6, ...coders(), addresses });
      memory.notes = { epochs: 3 };
      memory.shape = [3, 4];
      const kinds = [kanervaKind];
      const empty = decodeMemory(encodeMemory(memory, { kinds }), { kinds }) as KanervaMemory;
      expect(empty.items).toBeUndefined();
      expect([empty.notes, empty.shape]).toEqual([{ epochs: 3 }, [3, 4]]);
      const items = randomPatterns(4, 12, new Random(8));
      for (const each of [memory, empty]) each.store(items);
      const loaded = decodeMemory(encodeMemory(memory, { kinds }), { kinds }) as KanervaMemory;
      expect(loaded.inspect()).toEqual(memory.inspect());
      for (const feed of ["picture", "bits", "code"] as const) {
        const found = memory.recall(items.select([1]), { feed, readings: 4, tolerance: 0 });
        expect(found.sweeps).toBeLessThanOrEqual(4);
        expect(found.state.every((p) => p > 0 && p < 1)).toBe(true);
        expect(empty.recall(items.select([1]), { feed, readings: 4, tolerance: 0 })).toEqual(found);
        expect(loaded.recall(items.select([1]), { feed, readings: 4, tolerance: 0 })).toEqual(found);
      }
      expect(
        new Set(["picture", "code"].map((feed) => memory.recall(items.select([1]), { feed: feed as "code" }).state[0]))
          .size,
      ).toBe(2);
    },
  );

  it("refuses coders that do not fit, entries outside 0 to 1, and another prior while it holds patterns", () => {
    const { encoder, decoder } = coders();
    expect(() => new KanervaMemory({ encoder })).toThrow("decoder is missing");
    expect(() => new KanervaMemory({ encoder, decoder: coders(4).decoder })).toThrow("takes 4");
    expect(() => new KanervaMemory({ encoder, decoder, code: 9 })).toThrow("code is 9");
    expect(() => new KanervaMemory({ code: 3, addresses: 2 })).toThrow("addresses are trained");
    const memory = new KanervaMemory({ rows: 3, encoder, decoder });
    expect(() => memory.store([Array(12).fill(-1)])).toThrow("patterns[0][0] is -1; expected a number from 0 to 1");
    memory.store([Array(12).fill(1)]);
    expect(() => memory.renew()).toThrow("train an empty memory");
  });
});
