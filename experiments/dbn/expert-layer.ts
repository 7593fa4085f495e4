import { DataError, PatternSet } from "engram";
import { logisticRegression, ward } from "engram/baselines";
import type { Matrix } from "engram/math";
import type { Context } from "../experiment.js";
import { pause } from "../pause.js";
import { LITTLE, whitened } from "../smart-zilman-2021/expert-classifier.js";
import { ExpertFeatures } from "../smart-zilman-2021/expert-features.js";
import { type ClassTrees, type Digits, ofClass, subPatterns } from "../smart-zilman-2021/patterns.js";
import { type Start, startWeights } from "../smart-zilman-2021/starts.js";
import { trainWeights } from "../smart-zilman-2021/train-expert.js";

/** The input of a layer, as spins, and the classes of the images, 0, 1, ... */
export interface Seen {
  readonly train: Digits;
  readonly test: Digits;
}

/** How a layer begins and learns. */
export interface LayerPlan {
  readonly start: Start;
  /** Hidden units of every expert. */
  readonly k: number;
  /** No training if it is 0. */
  readonly epochs: number;
  /** Epochs after which the layer is tested, ascending from 0. */
  readonly tested: readonly number[];
  readonly batch: number;
  /** CD-k. */
  readonly steps: number;
  readonly rate: number;
}

/** Errors of logistic regression on a layer's features after some epochs. */
export interface LayerPoint {
  readonly epoch: number;
  /** Which test images are misclassified, as text for `bitsOf`. */
  readonly wrong: string;
  /** Error rate on the training images. */
  readonly training: number;
}

/** A layer that has learned. */
export interface LearnedLayer {
  readonly points: readonly LayerPoint[];
  /** W of every expert before training, and after it. */
  readonly before: readonly Matrix[];
  readonly after: readonly Matrix[];
}

/**
 * A layer of experts, one a class: spins x, k gaussian hidden units h of each class c,
 *
 *     E(x, h) = sum_c |h^c|^2 / 2 - x^T W_c h^c,   p(x) ~ exp(beta / 2 sum_c |W_c^T x|^2),
 *
 * which is one RBM with the experts' weights side by side. Every expert learns from the images of its class alone, as those
 * of Smart and Zilman do; the features of x are the |W_c^T x|^2, one a class.
 *
 * What is saved has names that begin with `name`: a run that was killed resumes with the same bits.
 */
export async function learnLayer(
  name: string,
  { train, test }: Seen,
  plan: LayerPlan,
  context: Context,
  tell: (part: number) => void,
): Promise<LearnedLayer> {
  const { kept, random, signal } = context;
  const { k, epochs, tested } = plan;
  const states = train.patterns.concat(test.patterns);
  const members = classesOf(train).map((c) => ofClass(train, c));
  const columns = members.length;
  const features = tested.map(() => new Float32Array(states.count * columns));
  const [before, after]: [Matrix[], Matrix[]] = [[], []];
  const scorer = new ExpertFeatures(states, k, context.workspace);
  try {
    for (const [c, images] of members.entries()) {
      const stream = random.fork(c);
      const file = (epoch: number) => `${name}-features-${c}-${epoch}`;
      const put = (epoch: number, values: Float32Array) => {
        const at = tested.indexOf(epoch);
        for (let r = 0; r < values.length; r++) features[at][r * columns + c] = values[r];
      };
      const weights = expertStart(plan.start, images, { k, c, random: stream.fork(0) });
      before.push(weights);
      put(0, scorer.of(weights));
      const found = new Set([0]);
      const options = { ...plan, seed: stream.fork(1).word() };
      const learned = async (epoch: number, now: Matrix) => {
        if (tested.includes(epoch)) {
          const values = scorer.of(now);
          put(epoch, values);
          found.add(epoch);
          await kept.write(file(epoch), new Uint8Array(values.buffer));
        }
        tell((c + epoch / epochs) / columns);
      };
      const checkpoint = `${name}-expert-${c}`;
      after.push(epochs > 0 ? await trainWeights(checkpoint, weights, images, options, context, learned) : weights);
      // The others are those of an earlier run that was killed.
      for (const epoch of tested) if (!found.has(epoch)) put(epoch, numbersOf(await kept.read(file(epoch))));
      await pause(signal);
      tell((c + 1) / columns);
    }
  } finally {
    scorer.dispose();
  }
  const points: LayerPoint[] = [];
  for (const [at, epoch] of tested.entries())
    points.push({ epoch, ...(await tellApart(features[at], train, test, context)) });
  return { points, before, after };
}

