import { disposeSymbol } from "../disposing.js";
import { DataError, requireInteger, ShapeError } from "../errors.js";
import {
  defaultKernels,
  type FieldOperator,
  type Kernels,
  type OperatorWalk,
  type SparseRows,
} from "../kernels/index.js";
import type { BitMatrix } from "../math/bits.js";
import { gridShift } from "../math/grid.js";
import { type Couplings, type LinearParts, squaresOf } from "./couplings.js";

/**
 * Sparse couplings, stored row by row: the cost of a field is proportional to the entries of its row. W_ij couples unit
 * j into unit i; they need not be symmetric. The weights are rounded to the grid of the largest row sum of magnitudes
 * (see `math/grid.ts`), as dense couplings are, so that fields are exact sums, and equal to those of the same dense
 * couplings whenever no weight is rounded.
 */
export class SparseCouplings implements Couplings {
  readonly units: number;
  readonly rows: SparseRows;
  readonly #kernels: Kernels;
  #operator: FieldOperator | undefined;

  /** @throws ShapeError or DataError where the rows are not as described, or a weight is not finite */
  constructor(rows: SparseRows, units: number, kernels: Kernels = defaultKernels()) {
    requireInteger("units", units, 1);
    check(rows, units);
    this.units = units;
    const shift = gridShift(largestRowSum(rows, units));
    this.rows = {
      starts: rows.starts.slice(),
      columns: rows.columns.slice(),
      weights: rows.weights.map((w) => w + shift - shift),
    };
    this.#kernels = kernels;
  }

  /** Number of entries, n^2 times the connectivity. */
  get entries(): number {
    return this.rows.columns.length;
  }

  /** The operator of the kernels, made when first needed, and again if it was disposed of. */
  get #made(): FieldOperator {
    this.#operator ??= this.#kernels.sparseOperator(this.rows, this.units);
    return this.#operator;
  }

  fields(states: BitMatrix, out: Float64Array): void {
    this.#made.fields(states, out);
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    this.#made.step(states, thresholds, out);
  }

  walk(state: BitMatrix): OperatorWalk {
    return this.#made.walk(state);
  }

  get parts(): LinearParts {
    return { kind: "sparse", units: this.units, rows: this.rows };
  }

  quadratic(states: BitMatrix): Float64Array {
    return squaresOf(this, states);
  }

  row(i: number, out: Float64Array): void {
    const { starts, columns, weights } = this.rows;
    out.fill(0);
    for (let k = starts[i]; k < starts[i + 1]; k++) out[columns[k]] = weights[k];
  }

  dispose(): void {
    this.#operator?.dispose();
    this.#operator = undefined;
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}

function largestRowSum({ starts, weights }: SparseRows, units: number): number {
  let largest = 0;
  for (let i = 0; i < units; i++) {
    let sum = 0;
    for (let k = starts[i]; k < starts[i + 1]; k++) sum += Math.abs(weights[k]);
    largest = Math.max(largest, sum);
  }
  return largest;
}

function check({ starts, columns, weights }: SparseRows, units: number): void {
  const entries = columns.length;
  if (starts.length !== units + 1 || starts[0] !== 0 || starts[units] !== entries || weights.length !== entries) {
    const found = `${starts.length} starts, ${entries} columns and ${weights.length} weights`;
    throw new ShapeError(`rows has ${found}; ${units} units need ${units + 1} starts from 0 to the number of entries`);
  }
  const fall = starts.findIndex((start, i) => start < starts[i - 1]);
  if (fall >= 0) throw new DataError(`starts[${fall}] is below starts[${fall - 1}]; starts must not decrease`);
  for (let i = 0; i < units; i++) {
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      if (columns[k] >= units || (k > starts[i] && columns[k] <= columns[k - 1])) {
        throw new DataError(`columns[${k}] is ${columns[k]}; expected ascending units below ${units} in row ${i}`);
      }
      if (!Number.isFinite(weights[k])) throw new DataError(`weights[${k}] is ${weights[k]}; expected a finite number`);
    }
  }
}
