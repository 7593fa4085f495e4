import { buildFitting, type Workspace } from "../../kernels/index.js";
import { ChainStreams, type LayerBatch, LayerStack } from "../../layers/index.js";
import { Random } from "../../math/random.js";
import { deepLayers } from "../../models/dbm/layers.js";
import type { DeepBoltzmannMachine } from "../../models/index.js";
import type { Warning } from "../../warnings.js";
import type { CheckpointArray, LiveArrays } from "../checkpoint.js";
import type { BatchLoader, DataSource } from "../data.js";
import { Epochs } from "../epochs.js";
import { baselineOfBatch, listOf, worseThanIndependent } from "../independent.js";
import { drawWeights } from "../rbm/initialise.js";
import { valueAt } from "../schedules/index.js";
import { diverged, type Status, type TrainingStage } from "../training.js";
import type { DeepBoltzmannReport, DeepLayerSettings, DeepStageOptions } from "./deep-boltzmann-options.js";
import { BiasAscent, WeightAscent } from "./layer-ascent.js";

const STREAMS = { order: 0, data: 1, chains: 2, weights: 3, states: 4 };

/** Standard deviation of the initial weights, if they are all 0. */
const FIRST_WEIGHTS = 0.01;

/** Factors of the weights on the way up and down while each layer learns. */
const SCALES = [
  { up: 2, down: 1 },
  { up: 1, down: 2 },
] as const;

/** The pre-training of one layer of weights, one batch at a time. */
export class PretrainingStage implements TrainingStage<DeepBoltzmannReport> {
  readonly kind = "deep Boltzmann pre-training 2";
  readonly arrays: LiveArrays;
  readonly epochs: Epochs;
  readonly seed: number;
  readonly reportEvery: number;
  readonly monitors: TrainingStage<DeepBoltzmannReport>["monitors"];
  readonly #machine: DeepBoltzmannMachine;
  readonly #level: 0 | 1;
  readonly #settings: DeepLayerSettings;
  readonly #random: Random;
  readonly #workspace: Workspace;
  /** The two layers that learn, as an RBM. */
  readonly #stack: LayerStack;
  readonly #ascent: WeightAscent;
  readonly #biases: readonly BiasAscent[];
  readonly #data: readonly LayerBatch[];
  readonly #made: readonly LayerBatch[];
  /** v and h^1 of the lower RBM, with their own biases, while the upper one learns. */
  readonly #below: LayerStack | undefined;
  readonly #load: BatchLoader;
  readonly #streams: ChainStreams;
  readonly #describe: () => Record<string, string>;
  #description: Record<string, string> | undefined;
  /** The warning of the last measurement. */
  #worse: Warning | undefined;
  /** Number of draws so far. */
  readonly #draws = new Float64Array(1);
  /** The last reconstruction error. */
  readonly #measured = new Float64Array(1);

