import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { DeepBeliefNet, deepBeliefKind } from "../../models/index.js";
import { saveModel } from "../../node/index.js";
import {
  deepBeliefOptions,
  describeScheduled,
  initialise,
  optimiserOption,
  type TrainingMethod,
  train,
} from "../../training/index.js";
import { binary, softmax } from "../../units/index.js";
import { type GreySetOptions, readGreySet } from "../io/grey-set.js";
import { addOptionFlags, readEachFlag, readOptionFlags } from "../io/option-flags.js";
import { integerOption, listOption } from "../io/options.js";
import { count } from "../io/output.js";
import { time } from "../io/progress.js";
import { asTrainingData } from "../io/reading.js";
import { classNames, classNumbers } from "./classes.js";
import { chosenReading, dataNotes, type ReadingOptions } from "./images.js";
import { checkpointLine, madeNotes, methodTitle, type PreparedTraining, type TrainCommand } from "./train-command.js";
import { withTrainingData } from "./training-data.js";
import { earlierRates, type KeptTraining, withRate } from "./training-file.js";
import { reported, TrainingLog } from "./training-log.js";
import {
  decayingRate,
  type FileOptions,
  finalRateOption,
  imageOptions,
  ownOptions,
  rateOption,
  refuseStray,
  requireBatch,
  updatesAnEpoch,
  withFileOptions,
} from "./training-options.js";
import { lookEvery } from "./training-run.js";

/**
 * The default batch size: in the same number of epochs nets learn far more from small batches, and no layer can make up for
 * what a lower one has not learned.
 */
const USUAL_BATCH = 10;

const { sparsity: _, sparsityCost: __, sparsityMemory: ___, ...rbm } = ownOptions(deepBeliefOptions);

const specs = {
  ...imageOptions,
  ...rbm,
  batch: { ...rbm.batch, help: `batch size (default ${USUAL_BATCH})` },
  method: {
    ...rbm.method,
    help: "training method, one for all RBMs or one for each from below (default cd, and pcd for the top one)",
  },
  epochs: { ...rbm.epochs, default: 10 },
  rate: rateOption(0.05),
  finalRate: finalRateOption,
  optimiser: optimiserOption(),
} as const;

/** Options with one value for all RBMs, or one for each from below. */
const EACH = ["method", "epochs", "rate"];

/** The options of `engram train dbn`. */
interface Options extends GreySetOptions, ReadingOptions, FileOptions {
  layers: number[];
  labels?: true;
}

/** The stream of the seed for the initial lowest RBM; training has its own streams. */
const START = 100;

export const dbnCommand: TrainCommand<Options> = {
  name: deepBeliefKind.name,
  summary: "Train a deep belief net on images, RBM by RBM from below, and write it to a file.",
  example: "engram train dbn --data mnist --layers 500,500,2000 --labels --out digits.dbn.safetensors",
  options(command) {
    withTrainingData(command)
      .requiredOption(
        "--layers <n,...>",
        "number of units of each hidden layer from below, such as 500,500,2000",
        listOption(integerOption("--layers", 1, 1_000_000)),
      )
      .option("--labels", "also learn the classes of the images, in the top RBM");
    return withFileOptions(addOptionFlags(command, specs, EACH), "digits.dbn.safetensors");
  },
  check(options) {
    const { binarise, threshold, labels, layers } = options;
    refuseStray([
      [threshold !== undefined && binarise === "sample", "--threshold cannot be used with --binarise sample"],
    ]);
    layersOf(options);
    if (labels === undefined || layers.length > 1) return;
    throw new ArgumentError(`--labels needs at least two hidden layers, but --layers is ${layers[0]}; add a layer`);
  },
  prepare,
};

/** The training options of each RBM, from below. */
function layersOf(options: Options) {
  const parsed = options as unknown as Readonly<Record<string, unknown>>;
  const { layers } = options;
  const each = (name: string, usual: (l: number) => unknown) =>
    readEachFlag(
      name,
      specs,
      parsed,
      layers.map((_units, l) => usual(l)),
    );
  const { method: _method, epochs: _epochs, rate: _rate, ...rest } = specs;
  const { finalRate, binarise: _binarise, threshold: _threshold, passing, ...values } = readOptionFlags(rest, parsed);
  const methods = each("method", (l) => (l === layers.length - 1 ? "pcd" : "cd")) as TrainingMethod[];
  const epochs = each("epochs", () => specs.epochs.default) as number[];
  const rates = each("rate", () => specs.rate.default) as number[];
  return {
    passing,
    finalRate,
    values,
    layers: methods.map((method, l) => ({
      method,
      epochs: epochs[l],
      firstRate: rates[l],
      rate: decayingRate(rates[l], finalRate, epochs[l]),
    })),
  };
}

type Layers = ReturnType<typeof layersOf>["layers"];

