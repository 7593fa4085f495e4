import type { Random } from "engram";
import { binomialAtMost, exp, log, pow, square } from "engram/math";
import { colours, type Experiment, legend } from "../experiment.js";
import { toInfinity } from "../finite-size.js";
import { expected, type Interval } from "../statistics.js";

interface Parameters {
  readonly steepnesses: readonly number[];
  readonly sizes: readonly number[];
  readonly draws: number;
  /** Draws of a task. */
  readonly batch: number;
  /** Sizes are left out at which the threshold of an infinite net gives more patterns than this. */
  readonly patterns: number;
}

interface Case {
  readonly lambda: number;
  readonly units: number;
}

interface Part extends Case {
  /** ln P of each draw. */
  readonly logs: readonly number[];
}

interface Point extends Case, Interval {
  readonly name: string;
  /** 1 / N */
  readonly at: number;
}

interface FigureData {
  readonly points: readonly Point[];
  readonly limits: readonly { readonly name: string; readonly value: number }[];
  readonly theory: readonly { readonly name: string; readonly at: number; readonly value: number }[];
}

const COLOURS = [colours.ours, colours.published, colours.other];

/** At which load the other patterns outweigh the one that is retrieved. */
export const threshold: Experiment<Parameters, Part, FigureData> = {
  id: "lucibello-mezard-2024/threshold",
  title: "Load at which a random pattern on the sphere loses half of its weight to all others",
  citation:
    "Lucibello and Mezard, Exponential capacity of dense associative memories, Physical Review Letters 132, 077301 (2024)",
  where:
    "the retrieval threshold alpha_1 of a typical pattern, for spherical patterns; the formula here is our derivation",
  version: 1,
  settings: {
    quick: { steepnesses: [0.5, 1], sizes: [8, 12, 16], draws: 400, batch: 100, patterns: 3e4 },
    standard: { steepnesses: [0.5, 1, 1.5], sizes: [8, 12, 16, 20], draws: 2000, batch: 50, patterns: 5e5 },
    full: { steepnesses: [0.5, 1, 1.5], sizes: [8, 12, 16, 20, 24], draws: 4000, batch: 50, patterns: 1e7 },
  },
  tasks: (parameters) => cases(parameters).length * batches(parameters),

  run(parameters, task, { random }) {
    const { lambda, units } = cases(parameters)[Math.floor(task / batches(parameters))];
    const first = (task % batches(parameters)) * parameters.batch;
    const count = Math.min(parameters.batch, parameters.draws - first);
    const logs = Array.from({ length: count }, () => log(outweighed(lambda, units, random)));
    return { lambda, units, logs };
  },

  summarize(parameters, parts) {
    const measured = cases(parameters).map((one) => {
      const logs = parts
        .filter(({ lambda, units }) => lambda === one.lambda && units === one.units)
        .flatMap((part) => part.logs);
      const { value, low, high } = medianOf(logs);
      const { units } = one;
      return { ...one, value: value / units, low: low / units, high: high / units };
    });
    const scans = parameters.steepnesses.map((lambda) => {
      const points = measured.filter((point) => point.lambda === lambda);
      return { lambda, points, limit: thresholdOf(lambda) };
    });
    return {
      rows: scans.flatMap(({ lambda, points, limit }) => {
        const [small, large] = points.slice(-2);
        return [
          expected(
            `alpha_1, lambda = ${lambda}, N to infinity from ${small.units} and ${large.units}`,
            Number(limit.toFixed(4)),
            toInfinity(small, large),
            {
              remark: `a straight line through the theory's own values at these sizes ends at ${lineOf(lambda, small.units, large.units).toFixed(4)}`,
            },
          ),
          expected(
            `ln P / N, lambda = ${lambda}, N = ${large.units}`,
            Number(loadAtMedian(lambda, large.units).toFixed(4)),
            large,
          ),
        ];
      }),
      notes: [
        "Patterns are uniform on the sphere of radius sqrt(N), the cue is one of them, and patterns count by exp(lambda x . q). The others are drawn until they weigh as much as the cue's own pattern; P is their number with it, and the median of P is where the median own weight is 1/2. Only the overlap of a pattern with the cue matters, so that only overlaps are drawn.",
        "Theory: the overlap N c has the density (1 - c^2)^((N - 3) / 2). The mean weight of the others is dominated by the overlap m that maximises lambda m + ln(1 - m^2) / 2, m = (sqrt(1 + 4 lambda^2) - 1) / (2 lambda), and reaches that of the cue's own at alpha_1 = lambda (1 - m) - ln(1 - m^2) / 2. This is our derivation, not a value that the source prints; many patterns share the weight at m, so that sum and mean agree for large N. At a finite N the theory is the load at which the median weight of the others is that of the cue's own, from the moments of exp(lambda N (c - 1)): the mean of the sum, and by its third cumulant the distance of the median from it.",
        `Intervals are those of the median over ${parameters.draws} draws, at 99 %, from the binomial distribution of its rank; the limits of infinite N are straight lines in 1 / N through the two largest sizes, with their intervals. All sizes: ${scans
          .map(
            ({ lambda, points }) =>
              `lambda ${lambda}: ${points.map(({ units, value }) => `${value.toFixed(4)} (N = ${units})`).join(", ")}`,
          )
          .join("; ")}.`,
      ],
      figure: {
        points: measured.map((point) => ({ ...point, name: nameOf(point.lambda), at: 1 / point.units })),
        limits: scans.map(({ lambda, limit }) => ({ name: nameOf(lambda), value: limit })),
        theory: scans.flatMap(({ lambda, limit }) => [
          { name: nameOf(lambda), at: 0, value: limit },
          ...[48, 32, 24, 20, 16, 12, 10, 8].map((units) => ({
            name: nameOf(lambda),
            at: 1 / units,
            value: loadAtMedian(lambda, units),
          })),
        ]),
      },
    };
  },

  figure(Plot, { figure: { points, limits, theory } }) {
    const names = limits.map(({ name }) => name);
    const colour = ({ name }: { readonly name: string }) => COLOURS[names.indexOf(name)];
    return {
      height: 400,
      marginRight: 20,
      x: { label: "1 / N", domain: [0, 0.13] },
      y: { label: "ln P / N where the median own weight is 1/2", grid: true, domain: [0.35, 0.9] },
      marks: [
        Plot.line(theory, { x: "at", y: "value", z: "name", stroke: colours.theory, strokeDasharray: "5 4" }),
        Plot.ruleX(points, { x: "at", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5 }),
        Plot.dot(points, { x: "at", y: "value", fill: colour, r: 3 }),
        Plot.dot(limits, { x: () => 0, y: "value", stroke: colours.theory, r: 4 }),
        ...legend(Plot, [
          ...names.map((name, k) => [name, COLOURS[k]] as const),
          ["dashed: theory; circles: alpha_1", colours.theory] as const,
        ]),
      ],
    };
  },
};

