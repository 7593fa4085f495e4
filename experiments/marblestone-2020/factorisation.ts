import { Random } from "engram";
import { glyphs } from "engram/data";
import type { Addressing, TrainedMemory } from "engram/neural";
import { colours, type Experiment, legend } from "../experiment.js";
import { mean, stated } from "../statistics.js";
import { type Bits, interval, type Training, trainedMemory } from "../wu-2018/trained.js";
import { citation } from "./source.js";

interface Parameters extends Omit<Training, "sampled" | "damage" | "coding" | "divergence" | "balance"> {
  readonly seeds: number;
  /** Number of glyphs on each side. */
  readonly glyphs: number;
}

/** How far the machines of one product follow one of the two objects. */
interface Part {
  /** Of each machine: the variance of its contribution that the left and the right glyph explain, as shares of all. */
  readonly machines: readonly { readonly left: number; readonly right: number }[];
  /** The same for as many groups of rows that are drawn at random from all. */
  readonly drawn: readonly { readonly left: number; readonly right: number }[];
}

interface FigureData {
  readonly points: readonly { readonly what: string; readonly left: number; readonly right: number }[];
}

const SIDE = 16;

/** Do machines divide a picture of two objects among them? */
export const factorisation: Experiment<Parameters, Part, FigureData> = {
  id: "marblestone-2020/factorisation",
  title: "Two glyphs side by side: how far each machine of a product follows the left or the right one",
  citation,
  where: "abstract: spatial tunings that approximately factorize simple images by object",
  version: 1,
  settings: {
    quick: {
      seeds: 2,
      glyphs: 8,
      images: 2000,
      epochs: 6,
      rows: 16,
      code: 24,
      hidden: 64,
      items: 16,
      batch: 8,
      rate: 0.005,
      machines: 4,
    },
    standard: {
      seeds: 10,
      glyphs: 16,
      images: 10_000,
      epochs: 10,
      rows: 16,
      code: 24,
      hidden: 100,
      items: 16,
      batch: 8,
      rate: 0.003,
      machines: 4,
    },
    full: {
      seeds: 30,
      glyphs: 16,
      images: 20_000,
      epochs: 50,
      rows: 16,
      code: 24,
      hidden: 200,
      items: 16,
      batch: 8,
      rate: 0.001,
      machines: 4,
    },
  },
  tasks: ({ seeds }) => seeds,

  async run({ glyphs: count, images, machines, ...training }, _, context) {
    const seed = context.random.fork(0).word();
    const draws = context.random.fork(1);
    const pairs = Array.from({ length: images }, () => [draws.integer(count), draws.integer(count)] as const);
    const memory = await trainedMemory(
      { ...training, images, machines, sampled: "memory" },
      pictures(pairs),
      seed,
      context,
    );
    const all = Array.from({ length: count * count }, (_, k) => [Math.floor(k / count), k % count] as const);
    const patterns = pictures(all);
    const written = new Random(seed).permutation(new Uint32Array(all.length)).subarray(0, training.items);
    for (const r of written) memory.write(memory.encode(rowOf(patterns, r)));
    const read = all.map((_, r) => memory.machine.address(memory.encode(rowOf(patterns, r))));
    const rows = Array.from({ length: training.rows }, (_, k) => k);
    const groups = (order: readonly number[]) =>
      Array.from({ length: machines }, (_, m) =>
        order.filter((_, at) => Math.floor((at * machines) / order.length) === m),
      );
    const shuffled = Array.from(context.random.fork(2).permutation(new Uint32Array(training.rows)));
    const measured = (some: readonly number[]) =>
      explained(
        all,
        read.map((one) => contribution(memory, one, some, training.rows / machines)),
      );
    return { machines: groups(rows).map(measured), drawn: groups(shuffled).map(measured) };
  },

  summarize({ seeds, glyphs: count, images, epochs, hidden, machines }, parts) {
    const selectivity = (all: Part["machines"]) =>
      mean(all.map(({ left, right }) => Math.abs(left - right) / Math.max(1e-9, left + right)));
    const gaps = parts.map((part) => selectivity(part.machines) - selectivity(part.drawn));
    return {
      rows: [
        stated(
          "selectivity of machines for one of the two glyphs less that of groups of rows drawn at random",
          "factorises by object, so above 0",
          interval(gaps),
          { above: 0 },
          { smaller: `perceptrons of ${hidden} units, ${epochs} epochs of ${images} pictures` },
        ),
      ],
      notes: [
        `Pictures have one of ${count} glyphs on the left and one on the right; a product of ${machines} machines is trained on them and then holds some. A machine's contribution r_i w_i^T M_i to the code of each of the ${count * count} pictures is divided into what the left glyph explains of its variance and what the right one does; its selectivity is |left - right| / (left + right).`,
        `Selectivity of machines ${mean(parts.map((part) => selectivity(part.machines))).toFixed(3)}, of groups of rows that are drawn at random from all machines ${mean(parts.map((part) => selectivity(part.drawn))).toFixed(3)}, means over ${seeds} seeds.`,
      ],
      figure: {
        points: parts.flatMap((part) => [
          ...part.machines.map((one) => ({ what: "machines", ...one })),
          ...part.drawn.map((one) => ({ what: "rows drawn at random", ...one })),
        ]),
      },
    };
  },

  figure(Plot, { figure: { points } }) {
    return {
      width: 420,
      height: 400,
      x: { label: "variance that the left glyph explains →", domain: [0, 1], grid: true },
      y: { label: "↑ that the right glyph explains", domain: [0, 1], grid: true },
      marks: [
        Plot.dot(points, {
          x: "left",
          y: "right",
          r: 4,
          fill: ({ what }: { what: string }) => (what === "machines" ? colours.ours : colours.faint),
        }),
        ...legend(Plot, [
          ["machines", colours.ours],
          ["rows drawn at random", colours.faint],
        ]),
      ],
    };
  },
};