async function prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining> {
  const { layers, passing, finalRate, values } = layersOf(options);
  const { out, seed, json } = options;
  if (resumed !== undefined) requireSameBelow(file, resumed, layers);
  const reading = chosenReading(options);
  const learned = await readGreySet(options);
  const { batch = Math.min(USUAL_BATCH, learned.count) } = values;
  requireBatch(learned.count, batch);
  const classes = options.labels && classNames(learned, "--labels");
  const labels = classes && classNumbers(learned, classes);
  const units = [learned.shape[0] * learned.shape[1], ...options.layers].map((width) => binary(width));
  const net = DeepBeliefNet.ofLayers(units, { labels: classes && softmax(1, classes.length) });
  const data = asTrainingData(learned, net.visible, reading);
  if (resumed === undefined) initialise(net.rbms[0], { random: new Random(seed).fork(START), data });
  const updates = updatesAnEpoch(learned.count, batch);
  const columns = [reported("reconstructionError", "reconstruction error")];
  const log = new TrainingLog({ epochs: layers[0].epochs, updates, columns, json });
  const rate = layers[resumed === undefined ? 0 : layerOf(resumed)].rate;
  const earlier = earlierRates(resumed, rate);
  const { optimiser, ...learning } = values;
  const notes: PreparedTraining["notes"] = (done) => ({
    ...dataNotes(options, reading, learned),
    layers: options.layers,
    classes: classes && [...classes],
    method: layers.map(({ method }) => method.name),
    methodOptions: layers.map(({ method }) => method.options as Record<string, never>),
    epochs: layers.map(({ epochs }, l) => Math.min(epochs, Math.max(0, done - epochsOf(layers, l)))),
    rate: layers.map(({ firstRate }) => firstRate),
    finalRate,
    earlier,
    ...madeNotes("optimiser", optimiser),
    ...learning,
    batch,
    passing,
    seed,
  });
  const section = (l: number) => {
    const { visible, hidden } = net.rbms[l];
    return `RBM ${l + 1} of ${layers.length}, ${visible.width} x ${hidden.width}, by ${methodTitle(layers[l].method)}`;
  };
  return {
    task: {
      options,
      file,
      resumed,
      rate: describeScheduled(rate),
      asked: { epochs: epochsOf(layers), init: "means", each: layers.map(({ epochs }) => epochs), earlier },
      log,
      async *steps({ workspace, signal, onStart }) {
        let current = -1;
        const training = train(net, data, {
          ...learning,
          optimiser,
          passing,
          batch,
          layers: layers.map(({ method, epochs, rate: own }) => ({ method, epochs, rate: own })),
          labels,
          seed,
          reportEvery: lookEvery,
          resume: resumed && withRate(resumed.checkpoint, rate),
          workspace,
          signal,
          onStart,
        });
        for await (const report of training) {
          const l = report.layer - 1;
          if (l !== current) log.section(section(l), layers[l].epochs);
          current = l;
          const part = report.updates / updates;
          yield log.step(report, { part, epochs: epochsOf(layers, l) + part, place: { layer: report.layer } });
        }
      },
      save: (done) => saveModel(out, net, { shape: learned.shape, notes: notes(done) }),
    },
    notes,
    opening: [
      `Training ${deepBeliefKind.describe(net)}, RBM by RBM from below`,
      `${count(learned.count, "image")} of ${learned.shape.join("x")} pixels from ${learned.name}; all numbers in nats per state of the lower layer`,
      "",
    ],
    closing: ({ epochs: done, seconds }) => [
      `Trained for ${count(done, "epoch")} in ${time(seconds)}. Wrote ${out}.`,
      ...checkpointLine(options, file),
      `Samples: engram sample ${out}${net.classes > 0 ? " --label all" : ""}. Log-likelihood: engram score ${out} --data ${options.data}`,
    ],
    // The epochs of each RBM: an outcome has their sum.
    record: ({ epochs: done }) => ({ epochs: notes(done).epochs }),
  };
}

/** Epochs of the first n RBMs. */
function epochsOf(layers: readonly { readonly epochs: number }[], n = layers.length): number {
  return layers.slice(0, n).reduce((sum, { epochs }) => sum + epochs, 0);
}

/** The number of the RBM of a checkpoint; 0 is the lowest. */
function layerOf({ checkpoint }: KeptTraining): number {
  const { settings } = checkpoint.metadata as { settings?: { layer?: string } };
  return Number(settings?.layer) - 1;
}

/** Trained RBMs stay as they are: throws if their numbers of epochs were changed. */
function requireSameBelow(file: string, resumed: KeptTraining, layers: Layers): void {
  const { each, done } = resumed.run;
  const under = layerOf(resumed);
  if (each?.length !== layers.length || !(under >= 0 && under < layers.length)) {
    const expected = `a deep belief net of ${count(layers.length, "hidden layer")}`;
    throw new ArgumentError(`${file} is not a checkpoint of ${expected}; give another file with --checkpoint`);
  }
  layers.forEach(({ epochs }, l) => {
    if (l < under && epochs !== each[l]) {
      const found = `--epochs is ${epochs} for RBM ${l + 1}, but ${file} has it after ${each[l]}`;
      throw new ArgumentError(`${found}: a trained RBM stays as it is; change only the epochs of the RBMs above`);
    }
    const own = done - each.slice(0, l).reduce((sum, n) => sum + n, 0);
    if (l === under && own > epochs) {
      throw new ArgumentError(
        `--epochs is ${epochs} for RBM ${l + 1} but ${file} has ${own} of them already; use a larger number`,
      );
    }
  });
}
