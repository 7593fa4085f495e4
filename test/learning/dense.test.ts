import { describe, expect, it } from "vitest";
import {
  asynchronous,
  glauber,
  Hopfield,
  type HopfieldRecall,
  hebb,
  metropolis,
  PatternSet,
  Random,
  synchronous,
} from "../../src/index.js";
import { power, rectified, withThresholds } from "../../src/interactions/index.js";
import { type DenseOptions, dense } from "../../src/learning/index.js";
import { flip, randomPatterns } from "../../src/patterns/index.js";
import { refusal } from "../support/refusal.js";

const separations = [
  [{ power: 2 }, (x: number, n: number) => x ** 2 / (2 * n)],
  [{ power: 3 }, (x: number, n: number) => x ** 3 / (3 * n ** 2)],
  [{ power: 5 }, (x: number, n: number) => x ** 5 / (5 * n ** 4)],
  [{ separation: "rectified", power: 2 }, (x: number, n: number) => Math.max(x, 0) ** 2 / (2 * n)],
  [{ separation: "rectified", power: 4 }, (x: number, n: number) => Math.max(x, 0) ** 4 / (4 * n ** 3)],
  [{ separation: "exponential" }, (x: number, n: number) => Math.exp(x - n)],
  [{ separation: "exponential", beta: 0.25 }, (x: number, n: number) => 4 * Math.exp(0.25 * (x - n))],
] as const;
const named = separations.map(([options, F]) => [JSON.stringify(options), options, F] as const);

/** E(s) = -sum_mu F(xi_mu . s) */
function energyOf(F: (x: number, n: number) => number, patterns: PatternSet, spins: ArrayLike<number>): number {
  let energy = 0;
  for (let mu = 0; mu < patterns.count; mu++) {
    energy -= F(
      patterns.spins(mu).reduce((x, xi, i) => x + xi * spins[i], 0),
      patterns.units,
    );
  }
  return energy;
}

const allStates = (n: number) =>
  PatternSet.from(
    Array.from({ length: 2 ** n }, (_, word) => Array.from({ length: n }, (_, i) => ((word >>> i) & 1) * 2 - 1)),
  );

