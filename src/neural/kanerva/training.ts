import { ArgumentError, DataError } from "../../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { asData, type Data, type DataMatrix } from "../../math/data-matrix.js";
import { Digest } from "../../math/digest.js";
import { Random } from "../../math/random.js";
import { standardErrorOfMean } from "../../math/standard-error.js";
import { type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import {
  describeOptions,
  type Status,
  splitOptions,
  type TrainingCommon,
  type TrainingKind,
  type TrainingReport,
} from "../../training/training.js";
import { compileModel } from "../model-program.js";
import type { Values } from "../tape/kernels.js";
import { add, affine } from "../tape/operations/elementwise.js";
import type { Tensor } from "../tape/tensor.js";
import { tapeOptions } from "../training/options.js";
import { type Batch, type TapeLearning, TapeStage } from "../training/tape-stage.js";
import type { Coders } from "./code-memory.js";
import { episodeShapes, type KanervaParameters, type Sampled, traceEpisodes } from "./episode.js";
import { KanervaMemory } from "./kanerva-memory.js";
import { ProductKanerva } from "./product-kanerva.js";

/** A Kanerva memory with an encoder. */
export type TrainedMemory = KanervaMemory | ProductKanerva;

/** The options of the training of a Kanerva memory that are plain data. */
export const kanervaTrainingOptions = {
  ...tapeOptions,
  epochs: { ...tapeOptions.epochs, help: "number of passes over the patterns" },
  batch: { ...tapeOptions.batch, default: 4, help: "number of episodes of an update" },
  items: { type: "integer", low: 1, high: 10_000, default: 32, help: "number of patterns of an episode" },
  clip: { ...tapeOptions.clip, default: 1000 },
  sampled: {
    type: "choice",
    values: ["memory", "weights", "none"],
    default: "memory",
    help: "what the loss samples: memory and weights, a bound of the likelihood; weights alone; or none, a penalised error",
  },
  coding: {
    type: "number",
    low: 0,
    high: 1000,
    default: 1,
    help: "weight of the error of encoding and decoding alone, beside the bound",
  },
  divergence: {
    type: "number",
    low: 0,
    high: 1000,
    default: 1,
    help: "weight of KL(M) in the loss; with 0 it is the bound of the likelihood given the memory that was written",
  },
  balance: {
    type: "number",
    low: 0,
    high: 1000,
    default: 0,
    help: "of a product: weight of the divergence of the machines' mean shares in a batch from equal ones",
  },
  damage: {
    type: "number",
    low: 0,
    high: 1,
    default: 0,
    help: "probability that an entry of what a pattern is read from is drawn anew, 0 or 1; it is written whole",
  },
} as const;

/** Options of the training of a Kanerva memory. */
export interface KanervaTraining extends OptionsOf<typeof kanervaTrainingOptions>, TrainingCommon<TrainedMemory> {
  /** Patterns whose bound is computed at the end of every epoch, and from which nothing is learned. */
  readonly validation?: Data | undefined;
}

/**
 * The bound of the negative log-likelihood and its terms, nats a pattern. Without the term of the memory it is a bound given
 * the memory that has been written with the patterns. Of a product it is a penalised error: shares follow from the code and
 * are not sampled.
 */
export interface KanervaBound {
  /** reading + weights + memory + assignment. */
  readonly bound: number;
  /** -ln p(x | z) of the patterns as they are read. */
  readonly reading: number;
  /** KL(w) */
  readonly weights: number;
  /** KL(M), its share of a pattern. */
  readonly memory: number;
  /** KL(r) */
  readonly assignment: number;
  /** -ln p(x | e(x)), which is not a term of the bound. */
  readonly coding: number;
}

/** State of the training of a Kanerva memory. */
export interface KanervaReport extends TrainingReport {
  /** Norm of the gradient of the last update, before it was clipped. */
  readonly gradientNorm: number;
  /** Over the patterns of this epoch, while the parameters changed. */
  readonly training: KanervaBound;
  /** At the end of an epoch, with `validation`. */
  readonly validation?: KanervaBound | undefined;
}

/** Streams of the seed. */
const STREAMS = { order: 1, draws: 2, validation: 3 };

const TERMS = ["reading", "weights", "memory", "assignment", "coding"] as const;

/** The loss of an episode adds up these; `coding` has a weight. */
type Terms = { readonly [Name in (typeof TERMS)[number]]: Values };

/**
 * Learning of a Kanerva memory by the gradient of the variational bound of episodes of patterns (Wu et al. 2018), see
 * `traceEpisodes`. An episode begins with the prior and writes patterns that are drawn from the data.
 */
export const kanervaTraining: TrainingKind<TrainedMemory, Data, KanervaTraining, KanervaReport> = {
  name: "kanerva",
  title: "a Kanerva memory",
  reference: "Wu et al. 2018",
  options: kanervaTrainingOptions,
  trains: (model): model is TrainedMemory => model instanceof KanervaMemory || model instanceof ProductKanerva,
  plan(memory, given, options) {
    const { data, run } = splitOptions<TrainedMemory, KanervaTraining>(memory, options);
    const { validation, ...values } = data;
    memory.renew();
    const coders = requireCoders(memory);
    const patterns = requirePatterns("data", given, memory.units);
    const held = validation === undefined ? undefined : requirePatterns("validation", validation, memory.units);
    const settings = readOptions("the training of a Kanerva memory", kanervaTrainingOptions, values);
    return {
      stages: 1,
      start() {
        const learning = new KanervaLearning(memory, coders, patterns, held, settings);
        const batch = Math.min(settings.batch * settings.items, patterns.rows);
        const order = new Random(settings.seed).fork(STREAMS.order);
        return new TapeStage(learning, { ...settings, batch }, patterns.rows, order, run);
      },
    };
  },
};

class KanervaLearning implements TapeLearning<KanervaReport> {
  readonly kind = "kanerva 2";
  readonly parameters: KanervaParameters;
  readonly inputs: ReturnType<typeof episodeShapes>;
  /** Sums of the terms, then the number of patterns. */
  readonly sums = new Float64Array(TERMS.length + 1);
  readonly #memory: TrainedMemory;
  readonly #coders: Coders;
  readonly #patterns: DataMatrix;
  readonly #held: DataMatrix | undefined;
  readonly #settings: ResolvedOptions<typeof kanervaTrainingOptions>;
  readonly #draws: Random;
  #validation: KanervaBound | undefined;

  constructor(
    memory: TrainedMemory,
    coders: Coders,
    patterns: DataMatrix,
    held: DataMatrix | undefined,
    settings: ResolvedOptions<typeof kanervaTrainingOptions>,
  ) {
    this.parameters = memory.parameters;
    this.inputs = shapesFor(memory, settings.batch, settings.items, settings.damage > 0);
    this.#memory = memory;
    this.#coders = coders;
    this.#patterns = patterns;
    this.#held = held;
    this.#settings = settings;
    this.#draws = new Random(settings.seed).fork(STREAMS.draws);
  }

  loss(parameters: KanervaParameters<Tensor>, inputs: { readonly [name: string]: Tensor }) {
    const { sampled, coding, divergence, balance, batch, items } = this.#settings;
    const terms = traceEpisodes(this.#coders, parameters, inputs as never, sampled);
    const weighted = [
      { term: terms.weights, by: 1 },
      { term: terms.memory, by: divergence },
      { term: terms.assignment, by: 1 },
      { term: terms.coding, by: coding },
      { term: terms.balance, by: balance },
    ];
    const total = weighted
      .filter(({ by }) => by > 0)
      .reduce((sum, { term, by }) => add(sum, by === 1 ? term : affine(term, by)), terms.reading);
    return { loss: affine(total, 1 / (batch * items)), ...terms };
  }

  load(inputs: { readonly [name: string]: Values }, { items, update }: Batch): void {
    loadEpisodes(this.#patterns, items, this.#draws.fork(update), inputs, this.#settings.damage);
  }

  learned(results: { readonly [name: string]: Values }): void {
    TERMS.forEach((name, k) => {
      this.sums[k] += results[name][0];
    });
    this.sums[TERMS.length] += this.#settings.batch * this.#settings.items;
  }

  *measure(): Generator<void, void> {
    if (this.#held === undefined) return;
    const { items, seed, sampled } = this.#settings;
    const random = new Random(seed).fork(STREAMS.validation);
    const sums = new Float64Array(TERMS.length);
    let episodes = 0;
    for (const terms of eachEpisode(this.#memory, this.#coders, this.#held, { items, sampled, random })) {
      TERMS.forEach((name, k) => {
        sums[k] += terms[name][0];
      });
      episodes++;
      yield;
    }
    this.#validation = meanOf(sums, episodes * items);
  }

  status(over: boolean): Omit<Status<KanervaReport>, "rate" | "gradientNorm"> {
    this.#memory.renew();
    const count = this.sums[TERMS.length];
    return { training: meanOf(this.sums, count), validation: over ? this.#validation : undefined };
  }

  settings(): Record<string, string> {
    const { units, encoder, decoder, options, parameters } = this.#memory;
    const described = ({ rows, values }: DataMatrix) =>
      `${rows} patterns with digest ${new Digest().add(new Uint32Array(Float32Array.from(values).buffer)).hex()}`;
    return {
      model: JSON.stringify([
        this.#memory.kind,
        units,
        encoder?.hidden,
        encoder?.outputs,
        decoder?.hidden,
        options,
        parameters.addresses?.shape,
      ]),
      data: described(this.#patterns),
      validation: this.#held === undefined ? "none" : described(this.#held),
      ...describeOptions(this.#settings),
    };
  }
}

/** A bound with its standard error over episodes. */
export interface MeasuredBound extends KanervaBound {
  readonly error: number;
  readonly episodes: number;
}

/**
 * The bound of patterns that were not trained on, in episodes in their order; those that fill no episode are left out.
 *
 * @param options `items` of an episode and what is `sampled`, as in training, and the `seed` of the samples
 * @throws ArgumentError or DataError for patterns or options that do not fit
 */
export function kanervaBound(
  memory: TrainedMemory,
  data: Data,
  {
    items = kanervaTrainingOptions.items.default,
    sampled = "memory",
    seed = 0,
    workspace = defaultWorkspace,
  }: {
    readonly items?: number | undefined;
    readonly sampled?: Sampled | undefined;
    readonly seed?: number | undefined;
    readonly workspace?: MakeWorkspace | undefined;
  } = {},
): MeasuredBound {
  readOptions(
    "the bound",
    { items: kanervaTrainingOptions.items, sampled: kanervaTrainingOptions.sampled },
    { items, sampled },
  );
  const patterns = requirePatterns("data", data, memory.units);
  if (patterns.rows < items) {
    throw new ArgumentError(`data has ${patterns.rows} patterns; an episode needs ${items}`);
  }
  const sums = new Float64Array(TERMS.length);
  const bounds: number[] = [];
  const options = { items, sampled, random: new Random(seed).fork(STREAMS.validation), workspace };
  for (const terms of eachEpisode(memory, requireCoders(memory), patterns, options)) {
    TERMS.forEach((name, k) => {
      sums[k] += terms[name][0];
    });
    bounds.push(
      meanOf(
        Float64Array.from(TERMS, (name) => terms[name][0]),
        items,
      ).bound,
    );
  }
  const found = meanOf(sums, bounds.length * items);
  const error = bounds.length < 2 ? Number.NaN : standardErrorOfMean(bounds, found.bound);
  return { ...found, error, episodes: bounds.length };
}

/** The terms of one episode after the other. */
function* eachEpisode(
  memory: TrainedMemory,
  coders: Coders,
  patterns: DataMatrix,
  {
    items,
    sampled,
    random,
    workspace,
  }: {
    readonly items: number;
    readonly sampled: Sampled;
    readonly random: Random;
    readonly workspace?: MakeWorkspace | undefined;
  },
): Generator<Terms> {
  const program = compileModel(
    memory.parameters,
    shapesFor(memory, 1, items),
    (parameters: KanervaParameters<Tensor>, inputs) => traceEpisodes(coders, parameters, inputs, sampled),
    { workspace },
  );
  try {
    for (let first = 0; first + items <= patterns.rows; first += items) {
      const some = Uint32Array.from({ length: items }, (_, k) => first + k);
      loadEpisodes(patterns, some, random.fork(first), program.inputs, 0);
      program.run();
      yield program.results;
    }
  } finally {
    program.dispose();
  }
}

function shapesFor(memory: TrainedMemory, episodes: number, items: number, cued = false) {
  const [rows, code] = memory.parameters.mean.shape;
  return episodeShapes({ episodes, items, units: memory.units, rows, code, cued });
}

/** Sets the inputs to patterns, repeated where they are fewer than the places, and draws the noise. */
function loadEpisodes(
  { columns, values }: DataMatrix,
  rows: Uint32Array,
  random: Random,
  { patterns, cues, noiseOfWeights, noiseOfCodes }: { readonly [name: string]: Values },
  damage: number,
): void {
  for (let k = 0; k < patterns.length / columns; k++) {
    const from = rows[k % rows.length] * columns;
    patterns.set(values.subarray(from, from + columns), k * columns);
  }
  for (const noise of [noiseOfWeights, noiseOfCodes]) {
    for (let k = 0; k < noise.length; k++) noise[k] = random.normal();
  }
  if (damage === 0) return;
  cues.set(patterns);
  for (let k = 0; k < cues.length; k++) if (random.bernoulli(damage)) cues[k] = random.bernoulli(0.5) ? 1 : 0;
}

function meanOf(sums: Float64Array, count: number): KanervaBound {
  const [reading, weights, memory, assignment, coding] = sums.subarray(0, TERMS.length).map((sum) => sum / count);
  return { bound: reading + weights + memory + assignment, reading, weights, memory, assignment, coding };
}

function requireCoders({ encoder, decoder }: TrainedMemory): Coders {
  if (encoder !== undefined && decoder !== undefined) return { encoder, decoder };
  throw new ArgumentError("the memory has no encoder, so there is nothing to train; it stores patterns as it is");
}

function requirePatterns(name: string, given: Data, units: number): DataMatrix {
  const data = asData(name, given, units);
  const bad = data.values.findIndex((value) => !(value >= 0 && value <= 1));
  if (bad < 0) return data;
  const where = `${name}[${Math.floor(bad / units)}][${bad % units}]`;
  throw new DataError(`${where} is ${data.values[bad]}; expected a number from 0 to 1`);
}
