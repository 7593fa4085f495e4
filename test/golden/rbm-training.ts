import { Random } from "../../src/math/random.js";
import { GibbsChains, Rbm, WorkspaceChains } from "../../src/models/index.js";
import { PatternSet } from "../../src/patterns/index.js";
import {
  contrastiveDivergence,
  exponentialDecay,
  fastWeights,
  initialise,
  inverseTimeDecay,
  linearDecay,
  momentum as momentumOptimiser,
  persistent,
  probabilities,
  pseudoLikelihood,
  type RbmTraining,
  type Scheduled,
  stepwise,
  type TrainingData,
  type TrainingMethod,
  tempering,
  train,
} from "../../src/training/index.js";
import type { Units } from "../../src/units/index.js";
import { LAYERS } from "../units/layers.js";
import { type Backend, cross, type Evidence, type Scenarios } from "./scenario.js";

/** Visible and hidden units fill no whole words, and rows no whole batches. */
const [VISIBLE, HIDDEN, ROWS, BATCH] = [37, 34, 27, 10];

const bits = new Random(1);
const DATA = PatternSet.from(
  Array.from({ length: ROWS }, (_, r) =>
    Array.from({ length: VISIBLE }, (_, i) => (bits.bernoulli((i + 5 * r) % 9 < 4 ? 0.8 : 0.2) ? 1 : 0)),
  ),
);
const grey = new Random(2);
const GREY = Float32Array.from({ length: ROWS * VISIBLE }, () => grey.uniform());

/** Rows of units of any type, as the units themselves draw them. */
function rowsOf(units: Units): Float64Array {
  const random = new Random(3);
  const size = ROWS * units.width;
  const streams = Array.from({ length: ROWS }, (_, r) => random.fork(r));
  return units.sample(new Float64Array(size), 1, streams, new Float64Array(size));
}

/** With the momentum of the optimiser. */
type Options = Partial<RbmTraining> & { readonly momentum?: Scheduled };

const PLAIN = {
  method: contrastiveDivergence({ steps: 1 }),
  batch: BATCH,
  epochs: 3,
  rate: 0.1,
  l1: 0,
  l2: 0,
  sparsity: undefined,
  centred: false,
  learnBiases: true,
  learnPrecisions: false,
  seed: 4,
};

interface Machine {
  readonly visible?: Units;
  readonly hidden?: Units;
  readonly data?: TrainingData;
}

async function trained({ workspace }: Backend, options: Options, machine: Machine = {}) {
  const random = new Random(5);
  const { visible = LAYERS.binary(VISIBLE, random), hidden = LAYERS.binary(HIDDEN, random), data = DATA } = machine;
  const rbm = new Rbm({ visible, hidden });
  initialise(rbm, { random: new Random(6), scale: 0.05 });
  const reports: Evidence[] = [];
  const { momentum = 0, ...others } = options;
  const optimiser = momentumOptimiser({ momentum });
  for await (const report of train(rbm, data, { ...PLAIN, optimiser, workspace, ...others })) {
    const { epoch, updates, rate, reconstructionError, dataFreeEnergy, modelFreeEnergy, swapRates, ladder } = report;
    const kept = typeof momentum === "number" ? momentum : momentum.at(epoch);
    reports.push([updates, rate, kept, reconstructionError, dataFreeEnergy, modelFreeEnergy, swapRates, ladder]);
  }
  return [rbm.weights.values, rbm.visible.parameters, rbm.hidden.parameters, reports];
}

const METHODS: Readonly<Record<string, TrainingMethod>> = {
  "CD-1": contrastiveDivergence({ steps: 1 }),
  "CD-3": contrastiveDivergence({ steps: 3 }),
  "PCD-1": persistent({ steps: 1 }),
  "PCD-2 with 7 chains": persistent({ steps: 2, chains: 7 }),
  "fast weights": fastWeights({ steps: 1, fastRate: 0.05, fastDecay: 0.95 }),
  "fast weights with 7 chains": fastWeights({ steps: 2, chains: 7, fastRate: 0.1, fastDecay: 0.8 }),
  tempering: tempering({ steps: 1, temperatures: 4, lowest: 0.3, adapt: false }),
  "tempering, adapted": tempering({ steps: 2, chains: 7, ladder: [0.4, 0.7, 1], adapt: true }),
};

