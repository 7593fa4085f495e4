import { type PatternSet, type Random, randomPatterns, toRbm } from "engram";
import {
  dot,
  estimateMean,
  exp,
  log,
  logSumExp,
  logTwoCosh,
  type Matrix,
  tanh,
  timesVector,
  transposedTimesVector,
} from "engram/math";
import { colours, type Experiment, legend, type Row } from "../experiment.js";
import { expected, mean } from "../statistics.js";
import { BETA, citation } from "./source.js";

type Parameters = {
  /** Nets so small that all states are listed and the integrals over two hidden units are sums over a grid. */
  small: { nets: number; units: number };
  /** Nets in which the hidden units move, starts of each, steps, and draws of the spins at each start. */
  dynamics: { nets: number; units: number; patterns: number; starts: number; steps: number; draws: number };
};

/** log Z by each formula, less that of the sum over all states. */
interface Integrals {
  readonly kind: "integrals";
  readonly differences: Readonly<Record<Formula, number>>;
  /** Largest difference of the integral over the second layer of (C.5) and the gaussian that it stands for. */
  readonly second: number;
}

interface Movement {
  readonly kind: "movement";
  /** F0 along the mean dynamics, start by start. */
  readonly traces: readonly (readonly number[])[];
  /** Steps that raise F0 by more than rounding can. */
  readonly rises: number;
  /** Mean change of the hidden units along -grad F0 by draws of the spins, in parts of its length. */
  readonly changes: readonly number[];
}

type Part = Integrals | Movement;

/** The source's formulas for Z as an integral over hidden units. */
type Formula = "(7)" | "(C.4)" | "(C.8)";

interface Point {
  readonly run: string;
  readonly step: number;
  readonly free: number;
}

const FORMULAS: readonly Formula[] = ["(7)", "(C.4)", "(C.8)"];
const PATTERNS = 2;
/** Points of the grid from -EDGE to EDGE standard deviations of the narrowest gaussian, in each direction. */
const GRID = 241;
/** Sums of some thousand terms in double precision, and the ends that the grid leaves out. */
const TOLERANCE = 1e-10;

/** Z as an integral over the hidden units alone, and its exponent F0 as a Lyapunov function of their mean dynamics. */
export const equation8: Experiment<Parameters, Part, readonly Point[]> = {
  id: "smart-zilman-2021/equation-8",
  title: "The free energy of the hidden units: Z is its integral, and the mean dynamics never raise it",
  citation,
  where: "equations (7), (8), (C.4), (C.5), (C.8), and what the text says of F0",
  version: 1,
  settings: {
    quick: {
      small: { nets: 3, units: 8 },
      dynamics: { nets: 2, units: 100, patterns: 10, starts: 3, steps: 30, draws: 200 },
    },
    full: {
      small: { nets: 20, units: 12 },
      dynamics: { nets: 20, units: 400, patterns: 40, starts: 5, steps: 60, draws: 1000 },
    },
  },
  tasks: ({ small, dynamics }) => small.nets + dynamics.nets,

  run({ small, dynamics }, task, { random }) {
    return task < small.nets ? integrals(small.units, random) : movement(dynamics, random);
  },

  summarize({ small, dynamics }, parts) {
    const exact = parts.filter((part): part is Integrals => part.kind === "integrals");
    const moving = parts.filter((part): part is Movement => part.kind === "movement");
    const largest = (formula: Formula) => Math.max(...exact.map(({ differences }) => Math.abs(differences[formula])));
    const steps = moving.length * dynamics.starts * dynamics.steps;
    const rises = moving.reduce((sum, part) => sum + part.rises, 0);
    const zero = (label: string, ours: number, tolerance: number): Row => ({
      label,
      published: 0,
      ours,
      low: 0,
      high: tolerance,
      verdict: ours <= tolerance ? "agrees" : "differs",
      anyData: true,
    });
    const changes = moving.flatMap((part) => part.changes);
    return {
      rows: [
        ...FORMULAS.map((formula) =>
          zero(`|ln Z by ${formula} less that by the sum over all states|`, largest(formula), TOLERANCE),
        ),
        zero(
          "the integral over the second layer of (C.5) less the gaussian of the first that it replaces",
          Math.max(...exact.map(({ second }) => second)),
          TOLERANCE,
        ),
        zero(`steps of the mean dynamics that raise F0, of ${steps}`, rises, 0),
        {
          ...expected(
            "mean change of the hidden units along -grad F0, in parts of its length",
            1,
            estimateMean(changes, 0.99),
          ),
          anyData: true,
        },
      ],
      notes: [
        `Integrals: ${small.nets} nets of ${small.units} units with ${PATTERNS} random patterns at beta = ${BETA}; sums over a grid of ${GRID} x ${GRID} points, which for smooth functions that fall off like gaussians are exact to rounding.`,
        "(C.5) introduces a second layer tau of gaussian units whose couplings to the first are imaginary, in place of the couplings of the first among each other: integrating over tau gives (C.4) back. That integral must come first: that over the first layer, for given tau and spins, does not converge, since there the exponent is linear.",
        `Dynamics: the mean of the hidden units in the next step is Q^T tanh(beta Q l), given the spins' means tanh(beta Q l): l moves by -grad F0(l). With F0 = |l|^2 / 2 less a convex function of l this step goes to the minimum of a bound of F0 from above that touches it at l: F0 never rises. ${dynamics.nets} nets of ${dynamics.units} units with ${dynamics.patterns} patterns, ${dynamics.starts} starts each. Drawn spins in the place of their means change the hidden units by the same on average; the interval is at 99 % over starts.`,
      ],
      figure: moving
        .slice(0, 4)
        .flatMap(({ traces }, net) =>
          traces.flatMap((trace, start) =>
            trace.map((free, step) => ({ run: `${net}-${start}`, step, free: free - trace[trace.length - 1] })),
          ),
        ),
    };
  },

  figure: (Plot, { figure }) => ({
    height: 380,
    x: { label: "steps of the mean dynamics" },
    y: { label: "F0 above its end", type: "symlog", constant: 0.01, ticks: [0, 0.1, 1, 10, 100], grid: true },
    marks: [
      Plot.line(figure, { x: "step", y: "free", z: "run", stroke: colours.ours, strokeOpacity: 0.7 }),
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
      ...legend(Plot, [["a line a start: F0 never rises", colours.ours]]),
    ],
  }),
};

