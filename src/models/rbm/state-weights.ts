import { requireFiniteResult, requireFiniteResults } from "../../errors.js";
import { exp, log } from "../../math/elementary.js";
import { type Matrix, transpose } from "../../math/matrix.js";
import type { Units } from "../../units/index.js";
import type { Rbm } from "./rbm.js";

/** Called with the state of one layer, its inputs to the other, and Gamma(W x) - beta E(x). */
export type VisitState = (state: Float64Array, inputs: Float64Array, logWeight: number) => void;

/** Called with Gamma(W x) - beta E(x) of the next state. */
export type VisitWeight = (logWeight: number) => void;

/** A product of numbers above 1 that exceeds this is replaced by its logarithm before it overflows. */
const LARGE = 1e150;

/** LARGE times e^ROOM does not overflow. */
const ROOM = 360;

/** Largest number of entries of a table of factors. */
const MOST_FACTORS = 2 ** 24;

/** Every state of a layer in its order: the first unit changes last. */
export function eachState(rbm: Rbm, layer: "visible" | "hidden", beta: number, visit: VisitState): void {
  const { own, other, weights } = sides(rbm, layer);
  const energy = new Float64Array(1);
  const cumulant = new Float64Array(1);
  walkStates(own, weights, (state, inputs) => {
    own.energy(state, energy);
    other.cumulant(inputs, beta, cumulant);
    requireFiniteResults("inputs", inputs);
    visit(state, inputs, requireFiniteResult("log weight", cumulant[0] - beta * energy[0]));
  });
}

/**
 * Gamma(W x) - beta E(x) of every state x of a layer, in the order of `eachState`. If the other layer has two-state units,
 * Gamma is, up to a linear part, log prod_j (1 + e^f_j), and f is a sum over the units of x. Then e^f_j is a product of
 * factors that are computed once, and few logarithms remain.
 */
export function eachStateWeight(rbm: Rbm, layer: "visible" | "hidden", beta: number, visit: VisitWeight): void {
  const factors = Factors.of(rbm, layer, beta);
  if (factors === undefined) eachState(rbm, layer, beta, (_, __, logWeight) => visit(logWeight));
  else factors.walk(visit);
}

/** Sets `row` to the state with the given number in the order of `eachState`. */
export function setStateNumber(units: Units, number: number, row: Float64Array): void {
  for (let unit = units.count - 1, left = number; unit >= 0; unit--) {
    units.setState(unit, left % units.states, row);
    left = Math.floor(left / units.states);
  }
}

function sides(rbm: Rbm, layer: "visible" | "hidden"): { own: Units; other: Units; weights: Matrix } {
  const { visible, hidden, weights } = rbm;
  if (layer === "visible") return { own: visible, other: hidden, weights };
  return { own: hidden, other: visible, weights: transpose(weights) };
}

/** Every state of a layer, unit by unit: states that agree up to a unit share the inputs of the units in which they agree. */
function walkStates(
  units: Units,
  { columns: k, values }: Matrix,
  visit: (state: Float64Array, inputs: Float64Array) => void,
): void {
  const state = new Float64Array(units.width);
  const inputs = Array.from({ length: units.count + 1 }, () => new Float64Array(k));
  const size = units.width / units.count;
  const descend = (unit: number): void => {
    if (unit === units.count) {
      visit(state, inputs[unit]);
      return;
    }
    const sums = inputs[unit + 1];
    for (let s = 0; s < units.states; s++) {
      units.setState(unit, s, state);
      sums.set(inputs[unit]);
      for (let i = unit * size; i < (unit + 1) * size; i++) {
        if (state[i] === 0) continue;
        for (let j = 0; j < k; j++) sums[j] += state[i] * values[i * k + j];
      }
      descend(unit + 1);
    }
  };
  descend(0);
}

/** e^(f_j) of two-state units as a product over the units of the layer that is listed. */
class Factors {
  readonly #own: Units;
  readonly #beta: number;
  /** Number of factors 1 + e^f_j to multiply before their product is compared with LARGE. */
  readonly #safe: number;
  /** e^(beta range b_j), j = 0 ... k - 1. */
  readonly #base: Float64Array;
  /** e^(beta range (W x)_j) of each unit alone, unit by unit and state by state. */
  readonly #factors: readonly (readonly Float64Array[])[];
  /** Whether there are other factors than 1. */
  readonly #changes: readonly (readonly boolean[])[];
  /** The sum of beta low f_j / (beta range): of no unit, then unit by unit and state by state. */
  readonly #constant: number;
  readonly #linear: readonly (readonly number[])[];

