import { describe, expect, test } from "vitest";
import { Random } from "../../src/index.js";
import { referenceWorkspace, wasmWorkspace } from "../../src/kernels/index.js";
import { type LayerBatch, LayerStack } from "../../src/layers/index.js";
import { WeightGradient } from "../../src/training/weight-gradient.js";
import { rowOf } from "../models/rbm-machines.js";
import { LAYERS } from "../units/layers.js";

const [N, K, ROWS] = [33, 5, 7];

/** Two batches of states and means of both layers, and two gradients. */
function setUp(visible: string, make = referenceWorkspace) {
  const random = new Random(5);
  const workspace = make(2 ** 20);
  const stack = new LayerStack(workspace, { layers: [LAYERS[visible](N, random), LAYERS.binary(K, random)] });
  const phases = [0, 1].map(() => {
    const [lower, upper] = stack.batches(ROWS) as [LayerBatch, LayerBatch];
    const { units } = lower.layer;
    const streams = Array.from({ length: ROWS }, (_, r) => random.fork(r));
    const rows = units.sample(new Float64Array(ROWS * N), 1, streams, new Float64Array(ROWS * N));
    for (let r = 0; r < ROWS; r++) lower.load(r, rowOf(rows, r, N));
    for (let k = 0; k < lower.means.length; k++) lower.means[k] = random.uniform();
    for (let k = 0; k < upper.means.length; k++) upper.means[k] = random.uniform();
    return { lower, upper, rows: Float64Array.from({ length: ROWS * N }, (_, k) => Math.fround(rows[k])) };
  });
  const [weights] = stack.weights;
  for (let k = 0; k < weights.values.length; k++) weights.values[k] = random.normal();
  return { workspace, phases, weights, gradient: new WeightGradient(workspace, weights), random };
}

describe.each(["binary", "spin", "gaussian"])("the gradient of weights below which are %s units", (visible) => {
  test("is the sum of its terms, however many there are and whenever it is read", () => {
    for (const early of [false, true]) {
      const { phases, gradient, random } = setUp(visible);
      const expected = new Float64Array(N * K);
      const addTo = (x: ArrayLike<number>, y: ArrayLike<number>, weight: number) => {
        for (let k = 0; k < expected.length; k++) {
          for (let r = 0; r < x.length / N; r++) {
            expected[k] += weight * x[r * N + Math.floor(k / K)] * y[r * K + (k % K)];
          }
        }
      };
      const [first, second] = phases;
      const [x, y] = [N, K].map((length) => Float64Array.from({ length }, () => random.normal()));
      gradient.add(first.lower, first.upper, 0.5);
      addTo(first.rows, first.upper.means, 0.5);
      if (early) expect(gradient.gradient.length).toBe(N * K);
      gradient.add(second.lower, second.upper, -0.25);
      addTo(second.rows, second.upper.means, -0.25);
      gradient.add(second.lower, first.upper, -0.75);
      addTo(second.rows, first.upper.means, -0.75);
      gradient.addOuter(x, y, 2);
      gradient.addOuter(x, y, -1);
      addTo(x, y, 1);
      gradient.addMeans(first.lower, second.upper, 3);
      addTo(first.lower.means, second.upper.means, 3);
      gradient.gradient.forEach((g, k) => {
        expect(g).toBeCloseTo(expected[k], 4);
      });
      gradient.clear();
      gradient.add(first.lower, first.upper, 1);
      expected.fill(0);
      addTo(first.rows, first.upper.means, 1);
      gradient.gradient.forEach((g, k) => {
        expect(g).toBeCloseTo(expected[k], 4);
      });
    }
  });

  test("need not be stored where it is the sum of two products of bits, with the same bits", () => {
    for (const make of [referenceWorkspace, wasmWorkspace]) {
      const [stored, spared] = [setUp(visible, make), setUp(visible, make)];
      for (const { phases, gradient } of [stored, spared]) {
        expect(gradient.products).toBeUndefined();
        gradient.add(phases[0].lower, phases[0].upper, 1 / ROWS);
        expect(gradient.products).toBeUndefined();
        gradient.add(phases[1].lower, phases[1].upper, -1 / ROWS);
      }
      const { products } = spared.gradient;
      expect(products !== undefined).toBe(visible !== "gaussian");
      if (products === undefined) continue;
      const step = { rate: 0.1, momentum: 0.5, l1: 0.01, l2: 0.001 };
      const [velocity, other] = [stored, spared].map(({ workspace }) => workspace.float32(N * K).fill(0.25));
      stored.workspace.ascend({ values: stored.weights.values, gradient: stored.gradient.gradient, velocity, ...step });
      spared.workspace.ascendProducts({ values: spared.weights.values, ...products, velocity: other, ...step });
      expect(stored.gradient.products).toBeUndefined();
      expect(other).toEqual(velocity);
      expect(spared.weights.values).toEqual(stored.weights.values);
    }
  });
});
