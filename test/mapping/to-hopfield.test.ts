import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  binary,
  gaussian,
  glyphs,
  Hopfield,
  hebb,
  PatternSet,
  projection,
  Random,
  Rbm,
  randomPatterns,
  spin,
  toMatrix,
} from "../../src/index.js";
import { descend } from "../../src/mapping/binarise.js";
import {
  hebbianFactor,
  lowdin,
  qrFactor,
  squareRootFactor,
  svdFactor,
  toHopfield,
  toRbm,
} from "../../src/mapping/index.js";
import { identityMatrix, matrix, product, transpose } from "../../src/math/matrix.js";
import { largestDifference, randomMatrix } from "../support/matrices.js";
import { allPatterns, allStates, correlatedMemory, randomThresholds } from "./systems.js";

/** Patterns as strings, with the sign that makes unit 0 +1: a set of patterns up to their signs. */
function upToSigns(patterns: PatternSet): string[] {
  return Array.from({ length: patterns.count }, (_, mu) => {
    const spins = patterns.spins(mu);
    return spins.map((x) => x * spins[0]).join();
  }).sort();
}

describe("from an RBM to a Hopfield net", () => {
  it.each([true, false])(
    "the net is the RBM's model of the spins, constant included (self-coupling: %s)",
    (selfCoupling) => {
      const random = new Random(51);
      const hidden = gaussian(3, { mean: [0.4, -0.2, 1], precision: [0.5, 2, 1] });
      const rbm = new Rbm({
        visible: spin(7, { bias: randomThresholds(7, random) }),
        hidden,
        weights: randomMatrix(7, 3, random),
      });
      const { net, logConstant, patterns, tried } = toHopfield(rbm, { selfCoupling });
      expect(patterns).toBeUndefined();
      expect(tried).toBe(0);
      if (!selfCoupling) for (let i = 0; i < 7; i++) expect(toMatrix(net.interaction)[8 * i]).toBe(0);
      const energies = net.interaction.energies(allPatterns(7).bits);
      for (const beta of [0.5, 2]) {
        rbm.freeEnergy(allStates(7), { beta }).forEach((f, r) => {
          expect(-beta * f).toBeCloseTo(-beta * energies[r] + logConstant(beta), 11);
        });
      }
    },
  );

  it.each([qrFactor(), squareRootFactor(), svdFactor()])(
    "$name: there and back are the same patterns, and the same memory to the last bit",
    (factor) => {
      const random = new Random(52);
      for (const selfCoupling of [true, false]) {
        const rule = projection({ selfCoupling });
        const memory = correlatedMemory(50, 9, random, { rule, thresholds: randomThresholds(50, random) });
        const back = toHopfield(toRbm(memory, { factor }));
        expect(back.patterns?.bits).toEqual(memory.items?.bits);
        expect(back.memory?.rule.options).toEqual({ selfCoupling });
        const couplings = (m: Hopfield) => toMatrix(m.interaction);
        expect(couplings(back.memory as Hopfield)).toEqual(couplings(memory));
        expect(back.memory?.thresholds).toEqual(memory.thresholds);
        expect(back.memoryDistance).toBeLessThan(1e-13);
        expect(back.correctedDistance).toBeLessThan(1e-13);
        expect(back.orthogonality).toBeLessThan(1e-14);
        for (const found of back.recovered) {
          expect(found.start.kind).toBe("given");
          expect(found.distance).toBeLessThan(1e-12);
          expect(found.iterations).toBeLessThanOrEqual(1);
        }
      }
    },
  );

  it("there and back holds whatever the patterns", () => {
    const row = fc.array(fc.constantFrom(-1, 1), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 7 }),
        fc.constantFrom(qrFactor(), squareRootFactor(), svdFactor()),
        (rows, factor) => {
          let memory: Hopfield;
          try {
            memory = new Hopfield(8, { rule: projection({ selfCoupling: true }) }).store(PatternSet.from(rows));
          } catch {
            return;
          }
          const back = toHopfield(toRbm(memory, { factor }));
          expect(back.patterns?.bits).toEqual(memory.items?.bits);
          expect(back.recovered.every(({ fixedPoint }) => fixedPoint)).toBe(true);
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });

  it.each(["kurtosis", "uniform"] as const)(
    "without a start the patterns come back as a set, up to their signs (%s)",
    (from) => {
      const patterns = randomPatterns(4, 80, new Random(53));
      const { rbm } = toRbm(patterns);
      const back = toHopfield(rbm, { random: new Random(1), from, starts: 200 });
      expect(upToSigns(back.patterns as PatternSet)).toEqual(upToSigns(patterns));
      expect(back.memoryDistance).toBeLessThan(1e-13);
      expect(back.tried).toBeGreaterThanOrEqual(4);
      expect(new Set(back.recovered.map(({ start }) => start.index)).size).toBe(4);
      for (const { distance, fixedPoint, start } of back.recovered) {
        expect(distance).toBeLessThan(1e-6);
        expect(fixedPoint).toBe(true);
        expect(start.kind).toBe(from);
      }
      expect(toHopfield(rbm, { random: new Random(1), from, starts: 200 }).recovered).toEqual(back.recovered);
    },
  );

  it("finds letters that resemble each other, without a start", () => {
    const letters = glyphs("ENGRAM");
    const back = toHopfield(toRbm(letters).rbm, { random: new Random(1) });
    expect(upToSigns(back.patterns as PatternSet)).toEqual(upToSigns(letters));
    expect(back.memoryDistance).toBeLessThan(1e-12);
    expect(back.tried).toBeLessThan(120);
  });

  it("the Hebbian map comes back as the corrected net, not as the projection memory", () => {
    const memory = new Hopfield(40, { rule: hebb() }).store(randomPatterns(6, 40, new Random(54)));
    const back = toHopfield(toRbm(memory));
    expect(back.patterns?.bits).toEqual(memory.items?.bits);
    expect(back.correctedDistance).toBeLessThan(1e-14);
    expect(back.memoryDistance).toBeGreaterThan(0.1);
    expect(
      largestDifference(
        back.correction as NonNullable<typeof back.correction>,
        matrix(
          6,
          6,
          identityMatrix(6).values.map((x) => x / 40),
        ),
      ),
    ).toBeLessThan(1e-16);
  });

  it("weights that are not orthonormal: both ways find the patterns, the correction gives the couplings", () => {
    const random = new Random(55);
    const patterns = randomPatterns(5, 60, random);
    const mapping = toRbm(patterns);
    const mixing = randomMatrix(5, 5, random);
    for (let j = 0; j < 5; j++) mixing.values[6 * j] += 3;
    const weights = product(
      mapping.rbm.weights,
      matrix(
        5,
        5,
        mixing.values.map((x) => x / 3),
      ),
    );
    const rbm = new Rbm({ visible: spin(60), hidden: gaussian(5), weights });
    for (const orthogonalise of [true, false]) {
      const back = toHopfield(rbm, { random: new Random(2), orthogonalise, iterations: 5000 });
      expect(upToSigns(back.patterns as PatternSet)).toEqual(upToSigns(patterns));
      expect(back.orthogonality).toBeGreaterThan(0.1);
      expect(back.correctedDistance).toBeLessThan(1e-5);
      expect(back.memoryDistance).toBeGreaterThan(0.01);
    }
  });

  it("weights changed a little: patterns near binary, from the start of the mapping, and fixed points", () => {
    const random = new Random(56);
    const mapping = toRbm(correlatedMemory(100, 5, random));
    const { values } = mapping.rbm.weights;
    for (let k = 0; k < values.length; k++) values[k] += 0.002 * random.normal();
    const back = toHopfield(mapping.rbm, { start: mapping.transform, iterations: 50 });
    expect(back.patterns?.bits).toEqual(mapping.patterns?.bits);
    for (const { distance, fixedPoint, iterations } of back.recovered) {
      expect(distance).toBeGreaterThan(1e-4);
      expect(distance).toBeLessThan(0.5);
      expect(fixedPoint).toBe(true);
      expect(iterations).toBeLessThanOrEqual(50);
    }
    expect(back.memoryDistance).toBeGreaterThan(1e-4);
  });

  it("a start that goes nowhere is a result: far from binary, and no fixed point is claimed", () => {
    const mapping = toRbm(randomPatterns(3, 30, new Random(57)));
    const back = toHopfield(mapping.rbm, { start: [[3], [1], [-2]], iterations: 0 });
    expect(back.patterns?.count).toBe(1);
    expect(back.corrected).toBeUndefined();
    expect(back.recovered[0].distance).toBeGreaterThan(0.1);
    expect(back.recovered[0].fixedPoint).toBe(back.recovered[0].stability >= 0);
  });
});

