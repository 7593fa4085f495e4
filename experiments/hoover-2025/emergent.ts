import { ModernMemory, type Random, VectorSet } from "engram";
import { estimateMean, matrix } from "engram/math";
import { flat } from "engram/memories";
import { colours, type Experiment } from "../experiment.js";
import { derived, mean, stated } from "../statistics.js";

interface Parameters {
  readonly patterns: number;
  /** Beside the smallest beta at which no pattern has another one in reach. */
  readonly betas: readonly number[];
  readonly sets: number;
  /** Recalls from random points in a set. */
  readonly starts: number;
}

/** The fixed points of one set of patterns. */
interface Part {
  /** An index of the betas; the last one is that at which no pattern has another one in reach. */
  readonly which: number;
  readonly beta: number;
  readonly single: number;
  readonly emergent: number;
  /** Fixed points that no recall from a random point reached. */
  readonly missed: number;
  /** Recalls that ended on no fixed point of the enumeration, and those that no pattern was in reach of. */
  readonly unknown: number;
  readonly outside: number;
  /** Fixed points that a recall from themselves left. */
  readonly left: number;
  /** Patterns that are a fixed point although another one is in reach, or are none although none is. */
  readonly unlike: number;
  /** The largest number of steps. */
  readonly steps: number;
  /** Of the first set alone. */
  readonly points?: readonly Point[];
}

interface Point {
  readonly kind: "pattern" | "single" | "emergent";
  readonly x: number;
  readonly y: number;
}

type FigureData = readonly (Point & { readonly name: string })[];

/** A mean of patterns that has just these in reach. */
interface FixedPoint {
  /** The rows of the patterns, in order. */
  readonly rows: readonly number[];
  readonly at: readonly [x: number, y: number];
}

const DRAWN = [8, 40];

