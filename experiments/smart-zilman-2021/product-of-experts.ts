import { DataError, type PatternSet } from "engram";
import { nearestPatterns, randomProjection } from "engram/baselines";
import type { Context } from "../experiment.js";
import { pause } from "../pause.js";
import { classify, type Errors, type Labelled, regress } from "./expert-classifier.js";
import { ExpertFeatures } from "./expert-features.js";
import { type ClassTrees, type Digits, digits, prepared, subPatterns } from "./patterns.js";
import { type Start, startWeights } from "./starts.js";
import { trainWeights } from "./train-expert.js";

export type Parameters = {
  /** Training and test images, the first ones of the files. */
  images: number;
  test: number;
  /** Sub-patterns a digit, which are the hidden units of its expert. */
  k: number[];
  /** Those of the experts that are trained, too. */
  trained: number[];
  starts: Start[];
  /** Of all that is random: draws, and the order of the rows that decides between equal merges of clusters. */
  runs: number;
  epochs: number;
  /** Epochs after which the experts are tested, beside 0. */
  tested: number[];
  batch: number;
  /** CD-k. */
  steps: number;
  rate: number;
  /** Numbers of random projections of the baselines. */
  projections: number[];
};

/** Ten experts, and how their features classify the test images as they learn. */
export interface CurvePart {
  readonly kind: "curve";
  readonly start: Start;
  readonly k: number;
  readonly run: number;
  readonly points: readonly (Errors & { readonly epoch: number })[];
  /** Test images whose nearest sub-pattern is another digit's. */
  readonly nearest?: Pick<Errors, "wrong" | "of">;
}

/** Logistic regression on a number of random projections of the pixels; on the pixels themselves if it is omitted. */
export interface BaselinePart extends Errors {
  readonly kind: "baseline";
  readonly projections: number;
}

export type Part = CurvePart | BaselinePart;

type Task = Pick<CurvePart, "kind" | "start" | "k" | "run"> | Pick<BaselinePart, "kind" | "projections">;

/** The ten digits. */
const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);

/** Every start and k, as often as they are random, and the baselines. */
export function tasksOf({ k, trained, starts, runs, projections }: Parameters): Task[] {
  const curves = k
    .toSorted((a, b) => b - a)
    .flatMap((size) =>
      starts.flatMap((start) => {
        // Principal components alone are the same in every run before training.
        const isRandom = start !== "pca" || trained.includes(size);
        return Array.from(
          { length: isRandom ? runs : 1 },
          (_, run) => ({ kind: "curve", start, k: size, run }) as const,
        );
      }),
    );
  return [...curves, ...[0, ...projections].map((projections) => ({ kind: "baseline", projections }) as const)];
}

export async function runTask(parameters: Parameters, task: number, context: Context): Promise<Part> {
  const { images } = context;
  const job = tasksOf(parameters)[task];
  const test = await digits(images, { split: "test", count: parameters.test });
  if (job.kind === "curve") {
    const { set, trees } = await prepared(images, parameters.images, job.run);
    return curve(parameters, job, set, test, trees, context);
  }
  return baseline(job.projections, await digits(images, { split: "train", count: parameters.images }), test, context);
}

async function curve(
  parameters: Parameters,
  { start, k, run }: Pick<CurvePart, "start" | "k" | "run">,
  train: Digits,
  test: Digits,
  trees: ClassTrees,
  context: Context,
): Promise<CurvePart> {
  const epochs = parameters.trained.includes(k) ? parameters.epochs : 0;
  const tested = [0, ...parameters.tested.filter((epoch) => epoch > 0 && epoch <= epochs)];
  const states = train.patterns.concat(test.patterns);
  const features = tested.map(() => new Float32Array(states.count * DIGITS.length));
  const scorer = new ExpertFeatures(states, k, context.workspace);
  const all = subPatterns(trees, k);
  try {
    for (const digit of DIGITS) {
      const patterns = all.select(Array.from({ length: k }, (_, cluster) => digit * k + cluster));
      const images = trees.members[digit];
      const expert = { ...parameters, digit, start, k, epochs, tested, images, patterns };
      const columns = await featuresOf(expert, scorer, context);
      columns.forEach((column, at) => {
        for (let r = 0; r < column.length; r++) features[at][r * DIGITS.length + digit] = column[r];
      });
    }
  } finally {
    scorer.dispose();
  }
  const points: CurvePart["points"][number][] = [];
  for (const [at, epoch] of tested.entries()) {
    const [a, b] = split(features[at], DIGITS.length, train, test);
    points.push({ epoch, ...(await classify(a, b, context)) });
  }
  return { kind: "curve", start, k, run, points, ...(start === "hopfield" && { nearest: nearestErrors(all, test) }) };
}

