import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  exactLogPartition,
  Hopfield,
  HopfieldNet,
  hebb,
  PatternSet,
  projection,
  Random,
  randomPatterns,
  storkey,
  toMatrix,
} from "../../src/index.js";
import { hebbianFactor, qrFactor, squareRootFactor, svdFactor, toRbm } from "../../src/mapping/index.js";
import { patternColumns } from "../../src/mapping/to-rbm.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import { identityMatrix, matrix, product, transpose } from "../../src/math/matrix.js";
import { singularValues } from "../../src/math/svd.js";
import { largestDifference } from "../support/matrices.js";
import { allPatterns, allStates, correlatedMemory, randomThresholds } from "./systems.js";

const FACTORS = [qrFactor(), squareRootFactor(), svdFactor()];
const N = 9;

/** Largest |log sum_h exp(-beta E(s, h)) + beta E(s) - log c| over all states. */
function gap(mapping: ReturnType<typeof toRbm>, beta: number): number {
  const states = allStates(mapping.net.units);
  const energies = mapping.net.interaction.energies(allPatterns(mapping.net.units).bits);
  const free = mapping.rbm.freeEnergy(states, { beta });
  const constant = mapping.logConstant(beta);
  return free.reduce((largest, f, r) => Math.max(largest, Math.abs(-beta * f + beta * energies[r] - constant)), 0);
}

