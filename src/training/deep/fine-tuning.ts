import { EngramError } from "../../errors.js";
import { buildFitting, type Workspace } from "../../kernels/index.js";
import { Random } from "../../math/random.js";
import type { Classifier } from "../../models/index.js";
import { restoreCheckpointOf, takeCheckpointOf } from "../checkpoint-of.js";
import type { SavedCheckpoint, TrainingCheckpoint } from "../rbm/checkpoint.js";
import type { LiveArrays } from "../rbm/method.js";
import { BackPropagation, type BatchLoss } from "./back-propagation.js";
import { BestClassifier, type ClassifierScore } from "./best-classifier.js";
import type { FineTuneSettings, LabelledRows } from "./fine-tune-options.js";

/** Streams of the seed; that of the output layer is 0. */
const STREAMS = { order: 1, dropout: 2 };

const KIND = { kind: "fine-tuning 1", name: "a fine-tuning" };

/** One fine-tuning of one classifier, a batch at a time. */
export class FineTuning {
  readonly #classifier: Classifier;
  readonly #settings: FineTuneSettings;
  readonly #workspace: Workspace;
  readonly #learner: BackPropagation;
  readonly #random: Random;
  readonly #row: Float64Array;
  readonly #best: BestClassifier | undefined;
  readonly #arrays: LiveArrays;
  readonly #describe: () => Readonly<Record<string, string>>;
  #description: Readonly<Record<string, string>> | undefined;
  /** Epochs that are over, and updates in all. */
  readonly #progress = new Float64Array(2);

  /**
   * @param describe tells what must be the same for a checkpoint to be resumed; called when there is one
   * @param keepsBest whether there are scores to choose by
   */
  constructor(
    classifier: Classifier,
    settings: FineTuneSettings,
    { describe, keepsBest }: { describe: () => Readonly<Record<string, string>>; keepsBest: boolean },
  ) {
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
    this.#describe = describe;
    this.#best = keepsBest ? new BestClassifier(built.pass) : undefined;
    const named = (name: string, all: readonly Float32Array[]) => all.map((one, l) => [`${name}.${l}`, one] as const);
    this.#arrays = new Map<string, Float64Array | Float32Array | Uint32Array>([
      ["progress", this.#progress],
      ...named("weights", built.pass.weights),
      ...named("biases", built.pass.biases),
      ...named("velocity.weights", built.weightVelocities),
      ...named("velocity.biases", built.biasVelocities),
      ...(this.#best?.arrays ?? []),
    ]);
    built.pass.load(classifier.layers);
  }

  /** Epochs that are over. */
  get epoch(): number {
    return this.#progress[0];
  }

  get updates(): number {
    return this.#progress[1];
  }

  /** Whether it has been too long without a better score. */
  get isStale(): boolean {
    const best = this.#best?.epoch ?? 0;
    return best > 0 && this.epoch - best >= this.#settings.patience;
  }

  /** Goes on from a checkpoint. */
  resume(saved: SavedCheckpoint): void {
    restoreCheckpointOf(KIND, saved, this.#arrays, this.#settled());
    this.#learner.pass.store(this.#classifier.layers);
  }

  checkpoint(): TrainingCheckpoint {
    return takeCheckpointOf(KIND, this.#arrays, this.#settled());
  }

  /** Learns from all rows once, batch by batch; the value at the end is how it did on the way. */
  *learn(rows: LabelledRows): Generator<void, ClassifierScore> {
    const { epoch } = this;
    const { batch, rate, momentum, l2, outputFirst } = this.#settings;
    const count = rows.source.rows;
    const order = this.#random.fork(STREAMS.order).fork(epoch).permutation(new Uint32Array(count));
    const lowest = epoch < outputFirst ? this.#learner.pass.weights.length - 1 : 0;
    let [loss, errors] = [0, 0];
    for (let first = 0; first < count; first += batch) {
      const at = epoch + first / count;
      const part = order.subarray(first, first + batch);
      const told = this.#learner.evaluate(part.length, this.#fill(rows, part), this.updates);
      this.#requireFinite(told, epoch, rate.at(at));
      this.#learner.descend({ rate: rate.at(at), momentum: momentum.at(at), l2 }, lowest);
      this.#progress[1]++;
      loss += told.loss;
      errors += told.errors;
      yield;
    }
    this.#progress[0]++;
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
  store(): void {
    const { weights, biases } = this.#learner.pass;
    const finite = [...weights, ...biases].every((values) => values.every(Number.isFinite));
    const last = this.epoch - 1;
    if (!finite) throw diverged(last, this.#settings.rate.at(last));
    this.#learner.pass.store(this.#classifier.layers);
  }

  /** Remembers the classifier as it is where this score is the best so far. */
  offer(score: ClassifierScore): void {
    this.#best?.offer(score, this.epoch, this.#learner.pass);
  }

  /** The classifier that is the result so far: the best one, or, without scores, that of the last epoch. */
  result(): Classifier {
    const result = this.#classifier.copy();
    if (this.#best !== undefined && this.#best.epoch > 0) this.#best.store(result);
    return result;
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

  #settled(): Readonly<Record<string, string>> {
    this.#description ??= this.#describe();
    return this.#description;
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
