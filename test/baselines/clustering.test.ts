import { describe, expect, it } from "vitest";
import { classMeans, type Dendrogram, ward } from "../../src/baselines/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { Random } from "../../src/math/random.js";
import { PatternSet, randomPatterns } from "../../src/patterns/index.js";
import { randomMatrix } from "../support/matrices.js";

interface Cluster {
  readonly number: number;
  readonly rows: readonly number[];
}

/** d^2 = 2 |A| |B| / (|A| + |B|) |mean_A - mean_B|^2, from the means. */
function squaredHeight(data: number[][], a: Cluster, b: Cluster): number {
  const mean = (c: Cluster, j: number) => c.rows.reduce((sum, r) => sum + data[r][j], 0) / c.rows.length;
  const square = data[0].reduce((sum, _, j) => sum + (mean(a, j) - mean(b, j)) ** 2, 0);
  return ((2 * a.rows.length * b.rows.length) / (a.rows.length + b.rows.length)) * square;
}

/** Merges the nearest pair of all, again and again: O(n^3). */
function naiveWard(data: number[][]): { a: number; b: number; height: number; size: number }[] {
  let clusters: Cluster[] = data.map((_, number) => ({ number, rows: [number] }));
  const merges = [];
  while (clusters.length > 1) {
    let best: [number, Cluster, Cluster] | undefined;
    for (const a of clusters) {
      for (const b of clusters) {
        if (b.number <= a.number) continue;
        const d = squaredHeight(data, a, b);
        if (best === undefined || d < best[0]) best = [d, a, b];
      }
    }
    const [square, a, b] = best!;
    const rows = [...a.rows, ...b.rows];
    clusters = clusters.filter((c) => c !== a && c !== b);
    clusters.push({ number: data.length + merges.length, rows });
    merges.push({ a: a.number, b: b.number, height: Math.sqrt(square), size: rows.length });
  }
  return merges;
}

/** Whether every merge is of a pair that is as near as any, when it is made. */
function expectGreedy(data: number[][], { merges }: Dendrogram): void {
  let clusters: Cluster[] = data.map((_, number) => ({ number, rows: [number] }));
  merges.forEach(({ a, b, height, size }, k) => {
    const [left, right] = [a, b].map((number) => clusters.find((c) => c.number === number)!);
    expect(a).toBeLessThan(b);
    expect(squaredHeight(data, left, right)).toBeCloseTo(height ** 2, 9);
    for (const x of clusters) {
      for (const y of clusters) {
        if (x !== y) expect(squaredHeight(data, x, y)).toBeGreaterThan(height ** 2 - 1e-9);
      }
    }
    const rows = [...left.rows, ...right.rows];
    expect(size).toBe(rows.length);
    clusters = clusters.filter((c) => c !== left && c !== right);
    clusters.push({ number: data.length + k, rows });
  });
  expect(clusters).toHaveLength(1);
}

const rowsOf = (n: number, d: number, seed: number) => {
  const { values } = randomMatrix(n, d, new Random(seed));
  return Array.from({ length: n }, (_, r) => [...values.subarray(r * d, (r + 1) * d)]);
};

