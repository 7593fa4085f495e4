import type { PatternSet } from "engram";
import { lowdin } from "engram/mapping";
import { binomialAtMost, type Matrix } from "engram/math";
import { type Context, colours, type Experiment, type Row } from "../experiment.js";
import { pause } from "../pause.js";
import { compare, type Interval, mean, stated } from "../statistics.js";
import { attractors } from "./attraction.js";
import { type Digits, digits } from "./patterns.js";
import { publishedTables } from "./published-attraction.js";
import { anotherRun, recovered, type Parameters as Training } from "./recovered.js";
import { BETA, citation } from "./source.js";

type Parameters = Training & {
  /** Test images, the first ones of the file. */
  test: number;
  /** Number of trajectories from a test image if there is noise; each counts as a fraction of the image. */
  trajectories: number;
};

interface Part {
  readonly epochs: number;
  /** Test images by digit (row) and the pattern that they came to (column; the eleventh is none), by `protocols[0]`. */
  readonly counts: readonly number[];
  /** One for each of `protocols`. */
  readonly outcomes: readonly Outcome[];
  /** By the first protocol with the projector onto the span of the weights, in place of W W^T. */
  readonly projector: Outcome;
  /** Without training: `counts` by each of `conventions`. */
  readonly others?: readonly (readonly number[])[];
}

/** The fraction of the images that reached their own pattern, and none. */
interface Outcome {
  readonly own: number;
  readonly none: number;
}

interface Cell {
  readonly digit: string;
  readonly pattern: string;
  readonly part: number;
  readonly net: string;
  /** Images, ours and as printed; omitted where the print cannot be read. */
  readonly images: number;
  readonly published?: number;
}

/** What the text leaves open of the table without training: what is ink in patterns and in test images, and W_ii. */
const conventions = [0, 2].flatMap((patterns) =>
  [0, 2].flatMap((test) => [false, true].map((selfCoupling) => ({ patterns, test, selfCoupling }))),
);

interface Protocol {
  readonly name: string;
  readonly beta?: number;
  readonly together: boolean;
  /** Whether states that reach no pattern start again, with noise. */
  readonly again?: boolean;
}

const protocols: readonly Protocol[] = [
  { name: "all units at once, without noise, and with noise where that comes to none", together: true, again: true },
  { name: "all units at once, with noise", beta: BETA, together: true },
  { name: "one unit after the other, without noise", together: false },
  { name: "one unit after the other, with noise", beta: BETA, together: false },
];

const PUBLISHED: Readonly<Record<number, number>> = { 0: 76.8, 10: 73.7 };
const IMAGES = { train: 60000, test: 10000 };
const OVERLAP = 0.7;
const SWEEPS = 100;

