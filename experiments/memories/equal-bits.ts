import { flip, PatternSet, type Random, randomPatterns } from "engram";
import { binomialProbability, bitDistance, estimateMean, log, pow, proportion } from "engram/math";
import { colours, type Experiment, type GreyImages, type ImageSource, type Row } from "../experiment.js";
import { expected, type Interval, mean, type Statement, stated } from "../statistics.js";
import { CEILING, type Contestant, contestants, type Means } from "./compared.js";

interface Parameters {
  /** In kbit, ascending. */
  readonly budgets: readonly number[];
  /** Sets of patterns with which a memory's number of patterns is chosen, and with which it is then measured. */
  readonly trials: number;
  readonly draws: number;
  /** Patterns of a set from which cues are made, at most; one cue each. */
  readonly cues: number;
  /** Numbers of patterns that are tried, in a factor of two. */
  readonly perOctave: number;
}

/** Cues of one set at one noise. */
interface Count {
  readonly cues: number;
  readonly exact: number;
  /** The nearest stored pattern is that of the cue: the ceiling, with ties by lot. */
  readonly ceiling: number;
  /** Wrong bits of all answers. */
  readonly wrong: number;
}

/** One memory within one budget on one kind of patterns. */
interface Part {
  readonly data: DataName;
  readonly kbit: number;
  readonly memory: string;
  readonly units: number;
  /** The largest number of patterns that fit, and the chosen one; 0 where it does not fit. */
  readonly most: number;
  readonly patterns: number;
  readonly bits: number;
  /** noises x draws */
  readonly counts: readonly (readonly Count[])[];
}

type DataName = "random 64" | "random 196" | "digits 196";

/** An entry of the table: shares with their intervals, at 99 %. */
interface Entry {
  readonly data: DataName;
  readonly kbit: number;
  readonly memory: string;
  readonly noise: number;
  readonly patterns: number;
  readonly bits: number;
  readonly exact: Interval;
  readonly ceiling: number;
  /** Share of the bits of the answers that are wrong. */
  readonly wrong: Interval;
  /** Bits of information recovered beyond the cue for a bit of the budget. */
  readonly gain: Interval;
}

const DATA: readonly DataName[] = ["random 64", "random 196", "digits 196"];
const KBIT = 1024;
/** Shares of flipped bits; the number of patterns is chosen at the second. */
const NOISES = [0, 0.1, 0.2, 0.3, 0.4];
const CHOSEN_AT = 1;
/** Larger numbers of patterns are tried up to this multiple of the best one, and until less than this part is recalled. */
const BEYOND = 4;
const GIVEN_UP = 0.5;
const CONFIDENCE = 0.99;
/** Of one comparison with the ceiling, of which there are about fifty. */
const CERTAIN = 0.9999;

const COLOURS: Readonly<Record<string, string>> = { 0.1: colours.ours, 0.2: colours.other, 0.3: colours.published };

const sizeOf = (kbit: number) => `${kbit} kbit`;

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** Orders that the sources state of random patterns, in the number of patterns recalled. */
const ORDERS: readonly (readonly [more: string, less: string, source: string])[] = [
  ["Storkey", "Hebb", "Storkey 1997: n / sqrt(2 ln n) patterns without error, in place of n / (2 ln n)"],
  ["projection", "Hebb", "Kanter and Sompolinsky 1987: up to n patterns without error"],
  ["dense exp(x)", "dense x^3", "Demircigil et al. 2017: exponentially many, in place of some n^2 patterns"],
];

