import { describe, expect, it } from "vitest";
import { basinPicture, basins, indexOfAttraction } from "../../src/analysis/index.js";
import { Subsets, subsetCount } from "../../src/analysis/subsets.js";
import { asynchronous, synchronous } from "../../src/dynamics/index.js";
import { DenseCouplings, type Net, quadratic, requireLinear } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { hebb, projection } from "../../src/learning/index.js";
import { bitMatrix, popcount } from "../../src/math/bits.js";
import { binomialProbability } from "../../src/math/index.js";
import { Random } from "../../src/math/random.js";
import { HopfieldNet } from "../../src/memories/index.js";
import { PatternSet } from "../../src/patterns/index.js";
import { randomPatterns } from "../support/random-patterns.js";

const memory = (patterns: PatternSet, selfCoupling = false) =>
  new HopfieldNet(hebb({ selfCoupling }).learn(patterns, referenceKernels).interaction);

/** Spins of a state given as a word. */
const spins = (word: number, n: number) => Int8Array.from({ length: n }, (_, i) => ((word >>> i) & 1) * 2 - 1);

/** By the formulas alone: how many states at each distance are the pattern after `steps` synchronous steps. */
function bruteForce(net: Net, pattern: Int8Array, steps: number): number[] {
  const n = net.interaction.units;
  const linear = requireLinear(net.interaction, "the brute force");
  const reached = new Array<number>(n + 1).fill(0);
  const rows = Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(n);
    linear.row(i, row);
    return row;
  });
  for (let word = 0; word < 2 ** n; word++) {
    const start = spins(word, n);
    let state = start;
    for (let step = 0; step < steps; step++) {
      const from = state;
      const field = (i: number) => rows[i].reduce((h, w, j) => h + w * from[j], -linear.thresholds[i]);
      // Rounding may not decide a tie.
      state = from.map((_, i) => (field(i) > -1e-9 ? 1 : -1));
    }
    const distance = start.reduce((d, s, i) => d + (s === pattern[i] ? 0 : 1), 0);
    if (state.every((s, i) => s === pattern[i])) reached[distance]++;
  }
  return reached;
}

