import type { VectorSet } from "../patterns/index.js";

/*
 * What memories of real vectors compute with every stored one.
 */

/** How alike two real vectors are. */
export type Similarity = "euclidean" | "dot" | "cosine";

/**
 * q . x_j for every row, or -|q - x_j|^2 / 2. The sums run over i mod 8 and are added in pairs at the end: one order for every
 * width of a processor's registers. Differences of numbers of single precision are exact enough in double precision.
 */
export function similaritiesOf(
  query: Float64Array,
  { matrix: { rows, columns, values } }: VectorSet<Float32Array>,
  similarity: Similarity,
): Float64Array {
  const out = new Float64Array(rows);
  // Padded with zeros, which change no sum: the last eight are like all others.
  const padded = new Float64Array(Math.ceil(columns / 8) * 8);
  padded.set(query);
  const sum = similarity === "euclidean" ? squaredDistance : dot;
  const last = new Float32Array(padded.length);
  for (let j = 0, at = 0; j < rows; j++, at += columns) {
    const isWhole = at + padded.length <= values.length && padded.length === columns;
    if (!isWhole) last.set(values.subarray(at, at + columns));
    out[j] = isWhole ? sum(padded, values, at) : sum(padded, last, 0);
  }
  return similarity === "euclidean" ? out.map((square) => -square / 2) : out;
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

/** sum_j p_j x_j over the rows with a weight, one row after the other; four at a time, with one sum in a register. */
export function weightedSum(
  weights: Float64Array,
  { matrix: { rows, columns, values } }: VectorSet<Float32Array>,
): Float64Array {
  const out = new Float64Array(columns);
  const [row, part] = [new Uint32Array(4), new Float64Array(4)];
  for (let j = 0, count = 0; j < rows; j++) {
    if (weights[j] !== 0) {
      row[count] = j;
      part[count++] = weights[j];
    }
    if (count < 4 && j + 1 < rows) continue;
    const [a, b, c, d] = [row[0] * columns, row[1] * columns, row[2] * columns, row[3] * columns];
    const [p, q, r, s] = part;
    if (count === 4) {
      for (let i = 0; i < columns; i++) {
        out[i] = out[i] + p * values[a + i] + q * values[b + i] + r * values[c + i] + s * values[d + i];
      }
    } else {
      for (let k = 0; k < count; k++) {
        for (let i = 0, at = row[k] * columns; i < columns; i++, at++) out[i] += part[k] * values[at];
      }
    }
    count = 0;
  }
  return out;
}
