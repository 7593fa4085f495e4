import { expect, it } from "vitest";
import {
  binary,
  Classifier,
  contrastiveDivergence,
  DeepBeliefChains,
  DeepBeliefNet,
  DeepBoltzmannMachine,
  deepBeliefBound,
  deepFeatures,
  momentum,
  persistent,
  probabilities,
  Random,
  softmax,
  train,
} from "../../../src/index.js";
import { type MakeWorkspace, referenceWorkspace, wasmWorkspace } from "../../../src/kernels/index.js";
import { deepMeanField, labelProbabilities } from "../../../src/models/index.js";

const random = new Random(3);
const GREY = Float32Array.from({ length: 60 * 35 }, () => random.uniform());
const LABELS = Array.from({ length: 60 }, () => random.integer(3));
const BITS = Float32Array.from(GREY, (p) => (p > 0.5 ? 1 : 0));
const DATA = { rows: 60, columns: 35, values: GREY };

async function beliefNet(workspace: MakeWorkspace) {
  const net = DeepBeliefNet.ofLayers([binary(35), binary(33), binary(30)], { labels: softmax(1, 3) });
  const layers = [
    { epochs: 2, batch: 16, method: contrastiveDivergence(), optimiser: momentum({ momentum: 0.5 }) },
    { epochs: 2, batch: 16, method: persistent(), l2: 1e-3 },
  ];
  for await (const _ of train(net, probabilities(GREY), { layers, labels: LABELS, workspace }));
  const chains = new DeepBeliefChains(net, { random: new Random(1), labels: [0, 1, 2], workspace });
  const made = chains.advance(3).generate();
  chains.dispose();
  const classifier = Classifier.fromDeepBeliefNet(net, { classes: 3, random: new Random(0) });
  const tuning = { labels: LABELS, epochs: 2, batch: 16, dropout: 0.5, workspace };
  for await (const _ of train(classifier, probabilities(GREY), tuning));
  const { rows } = await deepBeliefBound(net, BITS, {
    random: new Random(2),
    draws: 2,
    workspace,
    temperatures: 5,
    steps: 5,
  });
  return [
    net.rbms.map(({ weights }) => weights.values),
    made,
    classifier.layers,
    classifier.probabilities(DATA, { workspace }),
    deepFeatures(net, DATA, { workspace }),
    labelProbabilities(net, DATA, { workspace }),
    rows,
  ];
}

async function boltzmannMachine(workspace: MakeWorkspace) {
  const machine = new DeepBoltzmannMachine({ visible: binary(35), hidden: [binary(33), binary(10)] });
  const layer = { epochs: 2, batch: 16, rate: 0.1 };
  const data = probabilities(GREY);
  for await (const _ of train(machine, data, { ...layer, phase: "pretraining", workspace }));
  for await (const _ of train(machine, data, { ...layer, chains: 20, workspace }));
  return [
    machine.weights,
    machine.hidden.map((units) => units.parameters),
    deepMeanField(machine, BITS, { workspace }),
  ];
}

it.each([
  ["deep belief net", beliefNet],
  ["deep Boltzmann machine", boltzmannMachine],
])("a %s has the same bits from WebAssembly as from the reference", async (_, run) => {
  expect(await run(wasmWorkspace)).toEqual(await run(referenceWorkspace));
});
