import type { Random } from "engram";
import { buildFitting, type MakeWorkspace, type Workspace } from "engram/kernels";
import { type LogMean, logMeanWeight } from "engram/likelihood";
import { exp, log, logSumExp, logTwoCosh, type Matrix, square, tanh } from "engram/math";

/** A local maximum of the density q(h) of the hidden units, with the gaussian that fits it there. */
export interface Mode {
  readonly h: Float64Array;
  /** log q(h) */
  readonly height: number;
  /** L of -d^2 log q = L L^T, lower triangle, row after row. */
  readonly root: Float64Array;
  /** log det L */
  readonly logDeterminant: number;
}

/** Two ends of the climb count as one mode below this distance, in units of h, whose own spread is above beta^(-1/2). */
const SAME = 0.05;
/** The climb of a row ends once none of its values moves by more than `STILL`, or after `MOST_STEPS` steps. */
const STILL = 1e-5;
const MOST_STEPS = 2000;

/**
 * Climbs q(h) from every row by h <- W^T tanh(beta W h), which never goes down: log q is beta times a convex function of h less
 * beta |h|^2 / 2, and the step goes to the maximum of a lower bound. The end of a row does not depend on the others.
 */
export function climb(weights: Matrix, beta: number, starts: Float64Array, workspace: MakeWorkspace): Float64Array {
  const [n, p] = [weights.rows, weights.columns];
  const count = starts.length / p;
  const { workspace: place, built } = buildFitting(workspace, (room) => arrays(room, count, n, p));
  const { states, fields, means, next, sums } = built;
  built.weights.set(weights.values);
  place.transpose(built.weights, n, p, built.transposed);
  place.columnSums(built.weights, n, p, sums);
  states.set(starts);
  const ends = new Float64Array(starts.length);
  // Those that still climb come first: row r of `states` is row `climbing[r]` of the ends.
  const climbing = Array.from({ length: count }, (_, r) => r);
  for (let step = 0; step < MOST_STEPS && climbing.length > 0; step++) {
    const rows = climbing.length;
    const a = { kind: "dense", values: states } as const;
    place.product({ rows, inner: p, columns: n, a, b: built.transposed, out: fields });
    place.draw({ rows, columns: n, inputs: fields, slope: 2 * beta, means });
    const dense = { kind: "dense", values: means } as const;
    place.product({ rows, inner: n, columns: p, a: dense, b: built.weights, out: next });
    for (let r = rows - 1; r >= 0; r--) {
      let moved = 0;
      for (let j = 0, k = r * p; j < p; j++, k++) {
        const h = 2 * next[k] - sums[j];
        moved = Math.max(moved, Math.abs(h - states[k]));
        states[k] = h;
      }
      if (moved >= STILL && step < MOST_STEPS - 1) continue;
      ends.set(states.subarray(r * p, (r + 1) * p), climbing[r] * p);
      const last = climbing.pop()!;
      if (r === climbing.length) continue;
      climbing[r] = last;
      states.copyWithin(r * p, climbing.length * p, (climbing.length + 1) * p);
    }
  }
  place.dispose();
  return ends;
}

function arrays(workspace: Workspace, rows: number, n: number, p: number) {
  return {
    weights: workspace.float32(n * p),
    transposed: workspace.float32(n * p),
    sums: workspace.float32(p),
    states: workspace.float32(rows * p),
    next: workspace.float32(rows * p),
    fields: workspace.float32(rows * n),
    means: workspace.float32(rows * n),
  };
}

/** The distinct points among rows, in order; a point and its negative count as one. */
export function distinct(rows: Float64Array, p: number): Float64Array[] {
  const found: Float64Array[] = [];
  for (let from = 0; from < rows.length; from += p) {
    const h = rows.slice(from, from + p);
    if (!found.some((other) => [1, -1].some((sign) => isSame(h, other, sign)))) found.push(h);
  }
  return found;
}

/** Whether a is sign times b, or almost. */
function isSame(a: Float64Array, b: Float64Array, sign: number): boolean {
  let sum = 0;
  for (let j = 0; j < a.length && sum < SAME * SAME; j++) sum += square(a[j] - sign * b[j]);
  return sum < SAME * SAME;
}

/** log q(h) = -beta |h|^2 / 2 + sum_i log 2 cosh(beta (W h)_i) */
export function logDensity({ rows, columns, values }: Matrix, beta: number, h: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < columns; j++) sum -= (beta * h[j] * h[j]) / 2;
  for (let i = 0; i < rows; i++) {
    let y = 0;
    for (let j = 0; j < columns; j++) y += values[i * columns + j] * h[j];
    sum += logTwoCosh(beta * y);
  }
  return sum;
}

/** The modes at points that `climb` came to, and at their negatives: q is even. */
export function modesAt(weights: Matrix, beta: number, points: readonly Float64Array[]): Mode[] {
  return points.flatMap((h) => {
    const mode = modeAt(weights, beta, h);
    if (mode === undefined) return [];
    return isSame(h, h, -1) ? [mode] : [mode, { ...mode, h: h.map((x) => -x) }];
  });
}

