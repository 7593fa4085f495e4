import { dense, flipExactly, Hopfield, type PatternSet, synchronous } from "engram";
import type { Kernels } from "engram/kernels";
import { proportion } from "engram/math";
import { colours, type Experiment, type Row } from "../experiment.js";
import { asSpins } from "../smart-zilman-2021/patterns.js";
import { derived } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  /** Stored digits, the first training images. */
  readonly stored: number;
  /** Cues for each share of flipped pixels, in batches of one task each. */
  readonly batches: number;
  readonly cues: number;
}

interface Part {
  readonly form: Form;
  readonly flips: number;
  readonly cues: number;
  /** Cues whose digit is nearer than any other stored one: at all, and by two pixels or more. */
  readonly nearest: number;
  readonly ahead: number;
  /** Cues that gave their digit exactly, and those of `ahead` that did not. */
  readonly exact: number;
  readonly missed: number;
}

type Form = "exponential" | "square";

interface Bar {
  readonly flips: string;
  readonly name: string;
  readonly share: number;
}

const FORMS: readonly Form[] = ["exponential", "square"];
/** Shares of flipped pixels. */
const FLIPS = [0.1, 0.25, 0.3];
/**
 * Where a lead of two pixels is enough: each digit two pixels behind weighs e^-4 of the first, so it takes 55 of them to turn a
 * pixel on which they all differ from it. With more flips there are so many.
 */
const CLAIMED = [0.1, 0.25];

