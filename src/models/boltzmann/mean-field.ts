import {
  ArgumentError,
  DataError,
  requireFiniteResult,
  requireFiniteResults,
  requireInteger,
  requireNumber,
  ShapeError,
} from "../../errors.js";
import { log, square } from "../../math/elementary.js";
import { sigmoid } from "../../math/log-sum-exp.js";
import type { Rows } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import { type Clamped, heldUnits } from "./chains.js";
import { energyOf } from "./energy.js";
import type { BoltzmannMachine } from "./machine.js";
import { rowsOfLayer } from "./parts.js";

/** Options of the mean-field solver. */
export interface MeanFieldOptions {
  /** The naive equations, whose log sum is a lower bound, or those of Thouless, Anderson and Palmer; defaults to "naive". */
  readonly method?: "naive" | "tap" | undefined;
  /** Inverse temperature, above 0; defaults to 1. */
  readonly beta?: number | undefined;
  /** Damping: the weight of the old mean in a step, in [0, 1); defaults to 0 for naive and 0.5 for TAP. */
  readonly damping?: number | undefined;
  /** Largest residual of a converged mean, relative to its range; defaults to 1e-10. */
  readonly tolerance?: number | undefined;
  /** Largest number of sweeps per row; defaults to 1000. */
  readonly maxSweeps?: number | undefined;
}

/** The clamped units, and the initial means of the others. */
export interface MeanFieldRows {
  /** Rows of visible states to clamp units to; if omitted, one row with all units free is solved. */
  readonly visible?: Rows | undefined;
  /** Visible units that keep the value of their row; defaults to all of them if rows are given. */
  readonly clamped?: Clamped | undefined;
  /** Initial means of all units, row by row; default to those given by the biases alone. */
  readonly start?: Rows | undefined;
}

/** Solutions of the mean-field equations, row by row, with their residuals. */
export interface MeanFieldSolution {
  /** m_i of all units, visible first, row after row. */
  readonly means: Float64Array;
  /**
   * Estimate of the log of the sum of exp(-beta E) over the free units: a lower bound with "naive", on either side of the
   * true value with "tap".
   */
  readonly logSums: Float64Array;
  /** Whether every row converged. */
  readonly converged: boolean;
  readonly sweeps: Uint32Array;
  /** Residuals of the equations: the largest one per row in the last sweep, relative to the range of a unit. */
  readonly residuals: Float64Array;
}

/**
 * Mean field: the product distribution over the free units that is closest to p. The mean of one unit after the other is
 * updated given those of the others (Peterson and Anderson, A mean field theory learning algorithm for neural networks, 1987),
 *
 *     m_i = low + (high - low) / (1 + exp(-beta (high - low) (a_i + sum_j L_ij m_j))),
 *
 * tanh(beta (a_i + sum_j L_ij m_j)) for a spin. The bound log sum exp(-beta E) >= S(m) - beta E(m), with the entropy S,
 * never falls in these steps, damped or not (Saul, Jaakkola and Jordan, Mean field theory for sigmoid belief networks, 1996).
 * `method: "tap"` adds the next terms in the couplings (Thouless, Anderson and Palmer, Solution of 'Solvable model of
 * a spin glass', 1977; Plefka, Convergence condition of the TAP equation, 1982): with Var_i = (high - m_i)(m_i - low),
 * beta^2/2 sum_{i<j} L_ij^2 Var_i Var_j in the sum, beta (high + low - 2 m_i) / 2 sum_j L_ij^2 Var_j in the field. These
 * steps need not converge. If there are several solutions, the start selects one.
 *
 * @returns means, rows x units, and one log sum and one residual per row; rows that did not converge are not an error
 * @throws ArgumentError for an option out of its range, ShapeError or DataError for rows that are not states of the visible
 *   layer, or initial means that are not valid
 */
export function meanField(
  machine: BoltzmannMachine,
  options: MeanFieldOptions & MeanFieldRows = {},
): MeanFieldSolution {
  const { visible, clamped = visible && "visible", start } = options;
  const settings = checked(options);
  const held = heldUnits(machine, clamped, visible);
  const { units } = machine;
  const n = machine.visible.count;
  const free = Uint32Array.from({ length: units }, (_, i) => i).filter((i) => held[i] === 0);
  const given = visible && rowsOfLayer("visible", machine.visible, visible);
  const means = startMeans(machine, settings.beta, given, start);
  const count = means.length / units;
  const logSums = new Float64Array(count);
  const sweeps = new Uint32Array(count);
  const residuals = new Float64Array(count);
  for (let r = 0; r < count; r++) {
    const m = means.subarray(r * units, (r + 1) * units);
    for (let i = 0; i < n; i++) if (held[i] === 1 && visible !== undefined) m[i] = visible[r * n + i];
    residuals[r] = free.length === 0 ? 0 : Number.POSITIVE_INFINITY;
    while (residuals[r] > settings.tolerance && sweeps[r] < settings.maxSweeps) {
      residuals[r] = relax(machine, m, free, settings);
      sweeps[r]++;
    }
    requireFiniteResults("mean", m);
    logSums[r] = requireFiniteResult("log sum", logSumOfMeans(machine, m, free, settings));
  }
  return { means, logSums, converged: residuals.every((x) => x <= settings.tolerance), sweeps, residuals };
}

