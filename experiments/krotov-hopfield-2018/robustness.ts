import { DataError, DenseClassifier } from "engram";
import { estimateMean, proportion } from "engram/math";
import { pairedDifference } from "../dbn/paired-difference.js";
import { colours, type Experiment } from "../experiment.js";
import {
  type DigitTraining,
  digitsOf,
  isWhole,
  pixelsOf,
  shortSchedule,
  trainDigits,
} from "../krotov-hopfield-2016/train-digits.js";
import { mean, stated } from "../statistics.js";
import { adversarial, imagined, nearestCorrelations } from "./attack.js";

type Parameters = DigitTraining & {
  /** Sets of four nets, a task each. */
  readonly sets: number;
  /** Test images of each set that are deformed, at most; those that a net of the set gets wrong are left out. */
  readonly deformed: number;
  /** Steps of a deformation, and its length in pixels from -1 to 1. */
  readonly steps: number;
  readonly distance: number;
  /** Images that begin as noise, for each net, and training images that they are compared with. */
  readonly noise: number;
  readonly compared: number;
};

interface Part {
  /** Deformed images of a set. */
  readonly trials: number;
  /** fooled[a][b]: which images that were made with net a are wrong for net b, as text of 0 and 1. */
  readonly fooled: readonly (readonly string[])[];
  /** Correlations of images that began as noise with the nearest training image, for each net. */
  readonly nearest: readonly (readonly number[])[];
}

interface Cell {
  readonly made: string;
  readonly shown: string;
  readonly share: number;
}

const POWERS = [2, 3, 20, 30];
const CONFIDENCE = 0.99;
/** The length of steps from noise, and their number: to any corner of the cube and back. */
const FROM_NOISE = { steps: 100, length: 1 };
/** A temperature at which noise is seen by powers of 30 too; it does not change directions. */
const COLD = 100;

