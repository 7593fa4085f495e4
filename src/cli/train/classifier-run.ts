import { ArgumentError } from "../../errors.js";
import type { MakeWorkspace } from "../../kernels/index.js";
import type { Classifier } from "../../models/index.js";
import { writeFileAtomic } from "../../node/index.js";
import { encodeClassifier, type Json } from "../../storage/index.js";
import { type FineTuneReport, fineTune, type Scheduled } from "../../training/index.js";
import type { GreySet } from "../io/grey-set.js";
import { warn } from "../io/output.js";
import { asTrainingData, readingOf } from "../io/reading.js";
import type { TrainedModel } from "../io/trained-model.js";
import { classNumbers, percent } from "./classes.js";
import type { ClassifierOptions } from "./classifier-options.js";
import { earlierRates, type KeptTraining, withRate } from "./training-file.js";
import { type TrainingStep, time } from "./training-log.js";
import { batchOf, describeRate, fallingRate } from "./training-options.js";
import type { TrainingTask } from "./training-run.js";

/** A fine-tuning that is ready to begin. */
export interface ClassifierPlan {
  readonly options: ClassifierOptions;
  readonly model: TrainedModel<"dbn" | "classifier">;
  readonly learned: GreySet;
  readonly heldOut: GreySet | undefined;
  /** The names of the classes. */
  readonly names: readonly string[];
  /** Where checkpoints go. */
  readonly file: string;
  readonly resumed: KeptTraining | undefined;
}

/** The fine-tuning of a classifier as `runTraining` takes it. */
export function classifierTask(plan: ClassifierPlan): TrainingTask {
  const { options, learned, file, resumed } = plan;
  const { epochs, from, out, json } = options;
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const warnings: string[] = [];
  /** The classifier of the last epoch, and at the end the one that did best. */
  let classifier: Classifier | undefined;
  return {
    options,
    file,
    resumed,
    asked: { epochs, init: resumed?.run.init ?? from, earlier: earlierOf(plan) },
    log: {
      get seconds() {
        return seconds();
      },
      warnings,
      clear: () => undefined,
    },
    async *steps(workspace, signal) {
      const tuning = tune(plan, workspace, signal);
      let errors = 0;
      let step = await tuning.next();
      for (; !step.done; step = await tuning.next()) {
        const report = step.value;
        errors = report.training.errorRate;
        classifier = report.classifier();
        yield stepOf(report, () => {
          if (!json) process.stdout.write(`${lineOf(report, epochs, seconds())}\n`);
        });
      }
      classifier = step.value;
      // Only the last epoch counts: the first ones may well be no better.
      const warning = hardlyBetter(plan, errors);
      if (warning !== undefined) warnings.push(warning);
      warn(json, warning);
    },
    async save(done) {
      if (classifier === undefined) return;
      const { shape } = learned;
      const notes = classifierSettings(plan, done);
      await writeFileAtomic(out, encodeClassifier(classifier, { precision: "single", shape, notes }));
    },
  };
}

function tune(
  { options, model, learned, heldOut, names, resumed }: ClassifierPlan,
  workspace: MakeWorkspace,
  signal: AbortSignal,
) {
  const { epochs, batch, momentum, l2, dropout, patience, seed } = options;
  const labelled = (set: GreySet) => ({
    data: asTrainingData(set, model.visible, readingOf(model)),
    labels: requireLabels(set, names),
  });
  const { data, labels } = labelled(learned);
  const rate = rateOf(options);
  return fineTune(model.model === "dbn" ? model.net : model.classifier, data, labels, {
    classes: names.length,
    epochs,
    batch,
    rate,
    momentum,
    l2,
    dropout: dropout === undefined ? undefined : { hidden: dropout },
    // What the random weights of a new output layer send back would move the layers below for nothing.
    outputFirst: model.model === "dbn" ? 1 : 0,
    validation: heldOut && labelled(heldOut),
    patience,
    seed,
    resume: resumed && withRate(resumed.checkpoint, describeRate(rate)),
    workspace,
    signal,
  });
}

/** The rate over all epochs. */
export function rateOf({ rate, finalRate, epochs }: ClassifierOptions): Scheduled {
  return fallingRate(rate, finalRate, epochs);
}

function earlierOf({ options, resumed }: ClassifierPlan) {
  return earlierRates(resumed, describeRate(rateOf(options)));
}

function stepOf(report: FineTuneReport, show: () => void): TrainingStep {
  const { epoch, training, validation } = report;
  return {
    epochs: epoch,
    entry: { epoch, trainingErrors: training.errorRate, heldOutErrors: validation?.errorRate },
    warnings: [],
    checkpoint: () => report.checkpoint(),
    show,
  };
}

/** Errors this near to those of one class for all images say that nothing was learned. */
const HARDLY = 0.95;

/** A warning where a classifier with so many errors does hardly better than one class for all images. */
function hardlyBetter({ model, learned, names, options }: ClassifierPlan, errors: number): string | undefined {
  const counts = new Uint32Array(names.length);
  for (const label of requireLabels(learned, names)) counts[label]++;
  const guessed = 1 - Math.max(...counts) / learned.count;
  if (errors <= HARDLY * guessed) return undefined;
  const below = model.model === "dbn" ? `train ${options.from} for more epochs, or this` : "train";
  return (
    `the errors are ${percent(errors)} % of the images, and one class for all of them would have ${percent(guessed)} %; ` +
    `${below} with more --epochs or a smaller --batch`
  );
}

/** The class of every image; refuses images without. */
export function requireLabels(set: GreySet, names: readonly string[]): Uint32Array {
  const labels = classNumbers(set, names);
  if (labels !== undefined) return labels;
  throw new ArgumentError(`engram train classifier needs to know classes, but ${set.name} has no labels`);
}

/** How a classifier was trained, as its file tells. */
export function classifierSettings(plan: ClassifierPlan, epochs: number) {
  const { options, model, learned, heldOut, names } = plan;
  const { from, data, split, invert, batch, rate, finalRate, momentum, l2, dropout, seed } = options;
  const settings: { [key: string]: Json | undefined } = {
    from,
    data,
    split,
    images: learned.count,
    heldOut: heldOut?.count ?? 0,
    invert: invert ?? model.notes?.invert,
    ...readingOf(model),
    classes: [...names],
    epochs,
    batch: batchOf(learned.count, batch),
    rate,
    finalRate,
    earlier: earlierOf(plan),
    momentum,
    l2,
    dropout,
    seed,
  };
  return settings;
}

function lineOf({ epoch, training, validation }: FineTuneReport, epochs: number, seconds: number): string {
  const held = validation === undefined ? "" : `, ${percent(validation.errorRate)} % of those kept apart`;
  return `${`${epoch}/${epochs}`.padStart(9)}  ${time(seconds).padStart(9)}  errors: ${percent(training.errorRate)} % of the images${held}`;
}
