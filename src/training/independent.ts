import type { LayerBatch } from "../layers/index.js";
import { standardErrorOfMean } from "../math/standard-error.js";
import type { Moments, Rows, Units } from "../units/index.js";
import type { Warning } from "../warnings.js";

/** A difference of this number of standard errors is not chance. */
const CERTAIN = 5;

/** Difference that counts as small, in standard deviations: a convention (Cohen 1988). */
const SMALL = 0.2;

/**
 * The independent-unit model of some rows: units without couplings, with the means of the rows, each state counted once more
 * than it was seen. Units of real values keep their precisions, unless `precisions` says that these are learned: then they
 * have the variances of the rows, too.
 */
export class IndependentUnits {
  readonly #units: Units;
  readonly #inputs: Float64Array;
  readonly #cumulant: number;
  readonly #energies = new Float64Array(1);

  constructor(
    units: Units,
    moments: Moments,
    { precisions = false }: { readonly precisions?: boolean | undefined } = {},
  ) {
    this.#units = units.copy();
    this.#inputs = new Float64Array(units.width);
    if ("precision" in units.named && !precisions) inputsForMeans(units, moments.means, this.#inputs);
    else this.#units.fitTo(moments, 1);
    this.#cumulant = this.#units.cumulant(this.#inputs, 1, this.#energies)[0];
  }

  /** -log p of a row, in nats. */
  nats(row: Rows): number {
    let sum = this.#cumulant + this.#units.energy(row, this.#energies)[0];
    for (let i = 0; i < this.#inputs.length; i++) sum -= this.#inputs[i] * row[i];
    return sum;
  }
}

/** Means and variances of rows that are added one by one. */
export class RowMoments implements Moments {
  rows = 0;
  readonly means: Float64Array;
  readonly variances: Float64Array;

  constructor(width: number) {
    this.means = new Float64Array(width);
    this.variances = new Float64Array(width);
  }

  add(row: Rows): void {
    const { means, variances } = this;
    this.rows++;
    for (let i = 0; i < means.length; i++) {
      const change = row[i] - means[i];
      means[i] += change / this.rows;
      // The running mean of squared deviations (Welford 1962).
      variances[i] += (change * (row[i] - means[i]) - variances[i]) / this.rows;
    }
  }
}

/** -log p of one row of units that take each of their states with the same probability; undefined for real values. */
export function coinFlips(units: Units): number | undefined {
  if (units.named.bias?.length !== units.parameters.length) return undefined;
  const fair = units.copy();
  fair.parameters.fill(0);
  return fair.cumulant(new Float64Array(units.width), 1, new Float64Array(1))[0];
}

/** What a training is compared with, per row, in nats. */
export interface Baseline {
  readonly independent: Float64Array;
  /** What no training at all gives: the model before the first update, or coin flips. */
  readonly untrained: Float64Array;
}

/** Where a training stands. */
export interface Standing {
  readonly epoch: number;
  /** The learning rate of the first epoch; asked for only to warn. */
  readonly rate: () => number;
  /** What was measured. */
  readonly quantity: "reconstruction error" | "conditional error" | "loss";
}

/**
 * A warning if a model does worse than independent units and than no training: if the mean of its nats per row exceeds both by
 * more than five standard errors of the difference, from the differences row by row, and by more than 0.2 standard deviations
 * of the rows. The error of the difference in a single row is unknown, and counts as the value itself.
 *
 * The 0.2 is not derived. It is the conventional size of a small effect (Cohen, Statistical power analysis for the behavioral
 * sciences, 1988), and was chosen after false alarms: stochastic gradients leave noise in the means, so that a sound training
 * can be significantly, but hardly, worse. Gaussian units on MNIST with the default options of the command line are 2.8 +- 0.3
 * nats above independent units after the first epoch, 0.01 standard deviations. That independent units are fitted to the rows
 * they are compared on explains less than one nat of it (784 means of 1,000 rows; Akaike 1974); the rest depends on the method,
 * the rate and the batch. A training that is wrong by less than 0.2 standard deviations is not warned about.
 */
export function worseThanIndependent(
  nats: Float64Array,
  { independent, untrained }: Baseline,
  { epoch, rate, quantity }: Standing,
): Warning | undefined {
  if (!isAbove(nats, independent) || !isAbove(nats, untrained)) return undefined;
  return {
    code: "worse-than-independent",
    quantity,
    value: meanOf(nats),
    independent: meanOf(independent),
    epoch,
    rate: rate(),
  };
}

/** A warning as a list. */
export function listOf(warning: Warning | undefined): Warning[] {
  return warning === undefined ? [] : [warning];
}

function isAbove(nats: Float64Array, others: Float64Array): boolean {
  const differences = nats.map((value, r) => value - others[r]);
  const mean = meanOf(differences);
  if (Number.isNaN(mean)) return true;
  const error = differences.length > 1 ? standardErrorOfMean(differences, mean) : Math.abs(others[0]);
  const spread = others.length > 1 ? Math.sqrt(others.length) * standardErrorOfMean(others, meanOf(others)) : 0;
  // An infinite mean has no error.
  return mean > Math.max(CERTAIN * error, SMALL * spread) || mean === Number.POSITIVE_INFINITY;
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** The inputs at which units of real values have these means: a mean grows with the input, so bisection finds them. */
export function inputsForMeans(units: Units, means: ArrayLike<number>, out: Float64Array): Float64Array {
  const ends = [-1, 1].map((end) => new Float64Array(units.width).fill(end));
  const found = new Float64Array(units.width);
  for (const inputs of ends) {
    for (let step = 0; step < 60; step++) {
      units.mean(inputs, 1, found);
      for (let i = 0; i < found.length; i++) if (inputs[i] < 0 === found[i] > means[i]) inputs[i] *= 2;
    }
  }
  const [low, high] = ends;
  for (let step = 0; step < 120; step++) {
    for (let i = 0; i < out.length; i++) out[i] = 0.5 * (low[i] + high[i]);
    units.mean(out, 1, found);
    for (let i = 0; i < out.length; i++) (found[i] < means[i] ? low : high)[i] = out[i];
  }
  return out;
}

/** The baseline of rows: independent units with their means, and coin flips. */
export function baselineOf(values: Rows, units: Units): Baseline {
  const count = values.length / units.width;
  const row = (r: number) => values.subarray(r * units.width, (r + 1) * units.width);
  const moments = new RowMoments(units.width);
  for (let r = 0; r < count; r++) moments.add(row(r));
  const model = new IndependentUnits(units, moments);
  const independent = Float64Array.from({ length: count }, (_, r) => model.nats(row(r)));
  const coins = coinFlips(units);
  return { independent, untrained: coins === undefined ? independent : new Float64Array(count).fill(coins) };
}

/** The baseline of the states in a batch. */
export function baselineOfBatch(batch: LayerBatch, units: Units): Baseline {
  const values = new Float64Array(batch.rows * units.width);
  for (let r = 0; r < batch.rows; r++) batch.read(r, values.subarray(r * units.width, (r + 1) * units.width));
  return baselineOf(values, units);
}