/** Whether images that fool a dense classifier of a small power fool those of large powers. */
export const robustness: Experiment<Parameters, Part, readonly Cell[]> = {
  id: "krotov-hopfield-2018/robustness",
  title: "Images deformed to fool a dense classifier, shown to classifiers of other powers",
  citation:
    "Krotov and Hopfield, Dense associative memory is robust to adversarial inputs, Neural Computation 30 (2018), arXiv 1701.00939",
  where:
    "abstract: deformed images of small powers fail to fool large ones; minima of large powers are free of rubbish images",
  version: 1,
  digits: "like MNIST",
  settings: {
    quick: {
      images: 20_000,
      test: 1000,
      memories: 100,
      epochs: 15,
      schedule: "short",
      sets: 1,
      deformed: 150,
      steps: 10,
      distance: 4,
      noise: 20,
      compared: 2000,
    },
    standard: {
      images: 60_000,
      test: 10_000,
      memories: 500,
      epochs: 40,
      schedule: "short",
      sets: 2,
      deformed: 500,
      steps: 20,
      distance: 4,
      noise: 50,
      compared: 10_000,
    },
    full: {
      images: 60_000,
      test: 10_000,
      memories: 2000,
      epochs: 3000,
      schedule: "source",
      sets: 2,
      deformed: 1000,
      steps: 40,
      distance: 4,
      noise: 100,
      compared: 60_000,
    },
  },
  tasks: ({ sets }) => sets,

  async run(parameters, task, context) {
    const { sets, deformed, steps, distance, noise, compared } = parameters;
    const { random, progress, signal } = context;
    const digits = await digitsOf(parameters, context.images);
    const nets: DenseClassifier[] = [];
    for (const [k, power] of POWERS.entries()) {
      const tell = (part: number) => progress((0.8 * (k + part)) / POWERS.length);
      const { classifier } = await trainDigits(`n-${power}`, power, parameters, digits, random, context, tell);
      nets.push(classifier);
    }
    const { workspace } = context;
    const all = pixelsOf(digits.tested.images);
    const known = nets.map((net) => net.predict(all, { workspace }));
    const rows = Array.from({ length: all.rows }, (_, r) => r)
      // No image is used for two sets.
      .filter((r) => r % sets === task && known.every((found) => found[r] === digits.tested.labels[r]))
      .slice(0, deformed);
    if (rows.length === 0)
      throw new DataError("no test image is right for all four nets of a set; train for more epochs");
    const { columns } = all;
    const values = Float64Array.from({ length: rows.length * columns }, (_, k) => {
      return all.values[rows[Math.floor(k / columns)] * columns + (k % columns)];
    });
    const images = { rows: rows.length, columns, values };
    const labels = rows.map((r) => digits.tested.labels[r]);
    const training = pixelsOf(digits.learned.images);
    const others = { rows: Math.min(compared, training.rows), values: training.values };
    const fooled: string[][] = [];
    const nearest: number[][] = [];
    for (const [k, net] of nets.entries()) {
      signal.throwIfAborted();
      const made = adversarial(net, images, labels, { steps, length: distance / steps }, context);
      fooled.push(
        nets.map((shown) =>
          Array.from(shown.predict(made, { workspace }), (c, r) => (c === labels[r] ? "0" : "1")).join(""),
        ),
      );
      const seen = coldest(net);
      const classes = Array.from({ length: noise }, (_, r) => r % net.classes);
      const began = imagined(seen, classes, FROM_NOISE, random.fork(9), context);
      nearest.push(nearestCorrelations(began, others));
      progress(0.8 + (0.2 * (k + 1)) / nets.length);
    }
    return { trials: rows.length, fooled, nearest };
  },

  summarize(parameters, parts) {
    const { images, memories, epochs, schedule, distance } = parameters;
    const smaller = `${memories.toLocaleString("en")} memories, ${images.toLocaleString("en")} images, ${epochs} epochs, our schedule`;
    const reduced = images < 60_000 || memories < 500 ? smaller : undefined;
    const circumstances = isWhole(parameters) ? {} : reduced === undefined ? { remark: smaller } : { smaller };
    const at = (power: number) => POWERS.indexOf(power);
    const bits = (made: number, shown: number) => parts.map(({ fooled }) => fooled[at(made)][at(shown)]).join("");
    const trials = parts.reduce((sum, part) => sum + part.trials, 0);
    const count = (text: string) => text.split("1").length - 1;
    const share = (made: number, shown: number) => proportion(count(bits(made, shown)), trials, CONFIDENCE);
    const more = (made: number, one: number, other: number) => {
      const [a, b] = [bits(made, one), bits(made, other)];
      const only = (x: string, y: string) => Array.from(x).filter((bit, r) => bit === "1" && y[r] === "0").length;
      return pairedDifference({ onlyA: only(a, b), onlyB: only(b, a), trials }, CONFIDENCE);
    };
    const likeness = (power: number) => parts.flatMap(({ nearest }) => nearest[at(power)]);
    const differences = likeness(30).map((x, k) => x - likeness(2)[k]);
    return {
      rows: [
        ...[20, 30].map((shown) =>
          stated(
            `deformed with n = 2: share that fools n = 3, above the share that fools n = ${shown}`,
            "fail to fool higher powers",
            more(2, 3, shown),
            { above: 0 },
            circumstances,
          ),
        ),
        ...[20, 30].map((shown) =>
          stated(
            `deformed with n = 3: share that fools n = 2, above the share that fools n = ${shown}`,
            "fail to fool higher powers",
            more(3, 2, shown),
            { above: 0 },
            circumstances,
          ),
        ),
        stated(
          "begun as noise: correlation with the nearest digit, n = 30 above n = 2",
          "no rubbish images at large powers",
          estimateMean(differences, CONFIDENCE),
          { above: 0 },
          circumstances,
        ),
      ],
      notes: [
        schedule === "short" ? shortSchedule : "The schedule of the source of 2016, in the middle of its windows.",
        "The source's table of transferred images was not at hand: no numbers of it are compared, only what its abstract says. Rows compare nets by the same images, with paired intervals at 99 %.",
        `${trials} test images that all four nets of their set get right are moved by a distance of ${distance} at most, with pixels from -1 to 1, against the gap of their class and for that of the strongest other one. Shares that are wrong then, made with a net and shown to n = 2, 3, 20, 30: ${POWERS.map((made) => `n = ${made}: ${POWERS.map((shown) => `${(100 * share(made, shown).value).toFixed(1)} %`).join(", ")}`).join("; ")}.`,
        `Images that begin as noise and are moved until the outputs are those of a class: mean correlation with the nearest training digit ${POWERS.map((power) => `${mean(likeness(power)).toFixed(3)} (n = ${power})`).join(", ")}.`,
      ],
      figure: POWERS.flatMap((made) =>
        POWERS.map((shown): Cell => {
          return { made: `made with n = ${made}`, shown: `${shown}`, share: share(made, shown).value };
        }),
      ),
    };
  },

  figure(Plot, { figure }) {
    return {
      height: 360,
      marginRight: 20,
      fx: { label: null, domain: [...new Set(figure.map(({ made }) => made))] },
      x: { label: "power of the classifier that they are shown to", domain: POWERS.map(String) },
      y: { label: "deformed images misclassified (%)", grid: true, percent: true, domain: [0, 106] },
      marks: [
        Plot.barY(figure, {
          fx: "made",
          x: "shown",
          y: "share",
          fill: ({ made, shown }: Cell) => (made.endsWith(` ${shown}`) ? colours.other : colours.ours),
        }),
        Plot.text(figure, {
          fx: "made",
          x: "shown",
          y: "share",
          text: ({ share }: Cell) => (100 * share).toFixed(0),
          dy: -6,
        }),
        Plot.ruleY([0]),
      ],
    };
  },
};

/** The same memories at a temperature that makes the powers of small overlaps large enough to be seen. */
function coldest({ memories, classes, power, temperature }: DenseClassifier): DenseClassifier {
  return new DenseClassifier({ memories, classes, power, temperature: Math.min(temperature, COLD) });
}
