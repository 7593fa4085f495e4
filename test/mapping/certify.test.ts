import { describe, expect, it } from "vitest";
import {
  binary,
  gaussian,
  Hopfield,
  HopfieldNet,
  hebb,
  projection,
  Random,
  Rbm,
  randomPatterns,
  spin,
} from "../../src/index.js";
import {
  certify,
  overlapMachine,
  projectionMachine,
  qrFactor,
  type SpinModel,
  squareRootFactor,
  svdFactor,
  toHopfield,
  toRbm,
} from "../../src/mapping/index.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import { randomMatrix } from "../support/matrices.js";
import { allPatterns, correlatedMemory, randomThresholds } from "./systems.js";

/** One memory in all its forms. */
function forms(units: number, count: number, random: Random): [string, SpinModel][] {
  const memory = correlatedMemory(units, count, random, { thresholds: randomThresholds(units, random) });
  const mapping = toRbm(memory);
  return [
    ["memory", memory],
    ["qr", mapping.rbm],
    ["square root", toRbm(memory, { factor: squareRootFactor() }).rbm],
    ["svd", toRbm(memory, { factor: svdFactor() }).rbm],
    ["spectral", toRbm(memory.net as HopfieldNet).rbm],
    ["overlap", overlapMachine(memory)],
    ["projection", projectionMachine(memory)],
    ["there and back", toHopfield(mapping).net],
    ["corrected", toHopfield(mapping).corrected as HopfieldNet],
  ];
}

