import { ArgumentError } from "../../errors.js";
import { buildFitting, type Workspace } from "../../kernels/index.js";
import { Random } from "../../math/random.js";
import {
  ChainStreams,
  type DeepBoltzmannMachine,
  type LayerBatch,
  LayerWeights,
  WorkspaceLayer,
} from "../../models/index.js";
import { asDataSource, type DataSource, type Feed, type TrainingData } from "../rbm/data.js";
import { drawWeights } from "../rbm/initialise.js";
import { BiasAscent, WeightAscent } from "./dbm-learner.js";
import {
  asCommon,
  asLayerSettings,
  type DeepLayerOptions,
  type DeepLayerSettings,
  type DeepTrainingCommon,
  deepDiverged,
} from "./dbm-options.js";
import { inSlices } from "./in-slices.js";

/** How a deep Boltzmann machine is pre-trained. */
export interface DeepPretraining extends DeepTrainingCommon {
  /** One for each layer of weights, from below. */
  readonly layers: readonly [lower: DeepLayerOptions, upper: DeepLayerOptions];
}

/** How pre-training stands. The machine has the weights of this moment until the next report. */
export interface DeepPretrainingReport {
  /** The weights that learn: 1 are the lower ones. */
  readonly layer: 1 | 2;
  readonly layers: 2;
  /** Epochs of this layer that are over. */
  readonly epoch: number;
  readonly updates: number;
  /** At this point of its schedule. */
  readonly rate: number;
  /** Mean of -log p of the layer below given drawn states of the one above, over the rows of the last batch, nats a row. */
  readonly reconstructionError: number;
}

const STREAMS = { order: 0, data: 1, chains: 2, weights: 3, states: 4 };

/** Standard deviation of first weights, where none are given. */
const FIRST_WEIGHTS = 0.01;

/** What the weights count on the way up and down while each layer learns. */
const SCALES = [
  { up: 2, down: 1 },
  { up: 1, down: 2 },
] as const;

/**
 * Pre-trains a deep Boltzmann machine layer by layer (Salakhutdinov and Hinton, Deep Boltzmann machines, 2009), by two RBMs that
 * make up for the layer that each of them lacks: h^1, which will feel v and h^2, feels v twice in the lower one,
 * p(h^1 | v) = sigmoid(2 W_1^T v + c), and h^2 twice in the upper one, whose data are states of h^1 drawn so. Both learn by
 * CD-1, with the doubled weights in both phases. Put together their weights go in once, and the biases of h^1 are the mean of
 * those that it has in the two. The weights of a layer that are all 0 are first drawn from a normal distribution of standard
 * deviation 0.01.
 *
 * @throws ArgumentError for an option out of its range, ShapeError or DataError for data that do not fit the visible units,
 *   EngramError where parameters stop being finite, the signal's reason where it was aborted
 */
export async function* pretrainDeepBoltzmannMachine(
  machine: DeepBoltzmannMachine,
  data: TrainingData,
  options: DeepPretraining,
): AsyncGenerator<DeepPretrainingReport, void> {
  const source = asDataSource(data, machine.visible);
  const given: readonly DeepLayerOptions[] | undefined = options.layers;
  if (given?.length !== 2) {
    throw new ArgumentError(`layers has ${given?.length ?? "no"} entries; give options for both layers`);
  }
  const settings = given.map((layer) => asLayerSettings(layer, source.rows));
  const { seed, workspace, signal } = asCommon(options);
  for (const l of [0, 1] as const) {
    const random = new Random(seed).fork(l);
    const { workspace: room, built } = buildFitting(
      workspace,
      (place) => new LayerPretraining(place, machine, l, source, settings[l], random),
    );
    try {
      built.begin();
      for (let epoch = 0; epoch < settings[l].epochs; epoch++) {
        const told = await inSlices(built.epoch(epoch), signal);
        built.store(epoch);
        yield { ...told, layer: l === 0 ? 1 : 2, layers: 2, epoch: epoch + 1, rate: settings[l].rate.at(epoch + 1) };
      }
    } finally {
      room.dispose();
    }
  }
}

/** The pre-training of one layer of weights. */
class LayerPretraining {
  readonly #machine: DeepBoltzmannMachine;
  readonly #level: 0 | 1;
  readonly #source: DataSource;
  readonly #settings: DeepLayerSettings;
  readonly #random: Random;
  readonly #weights: LayerWeights;
  readonly #ascent: WeightAscent;
  readonly #biases: readonly [lower: BiasAscent, upper: BiasAscent];
  readonly #data: { readonly lower: LayerBatch; readonly upper: LayerBatch };
  readonly #made: { readonly lower: LayerBatch; readonly upper: LayerBatch };
  readonly #below: LayerWeights | undefined;
  readonly #feed: Feed;
  readonly #streams: ChainStreams;
  /** Biases of h^1 in the lower RBM, while the upper one learns. */
  readonly #lowerBiases: Float64Array;
  #draws = 0;
  #updates = 0;

