import { type Command, Option } from "commander";
import { ArgumentError } from "../../errors.js";
import type { Size } from "../../node/index.js";
import {
  contrastiveDivergence,
  fastWeights,
  linearDecay,
  persistent,
  type Scheduled,
  type TrainingMethod,
  tempering,
} from "../../training/index.js";
import { choiceOption, integerOption, numberOption, sizeOption } from "../io/options.js";
import { type Reading, usualReading } from "../io/reading.js";

/*
 * What the commands that train have in common.
 */

/** How images are read. */
export interface ReadingOptions {
  size?: Size;
  binarise?: string;
  threshold?: number;
}

/** How the negative phase is estimated. */
export interface MethodOptions {
  method: string;
  steps?: number;
  chains?: number;
  temperatures?: number;
}

/** How big steps are. */
export interface StepOptions {
  batch?: number;
  finalRate: number;
  momentum?: number;
  l1?: number;
  l2?: number;
}

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

export const methodNames = ["pcd", "cd", "fpcd", "pt"];

export function withReadingOptions(command: Command): Command {
  return command
    .option("--size <HxW>", "scale a folder of images to this height and width", sizeOption("--size"))
    .option(
      "--binarise <way>",
      "threshold, or sample: a grey value is a probability, drawn afresh in every epoch (threshold)",
      choiceOption("--binarise", ["threshold", "sample"]),
    )
    .option("--threshold <grey>", "a brighter pixel is 1 (127)", integerOption("--threshold", 0, 254));
}

export function withMethodOptions(command: Command): Command {
  return command
    .option("--steps <k>", "steps of Gibbs sampling at each update (1)", integerOption("--steps", 1))
    .option(
      "--chains <n>",
      "chains of pcd, fpcd and pt (as many as a batch has images)",
      integerOption("--chains", 1, 1_000_000),
    )
    .option("--temperatures <n>", "temperatures of pt (10)", integerOption("--temperatures", 2, 1000));
}

export function withStepOptions(command: Command, batch = 100): Command {
  return command
    .option("--batch <n>", `images of an update (${batch})`, integerOption("--batch", 1))
    .option(...finalRateOption)
    .option("--momentum <m>", "what a step keeps of the one before (0)", numberOption("--momentum", 0, 0.9999))
    .option("--l1 <c>", "weight decay by L1 (0)", numberOption("--l1", 0, 1e6))
    .option("--l2 <c>", "weight decay by L2 (0)", numberOption("--l2", 0, 1e6));
}

/** In all that trains the rate falls: what is left at the end of one that stays is noise of the last updates. */
export const finalRateOption = [
  "--final-rate <r>",
  "what the rate falls to along a line over --epochs; as high as --rate, it stays",
  numberOption("--final-rate", 0, 1e6),
  0,
] as const;

/** The seed and the threads of all that is random or slow. */
export function withSeedOptions(command: Command): Command {
  return command
    .option("--seed <n>", "the seed of all that is random", integerOption("--seed", 0), 1)
    .option("--threads <n>", "threads, which change no result (one a core)", integerOption("--threads", 1, 64));
}

/** @param example the name of a model file */
export function withFileOptions(command: Command, example: string): Command {
  return withSeedOptions(command)
    .requiredOption("--out <file>", `the model file to write, such as ${example}`)
    .option("--checkpoint <file>", "where the training is kept while it runs (beside --out)")
    .addOption(
      new Option("--every <seconds>", "seconds from one checkpoint to the next")
        .argParser(numberOption("--every", 0, 1e6))
        .default(30),
    )
    .option(
      "--resume",
      "go on from the checkpoint, if there is one: with the same options, to the same bits as without a break",
    )
    .addOption(
      new Option("--restart", "begin anew although there is a training that was stopped, or a model").conflicts(
        "resume",
      ),
    );
}

/** Refuses the first of the contradictions that holds. */
export function refuseStray(contradictions: readonly (readonly [holds: boolean, words: string])[]): void {
  const found = contradictions.find(([holds]) => holds);
  if (found !== undefined) throw new ArgumentError(`${found[1]}; leave it out`);
}

/** The method that the options name. */
export function methodOf({ method, steps, chains, temperatures }: MethodOptions): TrainingMethod {
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

/** The rate as it falls over so many epochs, if it does. */
export function fallingRate(from: number, to: number, epochs: number): Scheduled {
  return from === to ? from : linearDecay({ from, to, epochs });
}

/** A rate in the words that checkpoints have for it. */
export function describeRate(rate: Scheduled): string {
  return typeof rate === "number" ? String(rate) : rate.description;
}

/** How the options have grey pixels read. */
export function chosenReading({ binarise, threshold }: ReadingOptions): Reading {
  return { binarise: binarise === "sample" ? "sample" : "threshold", threshold: threshold ?? usualReading.threshold };
}
