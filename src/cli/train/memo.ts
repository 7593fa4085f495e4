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
import { optimiserOption, trainBy } from "../../training/index.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { count } from "../io/output.js";
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
  prepare: async (options, file, resumed) => prepare({ options, file, resumed }),
};

function prepare(asked: AskedTraining): PreparedTraining {
  const { out, seed } = asked.options;
  const values = readOptionFlags(specs, asked.options as never);
  const { task, dimension, heads, hops, pairs, maps, halting, rate, finalRate, ...training } = values;
  const { epochs, optimiser, ...learning } = training;
  const random = new Random(seed);
  const model = { dimension, heads, hops, pairs, maps, halting };
  const memo = new Memo(task.units, { ...model, random: random.fork(STREAMS.weights) });
  return gradientTraining(asked, {
    epochs,
    optimiser,
    learning,
    rate: decayingRate(rate, finalRate, epochs),
    rates: { rate, finalRate },
    facts: madeNotes("task", task as PairTask & Made),
    updates: Math.ceil(learning.episodes / learning.batch),
    columns: [
      { title: "loss in nats", value: ({ training: { loss } }: MemoReport) => loss },
      { title: "errors in %", value: ({ training: { errorRate } }) => 100 * errorRate },
      { title: "hops", value: ({ training: { hops: taken } }) => taken },
    ],
    train: (settings) => trainBy(memoTraining, memo, task, settings),
    entry: ({ training: { loss, errorRate, hops: taken } }) => ({ loss, errorRate, hops: taken }),
    save: (notes) => saveModel(out, memo, { precision: "single", notes }),
    opening: [`Training ${memoKind.describe(memo)}`, `${count(learning.batch, "episode")} an update`],
    test: () => scoreMemo(memo, task, { episodes: TESTED, random: random.fork(STREAMS.test) }),
    closing: describeMemoScore,
  });
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