/** All memories at the same number of stored bits. */
export const equalBits: Experiment<Parameters, Part, readonly Entry[]> = {
  id: "memories/equal-bits",
  title: "All memories of the library at the same number of stored bits, beside the nearest stored pattern",
  citation: "A comparison of Engram's own, first edition (2026); each memory's page names its source",
  where: "no published values; the ceiling is the nearest stored pattern",
  version: 1,
  digits: "any",
  settings: {
    quick: { budgets: [4, 16, 64], trials: 1, draws: 3, cues: 12, perOctave: 1 },
    standard: { budgets: [4, 16, 64], trials: 4, draws: 24, cues: 48, perOctave: 2 },
    full: { budgets: [4, 16, 64], trials: 8, draws: 100, cues: 100, perOctave: 3 },
  },
  tasks: (parameters) => tasksOf(parameters).length,

  async run(parameters, task, { random, kernels, workspace, images, signal }) {
    const { trials, draws, cues, perOctave } = parameters;
    const { data, kbit, contestant } = tasksOf(parameters)[task];
    const budget = kbit * KBIT;
    const source = await sourceOf(data, images);
    const most = Math.min(contestant.most(source.units, budget), source.count);
    const measure = (patterns: number, noises: readonly number[], stream: Random) =>
      measured(contestant, source, { patterns, noises, cues }, { budget, random: stream, kernels, workspace, signal });
    let chosen = { patterns: 0, recalled: 0 };
    for (const patterns of numbersUpTo(most, perOctave)) {
      let recalled = 0;
      for (let k = 0; k < trials; k++) {
        const [count] = await measure(patterns, [NOISES[CHOSEN_AT]], random.fork(0).fork(patterns).fork(k));
        recalled += (patterns * count.exact) / count.cues / trials;
      }
      if (recalled > chosen.recalled) chosen = { patterns, recalled };
      if (patterns > BEYOND * chosen.patterns && recalled < GIVEN_UP * chosen.recalled) break;
    }
    const { patterns } = chosen;
    const sets: Count[][] = [];
    for (let k = 0; k < draws && patterns > 0; k++) sets.push(await measure(patterns, NOISES, random.fork(1).fork(k)));
    const counts = NOISES.map((_, level) => sets.map((set) => set[level]));
    const bits = patterns === 0 ? 0 : contestant.bits(source.units, patterns, budget);
    return { data, kbit, memory: contestant.name, units: source.units, most, patterns, bits, counts };
  },

  summarize(parameters, parts) {
    const entries = parts.filter(({ patterns }) => patterns > 0).flatMap(entriesOf);
    const largest = parameters.budgets[parameters.budgets.length - 1];
    const held = parts.filter(({ kbit, patterns }) => kbit === largest && patterns > 0);
    return {
      rows: [...recalledRows(held), ...boundRows(entries), ...ceilingRows(held), ...orderRows(held)],
      notes: notesOf(parameters, parts, entries),
      figure: entries,
    };
  },

  figure(Plot, { figure }) {
    const drawn = figure.filter(({ noise }) => Object.hasOwn(COLOURS, noise));
    const colour = ({ noise }: Entry) => COLOURS[noise];
    const facets = { fx: "data", fy: (entry: Entry) => sizeOf(entry.kbit) };
    const kbits = [...new Set(figure.map(({ kbit }) => kbit))];
    const corner = { fx: () => DATA[0], fy: () => sizeOf(kbits[0]) };
    return {
      width: 860,
      height: 70 + 310 * kbits.length,
      marginLeft: 160,
      marginRight: 60,
      fx: { label: null, domain: DATA },
      fy: { label: null, domain: kbits.map(sizeOf) },
      x: { label: "information recovered beyond the cue for a stored bit (bits)", grid: true, domain: [-0.1, 1.05] },
      y: { label: null, domain: contestants.map(({ name }) => name), grid: true },
      marks: [
        Plot.ruleX([0]),
        Plot.ruleX([1], { stroke: colours.theory, strokeDasharray: "5 4" }),
        Plot.link(drawn, {
          ...facets,
          x1: ({ gain }: Entry) => gain.low,
          x2: ({ gain }: Entry) => gain.high,
          y: "memory",
          stroke: colour,
          strokeWidth: 1.5,
          clip: true,
        }),
        Plot.dot(drawn, {
          ...facets,
          x: ({ gain }: Entry) => gain.value,
          y: "memory",
          fill: colour,
          r: 3,
          clip: true,
        }),
        ...[
          ...Object.entries(COLOURS).map(([noise, fill]) => [`${percent(Number(noise))} flipped`, fill] as const),
          ["dashed: the bound", colours.theory] as const,
        ].map(([text, fill], k) =>
          Plot.text([text], {
            ...corner,
            frameAnchor: "right",
            textAnchor: "end",
            dx: -18,
            dy: 16 * k - 30,
            fontWeight: 600,
            fill,
          }),
        ),
      ],
    };
  },
};