describe("basins", () => {
  it.each([1, 2, 5])("are those of all states one by one, %i steps", (steps) => {
    const patterns = randomPatterns(3, 9, new Random(4));
    const bare = memory(patterns, true);
    const linear = requireLinear(bare.interaction, "the test");
    const theta = Float64Array.of(0.1, -0.2, 0, 0.5, 0, -0.7, 0.3, 0, 0);
    const nets = [bare, new HopfieldNet(linear.withThresholds(theta))];
    for (const net of nets) {
      const found = basins(net, patterns, { steps, distances: Array.from({ length: 10 }, (_, h) => h) });
      found.forEach(({ rows }, r) => {
        expect(rows.map((row) => row.count)).toEqual(bruteForce(net, patterns.spins(r), steps));
        rows.forEach((row) => {
          expect(row).toMatchObject({ exact: true, trials: subsetCount(9, row.distance), low: row.value });
        });
      });
    }
  });

  it("by table, by batch and by single runs are the same", () => {
    const patterns = randomPatterns(2, 13, new Random(2));
    const net = memory(patterns);
    // The same net beside a unit that no other feels: too large for the table, and the same basins.
    const wide = randomPatterns(2, 15, new Random(2));
    const padded = PatternSet.from([0, 1].map((r) => [...patterns.spins(r), 1, 1]));
    const W = new Float64Array(15 * 15);
    for (let i = 0; i < 13; i++) net.interaction.linear?.row(i, W.subarray(i * 15, i * 15 + 13));
    const free = new HopfieldNet(quadratic(new DenseCouplings(W, 15, referenceKernels)));
    expect(wide.units).toBe(15);
    for (const options of [{ steps: 1 }, { steps: 3 }, {}, { dynamics: synchronous({ maxSweeps: 40 }) }]) {
      const small = basins(net, patterns, { ...options, distances: [0, 1, 2, 3, 4] });
      const large = basins(free, padded, { ...options, distances: [0, 1, 2, 3, 4] });
      small.forEach(({ rows }, r) => {
        // The two free units become +1 at once: a state at distance h of 15 has h, h - 1 or h - 2 of its flips in the net.
        const count = (h: number) => rows[h]?.count ?? 0;
        rows.forEach(({ distance: h }) => {
          expect(large[r].rows[h].count).toBe(count(h) + 2 * count(h - 1) + count(h - 2));
        });
      });
    }
  });

  it("under asynchronous dynamics are where its runs end, whatever rows are asked for", () => {
    const patterns = randomPatterns(2, 12, new Random(3));
    const net = memory(patterns);
    const options = { dynamics: asynchronous(), random: new Random(8) };
    const [{ rows }] = basins(net, patterns, { ...options, distances: [0, 1, 5] });
    expect(rows.map((row) => row.exact)).toEqual([false, false, false]);
    expect(basins(net, patterns, { ...options, distances: [5] })[0].rows[0]).toEqual(rows[2]);
    // Run k of the row at distance h of pattern r has stream k of its own.
    const stream = new Random(8).fork(0).fork(5).fork(1);
    const starts = new Subsets(12, 5);
    let reached = 0;
    for (let k = 0; k < 792; k++) {
      const bits = bitMatrix(1, 12, patterns.bits.words.slice(0, 4));
      starts.toggleNext(bits.words, 0);
      const run = net.run(new PatternSet(bits), { random: stream.fork(k) });
      if (run.bits.words[0] === patterns.bits.words[0]) reached++;
    }
    expect(rows[2]).toMatchObject({ count: reached, trials: 792 });
    const fixedOrder = basins(net, patterns, { dynamics: asynchronous({ order: "fixed" }), distances: [2] });
    const ends = new Subsets(12, 2);
    let count = 0;
    for (let k = 0; k < 66; k++) {
      const bits = bitMatrix(1, 12, patterns.bits.words.slice(0, 4));
      ends.toggleNext(bits.words, 0);
      const run = net.run(new PatternSet(bits), { dynamics: asynchronous({ order: "fixed" }) });
      if (run.bits.words[0] === patterns.bits.words[0]) count++;
    }
    expect(fixedOrder[0].rows[0]).toMatchObject({ count, trials: 66, exact: true });
  });

  it("of a pattern that is no fixed point are said to be so, and empty where states must settle", () => {
    const pattern = [1, 1, 1];
    const net = new HopfieldNet([
      [0, -1, 0],
      [-1, 0, 0],
      [0, 0, 1],
    ]);
    const [basin] = basins(net, [pattern], { distances: [0, 1] });
    expect(basin.fixed).toBe(false);
    expect(basin.rows.map((row) => row.count)).toEqual([0, 0]);
    // On its cycle it comes back after two steps.
    expect(basins(net, [pattern], { steps: 2, distances: [0] })[0].rows[0].count).toBe(1);
  });

  it("sampled cover the exact fraction as often as they say", () => {
    const patterns = randomPatterns(3, 10, new Random(9));
    const net = memory(patterns);
    const exact = basins(net, patterns.select([0]), { steps: 1, distances: [3] })[0].rows[0];
    expect(exact.value).toBeGreaterThan(0.1);
    expect(exact.value).toBeLessThan(0.9);
    let covered = 0;
    const repeats = 300;
    for (let k = 0; k < repeats; k++) {
      const options = { steps: 1, distances: [3], samples: 50, random: new Random(k) };
      const row = basins(net, patterns.select([0]), options)[0].rows[0];
      expect([row.exact, row.trials]).toEqual([false, 50]);
      if (row.low <= exact.value && exact.value <= row.high) covered++;
    }
    // At least 0.95, less five standard errors of the count.
    expect(covered / repeats).toBeGreaterThan(0.95 - 5 * Math.sqrt((0.95 * 0.05) / repeats));
  });

  it("add up to the index of attraction", () => {
    const patterns = randomPatterns(2, 10, new Random(1));
    const [{ rows }] = basins(memory(patterns, true), patterns, { steps: 1 });
    expect(rows).toHaveLength(6);
    const index = indexOfAttraction(rows);
    expect(index.value).toBe(rows.reduce((sum, row, h) => sum + (h * row.count) / subsetCount(10, h), 0));
    expect(index.low).toBe(index.value);
  });

  it("refuse what cannot be", () => {
    const patterns = randomPatterns(1, 20, new Random(1));
    const net = memory(patterns);
    expect(() => basins(net, patterns, { distances: [21] })).toThrow(
      "distance is 21; expected a whole number from 0 to 20",
    );
    expect(() => basins(net, patterns, { samples: 5, distances: [2] })).toThrow(
      "random is missing; a sample of the states at distance 2 needs a generator: pass new Random(seed)",
    );
    expect(() => basins(net, patterns, { steps: 1, dynamics: asynchronous() })).toThrow(
      "steps is 1 and a dynamics is given, but steps are synchronous; omit one of the two",
    );
    expect(() => basins(net, [[1, 1]])).toThrow("patterns has 2 units but the network has 20");
  });
});

