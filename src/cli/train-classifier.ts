import type { Command } from "commander";
import { ArgumentError } from "../errors.js";
import type { MakeWorkspace } from "../kernels/index.js";
import type { Classifier } from "../models/index.js";
import { findPairs, writeFileAtomic } from "../node/index.js";
import { encodeClassifier, type Json } from "../storage/index.js";
import { type FineTuneReport, fineTune, linearDecay } from "../training/index.js";
import { classNames, classNumbers, describeErrors, errorRate, namesOf } from "./classes.js";
import { type ClassifierOptions, withClassifierOptions } from "./classifier-options.js";
import { dataFolder, type GreySet } from "./grey-set.js";
import { keepApart } from "./held-out.js";
import { newCommand } from "./options.js";
import { count, print } from "./output.js";
import { asTrainingData, meansOf, readFor, readingOf } from "./reading.js";
import { loadTrained, type TrainedModel } from "./trained-model.js";
import { requirePlace } from "./training-file.js";
import { time } from "./training-log.js";
import { batchOf, requireBatch } from "./training-options.js";
import { untilInterrupt } from "./training-run.js";

export function trainClassifierCommand(): Command {
  const command = newCommand(
    "classifier",
    "Fine-tune a deep belief net as a classifier by back-propagation, and write that to a file.",
    "engram train classifier --from digits.dbn.safetensors --data mnist --out digits.classifier.safetensors",
  )
    .requiredOption("--from <model>", "a deep belief net, or a classifier to go on with")
    .requiredOption("--data <name>", "labelled images: glyphs, mnist, or a folder of IDX files or of images");
  return withClassifierOptions(command).action(trainClassifier);
}

/** A fine-tuning that is ready to begin. */
interface Plan {
  readonly options: ClassifierOptions;
  readonly model: TrainedModel<"dbn" | "classifier">;
  readonly learned: GreySet;
  readonly heldOut: GreySet | undefined;
  /** The names of the classes. */
  readonly names: readonly string[];
}

async function trainClassifier(options: ClassifierOptions): Promise<void> {
  const { out, threads, json } = options;
  await requirePlace("--out", out);
  const plan = await prepare(options);
  const tested = await testPart(plan);
  const labels = tested && requireLabels(tested, plan.names);
  const { learned, model, heldOut, names } = plan;
  if (!json) {
    const apart = heldOut === undefined ? "" : `, and ${heldOut.count} kept apart`;
    const images = `${count(learned.count, "image")} of ${names.length} classes from ${learned.name}${apart}`;
    print(false, undefined, () => [images, ""]);
  }
  const begun = performance.now();
  const history: Readonly<Record<string, number | undefined>>[] = [];
  let last: Classifier | undefined;
  const settings = () => settingsOf(plan, history.length);
  const save = (classifier: Classifier) => {
    const { shape } = learned;
    return writeFileAtomic(out, encodeClassifier(classifier, { precision: "single", shape, notes: settings() }));
  };
  const errors = await untilInterrupt(threads, {
    work: async ({ makeWorkspace }, signal) => {
      const classifier = await tune(plan, makeWorkspace, signal, (report) => {
        const { epoch, training, validation } = report;
        last = report.classifier();
        history.push({ epoch, trainingErrors: training.errorRate, heldOutErrors: validation?.errorRate });
        if (!json) process.stdout.write(`${lineOf(report, options.epochs, (performance.now() - begun) / 1000)}\n`);
      });
      await save(classifier);
      if (tested === undefined || labels === undefined) return undefined;
      const values = meansOf(tested, model.visible, readingOf(model), 0, tested.count);
      const data = { rows: tested.count, columns: model.visible.width, values };
      return errorRate(classifier.predict(data, { workspace: makeWorkspace }), labels);
    },
    stopped: async () => {
      if (last === undefined) return new Error("the training was stopped in its first epoch; nothing was written");
      await save(last);
      return new Error(
        `stopped after ${history.length} of ${options.epochs} epochs; ${out} has what was learned so far`,
      );
    },
    failed: async (error) => error,
  });
  const seconds = (performance.now() - begun) / 1000;
  print(json, { file: out, ...settings(), seconds, history, errors }, () => [
    "",
    `Trained for ${count(history.length, "epoch")} in ${time(seconds)}. Wrote ${out}.`,
    ...(errors === undefined ? [] : [`errors on ${tested?.name}: ${describeErrors(errors)}`]),
    ...(errors === undefined ? [`How good it is: engram score ${out} --data ${options.data}`] : []),
  ]);
}

