import { ArgumentError, DataError, requireFiniteResults, ShapeError } from "../../errors.js";
import { buildFitting, defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { asData, type Data } from "../../math/data-matrix.js";
import { type Matrix, matrix } from "../../math/matrix.js";
import type { Random } from "../../math/random.js";
import { allFinite } from "../../math/vector.js";
import type { ClassifierLayer } from "./classifier-layer.js";
import type { DeepBeliefNet } from "./deep-belief-net.js";
import { ForwardPass } from "./forward-pass.js";

/** Options of making a classifier of a deep belief net. */
export interface FromDeepBeliefNet {
  readonly classes: number;
  /** Generator for the initial weights of the output layer. */
  readonly random: Random;
}

/** Number of rows per batch. */
const ROWS = 256;

/** Standard deviation of the initial weights of the output layer. */
const FIRST_WEIGHTS = 0.01;

/**
 * A feed-forward net of sigmoid layers under a softmax layer,
 *
 *     x^(l+1) = sigmoid(W_l^T x^l + b_l),   p(c | x^0) = softmax_c(W_L^T x^L + b_L),
 *
 * as made of a deep belief net: the weights and biases by which it infers its hidden layers, and an output layer on top
 * (Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006). It computes in single
 * precision, with the same bits on every machine.
 */
export class Classifier {
  /** Sigmoid layers from below, and the output layer. Training changes them in place. */
  readonly layers: readonly ClassifierLayer[];

  /** @throws ArgumentError for no layer, ShapeError for layers that do not fit each other, DataError if not finite */
  constructor(layers: readonly ClassifierLayer[]) {
    if (!(layers?.length > 0)) throw new ArgumentError("layers is empty; a classifier needs at least an output layer");
    layers.forEach(({ weights, bias }, l) => {
      const { rows, columns } = weights;
      if (l > 0 && layers[l - 1].bias.length !== rows) {
        throw new ShapeError(`layers[${l}] takes ${rows} values but the layer below has ${layers[l - 1].bias.length}`);
      }
      if (bias.length !== columns) throw new ShapeError(`layers[${l}] has ${columns} units but ${bias.length} biases`);
      const finite = allFinite(weights.values) && allFinite(bias);
      if (!finite) throw new DataError(`layers[${l}] has a weight or bias that is not finite`);
    });
    this.layers = layers;
  }

  /**
   * The net that infers the hidden layers of a deep belief net of binary hidden units, with visible units of any type, and an
   * output layer of small random weights. Label units are omitted. Weights are copied.
   *
   * @throws ArgumentError for other hidden units, or fewer than two classes
   */
  static fromDeepBeliefNet(net: DeepBeliefNet, { classes, random }: FromDeepBeliefNet): Classifier {
    const { widths } = net;
    const layers = net.rbms.map(({ hidden, weights }, l): ClassifierLayer => {
      if (hidden.type !== "binary") {
        throw new ArgumentError(
          `hidden layer ${l + 1} has ${hidden.type} units; sigmoid layers are made of binary ones`,
        );
      }
      // The weights of label units are the last rows.
      const own = weights.values.slice(0, widths[l] * weights.columns);
      return { weights: matrix(widths[l], weights.columns, own), bias: hidden.parameters.slice() };
    });
    if (!(Number.isInteger(classes) && classes >= 2)) {
      throw new ArgumentError(`classes is ${classes}; expected an integer of at least 2`);
    }
    const last = widths[widths.length - 1];
    const output = matrix(
      last,
      classes,
      Float64Array.from({ length: last * classes }, () => FIRST_WEIGHTS * random.normal()),
    );
    return new Classifier([...layers, { weights: output, bias: new Float64Array(classes) }]);
  }

  get inputs(): number {
    return this.layers[0].weights.rows;
  }

  get classes(): number {
    return this.layers[this.layers.length - 1].bias.length;
  }

  /** Number of values of every layer, inputs first. */
  get widths(): readonly number[] {
    return [this.inputs, ...this.layers.map(({ bias }) => bias.length)];
  }

  copy(): Classifier {
    return new Classifier(
      this.layers.map(({ weights, bias }) => ({
        weights: { ...weights, values: weights.values.slice() },
        bias: bias.slice(),
      })),
    );
  }

  /**
   * p(c | x) of every row, rows x classes.
   *
   * @throws ShapeError for rows of another width, DataError for values that are not finite
   */
  probabilities(
    features: Data,
    { workspace = defaultWorkspace }: { readonly workspace?: MakeWorkspace | undefined } = {},
  ): Matrix {
    const { rows, columns, values } = asData("features", features, this.inputs);
    const { classes } = this;
    const size = Math.min(ROWS, rows);
    const { workspace: room, built: pass } = buildFitting(
      workspace,
      (place) => new ForwardPass(place, this.widths, size),
    );
    try {
      pass.load(this.layers);
      const out = matrix(rows, classes);
      for (let from = 0; from < rows; from += size) {
        const count = Math.min(size, rows - from);
        pass.inputs.set(values.subarray(from * columns, (from + count) * columns));
        pass.run(count);
        pass.softmax(count, out.values.subarray(from * classes, (from + count) * classes));
      }
      requireFiniteResults("probabilities", out.values);
      return out;
    } finally {
      room.dispose();
    }
  }

  /** The most probable class of every row, the lowest of equals. Throws what `probabilities` throws. */
  predict(features: Data, options: { readonly workspace?: MakeWorkspace | undefined } = {}): Uint32Array {
    const { rows, columns, values } = this.probabilities(features, options);
    return Uint32Array.from({ length: rows }, (_, r) => largestOf(values.subarray(r * columns, (r + 1) * columns)));
  }
}

/** The index of the largest value, the first of equals. */
function largestOf(values: Float64Array): number {
  let largest = 0;
  for (let c = 1; c < values.length; c++) if (values[c] > values[largest]) largest = c;
  return largest;
}