function tasksOf({ budgets }: Parameters) {
  return DATA.flatMap((data) =>
    budgets.flatMap((kbit) => contestants.map((contestant) => ({ data, kbit, contestant }))),
  );
}

/** Where patterns are drawn from. */
interface Source {
  readonly units: number;
  /** The largest number of different patterns. */
  readonly count: number;
  draw(patterns: number, random: Random): PatternSet;
}

const small = new WeakMap<ImageSource, Promise<PatternSet>>();

async function sourceOf(data: DataName, images: ImageSource): Promise<Source> {
  if (data === "digits 196") {
    const found = small.get(images) ?? images("mnist", { split: "test" }).then(halved);
    small.set(images, found);
    const all = await found;
    const draw = (patterns: number, random: Random) => all.select(random.sample(patterns, all.count));
    return { units: all.units, count: all.count, draw };
  }
  const units = data === "random 64" ? 64 : 196;
  return { units, count: Number.MAX_SAFE_INTEGER, draw: (patterns, random) => randomPatterns(patterns, units, random) };
}

/** Images of half the height and width as spins, each of them once: +1 where the mean of four pixels is above half of white. */
function halved({ values, count, shape: [height, width] }: GreyImages): PatternSet {
  const shape = [height >> 1, width >> 1] as const;
  const pixels = shape[0] * shape[1];
  const seen = new Set<string>();
  const different: number[] = [];
  for (let r = 0; r < count; r++) {
    const image = Array.from({ length: pixels }, (_, i) => {
      const at = (r * height + 2 * Math.floor(i / shape[1])) * width + 2 * (i % shape[1]);
      const ink = values[at] + values[at + 1] + values[at + width] + values[at + width + 1];
      return ink > 2 * 255 ? 255 : 0;
    });
    const key = image.join();
    if (!seen.has(key)) different.push(...image);
    seen.add(key);
  }
  return PatternSet.fromGrey(Uint8Array.from(different), shape);
}

/** Ascending numbers of patterns up to the largest, with a fixed number of them per factor of two. */
function numbersUpTo(most: number, perOctave: number): number[] {
  if (most < 1) return [];
  const powers = Array.from({ length: Math.ceil((perOctave * log(most)) / Math.LN2) }, (_, k) =>
    Math.round(pow(2, k / perOctave)),
  );
  return [...new Set([...powers.filter((patterns) => patterns < most), most])];
}

interface Task {
  readonly patterns: number;
  readonly noises: readonly number[];
  readonly cues: number;
}

/** Stores a set and recalls from cues with flipped bits. Where a memory cannot hold the set, the cue stands. */
async function measured(
  contestant: Contestant,
  source: Source,
  { patterns, noises, cues: most }: Task,
  means: Means,
): Promise<Count[]> {
  const [draw, damage, recalling, learning] = [0, 1, 2, 3].map((k) => means.random.fork(k));
  const stored = source.draw(patterns, draw.fork(0));
  const wanted = stored.select(draw.fork(1).sample(Math.min(most, patterns), patterns));
  const recall = await contestant.learn(stored, { ...means, random: learning });
  return noises.map((noise, level) => {
    const cues = flip(wanted, noise, damage.fork(level));
    const answers = recall?.(cues, recalling.fork(level)) ?? cues;
    let [exact, ceiling, wrong] = [0, 0, 0];
    for (let r = 0; r < cues.count; r++) {
      const distance = bitDistance(answers.bits, r, wanted.bits, r);
      wrong += distance;
      if (distance === 0) exact++;
      ceiling += chanceOfNearest(stored, cues, r, wanted);
    }
    return { cues: cues.count, exact, ceiling, wrong };
  });
}

