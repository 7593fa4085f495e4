import { buildFitting, type Workspace } from "../../kernels/index.js";
import { type LayerBatch, LayerStack } from "../../layers/index.js";
import { Random } from "../../math/random.js";
import { allFinite } from "../../math/vector.js";
import { type Rbm, rbmLayers } from "../../models/index.js";
import type { LiveArrays } from "../checkpoint.js";
import type { BatchLoader, DataSource } from "../data.js";
import { Epochs } from "../epochs.js";
import { type Baseline, coinFlips, listOf, meanOf, worseThanIndependent } from "../independent.js";
import type { BatchStatistics, ModelChains } from "../methods/index.js";
import { valueAt } from "../schedules/index.js";
import { describeOptions, diverged, type StageOptions, type Status, type TrainingStage } from "../training.js";
import { drawWeights } from "./initialise.js";
import { Learner } from "./learner.js";
import { measureData, measureIndependent, measureModel, spreadOf } from "./measure.js";
import type { RbmReport, RbmSettings } from "./options.js";

/** Streams of the seed, one for each use of random numbers. */
const STREAMS = { order: 0, data: 1, chains: 2, weights: 3 };

/** Standard deviation of the initial weights, if they are all 0 (Hinton, A practical guide, 2012, section 8). */
const FIRST_WEIGHTS = 0.01;

/** Number of standard deviations of the data's free energies, or nats, that the model's may be below them. */
const FAR_BELOW = 10;

/** The training of one RBM, one update at a time. */
export class RbmStage implements TrainingStage<RbmReport> {
  readonly kind = "rbm training 2";
  readonly arrays: LiveArrays;
  readonly epochs: Epochs;
  readonly seed: number;
  readonly reportEvery: number;
  readonly monitors: TrainingStage<RbmReport>["monitors"];
  readonly #rbm: Rbm;
  readonly #source: DataSource;
  readonly #settings: RbmSettings;
  readonly #random: Random;
  readonly #workspace: Workspace;
  readonly #stack: LayerStack;
  readonly #learner: Learner;
  readonly #chains: ModelChains;
  readonly #data: BatchStatistics;
  readonly #load: BatchLoader;
  #model: BatchStatistics | undefined;
  /** What the rows that reports measure have in the independent-unit model, and had before the first update. */
  #independent: Float64Array | undefined;
  #untrained: Float64Array | undefined;
  #digest: string | undefined;

  constructor(
    rbm: Rbm,
    source: DataSource,
    settings: RbmSettings,
    { workspace: make, reportEvery, monitors }: StageOptions,
  ) {
    const random = new Random(settings.seed);
    const { workspace, built } = buildFitting(make, (room) => {
      const stack = new LayerStack(room, rbmLayers(rbm));
      const { batch, method } = settings;
      const [visible, hidden] = stack.batches(batch) as [LayerBatch, LayerBatch];
      return {
        stack,
        data: { visible, hidden },
        learner: new Learner(room, stack, settings),
        load: source.loader(room, batch, random.fork(STREAMS.data)),
        chains: method.start({ workspace: room, rbm, stack, batch, random: random.fork(STREAMS.chains) }),
      };
    });
    this.#rbm = rbm;
    this.#source = source;
    this.#settings = settings;
    this.#random = random;
    this.#workspace = workspace;
    this.#stack = built.stack;
    this.#learner = built.learner;
    this.#chains = built.chains;
    this.#data = built.data;
    this.#load = built.load;
    this.seed = settings.seed;
    this.reportEvery = reportEvery;
    this.monitors = monitors;
    this.epochs = new Epochs(source.rows, settings.batch, random.fork(STREAMS.order));
    const [visible, hidden] = built.stack.layers;
    this.arrays = new Map([
      ["progress", this.epochs.progress],
      ["weights", built.stack.weights[0].values],
      ["visible", visible.units.parameters],
      ["hidden", hidden.units.parameters],
      ...built.learner.arrays,
      ...Array.from(built.chains.arrays, ([name, array]) => [`chains.${name}`, array] as const),
    ]);
  }

  get isOver(): boolean {
    return this.epochs.epoch >= this.#settings.epochs;
  }