async function prepare(options: ClassifierOptions): Promise<Plan> {
  const { from, heldOut: apart, patience, batch } = options;
  const model = await loadTrained(from, ["dbn", "classifier"]);
  const { learned, heldOut } = keepApart(await readFor(model, options), apart);
  if (patience !== undefined && heldOut === undefined) {
    throw new ArgumentError("--patience goes by held-out images, and there are none; give --held-out, too");
  }
  requireBatch(learned.count, batch);
  const known = model.model === "classifier" ? model.classifier.classes : model.net.classes;
  const names = known > 0 ? namesOf(model, known) : classNames(learned, "engram train classifier");
  return { options, model, learned, heldOut, names };
}

/** The classifier that did best, or, with no images apart, that of the last epoch. */
async function tune(
  { options, model, learned, heldOut, names }: Plan,
  workspace: MakeWorkspace,
  signal: AbortSignal,
  tell: (report: FineTuneReport) => void,
): Promise<Classifier> {
  const { epochs, batch, rate, finalRate, momentum, l2, dropout, patience, seed } = options;
  const labelled = (set: GreySet) => ({
    data: asTrainingData(set, model.visible, readingOf(model)),
    labels: requireLabels(set, names),
  });
  const { data, labels } = labelled(learned);
  const tuning = fineTune(model.model === "dbn" ? model.net : model.classifier, data, labels, {
    classes: names.length,
    epochs,
    batch,
    rate: finalRate === undefined ? rate : linearDecay({ from: rate, to: finalRate, epochs }),
    momentum,
    l2,
    dropout: dropout === undefined ? undefined : { hidden: dropout },
    // What the random weights of a new output layer send back would move the layers below for nothing.
    outputFirst: model.model === "dbn" ? 1 : 0,
    validation: heldOut && labelled(heldOut),
    patience,
    seed,
    workspace,
    signal,
  });
  for (;;) {
    const step = await tuning.next();
    if (step.done === true) return step.value;
    tell(step.value);
  }
}

/** The part "test" of a data set, where it is not what is learned from. */
async function testPart({ options, model }: Plan): Promise<GreySet | undefined> {
  const { data, split = "train", invert } = options;
  if (data === "glyphs" || split === "test") return undefined;
  const pairs = await findPairs(await dataFolder(data));
  const found = pairs.find((pair) => pair.split === "test");
  if (pairs.length < 2 || found?.labels === undefined) return undefined;
  return readFor(model, { data, split: "test", invert });
}

function requireLabels(set: GreySet, names: readonly string[]): Uint32Array {
  const labels = classNumbers(set, names);
  if (labels !== undefined) return labels;
  throw new ArgumentError(`engram train classifier needs to know classes, but ${set.name} has no labels`);
}

/** How a classifier was trained, as its file tells. */
function settingsOf({ options, model, learned, heldOut, names }: Plan, epochs: number) {
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
    momentum,
    l2,
    dropout,
    seed,
  };
  return settings;
}

function lineOf({ epoch, training, validation }: FineTuneReport, epochs: number, seconds: number): string {
  const percent = (part: number) => `${(100 * part).toFixed(2)} %`;
  const held = validation === undefined ? "" : `, ${percent(validation.errorRate)} of those kept apart`;
  return `${`${epoch}/${epochs}`.padStart(9)}  ${time(seconds).padStart(9)}  errors: ${percent(training.errorRate)} of the images${held}`;
}
