import { Random } from "../../math/index.js";
import { DeepBoltzmannMachine, deepBoltzmannKind, Rbm } from "../../models/index.js";
import { saveModel } from "../../node/index.js";
import { deepBoltzmannOptions, describeScheduled, initialise, optimiserOption, train } from "../../training/index.js";
import { binary } from "../../units/index.js";
import { type GreySetOptions, readGreySet } from "../io/grey-set.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { count } from "../io/output.js";
import { time } from "../io/progress.js";
import { asTrainingData } from "../io/reading.js";
import { chosenReading, dataNotes, type ReadingOptions } from "./images.js";
import { checkpointLine, madeNotes, type PreparedTraining, requireMore, type TrainCommand } from "./train-command.js";
import { withTrainingData } from "./training-data.js";
import { earlierRates, type KeptTraining, withRate } from "./training-file.js";
import { reported, TrainingLog } from "./training-log.js";
import {
  batchOf,
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

const { phase: _, ...joint } = ownOptions(deepBoltzmannOptions);

const WIDTH = { type: "integer", low: 1, high: 1_000_000 } as const;

const specs = {
  ...imageOptions,
  lower: { ...WIDTH, default: 500, help: "number of units of the lower hidden layer" },
  upper: { ...WIDTH, default: 1000, help: "number of units of the upper hidden layer" },
  ...joint,
  epochs: { ...joint.epochs, default: 10, help: "passes over the data in the joint training" },
  pretraining: {
    type: "integer",
    low: 0,
    default: 5,
    help: "passes over the data in the pre-training of each layer, 0 for none",
  },
  rate: rateOption(0.01),
  pretrainingRate: { ...rateOption(0.05), help: "initial learning rate of the pre-training" },
  finalRate: finalRateOption,
  optimiser: optimiserOption(),
} as const;

/** The options of `engram train dbm`. */
interface Options extends GreySetOptions, ReadingOptions, FileOptions {}

/** Streams of the seed besides those of training. */
const STREAMS = { start: 100, pretraining: 102 };

export const dbmCommand: TrainCommand<Options> = {
  name: deepBoltzmannKind.name,
  summary: "Train a deep Boltzmann machine on images, layer by layer and then jointly, and write it to a file.",
  example: "engram train dbm --data mnist --lower 500 --upper 1000 --epochs 20 --out digits.dbm.safetensors",
  options: (command) => withFileOptions(addOptionFlags(withTrainingData(command), specs), "digits.dbm.safetensors"),
  check(options) {
    readOptionFlags(specs, options as never);
    const { binarise, threshold } = options;
    refuseStray([
      [threshold !== undefined && binarise === "sample", "--threshold cannot be used with --binarise sample"],
    ]);
  },
  prepare,
};

async function prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining> {
  const { out, seed, json } = options;
  const values = readOptionFlags(specs, options as never);
  const { lower, upper, epochs, pretraining, pretrainingRate, rate: firstRate, finalRate, optimiser, l2 } = values;
  const { batch, chains, steps, maxSweeps, tolerance } = values;
  const total = 2 * pretraining + epochs;
  requireMore(file, resumed, total);
  const reading = chosenReading(options);
  const learned = await readGreySet(options);
  requireBatch(learned.count, batch);
  const machine = new DeepBoltzmannMachine({
    visible: binary(learned.shape[0] * learned.shape[1]),
    hidden: [binary(lower), binary(upper)],
  });
  const data = asTrainingData(learned, machine.visible, reading);
  if (resumed === undefined) {
    const below = new Rbm({ visible: machine.visible, hidden: machine.hidden[0] });
    initialise(below, { random: new Random(seed).fork(STREAMS.start), data });
  }
  const rate = decayingRate(firstRate, finalRate, epochs);
  const layerRate = decayingRate(pretrainingRate, finalRate, Math.max(1, pretraining));
  // A checkpoint of the pre-training names its layer.
  const isJoint = pretraining === 0 || (resumed !== undefined && !isLayer(resumed));
  const current = isJoint ? rate : layerRate;
  const updates = updatesAnEpoch(learned.count, batch);
  const columns = [reported("reconstructionError", "reconstruction error"), reported("sweeps", "mean-field sweeps")];
  const log = new TrainingLog({ epochs, updates, columns, json });
  const earlier = earlierRates(resumed, current);
  const common = { batch, l2, optimiser, reportEvery: lookEvery };
  const notes: PreparedTraining["notes"] = (done) => ({
    ...dataNotes(options, reading, learned),
    pretraining: Math.min(pretraining, done / 2),
    pretrainingRate,
    epochs: Math.max(0, done - 2 * pretraining),
    rate: firstRate,
    finalRate,
    earlier,
    batch: batchOf(learned.count, batch),
    ...madeNotes("optimiser", optimiser),
    ...{ l2, chains, steps, maxSweeps, tolerance, seed },
  });
  return {
    task: {
      options,
      file,
      resumed,
      rate: describeScheduled(current),
      asked: { epochs: total, init: "means", earlier },
      log,
      async *steps({ workspace, signal, onStart }) {
        let layer = 0;
        if (!isJoint) {
          const training = train(machine, data, {
            ...common,
            phase: "pretraining",
            epochs: pretraining,
            rate: layerRate,
            seed: new Random(seed).fork(STREAMS.pretraining).word(),
            resume: resumed && withRate(resumed.checkpoint, layerRate),
            workspace,
            signal,
            onStart,
          });
          for await (const report of training) {
            const { layer: own = 1 } = report;
            if (own !== layer) log.section(`Pre-training of layer ${own} of 2`, pretraining);
            layer = own;
            const part = report.updates / updates;
            yield log.step(report, { part, epochs: (own - 1) * pretraining + part, place: { layer: own } });
          }
        }
        const training = train(machine, data, {
          ...common,
          ...{ chains, steps, maxSweeps, tolerance },
          epochs,
          rate,
          seed,
          resume: isJoint && resumed ? withRate(resumed.checkpoint, rate) : undefined,
          workspace,
          signal,
          onStart() {
            onStart();
            log.section("Joint training", epochs);
          },
        });
        for await (const report of training) {
          const part = report.updates / updates;
          yield log.step(report, { part, epochs: 2 * pretraining + part, place: {} });
        }
      },
      save: (done) => saveModel(out, machine, { shape: learned.shape, notes: notes(done) }),
    },
    notes,
    opening: [
      `Training ${deepBoltzmannKind.describe(machine)}`,
      `${count(learned.count, "image")} of ${learned.shape.join("x")} pixels from ${learned.name}; all numbers in nats per state of the lower layer`,
      "",
    ],
    closing: ({ epochs: done, seconds }) => [
      `Trained for ${count(done, "epoch")} in ${time(seconds)}. Wrote ${out}.`,
      ...checkpointLine(options, file),
      `Samples: engram sample ${out}. A bound on the log-likelihood: engram score ${out} --data ${options.data}`,
    ],
  };
}

/** Whether a checkpoint belongs to the pre-training of a layer. */
function isLayer({ checkpoint }: KeptTraining): boolean {
  const { settings } = checkpoint.metadata as { settings?: { layer?: string } };
  return settings?.layer !== undefined;
}
