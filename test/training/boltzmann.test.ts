import { describe, expect, it } from "vitest";
import { Random } from "../../src/math/index.js";
import { BoltzmannChains, BoltzmannMachine, ExactDistribution, type PairMoments } from "../../src/models/index.js";
import {
  type BoltzmannReport,
  type BoltzmannTraining,
  clampedExact,
  clampedGibbs,
  clampedMeanField,
  freeChains,
  freeExact,
  inverseTimeDecay,
  train as learn,
  type PositivePhase,
} from "../../src/training/index.js";
import { binary, type Rows, spin } from "../../src/units/index.js";
import { allStates, expectClose, randomMachine, visibleStates } from "../models/boltzmann-machines.js";
import { LAYERS } from "../units/layers.js";

async function train(machine: BoltzmannMachine, data: Rows, options: BoltzmannTraining): Promise<BoltzmannReport[]> {
  const reports: BoltzmannReport[] = [];
  for await (const report of learn(machine, data, options)) reports.push(report);
  return reports;
}

const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x / values.length, 0);

/** The states of three units with an even number of ones: pairs of them are independent. */
const PARITY = Float64Array.of(0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0);

describe("learning by exact phases", () => {
  const exact = { positive: clampedExact(), negative: freeExact() };

  it("follows the gradient of the likelihood, weight decay and rates included", async () => {
    const machine = randomMachine(binary(3), spin(2), new Random(1));
    const L = machine.couplings.values.slice();
    const a = machine.bias.slice();
    const { couplings, bias } = new ExactDistribution(machine, { beta: 0.7 }).gradient(PARITY);
    const rate = inverseTimeDecay({ from: 0.3, half: 1 });
    const options = { ...exact, rate, l2: 0.1, beta: 0.7, seed: 2 };
    const [{ epoch, updates, gradient, rate: used }] = await train(machine, PARITY, { ...options, epochs: 1 });
    expect([epoch, updates, used]).toEqual([1, 1, 0.3]);
    expect(gradient).toBeCloseTo(Math.max(...couplings.map(Math.abs), ...bias.map(Math.abs)), 12);
    expectClose(
      machine.couplings.values,
      L.map((w, at) => w + 0.3 * (couplings[at] - 0.1 * w)),
      12,
    );
    expectClose(
      machine.bias,
      a.map((b, i) => b + 0.3 * bias[i]),
      12,
    );
    expect((await train(machine, PARITY, { ...options, epochs: 3 })).map((report) => report.rate)).toEqual([
      0.3,
      0.15,
      0.3 / 3,
    ]);
  });

  it("a fully visible machine comes to have the correlations of the data", async () => {
    const machine = new BoltzmannMachine({ visible: spin(4) });
    const data = new BoltzmannChains(randomMachine(spin(4), undefined, new Random(3), 0.4), {
      random: new Random(4),
      count: 60,
    }).advance(20).visible;
    const reports = await train(machine, data, {
      ...exact,
      epochs: 600,
      rate: 0.5,
      seed: 5,
      likelihood: true,
    });
    const { means, products } = new ExactDistribution(machine);
    for (let i = 0; i < 4; i++) {
      const at = (j: number) =>
        mean(Float64Array.from({ length: 60 }, (_, r) => data[r * 4 + i] * (i === j ? 1 : data[r * 4 + j])));
      expect(means[i]).toBeCloseTo(at(i), 4);
      for (let j = 0; j < i; j++) expect(products[i * 4 + j]).toBeCloseTo(at(j), 4);
    }
    const logs = reports.map(({ logLikelihood }) => logLikelihood!);
    logs.slice(1).forEach((x, k) => {
      expect(x).toBeGreaterThan(logs[k] - 1e-12);
    });
    expect(logs[599]).toBeCloseTo(mean(new ExactDistribution(machine).logLikelihood(data)), 12);
    expect(reports[599].gradient).toBeLessThan(1e-4);
  });

  it("parity needs a hidden unit: without one nothing is learned, with one nearly all", async () => {
    const options = { ...exact, rate: 1, seed: 6, likelihood: true };
    const blind = new BoltzmannMachine({ visible: binary(3) });
    const without = await train(blind, PARITY, { ...options, epochs: 50 });
    // Means and pair correlations are those of independent units of 1/2: the uniform distribution is the best there is.
    expect(without[49].logLikelihood).toBeCloseTo(-3 * Math.log(2), 12);
    const machine = new BoltzmannMachine({ visible: binary(3), hidden: binary(1) });
    machine.perturb({ random: new Random(8), deviation: 0.5 });
    const reports = await train(machine, PARITY, { ...options, epochs: 3000 });
    // The entropy of four states, log 4, is the bound.
    expect(reports.at(-1)!.logLikelihood).toBeGreaterThan(-Math.log(4) - 0.1);
    const p = new ExactDistribution(machine).probabilities();
    expect(p[0] + p[3] + p[5] + p[6]).toBeGreaterThan(0.9);
  });
});

