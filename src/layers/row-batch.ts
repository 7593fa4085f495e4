import { internal } from "../errors.js";
import type { Factor } from "../kernels/workspace.js";
import type { Rows } from "../units/index.js";
import type { BatchLayer, DrawOptions, LayerBatch } from "./layer-batch.js";
import { swapRows } from "./swap-rows.js";

/** States of units with more than two values: numbers, drawn by the units' own methods. */
export class RowBatch implements LayerBatch {
  readonly layer: BatchLayer;
  readonly capacity: number;
  rows: number;
  readonly inputs: Float32Array;
  readonly means: Float32Array;
  readonly memory: Float32Array;
  readonly states: Factor;
  readonly #width: number;

  constructor(layer: BatchLayer, rows: number) {
    const { workspace, units } = layer;
    this.layer = layer;
    this.capacity = rows;
    this.rows = rows;
    this.#width = units.width;
    this.inputs = workspace.float32(rows * units.width);
    this.means = workspace.float32(rows * units.width);
    this.memory = workspace.float32(rows * units.width);
    this.states = { kind: "dense", values: this.memory };
  }

  sample({ streams, step, beta = 1, means = false }: DrawOptions): void {
    this.layer.units.sample(this.#used(this.inputs), beta, streams.at(step, this.rows), this.#used(this.memory));
    if (means) this.mean(beta);
  }

  mean(beta = 1): void {
    this.layer.units.mean(this.#used(this.inputs), beta, this.#used(this.means));
  }

  transposed(): Factor {
    return { kind: "columns", values: this.memory };
  }

  sums(out: Float64Array): Float64Array {
    return this.#sumRows(this.memory, out);
  }

  meanSums(out: Float64Array): Float64Array {
    return this.#sumRows(this.means, out);
  }

  addGradient(weight: number, out: Float64Array): void {
    this.layer.units.addGradient(this.#used(this.memory), weight, out);
  }

  addMeanGradient(weight: number, out: Float64Array): void {
    this.layer.units.addMeanGradient(this.#used(this.inputs), 1, weight, out);
  }

  logProbabilities(out: Float64Array): Float64Array {
    this.cumulants(1, out);
    const energies = this.energies(new Float64Array(this.rows));
    for (let r = 0, k = 0; r < this.rows; r++) {
      let sum = 0;
      for (let i = 0; i < this.#width; i++, k++) sum += this.memory[k] * this.inputs[k];
      out[r] = sum - energies[r] - out[r];
    }
    return out;
  }

  energies(out: Float64Array): Float64Array {
    this.layer.units.energy(this.#used(this.memory), out.subarray(0, this.rows));
    return out;
  }

  cumulants(beta: number, out: Float64Array): Float64Array {
    this.layer.units.cumulant(this.#used(this.inputs), beta, out.subarray(0, this.rows));
    return out;
  }

  loadBits(): void {
    throw internal(`bits for a layer of ${this.layer.units.type} units`);
  }

  load(r: number, row: ArrayLike<number>): void {
    this.memory.set(row, r * this.#width);
  }

  read<Out extends Rows>(r: number, out: Out): Out {
    out.set(this.memory.subarray(r * this.#width, (r + 1) * this.#width));
    return out;
  }

  swap(r: number, other: LayerBatch, s: number): void {
    swapRows(this.memory, r, other.memory, s, this.#width);
    swapRows(this.inputs, r, other.inputs, s, this.#width);
  }

  #sumRows(values: Float32Array, out: Float64Array): Float64Array {
    out.fill(0);
    for (let r = 0, k = 0; r < this.rows; r++) {
      for (let i = 0; i < this.#width; i++, k++) out[i] += values[k];
    }
    return out;
  }

  #used(values: Float32Array): Float32Array {
    return values.subarray(0, this.rows * this.#width);
  }
}