describe("a certificate", () => {
  it.each([10, 60])("says that all forms of a memory of %i units are the same model", (units) => {
    const all = forms(units, 4, new Random(61));
    for (const [, a] of all) {
      for (const [, b] of all) {
        const certificate = certify(a, b, { beta: 1.5, states: 50, recalls: 3 });
        expect(certificate.verdict).toMatch(/^equal: /);
        expect(certificate.equal).toBe(true);
        expect(certificate.method).toBe(units === 10 ? "enumeration" : "sample");
        if (units === 10) expect(certificate.totalVariation).toBeLessThan(2 * 1.5 * certificate.tolerance);
      }
    }
  });

  it("names the constant: that of the mapping, and the states compared", () => {
    const random = new Random(62);
    const memory = correlatedMemory(9, 3, random, { rule: projection({ selfCoupling: false }) });
    const mapping = toRbm(memory);
    const certificate = certify(memory, mapping.rbm, { beta: 2 });
    expect(certificate.states).toBe(512);
    expect(certificate.constant).toBeCloseTo(mapping.logConstant(2) / 2, 12);
    const exact = logSumExp(memory.interaction.energies(allPatterns(9).bits).map((e) => -2 * e));
    expect(certificate.logPartition?.[0]).toBeCloseTo(exact, 11);
    expect(certificate.logPartition?.[1]).toBeCloseTo(exact + mapping.logConstant(2), 11);
    expect(certificate.hiddenDifference).toBeLessThan(certificate.tolerance);
  });

  it("refuses the smallest difference of energies that rounding cannot explain, and not half of the bound", () => {
    // Whole numbers, so that the energies of the first net are exact.
    const n = 6;
    const couplings = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 0 : i + j)));
    const changed = (difference: number) =>
      new HopfieldNet(couplings.map((row, i) => row.map((w, j) => (i + j === 1 ? w + difference : w))));
    // E = -1/2 s^T W s: the magnitudes of its terms add up to M = sum |W_ij| / 2, and there are two energies.
    const magnitude = couplings.flat().reduce((sum, w) => sum + w, 0) / 2;
    const bound = 4 * n * 2 ** -53 * 2 * magnitude;
    // W_01 = W_10 changes E(s) by as much as itself, up or down.
    for (const [difference, equal] of [
      [bound / 2, true],
      [2 * bound, false],
    ] as const) {
      const certificate = certify(changed(0), changed(difference));
      expect(certificate.equal).toBe(equal);
      expect(certificate.verdict).toMatch(equal ? /^equal: / : /^different: /);
      expect(Math.abs(certificate.largestDifference / difference - 1)).toBeLessThan(0.5);
    }
  });

  it("says different where the means of the hidden units do not belong to their free energy", () => {
    const memory = correlatedMemory(8, 3, new Random(66));
    const { rbm } = toRbm(memory);
    // Gaussian units but for their means, which are too large by a factor: E(s, <h | s>) moves, F(s) does not.
    const scaled = (factor: number): Rbm => {
      const hidden = gaussian(3);
      const mean = hidden.mean.bind(hidden);
      hidden.mean = (inputs, beta, out) => {
        mean(inputs, beta, out).forEach((x, k) => {
          out[k] = factor * x;
        });
        return out;
      };
      return new Rbm({ visible: rbm.visible, hidden, weights: rbm.weights });
    };
    expect(certify(memory, scaled(1)).equal).toBe(true);
    for (const [a, b] of [
      [memory, scaled(1.001)],
      [scaled(1), scaled(1.001)],
      [scaled(1.001), scaled(1)],
    ]) {
      const certificate = certify(a, b);
      expect(certificate.largestDifference).toBeLessThan(certificate.tolerance);
      expect(certificate.hiddenDifference).toBeGreaterThan(certificate.tolerance);
      expect(certificate.equal).toBe(false);
      expect(certificate.verdict).toMatch(/^different: /);
    }
  });

  it("compares random, stored, reversed and recalled states of a large one", () => {
    const memory = correlatedMemory(100, 7, new Random(63));
    const certificate = certify(memory, toRbm(memory).rbm, { states: 30, recalls: 5 });
    expect(certificate.equal).toBe(true);
    expect(certificate.states).toBe(30 + 2 * 5 + 2 * 7);
    expect(certify(memory, toRbm(memory).rbm, { states: 30, recalls: 5 })).toEqual(certificate);
  });

  it.each([10, 40])("finds one weight that is off by 1e-6, with %i units", (units) => {
    const memory = correlatedMemory(units, 3, new Random(64));
    const { rbm } = toRbm(memory);
    rbm.weights.values[1] += 1e-6;
    const certificate = certify(memory, rbm);
    expect(certificate.verdict).toMatch(/^different: energies of /);
    expect(certificate.equal).toBe(false);
    const gap = (state: Int8Array) => memory.energy(state) - rbm.freeEnergy(Float64Array.from(state))[0];
    expect(
      Math.abs(Math.abs(gap(certificate.worst) - certificate.constant) - certificate.largestDifference),
    ).toBeLessThan(certificate.tolerance);
    expect(certify(memory, rbm, { tolerance: 1e-3 }).equal).toBe(true);
  });

  it("tells Hebb's net from the projection net, and a hidden layer that is not gaussian", () => {
    const random = new Random(65);
    const patterns = randomPatterns(3, 12, random);
    const one = new Hopfield(12, { rule: hebb() }).store(patterns);
    expect(certify(one, new Hopfield(12, { rule: projection({ selfCoupling: true }) }).store(patterns)).equal).toBe(
      false,
    );
    expect(certify(one, toRbm(one).rbm).equal).toBe(true);
    const rbm = new Rbm({ visible: spin(12), hidden: spin(3), weights: randomMatrix(12, 3, random) });
    const certificate = certify(rbm, rbm);
    expect(certificate.equal).toBe(true);
    expect(certificate.hiddenDifference).toBeUndefined();
    expect(certificate.totalVariation).toBe(0);
    expect(certify(rbm, one).equal).toBe(false);
  });

  it("two nets with the same couplings and different self-couplings are one model", () => {
    const a = new HopfieldNet(
      [
        [0, 1],
        [1, 0],
      ],
      [0.1, 0],
    );
    const b = new HopfieldNet(
      [
        [3, 1],
        [1, -5],
      ],
      [0.1, 0],
    );
    const certificate = certify(a, b);
    expect(certificate.equal).toBe(true);
    expect(certificate.constant).toBe(-1);
  });

  it("refuses what it cannot compare", () => {
    const { rbm, net } = toRbm([[1, 1, -1]], { factor: qrFactor() });
    expect(() => certify(net, new HopfieldNet([[0]]))).toThrow("a has 3 units but b has 1");
    expect(() => certify(new Hopfield(3), rbm)).toThrow("a is an empty memory");
    expect(() => certify(net, { rbm } as unknown as Rbm)).toThrow("b is not a Hopfield, HopfieldNet, Rbm or");
    expect(() => certify(net, new Rbm({ visible: binary(3), hidden: spin(1) }))).toThrow(
      "the visible units are binary",
    );
    expect(() => certify(net, rbm, { beta: -1 })).toThrow("beta is -1");
    expect(() => certify(net, rbm, { exactUpTo: 30 })).toThrow("exactUpTo is 30");
    expect(() => certify(net, rbm, { tolerance: Number.NaN })).toThrow("tolerance is NaN");
  });
});
