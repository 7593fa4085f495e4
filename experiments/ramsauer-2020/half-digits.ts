import { ModernMemory, type Random, VectorSet } from "engram";
import { log, matrix, pow, proportion } from "engram/math";
import { colours, type Experiment, type GreyImages, type Row } from "../experiment.js";
import { derived, type Interval, stated } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  /** Numbers of stored digits, ascending; the first is the source's number of pictures. */
  readonly patterns: readonly number[];
  readonly sets: number;
  /** Digits of a set that are recalled from their upper halves, at most. */
  readonly cues: number;
  readonly betasPerDecade: number;
}

/** Recalls from one set in one way at one beta. */
interface Count {
  readonly way: Way;
  readonly beta: number;
  readonly retrieved: number;
  /** Cues whose lead proves that they are retrieved, and those of them that are not; of halves as keys alone. */
  readonly certified: number;
  readonly violations: number;
}

interface Part {
  readonly units: number;
  readonly patterns: number;
  readonly cues: number;
  /** Cues whose upper half no other stored digit has. */
  readonly unique: number;
  /** Cues with which another stored digit has a larger product than their own: no beta retrieves them by products in one step. */
  readonly outshone: number;
  readonly counts: readonly Count[];
}

type Way = "dot" | "grey" | "black" | "keys";

interface Point extends Interval {
  readonly way: string;
  readonly patterns: number;
  readonly beta: number;
}

interface FigureData {
  readonly points: readonly Point[];
  readonly published: readonly { readonly way: string; readonly beta: number; readonly text: string }[];
}

const WAYS: Readonly<Record<Way, string>> = {
  dot: "products, grey (source)",
  grey: "distances, grey",
  black: "distances, black",
  keys: "upper halves as keys",
};
const SHORT: Readonly<Record<Way, string>> = {
  dot: "products, grey",
  grey: "distances, grey",
  black: "distances, black",
  keys: "keys",
};
const NAMES: readonly Way[] = ["dot", "grey", "black", "keys"];
/** The source's numbers of steepness, by which it multiplies products over sqrt(d). */
const PUBLISHED = { single: 8, mixed: 0.5 } as const;
/** The weight from which a digit counts as retrieved. */
const RETRIEVED = 0.99;
/** Most steps of a recall. */
const STEPS = 5;
/** Powers of ten between which beta is scanned. */
const DECADES = [-2, 2] as const;
const COLOURS = [colours.theory, colours.ours, colours.other, colours.published];

