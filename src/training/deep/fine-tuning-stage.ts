import { buildFitting, type Workspace } from "../../kernels/index.js";
import { Digest } from "../../math/digest.js";
import { log } from "../../math/elementary.js";
import { Random } from "../../math/random.js";
import { allFinite } from "../../math/vector.js";
import type { ForwardPass } from "../../models/dbn/forward-pass.js";
import type { Classifier } from "../../models/index.js";
import type { Warning } from "../../warnings.js";
import type { CheckpointArray, LiveArrays } from "../checkpoint.js";
import { Epochs } from "../epochs.js";
import { listOf, worseThanIndependent } from "../independent.js";
import { valueAt } from "../schedules/index.js";
import { describeOptions, diverged, type StageOptions, type Status, type TrainingStage } from "../training.js";
import { BackPropagation } from "./back-propagation.js";
import type { ClassifierReport, ClassifierScore, ClassifierSettings, LabelledRows } from "./classifier-options.js";

/** Streams of the seed; 0 is reserved for drawing the weights of the output layer. */
const STREAMS = { order: 1, dropout: 2 };

/** The fine-tuning of one classifier, one batch at a time. */
export class FineTuningStage implements TrainingStage<ClassifierReport> {
  readonly kind = "fine-tuning 2";
  readonly arrays: LiveArrays;
  readonly epochs: Epochs;
  readonly seed: number;
  readonly reportEvery: number;
  readonly monitors: TrainingStage<ClassifierReport>["monitors"];
  readonly #classifier: Classifier;
  readonly #rows: LabelledRows;
  readonly #held: LabelledRows | undefined;
  readonly #settings: ClassifierSettings;
  readonly #workspace: Workspace;
  readonly #learner: BackPropagation;
  readonly #row: Float64Array;
  readonly #best: BestClassifier | undefined;
  /** Sum of losses, number of errors and number of rows of the current epoch, or of the one just completed. */
  readonly #sums = new Float64Array(3);
  #score: ClassifierScore | undefined;
  #description: Record<string, string> | undefined;
  /** The mean loss of every batch of the epoch. */
  #batchLosses: number[] = [];
  /** The loss of the fractions of the classes. */
  readonly #guessing: number;
  #worse: Warning | undefined;

