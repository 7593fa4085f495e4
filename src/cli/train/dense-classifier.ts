import { memorySheet } from "../../data/index.js";
import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { DenseClassifier, denseClassifierKind } from "../../models/index.js";
import { saveModel, testPartOf, writeGreyPng } from "../../node/index.js";
import {
  type DenseReport,
  denseOptions,
  describeScheduled,
  exponentialDecay,
  linearDecay,
  probabilities,
  type Scheduled,
  train,
  usualDense,
} from "../../training/index.js";
import { dataFolder, type GreySet, type GreySetOptions, readGreySet } from "../io/grey-set.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { count } from "../io/output.js";
import { pictureFormat } from "../io/output-files.js";
import { time } from "../io/progress.js";
import { classNames, nothingLearned, percent, requireLabels } from "./classes.js";
import { checkpointLine, type PreparedTraining, requireMore, type TrainCommand } from "./train-command.js";
import { withTrainingData } from "./training-data.js";
import { earlierRates, type KeptTraining, withRate } from "./training-file.js";
import { TrainingLog } from "./training-log.js";
import { type FileOptions, refuseStray, requireBatch, withFileOptions } from "./training-options.js";
import { lookEvery } from "./training-run.js";

const COMMAND = "engram train dense-classifier";

/** Usual batch size. */
const BATCH = 250;

const { seed: _, temperature: __, ...own } = denseOptions;

const specs = {
  memories: { type: "integer", low: 1, high: 100_000, default: 500, help: "number of memories, K" },
  power: {
    type: "integer",
    low: 1,
    high: 1000,
    default: 3,
    help: "power n of the energy: a small one learns features, a large one prototypes",
  },
  form: {
    type: "choice",
    values: ["direct", "dual"],
    default: "direct",
    help: "direct, by energy differences, or dual, a net with one hidden layer; its power is one less for the same energy",
  },
  ...own,
  epochs: { ...own.epochs, default: 40 },
  batch: { ...own.batch, help: "batch size (default 250, at most the number of images)" },
  temperature: {
    type: "number",
    above: 0,
    optional: true,
    help: "temperature T in pixels (default 32 for power 2, 40 for 3, 450 for 20, 500 for 30 and 500 memories; it grows as their n-th root, and as the root of the pixels)",
  },
  finalTemperature: {
    type: "number",
    above: 0,
    optional: true,
    help: "final temperature, linear from --temperature (default the same)",
  },
  ramp: {
    type: "integer",
    low: 1,
    optional: true,
    help: "number of epochs from --temperature to --final-temperature (default --epochs)",
  },
  errorPower: {
    type: "integer",
    low: 1,
    high: 1000,
    optional: true,
    help: "m of the loss, the sum of (output - target)^(2 m) (default 2 up to power 3, 10 from power 20)",
  },
  rate: {
    type: "number",
    low: 0,
    high: 2,
    optional: true,
    help: "initial learning rate, the largest change of a value per update (default 0.01 up to power 3, 0.03 from power 20)",
  },
  decay: { type: "number", above: 0, high: 1, default: 0.95, help: "factor of the learning rate per epoch" },
  momentum: {
    type: "number",
    low: 0,
    below: 1,
    optional: true,
    help: "momentum coefficient (default 0.8 up to power 3, 0.6 from power 20)",
  },
  mean: {
    type: "number",
    low: -1,
    high: 1,
    optional: true,
    help: "mean of the first values of memories (default -0.03 up to power 3, -0.3 from power 20)",
  },
  deviation: {
    type: "number",
    low: 0,
    high: 10,
    optional: true,
    help: "standard deviation of the first values of memories (default 0.1 up to power 3, 0.3 from power 20)",
  },
} as const;

/** The options of `engram train dense-classifier`. */
interface Options extends GreySetOptions, FileOptions {
  png?: string;
}

export const denseClassifierCommand: TrainCommand<Options> = {
  name: denseClassifierKind.name,
  summary: "Train a dense associative memory to classify images, and write it to a file.",
  example: "engram train dense-classifier --data mnist --memories 500 --power 3 --out digits.safetensors",
  options: (command) =>
    withFileOptions(addOptionFlags(withTrainingData(command), specs), "digits.safetensors").option(
      "--png <file>",
      "write the memories as a PNG sheet: mid-grey is 0, black -1, white 1",
    ),
  check(options) {
    const { power, form, ramp, finalTemperature } = readOptionFlags(specs, options as never);
    if (form === "direct" && power < 2) {
      throw new ArgumentError(`--power is ${power}; expected a whole number of at least 2, or 1 with --form dual`);
    }
    refuseStray([
      [ramp !== undefined && finalTemperature === undefined, "--ramp is given without --final-temperature"],
    ]);
  },
  outputs: ({ png }) => [{ flag: "--png", path: png, format: pictureFormat }],
  prepare,
};

