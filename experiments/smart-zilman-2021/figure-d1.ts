import type { RecoveredPattern } from "engram/mapping";
import { colours, type Experiment, type Row } from "../experiment.js";
import { pixelRuns } from "../pixel-runs.js";
import { compare, mean } from "../statistics.js";
import { anotherRun, type Parameters, recovered } from "./recovered.js";
import { citation } from "./source.js";

interface Part {
  /** Units in which each recovered pattern differs from the class pattern that training began with. */
  readonly changed: readonly number[];
  readonly patterns: readonly (Pick<RecoveredPattern, "distance" | "stability" | "fixedPoint"> & {
    readonly error: number;
  })[];
  /** |J - J_memory| / |J|, for the projection memory of the recovered patterns. */
  readonly memoryDistance: number;
  readonly orthogonality: number;
  /** Of the first run: the class patterns, and W x, in hundredths. */
  readonly pictures?: {
    readonly before: readonly (readonly number[])[];
    readonly after: readonly (readonly number[])[];
  };
}

/** Neighbouring pixels of one grey. */
interface Run {
  readonly digit: string;
  readonly row: string;
  readonly y: number;
  readonly from: number;
  readonly to: number;
  /** Shade from -1 to 1. */
  readonly value: number;
  readonly change?: "on" | "off";
}

/** Units that changed in the weights of the authors' own training at epoch 10, of 7,840. */
const CHANGED = 133;
const IMAGES = 60000;
const ROWS = ["before", "W x, after", "sgn(W x), after"];

