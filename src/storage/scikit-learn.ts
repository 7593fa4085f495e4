import { ArgumentError, ShapeError } from "../errors.js";
import { asMatrix, type Matrix, transpose } from "../math/matrix.js";
import { Rbm } from "../models/index.js";
import { binary } from "../units/index.js";

/** The fitted arrays of a `sklearn.neural_network.BernoulliRBM`. */
export interface ScikitLearnRbm {
  /** `components_`, hidden x visible. */
  readonly components: Matrix | ArrayLike<ArrayLike<number>>;
  /** `intercept_hidden_` */
  readonly interceptHidden: ArrayLike<number>;
  /** `intercept_visible_` */
  readonly interceptVisible: ArrayLike<number>;
}

/** The arrays of a machine of ours, for scikit-learn. */
export interface ScikitLearnArrays extends ScikitLearnRbm {
  readonly components: Matrix;
  readonly interceptHidden: Float64Array;
  readonly interceptVisible: Float64Array;
}

/**
 * The RBM of binary units that scikit-learn trained: W is `components_` transposed, and the biases are the intercepts
 * (scikit-learn, sklearn.neural_network.BernoulliRBM).
 *
 * @throws ShapeError if the arrays do not fit each other, DataError for a number that is not finite
 */
export function fromScikitLearn({ components, interceptHidden, interceptVisible }: ScikitLearnRbm): Rbm {
  const weights = asMatrix("components", components);
  requireLength("interceptHidden", interceptHidden, weights.rows, "hidden units, which are its rows");
  requireLength("interceptVisible", interceptVisible, weights.columns, "visible units, which are its columns");
  return new Rbm({
    visible: binary(weights.columns, { bias: interceptVisible }),
    hidden: binary(weights.rows, { bias: interceptHidden }),
    weights: transpose(weights),
  });
}

/**
 * An RBM of binary units as the arrays of a `BernoulliRBM`, copied.
 *
 * @throws ArgumentError for a layer of other units, which scikit-learn does not have
 */
export function toScikitLearn({ visible, hidden, weights }: Rbm): ScikitLearnArrays {
  for (const [layer, { type }] of Object.entries({ visible, hidden })) {
    if (type === "binary") continue;
    throw new ArgumentError(`the ${layer} units are ${type}; scikit-learn's BernoulliRBM has only binary units`);
  }
  return {
    components: transpose(weights),
    interceptHidden: hidden.named.bias.slice(),
    interceptVisible: visible.named.bias.slice(),
  };
}

function requireLength(name: string, array: ArrayLike<number>, length: number, what: string): void {
  if (array?.length === length) return;
  throw new ShapeError(`${name} has ${array?.length ?? "no"} values; components has ${length} ${what}`);
}
