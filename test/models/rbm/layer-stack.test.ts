import { describe, expect, it } from "vitest";
import { Random, type Rbm, type Units } from "../../../src/index.js";
import { buildFitting, referenceWorkspace, type Workspace } from "../../../src/kernels/index.js";
import { ChainStreams, type LayerBatch, LayerStack } from "../../../src/layers/index.js";
import { rbmLayers } from "../../../src/models/index.js";
import { WeightGradient } from "../../../src/training/weight-gradient.js";
import type { Rows } from "../../../src/units/index.js";
import { LAYERS, TYPES } from "../../units/layers.js";
import { machine, pairs, rowOf } from "../rbm-machines.js";

const ROWS = 37;
const PAIRS = pairs(TYPES, TYPES);

/** A machine of 5 and 3 units, in double precision and in a workspace, and states of either layer. */
function setUp(visible: string, hidden: string) {
  const random = new Random(7);
  const rbm = machine(LAYERS[visible](5, random), LAYERS[hidden](3, random), random);
  const { built, workspace } = buildFitting(referenceWorkspace, (ws: Workspace) => {
    const single = new LayerStack(ws, rbmLayers(rbm));
    const [visible, hidden] = single.batches(ROWS) as [LayerBatch, LayerBatch];
    return {
      single,
      visible,
      hidden,
      other: single.layers[0].batch(ROWS),
      streams: new ChainStreams(ws, random.fork(0), ROWS),
      gradient: new WeightGradient(ws, single.weights[0]),
    };
  });
  built.single.load(rbmLayers(rbm));
  const [v, h] = [drawn(rbm.visible, random), drawn(rbm.hidden, random)];
  fill(built.visible, v);
  fill(built.hidden, h);
  return { ...built, rbm, v, h, workspace };
}

/** States of a layer, rounded to single precision, as a workspace keeps them. */
function drawn(units: Units, random: Random): Float64Array {
  const streams = Array.from({ length: ROWS }, (_, r) => random.fork(r));
  const rows = units.sample(new Float64Array(ROWS * units.width), 1, streams, new Float64Array(ROWS * units.width));
  return rows.map(Math.fround);
}

function fill(batch: LayerBatch, rows: Rows): void {
  const { width } = batch.layer.units;
  for (let r = 0; r < ROWS; r++) batch.load(r, rowOf(rows, r, width));
}

function contents(batch: LayerBatch): Float64Array {
  const { width } = batch.layer.units;
  const rows = new Float64Array(ROWS * width);
  for (let r = 0; r < ROWS; r++) batch.read(r, rowOf(rows, r, width));
  return rows;
}

/** Sums of some ten numbers of size 10 in single precision. */
const CLOSE = 5;

function expectClose(values: ArrayLike<number>, expected: ArrayLike<number>, digits = CLOSE): void {
  expect(values.length).toBe(expected.length);
  for (let k = 0; k < values.length; k++) expect(values[k]).toBeCloseTo(expected[k], digits);
}