/**
 * The shifter problem (Hinton and Sejnowski, Learning and relearning in Boltzmann machines, 1986), small: a ring of pixels,
 * the same ring shifted by one to the left or to the right, and a unit that says which.
 */
function shifter(size: number): Float64Array {
  const rows: number[] = [];
  for (let word = 0; word < 2 ** size; word++) {
    const ring = Array.from({ length: size }, (_, i) => (word >> i) & 1);
    for (const right of [0, 1]) {
      rows.push(...ring, ...ring.map((_, i) => ring[(i + (right ? size - 1 : 1)) % size]), right);
    }
  }
  return Float64Array.from(rows);
}

it("learns the shifter problem, of whose label pairs of units know nothing", async () => {
  const data = shifter(3).map((x) => 2 * x - 1);
  const machine = new BoltzmannMachine({ visible: spin(7), hidden: spin(4) });
  machine.perturb({ random: new Random(7), deviation: 0.3 });
  const blind = new BoltzmannMachine({ visible: spin(7) });
  const options = { positive: clampedExact(), negative: freeExact(), rate: 0.2, epochs: 300, seed: 9 };
  await train(machine, data, options);
  await train(blind, data, options);
  const exact = [machine, blind].map((m) => new ExactDistribution(m));
  const likelihoods = exact.map((distribution) => mean(distribution.logLikelihood(data)));
  // Of all pairs, only those of a pixel of one ring and one of the other are correlated: the label stays a guess.
  expect(likelihoods[0]).toBeGreaterThan(likelihoods[1] + Math.log(2) / 2);
  const flipped = data.map((x, at) => (at % 7 === 6 ? -x : x));
  const [sure, guess] = exact.map((distribution) => {
    const [logs, others] = [distribution.logLikelihood(data), distribution.logLikelihood(flipped)];
    return logs.map((log, r) => log - others[r]);
  });
  // The label, from the pixels: known where the shift can be seen, that is in rings that are not all alike.
  const seen = Array.from(sure, (_, r) => r).filter((r) => new Set(data.subarray(r * 7, r * 7 + 3)).size === 2);
  expect(seen).toHaveLength(12);
  expect(seen.every((r) => sure[r] > 0)).toBe(true);
  expect(Math.max(...guess.map(Math.abs))).toBeLessThan(1e-9);
});