/** Where recalls end that give all patterns in reach the same weight. */
export const emergent: Experiment<Parameters, Part, FigureData> = {
  id: "hoover-2025/emergent",
  title: "All fixed points of a memory with Epanechnikov's kernel in the plane: single patterns and means of several",
  citation: "Hoover et al., Dense associative memory with Epanechnikov energy, arXiv 2506.10801 (2025)",
  where: "abstract: additional local minima, the emergent memories, while patterns are retrieved exactly",
  version: 1,
  settings: {
    quick: { patterns: 30, betas: [2, 8, 40], sets: 10, starts: 500 },
    standard: { patterns: 30, betas: [2, 8, 20, 40, 100], sets: 60, starts: 3000 },
    full: { patterns: 60, betas: [2, 8, 20, 40, 100, 200], sets: 400, starts: 20_000 },
  },
  tasks: ({ betas, sets }) => (betas.length + 1) * sets,

  run({ patterns: count, betas, sets, starts }, task, { random }) {
    const [which, set] = [Math.floor(task / sets), task % sets];
    const patterns = inSquare(count, random.fork(0));
    const beta = which < betas.length ? betas[which] : isolating(patterns);
    return { which, beta, ...measured(patterns, beta, starts, random.fork(1), set === 0) };
  },

  summarize({ patterns, betas, sets, starts }, parts) {
    const cases = [...betas, undefined].map((beta, which) => {
      const some = parts.filter((part) => part.which === which);
      return {
        name: beta === undefined ? "every pattern alone" : `beta = ${beta}`,
        some,
        emergent: estimateMean(
          some.map((part) => part.emergent),
          0.99,
        ),
        single: mean(some.map((part) => part.single)),
      };
    });
    const total = (key: "unknown" | "left" | "unlike" | "missed" | "outside" | "single" | "emergent") =>
      parts.reduce((sum, part) => sum + part[key], 0);
    const alone = cases[cases.length - 1];
    const rest = cases.slice(0, -1);
    const most = rest.reduce((a, b) => (b.emergent.value > a.emergent.value ? b : a));
    return {
      rows: [
        stated(`emergent fixed points of ${patterns} patterns, ${most.name}`, "some", most.emergent, { above: 0 }),
        derived(
          "patterns that are not a fixed point where no pattern has another one in reach",
          0,
          patterns * alone.some.length - alone.some.reduce((sum, part) => sum + part.single, 0),
        ),
        stated(
          "emergent fixed points where every pattern is one, too",
          "some",
          alone.emergent,
          { above: 0 },
          { remark: "at the smallest beta at which no pattern has another one in reach" },
        ),
        derived("recalls that end elsewhere than on an enumerated fixed point", 0, total("unknown")),
        derived("enumerated fixed points that a recall from themselves leaves", 0, total("left")),
        derived(
          "patterns that are a fixed point though another is in reach, or none though none is",
          0,
          total("unlike"),
        ),
      ],
      notes: [
        `${patterns} random points of the square from -1 to 1, ${sets} sets at each beta. A step goes to the mean of the patterns within sqrt(2 / beta). So a fixed point is a mean of patterns that has just these in reach, and the sets of patterns that some point has in reach are the cells between circles of that radius around the patterns: each cell has a crossing of two circles at its border, or is the disc of a pattern whose circle crosses none. All of them are enumerated, and so are all fixed points; each is a local minimum, since the energy is convex in its cell.`,
        `Mean number of fixed points, single patterns and emergent: ${cases
          .map((one) => `${one.name}: ${one.single.toFixed(1)} and ${one.emergent.value.toFixed(1)}`)
          .join("; ")}. Intervals are those of the mean over the sets, at 99 %.`,
        `${starts.toLocaleString("en")} recalls from random points of the square in each set miss ${total("missed").toLocaleString("en")} of the ${(total("single") + total("emergent")).toLocaleString("en")} fixed points, whose basins are small; ${((100 * total("outside")) / (parts.length * starts)).toFixed(1)} % of the recalls have no pattern in reach and stay where they are. The longest took ${Math.max(...parts.map(({ steps }) => steps))} steps.`,
      ],
      figure: cases.flatMap(({ name, some }, which) =>
        which === betas.length || DRAWN.includes(betas[which])
          ? some.flatMap(({ points = [] }) => points.map((point) => ({ name, ...point })))
          : [],
      ),
    };
  },

  figure(Plot, { figure }) {
    const of = (kind: Point["kind"]) => figure.filter((point) => point.kind === kind);
    const at = { fx: "name", x: "x", y: "y" };
    return {
      height: 330,
      marginRight: 20,
      fx: { label: null, domain: [...new Set(figure.map(({ name }) => name))] },
      x: { label: "x", domain: [-1, 1], ticks: [-1, 0, 1] },
      y: { label: "y", domain: [-1.5, 1], ticks: [-1, 0, 1] },
      marks: [
        Plot.dot(of("pattern"), { ...at, stroke: colours.faint, r: 4 }),
        Plot.dot(of("single"), { ...at, fill: colours.ours, r: 3 }),
        Plot.dot(of("emergent"), { ...at, fill: colours.published, r: 3 }),
        ...(
          [
            ["patterns", colours.faint],
            ["single patterns", colours.ours],
            ["emergent", colours.published],
          ] as const
        ).map(([text, fill], k) =>
          Plot.text([text], {
            fx: () => figure[0].name,
            frameAnchor: "bottom-left",
            dx: 8,
            dy: -38 + 15 * k,
            fontWeight: 600,
            fill,
          }),
        ),
      ],
    };
  },
};

function inSquare(count: number, random: Random): VectorSet<Float32Array> {
  const values = Float32Array.from({ length: 2 * count }, () => 2 * random.uniform() - 1);
  return new VectorSet(matrix(count, 2, values));
}

/** The smallest beta at which no pattern has another one in reach. */
function isolating(patterns: VectorSet<Float32Array>): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < patterns.count; i++) {
    for (let j = 0; j < i; j++) least = Math.min(least, squaredDistance(patterns.row(i), patterns.row(j)));
  }
  return (2 * (1 + 1e-9)) / least;
}

