import { ArgumentError, DataError, ShapeError } from "../errors.js";

/** Data, one row per example: entry (r, j) is `values[r * columns + j]`. Every `Matrix` is a `DataMatrix`. */
export interface DataMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Float64Array;
}

/** Data as a caller may pass it: a `DataMatrix` or a `Matrix`, taken as it is, or its rows as plain or typed arrays. */
export type Data = DataMatrix | ArrayLike<ArrayLike<number>>;

/**
 * Checks data as a caller may pass it, called `name` in messages. Rows of plain arrays are copied into double
 * precision.
 *
 * @throws ArgumentError for no rows, ShapeError where rows differ in length or do not have `columns` values, DataError
 *   naming the first value that is not finite
 */
export function asData(name: string, given: Data, columns?: number): DataMatrix {
  const data = isDataMatrix(given) ? given : copied(name, given);
  if (!(data.rows > 0 && data.columns > 0)) throw new ArgumentError(`${name} is empty; expected rows of numbers`);
  if (data.values.length !== data.rows * data.columns) {
    const needed = data.rows * data.columns;
    throw new ShapeError(`${name} has ${data.values.length} values; ${data.rows} x ${data.columns} need ${needed}`);
  }
  if (columns !== undefined && data.columns !== columns) {
    throw new ShapeError(`${name} has rows of ${data.columns} values; expected ${columns}`);
  }
  const { values } = data;
  for (let k = 0; k < values.length; k++) {
    if (Number.isFinite(values[k])) continue;
    const place = `${name}[${Math.floor(k / data.columns)}][${k % data.columns}]`;
    throw new DataError(`${place} is ${values[k]}; expected a finite number`);
  }
  return data;
}

function isDataMatrix(given: Data): given is DataMatrix {
  const values = (given as DataMatrix | undefined)?.values;
  return values instanceof Float64Array || values instanceof Float32Array;
}

function copied(name: string, given: ArrayLike<ArrayLike<number>>): DataMatrix {
  const rows = given?.length ?? 0;
  const columns = given?.[0]?.length ?? 0;
  const values = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    if (given[r]?.length !== columns) {
      throw new ShapeError(`${name}[${r}] has ${given[r]?.length ?? "no"} entries but ${name}[0] has ${columns}`);
    }
    values.set(given[r], r * columns);
  }
  return { rows, columns, values };
}

/** The mean of every column. */
export function columnMeans({ rows, columns, values }: DataMatrix): Float64Array {
  const means = new Float64Array(columns);
  for (let r = 0, k = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++, k++) means[j] += values[k];
  }
  for (let j = 0; j < columns; j++) means[j] /= rows;
  return means;
}
