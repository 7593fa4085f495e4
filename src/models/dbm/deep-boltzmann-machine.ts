import { ArgumentError, requireFiniteResults, ShapeError } from "../../errors.js";
import { asMatrix, type Matrix, matrix, transpose } from "../../math/matrix.js";
import { joined, type Rows, type Units, unitsByType } from "../../units/index.js";
import { BoltzmannMachine } from "../boltzmann/machine.js";
import { rowsOfLayer } from "../boltzmann/parts.js";
import { exactLogPartition } from "../rbm/exact.js";
import { toHidden } from "../rbm/products.js";
import { Rbm } from "../rbm/rbm.js";

/** Layers and weights of a deep Boltzmann machine. */
export interface DeepBoltzmannOptions {
  /** Binary or spin units, like the hidden ones. */
  readonly visible: Units;
  readonly hidden: readonly [lower: Units, upper: Units];
  /** W_1, visible x lower, and W_2, lower x upper; default to zero. */
  readonly weights?:
    | readonly [Matrix | ArrayLike<ArrayLike<number>>, Matrix | ArrayLike<ArrayLike<number>>]
    | undefined;
}

/**
 * A deep Boltzmann machine of two hidden layers (Salakhutdinov and Hinton, Deep Boltzmann machines, 2009),
 *
 *     E(v, h^1, h^2) = E_v(v) + E_1(h^1) + E_2(h^2) - v^T W_1 h^1 - h^1T W_2 h^2,   p = exp(-E) / Z.
 *
 * Unlike in a deep belief net all couplings are undirected: h^1 has input from the data below and from h^2 above. As h^1 is
 * coupled to the two other layers, the machine is an RBM of h^1 on one side and (v, h^2) on the other, with the same Z: see
 * `toRbm`. Units are binary or spins, with the biases in E_v, E_1 and E_2. Learning changes weights and biases in place.
 */
export class DeepBoltzmannMachine {
  readonly visible: Units;
  readonly hidden: readonly [lower: Units, upper: Units];
  readonly weights: readonly [lower: Matrix, upper: Matrix];

  /** @throws ArgumentError unless units have two states, ShapeError for weights that do not fit, DataError if not finite */
  constructor({ visible, hidden, weights }: DeepBoltzmannOptions) {
    const layers = [visible, ...hidden];
    if (layers.length !== 3) throw new ArgumentError(`hidden has ${layers.length - 1} layers; expected 2`);
    for (const { type, twoStates } of layers) {
      if (twoStates === undefined) {
        throw new ArgumentError(`a layer has ${type} units; a deep Boltzmann machine has binary or spin units`);
      }
    }
    const matrices = [0, 1].map((l) => {
      const given = weights?.[l];
      const [n, k] = [layers[l].width, layers[l + 1].width];
      const own = given === undefined ? matrix(n, k) : asMatrix(`weights[${l}]`, given);
      if (own.rows === n && own.columns === k) return own;
      throw new ShapeError(`weights[${l}] are ${own.rows} x ${own.columns}; the layers need ${n} x ${k}`);
    });
    this.visible = visible;
    this.hidden = [hidden[0], hidden[1]];
    this.weights = [matrices[0], matrices[1]];
  }

  /**
   * The deep machine equal to a general one.
   *
   * @param lower number of its hidden units, the first ones, that form the lower layer
   * @throws ArgumentError for a machine without hidden units, or with couplings that a deep one does not have
   */
  static fromBoltzmann(machine: BoltzmannMachine, lower: number): DeepBoltzmannMachine {
    const { visible, hidden } = machine;
    const total = hidden?.count ?? 0;
    if (hidden === undefined || !(Number.isInteger(lower) && lower >= 1 && lower < total)) {
      throw new ArgumentError(`lower is ${lower}; the machine has ${total} hidden units for two layers`);
    }
    const { R, W, S, b, c } = machine.parts();
    const layer = ({ type }: Units, bias: Float64Array) =>
      unitsByType({ type, count: bias.length, parameters: { bias } });
    const deep = new DeepBoltzmannMachine({
      visible: layer(visible, b),
      hidden: [layer(hidden, c.subarray(0, lower)), layer(hidden, c.subarray(lower))],
      weights: [block(W, 0, 0, visible.count, lower), block(S, 0, lower, lower, total - lower)],
    });
    const strays: [string, Matrix][] = [
      ["two visible units", R],
      ["a visible unit and one of the upper layer", block(W, 0, lower, visible.count, total - lower)],
      ["two units of the lower layer", block(S, 0, 0, lower, lower)],
      ["two units of the upper layer", block(S, lower, lower, total - lower, total - lower)],
    ];
    const stray = strays.find(([, { values }]) => values.some((w) => w !== 0));
    if (stray === undefined) return deep;
    throw new ArgumentError(
      `the machine couples ${stray[0]}; a deep Boltzmann machine couples only neighbouring layers`,
    );
  }

