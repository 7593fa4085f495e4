import { requireNumber, ShapeError } from "../../errors.js";
import type { Matrix } from "../../math/matrix.js";
import { type Random, requireRandom } from "../../math/random.js";
import { type Rows, spin, type Units } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import { type Bond, IsingModel } from "../ising/model.js";
import type { Rbm } from "../rbm/rbm.js";
import { type Connections, type CouplingGraph, couplingGraph } from "./connections.js";
import { energyOf, type TwoStateEnergy } from "./energy.js";
import { logSumOverFree } from "./enumerate.js";
import { type CouplingParts, joinParts, requireFinite, requireSummable, rowsOfLayer, twoStates } from "./parts.js";

/** Layers and couplings of a Boltzmann machine. */
export interface BoltzmannOptions extends CouplingParts {
  /** Binary or spin units, whose biases are copied. */
  readonly visible: Units;
  /** Binary or spin units, whose biases are copied; omitted for a fully visible machine. */
  readonly hidden?: Units | undefined;
  /** Pairs of units that can be coupled, now and by learning; defaults to "all". */
  readonly connections?: Connections | CouplingGraph | undefined;
}

/** The parameters of E(v, h), copied: R, W, S row after row, b and c. */
export interface BoltzmannParts {
  readonly R: Matrix;
  readonly W: Matrix;
  readonly S: Matrix;
  readonly b: Float64Array;
  readonly c: Float64Array;
}

/**
 * A Boltzmann machine: n visible units v and k hidden units h, binary or spin, that may all be coupled (Ackley,
 * Hinton and Sejnowski, A learning algorithm for Boltzmann machines, 1985),
 *
 *     E(v, h) = -1/2 v^T R v - v^T W h - 1/2 h^T S h - b^T v - c^T h,   p(v, h) = exp(-beta E(v, h)) / Z,
 *
 * with R and S symmetric and zero on their diagonals. As in a Hopfield net, the half makes every pair of units count
 * once: E = -sum_{i<j} L_ij x_i x_j - sum_i a_i x_i over all units x = (v, h), with L = [R W; W^T S] and a = (b, c). A
 * source that writes -v^T R v without the half means the pairs i < j, too, or has half of these couplings.
 *
 * Units are numbered visible units first. `couplings` is L and `bias` is a; learning changes both in place. Batches are
 * rows one after the other in a Float64Array or Float32Array.
 */
export class BoltzmannMachine implements TwoStateEnergy {
  readonly visible: Units;
  readonly hidden: Units | undefined;
  /** n + k */
  readonly units: number;
  /** L: symmetric, and to be kept so, zero where `graph` has no edge. */
  readonly couplings: Matrix;
  /** a = (b, c), a copy of the biases of the given layers. */
  readonly bias: Float64Array;
  /** The two values of every unit: 0 and 1, or -1 and +1. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Which units may be coupled. */
  readonly graph: CouplingGraph;

  /**
   * @throws ArgumentError for units other than two-state ones, a matrix that is not symmetric or a unit coupled to itself,
   *   ShapeError for couplings that do not fit the layers, DataError for values that are not finite, or whose magnitudes add
   *   up to more than 2^900
   */
  constructor({ visible, hidden, connections = "all", ...parts }: BoltzmannOptions) {
    const [below, above] = [twoStates("visible", visible), hidden && twoStates("hidden", hidden)];
    const n = visible.count;
    this.visible = visible;
    this.hidden = hidden;
    this.units = n + (hidden?.count ?? 0);
    this.couplings = joinParts(parts, n, this.units - n);
    this.bias = Float64Array.from([...below.bias, ...(above?.bias ?? [])]);
    requireFinite("bias", this.bias);
    requireSummable("couplings and biases", this.couplings.values, this.bias);
    this.low = new Float64Array(this.units).fill(below.low, 0, n);
    this.high = new Float64Array(this.units).fill(below.high, 0, n);
    if (above !== undefined) {
      this.low.fill(above.low, n);
      this.high.fill(above.high, n);
    }
    this.graph = couplingGraph(this.couplings, n, connections);
  }

  /**
   * The machine of an RBM of binary or spin units: R = S = 0, also after learning.
   *
   * @throws ArgumentError for other units
   */
  static fromRbm({ visible, hidden, weights }: Rbm): BoltzmannMachine {
    return new BoltzmannMachine({ visible, hidden, weights, connections: "bipartite" });
  }

  /**
   * The fully visible machine of spins equal to an Ising model, R_ij = J_ij and b = H, connected by its bonds. Its energies
   * are those of the model minus the constant. Convert a Hopfield net by `IsingModel.fromNet`.
   */
  static fromIsing({ spins, bonds, field }: IsingModel): BoltzmannMachine {
    const rows = Array.from({ length: spins }, () => new Float64Array(spins));
    for (const [i, j, interaction] of bonds) rows[i][j] = rows[j][i] = interaction;
    const visible = spin(spins, { bias: field });
    return new BoltzmannMachine({ visible, visibleCouplings: rows, connections: "nonzero" });
  }

