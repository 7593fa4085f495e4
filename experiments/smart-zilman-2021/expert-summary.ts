import { proportion } from "engram/math";
import { colours, legend, type Plot, type PlotOptions, type Row, type Summary } from "../experiment.js";
import { compare, type Interval } from "../statistics.js";
import type { BaselinePart, CurvePart, Parameters, Part } from "./product-of-experts.js";
import { type Start, startNames } from "./starts.js";

/** Test error in per cent: the mean of the runs, and how far they lie apart. */
export interface CurvePoint {
  readonly start: Start;
  readonly k: number;
  readonly epoch: number;
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

export interface FigureData {
  readonly points: readonly CurvePoint[];
  readonly baselines: readonly { readonly label: string; readonly error: number }[];
  readonly epochs: number;
}

/** What the source says of k = 100, in per cent to one decimal: before training, and where it ends. */
const PUBLISHED = { before: 4.4, after: { hopfield: 3.0, pca: 3.0, normal: 4.5 } } as const;
const SLACK = 0.05;
const LARGEST = 100;
/** Epochs that the source's main figure shows, and images that it trains on. */
const EPOCHS = 50;
const IMAGES = 60000;

export function summarize(parameters: Parameters, parts: readonly Part[]): Summary<FigureData> {
  const curves = parts.filter((part): part is CurvePart => part.kind === "curve");
  const baselines = parts.filter((part): part is BaselinePart => part.kind === "baseline");
  const points = pointsOf(parameters, curves);
  const nearest = curves.filter((part) => part.nearest !== undefined && part.run === 0 && part.start === "hopfield");
  return {
    rows: rowsOf(parameters, points),
    notes: notesOf(parameters, points, curves, baselines, nearest),
    figure: {
      points,
      baselines: baselinesOf(baselines, nearest),
      epochs: Math.max(1, ...points.map(({ epoch }) => epoch)),
    },
  };
}

function pointsOf({ k, starts }: Parameters, curves: readonly CurvePart[]): CurvePoint[] {
  return k.flatMap((size) =>
    starts.flatMap((start) => {
      const runs = curves.filter((part) => part.start === start && part.k === size);
      return runs[0].points.map(({ epoch }, at) => {
        const errors = runs.map(({ points }) => (100 * points[at].wrong) / points[at].of);
        const error = errors.reduce((sum, x) => sum + x, 0) / errors.length;
        return { start, k: size, epoch, error, low: Math.min(...errors), high: Math.max(...errors) };
      });
    }),
  );
}

/** The spread of the runs, widened by the 99 % confidence interval of an error rate on that number of test images. */
function intervalOf({ error, low, high }: CurvePoint, test: number): Interval {
  const sampled = (value: number) => proportion(Math.round((value * test) / 100), test, 0.99);
  return { value: error, low: 100 * sampled(low).low, high: 100 * sampled(high).high };
}

function rowsOf(parameters: Parameters, points: readonly CurvePoint[]): Row[] {
  const { images, test } = parameters;
  const k = Math.max(...parameters.k);
  const fewer =
    images < IMAGES || k !== LARGEST ? `${images} images and k = ${k}, not ${IMAGES} and ${LARGEST}` : undefined;
  const rows: Row[] = [];
  const of = (start: Start) => points.filter((point) => point.start === start && point.k === k);
  const [before] = of("hopfield");
  if (before !== undefined) {
    const label = `test error, k = ${k}, ${startNames.hopfield}, 0 epochs (%)`;
    rows.push(compare(label, PUBLISHED.before, intervalOf(before, test), { smaller: fewer, slack: SLACK }));
  }
  for (const start of ["hopfield", "pca", "normal"] as const) {
    const last = of(start).at(-1);
    if (last === undefined || last.epoch === 0) continue;
    const short = last.epoch < EPOCHS ? `the source trains for ${EPOCHS} epochs` : undefined;
    const label = `test error, k = ${k}, ${startNames[start]}, ${last.epoch} epochs (%)`;
    rows.push(
      compare(label, PUBLISHED.after[start], intervalOf(last, test), { smaller: fewer ?? short, slack: SLACK }),
    );
  }
  return rows;
}

function baselinesOf(baselines: readonly BaselinePart[], nearest: readonly CurvePart[]): FigureData["baselines"] {
  return [
    ...baselines.map(({ projections, wrong, of }) => ({
      label:
        projections === 0 ? "logistic regression, pixels" : `logistic regression, ${projections} random projections`,
      error: (100 * wrong) / of,
    })),
    ...nearest.map(({ k, nearest }) => ({
      label: `nearest of ${10 * k} sub-patterns`,
      error: (100 * nearest!.wrong) / nearest!.of,
    })),
  ];
}

function notesOf(
  parameters: Parameters,
  points: readonly CurvePoint[],
  curves: readonly CurvePart[],
  baselines: readonly BaselinePart[],
  nearest: readonly CurvePart[],
): string[] {
  const { starts, k, test } = parameters;
  const at = (start: Start, size: number, last: boolean) => {
    const curve = points.filter((point) => point.start === start && point.k === size);
    return last ? curve.at(-1)! : curve[0];
  };
  const shown = ({ error, low, high }: CurvePoint) =>
    low === high ? error.toFixed(2) : `${error.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  const table = (last: boolean) =>
    starts
      .map(
        (start) =>
          `${startNames[start]} ${k.map((size) => `${shown(at(start, size, last))} at k = ${size}`).join(", ")}`,
      )
      .join("; ");
  const longest = points.reduce((most, { epoch }) => Math.max(most, epoch), 0);
  const training = curves.find((part) => part.start === "hopfield" && part.k === Math.max(...k));
  return [
    `The interval of a row is the spread of the runs and what ${test} test images leave open of an error rate, with 99 % confidence. The error at 0 epochs has no run: nothing random enters it.`,
    `Test errors before training, in per cent: ${table(false)}.`,
    ...(longest > 0 ? [`Test errors after training, ${longest} epochs at most: ${table(true)}.`] : []),
    ...(training
      ? [
          `The classifier errs on ${(100 * training.points[0].training).toFixed(2)} % of the training images at k = ${training.k} before training: ten features cannot be learned by heart.`,
        ]
      : []),
    `Baselines that the source does not show, in per cent: ${baselinesOf(baselines, nearest)
      .map(({ label, error }) => `${label} ${error.toFixed(2)}`)
      .join(
        "; ",
      )}. The features of the experts are quadratic in the pixels, these baselines linear. As many random projections as pixels or more span the pixels: no more than those is tried.`,
    "The weights before training matter by their span alone, |s^T W|^2 = s^T J s: QR, square root and SVD of the sub-patterns give the same features. Principal components span the directions of largest variance about the mean, and leave the mean out, which is what the sub-patterns are near to: they begin far behind.",
    "The source's N(0, 0.01) names the variance: the published program of its authors (mattsmart/biomodels on GitHub) draws with a standard deviation of 0.1.",
    "Training: CD-20 in batches of 100 without fields, gradient <s h>_data - <s h>_model at beta = 2 without the factor beta, as in that program. It takes a hidden sample in the negative phase where the mean of the last visible sample is taken here: the same gradient with less noise.",
    "That program calls a pixel inked above 0.01 of white, which is 3 of 255 and up, where the source writes above 0; above 0 it is here. Its classifier has a weak l1 penalty and stops after at most 100 iterations on features that are not scaled; here it is fitted to convergence.",
  ];
}

const startColours: Readonly<Record<Start, string>> = {
  hopfield: colours.ours,
  hebbian: colours.theory,
  pca: colours.other,
  normal: colours.faint,
};

/** Test error against epochs: a panel for each k. */
export function figure(Plot: Plot, { figure: { points, baselines, epochs } }: Summary<FigureData>): PlotOptions {
  const panel = ({ k }: { readonly k: number }) => `k = ${k}`;
  const colour = ({ start }: CurvePoint) => startColours[start];
  const sizes = [...new Set(points.map(({ k }) => k))].sort((a, b) => a - b);
  const present = (Object.keys(startNames) as Start[]).filter((start) => points.some((point) => point.start === start));
  const last = `k = ${sizes[sizes.length - 1]}`;
  const published = [
    { epoch: 0, error: PUBLISHED.before },
    { epoch: epochs, error: PUBLISHED.after.hopfield },
    { epoch: epochs, error: PUBLISHED.after.normal },
  ].map((point) => ({ ...point, k: LARGEST }));
  const pixels = baselines.filter(({ label }) => label.endsWith("pixels"));
  const near = baselines.flatMap(({ label, error }) => {
    const k = Number(/nearest of (\d+)/.exec(label)?.[1] ?? 0) / 10;
    return k > 0 ? [{ k, error, label }] : [];
  });
  const top = Math.max(...points.map(({ high }) => high), ...baselines.map(({ error }) => error)) * 2.2;
  return {
    width: 940,
    height: 400,
    marginTop: 40,
    fx: { label: null, domain: sizes.map((k) => `k = ${k}`) },
    x: { label: "epochs", domain: [-0.04 * epochs, epochs * 1.04], ticks: 5, tickFormat: "d" },
    y: {
      label: "test error (%)",
      type: "log",
      domain: [2, top],
      ticks: [2, 3, 5, 10, 20, 50],
      tickFormat: "d",
      grid: true,
    },
    marks: [
      Plot.ruleY(pixels, { y: "error", stroke: colours.faint, strokeDasharray: "2 3" }),
      Plot.text(pixels, {
        fx: () => `k = ${sizes[0]}`,
        x: epochs,
        y: "error",
        text: () => "pixels, logistic regression",
        textAnchor: "end",
        dy: 8,
        fill: colours.faint,
      }),
      Plot.ruleY(near, { fx: panel, y: "error", stroke: colours.faint, strokeDasharray: "6 3" }),
      Plot.text(near, {
        fx: panel,
        x: epochs,
        y: "error",
        text: "label",
        textAnchor: "end",
        dy: -6,
        fill: colours.faint,
      }),
      Plot.ruleX(points, { fx: panel, x: "epoch", y1: "low", y2: "high", stroke: colour, strokeOpacity: 0.6 }),
      Plot.line(points, { fx: panel, x: "epoch", y: "error", z: "start", stroke: colour, strokeWidth: 2 }),
      Plot.dot(points, { fx: panel, x: "epoch", y: "error", fill: colour, r: 3 }),
      Plot.dot(
        published.filter(({ k }) => sizes.includes(k)),
        { fx: panel, x: "epoch", y: "error", stroke: colours.published, symbol: "diamond", r: 6, strokeWidth: 2 },
      ),
      Plot.text(
        published.filter(({ k }) => sizes.includes(k)),
        {
          fx: panel,
          x: "epoch",
          y: "error",
          text: ({ error }: { error: number }) => error.toFixed(1),
          dx: -20,
          fill: colours.published,
        },
      ),
      ...legend(
        Plot,
        [
          ...present.map((start) => [startNames[start], startColours[start]] as const),
          ["published, before and after training", colours.published],
        ],
        "top-right",
        { fx: () => last },
      ),
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
    ],
  };
}
