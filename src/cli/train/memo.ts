import { Random } from "../../math/index.js";
import {
  Memo,
  type MemoReport,
  type MemoScore,
  memoKind,
  memoOptions,
  memoTraining,
  memoTrainingOptions,
  type PairTask,
  pairTasks,
  scoreMemo,
} from "../../neural/index.js";
import { saveModel } from "../../node/index.js";
import type { Made } from "../../options.js";
import { describeScheduled, optimiserOption, trainBy } from "../../training/index.js";
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

/** The task of `--task`, for training and for scores. */
export const pairTaskOption = {
  type: "made",
  sort: "task",
  has: "draw",
  from: pairTasks,
  default: "paired-inference",
  help: "what is learned",
} as const;

const specs = {
  task: pairTaskOption,
  ...memoOptions,
  ...ownOptions(memoTrainingOptions),
  epochs: { ...memoTrainingOptions.epochs, default: 10 },
  rate: rateOption(0.001),
  finalRate: finalRateOption,
  optimiser: { ...optimiserOption(0.9), default: "adam" },
} as const;

/** Streams of the seed besides those of training. */
const STREAMS = { weights: 0, test: 100 };

/** Fresh episodes that a trained MEMO is asked. */
export const TESTED = 2000;

export const memoCommand: TrainCommand<FileOptions> = {
  name: memoKind.name,
  summary: "Train a MEMO, which infers what belongs together over several facts.",
  example: "engram train memo --task paired-inference --items 3 --out memo.safetensors",
  options: (command) => withFileOptions(addOptionFlags(command, specs), "memo.safetensors"),
  check(options) {
    readOptionFlags(specs, options as never);
  },
  prepare,
};

async function prepare(
  options: FileOptions,
  file: string,
  resumed: KeptTraining | undefined,
): Promise<PreparedTraining> {
  const { out, seed, json } = options;
  const { task, dimension, heads, hops, pairs, maps, halting, ...training } = readOptionFlags(specs, options as never);
  const { epochs, rate: firstRate, finalRate, optimiser, ...learning } = training;
  requireMore(file, resumed, epochs);
  const random = new Random(seed);
  const model = { dimension, heads, hops, pairs, maps, halting };
  const memo = new Memo(task.units, { ...model, random: random.fork(STREAMS.weights) });
  const rate = decayingRate(firstRate, finalRate, epochs);
  const log = new TrainingLog({
    epochs,
    updates: Math.ceil(learning.episodes / learning.batch),
    json,
    columns: [
      { title: "loss in nats", value: (report) => (report as MemoReport).training.loss },
      { title: "errors in %", value: (report) => 100 * (report as MemoReport).training.errorRate },
      { title: "hops", value: (report) => (report as MemoReport).training.hops },
      reported("gradientNorm", "gradient norm"),
    ],
  });
  const earlier = earlierRates(resumed, rate);
  const notes: PreparedTraining["notes"] = (done) => ({
    ...madeNotes("task", task as PairTask & Made),
    epochs: done,
    rate: firstRate,
    finalRate,
    earlier,
    ...madeNotes("optimiser", optimiser),
    ...learning,
    seed,
  });
  let score: MemoScore | undefined;
  const testScore = () => {
    score ??= scoreMemo(memo, task, { episodes: TESTED, random: random.fork(STREAMS.test) });
    return score;
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
        const run = trainBy(memoTraining, memo, task, {
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
          const { loss, errorRate, hops: taken } = report.training;
          yield log.step(report, { part: report.epoch, also: { loss, errorRate, hops: taken } });
        }
      },
      save: (done) => saveModel(out, memo, { precision: "single", notes: notes(done) }),
    },
    notes,
    opening: [`Training ${memoKind.describe(memo)}`, `${count(learning.batch, "episode")} an update`, ""],
    closing: ({ epochs: done, seconds }) => [
      `Trained for ${count(done, "epoch")} in ${time(seconds)}. Wrote ${out}.`,
      ...checkpointLine(options, file),
      ...describeMemoScore(testScore()),
    ],
    record: () => ({ test: testScore() }),
  };
}

/** How well fresh episodes are answered, in words. */
export function describeMemoScore({ accuracy, hops }: MemoScore): string[] {
  const shares = accuracy.map(
    (share, k) => `${k === 0 ? "direct" : `over ${k + 1} facts`} ${(100 * share).toFixed(1)} %`,
  );
  return [
    `${TESTED} fresh episodes, right answers: ${shares.join(", ")} (chance is 50 %)`,
    `${hops.toFixed(2)} hops on average`,
  ];
}
