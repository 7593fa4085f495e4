import { DataError, requireInteger, requireNumber, ShapeError } from "../errors.js";
import { bitMatrix } from "../math/bits.js";
import { PatternSet } from "../patterns/pattern-set.js";
import { classesOf } from "./classes.js";
import type { IdxArray } from "./idx.js";

/** Options of making patterns of images. */
export interface DigitOptions {
  /** Number of images of each class, the first ones of the file; defaults to all. */
  readonly perClass?: number | undefined;
  /** Threshold above which a pixel becomes +1; defaults to 0 (any ink). */
  readonly threshold?: number | undefined;
  /** Chooses images by their labels, in place of `perClass`, and in the order of the result. */
  readonly choose?: ((labels: readonly string[] | undefined, count: number) => ArrayLike<number>) | undefined;
}

/**
 * Patterns from labelled images: the first `perClass` of each class, ordered by class and then by their position in the
 * file, labelled with the class ("0", "1", ...). Images without labels are one class and get no labels. Images of
 * height x width keep that shape.
 *
 * @param images an array of images, indexed by the first dimension
 * @param labels one class per image, in any form that `classesOf` reads
 * @throws DataError if a class has fewer than `perClass` images or a pixel is not a finite number; ShapeError if the two
 *   arrays do not fit each other
 */
export function digits(
  images: IdxArray,
  labels: IdxArray | undefined,
  { perClass, threshold = 0, choose }: DigitOptions = {},
): PatternSet {
  requireNumber("threshold", threshold, Number.NEGATIVE_INFINITY);
  if (perClass !== undefined) requireInteger("perClass", perClass, 1);
  const [count, ...item] = images.shape;
  if (item.length === 0) {
    throw new ShapeError(
      `images has the shape ${count}, a list of numbers; expected at least two dimensions, images x pixels`,
    );
  }
  const classes = labels && classesOf(labels, count);
  const chosen =
    choose === undefined
      ? chooseRows(count, classes, perClass)
      : Array.from(choose(classes && Array.from(classes, String), count));
  const units = item.reduce((product, size) => product * size, 1);
  const bits = bitMatrix(chosen.length, units);
  chosen.forEach((row, r) => {
    for (let j = 0; j < units; j++) {
      const pixel = images.values[row * units + j];
      if (!Number.isFinite(pixel))
        throw new DataError(`images[${row}] has the value ${pixel}; expected finite numbers`);
      if (pixel > threshold) bits.words[r * bits.stride + (j >>> 5)] |= 1 << (j & 31);
    }
  });
  return new PatternSet(bits, {
    labels: classes && chosen.map((row) => String(classes[row])),
    shape: item.length === 2 ? [item[0], item[1]] : undefined,
  });
}

function chooseRows(count: number, labels: Int32Array | undefined, perClass: number | undefined): number[] {
  const classes = new Map<number, number[]>();
  if (labels === undefined)
    classes.set(
      0,
      Array.from({ length: count }, (_, row) => row),
    );
  else {
    labels.forEach((label, row) => {
      const rows = classes.get(label);
      if (rows === undefined) classes.set(label, [row]);
      else rows.push(row);
    });
  }
  return [...classes]
    .sort(([a], [b]) => a - b)
    .flatMap(([label, rows]) => {
      if (perClass !== undefined && rows.length < perClass) {
        const which = labels === undefined ? "the file" : `class ${label}`;
        throw new DataError(
          `perClass is ${perClass} but ${which} has ${rows.length} images; choose at most that number`,
        );
      }
      return rows.slice(0, perClass);
    });
}
