import { buildFitting, type Workspace } from "../../kernels/index.js";
import { Random } from "../../math/random.js";
import { type Rbm, WorkspaceRbm } from "../../models/index.js";
import {
  requireSame,
  restoreArrays,
  type SavedCheckpoint,
  type TrainingCheckpoint,
  takeCheckpoint,
} from "./checkpoint.js";
import type { DataSource, Feed } from "./data.js";
import { diverged } from "./diverged.js";
import { drawWeights } from "./initialise.js";
import { Learner } from "./learner.js";
import { meanOf, measureData, measureModel, spreadOf } from "./measure.js";
import type { LiveArrays, ModelChains, Phase } from "./method.js";
import type { TrainSettings } from "./options.js";
import type { TrainingReport } from "./report.js";

/** Streams of the seed, one for each use of random numbers. */
const STREAMS = { order: 0, data: 1, chains: 2, weights: 3 };

/** Standard deviation of the first weights, where none are given (Hinton, A practical guide, 2012, section 8). */
const FIRST_WEIGHTS = 0.01;

/** How many standard deviations of the data's free energies, or nats, the model's may lie below them. */
const FAR_BELOW = 10;

/** One training of one machine, an update at a time. */
export class Training {
  readonly #rbm: Rbm;
  readonly #source: DataSource;
  readonly #settings: TrainSettings;
  readonly #description: Readonly<Record<string, string>>;
  readonly #random: Random;
  readonly #workspace: Workspace;
  readonly #machine: WorkspaceRbm;
  readonly #learner: Learner;
  readonly #chains: ModelChains;
  readonly #data: Phase;
  readonly #feed: Feed;
  readonly #arrays: LiveArrays;
  /** Epochs that are over, batches since then, updates in all. */
  readonly #progress = new Float64Array(3);
  readonly #order: Uint32Array;
  #model: Phase | undefined;
  #digest: string | undefined;