/** The chance that the nearest stored pattern is the wanted one, where equal distances are decided by lot. */
function chanceOfNearest(stored: PatternSet, cues: PatternSet, r: number, wanted: PatternSet): number {
  const own = bitDistance(cues.bits, r, wanted.bits, r);
  let [tied, same] = [0, 0];
  for (let mu = 0; mu < stored.count; mu++) {
    const distance = bitDistance(cues.bits, r, stored.bits, mu);
    if (distance < own) return 0;
    if (distance > own) continue;
    tied++;
    if (bitDistance(stored.bits, mu, wanted.bits, r) === 0) same++;
  }
  return same / tied;
}

/** H(p) in bits. */
function entropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -(p * log(p) + (1 - p) * log(1 - p)) / Math.LN2;
}

/** The mean share over draws; where all are 0 or all are 1, binomial limits of all their cues. */
function interval(draws: readonly number[], cues: number, confidence = CONFIDENCE): Interval {
  const [first] = draws;
  const isConstant = (first === 0 || first === 1) && draws.every((value) => value === first);
  if (isConstant) return proportion(first * cues, cues, confidence);
  const { value, low, high } = estimateMean(draws, confidence);
  return { value, low: Math.max(0, low), high: Math.min(1, high) };
}

const brief = (x: number) => Number(x.toPrecision(4));

const briefly = ({ value, low, high }: Interval): Interval => {
  return { value: brief(value), low: brief(low), high: brief(high) };
};

function entriesOf({ data, kbit, memory, units, patterns, bits, counts }: Part): Entry[] {
  return NOISES.map((noise, level) => {
    const draws = counts[level];
    const cues = draws.reduce((sum, count) => sum + count.cues, 0);
    const wrong = interval(
      draws.map((count) => count.wrong / count.cues / units),
      cues,
    );
    // An answer with more than half of its bits wrong knows no less than one with half of them.
    const gain = (share: number) =>
      (patterns * units * (entropy(noise) - entropy(Math.min(0.5, share)))) / (kbit * KBIT);
    return {
      data,
      kbit,
      memory,
      noise,
      patterns,
      bits,
      exact: briefly(
        interval(
          draws.map(({ exact, cues: asked }) => exact / asked),
          cues,
        ),
      ),
      ceiling: brief(mean(draws.map(({ ceiling, cues: asked }) => ceiling / asked))),
      wrong: briefly(wrong),
      gain: briefly({ value: gain(wrong.value), low: gain(wrong.high), high: gain(wrong.low) }),
    };
  });
}

/** The number of patterns that each memory recalls exactly, beside the ceiling at that number of patterns. */
function recalledRows(held: readonly Part[]): Row[] {
  return held.map(({ data, memory, patterns, counts }): Row => {
    const draws = counts[CHOSEN_AT];
    const cues = draws.reduce((sum, count) => sum + count.cues, 0);
    const { value, low, high } = interval(
      draws.map((count) => count.exact / count.cues),
      cues,
    );
    const beyond = estimateMean(
      draws.map((count) => (count.exact - count.ceiling) / count.cues),
      CERTAIN,
    );
    return {
      label: `${data}: ${memory}, ${patterns} stored`,
      theory: brief(patterns * mean(draws.map((count) => count.ceiling / count.cues))),
      ours: brief(patterns * value),
      low: patterns * low,
      high: patterns * high,
      verdict: beyond.low > 0 ? "differs" : "agrees",
    };
  });
}

