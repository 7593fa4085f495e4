import { binary, initialise, linearDecay, logPartition, persistent, probabilities, type Random, Rbm } from "engram";
import { annealedImportance } from "engram/likelihood";
import { standardErrorOfMean } from "engram/math";
import { colours, type Experiment, legend } from "../experiment.js";
import { compare, mean } from "../statistics.js";
import { binary as black, first, sampled, spread, thresholded } from "./digits.js";
import { trainKept } from "./kept-training.js";

type Parameters = {
  /** Training and test digits, the first ones of the files. */
  train: number;
  test: number;
  epochs: number;
  /** PCD-k. */
  steps: number;
  batch: number;
  /** Initial learning rate; decays linearly to zero. */
  rate: number;
  /** Draws of the test digits from their grey values. */
  draws: number;
  annealing: { chains: number; temperatures: number; steps: number };
  /** How often, and how, the likelihood is estimated during training. */
  curve: { every: number; digits: number; chains: number; temperatures: number };
};

type Way = "sampled" | "threshold";

interface Point {
  readonly epoch: number;
  /** Mean log p over some test digits, by annealing forward. */
  readonly test: number;
}

interface Part {
  readonly way: Way;
  readonly curve: readonly Point[];
  /** Mean of log p*(v) over the test digits, one a draw, and over as many training digits. */
  readonly test: readonly number[];
  readonly training: number;
  readonly logZ: number;
  readonly low: number;
  readonly high: number;
  readonly forward: { readonly logZ: number; readonly standardError: number; readonly effectiveSampleSize: number };
  readonly reverse: { readonly logZ: number; readonly standardError: number; readonly effectiveSampleSize: number };
  readonly trusted: boolean;
  readonly verdict: string;
}

interface FigureData {
  readonly curve: readonly (Point & { readonly way: Way })[];
  readonly ends: readonly { readonly way: Way; readonly value: number; readonly low: number; readonly high: number }[];
  readonly epochs: number;
}

const ways: readonly Way[] = ["sampled", "threshold"];

const HIDDEN = 500;
const RBM = -86.34;

