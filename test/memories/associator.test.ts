import { describe, expect, it } from "vitest";
import {
  Associator,
  Autoassociator,
  correlation,
  gradientDescent,
  PatternSet,
  projection,
  pseudoinverse,
  Random,
  Recogniser,
  toMatrix,
  warningMessage,
} from "../../src/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { identity, sign } from "../../src/memories/index.js";
import { largestDifference, randomMatrix } from "../support/matrices.js";
import { randomPatterns } from "../support/random-patterns.js";

const rules = [correlation(), correlation({ learningConstant: 0.125 }), pseudoinverse(), gradientDescent()];
const spins = (patterns: PatternSet, r: number) => Array.from(patterns.spins(r));

describe("Associator", () => {
  it.each(rules)("$name: calls up the outputs of few random patterns", (rule) => {
    const x = randomPatterns(3, 60, new Random(1));
    const y = new PatternSet(randomPatterns(3, 20, new Random(2)).bits, { labels: ["a", "b", "c"] });
    const memory = new Associator(60, 20, { rule }).store({ left: x, right: y });
    for (let mu = 0; mu < 3; mu++) {
      const { state, nearest } = memory.recall(x.select([mu]));
      expect([...state]).toEqual(spins(y, mu));
      expect(nearest).toEqual({ index: mu, label: "abc"[mu], distance: 0 });
    }
    expect(memory.inspect()).toMatchObject({ stored: 3, recalled: 3, rule: rule.name, activation: "sign" });
    expect(memory.inspect().warnings).toEqual([]);
  });

  it("with the identity gives x W, real vectors to real vectors", () => {
    const x = randomMatrix(3, 5, new Random(1));
    const y = randomMatrix(3, 2, new Random(2));
    const memory = new Associator(5, 2, { rule: pseudoinverse(), activation: identity }).store({ left: x, right: y });
    const { state } = memory.recall(x.values.subarray(5, 10));
    expect(state[0]).toBeCloseTo(y.values[2], 12);
    expect(state[1]).toBeCloseTo(y.values[3], 12);
    expect(memory.inspect()).toMatchObject({ recalled: 3, association: { rank: 3 } });
    // Twice the input, twice the output: the network is linear.
    expect(memory.recall(x.values.subarray(5, 10).map((v) => 2 * v)).state[0]).toBeCloseTo(2 * y.values[2], 12);
  });

  it("takes the sign of zero for +1, and what cancels but for rounding for zero", () => {
    const memory = new Associator(3, 1).store({ left: [[0.1, 0.2, -0.3]], right: [[-1]] });
    // 0.1 + 0.2 - 0.3 is 5.6e-17 in floating point, and W its negative: the sign would be -1.
    expect(memory.recall([1, 1, 1])).toMatchObject({ excitation: Float64Array.of(0), state: Float64Array.of(1) });
    expect(memory.recall([1, 1, 1.001]).state[0]).toBe(1);
    expect(memory.recall([1, 1.001, 1]).state[0]).toBe(-1);
  });

  it("stores beside what it holds as if all had been stored at once", () => {
    const x = randomPatterns(4, 12, new Random(1));
    const y = randomPatterns(4, 7, new Random(2));
    const grown = new Associator(12, 7)
      .store({ left: x.select([0, 1]), right: y.select([0, 1]) })
      .store({ left: x.select([2, 3]), right: y.select([2, 3]) });
    expect(grown.weights).toEqual(new Associator(12, 7).store({ left: x, right: y }).weights);
  });

  it("says what is lost, and why", () => {
    const x = [
      [1, 1, 1, 1, 1],
      [1, 1, 1, 1, -1],
      [1, 1, 1, -1, 1],
    ];
    const y = [[1], [-1], [-1]];
    const crowded = new Associator(5, 1).store({ left: x, right: y }).inspect();
    expect(crowded).toMatchObject({ stored: 3, recalled: 2 });
    expect(crowded.warnings).toEqual([
      { code: "unstable", rule: "correlation", items: "inputs", stored: 3, unstable: 1, remedy: "pseudoinverse" },
    ]);
    expect(crowded.warnings.map(warningMessage)[0]).toMatch(
      /^1 of 3 stored inputs do not .* correlation; .* pseudoinverse$/,
    );
    expect(new Associator(5, 1, { rule: pseudoinverse() }).store({ left: x, right: y }).inspect()).toMatchObject({
      recalled: 3,
    });
    const contradicting = new Associator(5, 1, { rule: pseudoinverse() }).store({
      left: [x[0], x[0]],
      right: [[1], [-1]],
    });
    expect(contradicting.inspect().warnings).toMatchObject([{ code: "contradiction", stored: 2, rank: 1 }]);
  });

  describe("splits signal from crosstalk", () => {
    const x = randomMatrix(5, 9, new Random(1));
    const y = randomMatrix(5, 4, new Random(2));

    it.each(rules)("$name: they add up to x_mu W", (rule) => {
      const memory = new Associator(9, 4, { rule, activation: identity }).store({ left: x, right: y });
      for (let mu = 0; mu < 5; mu++) {
        const { excitation, signal, crosstalk, gain } = memory.crosstalk(mu);
        expect(excitation).toEqual(memory.recall(x.values.subarray(mu * 9, mu * 9 + 9)).excitation);
        for (let j = 0; j < 4; j++) {
          expect(Math.abs(signal[j] + crosstalk[j] - excitation[j])).toBeLessThan(1e-13);
          expect(signal[j]).toBe(gain * y.values[mu * 4 + j]);
        }
      }
    });

    it("correlation: the signal is gamma |x_mu|^2 y_mu, the crosstalk gamma sum (x_mu . x_nu) y_nu", () => {
      const rule = correlation({ learningConstant: 0.5 });
      const memory = new Associator(9, 4, { rule, activation: identity }).store({ left: x, right: y });
      const dot = (mu: number, nu: number) =>
        Array.from({ length: 9 }, (_, i) => x.values[mu * 9 + i] * x.values[nu * 9 + i]).reduce((a, b) => a + b);
      for (let mu = 0; mu < 5; mu++) {
        const { gain, crosstalk } = memory.crosstalk(mu);
        expect(gain).toBeCloseTo(0.5 * dot(mu, mu), 12);
        for (let j = 0; j < 4; j++) {
          const others = [0, 1, 2, 3, 4].filter((nu) => nu !== mu);
          const sum = others.reduce((total, nu) => total + 0.5 * dot(mu, nu) * y.values[nu * 4 + j], 0);
          expect(Math.abs(crosstalk[j] - sum)).toBeLessThan(1e-12);
        }
      }
    });

    it.each([pseudoinverse(), gradientDescent()])("$name: independent inputs have gain 1 and no crosstalk", (rule) => {
      const memory = new Associator(9, 4, { rule, activation: identity }).store({ left: x, right: y });
      for (let mu = 0; mu < 5; mu++) {
        const { gain, crosstalk } = memory.crosstalk(mu);
        expect(gain).toBeCloseTo(1, 9);
        for (const part of crosstalk) expect(Math.abs(part)).toBeLessThan(1e-9);
      }
    });

    it("names the outputs that it turns", () => {
      const memory = new Associator(3, 2).store({
        left: [
          [1, 1, 1],
          [1, 1, 1],
          [1, 1, -1],
        ],
        right: [
          [1, 1],
          [1, -1],
          [1, 1],
        ],
      });
      // x_1 W = 3 (1, 1) + 3 (1, -1) + (1, 1): the second output of pair 1 is -1, but 3 - 3 + 1 > 0.
      expect(memory.crosstalk(1)).toMatchObject({
        excitation: Float64Array.of(7, 1),
        signal: Float64Array.of(3, -3),
        crosstalk: Float64Array.of(4, 4),
        overturned: [1],
      });
    });
  });

  it.each<[string, () => unknown, string]>([
    ["no units", () => new Associator(0, 1), "inputs is 0; expected a whole number of at least 1"],
    [
      "inputs of another size",
      () => new Associator(2, 1).store({ left: [[1, 2, 3]], right: [[1]] }),
      "left has 3 entries but the network has 2",
    ],
    [
      "pairs without outputs",
      () => new Associator(1, 1).store({ left: [[1], [2]], right: [[1]] }),
      "right has 1 patterns but left has 2",
    ],
    [
      "NaN",
      () => new Associator(1, 1).store({ left: [[Number.NaN]], right: [[1]] }),
      "left[0][0] is NaN; expected a finite number",
    ],
    [
      "outputs that the sign never gives",
      () => new Associator(1, 2).store({ left: [[1]], right: [[1, 0]] }),
      'right[0][1] is 0; the activation "sign" gives -1 or +1',
    ],
    [
      "several inputs",
      () => new Associator(1, 1).store({ left: [[1]], right: [[1]] }).recall([[1], [1]] as never),
      "input holds 2 vectors; expected one",
    ],
    [
      "no array",
      () => new Associator(1, 1).store({ left: 7 as never, right: [[1]] }),
      "left is 7; expected an array of numbers",
    ],
    ["a side missing", () => new Associator(1, 1).store({ left: [[1]] } as never), "pairs has no right side"],
    ["no pairs", () => new Associator(1, 1).store([[1]] as never), "pairs has neither side; expected { left, right }"],
    ["an empty memory", () => new Associator(1, 1).recall([1]), "the memory is empty; store pairs before recalling"],
    [
      "a pair that is not there",
      () => new Associator(1, 1).store({ left: [[1]], right: [[1]] }).crosstalk(1),
      "pair index is 1; expected a whole number from 0 to 0",
    ],
    [
      "products past the range of numbers",
      () => new Associator(1, 1).store({ left: [[1e200]], right: [[1]] }).recall([1e200]),
      "the excitation of output 0 is Infinity",
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("Autoassociator", () => {
  it("with the pseudoinverse has the couplings of projection", () => {
    const patterns = randomPatterns(4, 15, new Random(3));
    const { weights } = new Autoassociator(15, { rule: pseudoinverse() }).store(patterns);
    const W = toMatrix(projection({ selfCoupling: true }).learn(patterns, referenceKernels).interaction);
    expect(largestDifference(weights as never, { rows: 15, columns: 15, values: W })).toBeLessThan(1e-12);
  });

  it("recalls in one step what feedback keeps", () => {
    const patterns = randomPatterns(3, 40, new Random(1));
    const memory = new Autoassociator(40).store(patterns);
    const stored = memory.recall(patterns.select([1]));
    expect(stored).toMatchObject({ sweeps: 1, converged: true, period: 1 });
    const cue = spins(patterns, 1).map((s, i) => (i < 4 ? -s : s));
    expect(memory.recall(cue)).toMatchObject({ sweeps: 1, converged: false, period: 0 });
    const settled = memory.recall(cue, { feedback: true });
    expect([...settled.state]).toEqual(spins(patterns, 1));
    expect(settled).toMatchObject({ sweeps: 2, converged: true, period: 1, nearest: { index: 1, distance: 0 } });
  });

  it("finds cycles of length two, and no longer ones", () => {
    // A rule of one's own, whose weights exchange the units.
    const exchange = {
      name: "exchange",
      learn: () => ({ weights: { rows: 2, columns: 2, values: Float64Array.of(0, 1, 1, 0) }, residual: 0 }),
    };
    const memory = new Autoassociator(2, { rule: exchange }).store([1, -1]);
    expect(memory.recall([1, -1], { feedback: true })).toMatchObject({ sweeps: 2, converged: true, period: 2 });
    const random = new Random(5);
    for (let round = 0; round < 30; round++) {
      const crowded = new Autoassociator(8).store(randomPatterns(7, 8, random));
      const { period, converged } = crowded.recall(randomPatterns(1, 8, random), { feedback: true });
      expect(converged).toBe(true);
      expect(period).toBeLessThanOrEqual(2);
    }
  });

  it("with the identity projects in one step, shrinks to zero, or grows and says so", () => {
    const options = { rule: pseudoinverse(), activation: identity };
    const projector = new Autoassociator(3, options).store([[1, 2, 3]]);
    const projected = projector.recall([1, 0, 0], { feedback: true });
    expect(projected).toMatchObject({ sweeps: 2, converged: true, period: 1 });
    [1, 2, 3].forEach((x, i) => {
      expect(projected.state[i]).toBeCloseTo(x / 14, 14);
    });
    const by = (factor: number) =>
      new Autoassociator(1, { rule: correlation({ learningConstant: factor }), activation: identity }).store([1]);
    expect(by(0.5).recall([3], { feedback: true })).toMatchObject({ converged: true, period: 1 });
    const grown = by(2).recall([3], { feedback: true });
    expect(grown).toMatchObject({ converged: false, period: 0 });
    expect(grown.warnings).toEqual([{ code: "unbounded", steps: grown.sweeps }]);
    expect(grown.state[0]).toBeGreaterThan(2 ** 500);
    expect(grown.warnings.map(warningMessage)[0]).toMatch(/the state has grown beyond 2\^500; .* EigenvectorAutomaton/);
    expect(by(2).recall([3], { feedback: true, maxSteps: 5 })).toMatchObject({ sweeps: 5, converged: false });
    expect(() => by(2).recall([3], { maxSteps: 0 })).toThrow("maxSteps is 0; expected a whole number of at least 1");
  });
});

describe("Recogniser", () => {
  const letters = randomPatterns(5, 50, new Random(4));
  const names = [..."abcde"];

  it.each(rules)("$name: names stored patterns and damaged ones", (rule) => {
    const memory = new Recogniser(50, { rule }).store(letters, names);
    for (let mu = 0; mu < 5; mu++) {
      const damaged = spins(letters, mu).map((s, i) => (i % 7 === 0 ? -s : s));
      expect(memory.recall(damaged)).toMatchObject({ nearest: { label: names[mu], index: mu } });
      expect(memory.recall(damaged).warnings).toEqual([]);
    }
    expect(memory.confused()).toEqual([]);
  });

  it("excites by the scalar product, or by the coefficients of the patterns", () => {
    const x = spins(letters, 2);
    const { state: excitations } = new Recogniser(50).store(letters, names).recall(x);
    for (let mu = 0; mu < 5; mu++) {
      expect(excitations[mu]).toBe(spins(letters, mu).reduce((sum, s, i) => sum + s * x[i], 0));
    }
    const mixed = x.map((s, i) => 3 * s - 2 * letters.spins(0)[i]);
    const exact = new Recogniser(50, { rule: pseudoinverse() }).store(letters, names).recall(mixed).state;
    [-2, 0, 3, 0, 0].forEach((coefficient, mu) => {
      expect(exact[mu]).toBeCloseTo(coefficient, 12);
    });
  });

  it("says where it cannot tell, and which patterns it confuses", () => {
    const memory = new Recogniser(2).store(
      [
        [1, 0],
        [0, 1],
      ],
      ["east", "north"],
    );
    expect(memory.recall([1, 1])).toMatchObject({ nearest: { label: "east" }, margin: 0 });
    expect(memory.recall([1, 1]).warnings).toEqual([{ code: "tie" }]);
    expect(memory.recall([-1, -1]).warnings).toEqual([{ code: "no-resemblance" }]);
    const long = new Recogniser(2).store(
      [
        [1, 0],
        [5, 1],
      ],
      ["short", "long"],
    );
    expect(long.confused()).toEqual(["short"]);
    const pair = new Recogniser(2, { rule: pseudoinverse() }).store(
      [
        [1, 0],
        [5, 1],
      ],
      ["short", "long"],
    );
    expect(pair.confused()).toEqual([]);
  });

  it("refuses names that do not fit, and recall while empty", () => {
    expect(() => new Recogniser(2).store([[1, 0]], [])).toThrow("labels has 0 entries for 1 vectors");
    const memory = new Recogniser(2).store([[1, 0]], ["a"]);
    expect(() => memory.store([[0, 1]], ["a"])).toThrow('labels has "a" twice; give every pattern its own name');
    expect(memory.items?.labels).toEqual(["a"]);
    expect(() => new Recogniser(2).recall([1, 0])).toThrow("the memory is empty");
  });
});

describe("activations", () => {
  it("are the identity and the sign, +1 at zero", () => {
    expect([identity.of(-0.5), sign.of(-0.5), sign.of(0), sign.of(-0), sign.of(2)]).toEqual([-0.5, -1, 1, 1, 1]);
  });
});
