import { type BitMatrix, bitDistance, spinAt } from "../math/bits.js";
import { DEPENDENT, type Dependence, type Projector } from "./kernels.js";

/**
 * The projector by Gram-Schmidt in coefficients: pattern k begins as z = e_k and loses its parts along q_0 ... q_(k-1), twice,
 * since once loses digits where patterns are close (Giraud, Langou, Rozloznik and van den Eshof, 2005).
 */
export function referenceProjector(patterns: BitMatrix, known?: Projector): Projector | Dependence {
  const p = patterns.rows;
  const start = known?.patterns ?? 0;
  const gram = new Int32Array(triangle(p));
  const basis = new Float64Array(triangle(p));
  const middle = new Float64Array(p * p);
  if (known !== undefined) {
    gram.set(known.gram);
    basis.set(known.basis);
    for (let mu = 0; mu < start; mu++) middle.set(known.middle.subarray(mu * start, (mu + 1) * start), mu * p);
  }
  const least = DEPENDENT * patterns.columns;
  for (let k = start; k < p; k++) {
    const products = gram.subarray(triangle(k), triangle(k + 1));
    for (let mu = 0; mu <= k; mu++) products[mu] = patterns.columns - 2 * bitDistance(patterns, mu, patterns, k);
    const { z, square } = orthogonal(gram, basis, k);
    if (!(square > least)) return { dependent: k, combination: z, products };
    const row = basis.subarray(triangle(k), triangle(k + 1));
    const length = Math.sqrt(square);
    for (let mu = 0; mu <= k; mu++) row[mu] = z[mu] / length;
    addOuterProduct(middle, p, row);
  }
  const diagonal = known?.diagonal.slice() ?? new Float64Array(patterns.columns);
  addSquares(diagonal, basis, patterns, start);
  return { patterns: p, gram, basis, middle, diagonal };
}

/** Where row k of a triangle begins. */
function triangle(k: number): number {
  return (k * (k + 1)) / 2;
}

/** z of pattern k, and the squared length of its vector, z^T G z. */
function orthogonal(gram: Int32Array, basis: Float64Array, k: number): { z: Float64Array; square: number } {
  const z = new Float64Array(k + 1);
  z[k] = 1;
  let products: Float64Array = Float64Array.from(gram.subarray(triangle(k), triangle(k + 1)));
  for (let pass = 0; pass < 2; pass++) {
    for (let j = 0; j < k; j++) {
      const row = basis.subarray(triangle(j), triangle(j + 1));
      let part = 0;
      for (let mu = 0; mu <= j; mu++) part += row[mu] * products[mu];
      for (let mu = 0; mu <= j; mu++) z[mu] -= part * row[mu];
    }
    products = multiplySymmetric(gram, z);
  }
  let square = 0;
  for (let mu = 0; mu <= k; mu++) square += z[mu] * products[mu];
  return { z, square };
}

/** G z, each sum in ascending order of its terms. */
function multiplySymmetric(lower: Int32Array, z: Float64Array): Float64Array {
  return z.map((_, mu) => {
    let sum = 0;
    for (let nu = 0; nu < z.length; nu++) {
      sum += lower[mu < nu ? triangle(nu) + mu : triangle(mu) + nu] * z[nu];
    }
    return sum;
  });
}

/** The leading block of the p x p matrix grows by t t^T. */
function addOuterProduct(matrix: Float64Array, p: number, t: Float64Array): void {
  for (let mu = 0; mu < t.length; mu++) {
    for (let nu = 0; nu < t.length; nu++) matrix[mu * p + nu] += t[mu] * t[nu];
  }
}

/**
 * d_i += q_k,i^2 for the patterns k from `start` on. Eight patterns at a time: unit i of all of them is one byte, and the 256
 * signed sums of their eight coefficients are in a table.
 */
function addSquares(diagonal: Float64Array, basis: Float64Array, patterns: BitMatrix, start: number): void {
  const n = patterns.columns;
  const groups = Array.from({ length: Math.ceil(patterns.rows / 8) }, (_, g) => bytesOf(patterns, 8 * g));
  const q = new Float64Array(n);
  const table = new Float64Array(256);
  for (let k = start; k < patterns.rows; k++) {
    q.fill(0);
    for (let first = 0; first <= k; first += 8) {
      const bytes = groups[first / 8];
      signedSums(basis.subarray(triangle(k) + first, triangle(k) + Math.min(first + 8, k + 1)), table);
      for (let i = 0; i < n; i++) q[i] += table[bytes[i]];
    }
    for (let i = 0; i < n; i++) diagonal[i] += q[i] * q[i];
  }
}

/** Byte i holds unit i of the eight patterns from row `first` on. */
function bytesOf(bits: BitMatrix, first: number): Uint8Array {
  const bytes = new Uint8Array(bits.columns);
  for (let mu = first; mu < Math.min(first + 8, bits.rows); mu++) {
    for (let i = 0; i < bytes.length; i++) if (spinAt(bits, mu, i) > 0) bytes[i] |= 1 << (mu - first);
  }
  return bytes;
}

/** table[b] = the sum of up to eight terms, those whose bit in b is 0 with a minus. */
function signedSums(terms: Float64Array, table: Float64Array): void {
  table[0] = terms.reduce((sum, term) => sum - term, 0);
  for (let k = 0; k < 8; k++) {
    const change = k < terms.length ? 2 * terms[k] : 0;
    for (let b = 0; b < 1 << k; b++) table[(1 << k) + b] = table[b] + change;
  }
}