  constructor(
    workspace: Workspace,
    machine: DeepBoltzmannMachine,
    level: 0 | 1,
    source: DataSource,
    settings: DeepLayerSettings,
    random: Random,
  ) {
    const layers = [machine.visible, ...machine.hidden].map((units) => new WorkspaceLayer(workspace, units));
    const [lower, upper] = [layers[level], layers[level + 1]];
    const { batch } = settings;
    this.#machine = machine;
    this.#level = level;
    this.#source = source;
    this.#settings = settings;
    this.#random = random;
    this.#weights = new LayerWeights(workspace, lower, upper);
    this.#ascent = new WeightAscent(workspace, this.#weights);
    this.#biases = [new BiasAscent(lower), new BiasAscent(upper)];
    this.#data = { lower: lower.batch(batch), upper: upper.batch(batch) };
    this.#made = { lower: lower.batch(batch), upper: upper.batch(batch) };
    this.#streams = new ChainStreams(workspace, random.fork(STREAMS.chains), batch);
    this.#lowerBiases = machine.hidden[0].parameters.slice();
    const feed = source.feed(workspace, batch, random.fork(STREAMS.data));
    if (level === 0) this.#feed = feed;
    else {
      // h^1 as the lower RBM has it, with biases of its own.
      const first = new WorkspaceLayer(workspace, machine.hidden[0]);
      this.#below = new LayerWeights(workspace, layers[0], first);
      this.#feed = this.#risen(feed, layers[0].batch(batch), first.batch(batch), workspace);
    }
  }

  begin(): void {
    const weights = this.#machine.weights[this.#level];
    if (weights.values.every((w) => w === 0)) drawWeights(weights, FIRST_WEIGHTS, this.#random.fork(STREAMS.weights));
    this.#weights.load(weights);
    this.#below?.load(this.#machine.weights[0]);
  }

  *epoch(epoch: number): Generator<void, Pick<DeepPretrainingReport, "updates" | "reconstructionError">> {
    const { batch, rate, momentum, l2 } = this.#settings;
    const { rows } = this.#source;
    const order = this.#random.fork(STREAMS.order).fork(epoch).permutation(new Uint32Array(rows));
    let reconstructionError = 0;
    for (let first = 0; first < rows; first += batch) {
      this.#feed(this.#data.lower, order.subarray(first, first + batch), epoch);
      this.#contrast();
      if (first + batch >= rows) reconstructionError = this.#reconstructionError();
      const at = epoch + first / rows;
      const step = { rate: rate.at(at), momentum: momentum.at(at), l2 };
      for (const part of [this.#ascent, ...this.#biases]) part.step(step);
      this.#updates++;
      yield;
    }
    return { updates: this.#updates, reconstructionError };
  }

  /** Writes what has been learned to the machine, once it is known to be finite. */
  store(epoch: number): void {
    const finite = [this.#ascent, ...this.#biases].every((part) => part.isFinite);
    if (!finite) throw deepDiverged(epoch + 1, "weights or biases are", this.#settings.rate.at(epoch));
    const { visible, hidden, weights } = this.#machine;
    const [lower, upper] = [this.#weights.lower.units.parameters, this.#weights.upper.units.parameters];
    weights[this.#level].values.set(this.#weights.values);
    if (this.#level === 0) {
      visible.parameters.set(lower);
      hidden[0].parameters.set(upper);
    } else {
      hidden[0].parameters.set(lower.map((b, j) => (b + this.#lowerBiases[j]) / 2));
      hidden[1].parameters.set(upper);
    }
  }

  /** One step of Gibbs sampling from the data, and the gradient of both phases. */
  #contrast(): void {
    const { up, down } = SCALES[this.#level];
    const { lower, upper } = this.#data;
    const made = this.#made;
    const streams = this.#streams;
    this.#weights.up(lower, upper, { scale: up });
    upper.sample({ streams, step: this.#draws++, means: true });
    this.#weights.down(upper, made.lower, { scale: down });
    made.lower.sample({ streams, step: this.#draws++ });
    this.#weights.up(made.lower, made.upper, { scale: up });
    made.upper.mean();
    this.#ascent.add(lower, upper, 1);
    this.#ascent.add(made.lower, made.upper, -1);
    this.#biases[0].add(lower, 1, false);
    this.#biases[0].add(made.lower, -1, false);
    this.#biases[1].add(upper, 1, true);
    this.#biases[1].add(made.upper, -1, true);
  }

  #reconstructionError(): number {
    const { lower, upper } = this.#data;
    this.#weights.down(upper, lower, { scale: SCALES[this.#level].down });
    const logs = lower.logProbabilities(new Float64Array(lower.rows));
    return -logs.reduce((sum, x) => sum + x, 0) / lower.rows;
  }

  /** Data as states of h^1, drawn as the lower RBM infers them. */
  #risen(feed: Feed, visible: LayerBatch, first: LayerBatch, workspace: Workspace): Feed {
    const streams = new ChainStreams(workspace, this.#random.fork(STREAMS.states), visible.capacity);
    return (to, order, epoch) => {
      feed(visible, order, epoch);
      streams.chains.set(order);
      this.#below?.up(visible, first, { scale: SCALES[0].up });
      first.sample({ streams, step: epoch });
      to.rows = first.rows;
      to.memory.set(first.memory);
    };
  }
}
