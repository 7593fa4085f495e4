import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import {
  BagClassifier,
  type BagReport,
  type BagScore,
  type BagSet,
  bagClassifierOptions,
  bagsKind,
  bagTraining,
  bagTrainingOptions,
  drawBags,
  scoreBags,
} from "../../neural/index.js";
import { saveModel, testPartOf } from "../../node/index.js";
import { optimiserOption, trainBy } from "../../training/index.js";
import { dataFolder, type GreySet, type GreySetOptions, readGreySet } from "../io/grey-set.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { count } from "../io/output.js";
import { classNames, classNumbers } from "./classes.js";
import { gradientTraining } from "./gradient-training.js";
import type { PreparedTraining, TrainCommand } from "./train-command.js";
import { withTrainingData } from "./training-data.js";
import type { KeptTraining } from "./training-file.js";
import {
  decayingRate,
  type FileOptions,
  finalRateOption,
  ownOptions,
  rateOption,
  withFileOptions,
} from "./training-options.js";

const specs = {
  bags: {
    type: "integer",
    low: 2,
    high: 1_000_000,
    default: 200,
    help: "number of bags to learn from; half of them hold the class",
  },
  testBags: {
    type: "integer",
    low: 2,
    high: 1_000_000,
    default: 1000,
    help: "number of bags drawn from the test part",
  },
  bagSize: { type: "number", low: 1, high: 10_000, default: 10, help: "mean number of images in a bag" },
  bagDeviation: { type: "number", low: 0, high: 10_000, default: 2, help: "its standard deviation" },
  ...bagClassifierOptions,
  ...ownOptions(bagTrainingOptions),
  epochs: { ...bagTrainingOptions.epochs, default: 20 },
  rate: rateOption(0.0005),
  finalRate: finalRateOption,
  optimiser: { ...optimiserOption(0.9), default: "adam" },
} as const;

/** The options of `engram train bags`. */
interface Options extends GreySetOptions, FileOptions {
  holds: string;
}

/** Streams of the seed besides those of training. */
const STREAMS = { weights: 0, bags: 100, test: 101 };

export const bagsCommand: TrainCommand<Options> = {
  name: bagsKind.name,
  summary: "Train a classifier of bags of images: which bags hold an image of a class? Only bags have labels.",
  example: "engram train bags --data mnist --holds 9 --pooling association --out bags.safetensors",
  options(command) {
    command.requiredOption("--holds <class>", "class of images that is looked for, such as 9");
    return withFileOptions(addOptionFlags(withTrainingData(command), specs), "digits.bags.safetensors");
  },
  check(options) {
    readOptionFlags(specs, options as never);
  },
  prepare,
};

async function prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining> {
  const { out, seed, holds, data, split } = options;
  const values = readOptionFlags(specs, options as never);
  const { bags, testBags, bagSize, bagDeviation, features, pooling, epochs, rate, finalRate, optimiser, ...learning } =
    values;
  const learned = await readGreySet(options);
  const names = classNames(learned, "engram train bags");
  const random = new Random(seed);
  const draw = (set: GreySet, number: number, stream: number) =>
    bagsOf(set, names, { bags: number, holds, size: bagSize, deviation: bagDeviation, random: random.fork(stream) });
  const training = draw(learned, bags, STREAMS.bags);
  const part = data === "glyphs" ? undefined : await testPartOf(await dataFolder(data), split);
  const { limit: _, perClass: __, ...whole } = options;
  const tested = part === undefined ? undefined : await readGreySet({ ...whole, split: part });
  const test = tested && { name: tested.name, bags: draw(tested, testBags, STREAMS.test) };
  const classifier = new BagClassifier(training.units, { features, pooling, random: random.fork(STREAMS.weights) });
  return gradientTraining(
    { options, file, resumed },
    {
      epochs,
      optimiser,
      learning,
      rate: decayingRate(rate, finalRate, epochs),
      rates: { rate, finalRate },
      facts: { data, split, invert: options.invert, images: learned.count, holds, bags, bagSize, bagDeviation },
      updates: Math.ceil(bags / Math.min(learning.batch, bags)),
      columns: [
        { title: "loss in nats", value: ({ training: { loss } }: BagReport) => loss },
        { title: "errors in %", value: ({ training: { errorRate } }) => 100 * errorRate },
      ],
      train: (settings) => trainBy(bagTraining, classifier, training, settings),
      entry: ({ training: { loss, errorRate } }) => ({ trainingLoss: loss, trainingErrors: errorRate }),
      save: (notes) => saveModel(out, classifier, { precision: "single", shape: learned.shape, notes }),
      opening: [
        `${count(bags, "bag")} of ${bagSize} images on average from ${learned.name}; half of them hold ${holds}`,
        `Training ${bagsKind.describe(classifier)}`,
      ],
      test: () => test && scoreBags(inputsOf(classifier, test.bags), test.bags.labels),
      closing: (score) => describeScore(score, test),
    },
  );
}

/** Bags of the images of a set. */
function bagsOf(
  set: GreySet,
  names: readonly string[],
  { holds, ...options }: Omit<Parameters<typeof drawBags>[2], "holds"> & { readonly holds: string },
): BagSet {
  const wanted = names.indexOf(holds);
  if (wanted < 0) throw new ArgumentError(`--holds is ${holds}; expected one of the classes ${names.join(", ")}`);
  const classes = classNumbers(set, names) ?? [];
  return drawBags(
    Float32Array.from(set.values, (grey) => grey / 255),
    classes,
    { ...options, holds: wanted },
  );
}

function inputsOf(classifier: BagClassifier, bags: BagSet): number[] {
  return classifier.classify(bags).map(({ input }) => input);
}

function describeScore(
  score: BagScore | undefined,
  test: { readonly name: string; readonly bags: BagSet } | undefined,
): string[] {
  if (score?.areaUnderCurve === undefined || test === undefined) return [];
  const { value, error } = score.areaUnderCurve;
  return [
    `${count(test.bags.labels.length, "bag")} from ${test.name}: area under the curve ${value.toFixed(4)}, standard error ${error.toFixed(4)}`,
    `wrong at a probability of 1/2: ${(100 * score.errorRate).toFixed(1)} %`,
  ];
}
