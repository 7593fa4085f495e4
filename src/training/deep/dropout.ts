import type { Workspace } from "../../kernels/index.js";
import { ChainStreams } from "../../layers/index.js";
import { strideFor } from "../../math/bits.js";
import { log } from "../../math/elementary.js";
import type { Random } from "../../math/random.js";

/** Leaves values of a layer out at random, and makes up for it in the others. */
export class DropoutMask {
  readonly #workspace: Workspace;
  readonly #width: number;
  readonly #kept: number;
  /** What makes a unit 1 with probability `kept`. */
  readonly #inputs: Float32Array;
  readonly #words: Uint32Array;
  readonly #streams: ChainStreams;

  constructor(workspace: Workspace, random: Random, rows: number, width: number, kept: number) {
    this.#workspace = workspace;
    this.#width = width;
    this.#kept = kept;
    this.#inputs = workspace.float32(rows * width).fill(log(kept / (1 - kept)));
    this.#words = workspace.words(rows * strideFor(width));
    this.#streams = new ChainStreams(workspace, random, rows);
  }

  /** Sets each value to 0, or divides it by `kept`, which is the probability of that. */
  apply(values: Float32Array, rows: number, step: number): void {
    const [columns, words] = [this.#width, this.#words];
    const stride = strideFor(columns);
    const { key, chains } = this.#streams;
    this.#workspace.draw({
      rows,
      columns,
      inputs: this.#inputs,
      slope: 1,
      states: { words, stride, key, step, chains },
    });
    const factor = 1 / this.#kept;
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0; j < columns; j++, k++) {
        const bit = (words[r * stride + (j >>> 5)] >>> (j & 31)) & 1;
        values[k] = bit === 1 ? values[k] * factor : 0;
      }
    }
  }
}
