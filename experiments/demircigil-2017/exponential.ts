import { dense, flipExactly, Hopfield, type Random, randomPatterns, synchronous } from "engram";
import type { Kernels } from "engram/kernels";
import { exp, hypot, log, log1p, pow } from "engram/math";
import { colours, type Experiment, legend } from "../experiment.js";
import { type Measured, passing, shareOf } from "../finite-size.js";
import { expected, type Interval, stated } from "../statistics.js";

interface Parameters {
  readonly draws: number;
  /** Draws of a task. */
  readonly batch: number;
  /** Sizes are left out at which half of the nets would hold fewer patterns than the first, or more than the second. */
  readonly patterns: readonly [least: number, most: number];
}

interface Case {
  /** The share of the units that are flipped. */
  readonly rho: number;
  readonly units: number;
  readonly patterns: number;
  /** Whether the load is the same share of the source's bound for all sizes. */
  readonly isBelow: boolean;
}

interface Part extends Case {
  /** Draws of which every pattern came back. */
  readonly held: number;
  readonly draws: number;
}

/** A load over the source's bound. */
interface Point extends Interval {
  readonly name: string;
  readonly units: number;
}

interface FigureData {
  readonly points: readonly Point[];
  readonly theory: readonly { readonly name: string; readonly units: number; readonly value: number }[];
}

const RHOS = [0, 1 / 8, 1 / 4, 5 / 16];
const SIZES = [16, 24, 32, 40, 48, 64, 96, 128, 160];
/** Numbers of patterns of a scan, over that at which half of the nets should hold all of theirs. */
const SCAN = [0.5, 0.7, 0.85, 1, 1.2, 1.5];
/** The share of the source's bound at which success must grow with N. */
const BELOW = 0.75;
const COLOURS = [colours.ours, colours.published, colours.other, colours.theory];
const SUMMARY = "the theorem as public summaries restate it; the source's own text was not at hand";

/** How many patterns exponential interactions hold, all of them at once, with flipped units. */
export const exponentialCapacity: Experiment<Parameters, Part, FigureData> = {
  id: "demircigil-2017/exponential",
  title:
    "Load at which half of the nets with F = exp still return every pattern in one step, by the share of flipped units",
  citation:
    "Demircigil et al., On a model of associative memory with huge storage capacity, Journal of Statistical Physics 168, 288 (2017)",
  where: "the theorem on F = exp: exp(alpha N) + 1 patterns return from rho N flips where alpha < I(1 - 2 rho) / 2",
  version: 1,
  settings: {
    quick: { draws: 100, batch: 50, patterns: [10, 200] },
    standard: { draws: 300, batch: 50, patterns: [10, 1200] },
    full: { draws: 2000, batch: 50, patterns: [10, 4000] },
  },
  tasks: (parameters) => cases(parameters).length * batches(parameters),

  run(parameters, task, { random, kernels }) {
    const one = cases(parameters)[Math.floor(task / batches(parameters))];
    const first = (task % batches(parameters)) * parameters.batch;
    const draws = Math.min(parameters.batch, parameters.draws - first);
    let held = 0;
    for (let k = 0; k < draws; k++) if (isHeld(one, random.fork(k), kernels)) held++;
    return { ...one, held, draws };
  },

  summarize(parameters, parts) {
    const shareIn = (one: Case): Interval => {
      const some = parts.filter(
        ({ rho, units, patterns, isBelow }) =>
          rho === one.rho && units === one.units && patterns === one.patterns && isBelow === one.isBelow,
      );
      return shareOf(some.flatMap(({ held, draws }) => Array.from({ length: draws }, (_, k) => k < held)));
    };
    const scans = RHOS.filter((rho) => sizesOf(rho, parameters).length > 0).map((rho) => {
      const sizes = sizesOf(rho, parameters);
      const loads = sizes.map((units) => {
        const points = scanOf(rho, units).map(
          (one): Measured => ({ units, at: loadOf(one.patterns, units), ...shareIn(one) }),
        );
        return { units, ...passing(points) };
      });
      const failures = sizes.map((units) => {
        const { value, low, high } = shareIn(belowBound(rho, units));
        return { units, value: 1 - value, low: 1 - high, high: 1 - low };
      });
      return { rho, loads, failures };
    });
    return {
      rows: scans.flatMap(({ rho, loads, failures }) => {
        const large = loads[loads.length - 1];
        const [few, many] = [failures[0], failures[failures.length - 1]];
        return [
          expected(
            `alpha at half success, rho = ${rho}, N = ${large.units}`,
            Number(halfLoad(rho, large.units).toFixed(4)),
            large,
          ),
          ...(few === many
            ? []
            : [
                stated(
                  `failures at ${BELOW} I(1 - 2 rho) / 2, rho = ${rho}: N = ${many.units} less N = ${few.units}`,
                  "fall to 0 as N grows",
                  differenceOf(many, few),
                  { below: 0 },
                  { remark: SUMMARY },
                ),
              ]),
        ];
      }),
      notes: [
        `Nets with F(x) = exp(x), random patterns, one synchronous step from each pattern with exactly rho N flipped units. A net succeeds where every pattern comes back; M = exp(alpha N) + 1. ${parameters.draws} nets of each size and load; intervals are binomial, at 99 %, those of differences by Newcombe's method. Sizes are those with whole rho N at which half of the nets hold ${parameters.patterns[0]} to ${parameters.patterns[1]} patterns: the larger rho is, the larger N must be for a pattern to have any rival.`,
        "The source's bound is I(1 - 2 rho) / 2 with I(x) = ((1 + x) ln(1 + x) + (1 - x) ln(1 - x)) / 2, for N to infinity: of the M^2 pairs of a cue and another pattern none may be as near as the cue and its own pattern. The theory at a finite N counts such pairs: another pattern at most as far from the cue as the pattern itself makes the step fail, unless it lies between the two; one that is farther by a unit ties with the pattern at each unit where it differs from both, and the rest of the patterns decides. With p the probability of that for one pair half of the nets succeed where M (M - 1) p = ln 2.",
        `Measured alpha at half success: ${scans
          .map(
            ({ rho, loads }) =>
              `rho = ${rho}: ${loads.map(({ units, value }) => `${value.toFixed(4)} (N = ${units}, theory ${halfLoad(rho, units).toFixed(4)})`).join(", ")}, bound ${boundOf(rho).toFixed(4)}`,
          )
          .join("; ")}. The distance from the bound is of order ln N / N.`,
      ],
      figure: {
        points: scans.flatMap(({ rho, loads }) =>
          loads.map(({ units, value, low, high }) => {
            const [bound, name] = [boundOf(rho), `rho = ${rho}`];
            return { name, units, value: value / bound, low: low / bound, high: high / bound };
          }),
        ),
        theory: scans.flatMap(({ rho, loads }) =>
          loads.map(({ units }) => ({ name: `rho = ${rho}`, units, value: halfLoad(rho, units) / boundOf(rho) })),
        ),
      },
    };
  },

  figure(Plot, { figure: { points, theory } }) {
    const names = [...new Set(points.map(({ name }) => name))];
    const colour = ({ name }: { readonly name: string }) => COLOURS[names.indexOf(name)];
    return {
      height: 400,
      marginRight: 20,
      x: { label: "N", type: "log", ticks: SIZES, tickFormat: (units: number) => `${units}` },
      y: { label: "alpha at half success, over I(1 - 2 rho) / 2", grid: true, domain: [0.7, 1.3] },
      marks: [
        Plot.ruleY([1], { stroke: "currentColor" }),
        Plot.line(theory, { x: "units", y: "value", z: "name", stroke: colour, strokeDasharray: "5 4" }),
        Plot.ruleX(points, { x: "units", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5 }),
        Plot.dot(points, { x: "units", y: "value", fill: colour, r: 3 }),
        ...legend(Plot, [
          ...names.map((name, k) => [name, COLOURS[k]] as const),
          ["dashed: theory at N", colours.faint] as const,
        ]),
      ],
    };
  },
};