/** The gaussian at a point that `climb` came to; undefined where the density has no maximum there. */
export function modeAt(weights: Matrix, beta: number, h: Float64Array): Mode | undefined {
  const { rows: n, columns: p, values } = weights;
  // beta (1 - beta W^T diag(1 - m^2) W)
  const curvature = new Float64Array(p * p);
  for (let i = 0; i < n; i++) {
    const row = values.subarray(i * p, (i + 1) * p);
    let y = 0;
    for (let j = 0; j < p; j++) y += row[j] * h[j];
    const slope = beta * beta * (1 - square(tanh(beta * y)));
    for (let a = 0; a < p; a++) {
      const x = slope * row[a];
      for (let b = 0; b <= a; b++) curvature[a * p + b] -= x * row[b];
    }
  }
  for (let a = 0; a < p; a++) curvature[a * p + a] += beta;
  const root = cholesky(curvature, p);
  if (root === undefined) return undefined;
  let logDeterminant = 0;
  for (let a = 0; a < p; a++) logDeterminant += log(root[a * p + a]);
  return { h, height: logDensity(weights, beta, h), root, logDeterminant };
}

/** L of A = L L^T from the lower triangle of A; undefined where A is not positive. */
function cholesky(a: Float64Array, p: number): Float64Array | undefined {
  const root = new Float64Array(p * p);
  for (let r = 0; r < p; r++) {
    for (let c = 0; c <= r; c++) {
      let sum = a[r * p + c];
      for (let k = 0; k < c; k++) sum -= root[r * p + k] * root[c * p + k];
      if (c < r) root[r * p + c] = sum / root[c * p + c];
      else if (sum <= 0) return undefined;
      else root[r * p + r] = Math.sqrt(sum);
    }
  }
  return root;
}

/** log of the integral of the gaussian that fits a mode: Laplace's method. */
export function logVolume({ h, height, logDeterminant }: Mode): number {
  return height + (h.length / 2) * log(2 * Math.PI) - logDeterminant;
}

/** A part of the mixture that is this number of nats below the largest one cannot change it. */
const NEGLIGIBLE = 50;

/**
 * log of int q(h) dh by importance sampling from the mixture of the gaussians at the modes, each weighted by its volume. An
 * unbiased estimate of the integral; regions that no gaussian covers, such as a mode that was not found, are sampled too rarely,
 * so that the logarithm is too low, and large weights warn of it.
 */
export function mixtureLogZ(
  weights: Matrix,
  beta: number,
  modes: readonly Mode[],
  { samples, random }: { readonly samples: number; readonly random: Random },
): LogMean & { readonly logWeights: Float64Array; readonly rows: Float64Array } {
  const p = weights.columns;
  const volumes = Float64Array.from(modes, logVolume);
  const total = logSumExp(volumes);
  const shares = volumes.map((volume) => exp(volume - total));
  const logWeights = new Float64Array(samples);
  const rows = new Float64Array(samples * p);
  for (let s = 0; s < samples; s++) {
    const stream = random.fork(s);
    const { h: centre, root } = modes[pick(shares, stream.uniform())];
    const h = new Float64Array(p);
    for (let a = 0; a < p; a++) h[a] = stream.normal();
    // L^T d = z
    for (let a = p - 1; a >= 0; a--) {
      for (let b = a + 1; b < p; b++) h[a] -= root[b * p + a] * h[b];
      h[a] /= root[a * p + a];
    }
    for (let a = 0; a < p; a++) h[a] += centre[a];
    rows.set(h, s * p);
    logWeights[s] = logDensity(weights, beta, h) - (mixtureDensity(modes, h) - total);
  }
  return { ...logMeanWeight(logWeights), logWeights, rows };
}

function pick(shares: Float64Array, u: number): number {
  let below = 0;
  for (let k = 0; k < shares.length; k++) {
    below += shares[k];
    if (u < below) return k;
  }
  return shares.length - 1;
}

/** log sum_k exp(height_k - |L_k^T (h - h_k)|^2 / 2): the mixture times the sum of the volumes. */
function mixtureDensity(modes: readonly Mode[], h: Float64Array): number {
  const p = h.length;
  const d = new Float64Array(p);
  let largest = Number.NEGATIVE_INFINITY;
  const logs: number[] = [];
  for (const { h: centre, root, height } of modes) {
    for (let a = 0; a < p; a++) d[a] = h[a] - centre[a];
    let value = height;
    for (let a = p - 1; a >= 0 && value > largest - NEGLIGIBLE; a--) {
      let x = 0;
      for (let b = a; b < p; b++) x += root[b * p + a] * d[b];
      value -= (x * x) / 2;
    }
    if (value <= largest - NEGLIGIBLE) continue;
    logs.push(value);
    largest = Math.max(largest, value);
  }
  return logSumExp(Float64Array.from(logs));
}
