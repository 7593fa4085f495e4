import type { Workspace } from "../../kernels/index.js";
import { log } from "../../math/elementary.js";
import type { Random } from "../../math/random.js";
import { ForwardPass } from "../../models/dbn/forward-pass.js";
import { DropoutMask } from "./dropout.js";

/** What a batch told. */
export interface BatchLoss {
  /** Sum of -log p(c | x) over the rows. */
  readonly loss: number;
  /** Rows whose most probable class is another one. */
  readonly errors: number;
}

/** Parts of the values of a layer that are left out at random. */
export interface DropoutRates {
  readonly inputs: number;
  readonly hidden: number;
}

/** A step of gradient descent. */
export interface DescentStep {
  readonly rate: number;
  readonly momentum: number;
  readonly l2: number;
}

/**
 * Back-propagation in a workspace: the gradient of the mean of -log p(c | x) over the rows of a batch (Rumelhart, Hinton and
 * Williams, Learning representations by back-propagating errors, 1986). With x^(l+1) = sigmoid(W_l^T x^l + b_l),
 *
 *     delta_L = p - y,   delta_(l-1) = (W_l delta_l) x^l (1 - x^l),   dloss/dW_l = <x^l delta_l^T>,   dloss/db_l = <delta_l>.
 *
 * A value that dropout leaves out is 0, and the others are divided by the part that is kept, q: the derivative is then
 * x^l (1 - q x^l), which holds for both (Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout, 2014).
 */
export class BackPropagation {
  readonly pass: ForwardPass;
  /** -dloss/dW_l and -dloss/db_l, uphill as `Workspace.ascend` wants them. */
  readonly weightGradients: readonly Float32Array[];
  readonly biasGradients: readonly Float32Array[];
  readonly weightVelocities: readonly Float32Array[];
  readonly biasVelocities: readonly Float32Array[];
  readonly #workspace: Workspace;
  readonly #deltas: readonly Float32Array[];
  readonly #transposed: readonly (Float32Array | undefined)[];
  readonly #kept: readonly number[];
  readonly #masks: readonly (DropoutMask | undefined)[];
  readonly #probabilities: Float64Array;

  constructor(
    workspace: Workspace,
    widths: readonly number[],
    { rows, dropout, random }: { readonly rows: number; readonly dropout: DropoutRates; readonly random: Random },
  ) {
    const layers = widths.slice(1);
    this.pass = new ForwardPass(workspace, widths, rows);
    const likeWeights = () => layers.map((width, l) => workspace.float32(widths[l] * width));
    this.weightGradients = likeWeights();
    this.weightVelocities = likeWeights();
    this.biasGradients = layers.map((width) => workspace.float32(width));
    this.biasVelocities = layers.map((width) => workspace.float32(width));
    this.#deltas = layers.map((width) => workspace.float32(rows * width));
    // No error goes below the inputs.
    this.#transposed = layers.map((width, l) => (l === 0 ? undefined : workspace.float32(widths[l] * width)));
    this.#kept = layers.map((_, l) => 1 - (l === 0 ? dropout.inputs : dropout.hidden));
    this.#masks = this.#kept.map((kept, l) =>
      kept === 1 ? undefined : new DropoutMask(workspace, random.fork(l), rows, widths[l], kept),
    );
    this.#probabilities = new Float64Array(rows * widths[widths.length - 1]);
    this.#workspace = workspace;
  }

  /**
   * The loss of the first rows of the inputs and its gradient.
   *
   * @param classOf the class of a row
   * @param step another one at every call, for dropout; nothing is left out where it is left out
   */
  evaluate(rows: number, classOf: (r: number) => number, step?: number): BatchLoss {
    const { activations, weights, widths } = this.pass;
    const dropping = step !== undefined;
    this.pass.run(rows, (l) => {
      if (dropping) this.#masks[l]?.apply(activations[l], rows, step);
    });
    const told = this.#outputs(rows, classOf);
    for (let l = weights.length - 1; l >= 0; l--) {
      const [inner, columns] = [widths[l], widths[l + 1]];
      const delta = this.#deltas[l];
      const turned = { kind: "columns", values: activations[l] } as const;
      const gradient = this.weightGradients[l];
      this.#workspace.product({
        rows: inner,
        inner: rows,
        columns,
        a: turned,
        b: delta,
        out: gradient,
        scale: -1 / rows,
      });
      this.#workspace.columnSums(delta, rows, columns, this.biasGradients[l]);
      for (let j = 0; j < columns; j++) this.biasGradients[l][j] /= -rows;
      const transposed = this.#transposed[l];
      if (transposed === undefined) continue;
      this.#workspace.transpose(weights[l], inner, columns, transposed);
      const below = this.#deltas[l - 1];
      const a = { kind: "dense", values: delta } as const;
      this.#workspace.product({ rows, inner: columns, columns: inner, a, b: transposed, out: below });
      const x = activations[l];
      const kept = dropping ? this.#kept[l] : 1;
      for (let k = 0; k < rows * inner; k++) below[k] *= x[k] * (1 - kept * x[k]);
    }
    return told;
  }

  /** The loss of the first rows of the inputs, with nothing left out. */
  score(rows: number, classOf: (r: number) => number): BatchLoss {
    this.pass.run(rows);
    return this.#outputs(rows, classOf);
  }

  /** One step down the gradient, of the layers from number `lowest` on. Biases do not decay. */
  descend({ rate, momentum, l2 }: DescentStep, lowest = 0): void {
    this.pass.weights.forEach((values, l) => {
      if (l < lowest) return;
      const bias = { values: this.pass.biases[l], velocity: this.biasVelocities[l], gradient: this.biasGradients[l] };
      const own = { values, velocity: this.weightVelocities[l], gradient: this.weightGradients[l] };
      this.#workspace.ascend({ ...own, rate, momentum, l1: 0, l2 });
      this.#workspace.ascend({ ...bias, rate, momentum, l1: 0, l2: 0 });
    });
  }

  /** Sets p - y of the output layer. */
  #outputs(rows: number, classOf: (r: number) => number): BatchLoss {
    const { widths } = this.pass;
    const classes = widths[widths.length - 1];
    const delta = this.#deltas[this.#deltas.length - 1];
    const p = this.pass.softmax(rows, this.#probabilities);
    let [loss, errors] = [0, 0];
    for (let r = 0, k = 0; r < rows; r++, k += classes) {
      const right = classOf(r);
      let best = 0;
      for (let c = 0; c < classes; c++) {
        delta[k + c] = p[k + c] - (c === right ? 1 : 0);
        if (p[k + c] > p[k + best]) best = c;
      }
      // A probability that has become 0 in double precision costs what the smallest number does.
      loss -= log(Math.max(p[k + right], Number.MIN_VALUE));
      if (best !== right) errors++;
    }
    return { loss, errors };
  }
}
