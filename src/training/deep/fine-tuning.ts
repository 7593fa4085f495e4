import { EngramError } from "../../errors.js";
import { buildFitting, type Workspace } from "../../kernels/index.js";
import { Random } from "../../math/random.js";
import type { Classifier } from "../../models/index.js";
import type { DataSource } from "../rbm/data.js";
import { BackPropagation, type BatchLoss } from "./back-propagation.js";
import type { FineTuneSettings } from "./fine-tune-options.js";

/** Rows with their classes, checked. */
export interface LabelledRows {
  readonly source: DataSource;
  readonly labels: ArrayLike<number>;
}

/** How well a classifier does on some rows. */
export interface ClassifierScore {
  /** Mean of -log p(c | x), nats. */
  readonly loss: number;
  /** The part of the rows whose most probable class is another one. */
  readonly errorRate: number;
}

/** Streams of the seed; that of the output layer is 0. */
const STREAMS = { order: 1, dropout: 2 };

/** One fine-tuning of one classifier, a batch at a time. */
export class FineTuning {
  readonly #classifier: Classifier;
  readonly #settings: FineTuneSettings;
  readonly #workspace: Workspace;
  readonly #learner: BackPropagation;
  readonly #random: Random;
  readonly #row: Float64Array;
  #updates = 0;

  constructor(classifier: Classifier, settings: FineTuneSettings) {
    const random = new Random(settings.seed);
    const { batch, dropout } = settings;
    const { workspace, built } = buildFitting(
      settings.workspace,
      (room) =>
        new BackPropagation(room, classifier.widths, { rows: batch, dropout, random: random.fork(STREAMS.dropout) }),
    );
    this.#classifier = classifier;
    this.#settings = settings;
    this.#workspace = workspace;
    this.#learner = built;
    this.#random = random;
    this.#row = new Float64Array(classifier.inputs);
    built.pass.load(classifier.layers);
  }

  get updates(): number {
    return this.#updates;
  }

  /** Learns from all rows once, batch by batch; the value at the end is how it did on the way. */
  *epoch(epoch: number, rows: LabelledRows): Generator<void, ClassifierScore> {
    const { batch, rate, momentum, l2, outputFirst } = this.#settings;
    const count = rows.source.rows;
    const order = this.#random.fork(STREAMS.order).fork(epoch).permutation(new Uint32Array(count));
    const lowest = epoch < outputFirst ? this.#learner.pass.weights.length - 1 : 0;
    let [loss, errors] = [0, 0];
    for (let first = 0; first < count; first += batch) {
      const at = epoch + first / count;
      const part = order.subarray(first, first + batch);
      const told = this.#learner.evaluate(part.length, this.#fill(rows, part), this.#updates);
      this.#requireFinite(told, epoch, rate.at(at));
      this.#learner.descend({ rate: rate.at(at), momentum: momentum.at(at), l2 }, lowest);
      this.#updates++;
      loss += told.loss;
      errors += told.errors;
      yield;
    }
    return { loss: loss / count, errorRate: errors / count };
  }

  /** How the classifier does on rows as it is, with nothing left out, batch by batch. */
  *score(rows: LabelledRows): Generator<void, ClassifierScore> {
    const { batch } = this.#settings;
    const count = rows.source.rows;
    const order = Uint32Array.from({ length: count }, (_, r) => r);
    let [loss, errors] = [0, 0];
    for (let first = 0; first < count; first += batch) {
      const part = order.subarray(first, first + batch);
      const told = this.#learner.score(part.length, this.#fill(rows, part));
      loss += told.loss;
      errors += told.errors;
      yield;
    }
    return { loss: loss / count, errorRate: errors / count };
  }

  /** Writes weights and biases to the classifier, once they are known to be finite. */
  store(epoch: number): void {
    const { weights, biases } = this.#learner.pass;
    for (const values of [...weights, ...biases]) {
      if (!values.every(Number.isFinite)) throw diverged(epoch, this.#settings.rate.at(epoch));
    }
    this.#learner.pass.store(this.#classifier.layers);
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

  #requireFinite({ loss }: BatchLoss, epoch: number, rate: number): void {
    if (!Number.isFinite(loss)) throw diverged(epoch, rate);
  }
}

function diverged(epoch: number, rate: number): EngramError {
  return new EngramError(
    `fine-tuning diverged in epoch ${epoch + 1}: weights are no longer finite; try a rate below ${rate}; ` +
      "the last report has the last good classifier",
  );
}