const SETTINGS: Readonly<Record<string, Options>> = {
  plain: {},
  "with momentum, decay, sparsity and centring": {
    momentum: stepwise({ epochs: [0, 1], values: [0.3, 0.7] }),
    l1: 1e-3,
    l2: 2e-3,
    sparsity: 0.1,
    sparsityCost: 0.05,
    sparsityMemory: 0.9,
    centred: true,
    centredSliding: 0.05,
    rate: linearDecay({ from: 0.1, to: 0.01, epochs: 3 }),
  },
};

const ALONE: Readonly<Record<string, Options>> = {
  momentum: { momentum: 0.6 },
  "l1 decay": { l1: 0.01 },
  "l2 decay": { l2: 0.01 },
  sparsity: { sparsity: 0.1, sparsityCost: 0.1, sparsityMemory: 0.8 },
  centring: { centred: true, centredSliding: 0.1 },
  "rate that decays exponentially": { rate: exponentialDecay({ from: 0.1, factor: 0.5 }) },
  "rate that decays with time": { rate: inverseTimeDecay({ from: 0.1, half: 1.5 }) },
  "rate by steps": {
    rate: stepwise({ epochs: [0, 1.5], values: [0.1, 0.02] }),
  },
  "one batch": { batch: ROWS },
  "biases that stay": { learnBiases: false },
  "another seed": { seed: 2 ** 40 + 1 },
};

const TYPES = Object.keys(LAYERS);

/** RBMs trained by every method, with every option, of every type of units. */
export const rbmTraining: Scenarios = {
  ...cross(METHODS, SETTINGS, (method, settings, backend) => trained(backend, { method, ...settings })),
  ...Object.fromEntries(
    Object.entries(ALONE).map(([name, options]) => [name, (backend: Backend) => trained(backend, options)]),
  ),
  ...Object.fromEntries(
    TYPES.flatMap((type) => [
      [
        `${type} and binary units`,
        (backend: Backend) => {
          const visible = LAYERS[type](12, new Random(7));
          return trained(backend, { rate: 0.01, learnPrecisions: true }, { visible, data: rowsOf(visible) });
        },
      ],
      [
        `binary and ${type} units`,
        (backend: Backend) => {
          const hidden = LAYERS[type](12, new Random(8));
          return trained(
            backend,
            { rate: 0.01, learnPrecisions: true, centred: true, centredSliding: 0.05 },
            { hidden },
          );
        },
      ],
    ]),
  ),
  "grey values": (backend) => trained(backend, {}, { data: probabilities(GREY) }),
  "grey values as bytes": (backend) =>
    trained(backend, {}, { data: probabilities(Uint8Array.from(GREY, (p) => Math.round(255 * p))) }),
  initialisation: () => {
    const rbm = new Rbm({ visible: LAYERS.binary(VISIBLE, new Random(9)), hidden: LAYERS.binary(6, new Random(10)) });
    initialise(rbm, { random: new Random(11), scale: 0.02, data: DATA, components: 3, hiddenMean: 0.2 });
    return [rbm.weights.values, rbm.visible.parameters, rbm.hidden.parameters];
  },
  "chains of every type of units": (backend) =>
    TYPES.map((type) => {
      const random = new Random(12);
      const rbm = new Rbm({ visible: LAYERS[type](9, random), hidden: LAYERS.binary(5, random) });
      initialise(rbm, { random, scale: 0.2 });
      const clamped = [0, 1, 2];
      const visible = rowsOf(rbm.visible).slice(0, 4 * rbm.visible.width);
      const options = { random: new Random(13), visible, clamped, beta: 0.9 };
      const chains = new GibbsChains(rbm, options).advance(4);
      const fast = new WorkspaceChains(rbm, { ...options, workspace: backend.workspace });
      fast.advance(4);
      const found = [fast.states(), fast.means()];
      fast.dispose();
      return [chains.visible, chains.hidden, found];
    }),
  "pseudo-likelihood": () => {
    const rbm = new Rbm({ visible: LAYERS.binary(9, new Random(14)), hidden: LAYERS.binary(5, new Random(15)) });
    initialise(rbm, { random: new Random(16), scale: 0.3 });
    const rows = rowsOf(rbm.visible);
    return [pseudoLikelihood(rbm, rows), pseudoLikelihood(rbm, rows, { random: new Random(17) })].map(
      ({ mean, standardError }) => [mean, standardError],
    );
  },
};
