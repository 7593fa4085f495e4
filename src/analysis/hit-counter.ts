import { type Dynamics, synchronous } from "../dynamics/index.js";
import { ArgumentError, requireInteger } from "../errors.js";
import type { Interaction } from "../interactions/index.js";
import { type BitMatrix, bitDistance, bitMatrix, popcount } from "../math/bits.js";
import { type Random, requireRandom } from "../math/random.js";
import { allStates } from "./all-states.js";

/** Damages the state whose words begin at words[at]. */
export type Damage = (words: Uint32Array, at: number) => void;

/** Counts hits: damaged copies of a pattern that reach it. */
export interface HitCounter {
  /** Whether runs are stochastic, so that the same state may reach the pattern in one run and miss it in the next. */
  readonly draws: boolean;
  /** Whether a pattern is a fixed point of synchronous dynamics. */
  fixed(pattern: BitMatrix): boolean;
  count(pattern: BitMatrix, trials: number, damage: Damage, random?: Random): number;
  /** Number of states at each distance 0 ... n that reach the pattern, if all successors are known. */
  census?(pattern: BitMatrix): Uint32Array;
}

/** Up to this number of units all 2^n successors are computed first, which takes less time than a few thousand runs. */
const TABLE_UNITS = 14;

/** Number of states that run together. */
const BATCH = 256;

/** The counter for a number of synchronous steps, or for a dynamics that runs until it settles. */
export function counterOf(
  net: Interaction,
  {
    steps,
    dynamics,
    random,
  }: { steps?: number | undefined; dynamics?: Dynamics | undefined; random?: Random | undefined },
): HitCounter {
  if (steps !== undefined) requireInteger("steps", steps, 0, 1e6);
  if (steps !== undefined && dynamics !== undefined) {
    throw new ArgumentError(
      `steps is ${steps} and a dynamics is given, but steps are synchronous; omit one of the two`,
    );
  }
  const run = dynamics ?? synchronous();
  if (steps === undefined && run.name !== "synchronous") return runs(net, run, random !== undefined);
  const limit = steps ?? run.maxSweeps;
  if (net.units <= TABLE_UNITS) return table(net, steps, limit);
  return steps === undefined ? settledBatches(net, limit) : batches(net, steps);
}

/** The successor of every state, composed with itself for all steps: a run is a look-up. */
function table(net: Interaction, steps: number | undefined, limit: number): HitCounter {
  const n = net.units;
  const one = new Uint32Array(2 ** n);
  allStates(net, TABLE_UNITS, "a table of successors").fillSuccessors(one);
  // A run that settles on a fixed point has reached it after at most 2^n steps.
  const after = power(one, steps ?? Math.min(limit, one.length));
  const state = new Uint32Array(4);
  return {
    draws: false,
    fixed: (pattern) => one[pattern.words[0]] === pattern.words[0],
    count(pattern, trials, damage) {
      const goal = pattern.words[0];
      if (steps === undefined && one[goal] !== goal) return 0;
      let count = 0;
      for (let k = 0; k < trials; k++) {
        state[0] = goal;
        damage(state, 0);
        if (after[state[0]] === goal) count++;
      }
      return count;
    },
    census(pattern) {
      const goal = pattern.words[0];
      const counts = new Uint32Array(n + 1);
      if (steps === undefined && one[goal] !== goal) return counts;
      for (let s = 0; s < after.length; s++) if (after[s] === goal) counts[popcount(s ^ goal)]++;
      return counts;
    },
  };
}

/** The map applied `exponent` times, by squaring. */
function power(map: Uint32Array, exponent: number): Uint32Array {
  let result: Uint32Array = Uint32Array.from(map.keys());
  let square: Uint32Array = map;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = composed(square, result);
    if (rest > 1) square = composed(square, square);
  }
  return result;
}

function composed(outer: Uint32Array, inner: Uint32Array): Uint32Array {
  const result = new Uint32Array(inner.length);
  for (let s = 0; s < inner.length; s++) result[s] = outer[inner[s]];
  return result;
}

/** A fixed number of synchronous steps, many states at a time. */
function batches(net: Interaction, steps: number): HitCounter {
  return {
    draws: false,
    fixed: (pattern) => isFixed(net, pattern),
    count(pattern, trials, damage) {
      let count = 0;
      for (let first = 0; first < trials; first += BATCH) {
        const states = damaged(pattern, Math.min(BATCH, trials - first), damage);
        for (let step = 0; step < steps; step++) net.step(states, states);
        for (let r = 0; r < states.rows; r++) if (bitDistance(states, r, pattern, 0) === 0) count++;
      }
      return count;
    },
  };
}

/** Synchronous steps until each state has settled, many at a time; settled states leave the batch. */
function settledBatches(net: Interaction, limit: number): HitCounter {
  return {
    draws: false,
    fixed: (pattern) => isFixed(net, pattern),
    count(pattern, trials, damage) {
      if (!isFixed(net, pattern)) return 0;
      let count = 0;
      for (let first = 0; first < trials; first += BATCH) {
        let states = damaged(pattern, Math.min(BATCH, trials - first), damage);
        let before = states;
        for (let step = 0; step < limit && states.rows > 0; step++) {
          const next = bitMatrix(states.rows, states.columns);
          net.step(states, next);
          const moving: number[] = [];
          for (let r = 0; r < next.rows; r++) {
            if (bitDistance(next, r, pattern, 0) === 0) count++;
            else if (bitDistance(next, r, states, r) > 0 && (step === 0 || bitDistance(next, r, before, r) > 0)) {
              moving.push(r);
            }
          }
          before = rows(states, moving);
          states = rows(next, moving);
        }
      }
      return count;
    },
  };
}

/** Any other dynamics, one run after the other; run k draws from stream k. */
function runs(net: Interaction, dynamics: Dynamics, draws: boolean): HitCounter {
  return {
    draws,
    fixed: (pattern) => isFixed(net, pattern),
    count(pattern, trials, damage, random) {
      let count = 0;
      const source = draws ? requireRandom(random, "runs of this dynamics") : undefined;
      for (let k = 0; k < trials; k++) {
        const process = dynamics.start(net, damaged(pattern, 1, damage), source?.fork(k));
        while (process.period === 0 && process.sweeps < dynamics.maxSweeps) process.advance(pattern.columns);
        if (process.period === 1 && bitDistance(process.read(), 0, pattern, 0) === 0) count++;
        process.dispose();
      }
      return count;
    },
  };
}

/** Copies of a one-row pattern, each damaged anew. */
function damaged(pattern: BitMatrix, count: number, damage: Damage): BitMatrix {
  const states = bitMatrix(count, pattern.columns);
  for (let r = 0; r < count; r++) {
    states.words.set(pattern.words, r * states.stride);
    damage(states.words, r * states.stride);
  }
  return states;
}

function rows(bits: BitMatrix, kept: readonly number[]): BitMatrix {
  const { columns, stride, words } = bits;
  const taken = bitMatrix(kept.length, columns);
  kept.forEach((r, k) => {
    taken.words.set(words.subarray(r * stride, (r + 1) * stride), k * stride);
  });
  return taken;
}

function isFixed(net: Interaction, pattern: BitMatrix): boolean {
  const next = bitMatrix(1, pattern.columns);
  net.step(pattern, next);
  return bitDistance(pattern, 0, next, 0) === 0;
}
