import { describe, expect, it } from "vitest";
import {
  binary,
  DeepBoltzmannMachine,
  linearDecay,
  momentum,
  PatternSet,
  probabilities,
  Random,
  spin,
  type TrainingData,
  train,
  type Units,
} from "../../../src/index.js";
import { referenceWorkspace } from "../../../src/kernels/index.js";
import { deepMeanField, ExactDistribution } from "../../../src/models/index.js";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../../../src/storage/index.js";
import type { DeepBoltzmannReport, DeepBoltzmannTraining, TrainingCheckpoint } from "../../../src/training/index.js";
import { randomDeepMachine } from "../../models/dbm/machines.js";

/** Two kinds of rows, with a flipped unit now and then. */
const random = new Random(1);
const ROWS = Array.from({ length: 200 }, (_, r) =>
  [1, 1, 1, 0, 0, 0].map((x) => x ^ (r % 2) ^ (random.uniform() < 0.05 ? 1 : 0)),
);
const DATA = PatternSet.from(ROWS);
const workspace = referenceWorkspace;

const HALF = momentum({ momentum: 0.5 });

/** Half of the way from the uniform distribution, 6 log 2 = 4.16 nats, to the rows' own: log 2 and six flips, 1.88. */
const HALF_WAY = -3.02;

const makeMachine = (units: (count: number) => Units = binary) =>
  new DeepBoltzmannMachine({ visible: units(6), hidden: [units(5), units(4)] });

async function run(machine: DeepBoltzmannMachine, options: Partial<DeepBoltzmannTraining>, data: TrainingData = DATA) {
  const reports: DeepBoltzmannReport[] = [];
  const training = { epochs: 60, batch: 20, rate: 0.05, chains: 50, workspace, ...options };
  for await (const report of train(machine, data, training)) reports.push(report);
  return reports;
}

async function pretrain(machine: DeepBoltzmannMachine, epochs: number, rate: number) {
  const layer = { epochs, batch: 20, rate };
  const reports = [];
  for await (const report of train(machine, DATA, { ...layer, phase: "pretraining", workspace })) {
    reports.push(report);
  }
  return reports;
}

function meanLikelihood(machine: DeepBoltzmannMachine): number {
  const { low, high } = machine.visible.twoStates!;
  const logs = machine.exactLogLikelihood(Float64Array.from(ROWS.flat(), (x) => low + (high - low) * x));
  return logs.reduce((sum, x) => sum + x, 0) / logs.length;
}

const parametersOf = ({ visible, hidden, weights }: DeepBoltzmannMachine) => [
  ...[visible, ...hidden].map(({ parameters }) => parameters),
  ...weights.map(({ values }) => values),
];

// Weights between spins count twice as much on either side: they learn at a lower rate.
describe.each([
  ["binary", binary, 0.05],
  ["spin", spin, 0.005],
] as [string, (count: number) => Units, number][])("a deep Boltzmann machine of %s units", (_, units, rate) => {
  it("learns a small distribution, pre-trained and all layers together", async () => {
    const machine = makeMachine(units);
    const first = await pretrain(machine, 30, 2 * rate);
    expect(first.map(({ layer }) => layer)).toEqual([...Array(30).fill(1), ...Array(30).fill(2)]);
    expect(first[29].reconstructionError).toBeLessThan(first[0].reconstructionError);
    const reports = await run(machine, { rate });
    expect(reports.at(-1)).toMatchObject({ epoch: 60, updates: 600, rate });
    expect(meanLikelihood(machine)).toBeGreaterThan(HALF_WAY);
  });
});

it.each([
  ["binary", 0.8],
  ["spin", 0.3],
])(
  "joint training of %s units climbs by the mean field of the data less the exact means of the machine",
  async (type, strength) => {
    const machine = randomDeepMachine([type, type, type], [6, 4, 3], new Random(5), strength);
    const layers = [machine.visible, ...machine.hidden];
    const before = layers.map(({ parameters }) => parameters.slice());
    const { low, high } = machine.visible.twoStates!;
    const rows = Float64Array.from(ROWS.flat(), (x) => low + (high - low) * x);
    const { lower, upper } = deepMeanField(machine, rows, { workspace, tolerance: 0, maxSweeps: 50 });
    const free = new ExactDistribution(machine.toBoltzmann()).means;
    const [rate, n, chains] = [2 ** -40, 40, 400];
    const options = {
      epochs: n,
      batch: 200,
      rate,
      optimiser: momentum({ momentum: 1 - Number.EPSILON }),
      chains,
      steps: 10,
    };
    await run(machine, { ...options, tolerance: 0, maxSweeps: 50 });
    // Five standard errors: the machine hardly moves, so that with momentum 1 its steps add up, each by its age, which makes
    // sum w^2 / (sum w)^2 = 4 / (3 n). After 10 sweeps chains remember at most half of where they were.
    const error = 5 * Math.sqrt((((high - low) ** 2 / 4 / chains) * 3 * 4) / (3 * n));
    let unit = 0;
    [rows, lower, upper].forEach((means, l) => {
      const { width, parameters } = layers[l];
      for (let i = 0; i < width; i++, unit++) {
        let mean = 0;
        for (let r = 0; r < 200; r++) mean += means[r * width + i] / 200;
        const moved = (parameters[i] - before[l][i]) / (rate * ((n * (n + 1)) / 2));
        expect(Math.abs(moved - (mean - free[unit]))).toBeLessThan(error);
      }
    });
  },
);

