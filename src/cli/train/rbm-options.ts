import type { Command } from "commander";
import type { Scheduled } from "../../training/index.js";
import type { GreySetOptions } from "../io/grey-set.js";
import { choiceOption, integerOption, numberOption } from "../io/options.js";
import {
  type FileOptions,
  fallingRate,
  type MethodOptions,
  methodNames,
  type ReadingOptions,
  refuseStray,
  type StepOptions,
  withFileOptions,
  withMethodOptions,
  withReadingOptions,
  withStepOptions,
} from "./training-options.js";

/** The options of `engram train rbm`. */
export interface RbmOptions extends GreySetOptions, ReadingOptions, MethodOptions, StepOptions, FileOptions {
  heldOut?: number;
  visible: string;
  hidden: number;
  hiddenUnits: string;
  init: string;
  method: string;
  epochs: number;
  rate?: number;
  sparsity?: number;
  sparsityCost?: number;
  centred: boolean;
  filters?: string;
}

const unitNames = ["binary", "spin", "gaussian", "relu"];
const initNames = ["means", "normal", "pca"];

/** Adds the options of a machine and its training. */
export function withRbmOptions(command: Command): Command {
  withReadingOptions(command)
    .option(
      "--held-out <n>",
      "learn not from n of the images, which show overfitting (a tenth of 500 or more, at most 1000)",
      integerOption("--held-out", 0),
    )
    .option("--visible <units>", unitNames.join(", "), choiceOption("--visible", unitNames), "binary")
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
    );
  withMethodOptions(command)
    .option("--epochs <n>", "how often to go through the data", integerOption("--epochs", 1), 10)
    .option(
      "--rate <r>",
      "learning rate at the beginning (0.1; 0.01 where hidden units take real values, 0.001 where visible ones do)",
      numberOption("--rate", 0, 1e6),
    );
  withStepOptions(command)
    .option("--sparsity <mean>", "draw the mean of hidden units to this", numberOption("--sparsity", -1e6, 1e6))
    .option("--sparsity-cost <c>", "how strongly (0.01)", numberOption("--sparsity-cost", 0, 1e6))
    .option("--no-centred", "learn without the centred parametrisation, in which values count from their means");
  return withFileOptions(command, "digits.rbm.safetensors").option(
    "--filters <png>",
    "write a sheet of what each hidden unit looks for",
  );
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
  refuseStray(stray);
}

/** Real values have no bounds, and their learning easily has none either. */
export function firstRateOf({ rate, visible, hiddenUnits }: RbmOptions): number {
  const isReal = (units: string) => units === "gaussian" || units === "relu";
  return rate ?? (isReal(visible) ? 0.001 : isReal(hiddenUnits) ? 0.01 : 0.1);
}

/** The rate over all epochs. */
export function rateOf(options: RbmOptions): Scheduled {
  return fallingRate(firstRateOf(options), options.finalRate, options.epochs);
}
