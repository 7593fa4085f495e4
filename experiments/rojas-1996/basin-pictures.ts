import { basinPicture, estimateMean, HopfieldNet, randomPatterns } from "engram";
import { colours, type Experiment, type Row } from "../experiment.js";
import { citation, correlation } from "./basin-counts.js";

interface Parameters {
  /** Independent nets for each number of patterns. */
  readonly nets: number;
}

/** A run of cells of a picture that reach the pattern: distance in the first half, and from where to where in the second. */
interface Run {
  readonly d1: number;
  readonly from: number;
  readonly to: number;
}

interface Part {
  readonly patterns: number;
  readonly radius: number;
  /** Of the first net of each number of patterns. */
  readonly picture?: readonly Run[];
}

interface FigureRun extends Run {
  readonly patterns: string;
}

const UNITS = 100;
const HALF = UNITS / 2;
const PATTERNS = [4, 6, 10, 15];

/** Basins in 100 dimensions: which states reach the pattern, by their distances from it in two halves of the units. */
export const basinPictures: Experiment<Parameters, Part, readonly FigureRun[]> = {
  id: "rojas-1996/basin-pictures",
  title: "Basin of attraction of a stored pattern among 4, 6, 10 and 15, by the distances in two halves of 100 units",
  citation,
  where: "chapter 12, the pictures of basins of attraction in 100-dimensional space",
  version: 1,
  settings: { quick: { nets: 10 }, standard: { nets: 100 }, full: { nets: 1000 } },
  tasks: ({ nets }) => nets * PATTERNS.length,

  run(_, task, { random, kernels }) {
    const patterns = PATTERNS[task % PATTERNS.length];
    const stored = randomPatterns(patterns, UNITS, random.fork(0));
    const couplings = correlation(stored, kernels);
    const half = random.fork(1).sample(HALF, UNITS);
    const picture = basinPicture(new HopfieldNet(couplings), stored.select([0]), { half, random: random.fork(2) });
    couplings.dispose();
    // The rings of equal distance d1 + d2 up to n/2, each as the part of its cells that are reached.
    const tried = new Float64Array(HALF + 1);
    const reached = new Float64Array(HALF + 1);
    for (let d1 = 0; d1 <= HALF; d1++) {
      for (let d2 = 0; d1 + d2 <= HALF; d2++) {
        tried[d1 + d2]++;
        reached[d1 + d2] += picture.reached[d1 * picture.columns + d2];
      }
    }
    const radius = reached.reduce((sum, count, d) => sum + count / tried[d], 0) - 1;
    return {
      patterns,
      radius,
      ...(task < PATTERNS.length ? { picture: runsOf(picture.reached, picture.columns) } : {}),
    };
  },

  summarize(_, parts) {
    const radii = PATTERNS.map((patterns) =>
      estimateMean(
        parts.filter((part) => part.patterns === patterns).map(({ radius }) => radius),
        0.99,
      ),
    );
    const rows = PATTERNS.slice(1).map((patterns, k): Row => {
      // Independent nets: errors add in squares.
      const width = Math.hypot(radii[k].high - radii[k].value, radii[k + 1].high - radii[k + 1].value);
      const ours = radii[k].value - radii[k + 1].value;
      return {
        label: `radius lost from ${PATTERNS[k]} to ${patterns} patterns`,
        published: "positive",
        ours,
        low: ours - width,
        high: ours + width,
        verdict: ours - width > 0 ? "agrees" : "differs",
      };
    });
    const described = PATTERNS.map((patterns, k) => {
      const { value, low, high } = radii[k];
      return `${patterns} patterns ${value.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
    });
    return {
      rows,
      notes: [
        "The source shows pictures and says that the basin shrinks as patterns are added; the rows put a number to that.",
        `Mean radius, the sum over the distances 1 to 50 of the part of states that reach the pattern, with 99 % confidence: ${described.join("; ")} of 50 units.`,
        "A picture shows one random state for each pair of distances, with W = X^T X (the diagonal included), synchronous steps until the net settles, sgn(0) = +1.",
      ],
      figure: parts.flatMap(({ patterns, picture = [] }) =>
        picture.map((run) => ({ ...run, patterns: `${patterns} patterns` })),
      ),
    };
  },

  figure: (Plot, { figure }) => ({
    width: 900,
    height: 290,
    marginTop: 44,
    fx: { label: null, domain: PATTERNS.map((patterns) => `${patterns} patterns`) },
    x: { label: "distance in the second half", domain: [0, HALF + 1], ticks: [0, 25, 50] },
    y: { label: "distance in the first half", domain: [0, HALF + 1], ticks: [0, 25, 50] },
    marks: [
      Plot.rect(figure, {
        fx: "patterns",
        x1: "from",
        x2: "to",
        y1: "d1",
        y2: ({ d1 }: Run) => d1 + 1,
        fill: colours.ours,
        shapeRendering: "crispEdges",
      }),
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.4 }),
    ],
  }),
};

/** The cells that reach the pattern, in runs. */
function runsOf(reached: Uint32Array, columns: number): Run[] {
  const runs: Run[] = [];
  for (let d1 = 0; d1 * columns < reached.length; d1++) {
    for (let d2 = 0; d2 < columns; d2++) {
      if (reached[d1 * columns + d2] === 0) continue;
      const from = d2;
      while (d2 < columns && reached[d1 * columns + d2] > 0) d2++;
      runs.push({ d1, from, to: d2 });
    }
  }
  return runs;
}
