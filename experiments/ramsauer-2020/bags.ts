import { Random } from "engram";
import { areaUnderCurve, standardErrorOfMean, studentQuantile } from "engram/math";
import { BagClassifier, type BagSet, bagRows, bagTraining, drawBags, type Pooling, poolings } from "engram/neural";
import type { Made } from "engram/options";
import { linearDecay, trainBy } from "engram/training";
import { colours, type Experiment, type GreyImages } from "../experiment.js";
import { type Interval, mean, stated } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  readonly seeds: number;
  readonly bags: number;
  readonly testBags: number;
  readonly epochs: number;
}

/** One seed: the area under the curve of each pooling, on the same bags. */
interface Part {
  readonly areas: readonly number[];
  /**
   * The share of bags with the class in which an image of the class has the largest weight; null for a pooling without
   * weights.
   */
  readonly found: readonly (number | null)[];
}

interface FigureData {
  readonly points: readonly { readonly pooling: string; readonly seed: number; readonly area: number }[];
  readonly means: readonly ({ readonly pooling: string } & Interval)[];
}

/** The class that is looked for, and the size of bags. */
const [HOLDS, SIZE, DEVIATION, FEATURES] = [9, 10, 2, 128];

/**
 * The rate and the weight decay of each pooling: the best of the rates .0005, .001, .002, .004 and the decays 0, .001, .01,
 * by the mean area over five seeds on bags of the last 10,000 training images, trained on bags of the other 50,000.
 */
const RECIPES = [
  { pooling: "association", rate: 0.0005, l2: 0.01 },
  { pooling: "gated", rate: 0.004, l2: 0 },
  { pooling: "max", rate: 0.004, l2: 0.01 },
  { pooling: "mean", rate: 0.004, l2: 0.001 },
] as const;

const BATCH = 8;