/** Pictures of two glyphs side by side. */
function pictures(pairs: readonly (readonly [left: number, right: number])[]): Bits {
  const set = glyphs();
  const columns = 2 * SIDE * SIDE;
  const values = new Float32Array(pairs.length * columns);
  pairs.forEach((pair, r) => {
    pair.forEach((glyph, side) => {
      set.spins(glyph).forEach((spin, i) => {
        const [y, x] = [Math.floor(i / SIDE), i % SIDE];
        values[r * columns + y * 2 * SIDE + side * SIDE + x] = spin > 0 ? 1 : 0;
      });
    });
  });
  return { rows: pairs.length, columns, values };
}

function rowOf({ columns, values }: Bits, r: number): Float32Array {
  return values.subarray(r * columns, (r + 1) * columns);
}

/** What some rows of the memory contribute to the code that is read. */
function contribution(
  memory: TrainedMemory,
  { weights, assignment }: Addressing,
  rows: readonly number[],
  each: number,
) {
  const { values, columns } = memory.machine.parts[0].mean;
  const code = new Float64Array(columns);
  for (const k of rows) {
    const factor = weights[k] * (assignment?.[Math.floor(k / each)] ?? 1);
    for (let j = 0; j < columns; j++) code[j] += factor * values[k * columns + j];
  }
  return code;
}

/** The shares of the variance of vectors that the left and the right entry of pairs explain: variances between groups. */
function explained(pairs: readonly (readonly [number, number])[], vectors: readonly Float64Array[]) {
  const centre = meanOf(vectors);
  const spread = (some: readonly Float64Array[], around: Float64Array) =>
    some.reduce((sum, one) => sum + one.reduce((s, x, j) => s + (x - around[j]) * (x - around[j]), 0), 0);
  const total = Math.max(1e-30, spread(vectors, centre));
  const of = (side: 0 | 1) => {
    const groups = new Map<number, Float64Array[]>();
    pairs.forEach((pair, r) => {
      groups.set(pair[side], [...(groups.get(pair[side]) ?? []), vectors[r]]);
    });
    return [...groups.values()].reduce((sum, group) => sum + group.length * spread([meanOf(group)], centre), 0) / total;
  };
  return { left: of(0), right: of(1) };
}

function meanOf(vectors: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(vectors[0].length);
  for (const one of vectors) for (let j = 0; j < sum.length; j++) sum[j] += one[j] / vectors.length;
  return sum;
}
