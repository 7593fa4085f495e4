import type { Command } from "commander";
import pc from "picocolors";
import { ArgumentError } from "../../errors.js";
import { withDataOptions } from "../io/grey-set.js";
import { choiceOption, integerOption, newCommand } from "../io/options.js";
import { print } from "../io/output.js";
import { readFor } from "../io/reading.js";
import { loadTrained } from "../io/trained-model.js";
import { withSeedOptions } from "../train/training-options.js";
import { scoreBoltzmann } from "./boltzmann.js";
import { scoreClassifier } from "./classifier.js";
import { scoreDbm } from "./dbm.js";
import { scoreDbn } from "./dbn.js";
import type { ScoreOptions, Scoring } from "./kinds.js";
import { scoreRbm } from "./rbm.js";

/** How each kind of model is scored; a new one is one file and one line here. */
const scorings: readonly Scoring[] = [scoreRbm, scoreBoltzmann, scoreDbn, scoreDbm, scoreClassifier];

export function scoreCommand(): Command {
  const command = newCommand(
    "score",
    "Estimate a model's log-likelihood of images with bounds, or a classifier's error rate.",
    "engram score digits.rbm.safetensors --data mnist --split test",
  )
    .argument("<model>", "a model file that engram train wrote")
    .requiredOption("--data <name>", "glyphs (built in), mnist, or a folder of IDX files or of images");
  withDataOptions(command)
    .option(
      "--binarise <way>",
      "threshold or sample (default: as the model was trained)",
      choiceOption("--binarise", ["threshold", "sample"]),
    )
    .option(
      "--threshold <grey>",
      "a brighter pixel is 1 (default: as the model was trained)",
      integerOption("--threshold", 0, 254),
    )
    .option(
      "--method <name>",
      "exact or annealing (default exact where a layer has at most 24 units)",
      choiceOption("--method", ["exact", "annealing"]),
    )
    .option(
      "--chains <n>",
      "chains of annealed importance sampling (default 500)",
      integerOption("--chains", 2, 1_000_000),
    )
    .option("--temperatures <n>", "temperatures of its schedule (default 1000)", integerOption("--temperatures", 2))
    .option(
      "--draws <n>",
      "draws of the hidden layers of a deep belief net, for each image (default 10)",
      integerOption("--draws", 2, 10_000),
    );
  return withSeedOptions(command).action(score);
}

/** Options that only some kinds take. */
const particular = ["method", "chains", "temperatures", "draws"] as const;

async function score(file: string, options: ScoreOptions): Promise<void> {
  const { model, use } = await loadTrained(file, scorings);
  const stray = particular.find((name) => options[name] !== undefined && !use.options.includes(name));
  if (stray !== undefined)
    throw new ArgumentError(`--${stray} does not go with a model of the kind ${use.kind.name}; leave it out`);
  const set = await readFor(model, options);
  const { record, lines, verdict, trusted } = await use.score(model, set, options);
  const common = { file, data: set.name, images: set.count };
  print(options.json, { ...common, ...record, trusted, verdict, seed: options.seed }, () => [
    ...lines,
    ...(verdict === undefined ? [] : [trusted ? pc.green(verdict) : pc.red(verdict)]),
  ]);
}
