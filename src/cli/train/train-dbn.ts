import type { Command } from "commander";
import { Random } from "../../math/index.js";
import { DeepBeliefNet } from "../../models/index.js";
import { initialise } from "../../training/index.js";
import { binary, softmax } from "../../units/index.js";
import { readGreySet, withDataOptions } from "../io/grey-set.js";
import { newCommand } from "../io/options.js";
import { print } from "../io/output.js";
import { asTrainingData } from "../io/reading.js";
import { classNames, classNumbers } from "./classes.js";
import { type DbnOptions, dbnLayers, USUAL_BATCH, withDbnOptions } from "./dbn-options.js";
import {
  type DbnPlan,
  dbnClosing,
  dbnOpening,
  dbnSettings,
  dbnTask,
  epochsOf,
  layerOf,
  requireSameBelow,
} from "./dbn-run.js";
import { checkpointBeside, requirePlaces, resumedTraining } from "./training-file.js";
import { chosenReading, requireBatch } from "./training-options.js";
import { runTraining } from "./training-run.js";
import { goingOn } from "./training-words.js";

/** The stream of the seed that the lowest RBM begins with; training has streams of its own. */
const START = 100;

export function trainDbnCommand(): Command {
  const command = newCommand(
    "dbn",
    "Train a deep belief net on images, RBM by RBM from below, and write it to a file.",
    "engram train dbn --data mnist --layers 500,500,2000 --labels --out digits.dbn.safetensors",
  ).requiredOption("--data <name>", "glyphs (built in), mnist, or a folder of IDX files or of images");
  return withDbnOptions(withDataOptions(command)).action(trainDbn);
}

async function trainDbn(asked: DbnOptions): Promise<void> {
  const { out, json, seed, checkpoint: file = checkpointBeside(out) } = asked;
  // Contradictions are refused before the images are read; how many there are decides on the batch.
  const unbatched = dbnLayers(asked);
  await requirePlaces({ "--out": out, "--checkpoint": file });
  const resumed = await resumedTraining(file, asked);
  if (resumed !== undefined) requireSameBelow(file, resumed, unbatched);
  const reading = chosenReading(asked);
  const learned = await readGreySet(asked);
  const { batch = Math.min(USUAL_BATCH, learned.count) } = asked;
  requireBatch(learned.count, batch);
  const options = { ...asked, batch };
  const layers = unbatched.map((layer) => ({ ...layer, batch }));
  const classes = options.labels && classNames(learned, "--labels");
  const labels = classes && classNumbers(learned, classes);
  const units = [learned.shape[0] * learned.shape[1], ...options.layers].map((width) => binary(width));
  const net = DeepBeliefNet.ofLayers(units, { labels: classes && softmax(1, classes.length) });
  const data = asTrainingData(learned, net.visible, reading);
  if (resumed === undefined) initialise(net.rbms[0], { random: new Random(seed).fork(START), data });
  const plan: DbnPlan = { options, reading, learned, net, layers, data, classes, labels, file, resumed };
  const rate = layers[resumed === undefined ? 0 : layerOf(resumed)].rate;
  if (!json) print(false, undefined, () => [...dbnOpening(plan), ...goingOn(plan, epochsOf(layers), rate)]);
  const outcome = await runTraining(dbnTask(plan));
  const settings = { file: out, checkpoint: file, layers: options.layers, ...dbnSettings(plan, outcome.epochs) };
  const { epochs: _, ...rest } = outcome;
  print(json, { ...settings, ...rest }, () => ["", ...dbnClosing(plan, outcome)]);
}
