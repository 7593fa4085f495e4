import { exp } from "./element-functions.js";
import { CHUNK, type Comparison, LEADS, LEAST_SINGLE_SCORE, RUN, type SingleParts } from "./vectors.js";

const { fround } = Math;

/** Vectors in rows of a matrix. */
interface Rows {
  readonly values: Float32Array;
  readonly units: number;
  /** Numbers of a vector that is padded to whole sixteens. */
  readonly stride: number;
  readonly count: number;
  /** Where vector j begins. */
  readonly rowOf: (j: number) => number;
}

/** The parts of a softmax in single precision. */
export function weighSingly(
  rows: Rows,
  queries: Float32Array,
  comparison: Comparison,
  beta: number,
  { weights, leads, sums }: SingleParts,
): void {
  const { count, stride, values, units, rowOf } = rows;
  const chunks = Math.ceil(count / CHUNK);
  const vector = new Float32Array(stride);
  const slope = fround(beta);
  sums.fill(0);
  for (let k = 0; k * stride < queries.length; k++) {
    const query = queries.subarray(k * stride, (k + 1) * stride);
    for (let c = 0; c < chunks; c++) {
      const [from, end] = [c * CHUNK, Math.min(count, (c + 1) * CHUNK)];
      const own = weights.subarray(k * count + from, k * count + end);
      for (let j = from; j < end; j++) {
        vector.set(values.subarray(rowOf(j), rowOf(j) + units));
        own[j - from] = comparison === "dot" ? dot(query, vector) : fround(-0.5 * squaredDistance(query, vector));
      }
      leads.set(softmaxOfChunk(own, slope), (k * chunks + c) * LEADS);
      const sum = sums.subarray((k * chunks + c) * stride, (k * chunks + c + 1) * stride);
      for (let j = 0; j < own.length; j += RUN) addRun(rows, from + j, own.subarray(j, j + RUN), sum);
    }
  }
}

/** Makes weights of the similarities of a chunk, and gives its lead and its second, and the sum of its weights. */
function softmaxOfChunk(chunk: Float32Array, slope: number): [first: number, second: number, total: number] {
  let [first, second] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const s of chunk) {
    second = Math.max(second, Math.min(first, s));
    first = Math.max(first, s);
  }
  const totals = new Float64Array(8);
  for (let j = 0; j < chunk.length; j++) {
    const score = fround(slope * fround(chunk[j] - first));
    chunk[j] = score < LEAST_SINGLE_SCORE ? 0 : exp(score);
    totals[j % 8] += chunk[j];
  }
  const [a, b, c, d, e, f, g, h] = totals;
  return [first, second, a + e + (c + g) + (b + f + (d + h))];
}

/** Adds sum_j w_j x_j over a run of vectors, which is in single precision. */
function addRun({ values, units, rowOf }: Rows, first: number, weights: Float32Array, sums: Float64Array): void {
  const run = new Float32Array(units);
  for (let j = 0; j < weights.length; j++) {
    if (weights[j] === 0) continue;
    const at = rowOf(first + j);
    for (let i = 0; i < units; i++) run[i] += fround(weights[j] * values[at + i]);
  }
  for (let i = 0; i < units; i++) sums[i] += run[i];
}

function dot(a: Float32Array, b: Float32Array): number {
  const sums = new Float32Array(16);
  for (let i = 0; i < a.length; i++) sums[i % 16] += fround(a[i] * b[i]);
  return inHalves(sums);
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  const sums = new Float32Array(16);
  for (let i = 0; i < a.length; i++) {
    const difference = fround(a[i] - b[i]);
    sums[i % 16] += fround(difference * difference);
  }
  return inHalves(sums);
}

/** The sum of sixteen numbers: of the first half and the second, and so on. */
function inHalves(sums: Float32Array): number {
  for (let half = 8; half > 0; half >>= 1) {
    for (let l = 0; l < half; l++) sums[l] += sums[l + half];
  }
  return sums[0];
}
