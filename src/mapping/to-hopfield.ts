import { DenseCouplings, quadratic } from "../interactions/index.js";
import { tie } from "../kernels/index.js";
import { log } from "../math/elementary.js";
import { identityMatrix, type Matrix, matrix, product, transpose } from "../math/matrix.js";
import { type Hopfield, HopfieldNet } from "../memories/index.js";
import { Rbm } from "../models/index.js";
import type { PatternSet } from "../patterns/index.js";
import { requireBeta } from "../units/units.js";
import { packed } from "./block-gibbs.js";
import { requireGaussian, requireSpins } from "./hidden-density.js";
import { memories, sign } from "./recovered-memory.js";
import { type Candidate, type SearchOptions, search } from "./search.js";
import type { RbmMapping } from "./to-rbm.js";

/** Options of the mapping of an RBM to a Hopfield net. Patterns are searched for if `start` or `random` is given. */
export interface ToHopfieldOptions extends SearchOptions {
  /**
   * Whether units have self-couplings, a constant of the energy. Defaults to true, and for a mapping of `toRbm` to whether
   * its shift is 0.
   */
  readonly selfCoupling?: boolean | undefined;
}

/** A pattern that the search found, and how accurately. */
export interface RecoveredPattern {
  /** The start that led to it. */
  readonly start: Candidate["start"];
  readonly iterations: number;
  /** |W x - tanh(alpha W x)|^2 at the end of the descent. */
  readonly error: number;
  /** Condition a, W x is binary: the largest ||(W x)_i| - 1|, 0 if satisfied. */
  readonly distance: number;
  /** Condition b, the pattern xi = sgn(W x) is a fixed point of the net: the smallest xi_i h_i, h = J xi - theta. */
  readonly stability: number;
  readonly fixedPoint: boolean;
}

/** An RBM and its equivalent Hopfield net, with the patterns that were found. */
export interface HopfieldMapping {
  readonly rbm: Rbm;
  /** J = W diag(1 / gamma) W^T and theta = -(b + W mu): the RBM's model of the spins, exactly. */
  readonly net: HopfieldNet;
  /** Half the trace of W diag(1 / gamma) W^T - J: 0 with self-couplings. */
  readonly shift: number;
  /** log c of int exp(-beta E(s, h)) dh = c exp(-beta E(s)): sum_j log(2 pi / (beta gamma_j)) / 2 + beta shift. */
  readonly logConstant: (beta: number) => number;
  /** max |(W_g^T W_g - 1)_jk| with W_g = W diag(gamma)^(-1/2): 0 if J is a projector. */
  readonly orthogonality: number;
  /** The patterns, sgn(W_g x); undefined if there was no search or none were found. */
  readonly patterns?: PatternSet;
  /** X, p x k: column mu is x of pattern mu, W_g x = xi if the distance is 0. */
  readonly transform?: Matrix;
  readonly recovered: readonly RecoveredPattern[];
  /** Number of starts that were tried. */
  readonly tried: number;
  /** Projection memory of the patterns, equal to the net if distances and orthogonality are 0; undefined if dependent. */
  readonly memory?: Hopfield;
  /** |J - J_memory| / |J|, Frobenius norms. */
  readonly memoryDistance?: number;
  /** The net with J = B C B^T over the p patterns, the columns of B: equal to the net if distances are 0, for any W. */
  readonly corrected?: HopfieldNet;
  /** C = (X^T X)^-1, p x p, in place of (B^T B)^-1 of the projection rule: the inverse of B^T U S^-2 U^T B in eq. D.5. */
  readonly correction?: Matrix;
  readonly correctedDistance?: number;
}

/**
 * The Hopfield net equivalent to an RBM of spins and gaussian hidden units, at every beta: the hidden units are integrated
 * out, E(s) = -1/2 s^T J s - (b + W mu)^T s with J = W diag(1 / gamma) W^T. If `start` or `random` is given, patterns are
 * searched for: a p x p matrix X with B = W X binary. If W is orthonormal, J is then the projector B (B^T B)^-1 B^T and the
 * net is the projection memory of the patterns; otherwise J = B C B^T with C = (X^T X)^-1 (Smart and Zilman, On the mapping
 * between Hopfield networks and Restricted Boltzmann Machines, 2021, section 2.2 and appendix D, eq. D.4 and D.5, whose
 * "correction factor" is the n x n matrix W (W^T W)^-2 W^T = U S^-2 U^T, with B^T U S^-2 U^T B = X^T X).
 *
 * A mapping of `toRbm` provides the start: the patterns are recovered in order, with their signs, and `memory` equals the
 * original memory to the last bit. Without a start they are recovered as a set, up to their signs; other binary states of
 * their span, if any, can replace some of them.
 *
 * @throws ArgumentError for hidden units that are not gaussian, visible ones that are not spins, or options out of their
 *   range; in a search, DataError unless there are fewer hidden than visible units, or for dependent columns of weights
 */
export function toHopfield(source: Rbm | RbmMapping, options: ToHopfieldOptions = {}): HopfieldMapping {
  const rbm = source instanceof Rbm ? source : source.rbm;
  requireSpins(rbm);
  const { mean, precision } = requireGaussian(rbm);
  const { selfCoupling = source instanceof Rbm || source.shift === 0 } = options;
  const start = options.start ?? (source instanceof Rbm || options.random ? undefined : source.transform);
  const weights = scaledWeights(rbm.weights, precision);
  const found = start === undefined && !options.random ? undefined : search(weights, { ...options, start });

  const { rows: n } = weights;
  const couplings = product(weights, transpose(weights));
  let shift = 0;
  for (let i = 0; i < n && !selfCoupling; i++) {
    shift += couplings.values[i * n + i] / 2;
    couplings.values[i * n + i] = 0;
  }
  const thresholds = rbm.visibleInputs(mean).map((field, i) => -field - rbm.visible.named.bias[i]);
  const net = new HopfieldNet(quadratic(new DenseCouplings(couplings.values, n), thresholds));
  return {
    rbm,
    net,
    shift,
    logConstant(beta) {
      requireBeta(beta);
      return precision.reduce((sum, gamma) => sum + log((2 * Math.PI) / (beta * gamma)) / 2, beta * shift);
    },
    orthogonality: deviation(product(transpose(weights), weights)),
    recovered: found?.candidates.map((candidate) => judge(candidate, net)) ?? [],
    tried: found?.tried ?? 0,
    ...(found && found.candidates.length > 0 ? memories(weights, found.candidates, net, selfCoupling) : {}),
  };
}

/** W diag(gamma)^(-1/2) */
function scaledWeights({ rows, columns, values }: Matrix, precision: Float64Array): Matrix {
  return matrix(
    rows,
    columns,
    values.map((w, at) => w / Math.sqrt(precision[at % columns])),
  );
}

function deviation(gram: Matrix): number {
  const unit = identityMatrix(gram.rows).values;
  return gram.values.reduce((largest, x, at) => Math.max(largest, Math.abs(x - unit[at])), 0);
}

function judge({ start, iterations, error, projected }: Candidate, net: HopfieldNet): RecoveredPattern {
  const distance = projected.reduce((largest, y) => Math.max(largest, Math.abs(Math.abs(y) - 1)), 0);
  const fields = net.fields(packed(projected.map(sign), net.units));
  const stability = fields.reduce((least, h, i) => Math.min(least, sign(projected[i]) * h), Number.POSITIVE_INFINITY);
  return { start, iterations, error, distance, stability, fixedPoint: stability > -tie };
}
