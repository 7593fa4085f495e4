import { disposeSymbol } from "../disposing.js";
import { DataError, requireInteger, ShapeError } from "../errors.js";
import { type OperatorWalk, tie } from "../kernels/index.js";
import { type BitMatrix, spinAt } from "../math/bits.js";
import { gridShift } from "../math/grid.js";
import type { Couplings, LinearParts, SparseRows } from "./couplings.js";

/**
 * Sparse couplings, stored row by row: the cost of a field is proportional to the entries of its row. W_ij couples unit
 * j into unit i; they need not be symmetric. The weights are rounded to the grid of the largest row sum of magnitudes
 * (see `math/grid.ts`), as dense couplings are, so that fields are exact sums, and equal to those of the same dense
 * couplings whenever no weight is rounded.
 */
export class SparseCouplings implements Couplings {
  readonly units: number;
  readonly rows: SparseRows;

  /** @throws ShapeError or DataError where the rows are not as described, or a weight is not finite */
  constructor(rows: SparseRows, units: number) {
    requireInteger("units", units, 1);
    check(rows, units);
    this.units = units;
    const shift = gridShift(largestRowSum(rows, units));
    this.rows = {
      starts: rows.starts.slice(),
      columns: rows.columns.slice(),
      weights: rows.weights.map((w) => w + shift - shift),
    };
  }

  /** Number of entries, n^2 times the connectivity. */
  get entries(): number {
    return this.rows.columns.length;
  }

  fields(states: BitMatrix, out: Float64Array): void {
    const n = this.units;
    const spins = new Int8Array(n);
    for (let r = 0; r < states.rows; r++) {
      unpack(states, r, spins);
      for (let i = 0; i < n; i++) out[r * n + i] = this.field(spins, i);
    }
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    const n = this.units;
    const spins = new Int8Array(n);
    for (let r = 0; r < states.rows; r++) {
      unpack(states, r, spins);
      pack(
        spins.map((_, i) => respond(this.field(spins, i), thresholds[i], 1)),
        r,
        out,
      );
    }
  }

  walk(state: BitMatrix): OperatorWalk {
    return new SparseWalk(this, state);
  }

  get parts(): LinearParts {
    return { kind: "sparse", units: this.units, rows: this.rows };
  }

  quadratic(states: BitMatrix): Float64Array {
    const n = this.units;
    const spins = new Int8Array(n);
    return Float64Array.from({ length: states.rows }, (_, r) => {
      unpack(states, r, spins);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += spins[i] * this.field(spins, i);
      return sum;
    });
  }

  row(i: number, out: Float64Array): void {
    const { starts, columns, weights } = this.rows;
    out.fill(0);
    for (let k = starts[i]; k < starts[i + 1]; k++) out[columns[k]] = weights[k];
  }

  /** Does nothing: there is no memory of a backend. */
  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }

  /** h_i of n spins. */
  field(spins: Int8Array, i: number): number {
    const { starts, columns, weights } = this.rows;
    let sum = 0;
    for (let k = starts[i]; k < starts[i + 1]; k++) sum += weights[k] * spins[columns[k]];
    return sum;
  }
}

/** Computes each field anew from its row. */
class SparseWalk implements OperatorWalk {
  readonly #couplings: SparseCouplings;
  readonly #spins: Int8Array;

  constructor(couplings: SparseCouplings, state: BitMatrix) {
    this.#couplings = couplings;
    this.#spins = new Int8Array(couplings.units);
    unpack(state, 0, this.#spins);
  }

  field(unit: number): number {
    return this.#couplings.field(this.#spins, unit);
  }

  visit(order: Uint32Array, thresholds: Float64Array, noise?: Float64Array): number {
    let flips = 0;
    for (let k = 0; k < order.length; k++) {
      const i = order[k];
      const threshold = noise === undefined ? thresholds[i] : thresholds[i] + noise[k];
      const spin = respond(this.field(i), threshold, this.#spins[i]);
      if (spin === this.#spins[i]) continue;
      this.#spins[i] = spin;
      flips++;
    }
    return flips;
  }

  read(out: BitMatrix): void {
    pack(this.#spins, 0, out);
  }

  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }
}

/** -1, +1, or `state` where the field is within `tie` of the threshold. */
function respond(field: number, threshold: number, state: number): number {
  if (field === threshold || Math.abs(field - threshold) < tie) return state;
  return field > threshold ? 1 : -1;
}

function unpack(states: BitMatrix, r: number, spins: Int8Array): void {
  for (let j = 0; j < spins.length; j++) spins[j] = spinAt(states, r, j);
}

function pack(spins: Int8Array, r: number, out: BitMatrix): void {
  const words = out.words.subarray(r * out.stride, (r + 1) * out.stride);
  words.fill(0);
  for (let j = 0; j < spins.length; j++) if (spins[j] > 0) words[j >>> 5] |= 1 << (j & 31);
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
