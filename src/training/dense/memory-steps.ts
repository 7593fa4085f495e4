import type { Workspace } from "../../kernels/index.js";
import { exp, log } from "../../math/elementary.js";

/**
 * Steps that are normalised for each memory (Krotov and Hopfield 2016, equation 13): the largest change of its values is the rate,
 *
 *     V = p V - dC/dxi,   xi = xi + rate V / max |V|,   cut at -1 and 1.
 *
 * Only the directions of V matter, so that V is stored divided by a number whose logarithm is kept beside it: gradients of a
 * loss with high powers differ by more than the range of single precision.
 */
export class MemorySteps {
  /** -dC/dxi divided by exp(logScale), (pixels + classes) x memories. */
  readonly gradient: Float32Array;
  readonly velocity: Float32Array;
  /** The number of steps so far, and the logarithm of what V was divided by. */
  readonly scale: Float64Array = new Float64Array(2);
  readonly #workspace: Workspace;
  readonly #values: Float32Array;

  constructor(workspace: Workspace, values: Float32Array) {
    this.gradient = workspace.float32(values.length);
    this.velocity = workspace.float32(values.length);
    this.#workspace = workspace;
    this.#values = values;
  }

  /** @param columns number of memories */
  step(
    columns: number,
    logScale: number,
    { rate, momentum }: { readonly rate: number; readonly momentum: number },
  ): void {
    const [steps, before] = this.scale;
    // V from before counts p times; whichever is larger keeps its numbers.
    const kept = steps === 0 || momentum === 0 ? Number.NEGATIVE_INFINITY : before + log(momentum);
    const now = Math.max(kept, logScale);
    this.#workspace.ascendColumns({
      rows: this.#values.length / columns,
      columns,
      values: this.#values,
      velocity: this.velocity,
      gradient: this.gradient,
      keep: exp(kept - now),
      gain: exp(logScale - now),
      rate,
    });
    this.scale.set([steps + 1, now]);
  }
}
