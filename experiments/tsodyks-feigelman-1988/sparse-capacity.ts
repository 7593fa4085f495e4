import { asynchronous, covariance, HopfieldNet, PatternSet, type Random } from "engram";
import type { Kernels } from "engram/kernels";
import { estimateMean, normalDensity, normalTail, pow } from "engram/math";
import { sparseCapacity, sparseLimit } from "engram/theory";
import { colours, type Experiment, legend } from "../experiment.js";
import { bracket, type Measured, meanOf, toInfinity } from "../finite-size.js";
import { compare, exact, expected, mean } from "../statistics.js";

interface Parameters {
  readonly sizes: readonly { readonly units: number; readonly draws: number }[];
  readonly activities: readonly number[];
  /** Patterns of a draw that are recalled. */
  readonly cues: number;
}

/** One draw: the share of its cues that are retrieved, and the mean m of those. */
interface Part {
  readonly units: number;
  readonly activity: number;
  readonly load: number;
  readonly retrieved: number;
  readonly overlap: number | null;
}

interface FigureData {
  readonly capacity: readonly { readonly activity: number; readonly load: number }[];
  readonly limit: readonly { readonly activity: number; readonly load: number }[];
  readonly simulated: readonly { readonly activity: number; readonly low: number; readonly high: number }[];
  readonly shares: readonly { readonly activity: number; readonly load: number; readonly share: number }[];
}

/** Loads at each activity in steps of about a tenth; at the first, far below capacity, m is compared. */
const LOADS: Readonly<Record<number, readonly number[]>> = {
  0.3: [0.06, 0.08, 0.09, 0.1, 0.11, 0.125, 0.14, 0.155, 0.17],
  0.2: [0.1, 0.13, 0.15, 0.165, 0.18, 0.2, 0.22, 0.24, 0.265],
  0.1: [0.2, 0.25, 0.32, 0.36, 0.4, 0.45, 0.5, 0.55, 0.6],
};

