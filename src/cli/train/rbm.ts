import { filterSheet } from "../../data/index.js";
import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { Rbm, rbmKind } from "../../models/index.js";
import { saveModel, writeGreyPng } from "../../node/index.js";
import { describeScheduled, initialise, optimiserOption, rbmOptions, train } from "../../training/index.js";
import { unitKinds, unitsByType } from "../../units/index.js";
import { type GreySetOptions, pick, readGreySet } from "../io/grey-set.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { count, short } from "../io/output.js";
import { pictureFormat } from "../io/output-files.js";
import { time } from "../io/progress.js";
import { asTrainingData } from "../io/reading.js";
import { chosenReading, dataNotes, holdOut, type ReadingOptions } from "./images.js";
import {
  checkpointLine,
  madeNotes,
  methodTitle,
  type PreparedTraining,
  requireMore,
  type TrainCommand,
} from "./train-command.js";
import { withTrainingData } from "./training-data.js";
import { earlierRates, type KeptTraining, withRate } from "./training-file.js";
import { measured, reported, TrainingLog } from "./training-log.js";
import { monitorsOf } from "./training-monitors.js";
import {
  batchOf,
  decayingRate,
  type FileOptions,
  finalRateOption,
  heldOutOption,
  imageOptions,
  ownOptions,
  refuseStray,
  requireBatch,
  updatesAnEpoch,
  withFileOptions,
} from "./training-options.js";
import { lookEvery } from "./training-run.js";

/** Types that need no option: softmax units need a number of states, which images do not provide. */
const unitNames = unitKinds.filter(({ options }) => Object.keys(options).length === 0).map(({ type }) => type);

const specs = {
  ...imageOptions,
  heldOut: heldOutOption,
  visible: { type: "choice", values: unitNames, default: "binary", help: "type of the visible units" },
  hidden: { type: "integer", low: 1, high: 1_000_000, default: 500, help: "number of hidden units" },
  hiddenUnits: { type: "choice", values: unitNames, default: "binary", help: "type of the hidden units" },
  init: {
    type: "choice",
    values: ["means", "normal", "pca"],
    default: "means",
    help: "initialisation; means fits the visible biases to the data, pca also makes filters principal components",
  },
  ...ownOptions(rbmOptions),
  epochs: { ...rbmOptions.epochs, default: 10 },
  rate: {
    type: "number",
    low: 0,
    high: 1e6,
    optional: true,
    help: "initial learning rate (default 0.1; 0.01 for real-valued hidden units, 0.001 for real-valued visible units)",
  },
  finalRate: finalRateOption,
  optimiser: optimiserOption(),
  centred: { ...rbmOptions.centred, default: true },
} as const;

/** The options of `engram train rbm`. */
interface Options extends GreySetOptions, ReadingOptions, FileOptions {
  heldOut?: number;
  hidden?: number;
  visible?: string;
  sparsity?: number;
  sparsityCost?: number;
  png?: string;
}

/** Streams of the seed besides those of training. */
const STREAMS = { start: 100, watched: 101 };

/** The largest number of images for principal components. */
const mostForComponents = 5000;

export const rbmCommand: TrainCommand<Options> = {
  name: rbmKind.name,
  summary: "Train a restricted Boltzmann machine on images, and write it to a file.",
  example: "engram train rbm --data mnist --hidden 500 --method pcd --epochs 20 --out digits.rbm.safetensors",
  options: (command) =>
    withFileOptions(addOptionFlags(withTrainingData(command), specs), "digits.rbm.safetensors").option(
      "--png <file>",
      "write the filters of the hidden units as a PNG sheet",
    ),
  check(options) {
    const { visible, binarise, threshold, sparsity, sparsityCost } = options;
    readOptionFlags(specs, options as never);
    const isReal = visible === "gaussian" || visible === "relu";
    const grey = `cannot be used with --visible ${visible}, which takes grey values as they are`;
    refuseStray([
      [binarise !== undefined && isReal, `--binarise ${grey}`],
      [threshold !== undefined && isReal, `--threshold ${grey}`],
      [threshold !== undefined && binarise === "sample", "--threshold cannot be used with --binarise sample"],
      [sparsityCost !== undefined && sparsity === undefined, "--sparsity-cost is given without --sparsity"],
    ]);
  },
  outputs: ({ png }) => [{ flag: "--png", path: png, format: pictureFormat }],
  prepare,
};

