import { asynchronous, HopfieldNet, hebb, type Interaction, PatternSet, type Random, randomPatterns } from "engram";
import { requireLinear } from "engram/interactions";
import type { Kernels } from "engram/kernels";
import { bitDistance, estimateMean, exp, normalTail } from "engram/math";
import { colours, type Experiment, legend } from "../experiment.js";
import { meanOf } from "../finite-size.js";
import { compare, mean, quantile, stated } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  /** Random nets for each point. */
  readonly nets: number;
}

/** For each net, the number of wrong units of each memory once the net has settled. */
interface Part {
  readonly point: number;
  readonly errors: readonly (readonly number[])[];
}

interface Point {
  readonly size: string;
  readonly load: number;
  readonly exact: number;
  readonly well: number;
  readonly low: number;
  readonly high: number;
}

const BATCH = 10;
/** Units 0 and 1 as in the source; the same with self-couplings; units -1 and +1 with thresholds at zero. */
type Net = "source" | "self-coupled" | "spins";
const POINTS: readonly { readonly units: number; readonly patterns: number; readonly net: Net }[] = [
  ...[1, 2, 3, 4, 5, 6, 8, 9].map((patterns) => ({ units: 30, patterns, net: "source" as const })),
  ...[3, 5, 7, 10, 12, 15, 20, 25, 30].map((patterns) => ({ units: 100, patterns, net: "source" as const })),
  ...[10, 15].map((patterns) => ({ units: 100, patterns, net: "self-coupled" as const })),
  ...[100, 400].map((units) => ({ units, patterns: 0.05 * units, net: "spins" as const })),
];
/** A memory is well recalled with fewer wrong units than this part of all: the source's "less than 5 errors" of 100. */
const WELL = 0.05;

