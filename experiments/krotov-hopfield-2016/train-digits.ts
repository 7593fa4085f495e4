import { DataError, DenseClassifier, exponentialDecay, linearDecay, probabilities, type Random, train } from "engram";
import type { DataMatrix } from "engram/math";
import { decodeCheckpoint, encodeCheckpoint } from "engram/storage";
import { type DenseTraining, usualDense } from "engram/training";
import type { Context, GreyImages } from "../experiment.js";

/** How dense classifiers of digits learn: as the source does, or in tens of epochs. */
export type Schedule = "source" | "short";

/** The size of a training. */
export interface DigitTraining {
  /** Training and test images, the first ones of the files. */
  readonly images: number;
  readonly test: number;
  readonly memories: number;
  readonly epochs: number;
  readonly schedule: Schedule;
}

/** Whether a training is as large as those of the source: 2,000 memories, 3,000 epochs, all images. */
export function isWhole({ images, test, memories, epochs, schedule }: DigitTraining): boolean {
  return images >= 60_000 && test >= 10_000 && memories >= 2000 && epochs >= 3000 && schedule === "source";
}

/** Images with their classes; those of data sets that replace MNIST have labels as well. */
export interface Labelled {
  readonly images: GreyImages;
  readonly labels: Uint8Array;
}

/** The first images of both parts of MNIST. */
export async function digitsOf(
  { images: count, test }: Pick<DigitTraining, "images" | "test">,
  images: Context["images"],
): Promise<{ learned: Labelled; tested: Labelled }> {
  const part = async (split: string, most: number): Promise<Labelled> => {
    const { values, count: all, shape, labels } = await images("mnist", { split });
    if (labels === undefined) throw new DataError("the images have no labels; expected a digit for every image");
    const rows = Math.min(most, all);
    const kept = values.subarray(0, rows * shape[0] * shape[1]);
    return {
      images: { values: kept, count: rows, shape },
      labels: labels.subarray(0, rows),
    };
  };
  return { learned: await part("train", count), tested: await part("test", test) };
}

/** Pixels from -1 to 1, a row an image. */
export function pixelsOf({ values, count, shape }: GreyImages): DataMatrix & { readonly values: Float32Array } {
  return {
    rows: count,
    columns: shape[0] * shape[1],
    values: Float32Array.from(values, (grey) => (2 * grey) / 255 - 1),
  };
}

/**
 * A dense classifier of digits that learns for some epochs; the test errors do not affect it. What is saved is named `name`, so
 * that a run that was killed resumes with the same bits.
 *
 * @returns the classifier, and its error rate on the test images after every epoch
 */
export async function trainDigits(
  name: string,
  power: number,
  training: DigitTraining,
  { learned, tested }: { readonly learned: Labelled; readonly tested: Labelled },
  random: Random,
  { kept, signal, workspace }: Pick<Context, "kept" | "signal" | "workspace">,
  tell: (part: number) => void,
): Promise<{ readonly classifier: DenseClassifier; readonly errors: readonly number[] }> {
  const { memories, epochs, schedule } = training;
  const { mean, deviation, temperature, ...learning } = scheduleOf(schedule, power, memories);
  const classifier = DenseClassifier.random({
    pixels: learned.images.shape[0] * learned.images.shape[1],
    classes: 10,
    memories,
    power,
    temperature: typeof temperature === "number" ? temperature : temperature.at(0),
    mean,
    deviation,
    random: random.fork(0),
  });
  const found = await kept.read(name);
  const saved = found && decodeCheckpoint(found, name);
  const { state, errors = [] } = (saved?.metadata ?? {}) as { state?: unknown; errors?: number[] };
  const options: DenseTraining = {
    ...learning,
    temperature,
    // Fewer images still make several updates an epoch.
    batch: Math.min(learning.batch, Math.ceil(learned.images.count / 10)),
    epochs,
    labels: learned.labels,
    validation: { data: probabilities(tested.images.values), labels: tested.labels },
    seed: random.fork(1).word(),
    resume: saved && { arrays: saved.arrays, metadata: state },
    workspace,
    signal,
  };
  for await (const report of train(classifier, probabilities(learned.images.values), options)) {
    errors.push(report.validation?.errorRate ?? 1);
    const { arrays, metadata } = report.checkpoint();
    const about = JSON.parse(JSON.stringify({ state: metadata, errors }));
    await kept.write(name, encodeCheckpoint({ arrays, metadata: about }));
    tell(report.epoch / epochs);
  }
  return { classifier, errors };
}

/** The middle of the windows of the source's appendix A, or settings for tens of epochs. */
function scheduleOf(schedule: Schedule, power: number, memories: number) {
  if (schedule === "short") {
    const { rate, ...usual } = usualDense(power, memories);
    return { ...usual, rate: exponentialDecay({ from: rate, factor: 0.95 }), batch: 250 };
  }
  const isLarge = power >= 20;
  return {
    mean: -0.3,
    deviation: 0.3,
    temperature: isLarge ? 600 : linearDecay({ from: 325, to: 65, epochs: 200 }),
    errorPower: isLarge ? 30 : 3,
    rate: exponentialDecay({ from: 0.02, factor: 0.998 }),
    momentum: 0.8,
    batch: 1000,
  };
}

/** What the short schedule is, in words. */
export const shortSchedule =
  "Our schedule, not the source's: memories begin at N(-0.03, 0.1) for n = 2 and 3 and at N(-0.3, 0.3) for n = 20 and 30; batches of 250; a constant temperature that grows as the n-th root of the number of memories (32, 40, 450 and 500 pixels for 500); m = 2 for small n and 10 for large; a learning rate of 0.01 or 0.03 that falls by 5 % an epoch; momentum 0.8 or 0.6. The source trains 2,000 memories for 3,000 epochs in batches of 1,000.";