/**
 * The spins that the next layer sees: t_j = sgn(<h_j | x> - theta_j) with the mean of <h_j | x> = (W^T x)_j over the training
 * images for theta_j, all hidden units of all experts side by side.
 */
export function signsAbove(
  weights: readonly Matrix[],
  { train, test }: Seen,
  context: Pick<Context, "workspace">,
): Seen {
  const states = train.patterns.concat(test.patterns);
  const widths = weights.map(({ columns }) => columns);
  const units = widths.reduce((sum, width) => sum + width, 0);
  const rows = Array.from({ length: states.count }, () => new Int8Array(units));
  const scorer = new ExpertFeatures(states, Math.max(...widths), context.workspace);
  try {
    let from = 0;
    for (const [c, own] of weights.entries()) {
      const means = new Float64Array(widths[c]);
      scorer.each(own, (r, inputs) => {
        if (r < train.patterns.count)
          for (let j = 0; j < inputs.length; j++) means[j] += inputs[j] / train.patterns.count;
      });
      scorer.each(own, (r, inputs) => {
        for (let j = 0; j < inputs.length; j++) rows[r][from + j] = inputs[j] > means[j] ? 1 : -1;
      });
      from += widths[c];
    }
  } finally {
    scorer.dispose();
  }
  const part = (own: readonly Int8Array[], { labels }: Digits): Digits => ({ patterns: PatternSet.from(own), labels });
  return {
    train: part(rows.slice(0, train.patterns.count), train),
    test: part(rows.slice(train.patterns.count), test),
  };
}

/** The weights that an expert begins with; from Hopfield patterns they are those of k sub-patterns. */
export function expertStart(
  start: Start,
  images: PatternSet,
  { k, c, random }: { readonly k: number; readonly c: number } & Pick<Context, "random">,
): Matrix {
  // Other starts use only the number of patterns.
  const some = () => images.select(Array.from({ length: k }, (_, r) => r % images.count));
  const patterns = start === "hopfield" || start === "hebbian" ? expertPatterns(images, k, c) : some();
  return startWeights(start, { images, patterns, random });
}

/** Saved features; a copy, since the bytes may lie anywhere in a larger buffer. */
function numbersOf(bytes: Uint8Array | undefined): Float32Array {
  if (bytes === undefined)
    throw new DataError("features of an earlier epoch are gone; remove what was kept of this run");
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** k sub-patterns of the images of class c: the signs of the means of Ward's clusters. */
export function expertPatterns(images: PatternSet, k: number, c: number): PatternSet {
  const trees: ClassTrees = { classes: [c], members: [images], clustered: [images], trees: [ward(images)] };
  return subPatterns(trees, k);
}

function classesOf({ labels }: Digits): number[] {
  return [...new Set(labels)].sort((a, b) => a - b);
}

/** Logistic regression on the features of a layer. */
async function tellApart(
  values: Float32Array,
  train: Digits,
  test: Digits,
  { workspace, signal }: Pick<Context, "workspace" | "signal">,
): Promise<Omit<LayerPoint, "epoch">> {
  const [a, b] = [train.patterns.count, test.patterns.count];
  const columns = values.length / (a + b);
  const [learned, held] = whitened(
    { features: { rows: a, columns, values: values.subarray(0, a * columns) }, labels: train.labels },
    { features: { rows: b, columns, values: values.subarray(a * columns) }, labels: test.labels },
  );
  const model = await logisticRegression(learned.features, learned.labels, { l2: LITTLE, workspace, signal });
  const wrong = (set: typeof learned) =>
    Array.from(model.predict(set.features), (c, r) => (c === set.labels[r] ? 0 : 1));
  return { wrong: packed(wrong(held)), training: wrong(learned).reduce((sum: number, x) => sum + x, 0) / a };
}

/** Bits as hexadecimal digits, four in each. */
function packed(bits: readonly number[]): string {
  let text = "";
  for (let from = 0; from < bits.length; from += 4) {
    let digit = 0;
    for (let k = 0; k < 4; k++) digit |= (bits[from + k] ?? 0) << k;
    text += digit.toString(16);
  }
  return text;
}

/** The first `count` bits of a text that `LayerPoint` has. */
export function bitsOf(text: string, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, k) => (Number.parseInt(text[k >> 2], 16) >> (k & 3)) & 1);
}
