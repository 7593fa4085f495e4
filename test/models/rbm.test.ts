import { describe, expect, it } from "vitest";
import { binary, GibbsChains, Random, Rbm, relu } from "../../src/index.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import type { Rows } from "../../src/units/index.js";
import { meanAndError } from "../support/statistics.js";
import { LAYERS, nodes, normals, TYPES } from "../units/layers.js";
import { drawFrom, FINITE, jointLogs, machine, pairs, repeat, rowOf, smallLayer } from "./rbm-machines.js";

describe.each(pairs(TYPES, TYPES))("an RBM of %s and %s units", (visibleType, hiddenType) => {
  const random = new Random(5);
  const rbm = machine(LAYERS[visibleType](2, random), LAYERS[hiddenType](2, random), random);
  const { visible, hidden } = rbm;
  const v = visible.sample(normals(visible.width, random), 1, [random], new Float64Array(visible.width));
  const h = hidden.sample(normals(hidden.width, random), 1, [random], new Float64Array(hidden.width));

  it("has the energy E_v + E_h - v W h", () => {
    let expected = visible.energy(v, new Float64Array(1))[0] + hidden.energy(h, new Float64Array(1))[0];
    for (let i = 0; i < visible.width; i++) {
      for (let j = 0; j < hidden.width; j++) expected -= v[i] * rbm.weights.values[i * hidden.width + j] * h[j];
    }
    expect(rbm.energy(v, h)[0]).toBeCloseTo(expected, 12);
    const inputs = [rbm.hiddenInputs(v), rbm.visibleInputs(h)];
    const works = [
      inputs[0].reduce((sum, x, j) => sum + x * h[j], 0),
      inputs[1].reduce((sum, x, i) => sum + x * v[i], 0),
    ];
    expect(works[0]).toBeCloseTo(works[1], 12);
  });

  it("has free energies and conditional means that sum out the other layer", () => {
    const beta = 0.8;
    const sides = [
      { units: hidden, free: rbm.freeEnergy(v, { beta })[0], mean: rbm.hiddenMean(v, { beta }) },
      { units: visible, free: rbm.hiddenFreeEnergy(h, { beta })[0], mean: rbm.visibleMean(h, { beta }) },
    ];
    for (const { units, free, mean } of sides) {
      const { rows, logWeights } = nodes(units);
      const count = logWeights.length;
      const energies = units === hidden ? rbm.energy(repeat(v, count), rows) : rbm.energy(rows, repeat(h, count));
      const logs = logWeights.map((logWeight, r) => logWeight - beta * energies[r]);
      const logZ = logSumExp(logs);
      expect(-beta * free).toBeCloseTo(logZ, 8);
      for (let j = 0; j < units.width; j++) {
        const expected = logs.reduce((sum, value, r) => sum + Math.exp(value - logZ) * rows[r * units.width + j], 0);
        expect(mean[j]).toBeCloseTo(expected, 8);
      }
    }
  });

  it("has a gradient that is the derivative of its free energy", () => {
    const beta = 1.2;
    const step = 1e-5;
    const gradient = rbm.zeroGradient();
    rbm.addGradient(v, -1, gradient, { beta });
    const parts: [Float64Array, Float64Array][] = [
      [rbm.weights.values, gradient.weights],
      [visible.parameters, gradient.visible],
      [hidden.parameters, gradient.hidden],
    ];
    for (const [parameters, slopes] of parts) {
      for (let p = 0; p < parameters.length; p++) {
        const value = parameters[p];
        parameters[p] = value + step;
        const above = rbm.freeEnergy(v, { beta })[0];
        parameters[p] = value - step;
        const below = rbm.freeEnergy(v, { beta })[0];
        parameters[p] = value;
        expect(slopes[p]).toBeCloseTo((above - below) / (2 * step), 7);
      }
    }
  });

  it("keeps its distribution under block Gibbs sampling", () => {
    const beta = 0.6;
    const chains = 1500;
    const small = machine(smallLayer(visibleType, random), smallLayer(hiddenType, random), random);
    const { v: vs, h: hs, logs, logZ } = jointLogs(small, beta);
    const [n, k] = [small.visible.width, small.hidden.width];
    const products = (x: Rows, y: Rows) => {
      const both = Array.from(x, (a) => Array.from(y, (b) => a * b)).flat();
      return [...x, ...y, ...both, ...x.map((a) => a * a), ...y.map((b) => b * b)];
    };
    const exact = new Float64Array(2 * (n + k) + n * k);
    logs.forEach((row, r) => {
      row.forEach((value, s) => {
        const p = Math.exp(value - logZ);
        if (p < 1e-14) return;
        const terms = products(rowOf(vs.rows, r, n), rowOf(hs.rows, s, k));
        for (let at = 0; at < terms.length; at++) exact[at] += p * terms[at];
      });
    });
    // Exact draws to start from, where there are finitely many states: then every step must keep the moments.
    const marginal = logs.map((row) => Math.exp(logSumExp(row) - logZ));
    const rows = new Float64Array(chains * n);
    for (let r = 0; r < chains; r++) rows.set(rowOf(vs.rows, drawFrom(marginal, random), n), r * n);
    const options = { random: random.fork(1), beta };
    const gibbs = FINITE.includes(visibleType)
      ? new GibbsChains(small, { ...options, visible: rows })
      : new GibbsChains(small, { ...options, count: chains }).advance(25);
    for (const steps of [1, 2, 5]) {
      gibbs.advance(steps);
      const moments = Array.from({ length: chains }, (_, r) =>
        products(rowOf(gibbs.visible, r, n), rowOf(gibbs.hidden, r, k)),
      );
      for (let at = 0; at < exact.length; at++) {
        const { mean, error } = meanAndError(moments.map((row) => row[at]));
        // Six standard errors: some thousand comparisons, each wrong once in 5e8. What is constant is so to rounding.
        expect(Math.abs(mean - exact[at]), `moment ${at}`).toBeLessThan(6 * error + 1e-9);
      }
    }
  });
});

