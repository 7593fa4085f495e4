import { ArgumentError, DataError, requireInteger, ShapeError } from "../../errors.js";
import { choleskyFactor, inverseOfFactor, solveLower, solveUpper, updateFactor } from "../../math/cholesky.js";
import { log } from "../../math/elementary.js";
import { type Matrix, matrix } from "../../math/matrix.js";
import { dot } from "../../math/vector.js";

/** The prior of a linear-Gaussian memory. */
export interface GaussianPrior {
  /** R0, rows x code: the mean. */
  readonly mean: Matrix;
  /** The variance of the entries of every row, or one for each row: the diagonal of U0. Above 0. */
  readonly variance: number | ArrayLike<number>;
  /** s, the standard deviation of the noise in each entry of a code. Above 0. */
  readonly noise: number;
}

/** What writing a code did. */
export interface GaussianWrite {
  /** w, one for each row. */
  readonly weights: Float64Array;
  /** ln det U after less before: ln(s^2 / q), q = w^T U w + s^2. */
  readonly logDeterminant: number;
  /** The distance of the code from what the weights read before. */
  readonly surprise: number;
}

const LOG_TWO_PI = log(2 * Math.PI);

/**
 * A memory M of K rows and C columns with a Gaussian distribution whose columns are independent: mean R, and the covariance U
 * between the rows, the same for all columns. A code z is read by weights w, z = M^T w + s n with n standard normal, and
 * written by the exact posterior of M (Bayesian linear regression):
 *
 *     c = U w / q,   q = w^T U w + s^2,   R <- R + c (z - R^T w)^T,   U <- U - c (U w)^T
 *
 * (Wu et al., The Kanerva machine, 2018; Learning attractor dynamics for generative memory, 2018.) For the same pairs of
 * codes and weights, the order of writing does not matter. U is kept as the Cholesky factor of its inverse, to which writing
 * adds w w^T / s^2: it stays symmetric and positive definite over any number of writes.
 */
export class GaussianMemory {
  /** K */
  readonly rows: number;
  /** C */
  readonly code: number;
  readonly noise: number;
  readonly prior: GaussianPrior;
  /** R, rows x code. Writing changes it. */
  readonly mean: Matrix;
  /** The diagonal of U0. */
  readonly variances: Float64Array;
  /** The lower Cholesky factor of U^-1, rows x rows. Writing changes it. */
  readonly factor: Float64Array;
  #solver: Float64Array | undefined;

  /** @throws ShapeError, DataError or ArgumentError for a prior that is not one */
  constructor(prior: GaussianPrior) {
    const { mean, variance, noise } = prior;
    const { rows, columns } = mean;
    requireInteger("rows", rows, 1);
    requireInteger("code", columns, 1);
    requirePositive("noise", noise);
    const bad = mean.values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new DataError(`entry ${bad} of mean is ${mean.values[bad]}; expected a finite number`);
    if (typeof variance !== "number" && variance.length !== rows) {
      throw new ShapeError(`variance has ${variance.length} entries for ${rows} rows; give one per row, or one number`);
    }
    this.rows = rows;
    this.code = columns;
    this.noise = noise;
    this.prior = prior;
    this.variances = Float64Array.from({ length: rows }, (_, k) =>
      typeof variance === "number" ? variance : variance[k],
    );
    for (const each of this.variances) requirePositive("variance", each);
    this.mean = matrix(rows, columns, mean.values.slice());
    this.factor = new Float64Array(rows * rows);
    this.#forgetAll();
  }

