import {
  type AnnealedChains,
  buildFitting,
  defaultWorkspace,
  exp,
  log,
  type MakeWorkspace,
  type Matrix,
  type Random,
  type Workspace,
} from "engram";

/** How the source's chains move. */
export interface HiddenChainsOptions {
  readonly beta: number;
  readonly chains: number;
  readonly random: Random;
  readonly workspace?: MakeWorkspace | undefined;
}

/** Length of a leapfrog step, and how many make a move. */
const STEP = 0.2;
const LEAPFROGS = 2;

/**
 * The estimator of log Z that the source uses: annealed importance sampling in the hidden layer alone, from a standard normal
 * distribution N(h) to
 *
 *     q(h) (beta / 2 pi)^(p/2),   q(h) = exp(-beta |h|^2 / 2) prod_i 2 cosh(beta (W h)_i)
 *
 * along N^(1 - lambda) q^lambda, with a Hamiltonian Monte Carlo move of two leapfrog steps of 0.2 at every lambda (Neal, MCMC
 * using Hamiltonian dynamics, 2011). The last normaliser is Z of the spins. States are in single precision, as the source's.
 */
export class HiddenChains implements AnnealedChains {
  readonly count: number;
  readonly logPartition = 0;
  /** Moves that were accepted, and all moves. */
  readonly moves = { accepted: 0, made: 0 };
  readonly #beta: number;
  readonly #hidden: number;
  readonly #units: number;
  readonly #random: Random;
  readonly #workspace: Workspace;
  readonly #arrays: Arrays;
  readonly #sums: Float64Array;
  /** log N(h) and log of the target of every chain. */
  readonly #normal: Float64Array;
  readonly #target: Float64Array;

  constructor(weights: Matrix, { beta, chains, random, workspace = defaultWorkspace }: HiddenChainsOptions) {
    this.count = chains;
    this.#beta = beta;
    this.#hidden = weights.columns;
    this.#units = weights.rows;
    this.#random = random;
    const { workspace: place, built } = buildFitting(workspace, (room) => new Arrays(room, weights, chains));
    this.#workspace = place;
    this.#arrays = built;
    built.load(place, weights);
    this.#sums = new Float64Array(built.sums);
    this.#normal = new Float64Array(chains);
    this.#target = new Float64Array(chains);
  }

  drawBase(): void {
    const { states } = this.#arrays;
    for (let k = 0; k < states.length; k++) states[k] = this.#random.normal();
    this.#measure(this.#normal, this.#target);
  }

