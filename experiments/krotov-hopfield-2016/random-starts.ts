import { dense, Hopfield, type Random, randomPatterns } from "engram";
import type { Kernels } from "engram/kernels";
import { proportion } from "engram/math";
import { colours, type Experiment } from "../experiment.js";
import { type Interval, stated } from "../statistics.js";
import { citation } from "./source.js";

interface Form {
  readonly separation: "power" | "rectified";
  readonly power: number;
}

interface Parameters {
  readonly units: number;
  readonly patterns: number;
  readonly sets: number;
  /** Random states of a set. */
  readonly starts: number;
}

interface Part extends Form {
  /** How many starts end on each largest overlap, in magnitude, of xi . s / n with a pattern: counts by its bin. */
  readonly counts: readonly number[];
  readonly stored: number;
  readonly reversed: number;
  readonly starts: number;
}

interface Bar {
  readonly name: string;
  readonly overlap: number;
  readonly share: number;
}

type FigureData = readonly Bar[];

const FORMS: readonly Form[] = [2, 3, 4, 5, 6].flatMap((power) => [
  { separation: "power", power },
  { separation: "rectified", power },
]);
/** Bins of the final overlap. */
const BINS = 25;
const MEMORY = "from memory of the source";

/** Where random states go, for powers of the overlaps. */
export const randomStarts: Experiment<Parameters, Part, FigureData> = {
  id: "krotov-hopfield-2016/random-starts",
  title: "Final overlaps from random states in a dense associative memory of 2,000 patterns of 100 units",
  citation,
  where: "appendix B: histograms of the final overlap for n = 2, 3, 4; for n of 5 or more all 10,000 states converge",
  version: 1,
  settings: {
    quick: { units: 100, patterns: 2000, sets: 4, starts: 150 },
    standard: { units: 100, patterns: 2000, sets: 50, starts: 40 },
    full: { units: 100, patterns: 2000, sets: 100, starts: 100 },
  },
  tasks: ({ sets }) => FORMS.length * sets,

  run(parameters, task, { random, kernels }) {
    return ended(FORMS[task % FORMS.length], parameters, random, kernels);
  },

  summarize({ units, patterns, sets, starts }, parts) {
    const of = ({ separation, power }: Form) =>
      parts.filter((part) => part.separation === separation && part.power === power);
    const total = (all: readonly Part[], value: (part: Part) => number) =>
      all.reduce((sum, part) => sum + value(part), 0);
    const shareOf = (form: Form, value: (part: Part) => number): Interval =>
      proportion(
        total(of(form), value),
        total(of(form), (part) => part.starts),
        0.99,
      );
    const perfect = (form: Form) => shareOf(form, ({ stored, reversed }) => stored + reversed);
    const power = (degree: number): Form => ({ separation: "power", power: degree });
    const rectified = (degree: number): Form => ({ separation: "rectified", power: degree });
    return {
      rows: [
        stated(
          "share that ends on a pattern or its negative, x^2",
          "none",
          perfect(power(2)),
          { below: 0.01 },
          { remark: MEMORY },
        ),
        stated("share that ends on a pattern, x^3", "none", perfect(power(3)), { below: 0.01 }, { remark: MEMORY }),
        stated(
          "share that ends on a pattern or its negative, x^4",
          "a part",
          perfect(power(4)),
          { above: 0.01, below: 0.99 },
          { remark: MEMORY },
        ),
        ...[5, 6].map((degree) =>
          stated(
            `share that ends on a pattern or its negative, x^${degree}`,
            "all",
            perfect(power(degree)),
            { above: 0.99 },
            { remark: MEMORY },
          ),
        ),
      ],
      notes: [
        `${patterns.toLocaleString("en")} random patterns of ${units} units; ${sets} sets with ${starts} random states each, followed by asynchronous updates to a fixed point. Intervals are binomial, at 99 %.`,
        `For an even n the negative of a pattern is an attractor as well, and as likely: x^4 ends on a pattern from ${percent(shareOf(power(4), ({ stored }) => stored))} % of the states and on a negative from ${percent(shareOf(power(4), ({ reversed }) => reversed))} %. Counting patterns alone would halve the share.`,
        `Rectified powers, which the source does not show: ${[2, 3, 4, 5]
          .map((degree) => `n = ${degree} ${percent(perfect(rectified(degree)))} %`)
          .join(", ")}. Negatives are not attractors there.`,
      ],
      figure: [2, 3, 4, 5].flatMap((degree) => {
        const all = of(power(degree));
        const count = total(all, (part) => part.starts);
        return Array.from({ length: BINS }, (_, bin): Bar => {
          return {
            name: `x^${degree}`,
            overlap: (bin + 0.5) / BINS,
            share: total(all, ({ counts }) => counts[bin]) / count,
          };
        });
      }),
    };
  },

  figure(Plot, { figure }) {
    return {
      height: 420,
      marginRight: 20,
      fx: { label: null },
      x: { label: "largest final overlap with a pattern, in magnitude", domain: [0, 1], ticks: [0.2, 0.5, 0.8] },
      y: { label: "random states (%)", grid: true, percent: true },
      marks: [
        Plot.rect(figure, {
          fx: "name",
          x1: ({ overlap }: Bar) => overlap - 0.5 / BINS,
          x2: ({ overlap }: Bar) => overlap + 0.5 / BINS,
          y1: () => 0,
          y2: "share",
          fill: colours.ours,
        }),
      ],
    };
  },
};

function ended(
  { separation, power }: Form,
  { units, patterns: count, starts }: Parameters,
  random: Random,
  kernels: Kernels,
): Part {
  const patterns = randomPatterns(count, units, random.fork(0));
  const memory = new Hopfield(units, { rule: dense({ separation, power }), kernels }).store(patterns);
  const counts = new Array<number>(BINS).fill(0);
  let [stored, reversed] = [0, 0];
  for (const { state, attractor } of memory.recallMany(randomPatterns(starts, units, random.fork(1)), {
    random: random.fork(2),
  })) {
    const largest = memory.overlaps(state).reduce((most, overlap) => Math.max(most, Math.abs(overlap)), 0);
    counts[Math.min(BINS - 1, Math.floor(largest * BINS))]++;
    if (attractor.kind === "stored") stored++;
    if (attractor.kind === "reversed") reversed++;
  }
  memory.dispose();
  return { separation, power, counts, stored, reversed, starts };
}

const percent = ({ value }: Interval) => (100 * value).toFixed(1);
