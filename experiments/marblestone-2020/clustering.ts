import { Random } from "engram";
import { log } from "engram/math";
import { type CodeMemory, ProductKanerva } from "engram/neural";
import { type Context, colours, type Experiment } from "../experiment.js";
import { mean, stated } from "../statistics.js";
import { bitsOf, interval, type Training, trainedMemory } from "../wu-2018/trained.js";
import { citation } from "./source.js";

interface Parameters extends Omit<Training, "sampled" | "damage" | "coding" | "divergence"> {
  readonly seeds: number;
  /** Number of test images whose machine is looked at. */
  readonly test: number;
}

/** The machines of test images, of one product. */
interface Part {
  readonly product: string;
  readonly scores: Scores;
  /** Means over permuted classes. */
  readonly chance: Scores;
  /** Number of images of each class of which each machine has the largest share. */
  readonly counts: readonly (readonly number[])[];
}

/** How far machines and classes agree. */
interface Scores {
  /** The share of images whose class is the most frequent of their machine. */
  readonly purity: number;
  /** Mutual information of machine and class in parts of the geometric mean of their entropies (Strehl and Ghosh 2002). */
  readonly information: number;
}

interface FigureData {
  readonly cells: readonly {
    readonly product: string;
    readonly machine: number;
    readonly digit: number;
    readonly share: number;
  }[];
}

const CLASSES = 10;

/** Permutations of the classes, for chance. */
const PERMUTATIONS = 20;

const PRODUCTS = ["balanced", "unbalanced", "untrained"] as const;

/** The products in words. */
const WORDS: Readonly<Record<(typeof PRODUCTS)[number], string>> = {
  balanced: "trained, mean shares kept equal",
  unbalanced: "trained without that",
  untrained: "without an encoder",
};

/** Do the machines of a product sort digits by their class, which they never see? */
export const clustering: Experiment<Parameters, Part, FigureData> = {
  id: "marblestone-2020/clustering",
  title: "Which machine of a product has the largest share of a digit, against its class",
  citation,
  where: "abstract: a product can exhibit unsupervised clustering",
  version: 2,
  digits: "like MNIST",
  settings: {
    quick: {
      seeds: 2,
      images: 10_000,
      epochs: 1,
      rows: 32,
      code: 50,
      hidden: 100,
      items: 16,
      batch: 8,
      rate: 0.003,
      machines: 8,
      balance: 10,
      test: 1000,
    },
    standard: {
      seeds: 5,
      images: 60_000,
      epochs: 3,
      rows: 32,
      code: 50,
      hidden: 200,
      items: 16,
      batch: 8,
      rate: 0.002,
      machines: 8,
      balance: 10,
      test: 10_000,
    },
    full: {
      seeds: 10,
      images: 60_000,
      epochs: 50,
      rows: 32,
      code: 50,
      hidden: 400,
      items: 16,
      batch: 8,
      rate: 0.001,
      machines: 8,
      balance: 10,
      test: 10_000,
    },
  },
  tasks: ({ seeds }) => PRODUCTS.length * seeds,

  async run({ images, test, ...training }, task, context) {
    const product = PRODUCTS[task % PRODUCTS.length];
    const given = await context.images("mnist", { split: "test" });
    const held = bitsOf(given, 0, test);
    const classes = Array.from((given.labels ?? []).slice(0, held.rows));
    const seed = context.random.fork(0).word();
    const rows = Array.from({ length: held.rows }, (_, r) =>
      held.values.subarray(r * held.columns, (r + 1) * held.columns),
    );
    const machines =
      product === "untrained"
        ? machinesOfUntrained(training, rows, seed)
        : await machinesOfTrained(
            { images, ...training, balance: product === "balanced" ? training.balance : 0 },
            rows,
            seed,
            context,
          );
    const chance = Array.from({ length: PERMUTATIONS }, (_, p) => {
      const order = context.random.fork(1).fork(p).permutation(new Uint32Array(classes.length));
      return scoresOf(
        countsOf(
          machines,
          Array.from(order, (r) => classes[r]),
          training.machines,
        ),
      );
    });
    const counts = countsOf(machines, classes, training.machines);
    return {
      product,
      scores: scoresOf(counts),
      chance: {
        purity: mean(chance.map(({ purity }) => purity)),
        information: mean(chance.map(({ information }) => information)),
      },
      counts,
    };
  },

  summarize({ seeds, images, epochs, hidden, machines, rows, balance, test }, parts) {
    const of = (product: string) => parts.filter((part) => part.product === product);
    const score = (product: string, name: keyof Scores, from: "scores" | "chance") =>
      mean(of(product).map((part) => part[from][name])).toFixed(3);
    const used = ({ counts }: Part) => counts.filter((row) => row.some((count) => count > 0)).length;
    return {
      rows: PRODUCTS.flatMap((product) => {
        const smaller =
          product === "untrained"
            ? "no encoder"
            : `perceptrons of ${hidden} units, ${epochs} epochs of ${images} images`;
        const against = (name: keyof Scores) =>
          interval(of(product).map(({ scores, chance }) => scores[name] - chance[name]));
        const statement = "clusters, so above 0";
        return [
          stated(
            `${WORDS[product]}: normalised information of machine and class less that of permuted classes`,
            statement,
            against("information"),
            { above: 0 },
            { smaller },
          ),
          stated(
            `${WORDS[product]}: purity of machines less that of permuted classes`,
            statement,
            against("purity"),
            { above: 0 },
            { smaller },
          ),
        ];
      }),
      notes: [
        `A digit belongs to the machine of ${machines} with its largest share; the machines have ${rows} rows together. ${test} test images; chance is the mean over ${PERMUTATIONS} permutations of their classes. ${seeds > 2 ? "Student's 95 % intervals over seeds." : "Too few seeds for an interval: ends are the smallest and the largest value."}`,
        ...PRODUCTS.map(
          (product) =>
            `${WORDS[product]}: purity ${score(product, "purity", "scores")}, of permuted classes ${score(product, "purity", "chance")}; normalised information ${score(product, "information", "scores")}, of permuted classes ${score(product, "information", "chance")}; ${mean(of(product).map(used)).toFixed(1)} machines lead somewhere.`,
        ),
        `Shares of a trained product are a learned softmax of the code, with their divergence from equal shares in the loss. The more of the whole share a machine has, the smaller are the weights that read the same code from it, so training leaves most images to a few machines. The balanced product adds the divergence of the mean shares of a batch from equal ones with a weight of ${balance}, chosen on training images: an image may choose, but not all may choose alike.`,
        "Shares of the product without an encoder follow from how well each machine alone explains an image, of which it stores as many as it has rows.",
      ],
      figure: {
        cells: PRODUCTS.flatMap((product) =>
          (of(product)[0]?.counts ?? []).flatMap((row, machine) =>
            row.map((count, digit) => ({
              product: WORDS[product],
              machine,
              digit,
              share: count / test,
            })),
          ),
        ),
      },
    };
  },

  figure(Plot, { figure: { cells } }) {
    return {
      width: 900,
      height: 340,
      marginTop: 40,
      fx: { label: null, domain: PRODUCTS.map((product) => WORDS[product]) },
      x: { label: "digit →", type: "band" },
      y: { label: "machine", type: "band" },
      color: { scheme: "blues", legend: false },
      marks: [Plot.cell(cells, { fx: "product", x: "digit", y: "machine", fill: "share", stroke: colours.faint })],
    };
  },
};

