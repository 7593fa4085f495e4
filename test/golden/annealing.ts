import {
  type AnnealingEstimate,
  annealedImportance,
  deepBeliefBound,
  deepBoltzmannBound,
  exactSamples,
  hiddenLogPartition,
  linearSchedule,
  logLikelihood,
  logPartition,
  reverseAnnealedImportance,
  threePieceSchedule,
} from "../../src/likelihood/index.js";
import { Random } from "../../src/math/random.js";
import { exactGradient, exactLogLikelihood, exactLogPartition, type Rbm } from "../../src/models/index.js";
import { gaussian, spin } from "../../src/units/index.js";
import { machine } from "../models/rbm-machines.js";
import { LAYERS } from "../units/layers.js";
import { beliefNet, boltzmannMachine } from "./deep.js";
import { type Backend, cross, type Evidence, type Scenarios } from "./scenario.js";

const numbersOf = ({
  logZ,
  standardError,
  low,
  high,
  effectiveSampleSize,
  logWeights,
}: AnnealingEstimate): Evidence => [logZ, standardError, low, high, effectiveSampleSize, logWeights];

const random = new Random(1);
/** Small enough for exact samples, and too large. */
const MACHINES: Readonly<Record<string, Rbm>> = {
  "binary units": machine(LAYERS.binary(40, random), LAYERS.binary(35, random), random),
  "spin and softmax units": machine(LAYERS.spin(9, random), LAYERS.softmax(4, random), random),
  "gaussian and binary units": machine(LAYERS.gaussian(6, random), LAYERS.binary(5, random), random, 0.2),
};

const rowsOf = ({ visible }: Rbm) => {
  const source = new Random(2);
  const streams = Array.from({ length: 12 }, (_, r) => source.fork(r));
  return visible.sample(new Float64Array(12 * visible.width), 1, streams, new Float64Array(12 * visible.width));
};

const BETA_1 = { chains: 9, beta: 1, method: "annealing", tolerance: 0.01, steps: 20 } as const;

const WAYS: Readonly<Record<string, (rbm: Rbm, backend: Backend) => Promise<Evidence>>> = {
  forward: async (rbm, { workspace }) => {
    const options = { ...BETA_1, random: new Random(3), schedule: linearSchedule(15), workspace };
    return numbersOf(await annealedImportance(rbm, options));
  },
  "forward from base rates, at another temperature": async (rbm, { workspace }) => {
    const options = { ...BETA_1, beta: 0.8, random: new Random(4), schedule: threePieceSchedule(15), workspace };
    return numbersOf(await annealedImportance(rbm, { ...options, data: rowsOf(rbm) }));
  },
  reverse: async (rbm, { workspace }) => {
    const options = { ...BETA_1, random: new Random(5), schedule: linearSchedule(15), workspace };
    return numbersOf(await reverseAnnealedImportance(rbm, { ...options, data: rowsOf(rbm) }));
  },
  "log-likelihood by both": async (rbm, { workspace }) => {
    const options = { ...BETA_1, random: new Random(6), schedule: linearSchedule(15), workspace };
    const { value, low, high, rows, rowStandardError, partition } = await logLikelihood(rbm, rowsOf(rbm), options);
    return [value, low, high, rows, rowStandardError, partition.logZ, partition.low, partition.high];
  },
};

const TOP = { temperatures: 12, chains: 8, steps: 10, method: "annealing", tolerance: 0.01 } as const;

/** Partition functions and likelihoods by annealing and by exact sums. */
export const annealing: Scenarios = {
  ...cross(MACHINES, WAYS, (rbm, way, backend) => way(rbm, backend)),
  ...Object.fromEntries(
    Object.keys(MACHINES)
      .slice(1)
      .map((name) => [
        `${name}, exact`,
        () => {
          const rbm = MACHINES[name];
          const rows = rowsOf(rbm);
          const { weights, visible, hidden } = exactGradient(rbm, rows, { beta: 0.9 });
          return [
            exactLogPartition(rbm, { beta: 0.9 }),
            exactLogLikelihood(rbm, rows, { beta: 0.9 }),
            [weights, visible, hidden],
            exactSamples(rbm, { count: 10, random: new Random(7), beta: 0.9 }),
          ];
        },
      ]),
  ),
  "exact log Z of a small machine": async () => {
    const { logZ, low, high } = await logPartition(MACHINES["spin and softmax units"], {
      method: "exact",
      random: new Random(8),
    });
    return [logZ, low, high];
  },
  "hidden units alone": async ({ workspace }) => {
    const source = new Random(9);
    const rbm = machine(spin(30), gaussian(4), source, 0.15);
    const options = { random: new Random(10), chains: 8, temperatures: 12, stepLength: 0.3, leapfrogs: 4, beta: 1 };
    const found = await hiddenLogPartition(rbm, { ...options, workspace });
    return [numbersOf(found), found.accepted];
  },
  "bound of a deep belief net": async (backend) => {
    const net = await beliefNet(backend);
    const rows = Float64Array.from({ length: 5 * 35 }, (_, k) => (k % 3 === 0 ? 1 : 0));
    const options = { ...TOP, random: new Random(11), draws: 3, workspace: backend.workspace };
    const bound = await deepBeliefBound(net, rows, options);
    const { value, importanceWeighted, low, high, standardError } = bound;
    return [value, importanceWeighted, low, high, standardError, bound.rows, bound.partition.logZ];
  },
  "bound of a deep Boltzmann machine": async (backend) => {
    const { machine: deep } = await boltzmannMachine(backend);
    const rows = Float64Array.from({ length: 5 * 35 }, (_, k) => (k % 3 === 0 ? 1 : 0));
    const options = { ...TOP, random: new Random(12), workspace: backend.workspace };
    const { value, low, high, rows: each, partition } = await deepBoltzmannBound(deep, rows, options);
    return [value, low, high, each, partition.logZ];
  },
};
