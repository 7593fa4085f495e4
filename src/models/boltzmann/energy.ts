import type { Matrix } from "../../math/matrix.js";

/** A Boltzmann machine as plain data: E(x) = -1/2 x^T L x - a^T x, each unit with its two values. */
export interface TwoStateEnergy {
  readonly units: number;
  /** L: symmetric, zero on its diagonal. */
  readonly couplings: Matrix;
  /** a */
  readonly bias: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** E of one state of all units, or of their means if they are independent. */
export function energyOf({ units, couplings, bias }: TwoStateEnergy, state: Float64Array): number {
  const L = couplings.values;
  let energy = 0;
  for (let i = 0; i < units; i++) {
    if (state[i] === 0) continue;
    let field = bias[i];
    for (let j = 0; j < i; j++) field += L[i * units + j] * state[j];
    energy -= field * state[i];
  }
  return energy;
}

/** m_i m_j of all pairs: <x_i x_j> if the units are independent. */
export function productsOfMeans(means: Float64Array, units: number): Float64Array {
  return Float64Array.from({ length: units * units }, (_, at) => means[Math.floor(at / units)] * means[at % units]);
}
