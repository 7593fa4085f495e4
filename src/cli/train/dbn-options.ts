import type { Command } from "commander";
import { ArgumentError } from "../../errors.js";
import type { LayerTraining, Scheduled, TrainingMethod } from "../../training/index.js";
import type { GreySetOptions } from "../io/grey-set.js";
import { choiceOption, integerOption, listOption, numberOption } from "../io/options.js";
import {
  type FileOptions,
  fallingRate,
  type MethodOptions,
  methodNames,
  methodOf,
  type ReadingOptions,
  refuseStray,
  type StepOptions,
  withFileOptions,
  withMethodOptions,
  withReadingOptions,
  withStepOptions,
} from "./training-options.js";

/** The options of `engram train dbn`; lists have one value for all RBMs, or one for each from below. */
export interface DbnOptions
  extends GreySetOptions,
    ReadingOptions,
    Omit<MethodOptions, "method">,
    StepOptions,
    FileOptions {
  layers: number[];
  labels?: true;
  method?: string[];
  epochs: number[];
  rate: number[];
}

/** How one RBM of a net learns. */
export interface DbnLayer extends LayerTraining {
  readonly method: TrainingMethod;
  /** As `--method` calls it. */
  readonly methodName: string;
  readonly rate: Scheduled;
  readonly firstRate: number;
}

/**
 * Images of an update where nothing is said: in as many epochs nets learn far more from small batches, and what one layer has
 * not learned no other one can.
 */
export const USUAL_BATCH = 10;

/** Adds the options of a net and its training. */
export function withDbnOptions(command: Command): Command {
  withReadingOptions(command)
    .requiredOption(
      "--layers <n,...>",
      "units of the hidden layers from below, such as 500,500,2000",
      listOption(integerOption("--layers", 1, 1_000_000)),
    )
    .option("--labels", "the top RBM learns the classes of the images, too")
    .option(
      "--method <name,...>",
      "of all RBMs, or of each from below: pcd, cd, fpcd, pt (cd, and pcd for the top one)",
      listOption(choiceOption("--method", methodNames)),
    );
  withMethodOptions(command)
    .option(
      "--epochs <n,...>",
      "how often each RBM goes through the data: of all, or of each from below",
      listOption(integerOption("--epochs", 1)),
      [10],
    )
    .option(
      "--rate <r,...>",
      "learning rate at the beginning: of all, or of each",
      listOption(numberOption("--rate", 0, 1e6)),
      [0.05],
    );
  return withFileOptions(withStepOptions(command, USUAL_BATCH), "digits.dbn.safetensors");
}

/** How each RBM learns, from below; contradictions are refused. */
export function dbnLayers(options: DbnOptions): DbnLayer[] {
  const { layers, labels, batch, momentum, l1, l2, finalRate, chains, temperatures, binarise, threshold } = options;
  const usual = layers.map((_, l) => (l === layers.length - 1 ? "pcd" : "cd"));
  const methods = forEach("--method", options.method ?? usual, layers.length);
  const epochs = forEach("--epochs", options.epochs, layers.length);
  const rates = forEach("--rate", options.rate, layers.length);
  refuseStray([
    [chains !== undefined && methods.every((name) => name === "cd"), "--chains goes with pcd, fpcd and pt alone"],
    [temperatures !== undefined && !methods.includes("pt"), "--temperatures goes with pt alone"],
    [threshold !== undefined && binarise === "sample", "--threshold does not go with --binarise sample"],
  ]);
  if (labels && layers.length < 2) {
    throw new ArgumentError(
      `--labels needs a hidden layer to stand beside, but --layers is ${layers[0]}; name at least 2`,
    );
  }
  return methods.map((methodName, l) => ({
    methodName,
    method: methodOf({ ...options, method: methodName }),
    epochs: epochs[l],
    rate: fallingRate(rates[l], finalRate, epochs[l]),
    firstRate: rates[l],
    batch,
    momentum,
    l1,
    l2,
  }));
}

/** One value for each RBM. */
function forEach<T>(flag: string, values: readonly T[], layers: number): readonly T[] {
  if (values.length === layers) return values;
  if (values.length === 1) return new Array<T>(layers).fill(values[0]);
  throw new ArgumentError(
    `${flag} has ${values.length} values but --layers has ${layers}; give one for all, or one for each`,
  );
}
