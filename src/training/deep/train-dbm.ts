import { requireInteger, requireNumber } from "../../errors.js";
import { buildFitting, type Workspace } from "../../kernels/index.js";
import { Random } from "../../math/random.js";
import { type DeepBatch, WorkspaceDbm } from "../../models/dbm/workspace-dbm.js";
import { ChainStreams, type DeepBoltzmannMachine } from "../../models/index.js";
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

/** How a deep Boltzmann machine learns. */
export interface DeepBoltzmannTraining extends DeepLayerOptions, DeepTrainingCommon {
  /** Chains of the negative phase; 100 where it is left out. */
  readonly chains?: number | undefined;
  /** Steps of Gibbs sampling, of all layers each, between two updates; 5 where it is left out. */
  readonly steps?: number | undefined;
  /** Sweeps of mean field in the positive phase, at most; 30 where it is left out. */
  readonly maxSweeps?: number | undefined;
  /** Mean field has converged once no mean of the lower layer moves further in a sweep; 1e-3 where it is left out. */
  readonly tolerance?: number | undefined;
}

/** How the training of a deep Boltzmann machine stands. The machine has the weights of this moment until the next report. */
export interface DeepBoltzmannReport {
  /** Epochs that are over. */
  readonly epoch: number;
  readonly updates: number;
  /** At this point of their schedules. */
  readonly rate: number;
  readonly momentum: number;
  /** Mean of -log p(v | h^1) at the means of h^1, over the rows of the last batch, nats a row. */
  readonly reconstructionError: number;
  /** Sweeps of mean field, averaged over the batches of the epoch. */
  readonly sweeps: number;
}

const STREAMS = { order: 0, data: 1, chains: 2, weights: 3 };

/** Standard deviation of first weights, where none are given. */
const FIRST_WEIGHTS = 0.01;

/**
 * Trains both layers of a deep Boltzmann machine together (Salakhutdinov and Hinton, Deep Boltzmann machines, 2009): in the
 * positive phase the hidden layers have the mean field mu of each row of data, in the negative phase persistent chains say what
 * the machine does freely,
 *
 *     W_1 <- W_1 + rate (<v mu^1T> - <v h^1T>_model),   W_2 <- W_2 + rate (<mu^1 mu^2T> - <h^1 h^2T>_model),
 *
 * and so for the biases: ascent of the variational lower bound. `pretrainDeepBoltzmannMachine` gives weights to start from;
 * weights that are all 0 are first drawn from a normal distribution of standard deviation 0.01. The same seed gives the same
 * bits, with any workspace and any threads.
 *
 * @throws ArgumentError for an option out of its range, ShapeError or DataError for data that do not fit the visible units,
 *   EngramError where parameters stop being finite, the signal's reason where it was aborted
 */
export async function* trainDeepBoltzmannMachine(
  machine: DeepBoltzmannMachine,
  data: TrainingData,
  options: DeepBoltzmannTraining,
): AsyncGenerator<DeepBoltzmannReport, void> {
  const source = asDataSource(data, machine.visible);
  const settings = asLayerSettings(options, source.rows);
  const { chains = 100, steps = 5, maxSweeps = 30, tolerance = 1e-3 } = options;
  requireInteger("chains", chains, 1);
  requireInteger("steps", steps, 1);
  requireInteger("maxSweeps", maxSweeps, 1);
  requireNumber("tolerance", tolerance, 0);
  const { seed, workspace, signal } = asCommon(options);
  const random = new Random(seed);
  const { workspace: room, built } = buildFitting(
    workspace,
    (place) => new JointTraining(place, machine, source, settings, { chains, steps, maxSweeps, tolerance }, random),
  );
  try {
    built.begin();
    for (let epoch = 0; epoch < settings.epochs; epoch++) {
      const told = await inSlices(built.epoch(epoch), signal);
      built.store(epoch);
      yield { ...told, epoch: epoch + 1, rate: settings.rate.at(epoch + 1), momentum: settings.momentum.at(epoch + 1) };
    }
  } finally {
    room.dispose();
  }
}

interface Phases {
  readonly chains: number;
  readonly steps: number;
  readonly maxSweeps: number;
  readonly tolerance: number;
}

/** One training of one machine, a batch at a time. */
class JointTraining {
  readonly #machine: DeepBoltzmannMachine;
  readonly #source: DataSource;
  readonly #settings: DeepLayerSettings;
  readonly #phases: Phases;
  readonly #random: Random;
  readonly #deep: WorkspaceDbm;
  readonly #data: DeepBatch;
  readonly #free: DeepBatch;
  readonly #feed: Feed;
  readonly #streams: ChainStreams;
  readonly #weights: readonly WeightAscent[];
  readonly #biases: readonly BiasAscent[];
  #draws = 0;
  #updates = 0;