async function machinesOfTrained(
  training: Omit<Training, "sampled" | "damage" | "coding" | "divergence">,
  rows: readonly Float32Array[],
  seed: number,
  context: Context,
): Promise<number[]> {
  const learned = bitsOf(await context.images("mnist"), 0, training.images);
  const memory = await trainedMemory({ ...training, sampled: "memory" }, learned, seed, context);
  return rows.map((row) => leader(memory, row));
}

function machinesOfUntrained(
  { machines, rows }: Pick<Training, "machines" | "rows">,
  all: readonly Float32Array[],
  seed: number,
): number[] {
  const memory = new ProductKanerva({
    machines: Array<number>(machines).fill(rows / machines),
    code: all[0].length,
    noise: 1,
    assignment: "explained",
    seed,
  });
  const order = new Random(seed).sample(Math.min(rows, all.length), all.length);
  for (const r of order) memory.store(all[r]);
  return all.map((row) => leader(memory, row));
}

/** The machine with the largest share of a pattern. */
function leader(memory: CodeMemory, pattern: ArrayLike<number>): number {
  const { assignment = new Float64Array(1) } = memory.machine.address(memory.encode(pattern));
  return assignment.indexOf(Math.max(...assignment));
}

/** How many images of each class each machine has. */
function countsOf(machines: readonly number[], classes: readonly number[], count: number): number[][] {
  const counts = Array.from({ length: count }, () => new Array<number>(CLASSES).fill(0));
  machines.forEach((machine, r) => {
    counts[machine][classes[r]]++;
  });
  return counts;
}

function scoresOf(counts: readonly (readonly number[])[]): Scores {
  const ofMachine = counts.map((row) => row.reduce((sum, one) => sum + one, 0));
  const ofClass = Array.from({ length: CLASSES }, (_, c) => counts.reduce((sum, row) => sum + row[c], 0));
  const total = ofMachine.reduce((sum, one) => sum + one, 0);
  const entropy = (all: readonly number[]) =>
    -all.reduce((sum, one) => sum + (one > 0 ? (one / total) * log(one / total) : 0), 0);
  const shared = entropy(ofMachine) + entropy(ofClass) - entropy(counts.flat());
  return {
    purity: counts.reduce((sum, row) => sum + Math.max(...row), 0) / total,
    // Of one machine alone there is none.
    information: shared / Math.max(1e-9, Math.sqrt(entropy(ofMachine) * entropy(ofClass))),
  };
}
