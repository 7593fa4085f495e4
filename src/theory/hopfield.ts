import { ArgumentError, requireNumber } from "../errors.js";
import { log, tanh } from "../math/elementary.js";
import { findMaximum, findRoot } from "../math/roots.js";
import { type FieldAverages, fieldAverages } from "./averages.js";

/**
 * Mean-field theory of Hopfield's net: Hebb's rule without self-coupling, p = alpha n random patterns, temperature T,
 * n to infinity, replica symmetric (Amit, Gutfreund and Sompolinsky, Storing infinite numbers of patterns in a spin-glass
 * model of neural networks, 1985; Statistical mechanics of neural networks near saturation, 1987). The field of a unit is
 * m xi_i + sigma z with
 *
 *   m = <tanh((m + sigma z) / T)>,  q = <tanh^2((m + sigma z) / T)>,  C = (1 - q) / T,  sigma^2 = alpha q / (1 - C)^2
 *
 * (sigma^2 = alpha r in the source). Each state is given by y = m / sigma: at a temperature, y determines sigma and so the
 * load at which the state exists. Numbers are accurate to about 1e-10. Replica symmetry itself fails close to T = 0, where
 * the spin-glass energies and the end of the retrieval line are off by about a percent.
 */

/** A state of the mean-field theory. */
export interface MeanFieldState {
  /** m: overlap with the retrieved pattern. */
  readonly overlap: number;
  /** q: the Edwards-Anderson order parameter. */
  readonly order: number;
  /** sigma = sqrt(alpha r): standard deviation of the crosstalk. */
  readonly noise: number;
  /** C = (1 - q) / T. */
  readonly susceptibility: number;
  /** Free energy per unit; the energy at T = 0. */
  readonly freeEnergy: number;
}

/** Phase and states at one load and temperature. */
export interface MeanField {
  /**
   * - `paramagnet`: T >= T_g = 1 + sqrt(alpha); every overlap is zero.
   * - `spin glass`: frozen, without overlap.
   * - `metastable retrieval`: retrieval states exist, with a higher free energy than the spin glass.
   * - `retrieval`: retrieval states are the global minima.
   */
  readonly phase: "paramagnet" | "spin glass" | "metastable retrieval" | "retrieval";
  readonly retrieval?: MeanFieldState;
  readonly spinGlass?: MeanFieldState;
}

/**
 * The states at a load alpha >= 0 and a temperature T >= 0.
 *
 * @throws ArgumentError for a negative load or temperature
 */
export function hopfieldMeanField(load: number, temperature: number): MeanField {
  requireLoad(load);
  requireNumber("temperature", temperature, 0, Number.MAX_VALUE);
  const retrieval = retrievalState(load, temperature);
  if (temperature >= spinGlassTemperature(load)) return { phase: "paramagnet" };
  const spinGlass = load > 0 ? spinGlassState(load, temperature) : undefined;
  const states = { ...(retrieval && { retrieval }), ...(spinGlass && { spinGlass }) };
  if (retrieval === undefined) return { phase: "spin glass", ...states };
  const global = spinGlass === undefined || retrieval.freeEnergy < spinGlass.freeEnergy;
  return { phase: global ? "retrieval" : "metastable retrieval", ...states };
}

/** T_g(alpha) = 1 + sqrt(alpha): the paramagnet is stable above it. */
export function spinGlassTemperature(load: number): number {
  requireLoad(load);
  return 1 + Math.sqrt(load);
}

/** The largest load with retrieval states at a temperature from 0 to 1, and their overlap there. */
export function retrievalLimit(temperature: number): { readonly load: number; readonly overlap: number } {
  requireNumber("temperature", temperature, 0, 1);
  if (temperature === 1) return { load: 0, overlap: 0 };
  const { at, value } = findMaximum((y) => stateOf(y, temperature).load, 0.3, 6);
  return { load: value, overlap: stateOf(at, temperature).overlap };
}

/**
 * T_M(alpha): the temperature up to which retrieval states exist; undefined for loads above 0.138, which have none. The
 * replica-symmetric line bends back by 0.2 % of its load close to T = 0; the upper end is returned.
 */
export function retrievalTemperature(load: number): number | undefined {
  requireLoad(load);
  if (load === 0) return 1;
  const limit = (temperature: number) => retrievalLimit(temperature).load;
  const bend = findMaximum(limit, 0, 0.1);
  return load > bend.value ? undefined : findRoot((temperature) => limit(temperature) - load, bend.at, 1);
}