describe.each(named)("a dense memory with %s", (_, options, F) => {
  it("has the energies of its separation function, and fields that are their differences, in all states", () => {
    const patterns = randomPatterns(7, 10, new Random(1));
    const { interaction } = new Hopfield(10, { rule: dense(options) }).store(patterns);
    const states = allStates(10);
    const energies = interaction.energies(states.bits);
    const fields = new Float64Array(states.count * 10);
    interaction.fields(states.bits, fields);
    // Seven patterns: the rounding of a sum, relative to the largest energy there is.
    const size = 7 * F(10, 10);
    for (let word = 0; word < states.count; word++) {
      expect(Math.abs(energies[word] - energyOf(F, patterns, states.spins(word)))).toBeLessThan(2 ** -48 * size);
      for (let i = 0; i < 10; i++) {
        const half = (energies[word & ~(1 << i)] - energies[word | (1 << i)]) / 2;
        expect(Math.abs(fields[10 * word + i] - half)).toBeLessThan(2 ** -48 * size);
      }
    }
  });

  it("never rises in energy under asynchronous dynamics, and ends where every unit agrees with its field", () => {
    const patterns = randomPatterns(40, 33, new Random(2));
    const memory = new Hopfield(33, { rule: dense(options) }).store(patterns);
    for (let seed = 0; seed < 20; seed++) {
      const {
        trace = [],
        state,
        converged,
      } = memory.recall(randomPatterns(1, 33, new Random(seed)), {
        random: new Random(seed),
        trace: true,
      });
      expect(converged).toBe(true);
      for (let t = 1; t < trace.length; t++) expect(trace[t]).toBeLessThanOrEqual(trace[t - 1]);
      const fields = memory.net?.fields(PatternSet.from([state]).bits) ?? [];
      for (let i = 0; i < 33; i++) expect(state[i] * fields[i]).toBeGreaterThanOrEqual(0);
    }
  });

  it("takes thresholds: fields, steps, walks and energies are shifted by them", () => {
    const patterns = randomPatterns(5, 21, new Random(3));
    const theta = Float64Array.from({ length: 21 }, (_, i) => Math.sin(i));
    const [plain, shifted] = [undefined, theta].map((thresholds) =>
      new Hopfield(21, { rule: dense(options), thresholds }).store(patterns),
    );
    expect(shifted.thresholds).toEqual(theta);
    const states = randomPatterns(9, 21, new Random(4));
    const [a, b] = [plain, shifted].map((memory) => memory.net?.fields(states.bits) ?? []);
    for (let k = 0; k < a.length; k++) expect(b[k]).toBe(a[k] - theta[k % 21]);
    for (let r = 0; r < 9; r++) {
      const spins = states.spins(r);
      const added = spins.reduce((sum, s, i) => sum + theta[i] * s, 0);
      expect(shifted.energy(spins)).toBeCloseTo(plain.energy(spins) + added, 12);
      const [{ state }] = [shifted.recall(spins, { dynamics: synchronous({ maxSweeps: 1 }) })];
      expect(Array.from(state)).toEqual(Array.from(spins, (_, i) => (b[21 * r + i] >= 0 ? 1 : -1)));
      const ended = shifted.recall(spins, { random: new Random(r) });
      const fields = shifted.net?.fields(ended.bits) ?? [];
      for (let i = 0; i < 21; i++) expect(ended.state[i] * fields[i]).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("the square of the overlaps", () => {
  it("is Hebb's rule without self-couplings, bit for bit, under every dynamics; its energies differ by p / 2", () => {
    for (const [p, n] of [
      [3, 20],
      [13, 101],
      [60, 128],
    ]) {
      const patterns = randomPatterns(p, n, new Random(n));
      const [own, theirs] = [dense({ power: 2 }), hebb()].map((rule) => new Hopfield(n, { rule }).store(patterns));
      const cues = flip(patterns, 0.2, new Random(1));
      const all = [own, theirs].map((memory) => memory.net?.fields(cues.bits));
      expect(new BigUint64Array(all[0]?.buffer ?? new ArrayBuffer())).toEqual(
        new BigUint64Array(all[1]?.buffer ?? new ArrayBuffer()),
      );
      for (const dynamics of [
        asynchronous(),
        synchronous(),
        glauber({ beta: 2, sweeps: 7 }),
        metropolis({ beta: 2, sweeps: 7 }),
      ]) {
        const [a, b] = [own, theirs].map((memory) => memory.recallMany(cues, { dynamics, random: new Random(2) }));
        const evidence = ({ state, sweeps, flips, period }: HopfieldRecall) => [
          Array.from(state),
          sweeps,
          flips,
          period,
        ];
        expect(a.map(evidence)).toEqual(b.map(evidence));
        for (const [r, { energy }] of a.entries()) expect(energy).toBeCloseTo(b[r].energy - p / 2, 9);
      }
    }
  });
});

describe("exclusive or, as four patterns (x, y, x y)", () => {
  const table = PatternSet.from([
    [1, 1, 1],
    [1, -1, -1],
    [-1, 1, -1],
    [-1, -1, 1],
  ]);
  const states = allStates(3);
  const fieldsBy = (options: Parameters<typeof dense>[0]) =>
    Array.from(new Hopfield(3, { rule: dense(options) }).store(table).net?.fields(states.bits) ?? []);

  // The sum of the four (+-x +-y +-z)^n is constant for an even n, and proportional to x y z for an odd one.
  it.each([2, 4, 6])("is not held by the power %i, whose energy is constant", (degree) => {
    expect(fieldsBy({ power: degree }).every((h) => h === 0)).toBe(true);
  });

  it.each([
    { power: 3 },
    { power: 5 },
    { separation: "rectified", power: 2 },
    { separation: "rectified", power: 3 },
    { separation: "exponential" },
  ] as const)("is held by %j: the four rows alone are stable", (options) => {
    const fields = fieldsBy(options);
    for (let r = 0; r < 8; r++) {
      const [x, y, z] = states.spins(r);
      for (const [i, s] of [x, y, z].entries()) expect(Math.sign(fields[3 * r + i]) * s).toBe(x * y * z);
    }
  });
});

describe("the capacity", () => {
  it("is n^(d-1) / (z^2 (2d - 3)!!) for a power, and twice as much where it is rectified", () => {
    // alpha_d of Krotov and Hopfield 2016 at half a percent of errors, from the normal distribution.
    for (const [degree, alpha] of [
      [2, 0.1507],
      [3, 0.0502],
      [4, 0.01005],
    ]) {
      // The printed digits.
      const share = (power(degree).capacity?.patterns(100) ?? 0) / 100 ** (degree - 1);
      expect(Math.abs(share / alpha - 1)).toBeLessThan(0.002);
      expect(dense({ power: degree }).capacity?.load(100, 0.5)).toBe(
        (power(degree).capacity?.patterns(100) ?? 0) / 100,
      );
      expect(rectified(degree).capacity?.patterns(50)).toBe(2 * (power(degree).capacity?.patterns(50) ?? 0));
    }
    expect(dense({ separation: "exponential" }).capacity?.load(20, 0.5)).toBe(2 ** 10 / 20);
    expect(dense({ separation: "exponential", beta: 2 }).capacity).toBeUndefined();
  });
});

describe("options", () => {
  it.each<[DenseOptions, string, string]>([
    [{ power: 1 }, "power", "power is 1; expected a whole number from 2 to 1000"],
    [{ power: 2.5 }, "power", "power is 2.5; expected a whole number from 2 to 1000"],
    [{ separation: "exponential", beta: 0 }, "beta", "beta is 0; expected a number above 0, at most 1000"],
    [{ separation: "exponential", beta: Number.NaN }, "beta", "beta is NaN; expected a number above 0, at most 1000"],
    [
      { separation: "cube" as never },
      "separation",
      'separation is "cube"; expected "power", "rectified" or "exponential"',
    ],
  ])("%j", (options, name, message) => {
    expect(() => dense(options)).toThrow(refusal(name));
    expect(() => dense(options)).toThrow(message);
  });

  it("that the separation function does not have are refused", () => {
    expect(() => dense({ beta: 2 })).toThrow(
      "beta is 2, but separation is power; beta is an option of exponential alone",
    );
    expect(() => dense({ separation: "exponential", power: 2 })).toThrow(
      "power is 2, but separation is exponential; power is an option of power and rectified alone",
    );
  });
});

describe.each([
  { power: 2 },
  { power: 3 },
  { separation: "rectified", power: 2 },
  { separation: "exponential", beta: 0.1 },
  { separation: "exponential" },
] as const)("recall from a dense memory with %o, which evaluates states once", (options) => {
  const [units, cues] = [90, 70];
  const patterns = randomPatterns(130, units, new Random(3));
  // Every third pattern is stored twice, so that there are ties; the first twenty cues are stored.
  const stored = patterns.concat(patterns.select(Array.from({ length: 40 }, (_, k) => 3 * k)));
  const damaged = flip(stored.select(Array.from({ length: cues }, (_, k) => k)), 0.25, new Random(4));
  const given = patterns.select(Array.from({ length: 20 }, (_, k) => k)).concat(damaged);
  const theta = Float64Array.from({ length: units }, (_, i) => 0.01 * ((i * 7) % 5) - 0.02);
  const held = Array.from({ length: units }, (_, i) => i % 6 === 0);

  it.each([
    ["synchronous", () => synchronous()],
    ["synchronous, ended early", () => synchronous({ maxSweeps: 2 })],
    ["asynchronous", () => asynchronous()],
    ["Glauber", () => glauber({ beta: 2, sweeps: 3 })],
  ] as const)("gives what an interaction without evaluations gives: %s", (_, dynamics) => {
    const whole = new Hopfield(units, { rule: dense(options) }).store(stored);
    for (const own of [whole.interaction, withThresholds(whole.interaction, theta)]) {
      const [evaluated, plain] = [own, { ...own, evaluate: undefined }].map((some) =>
        Hopfield.restore(stored, some, {}),
      );
      for (const more of [{}, { trace: true }, { clamped: held }]) {
        const recalls = (memory: Hopfield) =>
          memory.recallMany(given, { dynamics: dynamics(), random: new Random(9), ...more });
        expect(recalls(evaluated)).toEqual(recalls(plain));
      }
    }
  });
});
