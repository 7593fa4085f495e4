import { proportion } from "engram/math";
import type { Row } from "../experiment.js";
import { compare, type Interval, stated } from "../statistics.js";
import type { CurvePart, Parameters } from "./product-of-experts.js";
import { type Start, startNames } from "./starts.js";

/** Test error in per cent: the mean of the runs, and how far they lie apart. */
export interface CurvePoint {
  readonly start: Start;
  readonly k: number;
  readonly epoch: number;
  readonly error: number;
  readonly low: number;
  readonly high: number;
  /** Error of the classifier on the training images, likewise. */
  readonly training: Interval;
}

/** What the source says of k = 100, in per cent to one decimal: before training, and where it ends. */
export const PUBLISHED = { before: 4.4, after: { hopfield: 3.0, pca: 3.0, normal: 4.5 } } as const;
const SLACK = 0.05;
const LARGEST = 100;
const FEW = [10, 20];
/** Epochs that figures 5 and E.1 show, and images that the source trains on and tests with. */
export const EPOCHS = { main: 50, extended: 100 };
const IMAGES = { train: 60000, test: 10000 };
const CONFIDENCE = 0.99;

/** The curves of an experiment, by start and k. */
export class Curves {
  readonly points: readonly CurvePoint[];
  readonly #parameters: Parameters;

  constructor(parameters: Parameters, parts: readonly CurvePart[]) {
    this.#parameters = parameters;
    this.points = parameters.k.flatMap((k) => parameters.starts.flatMap((start) => pointsOf(start, k, parts)));
  }

  of(start: Start, k: number): CurvePoint[] {
    return this.points.filter((point) => point.start === start && point.k === k);
  }

  at(start: Start, k: number, epoch: number): CurvePoint | undefined {
    return this.of(start, k).find((point) => point.epoch === epoch);
  }

