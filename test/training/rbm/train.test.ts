import { describe, expect, it } from "vitest";
import {
  binary,
  contrastiveDivergence,
  DivergenceError,
  exactLogLikelihood,
  fastWeights,
  gaussian,
  momentum,
  PatternSet,
  persistent,
  Random,
  Rbm,
  type RbmReport,
  softmax,
  spin,
  stepwise,
  type TrainingData,
  tempering,
  train,
  type Units,
} from "../../../src/index.js";
import { referenceWorkspace, wasmWorkspace } from "../../../src/kernels/index.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../../src/storage/index.js";
import type { RbmTraining, TrainingMethod } from "../../../src/training/index.js";
import type { Rows } from "../../../src/units/index.js";
import { LAYERS, TYPES } from "../../units/layers.js";

/** Three states of six units, of different frequency. */
const STATES = Array.from({ length: 60 }, (_, r) =>
  r % 2 === 0 ? [1, 1, 1, 0, 0, 0] : r % 3 === 0 ? [0, 0, 0, 1, 1, 1] : [1, 0, 1, 0, 1, 0],
);
const ROWS = Float64Array.from(STATES.flat());
const METHODS: readonly TrainingMethod[] = [
  contrastiveDivergence(),
  contrastiveDivergence({ steps: 3 }),
  persistent({ steps: 2, chains: 30 }),
  fastWeights(),
  tempering({ temperatures: 3, adapt: true }),
];
const named = METHODS.map((method): [string, TrainingMethod] => [
  `${method.name} ${JSON.stringify(method.options)}`,
  method,
]);

async function run(rbm: Rbm, data: TrainingData, options: RbmTraining): Promise<RbmReport[]> {
  const reports: RbmReport[] = [];
  for await (const report of train(rbm, data, { workspace: referenceWorkspace, ...options })) reports.push(report);
  return reports;
}

const meanLikelihood = (rbm: Rbm, rows: Rows) => {
  const logs = exactLogLikelihood(rbm, rows);
  return logs.reduce((sum, log) => sum + log, 0) / logs.length;
};

/** Mean log-likelihood where every row of STATES has the probability of its frequency. */
const BEST = 0.5 * Math.log(1 / 2) + (1 / 3) * Math.log(1 / 3) + (1 / 6) * Math.log(1 / 6);

describe.each(named)("training by %s", (_, method) => {
  it.each([false, true])("learns a small distribution, centred: %s", async (centred) => {
    const rbm = new Rbm({ visible: binary(6), hidden: binary(4) });
    const options = {
      method,
      batch: 20,
      epochs: 200,
      rate: 0.05,
      optimiser: momentum({ momentum: 0.5 }),
      l2: 1e-3,
      centred,
    };
    await run(rbm, PatternSet.from(STATES), options);
    // Half of the way from the uniform distribution, 6 log 2, to the best one.
    expect(meanLikelihood(rbm, ROWS)).toBeGreaterThan(0.5 * (BEST - 6 * Math.LN2));
  });
});

const STARTS: Record<string, () => Units> = {
  binary: () => binary(6),
  spin: () => spin(6),
  softmax: () => softmax(3, 2),
  gaussian: () => gaussian(6),
  relu: () => LAYERS.relu(6, new Random(1)),
};

/** STATES as rows of units of each type. */
const AS: Record<string, (x: number) => number> = {
  binary: (x) => x,
  spin: (x) => 2 * x - 1,
  softmax: (x) => x,
  gaussian: (x) => 1.5 * x - 0.5,
  relu: (x) => 1.5 * x,
};

it.each(TYPES)("%s units get more probable data", async (type) => {
  const states = type === "softmax" ? STATES.map(([a, b, c]) => [a, 1 - a, b, 1 - b, c, 1 - c]) : STATES;
  const rows = Float32Array.from(states.flat(), AS[type]);
  const rbm = new Rbm({ visible: STARTS[type](), hidden: binary(3) });
  const before = meanLikelihood(rbm, rows);
  await run(rbm, rows, { epochs: 60, batch: 20, rate: 0.02, learnPrecisions: true });
  expect(meanLikelihood(rbm, rows)).toBeGreaterThan(before + 0.5);
});