describe.each(PAIRS)("an RBM of %s and %s units in a workspace", (visible, hidden) => {
  it("has the conditional means of the machine", () => {
    const { single, rbm, v, h, ...batches } = setUp(visible, hidden);
    single.up(0, batches.visible, batches.hidden);
    batches.hidden.mean(1.3);
    expectClose(batches.hidden.means, rbm.hiddenMean(v, { beta: 1.3 }));
    fill(batches.hidden, h);
    single.down(0, batches.hidden, batches.visible);
    batches.visible.mean();
    expectClose(batches.visible.means, rbm.visibleMean(h));
  });

  it("has its free energies", () => {
    const { single, rbm, v, ...batches } = setUp(visible, hidden);
    const logs = single.weights[0].logWeights(batches.visible, batches.hidden, 0.7, new Float64Array(ROWS));
    expectClose(
      logs,
      rbm.freeEnergy(v, { beta: 0.7 }).map((f) => -0.7 * f),
      4,
    );
  });

  it("adds up products and states", () => {
    const { single, rbm, v, gradient, ...batches } = setUp(visible, hidden);
    single.up(0, batches.visible, batches.hidden);
    batches.hidden.mean();
    gradient.add(batches.visible, batches.hidden, 2);
    gradient.add(batches.visible, batches.hidden, -2.5);
    const expected = rbm.zeroGradient();
    rbm.addGradient(v, -0.5, expected);
    expectClose(gradient.gradient, expected.weights, 4);
    const [visibleGradient, hiddenGradient] = [expected.visible.map(() => 0), expected.hidden.map(() => 0)];
    batches.visible.addGradient(-0.5, visibleGradient);
    batches.hidden.addMeanGradient(-0.5, hiddenGradient);
    expectClose(visibleGradient, expected.visible, 4);
    expectClose(hiddenGradient, expected.hidden, 3);
    const sums = new Float64Array(rbm.visible.width);
    for (let k = 0; k < v.length; k++) sums[k % sums.length] += v[k];
    expectClose(batches.visible.sums(new Float64Array(sums.length)), sums, 9);
  });

  it("knows what its inputs make of a state", () => {
    const { single, rbm, v, h, ...batches } = setUp(visible, hidden);
    single.up(0, batches.visible, batches.hidden);
    const inputs = rbm.hiddenInputs(v);
    const cumulants = rbm.hidden.cumulant(inputs, 1, new Float64Array(ROWS));
    const energies = rbm.hidden.energy(h, new Float64Array(ROWS));
    const expected = cumulants.map((gamma, r) => -energies[r] - gamma);
    for (let k = 0; k < h.length; k++) expected[Math.floor(k / rbm.hidden.width)] += h[k] * inputs[k];
    expectClose(batches.hidden.logProbabilities(new Float64Array(ROWS)), expected, 4);
  });

  it("draws by chain and step alone, with the right means", () => {
    const { single, streams, ...batches } = setUp(visible, hidden);
    single.up(0, batches.visible, batches.hidden);
    batches.hidden.mean();
    const { means } = batches.hidden;
    const sums = new Float64Array(means.length);
    const squares = new Float64Array(means.length);
    const draws = 400;
    for (let step = 0; step < draws; step++) {
      batches.hidden.sample({ streams, step });
      contents(batches.hidden).forEach((x, k) => {
        sums[k] += x;
        squares[k] += x * x;
      });
    }
    // Five sigma with the variance of the sample, and with 1 / draws for a value that was never drawn.
    means.forEach((mean, k) => {
      const variance = squares[k] / draws - (sums[k] / draws) ** 2;
      expect(Math.abs(sums[k] / draws - mean)).toBeLessThan(5 * Math.sqrt(variance / draws) + 10 / draws);
    });
    batches.hidden.sample({ streams, step: 3 });
    const again = contents(batches.hidden);
    batches.hidden.rows = 9;
    batches.hidden.sample({ streams, step: 4 });
    batches.hidden.sample({ streams, step: 3 });
    expect(contents(batches.hidden)).toEqual(again);
  });

  it("feels two layers where inputs are added, and weights at another strength", () => {
    const { single, rbm, v, ...batches } = setUp(visible, hidden);
    single.up(0, batches.visible, batches.hidden);
    const once = Float64Array.from(batches.hidden.inputs);
    single.up(0, batches.visible, batches.hidden, { add: true, scale: -0.25 });
    const inputs = rbm.hiddenInputs(v);
    expectClose(
      batches.hidden.inputs,
      once.map((x, k) => x - 0.25 * inputs[k]),
      CLOSE,
    );
    batches.visible.means.set(v);
    single.up(0, batches.visible, batches.hidden, { means: true });
    expectClose(batches.hidden.inputs, once);
  });
});

it("rows swap between batches, states and inputs", () => {
  const { visible, other, v } = setUp("spin", "binary");
  const before = rowOf(v, 4, 5).slice();
  visible.inputs.fill(2.5, 20, 25);
  visible.swap(4, other, 2);
  expect(other.read(2, new Float64Array(5))).toEqual(before);
  expect(visible.read(4, new Float64Array(5))).toEqual(new Float64Array(5).fill(-1));
  expect(Array.from(other.inputs.subarray(10, 15))).toEqual(new Array(5).fill(2.5));
});

it("weights and parameters come back", () => {
  const { single, rbm } = setUp("gaussian", "softmax");
  const copy: Rbm = setUp("gaussian", "softmax").rbm;
  copy.weights.values.fill(0);
  copy.visible.parameters.fill(1);
  copy.hidden.parameters.fill(0);
  single.store(rbmLayers(copy));
  expect(copy.weights.values).toEqual(rbm.weights.values.map(Math.fround));
  expect(copy.visible.parameters).toEqual(rbm.visible.parameters);
  expect(copy.hidden.parameters).toEqual(rbm.hidden.parameters);
});