async function prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining> {
  const { out, data, split, invert, seed, png, json } = options;
  const values = readOptionFlags(specs, options as never);
  const { epochs, power, form, memories, decay } = values;
  requireMore(file, resumed, epochs);
  const learned = await readGreySet(options);
  const names = classNames(learned, COMMAND);
  const labels = requireLabels(learned, names, COMMAND);
  requireBatch(learned.count, values.batch);
  const batch = values.batch ?? Math.min(BATCH, learned.count);
  const tested = await testPart(options, learned);
  const pixels = learned.shape[0] * learned.shape[1];
  const usual = usualDense(power, memories, { pixels, form });
  const temperature = values.temperature ?? usual.temperature;
  const momentum = values.momentum ?? usual.momentum;
  const errorPower = values.errorPower ?? usual.errorPower;
  const [mean, deviation] = [values.mean ?? usual.mean, values.deviation ?? usual.deviation];
  const firstRate = values.rate ?? usual.rate;
  const rate = exponentialDecay({ from: firstRate, factor: decay });
  const classifier = DenseClassifier.random({
    pixels,
    classes: names.length,
    memories,
    power,
    form,
    temperature,
    mean,
    deviation,
    random: new Random(seed).fork(0),
  });
  const updates = Math.ceil(learned.count / batch);
  const log = new TrainingLog({
    epochs,
    updates,
    json,
    columns: [
      { title: "errors in %", value: (report) => 100 * (report as DenseReport).training.errorRate },
      ...(tested === undefined
        ? []
        : [
            {
              title: "test errors in %",
              value: (report: object) => {
                const { validation } = report as DenseReport;
                return validation === undefined ? undefined : 100 * validation.errorRate;
              },
            },
          ]),
    ],
  });
  const init = `${mean} ${deviation}`;
  const earlier = earlierRates(resumed, rate);
  const { finalTemperature, ramp } = values;
  const notes: PreparedTraining["notes"] = (done) => ({
    data,
    split,
    images: learned.count,
    invert,
    // Grey values count as they are.
    binarise: "sample",
    classes: [...names],
    memories,
    power,
    form,
    temperature,
    finalTemperature,
    ramp,
    errorPower,
    epochs: done,
    batch,
    rate: firstRate,
    decay,
    earlier,
    momentum,
    mean,
    deviation,
    seed,
  });
  return {
    task: {
      options,
      file,
      resumed,
      rate: describeScheduled(rate),
      asked: { epochs, init, earlier },
      log,
      async *steps({ workspace, signal, onStart }) {
        const training = train(classifier, probabilities(learned.values), {
          epochs,
          batch,
          rate,
          momentum,
          errorPower,
          temperature: rampOf(temperature, finalTemperature, ramp ?? epochs),
          labels,
          validation: tested && { data: probabilities(tested.values), labels: requireLabels(tested, names, COMMAND) },
          seed,
          reportEvery: lookEvery,
          resume: resumed && withRate(resumed.checkpoint, rate),
          workspace,
          signal,
          onStart,
        });
        let errors = 0;
        for await (const report of training) {
          errors = report.training.errorRate;
          const also = { trainingErrors: errors, testErrors: report.validation?.errorRate };
          yield log.step(report, { part: report.updates / updates, also });
        }
        const warning = nothingLearned(labels, names.length, errors);
        if (warning !== undefined) log.warn(warning);
      },
      async save(done) {
        const { shape } = learned;
        await saveModel(out, classifier, { precision: "single", shape, notes: notes(done) });
        const pictures = denseClassifierKind.filters?.(classifier);
        if (png !== undefined && pictures !== undefined) await writeGreyPng(png, memorySheet(pictures, { shape }));
      },
    },
    notes,
    opening: [
      `Training ${denseClassifierKind.describe(classifier)}`,
      `${count(learned.count, "image")} of ${names.length} classes from ${learned.name}${
        tested === undefined ? "" : `; ${count(tested.count, "image")} of ${tested.name} are tested after every epoch`
      }`,
      "",
    ],
    closing: ({ epochs: done, seconds, history }) => {
      const { testErrors } = history[history.length - 1] ?? {};
      return [
        `Trained for ${count(done, "epoch")} in ${time(seconds)}. Wrote ${png === undefined ? out : `${out} and ${png}`}.`,
        ...checkpointLine(options, file),
        ...(testErrors === undefined ? [] : [`errors on ${tested?.name}: ${percent(testErrors)} %`]),
        `Error rate: engram score ${out} --data ${data}`,
      ];
    },
  };
}

/** A constant temperature, or a linear change of it. */
function rampOf(from: number, to: number | undefined, epochs: number): Scheduled {
  return to === undefined || to === from ? from : linearDecay({ from, to, epochs });
}

/** The part "test" of a data set, if it is not the training data. */
async function testPart(options: Options, { shape }: GreySet): Promise<GreySet | undefined> {
  const { data, split, invert, range, strict } = options;
  if (data === "glyphs") return undefined;
  const test = await testPartOf(await dataFolder(data), split);
  return test === undefined ? undefined : readGreySet({ data, split: test, invert, range, strict }, shape);
}