  /** The general machine with the same energies, its hidden units those of the lower layer, then those of the upper one. */
  toBoltzmann(): BoltzmannMachine {
    const [first, second] = this.hidden;
    if (first.type !== second.type) {
      throw new ArgumentError(
        `hidden layers are ${first.type} and ${second.type}; a general machine has one type for both`,
      );
    }
    const [n, k, m] = [this.visible.width, first.width, second.width];
    const W = matrix(n, k + m);
    const S = matrix(k + m, k + m);
    for (let i = 0; i < n; i++) {
      W.values.set(this.weights[0].values.subarray(i * k, (i + 1) * k), i * (k + m));
    }
    for (let j = 0; j < k; j++) {
      for (let a = 0; a < m; a++) {
        const w = this.weights[1].values[j * m + a];
        S.values[j * (k + m) + k + a] = w;
        S.values[(k + a) * (k + m) + j] = w;
      }
    }
    const hidden = joined(first, second);
    return new BoltzmannMachine({ visible: this.visible.copy(), hidden, weights: W, hiddenCouplings: S });
  }

  /** The RBM equal to this machine, with the visible layer h^1 and the hidden layer (v, h^2); parameters are copied. */
  toRbm(): Rbm {
    const [first, second] = this.hidden;
    const [n, k, m] = [this.visible.width, first.width, second.width];
    const transposed = transpose(this.weights[0]);
    const weights = matrix(k, n + m);
    for (let j = 0; j < k; j++) {
      weights.values.set(transposed.values.subarray(j * n, (j + 1) * n), j * (n + m));
      weights.values.set(this.weights[1].values.subarray(j * m, (j + 1) * m), j * (n + m) + n);
    }
    return new Rbm({ visible: first.copy(), hidden: joined(this.visible, second), weights });
  }

  /**
   * E(v, h^1, h^2) of every triple of rows.
   *
   * @throws ShapeError or DataError for rows that are not states of their layer, ShapeError for different numbers of rows
   */
  energy(visible: Rows, lower: Rows, upper: Rows): Float64Array {
    const [first, second] = this.hidden;
    const rows = rowsOfLayer("visible", this.visible, visible);
    const others = [rowsOfLayer("lower", first, lower), rowsOfLayer("upper", second, upper)];
    if (others[0] !== rows || others[1] !== rows) {
      throw new ShapeError(
        `visible has ${rows} rows, lower ${others[0]} and upper ${others[1]}; expected the same number`,
      );
    }
    const energies = this.visible.energy(visible, new Float64Array(rows));
    const own = [first.energy(lower, new Float64Array(rows)), second.energy(upper, new Float64Array(rows))];
    const inputs = toHidden(this.weights[0], visible, new Float64Array(lower.length));
    const above = toHidden(this.weights[1], lower, new Float64Array(upper.length));
    for (let r = 0; r < rows; r++) {
      energies[r] += own[0][r] + own[1][r];
      for (let j = r * first.width; j < (r + 1) * first.width; j++) energies[r] -= inputs[j] * lower[j];
      for (let a = r * second.width; a < (r + 1) * second.width; a++) energies[r] -= above[a] * upper[a];
    }
    return requireFiniteResults("energy", energies);
  }

  /**
   * log Z, by listing the states of h^1, or those of v and h^2 together if they are fewer.
   *
   * @throws ArgumentError if both have more states than 24 binary units
   */
  exactLogPartition(): number {
    return exactLogPartition(this.toRbm());
  }

  /**
   * log p(v) of every row, exactly. Given v the rest is an RBM of h^1, whose biases are changed by W_1^T v, and h^2.
   *
   * @throws ArgumentError if the machine is too large for exact sums, ShapeError or DataError for rows that are not states
   */
  exactLogLikelihood(visible: Rows): Float64Array {
    const rows = rowsOfLayer("visible", this.visible, visible);
    const logZ = this.exactLogPartition();
    const energies = this.visible.energy(visible, new Float64Array(rows));
    const inputs = toHidden(this.weights[0], visible, new Float64Array(rows * this.hidden[0].width));
    return energies.map((energy, r) => {
      const lower = this.hidden[0].copy();
      lower.addToBiases(inputs.subarray(r * lower.width, (r + 1) * lower.width));
      return (
        exactLogPartition(new Rbm({ visible: lower, hidden: this.hidden[1], weights: this.weights[1] })) - energy - logZ
      );
    });
  }
}

function block({ columns, values }: Matrix, top: number, left: number, rows: number, width: number): Matrix {
  const part = matrix(rows, width);
  for (let i = 0; i < rows; i++) {
    const from = (top + i) * columns + left;
    part.values.set(values.subarray(from, from + width), i * width);
  }
  return part;
}
