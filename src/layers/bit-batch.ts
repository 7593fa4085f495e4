import { internal } from "../errors.js";
import type { Factor, Workspace } from "../kernels/workspace.js";
import { type BitMatrix, popcount, strideFor } from "../math/bits.js";
import type { Rows } from "../units/index.js";
import type { BatchLayer, DrawOptions, LayerBatch } from "./layer-batch.js";
import { swapRows } from "./swap-rows.js";

/** States of two-state units, one bit each: 1 stands for their higher value. */
export class BitBatch implements LayerBatch {
  readonly layer: BatchLayer;
  readonly capacity: number;
  rows: number;
  readonly inputs: Float32Array;
  readonly means: Float32Array;
  readonly memory: Uint32Array;
  readonly states: Factor;
  readonly #width: number;
  readonly #stride: number;
  readonly #transposedStride: number;
  readonly #transposed: Uint32Array;
  readonly #rowSums: Float64Array;
  readonly #columnSums: Float32Array;
  readonly #row: Float64Array;

  constructor(layer: BatchLayer, rows: number) {
    const { workspace, units } = layer;
    this.layer = layer;
    this.capacity = rows;
    this.rows = rows;
    this.#width = units.width;
    this.#stride = strideFor(units.width);
    this.#transposedStride = strideFor(rows);
    this.inputs = workspace.float32(rows * units.width);
    this.means = workspace.float32(rows * units.width);
    this.memory = workspace.words(rows * this.#stride);
    this.states = { kind: "bits", words: this.memory, stride: this.#stride };
    this.#transposed = workspace.words(units.width * this.#transposedStride);
    this.#rowSums = workspace.float64(rows);
    this.#columnSums = workspace.float32(units.width);
    this.#row = new Float64Array(units.width);
  }

  sample({ streams, step, beta = 1, means = false }: DrawOptions): void {
    const { key, chains } = streams;
    this.#draw(beta, means, { words: this.memory, stride: this.#stride, key, step, chains });
  }

  mean(beta = 1): void {
    this.#draw(beta, true, undefined);
  }

  transposed(): Factor {
    const [words, stride] = [this.#transposed, this.#transposedStride];
    this.layer.workspace.transposeBits(this.memory, this.#stride, this.rows, this.#width, words, stride);
    return { kind: "bits", words, stride };
  }

  sums(out: Float64Array): Float64Array {
    const { low, range } = this.layer;
    this.transposed();
    const [words, stride] = [this.#transposed, this.#transposedStride];
    for (let i = 0, k = 0; i < this.#width; i++) {
      let ones = 0;
      for (const end = k + stride; k < end; k++) ones += popcount(words[k]);
      out[i] = low * this.rows + range * ones;
    }
    return out;
  }

  meanSums(out: Float64Array): Float64Array {
    this.layer.workspace.columnSums(this.means, this.rows, this.#width, this.#columnSums);
    out.set(this.#columnSums);
    return out;
  }

  addGradient(weight: number, out: Float64Array): void {
    this.sums(this.#row);
    for (let i = 0; i < this.#width; i++) out[i] += weight * this.#row[i];
  }

  addMeanGradient(weight: number, out: Float64Array): void {
    this.meanSums(this.#row);
    for (let i = 0; i < this.#width; i++) out[i] += weight * this.#row[i];
  }

  logProbabilities(out: Float64Array): Float64Array {
    this.cumulants(1, out);
    for (let r = 0, k = 0; r < this.rows; r++) {
      this.read(r, this.#row);
      let sum = 0;
      for (let i = 0; i < this.#width; i++, k++) sum += this.#row[i] * this.inputs[k];
      out[r] = sum - out[r];
    }
    return out;
  }

  energies(out: Float64Array): Float64Array {
    const { low, range, units } = this.layer;
    let total = 0;
    for (let i = 0; i < this.#width; i++) total += units.parameters[i];
    for (let r = 0; r < this.rows; r++) out[r] = -low * total - range * this.#sumWhereOn(r, units.parameters);
    return out;
  }

  cumulants(beta: number, out: Float64Array): Float64Array {
    const { low, range, workspace } = this.layer;
    workspace.softplusSums(this.inputs, this.rows, this.#width, beta * range, this.#rowSums);
    for (let r = 0, k = 0; r < this.rows; r++) {
      let sum = 0;
      if (low === 0) k += this.#width;
      else for (let j = 0; j < this.#width; j++, k++) sum += this.inputs[k];
      out[r] = this.#rowSums[r] + beta * low * sum;
    }
    return out;
  }

  loadBits(r: number, { words, stride, columns }: BitMatrix, from: number): void {
    if (columns !== this.#width) throw internal(`rows of ${columns} bits for a layer of ${this.#width}`);
    // A view for each short row would cost more than the words.
    for (let w = 0; w < stride; w++) this.memory[r * stride + w] = words[from * stride + w];
  }

  load(r: number, row: ArrayLike<number>): void {
    const { low } = this.layer;
    const at = r * this.#stride;
    this.memory.fill(0, at, at + this.#stride);
    for (let i = 0; i < this.#width; i++) if (row[i] !== low) this.memory[at + (i >>> 5)] |= 1 << (i & 31);
  }

  read<Out extends Rows>(r: number, out: Out): Out {
    const { low, range } = this.layer;
    for (let i = 0; i < this.#width; i++) {
      out[i] = low + range * ((this.memory[r * this.#stride + (i >>> 5)] >>> (i & 31)) & 1);
    }
    return out;
  }

  swap(r: number, other: LayerBatch, s: number): void {
    swapRows(this.memory, r, other.memory, s, this.#stride);
    swapRows(this.inputs, r, other.inputs, s, this.#width);
  }

  #draw(beta: number, means: boolean, states: Parameters<Workspace["draw"]>[0]["states"]): void {
    const { low, range, workspace } = this.layer;
    const { rows, inputs } = this;
    const out = means ? this.means : undefined;
    workspace.draw({ rows, columns: this.#width, inputs, slope: beta * range, means: out, states });
    if (!means || (low === 0 && range === 1)) return;
    for (let k = 0; k < rows * this.#width; k++) this.means[k] = low + range * this.means[k];
  }

  /** The sum of `values` over the units that are 1 in row r. */
  #sumWhereOn(r: number, values: Float64Array): number {
    let sum = 0;
    for (let w = 0; w < this.#stride; w++) {
      for (let left = this.memory[r * this.#stride + w]; left !== 0; left &= left - 1) {
        sum += values[32 * w + 31 - Math.clz32(left & -left)];
      }
    }
    return sum;
  }
}
