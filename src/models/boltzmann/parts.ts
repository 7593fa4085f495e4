import { ArgumentError, DataError, ShapeError } from "../../errors.js";
import { asMatrix, largestEntry, type Matrix, matrix } from "../../math/matrix.js";
import type { Rows, Units } from "../../units/index.js";

/** A matrix in any accepted form. */
export type MatrixLike = Matrix | ArrayLike<ArrayLike<number>>;

/** The couplings of a Boltzmann machine as named in its energy; each defaults to zero. */
export interface CouplingParts {
  /** R, n x n, visible with visible: symmetric, with a diagonal of zeros. */
  readonly visibleCouplings?: MatrixLike | undefined;
  /** W, n x k, visible with hidden. */
  readonly weights?: MatrixLike | undefined;
  /** S, k x k, hidden with hidden: symmetric, with a diagonal of zeros. */
  readonly hiddenCouplings?: MatrixLike | undefined;
}

/** Transposed couplings that differ by less than this part of the largest differ by rounding and count as symmetric. */
const ROUNDING = 2 ** -40;

/** The symmetric (n + k) x (n + k) matrix [R W; W^T S]. */
export function joinParts({ visibleCouplings, weights, hiddenCouplings }: CouplingParts, n: number, k: number): Matrix {
  const whole = matrix(n + k, n + k);
  const size = n + k;
  const place = (part: Matrix, top: number, left: number) => {
    for (let i = 0; i < part.rows; i++) {
      for (let j = 0; j < part.columns; j++) {
        const value = part.values[i * part.columns + j];
        whole.values[(top + i) * size + left + j] = value;
        whole.values[(left + j) * size + top + i] = value;
      }
    }
  };
  if (visibleCouplings !== undefined) place(symmetric("visibleCouplings", visibleCouplings, n, "visible"), 0, 0);
  if (hiddenCouplings !== undefined) place(symmetric("hiddenCouplings", hiddenCouplings, k, "hidden"), n, n);
  if (weights !== undefined) {
    const between = asMatrix("weights", weights);
    if (between.rows !== n || between.columns !== k) {
      const given = `${between.rows} x ${between.columns}`;
      throw new ShapeError(`weights are ${given}; expected ${n} x ${k}, for ${n} visible and ${k} hidden units`);
    }
    place(between, 0, n);
  }
  return whole;
}

/** Requires a symmetric matrix with a zero diagonal; differences due to rounding are averaged. */
function symmetric(name: string, given: MatrixLike, units: number, layer: string): Matrix {
  const checked = asMatrix(name, given);
  const { rows, columns, values } = checked;
  if (rows !== units || columns !== units) {
    throw new ShapeError(`${name} are ${rows} x ${columns}; expected ${units} x ${units}, for ${units} ${layer} units`);
  }
  const tolerance = ROUNDING * largestEntry(checked);
  for (let i = 0; i < units; i++) {
    const own = values[i * units + i];
    if (own !== 0) {
      const remedy = "expected 0: units have no self-couplings, use a bias";
      throw new ArgumentError(`${name}[${i}][${i}] is ${own}; ${remedy}`);
    }
    for (let j = 0; j < i; j++) {
      const [w, back] = [values[i * units + j], values[j * units + i]];
      if (Math.abs(w - back) > tolerance) {
        const remedy = "expected a symmetric matrix";
        throw new ArgumentError(`${name}[${i}][${j}] is ${w} but ${name}[${j}][${i}] is ${back}; ${remedy}`);
      }
      values[i * units + j] = values[j * units + i] = (w + back) / 2;
    }
  }
  return checked;
}

/** The two values and the biases of a layer; throws unless it has two-state units. */
export function twoStates(layer: string, units: Units): { low: number; high: number; bias: Float64Array } {
  const { bias } = units.named;
  if (units.states !== 2 || units.width !== units.count || bias?.length !== units.count) {
    throw new ArgumentError(`${layer} has ${units.type} units; a Boltzmann machine has binary or spin units`);
  }
  const row = new Float64Array(units.width);
  units.setState(0, 0, row);
  const low = row[0];
  units.setState(0, 1, row);
  return { low, high: row[0], bias };
}

/** The number of rows of states of a layer, checked. */
export function rowsOfLayer(name: string, units: Units, rows: Rows): number {
  if (!(rows instanceof Float64Array || rows instanceof Float32Array)) {
    throw new ArgumentError(`${name} is not a Float64Array or Float32Array; pass the rows one after the other in one`);
  }
  if (rows.length === 0 || rows.length % units.width !== 0) {
    const needed = `a row of the ${name} layer has ${units.width}`;
    throw new ShapeError(`${name} has ${rows.length} values; ${needed}: expected a multiple of it, above 0`);
  }
  units.check(name, rows);
  return rows.length / units.width;
}

/** Largest sum of the magnitudes of all parameters of an energy, as of the couplings of an interaction. */
const LARGEST = 2 ** 900;

/** Throws if energies could overflow: the magnitudes of all parameters must add up to at most 2^900. */
export function requireSummable(name: string, ...parts: readonly ArrayLike<number>[]): void {
  let sum = 0;
  for (const values of parts) for (let k = 0; k < values.length; k++) sum += Math.abs(values[k]);
  if (sum <= LARGEST) return;
  throw new DataError(`the magnitudes of ${name} add up to ${sum}; expected at most 2^900: make them smaller`);
}

/** Throws, naming the unit, unless every value is finite. */
export function requireFinite(name: string, values: ArrayLike<number>): void {
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k])) throw new DataError(`${name}[${k}] is ${values[k]}; expected a finite number`);
  }
}
