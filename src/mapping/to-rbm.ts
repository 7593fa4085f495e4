import { ArgumentError, DataError } from "../errors.js";
import { PatternCouplings, requireLinear, toMatrix } from "../interactions/index.js";
import { hebb, projection } from "../learning/index.js";
import { spinAt } from "../math/bits.js";
import { log } from "../math/elementary.js";
import { largestEntry, type Matrix, matrix, product, transpose } from "../math/matrix.js";
import { symmetricEigen } from "../math/symmetric-eigen.js";
import { Hopfield, HopfieldNet } from "../memories/index.js";
import { Rbm } from "../models/index.js";
import type { PatternSet, State } from "../patterns/index.js";
import { asPatternSet } from "../patterns/pattern-set.js";
import { gaussian, spin } from "../units/index.js";
import { requireBeta } from "../units/units.js";
import { hebbianFactor, type PatternFactor, qrFactor } from "./factors.js";

/** A Hopfield net and its equivalent RBM, with the relation of the two. */
export interface RbmMapping {
  /** Spin visible units with the biases -theta, gaussian hidden units of mean 0 and precision 1, weights W. */
  readonly rbm: Rbm;
  /** The net with the energy E(s) = -1/2 s^T J s - b^T s; J_ij = (W W^T)_ij for i other than j. */
  readonly net: HopfieldNet;
  /** Factorisation of the weights: "qr", "squareRoot", "svd", "hebbian", or "spectral" for a net without patterns. */
  readonly factor: string;
  /** The patterns, if the net has any. */
  readonly patterns?: PatternSet;
  /** T, p x p, with X = W T, if the net has patterns: the start for `toHopfield`. */
  readonly transform?: Matrix;
  /**
   * Half the trace of W W^T - J: the constant energy of the self-couplings, E(s) = -1/2 |W^T s|^2 - b^T s + shift.
   */
  readonly shift: number;
  /** Condition number of the factored matrix, sigma_1 / sigma_p: the amplification of rounding in W W^T. */
  readonly condition: number;
  /** log c of int exp(-beta E(s, h)) dh = c exp(-beta E(s)): p/2 log(2 pi / beta) + beta shift. */
  readonly logConstant: (beta: number) => number;
}

/** Options of the mapping of a net to an RBM. */
export interface ToRbmOptions {
  /** Factorisation of the patterns; defaults to `qrFactor()`, or `hebbianFactor()` for a memory of Hebb's rule. */
  readonly factor?: PatternFactor | undefined;
  /** theta, one value per unit; defaults to zero. Only with patterns: memories and nets have their own. */
  readonly thresholds?: ArrayLike<number> | undefined;
}

/**
 * The RBM equivalent to a Hopfield net. Integrating the hidden units of
 *
 *     E(s, h) = |h|^2 / 2 - b^T s - s^T W h,
 *     int exp(-beta E(s, h)) dh = (2 pi / beta)^(p/2) exp(beta |W^T s|^2 / 2 + beta b^T s),
 *
 * gives exp(-beta E(s)) with J = W W^T, at every beta, up to a factor that is the same for all states. For a memory of the
 * projection rule, N spins and p < N linearly independent patterns, W has p orthonormal columns that span the patterns
 * (Smart and Zilman, On the mapping between Hopfield networks and Restricted Boltzmann Machines, 2021, eq. 5 to 7); for
 * one of Hebb's rule it is X / sqrt(N) for any patterns. Thresholds become visible biases, b = -theta. Self-couplings of
 * W W^T that the net does not have add a constant: `shift`.
 *
 * Any other net is mapped by the eigenvectors of its couplings: with J = V diag(lambda) V^T, W = V diag(lambda -
 * lambda_N)^(1/2) has one column per eigenvalue above lambda_N, at most N - 1, and W W^T = J - lambda_N.
 *
 * ```ts
 * const memory = new Hopfield(256, { rule: projection() }).store(glyphs("ENGRAM"));
 * const { rbm } = toRbm(memory); // 256 spins, 6 gaussian hidden units
 * certify(memory, rbm).verdict; // "equal: energies of 1052 states differ by up to ..."
 * toHopfield(rbm, { random: new Random(1) }).patterns; // the letters again, up to their signs
 * ```
 *
 * @throws DataError for dependent patterns (named), unless there are fewer patterns than units, for couplings that are not
 *   symmetric, or patterns that the Hebbian factor cannot map; ArgumentError for a memory that is empty or of another rule
 */
export function toRbm(
  source: Hopfield | HopfieldNet | PatternSet | State | ArrayLike<State>,
  options: ToRbmOptions = {},
): RbmMapping {
  const { factor, thresholds } = options;
  if (source instanceof HopfieldNet || source instanceof Hopfield) {
    if (thresholds !== undefined)
      throw new ArgumentError("thresholds are only for patterns; a net or memory has its own");
  }
  if (source instanceof HopfieldNet) {
    if (factor !== undefined)
      throw new ArgumentError("factor is only for patterns; a net is mapped by its eigenvectors");
    return fromNet(source);
  }
  if (source instanceof Hopfield) return fromMemory(source, factor);
  const patterns = asPatternSet("patterns", source);
  const chosen = factor ?? qrFactor();
  if (chosen.rule === "projection") requireFewer(patterns);
  const memory = new Hopfield(patterns.units, {
    rule: chosen.rule === "hebb" ? hebb() : projection({ selfCoupling: true }),
    thresholds,
  });
  return fromMemory(memory.store(patterns), chosen);
}

