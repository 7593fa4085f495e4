import { describe, expect, it } from "vitest";
import {
  binary,
  DeepBoltzmannMachine,
  type DeepBoltzmannReport,
  type DeepBoltzmannTraining,
  PatternSet,
  pretrainDeepBoltzmannMachine,
  probabilities,
  Random,
  referenceWorkspace,
  spin,
  type TrainingData,
  trainDeepBoltzmannMachine,
  type Units,
} from "../../../src/index.js";

/** Two kinds of rows, with a flipped unit now and then. */
const random = new Random(1);
const ROWS = Array.from({ length: 200 }, (_, r) =>
  [1, 1, 1, 0, 0, 0].map((x) => x ^ (r % 2) ^ (random.uniform() < 0.05 ? 1 : 0)),
);
const DATA = PatternSet.from(ROWS);
const workspace = referenceWorkspace;

/** Half of the way from the uniform distribution, 6 log 2 = 4.16 nats, to the rows' own: log 2 and six flips, 1.88. */
const HALF_WAY = -3.02;

const makeMachine = (units: (count: number) => Units = binary) =>
  new DeepBoltzmannMachine({ visible: units(6), hidden: [units(5), units(4)] });

async function run(machine: DeepBoltzmannMachine, options: Partial<DeepBoltzmannTraining>, data: TrainingData = DATA) {
  const reports: DeepBoltzmannReport[] = [];
  const training = { epochs: 60, batch: 20, rate: 0.05, chains: 50, workspace, ...options };
  for await (const report of trainDeepBoltzmannMachine(machine, data, training)) reports.push(report);
  return reports;
}

async function pretrain(machine: DeepBoltzmannMachine, epochs: number, rate: number) {
  const layer = { epochs, batch: 20, rate };
  const reports = [];
  for await (const report of pretrainDeepBoltzmannMachine(machine, DATA, { layers: [layer, layer], workspace })) {
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

it("the gradient of the joint training is that of the likelihood, where mean field is exact", async () => {
  // Without W_2 the hidden units are independent given the data: mean field is exact, and stays so for a tiny rate.
  const strong = new Random(5);
  const machine = makeMachine();
  const sizes = { rate: 2 ** -40, epochs: 60, chains: 400, steps: 3, momentum: 1 - Number.EPSILON };
  machine.weights[0].values.forEach((_, k, values) => {
    values[k] = strong.normal();
  });
  machine.hidden[1].parameters.fill(-200);
  const biases = machine.visible.parameters.slice();
  machine.weights[1].values.fill(2 ** -60);
  await run(machine, { ...sizes, batch: 200 });
  // With momentum 1 the steps add up: after n updates the parameter has moved by n (n + 1) / 2 mean gradients.
  const n = sizes.epochs;
  const moved = machine.visible.parameters.map((b, i) => (b - biases[i]) / (sizes.rate * ((n * (n + 1)) / 2)));
  const step = 1e-4;
  for (let i = 0; i < 6; i++) {
    const at = (b: number) => {
      machine.visible.parameters[i] = biases[i] + b;
      return meanLikelihood(machine);
    };
    const slope = (at(step) - at(-step)) / (2 * step);
    machine.visible.parameters[i] = biases[i];
    // Five standard errors: a step sees 400 chains, whose correlation time may be 5 steps, and counts by its age, which makes
    // sum w^2 / (sum w)^2 = 4 / (3 n).
    const variance = ((0.25 / 400) * (1 + 2 * 5) * 4) / (3 * n);
    expect(Math.abs(moved[i] - slope)).toBeLessThan(5 * Math.sqrt(variance));
  }
});

it("the same seed gives the same bits, another one others", async () => {
  const trained = await Promise.all(
    [1, 1, 2].map(async (seed) => {
      const machine = makeMachine();
      await pretrain(machine, 2, 0.1);
      await run(machine, { epochs: 2, seed, l2: 1e-3, momentum: 0.5 }, probabilities(Float64Array.from(ROWS.flat())));
      return parametersOf(machine);
    }),
  );
  expect(trained[1]).toEqual(trained[0]);
  expect(trained[2]).not.toEqual(trained[0]);
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
  const one = pretrainDeepBoltzmannMachine(makeMachine(), DATA, { layers: [layer] as never });
  await expect(one.next()).rejects.toThrow("layers has 1 entries; give options for both layers");
});
