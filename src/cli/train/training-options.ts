import { type Command, Option } from "commander";
import { ArgumentError } from "../../errors.js";
import { type OptionSpec, type OptionSpecs, withDefaults } from "../../options.js";
import { linearDecay, momentum, type Optimiser, optimisers, type Scheduled } from "../../training/index.js";
import { integerOption, numberOption } from "../io/options.js";

/*
 * What the commands that train have in common.
 */

/** Who computes, and where results and checkpoints go. */
export interface FileOptions {
  seed: number;
  threads?: number;
  out: string;
  checkpoint?: string;
  every: number;
  resume?: true;
  restart?: true;
  json?: true;
}

/** How grey pixels are read, and which images are held out. */
export const imageOptions = {
  binarise: {
    type: "choice",
    values: ["threshold", "sample"],
    optional: true,
    help: "how grey values become states; sample: each is a probability, drawn afresh in every epoch (default threshold)",
  },
  threshold: { type: "integer", low: 0, high: 254, optional: true, help: "a brighter pixel is 1 (default 127)" },
} as const;

/** How many images are held out. */
export const heldOutOption = {
  type: "integer",
  low: 0,
  optional: true,
  help: "images held out to monitor overfitting (default a tenth of 500 or more, at most 1000)",
} as const;

/** The final learning rate. */
export const finalRateOption = {
  type: "number",
  low: 0,
  high: 1e6,
  default: 0,
  help: "final learning rate; decays linearly over --epochs",
} as const;

/** The learning rate at the beginning. */
export function rateOption(usual: number): {
  readonly type: "number";
  readonly default: number;
  readonly help: string;
} {
  return { type: "number", low: 0, high: 1e6, default: usual, help: "learning rate at the beginning" } as OptionSpec & {
    type: "number";
    default: number;
  };
}

/** The optimiser, with a momentum of its own. */
export function optimiserOption(usual: number) {
  return {
    type: "made",
    sort: "optimiser",
    has: "start",
    from: [withDefaults<Optimiser>(momentum, { momentum: usual }), ...optimisers.slice(1)],
    default: "momentum",
    help: "how steps are made of gradients",
  } as const;
}

/** The options of a training in the library without the seed, which all commands have, and the rate, which decays here. */
export function ownOptions<const Specs extends OptionSpecs>(specs: Specs): Omit<Specs, "seed" | "rate" | "optimiser"> {
  const { seed: _, rate: __, optimiser: ___, ...own } = specs;
  return own;
}

/** The seed and the threads of all that is random or slow. */
export function withSeedOptions(command: Command): Command {
  return command
    .option("--seed <n>", "seed of all that is random", integerOption("--seed", 0), 1)
    .option("--threads <n>", "threads; they change no result (default one a core)", integerOption("--threads", 1, 64));
}

/** @param example the name of a model file */
export function withFileOptions(command: Command, example: string): Command {
  return withSeedOptions(command)
    .requiredOption("--out <file>", `the model file to write, such as ${example}`)
    .option("--checkpoint <file>", "where the training is kept while it runs (default beside --out)")
    .addOption(
      new Option("--every <seconds>", "seconds from one checkpoint to the next")
        .argParser(numberOption("--every", 0, 1e6))
        .default(30),
    )
    .option("--resume", "resume from the checkpoint, if there is one; the same options give the same bits")
    .addOption(
      new Option("--restart", "begin anew although there is a stopped training, or a model").conflicts("resume"),
    );
}

/** Refuses the first of the contradictions that holds. */
export function refuseStray(contradictions: readonly (readonly [holds: boolean, words: string])[]): void {
  const found = contradictions.find(([holds]) => holds);
  if (found !== undefined) throw new ArgumentError(`${found[1]}; leave it out`);
}

/** Images that an update takes. */
export function batchOf(images: number, batch?: number): number {
  return batch ?? Math.min(100, images);
}

/** Updates in which all images come once. */
export function updatesAnEpoch(images: number, batch?: number): number {
  return Math.ceil(images / batchOf(images, batch));
}

/** Refuses a batch that there are not so many images for. */
export function requireBatch(images: number, batch?: number): void {
  if (batch === undefined || batch <= images) return;
  throw new ArgumentError(`--batch is ${batch} but there are ${images} images to learn from; use a smaller one`);
}

/** The rate as it decays over so many epochs, if it does. */
export function decayingRate(from: number, to: number, epochs: number): Scheduled {
  return from === to ? from : linearDecay({ from, to, epochs });
}
