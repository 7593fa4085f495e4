import type { Command } from "commander";
import { sheet } from "../../data/index.js";
import { ArgumentError } from "../../errors.js";
import { canvasFor, drawPictures, layoutOf, plain, workspaceThreads, writeGreyPng } from "../../node/index.js";
import { integerOption, newCommand, numberOption, regionHelp, regionOption } from "../io/options.js";
import { count as counted, print } from "../io/output.js";
import { claimOutputs, forceOption, pictureFormat } from "../io/output-files.js";
import { ProgressBar } from "../io/progress.js";
import { requireShape } from "../io/reading.js";
import { loadTrained } from "../io/trained-model.js";
import { withSeedOptions } from "../train/training-options.js";
import { type ChainOptions, type MakeSampler, type Moment, samplings } from "./kinds.js";

interface SampleOptions extends Omit<ChainOptions, "count"> {
  count?: number;
  rows: number;
  steps: number;
  png?: string;
  scale: number;
  threads?: number;
  force?: true;
  json?: true;
}

/** The largest number of chains drawn in text: those that fit side by side, at most this number. */
const mostDrawn = 5;

export function sampleCommand(): Command {
  const command = newCommand(
    "sample",
    "Sample from a trained model by Markov chains that start from noise, data or an image.",
    "engram sample digits.rbm.safetensors --count 10 --png samples.png",
  )
    .argument("<model>", "model file written by engram train")
    .option("--from <start>", "start of the chains: random, data, or an image file", "random")
    .option("--data <name>", "data to start from, with --from data (default the training data)")
    .option("--split <part>", "part of the data set, such as test (default the part of the training data)")
    .option("--invert", "images are dark on light: dark pixels become 1")
    .option("--label <class>", "class to sample, or all for one class per chain; for a net trained with --labels")
    .option(
      "--count <n>",
      "number of chains, the columns of the sheet (default 10, or one per class with --label all)",
      integerOption("--count", 1, 10_000),
    )
    .option("--rows <n>", "number of images per chain, the rows of the sheet", integerOption("--rows", 1, 10_000), 10)
    .option("--steps <k>", "Gibbs steps between two images of a chain", integerOption("--steps", 1), 100)
    .option(
      "--burn-in <n>",
      "Gibbs steps before the first image (default 1000 for --from random, else 0)",
      integerOption("--burn-in", 0),
    )
    .option("--beta <b>", "inverse temperature", numberOption("--beta", 1e-6, 1e6), 1)
    .option("--clamp <region>", `hold a part of the start fixed: ${regionHelp}`, regionOption("--clamp"))
    .option("--png <file>", "write the sheet as a PNG file, with the mean from which each pixel was drawn")
    .option("--scale <n>", "pixels per unit of --png in each direction", integerOption("--scale", 1, 64), 2)
    .addOption(forceOption());
  return withSeedOptions(command).action(sample);
}

async function sample(file: string, options: SampleOptions): Promise<void> {
  const { from, data, split, rows, steps, clamp, label, png, scale, seed, json } = options;
  if (from !== "data" && (data !== undefined || split !== undefined)) {
    throw new ArgumentError(`--data and --split are for --from data, but --from is ${from}; omit them`);
  }
  const { model, use } = await loadTrained(file, samplings);
  const trainedOn = model.notes?.data;
  await claimOutputs([{ flag: "--png", path: png, format: pictureFormat }], {
    inputs: [
      { flag: "the model", path: file },
      { flag: "--from", path: from },
      { flag: "--data", path: data },
      { flag: "the training data", path: typeof trainedOn === "string" ? trainedOn : undefined },
    ],
    force: options.force,
  });
  const asked = {
    from: from !== "random",
    beta: options.beta !== 1,
    clamp: clamp !== undefined,
    label: label !== undefined,
  };
  for (const [name, given] of Object.entries(asked)) {
    if (!given || use.options.some((option) => option === name)) continue;
    throw new ArgumentError(`--${name} cannot be used with a model of the kind ${use.kind.name}; omit it`);
  }
  const shape = requireShape(model, "engram sample");
  const count = options.count ?? use.usualCount?.(model, label) ?? 10;
  const make = await use.sampler(model, shape, { ...options, count });
  const burnIn = options.burnIn ?? (from === "random" ? 1000 : 0);
  const { moments, classes } = await run(make, burnIn, options);
  const size = shape[0] * shape[1];
  // The values of black and white pixels.
  const { low, high } = model.visible.twoStates ?? { low: 0, high: 1 };
  if (png !== undefined) {
    // A row of the sheet is one moment of all chains.
    const images = Float64Array.from(moments.flatMap(({ means }) => [...means]));
    await writeGreyPng(png, sheet(images, { shape, columns: count, scale: [low, high] }), scale);
  }
  const last = moments[moments.length - 1];
  const middle = (low + high) / 2;
  const setting = {
    file,
    from,
    data,
    count,
    rows,
    steps,
    burnIn,
    beta: options.beta,
    clamp: clamp?.(shape),
    label,
    seed,
    png,
    classes,
  };
  print(json, { ...setting, states: json && rowsOf(last.states, size) }, () => {
    const canvas = canvasFor(process.stdout);
    const drawn = layoutOf(Math.min(count, mostDrawn), shape[1], canvas.columns).perLine;
    const pictures = rowsOf(last.means, size).slice(0, drawn);
    const taken = burnIn + (rows - 1) * steps;
    return [
      drawPictures(
        pictures.map((means, r) => ({
          state: means.map((value) => (value > middle ? 1 : -1)),
          caption: classes === undefined ? `chain ${r + 1}` : `chain ${r + 1}: ${plain(classes[r])}`,
        })),
        shape,
        canvas,
      ),
      "",
      `${counted(count, "chain")} from ${from} after ${counted(taken, "step")} of Gibbs sampling${count > drawn ? `; the first ${drawn} are drawn` : ""}`,
      png === undefined
        ? "--png samples.png writes all of them"
        : `Wrote ${png}: a column is a chain, with ${counted(steps, "step")} from row to row`,
    ];
  });
}

/** Moments of the chains, and the classes that they show at the last one. */
async function run(make: MakeSampler, burnIn: number, { rows, steps, threads }: SampleOptions) {
  const pool = await workspaceThreads(threads);
  const bar = new ProgressBar("sampling");
  try {
    const chains = make(pool.makeWorkspace);
    const moments: Moment[] = [];
    const total = burnIn + (rows - 1) * steps;
    for (let done = 0, next = burnIn; ; next += steps) {
      // In parts, to update the progress bar.
      for (; done < next; bar.update(done, total)) {
        const part = Math.min(20, next - done);
        chains.advance(part);
        done += part;
      }
      moments.push(chains.moment());
      if (moments.length === rows) return { moments, classes: chains.classes?.() };
    }
  } finally {
    bar.clear();
    await pool.dispose();
  }
}

function rowsOf(values: Float64Array, size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, r) => Array.from(values.subarray(r * size, (r + 1) * size)));
}
