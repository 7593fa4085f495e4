import type { Workspace } from "../kernels/index.js";
import type { ChainStreams } from "../layers/chain-streams.js";
import { requireSingle } from "../layers/single-precision.js";
import { requireGaussian } from "../mapping/hidden-density.js";
import { log } from "../math/elementary.js";
import type { Rbm } from "../models/index.js";
import type { Rows } from "../units/index.js";

/**
 * Rows x of the hidden layer of an RBM of spins and gaussian units in a workspace, in units of the layer's own width,
 * h = mu + x / sqrt(gamma), with two densities over them: the standard normal one, N(x), and
 *
 *     q(x) = (beta / 2 pi)^(p/2) exp(-beta |x|^2 / 2) prod_i 2 cosh(beta y_i),   y = b + W mu + W gamma^(-1/2) x.
 */
export class HiddenRows {
  readonly count: number;
  readonly width: number;
  /** x of every row; call `setInputs` after changing them. */
  readonly states: Float32Array;
  /** Momenta of Hamiltonian Monte Carlo. */
  readonly momenta: Float32Array;
  readonly #workspace: Workspace;
  readonly #units: number;
  readonly #beta: number;
  readonly #mean: Float64Array;
  /** sqrt(gamma) */
  readonly #scale: Float64Array;
  /** W gamma^(-1/2), its transpose, b + W mu, and the sums of their columns. */
  readonly #weights: Float32Array;
  readonly #transposed: Float32Array;
  readonly #bias: Float32Array;
  readonly #columnSums: Float32Array;
  #biasSum = 0;
  readonly #fields: Float32Array;
  readonly #means: Float32Array;
  /** W^T times the means of the spins, (1 + tanh(beta y)) / 2: the spins' part of the gradient, at any lambda. */
  readonly #pulls: Float32Array;
  /** States and pulls to restore after a rejected move. */
  readonly #before: readonly [Float32Array, Float32Array];
  readonly #logs: Float64Array;
  readonly #zeros: Float32Array;
  readonly #ones: Float32Array;

  /**
   * Allocates the arrays; `load` fills those of the machine.
   *
   * @throws DataError for weights or biases beyond single precision
   */
  constructor(workspace: Workspace, rbm: Rbm, count: number, beta: number) {
    const { mean, precision } = requireGaussian(rbm);
    const [n, p] = [rbm.visible.count, rbm.hidden.count];
    requireSingle("weights", rbm.weights.values, n, p);
    requireSingle("biases", rbm.visible.parameters, n, 1);
    this.count = count;
    this.width = p;
    this.#workspace = workspace;
    this.#units = n;
    this.#beta = beta;
    this.#mean = mean.slice();
    this.#scale = precision.map(Math.sqrt);
    this.#weights = workspace.float32(n * p);
    this.#transposed = workspace.float32(n * p);
    this.#bias = workspace.float32(n);
    this.#columnSums = workspace.float32(p);
    this.states = workspace.float32(count * p);
    this.momenta = workspace.float32(count * p);
    this.#pulls = workspace.float32(count * p);
    this.#before = [new Float32Array(count * p), new Float32Array(count * p)];
    this.#fields = workspace.float32(count * n);
    this.#means = workspace.float32(count * n);
    this.#logs = workspace.float64(count);
    this.#zeros = workspace.float32(p);
    this.#ones = workspace.float32(p).fill(1);
  }

