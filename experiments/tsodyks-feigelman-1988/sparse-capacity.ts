import { asynchronous, covariance, HopfieldNet, PatternSet, type Random } from "engram";
import type { Kernels } from "engram/kernels";
import { pow } from "engram/math";
import { sparseCapacity, sparseLimit } from "engram/theory";
import { colours, type Experiment, legend } from "../experiment.js";
import { bracket, type Measured, meanOf } from "../finite-size.js";
import { compare, exact } from "../statistics.js";

interface Parameters {
  readonly sizes: readonly { readonly units: number; readonly draws: number }[];
  readonly activities: readonly number[];
  /** Loads in units of the mean-field capacity at the activity. */
  readonly loads: readonly number[];
  /** Patterns of a draw that are recalled. */
  readonly cues: number;
}

/** One draw: the share of its cues that are retrieved. */
interface Part {
  readonly units: number;
  readonly activity: number;
  readonly load: number;
  readonly retrieved: number;
}

interface FigureData {
  readonly capacity: readonly { readonly activity: number; readonly load: number }[];
  readonly limit: readonly { readonly activity: number; readonly load: number }[];
  readonly simulated: readonly { readonly activity: number; readonly low: number; readonly high: number }[];
  readonly shares: readonly { readonly activity: number; readonly load: number; readonly share: number }[];
}

/** How many sparse patterns the covariance rule holds, against their activity. */
export const sparseCapacityFigure: Experiment<Parameters, Part, FigureData> = {
  id: "tsodyks-feigelman-1988/sparse-capacity",
  title: "Capacity of the covariance rule for sparse patterns of binary units, against the activity",
  citation:
    "Tsodyks and Feigelman, The enhanced storage capacity in neural networks with low activity level, Europhys. Lett. 6, 101 (1988)",
  where: "the mean-field equations at zero temperature, and alpha_c = 1 / (2 a |ln a|) as a goes to 0",
  version: 1,
  settings: {
    quick: {
      sizes: [
        { units: 200, draws: 24 },
        { units: 800, draws: 6 },
      ],
      activities: [0.3, 0.1],
      loads: [0.5, 0.7, 0.85, 1, 1.2, 1.5],
      cues: 8,
    },
    standard: {
      sizes: [
        { units: 400, draws: 40 },
        { units: 1600, draws: 6 },
      ],
      activities: [0.3, 0.2, 0.1, 0.05],
      loads: [0.4, 0.6, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.7],
      cues: 10,
    },
    full: {
      sizes: [
        { units: 800, draws: 60 },
        { units: 2400, draws: 12 },
      ],
      activities: [0.3, 0.2, 0.1, 0.05],
      loads: [0.4, 0.6, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.7],
      cues: 10,
    },
  },
  tasks: (parameters) => draws(parameters).length,

  run(parameters, task, { random, kernels }) {
    const draw = draws(parameters)[task];
    return { ...draw, retrieved: retrievedOf(draw, parameters.cues, random, kernels) };
  },

  summarize({ sizes, activities, loads, cues }, parts) {
    const large = sizes[sizes.length - 1].units;
    const scans = activities.map((activity) => {
      const capacity = sparseCapacity(activity).load;
      const points = sizes.flatMap(({ units }) =>
        loads.map((relative): Measured => {
          const found = parts.filter(
            (part) => part.units === units && part.activity === activity && part.load === relative,
          );
          return { units, at: relative * capacity, ...meanOf(found.map(({ retrieved }) => retrieved)) };
        }),
      );
      return { activity, capacity, points, ...bracket(points) };
    });
    const ratios = [1e-2, 1e-4, 1e-6, 1e-9].map((a) => sparseCapacity(a).load / sparseLimit(a));
    return {
      rows: [
        ...scans.map(({ activity, capacity, low, high }) =>
          compare(
            `alpha_c at a = ${activity}: mean-field equations beside simulation, between rising and falling with n`,
            Number(capacity.toFixed(3)),
            { value: (low + high) / 2, low, high },
          ),
        ),
        ...scans.slice(-1).map(({ activity, low, high }) =>
          compare(
            `alpha_c at a = ${activity}: 1 / (2 a |ln a|) beside simulation`,
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
        `Simulated: ${cues} patterns of each draw, started at themselves, at the best threshold of the mean-field equations. Patterns have exactly a n units on, so that their activity does not vary; a pattern is retrieved where m = P(on | on) - P(on | off) ends above its value at alpha_c in the theory, which all retrieval states exceed. From n = ${sizes
          .map(({ units }) => units)
          .slice(-2)
          .join(
            " to ",
          )} the share of those rises below alpha_c and falls above it. Past alpha_c a pattern either dies out, with all units off, or leaves a remnant of smaller m.`,
        `The asymptotic formula is far: the mean-field equations reach ${ratios
          .map((ratio, k) => `${ratio.toFixed(2)} of it at a = ${[1e-2, 1e-4, 1e-6, 1e-9][k]}`)
          .join(", ")}.`,
        "A net of n units holds patterns of only a n active ones: the smaller a, the larger n must be for the capacity to show, and below a = 0.05 nets of thousands of units are still far from the limit.",
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
): number {
  const on = Math.round(activity * units);
  const { load: capacity, threshold, overlap } = sparseCapacity(activity);
  const stream = random.fork(0);
  const patterns = PatternSet.from(
    Array.from({ length: Math.round(load * capacity * units) }, () => {
      const pattern = new Uint8Array(units);
      for (const i of stream.sample(on, units)) pattern[i] = 1;
      return pattern;
    }),
  );
  const { interaction } = covariance({ activity, threshold }).learn(patterns, kernels);
  const net = new HopfieldNet(interaction);
  let retrieved = 0;
  for (let mu = 0; mu < cues; mu++) {
    const { state } = net.run(patterns.select([mu]), { dynamics: asynchronous(), random: random.fork(mu + 1) });
    let right = 0;
    let wrong = 0;
    patterns.binary(mu).forEach((v, i) => {
      if (state[i] > 0 && v === 1) right++;
      else if (state[i] > 0) wrong++;
    });
    if (right / on - wrong / (units - on) > overlap) retrieved++;
  }
  interaction.dispose();
  return retrieved / cues;
}

/** Activities up to 1/2, evenly spaced in their logarithm. */
function activitiesFrom(least: number): number[] {
  return Array.from({ length: 41 }, (_, k) => least * pow(0.5 / least, k / 40));
}

/** One task a draw, the largest nets and loads first. */
function draws({ sizes, activities, loads }: Parameters): { units: number; activity: number; load: number }[] {
  return [...sizes]
    .reverse()
    .flatMap(({ units, draws: count }) =>
      activities.flatMap((activity) =>
        [...loads].reverse().flatMap((load) => Array.from({ length: count }, () => ({ units, activity, load }))),
      ),
    );
}