/** The load up to which retrieval states are the global minima at a temperature from 0 to 1: 0.0519 at T = 0. */
export function globalRetrievalLoad(temperature: number): number {
  requireNumber("temperature", temperature, 0, 1);
  if (temperature === 1) return 0;
  const { at } = findMaximum((y) => stateOf(y, temperature).load, 0.3, 6);
  const excess = (y: number) => {
    const state = stateOf(y, temperature);
    return freeEnergy(state, temperature) - spinGlassState(state.load, temperature).freeEnergy;
  };
  let high = at + 1;
  while (excess(high) > 0) high += 1;
  return stateOf(findRoot(excess, at, high), temperature).load;
}

/** T_c(alpha): the temperature up to which retrieval states are the global minima; undefined above a load of 0.0532. */
export function globalRetrievalTemperature(load: number): number | undefined {
  requireLoad(load);
  if (load === 0) return 1;
  const excess = (temperature: number) => globalRetrievalLoad(temperature) - load;
  return excess(0) < 0 ? undefined : findRoot(excess, 0, 1);
}

interface State extends FieldAverages {
  readonly load: number;
  readonly overlap: number;
  readonly sigma: number;
}

/** The state with m = y sigma at a temperature below 1, and the load that it belongs to. */
function stateOf(y: number, temperature: number): State {
  const excess = (sigma: number) => fieldAverages(y * sigma, sigma, temperature).magnetisation / (y * sigma) - 1;
  // At T = 0 this is the root; above, tanh is smaller than the sign.
  const high = fieldAverages(y, 1, 0).magnetisation / y;
  let low = high;
  while (temperature > 0 && excess(low) <= 0) low /= 2;
  return withLoad(y, temperature > 0 ? findRoot(excess, low, Math.min(2 * low, high)) : high, temperature);
}

function withLoad(y: number, sigma: number, temperature: number): State {
  const averages = fieldAverages(y * sigma, sigma, temperature);
  const rest = sigma * (1 - averages.susceptibility);
  return { ...averages, overlap: y * sigma, sigma, load: (rest * rest) / averages.square };
}

function retrievalState(load: number, temperature: number): MeanFieldState | undefined {
  if (temperature >= 1) return undefined;
  if (load === 0) return ferromagnet(temperature);
  const { at, value } = findMaximum((y) => stateOf(y, temperature).load, 0.3, 6);
  if (load > value) return undefined;
  let high = 2 * at;
  while (stateOf(high, temperature).load > load) high *= 2;
  const y = findRoot((x) => stateOf(x, temperature).load - load, at, high);
  return described(stateOf(y, temperature), temperature);
}

/** The states of a finite number of patterns: m = tanh(m / T), as in a ferromagnet. */
function ferromagnet(temperature: number): MeanFieldState {
  const overlap = temperature === 0 ? 1 : findRoot((m) => tanh(m / temperature) / m - 1, 1e-9, 1);
  const order = overlap * overlap;
  const susceptibility = temperature === 0 ? 0 : (1 - order) / temperature;
  const { entropy } = fieldAverages(overlap, 1e-300, temperature);
  return { overlap, order, noise: 0, susceptibility, freeEnergy: order / 2 - entropy };
}

function spinGlassState(load: number, temperature: number): MeanFieldState {
  const excess = (sigma: number) => {
    const { susceptibility, square } = fieldAverages(0, sigma, temperature);
    return (sigma * (1 - susceptibility)) / Math.sqrt(square) - Math.sqrt(load);
  };
  // sigma at T = 0; the noise only decreases with temperature.
  const high = Math.sqrt(load) + Math.sqrt(2 / Math.PI);
  let low = high / 2;
  while (excess(low) >= 0) low /= 2;
  const sigma = temperature === 0 ? high : findRoot(excess, low, high);
  return described({ ...withLoad(0, sigma, temperature), load }, temperature);
}

function described(state: State, temperature: number): MeanFieldState {
  const { overlap, square, sigma, susceptibility } = state;
  return { overlap, order: square, noise: sigma, susceptibility, freeEnergy: freeEnergy(state, temperature) };
}

/**
 * f = alpha / 2 + m^2 / 2 + (alpha T / 2) log(1 - C) - alpha q / (2 (1 - C)) + sigma^2 C / 2 - T <log 2 cosh>, stationary
 * at the equations above.
 */
function freeEnergy({ load, overlap, sigma, square, susceptibility, entropy }: State, temperature: number): number {
  const rest = 1 - susceptibility;
  const noise = temperature === 0 ? 0 : ((load * temperature) / 2) * log(rest);
  return (
    (load + overlap * overlap) / 2 +
    noise -
    (load * square) / (2 * rest) +
    (sigma * sigma * susceptibility) / 2 -
    entropy
  );
}

function requireLoad(load: number): void {
  if (!(load >= 0 && load <= Number.MAX_VALUE)) {
    throw new ArgumentError(`load is ${load}; expected a number of at least 0, patterns per unit`);
  }
}
