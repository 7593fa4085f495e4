import { type Command, Option } from "commander";
import { ArgumentError } from "../../errors.js";
import type { OptionSpec, OptionSpecs } from "../../options.js";
import { linearDecay, type Scheduled } from "../../training/index.js";
import { integerOption, numberOption, seedOption } from "../io/options.js";
import { forceOption } from "../io/output-files.js";

/*
 * What the commands that train have in common.
 */

/** The options for the seed, threads, results and checkpoints. */
export interface FileOptions {
  seed: number;
  threads?: number;
  out: string;
  checkpoint?: string;
  every: number;
  resume?: true;
  restart?: true;
  force?: true;
  keepCheckpoint?: true;
  json?: true;
}

/** The options for reading grey pixels. */
export const imageOptions = {
  binarise: {
    type: "choice",
    values: ["threshold", "sample"],
    optional: true,
    help: "how grey values become states; sample draws each as a probability in every epoch (default threshold)",
  },
  threshold: {
    type: "integer",
    low: 0,
    high: 254,
    optional: true,
    help: "grey value above which a pixel is 1 (default 127)",
  },
} as const;

/** The number of images held out for validation. */
export const heldOutOption = {
  type: "integer",
  low: 0,
  optional: true,
  help: "number of images held out to monitor overfitting (default a tenth of 500 or more, at most 1000)",
} as const;

/** The final learning rate. */
export const finalRateOption = {
  type: "number",
  low: 0,
  high: 1e6,
  default: 0,
  help: "final learning rate; decays linearly over --epochs",
} as const;

/** The initial learning rate. */
export function rateOption(usual: number): {
  readonly type: "number";
  readonly default: number;
  readonly help: string;
} {
  return { type: "number", low: 0, high: 1e6, default: usual, help: "initial learning rate" } as OptionSpec & {
    type: "number";
    default: number;
  };
}

/** The options of a training in the library, except the seed, which all commands have, and the rate, which decays here. */
export function ownOptions<const Specs extends OptionSpecs>(specs: Specs): Omit<Specs, "seed" | "rate" | "optimiser"> {
  const { seed: _, rate: __, optimiser: ___, ...own } = specs;
  return own;
}

/** Adds the options for the seed and the number of threads. */
export function withSeedOptions(command: Command): Command {
  return command
    .option("--seed <n>", "random seed", seedOption, 1)
    .option(
      "--threads <n>",
      "number of threads; the results do not depend on it (default one per core)",
      integerOption("--threads", 1, 64),
    );
}

/** @param example the name of a model file */
export function withFileOptions(command: Command, example: string): Command {
  return withSeedOptions(command)
    .requiredOption("--out <file>", `model file to write, such as ${example}`)
    .option("--checkpoint <file>", "checkpoint file of the training (default beside --out)")
    .addOption(
      new Option("--every <seconds>", "seconds between checkpoints")
        .argParser(numberOption("--every", 0, 1e6))
        .default(30),
    )
    .option(
      "--keep-checkpoint",
      "keep the checkpoint of a training that is complete, for more epochs (default remove it)",
    )
    .option("--resume", "resume from the checkpoint if there is one; the result is that of an uninterrupted training")
    .addOption(new Option("--restart", "start anew, and drop the checkpoint and the model").conflicts("resume"))
    .addOption(forceOption());
}

/** Throws for the first contradiction that holds. */
export function refuseStray(contradictions: readonly (readonly [holds: boolean, words: string])[]): void {
  const found = contradictions.find(([holds]) => holds);
  if (found !== undefined) throw new ArgumentError(`${found[1]}; omit it`);
}

/** The number of images per update. */
export function batchOf(images: number, batch?: number): number {
  return batch ?? Math.min(100, images);
}

/** The number of updates per epoch. */
export function updatesAnEpoch(images: number, batch?: number): number {
  return Math.ceil(images / batchOf(images, batch));
}

/** Refuses a batch that is larger than the number of images. */
export function requireBatch(images: number, batch?: number): void {
  if (batch === undefined || batch <= images) return;
  throw new ArgumentError(`--batch is ${batch} but there are ${images} images to learn from; use a smaller batch`);
}

/** The rate, which decays linearly over this number of epochs unless both rates are equal. */
export function decayingRate(from: number, to: number, epochs: number): Scheduled {
  return from === to ? from : linearDecay({ from, to, epochs });
}
