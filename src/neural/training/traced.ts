import { requireInteger } from "../../errors.js";
import { Random } from "../../math/random.js";
import { type OptionsOf, readOptions } from "../../options.js";
import { type TrainingRun, trainBy } from "../../training/train.js";
import {
  describeOptions,
  splitOptions,
  type TrainingCommon,
  type TrainingKind,
  type TrainingReport,
} from "../../training/training.js";
import type { Values } from "../tape/kernels.js";
import type { Shape, Tensor } from "../tape/tensor.js";
import { tapeOptions } from "./options.js";
import { type Batch, TapeStage } from "./tape-stage.js";

/** A model of one's own that learns by gradients: parameters, and the loss of a batch as a traced function. */
export interface TracedModel<Parameters = never> {
  /** Its name, in checkpoints. */
  readonly name: string;
  /** A tree of parameters, such as those of layers; the training changes their numbers. */
  readonly parameters: object;
  /** Number of items to learn from; an epoch visits each once. */
  readonly items: number;
  /** The shapes of the inputs for batches of this size. */
  inputs(batch: number): { readonly [name: string]: Shape };
  /** Traces the mean loss of a batch, one number, of the tree of parameters as tensors. */
  loss(parameters: Parameters, inputs: { readonly [name: string]: Tensor }): Tensor;
  /** Sets the inputs to the items with these numbers; the last batch of an epoch may be smaller than the others. */
  load(inputs: { readonly [name: string]: Values }, items: Uint32Array): void;
  /** What must be the same for a checkpoint to be resumed, such as sizes and a digest of the data. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** Options of the training of a model of one's own. */
export interface TracedTraining extends OptionsOf<typeof tapeOptions>, TrainingCommon<TracedModel> {}

/** State of such a training. */
export interface TracedReport extends TrainingReport {
  /** Mean loss of this epoch so far, while the parameters changed. */
  readonly loss: number;
  /** Norm of the gradient of the last update, before it was clipped. */
  readonly gradientNorm: number;
}

/** Learning of a model of one's own by mini-batch gradient descent. */
export const tracedTraining: TrainingKind<TracedModel, undefined, TracedTraining, TracedReport> = {
  name: "traced",
  title: "a traced model",
  reference: "Rumelhart, Hinton and Williams 1986",
  options: tapeOptions,
  trains: (model): model is TracedModel => typeof model === "object" && model !== null && "loss" in model,
  plan(model, _, options) {
    const { data, run } = splitOptions<TracedModel, TracedTraining>(model, options);
    requireInteger("items", model.items, 1);
    const read = readOptions(`the training of ${model.name}`, tapeOptions, data);
    const settings = { ...read, batch: Math.min(read.batch, model.items) };
    return {
      stages: 1,
      start() {
        // Sum of the losses of items, number of items.
        const sums = new Float64Array(2);
        const learning = {
          kind: `traced ${model.name} 1`,
          parameters: model.parameters,
          inputs: model.inputs(settings.batch),
          loss: (parameters: never, inputs: { readonly [name: string]: Tensor }) => ({
            loss: model.loss(parameters, inputs),
          }),
          load: (inputs: { readonly [name: string]: Values }, { items }: Batch) => model.load(inputs, items),
          learned({ loss }: { readonly [name: string]: Values }, { items }: Batch) {
            sums[0] += loss[0] * items.length;
            sums[1] += items.length;
          },
          sums,
          status: () => ({ loss: sums[0] / sums[1] }),
          settings: () => ({ ...model.settings, items: String(model.items), ...describeOptions(settings) }),
        };
        const order = new Random(settings.seed).fork(1);
        return new TapeStage<TracedReport>(learning, settings, model.items, order, run);
      },
    };
  },
};

/**
 * Trains a model of one's own, built from layers and operations of engram/neural, as `train` trains the others: reports,
 * checkpoints, resuming to the same bits, any number of threads.
 *
 * ```ts
 * const layer = new AssociationLookup(4, { quantity: 8 });
 * const model = {
 *   name: "my lookup", parameters: layer.parameters, items: cues.count,
 *   inputs: (batch: number) => ({ states: [batch, 1, 4], targets: [batch, 1, 4] }),
 *   loss: (p: AssociationLookupParameters<Tensor>, { states, targets }) =>
 *     mean(square(subtract(layer.trace(p, { states }).states, targets))),
 *   load: (arrays, items) => { ... },
 * };
 * for await (const { epoch, loss } of trainTraced(model, { epochs: 20 })) console.log(epoch, loss);
 * ```
 *
 * @throws as `train`
 */
export function trainTraced<Parameters>(
  model: TracedModel<Parameters>,
  options: TracedTraining,
): TrainingRun<TracedReport> {
  return trainBy(tracedTraining, model as TracedModel, undefined, options);
}
