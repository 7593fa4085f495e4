import { gaussian, type PatternSet, Rbm, spin } from "engram";
import { log, logTwoCosh, type Matrix, matrix, tanh } from "engram/math";

/**
 * The RBM with spin units, weights W and gaussian hidden units at inverse temperature beta, as a machine at temperature 1:
 * weights beta W and precisions beta, beta E(s, h) = beta |h|^2 / 2 - beta s^T W h. Without fields, as in the source.
 */
export function atBeta(weights: Matrix, beta: number): Rbm {
  const { rows, columns, values } = weights;
  const scaled = matrix(
    rows,
    columns,
    values.map((w) => beta * w),
  );
  return new Rbm({ visible: spin(rows), hidden: gaussian(columns, { precision: beta }), weights: scaled });
}

/** W of a machine that `atBeta` made and training moved. */
export function weightsOf({ weights }: Rbm, beta: number): Matrix {
  return matrix(
    weights.rows,
    weights.columns,
    weights.values.map((w) => w / beta),
  );
}

/** The contribution of a gaussian layer to log Z: log Z of the machine is that of the spins plus this. */
export function hiddenConstant(hidden: number, beta: number): number {
  return (hidden / 2) * log((2 * Math.PI) / beta);
}

/** Number of rows processed at a time. */
const CHUNK = 1000;

/** Mean of |W^T s|^2 / 2 over patterns: less their mean energy. */
export function meanHalfSquare(weights: Matrix, patterns: PatternSet): number {
  const machine = atBeta(weights, 1);
  const { count, units } = patterns;
  let sum = 0;
  for (let from = 0; from < count; from += CHUNK) {
    const rows = new Float64Array(Math.min(CHUNK, count - from) * units);
    for (let r = 0; r * units < rows.length; r++) rows.set(patterns.spins(from + r), r * units);
    for (const x of machine.hiddenInputs(rows)) sum += x * x;
  }
  return sum / (2 * count);
}

/** The magnetisation m > 0 with m = tanh(beta m), to rounding; 0 for beta <= 1. */
export function magnetisation(beta: number): number {
  if (beta <= 1) return 0;
  let m = 1;
  // Newton's steps from above, where m - tanh(beta m) is convex, come down without passing the root.
  for (let step = 0; step < 100; step++) {
    const t = tanh(beta * m);
    const next = m - (m - t) / (1 - beta * (1 - t * t));
    if (!(next < m)) return m;
    m = next;
  }
  return m;
}

/**
 * log Z of a projection net from its p patterns and their negatives alone. With W^T W = 1 the density of the hidden units is
 * exp(-beta sum_i g(y_i)), y = W h, g(y) = y^2 / 2 - log(2 cosh(beta y)) / beta, whose highest points, |y_i| = m =
 * tanh(beta m), are the binary vectors in the span of the patterns: the patterns and their negatives, all equally high,
 * each with the curvature beta (1 - beta (1 - m^2)) in every direction. Laplace's method gives
 *
 *     log Z = log 2p + N (log 2 cosh(beta m) - beta m^2 / 2) - p/2 log(1 - beta (1 - m^2)),
 *
 * exact as beta grows; other local maxima of the density can only add to it. Where beta < 1 there is one maximum, h = 0.
 */
export function patternsLogZ(units: number, patterns: number, beta: number): number {
  if (beta < 1) return units * Math.LN2 - (patterns / 2) * log(1 - beta);
  const m = magnetisation(beta);
  const height = units * (logTwoCosh(beta * m) - (beta * m * m) / 2);
  return log(2 * patterns) + height - (patterns / 2) * log(1 - beta * (1 - m * m));
}
