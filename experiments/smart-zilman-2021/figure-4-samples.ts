import { PatternSet } from "engram";
import { nearestPatterns } from "engram/baselines";
import { RbmChains } from "engram/likelihood";
import { estimateMean } from "engram/math";
import { colours, type Experiment } from "../experiment.js";
import { pixelRuns } from "../pixel-runs.js";
import { mean, stated } from "../statistics.js";
import { atBeta } from "./machine.js";
import { type Digits, digits, ofClass, prepared, spinRows } from "./patterns.js";
import { BETA, citation } from "./source.js";
import { type Start, startNames, startWeights } from "./starts.js";
import { materialOf, type TrainingPlan, trainAtBeta } from "./training.js";

type Parameters = {
  /** Training digits that the sub-patterns are made of, and that are trained on. */
  clustered: number;
  images: number;
  /** Test digits, among which the nearest to a sample is looked for. */
  test: number;
  /** Sub-patterns a digit. */
  k: number;
  batch: number;
  epochs: number;
  /** CD-k. */
  steps: number;
  /** Samples a digit; each begins at a training image of it, and is updated this number of times. */
  samples: number;
  updates: number;
};

interface Part {
  readonly start: Start;
  /** Differing pixels of each sample and the nearest test digit, digit by digit. */
  readonly distances: readonly number[];
  /** Samples whose nearest digit is of their own class. */
  readonly own: number;
  /** Rows of pixels of the first sample of each digit, as text of # and spaces. */
  readonly pictures: readonly (readonly string[])[];
}

interface Run {
  readonly digit: string;
  readonly start: string;
  readonly y: number;
  readonly from: number;
  readonly to: number;
}

const STARTS: readonly Start[] = ["normal", "hopfield"];
/** Of random weights, at p = 50, for the first 25 epochs. */
const FASTER = 5;
const SOURCE = { images: 60_000, epochs: 15, k: 5, steps: 20, updates: 20 };
const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);

