import { asynchronous, dense, flipExactly, Hopfield, type Random, randomPatterns, synchronous } from "engram";
import type { Kernels } from "engram/kernels";
import {
  binomialProbability,
  estimateMean,
  log,
  normalDensity,
  normalQuantile,
  normalTail,
  pow,
  square,
} from "engram/math";
import { colours, type Experiment, legend } from "../experiment.js";
import { passing } from "../finite-size.js";
import { compare, expected, type Interval, stated } from "../statistics.js";
import { citation } from "./source.js";

/** A separation function and its degree. */
interface Form {
  readonly separation: "power" | "rectified";
  readonly power: number;
}

/** Patterns in one draw: started at themselves for one synchronous step, or from flipped units for one asynchronous sweep. */
interface Case extends Form {
  readonly start: "pattern" | "flipped";
  readonly patterns: number;
}

interface Parameters {
  readonly draws: number;
  /** Patterns of a draw that are recalled, at most. */
  readonly cues: number;
}

interface Part extends Case {
  /** Share of the units that are wrong. */
  readonly wrong: number;
}

interface Point extends Interval {
  readonly name: string;
  /** Patterns over the load at which half a percent of the units is wrong in the theory. */
  readonly at: number;
}

interface FigureData {
  readonly points: readonly Point[];
  readonly theory: readonly { readonly at: number; readonly wrong: number }[];
}

const UNITS = 100;
/** Units that are flipped in a cue. */
const FLIPPED = 10;
/** The share of wrong units that defines alpha in the source. */
const WRONG = 0.005;
/** Loads of a scan, over the theory's value at which that share is wrong. */
const SCAN = [0.5, 0.7, 0.85, 1, 1.2, 1.5, 2];
const DEGREES = [2, 3, 4];
/** What the source's asymptotic tail gives for alpha_2, and what its text prints. */
const ASYMPTOTIC = 0.146;
const PRINTED = 0.14;

const MEMORY = "from memory of the source";

const COLOURS: Readonly<Record<string, string>> = {
  "x^2": colours.ours,
  "x^3": colours.published,
  "x^4": colours.other,
};

