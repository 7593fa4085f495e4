import type { Command } from "commander";
import { ArgumentError } from "../../errors.js";
import { withDataOptions } from "../io/grey-set.js";
import { choiceOption, integerOption, newCommand } from "../io/options.js";
import { inkFor, print } from "../io/output.js";
import { readFor } from "../io/reading.js";
import { storiesHelp } from "../io/story-set.js";
import { loadTrained } from "../io/trained-model.js";
import { withSeedOptions } from "../train/training-options.js";
import { scoreBagClassifier } from "./bags.js";
import { scoreBoltzmann } from "./boltzmann.js";
import { scoreClassifier, scoreDenseClassifier } from "./classifier.js";
import { scoreDbm } from "./dbm.js";
import { scoreDbn } from "./dbn.js";
import type { OwnScoring, Score, ScoreOptions, Scoring } from "./kinds.js";
import { scoreMemoModel } from "./memo.js";
import { scoreMemoryNetwork } from "./memory-network.js";
import { scoreRbm } from "./rbm.js";

/** How each kind of model is scored; a new kind is one file and one line here. */
const scorings: readonly (Scoring | OwnScoring)[] = [
  scoreRbm,
  scoreBoltzmann,
  scoreDbn,
  scoreDbm,
  scoreClassifier,
  scoreBagClassifier,
  scoreDenseClassifier,
  scoreMemoryNetwork,
  scoreMemoModel,
];

export function scoreCommand(): Command {
  const command = newCommand(
    "score",
    "Estimate a model's log-likelihood of images with bounds, or the error rate of a classifier or a memory network.",
    "engram score digits.rbm.safetensors --data mnist --split test",
  )
    .argument("<model>", "model file written by engram train")
    .option("--data <name>", "images: glyphs (built in), mnist, or a folder of IDX files or of images")
    .option("--stories <name>", `${storiesHelp}; for a memory network`);
  withDataOptions(command)
    .option(
      "--binarise <way>",
      "how grey values become states: threshold or sample (default as in training)",
      choiceOption("--binarise", ["threshold", "sample"]),
    )
    .option(
      "--threshold <grey>",
      "grey value above which a pixel is 1 (default as in training)",
      integerOption("--threshold", 0, 254),
    )
    .option(
      "--method <name>",
      "how log Z is computed: exact or annealing (default exact if a layer has at most 24 units)",
      choiceOption("--method", ["exact", "annealing"]),
    )
    .option(
      "--chains <n>",
      "number of chains of annealed importance sampling (default 500)",
      integerOption("--chains", 2, 1_000_000),
    )
    .option(
      "--temperatures <n>",
      "number of temperatures of annealed importance sampling (default 1000)",
      integerOption("--temperatures", 2),
    )
    .option(
      "--draws <n>",
      "number of draws of a deep belief net's hidden layers per image (default 10)",
      integerOption("--draws", 2, 10_000),
    );
  return withSeedOptions(command).action(score);
}

/** Options that only some kinds take. */
const particular = ["method", "chains", "temperatures", "draws", "stories"] as const;

async function score(file: string, options: ScoreOptions): Promise<void> {
  const { model, use } = await loadTrained(file, scorings);
  const taken: readonly string[] = use.options;
  const stray = particular.find((name) => options[name] !== undefined && !taken.includes(name));
  if (stray !== undefined)
    throw new ArgumentError(`--${stray} cannot be used with a model of the kind ${use.kind.name}; omit it`);
  const { seed, json, data } = options;
  if ("scoreOwn" in use) {
    if (data !== undefined)
      throw new ArgumentError(`--data cannot be used with a model of the kind ${use.kind.name}; omit it`);
    return show({ file }, await use.scoreOwn(model, options), { seed, json });
  }
  if (data === undefined) throw new ArgumentError("--data is missing; give images, such as glyphs, mnist or a folder");
  const set = await readFor(model, { ...options, data });
  show({ file, data: set.name, images: set.count }, await use.score(model, set, options), { seed, json });
}

function show(
  common: object,
  { record, lines, verdict, trusted }: Score,
  { seed, json }: { readonly seed: number; readonly json: true | undefined },
): void {
  print(json, { ...common, ...record, trusted, verdict, seed }, () => [
    ...lines,
    ...(verdict === undefined ? [] : [inkFor(process.stdout)[trusted ? "green" : "red"](verdict)]),
  ]);
}
