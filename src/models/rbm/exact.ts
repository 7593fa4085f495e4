import { ArgumentError, requireFiniteResults } from "../../errors.js";
import { exp, log } from "../../math/elementary.js";
import { LogSum } from "../../math/log-sum-exp.js";
import type { Rows, Units } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import { GaussianPair } from "./gaussian-partition.js";
import { addProducts } from "./products.js";
import type { AtBeta, Rbm, RbmGradient } from "./rbm.js";
import { eachState, eachStateWeight } from "./state-weights.js";

/** Options of a sum over all states. */
export interface ExactOptions {
  /** Inverse temperature, above 0; defaults to 1. */
  readonly beta?: number | undefined;
  /** The layer whose states are listed while the other is summed out; defaults to the one with fewer states. */
  readonly over?: "visible" | "hidden" | undefined;
}

/** Largest number of states of the listed layer, as that of 24 binary units, in bits. */
const MOST_BITS = 24;

/**
 * log Z, Z = sum_v,h exp(-beta E(v, h)): the states x of one layer are listed and the other layer is summed out,
 * log sum_x exp(Gamma(W x) - beta E(x)). The work doubles with every unit of the layer. For two gaussian layers it is the
 * closed form of a normal distribution instead, see `GaussianPair`.
 *
 * @throws ArgumentError for a layer of other real-valued units, or with more states than 24 binary units; DataError for two
 *   gaussian layers without a finite Z, or for parameters so large that a weight overflows
 */
export function exactLogPartition(rbm: Rbm, { beta = 1, over }: ExactOptions = {}): number {
  requireBeta(beta);
  if (GaussianPair.is(rbm)) return new GaussianPair(rbm).logPartition(beta);
  const sum = new LogSum();
  eachStateWeight(rbm, chosen(rbm, over), beta, (logWeight) => sum.add(logWeight));
  return sum.value;
}

/**
 * log p(v) = -beta F(v) - log Z of every row, in nats; a log-density if the visible units are gaussian or relu.
 *
 * @param visible rows of states, one after the other
 * @throws ArgumentError where neither layer is small enough, as for `exactLogPartition`; ShapeError or DataError for rows that
 *   are not states of the visible layer
 */
export function exactLogLikelihood(rbm: Rbm, visible: Rows, options: ExactOptions & AtBeta = {}): Float64Array {
  const { beta = 1, out } = options;
  const logs = rbm.freeEnergy(visible, { beta, out });
  const logZ = exactLogPartition(rbm, options);
  for (let r = 0; r < logs.length; r++) logs[r] = -beta * logs[r] - logZ;
  return requireFiniteResults("log-likelihood", logs);
}

/**
 * The gradient of the mean of log p(v) over the rows by all parameters: beta times the mean of -dF/dtheta over the rows
 * minus that over the model, which is summed over all states (Ackley, Hinton and Sejnowski, A learning algorithm for
 * Boltzmann machines, 1985).
 *
 * @param visible rows of states, one after the other
 * @throws ArgumentError where neither layer is small enough, as for `exactLogPartition`; ShapeError or DataError for rows that
 *   are not states of the visible layer
 */
export function exactGradient(rbm: Rbm, visible: Rows, options: ExactOptions = {}): RbmGradient {
  const { beta = 1, over } = options;
  const gradient = rbm.zeroGradient();
  rbm.addGradient(visible, (beta * rbm.visible.width) / visible.length, gradient, { beta });
  const logZ = exactLogPartition(rbm, options);
  const layer = chosen(rbm, over);
  const [own, other] = layer === "visible" ? [rbm.visible, rbm.hidden] : [rbm.hidden, rbm.visible];
  const means = new Float64Array(other.width);
  eachState(rbm, layer, beta, (state, inputs, logWeight) => {
    const weight = -beta * exp(logWeight - logZ);
    other.mean(inputs, beta, means);
    const [v, h] = layer === "visible" ? [state, means] : [means, state];
    addProducts(v, h, rbm.visible.width, rbm.hidden.width, weight, gradient.weights);
    own.addGradient(state, weight, gradient[layer]);
    other.addMeanGradient(inputs, beta, weight, gradient[layer === "visible" ? "hidden" : "visible"]);
  });
  return gradient;
}

function bits({ count, states }: Units): number {
  return count * (log(states) / Math.LN2);
}

/** Whether a layer of the machine has few enough states for exact sums. */
export function isSmall({ visible, hidden }: Rbm): boolean {
  return Math.min(bits(visible), bits(hidden)) <= MOST_BITS;
}

/** The layer to list; throws if it has too many states. */
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
