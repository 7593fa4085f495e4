import { requireNumber } from "../errors.js";
import { log } from "../math/elementary.js";
import { erf } from "../math/normal.js";
import { findRoot } from "../math/roots.js";
import { fieldAverages } from "./averages.js";
import type { MeanFieldState } from "./hopfield.js";

/**
 * Mean-field theory of the projection rule for p = alpha n random patterns at temperature T, n to infinity, replica
 * symmetric (Kanter and Sompolinsky, Associative recall of memory without errors, 1987). W projects onto a random subspace
 * that contains the retrieved pattern: the average over its other directions is that of a random projector, with
 * G(x) = max_w (x w + alpha log(w / alpha) + (1 - alpha) log((1 - w) / (1 - alpha))) / 2. The field of a unit is
 * (1 - w) m xi_i + sigma z with
 *
 *   m = <tanh>,  q = <tanh^2>,  C = (1 - q) / T,  sigma^2 = (q - m^2) dw/dC,
 *   C = (1 - alpha) / (1 - w) - alpha / w.
 *
 * The self-couplings W_ii = alpha shift all energies by the same amount and change no equilibrium, only the dynamics; free
 * energies are those of W with its diagonal: -1/2 for a stored pattern at T = 0.
 */
export function projectionRetrieval(load: number, temperature: number): MeanFieldState | undefined {
  requireNumber("load", load, 0, 1);
  requireNumber("temperature", temperature, 0, Number.MAX_VALUE);
  if (temperature === 0 && load < 1) return { overlap: 1, order: 1, noise: 0, susceptibility: 0, freeEnergy: -0.5 };
  if (temperature >= 1 || load === 1) return undefined;
  let m = 1;
  let q = 1;
  let sigma = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { w, slope } = response((1 - q) / temperature, load);
    sigma = Math.sqrt(Math.max(q - m * m, 0) * slope);
    const { magnetisation, square } = fieldAverages((1 - w) * m, Math.max(sigma, 1e-12), temperature);
    const change = Math.abs(magnetisation - m) + Math.abs(square - q);
    m = magnetisation;
    q = square;
    if (m < 1e-3) return undefined;
    if (change < 1e-14) break;
  }
  return described(m, q, sigma, load, temperature);
}

/** Iterations of the equations: enough up to about 1e-6 below the highest temperature that has a solution. */
const ROUNDS = 5000;

/** T_M(alpha): the temperature up to which the patterns are at least metastable; 1 at alpha = 0, 0 at alpha = 1. */
export function projectionRetrievalTemperature(load: number): number {
  requireNumber("load", load, 0, 1);
  if (load === 0 || load === 1) return 1 - load;
  let low = 0;
  let high = 1;
  while (high - low > 1e-5) {
    const middle = (low + high) / 2;
    if (projectionRetrieval(load, middle) !== undefined) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The spin glass at zero temperature. Its energy rises to that of the patterns, -1/2, at alpha = 1 - 2 / pi, where it
 * disappears: undefined beyond (Kanter and Sompolinsky 1987, abstract).
 *
 * @param load from 1e-6 to 1
 */
export function projectionSpinGlass(load: number): MeanFieldState | undefined {
  requireNumber("load", load, 1e-6, 1);
  if (load >= 1 - 2 / Math.PI) return undefined;
  // sigma^2 = dw/dC at C = sqrt(2 / pi) / sigma.
  const excess = (sigma: number) => {
    const { slope } = response(Math.sqrt(2 / Math.PI) / sigma, load);
    return sigma - Math.sqrt(slope);
  };
  let low = 1e-3;
  while (excess(low) >= 0) low /= 2;
  const sigma = findRoot(excess, low, 10);
  return described(0, 1, sigma, load, 0);
}

/**
 * The overlap after one synchronous step from a random state of overlap m with a stored pattern, n to infinity: the field is
 * (1 - alpha) m xi_i + alpha s_i + sigma z with sigma^2 = alpha (1 - alpha) (1 - m^2). The middle term is the self-coupling,
 * present only if the diagonal is kept, as by default. As m goes to 1 the pattern attracts the state for alpha < 1/2 with
 * self-coupling, and for alpha < 1 without.
 */
export function projectionStep(load: number, overlap: number, { selfCoupling = true } = {}): number {
  requireNumber("load", load, 0, 1);
  requireNumber("overlap", overlap, -1, 1);
  const signal = (1 - load) * overlap;
  const own = selfCoupling ? load : 0;
  const noise = Math.sqrt(2 * load * (1 - load) * (1 - overlap * overlap));
  const answer = (field: number) => (noise === 0 ? Math.sign(field) : erf(field / noise));
  return ((1 + overlap) * answer(signal + own) + (1 - overlap) * answer(signal - own)) / 2;
}

/** w and dw/dC at C: the root in (0, 1) of C w^2 + (1 - C) w = alpha. */
function response(C: number, load: number): { w: number; slope: number } {
  const w = (2 * load) / (1 - C + Math.sqrt((1 - C) * (1 - C) + 4 * load * C));
  return { w, slope: 1 / (load / (w * w) + (1 - load) / ((1 - w) * (1 - w))) };
}

/** -f = -m^2 / 2 + (q + m^2) w / 2 + T G(C) - sigma^2 C / 2 + T <log 2 cosh> */
function described(m: number, q: number, sigma: number, load: number, temperature: number): MeanFieldState {
  const averages = (w: number) => fieldAverages((1 - w) * m, Math.max(sigma, 1e-12), temperature);
  const C = temperature === 0 ? averages(load).susceptibility : (1 - q) / temperature;
  const { w } = response(C, load);
  const G = (C * w + load * log(w / load) + (1 - load) * log((1 - w) / (1 - load))) / 2;
  const energy = (m * m - (q + m * m) * w + sigma * sigma * C) / 2 - temperature * G - averages(w).entropy;
  return { overlap: m, order: q, noise: sigma, susceptibility: C, freeEnergy: energy };
}
