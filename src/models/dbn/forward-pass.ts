import type { Workspace } from "../../kernels/workspace.js";
import { requireSingle } from "../../layers/single-precision.js";
import { exp } from "../../math/elementary.js";
import type { ClassifierLayer } from "./classifier-layer.js";

/** A feed-forward net of sigmoid layers under a linear one, in a workspace: its weights, and the activations of a batch. */
export class ForwardPass {
  readonly widths: readonly number[];
  /** W_l, inputs x units, and b_l. */
  readonly weights: readonly Float32Array[];
  readonly biases: readonly Float32Array[];
  /** x^0, which callers fill, ..., x^L, and the scores of the classes: rows x units. */
  readonly activations: readonly Float32Array[];
  readonly #workspace: Workspace;

  /** Allocates the arrays; `load` fills the weights. */
  constructor(workspace: Workspace, widths: readonly number[], rows: number) {
    this.widths = widths;
    this.weights = widths.slice(1).map((width, l) => workspace.float32(widths[l] * width));
    this.biases = widths.slice(1).map((width) => workspace.float32(width));
    this.activations = widths.map((width) => workspace.float32(rows * width));
    this.#workspace = workspace;
  }

  get inputs(): Float32Array {
    return this.activations[0];
  }

  get scores(): Float32Array {
    return this.activations[this.activations.length - 1];
  }

  /**
   * Copies weights and biases, rounded to single precision.
   *
   * @throws DataError for weights or biases beyond single precision
   */
  load(layers: readonly ClassifierLayer[]): void {
    layers.forEach(({ weights, bias }, l) => {
      requireSingle(`weights of layer ${l}`, weights.values, weights.rows, weights.columns);
      requireSingle(`biases of layer ${l}`, bias, bias.length, 1);
      this.weights[l].set(weights.values);
      this.biases[l].set(bias);
    });
  }

  /** Copies weights and biases back to layers. */
  store(layers: readonly ClassifierLayer[]): void {
    layers.forEach(({ weights, bias }, l) => {
      weights.values.set(this.weights[l]);
      bias.set(this.biases[l]);
    });
  }

  /**
   * Sets the activations of all layers from the first `rows` inputs.
   *
   * @param then called with each layer's number, 0 for the inputs, once its activations are set; it may change them
   */
  run(rows: number, then: (layer: number) => void = () => {}): void {
    then(0);
    for (let l = 0; l < this.weights.length; l++) {
      const [inner, columns] = [this.widths[l], this.widths[l + 1]];
      const out = this.activations[l + 1];
      const a = { kind: "dense", values: this.activations[l] } as const;
      this.#workspace.product({ rows, inner, columns, a, b: this.weights[l], bias: this.biases[l], out });
      if (l === this.weights.length - 1) return;
      this.#workspace.draw({ rows, columns, inputs: out, slope: 1, means: out });
      then(l + 1);
    }
  }

  /** softmax of the scores of the first rows, rows x classes, in double precision. */
  softmax(rows: number, out: Float64Array): Float64Array {
    const classes = this.widths[this.widths.length - 1];
    for (let r = 0, k = 0; r < rows; r++, k += classes) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let c = k; c < k + classes; c++) largest = Math.max(largest, this.scores[c]);
      let total = 0;
      for (let c = k; c < k + classes; c++) {
        out[c] = exp(this.scores[c] - largest);
        total += out[c];
      }
      for (let c = k; c < k + classes; c++) out[c] /= total;
    }
    return out;
  }
}
