import { Digest } from "../../math/digest.js";
import { softplus } from "../../math/log-sum-exp.js";
import { Random } from "../../math/random.js";
import { areaUnderCurve } from "../../math/ranking.js";
import { type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import {
  describeOptions,
  type Status,
  splitOptions,
  type TrainingCommon,
  type TrainingKind,
  type TrainingReport,
} from "../../training/training.js";
import type { Values } from "../tape/kernels.js";
import { multiply, softplus as softplusOf, subtract } from "../tape/operations/elementwise.js";
import { sum } from "../tape/operations/rows.js";
import type { Tensor } from "../tape/tensor.js";
import { tapeOptions } from "../training/options.js";
import { type Batch, type TapeLearning, TapeStage } from "../training/tape-stage.js";
import { BagClassifier, type BagParameters, loadBags } from "./bag-classifier.js";
import { type BagSet, bagCount, largestBag, requireBags } from "./bag-set.js";

/** The options of learning from bags that are plain data. */
export const bagTrainingOptions = {
  ...tapeOptions,
  epochs: { ...tapeOptions.epochs, help: "number of passes over the bags" },
  batch: { ...tapeOptions.batch, help: "number of bags of an update" },
} as const;

/** Options of the training of a classifier of bags. */
export interface BagTraining extends OptionsOf<typeof bagTrainingOptions>, TrainingCommon<BagClassifier> {
  /** Bags that are classified at the end of every epoch, and from which nothing is learned. */
  readonly validation?: BagSet | undefined;
}

/** How well bags are classified. */
export interface BagScore {
  /** Mean of -log p(label | bag), nats. */
  readonly loss: number;
  /** The fraction of bags with a probability on the wrong side of 1/2. */
  readonly errorRate: number;
  /** The probability that a bag with the class scores above one without it, and its standard error. */
  readonly areaUnderCurve?: { readonly value: number; readonly error: number } | undefined;
}

/** State of the training of a classifier of bags. */
export interface BagReport extends TrainingReport {
  /** Norm of the gradient of the last update, before it was clipped. */
  readonly gradientNorm: number;
  /** Over the bags of this epoch, while the parameters changed. */
  readonly training: BagScore;
  /** At the end of an epoch, with `validation`. */
  readonly validation?: BagScore | undefined;
}

/** Streams of the seed; 0 is that of the initial weights. */
const ORDER = 1;

/** Bags that are classified between two looks at the clock. */
const SLICE = 200;

/** Learning of a classifier of bags by mini-batch gradient descent on the mean of -log p(label | bag). */
export const bagTraining: TrainingKind<BagClassifier, BagSet, BagTraining, BagReport> = {
  name: "bags",
  title: "a classifier of bags",
  reference: "Ilse, Tomczak and Welling 2018; Ramsauer et al. 2020",
  options: bagTrainingOptions,
  trains: (model): model is BagClassifier => model instanceof BagClassifier,
  plan(classifier, bags, options) {
    const { data, run } = splitOptions<BagClassifier, BagTraining>(classifier, options);
    const { validation, ...values } = data;
    requireBags("data", bags, classifier.units);
    if (validation !== undefined) requireBags("validation", validation, classifier.units);
    const read = readOptions("the training of a classifier of bags", bagTrainingOptions, values);
    const settings = { ...read, batch: Math.min(read.batch, bagCount(bags)) };
    return {
      stages: 1,
      start: () =>
        new TapeStage(
          new BagLearning(classifier, bags, validation, settings),
          settings,
          bagCount(bags),
          new Random(settings.seed).fork(ORDER),
          run,
        ),
    };
  },
};

class BagLearning implements TapeLearning<BagReport> {
  readonly kind = "bags 1";
  readonly parameters: BagParameters;
  readonly inputs: TapeLearning<BagReport>["inputs"];
  /** Sum of losses, number of errors, number of bags. */
  readonly sums = new Float64Array(3);
  readonly #classifier: BagClassifier;
  readonly #bags: BagSet;
  readonly #held: BagSet | undefined;
  readonly #settings: ResolvedOptions<typeof bagTrainingOptions>;
  readonly #perBag: number;
  #score: BagScore | undefined;

  constructor(
    classifier: BagClassifier,
    bags: BagSet,
    held: BagSet | undefined,
    settings: ResolvedOptions<typeof bagTrainingOptions>,
  ) {
    const { batch } = settings;
    this.parameters = classifier.parameters;
    this.#classifier = classifier;
    this.#bags = bags;
    this.#held = held;
    this.#settings = settings;
    this.#perBag = largestBag(bags);
    this.inputs = {
      instances: [batch, this.#perBag, classifier.units],
      mask: [batch, this.#perBag],
      labels: [batch, 1],
      // 1 / bags in the batch for each of them, 0 for a place without one.
      shares: [batch, 1],
    };
  }

  loss(parameters: BagParameters<Tensor>, given: { readonly [name: string]: Tensor }) {
    const { instances, mask, labels, shares } = given;
    const { inputs } = this.#classifier.trace(parameters, { instances, mask });
    // -log p = log(1 + e^x) - label x for p(1) = sigmoid(x).
    const losses = subtract(softplusOf(inputs), multiply(inputs, labels));
    return { loss: sum(multiply(losses, shares)), inputs };
  }

  load(arrays: { readonly [name: string]: Values }, { items }: Batch): void {
    const { instances, mask, labels, shares } = arrays;
    loadBags(this.#bags, items, this.#perBag, { instances, mask });
    shares.fill(0).fill(1 / items.length, 0, items.length);
    labels.fill(0);
    items.forEach((bag, k) => {
      labels[k] = this.#bags.labels[bag];
    });
  }

  learned({ loss, inputs }: { readonly [name: string]: Values }, { items }: Batch): void {
    this.sums[0] += loss[0] * items.length;
    items.forEach((bag, k) => {
      if (inputs[k] > 0 !== (this.#bags.labels[bag] === 1)) this.sums[1]++;
    });
    this.sums[2] += items.length;
  }

  *measure(): Generator<void, void> {
    if (this.#held === undefined) return;
    const count = bagCount(this.#held);
    const scores: number[] = [];
    for (let first = 0; first < count; first += SLICE) {
      const last = Math.min(count, first + SLICE);
      const { starts, labels } = this.#held;
      const from = starts[first];
      const part = {
        ...this.#held,
        rows: this.#held.rows.subarray(from, starts[last]),
        starts: starts.slice(first, last + 1).map((start) => start - from),
        labels: labels.subarray(first, last),
      };
      for (const { input } of this.#classifier.classify(part)) scores.push(input);
      yield;
    }
    this.#score = scoreBags(scores, this.#held.labels);
  }

  status(over: boolean): Omit<Status<BagReport>, "rate" | "gradientNorm"> {
    const [loss, errors, bags] = this.sums;
    return { training: { loss: loss / bags, errorRate: errors / bags }, validation: over ? this.#score : undefined };
  }

  settings(): Record<string, string> {
    const { units, features, pooling } = this.#classifier;
    const described = (bags: BagSet) =>
      `${bagCount(bags)} bags with digest ${new Digest()
        .add(bags.rows)
        .add(bags.starts)
        .add(Uint32Array.from(bags.labels))
        .add(new Uint32Array(Float32Array.from(bags.values).buffer))
        .hex()}`;
    return {
      model: `${units}-${features} ${pooling.name} ${JSON.stringify(pooling.options)}`,
      data: described(this.#bags),
      validation: this.#held === undefined ? "none" : described(this.#held),
      ...describeOptions(this.#settings),
    };
  }
}

/** How well the inputs of the output unit classify bags with these labels. */
export function scoreBags(inputs: ArrayLike<number>, labels: ArrayLike<number>): BagScore {
  let [loss, errors] = [0, 0];
  for (let k = 0; k < inputs.length; k++) {
    loss += softplus(inputs[k]) - labels[k] * inputs[k];
    if (inputs[k] > 0 !== (labels[k] === 1)) errors++;
  }
  const positives = Array.from(labels).filter((label) => label === 1).length;
  const isMixed = positives > 0 && positives < labels.length;
  return {
    loss: loss / inputs.length,
    errorRate: errors / inputs.length,
    ...(isMixed && { areaUnderCurve: areaUnderCurve(inputs, labels) }),
  };
}
