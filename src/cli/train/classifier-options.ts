import type { Command } from "commander";
import { type GreySetOptions, withDataOptions } from "../io/grey-set.js";
import { integerOption, numberOption } from "../io/options.js";
import { type FileOptions, finalRateOption, withFileOptions } from "./training-options.js";

/** The options of `engram train classifier`. */
export interface ClassifierOptions extends GreySetOptions, FileOptions {
  from: string;
  epochs: number;
  batch?: number;
  rate: number;
  finalRate: number;
  momentum: number;
  l2?: number;
  dropout?: number;
  heldOut?: number;
  patience?: number;
}

/** Adds the options of fine-tuning. */
export function withClassifierOptions(command: Command): Command {
  withDataOptions(command)
    .option(
      "--held-out <n>",
      "learn not from n of the images; the classifier that does best on them is kept (a tenth, at most 1000)",
      integerOption("--held-out", 0),
    )
    .option("--epochs <n>", "how often to go through the data, at most", integerOption("--epochs", 1), 20)
    .option(
      "--patience <n>",
      "stop after n epochs without a better score on the held-out images",
      integerOption("--patience", 1),
    )
    .option("--batch <n>", "images of an update (100)", integerOption("--batch", 1))
    // Of 5,000 digits of MNIST kept apart a 300-300-1000 net tells 2.96 % wrong after 20 epochs at 0.1, 2.56 % at 0.4.
    .option("--rate <r>", "learning rate at the beginning", numberOption("--rate", 0, 1e6), 0.4)
    .option(...finalRateOption)
    .option("--momentum <m>", "what a step keeps of the one before", numberOption("--momentum", 0, 0.9999), 0.9)
    .option("--l2 <c>", "weight decay by L2 (0)", numberOption("--l2", 0, 1e6))
    .option(
      "--dropout <p>",
      "the part of each hidden layer that is left out (0)",
      numberOption("--dropout", 0, 0.9999),
    );
  return withFileOptions(command, "digits.classifier.safetensors");
}
