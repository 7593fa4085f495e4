import { Random, VectorSet } from "engram";
import { matrix } from "engram/math";
import { expect, test } from "vitest";
import { basisOf, FeatureMemory, varianceOf, wave } from "../../dist/experiments/hoover-2024/random-features.js";

function vectors(rows: readonly (readonly number[])[]): VectorSet<Float32Array> {
  return new VectorSet(matrix(rows.length, rows[0].length, Float32Array.from(rows.flat())));
}

test("cosine and sine of an angle in turns", () => {
  for (let k = -300; k <= 300; k++) {
    const turns = k / 97;
    const { cos, sin } = wave(turns);
    expect(cos).toBeCloseTo(Math.cos(2 * Math.PI * turns), 13);
    expect(sin).toBeCloseTo(Math.sin(2 * Math.PI * turns), 13);
  }
});

test("the variance of one feature", () => {
  const one = vectors([[1, 0]]);
  // At the pattern the feature is 2 cos^2 of a uniform phase; far away it is twice a product of independent cosines.
  expect(varianceOf(one, [1, 0], 3, 1)).toBeCloseTo(1 / 2, 12);
  expect(varianceOf(one, [50, 0], 3, 0)).toBeCloseTo(1, 12);
});

test("the gradient is that of the energy", () => {
  const [beta, features, step] = [4, 200, 1e-5];
  const patterns = vectors([
    [0.5, 0, 0.5],
    [0, 0.5, 0.5],
  ]);
  const memory = new FeatureMemory(basisOf(features, 3, new Random(2)), beta).store(patterns);
  const energy = (x: readonly number[]) => -Math.log(memory.sums(x, [features])[0]) / beta;
  const x = [0.4, 0.1, 0.45];
  const gradient = new Float64Array(3);
  memory.gradient(x, features, gradient);
  for (let i = 0; i < 3; i++) {
    const [up, down] = [1, -1].map((sign) => energy(x.map((value, j) => (j === i ? value + sign * step : value))));
    // Central differences: an error of about step^2, and rounding over the step.
    expect(gradient[i]).toBeCloseTo((up - down) / (2 * step), 7);
  }
});

test("patterns that are stored later add to the same numbers", () => {
  const basis = basisOf(50, 2, new Random(3));
  const [a, b] = [vectors([[0, 1]]), vectors([[1, 1]])];
  const together = new FeatureMemory(basis, 2).store(
    vectors([
      [0, 1],
      [1, 1],
    ]),
  );
  const later = new FeatureMemory(basis, 2).store(a).store(b);
  expect(later.sums([0.3, 0.2], [10, 50])).toEqual(together.sums([0.3, 0.2], [10, 50]));
});
