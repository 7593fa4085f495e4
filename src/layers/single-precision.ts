import { DataError } from "../errors.js";

/** Largest sum of magnitudes: with a factor of 2 for spins, sums of two matrices and biases stay below 2^128. */
const LARGEST = 2 ** 124;

/**
 * Throws if a matrix, row after row, is too large for sums in single precision, whose numbers end at 3.4e38: no partial sum
 * of states from -1 to 1 may overflow.
 *
 * @throws DataError naming the row or the column whose magnitudes add up to more than 2^124
 */
export function requireSingle(name: string, values: ArrayLike<number>, rows: number, columns: number): void {
  const across = new Float64Array(rows);
  const down = new Float64Array(columns);
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, k++) {
      const size = Math.abs(values[k]);
      across[i] += size;
      down[j] += size;
    }
  }
  const row = across.findIndex((sum) => !(sum <= LARGEST));
  const column = down.findIndex((sum) => !(sum <= LARGEST));
  if (row < 0 && column < 0) return;
  const place = row >= 0 ? `row ${row}` : `column ${column}`;
  const sum = row >= 0 ? across[row] : down[column];
  const range = "expected at most 2^124, the range of single precision";
  throw new DataError(
    `the magnitudes of ${name} add up to ${sum} in ${place}; ${range}: make them smaller, or train anew`,
  );
}