  constructor(
    machine: DeepBoltzmannMachine,
    level: 0 | 1,
    source: DataSource,
    settings: DeepLayerSettings,
    { workspace: make, reportEvery, monitors, seed, describe }: DeepStageOptions,
  ) {
    const random = new Random(seed).fork(level);
    const { batch, optimiser } = settings;
    const { layers } = deepLayers(machine);
    const { workspace, built } = buildFitting(make, (room) => {
      const stack = new LayerStack(room, { layers: layers.slice(level, level + 2) });
      const load = source.loader(room, batch, random.fork(STREAMS.data));
      const below = level === 0 ? undefined : new LayerStack(room, { layers: layers.slice(0, 2) });
      return {
        stack,
        below,
        data: stack.batches(batch),
        made: stack.batches(batch),
        ascent: new WeightAscent(room, stack.weights[0], optimiser),
        biases: stack.layers.map((layer) => new BiasAscent(layer, optimiser)),
        streams: new ChainStreams(room, random.fork(STREAMS.chains), batch),
        load: below === undefined ? load : loadUpper(room, below, load, batch, random.fork(STREAMS.states)),
      };
    });
    this.seed = seed;
    this.reportEvery = reportEvery;
    this.monitors = monitors;
    this.epochs = new Epochs(source.rows, batch, random.fork(STREAMS.order));
    this.#machine = machine;
    this.#level = level;
    this.#settings = settings;
    this.#random = random;
    this.#workspace = workspace;
    this.#stack = built.stack;
    this.#below = built.below;
    this.#data = built.data;
    this.#made = built.made;
    this.#ascent = built.ascent;
    this.#biases = built.biases;
    this.#load = built.load;
    this.#streams = built.streams;
    this.#describe = describe;
    this.arrays = new Map<string, CheckpointArray>([
      ["progress", this.epochs.progress],
      ["draws", this.#draws],
      ["measured", this.#measured],
      ...built.ascent.arrays("weights"),
      ...built.biases.flatMap((part, k) => part.arrays(`biases.${k}`)),
      ...(built.below === undefined
        ? []
        : ([
            ["below.weights", built.below.weights[0].values],
            ["below.visible", built.below.layers[0].units.parameters],
            ["below.hidden", built.below.layers[1].units.parameters],
          ] as const)),
    ]);
  }

  get isOver(): boolean {
    return this.epochs.epoch >= this.#settings.epochs;
  }

  settings(): Record<string, string> {
    this.#description ??= this.#describe();
    return this.#description;
  }

  begin(): void {
    const { layers, weights: all } = deepLayers(this.#machine);
    const weights = all[this.#level];
    if (weights.values.every((w) => w === 0)) drawWeights(weights, FIRST_WEIGHTS, this.#random.fork(STREAMS.weights));
    this.#stack.load({ layers: layers.slice(this.#level, this.#level + 2), weights: [weights] });
    this.#below?.load({ layers: layers.slice(0, 2), weights: all.slice(0, 1) });
  }

  restore(): void {
    const { visible, weights } = this.#machine;
    this.#stack.refresh();
    this.#below?.refresh();
    if (this.#below !== undefined) {
      weights[0].values.set(this.#below.weights[0].values);
      visible.parameters.set(this.#below.layers[0].units.parameters);
    }
    this.#write();
  }

  update(): boolean {
    const { epochs } = this;
    const { rate, l2 } = this.#settings;
    this.#load(this.#data[0], epochs.rows, epochs.epoch);
    this.#contrast();
    if (epochs.isLast) this.#measured[0] = this.#reconstructionError();
    const step = { rate: valueAt(rate, epochs.at), epochs: epochs.at, l2 };
    for (const part of [this.#ascent, ...this.#biases]) part.step(step);
    return epochs.advance();
  }

  store(): void {
    const { epoch } = this.epochs;
    const finite = [this.#ascent, ...this.#biases].every((part) => part.isFinite);
    const rate = valueAt(this.#settings.rate, Math.max(0, epoch - 1));
    if (!finite) throw diverged("weights or biases are", epoch, rate, { layer: String(this.#level + 1) });
    this.#write();
  }

  status(): Status<DeepBoltzmannReport> {
    const rate = valueAt(this.#settings.rate, this.epochs.at);
    const layer = this.#level === 0 ? 1 : 2;
    const warnings = listOf(this.#worse);
    return { phase: "pretraining", layer, layers: 2, rate, reconstructionError: this.#measured[0], warnings };
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  /** Writes the learned parameters to the machine. */
  #write(): void {
    const { visible, hidden, weights } = this.#machine;
    const [lower, upper] = this.#stack.layers.map(({ units }) => units.parameters);
    weights[this.#level].values.set(this.#stack.weights[0].values);
    if (this.#below === undefined) {
      visible.parameters.set(lower);
      hidden[0].parameters.set(upper);
    } else {
      const { parameters } = this.#below.layers[1].units;
      hidden[0].parameters.set(lower.map((b, j) => (b + parameters[j]) / 2));
      hidden[1].parameters.set(upper);
    }
  }

  /** One step of Gibbs sampling from the data, and the gradient of both phases. */
  #contrast(): void {
    const { up, down } = SCALES[this.#level];
    const [lower, upper] = this.#data;
    const [madeLower, madeUpper] = this.#made;
    const streams = this.#streams;
    this.#stack.up(0, lower, upper, { scale: up });
    upper.sample({ streams, step: this.#draws[0]++, means: true });
    this.#stack.down(0, upper, madeLower, { scale: down });
    madeLower.sample({ streams, step: this.#draws[0]++ });
    this.#stack.up(0, madeLower, madeUpper, { scale: up });
    madeUpper.mean();
    this.#ascent.add(lower, upper, 1);
    this.#ascent.add(madeLower, madeUpper, -1);
    this.#biases[0].add(lower, 1, false);
    this.#biases[0].add(madeLower, -1, false);
    this.#biases[1].add(upper, 1, true);
    this.#biases[1].add(madeUpper, -1, true);
  }

  #reconstructionError(): number {
    const [lower, upper] = this.#data;
    this.#stack.down(0, upper, lower, { scale: SCALES[this.#level].down });
    const logs = lower.logProbabilities(new Float64Array(lower.rows));
    const nats = logs.subarray(0, lower.rows).map((x) => -x);
    this.#worse = worseThanIndependent(nats, baselineOfBatch(lower, this.#stack.layers[0].units), {
      epoch: this.epochs.epoch + 1,
      rate: () => valueAt(this.#settings.rate, 0),
      quantity: "reconstruction error",
    });
    return -logs.reduce((sum, x) => sum + x, 0) / lower.rows;
  }
}

/** A batch loader of states of h^1, drawn from the lower RBM given the data. */
function loadUpper(room: Workspace, below: LayerStack, load: BatchLoader, rows: number, random: Random): BatchLoader {
  const [visible, first] = below.batches(rows);
  const streams = new ChainStreams(room, random, rows);
  return (to, order, epoch) => {
    load(visible, order, epoch);
    streams.chains.set(order);
    below.up(0, visible, first, { scale: SCALES[0].up });
    first.sample({ streams, step: epoch });
    to.rows = first.rows;
    to.memory.set(first.memory);
  };
}
