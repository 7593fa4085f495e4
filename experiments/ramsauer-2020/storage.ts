import { ModernMemory, type Random } from "engram";
import { pow, proportion } from "engram/math";
import { storageGuarantee } from "engram/memories";
import { colours, type Experiment } from "../experiment.js";
import { type Interval, stated } from "../statistics.js";
import { onSphere } from "../vectors.js";
import { citation } from "./source.js";

/** A sphere of radius K sqrt(d - 1) in d dimensions. */
interface Sphere {
  readonly units: number;
  readonly radius: number;
  /** The constant c of theorem 3 as the source prints it, where it does. */
  readonly published?: number;
}

interface Parameters {
  /** Numbers of stored patterns beside the guaranteed one. */
  readonly sizes: readonly number[];
  readonly sets: number;
  /** Patterns of a set that are recalled, at most. */
  readonly cues: number;
  /** Sets of the guaranteed size, of which all patterns are recalled. */
  readonly guaranteed: number;
}

interface Part {
  readonly sphere: number;
  readonly patterns: number;
  readonly sets: number;
  readonly cues: number;
  readonly retrieved: number;
  /** Sets of which every pattern that was recalled was retrieved. */
  readonly whole: number;
}

interface Point extends Interval {
  readonly name: string;
  readonly patterns: number;
}

interface FigureData {
  readonly points: readonly Point[];
  readonly guarantees: readonly { readonly name: string; readonly patterns: number }[];
}

const SPHERES: readonly Sphere[] = [
  { units: 20, radius: 3, published: 3.1546 },
  { units: 75, radius: 1, published: 1.3718 },
  { units: 20, radius: 1 },
];
const BETA = 1;
/** The probability p with which theorem 3 allows the patterns not to be stored. */
const FAILURE = 0.001;
/** The weight from which a pattern counts as retrieved. */
const RETRIEVED = 0.99;
/** Sets of the guaranteed size in one task. */
const MANY = 500;

const COLOURS = [colours.ours, colours.other, colours.published];