  constructor(
    classifier: Classifier,
    rows: LabelledRows,
    held: LabelledRows | undefined,
    settings: ClassifierSettings,
    { workspace: make, reportEvery, monitors }: StageOptions,
  ) {
    const random = new Random(settings.seed);
    const { batch, dropout: hidden, inputDropout: inputs, optimiser } = settings;
    const { workspace, built } = buildFitting(
      make,
      (room) =>
        new BackPropagation(room, classifier.widths, {
          rows: batch,
          optimiser,
          dropout: { inputs, hidden },
          random: random.fork(STREAMS.dropout),
        }),
    );
    this.seed = settings.seed;
    this.reportEvery = reportEvery;
    this.monitors = monitors;
    this.epochs = new Epochs(rows.source.rows, batch, random.fork(STREAMS.order));
    this.#classifier = classifier;
    this.#rows = rows;
    this.#held = held;
    this.#guessing = entropyOf(rows.labels, classifier.classes);
    this.#settings = settings;
    this.#workspace = workspace;
    this.#learner = built;
    this.#row = new Float64Array(classifier.inputs);
    this.#best = held === undefined ? undefined : new BestClassifier(built.pass);
    this.arrays = new Map<string, CheckpointArray>([
      ["progress", this.epochs.progress],
      ["sums", this.#sums],
      ...built.arrays(),
      ...(this.#best?.arrays ?? []),
    ]);
  }

  /** True after all epochs, or after `patience` epochs without a better score. */
  get isOver(): boolean {
    const { epochs, patience = Number.POSITIVE_INFINITY } = this.#settings;
    const best = this.#best?.epoch ?? 0;
    return this.epochs.epoch >= epochs || (best > 0 && this.epochs.epoch - best >= patience);
  }

  settings(): Record<string, string> {
    this.#description ??= this.#describe();
    return this.#description;
  }

  begin(): void {
    this.#learner.pass.load(this.#classifier.layers);
  }

  restore(): void {
    this.#learner.pass.store(this.#classifier.layers);
  }

  update(): boolean {
    const { epochs } = this;
    const { l2, outputFirst } = this.#settings;
    const [rate, rows] = [valueAt(this.#settings.rate, epochs.at), epochs.rows];
    if (epochs.progress[1] === 0) {
      this.#sums.fill(0);
      this.#batchLosses = [];
    }
    const { loss, errors } = this.#learner.evaluate(rows.length, this.#fill(this.#rows, rows), epochs.updates);
    if (!Number.isFinite(loss)) throw diverged("weights are", epochs.epoch + 1, rate);
    const lowest = epochs.epoch < outputFirst ? this.#learner.pass.weights.length - 1 : 0;
    this.#learner.descend({ rate, epochs: epochs.at, l2 }, lowest);
    this.#sums[0] += loss;
    this.#sums[1] += errors;
    this.#sums[2] += rows.length;
    this.#batchLosses.push(loss / rows.length);
    if (epochs.isLast) this.#worse = this.#judge();
    return epochs.advance();
  }

  /** Scores the classifier on the validation rows, without dropout, batch by batch. */
  *measure(): Generator<void, void> {
    if (this.#held === undefined) return;
    const { batch } = this.#settings;
    const count = this.#held.source.rows;
    const order = Uint32Array.from({ length: count }, (_, r) => r);
    let [loss, errors] = [0, 0];
    for (let first = 0; first < count; first += batch) {
      const part = order.subarray(first, first + batch);
      const found = this.#learner.score(part.length, this.#fill(this.#held, part));
      loss += found.loss;
      errors += found.errors;
      yield;
    }
    this.#score = { loss: loss / count, errorRate: errors / count };
  }

  store(): void {
    const { weights, biases } = this.#learner.pass;
    const { epoch } = this.epochs;
    const finite = [...weights, ...biases].every(allFinite);
    if (!finite) throw diverged("weights are", epoch, valueAt(this.#settings.rate, Math.max(0, epoch - 1)));
    this.#learner.pass.store(this.#classifier.layers);
  }

  status(over: boolean): Status<ClassifierReport> {
    const [loss, errors, rows] = this.#sums;
    const validation = over ? this.#score : undefined;
    if (validation !== undefined) this.#best?.offer(validation, this.epochs.epoch, this.#learner.pass);
    return {
      rate: valueAt(this.#settings.rate, this.epochs.at),
      training: { loss: loss / rows, errorRate: errors / rows },
      validation,
      warnings: listOf(this.#worse),
    };
  }

  /**
   * Compares the losses of the batches of an epoch with those of guessing: of all classes alike, and of the fractions of
   * classes. The first epoch starts from weights that were drawn, and does not count.
   */
  #judge(): Warning | undefined {
    const { epoch } = this.epochs;
    if (epoch === 0) return undefined;
    const batches = (value: number) => new Float64Array(this.#batchLosses.length).fill(value);
    const baseline = { independent: batches(this.#guessing), untrained: batches(log(this.#classifier.classes)) };
    const losses = Float64Array.from(this.#batchLosses);
    return worseThanIndependent(losses, baseline, {
      epoch: epoch + 1,
      rate: () => valueAt(this.#settings.rate, 0),
      quantity: "loss",
    });
  }

  /** Sets the classifier to the best one so far. */
  finish(): void {
    if (this.#best !== undefined && this.#best.epoch > 0) this.#best.store(this.#classifier);
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  /** Sets the inputs to the rows with these numbers; returns the class of each. */
  #fill({ source, labels }: LabelledRows, numbers: Uint32Array): (r: number) => number {
    const { inputs } = this.#learner.pass;
    for (let r = 0; r < numbers.length; r++) inputs.set(source.row(numbers[r], this.#row), r * this.#row.length);
    return (r) => labels[numbers[r]];
  }

  #describe(): Record<string, string> {
    const described = ({ source, labels }: LabelledRows) =>
      `${source.rows} rows with digest ${source.digest()}-${new Digest().add(Uint32Array.from(labels)).hex()}`;
    const { patience: _, ...settings } = this.#settings;
    return {
      widths: this.#classifier.widths.join("-"),
      data: described(this.#rows),
      validation: this.#held === undefined ? "none" : described(this.#held),
      ...describeOptions(settings),
    };
  }
}

/** -sum_c f_c log f_c of the fractions of the classes. */
function entropyOf(labels: ArrayLike<number>, classes: number): number {
  const counts = new Float64Array(classes);
  for (let r = 0; r < labels.length; r++) counts[labels[r]]++;
  return counts.reduce((sum, n) => (n === 0 ? sum : sum - (n / labels.length) * log(n / labels.length)), 0);
}

/** The classifier that did best so far: the one with the fewest errors, the lower loss among equals. */
class BestClassifier {
  /** Its whole state, for checkpoints. */
  readonly arrays: LiveArrays;
  readonly #weights: readonly Float32Array[];
  readonly #biases: readonly Float32Array[];
  /** The epoch of the best classifier, 0 while there is none; its loss and its error rate. */
  readonly #found = new Float64Array(3);

  constructor({ weights, biases }: ForwardPass) {
    this.#weights = weights.map((values) => new Float32Array(values.length));
    this.#biases = biases.map((values) => new Float32Array(values.length));
    this.arrays = new Map<string, CheckpointArray>([
      ["best.found", this.#found],
      ...this.#weights.map((values, l) => [`best.weights.${l}`, values] as const),
      ...this.#biases.map((values, l) => [`best.biases.${l}`, values] as const),
    ]);
  }

  get epoch(): number {
    return this.#found[0];
  }

  /** Copies weights and biases if they are better. */
  offer({ loss, errorRate }: ClassifierScore, epoch: number, { weights, biases }: ForwardPass): void {
    const [found, leastLoss, fewest] = this.#found;
    if (found > 0 && (errorRate > fewest || (errorRate === fewest && loss >= leastLoss))) return;
    this.#found.set([epoch, loss, errorRate]);
    weights.forEach((values, l) => {
      this.#weights[l].set(values);
    });
    biases.forEach((values, l) => {
      this.#biases[l].set(values);
    });
  }

  /** Writes its weights and biases to a classifier. */
  store({ layers }: Classifier): void {
    layers.forEach(({ weights, bias }, l) => {
      weights.values.set(this.#weights[l]);
      bias.set(this.#biases[l]);
    });
  }
}
