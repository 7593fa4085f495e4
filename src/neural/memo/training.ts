import { ArgumentError } from "../../errors.js";
import { Random } from "../../math/random.js";
import { type Made, type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import {
  describeMade,
  describeOptions,
  type Status,
  splitOptions,
  type TrainingCommon,
  type TrainingKind,
  type TrainingReport,
} from "../../training/training.js";
import type { Values } from "../tape/kernels.js";
import { add, affine, detach, multiply, sigmoid, step, subtract } from "../tape/operations/elementwise.js";
import { largest, logSumExp, sum, sumRows } from "../tape/operations/rows.js";
import { entry, stack } from "../tape/operations/shape.js";
import type { Shape, Tensor } from "../tape/tensor.js";
import type { Episodes, PairTask } from "../tasks/paired-inference.js";
import { tapeOptions } from "../training/options.js";
import { type Batch, type TapeLearning, TapeStage } from "../training/tape-stage.js";
import { endsOf, haltingLoss } from "./halting.js";
import { Memo, type MemoParameters, type MemoTensors } from "./memo.js";

/** The options of learning from episodes that are plain data. */
export const memoTrainingOptions = {
  ...tapeOptions,
  epochs: { ...tapeOptions.epochs, help: "number of epochs, each of fresh episodes" },
  episodes: {
    type: "integer",
    low: 1,
    default: 3200,
    help: "number of episodes of an epoch, rounded up to whole batches",
  },
  batch: { ...tapeOptions.batch, default: 32, help: "number of episodes of an update, all with as many facts" },
  rate: { ...tapeOptions.rate, default: 0.001, help: "learning rate" },
  clip: { ...tapeOptions.clip, default: 5 },
} as const;

/** Options of the training of a MEMO. */
export interface MemoTraining extends OptionsOf<typeof memoTrainingOptions>, TrainingCommon<Memo> {}

/** How well episodes are answered. */
export interface MemoScore {
  /** The fraction of wrong answers. */
  readonly errorRate: number;
  /** The fraction of right answers by distance, direct questions first; NaN where there were none. */
  readonly accuracy: readonly number[];
  /** Mean number of hops. */
  readonly hops: number;
}

/** State of the training of a MEMO. */
export interface MemoReport extends TrainingReport {
  /** Norm of the gradient of the last update, before it was clipped. */
  readonly gradientNorm: number;
  /** Of the episodes of this epoch, while the parameters changed, with the mean of -log p(answer). */
  readonly training: MemoScore & { readonly loss: number };
}

/** Streams of the seed; 0 is that of the initial parameters. */
const [TASK, HALTS] = [1, 2];

/**
 * Learning of a MEMO on the mean of -log p(answer), with REINFORCE for when to stop, if it learns that. Every update draws
 * fresh episodes with the same number of facts, those of update s from a stream of the seed with this number.
 */
export const memoTraining: TrainingKind<Memo, PairTask, MemoTraining, MemoReport> = {
  name: "memo",
  title: "a MEMO",
  reference: "Banino et al. 2020",
  options: memoTrainingOptions,
  trains: (model): model is Memo => model instanceof Memo,
  plan(memo, task, options) {
    const { data, run } = splitOptions<Memo, MemoTraining>(memo, options);
    requirePairTask(memo, task);
    const settings = readOptions("the training of a MEMO", memoTrainingOptions, data);
    const episodes = Math.ceil(settings.episodes / settings.batch) * settings.batch;
    return {
      stages: 1,
      start: () => new TapeStage(new MemoLearning(memo, task, settings), settings, episodes, undefined, run),
    };
  },
};

/** Throws unless a MEMO can be asked a task. */
function requirePairTask({ units }: Memo, task: PairTask): void {
  if (typeof task?.draw !== "function" || task.facts === undefined) {
    throw new ArgumentError("data is not a task on pairs; expected one such as pairedInference()");
  }
  if (task.units !== units) {
    throw new ArgumentError(`the task has items of ${task.units} entries but the model has ${units}`);
  }
}

class MemoLearning implements TapeLearning<MemoReport> {
  readonly kind = "memo 1";
  readonly parameters: MemoParameters;
  readonly inputs: readonly { readonly [name: string]: Shape }[];
  /** Sum of losses, of hops, number of episodes; then, by distance, right answers and questions. */
  readonly sums: Float64Array;
  readonly #memo: Memo;
  readonly #task: PairTask;
  readonly #settings: ResolvedOptions<typeof memoTrainingOptions>;
  readonly #random: Random;
  #drawn: Episodes | undefined;

  constructor(memo: Memo, task: PairTask, settings: ResolvedOptions<typeof memoTrainingOptions>) {
    this.parameters = memo.parameters;
    this.#memo = memo;
    this.#task = task;
    this.#settings = settings;
    this.#random = new Random(settings.seed);
    this.sums = new Float64Array(3 + 2 * task.distances);
    const { batch } = settings;
    this.inputs = task.facts.map((facts) => ({
      ...memo.shapes(batch, facts, task.candidates),
      answers: [batch, task.candidates],
      ...(this.#decides && { draws: [memo.hops - 1, batch, 1] }),
    }));
  }

  /** Whether the machine learns when to stop. */
  get #decides(): boolean {
    return this.#memo.halting.cost > 0 && this.#memo.hops > 1;
  }

  loss(parameters: never, given: { readonly [name: string]: Tensor }) {
    const { answers, draws } = given;
    const { logits, stops, values } = this.#memo.trace(parameters, given as unknown as MemoTensors);
    const [episodes] = answers.shape;
    const losses = logits.map((own) => subtract(logSumExp(own), sumRows(multiply(own, answers))));
    const last = losses.length - 1;
    const halts = this.#decides
      ? stops.map((input, hop) => detach(step(subtract(sigmoid(input), entry(draws, hop)))))
      : [];
    const { ends } = this.#decides ? endsOf(halts, episodes) : { ends: [] };
    const right = logits.map((own) => sumRows(multiply(largest(own), answers)));
    const loss = this.#decides
      ? ends.map((end, hop) => multiply(end, losses[hop])).reduce((a, b) => add(a, b))
      : losses[last];
    const answered = this.#decides
      ? ends.map((end, hop) => multiply(end, right[hop])).reduce((a, b) => add(a, b))
      : right[last];
    const policy = this.#decides ? [haltingLoss({ stops, values, halts, right, cost: this.#memo.halting.cost })] : [];
    const total = policy.reduce((a, b) => add(a, b), sum(loss));
    return {
      loss: affine(total, 1 / episodes),
      losses: loss,
      answered,
      ...(this.#decides && { ends: stack(ends) }),
    };
  }

  shapesOf({ update }: Batch): number {
    this.#drawn = this.#task.draw(this.#random.fork(TASK).fork(update), this.#settings.batch);
    return this.#task.facts.indexOf(this.#drawn.facts);
  }

  load(arrays: { readonly [name: string]: Values }, { update }: Batch): void {
    const { items, cues, candidates, answers } = this.#drawn as Episodes;
    arrays.items.set(items);
    arrays.cues.set(cues);
    arrays.candidates.set(candidates);
    arrays.answers.fill(0);
    answers.forEach((answer, b) => {
      arrays.answers[b * this.#task.candidates + answer] = 1;
    });
    if (!this.#decides) return;
    const random = this.#random.fork(HALTS).fork(update);
    for (let k = 0; k < arrays.draws.length; k++) arrays.draws[k] = random.uniform();
  }

  learned({ losses, answered, ends }: { readonly [name: string]: Values }): void {
    const { batch, distances } = this.#drawn as Episodes;
    for (let b = 0; b < batch; b++) {
      this.sums[0] += losses[b];
      this.sums[3 + 2 * (distances[b] - 1)] += answered[b];
      this.sums[4 + 2 * (distances[b] - 1)]++;
    }
    const hops = (ends as Float32Array | undefined)?.reduce(
      (total, end, k) => total + end * (1 + Math.floor(k / batch)),
      0,
    );
    this.sums[1] += hops ?? batch * this.#memo.hops;
    this.sums[2] += batch;
  }

  status(): Omit<Status<MemoReport>, "rate" | "gradientNorm"> {
    const [loss, hops, episodes] = this.sums;
    const right = Array.from({ length: this.#task.distances }, (_, k) => this.sums[3 + 2 * k]);
    const accuracy = right.map((count, k) => count / this.sums[4 + 2 * k]);
    const errorRate = 1 - right.reduce((total, count) => total + count, 0) / episodes;
    return { training: { loss: loss / episodes, errorRate, accuracy, hops: hops / episodes } };
  }

  settings(): Record<string, string> {
    const { units, dimension, heads, hops, pairs, maps, halting } = this.#memo;
    return {
      model: `${units}-${dimension}, ${heads} heads, ${hops} hops, pairs ${pairs}, maps ${maps}, ${describeMade(halting)}`,
      task: "name" in this.#task ? describeMade(this.#task as PairTask & Made) : "a task of one's own",
      ...describeOptions(this.#settings),
    };
  }
}

/** How well a MEMO answers fresh episodes of a task. */
export function scoreMemo(
  memo: Memo,
  task: PairTask,
  {
    episodes,
    random,
    ...options
  }: { readonly episodes: number; readonly random: Random } & NonNullable<Parameters<Memo["answer"]>[1]>,
): MemoScore {
  requirePairTask(memo, task);
  if (!(Number.isInteger(episodes) && episodes >= 1)) {
    throw new ArgumentError(`episodes is ${episodes}; expected a whole number of at least 1`);
  }
  const [right, asked] = [new Float64Array(task.distances), new Float64Array(task.distances)];
  let hops = 0;
  for (let first = 0; first < episodes; first += TOGETHER) {
    const drawn = task.draw(random.fork(first), Math.min(TOGETHER, episodes - first));
    memo.answer(drawn, options).forEach((found, b) => {
      const distance = drawn.distances[b] - 1;
      asked[distance]++;
      if (found.answer === drawn.answers[b]) right[distance]++;
      hops += found.hops;
    });
  }
  return {
    errorRate: 1 - right.reduce((total, count) => total + count, 0) / episodes,
    accuracy: Array.from(right, (count, k) => count / asked[k]),
    hops: hops / episodes,
  };
}

/** Episodes that are drawn with the same number of facts. */
const TOGETHER = 64;
