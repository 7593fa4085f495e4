import type { Workspace } from "../../kernels/index.js";
import { ChainStreams } from "../../layers/index.js";
import type { Random } from "../../math/random.js";
import { type DeepBatch, WorkspaceDbm } from "../../models/dbm/workspace-dbm.js";
import type { DeepBoltzmannMachine } from "../../models/index.js";
import type { DataSource, Feed } from "../rbm/data.js";
import { drawWeights } from "../rbm/initialise.js";
import type { LiveArrays } from "../rbm/method.js";
import { BiasAscent, WeightAscent } from "./dbm-learner.js";
import { type DeepLayerSettings, deepDiverged } from "./dbm-options.js";

const STREAMS = { order: 0, data: 1, chains: 2, weights: 3 };

/** Standard deviation of first weights, where none are given. */
const FIRST_WEIGHTS = 0.01;

/** How both phases are estimated. */
export interface Phases {
  readonly chains: number;
  readonly steps: number;
  readonly maxSweeps: number;
  readonly tolerance: number;
}

/** What an epoch comes to; as in `DeepBoltzmannReport`. */
export interface JointEpoch {
  readonly updates: number;
  readonly reconstructionError: number;
  readonly sweeps: number;
}

/** One training of one machine, a batch at a time. */
export class JointTraining {
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
  /** Epochs that are over, updates and draws of the chains in all. */
  readonly #progress = new Float64Array(3);
  /** All that an epoch depends on. */
  readonly arrays: LiveArrays;

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
    this.arrays = new Map<string, Float64Array | Float32Array | Uint32Array>([
      ["progress", this.#progress],
      ...this.#weights.flatMap((part, l) => part.arrays(`weights.${l}`)),
      ...this.#biases.flatMap((part, l) => part.arrays(`biases.${l}`)),
      // The layer between these is drawn first.
      ["chains.visible", this.#free.visible.memory],
      ["chains.upper", this.#free.upper.memory],
    ]);
  }

  /** Epochs that are over. */
  get epoch(): number {
    return this.#progress[0];
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
      batch.sample({ streams: this.#streams, step: this.#progress[2]++ });
    }
  }

  /** Brings all up to date once `arrays` have changed, and gives the machine what they hold. */
  refresh(): void {
    for (const part of [...this.#weights, ...this.#biases]) part.refresh();
    this.#deep.store(this.#machine);
  }

  /** Learns from all rows once, batch by batch. */
  *learn(): Generator<void, JointEpoch> {
    const { batch, rate, momentum, l2 } = this.#settings;
    const { rows } = this.#source;
    const { epoch } = this;
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
      this.#progress[1]++;
      yield;
    }
    this.#progress[0]++;
    return { updates: this.#progress[1], reconstructionError, sweeps: sweeps / batches };
  }

  /** Writes weights and biases to the machine, once they are known to be finite. */
  store(): void {
    const { epoch } = this;
    const rate = this.#settings.rate.at(epoch - 1);
    this.#weights.forEach((part, l) => {
      if (!part.isFinite) throw deepDiverged(epoch, `weights[${l}] are`, rate);
    });
    this.#biases.forEach((part, l) => {
      if (!part.isFinite) throw deepDiverged(epoch, `biases of layer ${l} are`, rate);
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
      lower.sample({ streams, step: this.#progress[2]++, means: last });
      above.up(lower, upper);
      upper.sample({ streams, step: this.#progress[2]++, means: last });
      if (last) {
        this.#weights[0].add(visible, lower, -1);
        this.#weights[1].add(lower, upper, -1);
        this.#biases[0].add(visible, -1, false);
        this.#biases[1].add(lower, -1, true);
        this.#biases[2].add(upper, -1, true);
      }
      below.down(lower, visible);
      visible.sample({ streams, step: this.#progress[2]++ });
    }
  }

  #reconstructionError(): number {
    const { visible, lower } = this.#data;
    this.#deep.weights[0].down(lower, visible, { means: true });
    const logs = visible.logProbabilities(new Float64Array(visible.rows));
    return -logs.reduce((sum, x) => sum + x, 0) / visible.rows;
  }
}
