import { ArgumentError, DivergenceError, requireNumber } from "../../errors.js";
import { Digest } from "../../math/digest.js";
import { Random } from "../../math/random.js";
import { requireListable } from "../../models/boltzmann/enumerate.js";
import { momentGradient } from "../../models/boltzmann/exact.js";
import { rowsOfLayer } from "../../models/boltzmann/parts.js";
import { type BoltzmannMachine, ExactDistribution, type PairMoments } from "../../models/index.js";
import type { Rows, Units } from "../../units/index.js";
import type { CheckpointArray, LiveArrays } from "../checkpoint.js";
import { asDataSource } from "../data.js";
import { Epochs } from "../epochs.js";
import { type Baseline, baselineOf, listOf, meanOf, worseThanIndependent } from "../independent.js";
import type { Steps } from "../optimisers/index.js";
import { valueAt } from "../schedules/index.js";
import { describeOptions, type StageOptions, type Status, type TrainingStage } from "../training.js";
import { conditionalErrors } from "./conditional-errors.js";
import type { BoltzmannReport, BoltzmannSettings } from "./options.js";
import type { FreeRun } from "./phases/index.js";

/** Streams of the seed. */
const STREAMS = { free: 0, order: 1, clamped: 2, weights: 3 };

/** Number of rows that reports measure. */
const WATCHED = 200;

/** A field of this size freezes a unit: exp(-1e6) is 0. */
const LARGEST = 1e6;

/** The training of one Boltzmann machine, one update at a time. */
export class BoltzmannStage implements TrainingStage<BoltzmannReport> {
  readonly kind = "boltzmann training 2";
  readonly arrays: LiveArrays;
  readonly epochs: Epochs;
  readonly seed: number;
  readonly reportEvery: number;
  readonly monitors: TrainingStage<BoltzmannReport>["monitors"];
  readonly #machine: BoltzmannMachine;
  readonly #rows: Rows;
  readonly #settings: BoltzmannSettings;
  readonly #batch: number;
  readonly #random: Random;
  readonly #clamped: (visible: Rows, random: Random) => PairMoments;
  readonly #free: FreeRun;
  readonly #gradient: { readonly couplings: Float64Array; readonly bias: Float64Array };
  readonly #couplings: Steps;
  readonly #bias: Steps;
  #description: Record<string, string> | undefined;
  /** The rows that reports measure, and what they have in the independent-unit model and without training. */
  readonly #watched: Rows;
  readonly #baseline: Baseline;