/** Which of the ten class patterns attracts which test digit, before and after training. */
export const figureD2: Experiment<Parameters, Part, readonly Cell[]> = {
  id: "smart-zilman-2021/figure-d2",
  title: "Test digits that the pattern of their own class attracts, in the Hopfield net before and after training",
  citation,
  where: "figure D.2: two tables of 100 cells, and their net accuracy",
  version: 3,
  digits: "like MNIST",
  settings: {
    quick: { images: 6000, epochs: 10, batch: 100, steps: 5, rate: 1e-4, runs: 3, test: 1000, trajectories: 2 },
    standard: { images: 60000, epochs: 10, batch: 1000, steps: 20, rate: 1e-4, runs: 3, test: 10000, trajectories: 5 },
    full: { images: 60000, epochs: 10, batch: 1000, steps: 20, rate: 1e-4, runs: 5, test: 10000, trajectories: 20 },
  },
  tasks: ({ runs }) => 1 + runs,

  async run(parameters, task, context) {
    const epochs = task === 0 ? 0 : parameters.epochs;
    const { weights, mapping, patterns } = await recovered({ ...parameters, epochs }, context);
    const test = await digits(context.images, { split: "test", count: parameters.test });
    const found = mapping.patterns ?? patterns;
    const { trajectories } = parameters;
    const tallies: number[][] = [];
    for (const protocol of protocols)
      tallies.push(await tally(weights, found, test, { ...protocol, trajectories }, context));
    const projected = await tally(lowdin(weights).weights, found, test, { ...protocols[0], trajectories }, context);
    const part = { epochs, counts: tallies[0], outcomes: tallies.map(outcome), projector: outcome(projected) };
    if (epochs > 0) return part;
    const others: number[][] = [];
    for (const { patterns: ink, test: inked, selfCoupling } of conventions) {
      const net = await recovered({ ...parameters, epochs, ink }, context);
      const shown = await digits(context.images, { split: "test", count: parameters.test, ink: inked });
      others.push(
        await tally(net.weights, net.patterns, shown, { ...protocols[0], trajectories, selfCoupling }, context),
      );
    }
    return { ...part, others };
  },

  summarize(parameters, parts) {
    const { images, test, trajectories } = parameters;
    const groups = [parts.slice(0, 1), parts.slice(1)];
    const lacks = [
      ...(images < IMAGES.train ? [`patterns and training of ${images} of ${IMAGES.train} images`] : []),
      ...(test < IMAGES.test ? [`${test} of ${IMAGES.test} test images`] : []),
    ];
    const smaller = lacks.length === 0 ? undefined : `our setting is smaller: ${lacks.join(", ")}`;
    const rows = groups.map((group): Row => {
      const { epochs } = group[0];
      const values = group.map(({ outcomes }) => 100 * outcomes[0].own);
      return compare(`net accuracy, ${epochs} epochs (%)`, PUBLISHED[epochs], anotherRun(values), { smaller });
    });
    const tables = groups.map((group) => tableOf(group));
    for (const [g, table] of tables.entries()) {
      const { epochs } = groups[g][0];
      const inside = table.filter(({ published, low, high }) => published >= low && published <= high).length;
      const label = `cells of the table that lie in our intervals, of ${table.length} that can be read, ${epochs} epochs`;
      // After training each interval holds another run's value with 99 % probability; before it nothing is random.
      const least = epochs === 0 ? table.length : binomialLeast(table.length);
      rows.push({
        ...stated(
          label,
          epochs === 0 ? "all" : `at least ${least}`,
          { value: inside, low: inside, high: inside },
          { above: least - 0.5 },
          { smaller },
        ),
      });
    }
    const average = (group: readonly Part[], pick: (part: Part) => Outcome) => {
      const [a, b] = [mean(group.map((part) => pick(part).own)), mean(group.map((part) => pick(part).none))];
      return `${(100 * a).toFixed(2)} % (${(100 * b).toFixed(2)} % come to no pattern)`;
    };
    const both = (pick: (part: Part) => Outcome) =>
      groups.map((group) => `${average(group, pick)} at ${group[0].epochs} epochs`).join(" and ");
    return {
      rows,
      notes: [
        `Protocol: couplings J = W W^T without self-couplings; every test image moves until its largest overlap with a pattern is above ${OVERLAP}, for at most ${SWEEPS} sweeps, and counts for the class of that pattern. All units move at once, without noise, and where that comes to no pattern, with noise at beta = ${BETA}, in ${trajectories} trajectories: all as in the published program of the source's authors (mattsmart/biomodels on GitHub, RBM/recall_task.py). Without training nothing random enters; the interval after it is that in which another training would lie, with 99 % confidence.`,
        ...(smaller === undefined
          ? [
              `The cells: ${tables.map((table, g) => `at ${groups[g][0].epochs} epochs ours differ from the printed ones by ${mean(table.map(({ published, value }) => Math.abs(value - published))).toFixed(1)} images on average, at most by ${Math.max(...table.map(({ published, value }) => Math.abs(value - published))).toFixed(0)} (${furthest(table)})`).join(", ")}. Without training nothing random enters: a cell's interval runs over what the text leaves open, a pixel inked above 0 or from 3 of 255 up, in patterns and in test images, and couplings with or without their diagonal. After training it is that of another run, with 99 % confidence.`,
            ]
          : []),
        ...protocols.map(({ name }, k) => `Own pattern, ${name}: ${both(({ outcomes }) => outcomes[k])}.`),
        `After training W is not orthonormal. That program couples the units by the projector onto the span of W in place of W W^T: with it, and its way to move, ${both(({ projector }) => projector)}.`,
        "The patterns after training are the signs of W X, after 50 steps of descent from the X of the patterns that the training began with, as in that program.",
        "That program calls a pixel inked from 3 of 255 up where the source writes above 0: its ten class patterns differ from those here in up to two pixels each.",
        "An overlap above 0.7 is not yet a fixed point; patterns of digits overlap by more than that with each other, so that a state near two of them counts for the nearer one.",
      ],
      figure: groups.flatMap((group) => cellsOf(group)),
    };
  },

  figure: (Plot, { figure }) => ({
    width: 900,
    height: 440,
    marginTop: 50,
    fx: { label: null, domain: [...new Set(figure.map(({ net }) => net))] },
    x: { label: "pattern that attracts it", domain: [...Array(10).keys(), "none"].map(String) },
    y: { label: "digit", domain: [...Array(10).keys()].map(String) },
    marks: [
      Plot.cell(figure, { fx: "net", x: "pattern", y: "digit", fill: colours.ours, fillOpacity: "part", inset: 0.5 }),
      Plot.text(figure, {
        fx: "net",
        x: "pattern",
        y: "digit",
        text: ({ part }: Cell) => (part < 0.005 ? "" : (100 * part).toFixed(0)),
        fill: "currentColor",
        fontSize: 10,
      }),
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
    ],
  }),
};

