import { ArgumentError, EngramError, requireInteger, requireNumber, requireOptions } from "../errors.js";
import { Digest } from "../math/digest.js";
import { Random } from "../math/random.js";
import { requireListable } from "../models/boltzmann/enumerate.js";
import { type BoltzmannGradient, momentGradient } from "../models/boltzmann/exact.js";
import { rowsOfLayer } from "../models/boltzmann/parts.js";
import { type BoltzmannMachine, ExactDistribution } from "../models/index.js";
import { Pauses } from "../pauses.js";
import type { Rows, Units } from "../units/index.js";
import { requireBeta } from "../units/units.js";
import { clampedGibbs, type FreeRun, freeChains, type NegativePhase, type PositivePhase } from "./boltzmann-phases.js";
import { restoreCheckpointOf, takeCheckpointOf } from "./checkpoint-of.js";
import type { SavedCheckpoint, TrainingCheckpoint } from "./rbm/checkpoint.js";
import { asDataSource } from "./rbm/data.js";
import type { LiveArrays } from "./rbm/method.js";
import { asSchedule, type Scheduled } from "./rbm/schedule.js";

/** How a Boltzmann machine learns. */
export interface BoltzmannTraining {
  /** Times that all rows are gone over: at least 1. */
  readonly epochs: number;
  /** epsilon, or a schedule of it, the first epoch being 0; 0.05 where it is left out. */
  readonly rate?: Scheduled | undefined;
  /** Weight decay: the gradient less l2 L; 0 where it is left out. Biases do not decay. */
  readonly l2?: number | undefined;
  /** Rows in an update; all of them where it is left out. */
  readonly batch?: number | undefined;
  /** Inverse temperature at which the machine is to have the data's distribution; 1 where it is left out. */
  readonly beta?: number | undefined;
  /** `clampedGibbs()` where it is left out; `clampedExact()`, `clampedMeanField()`. */
  readonly positive?: PositivePhase | undefined;
  /** `freeChains()` where it is left out; `freeExact()`. */
  readonly negative?: NegativePhase | undefined;
  /** A whole number: the same seed gives the same bits. 0 where it is left out. */
  readonly seed?: number | undefined;
  /** Whether to work out the exact likelihood after every epoch, for machines of at most 24 units. */
  readonly likelihood?: boolean | undefined;
  /** A checkpoint to go on from, of the same units, connections, data and settings but for `epochs`. */
  readonly resume?: SavedCheckpoint | undefined;
  /** Ends the work between two updates. */
  readonly signal?: AbortSignal | undefined;
}

/** How far learning has come. */
export interface BoltzmannEpoch {
  /** Epochs and updates that are over. */
  readonly epoch: number;
  readonly updates: number;
  readonly rate: number;
  /** The largest entry of the last update's gradient, by any coupling or bias, without decay. */
  readonly gradient: number;
  /** The largest coupling or bias. */
  readonly largest: number;
  /** With `likelihood`: the mean of log p(v) over all rows. */
  readonly logLikelihood?: number;
  /**
   * All that the training needs to go on from here and end with the same bits.
   *
   * @throws ArgumentError once the next epoch has begun
   */
  checkpoint(): TrainingCheckpoint;
}

const KIND = { kind: "boltzmann training 1", name: "a Boltzmann machine's training" };

/** A field of this size has long frozen a unit: exp(-1e6) is no probability. */
const LARGEST = 1e6;

/**
 * Learning by a positive and a negative phase (Ackley, Hinton and Sejnowski, A learning algorithm for Boltzmann machines,
 * 1985): ascent of the mean of log p(v) over the rows,
 *
 *     L_ij <- L_ij + epsilon (beta (<x_i x_j>_clamped - <x_i x_j>_free) - l2 L_ij)   for all pairs of the graph,
 *     a_i  <- a_i  + epsilon beta (<x_i>_clamped - <x_i>_free),
 *
 * with the visible units clamped to the rows in the positive phase. The machine learns in place; between two epochs, and
 * after the last, it can be used. With couplings of 0 all hidden units would stay alike: those of a machine that has them
 * are first perturbed by normal numbers of standard deviation 0.01. Rows are shuffled where an epoch has several batches.
 *
 * @throws ArgumentError for options out of range or a checkpoint of another training, ShapeError or DataError for rows that are no visible states, the signal's
 *   reason where it was aborted, EngramError where learning diverges: then the machine is as before the last update
 */