/** Of random patterns no memory can give back more than it keeps. */
function boundRows(entries: readonly Entry[]): Row[] {
  return DATA.filter((data) => data.startsWith("random")).map((data) => {
    const most = entries.filter((entry) => entry.data === data).reduce((a, b) => (b.gain.value > a.gain.value ? b : a));
    const { gain, memory, kbit, noise } = most;
    const remark = `${memory}, ${kbit} kbit, ${percent(noise)} flipped`;
    return claimed(`${data}: most information for a stored bit`, "at most 1", gain, { below: 1 }, remark);
  });
}

/** How often the nearest of p random patterns is the right one, beside its exact value. */
function ceilingRows(held: readonly Part[]): Row[] {
  return held
    .filter(({ data, memory }) => memory === CEILING && data.startsWith("random"))
    .flatMap(({ data, units, patterns, counts }) =>
      NOISES.flatMap((noise, level) => {
        if (noise < 0.3) return [];
        const draws = counts[level];
        const cues = draws.reduce((sum, count) => sum + count.cues, 0);
        const shares = draws.map((count) => count.ceiling / count.cues);
        return [
          expected(
            `${data}: cues nearest to their own of ${patterns}, ${percent(noise)} flipped`,
            brief(nearestTheory(units, patterns, noise)),
            interval(shares, cues),
          ),
        ];
      }),
    );
}

/**
 * The chance that the pattern of a cue is the nearest of p random ones, where equal distances are decided by lot: at the distance d
 * of its own pattern, with q the chance of d of another and a that of more, ((a + q)^p - a^p) / (p q).
 */
export function nearestTheory(units: number, patterns: number, noise: number): number {
  let [sum, closer] = [0, 0];
  for (let d = 0; d <= units; d++) {
    const q = binomialProbability(d, units, 0.5);
    const [atLeast, more] = [Math.max(0, 1 - closer), Math.max(0, 1 - closer - q)];
    sum += (binomialProbability(d, units, noise) * (pow(atLeast, patterns) - pow(more, patterns))) / (patterns * q);
    closer += q;
  }
  return sum;
}

/** The orders that the sources lead to, at the largest budget. */
function orderRows(held: readonly Part[]): Row[] {
  const recalled = (name: string) => {
    const part = held.find(({ data, memory }) => data === DATA[0] && memory === name);
    return part?.counts[CHOSEN_AT].map(({ exact, cues }) => (part.patterns * exact) / cues);
  };
  return ORDERS.flatMap(([more, less, remark]) => {
    const [a, b] = [recalled(more), recalled(less)];
    if (a === undefined || b === undefined) return [];
    const lead = estimateMean(
      a.map((count, k) => count - b[k]),
      CONFIDENCE,
    );
    return [claimed(`${DATA[0]}: patterns that ${more} recalls beyond ${less}`, "above 0", lead, { above: 0 }, remark)];
  });
}

/** A row of which our theory says in words what is so. */
function claimed(label: string, theory: string, found: Interval, statement: Statement, remark: string): Row {
  const { published: _, ...row } = stated(label, theory, found, statement, { remark });
  return { ...row, theory };
}