/** What theorem 3 guarantees, and what is retrieved. */
export const storage: Experiment<Parameters, Part, FigureData> = {
  id: "ramsauer-2020/storage",
  title: "Random patterns on a sphere that are retrieved, beside the number that theorem 3 guarantees",
  citation,
  where:
    "theorem 3 and the two examples below it: c >= 3.1546 for d = 20, K = 3; c >= 1.3718 for d = 75, K = 1; beta = 1, p = 0.001",
  version: 1,
  settings: {
    quick: { sizes: [100, 1000, 5000], sets: 4, cues: 50, guaranteed: 10_000 },
    standard: { sizes: [100, 300, 1000, 3000, 10_000, 20_000], sets: 10, cues: 100, guaranteed: 20_000 },
    full: { sizes: [100, 300, 1000, 3000, 10_000, 20_000, 100_000], sets: 40, cues: 500, guaranteed: 100_000 },
  },
  tasks: (parameters) => tasksOf(parameters).length,

  run(parameters, task, { random }) {
    const { sphere, patterns, sets } = tasksOf(parameters)[task];
    let [cues, retrieved, whole] = [0, 0, 0];
    for (let k = 0; k < sets; k++) {
      const asked = Math.min(patterns, parameters.cues);
      const found = retrievedOf(SPHERES[sphere], patterns, asked, random.fork(k));
      cues += asked;
      retrieved += found;
      if (found === asked) whole++;
    }
    return { sphere, patterns, sets, cues, retrieved, whole };
  },

  summarize({ sizes, sets, cues, guaranteed }, parts) {
    const of = (sphere: number, patterns: number) =>
      parts.filter((part) => part.sphere === sphere && part.patterns === patterns);
    const total = (some: readonly Part[], key: "sets" | "cues" | "retrieved" | "whole") =>
      some.reduce((sum, part) => sum + part[key], 0);
    const shareAt = (sphere: number, patterns: number) => {
      const some = of(sphere, patterns);
      return proportion(total(some, "retrieved"), total(some, "cues"), 0.99);
    };
    const most = sizes[sizes.length - 1];
    return {
      rows: SPHERES.flatMap((sphere, s) => {
        const { published } = sphere;
        if (published === undefined) return [];
        const [held, constant] = [guaranteedIn(sphere), constantOf(sphere)];
        const whole = proportion(total(of(s, held), "whole"), total(of(s, held), "sets"), 0.99);
        const share = shareAt(s, most);
        const count = { value: share.value * most, low: share.low * most, high: share.high * most };
        return [
          stated(
            `c of theorem 3, ${nameOf(sphere)}`,
            `at least ${published}`,
            { value: Number(constant.toFixed(5)), low: constant, high: constant },
            { above: published },
          ),
          stated(
            `sets of ${held} patterns that are all retrieved, ${nameOf(sphere)}`,
            `at least ${1 - FAILURE}`,
            whole,
            { above: 1 - FAILURE },
            { remark: `theorem 3: sqrt(p) c^((d - 1) / 4) = ${guaranteeOf(sphere).toFixed(2)} patterns` },
          ),
          stated(
            `patterns that are retrieved of ${most.toLocaleString("en")} stored, ${nameOf(sphere)}`,
            `at least ${held}`,
            count,
            { above: held },
          ),
        ];
      }),
      notes: [
        `Patterns are uniform on the sphere of radius K sqrt(d - 1), beta is ${BETA}, and p is ${FAILURE}, as in the source's examples; the third sphere, for which the theorem guarantees nothing, is ours. A pattern is retrieved where it has a weight above ${RETRIEVED} with itself as the query, by the similarity x . q. Up to ${cues} patterns of ${sets} sets are asked, all patterns of ${guaranteed.toLocaleString("en")} sets of the guaranteed size. Intervals are binomial, at 99 %.`,
        `The theorem is a lower bound, and a distant one: exponential in d with a base near 1, it guarantees ${SPHERES.map((sphere) => `${guaranteeOf(sphere).toFixed(2)} patterns (${nameOf(sphere)})`).join(", ")}. Retrieved are, of ${most.toLocaleString("en")} stored, ${SPHERES.map((sphere, s) => `${(100 * shareAt(s, most).value).toFixed(1)} % (${nameOf(sphere)})`).join(", ")}.`,
        "Theorem 3 asks for more than a weight: a fixed point of its own near each pattern. For these numbers the two are the same in practice, since the other patterns' weights bound the distance of the state from the pattern.",
      ],
      figure: {
        points: SPHERES.flatMap((sphere, s) =>
          sizes.map((patterns) => ({
            name: nameOf(sphere),
            patterns,
            ...shareAt(s, patterns),
          })),
        ),
        guarantees: SPHERES.map((sphere) => ({ name: nameOf(sphere), patterns: guaranteeOf(sphere) })),
      },
    };
  },

  figure(Plot, { figure: { points, guarantees } }) {
    const names = guarantees.map(({ name }) => name);
    const colour = ({ name }: { readonly name: string }) => COLOURS[names.indexOf(name)];
    return {
      height: 400,
      marginRight: 20,
      x: { label: "stored patterns", type: "log" },
      y: { label: `patterns with a weight above ${RETRIEVED} (%)`, grid: true, percent: true, domain: [0, 102] },
      marks: [
        Plot.ruleX(guarantees, { x: "patterns", stroke: colour, strokeDasharray: "5 4", strokeWidth: 1.5 }),
        Plot.line(points, { x: "patterns", y: "value", z: "name", stroke: colour, strokeWidth: 2 }),
        Plot.ruleX(points, { x: "patterns", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5 }),
        Plot.dot(points, { x: "patterns", y: "value", fill: colour, r: 3 }),
        ...[...names.map((name, k) => [name, COLOURS[k]] as const), ["dashed: guaranteed", colours.faint] as const].map(
          ([text, fill], k) =>
            Plot.text([text], { frameAnchor: "bottom-left", dx: 60, dy: -70 + 16 * k, fontWeight: 600, fill }),
        ),
      ],
    };
  },
};

interface Task {
  readonly sphere: number;
  readonly patterns: number;
  readonly sets: number;
}

function tasksOf({ sizes, sets, guaranteed }: Parameters): Task[] {
  return SPHERES.flatMap((sphere, s) => [
    ...Array.from({ length: guaranteedIn(sphere) === 0 ? 0 : Math.ceil(guaranteed / MANY) }, (_, k) => {
      return { sphere: s, patterns: guaranteedIn(sphere), sets: Math.min(MANY, guaranteed - k * MANY) };
    }),
    ...sizes.flatMap((patterns) => Array.from({ length: sets }, () => ({ sphere: s, patterns, sets: 1 }))),
  ]);
}

function guaranteeOf({ units, radius }: Sphere): number {
  return storageGuarantee({ dimension: units, beta: BETA, radius, failure: FAILURE });
}

/** The guaranteed number of patterns. */
const guaranteedIn = (sphere: Sphere) => Math.floor(guaranteeOf(sphere));

/** c, from N = sqrt(p) c^((d - 1) / 4). */
function constantOf(sphere: Sphere): number {
  return pow(guaranteeOf(sphere) / Math.sqrt(FAILURE), 4 / (sphere.units - 1));
}

/** How many of the first patterns of a new set have the weight from which they count as retrieved. */
function retrievedOf({ units, radius }: Sphere, count: number, asked: number, random: Random): number {
  const patterns = onSphere(count, units, radius * Math.sqrt(units - 1), random);
  const memory = new ModernMemory(units, { beta: BETA, similarity: "dot" }).store(patterns);
  let retrieved = 0;
  for (let j = 0; j < asked; j++) if (memory.weights(patterns.row(j))[j] > RETRIEVED) retrieved++;
  return retrieved;
}

const nameOf = ({ units, radius }: Sphere) => `d = ${units}, K = ${radius}`;
