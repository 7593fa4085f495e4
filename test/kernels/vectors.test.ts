import { describe, expect, test } from "vitest";
import {
  CHUNK,
  type Comparison,
  type Kernels,
  referenceKernels,
  type SoftmaxOfVectors,
  type VectorOperator,
  type VectorPrecision,
} from "../../src/kernels/index.js";
import { useNativeThreads } from "../../src/kernels/native/threads.js";
import { WasmKernels } from "../../src/kernels/wasm/index.js";
import { matrix } from "../../src/math/matrix.js";
import { nativeTiers } from "../support/native.js";
import { generator, randomNumbers } from "./systems.js";

const backends: [string, Kernels][] = [
  ["wasm", new WasmKernels()],
  ...nativeTiers.map((native): [string, Kernels] => [`native (${native.tier})`, new WasmKernels(undefined, native)]),
];
const comparisons = ["dot", "euclidean"] as const;

interface System {
  readonly count: number;
  readonly units: number;
  readonly vectors: Float32Array;
  readonly queries: Float64Array;
  readonly many: number;
}

/** Random vectors, the first of them twice, and queries, the first of which is a vector. */
function system(count: number, units: number, many: number): System {
  const random = generator(count + units);
  const vectors = Float32Array.from(randomNumbers(count * units, random));
  const queries = randomNumbers(many * units, random);
  queries.set(vectors.subarray(0, units));
  if (count > 1) vectors.set(vectors.subarray(0, units), (count - 1) * units);
  return { count, units, vectors, queries, many };
}

const operatorOf = (
  kernels: Kernels,
  { count, units, vectors }: System,
  rows?: Uint32Array,
  precision?: VectorPrecision,
): VectorOperator => kernels.vectorOperator(matrix(count, units, vectors), { rows, precision });

/** All that a softmax says. */
function told(softmax: SoftmaxOfVectors): ArrayLike<number>[] {
  const { rows, weights } = softmax.candidates(0.01, 3);
  const leads = Float64Array.of(softmax.first, softmax.second, softmax.potential, softmax.nearest());
  return [softmax.mean(), softmax.weights(), leads, rows, weights];
}

function outcome(operator: VectorOperator, queries: Float64Array, beta: number): ArrayLike<number>[] {
  return comparisons.flatMap((comparison) => {
    const similarities = operator.similarities(queries, comparison);
    const softmaxes = operator.softmax(queries, comparison, beta).flatMap(told);
    return [similarities, ...softmaxes, operator.sums(similarities)];
  });
}

const everyThird = (count: number) => Uint32Array.from({ length: Math.ceil(count / 3) }, (_, j) => 3 * j);

describe.each(backends)("%s kernels", (_, kernels) => {
  // Less than a register, rests of all kinds, more than a chunk.
  test.each([
    [1, 1, 1, 1],
    [9, 8, 4, 3],
    [83, 13, 7, 2],
    [CHUNK, 40, 2, 0.01],
    [CHUNK + 1, 141, 5, 100],
    [2 * CHUNK + 77, 64, 9, 1],
  ])("%i vectors of %i entries and %i queries: the bits of the reference", (count, units, many, beta) => {
    const given = system(count, units, many);
    for (const rows of [undefined, everyThird(count)]) {
      for (const precision of ["double", "single"] as const) {
        const expected = outcome(operatorOf(referenceKernels, given, rows, precision), given.queries, beta);
        for (const threads of [1, 3]) {
          useNativeThreads(threads);
          expect(outcome(operatorOf(kernels, given, rows, precision), given.queries, beta)).toEqual(expected);
        }
        useNativeThreads(1);
      }
    }
  });
});