/** How many random patterns powers of the overlaps hold. */
export const denseCapacity: Experiment<Parameters, Part, FigureData> = {
  id: "krotov-hopfield-2016/capacity",
  title: "Wrong units after one update of a stored pattern, against the number of patterns, for powers of the overlaps",
  citation,
  where: "section 2: K_max = alpha_n N^(n-1) at half a percent of errors, and K_max without errors",
  version: 1,
  settings: {
    quick: { draws: 12, cues: 60 },
    standard: { draws: 200, cues: 200 },
    full: { draws: 1000, cues: 400 },
  },
  tasks: ({ draws }) => cases().length * draws,

  run({ draws, cues }, task, { random, kernels }) {
    const one = cases()[Math.floor(task / draws)];
    return { ...one, wrong: wrongIn(one, cues, random, kernels) };
  },

  summarize({ draws, cues }, parts) {
    const wrongAt = ({ separation, power, start, patterns }: Case): Interval => {
      const of = parts.filter(
        (part) =>
          part.separation === separation && part.power === power && part.start === start && part.patterns === patterns,
      );
      return estimateMean(
        of.map(({ wrong }) => wrong),
        0.99,
      );
    };
    const scans = DEGREES.map((power) => {
      const points = SCAN.map((ratio) => {
        const one = scanned(power, ratio);
        return { at: one.patterns / scale(power), ...wrongAt(one) };
      });
      // `passing` follows a share that falls through 1/2.
      const falling = points.map(({ at, value, low, high }) => ({
        units: UNITS,
        at,
        value: 0.5 + WRONG - value,
        low: 0.5 + WRONG - high,
        high: 0.5 + WRONG - low,
      }));
      const { value, low, high } = passing(falling);
      return { power, points, alpha: { value, low: Math.min(low, high), high: Math.max(low, high) } };
    });
    const flipped = FLIPS.map((one) => ({ one, wrong: wrongAt(one) }));
    const [{ alpha }] = scans;
    return {
      rows: [
        ...scans.map((scan) =>
          expected(
            `alpha_${scan.power}: K / N^${scan.power - 1} at half a percent of wrong units, N = ${UNITS}`,
            Number((patternsAt(scan.power, WRONG) / scale(scan.power)).toPrecision(4)),
            scan.alpha,
          ),
        ),
        compare("alpha_2, as the text has it", PRINTED, alpha, {
          remark: MEMORY,
          explained: `the text's value comes from the asymptotic form of the normal tail, which gives ${ASYMPTOTIC} for large N; the tail itself gives ${(scale(2, WRONG) / scale(2)).toFixed(3)}, and with ${UNITS} units ${(patternsAt(2, WRONG) / scale(2)).toFixed(3)}`,
        }),
        ...DEGREES.map((power) => {
          const one = withoutErrors(power);
          const { value, low, high } = wrongAt(one);
          return stated(
            `wrong units of a pattern at K without errors, n = ${power}: ${one.patterns} patterns`,
            "fewer than 1",
            { value: UNITS * value, low: UNITS * low, high: UNITS * high },
            { below: 1 },
            { remark: MEMORY },
          );
        }),
        ...DEGREES.map((power) =>
          expected(
            `share of wrong units at K without errors, n = ${power}`,
            Number(wrongWith(power, withoutErrors(power).patterns).toPrecision(3)),
            wrongAt(withoutErrors(power)),
          ),
        ),
      ],
      notes: [
        `Random patterns of N = ${UNITS} units, ${draws} sets of each size, the first ${cues} patterns of a set at most; one synchronous update from the pattern itself. F(x) = x^n. Intervals are those of the mean over the sets, at 99 %.`,
        "The theory is the source's argument for N units: the gap between the energies of a unit has the mean N^n - (N - 2)^n, and the variance of K - 1 terms (m + 1)^n - (m - 1)^n, with m the sum of N - 1 random spins. Its tail is the normal one with the term of the fourth cumulant (Edgeworth): the terms have heavy tails, of which 362 are few for n = 3. For large N they are 2 n N^(n-1) and 4 n^2 (2n - 3)!! K N^(n-1), so that alpha_n goes to 1 / (2.576^2 (2n - 3)!!): 0.151, 0.0502, 0.0100. K without errors is N^(n-1) / (2 (2n - 3)!! ln N): by the asymptotic tail without its factor a unit is wrong with probability 1 / N.",
        `From ${FLIPPED} flipped units, one asynchronous sweep: ${flipped
          .map(
            ({ one, wrong }) =>
              `${nameOf(one)}, ${one.patterns} patterns, ${percent(wrong.value)} % wrong (${percent(wrong.low)} to ${percent(wrong.high)})`,
          )
          .join("; ")}. Rectified powers hold about twice as many, since half of the patterns are silent.`,
      ],
      figure: {
        points: scans.flatMap(({ power, points }) =>
          points.map(({ at, value, low, high }) => ({
            name: `x^${power}`,
            at: (at * scale(power)) / scale(power, WRONG),
            value,
            low,
            high,
          })),
        ),
        theory: Array.from({ length: 60 }, (_, k) => {
          const at = 0.4 + (1.7 * k) / 59;
          return { at, wrong: normalTail(-normalQuantile(WRONG) / Math.sqrt(at)) };
        }),
      },
    };
  },

  figure(Plot, { figure: { points, theory } }) {
    const colour = ({ name }: Point) => COLOURS[name];
    return {
      height: 400,
      marginRight: 20,
      x: { label: "patterns over alpha_n N^(n-1)" },
      y: { label: "wrong units after one update (%)", grid: true, percent: true },
      marks: [
        Plot.line(theory, { x: "at", y: "wrong", stroke: colours.theory, strokeDasharray: "5 4", strokeWidth: 1.5 }),
        Plot.line(points, { x: "at", y: "value", z: "name", stroke: colour, strokeWidth: 2 }),
        Plot.ruleX(points, { x: "at", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5 }),
        Plot.dot(points, { x: "at", y: "value", fill: colour, r: 3 }),
        ...legend(Plot, [...Object.entries(COLOURS), ["dashed: the normal tail", colours.theory] as const], "top-left"),
      ],
    };
  },
};

/** Patterns that a sweep from flipped units leaves about one percent wrong. */
const FLIPS: readonly Case[] = [
  { separation: "power", power: 2, start: "flipped", patterns: 13 },
  { separation: "power", power: 3, start: "flipped", patterns: 345 },
  { separation: "power", power: 4, start: "flipped", patterns: 4600 },
  { separation: "rectified", power: 2, start: "flipped", patterns: 24 },
  { separation: "rectified", power: 3, start: "flipped", patterns: 655 },
  { separation: "rectified", power: 4, start: "flipped", patterns: 8500 },
];

