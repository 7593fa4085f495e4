import { describe, expect, it } from "vitest";
import { binary, gaussian, Random, relu, softmax, spin, type Units } from "../../src/index.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import { meanAndError } from "../support/statistics.js";
import { LAYERS, nodes, normals, TYPES } from "./layers.js";

const one = () => new Float64Array(1);
const cumulant = (units: Units, inputs: Float64Array, beta: number) => units.cumulant(inputs, beta, one())[0];

/** Exact log Z, means, mean squares and mean gradient of a layer with inputs, by a sum over all its states. */
function exactly(units: Units, inputs: Float64Array, beta: number) {
  const { rows, logWeights } = nodes(units);
  const energies = units.energy(rows, new Float64Array(logWeights.length));
  const logs = logWeights.map((logWeight, r) => {
    let work = 0;
    for (let i = 0; i < units.width; i++) work += inputs[i] * rows[r * units.width + i];
    return logWeight + beta * (work - energies[r]);
  });
  const logZ = logSumExp(logs);
  const means = new Float64Array(units.width);
  const squares = new Float64Array(units.width);
  const gradient = new Float64Array(units.parameters.length);
  logs.forEach((value, r) => {
    const p = Math.exp(value - logZ);
    const row = rows.subarray(r * units.width, (r + 1) * units.width);
    row.forEach((x, i) => {
      means[i] += p * x;
      squares[i] += p * x * x;
    });
    units.addGradient(row, p, gradient);
  });
  return { logZ, means, variances: squares.map((square, i) => square - means[i] ** 2), gradient };
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits: number) => {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits);
};

