import { buildFitting, type Workspace } from "../../kernels/index.js";
import { ChainStreams, type LayerBatch, LayerStack } from "../../layers/index.js";
import { Random } from "../../math/random.js";
import { deepLayers, relaxMeanField, setLowerInputs } from "../../models/dbm/layers.js";
import type { DeepBoltzmannMachine } from "../../models/index.js";
import type { Warning } from "../../warnings.js";
import type { CheckpointArray, LiveArrays } from "../checkpoint.js";
import type { BatchLoader, DataSource } from "../data.js";
import { Epochs } from "../epochs.js";
import { baselineOfBatch, listOf, worseThanIndependent } from "../independent.js";
import { drawWeights } from "../rbm/initialise.js";
import { valueAt } from "../schedules/index.js";
import { diverged, type Status, type TrainingStage } from "../training.js";
import type {
  DeepBoltzmannReport,
  DeepLayerSettings,
  DeepStageOptions,
  JointSettings,
} from "./deep-boltzmann-options.js";
import { BiasAscent, WeightAscent } from "./layer-ascent.js";

const STREAMS = { order: 0, data: 1, chains: 2, weights: 3 };

/** Standard deviation of the initial weights, if they are all 0. */
const FIRST_WEIGHTS = 0.01;

/** The joint training of one machine, one batch at a time. */
export class JointStage implements TrainingStage<DeepBoltzmannReport> {
  readonly kind = "deep Boltzmann training 2";
  readonly arrays: LiveArrays;
  readonly epochs: Epochs;
  readonly seed: number;
  readonly reportEvery: number;
  readonly monitors: TrainingStage<DeepBoltzmannReport>["monitors"];
  readonly #machine: DeepBoltzmannMachine;
  readonly #settings: DeepLayerSettings;
  readonly #phases: JointSettings;
  readonly #random: Random;
  readonly #workspace: Workspace;
  readonly #stack: LayerStack;
  readonly #data: readonly LayerBatch[];
  readonly #free: readonly LayerBatch[];
  readonly #load: BatchLoader;
  readonly #streams: ChainStreams;
  readonly #weights: readonly WeightAscent[];
  readonly #biases: readonly BiasAscent[];
  readonly #describe: () => Record<string, string>;
  #description: Record<string, string> | undefined;
  /** The warning of the last measurement. */
  #worse: Warning | undefined;
  /** Number of draws of the chains so far. */
  readonly #draws = new Float64Array(1);
  /** Mean-field sweeps and batches of the current epoch, or of the one just completed, and the last reconstruction error. */
  readonly #measured = new Float64Array(3);

