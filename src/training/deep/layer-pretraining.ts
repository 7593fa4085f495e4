import type { Workspace } from "../../kernels/index.js";
import { ChainStreams, type LayerBatch, LayerWeights, WorkspaceLayer } from "../../layers/index.js";
import type { Random } from "../../math/random.js";
import type { DeepBoltzmannMachine } from "../../models/index.js";
import type { DataSource, Feed } from "../rbm/data.js";
import { drawWeights } from "../rbm/initialise.js";
import type { LiveArrays } from "../rbm/method.js";
import { BiasAscent, WeightAscent } from "./dbm-learner.js";
import { type DeepLayerSettings, deepDiverged } from "./dbm-options.js";

const STREAMS = { order: 0, data: 1, chains: 2, weights: 3, states: 4 };

/** Standard deviation of first weights, where none are given. */
const FIRST_WEIGHTS = 0.01;

/** What the weights count on the way up and down while each layer learns. */
const SCALES = [
  { up: 2, down: 1 },
  { up: 1, down: 2 },
] as const;

/** What an epoch comes to; as in `DeepPretrainingReport`. */
export interface LayerEpoch {
  readonly updates: number;
  readonly reconstructionError: number;
}

/** The pre-training of one layer of weights. */
export class LayerPretraining {
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
  /** The weights between the visible units and h^1 as the lower RBM has it, while the upper one learns. */
  readonly #below:
    | { readonly weights: LayerWeights; readonly visible: WorkspaceLayer; readonly first: WorkspaceLayer }
    | undefined;
  readonly #feed: Feed;
  readonly #streams: ChainStreams;
  /** Epochs that are over, updates and draws in all. */
  readonly #progress = new Float64Array(3);
  /** All that an epoch depends on. */
  readonly arrays: LiveArrays;

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
    const feed = source.feed(workspace, batch, random.fork(STREAMS.data));
    if (level === 0) this.#feed = feed;
    else {
      // h^1 as the lower RBM has it, with biases of its own.
      const first = new WorkspaceLayer(workspace, machine.hidden[0]);
      this.#below = { weights: new LayerWeights(workspace, layers[0], first), visible: layers[0], first };
      this.#feed = this.#risen(feed, layers[0].batch(batch), first.batch(batch), workspace);
    }
    const below = this.#below;
    this.arrays = new Map<string, Float64Array | Float32Array>([
      ["progress", this.#progress],
      ...this.#ascent.arrays("weights"),
      ...this.#biases.flatMap((part, k) => part.arrays(`biases.${k}`)),
      ...(below === undefined
        ? []
        : ([
            ["below.weights", below.weights.values],
            ["below.visible", below.visible.units.parameters],
            ["below.hidden", below.first.units.parameters],
          ] as const)),
    ]);
  }

  /** Epochs that are over. */
  get epoch(): number {
    return this.#progress[0];
  }

  begin(): void {
    const weights = this.#machine.weights[this.#level];
    if (weights.values.every((w) => w === 0)) drawWeights(weights, FIRST_WEIGHTS, this.#random.fork(STREAMS.weights));
    this.#weights.load(weights);
    this.#below?.weights.load(this.#machine.weights[0]);
  }

  /** Brings all up to date once `arrays` have changed, and gives the machine what they hold. */
  refresh(): void {
    for (const part of [this.#ascent, ...this.#biases]) part.refresh();
    const below = this.#below;
    if (below !== undefined) {
      below.weights.refresh();
      below.first.refresh();
      this.#machine.weights[0].values.set(below.weights.values);
      this.#machine.visible.parameters.set(below.visible.units.parameters);
    }
    this.store();
  }

  /** Learns from all rows once, batch by batch. */
  *learn(): Generator<void, LayerEpoch> {
    const { batch, rate, momentum, l2 } = this.#settings;
    const { rows } = this.#source;
    const { epoch } = this;
    const order = this.#random.fork(STREAMS.order).fork(epoch).permutation(new Uint32Array(rows));
    let reconstructionError = 0;
    for (let first = 0; first < rows; first += batch) {
      this.#feed(this.#data.lower, order.subarray(first, first + batch), epoch);
      this.#contrast();
      if (first + batch >= rows) reconstructionError = this.#reconstructionError();
      const at = epoch + first / rows;
      const step = { rate: rate.at(at), momentum: momentum.at(at), l2 };
      for (const part of [this.#ascent, ...this.#biases]) part.step(step);
      this.#progress[1]++;
      yield;
    }
    this.#progress[0]++;
    return { updates: this.#progress[1], reconstructionError };
  }

  /** Writes what has been learned to the machine, once it is known to be finite. */
  store(): void {
    const finite = [this.#ascent, ...this.#biases].every((part) => part.isFinite);
    if (!finite) throw deepDiverged(this.epoch, "weights or biases are", this.#settings.rate.at(this.epoch - 1));
    const { visible, hidden, weights } = this.#machine;
    const [lower, upper] = [this.#weights.lower.units.parameters, this.#weights.upper.units.parameters];
    weights[this.#level].values.set(this.#weights.values);
    const below = this.#below;
    if (below === undefined) {
      visible.parameters.set(lower);
      hidden[0].parameters.set(upper);
    } else {
      const { parameters } = below.first.units;
      hidden[0].parameters.set(lower.map((b, j) => (b + parameters[j]) / 2));
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
    upper.sample({ streams, step: this.#progress[2]++, means: true });
    this.#weights.down(upper, made.lower, { scale: down });
    made.lower.sample({ streams, step: this.#progress[2]++ });
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
      this.#below?.weights.up(visible, first, { scale: SCALES[0].up });
      first.sample({ streams, step: epoch });
      to.rows = first.rows;
      to.memory.set(first.memory);
    };
  }
}
