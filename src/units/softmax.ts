import { DataError, requireInteger } from "../errors.js";
import { exp, log } from "../math/elementary.js";
import type { Random } from "../math/random.js";
import type { BiasOptions } from "./binary.js";
import { requireCount } from "./scalar.js";
import { asParameter, type Moments, type Rows, type UnitRange, type Units } from "./units.js";

/**
 * Softmax or Potts units: each is in one of q states, and a row holds it as q values of which one is 1 and the others
 * are 0, unit after unit. E(x) = -sum_ia b_ia x_ia; with f_a = beta (b_a + I_a), unit by unit, Gamma = log sum_a e^(f_a),
 * <x_a> = e^(f_a - Gamma) and Var x_a = <x_a> (1 - <x_a>) (Salakhutdinov, Mnih and Hinton, Restricted Boltzmann machines
 * for collaborative filtering, 2007).
 *
 * @param count number of units; a row has count times q values
 * @param states q, at least 2
 * @param options the bias has one value per state of each unit, in the order of the rows
 * @throws ArgumentError for a count below 1 or fewer than two states, ShapeError for biases that do not fit, DataError for
 *   one that is not finite
 */
export function softmax(count: number, states: number, { bias }: BiasOptions = {}): Units {
  requireCount(count);
  requireInteger("states", states, 2, 2 ** 16);
  return new SoftmaxUnits(count, states, asParameter("bias", bias, count * states));
}

class SoftmaxUnits implements Units {
  readonly type = "softmax";
  readonly count: number;
  readonly states: number;
  readonly width: number;
  readonly parameters: Float64Array;
  readonly named: Readonly<Record<string, Float64Array>>;

  constructor(count: number, states: number, bias: Float64Array) {
    this.count = count;
    this.states = states;
    this.width = count * states;
    this.parameters = bias;
    this.named = { bias };
  }

  copy(): Units {
    return new SoftmaxUnits(this.count, this.states, this.parameters.slice());
  }

  addToBiases(inputs: Rows): void {
    for (let a = 0; a < this.width; a++) this.parameters[a] += inputs[a];
  }

  check(name: string, rows: Rows): void {
    for (let k = 0; k < rows.length; k += this.states) {
      let ones = 0;
      for (let a = k; a < k + this.states; a++) {
        if (rows[a] !== 0 && rows[a] !== 1) {
          const place = `${name}[${Math.floor(a / this.width)}][${a % this.width}]`;
          throw new DataError(`${place} is ${rows[a]}; expected 0 or 1 in a softmax unit, which is one-hot`);
        }
        ones += rows[a];
      }
      if (ones === 1) continue;
      const place = `${name}[${Math.floor(k / this.width)}][${k % this.width}...]`;
      const expected = `expected one-hot values: a 1 at the unit's state, 0 at the ${this.states - 1} others`;
      throw new DataError(`${place} has ${ones} ones in a softmax unit; ${expected}`);
    }
  }

  setState(unit: number, state: number, row: Rows): void {
    row.fill(0, unit * this.states, (unit + 1) * this.states);
    row[unit * this.states + state] = 1;
  }

  range(): UnitRange {
    return { low: 0, high: 1, scale: 1 };
  }

  fitTo({ rows, means }: Moments, pseudocount: number): void {
    for (let a = 0; a < this.width; a++) this.parameters[a] = log(rows * means[a] + pseudocount);
    // A constant added to all states of a unit changes nothing: their biases are made to sum to 0.
    for (let k = 0; k < this.width; k += this.states) {
      const own = this.parameters.subarray(k, k + this.states);
      const middle = own.reduce((sum, b) => sum + b, 0) / this.states;
      for (let a = 0; a < this.states; a++) own[a] -= middle;
    }
  }

  energy(rows: Rows, out: Float64Array): Float64Array {
    for (let r = 0, k = 0; r < out.length; r++) {
      let sum = 0;
      for (let a = 0; a < this.width; a++, k++) sum -= this.parameters[a] * rows[k];
      out[r] = sum;
    }
    return out;
  }

  cumulant(inputs: Rows, beta: number, out: Float64Array): Float64Array {
    for (let r = 0, k = 0; r < out.length; r++) {
      let sum = 0;
      for (let i = 0; i < this.count; i++, k += this.states) {
        const largest = this.#largest(inputs, beta, k);
        sum += largest + log(this.#total(inputs, beta, k, largest));
      }
      out[r] = sum;
    }
    return out;
  }

  mean<Out extends Rows>(inputs: Rows, beta: number, out: Out): Out {
    for (let k = 0; k < inputs.length; k += this.states) {
      const largest = this.#largest(inputs, beta, k);
      const total = this.#total(inputs, beta, k, largest);
      for (let a = k; a < k + this.states; a++) out[a] = exp(this.#field(inputs, beta, a) - largest) / total;
    }
    return out;
  }

  variance<Out extends Rows>(inputs: Rows, beta: number, out: Out): Out {
    for (let k = 0; k < inputs.length; k += this.states) {
      const largest = this.#largest(inputs, beta, k);
      const total = this.#total(inputs, beta, k, largest);
      for (let a = k; a < k + this.states; a++) {
        // 1 - p is computed as the sum of the others: the difference would cancel where p is near 1.
        let others = 0;
        for (let c = k; c < k + this.states; c++) {
          if (c !== a) others += exp(this.#field(inputs, beta, c) - largest);
        }
        out[a] = (exp(this.#field(inputs, beta, a) - largest) / total) * (others / total);
      }
    }
    return out;
  }

  sample<Out extends Rows>(inputs: Rows, beta: number, streams: readonly Random[], out: Out): Out {
    out.fill(0);
    for (let r = 0, k = 0; r < streams.length; r++) {
      for (let i = 0; i < this.count; i++, k += this.states) {
        const largest = this.#largest(inputs, beta, k);
        let left = streams[r].uniform() * this.#total(inputs, beta, k, largest);
        let a = k;
        for (; a < k + this.states - 1; a++) {
          left -= exp(this.#field(inputs, beta, a) - largest);
          if (left < 0) break;
        }
        out[a] = 1;
      }
    }
    return out;
  }

  addGradient(rows: Rows, weight: number, out: Float64Array): void {
    for (let k = 0; k < rows.length; k++) out[k % this.width] += weight * rows[k];
  }

  addMeanGradient(inputs: Rows, beta: number, weight: number, out: Float64Array): void {
    for (let k = 0; k < inputs.length; k += this.states) {
      const largest = this.#largest(inputs, beta, k);
      const part = weight / this.#total(inputs, beta, k, largest);
      for (let a = k; a < k + this.states; a++) {
        out[a % this.width] += part * exp(this.#field(inputs, beta, a) - largest);
      }
    }
  }

  /** f_a, at place k of the batch. */
  #field(inputs: Rows, beta: number, k: number): number {
    return beta * (this.parameters[k % this.width] + inputs[k]);
  }

  /** max_a f_a of the unit at place k of the batch. */
  #largest(inputs: Rows, beta: number, k: number): number {
    let largest = Number.NEGATIVE_INFINITY;
    for (let a = k; a < k + this.states; a++) largest = Math.max(largest, this.#field(inputs, beta, a));
    return largest;
  }

  /** sum_a e^(f_a - largest) of the unit at place k of the batch. */
  #total(inputs: Rows, beta: number, k: number, largest: number): number {
    let total = 0;
    for (let a = k; a < k + this.states; a++) total += exp(this.#field(inputs, beta, a) - largest);
    return total;
  }
}
