import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/random.js";
import { type Made, type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import { optimiserOption } from "../../training/optimisers/index.js";
import {
  describeMade,
  describeOptions,
  type Status,
  splitOptions,
  type TrainingCommon,
  type TrainingKind,
  type TrainingReport,
} from "../../training/training.js";
import type { Values } from "../tape/kernels.js";
import { multiply, softplus, subtract } from "../tape/operations/elementwise.js";
import { sum } from "../tape/operations/rows.js";
import type { Shape, Tensor } from "../tape/tensor.js";
import type { Sequences, SequenceTask } from "../tasks/task.js";
import { tapeOptions } from "../training/options.js";
import { type Batch, type TapeLearning, TapeStage } from "../training/tape-stage.js";
import { addScore, meanScore, SequenceMachine, type SequenceScore } from "./sequence-machine.js";

/** The options of learning a task on sequences that are plain data. */
export const sequenceTrainingOptions = {
  ...tapeOptions,
  epochs: { ...tapeOptions.epochs, help: "number of epochs, each of fresh sequences" },
  sequences: {
    type: "integer",
    low: 1,
    default: 1000,
    help: "number of sequences of an epoch, rounded up to whole batches",
  },
  batch: { ...tapeOptions.batch, default: 2, help: "number of sequences of an update, all of one length" },
  rate: { ...tapeOptions.rate, default: 0.003 },
  // Gradients through time come in bursts, which a mean over a thousand updates would remember for too long.
  optimiser: { ...optimiserOption(0.9, { beta2: 0.99 }), default: "adam" },
  clip: { ...tapeOptions.clip, default: 10 },
} as const;

/** Options of the training of a machine for sequences. */
export interface SequenceTraining extends OptionsOf<typeof sequenceTrainingOptions>, TrainingCommon<SequenceMachine> {}

/** State of such a training. */
export interface SequenceReport extends TrainingReport {
  /** Norm of the gradient of the last update, before it was clipped. */
  readonly gradientNorm: number;
  /** Of the sequences of this epoch, while the parameters changed. */
  readonly training: SequenceScore;
}

/** Streams of the seed; 0 is that of the initial parameters. */
const TASK = 1;

/** Programs are traced for at most this number of lengths; a shorter sequence is followed by steps that do not count. */
const LENGTHS = 10;

/**
 * Learning of a task on sequences by gradients through time, on the mean over the bits that count of -log p(bit). Every update
 * draws fresh sequences of one length, those of update s from a stream of the seed with this number.
 */
export const sequenceTraining: TrainingKind<SequenceMachine, SequenceTask, SequenceTraining, SequenceReport> = {
  name: "sequence machine",
  title: "a machine for sequences",
  reference: "Graves, Wayne and Danihelka 2014",
  options: sequenceTrainingOptions,
  trains: (model): model is SequenceMachine => model instanceof SequenceMachine,
  plan(machine, task, options) {
    const { data, run } = splitOptions<SequenceMachine, SequenceTraining>(machine, options);
    requireTask(machine, task);
    const settings = readOptions("the training of a machine for sequences", sequenceTrainingOptions, data);
    const sequences = Math.ceil(settings.sequences / settings.batch) * settings.batch;
    return {
      stages: 1,
      start: () => new TapeStage(new SequenceLearning(machine, task, settings), settings, sequences, undefined, run),
    };
  },
};

/** Throws unless a machine can be asked a task. */
export function requireTask({ inputs, outputs, machine }: SequenceMachine, task: SequenceTask): void {
  if (typeof task?.draw !== "function") throw new ArgumentError("data is not a task; expected one such as copy()");
  if (task.inputs !== inputs || task.outputs !== outputs) {
    throw new ArgumentError(
      `the task has ${task.inputs} inputs and ${task.outputs} outputs but the machine has ${inputs} and ${outputs}`,
    );
  }
  if (machine.rows !== undefined && task.holds > machine.rows) {
    throw new ArgumentError(
      `the task asks to hold ${task.holds} vectors but the memory has ${machine.rows} rows; take shorter sequences or more rows`,
    );
  }
}

class SequenceLearning implements TapeLearning<SequenceReport> {
  readonly kind = "sequence machine 1";
  readonly parameters: object;
  readonly inputs: readonly { readonly [name: string]: Shape }[];
  /** Sums of losses, wrong bits and bits; number of sequences. */
  readonly sums = new Float64Array(4);
  readonly #machine: SequenceMachine;
  readonly #task: SequenceTask;
  readonly #settings: ResolvedOptions<typeof sequenceTrainingOptions>;
  readonly #random: Random;
  readonly #lengths: readonly number[];
  #drawn: Sequences | undefined;

  constructor(machine: SequenceMachine, task: SequenceTask, settings: ResolvedOptions<typeof sequenceTrainingOptions>) {
    this.parameters = machine.parameters;
    this.#machine = machine;
    this.#task = task;
    this.#settings = settings;
    this.#random = new Random(settings.seed).fork(TASK);
    const [least, most] = task.steps;
    const lengths = Array.from({ length: LENGTHS }, (_, k) => least + Math.ceil(((most - least) * k) / (LENGTHS - 1)));
    this.#lengths = [...new Set(lengths)];
    const { batch } = settings;
    const answers = (length: number) => [length, batch, machine.outputs];
    this.inputs = this.#lengths.map((length) => ({
      inputs: [length, batch, machine.inputs],
      targets: answers(length),
      // 1 / (number of bits that count) for each of them.
      shares: answers(length),
    }));
  }

  loss(parameters: object, { inputs, targets, shares }: { readonly [name: string]: Tensor }) {
    const outputs = this.#machine.trace(parameters, inputs);
    // -log p = log(1 + e^x) - bit x for p(1) = sigmoid(x).
    const losses = subtract(softplus(outputs), multiply(outputs, targets));
    return { loss: sum(multiply(losses, shares)), outputs };
  }

  shapesOf({ update }: Batch): number {
    const drawn = this.#task.draw(this.#random.fork(update), this.#settings.batch);
    this.#drawn = drawn;
    return this.#lengths.findIndex((length) => length >= drawn.steps);
  }

  load(arrays: { readonly [name: string]: Values }): void {
    const { inputs, targets, counts } = this.#drawn as Sequences;
    const share = 1 / counts.reduce((total, count) => total + count, 0);
    arrays.inputs.fill(0).set(inputs);
    arrays.targets.fill(0).set(targets);
    arrays.shares.fill(0).set(counts.map((count) => share * count));
  }

  learned({ outputs }: { readonly [name: string]: Values }): void {
    const { batch, targets, counts } = this.#drawn as Sequences;
    addScore(this.sums, outputs, targets, counts);
    this.sums[3] += batch;
  }

  status(): Omit<Status<SequenceReport>, "rate" | "gradientNorm"> {
    return { training: meanScore(this.sums, this.sums[3]) };
  }

  settings(): Record<string, string> {
    const { machine, inputs, outputs } = this.#machine;
    return {
      model: `${inputs}-${outputs} ${describeMade(machine)}`,
      task: "name" in this.#task ? describeMade(this.#task as SequenceTask & Made) : "a task of one's own",
      ...describeOptions(this.#settings),
    };
  }
}
