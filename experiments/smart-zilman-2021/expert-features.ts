import type { PatternSet } from "engram";
import { buildFitting, type MakeWorkspace, type Workspace } from "engram/kernels";
import type { Matrix } from "engram/math";

/** Rows of a block. */
const BLOCK = 1024;

/** |W^T s|^2 of many states s, for one W after the other: an expert's log p of an image, up to a constant and a factor. */
export class ExpertFeatures {
  readonly #states: PatternSet;
  readonly #workspace: Workspace;
  readonly #words: Uint32Array;
  readonly #weights: Float32Array;
  readonly #bias: Float32Array;
  readonly #inputs: Float32Array;

  /** @param hidden the most columns that a W will have */
  constructor(states: PatternSet, hidden: number, make: MakeWorkspace) {
    const { stride, columns } = states.bits;
    const { workspace, built } = buildFitting(make, (room) => ({
      words: room.words(BLOCK * stride),
      weights: room.float32(columns * hidden),
      bias: room.float32(hidden),
      inputs: room.float32(BLOCK * hidden),
    }));
    this.#states = states;
    this.#workspace = workspace;
    this.#words = built.words;
    this.#weights = built.weights;
    this.#bias = built.bias;
    this.#inputs = built.inputs;
  }

  of(weights: Matrix): Float32Array {
    const features = new Float32Array(this.#states.count);
    this.each(weights, (r, inputs) => {
      let square = 0;
      for (let j = 0; j < inputs.length; j++) square += inputs[j] * inputs[j];
      features[r] = square;
    });
    return features;
  }

  /** Calls `visit` with W^T s of one state after the other, the means of the hidden units; it must not keep them. */
  each({ rows: units, columns: hidden, values }: Matrix, visit: (r: number, inputs: Float32Array) => void): void {
    const { bits, count } = this.#states;
    this.#weights.set(values);
    // The spins are 2 bits - 1.
    this.#workspace.columnSums(this.#weights, units, hidden, this.#bias);
    for (let j = 0; j < hidden; j++) this.#bias[j] *= -1;
    for (let from = 0; from < count; from += BLOCK) {
      const rows = Math.min(BLOCK, count - from);
      this.#words.set(bits.words.subarray(from * bits.stride, (from + rows) * bits.stride));
      this.#workspace.product({
        rows,
        inner: units,
        columns: hidden,
        a: { kind: "bits", words: this.#words, stride: bits.stride },
        b: this.#weights,
        bias: this.#bias,
        scale: 2,
        out: this.#inputs,
      });
      for (let r = 0; r < rows; r++) visit(from + r, this.#inputs.subarray(r * hidden, (r + 1) * hidden));
    }
  }

  /** Releases the memory now, not when it is garbage-collected. */
  dispose(): void {
    this.#workspace.dispose();
  }
}