  constructor(rbm: Rbm, source: DataSource, settings: TrainSettings, description: Readonly<Record<string, string>>) {
    const random = new Random(settings.seed);
    const { workspace, built } = buildFitting(settings.workspace, (room) => {
      const machine = new WorkspaceRbm(room, rbm);
      const { batch } = settings;
      return {
        machine,
        data: { visible: machine.visible.batch(batch), hidden: machine.hidden.batch(batch) },
        learner: new Learner(room, rbm, machine, settings),
        feed: source.feed(room, batch, random.fork(STREAMS.data)),
        chains: settings.method.start({ workspace: room, rbm, machine, batch, random: random.fork(STREAMS.chains) }),
      };
    });
    this.#rbm = rbm;
    this.#source = source;
    this.#settings = settings;
    this.#description = description;
    this.#random = random;
    this.#workspace = workspace;
    this.#machine = built.machine;
    this.#learner = built.learner;
    this.#chains = built.chains;
    this.#data = built.data;
    this.#feed = built.feed;
    this.#order = new Uint32Array(source.rows);
    this.#arrays = new Map([
      ["progress", this.#progress],
      ["weights", built.machine.weights.values],
      ["visible", built.machine.visible.units.parameters],
      ["hidden", built.machine.hidden.units.parameters],
      ...built.learner.arrays,
      ...Array.from(built.chains.arrays, ([name, array]) => [`chains.${name}`, array] as const),
    ]);
  }

  /** Epochs that are over. */
  get epoch(): number {
    return this.#progress[0];
  }

  get updates(): number {
    return this.#progress[2];
  }

  /** Starts from the machine as it is, or from a checkpoint. */
  begin(resume: SavedCheckpoint | undefined): void {
    if (resume === undefined) {
      const { weights } = this.#rbm;
      if (weights.values.every((w) => w === 0)) {
        drawWeights(weights, FIRST_WEIGHTS, this.#random.fork(STREAMS.weights));
      }
      this.#machine.load(this.#rbm);
      this.#chains.begin();
    } else {
      requireSame(resume, this.#arrays, this.#describe());
      restoreArrays(resume, this.#arrays);
      this.#machine.visible.refresh();
      this.#machine.hidden.refresh();
      this.#machine.weights.refresh();
      this.#chains.restore();
      this.#machine.store(this.#rbm);
    }
    this.#shuffle();
  }

  /** Learns from the next batch; tells whether an epoch is over with it. */
  update(): boolean {
    const { batch } = this.#settings;
    const [epoch, done] = this.#progress;
    const { visible, hidden } = this.#data;
    this.#feed(visible, this.#order.subarray(done * batch, (done + 1) * batch), epoch);
    this.#machine.toHidden(visible, hidden);
    hidden.mean();
    this.#learner.addData(this.#data);
    this.#model = this.#chains.advance(this.#data);
    this.#learner.subtractModel(this.#model);
    this.#requireFinite();
    this.#chains.learn?.(this.#learner);
    this.#learner.step(this.rate, this.momentum);
    this.#chains.follow?.();
    this.#progress[1]++;
    this.#progress[2]++;
    if (this.#progress[1] * batch < this.#source.rows) return false;
    this.#progress[0]++;
    this.#progress[1] = 0;
    this.#shuffle();
    return true;
  }

  get rate(): number {
    return this.#settings.rate.at(this.#epochs());
  }

  get momentum(): number {
    return this.#settings.momentum.at(this.#epochs());
  }

  /** Writes weights and parameters to the machine, once they are known to be finite. */
  store(): void {
    const { weights, visible, hidden } = this.#machine;
    if (!weights.values.every(Number.isFinite)) throw this.#diverged("weights are");
    if (!visible.units.parameters.every(Number.isFinite)) throw this.#diverged("parameters of the visible layer are");
    if (!hidden.units.parameters.every(Number.isFinite)) throw this.#diverged("parameters of the hidden layer are");
    this.#machine.store(this.#rbm);
  }

  /** How the training stands. Ends the epoch of the chains, where it is over. */
  status(over: boolean): Omit<TrainingReport, "values" | "checkpoint"> {
    const [epoch, , updates] = this.#progress;
    const seen = over ? epoch - 1 : epoch;
    const { reconstructionError, freeEnergies } = measureData(
      this.#machine,
      this.#data,
      this.#feed,
      this.#source.rows,
      seen,
    );
    const model = measureModel(this.#machine, this.#data, this.#model!);
    const [dataFreeEnergy, modelFreeEnergy] = [meanOf(freeEnergies), meanOf(model)];
    const warnings: string[] = [];
    if (dataFreeEnergy - modelFreeEnergy > FAR_BELOW * Math.max(1, spreadOf(freeEnergies))) {
      warnings.push(
        `the chains are at a free energy of ${modelFreeEnergy.toFixed(1)}, far below the ${dataFreeEnergy.toFixed(1)} of ` +
          "the data: the model is running away from the data; lower the rate or use more chains or steps",
      );
    }
    const swapRates = this.#chains.swapRates?.();
    if (over) this.#chains.endEpoch?.();
    const ladder = this.#chains.ladder?.();
    const { rate, momentum } = this;
    return {
      epoch,
      updates,
      rate,
      momentum,
      reconstructionError,
      dataFreeEnergy,
      modelFreeEnergy,
      swapRates,
      ladder,
      warnings,
    };
  }

  checkpoint(): TrainingCheckpoint {
    return takeCheckpoint(this.#arrays, this.#describe());
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  /** Epochs so far, with the part of the one that is under way. */
  #epochs(): number {
    return this.#progress[0] + (this.#progress[1] * this.#settings.batch) / this.#source.rows;
  }

  /** The order of the epoch that begins. */
  #shuffle(): void {
    this.#random.fork(STREAMS.order).fork(this.#progress[0]).permutation(this.#order);
  }

  #describe(): Record<string, string> {
    this.#digest ??= this.#source.digest();
    const { visible, hidden } = this.#rbm;
    const layer = ({ type, count, width }: typeof visible) => `${count} ${type} units of ${width} values`;
    return {
      visible: layer(visible),
      hidden: layer(hidden),
      data: `${this.#source.rows} rows with digest ${this.#digest}`,
      ...this.#description,
    };
  }

  /** Sums over a batch are where the first NaN or Infinity shows. */
  #requireFinite(): void {
    const { visible, hidden } = this.#learner;
    if (!hidden.every(Number.isFinite)) throw this.#diverged("values of the hidden layer are");
    if (!visible.every(Number.isFinite)) throw this.#diverged("values of the visible layer are");
  }

  #diverged(what: string): Error {
    return diverged(this.#progress[0] + 1, what, this.rate);
  }
}