/** Z of random patterns by all formulas. */
function integrals(units: number, random: Random): Integrals {
  const patterns = randomPatterns(PATTERNS, units, random);
  const q = toRbm(patterns).rbm.weights;
  const x = columnsOf(patterns);
  const gram: Two = [dot(x[0], x[0]), dot(x[0], x[1]), dot(x[1], x[1])];
  const inverse = invert(gram);
  const identity: Two = [1, 0, 1];
  const spins = (of: (i: number, l: readonly number[]) => number) => (l: readonly number[]) => {
    let sum = 0;
    for (let i = 0; i < units; i++) sum += logTwoCosh(BETA * of(i, l));
    return sum;
  };
  const byQ = spins((i, l) => q.values[2 * i] * l[0] + q.values[2 * i + 1] * l[1]);
  const byX = spins((i, l) => (x[0][i] * l[0] + x[1][i] * l[1]) / Math.sqrt(units));
  const byProjection = spins((i, l) => {
    const [a, b] = apply(inverse, l);
    return x[0][i] * a + x[1][i] * b;
  });
  const scaled = gram.map((g) => g / units) as unknown as Two;
  const exact = sumOverStates(q, units);
  const of = (logZ: number) => logZ - exact;
  return {
    kind: "integrals",
    differences: {
      "(7)": of(gaussianIntegral(identity, byQ)),
      "(C.4)": of(gaussianIntegral(scaled, byX)),
      "(C.8)": of(gaussianIntegral(inverse, byProjection)),
    },
    second: secondLayer(scaled, random.fork(1)),
  };
}

/** A symmetric 2 x 2 matrix: its entries 11, 12, 22. */
type Two = readonly [a: number, b: number, c: number];

function invert([a, b, c]: Two): Two {
  const determinant = a * c - b * b;
  return [c / determinant, -b / determinant, a / determinant];
}

function apply([a, b, c]: Two, [x, y]: readonly number[]): [number, number] {
  return [a * x + b * y, b * x + c * y];
}

/** The square root of a positive definite matrix, (M + d) / sqrt(tr M + 2 d) with d = sqrt(det M). */
function root([a, b, c]: Two): Two {
  const d = Math.sqrt(a * c - b * b);
  const t = Math.sqrt(a + c + 2 * d);
  return [(a + d) / t, b / t, (c + d) / t];
}

/**
 * ln of the integral over l of exp(-beta l^T G l / 2) exp(rest(l)), normalised so that it is 0 for rest = 0. The grid is that
 * of u with l = G^(-1/2) u: a function of u that falls off like a gaussian of width 1 / sqrt(beta), moved by at most sqrt(N).
 */
function gaussianIntegral(g: Two, rest: (l: readonly number[]) => number): number {
  const back = invert(root(g));
  const terms = new Float64Array(GRID * GRID);
  const { at, step } = grid();
  at.forEach((u, i) => {
    at.forEach((v, j) => {
      const l = apply(back, [u, v]);
      terms[i * GRID + j] = (-BETA / 2) * quadratic(g, l) + rest(l);
    });
  });
  return logSumExp(terms) + 2 * log(step) + log(BETA / (2 * Math.PI));
}

function quadratic(g: Two, l: readonly number[]): number {
  const [x, y] = apply(g, l);
  return x * l[0] + y * l[1];
}