  /** The factors; undefined unless the other layer has two-state units, or if they are too large or too many. */
  static of(rbm: Rbm, layer: "visible" | "hidden", beta: number): Factors | undefined {
    const { own, other, weights } = sides(rbm, layer);
    if (other.twoStates === undefined || own.count * own.states * other.width > MOST_FACTORS) return undefined;
    const { low, high } = other.twoStates;
    const slope = beta * (high - low);
    const largest = other.parameters.map((b) => Math.abs(slope * b));
    const fields = Array.from({ length: own.count }, (_, unit) => unitFields(own, unit, weights, slope));
    for (const states of fields) {
      for (let j = 0; j < largest.length; j++) largest[j] += Math.max(...states.map((field) => Math.abs(field[j])));
    }
    // log(1 + e^f) < f + 1 for f >= 0.
    const safe = Math.floor(ROOM / (1 + largest.reduce((most, field) => Math.max(most, field), 0)));
    if (!(safe >= 1)) return undefined;
    const base = other.parameters.map((b) => slope * b);
    return new Factors(own, beta, base, fields, low / (high - low), safe);
  }

  private constructor(
    own: Units,
    beta: number,
    base: Float64Array,
    fields: readonly Float64Array[][],
    low: number,
    safe: number,
  ) {
    this.#own = own;
    this.#safe = safe;
    this.#beta = beta;
    this.#base = base.map(exp);
    this.#changes = fields.map((states) => states.map((field) => field.some((f) => f !== 0)));
    this.#factors = fields.map((states) => states.map((field) => field.map(exp)));
    this.#constant = low * sum(base);
    this.#linear = fields.map((states) => states.map((field) => low * sum(field)));
  }

  walk(visit: VisitWeight): void {
    const own = this.#own;
    const last = own.count - 1;
    const state = new Float64Array(own.width);
    const energy = new Float64Array(1);
    const levels = Array.from({ length: own.count }, () => new Float64Array(this.#base.length));
    const descend = (unit: number, powers: Float64Array, linear: number): void => {
      for (let s = 0; s < own.states; s++) {
        own.setState(unit, s, state);
        const factors = this.#factors[unit][s];
        const total = linear + this.#linear[unit][s];
        if (unit === last) {
          own.energy(state, energy);
          const logWeight = total + logProduct(powers, factors, this.#safe) - this.#beta * energy[0];
          visit(requireFiniteResult("log weight", logWeight));
        } else if (this.#changes[unit][s]) {
          const next = levels[unit];
          for (let j = 0; j < next.length; j++) next[j] = powers[j] * factors[j];
          descend(unit + 1, next, total);
        } else {
          descend(unit + 1, powers, total);
        }
      }
    };
    descend(0, this.#base, this.#constant);
  }
}

/** slope (W x)_j of each state of one unit, without the other units. */
function unitFields(units: Units, unit: number, { columns: k, values }: Matrix, slope: number): Float64Array[] {
  const size = units.width / units.count;
  const state = new Float64Array(units.width);
  return Array.from({ length: units.states }, (_, s) => {
    units.setState(unit, s, state);
    const fields = new Float64Array(k);
    for (let i = unit * size; i < (unit + 1) * size; i++) {
      for (let j = 0; j < k; j++) fields[j] += slope * state[i] * values[i * k + j];
    }
    return fields;
  });
}

/** log prod_j (1 + x_j y_j); `safe` of its factors times LARGE do not overflow. */
function logProduct(x: Float64Array, y: Float64Array, safe: number): number {
  let logs = 0;
  let even = 1;
  let odd = 1;
  const pairs = x.length & ~1;
  for (let j = 0; j < pairs; ) {
    for (const end = Math.min(pairs, j + 2 * safe); j < end; j += 2) {
      even *= 1 + x[j] * y[j];
      odd *= 1 + x[j + 1] * y[j + 1];
    }
    if (even > LARGE || odd > LARGE) {
      logs += log(even) + log(odd);
      even = 1;
      odd = 1;
    }
  }
  if (pairs < x.length) even *= 1 + x[pairs] * y[pairs];
  return logs + log(even) + log(odd);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
