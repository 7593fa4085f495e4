import { ModernMemory, type Random, VectorSet } from "engram";
import { matrix, pow, proportion } from "engram/math";
import { colours, type Experiment, type GreyImages, legend } from "../experiment.js";
import { type Interval, quantile, stated } from "../statistics.js";
import { onSphere } from "../vectors.js";
import { citation } from "./source.js";

interface Parameters {
  readonly patterns: number;
  readonly sets: number;
  /** Patterns of a set that are recalled from themselves, at most. */
  readonly cues: number;
  /** Values of beta for each factor of ten. */
  readonly perDecade: number;
}

type Kind = "stored" | "metastable" | "average" | "none";
type Class = "I" | "II" | "III" | "IV";

/** What the patterns of one set are recalled as at one beta. */
interface Part {
  readonly data: Data;
  readonly beta: number;
  /** The fewest patterns that have 90 % of the weight, of each recall. */
  readonly effective: readonly number[];
  readonly kinds: Readonly<Record<Kind, number>>;
  readonly classes: Readonly<Record<Class, number>>;
}

type Data = "digits" | "random";

interface Point {
  readonly data: Data;
  readonly beta: number;
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

interface FigureData {
  readonly points: readonly Point[];
  readonly classes: readonly { readonly name: string; readonly above: number }[];
  readonly patterns: number;
}

/** Decades of beta: below the first everything is one average, above the last one pattern each. */
const DECADES: Readonly<Record<Data, readonly [from: number, to: number]>> = {
  digits: [-2, 1],
  random: [-2, 0],
};
const DATA = ["digits", "random"] as const;
const RANDOM_UNITS = 64;
const CLASSES = ["I", "II", "III", "IV"] as const;
const COLOURS: Readonly<Record<Data, string>> = { digits: colours.ours, random: colours.other };

/** How many patterns share a fixed point, against beta. */
export const metastable: Experiment<Parameters, Part, FigureData> = {
  id: "ramsauer-2020/metastable",
  title:
    "Number of patterns that have 90 % of the weight at a fixed point, against beta: averages, metastable states, single patterns",
  citation,
  where:
    "abstract: three kinds of fixed points; section 4: k, the fewest weights that add up to 0.90, and its classes I to IV",
  version: 1,
  digits: "any",
  settings: {
    quick: { patterns: 100, sets: 2, cues: 40, perDecade: 4 },
    standard: { patterns: 500, sets: 4, cues: 50, perDecade: 6 },
    full: { patterns: 1000, sets: 10, cues: 400, perDecade: 12 },
  },
  tasks: (parameters) =>
    parameters.sets * (betasOf("digits", parameters).length + betasOf("random", parameters).length),

  async run(parameters, task, { random, images }) {
    const { data, beta, set } = tasksOf(parameters)[task];
    const patterns =
      data === "digits"
        ? digitsOf(await images("mnist", { split: "test" }), parameters, set)
        : onSphere(parameters.patterns, RANDOM_UNITS, Math.sqrt(RANDOM_UNITS), random);
    return { data, beta, ...recalled(patterns, beta, parameters.cues, random.fork(0)) };
  },

  summarize(parameters, parts) {
    const { patterns, sets, cues } = parameters;
    const of = (data: Data, beta: number) => parts.filter((part) => part.data === data && part.beta === beta);
    const shareOf = (data: Data, beta: number, kind: Kind): Interval => {
      const some = of(data, beta);
      const count = some.reduce((sum, part) => sum + part.kinds[kind], 0);
      return proportion(
        count,
        some.reduce((sum, part) => sum + part.effective.length, 0),
        0.99,
      );
    };
    const scans = DATA.map((data) => {
      const betas = betasOf(data, parameters);
      const shares = (kind: Kind) => betas.map((beta) => ({ beta, ...shareOf(data, beta, kind) }));
      const most = shares("metastable").reduce((a, b) => (b.value > a.value ? b : a));
      const half = shares("stored").find(({ value }) => value >= 0.5);
      const almost = shares("stored").find(({ value }) => value >= 0.99);
      return { data, first: betas[0], last: betas[betas.length - 1], most, half, almost };
    });
    return {
      rows: scans.flatMap(({ data, first, last, most }) => [
        stated(
          `${data}: recalls that end on an average of more than half of the patterns, beta = ${first}`,
          "all",
          shareOf(data, first, "average"),
          { above: 0.95 },
        ),
        ...(data === "random"
          ? []
          : [
              stated(
                `${data}: recalls that end on a metastable state, beta = ${most.beta}`,
                "some",
                most,
                { above: 0 },
                { remark: "the beta at which they are most frequent" },
              ),
            ]),
        stated(`${data}: recalls that end on a single pattern, beta = ${last}`, "all", shareOf(data, last, "stored"), {
          above: 0.95,
        }),
      ]),
      notes: [
        `Digits: grey images of the test set, pixels from 0 to 1; random: points on the sphere of radius sqrt(${RANDOM_UNITS}) in ${RANDOM_UNITS} dimensions. ${patterns} patterns in a memory, ${sets} memories of each, up to ${cues} recalls from stored patterns to the fixed point in each, by the similarity -|q - x|^2 / 2: with dot products long patterns win over all others, and on the sphere the two are the same. Intervals are binomial, at 99 %.`,
        `One pattern has 90 % of the weight ${scans
          .map(
            ({ data, half, almost }) =>
              `for ${data} in half of the recalls from beta ${half?.beta ?? "beyond this range"} on, in 99 % from ${almost?.beta ?? "beyond this range"} on`,
          )
          .join("; ")}.`,
        `Classes by the source's limits, k > N/2 (I), > N/8 (II), > N/32 (III), below (IV), in all recalls at the beta of most metastable states: ${scans
          .map(({ data, most }) => {
            const some = of(data, most.beta);
            return `${data} ${CLASSES.map((name) => `${name} ${some.reduce((sum, part) => sum + part.classes[name], 0)}`).join(", ")}`;
          })
          .join(
            "; ",
          )}. A single pattern is of class IV as well. Random patterns, of which none are much alike, go from one average to single patterns almost at once: at most ${(100 * scans[1].most.value).toFixed(1)} % of the recalls end on a metastable state at any beta here, where digits reach ${(100 * scans[0].most.value).toFixed(1)} %. The source counts these classes in the heads of a language model, which are not reproduced here.`,
      ],
      figure: {
        points: scans.flatMap(({ data }) =>
          betasOf(data, parameters).map((beta) => {
            const sorted = Float64Array.from(of(data, beta).flatMap((part) => part.effective)).sort();
            return {
              data,
              beta,
              low: quantile(sorted, 0.1),
              middle: quantile(sorted, 0.5),
              high: quantile(sorted, 0.9),
            };
          }),
        ),
        classes: [
          { name: "I", above: patterns / 2 },
          { name: "II", above: patterns / 8 },
          { name: "III", above: patterns / 32 },
        ],
        patterns,
      },
    };
  },

  figure(Plot, { figure: { points, classes, patterns } }) {
    const colour = ({ data }: Point) => COLOURS[data];
    return {
      height: 400,
      marginRight: 20,
      x: { label: "beta", type: "log", ticks: [0.01, 0.1, 1, 10], tickFormat: (beta: number) => `${beta}` },
      y: { label: "k, patterns with 90 % of the weight", type: "log", domain: [0.9, patterns * 1.1] },
      marks: [
        Plot.ruleY(classes, { y: "above", stroke: colours.faint, strokeDasharray: "3 4" }),
        Plot.text(classes, {
          y: "above",
          text: ({ name }: { readonly name: string }) => `class ${name}`,
          frameAnchor: "left",
          dx: 6,
          dy: -8,
          textAnchor: "start",
          fill: colours.faint,
        }),
        Plot.ruleX(points, { x: "beta", y1: "low", y2: "high", stroke: colour, strokeOpacity: 0.6 }),
        Plot.line(points, { x: "beta", y: "middle", z: "data", stroke: colour, strokeWidth: 2 }),
        Plot.dot(points, { x: "beta", y: "middle", fill: colour, r: 3 }),
        ...legend(Plot, [...Object.entries(COLOURS), ["median; bars: 10 to 90 %", colours.faint] as const]),
      ],
    };
  },
};

interface Task {
  readonly data: Data;
  readonly beta: number;
  readonly set: number;
}

function tasksOf(parameters: Parameters): Task[] {
  return DATA.flatMap((data) =>
    betasOf(data, parameters).flatMap((beta) =>
      Array.from({ length: parameters.sets }, (_, set) => ({ data, beta, set })),
    ),
  );
}

function betasOf(data: Data, { perDecade }: Parameters): number[] {
  const [from, to] = DECADES[data];
  return Array.from({ length: Math.round((to - from) * perDecade) + 1 }, (_, k) =>
    Number(pow(10, from + k / perDecade).toPrecision(3)),
  );
}

/** The images of one set, one after the other, and from the first again where there are too few. */
function digitsOf(images: GreyImages, parameters: Parameters, set: number): VectorSet<Float32Array> {
  const { values, count, shape } = images;
  const patterns = Math.min(parameters.patterns, count);
  const pixels = shape[0] * shape[1];
  const out = new Float32Array(patterns * pixels);
  for (let j = 0; j < patterns; j++) {
    const from = ((set * patterns + j) % count) * pixels;
    for (let i = 0; i < pixels; i++) out[j * pixels + i] = values[from + i] / 255;
  }
  return new VectorSet(matrix(patterns, pixels, out));
}

function recalled(patterns: VectorSet<Float32Array>, beta: number, cues: number, random: Random) {
  const memory = new ModernMemory(patterns.units, { beta }).store(patterns);
  const kinds = { stored: 0, metastable: 0, average: 0, none: 0 };
  const classes = { I: 0, II: 0, III: 0, IV: 0 };
  const effective = Array.from(random.sample(Math.min(cues, patterns.count), patterns.count), (j) => {
    const recall = memory.recall(patterns.row(j), { topK: 1, energies: false });
    kinds[recall.attractor.kind]++;
    classes[recall.attractor.class]++;
    return recall.effective;
  });
  return { effective, kinds, classes };
}