describe("the descent to a binary vector", () => {
  it("steps down the gradient of |W x - tanh(alpha W x)|^2", () => {
    const random = new Random(60);
    const w = randomMatrix(9, 3, random);
    const x = Float64Array.from({ length: 3 }, () => random.normal());
    const alpha = 1.5;
    const error = (at: Float64Array) => descend(w, at, { alpha, iterations: 0 }).error;
    const step = 1e-6;
    const after = descend(w, x, { alpha, step, iterations: 1 });
    expect(after.error).toBeLessThan(error(x));
    for (let j = 0; j < 3; j++) {
      const moved = (by: number) => error(x.map((value, k) => (k === j ? value + by : value)));
      // x - x' is known to 2^-53 |x|, a part in 10^10 of a step; central differences err by the square of theirs.
      expect((x[j] - after.x[j]) / step).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 6);
    }
  });

  it("keeps the best x that it came by, and stops where x stands still", () => {
    const { rbm, transform } = toRbm(randomPatterns(3, 40, new Random(61)));
    const known = Float64Array.from({ length: 3 }, (_, j) => 1.1 * (transform as typeof rbm.weights).values[3 * j]);
    const { error, iterations, projected } = descend(rbm.weights, known);
    expect(error).toBeLessThan(1e-20);
    expect(iterations).toBeLessThan(500);
    for (const y of projected) expect(Math.abs(Math.abs(y) - 1)).toBeLessThan(1e-10);
    // A step far too long only makes it worse: the start is the best.
    const wild = descend(rbm.weights, known, { step: 5, iterations: 20 });
    expect(wild.x).toEqual(known);
    expect(wild.error).toBeCloseTo(0.4, 10);
  });
});

