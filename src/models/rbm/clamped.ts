import { ArgumentError, ShapeError } from "../../errors.js";
import type { Rows } from "../../units/index.js";
import type { Rbm } from "./rbm.js";

/**
 * The numbers of visible values that chains hold where they start, checked.
 *
 * @throws ShapeError for a number that no visible value has, or where only a part of a unit's values is held; ArgumentError
 *   where the chains start nowhere
 */
export function clampedValues({ visible }: Rbm, clamped: ArrayLike<number>, start: Rows | undefined): Uint32Array {
  const numbers = Array.from(clamped);
  const stray = numbers.find((i) => !Number.isInteger(i) || i < 0 || i >= visible.width);
  if (stray !== undefined) {
    throw new ShapeError(`clamped has the number ${stray}; visible values have 0 to ${visible.width - 1}`);
  }
  const held = new Set(numbers);
  const size = visible.width / visible.count;
  const unitOf = (i: number) => i - (i % size);
  for (const i of held) {
    const missing = Array.from({ length: size }, (_, a) => unitOf(i) + a).find((k) => !held.has(k));
    if (missing === undefined) continue;
    throw new ShapeError(
      `clamped has value ${i} but not ${missing} of the same ${visible.type} unit; clamp all of a unit`,
    );
  }
  if (held.size > 0 && start === undefined) {
    throw new ArgumentError("clamped is given but visible is not; clamped values stay as the chains start");
  }
  return Uint32Array.from(held);
}
