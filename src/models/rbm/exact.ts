import { ArgumentError } from "../../errors.js";
import { exp } from "../../math/elementary.js";
import { LogSum } from "../../math/log-sum-exp.js";
import { type Matrix, transpose } from "../../math/matrix.js";
import type { Rows, Units } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import { addProducts } from "./products.js";
import type { AtBeta, Rbm, RbmGradient } from "./rbm.js";

/** How to sum over all states. */
export interface ExactOptions {
  /** Inverse temperature, above 0; 1 where it is left out. */
  readonly beta?: number | undefined;
  /** The layer whose states are listed, while the other is summed out; the one with fewer states if left out. */
  readonly over?: "visible" | "hidden" | undefined;
}

/** As many states as 24 binary units have, in bits. */
const MOST_BITS = 24;

/**
 * log Z, Z = sum_v,h exp(-beta E(v, h)): the states x of one layer are listed and the other layer is summed out,
 * log sum_x exp(Gamma(W x) - beta E(x)). The work doubles with every unit of the layer.
 *
 * @throws ArgumentError where the layer has units of real values, or more states than 24 binary units
 */
export function exactLogPartition(rbm: Rbm, { beta = 1, over }: ExactOptions = {}): number {
  requireBeta(beta);
  const sum = new LogSum();
  eachState(rbm, over, beta, (_, __, logWeight) => sum.add(logWeight));
  return sum.value;
}

/**
 * log p(v) = -beta F(v) - log Z of every row; a density, where the visible units are gaussian or relu.
 *
 * @throws ArgumentError where neither layer is small enough, as for `exactLogPartition`
 */
export function exactLogLikelihood(rbm: Rbm, visible: Rows, options: ExactOptions & AtBeta = {}): Float64Array {
  const { beta = 1, out } = options;
  const logs = rbm.freeEnergy(visible, { beta, out });
  const logZ = exactLogPartition(rbm, options);
  for (let r = 0; r < logs.length; r++) logs[r] = -beta * logs[r] - logZ;
  return logs;
}

/**
 * The derivative of the mean of log p(v) over the rows by all parameters: beta times the mean of -dF/dtheta over the rows
 * less that over the model, which is summed over all states.
 *
 * @throws ArgumentError where neither layer is small enough, as for `exactLogPartition`
 */
export function exactGradient(rbm: Rbm, visible: Rows, options: ExactOptions = {}): RbmGradient {
  const { beta = 1, over } = options;
  const gradient = rbm.zeroGradient();
  rbm.addGradient(visible, (beta * rbm.visible.width) / visible.length, gradient, { beta });
  const logZ = exactLogPartition(rbm, options);
  const layer = chosen(rbm, over);
  const [own, other] = layer === "visible" ? [rbm.visible, rbm.hidden] : [rbm.hidden, rbm.visible];
  const means = new Float64Array(other.width);
  eachState(rbm, over, beta, (state, inputs, logWeight) => {
    const weight = -beta * exp(logWeight - logZ);
    other.mean(inputs, beta, means);
    const [v, h] = layer === "visible" ? [state, means] : [means, state];
    addProducts(v, h, rbm.visible.width, rbm.hidden.width, weight, gradient.weights);
    own.addGradient(state, weight, gradient[layer]);
    other.addMeanGradient(inputs, beta, weight, gradient[layer === "visible" ? "hidden" : "visible"]);
  });
  return gradient;
}

type Visit = (state: Float64Array, inputs: Float64Array, logWeight: number) => void;

/** Every state x of a layer, with the inputs that it makes to the other and Gamma(W x) - beta E(x). */
export function eachState(rbm: Rbm, over: ExactOptions["over"], beta: number, visit: Visit): void {
  const visible = chosen(rbm, over) === "visible";
  const [own, other] = visible ? [rbm.visible, rbm.hidden] : [rbm.hidden, rbm.visible];
  const energy = new Float64Array(1);
  const cumulant = new Float64Array(1);
  walkStates(own, visible ? rbm.weights : transpose(rbm.weights), (state, inputs) => {
    own.energy(state, energy);
    other.cumulant(inputs, beta, cumulant);
    visit(state, inputs, cumulant[0] - beta * energy[0]);
  });
}

/** Every state of a layer, unit by unit: those that agree up to a unit share the inputs of what they agree in. */
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

function bits({ count, states }: Units): number {
  return count * Math.log2(states);
}

/** Whether a layer of the machine has few enough states for exact sums. */
export function isSmall({ visible, hidden }: Rbm): boolean {
  return Math.min(bits(visible), bits(hidden)) <= MOST_BITS;
}

/** The layer to list; throws where it has too many states. */
export function chosen({ visible, hidden }: Rbm, over: ExactOptions["over"]): "visible" | "hidden" {
  if (over !== undefined && over !== "visible" && over !== "hidden") {
    throw new ArgumentError(`over is ${JSON.stringify(over)}; expected "visible" or "hidden"`);
  }
  const layer = over ?? (bits(visible) <= bits(hidden) ? "visible" : "hidden");
  const units = layer === "visible" ? visible : hidden;
  if (bits(units) <= MOST_BITS) return layer;
  const states =
    units.states === Number.POSITIVE_INFINITY
      ? "real values"
      : `${units.states} states in each of ${units.count} units`;
  const limit = `an exact sum lists the states of a layer with at most 2^${MOST_BITS}`;
  throw new ArgumentError(
    `the ${layer} layer has ${states}; ${limit}${over === undefined ? ": use a smaller layer" : ": try the other one"}`,
  );
}