/** The errors of recalled memories against the number of stored ones. */
export const capacity: Experiment<Parameters, Part, readonly Point[]> = {
  id: "hopfield-1982/capacity",
  title: "Memories that are recalled without error, and with few, against the number of memories; 30 and 100 units",
  citation,
  where:
    "pp. 2556-2557, equation 10 and the simulation of figure 2; error-free at 0.05 N: the lecture slides The Hopfield network, capacity",
  version: 2,
  settings: { quick: { nets: 100 }, standard: { nets: 1000 }, full: { nets: 20_000 } },
  tasks: ({ nets }) => POINTS.length * Math.ceil(nets / BATCH),

  run({ nets }, task, { random, kernels }) {
    const point = task % POINTS.length;
    const batch = Math.floor(task / POINTS.length);
    const count = Math.min(BATCH, nets - batch * BATCH);
    return { point, errors: Array.from({ length: count }, (_, k) => errorsOf(POINTS[point], random.fork(k), kernels)) };
  },

  summarize(_, parts) {
    const netsOf = (units: number, patterns: number, net: Net = "source") =>
      parts
        .filter(({ point: k }) => POINTS[k].units === units && POINTS[k].patterns === patterns && POINTS[k].net === net)
        .flatMap(({ errors }) => errors);
    const part = (errors: readonly number[], below: number) =>
      errors.filter((count) => count < below).length / errors.length;
    // Noise of variance (n - 1) N / 2 against a signal of N / 2.
    const ratio = 50 / Math.sqrt((9 * 100) / 2);
    const error = normalTail(ratio);
    const none = exp(-100 * error);
    const five = netsOf(100, 5).map((errors) => part(errors, 1));
    const ten = netsOf(100, 10).map((errors) => part(errors, 1));
    const fifteen = netsOf(100, 15).map((errors) => part(errors, 100 * WELL));
    const coupled = [part(netsOf(100, 10, "self-coupled").flat(), 1), part(netsOf(100, 15, "self-coupled").flat(), 5)];
    const halfOrMore = fifteen.filter((value) => value >= 0.5).length / fifteen.length;
    return {
      rows: [
        compare(
          "P of a wrong unit, 10 memories in 100 units",
          0.0091,
          { value: error, low: error, high: error },
          {
            explained: `the printed value is P(Z > 2.36), with the ratio rounded; it is ${ratio.toFixed(4)}, which gives ${error.toFixed(5)}`,
          },
        ),
        compare(
          "exp(-100 P), memories without error by that estimate",
          0.4,
          { value: none, low: none, high: none },
          { slack: 0.005 },
        ),
        stated("memories recalled exactly, 5 in 100 units", "almost always", estimateMean(five, 0.99), { above: 0.5 }),
        compare("memories without error, 10 in 100 units, simulated", 0.6, estimateMean(ten, 0.99)),
        compare('memories with less than 5 errors, 15 in 100 units ("about half")', 0.5, estimateMean(fifteen, 0.99), {
          remark: `the source averages over memories and over nets, of which it does not say how many: ${Math.round(100 * halfOrMore)} % of single nets hold half or more. With self-couplings, which the source leaves out, it would be ${coupled[1].toFixed(2)}, but then ${coupled[0].toFixed(2)} of 10 memories without error, not the 0.6 of the source`,
        }),
        ...[100, 400].map((units) =>
          stated(
            `0.05 N memories in ${units} units -1 and +1: part of the memories that have a wrong unit`,
            "error-free",
            meanOf(netsOf(units, 0.05 * units, "spins").map((errors) => 1 - part(errors, 1))),
            { below: 0.5 },
          ),
        ),
      ],
      notes: [
        "Error-free at 0.05 N is of the lecture slides, which set it beside the capacity of 0.138 N (amit-1985). The statement is taken as true where most memories have no wrong unit.",
        "Units are 0 or 1 with thresholds at zero, as in the source: a memory feels the noise of the whole row of W beside that of its own, which doubles its variance. With units of -1 and +1 and no thresholds the same net holds about twice as many memories without error.",
        `Of ten memories in 100 units ${mean(ten).toFixed(3)} are recalled without error, as in the source's simulation, and more than the ${none.toFixed(2)} of its estimate, which takes the errors of a memory for independent.`,
        `Of 15 memories ${mean(fifteen).toFixed(2)} are recalled with less than 5 errors on average.`,
        `With fewer than 5 % wrong units: ${[
          [100, 5],
          [100, 10],
          [100, 15],
          [100, 20],
          [30, 2],
          [30, 3],
          [30, 5],
          [30, 6],
        ]
          .map(
            ([units, patterns]) =>
              `${patterns} in ${units}, ${mean(netsOf(units, patterns).map((errors) => part(errors, units * WELL))).toFixed(2)}`,
          )
          .join("; ")}.`,
      ],
      figure: POINTS.filter(({ net }) => net === "source").map(({ units, patterns }) => {
        const nets = netsOf(units, patterns);
        const well = Float64Array.from(nets, (errors) => part(errors, units * WELL)).sort();
        return {
          size: `${units} units`,
          load: patterns / units,
          exact: mean(nets.map((errors) => part(errors, 1))),
          well: mean(well),
          low: quantile(well, 0.05),
          high: quantile(well, 0.95),
        };
      }),
    };
  },

  figure: (Plot, { figure }) => ({
    width: 860,
    height: 360,
    marginTop: 44,
    fx: { label: null, domain: ["30 units", "100 units"] },
    x: { label: "memories over units", zero: true },
    y: { label: "part of the memories", domain: [0, 1], grid: true },
    marks: [
      Plot.areaY(figure, { fx: "size", x: "load", y1: "low", y2: "high", fill: colours.ours, fillOpacity: 0.15 }),
      Plot.lineY(figure, { fx: "size", x: "load", y: "well", stroke: colours.ours, strokeWidth: 2 }),
      Plot.lineY(figure, { fx: "size", x: "load", y: "exact", stroke: colours.theory, strokeWidth: 2 }),
      Plot.dot(
        [
          { size: "100 units", load: 0.1, value: 0.6, of: "exact" },
          { size: "100 units", load: 0.15, value: 0.5, of: "well" },
        ],
        {
          fx: "size",
          x: "load",
          y: "value",
          r: 5,
          strokeWidth: 2,
          stroke: colours.published,
          fill: ({ of }: { of: string }) => (of === "well" ? colours.ours : colours.theory),
        },
      ),
      ...legend(
        Plot,
        [
          ["less than 5 % of units wrong:", colours.ours],
          ["mean and 90 % of nets", colours.ours],
          ["no unit wrong", colours.theory],
          ["ringed: published", colours.published],
        ],
        "top-right",
        { fx: ["100 units"] },
      ),
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
    ],
  }),
};

/** Starts the net at each of its memories and counts the units that are wrong where it settles. */
function errorsOf({ units, patterns, net: kind }: (typeof POINTS)[number], random: Random, kernels: Kernels): number[] {
  const stored = randomPatterns(patterns, units, random.fork(0));
  const { interaction } = hebb({ selfCoupling: kind === "self-coupled" }).learn(stored, kernels);
  const net = new HopfieldNet(kind === "spins" ? interaction : binaryUnits(interaction));
  const errors = Array.from({ length: patterns }, (_, mu) => {
    const { bits } = net.run(stored.select([mu]), { dynamics: asynchronous(), random: random.fork(mu + 1) });
    return bitDistance(bits, 0, stored.bits, mu);
  });
  interaction.dispose();
  return errors;
}

/** With V = (s + 1) / 2 the field sum_j T_ij V_j is half of W s plus the row sums of W: thresholds of minus these. */
function binaryUnits(interaction: Interaction): Interaction {
  const sums = new Float64Array(interaction.units);
  interaction.fields(PatternSet.from([new Int8Array(interaction.units).fill(1)]).bits, sums);
  return requireLinear(interaction, "a net of units 0 and 1").withThresholds(sums.map((sum) => -sum));
}
