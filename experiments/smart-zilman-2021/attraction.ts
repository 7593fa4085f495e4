import type { PatternSet, Random } from "engram";
import { exp, type Matrix, square } from "engram/math";

/** How states move to patterns. */
export interface AttractionOptions {
  /** Inverse temperature; if it is omitted, units take the sign of their total input. */
  readonly beta?: number | undefined;
  /** Whether all units are updated at once; else one after the other, in a new random order every sweep. */
  readonly together?: boolean | undefined;
  /** A state has arrived where its largest overlap with a pattern is above this. */
  readonly overlap: number;
  /** The most sweeps over all units. */
  readonly sweeps: number;
  /** Whether units feel themselves; defaults to false. */
  readonly selfCoupling?: boolean | undefined;
  readonly random: Random;
}

/**
 * The pattern that each state moves to, or the number of patterns if it reaches none: in the Hopfield net with the couplings
 * W W^T, by default less their diagonal. State r draws from `random.fork(r)`.
 */
export function attractors(
  weights: Matrix,
  patterns: PatternSet,
  states: PatternSet,
  { beta, together = false, overlap, sweeps, selfCoupling = false, random }: AttractionOptions,
): Uint32Array {
  const { rows: n, columns: p, values: w } = weights;
  const self = new Float64Array(n);
  for (let i = 0; i < n && !selfCoupling; i++) for (let j = 0; j < p; j++) self[i] += square(w[i * p + j]);
  const stored = Array.from({ length: patterns.count }, (_, mu) => patterns.spins(mu));
  /** W^T s */
  const inputs = new Float64Array(p);
  const order = new Uint32Array(n);
  return Uint32Array.from({ length: states.count }, (_, r) => {
    const stream = random.fork(r);
    const s = states.spins(r);
    inputs.fill(0);
    for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) inputs[j] += w[i * p + j] * s[i];
    for (let sweep = 0; ; sweep++) {
      const pattern = arrivedAt(stored, s, overlap);
      if (pattern < stored.length || sweep === sweeps) return pattern;
      const felt = together ? inputs.slice() : inputs;
      for (const i of together ? order.keys() : stream.permutation(order)) {
        let h = -self[i] * s[i];
        for (let j = 0; j < p; j++) h += w[i * p + j] * felt[j];
        const up =
          beta === undefined ? h > 0 || (h === 0 && s[i] > 0) : stream.uniform() * (1 + exp(-2 * beta * h)) < 1;
        const next = up ? 1 : -1;
        if (next === s[i]) continue;
        s[i] = next;
        for (let j = 0; j < p; j++) inputs[j] += 2 * next * w[i * p + j];
      }
    }
  });
}

/** The pattern with the largest overlap above the limit, the number of patterns where there is none. */
function arrivedAt(stored: readonly Int8Array[], s: Int8Array, limit: number): number {
  let best = stored.length;
  let most = limit * s.length;
  stored.forEach((xi, mu) => {
    let sum = 0;
    for (let i = 0; i < s.length; i++) sum += xi[i] * s[i];
    if (sum > most) {
      best = mu;
      most = sum;
    }
  });
  return best;
}
