import type { Random } from "engram";
import { type CodeMemory, KanervaMemory } from "engram/neural";
import { colours, type Experiment, legend } from "../experiment.js";
import { mean, stated } from "../statistics.js";
import { citation } from "./source.js";
import { type Bits, bitsOf, interval, type Training, trainedMemory } from "./trained.js";

interface Parameters extends Pick<Training, "images" | "epochs" | "rows" | "code" | "hidden" | "batch" | "rate"> {
  /** Number of sets of test images that are stored and recalled. */
  readonly sets: number;
  readonly readings: number;
}

/** The mean number of wrong pixels of each set, before the first reading and after each. */
interface Curve {
  readonly damage: "noise" | "half";
  readonly feed: "picture" | "bits" | "code";
  readonly wrong: readonly (readonly number[])[];
}

/** What one memory does. */
interface Part {
  readonly memory: string;
  readonly curves: readonly Curve[];
}

interface FigureData {
  readonly points: readonly {
    readonly memory: string;
    readonly damage: string;
    readonly feed: string;
    readonly reading: number;
    readonly wrong: number;
  }[];
}

/** Number of stored images, and the share of pixels that the noise draws anew. */
const [STORED, NOISE] = [16, 0.3];

/** The memories: without an encoder, and trained with what may help repeated reading. */
const MEMORIES = [
  { name: "no encoder", items: 0, damage: 0, sampled: "memory", longer: 1 },
  { name: "trained", items: STORED, damage: 0, sampled: "memory", longer: 1 },
  { name: "on damaged cues", items: STORED, damage: NOISE, sampled: "memory", longer: 1 },
  { name: "more items than rows", items: 2 * STORED, damage: NOISE, sampled: "memory", longer: 1 },
  { name: "without samples", items: STORED, damage: NOISE, sampled: "none", longer: 1 },
  { name: "ten times the steps", items: STORED, damage: NOISE, sampled: "none", longer: 10 },
] as const;

