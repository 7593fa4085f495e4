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
import { describeScheduled, trainBy } from "../../training/index.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { count } from "../io/output.js";
import { time } from "../io/progress.js";
import { checkpointLine, madeNotes, type PreparedTraining, requireMore, type TrainCommand } from "./train-command.js";
import { earlierRates, type KeptTraining, withRate } from "./training-file.js";
import { reported, TrainingLog } from "./training-log.js";
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
    prepare: (options, file, resumed) => prepare(maker, options, file, resumed),
  };
}

/** One command for each machine. */
export const sequenceCommands: readonly TrainCommand<FileOptions>[] = machines.map(commandOf);

async function prepare(
  maker: Maker<Machine>,
  options: FileOptions,
  file: string,
  resumed: KeptTraining | undefined,
): Promise<PreparedTraining> {
  const { out, seed, json } = options;
  const { task, epochs, rate: firstRate, finalRate, optimiser, ...learning } = readOptionFlags(specs, options as never);
  requireMore(file, resumed, epochs);
  const made = maker.make(readOptionFlags(maker.options, options as never));
  const random = new Random(seed);
  const model = new SequenceMachine(task, { machine: made, random: random.fork(STREAMS.parameters) });
  const kind = machineKinds.find(({ name }) => name === maker.name) as (typeof machineKinds)[number];
  const rate = decayingRate(firstRate, finalRate, epochs);
  const updates = Math.ceil(learning.sequences / learning.batch);
  const log = new TrainingLog({
    epochs,
    updates,
    json,
    columns: [
      { title: "loss in bits", value: (report) => (report as SequenceReport).training.loss },
      { title: "wrong bits", value: (report) => (report as SequenceReport).training.wrongBits },
      { title: "of bits", value: (report) => (report as SequenceReport).training.bits },
      reported("gradientNorm", "gradient norm"),
    ],
  });
  const earlier = earlierRates(resumed, rate);
  const notes: PreparedTraining["notes"] = (done) => ({
    ...madeNotes("task", task as SequenceTask & Made),
    ...made.options,
    epochs: done,
    rate: firstRate,
    finalRate,
    earlier,
    ...madeNotes("optimiser", optimiser),
    ...learning,
    seed,
  });
  let tested: SequenceScore | undefined;
  const test = () => {
    tested ??= testOf(model, task, random.fork(STREAMS.test));
    return tested;
  };
  return {
    task: {
      options,
      file,
      resumed,
      rate: describeScheduled(rate),
      asked: { epochs, init: "normal", earlier },
      log,
      async *steps({ workspace, signal, onStart }) {
        const run = trainBy(sequenceTraining, model, task, {
          ...learning,
          optimiser,
          rate,
          epochs,
          seed,
          resume: resumed && withRate(resumed.checkpoint, rate),
          workspace,
          signal,
          onStart,
        });
        for await (const report of run) {
          const { loss, wrongBits } = report.training;
          yield log.step(report, { part: report.epoch, also: { loss, wrongBits } });
        }
      },
      save: (done) => saveModel(out, model, { precision: "single", notes: notes(done) }),
    },
    notes,
    opening: [`Training ${kind.describe(model)}`, `${learning.batch} sequences an update`, ""],
    closing: ({ epochs: done, seconds }) => [
      `Trained for ${count(done, "epoch")} in ${time(seconds)}. Wrote ${out}.`,
      ...checkpointLine(options, file),
      `${TESTED.lengths * TESTED.each} fresh sequences: ${test().wrongBits.toFixed(2)} wrong of ${test().bits.toFixed(1)} bits on average`,
      `One of them, step by step: engram run ${out}`,
    ],
    record: () => ({ test: test() }),
  };
}

/** The mean score of fresh sequences of several lengths. */
function testOf(model: SequenceMachine, task: SequenceTask, random: Random): SequenceScore {
  const scores = Array.from({ length: TESTED.lengths }, (_, k) => model.score(task.draw(random.fork(k), TESTED.each)));
  const mean = (name: keyof SequenceScore) => scores.reduce((sum, score) => sum + score[name], 0) / scores.length;
  return { loss: mean("loss"), wrongBits: mean("wrongBits"), bits: mean("bits") };
}