describe.each(TYPES)("%s units", (type) => {
  const random = new Random(17);
  const units = LAYERS[type](2, random);
  const cases = [0.4, 1, 1.7].map((beta) => ({ beta, inputs: normals(units.width, random) }));

  it("have the free energy, means, variances and mean gradient of a sum over all states", () => {
    for (const { beta, inputs } of cases) {
      const exact = exactly(units, inputs, beta);
      expect(cumulant(units, inputs, beta)).toBeCloseTo(exact.logZ, 9);
      close(units.mean(inputs, beta, new Float64Array(units.width)), exact.means, 9);
      close(units.variance(inputs, beta, new Float64Array(units.width)), exact.variances, 9);
      const gradient = new Float64Array(units.parameters.length);
      units.addMeanGradient(inputs, beta, 1, gradient);
      close(gradient, exact.gradient, 9);
    }
  });

  it("have means and variances that are derivatives of the free energy", () => {
    const h = 1e-4;
    for (const { beta, inputs } of cases) {
      const mean = units.mean(inputs, beta, new Float64Array(units.width));
      const variance = units.variance(inputs, beta, new Float64Array(units.width));
      const at = (k: number, change: number) =>
        cumulant(
          units,
          inputs.map((x, i) => (i === k ? x + change : x)),
          beta,
        );
      for (let k = 0; k < units.width; k++) {
        expect(mean[k]).toBeCloseTo((at(k, h) - at(k, -h)) / (2 * h * beta), 6);
        expect(variance[k]).toBeCloseTo((at(k, h) - 2 * at(k, 0) + at(k, -h)) / (h * beta) ** 2, 5);
      }
    }
  });

  it("have a gradient that is the derivative by the parameters", () => {
    const h = 1e-5;
    const row = units.sample(new Float64Array(units.width), 1, [random], new Float64Array(units.width));
    const { beta, inputs } = cases[2];
    const gradient = new Float64Array(units.parameters.length);
    units.addGradient(row, -1, gradient);
    const meanGradient = new Float64Array(units.parameters.length);
    units.addMeanGradient(inputs, beta, 1, meanGradient);
    const both = () => [units.energy(row, one())[0], cumulant(units, inputs, beta) / beta];
    for (let p = 0; p < units.parameters.length; p++) {
      const value = units.parameters[p];
      units.parameters[p] = value + h;
      const above = both();
      units.parameters[p] = value - h;
      const below = both();
      units.parameters[p] = value;
      expect(gradient[p]).toBeCloseTo((above[0] - below[0]) / (2 * h), 7);
      expect(meanGradient[p]).toBeCloseTo((above[1] - below[1]) / (2 * h), 7);
    }
  });

  it("are drawn with their means and variances, and only in states that they can take", () => {
    const chains = 4000;
    for (const { beta, inputs } of cases) {
      const streams = Array.from({ length: chains }, (_, r) => random.fork(r));
      const repeated = Float64Array.from({ length: chains * units.width }, (_, k) => inputs[k % units.width]);
      const drawn = units.sample(repeated, beta, streams, new Float64Array(repeated.length));
      units.check("drawn", drawn);
      const mean = units.mean(inputs, beta, new Float64Array(units.width));
      const variance = units.variance(inputs, beta, new Float64Array(units.width));
      for (let i = 0; i < units.width; i++) {
        const values = Array.from({ length: chains }, (_, r) => drawn[r * units.width + i]);
        const first = meanAndError(values);
        expect(Math.abs(first.mean - mean[i])).toBeLessThan(5 * first.error);
        const second = meanAndError(values.map((x) => (x - mean[i]) ** 2));
        expect(Math.abs(second.mean - variance[i])).toBeLessThan(5 * second.error);
      }
    }
  });

  it("do the same for a row of a batch as for the row alone, in single precision too", () => {
    const inputs = Float32Array.from(normals(3 * units.width, random));
    const middle = inputs.subarray(units.width, 2 * units.width);
    const batch = new Float64Array(inputs.length);
    const alone = new Float64Array(units.width);
    const part = () => batch.subarray(units.width, 2 * units.width);
    units.mean(inputs, 0.8, batch);
    expect(part()).toEqual(units.mean(middle, 0.8, alone));
    units.variance(inputs, 0.8, batch);
    expect(part()).toEqual(units.variance(middle, 0.8, alone));
    units.sample(inputs, 0.8, [new Random(1), new Random(2), new Random(3)], batch);
    expect(part()).toEqual(units.sample(middle, 0.8, [new Random(2)], alone));
    expect(units.energy(batch, new Float64Array(3))[1]).toBe(units.energy(part(), one())[0]);
    expect(units.cumulant(inputs, 0.8, new Float64Array(3))[1]).toBe(units.cumulant(middle, 0.8, one())[0]);
    const rounded = units.sample(inputs, 0.8, [new Random(1), new Random(2), new Random(3)], new Float32Array(batch));
    expect(rounded).toEqual(Float32Array.from(batch));
  });

  it("keep finite free energies, means and variances whatever the inputs", () => {
    for (const size of [50, 1e3, 1e6]) {
      for (const sign of [-1, 1]) {
        const inputs = new Float64Array(units.width).map((_, i) => (i % 3 === 0 ? sign * size : 0));
        expect(Number.isFinite(cumulant(units, inputs, 1))).toBe(true);
        for (const x of units.mean(inputs, 1, new Float64Array(units.width))) expect(Number.isFinite(x)).toBe(true);
        for (const x of units.variance(inputs, 1, new Float64Array(units.width))) {
          expect(x >= 0 && Number.isFinite(x)).toBe(true);
        }
      }
    }
  });

  it("show parameters by name that share their memory", () => {
    const lengths = Object.values(units.named).reduce((sum, values) => sum + values.length, 0);
    expect(lengths).toBe(units.parameters.length);
    for (const values of Object.values(units.named)) expect(values.buffer).toBe(units.parameters.buffer);
  });
});

describe("units far from the middle", () => {
  it("keep the digits of what is small", () => {
    const at = (units: Units, input: number, what: "mean" | "variance") =>
      units[what](Float64Array.of(input), 1, one())[0];
    expect(at(binary(1), -300, "mean") / Math.exp(-300)).toBeCloseTo(1, 12);
    expect(at(binary(1), 300, "variance") / Math.exp(-300)).toBeCloseTo(1, 12);
    expect(at(spin(1), -150, "variance") / (4 * Math.exp(-300))).toBeCloseTo(1, 12);
    expect(at(relu(1), -1e6, "mean") * 1e6).toBeCloseTo(1, 9);
    expect(at(relu(1), -1e6, "variance") * 1e12).toBeCloseTo(1, 9);
    const pair = softmax(1, 2).variance(Float64Array.of(300, 0), 1, new Float64Array(2));
    expect(pair[0] / Math.exp(-300)).toBeCloseTo(1, 12);
  });

  it("a softmax unit of two states is a binary one", () => {
    const inputs = Float64Array.of(0.7, -0.4);
    const mean = softmax(1, 2).mean(inputs, 1.3, new Float64Array(2));
    expect(mean[0]).toBeCloseTo(binary(1).mean(Float64Array.of(1.1), 1.3, one())[0], 14);
  });
});

