import { VectorSet } from "engram";
import { matrix, standardErrorOfMean, studentQuantile } from "engram/math";
import {
  block,
  EnergyMemory,
  EpisodeSource,
  reconstruction,
  scoreEnergyMemory,
  trainEnergyMemory,
} from "engram/neural";
import { linearDecay } from "engram/training";
import { colours, type Experiment, type GreyImages } from "../experiment.js";
import { type Interval, mean, stated } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  readonly seeds: number;
  /** Numbers of features: what is written is that many numbers for each pixel. */
  readonly features: readonly number[];
  readonly patterns: number;
  readonly epochs: number;
  readonly episodes: number;
}

/** Mean squared error of a pixel of fresh digits, for one seed and one number of features. */
interface Part {
  readonly distortion: number;
  readonly cue: number;
}

interface FigureData {
  readonly points: readonly { readonly features: number; readonly seed: number; readonly distortion: number }[];
  readonly cue: number;
}

/** Side of the removed block in a picture of 14 x 14 pixels. */
const SIDE = 5;
const [EPISODES, BATCH] = [320, 8];

/** How does the distortion of digits with a removed block fall with the size of the memory? */
export const distortionRate: Experiment<Parameters, Part, FigureData> = {
  id: "bartunov-2019/distortion-rate",
  title: "Digits with a removed block: mean squared error after reading, against the size of the memory",
  citation,
  where: "experiments on images: distortion after removing a block, against memory size",
  version: 1,
  digits: "like MNIST",
  settings: {
    quick: { seeds: 3, features: [16, 64], patterns: 16, epochs: 2, episodes: 5 },
    standard: { seeds: 3, features: [8, 16, 32, 64, 128, 256], patterns: 32, epochs: 20, episodes: 30 },
    full: { seeds: 10, features: [8, 16, 32, 64, 128, 256, 512], patterns: 64, epochs: 100, episodes: 100 },
  },
  tasks: ({ seeds, features }) => seeds * features.length,

  async run({ features, patterns, epochs, episodes }, task, { random, images, workspace, signal, progress }) {
    const training = vectorsOf(await images("mnist", { split: "train" }));
    const test = vectorsOf(await images("mnist", { split: "test" }));
    const memory = new EnergyMemory({
      units: training.units,
      energy: reconstruction({ features: features[task % features.length] }),
      write: { steps: 5, rate: 1 },
      read: { steps: 5 },
      random: random.fork(0),
    });
    const damage = block({ side: SIDE });
    const run = trainEnergyMemory(memory, {
      data: training,
      epochs,
      episodes: EPISODES,
      batch: BATCH,
      patterns,
      damage,
      rate: linearDecay({ from: 0.003, to: 0, epochs }),
      seed: random.fork(1).word(),
      workspace,
      signal,
    });
    for await (const { epoch } of run) progress(epoch / (epochs + 1));
    const source = new EpisodeSource(memory.units, test, { patterns, damage });
    const { distortion, cueDistortion } = scoreEnergyMemory(memory, source, { episodes, random: random.fork(2) });
    return { distortion, cue: cueDistortion };
  },

  summarize({ seeds, features, patterns, epochs, episodes }, parts) {
    const of = (k: number) =>
      parts.filter((_, task) => task % features.length === k).map(({ distortion }) => distortion);
    const [first, last] = [of(0), of(features.length - 1)];
    const cue = mean(parts.map((part) => part.cue));
    return {
      rows: [
        stated(
          `mean squared error with ${features[features.length - 1]} features less that with ${features[0]}, mean of seeds`,
          "falls with the size of the memory",
          interval(last.map((value, k) => value - first[k])),
          { below: 0 },
          {
            smaller: "other energies than the source's, and pictures of 14 x 14 pixels",
            remark: "the claim is from memory",
          },
        ),
      ],
      notes: [
        `Test digits of 14 x 14 pixels, ${patterns} in an episode, each with a block of ${SIDE} x ${SIDE} pixels of grey in its cue: mean squared errors of a pixel over ${seeds} seeds of ${episodes} episodes: ${features.map((size, k) => `${size} features ${mean(of(k)).toFixed(4)}`).join(", ")}; the cues ${cue.toFixed(4)}.`,
        `What is written is one number for each feature and pixel. Five steps of writing and of reading are learned in ${epochs} epochs of ${EPISODES} episodes of training digits; test digits are never learned from.`,
      ],
      figure: {
        points: features.flatMap((size, k) => of(k).map((distortion, seed) => ({ features: size, seed, distortion }))),
        cue,
      },
    };
  },

  figure(Plot, { figure: { points, cue } }) {
    const measured = [...new Set(points.map(({ features }) => features))];
    return {
      width: 640,
      height: 320,
      x: { label: "number of features →", type: "log", base: 2, grid: true, ticks: measured },
      y: { label: "↑ mean squared error of a pixel", grid: true },
      marks: [
        Plot.ruleY([0], { stroke: colours.faint }),
        Plot.ruleY([cue], { stroke: colours.other }),
        Plot.text(["the cues"], { frameAnchor: "right", y: cue, dy: 12, dx: -8, fill: colours.other }),
        Plot.dot(points, { x: "features", y: "distortion", fill: colours.ours, r: 3 }),
      ],
    };
  },
};

/** Pictures of half the height and width, each pixel the mean of four, 0 for black to 1 for white. */
function vectorsOf({ values, shape, count }: GreyImages): VectorSet {
  const [height, width] = shape;
  const [rows, columns] = [height >> 1, width >> 1];
  const small = new Float64Array(count * rows * columns);
  for (let r = 0, at = 0; r < count; r++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++, at++) {
        const k = r * height * width + 2 * y * width + 2 * x;
        small[at] = (values[k] + values[k + 1] + values[k + width] + values[k + width + 1]) / 1020;
      }
    }
  }
  return new VectorSet(matrix(count, rows * columns, small), { shape: [rows, columns] });
}

/** A mean with Student's 95 % interval. */
function interval(values: readonly number[]): Interval {
  const value = mean(values);
  const reach = studentQuantile(0.975, values.length - 1) * standardErrorOfMean(values, value);
  return { value, low: value - reach, high: value + reach };
}
