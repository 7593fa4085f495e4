import { ArgumentError, ShapeError } from "../errors.js";
import { projection } from "../learning/index.js";
import { log } from "../math/elementary.js";
import { type Matrix, matrix, product, transpose } from "../math/matrix.js";
import { singularValues } from "../math/svd.js";
import { Hopfield } from "../memories/index.js";
import type { PatternSet, State } from "../patterns/index.js";
import { asPatternSet } from "../patterns/pattern-set.js";
import type { Rows } from "../units/index.js";
import { requireBeta } from "../units/units.js";
import { patternColumns, requireFewer } from "./to-rbm.js";

/**
 * A Boltzmann machine of N spins and p gaussian hidden units that are also coupled to each other,
 *
 *     E(s, h) = 1/2 h^T G h - b^T s - s^T W h,   <h | s> = G^-1 W^T s,
 *
 * with a symmetric positive G. Integrating h gives the Hopfield net with J = W G^-1 W^T:
 * int exp(-beta E(s, h)) dh = (2 pi / beta)^(p/2) det(G)^(-1/2) exp(-beta E(s)).
 */
export interface UnrestrictedMachine {
  /** "overlap" or "projection": the mean of the hidden units. */
  readonly name: string;
  /** W, N x p. */
  readonly weights: Matrix;
  /** G, p x p. */
  readonly precision: Matrix;
  /** G^-1, p x p: beta^-1 G^-1 is the covariance of the hidden units given the spins. */
  readonly covariance: Matrix;
  /** b, one value per visible unit. */
  readonly bias: Float64Array;
  /** E(s, h) of every pair of rows. */
  readonly energy: (visible: Rows, hidden: Rows) => Float64Array;
  /** <h | s> of every row. */
  readonly hiddenMean: (visible: Rows) => Float64Array;
  /** -1/beta log int exp(-beta E(s, h)) dh of every row; beta defaults to 1. */
  readonly freeEnergy: (visible: Rows, options?: { readonly beta?: number }) => Float64Array;
  /** log c of int exp(-beta E(s, h)) dh = c exp(-beta E(s)), E(s) = -1/2 s^T J s - b^T s. */
  readonly logConstant: (beta: number) => number;
}

/** Options of a machine with coupled hidden units. */
export interface UnrestrictedOptions {
  /** theta, one value per unit, b = -theta; defaults to zero. */
  readonly thresholds?: ArrayLike<number> | undefined;
}

/**
 * The machine whose hidden units are the overlaps m = X^T s / N: with A = X^T X / N, the overlaps of the patterns, it has
 * W = X A^-1 and G = N A^-1 (Smart and Zilman, On the mapping between Hopfield networks and Restricted Boltzmann Machines,
 * 2021, appendix C). Its energy -N/2 m^T A^-1 m is that of the projection rule. The hidden units are independent only
 * for orthogonal patterns.
 *
 * Machines are named here by what their hidden units are. The source names them by the energy that it starts from: N m is
 * the hidden layer of its "projection" machine, eq. (C.7), W = X (X^T X)^-1 and G = (X^T X)^-1.
 *
 * @throws DataError for dependent patterns, or unless there are fewer than units; ArgumentError for a memory of another rule
 */
export function overlapMachine(
  source: Hopfield | PatternSet | State | ArrayLike<State>,
  options: UnrestrictedOptions = {},
): UnrestrictedMachine {
  const { x, bias, inverse, logDeterminant } = projector(source, options);
  const n = x.rows;
  const weights = scaled(product(x, inverse), n);
  return machine(
    "overlap",
    { weights, precision: scaled(inverse, n * n), bias },
    scaled(product(transpose(x), x), 1 / (n * n)),
    {
      logDeterminant: 2 * x.columns * log(n) - logDeterminant,
    },
  );
}

/**
 * The machine whose hidden units are the projections a = (X^T X)^-1 X^T s, the coefficients of the patterns in the point of
 * their span nearest to s: W = X and G = X^T X (Smart and Zilman 2021, appendix C). Its energy -1/2 a^T X^T X a is that of
 * the projection rule. sqrt(N) a is the hidden layer of what the source calls the "overlap" machine, eq. (C.3),
 * W = X / sqrt(N) and G = X^T X / N.
 *
 * @throws as `overlapMachine`
 */