/**
 * The integral over tau of exp(-beta |tau|^2 / 2 + i beta l^T G^(1/2) tau), normalised, less exp(-beta l^T G l / 2), at random
 * l. In each direction of tau it is that of a gaussian times a cosine.
 */
function secondLayer(g: Two, random: Random): number {
  const { at, step } = grid();
  let largest = 0;
  for (let draw = 0; draw < 100; draw++) {
    const l = [random.normal(), random.normal()];
    const found = apply(root(g), l).reduce((product, k) => {
      const sum = at.reduce((total, t) => total + exp((-BETA / 2) * t * t) * cosine(BETA * k * t), 0);
      return product * sum * step * Math.sqrt(BETA / (2 * Math.PI));
    }, 1);
    largest = Math.max(largest, Math.abs(found - exp((-BETA / 2) * quadratic(g, l))));
  }
  return largest;
}

/** cos x by its power series about the nearest multiple of 2 pi: that of the engine is not the same everywhere. */
function cosine(x: number): number {
  const y = x - 2 * Math.PI * Math.round(x / (2 * Math.PI));
  let [sum, term] = [1, 1];
  for (let n = 2; n <= 40; n += 2) {
    term *= -(y * y) / (n * (n - 1));
    sum += term;
  }
  return sum;
}

/** Points that hold all but exp(-100) of every integrand here. */
function grid(): { readonly at: Float64Array; readonly step: number } {
  const edge = 14;
  const step = (2 * edge) / (GRID - 1);
  return { at: Float64Array.from({ length: GRID }, (_, i) => -edge + i * step), step };
}

/** ln of the sum over all spins of exp(beta |Q^T s|^2 / 2). */
function sumOverStates(q: Matrix, units: number): number {
  const terms = new Float64Array(2 ** units);
  for (let state = 0; state < terms.length; state++) {
    let [a, b] = [0, 0];
    for (let i = 0; i < units; i++) {
      const s = (state >>> i) & 1 ? 1 : -1;
      a += q.values[2 * i] * s;
      b += q.values[2 * i + 1] * s;
    }
    terms[state] = (BETA / 2) * (a * a + b * b);
  }
  return logSumExp(terms);
}

function columnsOf(patterns: PatternSet): Float64Array[] {
  return Array.from({ length: patterns.count }, (_, mu) => Float64Array.from(patterns.spins(mu)));
}

/** The mean dynamics from random starts, and what drawn spins do there. */
function movement({ units, patterns: count, starts, steps, draws }: Parameters["dynamics"], random: Random): Movement {
  const q = toRbm(randomPatterns(count, units, random.fork(0))).rbm.weights;
  const traces: number[][] = [];
  const changes: number[] = [];
  let rises = 0;
  for (let start = 0; start < starts; start++) {
    const stream = random.fork(1).fork(start);
    let l: Float64Array = Float64Array.from({ length: count }, () => 3 * stream.normal());
    changes.push(drawnChange(q, l, draws, stream));
    const trace = [freeEnergy(q, l)];
    for (let step = 0; step < steps; step++) {
      l = transposedTimesVector(
        q,
        inputsOf(q, l).map((x) => tanh(BETA * x)),
      );
      trace.push(freeEnergy(q, l));
      // Each term of F0 is off by its rounding.
      const rounding = 4 * 2 ** -53 * units * (Math.abs(trace[step]) + units);
      if (trace[step + 1] > trace[step] + rounding) rises++;
    }
    traces.push(trace);
  }
  return { kind: "movement", traces, rises, changes };
}

/** Q l */
function inputsOf(q: Matrix, l: Float64Array): Float64Array {
  return timesVector(q, l, new Float64Array(q.rows));
}

/** F0 = |l|^2 / 2 - sum_i ln cosh(beta (Q l)_i) / beta, equation (8). */
function freeEnergy(q: Matrix, l: Float64Array): number {
  const square = dot(l, l);
  const spins = inputsOf(q, l).reduce((sum, x) => sum + logTwoCosh(BETA * x) - Math.LN2, 0);
  return square / 2 - spins / BETA;
}

/** Mean of the change Q^T s - l over drawn spins along -grad F0 = Q^T tanh(beta Q l) - l, over its squared length. */
function drawnChange(q: Matrix, l: Float64Array, draws: number, random: Random): number {
  const inputs = inputsOf(q, l);
  const target = transposedTimesVector(
    q,
    inputs.map((x) => tanh(BETA * x)),
  );
  const gradient = target.map((x, j) => x - l[j]);
  const square = dot(gradient, gradient);
  const values = Array.from({ length: draws }, () => {
    const spins = inputs.map((x) => (random.uniform() * (1 + exp(-2 * BETA * x)) < 1 ? 1 : -1));
    return transposedTimesVector(q, spins).reduce((sum, x, j) => sum + (x - l[j]) * gradient[j], 0);
  });
  return mean(values) / square;
}