describe("same bits", () => {
  const bits = (rbm: Rbm) => [rbm.weights.values, rbm.visible.parameters, rbm.hidden.parameters];
  const settings = {
    batch: 25,
    optimiser: momentum({ momentum: stepwise({ epochs: [0, 1], values: [0.2, 0.7] }) }),
    sparsity: 0.1,
    centred: true,
  };

  it.each(named)("once more, and resumed anywhere, by %s", async (_, method) => {
    const fresh = () => new Rbm({ visible: binary(6), hidden: LAYERS.relu(3, new Random(2)) });
    const options = { ...settings, method, epochs: 3, reportEvery: 2, seed: 4 };
    const whole = fresh();
    const saved: ReturnType<RbmReport["checkpoint"]>[] = [];
    for await (const report of train(whole, ROWS, options)) saved.push(report.checkpoint());
    expect(saved.map(({ arrays }) => arrays.get("progress")![2])).toEqual([2, 3, 4, 6, 8, 9]);
    const again = fresh();
    await run(again, ROWS, { ...options, reportEvery: undefined });
    expect(bits(again)).toEqual(bits(whole));
    for (const checkpoint of saved.slice(0, 3)) {
      const resumed = fresh();
      const resume = decodeCheckpoint(encodeCheckpoint(checkpoint));
      const reports = await run(resumed, ROWS, { ...options, resume });
      expect(bits(resumed)).toEqual(bits(whole));
      expect(reports.at(-1)?.updates).toBe(9);
    }
  });

  it.each(TYPES)("from WebAssembly as from the reference, with %s units", async (type) => {
    const [a, b] = [0, 1].map(
      () => new Rbm({ visible: LAYERS[type](45, new Random(1)), hidden: LAYERS[type](33, new Random(2)) }),
    );
    const random = new Random(3);
    const streams = Array.from({ length: 50 }, (_, r) => random.fork(r));
    const { width } = a.visible;
    const rows = a.visible.sample(new Float64Array(50 * width), 1, streams, new Float64Array(50 * width));
    const options = { ...settings, rate: 0.01, epochs: 2, batch: 23 };
    await run(a, rows, options);
    await run(b, rows, { ...options, workspace: wasmWorkspace });
    expect(bits(a)).toEqual(bits(b));
  });

  it("another seed gives others", async () => {
    const [a, b] = [0, 1].map(() => new Rbm({ visible: binary(6), hidden: binary(3) }));
    await run(a, ROWS, { ...settings, epochs: 1, seed: 1 });
    await run(b, ROWS, { ...settings, epochs: 1, seed: 2 });
    expect(a.weights.values).not.toEqual(b.weights.values);
  });

  it("rows and patterns are the same data", async () => {
    const [a, b] = [0, 1].map(() => new Rbm({ visible: binary(6), hidden: binary(3) }));
    await run(a, ROWS, { ...settings, epochs: 1 });
    await run(b, PatternSet.from(STATES), { ...settings, epochs: 1 });
    expect(a.weights.values).toEqual(b.weights.values);
  });
});

it("the machine has ordinary biases after centred steps", async () => {
  const rbm = new Rbm({ visible: gaussian(6, { precision: [1, 2, 3, 1, 2, 3] }), hidden: spin(4, { bias: 0.3 }) });
  let before = new Float64Array(4);
  for await (const { updates, checkpoint } of train(rbm, ROWS, {
    epochs: 2,
    batch: 30,
    centred: true,
    reportEvery: 1,
  })) {
    const { arrays } = checkpoint();
    if (updates > 1) {
      const [W, c, mu] = ["optimiser.weights.velocity", "optimiser.hidden.velocity", "offset.visible"].map((name) =>
        Array.from(arrays.get(name)!),
      );
      for (let j = 0; j < 4; j++) {
        const shift = mu.reduce((sum, m, i) => sum + m * W[i * 4 + j], 0);
        expect(rbm.hidden.parameters[j] - before[j]).toBeCloseTo(c[j] - shift, 6);
      }
    }
    before = rbm.hidden.parameters.slice();
  }
  expect.assertions(12);
});