/** Samples of two RBMs, one that began with random weights and one that began as a Hopfield net. */
export const figure4Samples: Experiment<Parameters, Part, readonly Run[]> = {
  id: "smart-zilman-2021/figure-4-samples",
  title: "Samples of RBMs with 50 hidden units after 15 epochs, from random and from Hopfield weights",
  citation,
  where: "figure 4 (c), (d): samples of both, side by side",
  version: 1,
  digits: "like MNIST",
  settings: {
    quick: {
      clustered: 2000,
      images: 2000,
      test: 500,
      k: 2,
      batch: 20,
      epochs: 2,
      steps: 5,
      samples: 10,
      updates: 20,
    },
    full: {
      clustered: 60_000,
      images: 60_000,
      test: 10_000,
      k: 5,
      batch: 100,
      epochs: 15,
      steps: 20,
      samples: 50,
      updates: 20,
    },
  },
  tasks: () => STARTS.length,

  async run(parameters, task, context) {
    const { clustered, images, k, batch, epochs, steps } = parameters;
    const start = STARTS[task];
    const train = await prepared(context.images, clustered);
    const first = startWeights(start, materialOf(train, k, images, context.random.fork(0)));
    const rate = 1e-4 * (start === "normal" ? FASTER : 1);
    const plan: TrainingPlan = { images, batch, epochs, steps, rate: [[0, rate]] };
    const { weights } = await trainAtBeta(first, train, plan, context, (epoch) => {
      context.progress(epoch / (epochs + 1));
      return undefined;
    });
    const test = await digits(context.images, { split: "test", count: parameters.test });
    const begun = examples(train.set, parameters.samples);
    const chains = new RbmChains(atBeta(weights, BETA), {
      chains: begun.count,
      random: context.random.fork(2),
      workspace: context.workspace,
    });
    try {
      chains.place(spinRows(begun));
      for (let update = 0; update < parameters.updates; update++) chains.move(1);
      const width = begun.units;
      const values = chains.states();
      const states = PatternSet.from(
        Array.from({ length: begun.count }, (_, r) => values.slice(r * width, (r + 1) * width)),
        { shape: begun.shape },
      );
      return { start, ...judged(states, test, parameters.samples) };
    } finally {
      chains.dispose();
    }
  },

  summarize(parameters, parts) {
    const [random, hopfield] = STARTS.map((start) => parts.find((part) => part.start === start)!);
    const lacks = (Object.keys(SOURCE) as (keyof typeof SOURCE)[]).filter((name) => parameters[name] < SOURCE[name]);
    const smaller =
      lacks.length === 0
        ? undefined
        : `our setting is smaller: ${lacks.map((name) => `${name} ${parameters[name]} of ${SOURCE[name]}`).join(", ")}`;
    const gain = random.distances.map((distance, r) => distance - hopfield.distances[r]);
    const share = ({ own, distances }: Part) => `${((100 * own) / distances.length).toFixed(1)} %`;
    return {
      rows: [
        stated(
          "pixels by which samples are nearer to a test digit, Hopfield than random weights",
          "better quality of samples",
          estimateMean(gain, 0.99),
          { above: 0 },
          { smaller },
        ),
      ],
      notes: [
        `The source prints pictures, and says that the quality of those from Hopfield weights reflects the efficient training. Here each machine makes ${random.distances.length} samples from the same training digits by ${parameters.updates} updates of both layers at beta = ${BETA}, and what is compared is the number of pixels in which a sample differs from the nearest of ${parameters.test} test digits; the interval is at 99 % over pairs of samples.`,
        `Mean distance to the nearest test digit: ${parts.map((part) => `${mean(part.distances).toFixed(1)} pixels (${startNames[part.start]})`).join(", ")}. The nearest digit is of the sample's own class for ${parts.map((part) => `${share(part)} (${startNames[part.start]})`).join(", ")}.`,
      ],
      figure: parts.flatMap((part) => picturesOf(part)),
    };
  },

  figure: (Plot, { figure }) => ({
    width: 960,
    height: 250,
    marginTop: 34,
    marginLeft: 150,
    marginRight: 20,
    fx: { label: "digit that it began at", domain: DIGITS.map(String) },
    fy: { label: null, domain: STARTS.map((start) => startNames[start]), axis: "left" },
    x: { axis: null, domain: [0, 28] },
    y: { axis: null, domain: [28, 0] },
    marks: [
      Plot.rect(figure, {
        fx: "digit",
        fy: "start",
        x1: "from",
        x2: "to",
        y1: "y",
        y2: ({ y }: Run) => y + 1,
        fill: colours.ours,
        shapeRendering: "crispEdges",
      }),
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
    ],
  }),
};

/** The first images of each digit, digit by digit. */
function examples(set: Digits, each: number): PatternSet {
  const [first, ...rest] = DIGITS.map((digit) => {
    const all = ofClass(set, digit);
    return all.select(Array.from({ length: each }, (_, r) => r % all.count));
  });
  return rest.reduce((set, more) => set.concat(more), first);
}

/** How near samples are to test digits. */
function judged(samples: PatternSet, test: Digits, each: number): Omit<Part, "start"> {
  const { indices, distances } = nearestPatterns(test.patterns, samples);
  const own = indices.reduce((sum, at, r) => sum + (test.labels[at] === Math.floor(r / each) ? 1 : 0), 0);
  const [height, width] = samples.shape ?? [1, samples.units];
  const pictures = DIGITS.map((digit) => {
    const spins = samples.spins(digit * each);
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => (spins[y * width + x] > 0 ? "#" : " ")).join(""),
    );
  });
  return { distances: Array.from(distances), own, pictures };
}

function picturesOf({ start, pictures }: Part): Run[] {
  return pictures.flatMap((rows, digit) =>
    pixelRuns(rows.join(""), rows[0].length, (pixel) => (pixel === "#" ? 1 : undefined)).map(
      ({ row: y, from, to }): Run => ({ digit: `${digit}`, start: startNames[start], y, from, to }),
    ),
  );
}
