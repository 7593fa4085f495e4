import { ArgumentError, DataError, ShapeError } from "../errors.js";

/**
 * A mask as a caller may pass it: `count` entries of 0 or 1, or of false or true.
 *
 * @param things what the entries stand for, in messages: "units"
 * @throws ShapeError for another number of entries, DataError for others, ArgumentError where all entries are `all`
 */
export function asMask(
  name: string,
  given: ArrayLike<number | boolean>,
  count: number,
  { things, all, remedy }: { readonly things: string; readonly all: 0 | 1; readonly remedy: string },
): Uint8Array {
  if (given?.length !== count) {
    throw new ShapeError(`${name} has ${given?.length ?? "no"} entries for ${count} ${things}; give one for each`);
  }
  const mask = new Uint8Array(count);
  for (let k = 0; k < count; k++) {
    const value = Number(given[k]);
    if (value !== 0 && value !== 1)
      throw new DataError(`${name}[${k}] is ${given[k]}; expected 0 or 1, or false or true`);
    mask[k] = value;
  }
  if (!mask.includes(1 - all)) throw new ArgumentError(`${name} is ${all} for all ${things}; ${remedy}`);
  return mask;
}