  addLogRatios(from: number, to: number, out: Float64Array): void {
    for (let r = 0; r < this.count; r++) out[r] += (to - from) * (this.#target[r] - this.#normal[r]);
  }

  move(lambda: number): void {
    const { states, momenta, before } = this.#arrays;
    before.set(states);
    for (let k = 0; k < momenta.length; k++) momenta[k] = this.#random.normal();
    const kinetic = this.#kinetic();
    const [normal, target] = [this.#normal.slice(), this.#target.slice()];
    this.#push(lambda, STEP / 2);
    for (let leap = 1; leap <= LEAPFROGS; leap++) {
      for (let k = 0; k < states.length; k++) states[k] += STEP * momenta[k];
      this.#push(lambda, leap === LEAPFROGS ? STEP / 2 : STEP);
    }
    const after = this.#kinetic();
    this.#measure(this.#normal, this.#target, true);
    for (let r = 0; r < this.count; r++) {
      const gain =
        (1 - lambda) * (this.#normal[r] - normal[r]) + lambda * (this.#target[r] - target[r]) - (after[r] - kinetic[r]);
      const accepted = this.#random.uniform() < exp(Math.min(0, gain));
      this.moves.made++;
      if (accepted) this.moves.accepted++;
      else {
        const [from, to] = [r * this.#hidden, (r + 1) * this.#hidden];
        states.set(before.subarray(from, to), from);
        this.#normal[r] = normal[r];
        this.#target[r] = target[r];
      }
    }
  }

  /** h of every chain, row after row. */
  states(): Float64Array {
    return Float64Array.from(this.#arrays.states);
  }

  /** Puts the chains at h, row after row. */
  place(states: ArrayLike<number>): void {
    this.#arrays.states.set(states);
    this.#measure(this.#normal, this.#target);
  }

  /** Gives the memory of the chains back; they cannot be used after it. */
  dispose(): void {
    this.#workspace.dispose();
  }

  #kinetic(): Float64Array {
    const { momenta } = this.#arrays;
    const energies = new Float64Array(this.count);
    for (let r = 0, k = 0; r < this.count; r++) {
      for (let j = 0; j < this.#hidden; j++, k++) energies[r] += (momenta[k] * momenta[k]) / 2;
    }
    return energies;
  }

  /** W h of every chain. */
  #feel(): void {
    const { states, transposed, fields } = this.#arrays;
    this.#workspace.product({
      rows: this.count,
      inner: this.#hidden,
      columns: this.#units,
      a: { kind: "dense", values: states },
      b: transposed,
      out: fields,
    });
  }

  /** Both logarithms of every chain; `felt` where the fields are those of the states. */
  #measure(normal: Float64Array, target: Float64Array, felt = false): void {
    const { states, fields } = this.#arrays;
    const [p, n, beta] = [this.#hidden, this.#units, this.#beta];
    if (!felt) this.#feel();
    // log 2 cosh x = log(1 + e^2x) - x.
    this.#workspace.softplusSums(fields, this.count, n, 2 * beta, this.#arrays.logs);
    for (let r = 0, k = 0; r < this.count; r++) {
      let [square, along] = [0, 0];
      for (let j = 0; j < p; j++, k++) {
        square += states[k] * states[k];
        along += states[k] * this.#sums[j];
      }
      normal[r] = -square / 2 - (p / 2) * log(2 * Math.PI);
      target[r] = this.#arrays.logs[r] - beta * along - (beta * square) / 2 + (p / 2) * log(beta / (2 * Math.PI));
    }
  }

  /** Momenta += time times the gradient of log N^(1 - lambda) q^lambda. */
  #push(lambda: number, time: number): void {
    const { states, momenta, fields, means, pulls, weights } = this.#arrays;
    const [p, n, beta] = [this.#hidden, this.#units, this.#beta];
    this.#feel();
    this.#workspace.draw({ rows: this.count, columns: n, inputs: fields, slope: 2 * beta, means });
    this.#workspace.product({
      rows: this.count,
      inner: n,
      columns: p,
      a: { kind: "dense", values: means },
      b: weights,
      out: pulls,
    });
    const hold = 1 - lambda + lambda * beta;
    for (let r = 0, k = 0; r < this.count; r++) {
      for (let j = 0; j < p; j++, k++) {
        // W^T tanh(beta W h) from the means (1 + tanh) / 2.
        momenta[k] += time * (lambda * beta * (2 * pulls[k] - this.#sums[j]) - hold * states[k]);
      }
    }
  }
}

/** What lives in the workspace. */
class Arrays {
  /** W, and its transpose. */
  readonly weights: Float32Array;
  readonly transposed: Float32Array;
  /** sum_i W_ij */
  readonly sums: Float32Array;
  readonly states: Float32Array;
  readonly before: Float32Array;
  readonly momenta: Float32Array;
  readonly pulls: Float32Array;
  readonly fields: Float32Array;
  readonly means: Float32Array;
  readonly logs: Float64Array;

  constructor(workspace: Workspace, { rows, columns }: Matrix, chains: number) {
    this.weights = workspace.float32(rows * columns);
    this.transposed = workspace.float32(rows * columns);
    this.sums = workspace.float32(columns);
    this.states = workspace.float32(chains * columns);
    this.before = workspace.float32(chains * columns);
    this.momenta = workspace.float32(chains * columns);
    this.pulls = workspace.float32(chains * columns);
    this.fields = workspace.float32(chains * rows);
    this.means = workspace.float32(chains * rows);
    this.logs = workspace.float64(chains);
  }

  load(workspace: Workspace, { rows, columns, values }: Matrix): void {
    this.weights.set(values);
    workspace.transpose(this.weights, rows, columns, this.transposed);
    workspace.columnSums(this.weights, rows, columns, this.sums);
  }
}
