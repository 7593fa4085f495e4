import { DataError } from "../errors.js";
import { PatternCouplings, quadratic } from "../interactions/index.js";
import { type BitMatrix, bitDistance, spinAt } from "../math/bits.js";
import { quote } from "../names.js";
import type { PatternSet } from "../patterns/index.js";
import { beginsWith } from "./one-by-one.js";
import { type Learned, learningRule, selfCoupling } from "./rule.js";

/**
 * The projection (pseudoinverse) rule, W = X^T (X X^T)^-1 X with the patterns as the rows of X: W projects on the span
 * of the patterns, so every one of them is a fixed point with W xi = xi, however correlated they are (Personnaz, Guyon
 * and Dreyfus, Information storage and retrieval in spin-glass like neural networks, 1985, eq. 8). They must be linearly
 * independent.
 *
 * By default the diagonal W_ii is subtracted: patterns stay fixed points, and memories are held up to a load of 1. With
 * `selfCoupling` W is the projector itself, and the basins of attraction shrink to nothing at a load of 1/2 (Kanter and
 * Sompolinsky, Associative recall of memory without errors, 1987).
 */
export const projection = learningRule({
  name: "projection",
  summary: "the projector on the patterns (pseudoinverse); holds correlated patterns",
  reference: "Personnaz, Guyon and Dreyfus 1985",
  options: { selfCoupling },
  create: ({ selfCoupling }) => ({
    selfCoupling,
    capacity: { load: () => (selfCoupling ? 0.5 : 1), source: "Kanter and Sompolinsky 1987" },
    learn(patterns, kernels, previous) {
      const factor = extend(previous && factors.get(previous), patterns);
      const diagonal = selfCoupling ? {} : { diagonal: diagonalOf(factor, patterns.bits) };
      const couplings = new PatternCouplings(
        { patterns: patterns.bits, middle: factor.middle, divisor: 1, ...diagonal },
        kernels,
      );
      const learned = { interaction: quadratic(couplings) };
      factors.set(learned, factor);
      return learned;
    },
  }),
});

/** Options of the projection rule. */
export type ProjectionOptions = NonNullable<Parameters<typeof projection>[0]>;

/**
 * The state from which one more pattern is added. The rows of `basis` make the patterns orthonormal: q_k = sum_mu
 * t_k,mu xi_mu with q_k . q_l = delta_kl, so that (X X^T)^-1 = sum_k t_k t_k^T. A new pattern adds one row and one
 * term, O(p^2), and the sum runs in the same order whether it is added or all are learned at once.
 */
interface Factor {
  readonly patterns: BitMatrix;
  /** Row k of the Gram matrix X X^T, its first k + 1 entries. */
  readonly gram: Int32Array[];
  /** t_k: k + 1 entries. */
  readonly basis: Float64Array[];
  /** (X X^T)^-1, p x p. */
  readonly middle: Float64Array;
}

const factors = new WeakMap<Learned, Factor>();

/** A pattern whose squared distance from the span of the others is below this fraction of n counts as dependent. */
const DEPENDENT = 1e-9;

function extend(known: Factor | undefined, patterns: PatternSet): Factor {
  const { bits } = patterns;
  // Among n + 1 patterns of n units one is dependent: it is reported before further patterns are examined or memory is
  // allocated for them.
  const p = Math.min(bits.rows, bits.columns + 1);
  const start = known !== undefined && beginsWith(bits, known.patterns) ? known : undefined;
  const gram = start?.gram.slice() ?? [];
  const basis = start?.basis.slice() ?? [];
  const middle = new Float64Array(p * p);
  const before = gram.length;
  for (let mu = 0; mu < before; mu++) {
    middle.set((start as Factor).middle.subarray(mu * before, (mu + 1) * before), mu * p);
  }
  for (let k = before; k < p; k++) {
    const products = new Int32Array(k + 1);
    for (let mu = 0; mu <= k; mu++) products[mu] = bits.columns - 2 * bitDistance(bits, mu, bits, k);
    gram.push(products);
    const row = orthonormalise(gram, basis, patterns, k);
    basis.push(row);
    addOuterProduct(middle, p, row);
  }
  return { patterns: bits, gram, basis, middle };
}