export async function* trainBoltzmann(
  machine: BoltzmannMachine,
  data: Rows,
  options: BoltzmannTraining,
): AsyncGenerator<BoltzmannEpoch, void> {
  requireOptions(options, "{ epochs }");
  const { epochs, l2 = 0, beta = 1, seed = 0, likelihood = false, resume, signal } = options;
  const { positive = clampedGibbs(), negative = freeChains() } = options;
  requireInteger("epochs", epochs, 1);
  requireNumber("l2", l2, 0, Number.MAX_VALUE);
  requireInteger("seed", seed, 0);
  requireBeta(beta);
  const n = machine.visible.count;
  const count = rowsOfLayer("data", machine.visible, data);
  const rows = data.slice();
  const { batch = count } = options;
  requireBatch(batch, count);
  if (likelihood) requireListable(machine.units, "visible and hidden");
  const rates = asSchedule("rate", options.rate ?? 0.05, 0, Number.MAX_VALUE);
  signal?.throwIfAborted();
  const random = new Random(seed);
  const order = Uint32Array.from({ length: count }, (_, r) => r);
  const [clamped, free] = [positive.start(machine, beta), negative.start(machine, beta, random.fork(0))];
  const progress = new Float64Array(2);
  const arrays: LiveArrays = new Map([
    ["couplings", machine.couplings.values],
    ["bias", machine.bias],
    ["progress", progress],
    ...free.arrays,
  ]);
  let described: Record<string, string> | undefined;
  const settled = () => {
    described ??= {
      ...describe(machine, rows),
      batch: String(batch),
      rate: rates.description,
      l2: String(l2),
      beta: String(beta),
      positive: `${positive.name} ${JSON.stringify(positive.options)}`,
      negative: `${negative.name} ${JSON.stringify(negative.options)}`,
      seed: String(seed),
    };
    return described;
  };
  if (resume !== undefined) {
    goOn(resume, arrays, settled(), free);
  } else if (machine.hidden !== undefined && machine.couplings.values.every((w) => w === 0)) {
    machine.perturb({ random: random.fork(3), deviation: 0.01 });
  }
  let updates = progress[1];
  const pauses = new Pauses();
  for (let epoch = progress[0]; epoch < epochs; epoch++) {
    const rate = rates.at(epoch);
    requireNumber(`rate in epoch ${epoch}`, rate, 0, Number.MAX_VALUE);
    if (batch < count) random.fork(1).fork(epoch).permutation(order);
    let gradient = 0;
    for (let first = 0; first < count; first += batch) {
      if (pauses.due) await pauses.take();
      signal?.throwIfAborted();
      const visible = batch < count ? gather(rows, n, order.subarray(first, first + batch)) : rows;
      const ascent = momentGradient(machine, clamped(visible, random.fork(2).fork(updates)), free.moments(), beta);
      climb(machine, ascent, rate, l2, epoch);
      gradient = Math.max(magnitude(ascent.couplings), magnitude(ascent.bias));
      updates++;
    }
    progress.set([epoch + 1, updates]);
    let current = true;
    const checkpoint = () => {
      if (current) return takeCheckpointOf(KIND, arrays, settled());
      throw new ArgumentError("checkpoint: the training has gone on; call it before the next epoch is asked for");
    };
    yield {
      epoch: epoch + 1,
      updates,
      rate,
      gradient,
      largest: Math.max(magnitude(machine.couplings.values), magnitude(machine.bias)),
      ...(likelihood ? { logLikelihood: mean(new ExactDistribution(machine, { beta }).logLikelihood(rows)) } : {}),
      checkpoint,
    };
    current = false;
  }
}

/** Sets everything to what a checkpoint holds, or, where that cannot be, to what it was. */
function goOn(resume: SavedCheckpoint, arrays: LiveArrays, settings: Record<string, string>, free: FreeRun): void {
  const before = Array.from(arrays, ([name, array]) => [name, array.slice()] as const);
  try {
    restoreCheckpointOf(KIND, resume, arrays, settings);
    for (const [name, array] of arrays) {
      const isCount = name === "progress";
      const at = array.findIndex((x) => !(isCount ? Number.isInteger(x) && x >= 0 : Number.isFinite(x)));
      if (at < 0) continue;
      throw new ArgumentError(`resume has ${array[at]} in its ${name}; it is no whole checkpoint of this model`);
    }
    free.restore();
  } catch (error) {
    for (const [name, array] of before) arrays.get(name)?.set(array);
    throw error;
  }
}

/** What must be the same for a checkpoint to be resumed, beside the settings. */
function describe({ visible, hidden, graph }: BoltzmannMachine, rows: Rows): Record<string, string> {
  const units = (of: Units | undefined) => (of === undefined ? "none" : `${of.count} ${of.type}`);
  const source = asDataSource(rows, visible);
  return {
    visible: units(visible),
    hidden: units(hidden),
    connections: new Digest().add(graph.starts).add(graph.neighbours).hex(),
    data: `${source.rows} rows with digest ${source.digest()}`,
  };
}

/** Takes one step, or none where a parameter would run away. */
function climb(machine: BoltzmannMachine, ascent: BoltzmannGradient, rate: number, l2: number, epoch: number): void {
  const { couplings, bias, units } = machine;
  const L = couplings.values.map((w, at) => w + rate * (ascent.couplings[at] - l2 * w));
  const a = bias.map((b, i) => b + rate * ascent.bias[i]);
  const runaway = (x: number) => !(Math.abs(x) <= LARGEST);
  const [pair, unit] = [L.findIndex(runaway), a.findIndex(runaway)];
  if (pair >= 0 || unit >= 0) {
    const layer = (i: number) => (i < machine.visible.count ? "visible" : "hidden");
    const what =
      pair >= 0
        ? `a ${layer(Math.floor(pair / units))}-${layer(pair % units)} coupling would be ${L[pair]}`
        : `a ${layer(unit)} bias would be ${a[unit]}`;
    throw new EngramError(
      `training diverged in epoch ${epoch + 1}: ${what}; try a rate below ${rate}${l2 > 0 ? ", or less l2" : ""}; ` +
        "the machine is as it was before that update",
    );
  }
  couplings.values.set(L);
  bias.set(a);
}

function requireBatch(batch: number, count: number): void {
  requireInteger("batch", batch, 1);
  if (batch > count) throw new ArgumentError(`batch is ${batch} but data has ${count} rows; expected at most as many`);
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

function mean(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