  constructor(
    workspace: Workspace,
    machine: DeepBoltzmannMachine,
    source: DataSource,
    settings: DeepLayerSettings,
    phases: Phases,
    random: Random,
  ) {
    this.#machine = machine;
    this.#source = source;
    this.#settings = settings;
    this.#phases = phases;
    this.#random = random;
    this.#deep = new WorkspaceDbm(workspace, machine);
    this.#data = this.#deep.batch(settings.batch);
    this.#free = this.#deep.batch(phases.chains);
    this.#feed = source.feed(workspace, settings.batch, random.fork(STREAMS.data));
    this.#streams = new ChainStreams(workspace, random.fork(STREAMS.chains), phases.chains);
    this.#weights = this.#deep.weights.map((weights) => new WeightAscent(workspace, weights));
    this.#biases = this.#deep.layers.map((layer) => new BiasAscent(layer));
  }

  /** Takes over the machine, and starts the chains from units that feel their biases alone. */
  begin(): void {
    this.#machine.weights.forEach((weights, l) => {
      const random = this.#random.fork(STREAMS.weights).fork(l);
      if (weights.values.every((w) => w === 0)) drawWeights(weights, FIRST_WEIGHTS, random);
    });
    this.#deep.load(this.#machine);
    for (const batch of [this.#free.visible, this.#free.upper]) {
      const { bias, units } = batch.layer;
      for (let r = 0; r < batch.rows; r++) batch.inputs.set(bias, r * units.width);
      batch.sample({ streams: this.#streams, step: this.#draws++ });
    }
  }

  *epoch(epoch: number): Generator<void, Pick<DeepBoltzmannReport, "updates" | "reconstructionError" | "sweeps">> {
    const { batch, rate, momentum, l2 } = this.#settings;
    const { rows } = this.#source;
    const order = this.#random.fork(STREAMS.order).fork(epoch).permutation(new Uint32Array(rows));
    const batches = Math.ceil(rows / batch);
    let sweeps = 0;
    let reconstructionError = 0;
    for (let first = 0; first < rows; first += batch) {
      this.#feed(this.#data.visible, order.subarray(first, first + batch), epoch);
      sweeps += this.#addData();
      if (first + batch >= rows) reconstructionError = this.#reconstructionError();
      this.#subtractModel();
      const at = epoch + first / rows;
      const step = { rate: rate.at(at), momentum: momentum.at(at), l2 };
      for (const part of [...this.#weights, ...this.#biases]) part.step(step);
      this.#updates++;
      yield;
    }
    return { updates: this.#updates, reconstructionError, sweeps: sweeps / batches };
  }

  /** Writes weights and biases to the machine, once they are known to be finite. */
  store(epoch: number): void {
    const rate = this.#settings.rate.at(epoch);
    this.#weights.forEach((part, l) => {
      if (!part.isFinite) throw deepDiverged(epoch + 1, `weights[${l}] are`, rate);
    });
    this.#biases.forEach((part, l) => {
      if (!part.isFinite) throw deepDiverged(epoch + 1, `biases of layer ${l} are`, rate);
    });
    this.#deep.store(this.#machine);
  }

  /** The positive phase; returns the sweeps that mean field took. */
  #addData(): number {
    const { visible, lower, upper } = this.#data;
    const sweeps = this.#deep.relax(this.#data, this.#phases);
    this.#weights[0].add(visible, lower, 1);
    this.#weights[1].setMeans(lower, upper);
    this.#biases[0].add(visible, 1, false);
    this.#biases[1].add(lower, 1, true);
    this.#biases[2].add(upper, 1, true);
    return sweeps;
  }

  /** The negative phase: chains take steps, and each pair of layers enters with the means of one given the other. */
  #subtractModel(): void {
    const { visible, lower, upper } = this.#free;
    const [below, above] = this.#deep.weights;
    const streams = this.#streams;
    for (let step = 1; step <= this.#phases.steps; step++) {
      const last = step === this.#phases.steps;
      this.#deep.toLower(this.#free, false);
      lower.sample({ streams, step: this.#draws++, means: last });
      above.up(lower, upper);
      upper.sample({ streams, step: this.#draws++, means: last });
      if (last) {
        this.#weights[0].add(visible, lower, -1);
        this.#weights[1].add(lower, upper, -1);
        this.#biases[0].add(visible, -1, false);
        this.#biases[1].add(lower, -1, true);
        this.#biases[2].add(upper, -1, true);
      }
      below.down(lower, visible);
      visible.sample({ streams, step: this.#draws++ });
    }
  }

  #reconstructionError(): number {
    const { visible, lower } = this.#data;
    this.#deep.weights[0].down(lower, visible, { means: true });
    const logs = visible.logProbabilities(new Float64Array(visible.rows));
    return -logs.reduce((sum, x) => sum + x, 0) / visible.rows;
  }
}
