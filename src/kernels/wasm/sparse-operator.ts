import { type SparseRows, tie } from "../kernels.js";
import { ExactOperator } from "./exact-operator.js";
import type { Block } from "./holding.js";
import { type Machine, requireSize } from "./module.js";
import type { Visits } from "./walk.js";

/** Sparse rows in a heap. */
interface Entries {
  readonly starts: Block;
  readonly columns: Block;
  readonly weights: Block;
}

/** Couplings stored as sparse rows. */
export class WasmSparseOperator extends ExactOperator {
  protected override readonly hasColumns = true;
  readonly #rows: Entries;
  /** W transposed: row j has the couplings from unit j. */
  readonly #columns: Entries;

  constructor(machine: Machine, rows: SparseRows, units: number) {
    super(machine, units);
    requireSize("starts", rows.starts.length, units + 1);
    requireSize("weights", rows.weights.length, rows.columns.length);
    this.#rows = this.#copy(rows);
    const columns = transposed(rows, units);
    this.#columns = isSame(rows, columns) ? this.#rows : this.#copy(columns);
  }

  protected override whole(spins: number, out: number): void {
    const { starts, columns, weights } = this.#rows;
    this.machine.code.sparseFields(starts.at, columns.at, weights.at, this.units, spins, out);
  }

  protected override update(before: number, after: number, words: number, fields: number): void {
    const { starts, columns, weights } = this.#columns;
    this.machine.code.sparseFlips(before, after, words, starts.at, columns.at, weights.at, fields);
  }

  override visit({ order, thresholds, noise, count }: Visits, state: number, fields: number): number {
    const { code } = this.machine;
    const { starts, columns, weights } = this.#columns;
    const entries = [starts.at, columns.at, weights.at] as const;
    return code.sparseVisit(order, thresholds, noise, count, state, ...entries, fields, tie);
  }

  #copy({ starts, columns, weights }: SparseRows): Entries {
    return {
      starts: this.holding.copy(starts),
      columns: this.holding.copy(columns),
      weights: this.holding.copy(weights),
    };
  }
}

function transposed({ starts, columns, weights }: SparseRows, units: number): SparseRows {
  const first = new Uint32Array(units + 1);
  for (let k = 0; k < columns.length; k++) first[columns[k] + 1]++;
  for (let j = 0; j < units; j++) first[j + 1] += first[j];
  const next = first.slice();
  const turned = { starts: first, columns: new Uint32Array(columns.length), weights: new Float64Array(columns.length) };
  for (let i = 0; i < units; i++) {
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const at = next[columns[k]]++;
      turned.columns[at] = i;
      turned.weights[at] = weights[k];
    }
  }
  return turned;
}

function isSame(a: SparseRows, b: SparseRows): boolean {
  for (let i = 0; i < a.starts.length; i++) if (a.starts[i] !== b.starts[i]) return false;
  for (let k = 0; k < a.columns.length; k++) {
    if (a.columns[k] !== b.columns[k] || a.weights[k] !== b.weights[k]) return false;
  }
  return true;
}
