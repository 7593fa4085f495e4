import { colours, legend, type Plot, type PlotOptions, type Row, type Summary } from "../experiment.js";
import { type CurvePoint, Curves, EPOCHS, PUBLISHED } from "./expert-claims.js";
import type { BaselinePart, CurvePart, Parameters, Part } from "./product-of-experts.js";
import { type Start, startNames } from "./starts.js";

export interface FigureData {
  readonly points: readonly CurvePoint[];
  readonly baselines: readonly { readonly label: string; readonly error: number }[];
  readonly epochs: number;
}

const LARGEST = 100;

/** Summarises the curves by what a figure of the source claims, given them and the largest k. */
export function summarizeBy(claims: (curves: Curves, k: number) => Row[]) {
  return (parameters: Parameters, parts: readonly Part[]): Summary<FigureData> => {
    const parted = parts.filter((part): part is CurvePart => part.kind === "curve");
    const baselines = parts.filter((part): part is BaselinePart => part.kind === "baseline");
    const curves = new Curves(parameters, parted);
    const nearest = parted.filter((part) => part.nearest !== undefined && part.run === 0 && part.start === "hopfield");
    return {
      rows: claims(curves, Math.max(...parameters.k)),
      notes: notesOf(parameters, curves.points, parted, baselines, nearest),
      figure: {
        points: curves.points,
        baselines: baselinesOf(baselines, nearest),
        epochs: Math.max(1, curves.longest),
      },
    };
  };
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
    `The interval of a row is the spread of the runs and what ${test} test images leave open of an error rate, with 99 % confidence. Squared distances of binary images are whole numbers, so that many merges of Ward's tree cost the same: every run clusters the images in another order, which is all that is random before training.`,
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
    { epoch: EPOCHS.main, error: PUBLISHED.after.hopfield },
    { epoch: EPOCHS.main, error: PUBLISHED.after.normal },
  ]
    .filter(({ epoch }) => epoch <= epochs)
    .map((point) => ({ ...point, k: LARGEST }));
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
