import type { Workspace } from "../../kernels/index.js";
import { ChainStreams } from "../../layers/index.js";
import { strideFor } from "../../math/bits.js";
import { log } from "../../math/elementary.js";
import type { Random } from "../../math/random.js";
import { ForwardPass } from "../../models/dbn/forward-pass.js";
import type { CheckpointArray } from "../checkpoint.js";
import type { Optimiser, StepOptions, Steps } from "../optimisers/index.js";

/** The loss of a batch. */
export interface BatchLoss {
  /** Sum of -log p(c | x) over the rows. */
  readonly loss: number;
  /** Number of rows whose most probable class is not their own. */
  readonly errors: number;
}

/** Options of back-propagation. */
export interface BackPropagationOptions {
  /** Largest batch size. */
  readonly rows: number;
  readonly optimiser: Optimiser;
  /** Dropout rates: the fractions of the inputs, and of the values of each hidden layer, that are set to 0. */
  readonly dropout: { readonly inputs: number; readonly hidden: number };
  /** For dropout. */
  readonly random: Random;
}

/**
 * Back-propagation in a workspace: the gradient of the mean of -log p(c | x) over the rows of a batch (Rumelhart, Hinton and
 * Williams, Learning representations by back-propagating errors, 1986). With x^(l+1) = sigmoid(W_l^T x^l + b_l),
 *
 *     delta_L = p - y,   delta_(l-1) = (W_l delta_l) x^l (1 - x^l),   dloss/dW_l = <x^l delta_l^T>,   dloss/db_l = <delta_l>.
 *
 * Dropout sets a value to 0 or divides it by q, the probability to keep it: the derivative is then x^l (1 - q x^l), which
 * holds in both cases (Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout, 2014).
 */
export class BackPropagation {
  readonly pass: ForwardPass;
  /** -dloss/dW_l and -dloss/db_l: optimisers ascend. */
  readonly weightGradients: readonly Float32Array[];
  readonly biasGradients: readonly Float32Array[];
  readonly #weightSteps: readonly Steps[];
  readonly #biasSteps: readonly Steps[];
  readonly #workspace: Workspace;
  readonly #deltas: readonly Float32Array[];
  readonly #transposed: readonly (Float32Array | undefined)[];
  readonly #kept: readonly number[];
  readonly #masks: readonly (DropoutMask | undefined)[];
  readonly #probabilities: Float64Array;

  constructor(
    workspace: Workspace,
    widths: readonly number[],
    { rows, optimiser, dropout, random }: BackPropagationOptions,
  ) {
    const layers = widths.slice(1);
    this.pass = new ForwardPass(workspace, widths, rows);
    const { weights, biases } = this.pass;
    this.weightGradients = weights.map(({ length }) => workspace.float32(length));
    this.biasGradients = biases.map(({ length }) => workspace.float32(length));
    const steps = (all: readonly Float32Array[], gradients: readonly Float32Array[]) =>
      all.map((values, l) => optimiser.start({ values, gradient: gradients[l], workspace }));
    this.#weightSteps = steps(weights, this.weightGradients);
    this.#biasSteps = steps(biases, this.biasGradients);
    this.#deltas = layers.map((width) => workspace.float32(rows * width));
    // The error stops at the inputs.
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
   * @param step the random stream of dropout, another one at every call; without it nothing is dropped
   */
  evaluate(rows: number, classOf: (r: number) => number, step?: number): BatchLoss {
    const { activations, weights, widths } = this.pass;
    const dropping = step !== undefined;
    this.pass.run(rows, (l) => {
      if (dropping) this.#masks[l]?.apply(activations[l], rows, step);
    });
    const found = this.#outputs(rows, classOf);
    for (let l = weights.length - 1; l >= 0; l--) {
      const [inner, columns] = [widths[l], widths[l + 1]];
      const delta = this.#deltas[l];
      const inputs = { kind: "columns", values: activations[l] } as const;
      const gradient = this.weightGradients[l];
      this.#workspace.product({
        rows: inner,
        inner: rows,
        columns,
        a: inputs,
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
    return found;
  }

  /** The loss of the first rows of the inputs, without dropout. */
  score(rows: number, classOf: (r: number) => number): BatchLoss {
    this.pass.run(rows);
    return this.#outputs(rows, classOf);
  }

  /** One step down the gradient, of the layers from number `lowest` on. Biases do not decay. */
  descend({ rate, epochs, l2 }: StepOptions, lowest = 0): void {
    for (let l = lowest; l < this.#weightSteps.length; l++) {
      this.#weightSteps[l].step({ rate, epochs, l2 });
      this.#biasSteps[l].step({ rate, epochs });
    }
  }

  /** The arrays of checkpoints: weights, biases, and the state of the optimiser. */
  arrays(): [name: string, array: CheckpointArray][] {
    const { weights, biases } = this.pass;
    return [
      ...weights.map((values, l): [string, CheckpointArray] => [`weights.${l}`, values]),
      ...biases.map((values, l): [string, CheckpointArray] => [`biases.${l}`, values]),
      ...this.#weightSteps.flatMap(({ state }, l) => named(`optimiser.weights.${l}`, state)),
      ...this.#biasSteps.flatMap(({ state }, l) => named(`optimiser.biases.${l}`, state)),
    ];
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
      // A probability that underflows to 0 counts as the smallest positive number.
      loss -= log(Math.max(p[k + right], Number.MIN_VALUE));
      if (best !== right) errors++;
    }
    return { loss, errors };
  }
}

function named(name: string, state: Steps["state"]): [name: string, array: CheckpointArray][] {
  return Array.from(state, ([part, array]) => [`${name}.${part}`, array]);
}

/** Sets values of a layer to 0 at random, and scales up the others. */
class DropoutMask {
  readonly #workspace: Workspace;
  readonly #width: number;
  readonly #kept: number;
  /** The total input of a binary unit that is 1 with probability `kept`. */
  readonly #inputs: Float32Array;
  readonly #words: Uint32Array;
  readonly #streams: ChainStreams;

  constructor(workspace: Workspace, random: Random, rows: number, width: number, kept: number) {
    this.#workspace = workspace;
    this.#width = width;
    this.#kept = kept;
    this.#inputs = workspace.float32(rows * width).fill(log(kept / (1 - kept)));
    this.#words = workspace.words(rows * strideFor(width));
    this.#streams = new ChainStreams(workspace, random, rows);
  }

  /** Divides each value by `kept` with probability `kept`, else sets it to 0. */
  apply(values: Float32Array, rows: number, step: number): void {
    const [columns, words] = [this.#width, this.#words];
    const stride = strideFor(columns);
    const { key, chains } = this.#streams;
    this.#workspace.draw({
      rows,
      columns,
      inputs: this.#inputs,
      slope: 1,
      states: { words, stride, key, step, chains },
    });
    const factor = 1 / this.#kept;
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0; j < columns; j++, k++) {
        const bit = (words[r * stride + (j >>> 5)] >>> (j & 31)) & 1;
        values[k] = bit === 1 ? values[k] * factor : 0;
      }
    }
  }
}
