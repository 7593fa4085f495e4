import { HopfieldNet, hebb, randomPatterns, stabilities } from "engram";
import { errorOfDraw, gaussianError, hebbError, loadForError } from "engram/analysis";
import { estimateMean } from "engram/math";
import { colours, type Experiment, legend } from "../experiment.js";
import { compare, exact, stated } from "../statistics.js";
import { citation } from "./basin-counts.js";

interface Parameters {
  /** Random sets of patterns for each point. */
  readonly draws: number;
}

/** One random set: its wrong units, and the standard deviation of its crosstalk. */
interface Part {
  readonly point: number;
  readonly errors: readonly number[];
  readonly deviations: readonly number[];
}

interface Point {
  readonly load: number;
  readonly simulated: number;
  readonly exact: number;
  readonly estimate: number;
}

/** The rule at several sizes, then the curve of the figure. */
const RULE = 0.18;
const POINTS = [
  ...[50, 100, 200, 500].map((units) => ({ units, patterns: Math.round(RULE * units), rule: true })),
  ...[8, 12, 15, 21, 24, 30, 36].map((patterns) => ({ units: 100, patterns, rule: false })),
];
const SLICES = 4;

/** How many patterns a net holds with an error below 0.01 a unit: by the formula and by simulation. */
export const capacityRule: Experiment<Parameters, Part, readonly Point[]> = {
  id: "rojas-1996/capacity-rule",
  title: "Probability that a unit of a stored pattern is wrong, and the rule m = 0.18 n for an error of 0.01",
  citation,
  where: "the capacity problem and its derivation",
  version: 1,
  settings: { quick: { draws: 100 }, standard: { draws: 1000 }, full: { draws: 20_000 } },
  tasks: () => POINTS.length * SLICES,

  run({ draws }, task, { random, kernels }) {
    const point = Math.floor(task / SLICES);
    const { units, patterns } = POINTS[point];
    const count = Math.ceil(draws / SLICES);
    const errors = Array.from({ length: count }, (_, k) => errorOfDraw({ units, patterns, kernels }, random.fork(k)));
    const deviations = Array.from({ length: count }, (_, k) => {
      const stored = randomPatterns(patterns, units, random.fork(k));
      const { interaction } = hebb().learn(stored, kernels);
      const { standardDeviation } = stabilities(new HopfieldNet(interaction), stored);
      interaction.dispose();
      return standardDeviation;
    });
    return { point, errors, deviations };
  },

  summarize(_, parts) {
    const of = (point: number, what: "errors" | "deviations") =>
      estimateMean(
        parts.filter((part) => part.point === point).flatMap((part) => part[what]),
        0.99,
      );
    const load = loadForError(0.01);
    const rules = POINTS.flatMap((point, k) => (point.rule ? [{ ...point, k }] : []));
    const misprint =
      "a misprint for sqrt(m/n): the crosstalk is 1/n times a sum of about m n signs, whose standard deviation is sqrt(m n); with the printed one the error bound would give m = 0.18 n^2, not the printed m = 0.18 n";
    return {
      rows: [
        compare("load m/n for an error of 0.01", RULE, { value: load, low: load, high: load }),
        exact("variance of a sum of N = (m - 1) n signs over n", "m(n - 1)/n^2", "(m - 1)/n", {
          explained:
            "a misprint for (m - 1) n / n^2, by the slides' own N = (m - 1) n and Var(X) = N / n^2; without self-couplings N is (m - 1)(n - 1)",
        }),
        exact("standard deviation of the crosstalk", "sqrt(m)/n", "sqrt(m/n)", { explained: misprint }),
        ...rules.map(({ units, patterns, k }) =>
          compare(
            `by the printed formula, beside the simulation, n = ${units}, m = ${patterns}`,
            Number((Math.sqrt(patterns) / units).toPrecision(3)),
            of(k, "deviations"),
            { explained: misprint },
          ),
        ),
        ...rules.map(({ units, patterns, k }) =>
          stated(`error simulated, n = ${units}, m = ${patterns}`, "at most 0.01", of(k, "errors"), { below: 0.01 }),
        ),
      ],
      notes: [
        `P = P(Z > sqrt(n/m)) is 0.01 where n/m is the square of 2.326: m = ${load.toFixed(4)} n.`,
        `With the terms that the rule leaves out (the signal is (n - 1)/n, the sum has (m - 1)(n - 1) terms, and is binomial) the error at n = 100, m = 18 is ${hebbError({ units: 100, patterns: 18 }).toFixed(5)}; with the diagonal of W, which adds m/n to the signal, it is ${hebbError({ units: 100, patterns: 18, selfCoupling: true }).toFixed(5)}.`,
        "The printed 0.01 is the upper bound of the error for which the rule was solved.",
      ],
      figure: POINTS.flatMap(({ units, patterns }, k) =>
        units === 100
          ? [
              {
                load: patterns / units,
                simulated: of(k, "errors").value,
                exact: hebbError({ units, patterns }),
                estimate: gaussianError({ units, patterns }),
              },
            ]
          : [],
      ).sort((a, b) => a.load - b.load),
    };
  },

  figure: (Plot, { figure }) => ({
    height: 380,
    marginRight: 20,
    x: { label: "load m/n, n = 100", zero: true },
    y: { label: "probability that a unit is wrong after one step", grid: true, tickFormat: ".1%" },
    marks: [
      Plot.line(figure, { x: "load", y: "estimate", stroke: colours.theory, strokeWidth: 2, strokeDasharray: "5,4" }),
      Plot.line(figure, { x: "load", y: "exact", stroke: colours.ours, strokeWidth: 2 }),
      Plot.dot(figure, { x: "load", y: "simulated", fill: colours.ours, r: 4 }),
      Plot.dot([{ load: RULE, error: 0.01 }], {
        x: "load",
        y: "error",
        fill: colours.published,
        r: 6,
        symbol: "diamond",
      }),
      ...legend(
        Plot,
        [
          ["published rule: 0.01 at m = 0.18 n", colours.published],
          ["exact; dots: simulated", colours.ours],
          ["dashed: Gaussian estimate", colours.theory],
        ],
        "top-left",
      ),
    ],
  }),
};
