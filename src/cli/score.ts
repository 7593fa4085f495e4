import type { Command } from "commander";
import pc from "picocolors";
import { type LogLikelihood, logLikelihood } from "../analysis/index.js";
import { Random } from "../math/index.js";
import { loadRbm, workspaceThreads } from "../node/index.js";
import { type GreySetOptions, withDataOptions } from "./grey-set.js";
import { choiceOption, integerOption, newCommand } from "./options.js";
import { count, print } from "./output.js";
import { ProgressBar } from "./progress.js";
import { readFor, readingOf, statesOf } from "./reading.js";

interface ScoreOptions extends GreySetOptions {
  binarise?: string;
  threshold?: number;
  method?: "exact" | "annealing";
  chains: number;
  temperatures: number;
  seed: number;
  threads?: number;
  json?: true;
}

export function scoreCommand(): Command {
  const command = newCommand(
    "score",
    "Tell how probable a trained model makes images: their log-likelihood, with bounds and a verdict.",
    "engram score digits.rbm.safetensors --data mnist --split test",
  )
    .argument("<model>", "a model file that engram train rbm wrote")
    .requiredOption("--data <name>", "glyphs (built in), mnist, or a folder of IDX files or of images");
  return withDataOptions(command)
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
    .option("--chains <n>", "chains of annealed importance sampling", integerOption("--chains", 2, 1_000_000), 500)
    .option("--temperatures <n>", "temperatures that they go through", integerOption("--temperatures", 2), 1000)
    .option("--seed <n>", "the seed of all that is random", integerOption("--seed", 0), 1)
    .option("--threads <n>", "threads, which change no result (one a core)", integerOption("--threads", 1, 64))
    .action(score);
}

async function score(file: string, options: ScoreOptions): Promise<void> {
  const { chains, temperatures, method, seed, threads, json } = options;
  const model = await loadRbm(file);
  const { rbm } = model;
  const reading = readingOf(model, options);
  const set = await readFor(model, options);
  const random = new Random(seed);
  const rows = statesOf(set, rbm.visible, reading, set.count, random.fork(0));
  const crew = await workspaceThreads(threads);
  const bar = new ProgressBar("annealing");
  let result: LogLikelihood;
  try {
    result = await logLikelihood(rbm, rows, {
      random: random.fork(1),
      method,
      chains,
      temperatures,
      workspace: crew.makeWorkspace,
      progress: (done, total) => bar.update(done, total),
    });
  } finally {
    bar.clear();
    await crew.dispose();
  }
  const { value, low, high, rowStandardError, partition, effectiveSampleSize, trusted, verdict } = result;
  const isCut = rbm.visible.twoStates !== undefined;
  const isExact = result.method === "exact sum";
  const record = {
    file,
    data: set.name,
    images: set.count,
    ...(isCut ? reading : {}),
    logLikelihood: value,
    low,
    high,
    standardErrorOverImages: rowStandardError,
    logPartition: partition.logZ,
    logPartitionLow: partition.low,
    logPartitionHigh: partition.high,
    method: result.method,
    // JSON knows no infinity, and nothing was sampled.
    ...(isExact ? {} : { chains, temperatures, effectiveSampleSize }),
    trusted,
    verdict,
    seed,
  };
  print(json, record, () => [
    `log-likelihood  ${nats(value)} nats an image, ${isExact ? "exact" : `between ${nats(low)} and ${nats(high)}`}`,
    `over ${count(set.count, "image")} of ${set.name}, another sample of which would differ by about ${nats(rowStandardError)}`,
    `log Z           ${nats(partition.logZ)}${isExact ? "" : `, between ${nats(partition.low)} and ${nats(partition.high)}`}`,
    ...(isExact
      ? []
      : [`${effectiveSampleSize.toFixed(0)} effective samples in ${chains} chains of ${temperatures} temperatures`]),
    trusted ? pc.green(verdict) : pc.red(verdict),
  ]);
}

function nats(x: number): string {
  return x.toFixed(2);
}
