import type { MakeWorkspace, Workspace } from "../../kernels/index.js";
import type { DataMatrix } from "../../math/data-matrix.js";
import { exp, log } from "../../math/elementary.js";

/** Rows of a block: a sum in single precision has no more terms than that. A multiple of 16 keeps blocks on cache lines. */
const BLOCK = 512;

/**
 * The mean loss of a softmax classifier over data,
 *
 *     L = -1/n sum_r log p(y_r | x_r) + l2 / 2 sum_jc W_jc^2,   p(c | x) = softmax_c(x^T W + b),
 *
 * and its gradient, 1/n X^T (P - Y) + l2 W and 1/n sum_r (P - Y), the hot loop of the fit. Products of a block of rows run
 * in single precision in a workspace; probabilities, losses and the sums over blocks in double precision.
 */
export class SoftmaxLoss {
  readonly features: number;
  readonly classes: number;
  readonly #rows: number;
  readonly #labels: ArrayLike<number>;
  readonly #l2: number;
  readonly #workspace: Workspace;
  readonly #x: Float32Array;
  /** W in single precision, and of the bias a number a class. A row has `stride` numbers, of which those past the classes are 0. */
  readonly #weights: Float32Array;
  readonly #intercepts: Float32Array;
  /** Scores x^T W + b of a block, then P - Y. */
  readonly #scores: Float32Array;
  readonly #products: Float32Array;
  readonly #stride: number;

  constructor(data: DataMatrix, labels: ArrayLike<number>, classes: number, l2: number, make: MakeWorkspace) {
    const { rows, columns } = data;
    // Four numbers fill a SIMD register.
    const stride = 4 * Math.ceil(classes / 4);
    const lengths = [rows * columns, columns * stride, stride, BLOCK * stride, columns * stride];
    const workspace = make(lengths.reduce((sum, length) => sum + 64 * Math.ceil(length / 16), 0));
    [this.#x, this.#weights, this.#intercepts, this.#scores, this.#products] = lengths.map((length) =>
      workspace.float32(length),
    );
    this.#x.set(data.values);
    this.features = columns;
    this.classes = classes;
    this.#rows = rows;
    this.#labels = labels;
    this.#l2 = l2;
    this.#workspace = workspace;
    this.#stride = stride;
  }

  /** L at (W, b), W features x classes row after row and b behind it, as both are in `gradient`. */
  evaluate(parameters: Float64Array, gradient: Float64Array): number {
    const { features, classes } = this;
    const d = features;
    this.#take(parameters);
    gradient.fill(0);
    let loss = 0;
    for (let from = 0; from < this.#rows; from += BLOCK) {
      const rows = Math.min(BLOCK, this.#rows - from);
      const x = this.#x.subarray(from * d, (from + rows) * d);
      const scores = this.#scores.subarray(0, rows * this.#stride);
      this.#workspace.product({
        rows,
        inner: d,
        columns: this.#stride,
        a: { kind: "dense", values: x },
        b: this.#weights,
        out: scores,
        bias: this.#intercepts,
      });
      loss += this.#toErrors(scores, from, rows, gradient.subarray(d * classes));
      this.#workspace.product({
        rows: d,
        inner: rows,
        columns: this.#stride,
        a: { kind: "columns", values: x },
        b: scores,
        out: this.#products,
      });
      this.#addProducts(gradient);
    }
    for (let k = 0; k < gradient.length; k++) gradient[k] /= this.#rows;
    let squares = 0;
    for (let k = 0; k < d * classes; k++) {
      gradient[k] += this.#l2 * parameters[k];
      squares += parameters[k] * parameters[k];
    }
    return loss / this.#rows + (this.#l2 / 2) * squares;
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  #take(parameters: Float64Array): void {
    const { features, classes } = this;
    for (let j = 0, k = 0; j < features; j++) {
      for (let c = 0; c < classes; c++, k++) this.#weights[j * this.#stride + c] = parameters[k];
    }
    for (let c = 0; c < classes; c++) this.#intercepts[c] = parameters[features * classes + c];
  }

  /** Turns the scores of a block into P - Y; adds their sums to the gradient of the intercepts; gives the sum of losses. */
  #toErrors(scores: Float32Array, from: number, rows: number, sums: Float64Array): number {
    const { classes } = this;
    const weights = new Float64Array(classes);
    let loss = 0;
    for (let r = 0, at = 0; r < rows; r++, at += this.#stride) {
      const label = this.#labels[from + r];
      let highest = scores[at];
      for (let c = 1; c < classes; c++) if (scores[at + c] > highest) highest = scores[at + c];
      let total = 0;
      for (let c = 0; c < classes; c++) {
        weights[c] = exp(scores[at + c] - highest);
        total += weights[c];
      }
      loss += log(total) + highest - scores[at + label];
      for (let c = 0; c < classes; c++) {
        const error = weights[c] / total - (c === label ? 1 : 0);
        scores[at + c] = error;
        sums[c] += error;
      }
    }
    return loss;
  }

  #addProducts(gradient: Float64Array): void {
    const { features, classes } = this;
    for (let j = 0, k = 0; j < features; j++) {
      for (let c = 0; c < classes; c++, k++) gradient[k] += this.#products[j * this.#stride + c];
    }
  }
}