  /** The spread of the runs, widened by the 99 % confidence interval of an error rate on that number of test images. */
  test({ error, low, high }: CurvePoint): Interval {
    return widened({ value: error, low, high }, this.#parameters.test);
  }

  training({ training }: CurvePoint): Interval {
    return widened(training, this.#parameters.images);
  }

  /** The error of one less that of the other, with all that both intervals allow. */
  less(a: CurvePoint, b: CurvePoint): Interval {
    const [x, y] = [this.test(a), this.test(b)];
    return { value: x.value - y.value, low: x.low - y.high, high: x.high - y.low };
  }

  /** What a setting lacks of the source's images, hidden units or epochs. */
  smaller({ k, epochs }: { readonly k?: number; readonly epochs: number }): string | undefined {
    const { images, test, k: sizes } = this.#parameters;
    const lacks = [
      ...(images < IMAGES.train ? [`${images} of ${IMAGES.train} training images`] : []),
      ...(test < IMAGES.test ? [`${test} of ${IMAGES.test} test images`] : []),
      ...(k !== undefined && !sizes.includes(k) ? [`k = ${Math.max(...sizes)}, not ${k}`] : []),
      ...(this.epochsOf(k) < epochs ? [`${this.epochsOf(k)} of ${epochs} epochs`] : []),
    ];
    return lacks.length === 0 ? undefined : `our setting is smaller: ${lacks.join(", ")}`;
  }

  get longest(): number {
    return this.epochsOf(undefined);
  }

  /** The most epochs after which a machine with k patterns a class, or any, was tested. */
  epochsOf(k: number | undefined): number {
    return this.points.reduce(
      (most, point) => (k === undefined || point.k === k ? Math.max(most, point.epoch) : most),
      0,
    );
  }
}

function pointsOf(start: Start, k: number, parts: readonly CurvePart[]): CurvePoint[] {
  const runs = parts.filter((part) => part.start === start && part.k === k);
  const spread = (values: readonly number[]): Interval => ({
    value: values.reduce((sum, x) => sum + x, 0) / values.length,
    low: Math.min(...values),
    high: Math.max(...values),
  });
  return runs[0].points.map(({ epoch }, at) => {
    const { value: error, low, high } = spread(runs.map(({ points }) => (100 * points[at].wrong) / points[at].of));
    const training = spread(runs.map(({ points }) => 100 * points[at].training));
    return { start, k, epoch, error, low, high, training };
  });
}

function widened({ value, low, high }: Interval, images: number): Interval {
  const sampled = (rate: number) => proportion(Math.round((rate * images) / 100), images, CONFIDENCE);
  return { value, low: 100 * sampled(low).low, high: 100 * sampled(high).high };
}

const POSITIVE = { above: 0 };

/** The error before training, of the largest k. */
function beforeTraining(curves: Curves, k: number): Row[] {
  const [before] = curves.of("hopfield", k);
  if (before === undefined) return [];
  const label = `test error, k = ${k}, ${startNames.hopfield}, 0 epochs (%)`;
  const smaller = curves.smaller({ k: LARGEST, epochs: 0 });
  return [compare(label, PUBLISHED.before, curves.test(before), { smaller, slack: SLACK })];
}

/** What the source says of figure 5. */
export function claimsOfFigure5(curves: Curves, k: number): Row[] {
  const rows = beforeTraining(curves, k);
  const smaller = curves.smaller({ k: LARGEST, epochs: EPOCHS.main });
  for (const start of ["hopfield", "pca", "normal"] as const) {
    const last = curves.of(start, k).at(-1);
    if (last === undefined || last.epoch === 0) continue;
    const how = `k = ${k}, ${startNames[start]}, ${last.epoch} epochs (%)`;
    const test = compare(`test error, ${how}`, PUBLISHED.after[start], curves.test(last), { smaller, slack: SLACK });
    const misprint =
      test.verdict === "agrees"
        ? "a slip of the text: the axis and the caption of the figure say test error, and that agrees"
        : undefined;
    const training = compare(`error on the training images, ${how}`, PUBLISHED.after[start], curves.training(last), {
      smaller,
      slack: SLACK,
      explained: misprint,
      remark: "the text says training error of these values",
    });
    rows.push(test, training);
  }
  return [...rows, ...orderings(curves)];
}

/** Which start is ahead when, in points of test error. */
function orderings(curves: Curves): Row[] {
  const lead = (
    label: string,
    published: string,
    of: (CurvePoint | undefined)[],
    over: (CurvePoint | undefined)[],
    need: { readonly k?: number; readonly epochs: number },
  ): Row[] => {
    const differences = of.flatMap((a, at) => {
      const b = over[at];
      return a === undefined || b === undefined ? [] : [curves.less(b, a)];
    });
    if (differences.length === 0) return [];
    const least = differences.reduce((a, b) => (b.low < a.low ? b : a));
    return [stated(label, published, least, POSITIVE, { smaller: curves.smaller(need) })];
  };
  const last = (start: Start, k: number) => curves.of(start, k).at(-1);
  const trained = curves.longest > 1;
  const few = FEW.flatMap((k) => [
    ...lead(
      `lead of Hopfield over PCA, k = ${k}, least of 0 and 1 epochs (points)`,
      "best until 1 epoch",
      [0, 1].map((epoch) => curves.at("hopfield", k, epoch)),
      [0, 1].map((epoch) => curves.at("pca", k, epoch)),
      { k, epochs: 1 },
    ),
    ...(curves.epochsOf(k) > 1
      ? lead(
          `lead of PCA over Hopfield, k = ${k}, ${curves.epochsOf(k)} epochs (points)`,
          "PCA better after 1 epoch",
          [last("pca", k)],
          [last("hopfield", k)],
          { k, epochs: EPOCHS.main },
        )
      : []),
  ]);
  const early = curves.of("hopfield", LARGEST).filter(({ epoch }) => epoch < 10);
  const many = trained
    ? [
        ...lead(
          `lead of Hopfield over PCA, k = ${LARGEST}, least of the epochs before 10 (points)`,
          "until 10 epochs",
          early,
          early.map(({ epoch }) => curves.at("pca", LARGEST, epoch)),
          { k: LARGEST, epochs: 10 },
        ),
        ...(["hopfield", "pca"] as const).flatMap((start) => {
          const small = curves.of(start, FEW[0]);
          return lead(
            `lead of ${startNames[start]}, k = ${FEW[0]}, over random weights, k = ${LARGEST}, least of all epochs (points)`,
            "better or equal at each epoch",
            small,
            small.map(({ epoch }) => curves.at("normal", LARGEST, epoch)),
            { k: FEW[0], epochs: EPOCHS.main },
          );
        }),
        ...lead(
          `lead of Hopfield without training over random weights at the end, k = ${LARGEST} (points)`,
          "slightly better",
          [curves.at("hopfield", LARGEST, 0)],
          [last("normal", LARGEST)],
          { k: LARGEST, epochs: EPOCHS.main },
        ),
      ]
    : [];
  return [...few, ...many];
}

/** What the source says of figure E.1. */
export function claimsOfFigureE1(curves: Curves, k: number): Row[] {
  const rows = beforeTraining(curves, k);
  const { longest } = curves;
  const half = longest / 2;
  for (const start of ["hopfield", "pca"] as const) {
    for (const size of new Set(curves.points.map((point) => point.k))) {
      const [middle, last] = [curves.at(start, size, half), curves.of(start, size).at(-1)];
      if (middle === undefined || last === undefined || last.epoch !== longest) continue;
      const fall = curves.less(middle, last);
      const label = `fall of the test error from ${half} to ${longest} epochs, k = ${size}, ${startNames[start]} (points)`;
      const smaller = curves.smaller({ k: size, epochs: EPOCHS.extended });
      // A fall is significant where its interval lies above 0; where the error rises, nothing has fallen.
      const row = compare(label, 0, { ...fall, high: Math.max(fall.high, 0) }, { slack: 0, smaller });
      rows.push({ ...row, published: "not significant" });
    }
  }
  return [...rows, ...hebbian(curves)];
}

/** Hebbian weights with many sub-patterns train slowly. */
function hebbian(curves: Curves): Row[] {
  const slow = curves.of("hebbian", LARGEST);
  const last = slow.at(-1);
  if (last === undefined || last.epoch === 0) return [];
  const smaller = curves.smaller({ k: LARGEST, epochs: EPOCHS.extended });
  const rows: Row[] = [];
  const before = curves.at("hebbian", LARGEST, last.epoch - 10);
  if (before !== undefined) {
    const label = `fall of the test error in the last 10 epochs, k = ${LARGEST}, ${startNames.hebbian} (points)`;
    rows.push(stated(label, "still not converged", curves.less(before, last), POSITIVE, { smaller }));
  }
  const behind = (certain: (difference: Interval) => boolean) => {
    let [epochs, of] = [0, 0];
    slow.slice(1).forEach((point, at) => {
      const other = curves.at("hebbian", FEW[0], point.epoch);
      const width = point.epoch - slow[at].epoch;
      if (other === undefined) return;
      of += width;
      if (certain(curves.less(point, other))) epochs += width;
    });
    return of === 0 ? undefined : epochs / of;
  };
  const value = behind((difference) => difference.value > 0);
  if (value === undefined) return rows;
  const part = { value, low: behind(({ low }) => low > 0)!, high: behind(({ high }) => high > 0)! };
  const label = `part of the epochs in which Hebbian weights err more with k = ${LARGEST} than with k = ${FEW[0]}`;
  return [...rows, stated(label, "most of the training", part, { above: 0.5 }, { smaller })];
}
