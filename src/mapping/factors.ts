import { type Matrix, matrix, product, transpose } from "../math/matrix.js";
import { qrDecomposition } from "../math/qr.js";
import { singularValues } from "../math/svd.js";

/**
 * A factorisation of the p patterns, the columns of the N x p matrix X, that gives the weights W of an RBM; passed to
 * `toRbm` as a value.
 */
export interface PatternFactor {
  readonly name: string;
  /** The learning rule with the couplings W W^T: "projection", X (X^T X)^-1 X^T, or "hebb", X X^T / N. */
  readonly rule: "projection" | "hebb";
  /** W, N x p, and T, p x p, with X = W T: column mu of T is pattern mu in the hidden layer. */
  factorise(patterns: Matrix): { readonly weights: Matrix; readonly transform: Matrix };
}

/**
 * W = Q and T = R of X = Q R with a positive diagonal of R: the only factor with a triangular T, and the one of Smart and
 * Zilman, On the mapping between Hopfield networks and Restricted Boltzmann Machines, 2021. Hidden unit mu is the component
 * of pattern mu orthogonal to those before it.
 */
export function qrFactor(): PatternFactor {
  return {
    name: "qr",
    rule: "projection",
    factorise(patterns) {
      const { q, r } = qrDecomposition(patterns);
      return { weights: q, transform: r };
    },
  };
}

/**
 * W = X (X^T X)^(-1/2) and T = (X^T X)^(1/2), symmetric and positive: the orthonormal weights nearest to the patterns, and
 * the only factor that does not depend on their order (Löwdin, On the non-orthogonality problem connected with the use of
 * atomic wave functions in the theory of molecules and crystals, 1950). With X = U S V^T it is U V^T.
 */
export function squareRootFactor(): PatternFactor {
  return {
    name: "squareRoot",
    rule: "projection",
    factorise(patterns) {
      const { left, values, right } = singularValues(patterns);
      return { weights: product(left, right), transform: product(transpose(right), scaleRows(values, right)) };
    },
  };
}

/**
 * W = U and T = S V^T of the singular value decomposition X = U S V^T: hidden units along the principal directions of the
 * patterns, the largest first. Each column of U has the sign that makes its largest entry positive.
 */
export function svdFactor(): PatternFactor {
  return {
    name: "svd",
    rule: "projection",
    factorise(patterns) {
      const { left, values, right } = singularValues(patterns);
      const k = values.length;
      for (let j = 0; j < k; j++) {
        if (largestInColumn(left, j) >= 0) continue;
        for (let i = 0; i < left.rows; i++) left.values[i * k + j] *= -1;
        for (let i = 0; i < right.columns; i++) right.values[j * right.columns + i] *= -1;
      }
      return { weights: left, transform: scaleRows(values, right) };
    },
  };
}

/**
 * W = X / sqrt(N) and T = sqrt(N): couplings W W^T = X X^T / N of Hebb's rule for any patterns, equal to those of the
 * projection rule if the patterns are orthogonal (Barra, Bernacchia, Santucci and Contucci, On the equivalence of Hopfield
 * networks and Boltzmann machines, 2012).
 */
export function hebbianFactor(): PatternFactor {
  return {
    name: "hebbian",
    rule: "hebb",
    factorise(patterns) {
      const root = Math.sqrt(patterns.rows);
      const { columns: p } = patterns;
      const transform = matrix(p, p);
      for (let mu = 0; mu < p; mu++) transform.values[mu * p + mu] = root;
      return {
        weights: matrix(
          patterns.rows,
          p,
          patterns.values.map((x) => x / root),
        ),
        transform,
      };
    },
  };
}

/** diag(s) A */
function scaleRows(s: Float64Array, a: Matrix): Matrix {
  return matrix(
    a.rows,
    a.columns,
    a.values.map((x, at) => x * s[Math.floor(at / a.columns)]),
  );
}

/** The entry of largest magnitude of a column. */
function largestInColumn({ rows, columns, values }: Matrix, j: number): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    if (Math.abs(values[i * columns + j]) > Math.abs(largest)) largest = values[i * columns + j];
  }
  return largest;
}