/** Binary patterns found in an RBM that began as a Hopfield net, after 10 epochs of training. */
export const figureD1: Experiment<Parameters, Part, readonly Run[]> = {
  id: "smart-zilman-2021/figure-d1",
  title: "Patterns recovered from the RBM of ten class patterns after 10 epochs of training",
  citation,
  where: "figure D.1, and the weights that its authors publish with their program",
  version: 2,
  digits: "like MNIST",
  settings: {
    quick: { images: 6000, epochs: 10, batch: 100, steps: 5, rate: 1e-4, runs: 3 },
    standard: { images: 60000, epochs: 10, batch: 1000, steps: 20, rate: 1e-4, runs: 3 },
    full: { images: 60000, epochs: 10, batch: 1000, steps: 20, rate: 1e-4, runs: 10 },
  },
  tasks: ({ runs }) => runs,

  async run(parameters, task, context) {
    const { patterns, mapping } = await recovered(parameters, context);
    const found = mapping.patterns ?? patterns;
    const spins = Array.from({ length: patterns.count }, (_, mu) => Array.from(patterns.spins(mu)));
    const after = Array.from({ length: found.count }, (_, mu) => Array.from(found.spins(mu)));
    const part: Part = {
      changed: after.map((xi, mu) => xi.reduce((sum, s, i) => sum + (s === spins[mu][i] ? 0 : 1), 0)),
      patterns: mapping.recovered.map(({ distance, stability, fixedPoint, error }) => ({
        distance,
        stability,
        fixedPoint,
        error,
      })),
      memoryDistance: mapping.memoryDistance ?? 1,
      orthogonality: mapping.orthogonality,
    };
    if (task > 0) return part;
    const { values, columns } = mapping.transform!;
    const { weights } = mapping.rbm;
    const projected = spins.map((_, mu) =>
      Array.from({ length: weights.rows }, (_, i) => {
        let sum = 0;
        for (let j = 0; j < weights.columns; j++)
          sum += weights.values[i * weights.columns + j] * values[j * columns + mu];
        return Math.round(100 * sum);
      }),
    );
    return { ...part, pictures: { before: spins, after: projected } };
  },

  summarize({ images, epochs }, parts) {
    const totals = parts.map(({ changed }) => changed.reduce((sum, x) => sum + x, 0));
    const fewer = images < IMAGES ? `patterns and training of ${images} images` : undefined;
    const rows: Row[] = [
      compare(`units that training changed in the ten patterns, ${epochs} epochs`, CHANGED, anotherRun(totals), {
        smaller: fewer,
      }),
    ];
    const perDigit = parts[0].changed
      .map((_, mu) => mean(parts.map(({ changed }) => changed[mu])).toFixed(1))
      .join(", ");
    const all = parts.flatMap(({ patterns }) => patterns);
    const kept = all.filter(({ fixedPoint }) => fixedPoint).length;
    return {
      rows,
      notes: [
        "The source shows the patterns as pictures. The number comes from the weights that its authors publish with their program (mattsmart/biomodels on GitHub, RBM/models/reversemap): signs of their W X at epoch 10 against the class patterns. The interval is that in which another training would lie, with 99 % confidence.",
        `Units changed by digit, 0 to 9: ${perDigit} of 784; the authors' weights have 49, 6, 6, 25, 3, 3, 5, 16, 11, 9.`,
        `How binary W x is: the largest ||(W x)_i| - 1| of a pattern is ${Math.max(...all.map(({ distance }) => distance)).toFixed(2)}, the mean of the largest ${mean(all.map(({ distance }) => distance)).toFixed(2)}; fixed points of the net are ${kept} of ${all.length} patterns. Training leaves the manifold of Hopfield nets: the largest entry of W^T W - 1 is ${mean(parts.map(({ orthogonality }) => orthogonality)).toFixed(2)}, and the projection memory of the recovered patterns is ${mean(parts.map(({ memoryDistance }) => memoryDistance)).toFixed(2)} away from the net, as a part of its Frobenius norm.`,
        "The descent on |W x - tanh(200 W x)|^2 takes 50 steps of 0.05 from the X that the training began with, as in that program.",
      ],
      figure: picturesOf(parts[0]),
    };
  },

  figure: (Plot, { figure }) => ({
    width: 960,
    height: 330,
    marginTop: 34,
    marginLeft: 110,
    marginRight: 20,
    fx: { label: "class", domain: Array.from({ length: 10 }, (_, digit) => `${digit}`) },
    fy: { label: null, domain: ROWS, axis: "left" },
    x: { axis: null, domain: [0, 28] },
    y: { axis: null, domain: [28, 0] },
    marks: [
      Plot.rect(figure, {
        fx: "digit",
        fy: "row",
        x1: "from",
        x2: "to",
        y1: "y",
        y2: ({ y }: Run) => y + 1,
        fill: ({ change, value }: Run) =>
          change === "on" ? colours.published : change === "off" || value < 0 ? colours.other : colours.ours,
        fillOpacity: ({ change, value }: Run) => (change ? 1 : Math.abs(value)),
        shapeRendering: "crispEdges",
      }),
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
    ],
  }),
};

/** Pictures in runs of pixels: +1 units, W x above and below 0 in fifths, and what changed. */
function picturesOf({ pictures }: Part): Run[] {
  if (pictures === undefined) return [];
  const { before, after } = pictures;
  const ink = (s: number) => (s > 0 ? 1 : undefined);
  // The background, about -1, is left blank: the shade is the height of W x above it.
  const shade = (y: number) => Math.min(5, Math.max(-5, Math.round((y + 100) / 40))) / 5 || undefined;
  const change = ([s, y]: readonly [number, number]) => {
    const now = y < 0 ? -1 : 1;
    return now === s ? ink(s) : now > 0 ? "on" : "off";
  };
  return before.flatMap((xi, digit) => {
    const width = Math.round(Math.sqrt(xi.length));
    const pair = xi.map((s, i) => [s, after[digit][i]] as const);
    return [pixelRuns(xi, width, ink), pixelRuns(after[digit], width, shade), pixelRuns(pair, width, change)].flatMap(
      (runs, picture) =>
        runs.map(({ row: y, from, to, look }): Run => {
          const value = typeof look === "number" ? { value: look } : { value: 1, change: look };
          return { digit: `${digit}`, row: ROWS[picture], y, from, to, ...value };
        }),
    );
  });
}
