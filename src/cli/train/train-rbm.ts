import type { Command } from "commander";
import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { Rbm } from "../../models/index.js";
import { initialise } from "../../training/index.js";
import { unitsByType } from "../../units/index.js";
import { pick, readGreySet, withDataOptions } from "../io/grey-set.js";
import { newCommand } from "../io/options.js";
import { print } from "../io/output.js";
import { asTrainingData } from "../io/reading.js";
import { keepApart } from "./held-out.js";
import { type RbmOptions, rateOf, requireConsistent, withRbmOptions } from "./rbm-options.js";
import type { RbmPlan } from "./rbm-plan.js";
import { rbmTask } from "./rbm-run.js";
import { closing, opening, settingsOf } from "./rbm-words.js";
import { checkpointBeside, type KeptTraining, requirePlaces, resumedTraining } from "./training-file.js";
import { chosenReading, requireBatch } from "./training-options.js";
import { runTraining } from "./training-run.js";
import { goingOn } from "./training-words.js";

/** The stream of the seed that the machine begins with; training has streams of its own. */
const START = 100;
/** The most images that principal components are found from. */
const mostForComponents = 5000;

export function trainRbmCommand(): Command {
  const command = newCommand(
    "rbm",
    "Train a restricted Boltzmann machine on images, and write it to a file.",
    "engram train rbm --data mnist --hidden 500 --method pcd --epochs 20 --out digits.rbm.safetensors",
  ).requiredOption("--data <name>", "glyphs (built in), mnist, or a folder of IDX files or of images");
  return withRbmOptions(withDataOptions(command)).action(trainRbm);
}

async function trainRbm(options: RbmOptions): Promise<void> {
  requireConsistent(options);
  const { out, filters, json, checkpoint: file = checkpointBeside(out) } = options;
  await requirePlaces({ "--out": out, "--checkpoint": file, "--filters": filters });
  const resumed = await resumedTraining(file, options);
  if (resumed !== undefined && resumed.run.done > options.epochs) {
    const found = `--epochs is ${options.epochs} but ${file} has ${resumed.run.done} of them already`;
    throw new ArgumentError(`${found}; ask for more`);
  }
  const plan = await prepare(options, file, resumed);
  if (!json) print(false, undefined, () => [...opening(plan), ...goingOn(plan, options.epochs, rateOf(options))]);
  const outcome = await runTraining(rbmTask(plan));
  const settings = { file: out, checkpoint: file, filters, ...settingsOf(plan, outcome.epochs) };
  print(json, { ...settings, ...outcome }, () => ["", ...closing(plan, outcome)]);
}

async function prepare(options: RbmOptions, file: string, resumed: KeptTraining | undefined): Promise<RbmPlan> {
  const reading = chosenReading(options);
  const { learned, heldOut } = keepApart(await readGreySet(options), options.heldOut);
  requireBatch(learned.count, options.batch);
  const rbm = new Rbm({
    visible: unitsByType({ type: options.visible, count: learned.shape[0] * learned.shape[1] }),
    hidden: unitsByType({ type: options.hiddenUnits, count: options.hidden }),
  });
  const data = asTrainingData(learned, rbm.visible, reading);
  const plan: RbmPlan = { options, reading, learned, heldOut, rbm, data, file, resumed };
  if (resumed === undefined) begin(plan);
  return plan;
}

/** Makes the machine ready as `--init` says. */
function begin({ rbm, data, learned, reading, options: { init, seed, hidden, sparsity } }: RbmPlan): void {
  const random = new Random(seed).fork(START);
  try {
    if (init !== "pca") initialise(rbm, { random, data: init === "means" ? data : undefined, hiddenMean: sparsity });
    else {
      const some = Math.min(learned.count, mostForComponents);
      const part = pick(learned, random.fork(0).sample(some, learned.count));
      const components = Math.min(hidden, rbm.visible.width, some - 1);
      initialise(rbm, { random, data: asTrainingData(part, rbm.visible, reading), components, hiddenMean: sparsity });
    }
  } catch (error) {
    // The one option of these that the units may refuse.
    if (!(error instanceof ArgumentError)) throw error;
    throw new ArgumentError(error.message.replace(/^hiddenMean/, "--sparsity"));
  }
}
