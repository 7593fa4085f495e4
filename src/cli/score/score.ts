import type { Command } from "commander";
import pc from "picocolors";
import { withDataOptions } from "../io/grey-set.js";
import { choiceOption, integerOption, newCommand } from "../io/options.js";
import { print } from "../io/output.js";
import { readFor } from "../io/reading.js";
import { loadTrained } from "../io/trained-model.js";
import { withSeedOptions } from "../train/training-options.js";
import { scoreClassifier } from "./score-classifier.js";
import { scoreDbn } from "./score-dbn.js";
import type { ScoreOptions } from "./score-options.js";
import { scoreRbm } from "./score-rbm.js";

export function scoreCommand(): Command {
  const command = newCommand(
    "score",
    "Tell how probable a trained model makes images, with bounds and a verdict, or how many a classifier gets wrong.",
    "engram score digits.rbm.safetensors --data mnist --split test",
  )
    .argument("<model>", "a model file that engram train wrote")
    .requiredOption("--data <name>", "glyphs (built in), mnist, or a folder of IDX files or of images");
  withDataOptions(command)
    .option(
      "--binarise <way>",
      "threshold or sample (as the model was trained)",
      choiceOption("--binarise", ["threshold", "sample"]),
    )
    .option(
      "--threshold <grey>",
      "a brighter pixel is 1 (as the model was trained)",
      integerOption("--threshold", 0, 254),
    )
    .option(
      "--method <name>",
      "exact or annealing (exact where a layer has at most 24 units)",
      choiceOption("--method", ["exact", "annealing"]),
    )
    .option("--chains <n>", "chains of annealed importance sampling (500)", integerOption("--chains", 2, 1_000_000))
    .option("--temperatures <n>", "temperatures that they go through (1000)", integerOption("--temperatures", 2))
    .option(
      "--draws <n>",
      "draws of the hidden layers of a deep belief net, for each image (10)",
      integerOption("--draws", 2, 10_000),
    );
  return withSeedOptions(command).action(score);
}

async function score(file: string, options: ScoreOptions): Promise<void> {
  const model = await loadTrained(file, ["rbm", "dbn", "classifier"]);
  const set = await readFor(model, options);
  const found =
    model.model === "rbm"
      ? await scoreRbm(model, set, options)
      : model.model === "dbn"
        ? await scoreDbn(model, set, options)
        : await scoreClassifier(model, set, options);
  const { record, lines, verdict, trusted } = found;
  const common = { file, data: set.name, images: set.count };
  print(options.json, { ...common, ...record, trusted, verdict, seed: options.seed }, () => [
    ...lines,
    ...(verdict === undefined ? [] : [trusted ? pc.green(verdict) : pc.red(verdict)]),
  ]);
}