/** How many sparse patterns the covariance rule holds, against their activity. */
export const sparseCapacityFigure: Experiment<Parameters, Part, FigureData> = {
  id: "tsodyks-feigelman-1988/sparse-capacity",
  title: "Capacity of the covariance rule for sparse patterns of binary units, against the activity",
  citation:
    "Tsodyks and Feigelman, The enhanced storage capacity in neural networks with low activity level, Europhys. Lett. 6, 101 (1988)",
  where: "the mean-field equations at zero temperature, and alpha_c = 1 / (2 a |ln a|) as a goes to 0",
  version: 2,
  settings: {
    quick: {
      sizes: [
        { units: 200, draws: 60 },
        { units: 800, draws: 8 },
      ],
      activities: [0.3, 0.2],
      cues: 8,
    },
    standard: {
      sizes: [
        { units: 400, draws: 120 },
        { units: 1600, draws: 12 },
      ],
      activities: [0.3, 0.2, 0.1],
      cues: 10,
    },
    full: {
      sizes: [
        { units: 800, draws: 120 },
        { units: 3200, draws: 24 },
      ],
      activities: [0.3, 0.2, 0.1],
      cues: 20,
    },
  },
  tasks: (parameters) => draws(parameters).length,

  run(parameters, task, { random, kernels }) {
    const draw = draws(parameters)[task];
    return { ...draw, ...retrievedOf(draw, parameters.cues, random, kernels) };
  },

  summarize({ sizes, activities, cues }, parts) {
    const large = sizes[sizes.length - 1].units;
    const partsOf = (units: number, activity: number, load: number) =>
      parts.filter((part) => part.units === units && part.activity === activity && part.load === load);
    const [small, most] = sizes.slice(-2);
    const scans = activities.map((activity) => {
      const capacity = sparseCapacity(activity).load;
      const points = sizes.flatMap(({ units }) =>
        LOADS[activity].map((at): Measured => {
          return { units, at, ...meanOf(partsOf(units, activity, at).map(({ retrieved }) => retrieved)) };
        }),
      );
      return { activity, capacity, points, ...bracket(points) };
    });
    const ratios = [1e-2, 1e-4, 1e-6, 1e-9].map((a) => sparseCapacity(a).load / sparseLimit(a));
    return {
      rows: [
        ...scans.map(({ activity, capacity, low, high }) =>
          expected(`alpha_c at a = ${activity}: between rising and falling with n`, Number(capacity.toFixed(3)), {
            value: (low + high) / 2,
            low,
            high,
          }),
        ),
        ...activities.map((activity) => {
          const [load] = LOADS[activity];
          const at = (units: number) => {
            const overlaps = partsOf(units, activity, load).flatMap(({ overlap }) =>
              overlap === null ? [] : [overlap],
            );
            return { units, ...estimateMean(overlaps, 0.99) };
          };
          return expected(
            `m at a = ${activity} and load ${load}, n to infinity`,
            Number(overlapAt(activity, load).toFixed(4)),
            toInfinity(at(small.units), at(most.units)),
          );
        }),
        ...scans.slice(-1).map(({ activity, low, high }) =>
          compare(
            `alpha_c at a = ${activity}, as 1 / (2 a |ln a|)`,
            Number(sparseLimit(activity).toFixed(2)),
            { value: (low + high) / 2, low, high },
            {
              explained:
                "the formula is asymptotic: its corrections are of order ln |ln a| / |ln a|, and at this activity the full mean-field equations are the theory",
            },
          ),
        ),
        exact(
          "1 / (2 a |ln a|) is approached from below as a goes to 0 (mean-field equations)",
          "yes",
          ratios.every((ratio, k) => ratio < 1 && (k === 0 || ratio > ratios[k - 1])) ? "yes" : "no",
        ),
      ],
      notes: [
        `Simulated: ${cues} patterns of each draw, started at themselves, at the best threshold of the mean-field equations. Each unit of a pattern is on with probability a, as in the source: patterns with exactly a n units on have no sum that the mean activity of the net could couple to, and feel less noise. A pattern is retrieved where m = P(on | on) - P(on | off) ends above its value at alpha_c in the theory, which all retrieval states exceed. From n = ${sizes
          .map(({ units }) => units)
          .slice(-2)
          .join(
            " to ",
          )} the share of those rises below alpha_c and falls above it. Past alpha_c a pattern either dies out, with all units off, or leaves a remnant of smaller m.`,
        `The asymptotic formula is far: the mean-field equations reach ${ratios
          .map((ratio, k) => `${ratio.toFixed(2)} of it at a = ${[1e-2, 1e-4, 1e-6, 1e-9][k]}`)
          .join(", ")}.`,
        "A net of n units holds patterns of only a n active ones: the smaller a, the larger n must be for the capacity to show. At a = 0.05 the share that is retrieved still rises with n from 200 to 1600 units on both sides of the capacity, so that no row is made of it.",
      ],
      figure: {
        capacity: activitiesFrom(0.002).map((activity) => ({ activity, load: sparseCapacity(activity).load })),
        limit: activitiesFrom(0.002)
          .filter((activity) => activity < 0.35)
          .map((activity) => ({ activity, load: sparseLimit(activity) })),
        simulated: scans.map(({ activity, low, high }) => ({ activity, low, high })),
        shares: scans.flatMap(({ activity, points }) =>
          points.filter(({ units }) => units === large).map(({ at, value }) => ({ activity, load: at, share: value })),
        ),
      },
    };
  },

  figure: (Plot, { figure: { capacity, limit, simulated, shares } }) => ({
    height: 440,
    marginRight: 20,
    x: {
      type: "log",
      label: "activity a: share of units that are on",
      domain: [0.002, 0.5],
      ticks: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
      tickFormat: (value: number) => `${value}`,
    },
    y: {
      type: "log",
      label: "load, patterns over units",
      grid: true,
      ticks: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20],
      tickFormat: (value: number) => `${value}`,
    },
    opacity: { domain: [0, 1], range: [0, 1] },
    marks: [
      Plot.line(limit, { x: "activity", y: "load", stroke: colours.published, strokeWidth: 2, strokeDasharray: "5 4" }),
      Plot.line(capacity, { x: "activity", y: "load", stroke: colours.theory, strokeWidth: 2.5 }),
      Plot.ruleX(simulated, { x: "activity", y1: "low", y2: "high", stroke: colours.ours, strokeWidth: 2.5 }),
      Plot.dot(shares, { x: "activity", y: "load", r: 5, stroke: colours.ours, strokeWidth: 1.2 }),
      Plot.dot(shares, { x: "activity", y: "load", r: 5, fill: colours.ours, fillOpacity: "share" }),
      ...legend(Plot, [
        ["1 / (2 a |ln a|), published for a to 0", colours.published],
        ["mean-field equations, any a", colours.theory],
        ["bars: simulated, by the trend with n", colours.ours],
        ["dots: share retrieved in the largest net", colours.ours],
      ]),
    ],
  }),
};