function cases({ steepnesses, sizes, patterns }: Parameters): Case[] {
  return steepnesses.flatMap((lambda) => {
    const most = log(patterns) / thresholdOf(lambda);
    return sizes.filter((units) => units <= most).map((units) => ({ lambda, units }));
  });
}

const batches = ({ draws, batch }: Parameters) => Math.ceil(draws / batch);

/** How many patterns there are, the cue's own among them, when the others first weigh as much as that one. */
function outweighed(lambda: number, units: number, random: Random): number {
  let count = 1;
  for (let sum = 0; sum < 1; count++) sum += exp(lambda * units * (cosine(units, random) - 1));
  return count;
}

/**
 * One coordinate of a uniform point on the unit sphere in N dimensions: its first two have a squared length of which the
 * power (N - 2) / 2 of the complement is uniform, as the squared length of a point in the unit disc is (the polar method).
 */
function cosine(units: number, random: Random): number {
  for (;;) {
    const [a, b] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
    const s = a * a + b * b;
    if (s > 0 && s < 1) return a * Math.sqrt((1 - pow(s, 2 / (units - 2))) / s);
  }
}

/** alpha_1(lambda) */
function thresholdOf(lambda: number): number {
  const m = (Math.sqrt(1 + 4 * lambda * lambda) - 1) / (2 * lambda);
  return lambda * (1 - m) - log(1 - m * m) / 2;
}

/**
 * ln P / N at which the median weight of the others is that of the cue's own: the median of a sum of n weights w is
 * n <w> - <w^3> / (6 <w^2>), by its third cumulant (Edgeworth).
 */
function loadAtMedian(lambda: number, units: number): number {
  const [first, second, third] = [1, 2, 3].map((power) => meanWeight(power * lambda, units));
  return log(1 + (1 + third / (6 * second)) / first) / units;
}

/** Where a straight line in 1 / N through the theory at two sizes ends. */
function lineOf(lambda: number, small: number, large: number): number {
  const [a, b] = [small, large].map((units) => {
    const value = loadAtMedian(lambda, units);
    return { units, value, low: value, high: value };
  });
  return toInfinity(a, b).value;
}

/** <exp(lambda N (c - 1))>, by Simpson's rule. */
function meanWeight(lambda: number, units: number): number {
  const STEPS = 2000;
  let [sum, norm] = [0, 0];
  for (let k = 1; k < STEPS; k++) {
    const c = (2 * k) / STEPS - 1;
    const density = (k % 2 === 1 ? 4 : 2) * pow(1 - square(c), (units - 3) / 2);
    norm += density;
    sum += density * exp(lambda * units * (c - 1));
  }
  return sum / norm;
}

/** The median with its interval at 99 %: the ranks between which a binomial count of 1/2 lies. */
function medianOf(values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  let rank = 0;
  while (binomialAtMost(rank, count, 0.5) < 0.005) rank++;
  const middle = (sorted[Math.floor((count - 1) / 2)] + sorted[Math.floor(count / 2)]) / 2;
  return { value: middle, low: sorted[Math.max(0, rank - 1)], high: sorted[Math.min(count - 1, count - rank)] };
}

const nameOf = (lambda: number) => `lambda = ${lambda}`;
