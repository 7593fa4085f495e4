import { disposeSymbol } from "../../disposing.js";
import { ArgumentError, requireFiniteResults, requireInteger } from "../../errors.js";
import { buildFitting, defaultWorkspace, Held, type MakeWorkspace, type Workspace } from "../../kernels/index.js";
import { ChainStreams } from "../../layers/chain-streams.js";
import type { LayerBatch } from "../../layers/layer-batch.js";
import { LayerStack } from "../../layers/layer-stack.js";
import { type BitMatrix, bitMatrix } from "../../math/bits.js";
import { type Random, requireRandom } from "../../math/random.js";
import type { Rows } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import type { GibbsOptions } from "./chains.js";
import { clampedValues } from "./clamped.js";
import { rbmLayers } from "./layers.js";
import type { Rbm } from "./rbm.js";

/** Options of many Gibbs chains in a workspace. */
export interface WorkspaceChainsOptions extends GibbsOptions {
  /** Workspace that stores and computes the chains; defaults to `defaultWorkspace`. */
  readonly workspace?: MakeWorkspace | undefined;
}

/**
 * Block Gibbs sampling like `GibbsChains`, but in single precision in a workspace, for many chains and long runs. With
 * clamped visible values it samples p(v, h) given these. The machine is copied.
 */
export class WorkspaceChains {
  readonly count: number;
  readonly beta: number;
  readonly #width: number;
  readonly #type: string;
  readonly #clamped: Uint32Array;
  readonly #held: Held<Arrays>;
  /** The initial states, and a scratch row. */
  readonly #start: Float64Array;
  readonly #row: Float64Array;
  #step = 0;

  /**
   * @throws ArgumentError for a count below 1, a beta that is not above 0, a missing generator, or clamped values without
   *   initial states, ShapeError or DataError for rows that are not states of the visible layer
   */
  constructor(rbm: Rbm, options: WorkspaceChainsOptions) {
    const { random, visible, count = 1, beta = 1, clamped = [], workspace = defaultWorkspace } = options;
    requireBeta(beta);
    requireInteger("count", count, 1);
    requireRandom(random, "Gibbs sampling");
    this.#width = rbm.visible.width;
    this.#type = rbm.visible.type;
    this.#clamped = clampedValues(rbm, clamped, visible);
    this.count = visible === undefined ? count : rbm.rowsOfVisible(visible);
    this.beta = beta;
    this.#held = new Held(
      "chains",
      buildFitting(workspace, (room) => new Arrays(room, rbm, random, this.count)),
    );
    const built = this.#held.value;
    built.stack.load(rbmLayers(rbm));
    this.#row = new Float64Array(this.#width);
    if (visible === undefined) this.#begin();
    else this.#place(visible);
    this.#start = this.states();
  }

  /** Makes steps, each of which samples both layers. */
  advance(steps = 1): this {
    requireInteger("steps", steps, 0);
    const { stack, visible, hidden, streams } = this.#arrays;
    for (let k = 0; k < steps; k++) {
      stack.up(0, visible, hidden);
      hidden.sample({ streams, step: this.#step++, beta: this.beta });
      stack.down(0, hidden, visible);
      visible.sample({ streams, step: this.#step++, beta: this.beta });
      this.#clamp();
    }
    return this;
  }

  /**
   * v of every chain, row after row.
   *
   * @throws DataError if a chain of real values has diverged
   */
  states(): Float64Array {
    const states = new Float64Array(this.count * this.#width);
    for (let r = 0; r < this.count; r++)
      this.#arrays.visible.read(r, states.subarray(r * this.#width, (r + 1) * this.#width));
    return requireFiniteResults("states", states);
  }

  /**
   * A copy of v of every chain as bits, 1 for the higher value, one row per chain.
   *
   * @throws ArgumentError for visible units of more than two states
   */
  bits(): BitMatrix {
    const { memory } = this.#arrays.visible;
    if (memory instanceof Uint32Array) return bitMatrix(this.count, this.#width, memory.slice());
    throw new ArgumentError(`the visible units are ${this.#type}; only two-state units are bits: use states()`);
  }

  /** The means <v | h> from which v was drawn in the last step; v itself before the first step and for clamped values. */
  means(): Float64Array {
    if (this.#step <= 1) return this.states();
    this.#arrays.visible.mean(this.beta);
    const means = Float64Array.from(this.#arrays.visible.means);
    for (let r = 0; r < this.count; r++) {
      for (const i of this.#clamped) means[r * this.#width + i] = this.#start[r * this.#width + i];
    }
    return requireFiniteResults("means", means);
  }

  get #arrays(): Arrays {
    return this.#held.value;
  }

  /** Releases the memory of the chains, which cannot be used afterwards. */
  dispose(): void {
    this.#held.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  /** Draws visible units without hidden input. */
  #begin(): void {
    const { visible, streams } = this.#arrays;
    for (let r = 0; r < this.count; r++) visible.inputs.set(visible.layer.bias, r * this.#width);
    visible.sample({ streams, step: this.#step++, beta: this.beta });
  }

  #place(rows: Rows): void {
    for (let r = 0; r < this.count; r++) {
      this.#arrays.visible.load(r, rows.subarray(r * this.#width, (r + 1) * this.#width));
    }
    this.#step++;
  }

  #clamp(): void {
    if (this.#clamped.length === 0) return;
    for (let r = 0; r < this.count; r++) {
      this.#arrays.visible.read(r, this.#row);
      for (const i of this.#clamped) this.#row[i] = this.#start[r * this.#width + i];
      this.#arrays.visible.load(r, this.#row);
    }
  }
}

/** The arrays in the workspace. */
class Arrays {
  readonly stack: LayerStack;
  readonly visible: LayerBatch;
  readonly hidden: LayerBatch;
  readonly streams: ChainStreams;

  constructor(workspace: Workspace, rbm: Rbm, random: Random, chains: number) {
    this.stack = new LayerStack(workspace, rbmLayers(rbm));
    [this.visible, this.hidden] = this.stack.batches(chains);
    this.streams = new ChainStreams(workspace, random, chains);
  }
}