/** Digits from their upper halves. */
export const halfDigits: Experiment<Parameters, Part, FigureData> = {
  id: "ramsauer-2020/half-digits",
  title: "Digits recalled from their upper halves, against beta and the number of stored digits",
  citation,
  where:
    "the authors' page on the paper and its programs (ml-jku/hopfield-layers, 2020): 24 grey pictures of faces, 64 x 64, lower halves 0; single at beta = 8, a mixture at beta = 0.5",
  version: 1,
  digits: "any",
  settings: {
    quick: { patterns: [24, 100, 1000], sets: 2, cues: 20, betasPerDecade: 1 },
    standard: { patterns: [24, 100, 1000, 10_000], sets: 2, cues: 50, betasPerDecade: 2 },
    full: { patterns: [24, 100, 1000, 10_000], sets: 20, cues: 200, betasPerDecade: 6 },
  },
  tasks: ({ patterns, sets }) => patterns.length * sets,

  async run({ patterns, sets, cues, betasPerDecade }, task, { images, random }) {
    const set = await drawn(patterns[Math.floor(task / sets)], images, random.fork(0));
    const rows = random.fork(1).sample(Math.min(cues, set.count), set.count);
    const half = Math.ceil(set.shape[0] / 2) * set.shape[1];
    const betas = betasOf(set.units, betasPerDecade);
    const upper = part(set.vectors, half);
    const gaps = Array.from(rows, (row) => gapOf(upper, row));
    const counts = NAMES.flatMap((way) => {
      const { memoryAt, cueOf } = recaller(way, set.vectors, upper);
      return betas.map((beta): Count => {
        const memory = memoryAt(beta);
        const lead = log((RETRIEVED / (1 - RETRIEVED)) * Math.max(1, set.count - 1)) / beta;
        const found = { retrieved: 0, certified: 0, violations: 0 };
        rows.forEach((row, k) => {
          const steps = way === "keys" ? 1 : STEPS;
          const { weights } = memory.recall(cueOf(row), { steps, topK: 1, energies: false });
          const isRetrieved = weights[0]?.index === row && weights[0].weight >= RETRIEVED;
          // A rounding of the sums must not decide.
          const isCertified = way === "keys" && gaps[k] > 1.000001 * lead;
          if (isRetrieved) found.retrieved++;
          if (isCertified) found.certified++;
          if (isCertified && !isRetrieved) found.violations++;
        });
        return { way, beta, ...found };
      });
    });
    return {
      units: set.units,
      patterns: set.count,
      cues: rows.length,
      unique: gaps.filter((gap) => gap > 0).length,
      outshone: Array.from(rows).filter((row) => isOutshone(upper, row)).length,
      counts,
    };
  },

  summarize({ sets, cues }, parts) {
    const [{ counts, units }] = parts;
    const sizes = [...new Set(parts.map(({ patterns }) => patterns))];
    const betas = [...new Set(counts.map(({ beta }) => beta))];
    const total = (some: readonly Part[], key: "cues" | "unique" | "outshone") =>
      some.reduce((sum, each) => sum + each[key], 0);
    const of = (patterns: number) => parts.filter((each) => each.patterns === patterns);
    const shareAt = (patterns: number, way: Way, beta: number): Interval => {
      const found = of(patterns).flatMap((each) =>
        each.counts.filter((count) => count.way === way && count.beta === beta),
      );
      const retrieved = found.reduce((sum, count) => sum + count.retrieved, 0);
      return proportion(retrieved, total(of(patterns), "cues"), 0.99);
    };
    const ceilingOf = (patterns: number) => total(of(patterns), "unique") / total(of(patterns), "cues");
    const bestOf = (patterns: number, way: Way) =>
      betas.map((beta) => ({ beta, ...shareAt(patterns, way, beta) })).reduce((a, b) => (b.value > a.value ? b : a));
    const [few, many] = [sizes[0], sizes[sizes.length - 1]];
    const published = Object.values(PUBLISHED).map((beta) => ({
      text: `${beta} / sqrt(d)`,
      beta: beta / Math.sqrt(units),
    }));
    const smaller = "digits in place of the source's pictures of faces";
    const keys = parts.flatMap((each) => each.counts).filter(({ way }) => way === "keys");
    const sum = (key: "certified" | "violations") => keys.reduce((all, count) => all + count[key], 0);
    return {
      rows: [
        stated(
          `${few} digits, products, beta = ${published[0].text}: retrieved`,
          "perfectly",
          shareAt(few, "dot", published[0].beta),
          { above: 0.95 },
          { smaller },
        ),
        stated(
          `${few} digits, products, beta = ${published[1].text}: retrieved`,
          "a mixture",
          shareAt(few, "dot", published[1].beta),
          { below: 0.05 },
          { smaller },
        ),
        derived(
          `upper halves as keys: of ${sum("certified").toLocaleString("en")} recalls with a sufficient lead, those that fail`,
          0,
          sum("violations"),
        ),
        ...NAMES.map((way): Row => {
          const { beta, value, low, high } = bestOf(many, way);
          return {
            label: `${many.toLocaleString("en")} digits, ${SHORT[way]}, best beta = ${shown(beta)}: retrieved`,
            theory: ceilingOf(many),
            ours: value,
            low,
            high,
            verdict: low > ceilingOf(many) ? "differs" : "agrees",
          };
        }),
      ],
      notes: [
        `The lower half of a stored digit is covered. Products, as in the source: pixels from -1 to 1, covered by 0, a grey between black and white, similarity x . q; the source's beta is that of this library times sqrt(d) = ${shown(Math.sqrt(units))}. Distances: pixels from 0 to 1, covered by 0.5 (grey) or by 0 (black), similarity -|x - q|^2 / 2, as a modern memory has it by default. Keys: the upper halves are stored as keys and the whole digits as their values, so that nothing is covered. A digit is retrieved where it has a weight of ${RETRIEVED} after one step with keys, at most ${STEPS} steps else. ${sets} sets of each size, up to ${cues} cues each; intervals are binomial, at 99 %.`,
        `The ceiling, under theory, is the share of the cues whose upper half no other stored digit has: no memory tells the others apart. With keys a lead of log(${(RETRIEVED / (1 - RETRIEVED)).toFixed(0)} (N - 1)) / beta in half a squared distance gives a weight of ${RETRIEVED}.`,
        ...NAMES.map(
          (way) =>
            `${WAYS[way]}: ${sizes
              .map((patterns) => {
                const needed = betas.find((beta) => shareAt(patterns, way, beta).value >= 0.99 * ceilingOf(patterns));
                const { beta, value } = bestOf(patterns, way);
                const reach = needed === undefined ? "99 % at no beta here" : `99 % from beta = ${shown(needed)} on`;
                return `${patterns.toLocaleString("en")} stored, at best ${(100 * value).toFixed(1)} % (beta = ${shown(beta)}), ${reach}`;
              })
              .join("; ")}.`,
        ),
        `What covers the half matters more than beta. Grey is as far from black as from white, so that it adds nearly the same to the distance of every digit; black is near to digits that have little ink below, which draw the others' cues. Keys of the half alone need no cover. Of products, ${((100 * total(of(many), "outshone")) / total(of(many), "cues")).toFixed(1)} % of the cues have a larger one with another digit's upper half than with their own (${many.toLocaleString("en")} stored).`,
      ],
      figure: {
        points: NAMES.flatMap((way) =>
          sizes.flatMap((patterns) =>
            betas.map((beta) => ({ way: WAYS[way], patterns, beta, ...shareAt(patterns, way, beta) })),
          ),
        ),
        published: published.map(({ beta, text }) => ({ way: WAYS.dot, beta, text })),
      },
    };
  },

  figure(Plot, { figure: { points, published } }) {
    const numbers = [...new Set(points.map(({ patterns }) => patterns))];
    const colour = ({ patterns }: Point) => COLOURS[numbers.indexOf(patterns)];
    const at = { fx: "way", x: "beta" };
    return {
      width: 1000,
      height: 400,
      marginRight: 20,
      fx: { label: null, domain: NAMES.map((way) => WAYS[way]) },
      x: { label: "beta", type: "log", ticks: [0.1, 1, 10], tickFormat: (beta: number) => `${beta}` },
      y: { label: "digits retrieved (%)", grid: true, percent: true, domain: [0, 102] },
      marks: [
        Plot.ruleX(published, { ...at, stroke: colours.faint, strokeDasharray: "5 4" }),
        ...["dashed, source:", ...published.map(({ text }) => text)].map((text, k) =>
          Plot.text([text], {
            fx: () => WAYS.dot,
            frameAnchor: "bottom-right",
            textAnchor: "end",
            dx: -8,
            dy: 18 * k - 80,
            fontWeight: 600,
            fill: colours.faint,
          }),
        ),
        Plot.line(points, { ...at, y: "value", z: "patterns", stroke: colour, strokeWidth: 2 }),
        Plot.ruleX(points, { ...at, y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5 }),
        Plot.dot(points, { ...at, y: "value", fill: colour, r: 3 }),
        ...numbers.map((patterns, k) =>
          Plot.text([`${patterns.toLocaleString("en")} stored`], {
            fx: () => WAYS.keys,
            frameAnchor: "bottom-right",
            textAnchor: "end",
            dx: -8,
            dy: 18 * k - 76,
            fontWeight: 600,
            fill: COLOURS[k],
          }),
        ),
      ],
    };
  },
};

