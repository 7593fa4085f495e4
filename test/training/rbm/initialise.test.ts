import { describe, expect, it } from "vitest";
import { principalComponents } from "../../../src/baselines/index.js";
import {
  binary,
  gaussian,
  initialise,
  PatternSet,
  probabilities,
  Random,
  Rbm,
  relu,
  softmax,
  spin,
} from "../../../src/index.js";
import { LAYERS, TYPES } from "../../units/layers.js";

const random = () => new Random(9);
const means = ({ visible }: Rbm) => [
  ...visible.mean(new Float64Array(visible.width), 1, new Float64Array(visible.width)),
];
const close = (values: readonly number[], digits = 12) => values.map((x) => expect.closeTo(x, digits));

describe("weights", () => {
  it("are normal with the given standard deviation, the same of the same seed", () => {
    const rbm = new Rbm({ visible: binary(80), hidden: binary(50) });
    initialise(rbm, { random: random(), scale: 0.2 });
    const { values } = rbm.weights;
    const squares = values.reduce((sum, w) => sum + w * w, 0) / values.length;
    // Five standard errors of a mean square of 4,000 normal numbers, and of their mean.
    expect(Math.abs(squares / 0.04 - 1)).toBeLessThan(5 * Math.sqrt(2 / 4000));
    expect(Math.abs(values.reduce((sum, w) => sum + w, 0) / values.length)).toBeLessThan((5 * 0.2) / Math.sqrt(4000));
    const again = new Rbm({ visible: binary(80), hidden: binary(50) });
    initialise(again, { random: random(), scale: 0.2 });
    expect(again.weights).toEqual(rbm.weights);
    expect(means(rbm)).toEqual(Array(80).fill(0.5));
  });

  it("lie along principal components, the first ones, and are random beyond", () => {
    const source = random();
    const data = Float64Array.from({ length: 50 * 4 }, (_, k) => (k % 4 === 2 ? 5 : 1) * source.normal());
    const rbm = new Rbm({ visible: gaussian(4), hidden: binary(3) });
    initialise(rbm, { random: random(), data, components: 2, scale: 0.1 });
    const { directions } = principalComponents({ rows: 50, columns: 4, values: data }, 2);
    for (let j = 0; j < 2; j++) {
      for (let i = 0; i < 4; i++) {
        expect(rbm.weights.values[3 * i + j]).toBeCloseTo(0.2 * directions.values[4 * j + i], 14);
      }
    }
    expect(rbm.weights.values[2]).not.toBe(0);
  });
});

describe("units", () => {
  it("take the means of the data, whatever kind of data it is", () => {
    const rows = [
      [1, 0, 1],
      [1, 0, 0],
    ];
    const flat = Float64Array.from(rows.flat());
    for (const data of [PatternSet.from(rows), flat, probabilities(flat)]) {
      const rbm = new Rbm({ visible: binary(3), hidden: binary(1) });
      initialise(rbm, { random: random(), data });
      expect(means(rbm)).toEqual(close([3 / 4, 1 / 4, 2 / 4]));
    }
    const spins = new Rbm({ visible: spin(3), hidden: binary(1) });
    initialise(spins, { random: random(), data: PatternSet.from(rows) });
    expect(means(spins)).toEqual(close([1 / 2, -1 / 2, 0]));
    const potts = new Rbm({ visible: softmax(1, 3), hidden: binary(1) });
    initialise(potts, { random: random(), data: Float64Array.of(1, 0, 0, 1, 0, 0, 0, 1, 0) });
    expect(means(potts)).toEqual(close([3 / 6, 2 / 6, 1 / 6]));
  });

  it("take means and variances where they have precisions", () => {
    const data = Float64Array.of(1, 4, 3, 2, 2, 6, 2, 0);
    for (const visible of [gaussian(2), relu(2)]) {
      const rbm = new Rbm({ visible, hidden: binary(1) });
      initialise(rbm, { random: random(), data });
      expect(means(rbm)).toEqual(close([2, 3], 9));
      const variances = visible.variance(new Float64Array(2), 1, new Float64Array(2));
      expect([...variances]).toEqual(close([0.5, 5], 9));
    }
  });

  it.each(TYPES)("of the hidden layer take a mean, %s ones", (type) => {
    const data = Float64Array.from({ length: 60 }, () => 2);
    const rbm = new Rbm({ visible: gaussian(3), hidden: LAYERS[type](4, random()) });
    const target = type === "softmax" ? 1 / 3 : 0.1;
    const { precision } = rbm.hidden.copy().named;
    initialise(rbm, { random: random(), data, scale: 0.5, hiddenMean: target });
    expect(rbm.hidden.named.precision).toEqual(precision);
    const inputs = rbm.hiddenInputs(Float64Array.of(2, 2, 2));
    const hidden = rbm.hidden.mean(inputs, 1, new Float64Array(rbm.hidden.width));
    expect([...hidden]).toEqual(close(Array(rbm.hidden.width).fill(target), 9));
  });
});

describe("bad input", () => {
  const rbm = () => new Rbm({ visible: binary(3), hidden: binary(2) });
  const data = Float64Array.of(1, 0, 1, 0, 0, 1);
  it.each<[string, (machine: Rbm) => void, string]>([
    ["no generator", (m) => initialise(m, {} as never), "random is missing; initialisation needs a generator"],
    [
      "a negative scale",
      (m) => initialise(m, { random: random(), scale: -1 }),
      "scale is -1; expected a number from 0",
    ],
    [
      "components without data",
      (m) => initialise(m, { random: random(), components: 1 }),
      "components is 1; expected a whole number from 0 to 0",
    ],
    [
      "more components than hidden units",
      (m) => initialise(m, { random: random(), data, components: 3 }),
      "components is 3; expected a whole number from 0 to 2",
    ],
    [
      "a grey value",
      (m) => initialise(m, { random: random(), data: data.map((x) => x / 2) }),
      "data[0][0] is 0.5; expected 0 or 1 in a binary unit",
    ],
    [
      "a mean that is none",
      (m) => initialise(m, { random: random(), hiddenMean: 1 }),
      "hiddenMean is 1; expected a number above 0 and below 1, as binary units have",
    ],
  ])("refuses %s and leaves the machine as it is", (_, act, message) => {
    const machine = rbm();
    expect(() => act(machine)).toThrow(message);
    for (const part of ["weights", "visible", "hidden"] as const) {
      expect(machine[part]).toEqual(
        part === "weights" ? rbm()[part] : expect.objectContaining({ named: rbm()[part].named }),
      );
    }
  });
});