function measured(
  patterns: VectorSet<Float32Array>,
  beta: number,
  starts: number,
  random: Random,
  isDrawn: boolean,
): Omit<Part, "which" | "beta"> {
  const memory = new ModernMemory(2, { beta, separation: flat() }).store(patterns);
  const fixed = new Map(fixedPoints(patterns, beta).map((point) => [keyOf(point.rows), point]));
  // Equal sets of patterns have means of equal bits: no tolerance is needed.
  const ended = (cue: ArrayLike<number>) => {
    const { weights, sweeps } = memory.recall(cue, { tolerance: 0, topK: patterns.count, energies: false });
    return { key: keyOf(weights.map(({ index }) => index)), steps: sweeps };
  };
  const found = new Set<string>();
  let [unknown, outside, most] = [0, 0, 0];
  for (let k = 0; k < starts; k++) {
    const { key, steps } = ended([2 * random.uniform() - 1, 2 * random.uniform() - 1]);
    most = Math.max(most, steps);
    if (key === "") outside++;
    else if (fixed.has(key)) found.add(key);
    else unknown++;
  }
  let [single, left, unlike] = [0, 0, 0];
  for (const [key, { rows, at }] of fixed) {
    if (rows.length === 1) single++;
    if (ended(at).key !== key) left++;
  }
  for (let j = 0; j < patterns.count; j++) {
    const isAlone = inReach(patterns, patterns.row(j), beta).length === 1;
    if (isAlone !== fixed.has(keyOf([j]))) unlike++;
  }
  const counts = { single, emergent: fixed.size - single, missed: fixed.size - found.size };
  return {
    ...counts,
    unknown,
    outside,
    left,
    unlike,
    steps: most,
    ...(isDrawn && { points: drawn(patterns, [...fixed.values()]) }),
  };
}

function drawn(patterns: VectorSet<Float32Array>, fixed: readonly FixedPoint[]): Point[] {
  return [
    ...Array.from({ length: patterns.count }, (_, j): Point => {
      const [x, y] = patterns.row(j);
      return { kind: "pattern", x, y };
    }),
    ...fixed.map(({ rows, at: [x, y] }): Point => ({ kind: rows.length === 1 ? "single" : "emergent", x, y })),
  ];
}

/** All fixed points, from the sets of patterns that some point of the plane has in reach. */
function fixedPoints(patterns: VectorSet<Float32Array>, beta: number): FixedPoint[] {
  const sets = new Map<string, readonly number[]>();
  const add = (rows: readonly number[]) => {
    if (rows.length > 0) sets.set(keyOf(rows), rows);
  };
  for (let i = 0; i < patterns.count; i++) {
    let crossings = 0;
    for (let j = 0; j < patterns.count; j++) {
      if (j === i) continue;
      for (const crossing of crossingsOf(patterns.row(i), patterns.row(j), 2 / beta)) {
        crossings++;
        // Around a crossing there are four cells: in reach of both, of either, of none of the two.
        const others = inReach(patterns, crossing, beta).filter((row) => row !== i && row !== j);
        for (const some of [[], [i], [j], [i, j]]) add([...others, ...some]);
      }
    }
    if (crossings === 0) add([i]);
  }
  const points = Array.from(sets.values(), (rows) => ({ rows, at: meanOf(patterns, rows) }));
  return points.filter(({ rows, at }) => keyOf(inReach(patterns, at, beta)) === keyOf(rows));
}

/** Where the circles around two points cross. */
function crossingsOf(a: ArrayLike<number>, b: ArrayLike<number>, squaredRadius: number): [number, number][] {
  const squared = squaredDistance(a, b);
  if (squared >= 4 * squaredRadius || squared === 0) return [];
  const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const along = Math.sqrt(squaredRadius / squared - 1 / 4);
  const [dx, dy] = [along * (b[1] - a[1]), along * (a[0] - b[0])];
  return [
    [x + dx, y + dy],
    [x - dx, y - dy],
  ];
}

/** The patterns within sqrt(2 / beta) of a point. */
function inReach(patterns: VectorSet<Float32Array>, point: ArrayLike<number>, beta: number): number[] {
  const rows: number[] = [];
  for (let j = 0; j < patterns.count; j++) {
    if (1 - (beta * squaredDistance(point, patterns.row(j))) / 2 > 0) rows.push(j);
  }
  return rows;
}

function meanOf(patterns: VectorSet<Float32Array>, rows: readonly number[]): [number, number] {
  const sum = rows.reduce(([x, y], row) => [x + patterns.row(row)[0], y + patterns.row(row)[1]], [0, 0]);
  return [sum[0] / rows.length, sum[1] / rows.length];
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [dx, dy] = [a[0] - b[0], a[1] - b[1]];
  return dx * dx + dy * dy;
}

const keyOf = (rows: readonly number[]) => [...rows].sort((a, b) => a - b).join();