describe("phases", () => {
  const random = new Random(71);
  const machine = randomMachine(LAYERS.binary(4, random), LAYERS.spin(3, random), random, 0.6);
  const data = visibleStates(machine).subarray(8, 32);
  const beta = 0.9;
  const positive = (phase: PositivePhase, rows: Rows, of = machine) => phase.start(of, beta)(rows, new Random(72));
  const exact = positive(clampedExact(), data);

  it("the exact positive phase is the mean over rows of the means given each", () => {
    const states = allStates(machine);
    const sums = new Float64Array(7);
    for (let r = 0; r < 6; r++) {
      const v = data.subarray(r * 4, r * 4 + 4);
      const given = states.filter((x) => v.every((value, i) => x[i] === value));
      const weights = given.map((x) => Math.exp(-0.9 * machine.energy(x.slice(0, 4), x.slice(4))[0]));
      const total = weights.reduce((sum, w) => sum + w, 0);
      given.forEach((x, k) => {
        for (let i = 0; i < 7; i++) sums[i] += (weights[k] / total) * x[i] * (i === 6 ? x[5] : 1);
      });
    }
    expectClose(
      exact.means.subarray(0, 6),
      sums.subarray(0, 6).map((x) => x / 6),
      12,
    );
    expect(exact.products[6 * 7 + 5]).toBeCloseTo(sums[6] / 6, 12);
    const twice = positive(clampedExact(), Float64Array.of(...data, ...data.subarray(4), ...data.subarray(0, 4)));
    expectClose(twice.products, exact.products, 12);
  });

  /** Six standard errors of means of values within [-1, 1] over so many draws; one draw a row or chain counts. */
  function expectNear(given: PairMoments, expected: PairMoments, draws: number) {
    for (let i = 0; i < 7; i++) {
      expect(Math.abs(given.means[i] - expected.means[i])).toBeLessThan(6 / Math.sqrt(draws));
      for (let j = 0; j < i; j++) {
        expect(Math.abs(given.products[i * 7 + j] - expected.products[i * 7 + j])).toBeLessThan(6 / Math.sqrt(draws));
        expect(given.products[j * 7 + i]).toBe(given.products[i * 7 + j]);
      }
    }
  }

  it.each(["sequential", "block"] as const)(
    "the positive phase of %s Gibbs sampling comes near the exact one",
    (sweep) => {
      const many = Float64Array.from({ length: 400 * data.length }, (_, at) => data[at % data.length]);
      expectNear(positive(clampedGibbs({ burnIn: 20, samples: 1, sweep }), many), exact, 2400);
      expectNear(positive(clampedGibbs({ burnIn: 20, samples: 40, sweep }), many), exact, 2400);
      const visible = positive(clampedGibbs(), data, new BoltzmannMachine({ visible: binary(4) }));
      expectClose(visible.means, exact.means.subarray(0, 4), 12);
    },
  );

  it("the positive phase of mean field is exact for an RBM", () => {
    const rbm = new BoltzmannMachine({ visible: binary(4), hidden: spin(3), connections: "bipartite" });
    rbm.perturb({ random, deviation: 1 });
    const [ours, theirs] = [clampedMeanField(), clampedExact()].map((phase) => positive(phase, data, rbm));
    expectClose(ours.means, theirs.means, 9);
    for (let i = 0; i < 7; i++)
      for (let j = 0; j < i; j++) expect(ours.products[i * 7 + j]).toBeCloseTo(theirs.products[i * 7 + j], 9);
  });

  it("the chains of the negative phase come near the exact one, and move on from call to call", () => {
    const free = freeExact().start(machine, beta).moments();
    const chains = freeChains({ count: 2500, sweeps: 30 }).start(machine, beta, new Random(73));
    const [one, other] = [chains.moments(), chains.moments()];
    expectNear(one, free, 2500);
    expectNear(other, free, 2500);
    expect(one.means).not.toEqual(other.means);
  });
});

