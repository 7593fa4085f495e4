import { vocabularyOf } from "../../data/index.js";
import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/index.js";
import {
  MemoryNetwork,
  memoryNetworkKind,
  memoryNetworkOptions,
  type StoryReport,
  type StoryScore,
  scoreStories,
  storyTraining,
  storyTrainingOptions,
} from "../../neural/index.js";
import { saveModel } from "../../node/index.js";
import { halvingDecay, optimiserOption, trainBy } from "../../training/index.js";
import { addOptionFlags, readOptionFlags } from "../io/option-flags.js";
import { count } from "../io/output.js";
import { readStoriesOf, storiesHelp, storiesPath } from "../io/story-set.js";
import { gradientTraining } from "./gradient-training.js";
import type { PreparedTraining, TrainCommand } from "./train-command.js";
import type { KeptTraining } from "./training-file.js";
import { type FileOptions, ownOptions, rateOption, withFileOptions } from "./training-options.js";

const COUNT = { type: "integer", low: 1, high: 1_000_000, default: 1000 } as const;

const specs = {
  count: { ...COUNT, help: "number of stories of each task that templates draw to learn from" },
  testCount: { ...COUNT, help: "number of other stories of each task to test with" },
  ...memoryNetworkOptions,
  ...ownOptions(storyTrainingOptions),
  epochs: { ...storyTrainingOptions.epochs, default: 100 },
  rate: rateOption(0.01),
  halveEvery: { type: "integer", low: 1, high: 1_000_000, default: 25, help: "epochs after which the rate is halved" },
  optimiser: { ...optimiserOption(0), default: "momentum" },
} as const;

/** The options of `engram train memory-network`. */
interface Options extends FileOptions {
  stories: string;
}

/** Streams of the seed besides those of training. */
export const STREAMS = { weights: 0, stories: 100 };

export const memoryNetworkCommand: TrainCommand<Options> = {
  name: memoryNetworkKind.name,
  summary: "Train a memory network that answers questions about stories, for engram ask.",
  example: "engram train memory-network --stories templates:2 --out qa.safetensors",
  options: (command) =>
    withFileOptions(addOptionFlags(command.requiredOption("--stories <name>", storiesHelp), specs), "qa.safetensors"),
  check(options) {
    readOptionFlags(specs, options as never);
    const asked = options as unknown as { readonly count?: number; readonly testCount?: number };
    if (storiesPath(options.stories) === undefined) return;
    for (const [flag, given] of [["--count", asked.count] as const, ["--test-count", asked.testCount] as const]) {
      if (given !== undefined) throw new ArgumentError(`${flag} is for templates; omit it`);
    }
  },
  inputs: ({ stories }) => [{ flag: "--stories", path: storiesPath(stories) }],
  prepare,
};

async function prepare(options: Options, file: string, resumed: KeptTraining | undefined): Promise<PreparedTraining> {
  const { out, seed } = options;
  const values = readOptionFlags(specs, options as never);
  const { count: drawn, testCount, dimension, hops, memories, encoding, tying, supervision, ...training } = values;
  const { epochs, rate, halveEvery, optimiser, ...learning } = training;
  const random = new Random(seed);
  const stories = await readStoriesOf(options.stories, {
    training: drawn,
    test: testCount,
    random: random.fork(STREAMS.stories),
  });
  const made = { encoding, tying, supervision };
  // Test stories may ask about what no training story tells, and templates know all of their words.
  const words = vocabularyOf([...stories.training, ...(stories.test ?? [])]);
  const network = new MemoryNetwork(words, {
    dimension,
    hops,
    memories,
    ...made,
    random: random.fork(STREAMS.weights),
  });
  return gradientTraining(
    { options, file, resumed },
    {
      epochs,
      optimiser,
      learning,
      rate: halvingDecay({ from: rate, every: halveEvery }),
      rates: { rate, halveEvery },
      facts: { stories: options.stories, storyCount: stories.training.length },
      updates: Math.ceil(stories.training.length / Math.min(learning.batch, stories.training.length)),
      columns: [
        { title: "loss", value: ({ training: { loss } }: StoryReport) => loss },
        { title: "errors in %", value: ({ training: { errorRate } }) => 100 * errorRate },
      ],
      train: (settings) => trainBy(storyTraining, network, stories.training, settings),
      entry: ({ training: { loss, errorRate } }) => ({ trainingLoss: loss, trainingErrors: errorRate }),
      save: (notes) => saveModel(out, network, { precision: "single", notes }),
      opening: [
        `${count(stories.training.length, "question")} about stories of ${stories.name}`,
        `Training ${memoryNetworkKind.describe(network)}`,
      ],
      test: () => stories.test && scoreStories(network, stories.test),
      closing: (score) => describeScore(score, stories.test?.length),
    },
  );
}

/** How well questions are answered, in words. */
export function describeScore(score: StoryScore | undefined, questions: number | undefined): string[] {
  if (score === undefined || questions === undefined) return [];
  return [
    `${count(questions, "question")} of other stories: ${(100 * score.errorRate).toFixed(1)} % of the answers are wrong`,
    ...(score.supportRate.length === 0
      ? []
      : [
          `supporting facts that have the most attention, by hop: ${score.supportRate.map((rate) => `${(100 * rate).toFixed(0)} %`).join(", ")}`,
        ]),
  ];
}
