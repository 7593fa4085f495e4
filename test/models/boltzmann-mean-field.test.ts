import { describe, expect, it } from "vitest";
import { BoltzmannMachine, binary, Random, spin } from "../../src/index.js";
import { ExactDistribution, likelihoodBound, meanField } from "../../src/models/index.js";
import { LAYERS, normals } from "../units/layers.js";
import { expectClose, randomMachine, symmetric, visibleStates } from "./boltzmann-machines.js";

const KINDS: [string, string][] = [
  ["binary", "binary"],
  ["spin", "spin"],
  ["binary", "spin"],
];

describe.each(KINDS)("mean field of %s visible and %s hidden units", (visibleType, hiddenType) => {
  const random = new Random(51);
  const machine = randomMachine(LAYERS[visibleType](4, random), LAYERS[hiddenType](4, random), random, 0.6);
  const rows = visibleStates(machine);
  const { units, low, high, bias } = machine;

  it("solves its equations", () => {
    const beta = 0.7;
    const L = machine.couplings.values;
    for (const method of ["naive", "tap"] as const) {
      const { means, converged, residuals } = meanField(machine, { visible: rows, beta, method });
      expect(converged).toBe(true);
      expect(Math.max(...residuals)).toBeLessThanOrEqual(1e-10);
      for (let r = 0; r < 16; r++) {
        const m = means.subarray(r * units, (r + 1) * units);
        expect(m.slice(0, 4)).toEqual(rows.slice(r * 4, (r + 1) * 4));
        for (let i = 4; i < units; i++) {
          let field = bias[i];
          for (let j = 0; j < units; j++) {
            field += L[i * units + j] * m[j];
            const variance = (high[j] - m[j]) * (m[j] - low[j]);
            if (method === "tap")
              field += (beta * (high[i] + low[i] - 2 * m[i]) * L[i * units + j] ** 2 * variance) / 2;
          }
          const expected = hiddenType === "spin" ? Math.tanh(beta * field) : 1 / (1 + Math.exp(-beta * field));
          expect(m[i]).toBeCloseTo(expected, 8);
        }
      }
    }
  });

  it("bounds the likelihood and log Z from below, sweep after sweep more closely", () => {
    const beta = 1.3;
    const exact = new ExactDistribution(machine, { beta });
    const logs = exact.logLikelihood(rows);
    const { bounds, converged } = likelihoodBound(machine, rows, { beta });
    expect(converged).toBe(true);
    bounds.forEach((bound, r) => {
      expect(bound).toBeLessThan(logs[r]);
    });
    expect(likelihoodBound(machine, rows, { beta, logZ: exact.logZ }).bounds).toEqual(bounds);
    for (const damping of [0, 0.6]) {
      let before = Number.NEGATIVE_INFINITY;
      for (let maxSweeps = 1; maxSweeps < 12; maxSweeps++) {
        const { logSums } = meanField(machine, { beta, damping, maxSweeps });
        expect(logSums[0]).toBeLessThan(exact.logZ);
        expect(logSums[0]).toBeGreaterThan(before - 1e-12);
        before = logSums[0];
      }
    }
  });

  it("has no error to the first order in the couplings, and as TAP none to the second", () => {
    const parts = machine.parts();
    const scaled = (strength: number) => {
      const weak = new BoltzmannMachine({ visible: machine.visible, hidden: machine.hidden });
      weak.couplings.values.set(machine.couplings.values.map((w) => w * strength));
      return weak;
    };
    expect(parts.b).toHaveLength(4);
    const errors = ([0.08, 0.04] as const).map((strength) => {
      const weak = scaled(strength);
      const { logZ } = new ExactDistribution(weak);
      return (["naive", "tap"] as const).map((method) => Math.abs(meanField(weak, { method }).logSums[0] - logZ));
    });
    // Half the couplings: a quarter of an error of the second order, an eighth of one of the third.
    expect(errors[0][0] / errors[1][0]).toBeGreaterThan(3.5);
    expect(errors[0][0] / errors[1][0]).toBeLessThan(4.5);
    expect(errors[0][1] / errors[1][1]).toBeGreaterThan(6.5);
    expect(errors[0][1]).toBeLessThan(errors[0][0] / 5);
  });
});

