import { describe, expect, it } from "vitest";
import { Random } from "../../../src/math/random.js";
import { Rbm } from "../../../src/models/index.js";
import type { Schedule } from "../../../src/options.js";
import {
  type BatchStatistics,
  contrastiveDivergence,
  fastWeights,
  momentum,
  persistent,
  type RbmTraining,
  type TrainingMethod,
  tempering,
  train,
} from "../../../src/training/index.js";
import { binary } from "../../../src/units/index.js";
import { machine } from "../../models/rbm-machines.js";
import { LAYERS, nodes } from "../../units/layers.js";

const [VISIBLE, HIDDEN, ROWS, BATCH] = [6, 4, 13, 5];

const bits = new Random(1);
const DATA = Float64Array.from({ length: ROWS * VISIBLE }, (_, k) => (bits.bernoulli(k % 3 === 0 ? 0.8 : 0.4) ? 1 : 0));

const fresh = () => {
  const random = new Random(2);
  return machine(LAYERS.binary(VISIBLE, random), LAYERS.binary(HIDDEN, random), random);
};

/** The rounding of a number to single precision, as a part of it. */
const SINGLE = 2 ** -24;

describe("centring", () => {
  it("moves both biases back: energies change as the centred parameters say", async () => {
    const rbm = fresh();
    const [v, h] = [nodes(rbm.visible), nodes(rbm.hidden)];
    const pairs = Array.from(v.logWeights, (_, r) => Array.from(h.logWeights, (_, s) => [r, s] as const)).flat();
    const visible = Float64Array.from(pairs.flatMap(([r]) => [...v.rows.subarray(r * VISIBLE, (r + 1) * VISIBLE)]));
    const hidden = Float64Array.from(pairs.flatMap(([, s]) => [...h.rows.subarray(s * HIDDEN, (s + 1) * HIDDEN)]));
    let before = rbm.energy(visible, hidden);
    let updates = 0;
    const optimiser = momentum({ momentum: 0 });
    const options = {
      epochs: 2,
      batch: BATCH,
      optimiser,
      rate: 0.5,
      centred: true,
      centredSliding: 0.3,
      reportEvery: 1,
    };
    for await (const { checkpoint } of train(rbm, DATA, { ...options, method: contrastiveDivergence() })) {
      const { arrays } = checkpoint();
      const [W, b, c, mu, lambda] = [
        "optimiser.weights.velocity",
        "optimiser.visible.velocity",
        "optimiser.hidden.velocity",
        "offset.visible",
        "offset.hidden",
      ].map((name) => Array.from(arrays.get(name)!));
      // -(v - mu)^T dW (h - lambda) - db . v - dc . h, up to a constant.
      const expected = pairs.map((_, k) => {
        let change = 0;
        for (let i = 0; i < VISIBLE; i++) {
          const x = visible[k * VISIBLE + i];
          change -= b[i] * x;
          for (let j = 0; j < HIDDEN; j++) {
            change -= (x - mu[i]) * W[i * HIDDEN + j] * (hidden[k * HIDDEN + j] - lambda[j]);
          }
        }
        for (let j = 0; j < HIDDEN; j++) change -= c[j] * hidden[k * HIDDEN + j];
        return change;
      });
      const after = rbm.energy(visible, hidden);
      const largest = [...rbm.weights.values, ...W].reduce((most, w) => Math.max(most, Math.abs(w)), 0);
      // In units of the largest weight's rounding: each weight has one, each product with an offset two, and of m terms
      // that are added one by one the k-th sum one of up to k times that. Two states are compared.
      const roundings = VISIBLE * HIDDEN * (3 + (VISIBLE + HIDDEN) / 2);
      const tolerance = 2 * SINGLE * largest * roundings;
      for (let k = 1; updates > 0 && k < pairs.length; k++) {
        const found = after[k] - after[0] - (before[k] - before[0]);
        expect(Math.abs(found - (expected[k] - expected[0])), `state ${k}`).toBeLessThan(tolerance);
      }
      // The first update rounds the weights that were given, too.
      before = after;
      updates++;
    }
    expect(updates).toBe(6);
  });
});

