import { dot, type Matrix, norm } from "engram/math";
import { colours, type Experiment } from "../experiment.js";
import { pixelRuns } from "../pixel-runs.js";
import { exact, mean } from "../statistics.js";
import { prepared } from "./patterns.js";
import { citation } from "./source.js";
import { startWeights } from "./starts.js";
import { materialOf, trainAtBeta } from "./training.js";

type Parameters = {
  clustered: number;
  images: number;
  batch: number;
  epochs: number;
  steps: number;
};

/** Pixels next to each other of the same shade, in one picture of weights. */
interface Run {
  readonly unit: number;
  readonly row: number;
  readonly from: number;
  readonly to: number;
  /** From -LEVELS to LEVELS; those of 0 are omitted. */
  readonly shade: number;
}

interface Part {
  /** Correlation of the weights of every unit after training with those of every unit before. */
  readonly correlations: readonly (readonly number[])[];
  /** Norms of the columns after training, and the largest overlap of two directions. */
  readonly norms: readonly number[];
  readonly overlap: number;
  readonly before: readonly Run[];
  readonly after: readonly Run[];
}

interface FigureData {
  readonly runs: readonly (Run & { readonly when: string })[];
  readonly labels: readonly { readonly unit: number; readonly when: string; readonly text: string }[];
}

const UNITS = 10;
/** Images that the source trains on. */
const IMAGES = 60_000;
const WIDTH = 28;
const LEVELS = 4;

/** The weights of the Hopfield RBM with a pattern a digit, before and after training. */
export const figure3: Experiment<Parameters, Part, FigureData> = {
  id: "smart-zilman-2021/figure-3",
  title: "Weights of the Hopfield RBM with one pattern a digit, before and after training by CD-20",
  citation,
  where: "figure 3: the ten columns of W, initially and after 50 epochs",
  version: 2,
  digits: "like MNIST",
  settings: {
    quick: { clustered: 2000, images: 600, batch: 10, epochs: 10, steps: 5 },
    full: { clustered: 60_000, images: 60_000, batch: 1000, epochs: 50, steps: 20 },
  },
  tasks: () => 1,

  async run({ clustered, images, batch, epochs, steps }, _, context) {
    const digits = await prepared(context.images, clustered);
    const before = startWeights("hopfield", materialOf(digits, 1, images, context.random.fork(0)));
    const plan = { images, batch, epochs, steps, rate: [[0, 1e-4]] as const };
    const { weights: after } = await trainAtBeta(before, digits, plan, context, (epoch) => {
      context.progress(epoch / epochs);
      return undefined;
    });
    const [old, now] = [columns(before), columns(after)];
    const norms = now.map(norm);
    let overlap = 0;
    for (let a = 0; a < UNITS; a++) {
      for (let b = 0; b < a; b++) overlap = Math.max(overlap, Math.abs(dot(now[a], now[b])) / norms[a] / norms[b]);
    }
    return {
      correlations: now.map((x) => old.map((y) => correlation(x, y))),
      norms,
      overlap,
      before: old.flatMap(runsOf),
      after: now.flatMap(runsOf),
    };
  },

  summarize({ epochs, steps, images }, [{ correlations, norms, overlap, before, after }]) {
    const own = correlations.map((row, unit) => row[unit]);
    const kept = correlations.filter((row, unit) => row.every((r) => Math.abs(r) <= Math.abs(row[unit]))).length;
    const range = `${Math.min(...own).toFixed(2)} to ${Math.max(...own).toFixed(2)}`;
    return {
      rows: [
        exact("units whose weights after training are most like their own before, of 10", UNITS, kept, {
          smaller: images < IMAGES ? `our setting is smaller: ${images} of ${IMAGES} training images` : undefined,
          remark: 'the source calls the pictures before and after "qualitatively similar", unit by unit',
        }),
      ],
      notes: [
        `The source prints pictures and no numbers. ${epochs} epochs of CD-${steps} at beta = 2 with ${images === 60_000 ? "all 60,000 training digits" : `the first ${images} training digits, batches smaller in proportion`}; W by QR, one pattern a digit from 0 to 9.`,
        `Correlations of a unit's weights before and after: ${range}, ${mean(own).toFixed(2)} on average. Norms of the columns, 1 before, are ${Math.min(...norms).toFixed(2)} to ${Math.max(...norms).toFixed(2)} after; the directions, orthogonal before, then overlap by at most ${overlap.toFixed(2)}.`,
        "Blue is positive, orange negative, on a scale of each picture's own: nine shades between the extremes.",
      ],
      figure: {
        runs: [
          ...before.map((run) => ({ ...run, when: "before" })),
          ...after.map((run) => ({ ...run, when: "after" })),
        ],
        labels: own.map((r, unit) => ({ unit, when: "after", text: `r = ${r.toFixed(2)}` })),
      },
    };
  },

  figure(Plot, { figure: { runs, labels } }) {
    return {
      width: 92 * UNITS + 60,
      height: 270,
      marginLeft: 60,
      marginTop: 34,
      marginBottom: 34,
      fx: { axis: null, domain: [...Array(UNITS).keys()], padding: 0.06 },
      fy: { label: null, domain: ["before", "after"], axis: "left", padding: 0.12 },
      x: { axis: null, domain: [0, WIDTH] },
      y: { axis: null, domain: [WIDTH, 0] },
      marks: [
        Plot.rect(runs, {
          fx: "unit",
          fy: "when",
          x1: "from",
          x2: "to",
          y1: "row",
          y2: ({ row }: Run) => row + 1,
          fill: ({ shade }: Run) => (shade > 0 ? colours.ours : colours.published),
          fillOpacity: ({ shade }: Run) => Math.abs(shade) / LEVELS,
          shapeRendering: "crispEdges",
        }),
        Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
        Plot.text(labels, {
          fx: "unit",
          fy: "when",
          text: "text",
          frameAnchor: "bottom",
          dy: 12,
          fill: "currentColor",
        }),
      ],
    };
  },
};

function columns({ rows, columns, values }: Matrix): Float64Array[] {
  return Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, (_, i) => values[i * columns + j]),
  );
}

function correlation(x: Float64Array, y: Float64Array): number {
  const [a, b] = [x, y].map((values) => {
    const centre = mean(values);
    return values.map((value) => value - centre);
  });
  return dot(a, b) / norm(a) / norm(b);
}

function runsOf(weights: Float64Array, unit: number): Run[] {
  const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const shadeOf = (w: number) => Math.round((LEVELS * w) / largest) || undefined;
  return pixelRuns(weights, WIDTH, shadeOf).map(({ row, from, to, look: shade }) => ({ unit, row, from, to, shade }));
}