describe("checkpoints", () => {
  const rows = visibleStates(randomMachine(spin(4), binary(3), new Random(1))).slice(0, 4 * 7);
  const fresh = () => randomMachine(spin(4), binary(3), new Random(81));
  const options: BoltzmannTraining = {
    epochs: 5,
    batch: 3,
    seed: 82,
    beta: 0.8,
    l2: 0.01,
    rate: inverseTimeDecay({ from: 0.2, half: 2 }),
    negative: freeChains({ count: 5, sweeps: 2 }),
  };
  const numbersOf = ({ epoch, updates, rate, gradient, largest }: BoltzmannReport) => [
    epoch,
    updates,
    rate,
    gradient,
    largest,
  ];
  const stopped = async (epoch: number, machine = fresh(), given = options) => {
    for await (const report of learn(machine, rows, given)) {
      if (report.epoch === epoch) return report.checkpoint();
    }
    throw new Error("the training ended before");
  };

  it.each([
    ["chains that sweep in blocks", {}],
    ["chains that sweep in order", { negative: freeChains({ count: 3, sweep: "sequential" }) }],
    ["exact phases", { positive: clampedExact(), negative: freeExact() }],
  ] as const)("a training with %s goes on from any epoch to the same bits", async (_, phases) => {
    const given = { ...options, ...phases };
    const whole = fresh();
    const reports = await train(whole, rows, given);
    for (const epoch of [1, 3, 5]) {
      const checkpoint = await stopped(epoch, fresh(), given);
      // Whatever the machine is when it goes on.
      const other = randomMachine(spin(4), binary(3), new Random(83));
      const rest = await train(other, rows, { ...given, resume: checkpoint });
      expect(rest.map(numbersOf)).toEqual(reports.slice(epoch).map(numbersOf));
      expect(other.couplings.values).toEqual(whole.couplings.values);
      expect(other.bias).toEqual(whole.bias);
    }
  });

  it("a machine without hidden units goes on, too", async () => {
    const make = () => new BoltzmannMachine({ visible: binary(3) });
    const given = { epochs: 4, seed: 5, negative: freeChains({ count: 4 }) };
    const whole = make();
    await train(whole, PARITY, given);
    const half = make();
    const [, second] = await train(half, PARITY, { ...given, epochs: 2 });
    expect(() => second.checkpoint()).toThrow(/the training has gone on/);
    const again = make();
    for await (const report of learn(again, PARITY, { ...given, epochs: 2 })) {
      if (report.epoch === 2) await train(half, PARITY, { ...given, resume: report.checkpoint() });
    }
    expect(half.couplings.values).toEqual(whole.couplings.values);
  });

  it("is refused by another training, before anything changes", async () => {
    const checkpoint = await stopped(2);
    const refused = async (change: Partial<BoltzmannTraining>, machine = fresh(), data: Rows = rows) => {
      const before = machine.couplings.values.slice();
      const message = await train(machine, data, { ...options, resume: checkpoint, ...change }).then(
        () => "",
        ({ message }) => message as string,
      );
      expect(machine.couplings.values).toEqual(before);
      return message;
    };
    expect(await refused({ seed: 3 })).toMatch(/has seed 82 but this training has 3/);
    expect(await refused({ batch: 7 })).toMatch(/has batch 3 but this training has 7/);
    expect(await refused({ positive: clampedExact() })).toMatch(/has positive gibbs .* has exact/);
    expect(await refused({ negative: freeChains({ count: 6, sweeps: 2 }) })).toMatch(/has negative chains/);
    expect(
      await refused(
        {},
        fresh(),
        rows.map((x) => -x),
      ),
    ).toMatch(/has data 7 rows/);
    expect(await refused({}, randomMachine(spin(4), spin(3), new Random(81)))).toMatch(/has hidden 3 binary .* 3 spin/);
    const sparse = new BoltzmannMachine({ visible: spin(4), hidden: binary(3), connections: "bipartite" });
    expect(await refused({}, sparse)).toMatch(/has connections/);
    const forged = (name: string, value: number) => ({
      ...checkpoint,
      arrays: new Map(
        Array.from(checkpoint.arrays, ([key, array]) => [key, array.map((x) => (key === name ? value : x))]),
      ),
    });
    expect(await refused({ resume: forged("couplings", Number.NaN) })).toMatch(/corrupted: couplings contains NaN/);
    expect(await refused({ resume: forged("bias", -Infinity) })).toMatch(/corrupted: bias contains -Infinity/);
    expect(await refused({ resume: forged("progress", Number.NaN) })).toMatch(/corrupted: progress contains NaN/);
    expect(await refused({ resume: forged("chains.sweeps", -1) })).toMatch(/sweeps is -1/);
    expect(await refused({ resume: forged("chains.visible", 0.5) })).toMatch(/0.5/);
    expect(await refused({ resume: {} as never })).toMatch(
      /the checkpoint is of the kind missing; expected "boltzmann training 2"/,
    );
  });
});