/** Which bags of digits hold a 9? Pooling by association beside others. */
export const bags: Experiment<Parameters, Part, FigureData> = {
  id: "ramsauer-2020/bags",
  title:
    "Bags of digits, half of which hold a 9: area under the curve of pooling by association, gated attention, maximum and mean",
  citation,
  where:
    "section 4, multiple instance learning: pooling by association beside other methods on the sets tiger, fox, elephant and UCSB; the bags of digits are those of Ilse, Tomczak and Welling, Attention-based deep multiple instance learning (2018), section 4.2",
  version: 1,
  digits: "like MNIST",
  settings: {
    quick: { seeds: 3, bags: 60, testBags: 200, epochs: 10 },
    standard: { seeds: 20, bags: 200, testBags: 1000, epochs: 20 },
    full: { seeds: 100, bags: 200, testBags: 1000, epochs: 20 },
  },
  tasks: ({ seeds }) => seeds,

  async run({ bags: count, testBags, epochs }, _, { random, images, workspace, signal, progress }) {
    const [learned, tested] = [await images("mnist", { split: "train" }), await images("mnist", { split: "test" })];
    const training = bagsOf(learned, count, random.fork(0));
    const test = bagsOf(tested, testBags, random.fork(1));
    const seed = random.fork(2).word();
    const [areas, found]: [number[], (number | null)[]] = [[], []];
    for (const [k, { pooling, rate, l2 }] of RECIPES.entries()) {
      const classifier = new BagClassifier(training.units, {
        features: FEATURES,
        pooling: poolingNamed(pooling),
        random: new Random(seed),
      });
      const options = {
        epochs,
        batch: BATCH,
        rate: linearDecay({ from: rate, to: 0, epochs }),
        l2,
        seed,
        workspace,
        signal,
      };
      for await (const { epoch } of trainBy(bagTraining, classifier, training, options)) {
        progress((k + epoch / epochs) / RECIPES.length);
      }
      const predictions = classifier.classify(test, { workspace });
      areas.push(
        areaUnderCurve(
          predictions.map(({ input }) => input),
          test.labels,
        ).value,
      );
      found.push(shareFound(predictions, test, tested));
    }
    return { areas, found };
  },

  summarize({ seeds, bags: count, testBags, epochs }, parts) {
    const areasOf = (k: number) => parts.map(({ areas }) => areas[k]);
    const means = RECIPES.map(({ pooling }, k) => ({ pooling, ...interval(areasOf(k)) }));
    const [own, ...others] = RECIPES.map(({ pooling }) => pooling);
    const shares = RECIPES.flatMap(({ pooling }, k) => {
      const some = parts.flatMap(({ found }) => found[k] ?? []);
      return some.length === 0 ? [] : [`${pooling} ${percent(mean(some))}`];
    });
    return {
      rows: others.map((other, k) =>
        stated(
          `area under the curve, ${own} less ${other}, mean of paired seeds`,
          "above (of four other sets, on three)",
          interval(parts.map(({ areas }) => areas[0] - areas[k + 1])),
          { above: 0 },
          { smaller: "other data than the source's: bags of digits" },
        ),
      ),
      notes: [
        `A bag has ${SIZE} images on average, with a standard deviation of ${DEVIATION}; half of the bags hold a ${HOLDS}. Of each seed all poolings learn from the same ${count} bags of training images, from the same initial features (${FEATURES} rectified linear units of the pixels, no convolution), for ${epochs} epochs of Adam with batches of ${BATCH}, and are tested on the same ${testBags.toLocaleString("en")} bags of test images.`,
        `Means over ${seeds} seeds, with Student's 95 % interval: ${means.map(({ pooling, value, low, high }) => `${pooling} ${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`).join(", ")}.`,
        `Rate and weight decay are the best of twelve for each pooling, on bags of training images that were held out: ${RECIPES.map(({ pooling, rate, l2 }) => `${pooling} ${rate} and ${l2}`).join(", ")}.`,
        `The image with the largest weight is a ${HOLDS} in these shares of the bags that hold one: ${shares.join(", ")}. Only bags had labels.`,
      ],
      figure: {
        points: RECIPES.flatMap(({ pooling }, k) => areasOf(k).map((area, seed) => ({ pooling, seed, area }))),
        means,
      },
    };
  },

  figure(Plot, { figure: { points, means } }) {
    const names = means.map(({ pooling }) => pooling);
    return {
      width: 640,
      height: 320,
      marginLeft: 90,
      x: { label: "area under the curve →", grid: true },
      y: { label: null, domain: names },
      marks: [
        Plot.dot(points, { x: "area", y: "pooling", r: 2.5, fill: colours.other, fillOpacity: 0.5 }),
        Plot.link(means, { x1: "low", x2: "high", y1: "pooling", y2: "pooling", stroke: colours.ours, strokeWidth: 3 }),
        Plot.dot(means, { x: "value", y: "pooling", r: 5, fill: colours.ours }),
        Plot.text(means, {
          x: "value",
          y: "pooling",
          dy: -16,
          text: ({ value }: Interval) => value.toFixed(3),
          fill: colours.ours,
        }),
      ],
    };
  },
};

function poolingNamed(name: string): Pooling & Made {
  const made = poolings.find((pooling) => pooling.name === name);
  if (made === undefined) throw new Error(`no pooling ${name}`);
  return made.make();
}

function bagsOf({ values, labels }: GreyImages, bags: number, random: Random): BagSet {
  const pixels = Float32Array.from(values, (grey) => grey / 255);
  return drawBags(pixels, labels ?? [], { bags, holds: HOLDS, size: SIZE, deviation: DEVIATION, random });
}

/** The share of the bags with the class in which an image of the class has the largest weight. */
function shareFound(
  predictions: readonly { readonly weights?: Float32Array }[],
  bags: BagSet,
  { labels }: GreyImages,
): number | null {
  const own = predictions.flatMap(({ weights }, b) => {
    if (weights === undefined || bags.labels[b] === 0) return [];
    const best = weights.reduce((top, weight, i) => (weight > weights[top] ? i : top), 0);
    return [labels?.[bags.from?.[bagRows(bags, b)[best]] ?? 0] === HOLDS ? 1 : 0];
  });
  return own.length === 0 ? null : mean(own);
}

/** A mean with Student's 95 % interval. */
function interval(values: readonly number[]): Interval {
  const value = mean(values);
  const reach = studentQuantile(0.975, values.length - 1) * standardErrorOfMean(values, value);
  return { value, low: value - reach, high: value + reach };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