/** An untrained expert, and its training images. */
interface Expert extends Pick<Parameters, "batch" | "steps" | "rate" | "epochs" | "tested"> {
  readonly digit: number;
  readonly start: Start;
  readonly k: number;
  readonly images: PatternSet;
  readonly patterns: PatternSet;
}

/** Features of all images after each tested epoch. */
async function featuresOf(expert: Expert, scorer: ExpertFeatures, context: Context): Promise<Float32Array[]> {
  const { digit, start, images, patterns, epochs, tested } = expert;
  const { kept, progress, random, signal } = context;
  const stream = random.fork(digit);
  const weights = startWeights(start, { images, patterns, random: stream.fork(0) });
  const found = new Map([[0, scorer.of(weights)]]);
  const name = (epoch: number) => `features-${digit}-${epoch}`;
  const tell = (epoch: number) => progress((0.95 * (digit + epoch / Math.max(1, epochs))) / DIGITS.length);
  if (epochs > 0) {
    const seed = stream.fork(1).word();
    await trainWeights(`expert-${digit}`, weights, images, { ...expert, seed }, context, async (epoch, now) => {
      tell(epoch);
      if (!tested.includes(epoch)) return;
      const values = scorer.of(now);
      found.set(epoch, values);
      await kept.write(name(epoch), new Uint8Array(values.buffer));
    });
  }
  tell(epochs);
  await pause(signal);
  return Promise.all(tested.map(async (epoch) => found.get(epoch) ?? numbersOf(await kept.read(name(epoch)))));
}

/** Saved features; a copy, since the bytes may lie anywhere in a larger buffer. */
function numbersOf(bytes: Uint8Array | undefined): Float32Array {
  if (bytes === undefined)
    throw new DataError("features of an earlier epoch are gone; remove what was kept of this run");
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** The rows of the training images and those of the test images. */
function split(values: Float32Array, columns: number, train: Digits, test: Digits): [Labelled, Labelled] {
  const [a, b] = [train.patterns.count, test.patterns.count];
  return [
    { features: { rows: a, columns, values: values.subarray(0, a * columns) }, labels: train.labels },
    { features: { rows: b, columns, values: values.subarray(a * columns) }, labels: test.labels },
  ];
}

function nearestErrors(patterns: PatternSet, test: Digits): Pick<Errors, "wrong" | "of"> {
  const { indices } = nearestPatterns(patterns, test.patterns);
  const wrong = indices.reduce((sum, at, r) => sum + (Number(patterns.labels?.[at]) === test.labels[r] ? 0 : 1), 0);
  return { wrong, of: indices.length };
}

async function baseline(projections: number, train: Digits, test: Digits, context: Context): Promise<BaselinePart> {
  const patterns = train.patterns.concat(test.patterns);
  const { units, count } = patterns;
  const spins = new Float32Array(count * units);
  for (let r = 0; r < count; r++) spins.set(patterns.spins(r), r * units);
  const [a, b] = split(spins, units, train, test);
  const { workspace, signal } = context;
  const options = { workspace, signal };
  if (projections === 0) return { kind: "baseline", projections, ...(await regress(a, b, options)) };
  const map = randomProjection(units, projections, { random: context.random });
  const projected = ({ features, labels }: Labelled): Labelled => ({ features: map.transform(features), labels });
  return { kind: "baseline", projections, ...(await classify(projected(a), projected(b), context)) };
}