  constructor(
    machine: BoltzmannMachine,
    data: Rows,
    settings: BoltzmannSettings,
    { reportEvery, monitors }: StageOptions,
  ) {
    const count = rowsOfLayer("data", machine.visible, data);
    const { batch = count, beta, optimiser, likelihood, seed } = settings;
    if (batch > count) {
      throw new ArgumentError(`batch is ${batch} but data has ${count} rows; expected at most as many`);
    }
    if (likelihood) requireListable(machine.units, "visible and hidden");
    const random = new Random(seed);
    const { couplings, bias } = machine;
    this.seed = seed;
    this.reportEvery = reportEvery;
    this.monitors = monitors;
    this.epochs = new Epochs(count, batch, batch < count ? random.fork(STREAMS.order) : undefined);
    this.#machine = machine;
    this.#rows = data.slice();
    this.#watched = evenly(this.#rows, machine.visible.width);
    this.#baseline = baselineOf(this.#watched, machine.visible);
    this.#settings = settings;
    this.#batch = batch;
    this.#random = random;
    this.#clamped = settings.positive.start(machine, beta);
    this.#free = settings.negative.start(machine, beta, random.fork(STREAMS.free));
    this.#gradient = { couplings: new Float64Array(couplings.values.length), bias: new Float64Array(bias.length) };
    this.#couplings = optimiser.start({ values: couplings.values, gradient: this.#gradient.couplings });
    this.#bias = optimiser.start({ values: bias, gradient: this.#gradient.bias });
    this.arrays = new Map<string, CheckpointArray>([
      ["couplings", couplings.values],
      ["bias", bias],
      ["progress", this.epochs.progress],
      ...Array.from(this.#couplings.state, ([name, array]) => [`optimiser.couplings.${name}`, array] as const),
      ...Array.from(this.#bias.state, ([name, array]) => [`optimiser.bias.${name}`, array] as const),
      ...this.#free.arrays,
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
    const machine = this.#machine;
    if (machine.hidden === undefined || machine.couplings.values.some((w) => w !== 0)) return;
    machine.perturb({ random: this.#random.fork(STREAMS.weights), deviation: 0.01 });
  }

  restore(): void {
    this.#free.restore();
  }

  update(): boolean {
    const { epochs } = this;
    const { beta } = this.#settings;
    const n = this.#machine.visible.count;
    const isWhole = this.#batch === this.#rows.length / n;
    const visible = isWhole ? this.#rows : gather(this.#rows, n, epochs.rows);
    const clamped = this.#clamped(visible, this.#random.fork(STREAMS.clamped).fork(epochs.updates));
    const { couplings, bias } = momentGradient(this.#machine, clamped, this.#free.moments(), beta);
    this.#gradient.couplings.set(couplings);
    this.#gradient.bias.set(bias);
    this.#ascend();
    return epochs.advance();
  }

  store(): void {
    // The machine itself learns.
  }

  status(over: boolean): Status<BoltzmannReport> {
    const { couplings, bias } = this.#machine;
    const { likelihood, beta } = this.#settings;
    const exact = over && likelihood ? new ExactDistribution(this.#machine, { beta }) : undefined;
    const rate = valueAt(this.#settings.rate, this.epochs.epoch - (over ? 1 : 0));
    const { epoch } = this.epochs;
    return {
      rate,
      warnings: listOf(
        worseThanIndependent(conditionalErrors(this.#machine, this.#watched, beta), this.#baseline, {
          epoch,
          rate: () => valueAt(this.#settings.rate, 0),
          quantity: "conditional error",
        }),
      ),
      gradient: Math.max(magnitude(this.#gradient.couplings), magnitude(this.#gradient.bias)),
      largest: Math.max(magnitude(couplings.values), magnitude(bias)),
      ...(exact === undefined ? {} : { logLikelihood: meanOf(exact.logLikelihood(this.#rows)) }),
    };
  }

  dispose(): void {
    // No array is in a workspace.
  }

  /** Takes one step, or none if a parameter would diverge. */
  #ascend(): void {
    const { couplings, bias, units, visible } = this.#machine;
    const { l2 } = this.#settings;
    const { epoch } = this.epochs;
    const rate = valueAt(this.#settings.rate, epoch);
    requireNumber(`rate in epoch ${epoch}`, rate, 0, Number.MAX_VALUE);
    const before = [couplings.values.slice(), bias.slice()];
    this.#couplings.step({ rate, epochs: epoch, l2 });
    this.#bias.step({ rate, epochs: epoch });
    const [pair, unit] = [couplings.values, bias].map((values) => values.findIndex((x) => !(Math.abs(x) <= LARGEST)));
    if (pair < 0 && unit < 0) return;
    const layer = (i: number) => (i < visible.count ? "visible" : "hidden");
    const what =
      pair >= 0
        ? `a ${layer(Math.floor(pair / units))}-${layer(pair % units)} coupling would be ${couplings.values[pair]}`
        : `a ${layer(unit)} bias would be ${bias[unit]}`;
    couplings.values.set(before[0]);
    bias.set(before[1]);
    throw new DivergenceError(
      `training diverged in epoch ${epoch + 1}: ${what}; use a rate below ${rate}${l2 > 0 ? " or a smaller l2" : ""}; ` +
        "the machine is as it was before that update",
      { epoch: epoch + 1, layer: pair >= 0 ? undefined : layer(unit), rate },
    );
  }

  #describe(): Record<string, string> {
    const { visible, hidden, graph } = this.#machine;
    const units = (of: Units | undefined) => (of === undefined ? "none" : `${of.count} ${of.type}`);
    const source = asDataSource(this.#rows, visible);
    const { likelihood: _, ...options } = this.#settings;
    return {
      visible: units(visible),
      hidden: units(hidden),
      connections: new Digest().add(graph.starts).add(graph.neighbours).hex(),
      data: `${source.rows} rows with digest ${source.digest()}`,
      ...describeOptions({ ...options, batch: this.#batch }),
    };
  }
}

/** At most `WATCHED` rows, evenly spaced. */
function evenly(rows: Rows, width: number): Rows {
  const count = rows.length / width;
  const chosen = Math.min(count, WATCHED);
  return gather(
    rows,
    width,
    Uint32Array.from({ length: chosen }, (_, r) => Math.floor((r * count) / chosen)),
  );
}

function gather(rows: Rows, width: number, indices: Uint32Array): Float64Array {
  const out = new Float64Array(indices.length * width);
  indices.forEach((r, k) => {
    out.set(rows.subarray(r * width, (r + 1) * width), k * width);
  });
  return out;
}

function magnitude(values: Float64Array): number {
  return values.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
}
