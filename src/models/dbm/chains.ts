import { disposeSymbol } from "../../disposing.js";
import { requireInteger } from "../../errors.js";
import { buildFitting, defaultWorkspace, Held, type MakeWorkspace } from "../../kernels/index.js";
import { ChainStreams } from "../../layers/chain-streams.js";
import type { LayerBatch } from "../../layers/layer-batch.js";
import { LayerStack } from "../../layers/layer-stack.js";
import { type Random, requireRandom } from "../../math/random.js";
import type { Rows } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import { rowsOfLayer } from "../boltzmann/parts.js";
import type { DeepBoltzmannMachine } from "./deep-boltzmann-machine.js";
import { deepLayers, setLowerInputs } from "./layers.js";

/** Options of Gibbs chains of a deep Boltzmann machine. */
export interface DeepBoltzmannChainsOptions {
  /** The draws of chain r depend only on this generator and r. */
  readonly random: Random;
  /** Initial visible states, one row per chain; default to draws from their biases. h^2 is always drawn so. */
  readonly visible?: Rows | undefined;
  /** Number of chains if they do not start at given rows; defaults to 1. */
  readonly count?: number | undefined;
  /** Inverse temperature, above 0; defaults to 1. */
  readonly beta?: number | undefined;
  readonly workspace?: MakeWorkspace | undefined;
}

/**
 * Block Gibbs sampling of a deep Boltzmann machine: h^1 given v and h^2, then v and h^2 given h^1, which are independent
 * (Salakhutdinov and Hinton, Deep Boltzmann machines, 2009). States are drawn in single precision; the machine is copied.
 */
export class DeepBoltzmannChains {
  readonly count: number;
  readonly beta: number;
  readonly #held: Held<{
    readonly stack: LayerStack;
    readonly batches: readonly LayerBatch[];
    readonly streams: ChainStreams;
  }>;
  #step = 0;
  #moved = false;

  /**
   * @throws ArgumentError for a missing generator, a count below 1 or a beta that is not above 0, ShapeError or DataError for
   *   rows that are not states of the visible layer
   */
  constructor(machine: DeepBoltzmannMachine, options: DeepBoltzmannChainsOptions) {
    const { random, visible, count = 1, beta = 1, workspace = defaultWorkspace } = options;
    requireRandom(random, "Gibbs sampling");
    requireInteger("count", count, 1);
    requireBeta(beta);
    const rows = visible === undefined ? count : rowsOfLayer("visible", machine.visible, visible);
    this.#held = new Held(
      "chains",
      buildFitting(workspace, (place) => {
        const stack = new LayerStack(place, deepLayers(machine));
        return { stack, batches: stack.batches(rows), streams: new ChainStreams(place, random, rows) };
      }),
    );
    const built = this.#held.value;
    this.count = rows;
    this.beta = beta;
    built.stack.load(deepLayers(machine));
    const [first, , upper] = built.batches;
    for (const batch of [first, upper]) {
      const { bias, units } = batch.layer;
      for (let r = 0; r < rows; r++) batch.inputs.set(bias, r * units.width);
      this.#draw(batch, false);
    }
    const { width } = machine.visible;
    for (let r = 0; visible !== undefined && r < rows; r++) {
      first.load(r, visible.subarray(r * width, (r + 1) * width));
    }
  }

  /** Makes steps, each of which samples all layers. */
  advance(steps = 1): this {
    requireInteger("steps", steps, 0);
    const [visible, lower, upper] = this.#batches;
    for (let step = 0; step < steps; step++) {
      setLowerInputs(this.#stack, this.#batches, { means: false });
      this.#draw(lower, false);
      this.#stack.up(1, lower, upper);
      this.#draw(upper, false);
      this.#stack.down(0, lower, visible);
      this.#draw(visible, true);
      this.#moved = true;
    }
    return this;
  }

  /** v of every chain, row after row. */
  states(): Float64Array {
    const [visible] = this.#batches;
    const { width } = visible.layer.units;
    const states = new Float64Array(this.count * width);
    for (let r = 0; r < this.count; r++) visible.read(r, states.subarray(r * width, (r + 1) * width));
    return states;
  }

  /** <v | h^1> that v was drawn from in the last step; v itself before the first one. */
  means(): Float64Array {
    return this.#moved ? Float64Array.from(this.#batches[0].means) : this.states();
  }

  get #stack(): LayerStack {
    return this.#held.value.stack;
  }

  get #batches(): readonly LayerBatch[] {
    return this.#held.value.batches;
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

  #draw(batch: LayerBatch, means: boolean): void {
    batch.sample({ streams: this.#streams, step: this.#step++, beta: this.beta, means });
  }
}
