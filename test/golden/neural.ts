import { Random } from "engram";
import {
  Association,
  AssociationLookup,
  AssociationPooling,
  BagClassifier,
  bagTraining,
  drawBags,
  isParameter,
  leaves,
  poolings,
  trainTraced,
} from "engram/neural";
import { adam, momentum, rmsprop, trainBy } from "engram/training";
import { layerModel } from "../neural/layer-model.js";
import type { Evidence, Scenarios } from "./scenario.js";

/** Entries of an instance, features and bags fill no whole registers and no whole batches. */
const [UNITS, FEATURES, BAGS] = [21, 13, 11];

const random = new Random(1);
const CLASSES = Array.from({ length: 60 }, () => random.integer(4));
const VALUES = Float32Array.from(
  { length: 60 * UNITS },
  (_, k) => random.normal() + (CLASSES[Math.floor(k / UNITS)] === 3 ? 1 : 0),
);
const bags = (seed: number) =>
  drawBags(VALUES, CLASSES, { bags: BAGS, holds: 3, size: 4, deviation: 1, random: new Random(seed) });

const MODELS: Readonly<Record<string, () => BagClassifier>> = Object.fromEntries([
  ...poolings.map((pooling) => [
    pooling.name,
    () => new BagClassifier(UNITS, { features: FEATURES, pooling: pooling.make(), random: new Random(2) }),
  ]),
  [
    "association in steps, with a learned beta",
    () => {
      const pooling = poolings[0].make({ heads: 2, units: 5, steps: 3, learnBeta: true });
      return new BagClassifier(UNITS, { features: FEATURES, pooling, random: new Random(2) });
    },
  ],
]);

const OPTIMISERS = { momentum: momentum({ momentum: 0.9 }), adam: adam(), rmsprop: rmsprop() };

/** Layers that learn to give back damaged patterns. */
const LAYERS: Readonly<Record<string, () => Association | AssociationLookup | AssociationPooling>> = {
  Association: () => new Association(UNITS, { project: true, heads: 3, size: 5, steps: 2, random: new Random(7) }),
  AssociationLookup: () =>
    new AssociationLookup(UNITS, { quantity: 9, separate: true, normalise: true, random: new Random(7) }),
  AssociationPooling: () => new AssociationPooling(UNITS, { quantity: 2, learnBeta: true, random: new Random(7) }),
};

const LAYER_SCENARIOS: Scenarios = Object.fromEntries(
  Object.entries(LAYERS).map(([name, make]) => [
    name,
    async ({ workspace }): Promise<Evidence> => {
      const model = layerModel(make(), VALUES, UNITS);
      const found: Evidence[] = [];
      for await (const { loss, gradientNorm } of trainTraced(model, {
        epochs: 3,
        batch: 4,
        rate: 0.01,
        seed: 5,
        workspace,
      })) {
        found.push(loss, gradientNorm);
      }
      for (const [key, { values }] of leaves(model.parameters, isParameter)) found.push(key, values);
      return found;
    },
  ]),
);

/** Trainings of classifiers of bags and of layers: losses, parameters, and what they say of other bags. */
export const neural: Scenarios = {
  ...LAYER_SCENARIOS,
  ...Object.fromEntries(
    Object.entries(MODELS).flatMap(([name, make]) =>
      Object.entries(OPTIMISERS)
        .slice(0, name === "association" ? undefined : 1)
        .map(([optimiser, made]) => [
          `${name}, ${optimiser}`,
          async ({ workspace }): Promise<Evidence> => {
            const classifier = make();
            const found: Evidence[] = [];
            const options = {
              epochs: 3,
              batch: 4,
              rate: 0.01,
              l2: 0.01,
              clip: 0.5,
              seed: 5,
              optimiser: made,
              workspace,
            };
            for await (const report of trainBy(bagTraining, classifier, bags(3), { ...options, validation: bags(4) })) {
              found.push(report.training.loss, report.gradientNorm, report.validation?.loss);
            }
            for (const [key, { values }] of leaves(classifier.parameters, isParameter)) found.push(key, values);
            for (const { input, weights } of classifier.classify(bags(6), { workspace })) found.push(input, weights);
            return found;
          },
        ]),
    ),
  ),
};