  settings(): Record<string, string> {
    this.#digest ??= this.#source.digest();
    const { visible, hidden } = this.#rbm;
    const layer = ({ type, count, width }: typeof visible) => `${count} ${type} units of ${width} values`;
    return {
      visible: layer(visible),
      hidden: layer(hidden),
      data: `${this.#source.rows} rows with digest ${this.#digest}`,
      ...describeOptions(this.#settings),
    };
  }

  begin(): void {
    const { weights } = this.#rbm;
    if (weights.values.every((w) => w === 0)) {
      drawWeights(weights, FIRST_WEIGHTS, this.#random.fork(STREAMS.weights));
    }
    this.#stack.load(rbmLayers(this.#rbm));
    this.#untrained = this.#measure(0).reconstructionErrors;
    this.#chains.begin();
  }

  restore(): void {
    this.#stack.refresh();
    this.#chains.restore();
    this.#stack.store(rbmLayers(this.#rbm));
  }

  update(): boolean {
    const { visible, hidden } = this.#data;
    this.#load(visible, this.epochs.rows, this.epochs.epoch);
    this.#stack.up(0, visible, hidden);
    hidden.mean();
    this.#learner.addData(this.#data);
    this.#model = this.#chains.advance(this.#data);
    this.#learner.subtractModel(this.#model);
    this.#requireFinite();
    this.#chains.learn?.(this.#learner);
    this.#learner.step({ rate: this.#rate, epochs: this.epochs.at });
    this.#chains.follow?.();
    return this.epochs.advance();
  }

  store(): void {
    const [{ values }] = this.#stack.weights;
    if (!allFinite(values)) throw this.#diverged("weights are");
    ["visible", "hidden"].forEach((layer, l) => {
      const { parameters } = this.#stack.layers[l].units;
      if (!allFinite(parameters)) throw this.#diverged(`parameters of the ${layer} layer are`, layer);
    });
    this.#stack.store(rbmLayers(this.#rbm));
  }

  /** State of the training. At the end of an epoch it also ends that of the chains. */
  status(over: boolean): Status<RbmReport> {
    const { epoch } = this.epochs;
    const seen = over ? epoch - 1 : epoch;
    const { reconstructionErrors, freeEnergies } = this.#measure(seen);
    const reconstructionError = meanOf(reconstructionErrors);
    const worse = worseThanIndependent(reconstructionErrors, this.#baseline(seen, reconstructionErrors), {
      epoch,
      rate: () => valueAt(this.#settings.rate, 0),
      quantity: "reconstruction error",
    });
    const model = measureModel(this.#stack, this.#data, this.#model!);
    const [dataFreeEnergy, modelFreeEnergy] = [meanOf(freeEnergies), meanOf(model)];
    const isFar = dataFreeEnergy - modelFreeEnergy > FAR_BELOW * Math.max(1, spreadOf(freeEnergies));
    const warnings = listOf(worse);
    if (isFar) warnings.push({ code: "runaway", dataFreeEnergy, modelFreeEnergy });
    const swapRates = this.#chains.swapRates?.();
    if (over) this.#chains.endEpoch?.();
    const ladder = this.#chains.ladder?.();
    return { rate: this.#rate, reconstructionError, dataFreeEnergy, modelFreeEnergy, swapRates, ladder, warnings };
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  #measure(epoch: number) {
    return measureData(this.#stack, this.#data, this.#load, this.#source.rows, epoch);
  }

  /** A resumed training compares with coin flips or, for units of real values, with its first report. */
  #baseline(epoch: number, nats: Float64Array): Baseline {
    const precisions = this.#settings.learnPrecisions;
    this.#independent ??= measureIndependent(this.#stack, this.#data, this.#load, this.#source.rows, epoch, {
      precisions,
    });
    const coins = coinFlips(this.#rbm.visible);
    this.#untrained ??= coins === undefined ? nats : new Float64Array(nats.length).fill(coins);
    return { independent: this.#independent, untrained: this.#untrained };
  }

  get #rate(): number {
    return valueAt(this.#settings.rate, this.epochs.at);
  }

  /** The first NaN or Infinity appears in sums over a batch. */
  #requireFinite(): void {
    const { visible, hidden } = this.#learner;
    if (!allFinite(hidden)) throw this.#diverged("values of the hidden layer are", "hidden");
    if (!allFinite(visible)) throw this.#diverged("values of the visible layer are", "visible");
  }

  #diverged(what: string, layer?: string): Error {
    return diverged(what, this.epochs.epoch + 1, this.#rate, { layer });
  }
}
