import type { SparseRows } from "../../src/kernels/index.js";
import { type BitMatrix, bitMatrix } from "../../src/math/bits.js";

/** A small generator of its own (SplitMix32), so that these tests rest on nothing that they do not test. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

export function randomBits(rows: number, columns: number, random: () => number): BitMatrix {
  const bits = bitMatrix(rows, columns);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++) if (random() < 0.5) bits.words[r * bits.stride + (j >>> 5)] |= 1 << (j & 31);
  }
  return bits;
}

/** The order of a sweep over n units (Fisher and Yates). */
export function randomOrder(n: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Normal enough: fractions of both signs that fill their 53 bits. */
export function randomNumbers(count: number, random: () => number): Float64Array {
  return Float64Array.from({ length: count }, () => (random() + random() + random() - 1.5) * (1 + random()));
}

export function symmetric(p: number, random: () => number): Float64Array {
  const matrix = randomNumbers(p * p, random);
  for (let i = 0; i < p; i++) for (let j = 0; j < i; j++) matrix[i * p + j] = matrix[j * p + i];
  return matrix;
}

/** The entries of a matrix that are not zero. */
export function sparseRows(matrix: Float64Array, n: number): SparseRows {
  const starts = new Uint32Array(n + 1);
  const entries: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (matrix[i * n + j] !== 0) entries.push(i * n + j);
    starts[i + 1] = entries.length;
  }
  return {
    starts,
    columns: Uint32Array.from(entries, (at) => at % n),
    weights: Float64Array.from(entries, (at) => matrix[at]),
  };
}

export function clone(bits: BitMatrix): BitMatrix {
  return bitMatrix(bits.rows, bits.columns, bits.words.slice());
}
