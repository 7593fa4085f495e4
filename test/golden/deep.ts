import { Random } from "../../src/math/random.js";
import {
  Classifier,
  DeepBeliefChains,
  DeepBeliefNet,
  DeepBoltzmannMachine,
  deepFeatures,
  deepMeanField,
  labelProbabilities,
} from "../../src/models/index.js";
import {
  type ClassifierTraining,
  contrastiveDivergence,
  linearDecay,
  momentum,
  persistent,
  probabilities,
  train,
} from "../../src/training/index.js";
import { binary, softmax } from "../../src/units/index.js";
import type { Backend, Evidence, Scenarios } from "./scenario.js";

const random = new Random(1);
const [ROWS, WIDTH] = [33, 35];
const GREY = Float32Array.from({ length: ROWS * WIDTH }, () => random.uniform());
const LABELS = Array.from({ length: ROWS }, () => random.integer(3));
const DATA = { rows: ROWS, columns: WIDTH, values: GREY };
const BITS = Float32Array.from(GREY, (p) => (p > 0.5 ? 1 : 0));

const HALF = momentum({ momentum: 0.5 });

const LAYERS = [
  { method: contrastiveDivergence({ steps: 1 }), epochs: 2, batch: 10, rate: 0.1, optimiser: HALF, l2: 1e-3 },
  {
    method: persistent({ steps: 1 }),
    epochs: 2,
    batch: 10,
    rate: linearDecay({ from: 0.1, to: 0, epochs: 2 }),
    centred: true,
    centredSliding: 0.05,
  },
];

export async function beliefNet({ workspace }: Backend, passing: "samples" | "means" = "samples", labelled = true) {
  const layers = [binary(WIDTH), binary(33), binary(10)];
  const net = DeepBeliefNet.ofLayers(layers, labelled ? { labels: softmax(1, 3) } : {});
  const labels = labelled ? LABELS : undefined;
  const options = { layers: LAYERS, labels, passing, seed: 2, workspace };
  for await (const _ of train(net, probabilities(GREY), options));
  return net;
}

const parametersOf = ({ rbms }: DeepBeliefNet): Evidence =>
  rbms.map(({ weights, visible, hidden }) => [weights.values, visible.parameters, hidden.parameters]);

export async function boltzmannMachine({ workspace }: Backend) {
  const machine = new DeepBoltzmannMachine({ visible: binary(WIDTH), hidden: [binary(33), binary(10)] });
  const layer = { epochs: 2, batch: 10, rate: 0.1, optimiser: HALF, l2: 1e-3 };
  const data = probabilities(GREY);
  for await (const _ of train(machine, data, { ...layer, phase: "pretraining", seed: 3, workspace }));
  const pretrained = partsOf(machine);
  const joint = { ...layer, rate: 0.02, chains: 12, steps: 3, maxSweeps: 20, tolerance: 1e-3, seed: 4, workspace };
  const reports: Evidence[] = [];
  for await (const report of train(machine, data, joint)) {
    reports.push([report.reconstructionError, report.sweeps]);
  }
  return { machine, pretrained, reports };
}

const partsOf = ({ weights, visible, hidden }: DeepBoltzmannMachine): Evidence => [
  ...weights.map(({ values }) => values.slice()),
  visible.parameters.slice(),
  ...hidden.map(({ parameters }) => parameters.slice()),
];

export async function tuned(backend: Backend, options: Partial<ClassifierTraining> = {}) {
  const net = await beliefNet(backend, "samples", false);
  const settings: ClassifierTraining = {
    labels: LABELS,
    epochs: 3,
    batch: 10,
    rate: 0.1,
    optimiser: HALF,
    l2: 1e-4,
    outputFirst: 0,
    seed: 5,
    workspace: backend.workspace,
    ...options,
  };
  const classifier = Classifier.fromDeepBeliefNet(net, { classes: 3, random: new Random(5).fork(0) });
  const scores: Evidence[] = [];
  for await (const { training, validation } of train(classifier, probabilities(GREY), settings)) {
    scores.push([training.loss, training.errorRate, validation?.loss, validation?.errorRate]);
  }
  return { classifier, scores };
}

async function classified(backend: Backend, options: Partial<ClassifierTraining>): Promise<Evidence> {
  const { classifier, scores } = await tuned(backend, options);
  const { workspace } = backend;
  const layers = classifier.layers.map(({ weights, bias }) => [weights.values, bias]);
  return [
    layers,
    scores,
    classifier.probabilities(DATA, { workspace }).values,
    classifier.predict(DATA, { workspace }),
  ];
}

/** Deep belief nets, deep Boltzmann machines and classifiers. */
export const deep: Scenarios = {
  "greedy training on samples, with labels": async (backend) => parametersOf(await beliefNet(backend, "samples")),
  "greedy training on means": async (backend) => parametersOf(await beliefNet(backend, "means", false)),
  "states, features and label probabilities": async (backend) => {
    const { workspace } = backend;
    const net = await beliefNet(backend);
    const chains = new DeepBeliefChains(net, { random: new Random(6), labels: [0, 1, 2], workspace });
    const { means, states } = chains.advance(3).generate();
    chains.dispose();
    return [
      means,
      states,
      deepFeatures(net, DATA, { layer: 2, workspace }),
      deepFeatures(net, { ...DATA, values: BITS }, { layer: 1, random: new Random(7), workspace }),
      labelProbabilities(net, DATA, { workspace }),
    ].map((values) => (ArrayBuffer.isView(values) ? values : values.values));
  },
  "pre-training and joint training": async (backend) => {
    const { machine, pretrained, reports } = await boltzmannMachine(backend);
    const { lower, upper, logSums, sweeps } = deepMeanField(machine, BITS, {
      maxSweeps: 20,
      tolerance: 1e-4,
      workspace: backend.workspace,
    });
    return [pretrained, partsOf(machine), reports, lower, upper, logSums, sweeps];
  },
  "fine-tuning": (backend) => classified(backend, {}),
  "fine-tuning with dropout": (backend) => classified(backend, { inputDropout: 0.2, dropout: 0.5 }),
  "fine-tuning, output first, held to other rows": (backend) =>
    classified(backend, { outputFirst: 1, validation: { data: probabilities(BITS), labels: LABELS }, patience: 2 }),
  "fine-tuning of a fresh classifier": async (backend) => {
    const net = DeepBeliefNet.ofLayers([binary(WIDTH), binary(12)]);
    const classifier = Classifier.fromDeepBeliefNet(net, { classes: 3, random: new Random(8) });
    const { workspace } = backend;
    const tuning = { labels: LABELS, epochs: 1, batch: 33, rate: 0.1, workspace };
    for await (const _ of train(classifier, probabilities(GREY), tuning));
    return classifier.layers.map(({ weights, bias }) => [weights.values, bias]);
  },
};