/** Counts, digit by digit, of the patterns that images reach; the trajectories of an image share its count. */
async function tally(
  weights: Matrix,
  patterns: PatternSet,
  { patterns: states, labels }: Digits,
  {
    beta,
    together,
    again = false,
    trajectories,
    selfCoupling,
  }: Protocol & { readonly trajectories: number; readonly selfCoupling?: boolean },
  { random, signal }: Context,
): Promise<number[]> {
  const counts = new Array<number>(10 * 11).fill(0);
  const add = async (rows: readonly number[], beta: number | undefined) => {
    const runs = beta === undefined ? 1 : trajectories;
    const none: number[] = [];
    for (let t = 0; t < runs && rows.length > 0; t++) {
      await pause(signal);
      const stream = random.fork(1).fork(t);
      const options = { beta, together, selfCoupling, overlap: OVERLAP, sweeps: SWEEPS, random: stream };
      attractors(weights, patterns, states.select(rows), options).forEach((pattern, k) => {
        if (pattern === patterns.count && again && beta === undefined) none.push(rows[k]);
        else counts[labels[rows[k]] * 11 + pattern] += 1 / runs;
      });
    }
    return none;
  };
  const none = await add(Array.from(labels.keys()), beta);
  await add(none, BETA);
  return counts;
}

function outcome(counts: readonly number[]): Outcome {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const sum = (column: (digit: number) => number) =>
    Array.from({ length: 10 }, (_, digit) => counts[digit * 11 + column(digit)]).reduce((a, b) => a + b, 0) / total;
  return { own: sum((digit) => digit), none: sum(() => 10) };
}

/** A readable cell of a printed table, and our images there. */
interface Compared extends Interval {
  readonly digit: number;
  readonly pattern: number;
  readonly published: number;
}

function tableOf(group: readonly Part[]): Compared[] {
  const { epochs, others } = group[0];
  return publishedTables[epochs].flatMap((row, digit) =>
    row.flatMap((published, pattern): Compared[] => {
      if (Number.isNaN(published)) return [];
      const values = group.map(({ counts }) => counts[digit * 11 + pattern]);
      if (others === undefined) return [{ digit, pattern, published, ...anotherRun(values) }];
      const open = others.map((counts) => counts[digit * 11 + pattern]);
      return [{ digit, pattern, published, value: values[0], low: Math.min(...open), high: Math.max(...open) }];
    }),
  );
}

/** The cell with the largest difference, in words. */
function furthest(table: readonly Compared[]): string {
  const far = ({ value, published }: Compared) => Math.abs(value - published);
  const { digit, pattern, value, published } = table.reduce((a, b) => (far(b) > far(a) ? b : a));
  return `${digit} to ${pattern}: ${value.toFixed(0)}, printed ${published}`;
}

/** The fewest of a number of intervals of 99 % that hold their values, with a probability of 99 % for as many or more. */
function binomialLeast(count: number): number {
  let least = count;
  while (least > 0 && binomialAtMost(least - 1, count, 0.99) > 0.01) least--;
  return least;
}

/** Parts of the trajectories of each digit, all runs together. */
function cellsOf(group: readonly Part[]): Cell[] {
  return Array.from({ length: 10 }, (_, digit) => {
    const row = Array.from({ length: 11 }, (_, column) =>
      group.reduce((sum, { counts }) => sum + counts[digit * 11 + column], 0),
    );
    const total = Math.max(
      1,
      row.reduce((a, b) => a + b, 0),
    );
    return row.map((count, column) => ({
      digit: `${digit}`,
      pattern: column === 10 ? "none" : `${column}`,
      part: count / total,
      images: count / group.length,
      ...(publishedTables[group[0].epochs][digit][column] >= 0 && {
        published: publishedTables[group[0].epochs][digit][column],
      }),
      net: group[0].epochs === 0 ? "before training" : `after ${group[0].epochs} epochs`,
    }));
  }).flat();
}
