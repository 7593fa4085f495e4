import type { Workspace } from "../../kernels/index.js";
import { ChainStreams, type LayerBatch, type LayerStack } from "../../layers/index.js";
import type { Random } from "../../math/random.js";
import type { LiveArrays } from "../checkpoint.js";
import type { BatchStatistics } from "./method.js";

/** Chains of block Gibbs sampling in a workspace, one per row; layers are sampled in turn. */
export class BlockChains implements BatchStatistics {
  readonly stack: LayerStack;
  readonly visible: LayerBatch;
  readonly hidden: LayerBatch;
  readonly #streams: ChainStreams;
  /** Number of draws so far: each uses the random numbers of its own step. */
  readonly #draws = new Float64Array(1);

  constructor(workspace: Workspace, stack: LayerStack, rows: number, random: Random) {
    this.stack = stack;
    [this.visible, this.hidden] = stack.batches(rows);
    this.#streams = new ChainStreams(workspace, random, rows);
  }

  /** The state of chains that continue from their hidden states. */
  arrays(prefix = ""): LiveArrays {
    return new Map<string, Float64Array | Float32Array | Uint32Array>([
      [`${prefix}hidden`, this.hidden.memory],
      [`${prefix}draws`, this.#draws],
    ]);
  }

  /** The state of chains that restart at every update: the number of draws. */
  get draws(): Float64Array {
    return this.#draws;
  }

  /** Draws visible units without input from the hidden ones, then hidden units given them. */
  begin(beta = 1): void {
    const { bias, units } = this.visible.layer;
    for (let r = 0; r < this.visible.rows; r++) this.visible.inputs.set(bias, r * units.width);
    this.drawVisible(beta);
    this.stack.up(0, this.visible, this.hidden);
    this.drawHidden(beta, false);
  }

  /** Takes steps of both layers, ending with the hidden states; sets `means` of the hidden layer. */
  advance(steps: number, beta = 1): void {
    for (let step = 1; step <= steps; step++) {
      this.stack.down(0, this.hidden, this.visible);
      this.drawVisible(beta);
      this.stack.up(0, this.visible, this.hidden);
      this.drawHidden(beta, step === steps);
    }
  }

  drawVisible(beta: number): void {
    this.visible.sample({ streams: this.#streams, step: this.#draws[0]++, beta });
  }

  /** Draws the hidden states of these chains, or those of another batch of the layer. */
  drawHidden(beta: number, means: boolean, hidden: LayerBatch = this.hidden): void {
    hidden.sample({ streams: this.#streams, step: this.#draws[0]++, beta, means });
  }
}