describe("training a Boltzmann machine", () => {
  const start = () =>
    new BoltzmannMachine({ visible: binary(4), hidden: binary(3) }).perturb({ random: new Random(1), deviation: 0.2 });
  const data = Float64Array.from([1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
  const likelihood = (machine: BoltzmannMachine) => mean(new ExactDistribution(machine).logLikelihood(data));

  it.each([
    ["Gibbs sampling", clampedGibbs()],
    ["mean field", clampedMeanField()],
    ["TAP", clampedMeanField({ method: "tap" })],
  ])("raises the exact likelihood by %s and persistent chains, in batches", async (_, positive) => {
    const machine = start();
    const before = likelihood(machine);
    const reports = await train(machine, data, { epochs: 150, rate: 0.1, batch: 2, positive, seed: 2 });
    // Three batches an epoch, the last of one row.
    expect(reports.at(-1)).toMatchObject({ epoch: 150, updates: 450 });
    expect(likelihood(machine)).toBeGreaterThan(before + 1);
  });

  it("gives the same bits from the same seed, and the machine after each epoch", async () => {
    const run = async (seed: number, epochs: number) => {
      const machine = start();
      await train(machine, data, { epochs, batch: 2, seed });
      return machine.parts();
    };
    const parts = await run(3, 12);
    expect(await run(3, 12)).toEqual(parts);
    expect((await run(4, 12)).b).not.toEqual(parts.b);
    const half = start();
    for await (const { epoch } of learn(half, data, { epochs: 30, batch: 2, seed: 3 })) {
      if (epoch === 12) break;
    }
    expect(half.parts()).toEqual(parts);
    const L = half.couplings.values;
    expect(L.every((w, at) => w === L[(at % 7) * 7 + Math.floor(at / 7)] && (at % 8 !== 0 || w === 0))).toBe(true);
  });

  it("keeps the zeros of an RBM", async () => {
    const machine = new BoltzmannMachine({ visible: binary(4), hidden: binary(3), connections: "bipartite" });
    machine.perturb({ random: new Random(1) });
    await train(machine, data, { epochs: 5, seed: 1 });
    const { R, W, S } = machine.parts();
    expect([...R.values, ...S.values].every((x) => x === 0)).toBe(true);
    expect(W.values.every((x) => x !== 0)).toBe(true);
  });

  it("breaks the symmetry of hidden units, but not of a machine that it refuses", async () => {
    const machine = new BoltzmannMachine({ visible: binary(4), hidden: binary(25) });
    const exact = [{ positive: clampedExact() }, { negative: freeExact() }];
    for (const phase of exact)
      await expect(train(machine, data, { epochs: 1, ...phase })).rejects.toThrow("at most 24");
    expect(machine.couplings.values.every((w) => w === 0)).toBe(true);
    await train(machine, data, { epochs: 1, rate: 0 });
    expect(new Set(machine.parts().W.values).size).toBe(100);
    const visible = new BoltzmannMachine({ visible: binary(4) });
    await train(visible, data, { epochs: 1, rate: 0 });
    expect(visible.couplings.values.every((w) => w === 0)).toBe(true);
  });

  it("ends with the signal's reason, and keeps the machine of the last whole update", async () => {
    const abort = new AbortController();
    const machine = start();
    const reached: number[] = [];
    const act = async () => {
      const options = { epochs: 30, seed: 3, signal: abort.signal };
      for await (const { epoch } of learn(machine, data, options)) {
        reached.push(epoch);
        if (epoch === 5) abort.abort(new Error("enough"));
      }
    };
    await expect(act()).rejects.toThrow("enough");
    expect(reached).toEqual([1, 2, 3, 4, 5]);
    const same = start();
    await train(same, data, { epochs: 5, seed: 3 });
    expect(machine.parts()).toEqual(same.parts());
  });

  it.each([
    [1e8, 0],
    [Number.MAX_VALUE, 1],
    [0.5, 1e9],
  ])("stops where a rate of %s with l2 %s diverges, the machine as before", async (rate, l2) => {
    const machine = start();
    const seen: BoltzmannMachine[] = [];
    const act = async () => {
      const options = {
        epochs: 50,
        rate,
        l2,
        seed: 1,
        positive: clampedExact(),
        negative: freeExact(),
      };
      for await (const _ of learn(machine, data, options)) seen.push(machine);
    };
    await expect(act()).rejects.toThrow(
      /^training diverged in epoch 1: a visible-\w+ coupling would be .*; use a rate below /,
    );
    expect(seen).toEqual([]);
    expect(machine.parts()).toEqual(start().parts());
  });

  const machine = start();
  it.each<[string, Rows, Partial<BoltzmannTraining>, string]>([
    ["grey values", Float64Array.of(0, 0.5, 1, 1), {}, "data[0][1] is 0.5; expected 0 or 1 in a binary unit"],
    ["rows of a wrong width", new Float64Array(6), {}, "data has 6 values; a row of the data layer has 4"],
    ["no rows", new Float64Array(0), {}, "data has 0 values"],
    ["NaN", Float64Array.of(0, Number.NaN, 1, 1), {}, "data[0][1] is NaN; expected 0 or 1"],
    ["no epochs", data, { epochs: 0 }, "epochs is 0; expected a whole number of at least 1"],
    ["a batch larger than the data", data, { batch: 6 }, "batch is 6 but data has 5 rows; expected at most as many"],
    ["an empty batch", data, { batch: 0 }, "batch is 0; expected a whole number of at least 1"],
    ["a negative rate", data, { rate: -1 }, "rate is -1; expected a number of at least 0"],
    [
      "a rate that is not finite later",
      data,
      { rate: { name: "a pole", options: {}, at: (t) => 1 / (1 - t) } },
      "rate in epoch 1 is Infinity; expected a number from 0 to",
    ],
    ["a negative weight decay", data, { l2: -1 }, "l2 is -1; expected a number of at least 0"],
    ["beta 0", data, { beta: 0 }, "beta is 0; expected a number above 0"],
    ["a likelihood of too many units", new Float64Array(25), { likelihood: true }, "the machine has 25 visible and"],
    ["a seed that is none", data, { seed: 0.5 }, "seed is 0.5; expected a whole number of at least 0"],
  ])("refuses %s", async (_, rows, options, message) => {
    const small = rows.length === 25 ? new BoltzmannMachine({ visible: binary(25) }) : machine;
    await expect(train(small, rows, { epochs: 2, ...options })).rejects.toThrow(message);
  });

  it.each<[string, () => unknown, string]>([
    ["no chains", () => freeChains({ count: 0 }), "count is 0; expected a whole number of at least 1"],
    ["no sweeps", () => freeChains({ sweeps: 0 }), "sweeps is 0; expected a whole number of at least 1"],
    ["no samples", () => clampedGibbs({ samples: 0 }), "samples is 0; expected a whole number of at least 1"],
    [
      "too large a machine for exact sums",
      () => freeExact().start(new BoltzmannMachine({ visible: binary(25) }), 1),
      "the machine has 25 visible and hidden units; an exact sum",
    ],
    [
      "too many hidden units for exact sums",
      () => clampedExact().start(new BoltzmannMachine({ visible: binary(1), hidden: binary(25) }), 1),
      "the machine has 25 hidden units; an exact sum",
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