describe("Löwdin's orthogonalisation", () => {
  it("has orthonormal columns in the same span, at the distance of the singular values from 1", () => {
    const w = randomMatrix(20, 4, new Random(58));
    const { weights, distance, singularValues } = lowdin(w);
    expect(largestDifference(product(transpose(weights), weights), identityMatrix(4))).toBeLessThan(1e-14);
    const projector = product(weights, transpose(weights));
    expect(largestDifference(product(projector, w), w)).toBeLessThan(1e-13);
    expect(distance).toBeCloseTo(Math.sqrt(singularValues.reduce((sum, s) => sum + (s - 1) ** 2, 0)), 12);
    const { weights: again } = lowdin(weights);
    expect(largestDifference(again, weights)).toBeLessThan(1e-14);
  });

  it("of patterns is the square root factor", () => {
    const patterns = randomPatterns(4, 25, new Random(59));
    const { weights } = lowdin(Array.from({ length: 25 }, (_, i) => [0, 1, 2, 3].map((mu) => patterns.spins(mu)[i])));
    expect(largestDifference(weights, toRbm(patterns, { factor: squareRootFactor() }).rbm.weights)).toBeLessThan(1e-15);
  });

  it("refuses dependent columns", () => {
    expect(() =>
      lowdin([
        [1, 2],
        [2, 4],
        [0, 0],
      ]),
    ).toThrow("weights have 2 columns but rank 1");
  });
});

describe("toHopfield refuses", () => {
  const { rbm } = toRbm([
    [1, 1, -1],
    [1, -1, -1],
  ]);
  const machine = (visible = spin(3), hidden = gaussian(3)) => new Rbm({ visible, hidden });
  it.each<[string, () => unknown, string]>([
    [
      "hidden units that are not gaussian",
      () => toHopfield(machine(spin(3), binary(2))),
      "the hidden units are binary",
    ],
    ["visible units that are not spins", () => toHopfield(machine(binary(3))), "the visible units are binary"],
    [
      "to look for patterns among as many hidden units as visible ones",
      () => toHopfield(machine(), { random: new Random(1) }),
      "the RBM has 3 hidden and 3 visible units; a search for patterns needs fewer",
    ],
    [
      "a start that does not fit",
      () => toHopfield(rbm, { start: [[1]] }),
      "start has 1 rows but the RBM has 2 hidden units",
    ],
    ["no starts", () => toHopfield(rbm, { random: new Random(1), starts: 0 }), "starts is 0"],
    ["a step of 0", () => toHopfield(rbm, { random: new Random(1), step: 0 }), "step is 0"],
    ["an alpha below 1", () => toHopfield(rbm, { random: new Random(1), alpha: 0.5 }), "alpha is 0.5"],
    [
      "another kind of start",
      () => toHopfield(rbm, { random: new Random(1), from: "anywhere" as "uniform" }),
      'from is "anywhere"; expected "kurtosis" or "uniform"',
    ],
    [
      "weights of dependent columns, where it looks near binary vectors",
      () => toHopfield(machine(spin(4), gaussian(2)), { random: new Random(1) }),
      "weights have 2 columns but rank 0",
    ],
    ["a beta of 0", () => toHopfield(rbm).logConstant(0), "beta is 0"],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  it("not the Hebbian factor of many patterns: the net comes back, patterns are not looked for", () => {
    const memory = new Hopfield(4).store(randomPatterns(6, 4, new Random(3)));
    expect(toHopfield(toRbm(memory, { factor: hebbianFactor() }).rbm).patterns).toBeUndefined();
  });
});
