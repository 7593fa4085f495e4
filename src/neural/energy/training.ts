import { ArgumentError, DataError } from "../../errors.js";
import { Digest } from "../../math/digest.js";
import { Random } from "../../math/random.js";
import { type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import type { AnyVectorSet } from "../../patterns/index.js";
import { asVectorSet } from "../../patterns/vector-set.js";
import { type TrainingRun, trainBy } from "../../training/train.js";
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
import { add, affine, square, subtract } from "../tape/operations/elementwise.js";
import { mean } from "../tape/operations/rows.js";
import type { Tensor } from "../tape/tensor.js";
import { tapeOptions } from "../training/options.js";
import { type Batch, type TapeLearning, TapeStage } from "../training/tape-stage.js";
import { damages, type Patterned } from "./damages/index.js";
import { EnergyMemory } from "./energy-memory.js";
import { type EnergyMemoryParameters, traceReading, traceWriting } from "./inner-loops.js";

/** The options of meta-learning an energy memory that are plain data. */
export const energyTrainingOptions = {
  ...tapeOptions,
  epochs: { ...tapeOptions.epochs, help: "number of passes over as many episodes" },
  episodes: {
    type: "integer",
    low: 1,
    high: 1_000_000_000,
    default: 800,
    help: "number of episodes of an epoch, each of fresh patterns",
  },
  batch: { ...tapeOptions.batch, default: 16, help: "number of episodes of an update" },
  patterns: { type: "integer", low: 1, high: 100_000, default: 16, help: "number of patterns of an episode" },
  damage: {
    type: "made",
    sort: "damage",
    has: "damage",
    from: damages,
    default: "flips",
    help: "how cues are made of patterns",
  },
  loss: {
    type: "choice",
    values: ["all", "last"],
    default: "all",
    help: "states of reading that the loss compares with the patterns",
  },
} as const;

/** Options of the training of an energy memory. */
export interface EnergyTraining extends OptionsOf<typeof energyTrainingOptions>, TrainingCommon<EnergyMemory> {}

/** State of the training of an energy memory: means over the patterns of this epoch so far, while the parameters changed. */
export interface EnergyReport extends TrainingReport {
  /** Mean of (x_i - x_i^(k))^2 over units, patterns and states of reading. */
  readonly loss: number;
  /** The same of the last states alone, and of the cues. */
  readonly distortion: number;
  readonly cueDistortion: number;
  /** Number of units of a pattern that are on the wrong side of the middle of the range, after the last step and in the cue. */
  readonly wrong: number;
  readonly cueWrong: number;
  /** The part of the recalls whose energy rose in a step but the last, without halving. */
  readonly rises: number;
  /** Norm of the gradient of the last update, before it was clipped. */
  readonly gradientNorm: number;
}

/** The stream of the seed that episodes are drawn from; 0 is that of the initial parameters. */
const EPISODES = 1;

/**
 * Meta-learning of an energy memory: episodes of fresh patterns are written and read from damaged cues, and the gradient of the
 * mean squared error passes through both inner loops to the parameters that they begin with, and to their rates (Bartunov
 * et al., Meta-learning deep energy-based memory models, 2019). Without data, patterns are random spins; else they are drawn from
 * the vectors of the data, those of an episode without repetition.
 */
export const energyTraining: TrainingKind<EnergyMemory, AnyVectorSet | undefined, EnergyTraining, EnergyReport> = {
  name: "energy-memory",
  title: "an energy memory",
  reference: "Bartunov et al. 2019",
  options: energyTrainingOptions,
  trains: (model): model is EnergyMemory => model instanceof EnergyMemory,
  plan(memory, data, options) {
    const { data: given, run } = splitOptions<EnergyMemory, EnergyTraining>(memory, options);
    const settings = readOptions("the training of an energy memory", energyTrainingOptions, given);
    if (memory.items !== undefined) {
      throw new ArgumentError(
        `the memory holds ${memory.items.count} patterns; train an empty one and store them afterwards`,
      );
    }
    const source = new EpisodeSource(memory.units, data, settings);
    return {
      stages: 1,
      start: () =>
        new TapeStage(new EnergyLearning(memory, source, settings), settings, settings.episodes, undefined, run),
    };
  },
};

/**
 * Trains an empty energy memory, as `train` trains other models.
 *
 * @param options with `data`, the vectors to draw patterns from; random spins by default
 * @throws as `train`
 */
export function trainEnergyMemory(
  memory: EnergyMemory,
  { data, ...options }: EnergyTraining & { readonly data?: AnyVectorSet | undefined },
): TrainingRun<EnergyReport> {
  return trainBy(energyTraining, memory, data, options);
}

/** Where episodes come from: (seed, number of the update) gives patterns and cues. */
export class EpisodeSource {
  readonly patterned: Patterned;
  readonly #vectors: AnyVectorSet | undefined;
  readonly #settings: Pick<ResolvedOptions<typeof energyTrainingOptions>, "patterns" | "damage">;

  /** @throws ArgumentError, ShapeError or DataError for data that do not fit */
  constructor(
    units: number,
    data: AnyVectorSet | undefined,
    settings: Pick<ResolvedOptions<typeof energyTrainingOptions>, "patterns" | "damage">,
  ) {
    const vectors = data === undefined ? undefined : asVectorSet("data", data, units);
    if (vectors !== undefined && vectors.count < settings.patterns) {
      throw new ArgumentError(
        `patterns is ${settings.patterns} but data has ${vectors.count} vectors; expected at most as many`,
      );
    }
    this.#vectors = vectors;
    this.#settings = settings;
    this.patterned = { units, shape: vectors?.shape, range: vectors === undefined ? [-1, 1] : rangeOf(vectors) };
    settings.damage.check(this.patterned);
  }

  /** Number of patterns of an episode. */
  get patterns(): number {
    return this.#settings.patterns;
  }

  /** A digest of the data, for checkpoints. */
  get digest(): string {
    if (this.#vectors === undefined) return "random spins";
    const { count, matrix } = this.#vectors;
    return `${count} vectors with digest ${new Digest().add(new Uint32Array(Float64Array.from(matrix.values).buffer)).hex()}`;
  }

  /** Draws the patterns of episodes, one after the other, and their cues. */
  draw(patterns: Values, cues: Values, random: Random): void {
    const { units } = this.patterned;
    const { patterns: count, damage } = this.#settings;
    for (let first = 0; first < patterns.length; first += count * units) {
      this.#fill(patterns.subarray(first, first + count * units), random);
    }
    cues.set(patterns);
    for (let at = 0; at < cues.length; at += units)
      damage.damage(cues.subarray(at, at + units), this.patterned, random);
  }

  #fill(episode: Values, random: Random): void {
    const vectors = this.#vectors;
    if (vectors === undefined) {
      for (let k = 0; k < episode.length; k++) episode[k] = random.bernoulli(0.5) ? 1 : -1;
      return;
    }
    random.sample(episode.length / vectors.units, vectors.count).forEach((row, k) => {
      episode.set(vectors.row(row), k * vectors.units);
    });
  }
}

class EnergyLearning implements TapeLearning<EnergyReport> {
  readonly kind = "energy-memory 1";
  readonly parameters: EnergyMemoryParameters;
  readonly inputs: { readonly patterns: readonly number[]; readonly cues: readonly number[] };
  /** Updates; sums of losses, of distortions of states and cues, of wrong units in both, and of recalls that rose. */
  readonly sums = new Float64Array(7);
  readonly #memory: EnergyMemory;
  readonly #source: EpisodeSource;
  readonly #settings: ResolvedOptions<typeof energyTrainingOptions>;
  readonly #patterns: Float64Array;
  readonly #cues: Float64Array;

  constructor(memory: EnergyMemory, source: EpisodeSource, settings: ResolvedOptions<typeof energyTrainingOptions>) {
    const { batch, patterns } = settings;
    const shape = [batch, patterns, memory.units];
    this.parameters = memory.parameters;
    this.inputs = { patterns: shape, cues: shape };
    this.#memory = memory;
    this.#source = source;
    this.#settings = settings;
    this.#patterns = new Float64Array(batch * patterns * memory.units);
    this.#cues = this.#patterns.slice();
  }

  loss(parameters: EnergyMemoryParameters<Tensor>, { patterns, cues }: { readonly [name: string]: Tensor }) {
    const { energyFunction } = this.#memory;
    const written = traceWriting(energyFunction, parameters, patterns).at(-1) as object;
    const { states, energies } = traceReading(energyFunction, parameters, written, cues);
    const errors = states.slice(1).map((state) => mean(square(subtract(state, patterns))));
    const last = errors[errors.length - 1];
    const all = affine(
      errors.reduce((total, error) => add(total, error)),
      1 / errors.length,
    );
    return {
      loss: this.#settings.loss === "last" ? last : all,
      last: states[states.length - 1],
      ...Object.fromEntries(energies.map((energy, k) => [`energy${k}`, energy])),
    } as { readonly loss: Tensor; readonly [name: string]: Tensor };
  }

  load(inputs: { readonly [name: string]: Values }, { update }: Batch): void {
    const random = new Random(this.#settings.seed).fork(EPISODES).fork(update);
    this.#source.draw(this.#patterns, this.#cues, random);
    inputs.patterns.set(this.#patterns);
    inputs.cues.set(this.#cues);
  }

  learned(results: { readonly [name: string]: Values }): void {
    const { sums } = this;
    const { range, units } = this.#source.patterned;
    const [patterns, cues, { last }] = [this.#patterns, this.#cues, results];
    const middle = (range[0] + range[1]) / 2;
    const count = patterns.length / units;
    let [error, cueError, wrong, cueWrong] = [0, 0, 0, 0];
    for (let k = 0; k < patterns.length; k++) {
      const x = patterns[k];
      error += (last[k] - x) * (last[k] - x);
      cueError += (cues[k] - x) * (cues[k] - x);
      if (last[k] > middle !== x > middle) wrong++;
      if (cues[k] > middle !== x > middle) cueWrong++;
    }
    let rises = 0;
    const steps = this.#memory.options.read.steps;
    for (let p = 0; p < count; p++) {
      for (let k = 1; k < steps; k++) {
        if (results[`energy${k}`][p] <= results[`energy${k - 1}`][p]) continue;
        rises++;
        break;
      }
    }
    const means = [1, results.loss[0], error / patterns.length, cueError / patterns.length];
    [...means, wrong / count, cueWrong / count, rises / count].forEach((value, k) => {
      sums[k] += value;
    });
  }

  status(): Omit<Status<EnergyReport>, "rate" | "gradientNorm"> {
    const [updates, ...sums] = this.sums;
    const [loss, distortion, cueDistortion, wrong, cueWrong, rises] = sums.map((total) => total / updates);
    return { loss, distortion, cueDistortion, wrong, cueWrong, rises };
  }

  settings(): Record<string, string> {
    const { units, energyFunction, options } = this.#memory;
    return {
      model: `${units} ${describeMade(energyFunction)} ${JSON.stringify(options)}`,
      data: this.#source.digest,
      ...describeOptions(this.#settings),
    };
  }
}

/** The smallest and the largest entry. @throws DataError if they are the same */
function rangeOf({ matrix }: AnyVectorSet): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const x of matrix.values) {
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  if (low < high) return [low, high];
  throw new DataError(`all entries of data are ${low}; there is nothing to learn from`);
}
