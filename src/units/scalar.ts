import { DataError, requireInteger } from "../errors.js";
import type { Random } from "../math/random.js";
import type { Moments, Rows, UnitRange, Units } from "./units.js";

/** The physics of units that have one value each; i is the number of the unit. */
export interface ScalarPhysics {
  readonly type: string;
  /** The values that a unit can take; empty for real numbers. */
  readonly values: readonly number[];
  /** As in `Units`. */
  readonly normal?: Units["normal"];
  /** The expected value and the remedy, for messages. */
  readonly expected: string;
  accepts(x: number): boolean;
  energy(x: number, i: number): number;
  cumulant(input: number, beta: number, i: number): number;
  mean(input: number, beta: number, i: number): number;
  variance(input: number, beta: number, i: number): number;
  draw(input: number, beta: number, i: number, random: Random): number;
  /** <-dE/dtheta> of the parameter with the given name, from the mean and the variance of the unit. */
  slope(parameter: string, mean: number, variance: number, i: number): number;
  range(i: number): UnitRange;
  /** Sets the parameters of unit i to match moments, those of `rows` rows; see `Units`. */
  fit(mean: number, variance: number, rows: number, pseudocount: number, i: number): void;
  /** Changes the bias of unit i by `input`. */
  addToBiases(input: number, i: number): void;
}

/** A layer of `count` units with the given physics and parameters, one value of each parameter per unit. */
export function scalarUnits(
  count: number,
  parameters: Float64Array,
  names: readonly string[],
  physics: (named: Readonly<Record<string, Float64Array>>) => ScalarPhysics,
): Units {
  const named = Object.fromEntries(names.map((name, k) => [name, parameters.subarray(k * count, (k + 1) * count)]));
  const copy = () => scalarUnits(count, parameters.slice(), names, physics);
  return new ScalarUnits(count, parameters, named, physics(named), copy);
}

/** Throws unless `count` is a valid number of units. */
export function requireCount(count: number): void {
  requireInteger("count", count, 1, 2 ** 26);
}

class ScalarUnits implements Units {
  readonly type: string;
  readonly count: number;
  readonly width: number;
  readonly states: number;
  readonly parameters: Float64Array;
  readonly named: Readonly<Record<string, Float64Array>>;
  readonly twoStates: Units["twoStates"];
  readonly normal: Units["normal"];
  readonly copy: () => Units;
  readonly #physics: ScalarPhysics;
  readonly #names: readonly string[];

  constructor(
    count: number,
    parameters: Float64Array,
    named: Readonly<Record<string, Float64Array>>,
    physics: ScalarPhysics,
    copy: () => Units,
  ) {
    this.type = physics.type;
    this.count = count;
    this.width = count;
    this.states = physics.values.length === 0 ? Number.POSITIVE_INFINITY : physics.values.length;
    this.parameters = parameters;
    this.named = named;
    this.copy = copy;
    const [low, high] = physics.values;
    this.normal = physics.normal;
    this.twoStates = physics.values.length === 2 ? { low, high } : undefined;
    this.#physics = physics;
    this.#names = Object.keys(named);
  }

  addToBiases(inputs: Rows): void {
    for (let i = 0; i < this.count; i++) this.#physics.addToBiases(inputs[i], i);
  }

  check(name: string, rows: Rows): void {
    for (let k = 0; k < rows.length; k++) {
      if (this.#physics.accepts(rows[k])) continue;
      const place = `${name}[${Math.floor(k / this.count)}][${k % this.count}]`;
      throw new DataError(`${place} is ${rows[k]}; expected ${this.#physics.expected}`);
    }
  }

  setState(unit: number, state: number, row: Rows): void {
    row[unit] = this.#physics.values[state];
  }

  range(unit: number): UnitRange {
    return this.#physics.range(unit);
  }

  fitTo({ rows, means, variances }: Moments, pseudocount: number): void {
    const least = leastVariance(variances);
    for (let i = 0; i < this.count; i++) {
      this.#physics.fit(means[i], Math.max(variances[i], least), rows, pseudocount, i);
    }
  }

  energy(rows: Rows, out: Float64Array): Float64Array {
    for (let r = 0, k = 0; r < out.length; r++) {
      let sum = 0;
      for (let i = 0; i < this.count; i++, k++) sum += this.#physics.energy(rows[k], i);
      out[r] = sum;
    }
    return out;
  }

  cumulant(inputs: Rows, beta: number, out: Float64Array): Float64Array {
    for (let r = 0, k = 0; r < out.length; r++) {
      let sum = 0;
      for (let i = 0; i < this.count; i++, k++) sum += this.#physics.cumulant(inputs[k], beta, i);
      out[r] = sum;
    }
    return out;
  }

  mean<Out extends Rows>(inputs: Rows, beta: number, out: Out): Out {
    for (let k = 0; k < inputs.length; k++) out[k] = this.#physics.mean(inputs[k], beta, k % this.count);
    return out;
  }

  variance<Out extends Rows>(inputs: Rows, beta: number, out: Out): Out {
    for (let k = 0; k < inputs.length; k++) out[k] = this.#physics.variance(inputs[k], beta, k % this.count);
    return out;
  }

  sample<Out extends Rows>(inputs: Rows, beta: number, streams: readonly Random[], out: Out): Out {
    for (let r = 0, k = 0; r < streams.length; r++) {
      for (let i = 0; i < this.count; i++, k++) out[k] = this.#physics.draw(inputs[k], beta, i, streams[r]);
    }
    return out;
  }

  addGradient(rows: Rows, weight: number, out: Float64Array): void {
    for (let k = 0; k < rows.length; k++) this.#addSlopes(k % this.count, rows[k], 0, weight, out);
  }

  addMeanGradient(inputs: Rows, beta: number, weight: number, out: Float64Array): void {
    for (let k = 0; k < inputs.length; k++) {
      const i = k % this.count;
      const mean = this.#physics.mean(inputs[k], beta, i);
      this.#addSlopes(i, mean, this.#physics.variance(inputs[k], beta, i), weight, out);
    }
  }

  #addSlopes(i: number, mean: number, variance: number, weight: number, out: Float64Array): void {
    for (let p = 0; p < this.#names.length; p++) {
      out[p * this.count + i] += weight * this.#physics.slope(this.#names[p], mean, variance, i);
    }
  }
}

/** Minimum variance of a value in a fit, as a fraction of the mean variance of its layer. */
const LEAST = 0.01;

function leastVariance(variances: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < variances.length; i++) sum += variances[i];
  return sum > 0 ? (LEAST * sum) / variances.length : 1;
}
