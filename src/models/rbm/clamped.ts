import { ArgumentError, ShapeError } from "../../errors.js";
import type { Rows } from "../../units/index.js";
import type { Rbm } from "./rbm.js";

/**
 * The indices of clamped visible values, checked.
 *
 * @throws ShapeError for an index out of range, or if only some of the values of a unit are clamped; ArgumentError if no
 *   initial states are given
 */
export function clampedValues({ visible }: Rbm, clamped: ArrayLike<number>, start: Rows | undefined): Uint32Array {
  const numbers = Array.from(clamped);
  const stray = numbers.find((i) => !Number.isInteger(i) || i < 0 || i >= visible.width);
  if (stray !== undefined) {
    throw new ShapeError(
      `clamped has the index ${stray}; expected integers from 0 to ${visible.width - 1}, the visible values`,
    );
  }
  const held = new Set(numbers);
  const size = visible.width / visible.count;
  const unitOf = (i: number) => i - (i % size);
  for (const i of held) {
    const missing = Array.from({ length: size }, (_, a) => unitOf(i) + a).find((k) => !held.has(k));
    if (missing === undefined) continue;
    throw new ShapeError(
      `clamped has value ${i} but not ${missing} of the same ${visible.type} unit; clamp all values of a unit`,
    );
  }
  if (held.size > 0 && start === undefined) {
    throw new ArgumentError("clamped is given without visible; pass the initial states, which hold the clamped values");
  }
  return Uint32Array.from(held);
}
