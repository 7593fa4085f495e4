import { type Story, wordsOf, writeStories } from "../../data/stories.js";
import { ArgumentError, DataError } from "../../errors.js";
import { Digest } from "../../math/digest.js";
import { Random } from "../../math/random.js";
import { quote } from "../../names.js";
import { type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import { optimiserOption } from "../../training/optimisers/index.js";
import {
  describeOptions,
  type Status,
  splitOptions,
  type TrainingCommon,
  type TrainingKind,
  type TrainingReport,
} from "../../training/training.js";
import type { Values } from "../tape/kernels.js";
import type { Tensor } from "../tape/tensor.js";
import { tapeOptions } from "../training/options.js";
import { type Batch, type TapeLearning, TapeStage } from "../training/tape-stage.js";
import { type EncodedStory, loadStories, type StoryArrays } from "./encoded-stories.js";
import { MemoryNetwork, type StoryTensors } from "./memory-network.js";

/** The options of learning from stories that are plain data; the defaults are those of the authors' program. */
export const storyTrainingOptions = {
  ...tapeOptions,
  epochs: { ...tapeOptions.epochs, help: "number of passes over the stories" },
  batch: { ...tapeOptions.batch, default: 32, help: "number of stories of an update" },
  rate: { ...tapeOptions.rate, default: 0.01, help: "learning rate, for the sum of the losses of a batch" },
  optimiser: { ...optimiserOption(0), default: "momentum" },
  clip: { ...tapeOptions.clip, default: 40 },
  linear: {
    type: "integer",
    low: 0,
    optional: true,
    help: "number of epochs at the start in which hops attend without softmax (default 20 if answers alone supervise)",
  },
  empty: {
    type: "number",
    low: 0,
    high: 1,
    default: 0.1,
    help: "largest share of empty memories that are put between the facts of a story",
  },
} as const;

/** Options of the training of a memory network. */
export interface StoryTraining extends OptionsOf<typeof storyTrainingOptions>, TrainingCommon<MemoryNetwork> {
  /** Stories that are answered at the end of every epoch, and from which nothing is learned. */
  readonly validation?: readonly Story[] | undefined;
}

/** How well questions are answered. */
export interface StoryScore {
  /** The fraction of wrong answers. */
  readonly errorRate: number;
  /** Of each hop for which all stories have a supporting fact: how often it attends most to that fact. */
  readonly supportRate: readonly number[];
}

/** State of the training of a memory network. */
export interface StoryReport extends TrainingReport {
  /** Norm of the gradient of the last update, before it was clipped. */
  readonly gradientNorm: number;
  /** Over the stories of this epoch, while the parameters changed: mean loss, and the fraction of wrong answers. */
  readonly training: { readonly loss: number; readonly errorRate: number };
  /** At the end of an epoch, with `validation`. */
  readonly validation?: StoryScore | undefined;
}

type Settings = ResolvedOptions<typeof storyTrainingOptions> & { readonly linear: number };

/** Streams of the seed; 0 is that of the initial weights. */
const [ORDER, EMPTY] = [1, 2];

/** Stories that are answered between two looks at the clock. */
const SLICE = 256;

/** Learning of a memory network by mini-batch gradient descent on the sum of the losses of a batch. */
export const storyTraining: TrainingKind<MemoryNetwork, readonly Story[], StoryTraining, StoryReport> = {
  name: "memory-network",
  title: "a memory network",
  reference: "Sukhbaatar et al. 2015; Weston et al. 2015",
  options: storyTrainingOptions,
  trains: (model): model is MemoryNetwork => model instanceof MemoryNetwork,
  plan(network, stories, options) {
    const { data, run } = splitOptions<MemoryNetwork, StoryTraining>(network, options);
    const { validation, ...values } = data;
    const { takesFacts } = network.supervision;
    const encoded = encodedStories("data", network, stories);
    if (validation !== undefined) encodedStories("validation", network, validation);
    const read = readOptions("the training of a memory network", storyTrainingOptions, values);
    const { linear = takesFacts ? 0 : 20 } = read;
    if (takesFacts && linear > 0) {
      throw new ArgumentError(`linear is ${linear} but hops that learn to take facts have no softmax; omit it`);
    }
    const settings: Settings = { ...read, linear, batch: Math.min(read.batch, stories.length) };
    return {
      stages: 1,
      start: () =>
        new TapeStage(
          new StoryLearning(network, stories, encoded, validation, settings),
          settings,
          stories.length,
          new Random(settings.seed).fork(ORDER),
          run,
        ),
    };
  },
};

/** Stories as numbers. @throws DataError naming the first story that the network cannot learn from */
function encodedStories(name: string, network: MemoryNetwork, stories: readonly Story[]): EncodedStory[] {
  if (!(stories?.length > 0)) {
    throw new ArgumentError(`${name} has no stories; give at least one`);
  }
  return stories.map((story, s) => {
    const of = ` of story ${s + 1} of ${name}`;
    const { answer, facts, supporting } = story;
    if (wordsOf(answer)[0] !== answer) {
      throw new DataError(`the answer${of} is ${quote(answer)}; expected one word in lower case`);
    }
    if (network.supervision.takesFacts) {
      if (supporting.length !== network.hops) {
        throw new DataError(
          `story ${s + 1} of ${name} has ${supporting.length} supporting facts for ${network.hops} hops; expected one for each hop`,
        );
      }
      const gone = supporting.find((fact) => fact < facts.length - network.memories);
      if (gone !== undefined) {
        throw new DataError(
          `fact ${gone + 1}${of} supports its answer but is older than the ${network.memories} memories; use more memories`,
        );
      }
    }
    const [number] = network.numbersOf(`the answer${of}`, answer);
    return { ...network.encode(story, of), answer: number, supporting };
  });
}

class StoryLearning implements TapeLearning<StoryReport> {
  readonly kind = "memory-network 1";
  readonly parameters: object;
  readonly inputs: TapeLearning<StoryReport>["inputs"];
  /** Sum of losses, number of wrong answers, number of stories. */
  readonly sums = new Float64Array(3);
  readonly #network: MemoryNetwork;
  readonly #stories: readonly Story[];
  readonly #encoded: readonly EncodedStory[];
  readonly #held: readonly Story[] | undefined;
  readonly #settings: Settings;
  readonly #perStory: number;
  readonly #empty: Random;
  /** Number of updates without softmax. */
  readonly #linear: number;
  #score: StoryScore | undefined;

  constructor(
    network: MemoryNetwork,
    stories: readonly Story[],
    encoded: readonly EncodedStory[],
    held: readonly Story[] | undefined,
    settings: Settings,
  ) {
    const { batch, linear } = settings;
    this.parameters = network.parameters;
    this.#network = network;
    this.#stories = stories;
    this.#encoded = encoded;
    this.#held = held;
    this.#settings = settings;
    this.#perStory = network.longest(encoded);
    this.#empty = new Random(settings.seed).fork(EMPTY);
    this.#linear = linear * Math.ceil(stories.length / batch);
    const facts = [batch, this.#perStory];
    const common = {
      ...network.shapes(batch, this.#perStory),
      answers: [batch, network.words.length],
      shares: [batch, 1],
    };
    const hops = [network.hops, ...facts];
    if (network.supervision.takesFacts) this.inputs = { ...common, supports: hops, others: hops };
    else {
      const attending = { ...common, mask: facts };
      this.inputs = linear > 0 ? [attending, { ...common, present: facts }] : attending;
    }
  }

  /** The second program attends without softmax. */
  shapesOf({ update }: Batch): number {
    return update < this.#linear ? 1 : 0;
  }

  loss(parameters: never, given: { readonly [name: string]: Tensor }) {
    const { answers, shares, supports, others } = given;
    const { logits, scores } = this.#network.trace(parameters, given as unknown as StoryTensors);
    return { loss: this.#network.supervision.loss({ scores, logits, answers, shares, supports, others }), logits };
  }

  load(arrays: { readonly [name: string]: Values }, { items, update }: Batch): void {
    const stories = Array.from(items, (item) => this.#encoded[item]);
    const empty = { share: this.#settings.empty, random: this.#empty.fork(update) };
    loadStories(this.#network, stories, this.#perStory, arrays as unknown as StoryArrays, empty);
  }

  learned({ loss, logits }: { readonly [name: string]: Values }, { items }: Batch): void {
    this.sums[0] += loss[0];
    const { length } = this.#network.words;
    items.forEach((item, s) => {
      const own = logits.subarray(s * length, (s + 1) * length);
      const right = own[this.#encoded[item].answer as number];
      if (own.some((input) => input > right)) this.sums[1]++;
    });
    this.sums[2] += items.length;
  }

  *measure(): Generator<void, void> {
    if (this.#held === undefined) return;
    const scores: StoryScore[] = [];
    for (let first = 0; first < this.#held.length; first += SLICE) {
      const some = this.#held.slice(first, first + SLICE);
      const { errorRate, supportRate } = scoreStories(this.#network, some);
      const share = some.length / this.#held.length;
      scores.push({ errorRate: share * errorRate, supportRate: supportRate.map((rate) => share * rate) });
      yield;
    }
    this.#score = {
      errorRate: scores.reduce((sum, { errorRate }) => sum + errorRate, 0),
      supportRate: scores[0].supportRate.map((_, hop) =>
        scores.reduce((sum, { supportRate }) => sum + supportRate[hop], 0),
      ),
    };
  }

  status(over: boolean): Omit<Status<StoryReport>, "rate" | "gradientNorm"> {
    const [loss, errors, stories] = this.sums;
    const validation = over ? this.#score : undefined;
    return { training: { loss: loss / stories, errorRate: errors / stories }, validation };
  }

  settings(): Record<string, string> {
    const { words, dimension, hops, memories, encoding, tying, supervision } = this.#network;
    const digest = (text: string) => new Digest().add(Uint32Array.from(text, (letter) => letter.charCodeAt(0))).hex();
    const described = (stories: readonly Story[]) =>
      `${stories.length} stories with digest ${digest(writeStories(stories))}`;
    const made = [encoding, tying, supervision].map(({ name, options }) => `${name} ${JSON.stringify(options)}`);
    return {
      model: `${words.length} words, dimension ${dimension}, ${hops} hops, ${memories} memories, ${made.join(", ")}`,
      words: digest(words.join(" ")),
      data: described(this.#stories),
      validation: this.#held === undefined ? "none" : described(this.#held),
      ...describeOptions(this.#settings),
    };
  }
}

/**
 * How well a network answers the questions of stories.
 *
 * @throws DataError or ArgumentError for stories that it cannot answer
 */
export function scoreStories(
  network: MemoryNetwork,
  stories: readonly Story[],
  options?: Parameters<MemoryNetwork["answer"]>[1],
): StoryScore {
  if (stories.length === 0) throw new ArgumentError("there are no stories to score; give at least one");
  const found = network.answer(stories, options);
  const wrong = stories.filter(({ answer }, s) => found[s].answer !== answer).length;
  const known = Math.min(network.hops, ...stories.map(({ supporting }) => supporting.length));
  const supportRate = Array.from({ length: known }, (_, hop) => {
    const right = stories.filter(({ supporting }, s) => {
      const weights = found[s].attention[hop];
      return weights.every((weight) => weight <= weights[supporting[hop]]);
    });
    return right.length / stories.length;
  });
  return { errorRate: wrong / stories.length, supportRate };
}
