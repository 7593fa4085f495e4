import type { DenseClassifier, Random } from "engram";
import type { Context } from "../experiment.js";

/** Images as rows of pixels from -1 to 1. */
export interface Images {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

type Workspace = Pick<Context, "workspace">;

/**
 * Images that move down the gap of their own class and up that of the strongest other one, in steps of equal length along the
 * gradient; pixels stay within [-1, 1]. F is a power, so that the direction of the gradient of a gap depends on the
 * temperature by its rounding alone.
 *
 * @param labels the own class of every image
 * @param length of a step; the sum of all steps is the largest Euclidean distance from the image
 */
export function adversarial(
  classifier: DenseClassifier,
  images: Images,
  labels: ArrayLike<number>,
  { steps, length }: { readonly steps: number; readonly length: number },
  { workspace }: Workspace,
): Images {
  const { classes } = classifier;
  return moved(images, steps, length, (now) => {
    const gaps = classifier.gaps(now, { workspace }).values;
    const weights = new Float64Array(now.rows * classes);
    for (let r = 0; r < now.rows; r++) {
      let other = labels[r] === 0 ? 1 : 0;
      for (let c = 0; c < classes; c++) {
        if (c !== labels[r] && gaps[r * classes + c] > gaps[r * classes + other]) other = c;
      }
      weights[r * classes + labels[r]] = -1;
      weights[r * classes + other] = 1;
    }
    const { values } = classifier.gapGradients(
      now,
      { rows: now.rows, columns: classes, values: weights },
      { workspace },
    );
    return values;
  });
}

/**
 * Images that begin as noise and end where the outputs are those of a class: they move up its gap and down the others, as
 * `adversarial` ones do.
 */
export function imagined(
  classifier: DenseClassifier,
  labels: ArrayLike<number>,
  { steps, length }: { readonly steps: number; readonly length: number },
  random: Random,
  { workspace }: Workspace,
): Images {
  const { classes, pixels: columns } = classifier;
  const rows = labels.length;
  const values = Float64Array.from({ length: rows * columns }, () => 2 * random.uniform() - 1);
  const weights = Float64Array.from({ length: rows * classes }, (_, k) =>
    k % classes === labels[Math.floor(k / classes)] ? 1 : -1,
  );
  return moved({ rows, columns, values }, steps, length, (now) => {
    return classifier.gapGradients(now, { rows, columns: classes, values: weights }, { workspace }).values;
  });
}

/** Moves every image along its direction, normalised to a length, again and again. */
function moved(images: Images, steps: number, length: number, directionsOf: (now: Images) => Float64Array): Images {
  const { rows, columns } = images;
  const now = { rows, columns, values: images.values.slice() };
  for (let step = 0; step < steps; step++) {
    const directions = directionsOf(now);
    for (let r = 0; r < rows; r++) {
      const own = directions.subarray(r * columns, (r + 1) * columns);
      let largest = 0;
      for (const x of own) largest = Math.max(largest, Math.abs(x));
      // An image that no memory sees stays.
      if (largest === 0) continue;
      let square = 0;
      for (const x of own) square += (x / largest) * (x / largest);
      const scale = length / (largest * Math.sqrt(square));
      for (let i = 0; i < columns; i++) {
        const at = r * columns + i;
        now.values[at] = Math.max(-1, Math.min(1, now.values[at] + scale * own[i]));
      }
    }
  }
  return now;
}

/** The largest correlation of each image with one of some others. */
export function nearestCorrelations(
  images: Images,
  others: { readonly rows: number; readonly values: ArrayLike<number> },
) {
  const { rows, columns } = images;
  const standard = (values: ArrayLike<number>, from: number): Float64Array => {
    const row = Float64Array.from({ length: columns }, (_, i) => values[from + i]);
    const mean = row.reduce((sum, x) => sum + x, 0) / columns;
    const size = Math.sqrt(row.reduce((sum, x) => sum + (x - mean) * (x - mean), 0));
    return row.map((x) => (size > 0 ? (x - mean) / size : 0));
  };
  const own = Array.from({ length: rows }, (_, r) => standard(images.values, r * columns));
  const best = new Float64Array(rows).fill(-1);
  for (let o = 0; o < others.rows; o++) {
    const other = standard(others.values, o * columns);
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let i = 0; i < columns; i++) sum += own[r][i] * other[i];
      best[r] = Math.max(best[r], sum);
    }
  }
  return Array.from(best);
}