function cases(): Case[] {
  return [
    ...DEGREES.flatMap((power) => [...SCAN.map((ratio) => scanned(power, ratio)), withoutErrors(power)]),
    ...FLIPS,
  ];
}

function scanned(power: number, ratio: number): Case {
  return { separation: "power", power, start: "pattern", patterns: Math.round(ratio * scale(power, WRONG)) };
}

/** N^(n-1) / (2 (2n - 3)!! ln N) */
function withoutErrors(power: number): Case {
  const patterns = Math.round(scale(power) / (2 * oddFactorial(power) * log(UNITS)));
  return { separation: "power", power, start: "pattern", patterns };
}

/** N^(n-1), or with an error rate the number of patterns at which the normal tail gives it. */
function scale(power: number, errors?: number): number {
  const all = pow(UNITS, power - 1);
  return errors === undefined ? all : all / (square(normalQuantile(errors)) * oddFactorial(power));
}

/** The mean of the gap, and the second and fourth moment of what each other pattern adds. */
function gapOf(power: number): readonly [mean: number, second: number, fourth: number] {
  let [second, fourth] = [0, 0];
  for (let k = 0; k < UNITS; k++) {
    const m = 2 * k - (UNITS - 1);
    const term = pow(Math.abs(m + 1), power) * sign(m + 1, power) - pow(Math.abs(m - 1), power) * sign(m - 1, power);
    const squared = square(term);
    const probability = binomialProbability(k, UNITS - 1, 0.5);
    second += probability * squared;
    fourth += probability * square(squared);
  }
  return [pow(UNITS, power) - pow(UNITS - 2, power), second, fourth];
}

/** The sign of a power. */
const sign = (x: number, power: number) => (x < 0 && power % 2 === 1 ? -1 : 1);

/**
 * The share of wrong units: the probability that the noise exceeds the gap, the normal tail with the term of the fourth
 * cumulant, Q(x) + phi(x) (x^3 - 3 x) kappa / 24 (Edgeworth). The noise is symmetric: it has no third cumulant.
 */
function wrongWith(power: number, patterns: number): number {
  const [mean, second, fourth] = gapOf(power);
  const x = mean / Math.sqrt((patterns - 1) * second);
  const kappa = (fourth / square(second) - 3) / (patterns - 1);
  return normalTail(x) + (normalDensity(x) * (x * square(x) - 3 * x) * kappa) / 24;
}

/** The number of patterns with which that share of the units is wrong. */
function patternsAt(power: number, wrong: number): number {
  let [low, high] = [2, scale(power)];
  while (high - low > 1e-6 * high) {
    const middle = (low + high) / 2;
    if (wrongWith(power, middle) < wrong) low = middle;
    else high = middle;
  }
  return low;
}

/** (2n - 3)!! */
function oddFactorial(power: number): number {
  let product = 1;
  for (let k = 3; k <= 2 * power - 3; k += 2) product *= k;
  return product;
}

function wrongIn({ separation, power, start, patterns: count }: Case, cues: number, random: Random, kernels: Kernels) {
  const patterns = randomPatterns(count, UNITS, random.fork(0));
  const memory = new Hopfield(UNITS, { rule: dense({ separation, power }), kernels }).store(patterns);
  const targets = patterns.select(Array.from({ length: Math.min(cues, count) }, (_, mu) => mu));
  const isFlipped = start === "flipped";
  const starts = isFlipped ? flipExactly(targets, FLIPPED, random.fork(1)) : targets;
  const dynamics = isFlipped ? asynchronous({ maxSweeps: 1 }) : synchronous({ maxSweeps: 1 });
  let wrong = 0;
  for (const [mu, { state }] of memory.recallMany(starts, { dynamics, random: random.fork(2) }).entries()) {
    const pattern = targets.spins(mu);
    for (let i = 0; i < UNITS; i++) if (state[i] !== pattern[i]) wrong++;
  }
  memory.dispose();
  return wrong / (targets.count * UNITS);
}

const nameOf = ({ separation, power }: Form) => `${separation === "power" ? "" : "rectified "}x^${power}`;
const percent = (share: number) => (100 * share).toFixed(3);