  /** Draws standard normal states or momenta; call `setInputs` after drawing states. */
  draw(values: Float32Array, { key, chains }: ChainStreams, step: number): void {
    this.#workspace.drawNormal({
      rows: this.count,
      columns: this.width,
      // With a gain of 0 the present values, which are always finite, have no effect.
      inputs: this.#pulls,
      offset: this.#zeros,
      gain: this.#zeros,
      deviation: this.#ones,
      scale: 1,
      states: { values, key, step, chains },
    });
  }

  load({ weights, visible }: Rbm): void {
    const [n, p] = [this.#units, this.width];
    for (let i = 0, k = 0; i < n; i++) {
      let bias = visible.parameters[i];
      for (let j = 0; j < p; j++, k++) {
        this.#weights[k] = weights.values[k] / this.#scale[j];
        bias += weights.values[k] * this.#mean[j];
      }
      this.#bias[i] = bias;
      this.#biasSum += this.#bias[i];
    }
    this.#workspace.transpose(this.#weights, n, p, this.#transposed);
    this.#workspace.columnSums(this.#weights, n, p, this.#columnSums);
  }

  /** h of every row. */
  read(): Float64Array {
    return Float64Array.from(this.states, (x, k) => this.#mean[k % this.width] + x / this.#scale[k % this.width]);
  }

  /** Sets row r to the r-th of `given` rows h, repeating them if there are fewer. */
  place(hidden: Rows, given: number): void {
    for (let k = 0; k < this.states.length; k++) {
      const j = k % this.width;
      this.states[k] = (hidden[k % (given * this.width)] - this.#mean[j]) * this.#scale[j];
    }
    this.setInputs();
  }

  /** Computes the inputs of the spins and their means after the states have changed. */
  setInputs(): void {
    const { count } = this;
    const [p, n, beta] = [this.width, this.#units, this.#beta];
    this.#workspace.product({
      rows: count,
      inner: p,
      columns: n,
      a: { kind: "dense", values: this.states },
      b: this.#transposed,
      out: this.#fields,
      bias: this.#bias,
    });
    this.#workspace.draw({ rows: count, columns: n, inputs: this.#fields, slope: 2 * beta, means: this.#means });
    this.#workspace.product({
      rows: count,
      inner: n,
      columns: p,
      a: { kind: "dense", values: this.#means },
      b: this.#weights,
      out: this.#pulls,
    });
  }

  /** log N and log q of every row; not valid for restored rows, whose inputs were not kept. */
  measure(normal: Float64Array, target: Float64Array): void {
    const { states, count } = this;
    const [p, n, beta] = [this.width, this.#units, this.#beta];
    // log 2 cosh x = log(1 + e^2x) - x.
    this.#workspace.softplusSums(this.#fields, count, n, 2 * beta, this.#logs);
    for (let r = 0, k = 0; r < count; r++) {
      let [square, along] = [0, 0];
      for (let j = 0; j < p; j++, k++) {
        square += states[k] * states[k];
        along += states[k] * this.#columnSums[j];
      }
      along += this.#biasSum;
      normal[r] = -square / 2 - (p / 2) * log(2 * Math.PI);
      target[r] = this.#logs[r] - beta * along - (beta * square) / 2 + (p / 2) * log(beta / (2 * Math.PI));
    }
  }

  /** Momenta += time times the gradient of log N^(1 - lambda) q^lambda. */
  kick(lambda: number, time: number): void {
    const { states, momenta, count } = this;
    const [p, beta] = [this.width, this.#beta];
    const hold = 1 - lambda + lambda * beta;
    for (let r = 0, k = 0; r < count; r++) {
      for (let j = 0; j < p; j++, k++) {
        // W^T tanh(beta y) from the means (1 + tanh) / 2.
        momenta[k] += time * (lambda * beta * (2 * this.#pulls[k] - this.#columnSums[j]) - hold * states[k]);
      }
    }
  }

  /** States += time times the momenta. */
  drift(time: number): void {
    const { states, momenta } = this;
    for (let k = 0; k < states.length; k++) states[k] += time * momenta[k];
    this.setInputs();
  }

  /** Saves the current states. */
  keep(): void {
    this.#before[0].set(this.states);
    this.#before[1].set(this.#pulls);
  }

  /** Restores the saved state of a row. */
  goBack(row: number): void {
    const [from, to] = [row * this.width, (row + 1) * this.width];
    this.states.set(this.#before[0].subarray(from, to), from);
    this.#pulls.set(this.#before[1].subarray(from, to), from);
  }
}
