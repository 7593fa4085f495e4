import { disposeSymbol } from "../../disposing.js";
import type { MakeWorkspace, Workspace } from "../../kernels/index.js";
import type { DataMatrix } from "../../math/data-matrix.js";
import { exp, log } from "../../math/elementary.js";

/** Rows of a block: no sum over rows in single precision has more terms. A multiple of 16 keeps blocks on cache lines. */
const BLOCK = 512;

/**
 * The mean loss of a softmax classifier over data,
 *
 *     L = -1/n sum_r log p(y_r | x_r) + l2 / 2 sum_jc W_jc^2,   p(c | x) = softmax_c(x^T W + b),
 *
 * and its gradient, 1/n X^T (P - Y) + l2 W and 1/n sum_r (P - Y), the hot loop of the fit. Products of a block of rows run
 * in single precision in a workspace, as W^T X^T and (P - Y)^T X, whose many columns fill registers and threads;
 * probabilities, losses and the sums over blocks are in double precision.
 */
export class SoftmaxLoss {
  readonly features: number;
  readonly classes: number;
  readonly #rows: number;
  readonly #labels: ArrayLike<number>;
  readonly #l2: number;
  readonly #workspace: Workspace;
  readonly #x: Float32Array;
  /** X^T of a block. */
  readonly #transposed: Float32Array;
  /** W^T in single precision, and (P - Y)^T X of a block: classes x features. */
  readonly #weights: Float32Array;
  readonly #products: Float32Array;
  /** W^T X^T of a block, then (P - Y)^T: classes x rows. */
  readonly #scores: Float32Array;

  constructor(data: DataMatrix, labels: ArrayLike<number>, classes: number, l2: number, make: MakeWorkspace) {
    const { rows, columns: d } = data;
    const lengths = [rows * d, BLOCK * d, classes * d, classes * d, BLOCK * classes];
    const workspace = make(lengths.reduce((sum, length) => sum + 64 * Math.ceil(length / 16), 0));
    [this.#x, this.#transposed, this.#weights, this.#products, this.#scores] = lengths.map((length) =>
      workspace.float32(length),
    );
    this.#x.set(data.values);
    this.features = d;
    this.classes = classes;
    this.#rows = rows;
    this.#labels = labels;
    this.#l2 = l2;
    this.#workspace = workspace;
  }

  /** L at (W, b), given as W^T, classes x features, followed by b. The gradient has the same layout. */
  evaluate(parameters: Float64Array, gradient: Float64Array): number {
    const { features: d, classes } = this;
    const entries = classes * d;
    this.#weights.set(parameters.subarray(0, entries));
    const intercepts = parameters.subarray(entries);
    gradient.fill(0);
    let loss = 0;
    for (let from = 0; from < this.#rows; from += BLOCK) {
      const rows = Math.min(BLOCK, this.#rows - from);
      const x = this.#x.subarray(from * d, (from + rows) * d);
      this.#workspace.transpose(x, rows, d, this.#transposed);
      this.#multiply(this.#weights, d, this.#transposed, rows, this.#scores);
      loss += this.#toErrors(from, rows, intercepts, gradient.subarray(entries));
      this.#multiply(this.#scores, rows, x, d, this.#products);
      for (let k = 0; k < entries; k++) gradient[k] += this.#products[k];
    }
    for (let k = 0; k < gradient.length; k++) gradient[k] /= this.#rows;
    let squares = 0;
    for (let k = 0; k < entries; k++) {
      gradient[k] += this.#l2 * parameters[k];
      squares += parameters[k] * parameters[k];
    }
    return loss / this.#rows + (this.#l2 / 2) * squares;
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  /** out = A B, A of classes x inner. */
  #multiply(a: Float32Array, inner: number, b: Float32Array, columns: number, out: Float32Array): void {
    this.#workspace.product({ rows: this.classes, inner, columns, a: { kind: "dense", values: a }, b, out });
  }

  /**
   * Replaces the scores of a block by P - Y, adds their sums to the gradient of the intercepts, returns the sum of
   * losses.
   */
  #toErrors(from: number, rows: number, intercepts: Float64Array, sums: Float64Array): number {
    const { classes } = this;
    const scores = this.#scores;
    const p = new Float64Array(classes);
    let loss = 0;
    for (let r = 0; r < rows; r++) {
      const label = this.#labels[from + r];
      let highest = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classes; c++) {
        p[c] = scores[c * rows + r] + intercepts[c];
        if (p[c] > highest) highest = p[c];
      }
      loss += highest - p[label];
      let total = 0;
      for (let c = 0; c < classes; c++) {
        p[c] = exp(p[c] - highest);
        total += p[c];
      }
      loss += log(total);
      for (let c = 0; c < classes; c++) {
        const error = p[c] / total - (c === label ? 1 : 0);
        scores[c * rows + r] = error;
        sums[c] += error;
      }
    }
    return loss;
  }
}
