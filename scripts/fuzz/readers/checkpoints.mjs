import {
  BoltzmannMachine,
  binary,
  Classifier,
  contrastiveDivergence,
  DeepBeliefNet,
  DeepBoltzmannMachine,
  DivergenceError,
  fastWeights,
  persistent,
  probabilities,
  Random,
  Rbm,
  softmax,
  tempering,
  train,
} from "engram";
import { decodeCheckpoint, encodeCheckpoint } from "engram/storage";
import { isRefusal } from "../reader.mjs";
import { forgeNumbers, sealed } from "./safetensors.mjs";

/** Small trainings of every kind, begun or resumed from a checkpoint. */
function trainings() {
  const random = new Random(3);
  const images = Float32Array.from({ length: 12 * 6 }, () => random.uniform());
  const data = probabilities(images);
  const bits = Float32Array.from(images, (p) => (p > 0.5 ? 1 : 0));
  const labels = Array.from({ length: 12 }, () => random.integer(3));
  const common = { epochs: 2, batch: 5, rate: 0.05, seed: 3 };
  const layers = [
    { ...common, seed: undefined },
    { ...common, seed: undefined },
  ];
  const rbm = (method) => (resume) =>
    train(new Rbm({ visible: binary(6), hidden: binary(4) }), data, { ...common, method, resume });
  const machine = () => new BoltzmannMachine({ visible: binary(6), hidden: binary(3) });
  const net = (given) => DeepBeliefNet.ofLayers([binary(6), binary(5), binary(3)], given);
  const deep = () => new DeepBoltzmannMachine({ visible: binary(6), hidden: [binary(5), binary(3)] });
  const classifier = () => Classifier.fromDeepBeliefNet(net({}), { classes: 3, random: new Random(5) });
  return {
    rbm: [
      rbm(contrastiveDivergence({ steps: 1 })),
      rbm(persistent({ steps: 1, chains: 4 })),
      rbm(fastWeights({ chains: 4 })),
      rbm(tempering({ chains: 2 })),
    ],
    boltzmann: [(resume) => train(machine(), bits, { ...common, resume })],
    dbn: [(resume) => train(net({ labels: softmax(1, 3) }), data, { layers, labels, seed: 2, resume })],
    dbm: [
      (resume) => train(deep(), data, { ...common, phase: "pretraining", resume }),
      (resume) => train(deep(), data, { ...common, chains: 4, steps: 1, resume }),
    ],
    classifier: [(resume) => train(classifier(), data, { ...common, labels, resume })],
  };
}

/** Checkpoints of all trainings, read, and resumed from. */
export async function checkpointReaders() {
  const readers = [];
  for (const [kind, all] of Object.entries(trainings())) {
    const files = [];
    for (const start of all) {
      for await (const report of start()) files.push(encodeCheckpoint(report.checkpoint()));
    }
    readers.push(
      sealed(`checkpoint ${kind}`, files, (bytes, onWarning) =>
        encodeCheckpoint(decodeCheckpoint(bytes, "c", { onWarning })),
      ),
      resuming(`resumed ${kind}`, files, all),
    );
  }
  return readers;
}

/** Resumes a training from a checkpoint, up to its next report. */
function resuming(name, files, starts) {
  return {
    name,
    share: 0.2,
    sounds: async () => files,
    async read(bytes) {
      let warned = false;
      const onWarning = () => {
        warned = true;
      };
      const resume = decodeCheckpoint(bytes, "c", { onWarning });
      let refusal;
      for (const start of starts) {
        try {
          const { value: report } = await start(resume).next();
          return { value: report === undefined ? "over" : stateOf(report), warned };
        } catch (error) {
          if (!(isRefusal(error) || error instanceof DivergenceError)) throw error;
          refusal = error;
        }
      }
      if (refusal instanceof DivergenceError) return { value: "diverged", warned };
      throw refusal;
    },
    forge: forgeNumbers,
  };
}

const stateOf = (report) => Buffer.from(encodeCheckpoint(report.checkpoint())).toString("base64");
