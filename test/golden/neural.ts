import { Random } from "../../src/math/random.js";
import { BagClassifier, bagTraining, drawBags, leaves, type Parameter, poolings } from "../../src/neural/index.js";
import { adam, momentum, rmsprop, trainBy } from "../../src/training/index.js";
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

const isParameter = (value: unknown): value is Parameter =>
  typeof value === "object" && value !== null && "shape" in value;

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

/** Trainings of classifiers of bags: losses, parameters, and what they say of other bags. */
export const neural: Scenarios = Object.fromEntries(
  Object.entries(MODELS).flatMap(([name, make]) =>
    Object.entries(OPTIMISERS)
      .slice(0, name === "association" ? undefined : 1)
      .map(([optimiser, made]) => [
        `${name}, ${optimiser}`,
        async ({ workspace }): Promise<Evidence> => {
          const classifier = make();
          const found: Evidence[] = [];
          const options = { epochs: 3, batch: 4, rate: 0.01, l2: 0.01, clip: 0.5, seed: 5, optimiser: made, workspace };
          for await (const report of trainBy(bagTraining, classifier, bags(3), { ...options, validation: bags(4) })) {
            found.push(report.training.loss, report.gradientNorm, report.validation?.loss);
          }
          for (const [key, { values }] of leaves(classifier.parameters, isParameter)) found.push(key, values);
          for (const { input, weights } of classifier.classify(bags(6), { workspace })) found.push(input, weights);
          return found;
        },
      ]),
  ),
);
