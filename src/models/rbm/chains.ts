import { requireFiniteResults, requireInteger } from "../../errors.js";
import { type Random, requireRandom } from "../../math/random.js";
import type { Rows } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import { clampedValues } from "./clamped.js";
import { toHidden, toVisible } from "./products.js";
import type { Rbm } from "./rbm.js";

/** Options of Gibbs chains of an RBM. */
export interface GibbsOptions {
  /** Chain r draws from `random.fork(r)`: it depends neither on the other chains nor on their number. */
  readonly random: Random;
  /** Initial states, one row per chain, copied; default to `count` draws from the visible units without inputs. */
  readonly visible?: Rows | undefined;
  /** Indices of the visible values that keep their initial value; defaults to none. */
  readonly clamped?: ArrayLike<number> | undefined;
  /** Number of chains if they do not start at given rows; defaults to 1. */
  readonly count?: number | undefined;
  /** Inverse temperature, above 0; defaults to 1. */
  readonly beta?: number | undefined;
}

/**
 * Block Gibbs sampling: independent Markov chains that draw all hidden units given the visible ones, then all visible
 * units given the hidden ones. p(v, h) = exp(-beta E(v, h)) / Z is stationary (Smolensky, Information processing in
 * dynamical systems, 1986). The chains use the current weights and parameters of the machine as they change.
 *
 * With some visible values clamped, the chains sample the others: p(v, h) given the clamped values is then stationary.
 */
export class GibbsChains {
  readonly rbm: Rbm;
  readonly count: number;
  readonly beta: number;
  /** v of every chain, row after row; the next step overwrites it. */
  readonly visible: Float64Array;
  /** The h given which v was drawn; zero before the first step. */
  readonly hidden: Float64Array;
  readonly #streams: readonly Random[];
  readonly #clamped: Uint32Array;
  /** The clamped values of every chain, in the order of `#clamped`. */
  readonly #held: Float64Array;
  readonly #visibleInputs: Float64Array;
  readonly #hiddenInputs: Float64Array;

  /**
   * @throws ArgumentError for a count below 1, a beta that is not above 0, a missing generator, or clamped values without
   *   initial states, ShapeError or DataError for rows that are not states of the visible layer, or unknown clamped values
   */
  constructor(rbm: Rbm, { random, visible, count = 1, beta = 1, clamped = [] }: GibbsOptions) {
    requireBeta(beta);
    requireInteger("count", count, 1);
    requireRandom(random, "Gibbs sampling");
    const chains = visible === undefined ? count : rbm.rowsOfVisible(visible);
    this.#clamped = clampedValues(rbm, clamped, visible);
    this.rbm = rbm;
    this.count = chains;
    this.beta = beta;
    this.#streams = Array.from({ length: chains }, (_, r) => random.fork(r));
    this.#visibleInputs = new Float64Array(chains * rbm.visible.width);
    this.#hiddenInputs = new Float64Array(chains * rbm.hidden.width);
    this.hidden = new Float64Array(chains * rbm.hidden.width);
    this.visible = new Float64Array(chains * rbm.visible.width);
    if (visible === undefined) rbm.visible.sample(this.#visibleInputs, beta, this.#streams, this.visible);
    else this.visible.set(visible);
    this.#held = new Float64Array(chains * this.#clamped.length);
    this.#eachClamped((value, at) => {
      this.#held[at] = this.visible[value];
    });
  }

  /**
   * Makes steps, each of which samples both layers.
   *
   * @throws ArgumentError unless steps is an integer of at least 0, DataError for inputs or states that overflow
   */
  advance(steps = 1): this {
    requireInteger("steps", steps, 0);
    const { visible, hidden, weights } = this.rbm;
    for (let step = 0; step < steps; step++) {
      toHidden(weights, this.visible, this.#hiddenInputs);
      hidden.sample(this.#hiddenInputs, this.beta, this.#streams, this.hidden);
      requireFiniteResults("hidden", this.hidden);
      toVisible(weights, this.hidden, this.#visibleInputs);
      visible.sample(this.#visibleInputs, this.beta, this.#streams, this.visible);
      requireFiniteResults("visible", this.visible);
      this.#eachClamped((value, at) => {
        this.visible[value] = this.#held[at];
      });
    }
    return this;
  }

  /** Visits every clamped value of every chain, with its index in `visible` and in `#held`. */
  #eachClamped(visit: (value: number, at: number) => void): void {
    const { width } = this.rbm.visible;
    for (let r = 0, at = 0; r < this.count; r++) {
      for (const i of this.#clamped) visit(r * width + i, at++);
    }
  }
}