interface Settings {
  readonly tap: boolean;
  readonly beta: number;
  readonly damping: number;
  readonly tolerance: number;
  readonly maxSweeps: number;
}

function checked({
  method = "naive",
  beta = 1,
  damping,
  tolerance = 1e-10,
  maxSweeps = 1000,
}: MeanFieldOptions): Settings {
  if (method !== "naive" && method !== "tap") {
    throw new ArgumentError(`method is ${JSON.stringify(method)}; expected "naive" or "tap"`);
  }
  const tap = method === "tap";
  requireBeta(beta);
  if (damping === 1) throw new ArgumentError("damping is 1, so no mean would change; expected a number below 1");
  requireNumber("damping", damping ?? 0, 0, 1);
  requireNumber("tolerance", tolerance, 0, 1);
  requireInteger("maxSweeps", maxSweeps, 1);
  return { tap, beta, damping: damping ?? (tap ? 0.5 : 0), tolerance, maxSweeps };
}

/** Updates every free unit once; returns the largest residual before the update, relative to the range of the unit. */
function relax(machine: BoltzmannMachine, m: Float64Array, free: Uint32Array, settings: Settings): number {
  const { units, couplings, bias, low, high, graph } = machine;
  const L = couplings.values;
  const { tap, beta, damping } = settings;
  let residual = 0;
  for (const i of free) {
    let field = bias[i];
    let reaction = 0;
    for (let at = graph.starts[i]; at < graph.starts[i + 1]; at++) {
      const j = graph.neighbours[at];
      const w = L[i * units + j];
      field += w * m[j];
      if (tap) reaction += w * w * (high[j] - m[j]) * (m[j] - low[j]);
    }
    if (tap) field += (beta * (high[i] + low[i] - 2 * m[i]) * reaction) / 2;
    const range = high[i] - low[i];
    const target = low[i] + range * sigmoid(beta * range * field);
    residual = Math.max(residual, Math.abs(target - m[i]) / range);
    m[i] = damping * m[i] + (1 - damping) * target;
  }
  return residual;
}

/** S(m) - beta E(m), with the TAP term. */
function logSumOfMeans(machine: BoltzmannMachine, m: Float64Array, free: Uint32Array, settings: Settings): number {
  const { units, couplings, low, high, graph } = machine;
  const { tap, beta } = settings;
  let sum = -beta * energyOf(machine, m);
  for (const i of free) {
    const range = high[i] - low[i];
    sum -= xLogX((m[i] - low[i]) / range) + xLogX((high[i] - m[i]) / range);
    for (let at = graph.starts[i]; tap && at < graph.starts[i + 1]; at++) {
      const j = graph.neighbours[at];
      const w = couplings.values[i * units + j];
      // Every pair occurs twice.
      sum += (square(beta * w) / 4) * (high[i] - m[i]) * (m[i] - low[i]) * (high[j] - m[j]) * (m[j] - low[j]);
    }
  }
  return sum;
}

function xLogX(x: number): number {
  return x > 0 ? x * log(x) : 0;
}

/** The initial means, checked and copied. */
function startMeans(
  { units, bias, low, high }: BoltzmannMachine,
  beta: number,
  rows: number | undefined,
  start: Rows | undefined,
): Float64Array {
  if (start === undefined) {
    return Float64Array.from({ length: (rows ?? 1) * units }, (_, at) => {
      const i = at % units;
      return low[i] + (high[i] - low[i]) * sigmoid(beta * (high[i] - low[i]) * bias[i]);
    });
  }
  const needed = rows === undefined ? `a multiple of ${units}, above 0` : `${rows} rows of ${units}`;
  const fits = rows === undefined ? start.length > 0 && start.length % units === 0 : start.length === rows * units;
  if (!fits) throw new ShapeError(`start has ${start.length} values; expected ${needed}, the means of all units`);
  for (let at = 0; at < start.length; at++) {
    const i = at % units;
    if (start[at] >= low[i] && start[at] <= high[i]) continue;
    const place = `start[${Math.floor(at / units)}][${i}]`;
    throw new DataError(`${place} is ${start[at]}; expected a mean from ${low[i]} to ${high[i]}`);
  }
  return Float64Array.from(start);
}