function notesOf({ budgets }: Parameters, parts: readonly Part[], entries: readonly Entry[]): string[] {
  const largest = budgets[budgets.length - 1];
  const noise = NOISES[CHOSEN_AT];
  const forms = [...new Set(contestants.map(({ counted }) => counted))].map(
    (counted) => `${named(contestants.filter((one) => one.counted === counted))}: ${counted}`,
  );
  const absent = DATA.flatMap((data) =>
    budgets.flatMap((kbit) => {
      const none = parts.filter((part) => part.data === data && part.kbit === kbit && part.most === 0);
      return none.length === 0 ? [] : [`${data}, ${kbit} kbit: ${none.map(({ memory }) => memory).join(", ")}`];
    }),
  );
  const of = (data: DataName, kbit: number) =>
    entries.filter((entry) => entry.data === data && entry.kbit === kbit && entry.noise === noise);
  const order = (some: readonly Entry[], value: (entry: Entry) => number) =>
    [...some].sort((a, b) => value(b) - value(a));
  const recalled = ({ patterns, exact }: Entry) => patterns * exact.value;
  const first = (data: DataName, kbit: number, isKept: boolean) =>
    order(
      of(data, kbit).filter(({ memory }) => memory !== CEILING && keeps(memory) === isKept),
      recalled,
    )
      .slice(0, 3)
      .map((entry) => `${entry.memory} ${Math.round(recalled(entry)).toLocaleString("en")}`)
      .join(", ");
  return [
    `The task: p patterns of n bits are stored, random ones or different digits of 14 x 14 pixels. A cue is a stored pattern with each bit flipped with some probability. Each memory may keep ${budgets.join(", ")} kbit (1 kbit = ${KBIT} bits) that depend on the patterns. The table shows ${largest} kbit and ${percent(noise)} flipped bits: the number of patterns that each memory recalls exactly. Each is given as many patterns as it then recalls most of, found on other sets; the rest of the budget is wasted and counts. All budgets and noises from 0 to 40 % are in the figure's data, with bits wrong. Intervals are those of the mean over sets, at 99 %.`,
    "The ceiling is the column theory: how many the nearest of the same stored patterns recalls from the same cues, with ties by lot. It knows all patterns, so that no memory does better but by luck; a row differs only where one is better at 99.99 %.",
    `What is counted: ${forms.join("; ")}. As many bits as fit are ${SIZES.map((units) => `${precisionOf(units, largest)} for n (n - 1) / 2 numbers at n = ${units}`).join(", ")}, with a scale of 32 bits. Rules, beta (1 for modern and exp) and how the RBM is trained, which is not tuned, do not depend on the patterns and are not counted. The file of a modern or large memory keeps 32 bits an entry; spins need one.`,
    ...(absent.length === 0 ? [] : [`No room: ${absent.join("; ")}.`]),
    `Information recovered beyond the cue is p n [H(flipped) - H(wrong)] for a bit of the budget. Of random patterns it is at most 1; at ${percent(noise)} flipped bits, a memory that keeps n p bits cannot pass H(${noise}) = ${entropy(noise).toFixed(3)}. Most of it, ${DATA.slice(
      0,
      2,
    )
      .map(
        (data) =>
          `${data}: ${budgets
            .map((kbit) => {
              const [best] = order(
                of(data, kbit).filter(({ memory }) => !keeps(memory)),
                ({ gain }) => gain.value,
              );
              return best === undefined
                ? `${kbit} kbit none`
                : `${kbit} kbit ${best.gain.value.toFixed(3)} (${best.memory})`;
            })
            .join(", ")}`,
      )
      .join(
        "; ",
      )}, among memories that keep numbers in place of patterns. Of digits it has no such bound: their bits are alike, and a memory may guess some of them.`,
    `Which to use when. Where the patterns themselves can be kept, those that weigh them steeply: ${DATA.map((data) => `${data}: ${first(data, largest, true)}`).join("; ")} of the patterns recalled. Where only couplings or weights may be kept: ${DATA.map((data) => `${data}: ${first(data, largest, false)}`).join("; ")}. Hebb, Storkey, bounded and marginalist take one pattern after another and need no others, and the last two hold the newest of any number; projection, the perceptron rules and the RBM learn from all of them at once. Couplings cost n^2 numbers however few patterns there are, so that long patterns want memories that keep patterns.`,
  ];
}

const SIZES = [64, 196];

/** Bits of each of n (n - 1) / 2 numbers within a budget. */
const precisionOf = (units: number, kbit: number) =>
  Math.min(32, Math.floor((kbit * KBIT - 32) / ((units * (units - 1)) / 2)));

const keeps = (name: string) => contestants.find((one) => one.name === name)?.keeps === "the patterns";

const named = (some: readonly Contestant[]) => some.map(({ name }) => name).join(", ");