/** Denoising of stored digits by repeated reading. */
export const denoising: Experiment<Parameters, Part, FigureData> = {
  id: "wu-2018/denoising",
  title: "Wrong pixels of 16 stored digits along repeated readings of damaged cues",
  citation,
  where:
    "denoising and completion by iterative reading, whose bound is a Lyapunov function (from memory; figures without numbers)",
  version: 2,
  digits: "like MNIST",
  settings: {
    quick: { images: 10_000, epochs: 2, rows: 16, code: 50, hidden: 200, batch: 8, rate: 0.003, sets: 20, readings: 8 },
    standard: {
      images: 60_000,
      epochs: 4,
      rows: 16,
      code: 50,
      hidden: 200,
      batch: 8,
      rate: 0.002,
      sets: 100,
      readings: 12,
    },
    full: {
      images: 60_000,
      epochs: 80,
      rows: 16,
      code: 50,
      hidden: 400,
      batch: 8,
      rate: 0.001,
      sets: 400,
      readings: 12,
    },
  },
  tasks: () => MEMORIES.length,

  async run({ images, sets, readings, ...training }, task, context) {
    const { name, items, damage, sampled, longer } = MEMORIES[task];
    const held = bitsOf(await context.images("mnist", { split: "test" }));
    const seed = context.random.fork(0).word();
    const epochs = longer * training.epochs;
    // As many images in an update, so that all take as many steps.
    const batch = Math.max(1, Math.round((training.batch * STORED) / Math.max(1, items)));
    const options = { ...training, batch, epochs, images, items, damage, sampled, machines: 1 };
    const memory =
      items === 0
        ? new KanervaMemory({ rows: training.rows, code: held.columns, seed })
        : await trainedMemory(options, bitsOf(await context.images("mnist"), 0, images), seed, context);
    const feeds = items === 0 ? (["code"] as const) : (["picture", "bits", "code"] as const);
    const curves = (["noise", "half"] as const).flatMap((kind) =>
      feeds.map((feed): Curve => {
        const wrong = Array.from({ length: sets }, (_, s) =>
          curveOf(memory, held, s, { kind, feed, readings, random: context.random.fork(1).fork(s) }),
        );
        return { damage: kind, feed, wrong };
      }),
    );
    return { memory: name, curves };
  },

  summarize({ images, epochs, rows, code, hidden, readings, sets }, parts) {
    const rowsOf = parts.flatMap(({ memory, curves }) =>
      curves.flatMap(({ damage, feed, wrong }) => {
        const what = `${memory}, ${damage === "noise" ? "salt and pepper" : "lower half missing"}, ${feed} fed back`;
        const smaller =
          memory === "no encoder"
            ? undefined
            : `perceptrons of ${hidden} units and ${epochs * longerOf(memory)} epochs of ${images} images`;
        const against = (later: number, earlier: number) =>
          interval(wrong.map((curve) => curve[later] - curve[earlier]));
        const first = `${what}: wrong pixels, first reading less cue`;
        const repeated = `${what}: reading ${readings} less the first`;
        return [
          stated(first, "falls", against(1, 0), { below: 0 }, { smaller }),
          // Projections do not change what they have projected.
          ...(memory === "no encoder"
            ? []
            : [stated(repeated, "falls", against(readings, 1), { below: 0 }, { smaller })]),
        ];
      }),
    );
    const points = parts.flatMap(({ memory, curves }) =>
      curves.flatMap(({ damage, feed, wrong }) =>
        Array.from({ length: readings + 1 }, (_, reading) => ({
          memory,
          damage,
          feed,
          reading,
          wrong: mean(wrong.map((curve) => curve[reading])),
        })),
      ),
    );
    const told = parts.flatMap(({ memory, curves }) =>
      curves
        .filter(({ damage }) => damage === "noise")
        .map(({ feed, wrong }) => {
          const at = (k: number) => mean(wrong.map((curve) => curve[k])).toFixed(1);
          return `${memory} (${feed}) ${at(0)}, ${at(1)}, ${at(Math.min(3, readings))}, ${at(readings)}`;
        }),
    );
    return {
      rows: rowsOf,
      notes: [
        `${STORED} test digits of ${sets} sets are stored in ${rows} rows; ${100 * NOISE} % of the pixels of a cue are drawn anew, half of which change, or the lower half is black. A pixel is wrong if it is on the other side of 1/2. Codes have ${code} entries.`,
        `Wrong pixels of the cue and after 1, ${Math.min(3, readings)} and ${readings} readings with salt and pepper: ${told.join("; ")}.`,
        "Tried in this order, each with what the picture, its bits or its code fed back do: cues that are damaged in training, while the patterns are written whole; a noise of codes that is learned (in all trained memories); more items than rows; training without samples; and that for ten times the steps.",
        "Without an encoder a reading is nearly the projection to the span of the stored digits, which cleans at once; the readings after it change little, as projections do.",
      ],
      figure: { points },
    };
  },

  figure(Plot, { figure: { points } }) {
    const names = MEMORIES.map(({ name }) => name);
    return {
      width: 1080,
      height: 420,
      marginLeft: 50,
      fx: { label: null, domain: names },
      fy: { label: null },
      x: { label: "reading →" },
      y: { label: "↑ wrong pixels", grid: true },
      marks: [
        Plot.line(points, {
          fx: "memory",
          fy: "damage",
          x: "reading",
          y: "wrong",
          z: "feed",
          stroke: ({ feed }: { feed: string }) =>
            feed === "code" ? colours.ours : feed === "bits" ? colours.theory : colours.published,
        }),
        Plot.frame({ stroke: colours.faint }),
        ...legend(
          Plot,
          [
            ["code fed back", colours.ours],
            ["bits fed back", colours.theory],
            ["picture fed back", colours.published],
          ],
          "top-right",
          { fx: ["no encoder"], fy: ["noise"] },
        ),
      ],
    };
  },
};

function longerOf(memory: string): number {
  return MEMORIES.find(({ name }) => name === memory)?.longer ?? 1;
}

/** The mean number of wrong pixels of the images of a set, before the first reading and after each. */
function curveOf(
  memory: CodeMemory,
  held: Bits,
  set: number,
  {
    kind,
    feed,
    readings,
    random,
  }: {
    readonly kind: Curve["damage"];
    readonly feed: Curve["feed"];
    readonly readings: number;
    readonly random: Random;
  },
): number[] {
  const { columns, values, rows } = held;
  const own = Array.from({ length: STORED }, (_, k) => {
    const from = ((set * STORED + k) % rows) * columns;
    return Float64Array.from(values.subarray(from, from + columns));
  });
  if (memory.items !== undefined) memory.forget(Array.from({ length: memory.items.count }, (_, r) => r));
  memory.store(own);
  const curve = new Array<number>(readings + 1).fill(0);
  for (const picture of own) {
    const cue = picture.slice();
    if (kind === "half") cue.fill(0, columns / 2);
    else for (let i = 0; i < columns; i++) if (random.bernoulli(NOISE)) cue[i] = random.bernoulli(0.5) ? 1 : 0;
    const process = memory.start(cue, { feed, tolerance: 0 });
    for (let k = 0; k <= readings; k++) {
      if (k > 0) process.advance(1);
      const state = process.read();
      let wrong = 0;
      for (let i = 0; i < columns; i++) if (state[i] > 0.5 !== picture[i] > 0.5) wrong++;
      curve[k] += wrong / STORED;
    }
  }
  return curve;
}