export function projectionMachine(
  source: Hopfield | PatternSet | State | ArrayLike<State>,
  options: UnrestrictedOptions = {},
): UnrestrictedMachine {
  const { x, bias, inverse, logDeterminant } = projector(source, options);
  return machine("projection", { weights: x, precision: product(transpose(x), x), bias }, inverse, { logDeterminant });
}

/** X, (X^T X)^-1 and log det X^T X; throws what the projection rule throws. */
function projector(source: Hopfield | PatternSet | State | ArrayLike<State>, { thresholds }: UnrestrictedOptions) {
  const memory = source instanceof Hopfield ? source : undefined;
  if (memory !== undefined && thresholds !== undefined) {
    throw new ArgumentError("thresholds are only for patterns; a memory has its own");
  }
  if (memory !== undefined && memory.rule.name !== "projection") {
    throw new ArgumentError(`the memory's rule is "${memory.rule.name}"; expected "projection"`);
  }
  const patterns = memory === undefined ? asPatternSet("patterns", source as PatternSet) : memory.items;
  if (patterns === undefined) throw new ArgumentError("the memory is empty; store patterns before mapping it");
  requireFewer(patterns);
  // Storing throws for dependent patterns, which it names, and for thresholds that do not fit.
  const held =
    memory ?? new Hopfield(patterns.units, { rule: projection({ selfCoupling: true }), thresholds }).store(patterns);
  const x = patternColumns(patterns);
  const { values, right } = singularValues(x);
  const halves = matrix(
    right.rows,
    right.columns,
    right.values.map((v, at) => v / values[Math.floor(at / right.columns)]),
  );
  return {
    x,
    bias: held.thresholds.map((theta) => -theta),
    inverse: product(transpose(halves), halves),
    logDeterminant: values.reduce((sum, sigma) => sum + 2 * log(sigma), 0),
  };
}

interface Parts {
  readonly weights: Matrix;
  readonly precision: Matrix;
  readonly bias: Float64Array;
}

function machine(
  name: string,
  parts: Parts,
  covariance: Matrix,
  { logDeterminant }: { readonly logDeterminant: number },
): UnrestrictedMachine {
  const { weights, precision, bias } = parts;
  const { rows: n, columns: p } = weights;
  const asRows = (label: string, rows: Rows, width: number) => {
    if (rows.length === 0 || rows.length % width !== 0) {
      throw new ShapeError(`${label} has ${rows.length} values; expected a multiple of ${width}, above 0`);
    }
    return matrix(rows.length / width, width, Float64Array.from(rows));
  };
  const energies = (s: Matrix, h: Matrix) => {
    const inputs = product(s, weights);
    const pulls = product(h, precision);
    return Float64Array.from({ length: s.rows }, (_, r) => {
      let energy = 0;
      for (let i = 0; i < n; i++) energy -= bias[i] * s.values[r * n + i];
      for (let k = r * p; k < (r + 1) * p; k++) energy += (pulls.values[k] / 2 - inputs.values[k]) * h.values[k];
      return energy;
    });
  };
  const means = (s: Matrix) => product(product(s, weights), covariance);
  const logConstant = (beta: number) => {
    requireBeta(beta);
    return (p / 2) * log((2 * Math.PI) / beta) - logDeterminant / 2;
  };
  return {
    name,
    ...parts,
    covariance,
    logConstant,
    energy(visible, hidden) {
      const s = asRows("visible", visible, n);
      const h = asRows("hidden", hidden, p);
      if (s.rows !== h.rows)
        throw new ShapeError(`visible has ${s.rows} rows but hidden has ${h.rows}; expected the same number`);
      return energies(s, h);
    },
    hiddenMean: (visible) => means(asRows("visible", visible, n)).values,
    freeEnergy(visible, { beta = 1 } = {}) {
      const constant = logConstant(beta) / beta;
      const s = asRows("visible", visible, n);
      // The energy of a gaussian is minimal at its mean, and the rest of the integral does not depend on s.
      return energies(s, means(s)).map((energy) => energy - constant);
    },
  };
}

function scaled({ rows, columns, values }: Matrix, factor: number): Matrix {
  return matrix(
    rows,
    columns,
    values.map((x) => x * factor),
  );
}