  constructor(
    machine: DeepBoltzmannMachine,
    source: DataSource,
    settings: DeepLayerSettings,
    phases: JointSettings,
    { workspace: make, reportEvery, monitors, seed, describe }: DeepStageOptions,
  ) {
    const random = new Random(seed);
    const { batch, optimiser } = settings;
    const { workspace, built } = buildFitting(make, (room) => {
      const stack = new LayerStack(room, deepLayers(machine));
      return {
        stack,
        data: stack.batches(batch),
        free: stack.batches(phases.chains),
        load: source.loader(room, batch, random.fork(STREAMS.data)),
        streams: new ChainStreams(room, random.fork(STREAMS.chains), phases.chains),
        weights: stack.weights.map((weights) => new WeightAscent(room, weights, optimiser)),
        biases: stack.layers.map((layer) => new BiasAscent(layer, optimiser)),
      };
    });
    this.seed = seed;
    this.reportEvery = reportEvery;
    this.monitors = monitors;
    this.epochs = new Epochs(source.rows, batch, random.fork(STREAMS.order));
    this.#machine = machine;
    this.#settings = settings;
    this.#phases = phases;
    this.#random = random;
    this.#workspace = workspace;
    this.#stack = built.stack;
    this.#data = built.data;
    this.#free = built.free;
    this.#load = built.load;
    this.#streams = built.streams;
    this.#weights = built.weights;
    this.#biases = built.biases;
    this.#describe = describe;
    const [visible, , upper] = built.free;
    this.arrays = new Map<string, CheckpointArray>([
      ["progress", this.epochs.progress],
      ["draws", this.#draws],
      ["measured", this.#measured],
      ...built.weights.flatMap((part, l) => part.arrays(`weights.${l}`)),
      ...built.biases.flatMap((part, l) => part.arrays(`biases.${l}`)),
      // The layer between these is drawn first.
      ["chains.visible", visible.memory],
      ["chains.upper", upper.memory],
    ]);
  }

  get isOver(): boolean {
    return this.epochs.epoch >= this.#settings.epochs;
  }

  settings(): Record<string, string> {
    this.#description ??= this.#describe();
    return this.#description;
  }

  /** Loads the machine, and starts the chains from units without input from other layers. */
  begin(): void {
    this.#machine.weights.forEach((weights, l) => {
      const random = this.#random.fork(STREAMS.weights).fork(l);
      if (weights.values.every((w) => w === 0)) drawWeights(weights, FIRST_WEIGHTS, random);
    });
    this.#stack.load(deepLayers(this.#machine));
    const [visible, , upper] = this.#free;
    for (const batch of [visible, upper]) {
      const { bias, units } = batch.layer;
      for (let r = 0; r < batch.rows; r++) batch.inputs.set(bias, r * units.width);
      batch.sample({ streams: this.#streams, step: this.#draws[0]++ });
    }
  }

  restore(): void {
    this.#stack.refresh();
    this.#stack.store(deepLayers(this.#machine));
  }

  update(): boolean {
    const { epochs } = this;
    const { rate, l2 } = this.#settings;
    if (epochs.progress[1] === 0) this.#measured.fill(0, 0, 2);
    this.#load(this.#data[0], epochs.rows, epochs.epoch);
    this.#measured[0] += this.#addData();
    this.#measured[1]++;
    if (epochs.isLast) this.#measured[2] = this.#reconstructionError();
    this.#subtractModel();
    const step = { rate: valueAt(rate, epochs.at), epochs: epochs.at, l2 };
    for (const part of [...this.#weights, ...this.#biases]) part.step(step);
    return epochs.advance();
  }

  store(): void {
    const { epoch } = this.epochs;
    const rate = valueAt(this.#settings.rate, Math.max(0, epoch - 1));
    this.#weights.forEach((part, l) => {
      if (!part.isFinite) throw diverged(`weights[${l}] are`, epoch, rate);
    });
    this.#biases.forEach((part, l) => {
      if (!part.isFinite) throw diverged(`biases of layer ${l} are`, epoch, rate, { layer: String(l) });
    });
    this.#stack.store(deepLayers(this.#machine));
  }

  status(): Status<DeepBoltzmannReport> {
    const [sweeps, batches, reconstructionError] = this.#measured;
    const rate = valueAt(this.#settings.rate, this.epochs.at);
    return { phase: "joint", rate, reconstructionError, sweeps: sweeps / batches, warnings: listOf(this.#worse) };
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  /** The positive phase; returns the number of mean-field sweeps. */
  #addData(): number {
    const [visible, lower, upper] = this.#data;
    const sweeps = relaxMeanField(this.#stack, this.#data, this.#phases);
    this.#weights[0].add(visible, lower, 1);
    this.#weights[1].addMeans(lower, upper);
    this.#biases[0].add(visible, 1, false);
    this.#biases[1].add(lower, 1, true);
    this.#biases[2].add(upper, 1, true);
    return sweeps;
  }

  /** The negative phase: chains take steps; each pair of layers contributes states of one and means of the other given them. */
  #subtractModel(): void {
    const [visible, lower, upper] = this.#free;
    const streams = this.#streams;
    for (let step = 1; step <= this.#phases.steps; step++) {
      const last = step === this.#phases.steps;
      setLowerInputs(this.#stack, this.#free, { means: false });
      lower.sample({ streams, step: this.#draws[0]++, means: last });
      this.#stack.up(1, lower, upper);
      upper.sample({ streams, step: this.#draws[0]++, means: last });
      if (last) {
        this.#weights[0].add(visible, lower, -1);
        this.#weights[1].add(lower, upper, -1);
        this.#biases[0].add(visible, -1, false);
        this.#biases[1].add(lower, -1, true);
        this.#biases[2].add(upper, -1, true);
      }
      this.#stack.down(0, lower, visible);
      visible.sample({ streams, step: this.#draws[0]++ });
    }
  }

  #reconstructionError(): number {
    const [visible, lower] = this.#data;
    this.#stack.down(0, lower, visible, { means: true });
    const logs = visible.logProbabilities(new Float64Array(visible.rows));
    const nats = logs.subarray(0, visible.rows).map((x) => -x);
    this.#worse = worseThanIndependent(nats, baselineOfBatch(visible, this.#stack.layers[0].units), {
      epoch: this.epochs.epoch + 1,
      rate: () => valueAt(this.#settings.rate, 0),
      quantity: "reconstruction error",
    });
    return -logs.reduce((sum, x) => sum + x, 0) / visible.rows;
  }
}