it("the same seed gives the same bits, another one others", async () => {
  const trained = await Promise.all(
    [1, 1, 2].map(async (seed) => {
      const machine = makeMachine();
      await pretrain(machine, 2, 0.1);
      await run(machine, { epochs: 2, seed, l2: 1e-3, optimiser: HALF }, probabilities(Float64Array.from(ROWS.flat())));
      return parametersOf(machine);
    }),
  );
  expect(trained[1]).toEqual(trained[0]);
  expect(trained[2]).not.toEqual(trained[0]);
});

/** As a file gives it back. */
function readBack({ arrays, metadata }: TrainingCheckpoint): Checkpoint {
  return decodeCheckpoint(encodeCheckpoint({ arrays, metadata: JSON.parse(JSON.stringify(metadata)) }));
}

it("training goes on from the checkpoint of any epoch to the same bits", async () => {
  const data = probabilities(Float64Array.from(ROWS.flat()));
  const options = {
    epochs: 5,
    batch: 30,
    rate: linearDecay({ from: 0.1, to: 0, epochs: 5 }),
    optimiser: HALF,
    l2: 1e-3,
  };
  // Weights that are not small: every layer of the chains has its say in the next.
  const whole = randomDeepMachine(["binary", "binary", "binary"], [6, 5, 4], new Random(5), 1.5);
  const kept: Checkpoint[] = [];
  const training = train(whole, data, { ...options, chains: 50, workspace });
  for await (const report of training) kept.push(readBack(report.checkpoint()));
  expect(kept.length).toBe(5);
  for (const [k, resume] of kept.entries()) {
    const machine = makeMachine();
    const reports = await run(machine, { ...options, resume }, data);
    expect(reports.map(({ epoch }) => epoch)).toEqual([2, 3, 4, 5].slice(k));
    expect(parametersOf(machine)).toEqual(parametersOf(whole));
  }
  for (const [other, message] of [
    [{ chains: 40 }, "the checkpoint has chains 50 but this training has 40; resume with the original settings"],
    [{ optimiser: momentum() }, /^the checkpoint has optimiser momentum \{"momentum":0\.5\} but this training has /],
  ] as [Partial<DeepBoltzmannTraining>, string | RegExp][]) {
    await expect(run(makeMachine(), { ...options, resume: kept[0], ...other }, data)).rejects.toThrow(message);
  }
  await expect(run(makeMachine(spin), { ...options, resume: kept[0] }, data)).rejects.toThrow(
    /^the checkpoint has layers 6 binary, 5 binary, 4 binary but this training has 6 spin, /,
  );
});

it("pre-training goes on from the checkpoint of any epoch of either layer to the same bits", async () => {
  const layer = { epochs: 3, batch: 30, rate: 0.1, optimiser: HALF };
  const options: DeepBoltzmannTraining = {
    ...layer,
    phase: "pretraining",
    layers: [{}, { l2: 1e-3 }],
    seed: 4,
    workspace,
  };
  const whole = makeMachine();
  const kept: Checkpoint[] = [];
  const training = train(whole, DATA, options);
  for await (const report of training) kept.push(readBack(report.checkpoint()));
  expect(kept.length).toBe(6);
  for (const [k, resume] of kept.entries()) {
    const machine = makeMachine();
    const reports = [];
    for await (const report of train(machine, DATA, { ...options, resume })) reports.push(report);
    expect(reports.map(({ layer, epoch }) => 3 * (layer! - 1) + epoch)).toEqual([2, 3, 4, 5, 6].slice(k));
    expect(parametersOf(machine)).toEqual(parametersOf(whole));
  }
  const other = train(makeMachine(), DATA, {
    ...options,
    layers: undefined,
    resume: kept[5],
  });
  await expect(other.next()).rejects.toThrow("the checkpoint has l2 0.001 but this training has 0");
  await expect(run(makeMachine(), { resume: kept[0] })).rejects.toThrow(
    'the checkpoint is of the kind "deep Boltzmann pre-training 2"; expected "deep Boltzmann training 2"',
  );
});

it("stops at a signal and names where it diverges", async () => {
  const aborted = AbortSignal.abort(new Error("enough"));
  await expect(run(makeMachine(), { signal: aborted })).rejects.toThrow("enough");
  await expect(run(makeMachine(), { rate: 1e39 })).rejects.toThrow("training diverged in epoch 1: ");
});

it("refuses what does not fit", async () => {
  await expect(run(makeMachine(), { batch: 201 })).rejects.toThrow("batch is 201 but the data has 200 rows");
  await expect(run(makeMachine(), { chains: 0 })).rejects.toThrow("chains is 0");
  await expect(run(makeMachine(), { tolerance: -1 })).rejects.toThrow("tolerance is -1");
  await expect(run(makeMachine(), {}, PatternSet.from([[1]]))).rejects.toThrow(
    "data has 1 units but the visible layer",
  );
  const layer = { epochs: 1 };
  const one = train(makeMachine(), DATA, { phase: "pretraining", epochs: 1, layers: [layer] as never });
  await expect(one.next()).rejects.toThrow("layers has 1 entries; give options for both layers");
});
