import { ArgumentError, DataError, requireInteger, requireNumber, ShapeError } from "../../errors.js";
import { log } from "../../math/elementary.js";
import { sigmoid } from "../../math/log-sum-exp.js";
import type { Rows } from "../../units/index.js";
import { requireBeta } from "../../units/units.js";
import { type Clamped, heldUnits } from "./chains.js";
import { energyOf } from "./energy.js";
import type { BoltzmannMachine } from "./machine.js";
import { rowsOfLayer } from "./parts.js";

/** How to solve the mean-field equations. */
export interface MeanFieldOptions {
  /** The naive equations, whose log sum is a lower bound, or those of Thouless, Anderson and Palmer; "naive" by default. */
  readonly method?: "naive" | "tap" | undefined;
  /** Inverse temperature, above 0, default 1. */
  readonly beta?: number | undefined;
  /** The part of its old mean that a unit keeps in a step, from 0 to below 1; 0 for naive, 0.5 for TAP by default. */
  readonly damping?: number | undefined;
  /** Converged once no mean is further than this part of its range from what its equation asks; 1e-10 by default. */
  readonly tolerance?: number | undefined;
  /** Sweeps after which a row is given up; 1000 by default. */
  readonly maxSweeps?: number | undefined;
}

/** Which units are held, and where the others start. */
export interface MeanFieldRows {
  /** Rows of visible states to clamp units to; without them one row is solved in which all units are free. */
  readonly visible?: Rows | undefined;
  /** Visible units that keep the value of their row; all of them where rows are given and this is left out. */
  readonly clamped?: Clamped | undefined;
  /** Means of all units to start from, a row each; where it is left out, what the biases alone make of them. */
  readonly start?: Rows | undefined;
}

/** Solutions of the mean-field equations, row by row, and the evidence. */
export interface MeanFieldSolution {
  /** m_i of all units, visible first, row after row. */
  readonly means: Float64Array;
  /**
   * The log of the sum of exp(-beta E) over the free units, as the method has it: never above the true value with "naive",
   * on either side of it with "tap".
   */
  readonly logSums: Float64Array;
  /** Whether every row converged. */
  readonly converged: boolean;
  readonly sweeps: Uint32Array;
  /** How far the means are from their equations: the largest distance in a row in the last sweep, in parts of a range. */
  readonly residuals: Float64Array;
}

/**
 * Mean field: the product distribution over the free units that is closest to p. Unit after unit takes the mean that the
 * means of the others ask for (Peterson and Anderson, A mean field theory learning algorithm for neural networks, 1987),
 *
 *     m_i = low + (high - low) / (1 + exp(-beta (high - low) (a_i + sum_j L_ij m_j))),
 *
 * tanh(beta (a_i + sum_j L_ij m_j)) for a spin. In these steps log sum exp(-beta E) >= S(m) - beta E(m), with the entropy
 * S, never falls, damped or not (Saul, Jaakkola and Jordan, Mean field theory for sigmoid belief networks, 1996).
 * With `method: "tap"` come the next terms in the couplings (Thouless, Anderson and Palmer, Solution of 'Solvable model of
 * a spin glass', 1977; Plefka, Convergence condition of the TAP equation, 1982): with Var_i = (high - m_i)(m_i - low),
 * beta^2/2 sum_{i<j} L_ij^2 Var_i Var_j in the sum, beta (high + low - 2 m_i) / 2 sum_j L_ij^2 Var_j in the field. These
 * steps need not converge. Solutions depend on the start where there are several.
 *
 * @returns means of rows x units, and one log sum and one residual a row: rows that did not converge are not an error
 * @throws ArgumentError for an option out of its range, ShapeError or DataError for rows that are not states of the visible layer,
 *   or starts that are not means
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
    logSums[r] = logSumOfMeans(machine, m, free, settings);
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
  if (damping === 1) throw new ArgumentError("damping is 1, with which no mean moves; expected a number below 1");
  requireNumber("damping", damping ?? 0, 0, 1);
  requireNumber("tolerance", tolerance, 0, 1);
  requireInteger("maxSweeps", maxSweeps, 1);
  return { tap, beta, damping: damping ?? (tap ? 0.5 : 0), tolerance, maxSweeps };
}

/** Steps every free unit once; returns the largest distance from its equation that one had, in parts of its range. */
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

/** S(m) - beta E(m), with the term of TAP. */
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
      // Every pair comes twice.
      sum += ((beta * w) ** 2 / 4) * (high[i] - m[i]) * (m[i] - low[i]) * (high[j] - m[j]) * (m[j] - low[j]);
    }
  }
  return sum;
}

function xLogX(x: number): number {
  return x > 0 ? x * log(x) : 0;
}

/** The means to start from, checked and copied. */
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