const schedule = (at: Schedule["at"]): Schedule => ({ name: "recorded", options: {}, at });

describe("schedules", () => {
  it("are asked at every update, with the part of the epoch that is over", async () => {
    const seen: number[] = [];
    const rate = schedule((epochs) => {
      if (epochs !== seen.at(-1)) seen.push(epochs);
      return 0.1;
    });
    for await (const _ of train(fresh(), DATA, {
      epochs: 2,
      batch: BATCH,
      rate,
      optimiser: momentum({ momentum: 0.5 }),
    }));
    expect(seen).toEqual([0, 5 / 13, 10 / 13, 1, 18 / 13, 23 / 13, 2]);
  });

  it.each(["rate", "momentum"] as const)("decide about each update: %s", async (name) => {
    const rbm = fresh();
    // Without a rate, what moves is what momentum keeps; without momentum nothing is kept.
    const stops = schedule((epochs) => (epochs === 5 / 13 ? 0 : 0.5));
    const moved: boolean[] = [];
    let before = rbm.weights.values.slice();
    const options: Partial<RbmTraining> =
      name === "rate"
        ? { rate: stops, optimiser: momentum({ momentum: 0 }) }
        : { rate: schedule((epochs) => (epochs === 0 ? 0.5 : 0)), optimiser: momentum({ momentum: stops }) };
    for await (const _ of train(rbm, DATA, { epochs: 1, batch: BATCH, reportEvery: 1, ...options })) {
      moved.push(rbm.weights.values.some((w, k) => w !== before[k]));
      before = rbm.weights.values.slice();
    }
    expect(moved).toEqual(name === "rate" ? [true, false, true] : [true, false, false]);
  });
});

/** A method that learns nothing and tells which rows it was given. */
function recording(batches: string[][]): TrainingMethod {
  return {
    name: "recording",
    options: {},
    start: () => ({
      arrays: new Map(),
      begin: () => undefined,
      restore: () => undefined,
      advance(data: BatchStatistics) {
        const { visible } = data;
        const row = new Float64Array(8);
        batches.push(Array.from({ length: visible.rows }, (_, r) => visible.read(r, row).join("")));
        return data;
      },
    }),
  };
}

describe("the order of the rows", () => {
  /** Rows that are all different: their own numbers in bits. */
  const numbered = Float64Array.from({ length: 20 * 8 }, (_, k) => (Math.floor(k / 8) >> (k % 8)) & 1);
  const names = Array.from({ length: 20 }, (_, r) => numbered.subarray(8 * r, 8 * r + 8).join(""));

  async function orders(options: Partial<RbmTraining> = {}): Promise<string[][]> {
    const batches: string[][] = [];
    const rbm = new Rbm({ visible: binary(8), hidden: binary(2) });
    const method = recording(batches);
    for await (const _ of train(rbm, numbered, { epochs: 3, batch: 7, method, ...options }));
    expect(batches.map(({ length }) => length)).toEqual([7, 7, 6, 7, 7, 6, 7, 7, 6]);
    return [0, 1, 2].map((epoch) => batches.slice(3 * epoch, 3 * epoch + 3).flat());
  }

  it("is a permutation in every epoch, another one each time", async () => {
    const epochs = await orders();
    for (const order of epochs) expect(order.toSorted()).toEqual(names.toSorted());
    expect(new Set([names, ...epochs].map((order) => order.join())).size).toBe(4);
  });

  it("depends on the seed alone", async () => {
    expect(await orders({ rate: 0.3 })).toEqual(await orders());
    expect(await orders({ seed: 1 })).not.toEqual(await orders());
  });
});

