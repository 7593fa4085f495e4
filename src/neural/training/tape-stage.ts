import type { DivergenceError } from "../../errors.js";
import { buildFitting, type Workspace } from "../../kernels/index.js";
import type { Random } from "../../math/random.js";
import { allFinite, norm } from "../../math/vector.js";
import type { CheckpointArray, LiveArrays } from "../../training/checkpoint.js";
import { Epochs } from "../../training/epochs.js";
import type { Optimiser, Steps } from "../../training/optimisers/index.js";
import { type Scheduled, valueAt } from "../../training/schedules/index.js";
import {
  diverged,
  type StageOptions,
  type Status,
  type TrainingReport,
  type TrainingStage,
} from "../../training/training.js";
import { type Shapes, shapesOf } from "../model-program.js";
import { isParameter, type Parameter } from "../parameters.js";
import { gradient, isTensor } from "../tape/gradient.js";
import { tensorKernels, type Values } from "../tape/kernels.js";
import { negate } from "../tape/operations/elementwise.js";
import { programOf, trace } from "../tape/program.js";
import type { Tensor } from "../tape/tensor.js";
import { leaves } from "../tree.js";

/** The items of an update. */
export interface Batch {
  /** Their numbers within the epoch. */
  readonly items: Uint32Array;
  /** The number of the update from the start of the training, for batches that are drawn afresh. */
  readonly update: number;
}

/** What is learned by gradients of a traced loss, batch by batch. */
export interface TapeLearning<Report extends TrainingReport> {
  /** The kind of training, with the version of its checkpoints. */
  readonly kind: string;
  /** The tree of parameters, which are set at every report. */
  readonly parameters: object;
  /**
   * Inputs of a batch by their names: one set of shapes for all batches, or several, such as one for each length of a
   * sequence.
   */
  readonly inputs: Shapes | readonly Shapes[];
  /** Traces the mean loss of a batch. */
  loss(
    parameters: never,
    inputs: { readonly [name: string]: Tensor },
  ): { readonly loss: Tensor; readonly [name: string]: Tensor };
  /** The number of the set of shapes that a batch takes; defaults to the first. */
  shapesOf?(batch: Batch): number;
  /** Sets the inputs to a batch. */
  load(inputs: { readonly [name: string]: Values }, batch: Batch): void;
  /** Takes down the results of a batch. */
  learned(results: { readonly [name: string]: Values }, batch: Batch): void;
  /** Sums of the epoch that a checkpoint keeps, set to 0 at its start. */
  readonly sums: Float64Array;
  /** What a report adds, at the end of an epoch if `over`. */
  status(over: boolean): Omit<Status<Report>, "rate" | "gradientNorm">;
  /** Long measurements at the end of an epoch, in slices. */
  measure?(): Generator<void, void>;
  /** The settings that must be the same for a checkpoint to be resumed. */
  settings(): Record<string, string>;
}

/** The options of learning by gradients. */
export interface TapeSettings {
  readonly epochs: number;
  readonly batch: number;
  readonly rate: Scheduled;
  readonly optimiser: Optimiser;
  readonly l2: number;
  /** The largest norm of the gradient of all parameters; larger ones are scaled to it. */
  readonly clip: number;
  readonly seed: number;
}

type Named = { readonly [name: string]: Values };
type Results = { readonly slopes: readonly Float32Array[] } & Named;

/** The program of one set of shapes. */
interface Learner {
  readonly inputs: Named;
  readonly results: Results;
  run(): void;
  firstNotFinite(): { readonly operation: string; readonly at: number } | undefined;
}

/** An array of parameters with its gradient and the steps along it. */
interface Learned {
  readonly name: string;
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly steps: Steps;
}

/** A training by gradients of a traced loss, one batch at a time. */
export class TapeStage<Report extends TrainingReport> implements TrainingStage<Report> {
  readonly kind: string;
  readonly arrays: LiveArrays;
  readonly epochs: Epochs;
  readonly seed: number;
  readonly reportEvery: number;
  readonly monitors: TrainingStage<Report>["monitors"];
  readonly #learning: TapeLearning<Report>;
  readonly #settings: TapeSettings;
  readonly #workspace: Workspace;
  /** One for each set of shapes. */
  readonly #programs: readonly Learner[];
  readonly #learned: readonly Learned[];
  #description: Record<string, string> | undefined;
  #norm = Number.NaN;