  #forgetAll(): void {
    this.factor.fill(0);
    for (let k = 0; k < this.rows; k++) this.factor[k * this.rows + k] = 1 / Math.sqrt(this.variances[k]);
  }

  /** Returns to the prior. */
  clear(): this {
    this.mean.values.set(this.prior.mean.values);
    this.#forgetAll();
    this.#solver = undefined;
    return this;
  }

  /** Sets the posterior, as another memory of the same prior had it. */
  restore(mean: ArrayLike<number>, factor: ArrayLike<number>): this {
    this.mean.values.set(mean);
    this.factor.set(factor);
    this.#solver = undefined;
    return this;
  }

  /** A memory with the same prior and posterior. */
  copy(): GaussianMemory {
    return new GaussianMemory(this.prior).restore(this.mean.values, this.factor);
  }

  /**
   * The weights that read a code best, w = argmin |z - R^T w|^2 / s^2 + |w|^2 = (R R^T + s^2 I)^-1 R z: of the largest
   * `bound`.
   *
   * @param factors multiply the rows of R, one for each; 1 by default
   */
  solve(code: ArrayLike<number>, factors?: ArrayLike<number>): Float64Array {
    this.#require("code", code, this.code);
    if (factors === undefined) this.#solver ??= this.#normal();
    const solver = factors === undefined ? (this.#solver as Float64Array) : this.#normal(factors);
    const weights = Float64Array.from({ length: this.rows }, (_, k) => (factors?.[k] ?? 1) * dot(this.#row(k), code));
    return solveUpper(solver, solveLower(solver, weights));
  }

  /** The factor of R R^T + s^2 I, with these factors of the rows. */
  #normal(factors?: ArrayLike<number>): Float64Array {
    const { rows, noise } = this;
    const normal = new Float64Array(rows * rows);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j <= i; j++) {
        const product = dot(this.#row(i), this.#row(j));
        normal[i * rows + j] = factors === undefined ? product : factors[i] * factors[j] * product;
      }
      normal[i * rows + i] += noise * noise;
    }
    return choleskyFactor(normal, rows, normal);
  }

  /** R^T w, the mean of the code that the weights read. */
  read(weights: ArrayLike<number>): Float64Array {
    this.#require("weights", weights, this.rows);
    const code = new Float64Array(this.code);
    for (let k = 0; k < this.rows; k++) {
      const row = this.#row(k);
      for (let j = 0; j < code.length; j++) code[j] += weights[k] * row[j];
    }
    return code;
  }

  /** w^T U w: the variance of each entry of M^T w, to which reading adds the noise s^2. */
  variance(weights: ArrayLike<number>): number {
    this.#require("weights", weights, this.rows);
    const half = solveLower(this.factor, Float64Array.from(weights));
    return dot(half, half);
  }

  /**
   * Writes a code: M gets its posterior, given that these weights read it.
   *
   * @param weights default to `solve(code)`
   * @param noise s of this observation; Infinity leaves the memory as it is. Defaults to that of the memory
   * @throws ShapeError or DataError for codes or weights that do not fit; the memory is then unchanged
   */
  write(
    code: ArrayLike<number>,
    weights: ArrayLike<number> = this.solve(code),
    noise: number = this.noise,
  ): GaussianWrite {
    this.#require("code", code, this.code);
    this.#require("weights", weights, this.rows);
    if (!(noise > 0)) requirePositive("noise", noise);
    const { rows, mean, factor } = this;
    const own = Float64Array.from(weights);
    const error = this.read(own);
    for (let j = 0; j < error.length; j++) error[j] = code[j] - error[j];
    const surprise = Math.sqrt(dot(error, error));
    if (noise === Number.POSITIVE_INFINITY) return { weights: own, logDeterminant: 0, surprise };
    const half = solveLower(factor, own.slice());
    const q = dot(half, half) + noise * noise;
    const gain = solveUpper(factor, half);
    for (let k = 0; k < rows; k++) {
      const row = mean.values.subarray(k * this.code, (k + 1) * this.code);
      const c = gain[k] / q;
      for (let j = 0; j < row.length; j++) row[j] += c * error[j];
    }
    updateFactor(
      factor,
      own.map((w) => w / noise),
    );
    this.#solver = undefined;
    return { weights: own, logDeterminant: log((noise * noise) / q), surprise };
  }

  /** U, rows x rows. */
  covariance(): Matrix {
    return matrix(this.rows, this.rows, inverseOfFactor(this.factor, this.rows));
  }

  /** ln det U. */
  logDeterminant(): number {
    let sum = 0;
    for (let k = 0; k < this.rows; k++) sum -= 2 * log(this.factor[k * this.rows + k]);
    return sum;
  }

  /**
   * K - tr(U0^-1 U): the number of directions between rows of which something has been written, from 0 to K (the effective
   * number of parameters; MacKay, Bayesian interpolation, 1992).
   */
  rowsUsed(): number {
    const { values } = this.covariance();
    let sum = 0;
    for (let k = 0; k < this.rows; k++) sum += 1 - values[k * this.rows + k] / this.variances[k];
    return sum;
  }

  /** tr U */
  trace(): number {
    const { values } = this.covariance();
    let sum = 0;
    for (let k = 0; k < this.rows; k++) sum += values[k * this.rows + k];
    return sum;
  }

  /**
   * The Kullback-Leibler divergence of the posterior from the prior, nats:
   *
   *     1/2 [ C tr(U0^-1 U) + tr((R - R0)^T U0^-1 (R - R0)) - C K - C ln(det U / det U0) ]
   */
  divergence(): number {
    const { rows, code, mean, variances, prior } = this;
    let [distance, before] = [0, 0];
    for (let k = 0; k < rows; k++) {
      let sum = 0;
      for (let j = k * code; j < (k + 1) * code; j++) {
        const change = mean.values[j] - prior.mean.values[j];
        sum += change * change;
      }
      distance += sum / variances[k];
      before += log(variances[k]);
    }
    return 0.5 * (distance - code * this.rowsUsed() - code * (this.logDeterminant() - before));
  }

  /**
   * ln p(z, w | M = R): the logarithm of the joint density of a code and its weights, which are standard normal a priori.
   * `solve` maximises it over weights, `read` over codes; reading again and again, it never falls.
   */
  bound(code: ArrayLike<number>, weights: ArrayLike<number>): number {
    this.#require("code", code, this.code);
    const read = this.read(weights);
    let squares = 0;
    for (let j = 0; j < read.length; j++) squares += (code[j] - read[j]) * (code[j] - read[j]);
    const { noise } = this;
    const ofCode = squares / (noise * noise) + this.code * (LOG_TWO_PI + 2 * log(noise));
    return -0.5 * (ofCode + dot(weights, weights) + this.rows * LOG_TWO_PI);
  }

  #row(k: number): Float64Array {
    return this.mean.values.subarray(k * this.code, (k + 1) * this.code);
  }

  #require(name: string, values: ArrayLike<number>, length: number): void {
    if (values.length !== length) {
      throw new ShapeError(`${name} has ${values.length} entries; the memory has ${this.rows} rows of ${this.code}`);
    }
    for (let j = 0; j < length; j++) {
      if (!Number.isFinite(values[j])) throw new DataError(`${name}[${j}] is ${values[j]}; expected a finite number`);
    }
  }
}

/** Throws unless a number is finite and above 0. */
export function requirePositive(name: string, value: number): void {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return;
  throw new ArgumentError(`${name} is ${value}; expected a number above 0`);
}
