import { ArgumentError, requireInteger, ShapeError } from "../../errors.js";
import { sigmoid } from "../../math/log-sum-exp.js";
import { type Random, requireRandom } from "../../math/random.js";
import type { Rows } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import { colourClasses } from "./connections.js";
import type { BoltzmannMachine } from "./machine.js";
import { rowsOfLayer } from "./parts.js";

/** The visible units to clamp: all of them, or those with a 1 (or true) in a row of n values. */
export type Clamped = "visible" | ArrayLike<number | boolean>;

/** Options of Gibbs chains of a Boltzmann machine. */
export interface BoltzmannChainsOptions {
  /** Chain r draws from `random.fork(r)`: it depends neither on the other chains nor on their number. */
  readonly random: Random;
  /** Initial states, one row per chain, copied; they default to draws from the biases, unit by unit. */
  readonly visible?: Rows | undefined;
  /** Hidden units of these rows; they default to draws from their biases. */
  readonly hidden?: Rows | undefined;
  /** Number of chains if they do not start at given rows; defaults to 1. */
  readonly count?: number | undefined;
  /** Inverse temperature, above 0; defaults to 1. */
  readonly beta?: number | undefined;
  /** Visible units that keep the value of their row, while the chains sample the others; defaults to none. */
  readonly clamped?: Clamped | undefined;
  /** Order of the units in a sweep; defaults to "sequential". */
  readonly sweep?: "sequential" | "block" | undefined;
  /**
   * Number of sweeps that chains at given rows have already made: they continue with the next random numbers, as if they had
   * not been stopped. Defaults to 0.
   */
  readonly sweeps?: number | undefined;
}

/** Number of words of a random number that draws a unit. */
const WORDS = 2;

/**
 * Gibbs sampling: independent Markov chains that draw one unit after the other given all others, x_i having its upper
 * value with probability 1 / (1 + exp(-beta (high - low) (a_i + sum_j L_ij x_j))). p(x) = exp(-beta E(x)) / Z is
 * stationary, and, with units clamped, p of the rest given these (Geman and Geman, Stochastic relaxation, 1984).
 *
 * A "sequential" sweep takes the units in their order. A "block" sweep takes colour class after colour class of the graph
 * of couplings, the last first: units of a class are not coupled, so drawing them in any order equals drawing them at
 * once. Without couplings within the layers this is the block Gibbs sampling of an RBM, all hidden units and then all
 * visible ones. The chains use the current parameters of the machine as it learns.
 */
export class BoltzmannChains {
  readonly machine: BoltzmannMachine;
  readonly count: number;
  readonly beta: number;
  readonly #streams: readonly Random[];
  /** The values of each unit in all chains, unit after unit: inputs are summed for all chains at once. */
  readonly #values: Float64Array;
  readonly #order: Uint32Array;

  /**
   * @throws ArgumentError for a count below 1, a beta that is not above 0, a missing generator, or clamped units or sweeps
   *   without rows; ShapeError or DataError for rows that are not states of their layer
   */
  constructor(machine: BoltzmannMachine, options: BoltzmannChainsOptions) {
    const { random, visible, hidden, count = 1, beta = 1, clamped, sweep = "sequential", sweeps = 0 } = options;
    requireBeta(beta);
    requireInteger("count", count, 1);
    requireInteger("sweeps", sweeps, 0);
    if (sweeps > 0 && visible === undefined) {
      throw new ArgumentError(`sweeps is ${sweeps} but visible is missing; pass the current rows of the chains`);
    }
    requireRandom(random, "Gibbs sampling");
    const held = heldUnits(machine, clamped, visible);
    this.#order = sweepOrder(machine, sweep).filter((i) => held[i] === 0);
    const rows = visible === undefined ? count : rowsOfLayer("visible", machine.visible, visible);
    requireFitting(machine, rows, visible, hidden);
    this.machine = machine;
    this.count = rows;
    this.beta = beta;
    this.#streams = Array.from({ length: rows }, (_, r) => random.fork(r).skip(sweeps * this.#order.length * WORDS));
    this.#values = new Float64Array(rows * machine.units);
    this.#start(visible, hidden);
  }

  /** All units of every chain, visible first, row after row, copied. */
  get states(): Float64Array {
    return this.#rows(0, this.machine.units);
  }

  /** The visible units of every chain, row after row, copied. */
  get visible(): Float64Array {
    return this.#rows(0, this.machine.visible.count);
  }