  /**
   * @param items number of items of an epoch, each of which is in one batch
   * @param order draws the order of each epoch; if it is undefined, items stay in order
   */
  constructor(
    learning: TapeLearning<Report>,
    settings: TapeSettings,
    items: number,
    order: Random | undefined,
    { workspace: make, reportEvery, monitors }: StageOptions,
  ) {
    this.kind = learning.kind;
    this.seed = settings.seed;
    this.reportEvery = reportEvery;
    this.monitors = monitors;
    this.epochs = new Epochs(items, settings.batch, order);
    this.#learning = learning;
    this.#settings = settings;
    const parameters = shapesOf(learning.parameters);
    const traced = setsOf(learning.inputs).map((inputs) =>
      trace({ parameters, inputs }, (tensors) => {
        const { loss, ...others } = learning.loss(tensors.parameters as never, tensors.inputs);
        const own = [...leaves<Tensor>(tensors.parameters, isTensor).values()];
        // Optimisers ascend.
        return { loss, ...others, slopes: gradient(negate(loss), own) };
      }),
    );
    const { workspace, built } = buildFitting(make, (room) => {
      const learned = Array.from(leaves(learning.parameters, isParameter), ([name, { values: given }]): Learned => {
        const [values, slopes] = [room.float32(given.length), room.float32(given.length)];
        const own = { values, gradient: slopes, workspace: room };
        return { name, values, gradient: slopes, steps: settings.optimiser.start(own) };
      });
      const arrays = new Map(learned.map(({ name, values }) => [`parameters.${name}`, values]));
      // Programs run one at a time.
      const shared = {
        arena: room.float32(Math.max(...traced.map(({ plan }) => plan.length))),
        inputs: arrays,
      };
      const programs = traced.map((own): Learner => {
        const program = programOf(own, tensorKernels(room), shared);
        const { inputs } = program.inputs;
        return { ...program, inputs, results: program.results as unknown as Results };
      });
      return { programs, learned };
    });
    this.#workspace = workspace;
    this.#programs = built.programs;
    this.#learned = built.learned;
    this.arrays = new Map<string, CheckpointArray>([
      ["progress", this.epochs.progress],
      ["sums", learning.sums],
      ...this.#learned.flatMap(({ name, values, steps }): [string, CheckpointArray][] => [
        [`parameters.${name}`, values],
        ...Array.from(steps.state, ([state, array]): [string, CheckpointArray] => [
          `optimiser.${name}.${state}`,
          array,
        ]),
      ]),
    ]);
  }

  get isOver(): boolean {
    return this.epochs.epoch >= this.#settings.epochs;
  }

  settings(): Record<string, string> {
    this.#description ??= this.#learning.settings();
    return this.#description;
  }

  begin(): void {
    const parameters = leaves(this.#learning.parameters, isParameter);
    for (const { name, values } of this.#learned) values.set((parameters.get(name) as Parameter).values);
  }

  restore(): void {
    this.#write();
  }

  update(): boolean {
    const { epochs } = this;
    const { clip, l2 } = this.#settings;
    const batch = { items: epochs.rows, update: epochs.updates };
    if (epochs.progress[1] === 0) this.#learning.sums.fill(0);
    const program = this.#programs[this.#learning.shapesOf?.(batch) ?? 0];
    this.#learning.load(program.inputs, batch);
    program.run();
    this.#learning.learned(program.results, batch);
    this.#learned.forEach(({ gradient: slopes }, k) => {
      slopes.set(program.results.slopes[k]);
    });
    this.#norm = norm(this.#learned.map(({ gradient: slopes }) => norm(slopes)));
    if (!Number.isFinite(this.#norm)) throw this.#diverged(program);
    const scale = this.#norm > clip ? clip / this.#norm : 1;
    for (const { gradient: slopes, steps } of this.#learned) {
      if (scale !== 1) for (let k = 0; k < slopes.length; k++) slopes[k] *= scale;
      steps.step({ rate: this.#rate(), epochs: epochs.at, l2 });
    }
    return epochs.advance();
  }

  *measure(): Generator<void, void> {
    this.#write();
    yield* this.#learning.measure?.() ?? [];
  }

  store(): void {
    const finite = this.#learned.every(({ values }) => allFinite(values));
    if (!finite) throw diverged("parameters are", this.epochs.epoch, this.#rate());
    this.#write();
  }

  status(over: boolean): Status<Report> {
    return {
      rate: this.#rate(),
      gradientNorm: this.#norm,
      ...this.#learning.status(over),
    } as unknown as Status<Report>;
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  /** The error of a batch with a gradient that is not finite: it names the first operation with such a result. */
  #diverged(program: Learner): DivergenceError {
    const found = program.firstNotFinite();
    const from = found && `, from the operation ${found.operation} (number ${found.at}) on`;
    return diverged("gradients are", this.epochs.epoch + 1, this.#rate(), { from });
  }

  #rate(): number {
    return valueAt(this.#settings.rate, this.epochs.at);
  }

  #write(): void {
    const parameters = leaves(this.#learning.parameters, isParameter);
    for (const { name, values } of this.#learned) (parameters.get(name) as Parameter).values.set(values);
  }
}

function setsOf(inputs: Shapes | readonly Shapes[]): readonly Shapes[] {
  return Array.isArray(inputs) ? inputs : [inputs as Shapes];
}
