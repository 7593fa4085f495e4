import { lowdin } from "engram/mapping";
import {
  largestDifference,
  type Matrix,
  matrix,
  moorePenrose,
  pow,
  product,
  singularValues,
  transpose,
} from "engram/math";
import { colours, type Experiment, type Row } from "../experiment.js";
import { exact, mean } from "../statistics.js";
import { type Parameters, recovered } from "./recovered.js";
import { citation } from "./source.js";

interface Part {
  readonly epochs: number;
  /** Largest difference of W W^T from (D.4) with the orthonormal weights, and from (D.5), each with a bound of rounding. */
  readonly projection: Check;
  readonly corrected: Check;
  /** Entries of B_p, those at which (a) and at which (b) holds, at which one of them does, and there those that change. */
  readonly entries: number;
  readonly small: number;
  readonly compatible: number;
  readonly either: number;
  readonly changed: number;
  /** Patterns at which (a) or (b) holds everywhere, and those of them that are fixed points; and all fixed points. */
  readonly safe: number;
  readonly safeFixed: number;
  readonly fixed: number;
  readonly patterns: number;
  /** Margins of the entries, |(J E)_i| / |(B_p)_i|, in tenths: a histogram of 0 to 2, the last bin open. */
  readonly margins: readonly number[];
}

interface Check {
  readonly difference: number;
  readonly tolerance: number;
}

interface Bar {
  readonly epochs: string;
  readonly from: number;
  readonly part: number;
}

const BINS = 21;

/** When the binarised patterns of an RBM are fixed points of its net. */
export const appendixD: Experiment<Parameters, Part, readonly Bar[]> = {
  id: "smart-zilman-2021/appendix-d",
  title: "Conditions under which the binarised weights of an RBM are fixed points of its net",
  citation,
  where: "appendix D.2: equations (D.4), (D.5), conditions (a) and (b)",
  version: 1,
  digits: "like MNIST",
  settings: {
    quick: { images: 6000, epochs: 10, batch: 100, steps: 5, rate: 1e-4, runs: 1 },
    standard: { images: 60000, epochs: 10, batch: 1000, steps: 20, rate: 1e-4, runs: 1 },
    full: { images: 60000, epochs: 10, batch: 1000, steps: 20, rate: 1e-4, runs: 5 },
  },
  tasks: ({ runs }) => 1 + runs,

  async run(parameters, task, context) {
    const epochs = task === 0 ? 0 : parameters.epochs;
    const { weights, mapping } = await recovered({ ...parameters, epochs }, context);
    return { epochs, ...conditions(weights, mapping.transform!) };
  },

  summarize(_, parts) {
    const worst = (pick: (part: Part) => Check) =>
      parts.map(pick).reduce((a, b) => (b.difference / b.tolerance > a.difference / a.tolerance ? b : a));
    const identity = (label: string, { difference, tolerance }: Check): Row => ({
      label,
      published: 0,
      ours: difference,
      low: 0,
      high: tolerance,
      verdict: difference <= tolerance ? "agrees" : "differs",
      anyData: true,
    });
    const sum = (pick: (part: Part) => number) => parts.reduce((total, part) => total + pick(part), 0);
    const share = (part: Part, count: number) => `${((100 * count) / part.entries).toFixed(2)} %`;
    const safe = sum((part) => part.safe);
    return {
      rows: [
        identity(
          "(D.4), orthonormal weights: B_p (B_p^T B_p)^-1 B_p^T less J",
          worst((part) => part.projection),
        ),
        identity(
          "(D.5), any weights: B_p (B_p^T C B_p)^-1 B_p^T less W W^T",
          worst((part) => part.corrected),
        ),
        {
          ...exact(
            `units that leave sgn(B_p) although (a) or (b) holds, of ${sum((part) => part.either)}`,
            0,
            sum((part) => part.changed),
          ),
          anyData: true,
        },
        {
          ...exact(
            `patterns that are fixed points, of ${safe} at which (a) or (b) holds at every unit`,
            safe,
            sum((part) => part.safeFixed),
          ),
          anyData: true,
        },
      ],
      notes: [
        "J = U U^T with the nearest orthonormal weights U V^T (Löwdin's), B_p = W X with the X of the recovered patterns, E = B_p - sgn(B_p): J B_p = B_p, so that J sgn(B_p) = B_p - J E. (a) |(J E)_i| < |(B_p)_i|; (b) (J E)_i (B_p)_i < 0. C = W (W^T W)^-2 W^T.",
        ...parts.map(
          (part) =>
            `${part.epochs} epochs: (a) holds at ${share(part, part.small)} of the units, (b) at ${share(part, part.compatible)}, one of them at ${share(part, part.either)}; at every unit of ${part.safe} of ${part.patterns} patterns. ${part.fixed} of them are fixed points.`,
        ),
        "The conditions are sufficient and not necessary: where neither holds the sign may still be kept by rounding alone, at equality. The intervals of the identities are what rounding in double precision can make.",
        `Mean margin |(J E)_i| / |(B_p)_i| in bins of a tenth: ${parts.map(({ epochs, margins }) => `${mean(margins.flatMap((count, bin) => new Array<number>(count).fill((bin + 0.5) / 10))).toFixed(2)} at ${epochs} epochs`).join(", ")}.`,
      ],
      figure: parts
        .slice(0, 2)
        .flatMap(({ epochs, entries, margins }) =>
          margins.map((count, bin) => ({ epochs: `${epochs} epochs`, from: bin / 10, part: count / entries })),
        ),
    };
  },

  figure: (Plot, { figure }) => ({
    width: 760,
    height: 340,
    marginTop: 40,
    fx: { label: null, domain: [...new Set(figure.map(({ epochs }) => epochs))] },
    x: { label: "|(J E)_i| / |(B_p)_i|, the last bar 2 and above", domain: [0, BINS / 10] },
    y: { label: "part of the units", grid: true, domain: [0, 1] },
    marks: [
      Plot.rect(figure, {
        fx: "epochs",
        x1: "from",
        x2: ({ from }: Bar) => from + 0.1,
        y1: 0,
        y2: "part",
        fill: colours.ours,
        inset: 0.5,
      }),
      Plot.ruleX([1], { stroke: colours.published, strokeDasharray: "3 4" }),
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
    ],
  }),
};