describe.each([["reference", referenceKernels] as const, ...backends])("%s kernels", (_, kernels) => {
  const given = system(2 * CHUNK + 5, 21, 6);

  test("a query gives the same alone and among others", () => {
    const operator = operatorOf(kernels, given);
    const together = operator.softmax(given.queries, "dot", 2).map(told);
    for (let k = 0; k < given.many; k++) {
      const alone = given.queries.slice(k * given.units, (k + 1) * given.units);
      expect(operator.softmax(alone, "dot", 2).map(told)[0]).toEqual(together[k]);
    }
  });

  test("rows that are chosen give the same as a set without the others", () => {
    const rows = everyThird(given.count);
    const vectors = Float32Array.from({ length: rows.length * given.units }, (_, k) => {
      return given.vectors[rows[Math.floor(k / given.units)] * given.units + (k % given.units)];
    });
    const without = operatorOf(kernels, { ...given, count: rows.length, vectors });
    const [some] = operatorOf(kernels, given, rows).softmax(given.queries, "euclidean", 2);
    const [all] = without.softmax(given.queries, "euclidean", 2);
    expect([some.mean(), some.weights(), some.potential]).toEqual([all.mean(), all.weights(), all.potential]);
    expect(some.nearest()).toBe(rows[all.nearest()]);
  });

  test.each(comparisons)("weights and means by %s are within the rounding of double precision", (comparison) => {
    const beta = 3;
    const { count, units } = given;
    const [softmax] = operatorOf(kernels, given).softmax(given.queries, comparison, beta);
    const exact = exactly(given, comparison, beta);
    // Scores: units sums and products; weights: those, an exponential, a sum over all, a division.
    const within = 2 * beta * exact.magnitude * (units + 3) * 2 ** -53 + (count + 10) * 2 ** -53;
    softmax.weights().forEach((weight, j) => {
      expect(Math.abs(weight - exact.weights[j])).toBeLessThanOrEqual(within * exact.weights[j] + count * 1e-26);
    });
    softmax.mean().forEach((mean, i) => {
      expect(Math.abs(mean - exact.mean[i])).toBeLessThanOrEqual(2 * within * exact.longest);
    });
    expect(Math.abs(softmax.potential - exact.potential)).toBeLessThanOrEqual(
      within + 2 ** -50 * Math.abs(exact.potential),
    );
  });

  test("candidates hold the heaviest, and all of at least a weight", () => {
    const [softmax] = operatorOf(kernels, given).softmax(given.queries, "dot", 1);
    const weights = softmax.weights();
    const sorted = Array.from(weights.keys()).sort((a, b) => weights[b] - weights[a] || a - b);
    for (const [least, most] of [
      [1, 3],
      [1, 500],
      [1e-3, 1],
      [0, 1],
    ]) {
      const found = softmax.candidates(least, most);
      expect(found.weights).toEqual(Float64Array.from(found.rows, (j) => weights[j]));
      const needed = sorted.filter((j, k) => weights[j] > 0 && (k < most || weights[j] >= least));
      expect(Array.from(found.rows)).toEqual(expect.arrayContaining(needed));
    }
  });

  test("weights far below the largest are 0, in whatever chunk", () => {
    const [count, units] = [3 * CHUNK, 1];
    const vectors = Float32Array.from({ length: count }, (_, j) => -j);
    const [softmax] = operatorOf(kernels, { ...given, count, units, vectors }).softmax(Float64Array.of(1), "dot", 1);
    const weights = softmax.weights();
    expect(weights.indexOf(0)).toBe(61);
    expect(weights.subarray(61).every((weight) => weight === 0)).toBe(true);
  });
});

/** The same by the formulas, with Math.exp and sums in ascending order. */
function exactly({ count, units, vectors, queries }: System, comparison: Comparison, beta: number) {
  let [magnitude, longest] = [0, 0];
  const scores = Array.from({ length: count }, (_, j) => {
    let [sum, size, square] = [0, 0, 0];
    for (let i = 0; i < units; i++) {
      const [q, x] = [queries[i], vectors[j * units + i]];
      const term = comparison === "dot" ? q * x : -((q - x) * (q - x)) / 2;
      sum += term;
      size += comparison === "dot" ? Math.abs(term) : 4 * (q * q + x * x);
      square += x * x;
    }
    magnitude = Math.max(magnitude, size);
    longest = Math.max(longest, Math.sqrt(square));
    return beta * sum;
  });
  const most = Math.max(...scores);
  const powers = scores.map((t) => (t - most < -60 ? 0 : Math.exp(t - most)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const weights = powers.map((power) => power / total);
  const mean = Array.from({ length: units }, (_, i) =>
    weights.reduce((sum, weight, j) => sum + weight * vectors[j * units + i], 0),
  );
  return { weights, mean, potential: most + Math.log(total), magnitude, longest };
}
