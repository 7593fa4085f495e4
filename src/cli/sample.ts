import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { sheet } from "../data/index.js";
import { ArgumentError } from "../errors.js";
import { Random } from "../math/index.js";
import { WorkspaceChains } from "../models/index.js";
import {
  canvasFor,
  drawPictures,
  loadRbm,
  readPictures,
  type Size,
  workspaceThreads,
  writeGreyPng,
} from "../node/index.js";
import type { Region } from "../patterns/index.js";
import type { StoredRbm } from "../storage/index.js";
import type { GreySet } from "./grey-set.js";
import { integerOption, newCommand, numberOption, regionOption } from "./options.js";
import { count as counted, print } from "./output.js";
import { ProgressBar } from "./progress.js";
import { isInverted, readFor, readingOf, requireShape, statesOf } from "./reading.js";

interface SampleOptions {
  from: string;
  data?: string;
  split?: string;
  invert?: boolean;
  count: number;
  rows: number;
  steps: number;
  burnIn?: number;
  beta: number;
  clamp?: Region;
  png?: string;
  scale: number;
  seed: number;
  threads?: number;
  json?: true;
}

/** Chains that are drawn for a person. */
const drawn = 5;

export function sampleCommand(): Command {
  return newCommand(
    "sample",
    "Let a trained model dream: Markov chains from noise, from data or from an image.",
    "engram sample digits.rbm.safetensors --count 10 --png dreams.png",
  )
    .argument("<model>", "a model file that engram train rbm wrote")
    .option("--from <start>", "random, data (see --data), or an image file", "random")
    .option("--data <name>", "the data to start from (what the model was trained on)")
    .option("--split <part>", "the part of the data set, such as train or test")
    .option("--invert", "the image shows dark ink on light paper: dark becomes 1")
    .option("--count <n>", "number of chains, side by side in the sheet", integerOption("--count", 1, 10_000), 10)
    .option("--rows <n>", "images of each chain, one below the other", integerOption("--rows", 1, 10_000), 10)
    .option("--steps <k>", "steps of Gibbs sampling between two of them", integerOption("--steps", 1), 100)
    .option(
      "--burn-in <n>",
      "steps before the first one (1000 from random, otherwise 0: it is the start)",
      integerOption("--burn-in", 0),
    )
    .option("--beta <b>", "inverse temperature: below 1 wilder, above 1 tamer", numberOption("--beta", 1e-6, 1e6), 1)
    .option("--clamp <region>", "hold this part of the start: top,left,height,width", regionOption("--clamp"))
    .option("--png <file>", "write the sheet as a PNG file: for each pixel what it was drawn from")
    .option("--scale <n>", "write n x n pixels a unit", integerOption("--scale", 1, 64), 2)
    .option("--seed <n>", "the seed of all that is random", integerOption("--seed", 0), 1)
    .option("--threads <n>", "threads, which change no result (one a core)", integerOption("--threads", 1, 64))
    .action(sample);
}

async function sample(file: string, options: SampleOptions): Promise<void> {
  const { from, data, split, count, rows, steps, clamp, png, scale, seed, json } = options;
  if (from !== "data" && (data !== undefined || split !== undefined)) {
    throw new ArgumentError(
      `--data and --split say what --from data starts from, but --from is ${from}; leave them out`,
    );
  }
  if (clamp !== undefined && from === "random") {
    throw new ArgumentError("--clamp holds a part of the start, but --from is random; give --from data or an image");
  }
  const model = await loadRbm(file);
  const shape = requireShape(model, "engram sample");
  const start = await startOf(model, shape, options);
  const burnIn = options.burnIn ?? (from === "random" ? 1000 : 0);
  const moments = await run(model, start, burnIn, options);
  const size = shape[0] * shape[1];
  const scaleOf = greyRange(model);
  if (png !== undefined) {
    // A row of the sheet is one moment of all chains.
    const images = Float64Array.from(moments.flatMap(({ means }) => [...means]));
    await writeGreyPng(png, sheet(images, { shape, columns: count, scale: scaleOf }), scale);
  }
  const last = moments[moments.length - 1];
  const middle = (scaleOf[0] + scaleOf[1]) / 2;
  const setting = { file, from, data, count, rows, steps, burnIn, beta: options.beta, clamp, seed, png };
  print(json, { ...setting, states: json && rowsOf(last.states, size) }, () => {
    const pictures = rowsOf(last.means, size).slice(0, drawn);
    const taken = burnIn + (rows - 1) * steps;
    return [
      drawPictures(
        pictures.map((means, r) => ({
          state: means.map((value) => (value > middle ? 1 : -1)),
          caption: `chain ${r + 1}`,
        })),
        shape,
        canvasFor(process.stdout),
      ),
      "",
      `${counted(count, "chain")} from ${from} after ${counted(taken, "step")} of Gibbs sampling${count > drawn ? `; the first ${drawn} are drawn` : ""}`,
      png === undefined
        ? "--png dreams.png writes them all, and how they got there"
        : `Wrote ${png}: a column is a chain, with ${counted(steps, "step")} from row to row`,
    ];
  });
}

