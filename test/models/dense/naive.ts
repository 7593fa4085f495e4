import { matrix, Random } from "../../../src/math/index.js";
import { DenseClassifier, type DenseSetting } from "../../../src/models/index.js";

/** max(z, 0)^n, with max(z, 0)^0 the step function. */
export const raisedAbove = (z: number, n: number) => (z > 0 ? z ** n : 0);

/** gap_c of one image by equation 9 of Krotov and Hopfield 2016, or by the dual form of its appendix, in double precision. */
export function naiveGaps(classifier: DenseClassifier, image: ArrayLike<number>): number[] {
  const { pixels, classes, power: n, temperature, form, memories } = classifier;
  const beta = 1 / temperature ** n;
  return Array.from({ length: classes }, (_, c) => {
    let gap = 0;
    for (let mu = 0; mu < memories.rows; mu++) {
      const xi = memories.values.subarray(mu * memories.columns, (mu + 1) * memories.columns);
      let pixelsAlone = 0;
      for (let i = 0; i < pixels; i++) pixelsAlone += xi[i] * image[i];
      if (form === "dual") {
        gap += beta * xi[pixels + c] * raisedAbove(pixelsAlone, n);
        continue;
      }
      const overlap = (on: number) => {
        let z = pixelsAlone;
        for (let a = 0; a < classes; a++) z += xi[pixels + a] * (a === on ? 1 : -1);
        return z;
      };
      gap += beta * (raisedAbove(overlap(c), n) - raisedAbove(overlap(-1), n));
    }
    return gap;
  });
}

/** Random memories whose values are numbers of single precision, and images with all pixels within [-1, 1]. */
export function randomCase(
  seed: number,
  {
    pixels = 30,
    classes = 4,
    memories = 23,
    power = 3,
    temperature = 4,
    form = "direct",
    rows = 17,
  }: Partial<Omit<DenseSetting, "classes">> & {
    pixels?: number;
    classes?: number;
    memories?: number;
    rows?: number;
  } = {},
) {
  const random = new Random(seed);
  const values = Float64Array.from({ length: memories * (pixels + classes) }, () =>
    Math.fround(2 * random.uniform() - 1),
  );
  const classifier = new DenseClassifier({
    memories: matrix(memories, pixels + classes, values),
    classes,
    power,
    temperature,
    form,
  });
  const images = matrix(
    rows,
    pixels,
    Float64Array.from({ length: rows * pixels }, () => Math.fround(2 * random.uniform() - 1)),
  );
  const labels = Array.from({ length: rows }, () => random.integer(classes));
  return { classifier, images, labels, random };
}

/** Row r of a matrix. */
export function rowOf({ columns, values }: { columns: number; values: Float64Array }, r: number): Float64Array {
  return values.subarray(r * columns, (r + 1) * columns);
}