describe.each(TYPES)("a layer of %s units", (type) => {
  const random = new Random(11);
  const units = LAYERS[type](3, random);
  const inputs = normals(units.width, random);
  const more = normals(units.width, random);

  it("is copied with parameters of its own", () => {
    const copy = units.copy();
    expect(copy.mean(inputs, 1.5, new Float64Array(units.width))).toEqual(
      units.mean(inputs, 1.5, new Float64Array(units.width)),
    );
    copy.parameters.fill(2);
    expect(copy.named.bias?.[0] ?? copy.named.mean[0]).toBe(2);
    expect(units.parameters).not.toContain(2);
  });

  it("absorbs inputs into its biases", () => {
    const both = inputs.map((x, i) => x + more[i]);
    const changed = units.copy();
    changed.addToBiases(more);
    const [means, expected] = [changed.mean(inputs, 0.8, new Float64Array(units.width)), units.mean(both, 0.8, both)];
    for (let i = 0; i < units.width; i++) expect(means[i]).toBeCloseTo(expected[i], 12);
  });

  it("says which two values its units take", () => {
    expect(units.twoStates).toEqual({ binary: { low: 0, high: 1 }, spin: { low: -1, high: 1 } }[type]);
  });
});

describe("bad input", () => {
  const row = (...values: number[]) => Float64Array.from(values);
  it.each<[string, () => unknown, string]>([
    [
      "a grey value in a spin unit",
      () => spin(2).check("visible", row(1, -1, 0.5, 1)),
      "visible[1][0] is 0.5; expected -1 or +1 in a spin unit: threshold grey values to them",
    ],
    ["0 in a spin unit", () => spin(1).check("visible", row(0)), "visible[0][0] is 0; expected -1 or +1"],
    [
      "a grey value in a binary unit",
      () => binary(2).check("visible", row(1, 0.25)),
      "visible[0][1] is 0.25; expected 0 or 1 in a binary unit: threshold grey values, or draw 1 with their probability",
    ],
    ["NaN in a binary unit", () => binary(1).check("v", row(Number.NaN)), "v[0][0] is NaN; expected 0 or 1"],
    [
      "NaN in a gaussian unit",
      () => gaussian(1).check("v", row(Number.NaN)),
      "v[0][0] is NaN; expected a finite number",
    ],
    [
      "a negative value in a relu unit",
      () => relu(1).check("v", row(-0.1)),
      "v[0][0] is -0.1; expected a finite number of",
    ],
    ["two ones in a softmax unit", () => softmax(2, 3).check("v", row(0, 1, 0, 1, 0, 1)), "v[0][3...] has 2 ones in a"],
    ["no one in a softmax unit", () => softmax(1, 2).check("v", row(0, 1, 0, 0)), "v[1][0...] has 0 ones in a softmax"],
    ["a half in a softmax unit", () => softmax(1, 2).check("v", row(0.5, 0.5)), "v[0][0] is 0.5; expected 0 or 1 in a"],
    ["no units", () => binary(0), "count is 0; expected a whole number from 1 to 67108864"],
    ["one state", () => softmax(3, 1), "states is 1; expected a whole number from 2 to 65536"],
    ["biases that do not fit", () => spin(3, { bias: [1] }), "bias has 1 values but the layer needs 3"],
    [
      "a bias that is not finite",
      () => binary(2, { bias: [1, Number.NaN] }),
      "bias[1] is NaN; expected a finite number",
    ],
    ["precision 0", () => gaussian(2, { precision: [1, 0] }), "precision[1] is 0; expected a number above 0"],
    ["a negative precision", () => relu(1, { precision: -1 }), "precision[0] is -1; expected a number above 0"],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
