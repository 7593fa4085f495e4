import {
  BoltzmannMachine,
  binary,
  Classifier,
  DeepBeliefNet,
  DeepBoltzmannMachine,
  decodeModel,
  encodeModel,
  gaussian,
  Random,
  Rbm,
  relu,
  softmax,
  spin,
} from "engram";
import { normals } from "../reader.mjs";
import { sealed } from "./safetensors.mjs";

function modelFiles() {
  const random = new Random(2);
  const floats = (count) => normals(random, count);
  const matrix = (rows, columns) => ({ rows, columns, values: floats(rows * columns) });
  const rbm = (visible, hidden) => new Rbm({ visible, hidden, weights: matrix(visible.width, hidden.width) });
  const notes = { seed: 7, settings: { rate: 0.05, tags: ["a", null, true] } };
  const layer = (inputs, units) => ({ weights: matrix(inputs, units), bias: floats(units) });
  const couplings = matrix(5, 5);
  for (let i = 0; i < 5; i++)
    for (let j = 0; j <= i; j++) couplings.values[j * 5 + i] = i === j ? 0 : couplings.values[i * 5 + j];
  const machines = {
    rbm: [
      rbm(binary(6), binary(4)),
      rbm(spin(4), gaussian(3)),
      rbm(softmax(2, 3), relu(3)),
      rbm(gaussian(4), softmax(2, 2)),
    ],
    boltzmann: [
      new BoltzmannMachine({ visible: binary(5), visibleCouplings: couplings }),
      new BoltzmannMachine({ visible: binary(4), hidden: binary(3), weights: matrix(4, 3), connections: "bipartite" }),
    ],
    dbn: [
      new DeepBeliefNet([rbm(binary(6), binary(5)), rbm(binary(5), binary(3))]),
      DeepBeliefNet.ofLayers([binary(6), binary(4), binary(3)], { labels: softmax(1, 3) }),
    ],
    dbm: [new DeepBoltzmannMachine({ visible: binary(6), hidden: [binary(5), binary(3)] })],
    classifier: [new Classifier([layer(6, 4), layer(4, 3)])],
  };
  return Object.fromEntries(
    Object.entries(machines).map(([kind, models]) => [
      kind,
      models.flatMap((model) => [encodeModel(model, { notes }), encodeModel(model, { precision: "single" })]),
    ]),
  );
}

/** Models of all kinds. */
export function modelReaders() {
  return Object.entries(modelFiles()).map(([name, files]) =>
    sealed(`model ${name}`, files, (bytes, onWarning) => {
      const { model, shape, notes } = decodeModel(bytes, { onWarning });
      // Single precision widens to double without loss.
      return encodeModel(model, { shape, notes });
    }),
  );
}