/** The leading block of the p x p matrix grows by t t^T. */
function addOuterProduct(matrix: Float64Array, p: number, t: Float64Array): void {
  for (let mu = 0; mu < t.length; mu++) {
    const factor = t[mu];
    const start = mu * p;
    for (let nu = 0; nu < t.length; nu++) matrix[start + nu] += factor * t[nu];
  }
}

/**
 * Gram-Schmidt in coefficients: z = e_k minus its parts along q_0 ... q_(k-1), done twice, since once loses digits
 * where patterns are close (Giraud, Langou, Rozloznik and van den Eshof, 2005).
 */
function orthonormalise(gram: Int32Array[], basis: Float64Array[], patterns: PatternSet, k: number): Float64Array {
  const z = new Float64Array(k + 1);
  z[k] = 1;
  const products = Float64Array.from(gram[k]);
  for (let pass = 0; pass < 2; pass++) {
    for (let j = 0; j < k; j++) {
      let part = 0;
      for (let mu = 0; mu <= j; mu++) part += basis[j][mu] * products[mu];
      for (let mu = 0; mu <= j; mu++) z[mu] -= part * basis[j][mu];
    }
    multiplySymmetric(gram, z, products);
  }
  let square = 0;
  for (let mu = 0; mu <= k; mu++) square += z[mu] * products[mu];
  if (!(square > DEPENDENT * patterns.units)) throw dependence(gram, z, patterns, k);
  const length = Math.sqrt(square);
  return z.map((x) => x / length);
}

/** out = G z, with the lower triangle of the symmetric matrix G given row by row. */
function multiplySymmetric(lower: readonly Int32Array[], z: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let mu = 0; mu < z.length; mu++) {
    const row = lower[mu];
    let sum = 0;
    for (let nu = 0; nu < mu; nu++) {
      sum += row[nu] * z[nu];
      out[nu] += row[nu] * z[mu];
    }
    out[mu] += sum + row[mu] * z[mu];
  }
}

function dependence(gram: Int32Array[], z: Float64Array, patterns: PatternSet, k: number): DataError {
  const name = (mu: number) => (patterns.labels ? `${mu} (${quote(patterns.labels[mu])})` : `${mu}`);
  const remedy = "projection needs linearly independent patterns: leave it out, or use another rule";
  for (let mu = 0; mu < k; mu++) {
    if (Math.abs(gram[k][mu]) === patterns.units) {
      const what = gram[k][mu] > 0 ? "a duplicate" : "the negative";
      return new DataError(`pattern ${name(k)} is ${what} of pattern ${name(mu)}; ${remedy}`);
    }
  }
  const others = Array.from(z.subarray(0, k), (_, mu) => mu).filter((mu) => Math.abs(z[mu]) > 1e-6);
  const shown = others.slice(0, 8).map(name).join(", ") + (others.length > 8 ? `, ... (${others.length} in all)` : "");
  return new DataError(`pattern ${name(k)} is a linear combination of patterns ${shown}; ${remedy}`);
}

/**
 * d_i = W_ii = sum_k q_k,i^2, the self-couplings of the projector. Eight patterns at a time: unit i of all of them is
 * one byte, and the 256 signed sums of their eight coefficients are in a table.
 */
function diagonalOf({ basis }: Factor, bits: BitMatrix): Float64Array {
  const n = bits.columns;
  const groups = Array.from({ length: Math.ceil(bits.rows / 8) }, (_, g) => bytesOf(bits, 8 * g));
  const diagonal = new Float64Array(n);
  const q = new Float64Array(n);
  const table = new Float64Array(256);
  for (const row of basis) {
    q.fill(0);
    for (let g = 0; 8 * g < row.length; g++) {
      const bytes = groups[g];
      signedSums(row.subarray(8 * g, 8 * g + 8), table);
      for (let i = 0; i < n; i++) q[i] += table[bytes[i]];
    }
    for (let i = 0; i < n; i++) diagonal[i] += q[i] * q[i];
  }
  return diagonal;
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