describe("the sparsity target", () => {
  it("is compared with a running mean that keeps `memory` of what it was", async () => {
    const rbm = fresh();
    const [target, cost, memory, rate] = [0.1, 1, 0.9, 1];
    const means = () => {
      const all = rbm.hiddenMean(DATA);
      return Array.from({ length: HIDDEN }, (_, j) =>
        all.reduce((sum, p, k) => sum + (k % HIDDEN === j ? p / ROWS : 0), 0),
      );
    };
    let running: number[] | undefined;
    let now = means();
    let biases = rbm.hidden.parameters.slice();
    const optimiser = momentum({ momentum: 0 });
    const sparsity = { sparsity: target, sparsityCost: cost, sparsityMemory: memory };
    const options = { epochs: 3, batch: ROWS, rate, optimiser, ...sparsity };
    for await (const { updates, checkpoint } of train(rbm, DATA, { ...options, method: contrastiveDivergence() })) {
      const before: number[] | undefined = running;
      running = before === undefined ? now : before.map((q, j) => memory * q + (1 - memory) * now[j]);
      const velocity = checkpoint().arrays.get("optimiser.hidden.velocity")!;
      running.forEach((q, j) => {
        const push = rbm.hidden.parameters[j] - biases[j] - velocity[j];
        // A mean is made of ROWS probabilities, of VISIBLE rounded weights and inputs below 8 each, in single precision.
        const rounding = SINGLE * (ROWS + 8 * VISIBLE);
        expect(Math.abs(push - rate * cost * (target - q)), `unit ${j} at update ${updates}`).toBeLessThan(rounding);
      });
      // The two ways to weigh old and new lie far apart.
      if (before !== undefined) {
        const apart = before.map((q, j) => Math.abs((2 * memory - 1) * (q - now[j])));
        expect(Math.max(...apart)).toBeGreaterThan(1e-3);
      }
      now = means();
      biases = rbm.hidden.parameters.slice();
    }
  });
});

describe("persistent chains", () => {
  const METHODS: readonly TrainingMethod[] = [
    persistent({ chains: 20 }),
    fastWeights({ chains: 20 }),
    tempering({ chains: 20, ladder: [0.8, 1] }),
  ];
  /**
   * A visible unit that is off by itself and on with the hidden one, which is on by itself: chains that begin with visible
   * states drawn from the biases, and hidden states given these, have the visible unit on after a step. From hidden units
   * that are off it would stay off.
   */
  const switched = () =>
    new Rbm({ visible: binary(1, { bias: -12 }), hidden: binary(1, { bias: 12 }), weights: [[24]] });
  const data = Float64Array.of(1, 0, 1, 0);

  it.each(METHODS.map((method) => [method.name, method] as const))(
    "of %s begin with visible states drawn from the biases, in every training",
    async (_, method) => {
      // The same value of a method starts chains of its own for each training.
      for (let time = 0; time < 2; time++) {
        const training = train(switched(), data, { epochs: 1, batch: 4, rate: 2 ** -20, method });
        for await (const { checkpoint } of training) {
          const difference = checkpoint().arrays.get("optimiser.visible.velocity")![0] / 2 ** -20;
          // The mean of the data less that of chains that are off with a probability of about e^-9 at most.
          expect(difference).toBeCloseTo(-0.5, 6);
        }
      }
    },
  );

  it.each(METHODS.map((method) => [method.name, method] as const))("of %s depend on the seed", async (_, method) => {
    const states = async (seed: number) => {
      const random = new Random(3);
      const rbm = machine(LAYERS.binary(VISIBLE, random), LAYERS.binary(40, random), random);
      for await (const { checkpoint } of train(rbm, DATA, { epochs: 1, batch: ROWS, rate: 2 ** -30, method, seed })) {
        return [...checkpoint().arrays].filter(([name]) => /^chains\.(.*\.)?hidden$/.test(name)).map(([, all]) => all);
      }
      return [];
    };
    expect(await states(1)).toEqual(await states(1));
    expect(await states(1)).not.toEqual(await states(2));
  });
});