  /** The hidden units of every chain, row after row, copied. */
  get hidden(): Float64Array {
    return this.#rows(this.machine.visible.count, this.machine.units);
  }

  /**
   * Makes sweeps, each of which draws every unit that is not clamped once.
   *
   * @throws ArgumentError unless sweeps is an integer of at least 0
   */
  advance(sweeps = 1): this {
    requireInteger("sweeps", sweeps, 0);
    const { units, couplings, bias, low, high, graph } = this.machine;
    const { beta, count } = this;
    const values = this.#values;
    const inputs = new Float64Array(count);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      for (const i of this.#order) {
        inputs.fill(0);
        for (let at = graph.starts[i]; at < graph.starts[i + 1]; at++) {
          const j = graph.neighbours[at];
          const w = couplings.values[i * units + j];
          for (let r = 0, from = j * count; r < count; r++, from++) inputs[r] += w * values[from];
        }
        const scale = beta * (high[i] - low[i]);
        for (let r = 0, to = i * count; r < count; r++, to++) {
          values[to] = this.#streams[r].uniform() < sigmoid(scale * (bias[i] + inputs[r])) ? high[i] : low[i];
        }
      }
    }
    return this;
  }

  /** Draws initial states that are not given, from their own streams: sweeps draw the same numbers from any start. */
  #start(visible: Rows | undefined, hidden: Rows | undefined): void {
    const { units, bias, low, high } = this.machine;
    const n = this.machine.visible.count;
    for (let r = 0; r < this.count; r++) {
      const stream = this.#streams[r].fork(0);
      for (let i = 0; i < units; i++) {
        const drawn = stream.uniform() < sigmoid(this.beta * (high[i] - low[i]) * bias[i]) ? high[i] : low[i];
        const given = i < n ? visible?.[r * n + i] : hidden?.[r * (units - n) + i - n];
        this.#values[i * this.count + r] = given ?? drawn;
      }
    }
  }

  #rows(from: number, to: number): Float64Array {
    const width = to - from;
    return Float64Array.from(
      { length: this.count * width },
      (_, at) => this.#values[(from + (at % width)) * this.count + Math.floor(at / width)],
    );
  }
}

/** 1 for every unit that is clamped; throws unless `clamped` names visible units of given rows. */
export function heldUnits(
  machine: BoltzmannMachine,
  clamped: Clamped | undefined,
  visible: Rows | undefined,
): Uint8Array {
  const held = new Uint8Array(machine.units);
  if (clamped === undefined) return held;
  if (visible === undefined) {
    throw new ArgumentError("clamped is given without visible; pass the rows with the values of the clamped units");
  }
  const n = machine.visible.count;
  if (clamped === "visible") return held.fill(1, 0, n);
  if (typeof clamped === "string") {
    throw new ArgumentError(`clamped is ${JSON.stringify(clamped)}; expected "visible" or a row of 0 and 1`);
  }
  if (clamped.length !== n) {
    throw new ShapeError(`clamped has ${clamped.length} values; ${n} visible units need one each`);
  }
  for (let i = 0; i < n; i++) {
    const value = Number(clamped[i]);
    if (value !== 0 && value !== 1) {
      throw new ArgumentError(`clamped[${i}] is ${clamped[i]}; expected 1 for a clamped unit, 0 for any other`);
    }
    held[i] = value;
  }
  return held;
}

function sweepOrder({ units, graph }: BoltzmannMachine, sweep: string): Uint32Array {
  if (sweep === "sequential") return Uint32Array.from({ length: units }, (_, i) => i);
  if (sweep === "block") {
    return Uint32Array.from(
      colourClasses(graph)
        .reverse()
        .flatMap((members) => Array.from(members)),
    );
  }
  throw new ArgumentError(`sweep is ${JSON.stringify(sweep)}; expected "sequential" or "block"`);
}

function requireFitting(
  machine: BoltzmannMachine,
  rows: number,
  visible: Rows | undefined,
  hidden: Rows | undefined,
): void {
  if (hidden === undefined) return;
  if (machine.hidden === undefined) throw new ShapeError("hidden is given; the machine has 0 hidden units");
  if (visible === undefined) throw new ArgumentError("hidden is given without visible; pass the visible rows too");
  const others = rowsOfLayer("hidden", machine.hidden, hidden);
  if (others !== rows)
    throw new ShapeError(`visible has ${rows} rows but hidden has ${others}; expected the same number`);
}
