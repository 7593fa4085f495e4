import { ArgumentError, requireFiniteResult } from "../../errors.js";
import { exp, log } from "../../math/elementary.js";
import { energyOf, productsOfMeans, type TwoStateEnergy } from "./energy.js";

/** Largest number of units whose states are listed. */
const MOST_UNITS = 24;

/** Units that change within a block of states; fields are recomputed at its start, so that rounding cannot accumulate. */
const BLOCK_UNITS = 12;

/** <x_i> of every unit, <x_i x_j> of every pair (units x units; squares on the diagonal), and the log of the sum of weights. */
export interface Moments {
  readonly logSum: number;
  readonly means: Float64Array;
  readonly products: Float64Array;
}

/** Throws if there are too many free units to list their states. */
export function requireListable(free: number, which: string): void {
  if (free <= MOST_UNITS) return;
  const limit = `an exact sum lists the states of at most ${MOST_UNITS}`;
  throw new ArgumentError(
    `the machine has ${free} ${which} units; ${limit}: sample with BoltzmannChains, or use meanField`,
  );
}

/**
 * Lists -beta E of all states of the `free` units, the others as in `state`, in blocks. Bit i of the number of a state says
 * whether unit free[i] has its upper value. Within a block, states follow in Gray code, which changes one unit per step;
 * fields and energy are updated for that unit (Gray, US patent 2632058, 1953).
 *
 * @param visit called with the number of the block's first state and -beta E of its states, which it may overwrite
 */
export function eachBlock(
  machine: TwoStateEnergy,
  beta: number,
  state: Float64Array,
  free: Uint32Array,
  visit: (first: number, logs: Float64Array) => void,
): void {
  const { units, couplings, bias, low, high } = machine;
  const L = couplings.values;
  const inner = Math.min(free.length, BLOCK_UNITS);
  const size = 2 ** inner;
  const logs = new Float64Array(size);
  const x = state.slice();
  const fields = new Float64Array(inner);
  const steps = Float64Array.from({ length: inner }, (_, a) => high[free[a]] - low[free[a]]);
  const among = Float64Array.from(
    { length: inner * inner },
    (_, at) => L[free[Math.floor(at / inner)] * units + free[at % inner]],
  );
  for (let first = 0; first < 2 ** free.length; first += size) {
    for (let a = 0; a < free.length; a++) x[free[a]] = (first >>> a) & 1 ? high[free[a]] : low[free[a]];
    let energy = energyOf(machine, x);
    for (let a = 0; a < inner; a++) {
      const i = free[a];
      let field = bias[i];
      for (let j = 0; j < units; j++) field += L[i * units + j] * x[j];
      fields[a] = field;
    }
    logs[0] = -beta * energy;
    for (let k = 1, gray = 0; k < size; k++) {
      const a = 31 - Math.clz32(k & -k);
      gray ^= 1 << a;
      const step = (gray >>> a) & 1 ? steps[a] : -steps[a];
      energy -= step * fields[a];
      for (let b = 0; b < inner; b++) fields[b] += step * among[a * inner + b];
      logs[gray] = -beta * energy;
    }
    visit(first, logs);
  }
}

/** log sum exp(-beta E) over the states of the free units. */
export function logSumOverFree(machine: TwoStateEnergy, beta: number, state: Float64Array, free: Uint32Array): number {
  requireListable(free.length, "hidden");
  const scale = new Scale();
  let sum = 0;
  eachBlock(machine, beta, state, free, (_, logs) => {
    sum *= scale.raise(logs);
    for (let k = 0; k < logs.length; k++) sum += exp(logs[k] - scale.log);
  });
  return requireFiniteResult("log sum", scale.log + log(sum));
}

/**
 * Moments over the states of the free units, the others as in `state`. In a block of weights, those with bit i are its
 * upper half once the bits above i are summed out. Summing halves, rather than visiting the states for every pair, costs a
 * few additions per state for all pairs.
 */
export function exactMoments(machine: TwoStateEnergy, beta: number, state: Float64Array, free: Uint32Array): Moments {
  const count = free.length;
  const inner = Math.min(count, BLOCK_UNITS);
  const scale = new Scale();
  const ones = new Float64Array(count);
  const both = new Float64Array(count * count);
  const blockOnes = new Float64Array(inner);
  const halves = new Float64Array(2 ** Math.max(inner - 1, 0));
  let sum = 0;
  eachBlock(machine, beta, state, free, (first, logs) => {
    const factor = scale.raise(logs);
    if (factor !== 1) {
      sum *= factor;
      for (let at = 0; at < ones.length; at++) ones[at] *= factor;
      for (let at = 0; at < both.length; at++) both[at] *= factor;
    }
    for (let k = 0; k < logs.length; k++) logs[k] = exp(logs[k] - scale.log);
    for (let a = inner - 1; a >= 0; a--) {
      const half = 2 ** a;
      halves.set(logs.subarray(half, 2 * half));
      for (let b = a - 1; b >= 0; b--) both[a * count + b] += fold(halves, 2 ** b);
      blockOnes[a] = halves[0];
      ones[a] += halves[0];
      fold(logs, half);
    }
    const total = logs[0];
    sum += total;
    for (let a = inner; a < count; a++) {
      if (((first >>> a) & 1) === 0) continue;
      ones[a] += total;
      for (let b = 0; b < inner; b++) both[a * count + b] += blockOnes[b];
      for (let b = inner; b < a; b++) if ((first >>> b) & 1) both[a * count + b] += total;
    }
  });
  return inValues(
    machine,
    state,
    free,
    requireFiniteResult("log sum", scale.log + log(sum)),
    ones.map((p) => p / sum),
    both.map((p) => p / sum),
  );
}

/** Adds the upper half of the first 2 `half` values to the lower; returns the sum of the upper. */
function fold(values: Float64Array, half: number): number {
  let sum = 0;
  for (let k = 0; k < half; k++) {
    sum += values[half + k];
    values[k] += values[half + k];
  }
  return sum;
}

/** Moments of values from the probabilities that units have their upper values: x = low + (high - low) bit. */
function inValues(
  { units, low, high }: TwoStateEnergy,
  state: Float64Array,
  free: Uint32Array,
  logSum: number,
  ones: Float64Array,
  both: Float64Array,
): Moments {
  const means = state.slice();
  free.forEach((i, a) => {
    means[i] = low[i] + (high[i] - low[i]) * ones[a];
  });
  const products = productsOfMeans(means, units);
  free.forEach((i, a) => {
    const [l, d] = [low[i], high[i] - low[i]];
    products[i * units + i] = l * l + (high[i] * high[i] - l * l) * ones[a];
    for (let b = 0; b < a; b++) {
      const j = free[b];
      const e = high[j] - low[j];
      const mean = l * low[j] + l * e * ones[b] + d * low[j] * ones[a] + d * e * both[a * free.length + b];
      products[i * units + j] = products[j * units + i] = mean;
    }
  });
  return { logSum, means, products };
}

/** The largest logarithm so far; sums are relative to it. */
class Scale {
  log = Number.NEGATIVE_INFINITY;

  /** Adds the logarithms of a block; returns the factor by which the sums so far must be multiplied. */
  raise(logs: Float64Array): number {
    let largest = this.log;
    for (let k = 0; k < logs.length; k++) largest = Math.max(largest, logs[k]);
    if (largest === this.log) return 1;
    const factor = exp(this.log - largest);
    this.log = largest;
    return factor;
  }
}
