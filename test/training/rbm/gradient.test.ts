import { describe, expect, it } from "vitest";
import { contrastiveDivergence, momentum, persistent, Random, type Rbm, tempering, train } from "../../../src/index.js";
import { referenceWorkspace } from "../../../src/kernels/index.js";
import { exactGradient, type RbmGradient } from "../../../src/models/index.js";
import type { RbmTraining, TrainingMethod } from "../../../src/training/index.js";
import { FINITE, jointLogs, machine, pairs, rowOf, smallLayer } from "../../models/rbm-machines.js";
import { meanAndError } from "../../support/statistics.js";
import { LAYERS, TYPES } from "../../units/layers.js";

const ROWS = 6;
const UPDATES = 40;
const SEEDS = 12;
/** So small that nothing moves while steps add up, but for what is far below the precision of a weight. */
const RATE = 2 ** -80;

type Numbers = Record<"weights" | "visible" | "hidden", Float64Array>;

/**
 * What updates learn on average: with momentum 1 and hardly any rate the steps of an unchanging machine add up. Its
 * precisions learn logarithms, which is undone.
 */
async function meanGradient(
  rbm: Rbm,
  data: Float64Array,
  method: TrainingMethod,
  seed: number,
  extra: Partial<RbmTraining>,
) {
  const options = {
    epochs: UPDATES,
    rate: RATE,
    optimiser: momentum({ momentum: 1 - Number.EPSILON }),
    batch: ROWS,
    workspace: referenceWorkspace,
  };
  for await (const { epoch, checkpoint } of train(rbm, data, {
    ...options,
    method,
    seed,
    learnPrecisions: true,
    ...extra,
  })) {
    if (epoch < UPDATES) continue;
    const { arrays } = checkpoint();
    const part = (name: string) => {
      const steps = ["velocity", "precisions.velocity"].flatMap((state) => [
        ...(arrays.get(`optimiser.${name}.${state}`) ?? []),
      ]);
      return Float64Array.from(steps, (sum) => sum / (RATE * UPDATES));
    };
    const mean: Numbers = { weights: part("weights"), visible: part("visible"), hidden: part("hidden") };
    for (const layer of ["visible", "hidden"] as const) {
      const { precision, mean: own } = rbm[layer].named;
      precision?.forEach((gamma, i) => {
        mean[layer][own.length + i] /= gamma;
      });
    }
    return mean;
  }
  throw new Error("no report");
}

async function expectUnbiased(rbm: Rbm, exact: RbmGradient, data: Float64Array, method: TrainingMethod, extra = {}) {
  const means: Numbers[] = [];
  for (let seed = 0; seed < SEEDS; seed++) means.push(await meanGradient(rbm, data, method, seed, extra));
  for (const name of ["weights", "visible", "hidden"] as const) {
    for (let p = 0; p < exact[name].length; p++) {
      const { mean, error } = meanAndError(means.map((one) => one[name][p]));
      // Student's t with 11 degrees of freedom is as rarely beyond 7.5 as a normal number beyond 5; sums are in single precision.
      expect(Math.abs(mean - exact[name][p]), `${name}[${p}]`).toBeLessThan(7.5 * error + 1e-5);
    }
  }
}

function dataFor(rbm: Rbm, random: Random): Float64Array {
  const streams = Array.from({ length: ROWS }, (_, r) => random.fork(r));
  const inputs = Float64Array.from({ length: ROWS * rbm.visible.width }, () => random.normal());
  return rbm.visible.sample(inputs, 1, streams, new Float64Array(inputs.length)).map(Math.fround);
}

/** The gradient of the mean log-likelihood by sums or integrals over both layers. */
function jointGradient(rbm: Rbm, data: Float64Array): RbmGradient {
  const gradient = rbm.zeroGradient();
  rbm.addGradient(data, 1 / ROWS, gradient);
  const { v, h, logs, logZ } = jointLogs(rbm, 1);
  const [n, k] = [rbm.visible.width, rbm.hidden.width];
  logs.forEach((row, r) => {
    row.forEach((log, s) => {
      const weight = -Math.exp(log - logZ);
      const [x, y] = [rowOf(v.rows, r, n), rowOf(h.rows, s, k)];
      rbm.visible.addGradient(x, weight, gradient.visible);
      rbm.hidden.addGradient(y, weight, gradient.hidden);
      for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) gradient.weights[i * k + j] += weight * x[i] * y[j];
    });
  });
  return gradient;
}

const REAL = TYPES.filter((type) => !FINITE.includes(type));
const countable = pairs(TYPES, TYPES).filter(([a, b]) => FINITE.includes(a) || FINITE.includes(b));

describe.each(countable)("an RBM of %s and %s units learns the exact gradient on average", (visible, hidden) => {
  const random = new Random(5);
  const rbm = machine(LAYERS[visible](4, random), LAYERS[hidden](3, random), random);
  const data = dataFor(rbm, random);
  const exact = exactGradient(rbm, data);

  it("from persistent chains", () => expectUnbiased(rbm, exact, data, persistent({ steps: 4, chains: 10 })));
});

it.each(TYPES)(
  "long chains of %s and binary units that start at the data learn the exact gradient",
  async (visible) => {
    const random = new Random(7);
    const rbm = machine(LAYERS[visible](4, random), LAYERS.binary(3, random), random);
    const data = dataFor(rbm, random);
    await expectUnbiased(rbm, exactGradient(rbm, data), data, contrastiveDivergence({ steps: 12 }));
  },
);

describe.each(pairs(REAL, REAL))("an RBM of %s and %s units learns the integral", (visible, hidden) => {
  const random = new Random(6);
  const rbm = machine(smallLayer(visible, random), smallLayer(hidden, random), random);
  const data = dataFor(rbm, random);

  it("from persistent chains", () =>
    expectUnbiased(rbm, jointGradient(rbm, data), data, persistent({ steps: 4, chains: 10 })));
});

describe.each(pairs(["binary", "spin"], ["binary", "spin", "gaussian"]))(
  "tempering of %s and %s units",
  (visible, hidden) => {
    it("learns the exact gradient on average, where plain chains do not mix", async () => {
      const random = new Random(8);
      const rbm = machine(LAYERS[visible](4, random), LAYERS[hidden](2, random), random, 1.5);
      const data = dataFor(rbm, random);
      const method = tempering({ steps: 4, chains: 10, ladder: [0.2, 0.5, 1] });
      await expectUnbiased(rbm, exactGradient(rbm, data), data, method);
    });
  },
);

it("centred steps are those of values less their means", async () => {
  const random = new Random(9);
  const rbm = machine(LAYERS.spin(4, random), LAYERS.binary(3, random), random);
  const data = dataFor(rbm, random);
  const plain = exactGradient(rbm, data);
  const [mu, lambda] = [columnMeans(data, 4), columnMeans(rbm.hiddenMean(data), 3)];
  const weights = plain.weights.map(
    (g, k) => g - mu[Math.floor(k / 3)] * plain.hidden[k % 3] - plain.visible[Math.floor(k / 3)] * lambda[k % 3],
  );
  await expectUnbiased(rbm, { ...plain, weights }, data, persistent({ steps: 4, chains: 10 }), { centred: true });
});

function columnMeans(rows: Float64Array, width: number): Float64Array {
  const means = new Float64Array(width);
  rows.forEach((x, k) => {
    means[k % width] += (x * width) / rows.length;
  });
  return means;
}
