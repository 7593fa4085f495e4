import { ArgumentError } from "../../errors.js";
import type { DataMatrix } from "../../math/data-matrix.js";
import { Random } from "../../math/index.js";
import {
  KanervaMemory,
  type KanervaReport,
  kanervaBound,
  kanervaKind,
  kanervaTraining,
  kanervaTrainingOptions,
  type MeasuredBound,
  Perceptron,
  ProductKanerva,
  productKanervaKind,
  type TrainedMemory,
} from "../../neural/index.js";
import { saveMemory, testPartOf } from "../../node/index.js";
import { optimiserOption, trainBy } from "../../training/index.js";
import { dataFolder, type GreySet, type GreySetOptions, readGreySet } from "../io/grey-set.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { count } from "../io/output.js";
import { gradientTraining } from "./gradient-training.js";
import type { PreparedTraining, TrainCommand } from "./train-command.js";
import { withTrainingData } from "./training-data.js";
import type { KeptTraining } from "./training-file.js";
import {
  decayingRate,
  type FileOptions,
  finalRateOption,
  imageOptions,
  ownOptions,
  rateOption,
  withFileOptions,
} from "./training-options.js";
import { lookEvery } from "./training-run.js";

const SIZE = { type: "integer", low: 1, high: 10_000 } as const;

const specs = {
  rows: { ...SIZE, default: 32, help: "number of rows of the memory, of all machines together" },
  code: { ...SIZE, default: 100, help: "number of entries of a code" },
  machines: {
    type: "integer",
    low: 1,
    high: 1000,
    optional: true,
    help: "number of machines, for a product of them (default one memory)",
  },
  addresses: {
    ...SIZE,
    optional: true,
    help: "width of trained addresses, as of the machine before the dynamic one (default weights are solved)",
  },
  hidden: {
    type: "numbers",
    low: 1,
    high: 100_000,
    default: [400],
    help: "numbers of units of the hidden layers of the encoder; the decoder has them in reverse",
  },
  threshold: imageOptions.threshold,
  ...ownOptions(kanervaTrainingOptions),
  epochs: { ...kanervaTrainingOptions.epochs, default: 20 },
  rate: rateOption(0.001),
  finalRate: finalRateOption,
  optimiser: { ...optimiserOption(0.9), default: "adam" },
} as const;

/** The options of `engram train kanerva`. */
interface Options extends GreySetOptions, FileOptions {}

/** Streams of the seed besides those of training. */
const STREAMS = { encoder: 100, decoder: 101, memory: 102 };

export const kanervaCommand: TrainCommand<Options> = {
  name: kanervaKind.name,
  kind: (options) => {
    const { machines } = readOptionFlags(specs, options as never);
    return machines === undefined ? kanervaKind.name : productKanervaKind.name;
  },
  summary: "Train a Kanerva memory, or a product of them: store afterwards by engram store --model.",
  example: "engram train kanerva --data mnist --rows 32 --code 100 --out k.safetensors",
  options: (command) => withFileOptions(addOptionFlags(withTrainingData(command), specs), "k.safetensors"),
  check(options) {
    const { rows, machines, addresses, hidden } = readOptionFlags(specs, options as never);
    const size = hidden.find((units) => !Number.isInteger(units));
    if (size !== undefined) throw new ArgumentError(`--hidden is ${hidden.join(",")}; expected whole numbers`);
    if (machines === undefined) return;
    if (addresses !== undefined) {
      throw new ArgumentError("--addresses and --machines cannot be combined; omit one of them");
    }
    if (rows % machines !== 0) {
      throw new ArgumentError(
        `--rows is ${rows}, which ${machines} machines cannot share; use a multiple of ${machines}`,
      );
    }
  },
  prepare,
};

async function prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining> {
  const { out, seed, data, split } = options;
  const values = readOptionFlags(specs, options as never);
  const { rows, code, machines, addresses, hidden, threshold, epochs, rate, finalRate, optimiser, ...learning } =
    values;
  const learned = await readGreySet(options);
  const patterns = bitsOf(learned, threshold);
  const { limit: _, perClass: __, ...whole } = options;
  const part = data === "glyphs" ? undefined : await testPartOf(await dataFolder(data), split);
  const tested = part === undefined ? undefined : await readGreySet({ ...whole, split: part }, learned.shape);
  const memory = memoryFor({ units: patterns.columns, rows, code, machines, addresses, hidden, seed });
  return gradientTraining(
    { options, file, resumed },
    {
      epochs,
      optimiser,
      learning,
      rate: decayingRate(rate, finalRate, epochs),
      rates: { rate, finalRate },
      facts: { data, split, invert: options.invert, images: learned.count, threshold },
      updates: Math.ceil(learned.count / Math.min(learning.batch * learning.items, learned.count)),
      columns: [
        { title: "bound in nats", value: ({ training: { bound } }: KanervaReport) => bound },
        { title: "of it reading", value: ({ training: { reading } }) => reading },
      ],
      train: (settings) => trainBy(kanervaTraining, memory, patterns, { ...settings, reportEvery: lookEvery }),
      entry: ({ training }) => ({ ...training }),
      async save(notes) {
        memory.notes = notes;
        memory.shape = [learned.shape[0], learned.shape[1]];
        await saveMemory(out, memory);
      },
      opening: [
        `${count(learned.count, "image")} from ${learned.name}`,
        `Training ${memory.kind}, ${memory.describe()}`,
      ],
      test() {
        if (tested === undefined || tested.count < learning.items) return undefined;
        return kanervaBound(memory, bitsOf(tested, threshold), { items: learning.items, sampled: learning.sampled });
      },
      closing: (bound) => [
        ...describeBound(bound, tested?.name),
        `Store pictures: engram store --model ${out} a.png b.png --out mine.safetensors`,
      ],
    },
  );
}

function memoryFor({
  units,
  rows,
  code,
  machines,
  addresses,
  hidden,
  seed,
}: {
  readonly units: number;
  readonly rows: number;
  readonly code: number;
  readonly machines: number | undefined;
  readonly addresses: number | undefined;
  readonly hidden: readonly number[];
  readonly seed: number;
}): TrainedMemory {
  const random = new Random(seed);
  const coders = {
    encoder: new Perceptron({ inputs: units, outputs: code, hidden, random: random.fork(STREAMS.encoder) }),
    decoder: new Perceptron({
      inputs: code,
      outputs: units,
      hidden: hidden.toReversed(),
      random: random.fork(STREAMS.decoder),
    }),
    seed: random.fork(STREAMS.memory).word(),
  };
  if (machines === undefined) return new KanervaMemory({ rows, ...coders, addresses });
  return new ProductKanerva({ machines: Array<number>(machines).fill(rows / machines), ...coders });
}

/** Grey values as zeros and ones. */
function bitsOf({ values, shape }: GreySet, threshold = 127): DataMatrix {
  const columns = shape[0] * shape[1];
  return {
    rows: values.length / columns,
    columns,
    values: Float32Array.from(values, (grey) => (grey > threshold ? 1 : 0)),
  };
}

function describeBound(bound: MeasuredBound | undefined, name: string | undefined): string[] {
  if (bound === undefined || name === undefined) return [];
  const { bound: total, error, reading, weights, memory, episodes } = bound;
  return [
    `${count(episodes, "episode")} of ${name}: bound ${total.toFixed(2)} nats an image, standard error ${error.toFixed(2)}`,
    `of it reading ${reading.toFixed(2)}, weights ${weights.toFixed(2)}, memory ${memory.toFixed(2)}`,
  ];
}
