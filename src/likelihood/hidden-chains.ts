import { disposeSymbol } from "../disposing.js";
import { ArgumentError, requireInteger, requireOptions } from "../errors.js";
import { buildFitting, defaultWorkspace, Held, type MakeWorkspace } from "../kernels/index.js";
import { ChainStreams } from "../layers/chain-streams.js";
import { requireGaussian, requireSpins } from "../mapping/hidden-density.js";
import { exp, log } from "../math/elementary.js";
import { type Random, requireRandom } from "../math/random.js";
import type { Rbm } from "../models/index.js";
import type { Rows } from "../units/index.js";
import { requireBeta } from "../units/units.js";
import type { AnnealedChains } from "./annealing.js";
import { HiddenRows } from "./hidden-rows.js";

/** Options of chains of hidden units. */
export interface HiddenChainsOptions {
  /** Generator; the draws of a chain depend only on it, the index of the chain and the step. */
  readonly random: Random;
  /** Number of chains, at least 2; defaults to 100. */
  readonly chains?: number | undefined;
  /** Inverse temperature of the machine, above 0; defaults to 1. */
  readonly beta?: number | undefined;
  /** Length of a leapfrog step in widths of the hidden units, 1 / sqrt(gamma), above 0; defaults to 0.2. */
  readonly stepLength?: number | undefined;
  /** Number of leapfrog steps of a move, at least 1; defaults to 2. */
  readonly leapfrogs?: number | undefined;
  /** Workspace that stores and computes the chains; defaults to `defaultWorkspace`. */
  readonly workspace?: MakeWorkspace | undefined;
}

/**
 * Chains on a path of densities of the hidden units, for an RBM of spins and gaussian hidden units such as `toRbm` makes of
 * a Hopfield net. With the spins summed out (Smart and Zilman, On the mapping between Hopfield networks and Restricted
 * Boltzmann Machines, 2021, eq. 7), and for hidden units of mean 0 and precision 1,
 *
 *     q(h) = exp(-beta |h|^2 / 2) prod_i 2 cosh(beta (b_i + (W h)_i)),   int q(h) dh = Z,
 *
 * and the path is N(h)^(1 - lambda) ((beta / 2 pi)^(p/2) q(h))^lambda with the standard normal density N; other means and
 * precisions are a change of variables. A move is one of Hamiltonian Monte Carlo (Neal, MCMC using Hamiltonian dynamics,
 * 2011). Z is that of the RBM. Z of the spins alone, sum_s exp(beta |W^T s|^2 / 2 + beta b^T s), is the mean of the weights,
 * which are taken relative to `logPartition`. States are in single precision, the sums of the weights in double precision.
 *
 * See `hiddenLogPartition` for its reliability.
 */
export class HiddenChains implements AnnealedChains {
  readonly rbm: Rbm;
  readonly count: number;
  readonly beta: number;
  /** 1/2 sum_j log(2 pi / (beta gamma_j)) */
  readonly logPartition: number;
  /** Number of accepted moves, and of all moves. */
  readonly moves = { accepted: 0, made: 0 };
  readonly #stepLength: number;
  readonly #leapfrogs: number;
  readonly #held: Held<{ readonly rows: HiddenRows; readonly streams: ChainStreams }>;
  #step = 0;
  /** log N and the log density at the end of the path, of every chain. */
  readonly #normal: Float64Array;
  readonly #target: Float64Array;

  /**
   * @throws ArgumentError for visible units that are not spins, hidden ones that are not gaussian, fewer than two chains, a
   *   missing generator, a beta or a step length that is not above 0, or fewer than one leapfrog step
   */
  constructor(rbm: Rbm, options: HiddenChainsOptions) {
    requireOptions(options, "{ random }");
    const { random, chains = 100, beta = 1, stepLength = 0.2, leapfrogs = 2, workspace = defaultWorkspace } = options;
    requireSpins(rbm);
    const { precision } = requireGaussian(rbm);
    requireBeta(beta);
    requireInteger("chains", chains, 2);
    if (!(stepLength > 0 && stepLength < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`stepLength is ${stepLength}; expected a finite number above 0`);
    }
    requireInteger("leapfrogs", leapfrogs, 1);
    this.rbm = rbm;
    this.count = chains;
    this.beta = beta;
    this.logPartition = precision.reduce((sum, gamma) => sum + log((2 * Math.PI) / (beta * gamma)) / 2, 0);
    this.#stepLength = stepLength;
    this.#leapfrogs = leapfrogs;
    requireRandom(random, "annealed importance sampling");
    this.#held = new Held(
      "chains",
      buildFitting(workspace, (room) => ({
        rows: new HiddenRows(room, rbm, chains, beta),
        streams: new ChainStreams(room, random, chains),
      })),
    );
    this.#rows.load(rbm);
    this.#normal = new Float64Array(chains);
    this.#target = new Float64Array(chains);
  }

  drawBase(): void {
    this.#rows.draw(this.#rows.states, this.#streams, this.#step++);
    this.#rows.setInputs();
    this.#rows.measure(this.#normal, this.#target);
  }

  addLogRatios(from: number, to: number, out: Float64Array): void {
    for (let r = 0; r < this.count; r++) out[r] += (to - from) * (this.#target[r] - this.#normal[r]);
  }

  move(lambda: number): void {
    const rows = this.#rows;
    rows.keep();
    rows.draw(rows.momenta, this.#streams, this.#step++);
    const kinetic = this.#kinetic();
    const [normal, target] = [this.#normal.slice(), this.#target.slice()];
    rows.kick(lambda, this.#stepLength / 2);
    for (let leap = 1; leap <= this.#leapfrogs; leap++) {
      rows.drift(this.#stepLength);
      rows.kick(lambda, leap === this.#leapfrogs ? this.#stepLength / 2 : this.#stepLength);
    }
    const after = this.#kinetic();
    rows.measure(this.#normal, this.#target);
    const streams = this.#streams.at(this.#step++, this.count);
    for (let r = 0; r < this.count; r++) {
      const gain =
        (1 - lambda) * (this.#normal[r] - normal[r]) + lambda * (this.#target[r] - target[r]) - (after[r] - kinetic[r]);
      const accepted = streams[r].uniform() < exp(Math.min(0, gain));
      this.moves.made++;
      if (accepted) this.moves.accepted++;
      else {
        rows.goBack(r);
        this.#normal[r] = normal[r];
        this.#target[r] = target[r];
      }
    }
  }

  /** h of every chain, row after row. */
  states(): Float64Array {
    return this.#rows.read();
  }

  /**
   * Sets chain r to row r, repeating the rows if there are fewer than chains.
   *
   * @throws ShapeError or DataError for rows that are not states of the hidden layer
   */
  place(hidden: Rows): void {
    this.#rows.place(hidden, this.rbm.rowsOfHidden(hidden));
    this.#rows.measure(this.#normal, this.#target);
  }

  get #rows(): HiddenRows {
    return this.#held.value.rows;
  }

  get #streams(): ChainStreams {
    return this.#held.value.streams;
  }

  /** Releases the memory of the chains, which cannot be used afterwards. */
  dispose(): void {
    this.#held.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  #kinetic(): Float64Array {
    const { momenta, width } = this.#rows;
    const energies = new Float64Array(this.count);
    for (let r = 0, k = 0; r < this.count; r++) {
      for (let j = 0; j < width; j++, k++) energies[r] += (momenta[k] * momenta[k]) / 2;
    }
    return energies;
  }
}
