import { retrievalOfDraw } from "engram/analysis";
import { estimateMean } from "engram/math";
import { hopfieldMeanField, retrievalLimit } from "engram/theory";
import { colours, type Experiment } from "../experiment.js";
import { halfWay, type Measured, passing, shareOf, toInfinity } from "../finite-size.js";
import { compare, expected, type Interval, mean, stated } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  readonly sizes: readonly { readonly units: number; readonly draws: number }[];
  readonly loads: readonly number[];
}

/** Final overlaps of a batch of draws. */
interface Part {
  readonly units: number;
  readonly load: number;
  readonly overlaps: readonly number[];
}

interface Point {
  readonly size: string;
  readonly load: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

interface FigureData {
  readonly points: readonly Point[];
  readonly theory: readonly { readonly load: number; readonly overlap: number }[];
}

const BATCH = 10;
/** Retrieved: near the cliff the overlaps fall into two groups, one above 0.9, the other between 0.2 and 0.6. */
const RETRIEVED = 0.8;
/** Loads far enough below the cliff for the distance from the limit of infinite nets to go as 1 / n. */
const BELOW = [0.1, 0.12];
const CLIFF = 0.138;
const QUOTED = "the published value is quoted from later work that cites the letter";
const SIMULATED = { load: 0.145, error: 0.009 };

/** Recall in Hebb's net from the pattern itself: the overlap that is left once the net has settled. */
export const retrievalOverlap: Experiment<Parameters, Part, FigureData> = {
  id: "amit-1985/retrieval-overlap",
  title: "Overlap with a stored pattern where the net settles that was started there, against the load",
  citation,
  where: "the retrieval states at T = 0, their end at alpha_c = 0.138 and their overlap of 0.967 there",
  version: 2,
  settings: {
    quick: {
      sizes: [
        { units: 500, draws: 400 },
        { units: 2000, draws: 100 },
      ],
      loads: [0.06, 0.1, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19, 0.2],
    },
    standard: {
      sizes: [
        { units: 1000, draws: 1000 },
        { units: 2000, draws: 400 },
        { units: 4000, draws: 300 },
      ],
      loads: [0.06, 0.08, 0.1, 0.12, 0.13, 0.138, 0.142, 0.146, 0.15, 0.154, 0.158, 0.162, 0.166, 0.17, 0.18, 0.2],
    },
    full: {
      sizes: [
        { units: 1000, draws: 4000 },
        { units: 2000, draws: 2000 },
        { units: 4000, draws: 1000 },
      ],
      loads: [
        0.06, 0.08, 0.1, 0.12, 0.13, 0.138, 0.142, 0.146, 0.148, 0.15, 0.152, 0.154, 0.156, 0.158, 0.16, 0.162, 0.164,
        0.166, 0.168, 0.17, 0.18, 0.2,
      ],
    },
  },
  tasks: (parameters) => batches(parameters).length,

  run(parameters, task, { random, kernels }) {
    const { units, load, draws } = batches(parameters)[task];
    const setting = { units, patterns: Math.round(load * units), kernels };
    return {
      units,
      load,
      overlaps: Array.from({ length: draws }, (_, k) => retrievalOfDraw(setting, random.fork(k)).overlap),
    };
  },

  summarize({ sizes, loads }, parts) {
    const overlapsOf = (units: number, load: number) =>
      parts.filter((part) => part.units === units && part.load === load).flatMap(({ overlaps }) => overlaps);
    const shares = sizes.flatMap(({ units }) =>
      loads.map((load): Measured => {
        const share = shareOf(overlapsOf(units, load).map((overlap) => overlap > RETRIEVED));
        return { units, at: load, ...share };
      }),
    );
    const points = sizes.flatMap(({ units }) =>
      loads.map((load): Point => {
        const { value, low, high } = estimateMean(overlapsOf(units, load));
        return { size: `n = ${units}`, load, mean: value, low, high };
      }),
    );
    const limit = retrievalLimit(0);
    const cliff = { value: limit.load, low: limit.load, high: limit.load };
    const overlap = { value: limit.overlap, low: limit.overlap, high: limit.overlap };
    const [small, large] = sizes.slice(-2);
    const jump = limitOfHalves(sizes[0].units, large.units, shares);
    const wrong = (1 - limit.overlap) / 2;
    const retrievedAt = (units: number, load: number) => {
      const retrieved = overlapsOf(units, load).filter((m) => m > RETRIEVED);
      return { units, ...estimateMean(retrieved, 0.99) };
    };
    const halves = sizes.map(({ units }) => ({
      units,
      load: halfWay(shares.filter((share) => share.units === units)),
    }));
    const above = loads[loads.length - 1];
    return {
      rows: [
        compare("alpha_c of the mean-field equations", CLIFF, cliff, { remark: QUOTED }),
        compare("m at alpha_c, mean-field equations", 0.967, overlap, { remark: QUOTED }),
        stated(
          "wrong units at alpha_c, mean-field equations, % (abstract of 1987)",
          "less than 1.5",
          { value: 100 * wrong, low: 100 * wrong, high: 100 * wrong },
          { below: 1.5 },
          {
            explained: `the overlap of 0.967 at alpha_c leaves (1 - m) / 2 = ${(100 * wrong).toFixed(2)} % of the units wrong; 1.5 % is what is wrong at alpha = ${loadOfError(0.015, limit.load).toFixed(4)}`,
          },
        ),
        compare("alpha_c, simulated, n to infinity", CLIFF, jump),
        compare(
          "alpha_c, simulated, beside the simulation of Crisanti, Amit and Gutfreund 1986",
          SIMULATED.load,
          jump,
          {
            slack: SIMULATED.error,
            remark: "0.145 with an error of 0.009, as Steffan and Kuehn quote it (Z. Phys. B 95, 249, 1994)",
          },
        ),
        ...BELOW.map((load) =>
          expected(
            `m at alpha = ${load}, n to infinity, beside the mean-field equations`,
            Number((hopfieldMeanField(load, 0).retrieval?.overlap ?? 0).toFixed(4)),
            toInfinity(retrievedAt(small.units, load), retrievedAt(large.units, load)),
          ),
        ),
      ],
      notes: [
        `A draw counts as retrieved where its final overlap is above ${RETRIEVED}. The load at which half of them are falls with n towards the cliff, by as much as draws of patterns differ, n^(-1/2), or as in mean field an instability is rounded off, n^(-2/3): the interval spans the limits from n = ${sizes[0].units} and ${large.units} with both powers, and the 99 % intervals of the shares.`,
        "The theory is replica symmetric; breaking the symmetry moves alpha_c up to 0.13819 (Steffan and Kuehn 1994), which these sizes do not tell apart.",
        `The share passes one half at ${halves
          .filter(({ load }) => load !== undefined)
          .map(({ units, load }) => `${load?.toFixed(4)} for n = ${units}`)
          .join(", ")}: a finite net seems to hold more, and approaches the cliff from above.`,
        `Past the cliff the net does not lose all of the pattern: at alpha = ${above} the mean overlap is ${sizes
          .map(({ units }) => `${mean(overlapsOf(units, above)).toFixed(3)} for n = ${units}`)
          .join(", ")}, among the retrieved and the lost together. The theory has no state there that keeps any of it.`,
        "Below the cliff m is the mean over the retrieved draws, and its limit is taken from the two largest sizes with a deviation that goes as 1 / n; the intervals are 99 %.",
      ],
      figure: {
        points,
        theory: Array.from({ length: 121 }, (_, k) => {
          const load = (limit.load * k) / 120;
          return { load, overlap: k === 120 ? limit.overlap : (hopfieldMeanField(load, 0).retrieval?.overlap ?? 0) };
        }),
      },
    };
  },

  figure(Plot, { figure: { points, theory } }) {
    const sizes = [...new Set(points.map(({ size }) => size))];
    const shades = [colours.faint, colours.other, colours.ours].slice(-sizes.length);
    const colour = ({ size }: Point) => shades[sizes.indexOf(size)];
    const end = theory[theory.length - 1];
    return {
      height: 420,
      marginRight: 20,
      x: { label: "load, patterns over units", domain: [0.05, 0.205] },
      y: { label: "overlap with the pattern", domain: [0, 1], grid: true },
      clip: true,
      marks: [
        Plot.line(
          theory.filter(({ load }) => load >= 0.05),
          { x: "load", y: "overlap", stroke: colours.theory, strokeWidth: 2 },
        ),
        Plot.link([end], {
          x1: "load",
          x2: "load",
          y1: 0,
          y2: "overlap",
          stroke: colours.theory,
          strokeWidth: 2,
          strokeDasharray: "5 4",
        }),
        Plot.line(points, { x: "load", y: "mean", z: "size", stroke: colour, strokeWidth: 1.5 }),
        Plot.ruleX(points, { x: "load", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5 }),
        Plot.dot(points, { x: "load", y: "mean", fill: colour, r: 3 }),
        Plot.dot([{ load: CLIFF, overlap: 0.967 }], {
          x: "load",
          y: "overlap",
          r: 6,
          stroke: colours.published,
          strokeWidth: 2.5,
        }),
        ...[
          ["mean-field theory, n to infinity", colours.theory],
          ["ringed: published end, 0.138 and 0.967", colours.published],
          ...sizes.map((size, k) => [`${size}, mean and 95 %`, shades[k]]),
        ].map(([text, fill], k) =>
          Plot.text([text], { frameAnchor: "bottom-left", dx: 12, dy: -90 + 16 * k, fontWeight: 600, fill }),
        ),
      ],
    };
  },
};

/** The load at which half of the draws are retrieved, n to infinity, between the powers n^(-1/2) and n^(-2/3). */
function limitOfHalves(small: number, large: number, shares: readonly Measured[]): Interval {
  const at = (units: number) => ({ units, ...passing(shares.filter((share) => share.units === units)) });
  const [slow, fast] = [1 / 2, 2 / 3].map((power) => toInfinity(at(small), at(large), power));
  return {
    value: (slow.value + fast.value) / 2,
    low: Math.min(slow.low, fast.low),
    high: Math.max(slow.high, fast.high),
  };
}

/** The load at which the mean-field equations leave this part of the units wrong, by bisection. */
function loadOfError(error: number, end: number): number {
  let [low, high] = [0, end];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if ((1 - (hopfieldMeanField(middle, 0).retrieval?.overlap ?? 0)) / 2 < error) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The batches of all points, the largest nets first: no worker is left with a long one at the end. */
function batches({ sizes, loads }: Parameters): { units: number; load: number; draws: number }[] {
  return [...sizes].reverse().flatMap(({ units, draws }) =>
    loads.flatMap((load) =>
      Array.from({ length: Math.ceil(draws / BATCH) }, (_, k) => ({
        units,
        load,
        draws: Math.min(BATCH, draws - k * BATCH),
      })),
    ),
  );
}
