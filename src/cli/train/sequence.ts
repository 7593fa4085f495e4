import { Random } from "../../math/index.js";
import {
  type Machine,
  machineKinds,
  machines,
  SequenceMachine,
  type SequenceReport,
  type SequenceScore,
  type SequenceTask,
  sequenceTasks,
  sequenceTraining,
  sequenceTrainingOptions,
} from "../../neural/index.js";
import { saveModel } from "../../node/index.js";
import type { Made, Maker } from "../../options.js";
import type { Json } from "../../storage/index.js";
import { trainBy } from "../../training/index.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { type AskedTraining, gradientTraining } from "./gradient-training.js";
import { madeNotes, type PreparedTraining, type TrainCommand } from "./train-command.js";
import {
  decayingRate,
  type FileOptions,
  finalRateOption,
  ownOptions,
  rateOption,
  withFileOptions,
} from "./training-options.js";

const taskOption = {
  type: "made",
  sort: "task",
  has: "draw",
  from: sequenceTasks,
  default: "copy",
  help: "what is learned",
} as const;

const specs = {
  task: taskOption,
  ...ownOptions(sequenceTrainingOptions),
  epochs: { ...sequenceTrainingOptions.epochs, default: 30 },
  rate: rateOption(sequenceTrainingOptions.rate.default),
  finalRate: finalRateOption,
  optimiser: sequenceTrainingOptions.optimiser,
} as const;

/** Streams of the seed besides that of training. */
const STREAMS = { parameters: 0, test: 2 };

/** A trained machine is asked fresh sequences: this number of lengths, and of sequences of each. */
const TESTED = { lengths: 20, each: 5 };

/** The command that trains one machine on a task on sequences. */
function commandOf(maker: Maker<Machine>): TrainCommand<FileOptions> {
  return {
    name: maker.name,
    summary: `Train a ${maker.summary.split(":")[0]} on a task on sequences of bits.`,
    example: `engram train ${maker.name} --task copy --length 1..20 --out copy.safetensors`,
    options: (command) =>
      withFileOptions(addOptionFlags(command, { ...maker.options, ...specs }), `copy.${maker.name}.safetensors`),
    check(options) {
      readOptionFlags(specs, options as never);
      maker.make(readOptionFlags(maker.options, options as never));
    },
    prepare: async (options, file, resumed) => prepare(maker, { options, file, resumed }),
  };
}

/** One command for each machine. */
export const sequenceCommands: readonly TrainCommand<FileOptions>[] = machines.map(commandOf);

function prepare(maker: Maker<Machine>, asked: AskedTraining): PreparedTraining {
  const { out, seed } = asked.options;
  const { task, rate, finalRate, ...values } = readOptionFlags(specs, asked.options as never);
  const { epochs, optimiser, ...learning } = values;
  const made = maker.make(readOptionFlags(maker.options, asked.options as never));
  const random = new Random(seed);
  const model = new SequenceMachine(task, { machine: made, random: random.fork(STREAMS.parameters) });
  const kind = machineKinds.find(({ name }) => name === maker.name) as (typeof machineKinds)[number];
  return gradientTraining(asked, {
    epochs,
    optimiser,
    learning,
    rate: decayingRate(rate, finalRate, epochs),
    rates: { rate, finalRate },
    facts: { ...madeNotes("task", task as SequenceTask & Made), ...(made.options as Readonly<Record<string, Json>>) },
    updates: Math.ceil(learning.sequences / learning.batch),
    columns: [
      { title: "loss in bits", value: ({ training }: SequenceReport) => training.loss },
      { title: "wrong bits", value: ({ training }) => training.wrongBits },
      { title: "of bits", value: ({ training }) => training.bits },
    ],
    train: (settings) => trainBy(sequenceTraining, model, task, settings),
    entry: ({ training: { loss, wrongBits } }) => ({ loss, wrongBits }),
    save: (notes) => saveModel(out, model, { precision: "single", notes }),
    opening: [`Training ${kind.describe(model)}`, `${learning.batch} sequences an update`],
    test: () => testOf(model, task, random.fork(STREAMS.test)),
    closing: ({ wrongBits, bits }) => [
      `${TESTED.lengths * TESTED.each} fresh sequences: ${wrongBits.toFixed(2)} wrong of ${bits.toFixed(1)} bits on average`,
      `One of them, step by step: engram run ${out}`,
    ],
  });
}

/** The mean score of fresh sequences of several lengths. */
function testOf(model: SequenceMachine, task: SequenceTask, random: Random): SequenceScore {
  const scores = Array.from({ length: TESTED.lengths }, (_, k) => model.score(task.draw(random.fork(k), TESTED.each)));
  const mean = (name: keyof SequenceScore) => scores.reduce((sum, score) => sum + score[name], 0) / scores.length;
  return { loss: mean("loss"), wrongBits: mean("wrongBits"), bits: mean("bits") };
}
