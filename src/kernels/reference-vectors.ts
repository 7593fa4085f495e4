import { exp } from "../math/elementary.js";
import { weighSingly } from "./reference-single-vectors.js";
import {
  CHUNK,
  type Comparison,
  type DoubleParts,
  LEADS,
  LEAST_SCORE,
  type SingleParts,
  VectorOperator,
} from "./vectors.js";

/** The formulas of `VectorOperator`. */
export class ReferenceVectorOperator extends VectorOperator {
  protected override compare(queries: Float64Array, comparison: Comparison, out: Float64Array): void {
    const { stride, count } = this;
    for (let at = 0, first = 0; at < queries.length; at += stride, first += count) {
      this.#compareOne(queries.subarray(at, at + stride), comparison, out.subarray(first, first + count));
    }
  }

  #compareOne(query: Float64Array, comparison: Comparison, out: Float64Array): void {
    const { values, columns } = this.vectors;
    // Padded with zeros, which change no sum: the last eight are like all others.
    const padded = new Float32Array(this.stride);
    for (let j = 0; j < out.length; j++) {
      const at = (this.rows?.[j] ?? j) * columns;
      const isWhole = columns === this.stride;
      if (!isWhole) padded.set(values.subarray(at, at + columns));
      const [from, start] = isWhole ? [values, at] : [padded, 0];
      out[j] = comparison === "dot" ? dot(query, from, start) : -squaredDistance(query, from, start) / 2;
    }
  }

  protected override weigh(queries: Float64Array, comparison: Comparison, beta: number, parts: DoubleParts): void {
    const { weights, leads } = parts;
    this.compare(queries, comparison, weights);
    for (let from = 0, lead = 0; from < weights.length; from += this.count) {
      for (let c = 0; c < this.count; c += CHUNK, lead += LEADS) {
        const chunk = weights.subarray(from + c, from + Math.min(this.count, c + CHUNK));
        leads.set(softmaxOfChunk(chunk, beta), lead);
      }
    }
    this.add(weights, parts.sums);
  }

  protected override weighSingly(
    queries: Float32Array,
    comparison: Comparison,
    beta: number,
    parts: SingleParts,
  ): void {
    const { count, singleStride: stride, vectors } = this;
    const rowOf = (j: number) => (this.rows?.[j] ?? j) * vectors.columns;
    weighSingly(
      { values: vectors.values, units: vectors.columns, stride, count, rowOf },
      queries,
      comparison,
      beta,
      parts,
    );
  }

  protected override add(weights: Float64Array, sums: Float64Array): void {
    const { values, columns } = this.vectors;
    sums.fill(0);
    for (let from = 0, out = 0; from < weights.length; from += this.count) {
      for (let j = 0; j < this.count; j++) {
        if (j > 0 && j % CHUNK === 0) out += this.stride;
        const weight = weights[from + j];
        if (weight === 0) continue;
        const at = (this.rows?.[j] ?? j) * columns;
        for (let i = 0; i < columns; i++) sums[out + i] += weight * values[at + i];
      }
      out += this.stride;
    }
  }
}

/** Makes weights of the similarities of a chunk, and gives its lead and its second, and the sum of its weights. */
function softmaxOfChunk(chunk: Float64Array, beta: number): [first: number, second: number, total: number] {
  let [first, second] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const s of chunk) {
    second = Math.max(second, Math.min(first, s));
    first = Math.max(first, s);
  }
  const totals = new Float64Array(8);
  const most = beta * first;
  for (let j = 0; j < chunk.length; j++) {
    const score = beta * chunk[j] - most;
    chunk[j] = score < LEAST_SCORE ? 0 : exp(score);
    totals[j % 8] += chunk[j];
  }
  const [a, b, c, d, e, f, g, h] = totals;
  return [first, second, a + e + (c + g) + (b + f + (d + h))];
}

function dot(query: Float64Array, values: Float32Array, at: number): number {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < query.length; i += 8, at += 8) {
    a += query[i] * values[at];
    b += query[i + 1] * values[at + 1];
    c += query[i + 2] * values[at + 2];
    d += query[i + 3] * values[at + 3];
    e += query[i + 4] * values[at + 4];
    f += query[i + 5] * values[at + 5];
    g += query[i + 6] * values[at + 6];
    h += query[i + 7] * values[at + 7];
  }
  return a + e + (c + g) + (b + f + (d + h));
}

function squaredDistance(query: Float64Array, values: Float32Array, at: number): number {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < query.length; i += 8, at += 8) {
    const [s, t, u, v] = [
      query[i] - values[at],
      query[i + 1] - values[at + 1],
      query[i + 2] - values[at + 2],
      query[i + 3] - values[at + 3],
    ];
    const [w, x, y, z] = [
      query[i + 4] - values[at + 4],
      query[i + 5] - values[at + 5],
      query[i + 6] - values[at + 6],
      query[i + 7] - values[at + 7],
    ];
    a += s * s;
    b += t * t;
    c += u * u;
    d += v * v;
    e += w * w;
    f += x * x;
    g += y * y;
    h += z * z;
  }
  return a + e + (c + g) + (b + f + (d + h));
}