describe("batches and chains", () => {
  const random = new Random(13);
  const rbm = machine(binary(5), relu(3), random, 1);

  it("a chain draws the same alone and among others, in one go and in many", () => {
    const source = new Random(3);
    const chains = new GibbsChains(rbm, { random: source, count: 4 }).advance(3).advance(2);
    const alone = new GibbsChains(rbm, { random: source, count: 1 }).advance(5);
    expect(alone.visible).toEqual(chains.visible.subarray(0, 5));
    expect(alone.hidden).toEqual(chains.hidden.subarray(0, 3));
  });

  it("fills what it is given, from single precision too", () => {
    const v = Float32Array.of(1, 0, 1, 1, 0, 0, 0, 0, 1, 1);
    const out = new Float64Array(2);
    expect(rbm.freeEnergy(v, { out })).toBe(out);
    expect(out).toEqual(rbm.freeEnergy(Float64Array.from(v)));
    const h = new Float64Array(6);
    expect(rbm.sampleHidden(v, { streams: [new Random(1), new Random(2)], out: h })).toBe(h);
    expect(h.subarray(3)).toEqual(rbm.sampleHidden(v.subarray(5), { streams: [new Random(2)] }));
    expect(rbm.sampleVisible(h, { streams: [new Random(1), new Random(2)] })).toHaveLength(10);
  });

  it("takes means as inputs, which are no states", () => {
    expect(() => rbm.hiddenInputs(new Float64Array(5).fill(0.5))).not.toThrow();
  });

  it.each<[string, () => unknown, string]>([
    [
      "a grey value",
      () => rbm.freeEnergy(Float64Array.of(1, 0, 0.3, 1, 1)),
      "visible[0][2] is 0.3; expected 0 or 1 in",
    ],
    [
      "a wrong width",
      () => rbm.freeEnergy(new Float64Array(7)),
      "visible has 7 values; a row of the visible layer has 5: expected a multiple of it, above 0",
    ],
    [
      "an empty batch",
      () => rbm.hiddenMean(new Float64Array(0)),
      "visible has 0 values; a row of the visible layer has 5",
    ],
    [
      "a plain array",
      () => rbm.freeEnergy([1, 0, 0, 1, 1] as never),
      "visible is not a Float64Array or Float32Array; pass",
    ],
    [
      "NaN",
      () => rbm.visibleInputs(Float64Array.of(1, Number.NaN, 0)),
      "hidden[0][1] is NaN; expected a finite number",
    ],
    [
      "NaN in a state",
      () => rbm.hiddenFreeEnergy(Float64Array.of(1, Number.NaN, 0)),
      "hidden[0][1] is NaN; expected a",
    ],
    [
      "layers of different lengths",
      () => rbm.energy(new Float64Array(10), new Float64Array(3)),
      "visible has 2 rows but hidden has 1; expected the same number",
    ],
    [
      "an output that does not fit",
      () => rbm.hiddenMean(new Float64Array(5), { out: new Float64Array(5) }),
      "out has 5 values; this batch needs 3",
    ],
    [
      "one stream for two rows",
      () => rbm.sampleHidden(new Float64Array(10), { streams: [new Random(1)] }),
      "streams has 1 generators; a batch of 2 rows needs one for each: random.fork(r)",
    ],
    ["beta 0", () => rbm.freeEnergy(new Float64Array(5), { beta: 0 }), "beta is 0; expected a finite number above 0"],
    [
      "no hidden layer",
      () => new Rbm({ visible: binary(2) } as never),
      "hidden is not a layer of units; pass one such as binary(500)",
    ],
    [
      "weights that do not fit",
      () => new Rbm({ visible: binary(2), hidden: binary(3), weights: [[1, 2]] }),
      "weights are 1 x 2; expected 2 x 3, for 2 visible and 3 hidden values",
    ],
    [
      "a weight that is not finite",
      () => new Rbm({ visible: binary(1), hidden: binary(1), weights: [[Number.NaN]] }),
      "weights[0][0] is NaN; expected a finite number",
    ],
    [
      "no chains",
      () => new GibbsChains(rbm, { random, count: 0 }),
      "count is 0; expected a whole number of at least 1",
    ],
    [
      "no generator",
      () => new GibbsChains(rbm, {} as never),
      "random is missing; Gibbs sampling needs a generator: pass new",
    ],
    [
      "chains that start outside the units' range",
      () => new GibbsChains(rbm, { random, visible: new Float64Array(5).fill(2) }),
      "visible[0][0] is 2; expected 0 or 1 in a binary unit",
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