function retrievedOf(
  { units, activity, load }: { units: number; activity: number; load: number },
  cues: number,
  random: Random,
  kernels: Kernels,
): Pick<Part, "retrieved" | "overlap"> {
  const { threshold, overlap } = sparseCapacity(activity);
  const stream = random.fork(0);
  const patterns = PatternSet.from(
    Array.from({ length: Math.round(load * units) }, () =>
      Uint8Array.from({ length: units }, () => (stream.uniform() < activity ? 1 : 0)),
    ),
  );
  const { interaction } = covariance({ activity, threshold }).learn(patterns, kernels);
  const net = new HopfieldNet(interaction);
  const overlaps: number[] = [];
  for (let mu = 0; mu < cues; mu++) {
    const { state } = net.run(patterns.select([mu]), { dynamics: asynchronous(), random: random.fork(mu + 1) });
    let [on, right, wrong] = [0, 0, 0];
    patterns.binary(mu).forEach((v, i) => {
      on += v;
      if (state[i] > 0 && v === 1) right++;
      else if (state[i] > 0) wrong++;
    });
    const m = right / on - wrong / (units - on);
    if (m > overlap) overlaps.push(m);
  }
  interaction.dispose();
  return { retrieved: overlaps.length / cues, overlap: overlaps.length > 0 ? mean(overlaps) : null };
}

/** m of the retrieval state at a load, at the threshold that is best at capacity: the equations of `sparseCapacity`, iterated. */
function overlapAt(a: number, load: number): number {
  const { threshold } = sparseCapacity(a);
  let [m, q, c] = [1, a, 0];
  for (let step = 0; step < 1000; step++) {
    const sigma = Math.sqrt(load * q) / (1 - c);
    const own = threshold - (load * c) / (2 * (1 - c));
    const [x1, x0] = [(own - (1 - a) * m) / sigma, (own + a * m) / sigma];
    m = normalTail(x1) - normalTail(x0);
    q = a * normalTail(x1) + (1 - a) * normalTail(x0);
    c = (a * normalDensity(x1) + (1 - a) * normalDensity(x0)) / sigma;
  }
  return m;
}

/** Activities up to 1/2, evenly spaced in their logarithm. */
function activitiesFrom(least: number): number[] {
  return Array.from({ length: 41 }, (_, k) => least * pow(0.5 / least, k / 40));
}

/** One task a draw, the largest nets and loads first. */
function draws({ sizes, activities }: Parameters): { units: number; activity: number; load: number }[] {
  return [...sizes]
    .reverse()
    .flatMap(({ units, draws: count }) =>
      activities.flatMap((activity) =>
        [...LOADS[activity]]
          .reverse()
          .flatMap((load) => Array.from({ length: count }, () => ({ units, activity, load }))),
      ),
    );
}
