import type { Command } from "commander";
import { sheet } from "../../data/index.js";
import { ArgumentError } from "../../errors.js";
import { canvasFor, drawPictures, plain, workspaceThreads, writeGreyPng } from "../../node/index.js";
import { integerOption, newCommand, numberOption, regionOption } from "../io/options.js";
import { count as counted, print } from "../io/output.js";
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
  json?: true;
}

/** Chains that are drawn for a person. */
const drawn = 5;

export function sampleCommand(): Command {
  const command = newCommand(
    "sample",
    "Sample a trained model by Markov chains, from noise, from data or from an image.",
    "engram sample digits.rbm.safetensors --count 10 --png samples.png",
  )
    .argument("<model>", "a model file that engram train wrote")
    .option("--from <start>", "random, data (see --data), or an image file", "random")
    .option("--data <name>", "the data to start from (default what the model was trained on)")
    .option("--split <part>", "the part of the data set, such as train or test")
    .option("--invert", "the image shows dark ink on light paper: dark becomes 1")
    .option("--label <class>", "a class that the net was trained with --labels for, or all, chain by chain")
    .option(
      "--count <n>",
      "number of chains, side by side in the sheet (default 10; one a class with --label all)",
      integerOption("--count", 1, 10_000),
    )
    .option("--rows <n>", "images of each chain, one below the other", integerOption("--rows", 1, 10_000), 10)
    .option("--steps <k>", "steps of Gibbs sampling between two of them", integerOption("--steps", 1), 100)
    .option(
      "--burn-in <n>",
      "steps before the first one (default 1000 from random, otherwise 0: it is the start)",
      integerOption("--burn-in", 0),
    )
    .option("--beta <b>", "inverse temperature", numberOption("--beta", 1e-6, 1e6), 1)
    .option("--clamp <region>", "hold this part of the start: top,left,height,width", regionOption("--clamp"))
    .option("--png <file>", "write the sheet as a PNG file: for each pixel what it was drawn from")
    .option("--scale <n>", "write n x n pixels a unit", integerOption("--scale", 1, 64), 2);
  return withSeedOptions(command).action(sample);
}

async function sample(file: string, options: SampleOptions): Promise<void> {
  const { from, data, split, rows, steps, clamp, label, png, scale, seed, json } = options;
  if (from !== "data" && (data !== undefined || split !== undefined)) {
    throw new ArgumentError(
      `--data and --split say what --from data starts from, but --from is ${from}; leave them out`,
    );
  }
  const { model, use } = await loadTrained(file, samplings);
  const asked = {
    from: from !== "random",
    beta: options.beta !== 1,
    clamp: clamp !== undefined,
    label: label !== undefined,
  };
  for (const [name, given] of Object.entries(asked)) {
    if (!given || use.options.some((option) => option === name)) continue;
    throw new ArgumentError(`--${name} does not go with a model of the kind ${use.kind.name}; leave it out`);
  }
  const shape = requireShape(model, "engram sample");
  const count = options.count ?? use.usualCount?.(model, label) ?? 10;
  const make = await use.sampler(model, shape, { ...options, count });
  const burnIn = options.burnIn ?? (from === "random" ? 1000 : 0);
  const { moments, classes } = await run(make, burnIn, options);
  const size = shape[0] * shape[1];
  // Black and white of a model's pictures.
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
    clamp,
    label,
    seed,
    png,
    classes,
  };
  print(json, { ...setting, states: json && rowsOf(last.states, size) }, () => {
    const pictures = rowsOf(last.means, size).slice(0, drawn);
    const taken = burnIn + (rows - 1) * steps;
    return [
      drawPictures(
        pictures.map((means, r) => ({
          state: means.map((value) => (value > middle ? 1 : -1)),
          caption: classes === undefined ? `chain ${r + 1}` : `chain ${r + 1}: ${plain(classes[r])}`,
        })),
        shape,
        canvasFor(process.stdout),
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
  const crew = await workspaceThreads(threads);
  const bar = new ProgressBar("sampling");
  try {
    const chains = make(crew.makeWorkspace);
    const moments: Moment[] = [];
    const total = burnIn + (rows - 1) * steps;
    for (let done = 0, next = burnIn; ; next += steps) {
      // In parts, so that the bar moves.
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
    await crew.dispose();
  }
}

function rowsOf(values: Float64Array, size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, r) => Array.from(values.subarray(r * size, (r + 1) * size)));
}