describe("mean field", () => {
  const random = new Random(61);

  it("is exact where units are independent given the clamped ones", () => {
    const weights = Array.from({ length: 4 }, () => normals(3, random));
    const machine = new BoltzmannMachine({ visible: binary(4), hidden: LAYERS.binary(3, random), weights });
    const rows = visibleStates(machine);
    expectClose(likelihoodBound(machine, rows).bounds, new ExactDistribution(machine).logLikelihood(rows), 10);
  });

  it("finds the magnetised solutions of a ferromagnet from either side, m = tanh(beta n J m)", () => {
    const couplings = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => (i === j ? 0 : 0.2)));
    const machine = new BoltzmannMachine({ visible: spin(8), visibleCouplings: couplings });
    const start = Float64Array.from({ length: 16 }, (_, at) => (at < 8 ? 0.5 : -0.5));
    const { means, converged } = meanField(machine, { start });
    expect(converged).toBe(true);
    expect(means[0]).toBeGreaterThan(0.5);
    expect(means[0]).toBeCloseTo(Math.tanh(1.4 * means[0]), 8);
    expect(means[8]).toBeCloseTo(-means[0], 12);
    // Without a push, the means of a machine without biases stay at 0.
    expect(meanField(machine).means).toEqual(new Float64Array(8));
  });

  it("completes clamped rows and says where it did not converge", () => {
    const machine = new BoltzmannMachine({ visible: spin(10), visibleCouplings: symmetric(10, random, 1.5) });
    const visible = new Float64Array(10).fill(1);
    const clamped = [1, 1, 1, 0, 0, 0, 0, 0, 0, 1];
    const { means, converged, sweeps } = meanField(machine, { visible, clamped, maxSweeps: 2 });
    expect([0, 1, 2, 9].map((i) => means[i])).toEqual([1, 1, 1, 1]);
    expect(means.subarray(3, 9).every((m) => Math.abs(m) < 1)).toBe(true);
    expect(converged).toBe(false);
    expect(sweeps).toEqual(Uint32Array.of(2));
  });

  const machine = new BoltzmannMachine({ visible: binary(2), hidden: spin(1) });
  it.each<[string, () => unknown, string]>([
    [
      "an unknown method",
      () => meanField(machine, { method: "bethe" as never }),
      'method is "bethe"; expected "naive" or "tap"',
    ],
    ["damping 1", () => meanField(machine, { damping: 1 }), "damping is 1, so no mean would change"],
    ["no sweeps", () => meanField(machine, { maxSweeps: 0 }), "maxSweeps is 0; expected a whole number of at least 1"],
    [
      "a tolerance that is not one",
      () => meanField(machine, { tolerance: Number.NaN }),
      "tolerance is NaN; expected a number from 0 to 1",
    ],
    ["beta -1", () => meanField(machine, { beta: -1 }), "beta is -1; expected a finite number above 0"],
    [
      "a state out of range",
      () => meanField(machine, { visible: Float64Array.of(0, 0.5) }),
      "visible[0][1] is 0.5; expected 0 or 1",
    ],
    [
      "a start that does not fit",
      () => meanField(machine, { start: new Float64Array(4) }),
      "start has 4 values; expected a multiple of 3, above 0, the means of all units",
    ],
    [
      "a start for too few rows",
      () => meanField(machine, { visible: new Float64Array(4), start: new Float64Array(3) }),
      "start has 3 values; expected 2 rows of 3",
    ],
    [
      "a mean out of range",
      () => meanField(machine, { start: Float64Array.of(0.5, 0.5, 2) }),
      "start[0][2] is 2; expected a mean from -1 to 1",
    ],
    [
      "a log Z that is none",
      () => likelihoodBound(machine, new Float64Array(2), { logZ: Number.NaN }),
      "logZ is NaN; expected a finite number",
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
