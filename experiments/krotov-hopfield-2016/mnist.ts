import { estimateMean, proportion } from "engram/math";
import { colours, type Experiment, type Row } from "../experiment.js";
import { compare, type Interval, mean, stated } from "../statistics.js";
import { citation } from "./source.js";
import { type DigitTraining, digitsOf, isWhole, pixelsOf, shortSchedule, trainDigits } from "./train-digits.js";

type Parameters = DigitTraining & {
  /** Pairs of nets of n = 2 and 3 from the same start and in the same order of images, a task each. */
  readonly pairs: number;
  /** The same for n = 20 and 30. */
  readonly large: number;
};

/** One net that has learned. */
interface Net {
  readonly power: number;
  /** Error rate on the test images after every epoch. */
  readonly errors: readonly number[];
  /** How many memories vote for 0, 1, ... 10 classes. */
  readonly votes: readonly number[];
  /** For how many test images this number of memories contributes more than 0.9 of the largest contribution; the last: or more. */
  readonly near: readonly number[];
}

type Part = readonly Net[];

interface Bar {
  readonly power: string;
  readonly what: string;
  readonly count: number;
  readonly share: number;
}

const SMALL = [2, 3];
const LARGE = [20, 30];
const THRESHOLD = 0.02;
const MOST = 10;
/** Of each interval. */
const CONFIDENCE = 0.99;
/** What is counted in each row of the figure, and in a heading that fits one of its frames. */
const HEADINGS = ["classes of a memory", "leaders of an image"];
const WHATS = ["memories, by the classes that they vote for", "images, by the memories near the leading one"];

/** Dense classifiers of digits: features for small powers, prototypes for large ones. */
export const denseMnist: Experiment<Parameters, Part, readonly Bar[]> = {
  id: "krotov-hopfield-2016/mnist",
  title: "Memories of handwritten digits turn from features into prototypes: errors, votes and leading memories",
  citation,
  where: "section 4, figures 1B and 2, and appendix A",
  version: 1,
  digits: "like MNIST",
  settings: {
    quick: { images: 20_000, test: 2000, memories: 100, epochs: 25, schedule: "short", pairs: 3, large: 1 },
    standard: { images: 60_000, test: 10_000, memories: 500, epochs: 40, schedule: "short", pairs: 5, large: 1 },
    full: { images: 60_000, test: 10_000, memories: 2000, epochs: 3000, schedule: "source", pairs: 5, large: 2 },
  },
  tasks: ({ pairs, large }) => pairs + large,

  async run(parameters, task, context) {
    const digits = await digitsOf(parameters, context.images);
    const powers = task < parameters.pairs ? SMALL : LARGE;
    const nets: Net[] = [];
    for (const [k, power] of powers.entries()) {
      const tell = (part: number) => context.progress((k + part) / powers.length);
      const { classifier, errors } = await trainDigits(
        `n-${power}`,
        power,
        parameters,
        digits,
        context.random,
        context,
        tell,
      );
      const { near } = classifier.leaders(pixelsOf(digits.tested.images), { workspace: context.workspace });
      nets.push({ power, errors, votes: histogram(classifier.votes()), near: histogram(near) });
    }
    return nets;
  },

  summarize(parameters, parts) {
    const { images, memories, epochs, schedule } = parameters;
    const of = (power: number) => parts.flat().filter((net) => net.power === power);
    const smaller = isWhole(parameters)
      ? undefined
      : `${memories.toLocaleString("en")} memories, ${images.toLocaleString("en")} images, ${epochs} epochs, our schedule`;
    // The order and the single leaders are claimed of any trained net; cut digits and few memories change them.
    const reduced = images < 60_000 || memories < 500 ? smaller : undefined;
    const ours =
      smaller === undefined || reduced !== undefined
        ? undefined
        : `with ${memories} memories, ${epochs} epochs and our schedule`;
    const errorOf = ({ errors }: Net) => 100 * errors[errors.length - 1];
    const differences = (value: (net: Net) => number | undefined) =>
      parts.flatMap((nets) => {
        const [two, three] = SMALL.map((power) => nets.find((net) => net.power === power)).map(
          (net) => net && value(net),
        );
        return two === undefined || three === undefined ? [] : [two - three];
      });
    const votesFor = (power: number, from: number, to: number) =>
      proportion(
        sum(of(power), ({ votes }) => votes.slice(from, to + 1).reduce((total, count) => total + count, 0)),
        of(power).length * memories,
        CONFIDENCE,
      );
    const single = (power: number) =>
      proportion(
        sum(of(power), ({ near }) => near[1]),
        sum(of(power), ({ near }) => near.reduce((total, count) => total + count, 0)),
        CONFIDENCE,
      );
    const crossings = new Map(SMALL.map((power) => [power, of(power).flatMap((net) => firstBelow(net) ?? [])]));
    const rows: Row[] = [
      compare("test error, n = 2 (%)", 1.6, meanOf(of(2).map(errorOf)), { smaller }),
      stated("test error, n = 3 (%)", "below 1.6", meanOf(of(3).map(errorOf)), { below: 1.6 }, { smaller }),
      stated(
        "test error of n = 2 above that of n = 3, pairs of nets (points)",
        "better on average",
        meanOf(differences(errorOf)),
        { above: 0 },
        { smaller: reduced, remark: ours },
      ),
      ...SMALL.map((power) => crossingRow(power, crossings.get(power) ?? [], of(power).length, smaller)),
      stated(
        "epochs that n = 2 needs more than n = 3 to fall below 2 %, pairs of nets",
        "earlier on average",
        meanOf(differences(firstBelow)),
        { above: 0 },
        { smaller: reduced, remark: ours },
      ),
      stated(
        "n = 2: share of memories that vote for three to five classes",
        "most",
        votesFor(2, 3, 5),
        { above: 0.5 },
        { smaller },
      ),
      stated(
        "n = 30: share of memories that vote for one class",
        "more than 0.4",
        votesFor(30, 1, 1),
        { above: 0.4 },
        { smaller },
      ),
      stated(
        "n = 30: share of test images with a single leading memory",
        "more than 0.8",
        single(30),
        { above: 0.8 },
        { smaller: reduced, remark: ours },
      ),
    ];
    const powers = [...SMALL, ...LARGE];
    return {
      rows: rows.filter(({ ours: value }) => typeof value !== "number" || Number.isFinite(value)),
      notes: [
        schedule === "short" ? shortSchedule : "The schedule of the source, in the middle of its windows.",
        `Means over ${of(2).length} pairs of nets, each from the same first memories and in the same order of images, and Student's intervals at 99 % between nets: all are tested on the same images, as those of the source. Shares have binomial intervals at 99 %.`,
        `Test errors at the end: ${powers.map((power) => `n = ${power} ${mean(of(power).map(errorOf)).toFixed(2)} %`).join(", ")}.`,
        `Test images with a single leading memory, no other of which contributes more than 0.9 of the largest: ${powers.map((power) => `n = ${power} ${(100 * single(power).value).toFixed(1)} %`).join(", ")}.`,
        `Memories that vote for one class, with a class value above 0.9: ${powers.map((power) => `n = ${power} ${(100 * votesFor(power, 1, 1).value).toFixed(1)} %`).join(", ")}.`,
      ],
      figure: powers.flatMap((power) =>
        WHATS.flatMap((what, w) => {
          const counts = Array.from({ length: MOST + 1 }, (_, count) =>
            sum(of(power), ({ votes, near }) => (w === 0 ? votes : near)[count]),
          );
          const all = counts.reduce((total, count) => total + count, 0);
          return counts.map(
            (count, k): Bar => ({ power: `n = ${power}`, what, count: k, share: all > 0 ? count / all : 0 }),
          );
        }),
      ),
    };
  },

  figure(Plot, { figure }) {
    return {
      height: 420,
      marginRight: 20,
      fx: { label: null, domain: [...new Set(figure.map(({ power }) => power))] },
      fy: { label: null, domain: WHATS, axis: null },
      x: {
        label: "number of classes that a memory votes for, of memories near the leading one of an image (10 or more)",
        tickSize: 0,
      },
      y: { label: "share (%)", grid: true, percent: true, domain: [0, 100] },
      marks: [
        Plot.frame(),
        Plot.barY(figure, { fx: "power", fy: "what", x: "count", y: "share", fill: colours.ours }),
        ...WHATS.map((what, w) =>
          Plot.text([HEADINGS[w]], {
            fx: () => figure[0].power,
            fy: () => what,
            frameAnchor: "top-left",
            dx: 6,
            dy: 6,
            fontWeight: 600,
          }),
        ),
        Plot.ruleY([0]),
      ],
    };
  },
};

