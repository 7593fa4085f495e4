import { describe, expect, it } from "vitest";
import {
  asynchronous,
  flip,
  glauber,
  Hopfield,
  hebb,
  type LearningRule,
  PatternSet,
  projection,
  quadratic,
  Random,
  synchronous,
  toMatrix,
  warningMessage,
} from "../../src/index.js";
import { DenseCouplings, PatternCouplings } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { bitMatrix, bitRow, spinAt } from "../../src/math/index.js";
import { randomPatterns } from "../support/random-patterns.js";

const rules: [string, LearningRule][] = [
  ["hebb", hebb()],
  ["projection", projection({ selfCoupling: true })],
  ["projection without self-coupling", projection()],
];

/** A rule of a user's own, with a matrix, and with nothing else that a rule may say of itself. */
const outer: LearningRule = {
  name: "outer",
  learn: (patterns, kernels) => ({
    interaction: quadratic(
      new DenseCouplings(toMatrix(hebb().learn(patterns, kernels).interaction), patterns.units, kernels),
    ),
  }),
};

describe("Hopfield", () => {
  it.each(rules)("%s: recalls a stored pattern from a damaged cue, with the evidence", (_, rule) => {
    const patterns = new PatternSet(randomPatterns(4, 120, new Random(1)).bits, { labels: ["a", "b", "c", "d"] });
    const memory = new Hopfield(120, { rule }).store(patterns);
    const cue = flip(patterns.select([2]), 0.2, new Random(2));
    const result = memory.recall(cue, { random: new Random(3), trace: true });
    expect(result.state).toEqual(patterns.spins(2));
    expect(result).toMatchObject({ converged: true, period: 1, nearest: { index: 2, label: "c", overlap: 1 } });
    expect(result.attractor).toEqual({ kind: "stored", parts: [{ index: 2, sign: 1 }] });
    expect(result.cueEnergy).toBe(memory.energy(cue));
    expect(result.energy).toBe(memory.energy(result.state));
    const trace = Array.from(result.trace ?? []);
    expect(trace).toHaveLength(result.sweeps + 1);
    expect([trace[0], trace.at(-1)]).toEqual([result.cueEnergy, result.energy]);
    trace.slice(1).forEach((energy, k) => {
      expect(energy).toBeLessThanOrEqual(trace[k]);
    });
  });

  it("has the energy -1/2 s^T W s - b^T s with b = -theta", () => {
    const patterns = randomPatterns(3, 20, new Random(1));
    const thresholds = Float64Array.from({ length: 20 }, (_, i) => i / 10 - 1);
    const memory = new Hopfield(20, { thresholds }).store(patterns);
    const s = randomPatterns(1, 20, new Random(2)).spins(0);
    const W = toMatrix(hebb().learn(patterns, referenceKernels).interaction);
    let expected = 0;
    for (let i = 0; i < 20; i++) {
      expected += thresholds[i] * s[i];
      for (let j = 0; j < 20; j++) expected -= 0.5 * W[i * 20 + j] * s[i] * s[j];
    }
    expect(memory.energy(s)).toBeCloseTo(expected, 12);
  });

  it.each(rules)("%s: storing one by one, and forgetting, equal a memory made at once", (_, rule) => {
    const patterns = randomPatterns(6, 60, new Random(4));
    const grown = new Hopfield(60, { rule });
    for (let r = 0; r < 6; r++) grown.store(patterns.select([r]));
    grown.forget([1, 4]);
    const made = new Hopfield(60, { rule }).store(patterns.select([0, 2, 3, 5]));
    expect(grown.inspect()).toEqual(made.inspect());
    const cue = randomPatterns(1, 60, new Random(5));
    expect(grown.recall(cue, { random: new Random(6) })).toEqual(made.recall(cue, { random: new Random(6) }));
    grown.forget([0, 1, 2, 3]);
    expect(grown.inspect()).toMatchObject({ stored: 0, load: 0, fixedPoints: 0, stabilities: [] });
    expect(grown.items).toBeUndefined();
  });

  it("recalls many as it recalls each from its own stream", () => {
    const patterns = randomPatterns(5, 80, new Random(1));
    const memory = new Hopfield(80).store(patterns);
    const cues = flip(patterns, 0.3, new Random(2));
    const many = memory.recallMany(cues, { random: new Random(3) });
    many.forEach((result, r) => {
      expect(result).toEqual(memory.recall(cues.select([r]), { random: new Random(3).fork(r) }));
    });
  });

  it("reports stabilities xi_i h_i, fixed points and the load", () => {
    const patterns = randomPatterns(5, 50, new Random(8));
    const memory = new Hopfield(50, { thresholds: new Float64Array(50).fill(0.1) }).store(patterns);
    const W = toMatrix(hebb().learn(patterns, referenceKernels).interaction);
    const kappas = Array.from({ length: 5 }, (_, r) => {
      const xi = patterns.spins(r);
      return Math.min(...Array.from(xi, (s, i) => s * (xi.reduce((h, spin, j) => h + W[i * 50 + j] * spin, 0) - 0.1)));
    });
    const inspection = memory.inspect();
    inspection.stabilities.forEach((kappa, r) => {
      expect(kappa).toBeCloseTo(kappas[r], 12);
    });
    expect(inspection.minStability).toBe(Math.min(...inspection.stabilities));
    expect(inspection.fixedPoints).toBe(kappas.filter((kappa) => kappa >= 0).length);
    expect(inspection.load).toBe(0.1);
    expect(inspection.capacity).toBe(0.138);
  });

  it("warns past the rule's capacity, and of patterns that are not held", () => {
    const crowded = new Hopfield(100).store(randomPatterns(20, 100, new Random(1))).inspect();
    expect(crowded.warnings).toEqual([
      {
        code: "overload",
        rule: "hebb",
        load: 0.2,
        capacity: 0.138,
        source: hebb().capacity?.source,
        stored: 20,
        unstable: 20 - crowded.fixedPoints,
        remedy: "projection",
      },
    ]);
    expect(crowded.warnings.map(warningMessage)[0]).toMatch(/the load 0\.2 is above the capacity 0\.138 .* hebb/);
    const similar = flip(
      PatternSet.from(Array.from({ length: 6 }, () => new Int8Array(100).fill(1))),
      0.1,
      new Random(1),
    );
    expect(new Hopfield(100).store(similar).inspect().warnings).toEqual([
      { code: "unstable", rule: "hebb", items: "patterns", stored: 6, unstable: 6, remedy: "projection" },
    ]);
    for (const rule of [projection({ selfCoupling: true }), projection()]) {
      const held = new Hopfield(100, { rule }).store(similar).inspect();
      expect(held).toMatchObject({ fixedPoints: 6, warnings: [] });
    }
  });

  it("works with a rule of one's own that gives a matrix", () => {
    const patterns = randomPatterns(3, 40, new Random(1));
    const cue = flip(patterns, 0.1, new Random(2));
    const options = { dynamics: asynchronous({ order: "fixed" }) };
    const mine = new Hopfield(40, { rule: outer }).store(patterns).recallMany(cue, options);
    const plain = new Hopfield(40).store(patterns).recallMany(cue, options);
    mine.forEach((result, r) => {
      expect(result.bits).toEqual(plain[r].bits);
      expect(result.energy).toBeCloseTo(plain[r].energy, 10);
    });
  });

  describe("names the attractor", () => {
    const patterns = randomPatterns(5, 301, new Random(2));
    const memory = new Hopfield(301).store(patterns);
    const negative = (state: Int8Array) => state.map((s) => -s);
    const signOfSum = (...states: Int8Array[]) =>
      Int8Array.from({ length: 301 }, (_, i) => Math.sign(states.reduce((sum, s) => sum + s[i], 0)));

    it("stored and reversed", () => {
      expect(memory.classify(patterns.spins(3))).toEqual({ kind: "stored", parts: [{ index: 3, sign: 1 }] });
      expect(memory.classify(negative(patterns.spins(3)))).toEqual({
        kind: "reversed",
        parts: [{ index: 3, sign: -1 }],
      });
    });

    it("mixtures of three and of five, with their signs", () => {
      const [a, b, c, d, e] = Array.from({ length: 5 }, (_, r) => patterns.spins(r));
      const three = memory.classify(signOfSum(a, negative(b), e));
      expect(three.kind).toBe("mixture");
      expect([...three.parts].sort((x, y) => x.index - y.index)).toEqual([
        { index: 0, sign: 1 },
        { index: 1, sign: -1 },
        { index: 4, sign: 1 },
      ]);
      const five = memory.classify(signOfSum(a, b, negative(c), negative(d), e));
      expect(five.kind).toBe("mixture");
      expect(five.parts.map((part) => part.index).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    });

    it("a mixture of the sixth to eighth nearest among many patterns", () => {
      const [a, b, c, ...far] = Array.from({ length: 30 }, (_, r) =>
        randomPatterns(1, 301, new Random(100 + r)).spins(0),
      );
      const mixture = signOfSum(a, b, c);
      // Five patterns that are nearer to it. They differ from it in one unit where a is alone, one where b is and one where
      // c is, so that no sum of three patterns with one of these among them is the mixture, and in one unit of their own.
      const alone = [a, b, c].map((pattern) => pattern.findIndex((s, i) => s !== mixture[i]));
      const near = Array.from({ length: 5 }, (_, k) =>
        mixture.map((s, i) => (alone.includes(i) || i === 300 - k ? -s : s)),
      );
      const crowded = new Hopfield(301).store(PatternSet.from([...near, ...far, a, b, c]));
      const products = Array.from(crowded.overlaps(mixture), Math.abs);
      const nearest = products.map((_, index) => index).sort((i, j) => products[j] - products[i]);
      const expected = nearest.slice(5, 8);
      expect(new Set(nearest.slice(0, 5))).toEqual(new Set([0, 1, 2, 3, 4]));
      expect(new Set(expected)).toEqual(new Set([32, 33, 34]));
      expect(crowded.classify(mixture)).toEqual({
        kind: "mixture",
        parts: expected.map((index) => ({ index, sign: 1 })),
      });
    });

    it("spurious where it is none of them", () => {
      const state = signOfSum(patterns.spins(0), patterns.spins(1), patterns.spins(2));
      state[7] = -state[7];
      expect(memory.classify(state)).toEqual({ kind: "spurious", parts: [] });
    });

    it("no attractor where the run did not settle, a cycle where it cycles", () => {
      const random = new Random(1);
      const hot = memory.recall(patterns.select([0]), { dynamics: glauber({ beta: 0.1, sweeps: 3 }), random });
      expect(hot).toMatchObject({ converged: false, period: 0, sweeps: 3, attractor: { kind: "none" } });
      const pair = new Hopfield(2).store([[1, -1]]);
      const cycle = pair.recall([1, 1], { dynamics: synchronous() });
      expect(cycle).toMatchObject({ converged: true, period: 2, attractor: { kind: "cycle", parts: [] } });
    });
  });

  describe("refuses, and changes nothing", () => {
    const patterns = randomPatterns(2, 10, new Random(1));
    const memory = new Hopfield(10, { rule: projection({ selfCoupling: true }) }).store(patterns);
    const before = JSON.stringify(memory.inspect());
    it.each<[string, () => unknown, string]>([
      [
        "a cue of the wrong size",
        () => memory.recall(new Int8Array(9).fill(1)),
        "cue has 9 units but the network has 10",
      ],
      ["NaN", () => memory.recall([...new Array(9).fill(1), Number.NaN]), "cue[9] is NaN; expected every value"],
      ["a grey value", () => memory.recall(new Array(10).fill(0.5)), "cue[0] is 0.5; expected every value"],
      ["several cues", () => memory.recall(patterns), "cue holds 2 states; expected one"],
      ["no array", () => memory.recall(3 as never), "cue is 3; expected an array"],
      ["an empty set", () => memory.store([]), "patterns is empty; expected an array"],
      ["a duplicate", () => memory.store(patterns.select([1])), "pattern 2 is a duplicate of pattern 1"],
      ["patterns of another size", () => memory.store([[1, -1]]), "patterns has 2 units but the network has 10"],
      ["a row that is not there", () => memory.forget([0, 2]), "row is 2; expected a whole number from 0 to 1"],
      ["recall from an empty memory", () => new Hopfield(3).recall([1, 1, 1]), "the memory is empty"],
      ["no units", () => new Hopfield(0), "units is 0; expected a whole number of at least 1"],
      ["thresholds that do not fit", () => new Hopfield(2, { thresholds: [1] }), "thresholds has 1 values"],
      ["thresholds that are not finite", () => new Hopfield(1, { thresholds: [Number.NaN] }), "thresholds[0] is NaN"],
    ])("%s", (_, act, message) => {
      expect(act).toThrow(message);
      expect(JSON.stringify(memory.inspect())).toBe(before);
    });
  });

  it("keeps what it was given apart from what the caller does next", () => {
    const pattern = [1, -1, 1, -1];
    const memory = new Hopfield(4).store(pattern);
    pattern.fill(1);
    expect([...(memory.items?.spins(0) ?? [])]).toEqual([1, -1, 1, -1]);
    const cue = bitMatrix(1, 4, Uint32Array.of(0b0001, 0, 0, 0));
    memory.recall(new PatternSet(cue), { random: new Random(1) });
    expect(spinAt(cue, 0, 0)).toBe(1);
    expect(cue.words[0]).toBe(1);
  });
});

it("compares states with the stored patterns where a rule keeps others", () => {
  const patterns = randomPatterns(5, 40, new Random(3));
  // A rule that remembers the last patterns alone, as many as are stored or fewer.
  const last = (kept: number) => ({
    name: `last ${kept}`,
    learn: ({ bits, count, units }: PatternSet) => {
      const rows = Array.from({ length: kept }, (_, k) => bitRow(bits, Math.max(count - 1 - k, 0)));
      const words = new Uint32Array(rows.flatMap((row) => Array.from(row.words)));
      return {
        interaction: quadratic(new PatternCouplings({ patterns: bitMatrix(kept, units, words), divisor: units })),
      };
    },
  });
  for (const kept of [2, 5, 7]) {
    const memory = new Hopfield(40, { rule: last(kept) }).store(patterns);
    const { nearest } = memory.recall(patterns.spins(4), { dynamics: synchronous() });
    expect(nearest).toMatchObject({ index: 4 });
    const products = Array.from({ length: 5 }, (_, mu) =>
      patterns.spins(mu).reduce((sum, spin, i) => sum + spin * patterns.spins(1)[i], 0),
    );
    expect(Array.from(memory.overlaps(patterns.spins(1)))).toEqual(products.map((product) => product / 40));
  }
});