describe("basinPicture", () => {
  const patterns = randomPatterns(3, 24, new Random(6));
  const net = new HopfieldNet(projection({ selfCoupling: false }).learn(patterns, referenceKernels).interaction);
  const pattern = patterns.select([1]);

  it("has one cell for each pair of distances, and each of its rows by itself", () => {
    const whole = basinPicture(net, pattern, { steps: 3, samples: 4, random: new Random(2) });
    expect(whole).toMatchObject({ rows: [0, 13], columns: 13, samples: 4 });
    expect(whole.reached).toHaveLength(13 * 13);
    expect(whole.reached[0]).toBe(4);
    // The far corner is the negative of the pattern.
    expect(whole.reached[13 * 13 - 1]).toBe(0);
    const part = basinPicture(net, pattern, { steps: 3, samples: 4, random: new Random(2), rows: [7, 9] });
    expect(part.reached).toEqual(whole.reached.slice(7 * 13, 9 * 13));
  });

  it("over the halves sums to the basin over the whole", () => {
    const half = Uint32Array.from({ length: 12 }, (_, i) => 2 * i + 1);
    const samples = 200;
    const { reached, columns } = basinPicture(net, pattern, { steps: 2, samples, random: new Random(3), half });
    // Of the states at distance h, the part with d1 flips in the first half is hypergeometric.
    for (const h of [4, 7, 9]) {
      let mean = 0;
      let variance = 0;
      for (let d1 = 0; d1 <= h; d1++) {
        const weight = (subsetCount(12, d1) * subsetCount(12, h - d1)) / subsetCount(24, h);
        const p = reached[d1 * columns + h - d1] / samples;
        mean += weight * p;
        variance += (weight * weight * p * (1 - p)) / samples;
      }
      const row = basins(net, pattern, { steps: 2, distances: [h], samples: 2000, random: new Random(4) })[0].rows[0];
      const error = Math.sqrt(variance + (row.value * (1 - row.value)) / 2000);
      expect(Math.abs(mean - row.value)).toBeLessThanOrEqual(5 * error);
    }
  });

  it("refuses halves that are none", () => {
    const random = new Random(1);
    expect(() => basinPicture(net, pattern, { random, half: [24] })).toThrow("unit in half is 24");
    expect(() => basinPicture(net, pattern, { random, half: [1, 1] })).toThrow(
      "number of distinct units in half is 1; expected a whole number from 2 to 24",
    );
    expect(() => basinPicture(net, pattern, { random, rows: [0, 14] })).toThrow("rows to is 14");
  });
});

describe("Subsets", () => {
  it("go through every subset once, and then again", () => {
    for (const size of [0, 1, 3, 6]) {
      const subsets = new Subsets(6, size);
      const seen = new Set<number>();
      const count = subsetCount(6, size);
      const draw = () => {
        const words = new Uint32Array(1);
        subsets.toggleNext(words, 0);
        return words[0];
      };
      const first = Array.from({ length: count }, draw);
      for (const word of first) {
        expect(popcount(word)).toBe(size);
        seen.add(word);
      }
      expect(seen.size).toBe(count);
      expect(Array.from({ length: count }, draw)).toEqual(first);
    }
  });

  it("at random are all equally likely", () => {
    const subsets = new Subsets(5, 2, Uint32Array.of(31, 32, 7, 64, 90));
    const random = new Random(5);
    const counts = new Map<string, number>();
    const draws = 5000;
    for (let k = 0; k < draws; k++) {
      const words = new Uint32Array(3);
      subsets.toggleRandom(words, 0, random);
      counts.set(words.join(), (counts.get(words.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(10);
    // Each count is binomial: none beyond five standard deviations.
    for (const count of counts.values()) expect(Math.abs(count - draws / 10)).toBeLessThan(5 * Math.sqrt(draws * 0.09));
    expect(binomialProbability(5, 10, 0.5) * 1024).toBeCloseTo(subsetCount(10, 5), 10);
  });
});