it("fast weights learn at their own rate, and decay", async () => {
  const rbm = new Rbm({ visible: gaussian(6), hidden: binary(4) });
  const method = fastWeights({ fastRate: 0.2, fastDecay: 0.5 });
  let before: number[] | undefined;
  for await (const { checkpoint } of train(rbm, ROWS, { epochs: 3, batch: 60, rate: 0.1, method })) {
    const { arrays } = checkpoint();
    const [steps, fast] = ["optimiser.weights.velocity", "chains.fast.weights"].map((name) =>
      Array.from(arrays.get(name)!),
    );
    const expected: number[] = fast.map((_, k) => 0.5 * (before?.[k] ?? 0) + 2 * steps[k]);
    fast.forEach((f, k) => {
      expect(f).toBeCloseTo(expected[k], 6);
    });
    before = fast;
  }
});

it("a sparsity target draws hidden means to it", async () => {
  const activity = async (options: Partial<RbmTraining>) => {
    const rbm = new Rbm({ visible: binary(6), hidden: binary(4) });
    await run(rbm, ROWS, { epochs: 100, batch: 20, ...options });
    const means = rbm.hiddenMean(ROWS);
    return means.reduce((sum, p) => sum + p, 0) / means.length;
  };
  expect(await activity({})).toBeGreaterThan(0.3);
  expect(await activity({ sparsity: 0.1, sparsityCost: 2 })).toBeLessThan(0.15);
});

describe("reports", () => {
  it("have the reconstruction error, the free energies and what monitors measure", async () => {
    const rbm = new Rbm({ visible: binary(6), hidden: binary(3) });
    const seen: number[] = [];
    const reports = await run(rbm, ROWS, {
      epochs: 2,
      batch: 25,
      reportEvery: 2,
      monitors: [
        (machine, { epoch }) => {
          seen.push(epoch, machine.weights.values[0]);
          return { values: { one: epoch }, warnings: [{ code: "custom", message: "look here" }] };
        },
      ],
    });
    expect(reports.map(({ epoch, updates }) => [epoch, updates])).toEqual([
      [0, 2],
      [1, 3],
      [1, 4],
      [2, 6],
    ]);
    expect(reports.map(({ values }) => values)).toEqual([{}, { one: 1 }, {}, { one: 2 }]);
    expect(reports[3].warnings).toEqual([{ code: "custom", message: "look here" }]);
    expect(seen[3]).toBe(rbm.weights.values[0]);
    const means = rbm.visible.mean(rbm.visibleInputs(rbm.hiddenMean(ROWS)), 1, new Float64Array(ROWS.length));
    const error = ROWS.reduce((sum, x, k) => sum - Math.log(x === 1 ? means[k] : 1 - means[k]), 0) / STATES.length;
    expect(reports[3].reconstructionError).toBeCloseTo(error, 5);
    const free = rbm.freeEnergy(ROWS);
    expect(reports[3].dataFreeEnergy).toBeCloseTo(free.reduce((sum, f) => sum + f, 0) / free.length, 5);
  });

  it("warn where the model runs away from the data", async () => {
    const quiet = await run(new Rbm({ visible: binary(6), hidden: binary(3) }), ROWS, { epochs: 20 });
    expect(quiet.flatMap(({ warnings }) => warnings)).toEqual([]);
    const rbm = new Rbm({
      visible: spin(6),
      hidden: spin(6),
      weights: Array.from({ length: 6 }, () => Array(6).fill(9)),
    });
    const [report] = await run(
      rbm,
      ROWS.map((x) => 2 * x - 1),
      { epochs: 1, rate: 1e-9 },
    );
    const { modelFreeEnergy, dataFreeEnergy } = report;
    expect(report.warnings).toEqual([{ code: "runaway", dataFreeEnergy, modelFreeEnergy }]);
    expect(modelFreeEnergy).toBeLessThan(dataFreeEnergy - 10);
  });

  it("tell swap rates and the ladder that is used from now on", async () => {
    const rbm = new Rbm({ visible: binary(6), hidden: binary(3) });
    const [first] = await run(rbm, ROWS, { epochs: 1, method: tempering({ ladder: [0.5, 0.6, 1] }) });
    expect(first.ladder).toEqual([0.5, 0.6, 1]);
    for (const rate of first.swapRates!) expect(rate).toBeGreaterThanOrEqual(0);
  });

  it("give checkpoints only until the training goes on", async () => {
    const rbm = new Rbm({ visible: binary(6), hidden: binary(3) });
    const [first] = await run(rbm, ROWS, { epochs: 2 });
    expect(() => first.checkpoint()).toThrow("checkpoint: the training has gone on; call it before the next report");
  });
});