  /**
   * Adds normal numbers of the given standard deviation, which defaults to 0.1, to all couplings of the graph.
   *
   * @throws ArgumentError for a missing generator or a deviation below 0
   */
  perturb({ random, deviation = 0.1 }: { readonly random: Random; readonly deviation?: number }): this {
    requireRandom(random, "perturb");
    requireNumber("deviation", deviation, 0, Number.MAX_VALUE);
    const { units, graph, couplings } = this;
    for (let i = 0; i < units; i++) {
      for (let at = graph.starts[i]; at < graph.starts[i + 1]; at++) {
        const j = graph.neighbours[at];
        if (j < i) continue;
        couplings.values[i * units + j] += deviation * random.normal();
        couplings.values[j * units + i] = couplings.values[i * units + j];
      }
    }
    return this;
  }

  /** The parameters as named in the energy. */
  parts(): BoltzmannParts {
    const { units, couplings } = this;
    const n = this.visible.count;
    const block = (top: number, left: number, rows: number, columns: number): Matrix => {
      const values = new Float64Array(rows * columns);
      for (let i = 0; i < rows; i++) {
        const from = (top + i) * units + left;
        values.set(couplings.values.subarray(from, from + columns), i * columns);
      }
      return { rows, columns, values };
    };
    const k = units - n;
    return {
      R: block(0, 0, n, n),
      W: block(0, n, n, k),
      S: block(n, n, k, k),
      b: this.bias.slice(0, n),
      c: this.bias.slice(n),
    };
  }

  /**
   * The Ising model with the same energies, visible units first: a unit is x = mid + half s with a spin s, so that
   * J_ij = half_i half_j L_ij and H_i = half_i (a_i + sum_j L_ij mid_j); the remainder is the constant.
   */
  toIsing(): IsingModel {
    const { units, bias, low, high } = this;
    const L = this.couplings.values;
    const half = high.map((x, i) => (x - low[i]) / 2);
    const mid = high.map((x, i) => (x + low[i]) / 2);
    const bonds: Bond[] = [];
    const field = new Float64Array(units);
    let constant = 0;
    for (let i = 0; i < units; i++) {
      let input = 0;
      for (let j = 0; j < units; j++) {
        input += L[i * units + j] * mid[j];
        if (j > i && L[i * units + j] !== 0) bonds.push([i, j, half[i] * half[j] * L[i * units + j]]);
      }
      field[i] = half[i] * (bias[i] + input);
      constant -= mid[i] * (bias[i] + input / 2);
    }
    return new IsingModel(units, bonds, { field, constant });
  }

  /**
   * The rows (v, h) of both layers side by side, rows x units; a fully visible machine takes no `hidden`.
   *
   * @throws ShapeError or DataError for rows that are not states of their layer, ShapeError for different numbers of rows
   */
  join(visible: Rows, hidden?: Rows): Float64Array {
    const n = this.visible.count;
    const k = this.units - n;
    const rows = rowsOfLayer("visible", this.visible, visible);
    const others = this.hidden && hidden ? rowsOfLayer("hidden", this.hidden, hidden) : undefined;
    if ((this.hidden === undefined) !== (hidden === undefined)) {
      throw new ShapeError(`hidden is ${hidden ? "given" : "missing"}; the machine has ${k} hidden units`);
    }
    if (others !== undefined && others !== rows) {
      throw new ShapeError(`visible has ${rows} rows but hidden has ${others}; expected the same number`);
    }
    const joined = new Float64Array(rows * this.units);
    for (let r = 0; r < rows; r++) {
      joined.set(visible.subarray(r * n, (r + 1) * n), r * this.units);
      if (hidden !== undefined) joined.set(hidden.subarray(r * k, (r + 1) * k), r * this.units + n);
    }
    return joined;
  }

  /** E(v, h) of every pair of rows; E(v) without hidden units. Throws what `join` throws. */
  energy(visible: Rows, hidden?: Rows): Float64Array {
    const joined = this.join(visible, hidden);
    return Float64Array.from({ length: joined.length / this.units }, (_, r) =>
      energyOf(this, joined.subarray(r * this.units, (r + 1) * this.units)),
    );
  }

  /**
   * F(v) = -1/beta log sum_h exp(-beta E(v, h)) of every row, by listing all states of the hidden units.
   *
   * @throws ArgumentError for more than 24 hidden units or a beta that is not above 0, ShapeError or DataError for rows that
   *   are not states of the visible layer
   */
  freeEnergy(visible: Rows, { beta = 1 }: { readonly beta?: number | undefined } = {}): Float64Array {
    requireBeta(beta);
    const rows = rowsOfLayer("visible", this.visible, visible);
    const n = this.visible.count;
    const free = Uint32Array.from({ length: this.units - n }, (_, j) => n + j);
    const state = this.low.slice();
    return Float64Array.from({ length: rows }, (_, r) => {
      state.set(visible.subarray(r * n, (r + 1) * n));
      return -logSumOverFree(this, beta, state, free) / beta;
    });
  }
}
