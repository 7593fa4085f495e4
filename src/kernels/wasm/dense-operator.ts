import { gridShift } from "../../math/grid.js";
import { tie } from "../kernels.js";
import { ExactOperator } from "./exact-operator.js";
import { type Block, noBlock } from "./holding.js";
import { type Machine, requireSize } from "./module.js";
import type { Visits } from "./walk.js";

/** Rows and columns of a tile in which a matrix is transposed. */
const TILE = 32;

/** Couplings stored as a matrix, on the grid of the largest row sum of magnitudes. */
export class WasmDenseOperator extends ExactOperator {
  /** W, whose rows are padded with zeros. */
  readonly #weights: Block;
  #columns: Block;

  constructor(machine: Machine, weights: Float64Array, units: number) {
    super(machine, units);
    requireSize("weights", weights.length, units * units);
    let magnitude = 0;
    for (let i = 0; i < units; i++) {
      let sum = 0;
      for (let j = 0; j < units; j++) sum += Math.abs(weights[i * units + j]);
      magnitude = Math.max(magnitude, sum);
    }
    const shift = gridShift(magnitude);
    this.#weights = this.holding.take(units * this.stride);
    const stride = this.stride / 8;
    const at = this.#weights.at >>> 3;
    const numbers = machine.heap.numbers.subarray(at, at + units * stride);
    for (let i = 0; i < units; i++) {
      for (let j = 0; j < units; j++) numbers[i * stride + j] = weights[i * units + j] + shift - shift;
      numbers.fill(0, i * stride + units, (i + 1) * stride);
    }
    this.#columns = isSymmetric(numbers, stride, units) ? this.#weights : noBlock;
  }

  protected override get hasColumns(): boolean {
    return this.#columns !== noBlock;
  }

  protected override whole(spins: number, out: number): void {
    this.machine.code.denseFields(this.#weights.at, this.stride, this.units, spins, out);
  }

  protected override update(before: number, after: number, words: number, fields: number): void {
    this.machine.code.denseFlips(before, after, words, this.#columns.at, this.stride, fields);
  }

  override visit({ order, thresholds, noise, count }: Visits, state: number, fields: number): number {
    const { code } = this.machine;
    const columns = this.#columnsAt();
    return code.denseVisit(order, thresholds, noise, count, state, columns, this.stride, fields, tie);
  }

  /** The address of the columns of W, row by row; made when first needed. */
  #columnsAt(): number {
    if (this.#columns === noBlock) {
      this.#columns = this.holding.take(this.units * this.stride);
      const { numbers } = this.machine.heap;
      const stride = this.stride / 8;
      const [from, to] = [this.#weights.at >>> 3, this.#columns.at >>> 3];
      numbers.fill(0, to, to + this.units * stride);
      eachInTiles(this.units, (i, j) => {
        numbers[to + j * stride + i] = numbers[from + i * stride + j];
        return true;
      });
    }
    return this.#columns.at;
  }
}

function isSymmetric(numbers: Float64Array, stride: number, units: number): boolean {
  return eachInTiles(units, (i, j) => numbers[i * stride + j] === numbers[j * stride + i]);
}

/** Calls `work` for each entry, in tiles that stay in the cache transposed, until it returns false; whether it never did. */
function eachInTiles(units: number, work: (i: number, j: number) => boolean): boolean {
  for (let top = 0; top < units; top += TILE) {
    for (let left = 0; left < units; left += TILE) {
      for (let i = top; i < Math.min(top + TILE, units); i++) {
        for (let j = left; j < Math.min(left + TILE, units); j++) if (!work(i, j)) return false;
      }
    }
  }
  return true;
}
