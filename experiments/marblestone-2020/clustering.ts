import { Random } from "engram";
import { log } from "engram/math";
import { type CodeMemory, ProductKanerva } from "engram/neural";
import { type Context, colours, type Experiment } from "../experiment.js";
import { mean, stated } from "../statistics.js";
import { bitsOf, interval, type Training, trainedMemory } from "../wu-2018/trained.js";
import { citation } from "./source.js";

interface Parameters extends Omit<Training, "sampled" | "damage"> {
  readonly seeds: number;
  /** Number of test images whose machine is looked at. */
  readonly test: number;
}

/** The machines of test images, of one product. */
interface Part {
  readonly product: string;
  /** Mutual information of class and machine, nats, and its mean over permuted classes. */
  readonly information: number;
  readonly permuted: number;
  /** The share of images whose class is the most frequent of their machine. */
  readonly purity: number;
  readonly permutedPurity: number;
  /** Number of images of each class of which each machine has the largest share. */
  readonly counts: readonly (readonly number[])[];
}

interface FigureData {
  readonly cells: readonly { readonly machine: number; readonly digit: number; readonly share: number }[];
}

const CLASSES = 10;

/** Permutations of the classes, for chance. */
const PERMUTATIONS = 20;

const PRODUCTS = ["trained", "untrained"] as const;

/** Do the machines of a product sort digits by their class, which they never see? */
export const clustering: Experiment<Parameters, Part, FigureData> = {
  id: "marblestone-2020/clustering",
  title: "Which machine of a product has the largest share of a digit, against its class",
  citation,
  where: "abstract: a product can exhibit unsupervised clustering",
  version: 1,
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
      product === "trained"
        ? await machinesOfTrained({ images, ...training }, rows, seed, context)
        : machinesOfUntrained(training, rows, seed);
    const chance = Array.from({ length: PERMUTATIONS }, (_, p) => {
      const order = context.random.fork(1).fork(p).permutation(new Uint32Array(classes.length));
      return scoresOf(
        machines,
        Array.from(order, (r) => classes[r]),
        training.machines,
      );
    });
    const { information, purity, counts } = scoresOf(machines, classes, training.machines);
    return {
      product,
      information,
      permuted: mean(chance.map((one) => one.information)),
      purity,
      permutedPurity: mean(chance.map((one) => one.purity)),
      counts,
    };
  },

  summarize({ seeds, images, epochs, hidden, machines, rows, test }, parts) {
    const of = (product: string) => parts.filter((part) => part.product === product);
    const shown = of("trained")[0];
    return {
      rows: PRODUCTS.flatMap((product) => {
        const some = of(product);
        const smaller =
          product === "trained" ? `perceptrons of ${hidden} units, ${epochs} epochs of ${images} images` : "no encoder";
        return [
          stated(
            `${product}: information of machine and class less that of permuted classes, nats`,
            "clusters, so above 0",
            interval(some.map(({ information, permuted }) => information - permuted)),
            { above: 0 },
            { smaller },
          ),
          stated(
            `${product}: purity of machines less that of permuted classes`,
            "above 0",
            interval(some.map(({ purity, permutedPurity }) => purity - permutedPurity)),
            { above: 0 },
            { smaller },
          ),
        ];
      }),
      notes: [
        `A digit belongs to the machine of ${machines} with its largest share; the machines have ${rows} rows together. ${test} test images; chance is the mean over ${PERMUTATIONS} permutations of their classes. ${seeds > 2 ? "Student's 95 % intervals over seeds." : "Too few seeds for an interval: ends are the smallest and the largest value."}`,
        ...PRODUCTS.map(
          (product) =>
            `${product}: purity ${mean(of(product).map(({ purity }) => purity)).toFixed(3)}, of permuted classes ${mean(of(product).map(({ permutedPurity }) => permutedPurity)).toFixed(3)}; information ${mean(of(product).map(({ information }) => information)).toFixed(3)} of at most ${log(CLASSES).toFixed(2)} nats; ${mean(of(product).map(({ counts }) => counts.filter((row) => row.some((count) => count > 0)).length)).toFixed(1)} machines lead somewhere.`,
        ),
        "Shares of the trained product are a learned softmax of the code, with their divergence from equal shares in the loss. Those of the untrained one follow from how well each machine alone explains an image, of which it stores as many as it has rows.",
      ],
      figure: {
        cells: (shown?.counts ?? []).flatMap((row, machine) =>
          row.map((count, digit) => ({
            machine,
            digit,
            share:
              count /
              Math.max(
                1,
                row.reduce((sum, one) => sum + one, 0),
              ),
          })),
        ),
      },
    };
  },

  figure(Plot, { figure: { cells } }) {
    return {
      width: 520,
      height: 360,
      x: { label: "digit →", type: "band" },
      y: { label: "machine", type: "band" },
      color: { scheme: "blues" },
      marks: [Plot.cell(cells, { x: "digit", y: "machine", fill: "share", stroke: colours.faint })],
    };
  },
};

async function machinesOfTrained(
  training: Omit<Training, "sampled" | "damage">,
  rows: readonly Float32Array[],
  seed: number,
  context: Context,
): Promise<number[]> {
  const learned = bitsOf(await context.images("mnist"), 0, training.images);
  const memory = await trainedMemory({ ...training, sampled: "memory", damage: 0 }, learned, seed, context);
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

/** Mutual information and purity of machines and classes. */
function scoresOf(machines: readonly number[], classes: readonly number[], count: number) {
  const counts = Array.from({ length: count }, () => new Array<number>(CLASSES).fill(0));
  machines.forEach((machine, r) => {
    counts[machine][classes[r]]++;
  });
  const total = machines.length;
  const ofClass = Array.from({ length: CLASSES }, (_, c) => counts.reduce((sum, row) => sum + row[c], 0));
  let [information, pure] = [0, 0];
  for (const row of counts) {
    const own = row.reduce((sum, one) => sum + one, 0);
    pure += Math.max(...row);
    row.forEach((both, c) => {
      if (both > 0) information += (both / total) * log((both * total) / (own * ofClass[c]));
    });
  }
  return { information, purity: pure / total, counts };
}
