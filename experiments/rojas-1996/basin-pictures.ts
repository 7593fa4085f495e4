import { basins, HopfieldNet, randomPatterns } from "engram";
import { basinPicture } from "engram/analysis";
import { estimateMean, hypot } from "engram/math";
import { colours, type Experiment } from "../experiment.js";
import { pixelRuns } from "../pixel-runs.js";
import { stated } from "../statistics.js";
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

/** The radius is the sum of p_h over these distances, each from `SAMPLES` random states. */
const DISTANCES = Array.from({ length: HALF }, (_, k) => k + 1);
const SAMPLES = 20;

/** Basins in 100 dimensions: which states reach the pattern, by their distances from it in two halves of the units. */
export const basinPictures: Experiment<Parameters, Part, readonly FigureRun[]> = {
  id: "rojas-1996/basin-pictures",
  title: "Basin of attraction of a stored pattern among 4, 6, 10 and 15, by the distances in two halves of 100 units",
  citation,
  where: "the pictures of basins of attraction in 100-dimensional space, and the capacity problem",
  version: 1,
  settings: { quick: { nets: 24 }, standard: { nets: 100 }, full: { nets: 1000 } },
  tasks: ({ nets }) => nets * PATTERNS.length,

  run(_, task, { random, kernels }) {
    const patterns = PATTERNS[task % PATTERNS.length];
    const stored = randomPatterns(patterns, UNITS, random.fork(0));
    const interaction = correlation(stored, kernels);
    const net = new HopfieldNet(interaction);
    const target = stored.select([0]);
    const profile = basins(net, target, { distances: DISTANCES, samples: SAMPLES, random: random.fork(1) });
    const radius = profile[0].rows.reduce((sum, { value }) => sum + value, 0);
    const isFirst = task < PATTERNS.length;
    const half = random.fork(2).sample(HALF, UNITS);
    const picture = isFirst ? basinPicture(net, target, { half, random: random.fork(3) }) : undefined;
    interaction.dispose();
    return { patterns, radius, ...(picture ? { picture: runsOf(picture.reached, picture.columns) } : {}) };
  },

  summarize(_, parts) {
    const radii = PATTERNS.map((patterns) =>
      estimateMean(
        parts.filter((part) => part.patterns === patterns).map(({ radius }) => radius),
        0.99,
      ),
    );
    const rows = PATTERNS.slice(1).map((patterns, k) => {
      // Independent nets: errors add in squares.
      const width = hypot(radii[k].high - radii[k].value, radii[k + 1].high - radii[k + 1].value);
      const value = radii[k].value - radii[k + 1].value;
      const lost = { value, low: value - width, high: value + width };
      return stated(`radius lost from ${PATTERNS[k]} to ${patterns} patterns`, "deteriorates", lost, { above: 0 });
    });
    const described = PATTERNS.map((patterns, k) => {
      const { value, low, high } = radii[k];
      return `${patterns} patterns ${value.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
    });
    return {
      rows,
      notes: [
        "The source shows pictures and says that basins deteriorate every time new vectors are presented; the rows put a number to that.",
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
  const runs = pixelRuns(reached, columns, (count) => (count > 0 ? 1 : undefined));
  return runs.map(({ row: d1, from, to }) => ({ d1, from, to }));
}
