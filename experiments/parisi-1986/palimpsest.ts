import { asynchronous, bounded, HopfieldNet, type PatternSet, type Random, randomPatterns } from "engram";
import type { Learned } from "engram/learning";
import { bitDistance } from "engram/math";
import { boundedTheory } from "engram/theory";
import { colours, type Experiment, legend } from "../experiment.js";
import { meanOf, toInfinity } from "../finite-size.js";
import { compare, expected, mean, stated } from "../statistics.js";

interface Parameters {
  readonly sizes: readonly { readonly units: number; readonly draws: number }[];
  readonly bounds: readonly number[];
  /** Patterns learned before the memory is looked at, over units; then as many again at the best bound. */
  readonly learned: number;
}

/** One draw: the share of the patterns in each bin of ages that are recalled. */
interface Part {
  readonly units: number;
  readonly bound: number;
  readonly recalled: readonly number[];
  /** The same after as many patterns again, at the best bound only. */
  readonly later: readonly number[] | null;
}

interface Held {
  readonly size: string;
  readonly bound: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface FigureData {
  readonly shares: readonly { readonly bound: number; readonly age: number; readonly share: number }[];
  readonly held: readonly Held[];
  readonly theory: readonly { readonly bound: number; readonly age: number }[];
}

/** Width of a bin of ages over n: at least one pattern wide in all sizes. */
const BIN = 0.005;
const BINS = 24;
const BEST = 0.35;
const QUOTED = "the published value is quoted from later work";
/** Recalled: as in Hebb's net the final overlaps fall into two groups. */
const RECALLED = 0.8;

/** Learning within bounds: the share of patterns that are recalled, by their age. */
export const palimpsest: Experiment<Parameters, Part, FigureData> = {
  id: "parisi-1986/palimpsest",
  title: "A memory with bounded couplings forgets its oldest patterns: ages that are recalled, against the bound",
  citation: "Parisi, A memory which forgets, J. Phys. A 19, L617 (1986)",
  where: "the bound with the largest capacity, about 0.35, and the capacity, about 0.04 n",
  version: 1,
  settings: {
    quick: {
      sizes: [
        { units: 200, draws: 12 },
        { units: 600, draws: 3 },
      ],
      bounds: [0.2, 0.35, 0.5],
      learned: 0.5,
    },
    standard: {
      sizes: [
        { units: 200, draws: 60 },
        { units: 800, draws: 6 },
      ],
      bounds: [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8],
      learned: 1.5,
    },
    full: {
      sizes: [
        { units: 400, draws: 100 },
        { units: 1600, draws: 12 },
      ],
      bounds: [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8],
      learned: 1.5,
    },
  },
  tasks: (parameters) => draws(parameters).length,

  run(parameters, task, { random, kernels }) {
    const { units, bound } = draws(parameters)[task];
    const count = Math.round(parameters.learned * units);
    const patterns = randomPatterns(2 * count, units, random.fork(0));
    const rule = bounded({ bound });
    const first = patterns.select(Array.from({ length: count }, (_, mu) => mu));
    const learned = rule.learn(first, kernels);
    const recalled = recalledOf(first, learned, random.fork(1));
    const again = bound === BEST ? rule.learn(patterns, kernels, learned) : undefined;
    const later = again === undefined ? null : recalledOf(patterns, again, random.fork(2));
    learned.interaction.dispose();
    again?.interaction.dispose();
    return { units, bound, recalled, later };
  },

  summarize({ sizes, bounds, learned }, parts) {
    const partsOf = (units: number, bound: number) =>
      parts.filter((part) => part.units === units && part.bound === bound);
    const [small, large] = sizes.slice(-2).map(({ units }) => units);
    const heldIn = (recalled: readonly number[]) => BIN * recalled.reduce((sum, share) => sum + share, 0);
    const heldAt = (units: number, bound: number) => {
      const { value, low, high } = meanOf(partsOf(units, bound).map(({ recalled }) => heldIn(recalled)));
      return { units, value, low, high };
    };
    const held = sizes.flatMap(({ units }) =>
      bounds.map((bound): Held => ({ size: `n = ${units}`, bound, ...heldAt(units, bound) })),
    );
    // The capacity falls with n: no slower than n^(-1/2), and not below the limit.
    const limits = bounds
      .filter((bound) => boundedTheory(bound).capacity > 2 * BIN)
      .map((bound) => {
        const { low } = toInfinity(heldAt(small, bound), heldAt(large, bound), 1 / 2);
        const { high } = heldAt(large, bound);
        return { bound, interval: { value: (low + high) / 2, low, high } };
      });
    const best = bestBound();
    const largest = boundedTheory(best).capacity;
    const changes = partsOf(large, BEST).map(({ recalled, later }) => heldIn(later ?? []) - heldIn(recalled));
    return {
      rows: [
        compare(
          "the bound with the largest capacity, theory",
          BEST,
          { value: best, low: best, high: best },
          { remark: QUOTED },
        ),
        compare(
          "the capacity at that bound over n, theory",
          0.04,
          { value: largest, low: largest, high: largest },
          { remark: QUOTED },
        ),
        ...limits
          .filter(({ bound }) => bound === BEST)
          .map(({ bound, interval }) =>
            stated(`patterns held over n at A = ${bound}, n to infinity, simulated`, "about 0.04", interval, {
              // What rounds to 0.04.
              above: 0.035,
              below: 0.045,
            }),
          ),
        ...limits.map(({ bound, interval }) =>
          expected(
            `patterns held over n at A = ${bound}, n to infinity`,
            Number(boundedTheory(bound).capacity.toFixed(4)),
            interval,
          ),
        ),
        expected(
          `patterns held over n at A = ${BEST}: change from ${learned} n to ${2 * learned} n learned`,
          0,
          meanOf(changes),
        ),
      ],
      notes: [
        "The two published values are quoted from later work that cites the letter, which is not at hand.",
        "Couplings are Hebb's, pattern by pattern, cut at A / sqrt(n). The theory is the library's: sqrt(n) W_ij diffuses between reflecting walls, and what it keeps of a pattern falls with the age of it; that part of the couplings which is no sum of patterns acts as static noise.",
        `Started at a pattern, the net recalls it where the final overlap is above ${RECALLED}. A finite net holds more than an infinite one (${held
          .filter(({ bound }) => bound === BEST)
          .map(({ size, value }) => `${value.toFixed(4)} n for ${size}`)
          .join(
            ", ",
          )} at A = ${BEST}). Its lattice of couplings has steps of 1 / (A sqrt(n)) of the bound, and draws of patterns differ by as much: the deviation goes as n^(-1/2) or faster, and the limit lies between the extrapolation with n^(-1/2) from the two largest sizes and the value in the largest. The interval spans both with their 95 % errors.`,
        "However many patterns are learned, the memory holds the newest: what it holds does not change with the number learned. With wide bounds, of about 0.7 or more, not even the newest stands out.",
      ],
      figure: {
        shares: bounds.flatMap((bound) =>
          Array.from({ length: BINS }, (_, bin) => ({
            bound,
            age: (bin + 0.5) * BIN,
            share: mean(partsOf(large, bound).map(({ recalled }) => recalled[bin])),
          })),
        ),
        held,
        theory: Array.from({ length: 141 }, (_, k) => 0.1 + 0.005 * k).map((bound) => ({
          bound,
          age: boundedTheory(bound).capacity,
        })),
      },
    };
  },

  figure(Plot, { figure: { shares, held, theory } }) {
    const sizes = [...new Set(held.map(({ size }) => size))];
    const colour = ({ size }: Held) => (size === sizes[sizes.length - 1] ? colours.ours : colours.other);
    const half = 0.012;
    return {
      height: 440,
      marginRight: 20,
      x: { label: "bound A: couplings stay within A / sqrt(n)", domain: [0.1, 0.84] },
      y: { label: "age of the pattern over n, patterns held over n", domain: [0, BIN * BINS], grid: true },
      marks: [
        Plot.rect(shares, {
          x1: ({ bound }: { bound: number }) => bound - half,
          x2: ({ bound }: { bound: number }) => bound + half,
          y1: ({ age }: { age: number }) => age - BIN / 2,
          y2: ({ age }: { age: number }) => age + BIN / 2,
          fill: colours.ours,
          fillOpacity: { value: ({ share }: { share: number }) => 0.35 * share, scale: null },
        }),
        Plot.line(theory, { x: "bound", y: "age", stroke: colours.theory, strokeWidth: 2.5 }),
        Plot.line(held, { x: "bound", y: "value", z: "size", stroke: colour, strokeWidth: 1.5 }),
        Plot.ruleX(held, { x: "bound", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5 }),
        Plot.dot(held, { x: "bound", y: "value", fill: colour, r: 3.5 }),
        Plot.dot([{ bound: BEST, age: 0.04 }], {
          x: "bound",
          y: "age",
          r: 7,
          stroke: colours.published,
          strokeWidth: 2.5,
        }),
        ...legend(Plot, [
          ["oldest age recalled, theory, n to infinity", colours.theory],
          ["ringed: published", colours.published],
          ...sizes.map(
            (size, k) => [`patterns held, ${size}`, k === sizes.length - 1 ? colours.ours : colours.other] as const,
          ),
          [`shaded: share recalled at that age, ${sizes[sizes.length - 1]}`, colours.ours],
        ]),
      ],
    };
  },
};

/** The share of the patterns of each bin of ages, the newest first, that the net recalls. */
function recalledOf(patterns: PatternSet, { interaction }: Learned, random: Random): number[] {
  const net = new HopfieldNet(interaction);
  const { units, count } = patterns;
  const recalled = new Array<number>(BINS).fill(0);
  const tried = new Array<number>(BINS).fill(0);
  for (let age = 0; age < BIN * BINS * units; age++) {
    const mu = count - 1 - age;
    const { bits } = net.run(patterns.select([mu]), { dynamics: asynchronous(), random: random.fork(age) });
    const overlap = 1 - (2 * bitDistance(bits, 0, patterns.bits, mu)) / units;
    const bin = Math.min(BINS - 1, Math.floor((age + 0.5) / units / BIN));
    tried[bin]++;
    if (overlap > RECALLED) recalled[bin]++;
  }
  return recalled.map((count, bin) => count / Math.max(tried[bin], 1));
}

/** The bound with the largest capacity in the theory, to 0.001. */
function bestBound(): number {
  const bounds = Array.from({ length: 101 }, (_, k) => 0.3 + 0.001 * k);
  return bounds.reduce((best, bound) => (boundedTheory(bound).capacity > boundedTheory(best).capacity ? bound : best));
}

/** One task a draw, the largest nets first. */
function draws({ sizes, bounds }: Parameters): { units: number; bound: number }[] {
  return [...sizes]
    .reverse()
    .flatMap(({ units, draws: count }) =>
      bounds.flatMap((bound) => Array.from({ length: count }, () => ({ units, bound }))),
    );
}