interface Digits {
  readonly vectors: VectorSet<Float32Array>;
  readonly count: number;
  readonly units: number;
  readonly shape: readonly [height: number, width: number];
}

/** Random digits of the test set, pixels from 0 to 1. */
async function drawn(
  count: number,
  images: (name: string, options: { split: string }) => Promise<GreyImages>,
  random: Random,
): Promise<Digits> {
  const { values, count: all, shape } = await images("mnist", { split: "test" });
  const units = shape[0] * shape[1];
  const rows = random.sample(Math.min(count, all), all);
  const pixels = new Float32Array(rows.length * units);
  rows.forEach((row, j) => {
    for (let i = 0; i < units; i++) pixels[j * units + i] = values[row * units + i] / 255;
  });
  return { vectors: new VectorSet(matrix(rows.length, units, pixels)), count: rows.length, units, shape };
}

/** The first entries of every vector. */
function part(set: VectorSet<Float32Array>, entries: number): VectorSet<Float32Array> {
  const values = new Float32Array(set.count * entries);
  for (let j = 0; j < set.count; j++) values.set(set.row(j).subarray(0, entries), j * entries);
  return new VectorSet(matrix(set.count, entries, values));
}

/** How digits are stored and what their cues are. */
function recaller(way: Way, set: VectorSet<Float32Array>, upper: VectorSet<Float32Array>) {
  const half = upper.units;
  if (way === "keys") {
    return {
      memoryAt: (beta: number) => new ModernMemory(half, { beta }).store({ left: upper, right: set }),
      cueOf: (row: number) => upper.row(row),
    };
  }
  const isDot = way === "dot";
  const stored = isDot
    ? new VectorSet(
        matrix(
          set.count,
          set.units,
          set.matrix.values.map((x) => 2 * x - 1),
        ),
      )
    : set;
  const fill = way === "grey" ? 0.5 : 0;
  const similarity = isDot ? ("dot" as const) : ("euclidean" as const);
  return {
    memoryAt: (beta: number) => new ModernMemory(set.units, { beta, similarity }).store(stored),
    cueOf: (row: number) => stored.row(row).map((x, i) => (i < half ? x : fill)),
  };
}