describe("from a projection memory to an RBM", () => {
  it.each(FACTORS)(
    "$name: the marginal of the spins is the net's, constant included, at any beta and field",
    (factor) => {
      const random = new Random(3);
      for (const [count, selfCoupling] of [
        [1, true],
        [3, true],
        [5, false],
        [6, true],
      ] as const) {
        const thresholds = randomThresholds(N, random);
        const memory = correlatedMemory(N, count, random, { rule: projection({ selfCoupling }), thresholds });
        const mapping = toRbm(memory, { factor });
        expect(mapping.factor).toBe(factor.name);
        expect(mapping.rbm.hidden.count).toBe(count);
        expect(mapping.shift).toBeCloseTo(selfCoupling ? 0 : count / 2, 12);
        for (const beta of [0.3, 1, 4]) expect(gap(mapping, beta)).toBeLessThan(1e-11);
      }
    },
  );

  it.each(FACTORS)("$name: U^T U = 1, U U^T = J and X = U T", (factor) => {
    const memory = correlatedMemory(40, 12, new Random(5));
    const { rbm, transform, patterns, condition } = toRbm(memory, { factor });
    const u = rbm.weights;
    expect(largestDifference(product(transpose(u), u), identityMatrix(12))).toBeLessThan(1e-13);
    const j = matrix(40, 40, Float64Array.from(toMatrix(memory.interaction)));
    expect(largestDifference(product(u, transpose(u)), j)).toBeLessThan(1e-12);
    const x = patternColumns(patterns as PatternSet);
    expect(largestDifference(product(u, transform as typeof u), x)).toBeLessThan(1e-12);
    const { values } = singularValues(x);
    expect(condition / (values[0] / values[11])).toBeCloseTo(1, 10);
  });

  it("qr: T is the Cholesky factor of X^T X, the only triangular one with a positive diagonal", () => {
    const { transform, patterns } = toRbm(correlatedMemory(30, 6, new Random(6)));
    const r = transform as NonNullable<typeof transform>;
    const x = patternColumns(patterns as PatternSet);
    const gram = product(transpose(x), x);
    const lower = matrix(6, 6);
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j <= i; j++) {
        let rest = gram.values[i * 6 + j];
        for (let k = 0; k < j; k++) rest -= lower.values[i * 6 + k] * lower.values[j * 6 + k];
        lower.values[i * 6 + j] = i === j ? Math.sqrt(rest) : rest / lower.values[j * 6 + j];
      }
    }
    expect(largestDifference(transpose(lower), r)).toBeLessThan(1e-12);
  });

  it("squareRoot: does not depend on the order of the patterns, and T is symmetric", () => {
    const patterns = randomPatterns(4, 20, new Random(7));
    const factor = squareRootFactor();
    const one = toRbm(patterns, { factor });
    const other = toRbm(patterns.select([2, 0, 3, 1]), { factor });
    [2, 0, 3, 1].forEach((from, to) => {
      for (let i = 0; i < 20; i++) {
        expect(other.rbm.weights.values[i * 4 + to]).toBeCloseTo(one.rbm.weights.values[i * 4 + from], 12);
      }
    });
    const t = one.transform as typeof one.rbm.weights;
    expect(largestDifference(t, transpose(t))).toBeLessThan(1e-12);
  });

  it("svd: hidden units in the order of the singular values, which are the lengths of the rows of T", () => {
    const { transform } = toRbm(correlatedMemory(30, 5, new Random(8)), { factor: svdFactor() });
    const t = transform as NonNullable<typeof transform>;
    const products = product(t, transpose(t));
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < i; j++) expect(Math.abs(products.values[i * 5 + j])).toBeLessThan(1e-11);
      if (i > 0) expect(products.values[i * 6]).toBeLessThan(products.values[(i - 1) * 6]);
    }
  });

  it("svd: the entry of largest magnitude of every column of weights is positive", () => {
    for (let seed = 0; seed < 8; seed++) {
      const { weights } = toRbm(correlatedMemory(30, 6, new Random(seed)), { factor: svdFactor() }).rbm;
      for (let j = 0; j < 6; j++) {
        const column = Array.from({ length: 30 }, (_, i) => weights.values[i * 6 + j]);
        expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
      }
    }
  });

  it("holds whatever the patterns and the field", () => {
    const row = fc.array(fc.constantFrom(-1, 1), { minLength: 7, maxLength: 7 });
    const field = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 7, maxLength: 7 });
    const cases = fc.tuple(fc.array(row, { minLength: 1, maxLength: 6 }), field, fc.constantFrom(...FACTORS));
    fc.assert(
      fc.property(cases, ([rows, thresholds, factor]) => {
        let memory: Hopfield;
        try {
          memory = new Hopfield(7, { rule: projection({ selfCoupling: true }), thresholds }).store(
            PatternSet.from(rows),
          );
        } catch {
          return;
        }
        expect(gap(toRbm(memory, { factor }), 1.5)).toBeLessThan(1e-11);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it("log Z of the net is that of the RBM less log c", () => {
    const random = new Random(9);
    const memory = correlatedMemory(N, 3, random, { thresholds: randomThresholds(N, random) });
    const { rbm, net, logConstant } = toRbm(memory);
    const energies = net.interaction.energies(allPatterns(N).bits);
    expect(exactLogPartition(rbm, { beta: 1.3 }) - logConstant(1.3)).toBeCloseTo(
      logSumExp(energies.map((e) => -1.3 * e)),
      11,
    );
  });
});

describe("from other nets to an RBM", () => {
  it.each([true, false])("the Hebbian map is Hebb's net for any patterns (self-coupling: %s)", (selfCoupling) => {
    const random = new Random(10);
    const thresholds = randomThresholds(N, random);
    const memory = new Hopfield(N, { rule: hebb({ selfCoupling }), thresholds }).store(randomPatterns(12, N, random));
    const mapping = toRbm(memory);
    expect(mapping.factor).toBe("hebbian");
    expect(mapping.shift).toBeCloseTo(selfCoupling ? 0 : 6, 12);
    expect(gap(mapping, 1)).toBeLessThan(1e-11);
    expect(mapping.rbm.weights.values.every((w) => Math.abs(w) === 1 / 3)).toBe(true);
  });

  it("Hebb's and the projection rule's RBM are one for orthogonal patterns", () => {
    const patterns = PatternSet.from([
      [1, 1, 1, 1],
      [1, -1, 1, -1],
      [1, 1, -1, -1],
    ]);
    const memory = new Hopfield(4, { rule: projection({ selfCoupling: true }) }).store(patterns);
    expect(
      largestDifference(toRbm(memory).rbm.weights, toRbm(memory, { factor: hebbianFactor() }).rbm.weights),
    ).toBeLessThan(1e-15);
    expect(gap(toRbm(memory, { factor: hebbianFactor() }), 2)).toBeLessThan(1e-13);
  });

  it("any symmetric net is mapped by its eigenvectors, with N - 1 hidden units at most", () => {
    const random = new Random(11);
    const weights = Array.from({ length: N }, () => new Float64Array(N));
    for (let i = 0; i < N; i++) for (let j = 0; j <= i; j++) weights[i][j] = weights[j][i] = random.normal();
    const mapping = toRbm(new HopfieldNet(weights, randomThresholds(N, random)));
    expect(mapping.rbm.hidden.count).toBe(N - 1);
    expect(mapping.patterns).toBeUndefined();
    for (const beta of [0.5, 2]) expect(gap(mapping, beta)).toBeLessThan(1e-11);
    const memory = new Hopfield(N, { rule: storkey() }).store(randomPatterns(2, N, random));
    expect(gap(toRbm(memory.net as HopfieldNet), 1)).toBeLessThan(1e-11);
    const projector = correlatedMemory(N, 3, random).net as HopfieldNet;
    expect(toRbm(projector).rbm.hidden.count).toBe(3);
  });
});

describe("toRbm refuses", () => {
  const square = randomPatterns(4, 4, new Random(1));
  it.each<[string, () => unknown, string]>([
    ["as many patterns as units", () => toRbm(square), "patterns has 4 patterns of 4 units; expected fewer"],
    [
      "dependent patterns",
      () =>
        toRbm([
          [1, 1, -1],
          [-1, -1, 1],
        ]),
      "pattern 1 is the negative of pattern 0",
    ],
    ["patterns that are not binary", () => toRbm([[1, 0.5, -1]]), "patterns[0][1] is 0.5"],
    ["an empty memory", () => toRbm(new Hopfield(3)), "the memory is empty; store patterns"],
    [
      "a memory of another rule",
      () => toRbm(new Hopfield(3, { rule: storkey() }).store([1, 1, -1])),
      'the memory\'s rule is "storkey"; expected "projection" or "hebb"',
    ],
    [
      "a factor of the other rule",
      () => toRbm(new Hopfield(3).store([1, 1, -1]), { factor: qrFactor() }),
      'factor "qr" is for projection, but the memory\'s rule is "hebb"',
    ],
    [
      "correlated patterns for the Hebbian factor",
      () => toRbm(correlatedMemory(30, 3, new Random(2)), { factor: hebbianFactor() }),
      "the Hebbian factor is that of the projection rule for orthogonal ones: use qrFactor()",
    ],
    [
      "thresholds beside a net",
      () => toRbm(new HopfieldNet([[0]]), { thresholds: [1] }),
      "thresholds are only for patterns",
    ],
    [
      "a factor beside a net",
      () => toRbm(new HopfieldNet([[0]]), { factor: qrFactor() }),
      "factor is only for patterns",
    ],
    [
      "couplings that are not symmetric",
      () =>
        toRbm(
          new HopfieldNet([
            [0, 1],
            [0, 0],
          ]),
        ),
      "the couplings have W[1][0] = 0 but W[0][1] = 1; expected symmetric couplings",
    ],
    [
      "couplings that couple nothing",
      () =>
        toRbm(
          new HopfieldNet([
            [1, 0],
            [0, 1],
          ]),
        ),
      "there is nothing to map",
    ],
    ["thresholds that do not fit", () => toRbm([[1, -1, 1]], { thresholds: [1] }), "thresholds has 1 values"],
    ["a beta of 0", () => toRbm([[1, -1, 1]]).logConstant(0), "beta is 0; expected a finite number above 0"],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