/** What D.2 says of weights W and of the X that binarises them. */
function conditions(weights: Matrix, transform: Matrix): Omit<Part, "epochs"> {
  const { weights: orthonormal, singularValues: sigma } = lowdin(weights);
  const projector = product(orthonormal, transpose(orthonormal));
  const net = product(weights, transpose(weights));
  const patterns = product(weights, transform);
  const signs = mapped(patterns, (x) => (x < 0 ? -1 : 1));
  const felt = product(
    projector,
    mapped(patterns, (x, at) => x - signs.values[at]),
  );
  const next = product(projector, signs);
  // Products of n terms, divided by a matrix whose condition number is that of the patterns, squared.
  const { values: spread } = singularValues(patterns);
  const condition = spread[0] / spread[spread.length - 1];
  const tolerance = 16 * weights.rows * 2 ** -53 * condition * condition;
  const [largest, smallest] = [sigma[0], sigma[sigma.length - 1]];
  const inner = product(product(weights, inverse(squared(product(transpose(weights), weights)))), transpose(weights));
  const corrected = through(patterns, product(product(transpose(patterns), inner), patterns));
  const part = { entries: patterns.values.length, small: 0, compatible: 0, either: 0, changed: 0 };
  const margins = new Array<number>(BINS).fill(0);
  const broken = new Array<boolean>(patterns.columns).fill(false);
  const moved = new Array<boolean>(patterns.columns).fill(false);
  patterns.values.forEach((x, at) => {
    const error = felt.values[at];
    const [isSmall, isCompatible] = [Math.abs(error) < Math.abs(x), error * x < 0];
    const isChanged = next.values[at] < 0 !== signs.values[at] < 0;
    if (isSmall) part.small++;
    if (isCompatible) part.compatible++;
    if (isSmall || isCompatible) part.either++;
    else broken[at % patterns.columns] = true;
    if (isChanged) moved[at % patterns.columns] = true;
    if (isChanged && (isSmall || isCompatible)) part.changed++;
    margins[Math.min(BINS - 1, Math.floor((10 * Math.abs(error)) / Math.abs(x)))]++;
  });
  const columns = Array.from({ length: patterns.columns }, (_, mu) => mu);
  return {
    ...part,
    projection: {
      difference: largestDifference(through(patterns, product(transpose(patterns), patterns)), projector),
      tolerance,
    },
    corrected: {
      difference: largestDifference(corrected, net),
      tolerance: tolerance * largest * largest * pow(largest / smallest, 4),
    },
    safe: columns.filter((mu) => !broken[mu]).length,
    safeFixed: columns.filter((mu) => !broken[mu] && !moved[mu]).length,
    fixed: columns.filter((mu) => !moved[mu]).length,
    patterns: patterns.columns,
    margins,
  };
}

/** B M^-1 B^T */
function through(b: Matrix, m: Matrix): Matrix {
  return product(product(b, inverse(m)), transpose(b));
}

function inverse(m: Matrix): Matrix {
  return moorePenrose(m).inverse;
}

function squared(m: Matrix): Matrix {
  return product(m, m);
}

function mapped({ rows, columns, values }: Matrix, f: (x: number, at: number) => number): Matrix {
  return matrix(rows, columns, values.map(f));
}