/** The scanned values of beta and the two of the source. */
function betasOf(units: number, perDecade: number): number[] {
  const [from, to] = DECADES;
  const scanned = Array.from({ length: (to - from) * perDecade + 1 }, (_, k) =>
    Number(pow(10, from + k / perDecade).toPrecision(3)),
  );
  return [...scanned, ...Object.values(PUBLISHED).map((beta) => beta / Math.sqrt(units))].sort((a, b) => a - b);
}

/** Half the smallest squared distance of a row to another one. */
function gapOf(set: VectorSet<Float32Array>, row: number): number {
  const own = set.row(row);
  let least = Number.POSITIVE_INFINITY;
  for (let j = 0; j < set.count; j++) {
    if (j === row) continue;
    const other = set.row(j);
    let square = 0;
    for (let i = 0; i < own.length && square < least; i++) square += (own[i] - other[i]) * (own[i] - other[i]);
    least = Math.min(least, square);
  }
  return least / 2;
}

/** Whether another row has a larger product with a row than itself, pixels from -1 to 1. */
function isOutshone(set: VectorSet<Float32Array>, row: number): boolean {
  const cue = set.row(row).map((x) => 2 * x - 1);
  let [own, most] = [0, Number.NEGATIVE_INFINITY];
  for (let j = 0; j < set.count; j++) {
    const other = set.row(j);
    let product = 0;
    for (let i = 0; i < cue.length; i++) product += cue[i] * (2 * other[i] - 1);
    if (j === row) own = product;
    else most = Math.max(most, product);
  }
  return most > own;
}

const shown = (x: number) => Number(x.toPrecision(3));