/** All chains at one moment: their states, and what these were drawn from. */
interface Moment {
  readonly states: Float64Array;
  readonly means: Float64Array;
}

async function run(model: StoredRbm, start: Float64Array | undefined, burnIn: number, options: SampleOptions) {
  const { rbm, shape } = model;
  const { count, rows, steps, beta, clamp, seed, threads } = options;
  const clamped = clamp === undefined || shape === undefined ? [] : pixelsOf(clamp, shape);
  const crew = await workspaceThreads(threads);
  const bar = new ProgressBar("sampling");
  try {
    const random = new Random(seed).fork(0);
    const workspace = crew.makeWorkspace;
    const chains = new WorkspaceChains(rbm, { random, visible: start, count, beta, clamped, workspace });
    const moments: Moment[] = [];
    const total = burnIn + (rows - 1) * steps;
    for (let done = 0, next = burnIn; ; next += steps) {
      // In parts, so that the bar moves.
      for (; done < next; bar.update(done, total)) {
        const part = Math.min(20, next - done);
        chains.advance(part);
        done += part;
      }
      moments.push({ states: chains.states(), means: chains.means() });
      if (moments.length === rows) return moments;
    }
  } finally {
    bar.clear();
    await crew.dispose();
  }
}

/** Where the chains start, a row each; undefined where nothing is given. */
async function startOf(model: StoredRbm, shape: Size, options: SampleOptions): Promise<Float64Array | undefined> {
  const { from, count, seed } = options;
  const invert = isInverted(model, options);
  const { visible } = model.rbm;
  if (from === "random") return undefined;
  const random = new Random(seed).fork(1);
  const reading = readingOf(model);
  if (from === "data") {
    const data = options.data ?? model.notes?.data;
    // The part that it was trained on belongs to the data that it was trained on.
    const split = options.split ?? (options.data === undefined ? model.notes?.split : undefined);
    if (typeof data !== "string")
      throw new ArgumentError("--from data needs --data, since the model does not name its own");
    const set = await readFor(model, { data, split: typeof split === "string" ? split : undefined, invert });
    if (count > set.count)
      throw new ArgumentError(`--count is ${count} but ${set.name} has ${set.count} images; ask for fewer`);
    return statesOf(set, visible, reading, count, random);
  }
  const found = await stat(from).catch(() => undefined);
  if (found === undefined) {
    throw new ArgumentError(`--from is ${JSON.stringify(from)}; expected random, data or the path of an image`);
  }
  const { images } = await readPictures([from], { size: shape, invert });
  const values = images[0].map((grey) => (invert ? 255 - grey : grey));
  const set: GreySet = { name: from, values, count: 1, shape };
  const row = statesOf(set, visible, reading, 1, random);
  return Float64Array.from({ length: count * row.length }, (_, k) => row[k % row.length]);
}

function pixelsOf({ top, left, height, width }: Region, shape: Size): number[] {
  const [rows, columns] = shape;
  if (height === 0 || width === 0 || top + height > rows || left + width > columns) {
    throw new ArgumentError(
      `--clamp is ${[top, left, height, width].join()}; the model's pictures are ${shape.join("x")}`,
    );
  }
  return Array.from({ length: height * width }, (_, k) => (top + Math.floor(k / width)) * columns + left + (k % width));
}

/** Black and white of a model's pictures. */
function greyRange({ rbm: { visible } }: StoredRbm): [low: number, high: number] {
  const { low, high } = visible.twoStates ?? { low: 0, high: 1 };
  return [low, high];
}

function rowsOf(values: Float64Array, size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, r) => Array.from(values.subarray(r * size, (r + 1) * size)));
}