async function prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining> {
  const { out, seed, png, json } = options;
  const values = readOptionFlags(specs, options as never);
  const { epochs, batch, init, method, optimiser, sparsity } = values;
  requireMore(file, resumed, epochs);
  const reading = chosenReading(options);
  const { learned, heldOut } = holdOut(await readGreySet(options), values.heldOut);
  requireBatch(learned.count, batch);
  const rbm = new Rbm({
    visible: unitsByType({ type: values.visible, count: learned.shape[0] * learned.shape[1] }),
    hidden: unitsByType({ type: values.hiddenUnits, count: values.hidden }),
  });
  requireMean(rbm, sparsity);
  const data = asTrainingData(learned, rbm.visible, reading);
  const random = new Random(seed).fork(STREAMS.start);
  if (resumed === undefined && init !== "pca") {
    initialise(rbm, { random, data: init === "means" ? data : undefined, hiddenMean: sparsity });
  } else if (resumed === undefined) {
    const some = Math.min(learned.count, mostForComponents);
    const part = pick(learned, random.fork(0).sample(some, learned.count));
    const components = Math.min(values.hidden, rbm.visible.width, some - 1);
    initialise(rbm, { random, data: asTrainingData(part, rbm.visible, reading), components, hiddenMean: sparsity });
  }
  const firstRate = values.rate ?? usualRate(rbm);
  const rate = decayingRate(firstRate, values.finalRate, epochs);
  const updates = updatesAnEpoch(learned.count, batch);
  const log = new TrainingLog({
    epochs,
    updates,
    json,
    columns: [
      reported("reconstructionError", "reconstruction error"),
      measured("pseudoLikelihood", "pseudo-likelihood"),
      ...(heldOut === undefined ? [] : [measured("freeEnergyGap", "free-energy gap")]),
    ],
  });
  const begun = resumed?.run.init ?? init;
  const earlier = earlierRates(resumed, rate);
  const { l1, l2, sparsityCost, sparsityMemory, centred, centredSliding, learnBiases, learnPrecisions } = values;
  const learning = {
    l1,
    l2,
    sparsity,
    sparsityCost,
    sparsityMemory,
    centred,
    centredSliding,
    learnBiases,
    learnPrecisions,
  };
  const notes: PreparedTraining["notes"] = (done) => ({
    ...dataNotes(options, reading, learned),
    ...(rbm.visible.twoStates === undefined ? { binarise: undefined, threshold: undefined } : {}),
    heldOut: heldOut?.count ?? 0,
    ...madeNotes("method", method),
    init: begun,
    epochs: done,
    batch: batchOf(learned.count, batch),
    rate: firstRate,
    finalRate: values.finalRate,
    earlier,
    ...madeNotes("optimiser", optimiser),
    ...learning,
    seed,
  });
  return {
    task: {
      options,
      file,
      resumed,
      rate: describeScheduled(rate),
      asked: { epochs, init: begun, earlier },
      log,
      async *steps({ workspace, signal, onStart }) {
        const training = train(rbm, data, {
          ...learning,
          method,
          optimiser,
          batch,
          epochs,
          rate,
          seed,
          reportEvery: lookEvery,
          monitors: monitorsOf(
            { rbm, learned, heldOut, reading, epochs },
            updates,
            new Random(seed).fork(STREAMS.watched),
          ),
          resume: resumed && withRate(resumed.checkpoint, rate),
          workspace,
          signal,
          onStart,
        });
        for await (const report of training) yield log.step(report, { part: report.updates / updates });
      },
      async save(done) {
        const { shape } = learned;
        await saveModel(out, rbm, { shape, notes: notes(done) });
        if (png !== undefined) await writeGreyPng(png, filterSheet(rbm.weights, { shape }));
      },
    },
    notes,
    opening: [
      `Training ${rbmKind.describe(rbm)}, by ${methodTitle(method)}`,
      `${count(learned.count, "image")} of ${learned.shape.join("x")} pixels from ${learned.name}${
        heldOut === undefined ? "" : `, and ${heldOut.count} held out to monitor overfitting`
      }; all numbers in nats an image`,
      "",
    ],
    closing: ({ epochs: done, seconds, swapRates = [] }) => [
      `Trained for ${count(done, "epoch")} in ${time(seconds)}. Wrote ${png === undefined ? out : `${out} and ${png}`}.`,
      ...(swapRates.length > 0
        ? [
            `Neighbouring temperatures swapped in ${short(Math.min(...swapRates))} to ${short(Math.max(...swapRates))} of the attempts.`,
          ]
        : []),
      ...checkpointLine(options, file),
      `Samples: engram sample ${out}. Log-likelihood: engram score ${out} --data ${options.data}`,
    ],
  };
}

/** The default learning rate: units of real values, which have no bounds, diverge more easily. */
function usualRate({ visible, hidden }: Rbm): number {
  if (visible.states === Number.POSITIVE_INFINITY) return 0.001;
  return hidden.states === Number.POSITIVE_INFINITY ? 0.01 : 0.1;
}

/** Throws unless hidden units can have this mean. */
function requireMean({ hidden }: Rbm, mean: number | undefined): void {
  const { low, high } = hidden.range(0);
  if (mean === undefined || (mean > low && mean < high)) return;
  const range = `a number above ${low} and below ${high}, as ${hidden.type} units have`;
  throw new ArgumentError(`--sparsity is ${mean}; expected ${range}`);
}