function cases(parameters: Parameters): Case[] {
  return RHOS.flatMap((rho) =>
    sizesOf(rho, parameters).flatMap((units) => [...scanOf(rho, units), belowBound(rho, units)]),
  );
}

function sizesOf(rho: number, { patterns: [least, most] }: Parameters): number[] {
  return SIZES.filter((units) => {
    const patterns = halfPatterns(rho, units);
    return Number.isInteger(rho * units) && patterns >= least && patterns <= most;
  });
}

function scanOf(rho: number, units: number): Case[] {
  const half = halfPatterns(rho, units);
  return SCAN.map((ratio) => ({ rho, units, patterns: Math.round(ratio * half), isBelow: false }));
}

function belowBound(rho: number, units: number): Case {
  return { rho, units, patterns: Math.round(exp(BELOW * boundOf(rho) * units)) + 1, isBelow: true };
}

const batches = ({ draws, batch }: Parameters) => Math.ceil(draws / batch);

/** alpha of M = exp(alpha N) + 1 */
const loadOf = (patterns: number, units: number) => log(patterns - 1) / units;

/** I(1 - 2 rho) / 2 */
function boundOf(rho: number): number {
  const x = 1 - 2 * rho;
  const lower = rho === 0 ? 0 : (1 - x) * log(1 - x);
  return ((1 + x) * log1p(x) + lower) / 4;
}

/** The number of patterns at which half of the nets should return all of them. */
function halfPatterns(rho: number, units: number): number {
  const pairs = log(2) / rivalry(Math.round(rho * units), units);
  return 1 / 2 + Math.sqrt(1 / 4 + pairs);
}

const halfLoad = (rho: number, units: number) => loadOf(halfPatterns(rho, units), units);

/**
 * The probability that a random pattern makes the step fail from a cue with `flips` flipped units: it is at most as far from
 * the cue as the cue's own pattern, or ties with that at some units, each of which is lost half of the time.
 */
function rivalry(flips: number, units: number): number {
  let count = -1 - flips / 2;
  for (let d = 0; d <= flips; d++) count += choose(units, d);
  for (let shared = 0; shared <= flips; shared++) {
    const tied = flips + 1 - shared;
    count += choose(flips, shared) * choose(units - flips, tied) * (1 - pow(2, -tied));
  }
  return count / pow(2, units);
}

function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product *= (n - k + i) / i;
  return product;
}

/** The difference of two independent shares, with limits from those of both (Newcombe, 1998). */
function differenceOf(a: Interval, b: Interval): Interval {
  const value = a.value - b.value;
  return {
    value,
    low: value - hypot(a.value - a.low, b.high - b.value),
    high: value + hypot(a.high - a.value, b.value - b.low),
  };
}

/** Whether every pattern of a new net comes back in one step. */
function isHeld({ rho, units, patterns: count }: Case, random: Random, kernels: Kernels): boolean {
  const patterns = randomPatterns(count, units, random.fork(0));
  const memory = new Hopfield(units, { rule: dense({ separation: "exponential", beta: 1 }), kernels }).store(patterns);
  const flips = Math.round(rho * units);
  const cues = flips === 0 ? patterns : flipExactly(patterns, flips, random.fork(1));
  const recalls = memory.recallMany(cues, { dynamics: synchronous({ maxSweeps: 1 }), random: random.fork(2) });
  memory.dispose();
  return recalls.every(({ state }, mu) => patterns.spins(mu).every((spin, i) => spin === state[i]));
}
