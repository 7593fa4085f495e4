import { PatternCouplings } from "../couplings/index.js";
import { DataError } from "../errors.js";
import { type BitMatrix, bitDistance, spinAt } from "../math/bits.js";
import type { PatternSet } from "../patterns/index.js";
import type { Learned, LearningRule, RuleOptions } from "./rule.js";

/**
 * The projection (pseudoinverse) rule, W = X^T (X X^T)^-1 X with the patterns as the rows of X: W projects on the span
 * of the patterns, so every one of them is a fixed point with W xi = xi, however correlated they are (Personnaz, Guyon
 * and Dreyfus, Information storage and retrieval in spin-glass like neural networks, 1985, eq. 8). They must be linearly
 * independent.
 *
 * With the self-couplings W_ii (the default: W is then the projector) the basins of attraction shrink to nothing at a
 * load of 1/2; without them memories are held up to a load of 1 (Kanter and Sompolinsky, Associative recall of memory
 * without errors, 1987).
 */
export function projection({ selfCoupling = true }: RuleOptions = {}): LearningRule {
  return {
    name: "projection",
    selfCoupling,
    capacity: { load: selfCoupling ? 0.5 : 1, source: "Kanter and Sompolinsky 1987" },
    learn(patterns, kernels, previous) {
      const factor = extend(previous && factors.get(previous), patterns);
      const diagonal = selfCoupling ? {} : { diagonal: diagonalOf(factor, patterns.bits) };
      const couplings = new PatternCouplings(
        { patterns: patterns.bits, middle: factor.middle, divisor: 1, ...diagonal },
        kernels,
      );
      const learned = { couplings };
      factors.set(learned, factor);
      return learned;
    },
  };
}

/**
 * What one more pattern needs of those before it. The rows of `basis` make the patterns orthonormal: q_k = sum_mu
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

/** A pattern whose squared distance from the span of the others is below this part of n counts as dependent. */
const DEPENDENT = 1e-9;

function extend(known: Factor | undefined, patterns: PatternSet): Factor {
  const { bits } = patterns;
  const p = bits.rows;
  const start = known !== undefined && isPrefix(known.patterns, bits) ? known : undefined;
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
    for (let mu = 0; mu <= k; mu++) {
      for (let nu = 0; nu <= k; nu++) middle[mu * p + nu] += row[mu] * row[nu];
    }
  }
  return { patterns: bits, gram, basis, middle };
}

/**
 * Gram-Schmidt in coefficients: z = e_k minus its parts along q_0 ... q_(k-1), done twice, since once loses digits
 * where patterns are close (Giraud, Langou, Rozloznik and van den Eshof, 2005).
 */
function orthonormalise(gram: Int32Array[], basis: Float64Array[], patterns: PatternSet, k: number): Float64Array {
  const entry = (mu: number, nu: number) => (mu < nu ? gram[nu][mu] : gram[mu][nu]);
  const z = new Float64Array(k + 1);
  z[k] = 1;
  const products = Float64Array.from(gram[k]);
  for (let pass = 0; pass < 2; pass++) {
    for (let j = 0; j < k; j++) {
      let part = 0;
      for (let mu = 0; mu <= j; mu++) part += basis[j][mu] * products[mu];
      for (let mu = 0; mu <= j; mu++) z[mu] -= part * basis[j][mu];
    }
    // The products xi_mu . q of what is left, for the next pass and for the length.
    for (let mu = 0; mu <= k; mu++) {
      let sum = 0;
      for (let nu = 0; nu <= k; nu++) sum += entry(mu, nu) * z[nu];
      products[mu] = sum;
    }
  }
  let square = 0;
  for (let mu = 0; mu <= k; mu++) square += z[mu] * products[mu];
  if (!(square > DEPENDENT * patterns.units)) throw dependence(gram, z, patterns, k);
  const length = Math.sqrt(square);
  return z.map((x) => x / length);
}

function dependence(gram: Int32Array[], z: Float64Array, patterns: PatternSet, k: number): DataError {
  const name = (mu: number) => (patterns.labels ? `${mu} ("${patterns.labels[mu]}")` : `${mu}`);
  const remedy = "projection needs linearly independent patterns: leave it out";
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

/** d_i = W_ii = sum_k q_k,i^2, the self-couplings of the projector. */
function diagonalOf({ basis }: Factor, bits: BitMatrix): Float64Array {
  const diagonal = new Float64Array(bits.columns);
  const q = new Float64Array(bits.columns);
  for (const row of basis) {
    q.fill(0);
    for (let mu = 0; mu < row.length; mu++) {
      const t = row[mu];
      for (let i = 0; i < q.length; i++) q[i] += t * spinAt(bits, mu, i);
    }
    for (let i = 0; i < q.length; i++) diagonal[i] += q[i] * q[i];
  }
  return diagonal;
}

function isPrefix(known: BitMatrix, bits: BitMatrix): boolean {
  if (known.columns !== bits.columns || known.rows > bits.rows) return false;
  return known.words.every((word, i) => word === bits.words[i]);
}