it("a rate that is too high stops with the epoch, the layer and the advice, and keeps the last report", async () => {
  const rbm = new Rbm({ visible: gaussian(6), hidden: gaussian(3) });
  let kept = rbm.weights.values.slice();
  const going = (async () => {
    const options = { epochs: 500, rate: 1, method: contrastiveDivergence({ steps: 10 }), batch: 10 };
    for await (const _ of train(rbm, ROWS, options)) kept = rbm.weights.values.slice();
  })();
  const error = (await going.catch((thrown: unknown) => thrown)) as DivergenceError;
  expect(error).toBeInstanceOf(DivergenceError);
  expect(["visible", "hidden"]).toContain(error.layer);
  expect([error.rate, error.epoch > 0]).toEqual([1, true]);
  expect(error.message).toContain(`training diverged in epoch ${error.epoch}`);
  expect(rbm.weights.values).toEqual(kept);
});

it("an aborted signal ends the training", async () => {
  const rbm = new Rbm({ visible: binary(6), hidden: binary(3) });
  const stop = new AbortController();
  const going = (async () => {
    for await (const { epoch } of train(rbm, ROWS, { epochs: 100, signal: stop.signal })) {
      if (epoch === 3) stop.abort(new Error("enough"));
      expect(epoch).toBeLessThan(4);
    }
  })();
  await expect(going).rejects.toThrow("enough");
});

describe("biases that stay", () => {
  const ordinary = TYPES.filter((type) => type !== "softmax");

  it.each(ordinary)("are left as they are, and so are means: %s", async (type) => {
    const visible = STARTS[type]();
    const hidden = gaussian(3, { mean: 0.5, precision: 2 });
    const rbm = new Rbm({ visible, hidden });
    const before = [visible.parameters.slice(), hidden.parameters.slice()];
    const rows = ROWS.map((x) => AS[type](x));
    await run(rbm, rows, { method: contrastiveDivergence(), epochs: 2, batch: 20, rate: 1e-3, learnBiases: false });
    expect([visible.parameters, hidden.parameters]).toEqual(before);
    expect(rbm.weights.values.some((w) => Math.abs(w) > 0)).toBe(true);
  });

  it("cannot go with what moves them", async () => {
    const rbm = new Rbm({ visible: binary(6), hidden: binary(2) });
    const options = { epochs: 1, batch: 20, learnBiases: false };
    await expect(run(rbm, ROWS, { ...options, centred: true })).rejects.toThrow(/learnBiases is false but centred/);
    const sparsity = 0.1;
    await expect(run(rbm, ROWS, { ...options, sparsity })).rejects.toThrow(/learnBiases is false but sparsity/);
  });
});
