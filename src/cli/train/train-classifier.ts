import type { Command } from "commander";
import { ArgumentError } from "../../errors.js";
import { findPairs, workspaceThreads } from "../../node/index.js";
import { dataFolder, type GreySet } from "../io/grey-set.js";
import { newCommand } from "../io/options.js";
import { count, print } from "../io/output.js";
import { meansOf, readFor, readingOf } from "../io/reading.js";
import { loadTrained } from "../io/trained-model.js";
import { classNames, describeErrors, errorRate, namesOf } from "./classes.js";
import { type ClassifierOptions, withClassifierOptions } from "./classifier-options.js";
import { type ClassifierPlan, classifierSettings, classifierTask, rateOf, requireLabels } from "./classifier-run.js";
import { keepApart } from "./held-out.js";
import { checkpointBeside, requirePlaces, resumedTraining } from "./training-file.js";
import { time } from "./training-log.js";
import { requireBatch } from "./training-options.js";
import { runTraining } from "./training-run.js";
import { goingOn } from "./training-words.js";

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

async function trainClassifier(options: ClassifierOptions): Promise<void> {
  const { out, json, epochs } = options;
  const plan = await prepare(options);
  const tested = await testPart(plan);
  const labels = tested && requireLabels(tested, plan.names);
  if (!json) {
    print(false, undefined, () => [...opening(plan), ...goingOn(plan, epochs, rateOf(options))]);
  }
  const outcome = await runTraining(classifierTask(plan));
  const errors = tested && labels && (await errorsOn(plan, tested, labels));
  const settings = classifierSettings(plan, outcome.epochs);
  print(json, { file: out, checkpoint: plan.file, ...settings, ...outcome, errors }, () => [
    "",
    `Trained for ${count(outcome.epochs, "epoch")} in ${time(outcome.seconds)}. Wrote ${out}.`,
    `${plan.file} is for more: --resume with more --epochs goes on.`,
    ...(errors === undefined ? [] : [`errors on ${tested?.name}: ${describeErrors(errors)}`]),
    ...(errors === undefined ? [`How good it is: engram score ${out} --data ${options.data}`] : []),
  ]);
}

async function prepare(options: ClassifierOptions): Promise<ClassifierPlan> {
  const { from, out, heldOut: apart, patience, batch, epochs } = options;
  const { checkpoint: file = checkpointBeside(out) } = options;
  await requirePlaces({ "--out": out, "--checkpoint": file }, ["--from", from]);
  const resumed = await resumedTraining(file, options);
  if (resumed !== undefined && resumed.run.done > epochs) {
    throw new ArgumentError(`--epochs is ${epochs} but ${file} has ${resumed.run.done} of them already; ask for more`);
  }
  const model = await loadTrained(from, ["dbn", "classifier"]);
  const { learned, heldOut } = keepApart(await readFor(model, options), apart);
  if (patience !== undefined && heldOut === undefined) {
    throw new ArgumentError("--patience goes by held-out images, and there are none; give --held-out, too");
  }
  requireBatch(learned.count, batch);
  const known = model.model === "classifier" ? model.classifier.classes : model.net.classes;
  const names = known > 0 ? namesOf(model, known) : classNames(learned, "engram train classifier");
  return { options, model, learned, heldOut, names, file, resumed };
}

function opening({ learned, heldOut, names }: ClassifierPlan): string[] {
  const apart = heldOut === undefined ? "" : `, and ${heldOut.count} kept apart`;
  return [`${count(learned.count, "image")} of ${names.length} classes from ${learned.name}${apart}`, ""];
}

/** The part "test" of a data set, where it is not what is learned from. */
async function testPart({ options, model }: ClassifierPlan): Promise<GreySet | undefined> {
  const { data, split = "train", invert } = options;
  if (data === "glyphs" || split === "test") return undefined;
  const pairs = await findPairs(await dataFolder(data));
  const found = pairs.find((pair) => pair.split === "test");
  if (pairs.length < 2 || found?.labels === undefined) return undefined;
  return readFor(model, { data, split: "test", invert });
}

/** Errors of the classifier that was written. */
async function errorsOn({ options, model }: ClassifierPlan, tested: GreySet, labels: Uint32Array) {
  const { classifier } = await loadTrained(options.out, ["classifier"]);
  const values = meansOf(tested, model.visible, readingOf(model), 0, tested.count);
  const data = { rows: tested.count, columns: model.visible.width, values };
  const crew = await workspaceThreads(options.threads);
  try {
    return errorRate(classifier.predict(data, { workspace: crew.makeWorkspace }), labels);
  } finally {
    await crew.dispose();
  }
}
