import { type Command, Option } from "commander";
import { ArgumentError } from "../errors.js";
import type { Size } from "../node/index.js";
import {
  contrastiveDivergence,
  fastWeights,
  linearDecay,
  persistent,
  type Scheduled,
  type TrainingMethod,
  tempering,
} from "../training/index.js";
import type { GreySetOptions } from "./grey-set.js";
import { choiceOption, integerOption, numberOption, sizeOption } from "./options.js";
import { type Reading, usualReading } from "./reading.js";

/** The options of `engram train rbm`. */
export interface RbmOptions extends GreySetOptions {
  size?: Size;
  heldOut?: number;
  visible: string;
  binarise?: string;
  threshold?: number;
  hidden: number;
  hiddenUnits: string;
  init: string;
  method: string;
  steps?: number;
  chains?: number;
  temperatures?: number;
  epochs: number;
  batch?: number;
  rate?: number;
  finalRate?: number;
  momentum?: number;
  l1?: number;
  l2?: number;
  sparsity?: number;
  sparsityCost?: number;
  centred?: true;
  seed: number;
  threads?: number;
  out: string;
  checkpoint?: string;
  every: number;
  resume?: true;
  restart?: true;
  filters?: string;
  json?: true;
}

const unitNames = ["binary", "spin", "gaussian", "relu"];
const methodNames = ["pcd", "cd", "fpcd", "pt"];
const initNames = ["means", "normal", "pca"];

/** Adds the options of a machine and its training. */
export function withRbmOptions(command: Command): Command {
  return command
    .option("--size <HxW>", "scale a folder of images to this height and width", sizeOption("--size"))
    .option(
      "--held-out <n>",
      "learn not from n of the images, which show overfitting (a tenth of 500 or more, at most 1000)",
      integerOption("--held-out", 0),
    )
    .option("--visible <units>", unitNames.join(", "), choiceOption("--visible", unitNames), "binary")
    .option(
      "--binarise <way>",
      "threshold, or sample: a grey value is a probability, drawn afresh in every epoch (threshold)",
      choiceOption("--binarise", ["threshold", "sample"]),
    )
    .option("--threshold <grey>", "a brighter pixel is 1 (127)", integerOption("--threshold", 0, 254))
    .option("--hidden <n>", "number of hidden units", integerOption("--hidden", 1, 1_000_000), 500)
    .option("--hidden-units <units>", unitNames.join(", "), choiceOption("--hidden-units", unitNames), "binary")
    .option(
      "--init <how>",
      "means: visible units begin with the data's means; normal: without; pca: filters begin as principal components",
      choiceOption("--init", initNames),
      "means",
    )
    .option(
      "--method <name>",
      "pcd: persistent chains, cd: contrastive divergence, fpcd: fast weights, pt: parallel tempering",
      choiceOption("--method", methodNames),
      "pcd",
    )
    .option("--steps <k>", "steps of Gibbs sampling at each update (1)", integerOption("--steps", 1))
    .option(
      "--chains <n>",
      "chains of pcd, fpcd and pt (as many as a batch has images)",
      integerOption("--chains", 1, 1_000_000),
    )
    .option("--temperatures <n>", "temperatures of pt (10)", integerOption("--temperatures", 2, 1000))
    .option("--epochs <n>", "how often to go through the data", integerOption("--epochs", 1), 10)
    .option("--batch <n>", "images of an update (100)", integerOption("--batch", 1))
    .option("--rate <r>", "learning rate (0.05; 0.001 where units take real values)", numberOption("--rate", 0, 1e6))
    .option(
      "--final-rate <r>",
      "let the rate fall along a line to this at the end",
      numberOption("--final-rate", 0, 1e6),
    )
    .option("--momentum <m>", "what a step keeps of the one before (0)", numberOption("--momentum", 0, 0.9999))
    .option("--l1 <c>", "weight decay by L1 (0)", numberOption("--l1", 0, 1e6))
    .option("--l2 <c>", "weight decay by L2 (0)", numberOption("--l2", 0, 1e6))
    .option("--sparsity <mean>", "draw the mean of hidden units to this", numberOption("--sparsity", -1e6, 1e6))
    .option("--sparsity-cost <c>", "how strongly (0.01)", numberOption("--sparsity-cost", 0, 1e6))
    .option("--centred", "learn in the centred parametrisation")
    .option("--seed <n>", "the seed of all that is random", integerOption("--seed", 0), 1)
    .option("--threads <n>", "threads, which change no result (one a core)", integerOption("--threads", 1, 64))
    .requiredOption("--out <file>", "the model file to write, such as digits.rbm.safetensors")
    .option("--checkpoint <file>", "where the training is kept while it runs (beside --out)")
    .addOption(
      new Option("--every <seconds>", "seconds from one checkpoint to the next")
        .argParser(numberOption("--every", 0, 1e6))
        .default(30),
    )
    .option("--resume", "go on from the checkpoint, if there is one: to the same bits as without a break")
    .addOption(new Option("--restart", "begin anew although a training was stopped before its end").conflicts("resume"))
    .option("--filters <png>", "write a sheet of what each hidden unit looks for");
}

/** Options that go with some choices only; contradictions are refused before anything is read. */
export function requireConsistent(options: RbmOptions): void {
  const { method, visible, binarise, threshold, sparsity, sparsityCost } = options;
  const isReal = visible === "gaussian" || visible === "relu";
  const stray: [boolean, string][] = [
    [
      options.chains !== undefined && method === "cd",
      "--chains does not go with --method cd, whose chains start at the data",
    ],
    [options.temperatures !== undefined && method !== "pt", `--temperatures does not go with --method ${method}`],
    [
      binarise !== undefined && isReal,
      `--binarise does not go with --visible ${visible}, which takes grey values as they are`,
    ],
    [
      threshold !== undefined && isReal,
      `--threshold does not go with --visible ${visible}, which takes grey values as they are`,
    ],
    [threshold !== undefined && binarise === "sample", "--threshold does not go with --binarise sample"],
    [sparsityCost !== undefined && sparsity === undefined, "--sparsity-cost is nothing without --sparsity"],
  ];
  const found = stray.find(([holds]) => holds);
  if (found !== undefined) throw new ArgumentError(`${found[1]}; leave it out`);
}

export function methodOf({ method, steps, chains, temperatures }: RbmOptions): TrainingMethod {
  switch (method) {
    case "cd":
      return contrastiveDivergence({ steps });
    case "fpcd":
      return fastWeights({ steps, chains });
    case "pt":
      return tempering({ steps, chains, temperatures });
    default:
      return persistent({ steps, chains });
  }
}

/** Real values have no bounds, and their learning easily has none either. */
export function rateOf({ rate, finalRate, visible, hiddenUnits, epochs }: RbmOptions): Scheduled {
  const isReal = [visible, hiddenUnits].some((units) => units === "gaussian" || units === "relu");
  const from = rate ?? (isReal ? 0.001 : 0.05);
  return finalRate === undefined ? from : linearDecay({ from, to: finalRate, epochs });
}

/** A rate in the words that checkpoints have for it. */
export function describeRate(rate: Scheduled): string {
  return typeof rate === "number" ? String(rate) : rate.description;
}

export function readingOf({ binarise, threshold }: RbmOptions): Reading {
  return { binarise: binarise === "sample" ? "sample" : "threshold", threshold: threshold ?? usualReading.threshold };
}