function fromMemory(memory: Hopfield, given: PatternFactor | undefined): RbmMapping {
  const { items: patterns, net, rule } = memory;
  if (patterns === undefined || net === undefined) {
    throw new ArgumentError("the memory is empty; store patterns before mapping it");
  }
  requireLinear(net.interaction, "toRbm");
  if (rule.name !== "projection" && rule.name !== "hebb") {
    const remedy = "pass its net, which is mapped by its couplings: toRbm(memory.net)";
    throw new ArgumentError(`the memory's rule is "${rule.name}"; expected "projection" or "hebb": ${remedy}`);
  }
  const factor = given ?? (rule.name === "hebb" ? hebbianFactor() : qrFactor());
  if (factor.rule === "projection") requireFewer(patterns);
  if (factor.rule === "projection" && rule.name === "hebb") {
    const remedy = 'use hebbianFactor(), or the rule "projection"';
    throw new ArgumentError(`factor "${factor.name}" is for projection, but the memory's rule is "hebb"; ${remedy}`);
  }
  if (factor.rule === "hebb" && rule.name === "projection") requireOrthogonal(patterns);
  const x = patternColumns(patterns);
  const { weights, transform } = factor.factorise(x);
  return {
    ...pair(net, weights, factor.name, factor.rule === "projection" ? conditionOf(x) : 1),
    patterns,
    transform,
  };
}

function fromNet(net: HopfieldNet): RbmMapping {
  const n = net.units;
  const couplings = matrix(n, n);
  requireLinear(net.interaction, "toRbm");
  couplings.values.set(toMatrix(net.interaction));
  requireSymmetric(couplings);
  const { values, vectors } = symmetricEigen(couplings);
  const least = values[n - 1];
  const size = Math.max(Math.abs(values[0]), Math.abs(least));
  let p = 0;
  while (p < n && values[p] - least > n * 2 ** -52 * size) p++;
  if (p === 0) throw new DataError("the couplings are a multiple of the identity; there is nothing to map");
  const weights = matrix(n, p);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) weights.values[i * p + j] = Math.sqrt(values[j] - least) * vectors.values[i * n + j];
  }
  return pair(net, weights, "spectral", 1);
}

/** The mapping of a net with these weights; the shift is computed from the two diagonals. */
function pair(net: HopfieldNet, weights: Matrix, factor: string, condition: number): RbmMapping {
  const { rows: n, columns: p } = weights;
  const trace = weights.values.reduce((sum, w) => sum + w * w, 0) - traceOf(net);
  const shift = Math.abs(trace) <= n * p * 2 ** -52 * condition * condition ? 0 : trace / 2;
  return {
    rbm: new Rbm({ visible: spin(n, { bias: net.thresholds.map((theta) => -theta) }), hidden: gaussian(p), weights }),
    net,
    factor,
    shift,
    condition,
    logConstant(beta) {
      requireBeta(beta);
      return (p / 2) * log((2 * Math.PI) / beta) + beta * shift;
    },
  };
}

function traceOf(net: HopfieldNet): number {
  const linear = requireLinear(net.interaction, "toRbm");
  const row = new Float64Array(net.units);
  let trace = 0;
  for (let i = 0; i < net.units; i++) {
    linear.row(i, row);
    trace += row[i];
  }
  return trace;
}

/** X, N x p: the patterns as spins in its columns. */
export function patternColumns({ bits }: PatternSet): Matrix {
  const x = matrix(bits.columns, bits.rows);
  for (let mu = 0; mu < bits.rows; mu++) {
    for (let i = 0; i < bits.columns; i++) x.values[i * bits.rows + mu] = spinAt(bits, mu, i);
  }
  return x;
}

/** Largest asymmetry of symmetric couplings due to rounding, relative to the largest coupling. */
const ASYMMETRY = 1e-9;

function requireSymmetric(couplings: Matrix): void {
  const { rows: n, values } = couplings;
  const negligible = ASYMMETRY * largestEntry(couplings);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(values[i * n + j] - values[j * n + i]) <= negligible) continue;
      const found = `W[${i}][${j}] = ${values[i * n + j]} but W[${j}][${i}] = ${values[j * n + i]}`;
      throw new DataError(`the couplings have ${found}; expected symmetric couplings, as others have no energy`);
    }
  }
}

/** sigma_1 / sigma_p of independent columns, from X^T X, whose entries are exact; up to 2^26. */
function conditionOf(x: Matrix): number {
  const { values } = symmetricEigen(product(transpose(x), x));
  return Math.sqrt(values[0] / Math.max(values[values.length - 1], 2 ** -52 * values[0]));
}

/** @throws DataError unless there are fewer patterns than units */
export function requireFewer({ count, units }: PatternSet): void {
  if (count < units) return;
  const remedy = "the couplings of N independent patterns of N units are the identity: remove some";
  throw new DataError(
    `patterns has ${count} patterns of ${units} units; expected fewer patterns than units: ${remedy}`,
  );
}

function requireOrthogonal({ bits }: PatternSet): void {
  const x = new PatternCouplings({ patterns: bits, divisor: 1 });
  const products = new Int32Array(bits.rows * bits.rows);
  x.kept.overlaps(bits, products);
  x.dispose();
  const at = products.findIndex((m, k) => m !== 0 && k % bits.rows < Math.floor(k / bits.rows));
  if (at < 0) return;
  const [mu, nu] = [at % bits.rows, Math.floor(at / bits.rows)];
  const overlap = `patterns ${mu} and ${nu} have the overlap ${(products[at] / bits.columns).toPrecision(3)}`;
  throw new DataError(
    `${overlap}; the Hebbian factor is that of the projection rule for orthogonal ones: use qrFactor()`,
  );
}