/** What no memory can exceed, and what dense memories reach, on all digits of MNIST. */
export const digits: Experiment<Parameters, Part, readonly Bar[]> = {
  id: "krotov-hopfield-2016/digits",
  title:
    "All training digits of MNIST stored: those recalled from flipped pixels in one step, beside the nearest stored digit",
  citation,
  where: "equations 1 and 3, with F(x) = exp(x) of Demircigil et al. 2017 and F(x) = x^2; the sources store no digits",
  version: 1,
  digits: "any",
  settings: {
    quick: { stored: 6000, batches: 1, cues: 100 },
    standard: { stored: 60_000, batches: 5, cues: 200 },
    full: { stored: 60_000, batches: 50, cues: 200 },
  },
  tasks: ({ batches }) => FORMS.length * FLIPS.length * batches,

  async run({ stored, cues }, task, { images, random, kernels }) {
    const form = FORMS[task % FORMS.length];
    const flips = FLIPS[Math.floor(task / FORMS.length) % FLIPS.length];
    const { patterns } = asSpins(await images("mnist", { split: "train" }), stored);
    const memory = memoryOf(form, patterns, kernels);
    const rows = random.fork(0).sample(Math.min(cues, patterns.count), patterns.count);
    const count = Math.round(flips * patterns.units);
    const damaged = flipExactly(patterns.select(rows), count, random.fork(1));
    const recalls = memory.recallMany(damaged, { dynamics: synchronous({ maxSweeps: 1 }) });
    const part = { form, flips, cues: rows.length, nearest: 0, ahead: 0, exact: 0, missed: 0 };
    recalls.forEach(({ state }, r) => {
      const lead = leadOf(memory.overlaps(damaged.select([r])), rows[r], patterns.units);
      const wanted = patterns.spins(rows[r]);
      const isExact = state.every((spin, i) => spin === wanted[i]);
      if (lead > 0) part.nearest++;
      if (lead >= 2) part.ahead++;
      if (isExact) part.exact++;
      if (lead >= 2 && !isExact) part.missed++;
    });
    return part;
  },

  summarize({ stored }, parts) {
    const of = (form: Form, flips: number, value: (part: Part) => number) =>
      parts.filter((part) => part.form === form && part.flips === flips).reduce((sum, part) => sum + value(part), 0);
    const percent = (flips: number) => `${100 * flips} %`;
    return {
      rows: [
        ...CLAIMED.map((flips) =>
          derived(
            `exp(x), ${percent(flips)} flipped: cues not recalled though their digit leads by two pixels or more`,
            0,
            of("exponential", flips, ({ missed }) => missed),
          ),
        ),
        ...FLIPS.map((flips) =>
          derived(
            `x^2, ${percent(flips)} flipped: cues recalled exactly`,
            0,
            of("square", flips, ({ exact }) => exact),
          ),
        ),
      ].map((row): Row => row),
      notes: [
        `${stored.toLocaleString("en")} digits as spins, a pixel above 0 being +1. A cue is a stored digit with exactly that share of its pixels flipped, and is recalled in one synchronous step.`,
        ...FLIPS.map((flips) => {
          const all = of("exponential", flips, ({ cues }) => cues);
          const [nearest, ahead, exact, missed] = (["nearest", "ahead", "exact", "missed"] as const).map((key) =>
            of("exponential", flips, (part) => part[key]),
          );
          const { low, high } = proportion(exact, all, 0.95);
          return `${percent(flips)} flipped: of ${all} cues, ${nearest} are nearer to their own digit than to any other stored one, which no memory can exceed but by luck; ${ahead} of them by two pixels or more, of which ${missed === 0 ? "all are" : `all but ${missed} are`} recalled. exp(x) recalls ${exact} exactly (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %, at 95 %). Beyond that, single pixels decide.`;
        }),
      ],
      figure: FLIPS.flatMap((flips) => {
        const share = (form: Form, key: "nearest" | "ahead" | "exact") =>
          of(form, flips, (part) => part[key]) / of(form, flips, ({ cues }) => cues);
        return [
          { flips: percent(flips), name: "nearest", share: share("exponential", "nearest") },
          { flips: percent(flips), name: "by 2", share: share("exponential", "ahead") },
          { flips: percent(flips), name: "exp(x)", share: share("exponential", "exact") },
          { flips: percent(flips), name: "x^2", share: share("square", "exact") },
        ];
      }),
    };
  },

  figure(Plot, { figure }) {
    return {
      height: 420,
      marginRight: 20,
      fx: { label: "pixels flipped" },
      x: {
        label: "nearest stored digit, by two pixels or more; dense memories",
        domain: figure.slice(0, 4).map(({ name }) => name),
      },
      y: { label: "cues (%)", grid: true, percent: true, domain: [0, 106] },
      marks: [
        Plot.barY(figure, {
          fx: "flips",
          x: "name",
          y: "share",
          fill: ({ name }: Bar) => (name === "nearest" || name === "by 2" ? colours.theory : colours.ours),
        }),
        Plot.text(figure, {
          fx: "flips",
          x: "name",
          y: "share",
          text: ({ share }: Bar) => (100 * share).toFixed(1),
          dy: -6,
        }),
        Plot.ruleY([0]),
      ],
    };
  },
};

const memories = new WeakMap<Kernels, Map<string, Hopfield>>();

/** The memory of a form, learned once for all tasks of a thread. */
function memoryOf(form: Form, patterns: PatternSet, kernels: Kernels): Hopfield {
  const known = memories.get(kernels) ?? new Map<string, Hopfield>();
  memories.set(kernels, known);
  const key = `${form} ${patterns.count}`;
  const rule =
    form === "square" ? dense({ separation: "power", power: 2 }) : dense({ separation: "exponential", beta: 1 });
  const memory = known.get(key) ?? new Hopfield(patterns.units, { rule, kernels }).store(patterns);
  known.set(key, memory);
  return memory;
}

/** By how many pixels the cue is nearer to row `own` than to any other. */
function leadOf(overlaps: Float64Array, own: number, units: number): number {
  let most = -1;
  for (let mu = 0; mu < overlaps.length; mu++) if (mu !== own) most = Math.max(most, overlaps[mu]);
  return Math.round(((overlaps[own] - most) * units) / 2);
}
