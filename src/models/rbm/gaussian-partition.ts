import { DataError, requireFiniteResult } from "../../errors.js";
import { DoubleDouble } from "../../math/double-double.js";
import { log } from "../../math/elementary.js";
import type { Rbm } from "./rbm.js";

/** A lower triangle of numbers with twice the precision of a double: entry (i, j) is high + low at i * size + j. */
interface Triangle {
  readonly size: number;
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/** The joint normal distribution of two gaussian layers, one of which is summed out. */
export class GaussianPair {
  readonly #rbm: Rbm;
  /** L of S = L D L^T below the diagonal, D on it, S = diag(gamma_h) - W^T diag(gamma_v)^-1 W. */
  readonly #factors: Triangle;

  /** Whether both layers of a machine are gaussian. */
  static is({ visible, hidden }: Rbm): boolean {
    return visible.type === "gaussian" && hidden.type === "gaussian";
  }

  /**
   * Z is finite if and only if the precision matrix P = [diag(gamma_v), -W; -W^T, diag(gamma_h)] is positive definite, that
   * is, if all pivots of its factorisation L D L^T are positive (Golub and Van Loan, Matrix computations, 2013, section 4.1).
   * The pivots are computed with twice the precision of a double. Each is gamma_h minus at most n + k products, which add
   * up to at most gamma_h where it is positive, and each product and sum is off by less than 2^-98 of that: pivots below
   * (n + k) 2^-98 gamma_h count as zero.
   *
   * @throws DataError if Z is not finite
   */
  constructor(rbm: Rbm) {
    this.#rbm = rbm;
    this.#factors = complement(rbm);
    const { size } = this.#factors;
    const gamma = rbm.hidden.named.precision;
    const rounding = (rbm.visible.count + size) * 2 ** -98;
    for (let j = 0; j < size; j++) {
      const pivot = factorRow(this.#factors, j);
      if (pivot > rounding * gamma[j]) continue;
      requireFiniteResult("precision matrix", pivot);
      const found = `with hidden unit ${j} it has the pivot ${pivot}`;
      const remedy = "make the weights smaller, or the precisions of the units larger";
      throw new DataError(
        `Z is finite only where the precision matrix of the machine is positive definite: ${found}; expected one above 0: ${remedy}`,
      );
    }
  }

  /**
   * log Z = beta (mu^T W nu + c^T P^-1 c / 2) + (n + k)/2 log(2 pi / beta) - 1/2 log det P with c = (W nu, W^T mu), for means
   * mu of the visible and nu of the hidden units.
   */
  logPartition(beta: number): number {
    const { visible, hidden, weights } = this.#rbm;
    const [mu, gamma] = [visible.named.mean, visible.named.precision];
    const nu = hidden.named.mean;
    const [n, k] = [visible.count, hidden.count];
    const W = weights.values;
    let logDeterminant = 0;
    let shift = 0;
    const right = new Float64Array(k);
    for (let i = 0; i < n; i++) {
      let input = 0;
      for (let j = 0; j < k; j++) input += W[i * k + j] * nu[j];
      for (let j = 0; j < k; j++) right[j] += W[i * k + j] * (mu[i] + input / gamma[i]);
      shift += input * (mu[i] + input / (2 * gamma[i]));
      logDeterminant += log(gamma[i]);
    }
    const { size, high } = this.#factors;
    for (let j = 0; j < k; j++) {
      for (let m = 0; m < j; m++) right[j] -= high[j * size + m] * right[m];
      const pivot = high[j * size + j];
      shift += (right[j] * (right[j] / pivot)) / 2;
      logDeterminant += log(pivot);
    }
    const widths = ((n + k) * log((2 * Math.PI) / beta)) / 2;
    return requireFiniteResult("log Z", beta * shift + widths - logDeterminant / 2);
  }
}

/** The lower triangle of S. */
function complement({ visible, hidden, weights }: Rbm): Triangle {
  const [n, size] = [visible.count, hidden.count];
  const W = weights.values;
  const gamma = visible.named.precision;
  const [high, low] = [new Float64Array(size * size), new Float64Array(size * size)];
  const sum = new DoubleDouble();
  for (let j = 0; j < size; j++) {
    for (let m = 0; m <= j; m++) {
      sum.clear();
      if (m === j) sum.add(hidden.named.precision[j]);
      for (let i = 0; i < n; i++) {
        const quotient = W[i * size + j] / gamma[i];
        const rest = remainder(W[i * size + j], quotient, gamma[i]) / gamma[i];
        sum.addProduct(-quotient, W[i * size + m]).add(-rest * W[i * size + m]);
      }
      high[j * size + m] = sum.high;
      low[j * size + m] = sum.low;
    }
  }
  return { size, high, low };
}

/** Replaces row j of S by that of L and D, with the rows above done; returns the pivot. */
function factorRow({ size, high, low }: Triangle, j: number): number {
  const sum = new DoubleDouble();
  const row = j * size;
  // L_jm D_m
  const [scaledHigh, scaledLow] = [new Float64Array(j), new Float64Array(j)];
  const reduce = (m: number) => {
    sum
      .clear()
      .add(high[row + m])
      .add(low[row + m]);
    for (let l = 0; l < m; l++) {
      const [a, b] = [high[m * size + l], low[m * size + l]];
      sum.addProduct(-scaledHigh[l], a).add(-(scaledHigh[l] * b + scaledLow[l] * a));
    }
  };
  for (let m = 0; m < j; m++) {
    reduce(m);
    scaledHigh[m] = sum.high;
    scaledLow[m] = sum.low;
    const [pivot, rest] = [high[m * size + m], low[m * size + m]];
    const quotient = sum.high / pivot;
    low[row + m] = (sum.addProduct(-quotient, pivot).value - quotient * rest) / pivot;
    high[row + m] = quotient;
  }
  reduce(j);
  high[row + j] = sum.high;
  low[row + j] = sum.low;
  return sum.value;
}

/** x - a b, rounded once. */
function remainder(x: number, a: number, b: number): number {
  return new DoubleDouble().add(x).addProduct(-a, b).value;
}
