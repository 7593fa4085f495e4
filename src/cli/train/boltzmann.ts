import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import { BoltzmannMachine, boltzmannKind } from "../../models/index.js";
import { saveModel } from "../../node/index.js";
import { boltzmannOptions, describeScheduled, optimiserOption, sampleRows, train } from "../../training/index.js";
import { unitsByType } from "../../units/index.js";
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
  decayingRate,
  type FileOptions,
  finalRateOption,
  imageOptions,
  ownOptions,
  rateOption,
  refuseStray,
  withFileOptions,
} from "./training-options.js";

const specs = {
  threshold: imageOptions.threshold,
  units: { type: "choice", values: ["binary", "spin"], default: "binary", help: "type of all units" },
  hidden: { type: "integer", low: 0, high: 10_000, default: 0, help: "number of hidden units" },
  connections: {
    type: "choice",
    values: ["all", "bipartite"],
    default: "all",
    help: "which pairs of units are coupled; bipartite couples only visible with hidden units",
  },
  ...ownOptions(boltzmannOptions),
  batch: { ...boltzmannOptions.batch, default: 100, help: "batch size, at most the number of images" },
  epochs: { ...boltzmannOptions.epochs, default: 10 },
  rate: rateOption(0.05),
  finalRate: finalRateOption,
  optimiser: optimiserOption(),
} as const;

/** The options of `engram train boltzmann`. */
interface Options extends GreySetOptions, ReadingOptions, FileOptions {
  connections?: string;
  hidden?: number;
}

/** Streams of the seed besides those of training. */
const STREAMS = { data: 100 };

/** The largest number of units for the matrix of couplings. */
const MOST_UNITS = 10_000;

export const boltzmannCommand: TrainCommand<Options> = {
  name: boltzmannKind.name,
  summary: "Train a general Boltzmann machine on images, and write it to a file.",
  example: "engram train boltzmann --data glyphs --limit 10 --epochs 20 --out glyphs.boltzmann.safetensors",
  options: (command) =>
    withFileOptions(addOptionFlags(withTrainingData(command), specs), "digits.boltzmann.safetensors"),
  check({ connections, hidden = 0, ...options }) {
    readOptionFlags(specs, { ...options, connections, hidden });
    refuseStray([[connections === "bipartite" && hidden === 0, "--connections is bipartite but --hidden is 0"]]);
  },
  prepare,
};

async function prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining> {
  const { out, seed, json } = options;
  const values = readOptionFlags(specs, options as never);
  const { epochs, hidden, connections, units, finalRate, threshold: _, rate: firstRate, ...rest } = values;
  requireMore(file, resumed, epochs);
  const reading = chosenReading({ ...options, binarise: "threshold" });
  const learned = await readGreySet(options);
  const pixels = learned.shape[0] * learned.shape[1];
  if (pixels + hidden > MOST_UNITS) {
    throw new ArgumentError(
      `the machine would have ${pixels + hidden} units; expected at most ${MOST_UNITS}: use a smaller --size`,
    );
  }
  const batch = Math.min(rest.batch ?? learned.count, learned.count);
  const layer = (n: number) => unitsByType({ type: units, count: n });
  const machine = new BoltzmannMachine({
    visible: layer(pixels),
    hidden: hidden === 0 ? undefined : layer(hidden),
    connections,
  });
  const random = new Random(seed).fork(STREAMS.data);
  const rows = sampleRows(asTrainingData(learned, machine.visible, reading), machine.visible, learned.count, random);
  const rate = decayingRate(firstRate, finalRate, epochs);
  const updates = Math.ceil(learned.count / batch);
  const { optimiser, positive, negative, ...learning } = { ...rest, batch };
  const log = new TrainingLog({
    epochs,
    updates,
    json,
    columns: [
      reported("gradient", "largest gradient"),
      reported("largest", "largest parameter"),
      ...(rest.likelihood ? [reported("logLikelihood", "log-likelihood")] : []),
    ],
  });
  const earlier = earlierRates(resumed, rate);
  const notes: PreparedTraining["notes"] = (done) => ({
    ...dataNotes(options, reading, learned),
    connections,
    epochs: done,
    rate: firstRate,
    finalRate,
    earlier,
    positive: { ...madeNotes("name", positive) },
    negative: { ...madeNotes("name", negative) },
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
      asked: { epochs, init: "zero", earlier },
      log,
      async *steps({ signal, onStart }) {
        const training = train(machine, rows, {
          ...learning,
          positive,
          negative,
          optimiser,
          rate,
          epochs,
          seed,
          resume: resumed && withRate(resumed.checkpoint, rate),
          signal,
          onStart,
        });
        for await (const report of training) yield log.step(report, { part: report.updates / updates });
      },
      save: (done) => saveModel(out, machine, { shape: learned.shape, notes: notes(done) }),
    },
    notes,
    opening: [
      `Training ${boltzmannKind.describe(machine)}, positive phase ${positive.name}, negative phase ${negative.name}`,
      `${count(learned.count, "image")} of ${learned.shape.join("x")} pixels from ${learned.name}`,
      "",
    ],
    closing: ({ epochs: done, seconds }) => [
      `Trained for ${count(done, "epoch")} in ${time(seconds)}. Wrote ${out}.`,
      ...checkpointLine(options, file),
      `Samples: engram sample ${out}. Log-likelihood: engram score ${out} --data ${options.data}`,
    ],
  };
}
