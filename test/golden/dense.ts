import { Random } from "../../src/math/random.js";
import { DenseClassifier, type DenseForm } from "../../src/models/index.js";
import { encodeModel } from "../../src/storage/index.js";
import { exponentialDecay, linearDecay, probabilities, train, usualDense } from "../../src/training/index.js";
import { cross, type Evidence, type Scenarios } from "./scenario.js";

const random = new Random(1);
const [ROWS, PIXELS, CLASSES, MEMORIES] = [45, 49, 4, 37];
const GREY = Uint8Array.from({ length: ROWS * PIXELS }, () => random.integer(256));
const LABELS = Array.from({ length: ROWS }, () => random.integer(CLASSES));
const IMAGES = { rows: ROWS, columns: PIXELS, values: Float64Array.from(GREY, (grey) => (2 * grey) / 255 - 1) };

/** Dense classifiers: their training, and what is asked of them. */
export const dense: Scenarios = cross<DenseForm, number>(
  { direct: "direct", dual: "dual" },
  { "a small power": 2, "a large one": 30 },
  async (form, power, { workspace }): Promise<Evidence> => {
    const { temperature, mean, deviation } = usualDense(power, MEMORIES, { pixels: PIXELS, form });
    const setting = { pixels: PIXELS, classes: CLASSES, memories: MEMORIES, power, form, mean, deviation };
    const classifier = DenseClassifier.random({ ...setting, temperature, random: new Random(2) });
    const options = {
      labels: LABELS,
      epochs: 3,
      batch: 20,
      rate: exponentialDecay({ from: 0.05, factor: 0.9 }),
      temperature: linearDecay({ from: 1.5 * temperature, to: temperature, epochs: 2 }),
      errorPower: power,
      seed: 3,
      workspace,
    };
    const scores: Evidence[] = [];
    for await (const { training } of train(classifier, probabilities(GREY), options)) {
      scores.push([training.loss, training.errorRate]);
    }
    const weights = { rows: ROWS, columns: CLASSES, values: new Float64Array(ROWS * CLASSES).fill(1) };
    const { memory, near, share } = classifier.leaders(IMAGES, { workspace });
    return [
      scores,
      encodeModel(classifier, { precision: "single" }),
      classifier.outputs(IMAGES, { workspace }).values,
      classifier.gapGradients(IMAGES, weights, { workspace }).values,
      classifier.votes(0.2),
      memory,
      near,
      share,
    ];
  },
);
