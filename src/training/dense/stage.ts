import { buildFitting, type Workspace } from "../../kernels/index.js";
import { Digest } from "../../math/digest.js";
import { log } from "../../math/elementary.js";
import { Random } from "../../math/random.js";
import { allFinite } from "../../math/vector.js";
import { GapPass } from "../../models/dense/gap-pass.js";
import type { DenseClassifier } from "../../models/index.js";
import type { CheckpointArray, LiveArrays } from "../checkpoint.js";
import type { ClassifierScore, LabelledRows } from "../deep/classifier-options.js";
import { Epochs } from "../epochs.js";
import { valueAt } from "../schedules/index.js";
import { describeOptions, diverged, type StageOptions, type Status, type TrainingStage } from "../training.js";
import { denseLoss } from "./loss.js";
import { MemorySteps } from "./memory-steps.js";
import type { DenseReport, DenseSettings } from "./options.js";

/** Stream of the seed for the order of the rows. */
const ORDER = 1;

/** The training of one dense classifier, one batch at a time. */
export class DenseStage implements TrainingStage<DenseReport> {
  readonly kind = "dense-classifier 1";
  readonly arrays: LiveArrays;
  readonly epochs: Epochs;
  readonly seed: number;
  readonly reportEvery: number;
  readonly monitors: TrainingStage<DenseReport>["monitors"];
  readonly #classifier: DenseClassifier;
  readonly #rows: LabelledRows;
  readonly #held: LabelledRows | undefined;
  readonly #settings: DenseSettings;
  readonly #workspace: Workspace;
  readonly #pass: GapPass;
  readonly #steps: MemorySteps;
  readonly #row: Float64Array;
  /** Sum of losses, number of errors and number of rows of the current epoch, or of the one just completed. */
  readonly #sums = new Float64Array(3);
  #score: ClassifierScore | undefined;
  #description: Record<string, string> | undefined;

  constructor(
    classifier: DenseClassifier,
    rows: LabelledRows,
    held: LabelledRows | undefined,
    settings: DenseSettings,
    { workspace: make, reportEvery, monitors }: StageOptions,
  ) {
    const { pixels, classes, memories, power, form } = classifier;
    const sizes = { pixels, classes, memories: memories.rows, power, form };
    const { workspace, built } = buildFitting(make, (room) => {
      const pass = new GapPass(room, sizes, settings.batch);
      return { pass, steps: new MemorySteps(room, pass.memories) };
    });
    this.seed = settings.seed;
    this.reportEvery = reportEvery;
    this.monitors = monitors;
    this.epochs = new Epochs(rows.source.rows, settings.batch, new Random(settings.seed).fork(ORDER));
    this.#classifier = classifier;
    this.#rows = rows;
    this.#held = held;
    this.#settings = settings;
    this.#workspace = workspace;
    this.#pass = built.pass;
    this.#steps = built.steps;
    this.#row = new Float64Array(pixels);
    this.arrays = new Map<string, CheckpointArray>([
      ["progress", this.epochs.progress],
      ["sums", this.#sums],
      ["memories", built.pass.memories],
      ["velocity", built.steps.velocity],
      ["scale", built.steps.scale],
    ]);
  }

  get isOver(): boolean {
    return this.epochs.epoch >= this.#settings.epochs;
  }

  /** The temperature at this point of its schedule. */
  get #temperature(): number {
    return valueAt(this.#settings.temperature, this.epochs.at);
  }

  settings(): Record<string, string> {
    this.#description ??= this.#describe();
    return this.#description;
  }

  begin(): void {
    this.#pass.load(this.#classifier.memories);
  }

  restore(): void {
    this.#write();
  }

  update(): boolean {
    const { epochs } = this;
    const { momentum, errorPower } = this.#settings;
    const { memories, classes, power } = this.#classifier;
    const [rate, temperature, rows] = [valueAt(this.#settings.rate, epochs.at), this.#temperature, epochs.rows];
    if (epochs.progress[1] === 0) this.#sums.fill(0);
    const gaps = this.#run(this.#rows, rows, temperature);
    const classOf = (r: number) => this.#rows.labels[rows[r]];
    const { loss, errors, logScale } = denseLoss(gaps, rows.length, classes, classOf, errorPower, this.#pass.weights);
    if (!Number.isFinite(loss)) throw diverged("gaps are", epochs.epoch + 1, rate);
    this.#pass.memoryGradient(rows.length, this.#steps.gradient);
    this.#steps.step(memories.rows, logScale + log(power / temperature), { rate, momentum });
    this.#sums[0] += loss;
    this.#sums[1] += errors;
    this.#sums[2] += rows.length;
    return epochs.advance();
  }

  /** Scores the classifier on the validation rows, batch by batch. */
  *measure(): Generator<void, void> {
    if (this.#held === undefined) return;
    const { batch, errorPower } = this.#settings;
    const { source, labels } = this.#held;
    const order = Uint32Array.from({ length: source.rows }, (_, r) => r);
    let [loss, errors] = [0, 0];
    for (let first = 0; first < order.length; first += batch) {
      const part = order.subarray(first, first + batch);
      const gaps = this.#run(this.#held, part, this.#temperature);
      const classOf = (r: number) => labels[part[r]];
      const { classes } = this.#classifier;
      const found = denseLoss(gaps, part.length, classes, classOf, errorPower, this.#pass.weights);
      loss += found.loss;
      errors += found.errors;
      yield;
    }
    this.#score = { loss: loss / order.length, errorRate: errors / order.length };
  }

  store(): void {
    const { epoch } = this.epochs;
    if (!allFinite(this.#pass.memories)) {
      throw diverged("memories are", epoch, valueAt(this.#settings.rate, Math.max(0, epoch - 1)));
    }
    this.#write();
  }

  status(over: boolean): Status<DenseReport> {
    const [loss, errors, rows] = this.#sums;
    return {
      rate: valueAt(this.#settings.rate, this.epochs.at),
      temperature: this.#classifier.temperature,
      training: { loss: loss / rows, errorRate: errors / rows },
      validation: over ? this.#score : undefined,
    };
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  #write(): void {
    this.#pass.store(this.#classifier.memories);
    this.#classifier.temperature = this.#temperature;
  }

  /** The gaps of the rows with these numbers. */
  #run({ source }: LabelledRows, numbers: Uint32Array, temperature: number): Float64Array {
    for (let r = 0; r < numbers.length; r++) this.#pass.fill(r, source.row(numbers[r], this.#row));
    return this.#pass.run(numbers.length, temperature);
  }

  #describe(): Record<string, string> {
    const described = ({ source, labels }: LabelledRows) =>
      `${source.rows} rows with digest ${source.digest()}-${new Digest().add(Uint32Array.from(labels)).hex()}`;
    const { pixels, classes, memories, power, form } = this.#classifier;
    return {
      memories: `${memories.rows}`,
      widths: `${pixels}-${classes}`,
      power: `${power}`,
      form,
      data: described(this.#rows),
      ...describeOptions(this.#settings),
    };
  }
}
