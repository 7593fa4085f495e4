import { describe, expect, it } from "vitest";
import {
  errorOfDraw,
  gaussianError,
  hebbError,
  histogram,
  loadForError,
  simulateError,
  stabilities,
} from "../../src/analysis/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { hebb, projection } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, HopfieldNet } from "../../src/memories/index.js";
import { randomPatterns } from "../support/random-patterns.js";

describe("stabilities", () => {
  it("are xi_i h_i, of every pattern and unit", () => {
    const patterns = randomPatterns(70, 20, new Random(1));
    const thresholds = Float64Array.from({ length: 20 }, (_, i) => i / 33 - 0.3111);
    const memory = new Hopfield(20, { thresholds }).store(patterns);
    const net = memory.net as HopfieldNet;
    const { values, unstable, mean, standardDeviation, least } = stabilities(net, patterns);
    const fields = net.fields(patterns.bits);
    for (let r = 0; r < 70; r++) {
      patterns.spins(r).forEach((xi, i) => {
        expect(values[r * 20 + i]).toBe(xi * fields[r * 20 + i]);
      });
    }
    expect(unstable).toBe(values.filter((kappa) => kappa < 0).length);
    expect(least).toBe(Math.min(...memory.inspect().stabilities));
    expect(mean).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 12);
    const squares = values.reduce((sum, kappa) => sum + (kappa - mean) ** 2, 0);
    expect(standardDeviation).toBeCloseTo(Math.sqrt(squares / values.length), 12);
  });

  it("of the projection rule are all one", () => {
    const patterns = randomPatterns(8, 40, new Random(2));
    const net = new HopfieldNet(projection({ selfCoupling: true }).learn(patterns, referenceKernels).interaction);
    for (const kappa of stabilities(net, patterns).values) expect(kappa).toBeCloseTo(1, 10);
  });
});

describe("histogram", () => {
  it("puts a border into the bin above it, and the last into the last bin", () => {
    const { edges, counts, outside } = histogram([0, 0.5, 1, 1.5, 2, 3, -1, Number.NaN], 4, [0, 2]);
    expect([...edges]).toEqual([0, 0.5, 1, 1.5, 2]);
    expect([...counts]).toEqual([1, 1, 1, 2]);
    expect(outside).toBe(3);
    expect([...histogram([1, 2, 5], 2).counts]).toEqual([2, 1]);
    expect([...histogram([3, 3], 2).counts]).toEqual([2, 0]);
  });

  it("refuses a range that is none", () => {
    expect(() => histogram([1], 0)).toThrow("bins is 0");
    expect(() => histogram([1], 3, [2, 1])).toThrow("range high is 1; expected a number from 2 to");
    expect(() => histogram([1, Number.NaN], 3)).toThrow("range low is NaN");
  });
});

describe("the error probability of Hebb's rule", () => {
  it.each([
    [3, 4, false],
    [3, 4, true],
    [4, 3, false],
    [2, 6, true],
  ])("is that of all sets of patterns, %i patterns of %i units, self-coupling %s", (p, n, selfCoupling) => {
    // All 2^(pn) sets of patterns: their fraction in which unit 0 of pattern 0 is wrong.
    let below = 0;
    let tied = 0;
    for (let word = 0; word < 2 ** (p * n); word++) {
      const xi = (mu: number, i: number) => ((word >>> (mu * n + i)) & 1) * 2 - 1;
      let votes = 0;
      for (let j = selfCoupling ? 0 : 1; j < n; j++) {
        for (let mu = 0; mu < p; mu++) votes += xi(mu, 0) * xi(mu, j) * xi(0, j);
      }
      if (xi(0, 0) * votes < 0) below++;
      else if (votes === 0 && xi(0, 0) < 0) tied++;
    }
    const load = { units: n, patterns: p, selfCoupling };
    expect(hebbError(load)).toBeCloseTo(below / 2 ** (p * n), 14);
    expect(hebbError({ ...load, ties: "plus" })).toBeCloseTo((below + tied) / 2 ** (p * n), 14);
  });

  it.each([
    [false, "keep"],
    [false, "plus"],
    [true, "plus"],
  ] as const)("agrees with simulation, self-coupling %s, ties %s", (selfCoupling, ties) => {
    const load = { units: 40, patterns: 10, selfCoupling, ties };
    const simulated = simulateError({ ...load, draws: 100, random: new Random(1), kernels: referenceKernels });
    // Five standard errors.
    expect(Math.abs(simulated.value - hebbError(load))).toBeLessThan(5 * simulated.standardError);
    expect(simulated.standardError).toBeLessThan(hebbError(load) / 5);
  });

  it("comes draw by draw from streams of its own, and with another rule", () => {
    const options = { units: 30, patterns: 5 };
    const random = new Random(3);
    const alone = [0, 1, 2].map((k) => errorOfDraw(options, random.fork(k)));
    expect(simulateError({ ...options, draws: 3, random: new Random(3) }).value).toBeCloseTo(
      alone.reduce((a, b) => a + b) / 3,
      15,
    );
    expect(errorOfDraw({ ...options, rule: projection({ selfCoupling: true }) }, random)).toBe(0);
    const rule = hebb({ selfCoupling: true });
    expect(errorOfDraw({ units: 10, patterns: 40, rule }, random.fork(9))).toBe(
      errorOfDraw({ units: 10, patterns: 40, selfCoupling: true }, random.fork(9)),
    );
  });

  it("is the Gaussian estimate where n and p are large", () => {
    // The binomial tail differs from the normal one by half a step, 1 / sqrt(N) of a standard deviation, at most.
    for (const [units, patterns] of [
      [1000, 138],
      [20000, 3000],
    ]) {
      const load = { units, patterns };
      const x = units / Math.sqrt(units * patterns);
      const slack = (x + 1) / Math.sqrt(units * patterns);
      expect(Math.abs(hebbError(load) / gaussianError(load) - 1)).toBeLessThan(2 * slack);
    }
    // erfc(sqrt(n / 2p)) / 2 at alpha = 0.138: 0.0036 (Hertz, Krogh and Palmer 1991, table 2.1).
    expect(gaussianError({ units: 1e6, patterns: 138_001 })).toBeCloseTo(0.0036, 4);
  });

  it("bounds the load: Rojas' rule m = 0.18 n, and the table of Hertz, Krogh and Palmer", () => {
    expect(loadForError(0.01)).toBeCloseTo(0.1848, 4);
    const table: [number, number][] = [
      [0.001, 0.105],
      [0.0036, 0.138],
      [0.01, 0.185],
      [0.05, 0.37],
      [0.1, 0.61],
    ];
    for (const [error, load] of table) {
      const digits = `${load}`.length - 2;
      expect(loadForError(error)).toBeCloseTo(load, digits);
    }
    for (const load of [0.05, 0.138, 0.5]) {
      expect(loadForError(gaussianError({ units: 1e7, patterns: 1e7 * load }))).toBeCloseTo(load, 5);
    }
  });

  it("has no crosstalk with one pattern", () => {
    expect([hebbError({ units: 5, patterns: 1 }), gaussianError({ units: 5, patterns: 1 })]).toEqual([0, 0]);
  });

  it("refuses what cannot be", () => {
    expect(() => hebbError({ units: 0, patterns: 1 })).toThrow("units is 0");
    expect(() => gaussianError({ units: 5, patterns: 1.5 })).toThrow("patterns is 1.5");
    expect(() => loadForError(0.6)).toThrow("error is 0.6; expected a number from 0 to 0.5");
    expect(() => simulateError({ units: 5, patterns: 2, draws: 2, random: new Random(1) })).toThrow("draws is 2");
  });
});
