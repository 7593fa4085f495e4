import type { Parameter } from "../parameters.js";
import { gradient, isTensor } from "../tape/gradient.js";
import { add, affine, exp, multiply, square, subtract } from "../tape/operations/elementwise.js";
import { sum } from "../tape/operations/rows.js";
import { columns, reshape } from "../tape/operations/shape.js";
import { spread } from "../tape/operations/spread.js";
import type { Tensor } from "../tape/tensor.js";
import { leaves, mapTree } from "../tree.js";
import type { Energy } from "./energies/energy.js";

/** What an energy memory learns: an energy, and the rates of its inner loops as logarithms. */
export interface EnergyMemoryParameters<Leaf = Parameter> {
  readonly energy: { readonly fixed: object; readonly written: object };
  readonly write: {
    /** log eta_t, one number for each step of writing; absent without steps. */
    readonly logRates?: Leaf | undefined;
    /** log alpha_t; absent without the penalty of gradients. */
    readonly logPenalties?: Leaf | undefined;
    /** log beta_t, one number for each step but the first; absent without decay. */
    readonly logDecays?: Leaf | undefined;
  };
  /** log gamma_k, one number for each step of reading. */
  readonly read: { readonly logRates: Leaf };
}

/** States that reading visits, and their energies. */
export interface ReadTensors {
  /** x_0, the cues, to x_K. */
  readonly states: readonly Tensor[];
  /** E of each but the last, of the shape [batch, states, 1]. */
  readonly energies: readonly Tensor[];
}

/**
 * The written parameters for sets of patterns of the shape [batch, patterns, units], by gradient descent from theta_0 =
 * theta_bar (Bartunov et al., Meta-learning deep energy-based memory models, 2019):
 *
 * theta_(t+1) = theta_t - eta_t grad_theta mean_i [E(x_i) + alpha_t |grad_x E(x_i)|^2] - eta_t beta_t (theta_t - theta_bar)
 *
 * in which the last term is the gradient of (beta_t / 2) |theta_t - theta_bar|^2.
 *
 * @returns the tree of written parameters after each step, theta_0 first, each with a first axis of the batch
 */
export function traceWriting(
  energy: Energy,
  { energy: { fixed, written }, write }: EnergyMemoryParameters<Tensor>,
  patterns: Tensor,
): object[] {
  const [batch, count] = patterns.shape;
  const start = traceStart(energy, written, batch);
  const visited = [start];
  const { logRates, logPenalties, logDecays } = write;
  const steps = logRates?.size ?? 0;
  for (let t = 0; t < steps; t++) {
    const theta = visited[t];
    const named = leaves(theta, isTensor);
    // A tensor of its own: the gradient with respect to the patterns is partial, and theta_t depends on them, too.
    const states = affine(patterns, 1);
    const energies = energy.trace(fixed, theta)(states);
    let loss = sum(energies);
    if (logPenalties !== undefined) {
      const [slopes] = gradient(loss, [states]);
      loss = add(loss, multiply(sum(square(slopes)), at(logPenalties, t)));
    }
    const names = [...named.keys()];
    const slopes = gradient(affine(loss, 1 / count), [...named.values()]);
    const rate = at(logRates as Tensor, t);
    const origin = leaves(start, isTensor);
    const next = mapTree<object, Tensor, Tensor, object>(theta, isTensor, (x, name) => {
      let slope = slopes[names.indexOf(name)];
      if (logDecays !== undefined && t > 0) {
        slope = add(slope, multiply(subtract(x, origin.get(name) as Tensor), at(logDecays, t - 1)));
      }
      return subtract(x, multiply(slope, rate));
    });
    visited.push(energy.constrain?.(next) ?? next);
  }
  return visited;
}

/** theta_bar for every set of a batch: the tree of written parameters with a first axis of the batch. */
export function traceStart(energy: Energy, written: object, batch: number): object {
  const start = mapTree<object, Tensor, Tensor, object>(written, isTensor, (theta) => {
    const row = spread(reshape(theta, [1, theta.size]), [batch, theta.size]);
    return reshape(row, [batch, ...theta.shape]);
  });
  return energy.constrain?.(start) ?? start;
}

/**
 * Reading from cues of the shape [batch, states, units]: x_(k+1) = x_k - gamma_k grad_x E(x_k; theta).
 */
export function traceReading(
  energy: Energy,
  { energy: { fixed }, read: { logRates } }: EnergyMemoryParameters<Tensor>,
  written: object,
  cues: Tensor,
): ReadTensors {
  const energyOf = energy.trace(fixed, written);
  const [states, energies] = [[cues], [] as Tensor[]];
  for (let k = 0; k < logRates.size; k++) {
    energies.push(energyOf(states[k]));
    const [slopes] = gradient(sum(energies[k]), [states[k]]);
    states.push(subtract(states[k], multiply(slopes, at(logRates, k))));
  }
  return { states, energies };
}

/** e^x_k of a row of logarithms. */
function at(logarithms: Tensor, k: number): Tensor {
  return exp(columns(logarithms, k, k + 1));
}
