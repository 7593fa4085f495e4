import { DataError, ShapeError } from "../errors.js";

/**
 * Checks that there is one class for every row.
 *
 * @param name name of the labels in messages
 * @throws ShapeError for another number of labels, DataError for one that is not a class
 */
export function requireClasses(name: string, labels: ArrayLike<number>, rows: number, classes: number): void {
  if (labels?.length !== rows) {
    throw new ShapeError(`${name} has ${labels?.length ?? "no"} entries for ${rows} rows; give one per row`);
  }
  for (let r = 0; r < rows; r++) {
    const label = labels[r];
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new DataError(`${name}[${r}] is ${label}; expected a class from 0 to ${classes - 1}`);
  }
}