describe("Ward's clustering", () => {
  it("gives the tree that can be worked out by hand", () => {
    // 0 and 1 are 1 apart, 4 and 6 are 2 apart, and their means 0.5 and 5: sqrt(2 * 2 * 2 / 4) * 4.5; 20 is from their
    // mean 2.75 by sqrt(2 * 4 / 5) * 17.25.
    const { merges } = ward([[0], [4], [20], [1], [6]]);
    expect(merges).toEqual([
      { a: 0, b: 3, height: 1, size: 2 },
      { a: 1, b: 4, height: 2, size: 2 },
      { a: 5, b: 6, height: expect.closeTo(Math.SQRT2 * 4.5, 14), size: 4 },
      { a: 2, b: 7, height: expect.closeTo(Math.sqrt(1.6) * 17.25, 13), size: 5 },
    ]);
  });

  it.each([
    [2, 1],
    [3, 2],
    [20, 1],
    [37, 5],
    [70, 3],
  ])("is that of merging the nearest pair again and again, %i rows of %i numbers", (n, d) => {
    const data = rowsOf(n, d, n);
    const expected = naiveWard(data).map((merge) => ({ ...merge, height: expect.closeTo(merge.height, 11) }));
    expect(ward(data).merges).toEqual(expected);
    expectGreedy(data, ward(data));
  });

  it("adds height^2 / 2 to the squared distances from the means at every merge", () => {
    const data = rowsOf(40, 4, 8);
    const tree = ward(data);
    const spread = (clusters: number) => {
      const labels = tree.cut(clusters);
      const { values } = classMeans(data, labels);
      return data.flat().reduce((sum, x, k) => sum + (x - values[labels[k >> 2] * 4 + (k & 3)]) ** 2, 0);
    };
    for (let k = 40; k > 1; k--) {
      expect(spread(k - 1) - spread(k)).toBeCloseTo(tree.merges[40 - k].height ** 2 / 2, 10);
    }
  });

  it("of patterns is that of their spins, also with many ties, on every backend", () => {
    for (const [n, units] of [
      [45, 200],
      [37, 7],
    ]) {
      const patterns = randomPatterns(n, units, new Random(units));
      const spins = Array.from({ length: n }, (_, r) => [...patterns.spins(r)]);
      const tree = ward(patterns);
      expectGreedy(spins, tree);
      expect(ward(spins).merges).toEqual(tree.merges);
      expect(ward(patterns, { kernels: referenceKernels }).merges).toEqual(tree.merges);
    }
  });

  it("takes low rows first where pairs are equally near", () => {
    const square = ward([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect(square.merges.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    const same = ward([[3], [3], [3], [3]]);
    expect(same.merges.map(({ a, b, height }) => [a, b, height])).toEqual([
      [0, 1, 0],
      [2, 4, 0],
      [3, 5, 0],
    ]);
  });

  it("never has a cluster lower than its parts", () => {
    // Equal heights that rounding could turn round.
    const data = Array.from({ length: 64 }, (_, r) => [r & 7, r >> 3].map((x) => x / 3));
    const { merges } = ward(data);
    for (let k = 1; k < merges.length; k++) {
      expect(merges[k].height).toBeGreaterThanOrEqual(merges[k - 1].height);
      for (const part of [merges[k].a, merges[k].b]) expect(part).toBeLessThan(64 + k);
    }
  });

  it("cuts into clusters that are numbered by their lowest rows", () => {
    const tree = ward([[20], [4], [0], [1], [6]]);
    expect([...tree.cut(1)]).toEqual([0, 0, 0, 0, 0]);
    expect([...tree.cut(2)]).toEqual([0, 1, 1, 1, 1]);
    expect([...tree.cut(3)]).toEqual([0, 1, 2, 2, 1]);
    expect([...tree.cut(5)]).toEqual([0, 1, 2, 3, 4]);
    expect(() => tree.cut(6)).toThrow("clusters is 6; expected a whole number from 1 to 5");
    expect(() => tree.cut(0)).toThrow("clusters is 0");
  });

  it("finds groups that are far apart", () => {
    const random = new Random(3);
    const truth = Array.from({ length: 90 }, (_, r) => r % 3);
    const data = truth.map((c) => [10 * c + random.normal(), 5 * (c % 2) + random.normal()]);
    expect([...ward(data).cut(3)]).toEqual(truth);
  });

  it("takes single precision, and leaves the data alone", () => {
    const values = Float32Array.of(0, 4, 20, 1, 6);
    expect(ward({ rows: 5, columns: 1, values }).merges).toEqual(ward([[0], [4], [20], [1], [6]]).merges);
    expect([...values]).toEqual([0, 4, 20, 1, 6]);
  });

  it.each<[() => unknown, string]>([
    [() => ward([[1]]), "rows of the data is 1; expected a whole number from 2 to 32768"],
    [() => ward([[1], [Number.NaN]]), "data[1][0] is NaN; expected a finite number"],
    [() => ward(randomPatterns(40000, 1, new Random(1))), "rows of the data is 40000"],
  ])("refuses bad input %#", (call, message) => {
    expect(call).toThrow(message);
  });
});

describe("class means", () => {
  it("are the means of the rows of every class, of patterns as spins", () => {
    expect([
      ...classMeans(
        [
          [1, 2],
          [3, 4],
          [10, 20],
        ],
        [1, 1, 0],
      ).values,
    ]).toEqual([10, 20, 2, 3]);
    const patterns = PatternSet.from([
      [1, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect([...classMeans(patterns, [0, 0, 1]).values]).toEqual([1, 0, -1, -1, -1, 1]);
  });

  it.each<[() => unknown, string]>([
    [() => classMeans([[1], [2]], [0, 2]), "class 1 of 3 has no rows"],
    [() => classMeans([[1], [2]], [0, 0], 2), "class 1 of 2 has no rows"],
    [() => classMeans([[1], [2]], [0, 2], 2), "labels[1] is 2; expected the class of the row, from 0 to 1"],
    [() => classMeans([[1], [2]], [0, 0.5]), "labels[1] is 0.5; expected the class of the row"],
    [() => classMeans([[1], [2]], [0]), "labels has 1 entries for 2 rows"],
  ])("refuse bad input %#", (call, message) => {
    expect(call).toThrow(message);
  });
});
