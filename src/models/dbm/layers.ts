import type { LayerBatch } from "../../layers/layer-batch.js";
import type { Layered, LayerStack } from "../../layers/layer-stack.js";
import type { DeepBoltzmannMachine } from "./deep-boltzmann-machine.js";

/** A deep Boltzmann machine as three layers with weights between neighbours, for a `LayerStack`. */
export function deepLayers({ visible, hidden, weights }: DeepBoltzmannMachine): Layered {
  return { layers: [visible, ...hidden], weights };
}

/** Options of the mean-field iteration. */
export interface RelaxOptions {
  /** Largest number of sweeps per batch. */
  readonly maxSweeps: number;
  /** Largest change of a mean in a sweep at convergence. */
  readonly tolerance: number;
}

/** Sets the total inputs of h^1 from the states of v and the states, or means, of h^2. */
export function setLowerInputs(
  stack: LayerStack,
  [visible, lower, upper]: readonly LayerBatch[],
  { means }: { readonly means: boolean },
): void {
  stack.up(0, visible, lower);
  stack.down(1, upper, lower, { add: true, means });
}

/**
 * Mean field: sets the means of both hidden layers to the product distribution that is closest to p(h^1, h^2 | v), one
 * layer after the other, each exactly given the other. It starts with an up-pass that doubles W_1 in place of the input from
 * h^2. The lower bound on log p(v) rises with every sweep (Salakhutdinov and Hinton, Deep Boltzmann machines, 2009).
 *
 * @returns number of sweeps
 */
export function relaxMeanField(
  stack: LayerStack,
  [visible, lower, upper]: readonly LayerBatch[],
  { maxSweeps, tolerance }: RelaxOptions,
): number {
  stack.up(0, visible, lower, { scale: 2 });
  lower.mean();
  const size = visible.rows * lower.layer.units.width;
  const before = new Float32Array(size);
  const fromVisible = new Float32Array(size);
  for (let sweep = 1; ; sweep++) {
    stack.up(1, lower, upper, { means: true });
    upper.mean();
    // The inputs from v are constant.
    if (sweep === 1) {
      stack.up(0, visible, lower);
      fromVisible.set(lower.inputs.subarray(0, size));
    } else lower.inputs.set(fromVisible);
    stack.down(1, upper, lower, { add: true, means: true });
    before.set(lower.means.subarray(0, size));
    lower.mean();
    let moved = 0;
    for (let k = 0; k < size; k++) moved = Math.max(moved, Math.abs(lower.means[k] - before[k]));
    if (moved <= tolerance || sweep === maxSweeps) return sweep;
  }
}