export const mnist500: Experiment<Parameters, Part, FigureData> = {
  id: "rbm/mnist-500",
  title: "Test log-likelihood of an RBM with 500 hidden units on MNIST, by both bounds",
  citation: "Salakhutdinov and Murray, On the quantitative analysis of deep belief networks, ICML (2008)",
  where: "section 4.1, the average test log-probability of the RBM trained by CD-25",
  version: 2,
  settings: {
    quick: {
      train: 3000,
      test: 300,
      epochs: 4,
      steps: 1,
      batch: 100,
      rate: 0.1,
      draws: 3,
      annealing: { chains: 50, temperatures: 300, steps: 100 },
      curve: { every: 2, digits: 100, chains: 20, temperatures: 100 },
    },
    standard: {
      train: 60000,
      test: 10000,
      epochs: 150,
      steps: 1,
      batch: 100,
      rate: 0.1,
      draws: 5,
      annealing: { chains: 200, temperatures: 8000, steps: 2000 },
      curve: { every: 15, digits: 1000, chains: 100, temperatures: 1000 },
    },
    full: {
      train: 60000,
      test: 10000,
      epochs: 1000,
      steps: 5,
      batch: 100,
      rate: 0.1,
      draws: 20,
      annealing: { chains: 500, temperatures: 20000, steps: 10000 },
      curve: { every: 50, digits: 1000, chains: 100, temperatures: 1000 },
    },
  },
  tasks: () => ways.length,

  async run(parameters, task, context) {
    const { epochs, steps, batch, rate, draws, annealing, curve } = parameters;
    const { images, random, workspace, signal, progress } = context;
    const way = ways[task];
    const train = first(await images("mnist", { split: "train" }), parameters.train);
    const test = first(await images("mnist", { split: "test" }), parameters.test);
    const rows = (set: typeof test, random: Random) => (way === "sampled" ? sampled(set, random) : black(set));
    const data = way === "sampled" ? probabilities(train.values) : thresholded(train);
    const pixels = test.shape[0] * test.shape[1];
    const rbm = new Rbm({ visible: binary(pixels), hidden: binary(HIDDEN) });
    initialise(rbm, { random: random.fork(0), data });
    const base = rows(first(train, test.count), random.fork(1));
    const look = rows(spread(test, curve.digits), random.fork(2));
    const seed = random.fork(3).word();
    const schedule = linearDecay({ from: rate, to: 0, epochs });
    // Training is most of the work; the rest counts as a tenth.
    const share = 0.9;
    const points = await trainKept(
      rbm,
      data,
      { method: persistent({ steps }), epochs, batch, rate: schedule, centred: true, seed },
      context,
      {
        async onEpoch(epoch): Promise<Point | undefined> {
          progress((share * epoch) / epochs);
          if (epoch % curve.every !== 0) return undefined;
          const { chains, temperatures } = curve;
          const options = { chains, temperatures, data: base, random: random.fork(4).fork(epoch), workspace, signal };
          const { logZ } = await annealedImportance(rbm, options);
          return { epoch, test: logWeight(rbm, look) - logZ };
        },
      },
    );
    const { forward, reverse, logZ, low, high, trusted, verdict } = await logPartition(rbm, {
      ...annealing,
      method: "annealing",
      data: base,
      random: random.fork(5),
      workspace,
      signal,
      progress: (done, total) => progress(share + ((1 - share) * done) / total),
    });
    return {
      way,
      curve: points,
      test: Array.from({ length: way === "sampled" ? draws : 1 }, (_, k) =>
        logWeight(rbm, rows(test, random.fork(6 + k))),
      ),
      training: logWeight(rbm, base),
      logZ,
      low,
      high,
      forward: told(forward!),
      reverse: told(reverse!),
      trusted,
      verdict,
    };
  },

  summarize(parameters, parts) {
    const whole = parameters.train === 60000 && parameters.test === 10000;
    const ends = parts.map((part) => ({ way: part.way, ...likelihood(part), part }));
    const sampledEnd = ends.find(({ way }) => way === "sampled")!;
    const by = sampledEnd.value - RBM;
    const compared = `${Math.abs(by).toFixed(2)} nats ${by > 0 ? "above" : "below"} the published value`;
    const smaller = whole
      ? `ours is trained otherwise, by PCD-${parameters.steps} for ${parameters.epochs} epochs in the centred parametrisation at a rate that falls to zero, where the source has CD with 25 steps: it ends ${compared}`
      : `a training on ${parameters.train} digits, tested on ${parameters.test}, where the source has 60000 and 10000`;
    return {
      rows: [
        compare("RBM, 500 hidden units, pixels sampled from grey values", RBM, sampledEnd, {
          smaller,
          remark:
            "the published value is quoted from later programs that cite it; it was not compared with the paper's text",
        }),
      ],
      notes: [
        "The interval is what both bounds of annealed importance sampling leave, three standard errors included, and, for sampled pixels, three standard errors of the mean over the draws of the test digits.",
        ...ends.map(({ way, value, low, high, part }) => {
          const { forward, reverse } = part;
          const gap = mean(part.test) - part.training;
          return `${names[way]}: test log-likelihood ${value.toFixed(2)} nats, between ${low.toFixed(2)} and ${high.toFixed(2)}; ${part.trusted ? "" : "NOT "}trusted (${part.verdict}). log Z is ${forward.logZ.toFixed(2)} +- ${forward.standardError.toFixed(2)} forward with ${forward.effectiveSampleSize.toFixed(0)} effective chains of ${parameters.annealing.chains}, ${reverse.logZ.toFixed(2)} +- ${reverse.standardError.toFixed(2)} in reverse with ${reverse.effectiveSampleSize.toFixed(0)}. Training digits have ${Math.abs(gap).toFixed(2)} nats ${gap > 0 ? "less" : "more"}.`;
        }),
        `The curve looks at ${parameters.curve.digits.toLocaleString("en")} test digits with ${parameters.curve.chains} chains and ${parameters.curve.temperatures.toLocaleString("en")} temperatures, forward alone: while the rate is high, the parameters are noisy, and the machine is worse than their mean.`,
        "Deep machines are other models and no row is made of them: the lower bounds on MNIST are -85.97 for the belief net with two hidden layers of the same source, and -84.62 for the Boltzmann machine with two of Salakhutdinov and Hinton (Deep Boltzmann machines, AISTATS 2009, which prints both).",
        "The two ways are different data: a threshold takes away what the grey values leave to chance, so that their likelihoods cannot be compared with each other. The published values are of sampled pixels.",
      ],
      figure: {
        curve: parts.flatMap(({ way, curve }) => curve.map((point) => ({ ...point, way }))),
        ends: ends.map(({ way, value, low, high }) => ({ way, value, low, high })),
        epochs: parameters.epochs,
      },
    };
  },

  figure(Plot, { figure: { curve, ends, epochs } }) {
    const colour = ({ way }: { way: Way }) => (way === "sampled" ? colours.ours : colours.other);
    const last = Math.min(...ends.map(({ low }) => low), RBM);
    const first = Math.min(...curve.map(({ test }) => test), last);
    const published = [{ value: RBM, text: `RBM, CD-25: ${RBM}` }];
    return {
      height: 420,
      marginRight: 20,
      x: { label: "epochs", domain: [0, epochs * 1.04] },
      y: {
        label: "test log-likelihood (nats a digit)",
        domain: [Math.max(first, last - 20), Math.max(...ends.map(({ high }) => high), RBM) + 7],
        grid: true,
      },
      marks: [
        Plot.ruleY(published, { y: "value", stroke: colours.published, strokeDasharray: "4 3" }),
        ...published.map(({ value, text }) =>
          Plot.text([text], { x: epochs * 0.01, y: value, textAnchor: "start", dy: -8, fill: colours.published }),
        ),
        Plot.line(curve, { x: "epoch", y: "test", z: "way", stroke: colour, strokeWidth: 2, clip: true }),
        Plot.dot(curve, { x: "epoch", y: "test", fill: colour, r: 2.5, clip: true }),
        Plot.ruleX(ends, { x: epochs * 1.015, y1: "low", y2: "high", stroke: colour, strokeWidth: 5 }),
        ...legend(
          Plot,
          [
            ["pixels sampled from grey values", colours.ours],
            ["pixels above half", colours.other],
            ["bars: both bounds at the end", colours.faint],
          ],
          "top-right",
        ),
      ],
    };
  },
};

const names: Readonly<Record<Way, string>> = {
  sampled: "Pixels sampled from grey values",
  threshold: "Pixels above half",
};

/** Mean of log p*(v) = -F(v) over rows. */
function logWeight(rbm: Rbm, rows: Float32Array): number {
  return -mean(rbm.freeEnergy(rows));
}

function told({
  logZ,
  standardError,
  effectiveSampleSize,
}: {
  logZ: number;
  standardError: number;
  effectiveSampleSize: number;
}) {
  return { logZ, standardError, effectiveSampleSize };
}

/** The log-likelihood of the test digits with its bounds. */
function likelihood({ test, logZ, low, high }: Part) {
  const value = mean(test);
  // Thresholded digits are not drawn: their one value has no error from draws.
  const error = test.length > 1 ? 3 * standardErrorOfMean(test, value) : 0;
  return { value: value - logZ, low: value - error - high, high: value + error - low };
}