/** The row of the epochs after which the test error was first below 2 %. */
function crossingRow(power: number, epochs: readonly number[], nets: number, smaller: string | undefined): Row {
  const label = `n = ${power}: first epoch with a test error below 2 %`;
  const published = power === 2 ? "179 to 312" : "158 to 262";
  const [low, high] = power === 2 ? [178, 313] : [157, 263];
  const never = nets - epochs.length;
  const remark = never === 0 ? undefined : `${never} of ${nets} nets do not get there`;
  if (epochs.length === 0) {
    return { label, published, ours: "never", low: null, high: null, verdict: "not comparable", remark: smaller ?? "" };
  }
  const own = { value: mean(epochs), low: Math.min(...epochs), high: Math.max(...epochs) };
  return stated(label, published, own, { above: low, below: high }, { smaller, remark });
}

/** The first epoch after which the test error is below 2 %. */
function firstBelow({ errors }: Net): number | undefined {
  const at = errors.findIndex((error) => error < THRESHOLD);
  return at < 0 ? undefined : at + 1;
}

/** The mean over nets with its interval; NaN for fewer than three nets, whose spread is unknown: their rows are omitted. */
function meanOf(values: readonly number[]): Interval {
  if (values.length >= 3) return estimateMean(values, CONFIDENCE);
  return { value: Number.NaN, low: Number.NaN, high: Number.NaN };
}

function sum<T>(all: readonly T[], value: (one: T) => number): number {
  return all.reduce((total, one) => total + value(one), 0);
}

/** How often each number from 0 to `MOST` occurs; larger ones count with the last. */
function histogram(numbers: ArrayLike<number>): number[] {
  const counts = new Array<number>(MOST + 1).fill(0);
  for (let k = 0; k < numbers.length; k++) counts[Math.min(MOST, numbers[k])]++;
  return counts;
}
