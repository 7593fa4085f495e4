import { requireInteger } from "../errors.js";
import type { Random } from "../math/random.js";
import { requireListable } from "../models/boltzmann/enumerate.js";
import { addMoments, clampedMoments, noMoments } from "../models/boltzmann/exact.js";
import {
  BoltzmannChains,
  type BoltzmannMachine,
  ExactDistribution,
  type MeanFieldOptions,
  meanField,
  type PairMoments,
} from "../models/index.js";
import type { Rows } from "../units/index.js";
import type { LiveArrays } from "./rbm/method.js";

/** The positive phase of learning: what units do while the visible ones are clamped to data. */
export interface PositivePhase {
  readonly name: string;
  /** What the phase was given, for checkpoints. */
  readonly options: Readonly<Record<string, unknown>>;
  /**
   * Makes ready, at an inverse temperature; what comes back gives the means over rows of visible states of <x_i> and
   * <x_i x_j>, with the machine as it is when called, drawing from a generator that is fresh in every update.
   */
  start(machine: BoltzmannMachine, beta: number): (visible: Rows, random: Random) => PairMoments;
}

/** The negative phase of learning: what units do while the machine runs freely. */
export interface NegativePhase {
  readonly name: string;
  /** What the phase was given, for checkpoints. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Makes ready. */
  start(machine: BoltzmannMachine, beta: number, random: Random): FreeRun;
}

/** A machine that runs freely while it learns. */
export interface FreeRun {
  /** All that it remembers, live. */
  readonly arrays: LiveArrays;
  /** Goes on from what lies in `arrays`, once they were set from a checkpoint. */
  restore(): void;
  /** <x_i> and <x_i x_j> of the machine as it is when called, update after update. */
  moments(): PairMoments;
}

/**
 * The exact positive phase: all states of the hidden units, at most 24, are listed for every distinct row. A machine with more
 * is refused with an ArgumentError once learning begins.
 */
export function clampedExact(): PositivePhase {
  return {
    name: "exact",
    options: {},
    start(machine, beta) {
      requireListable(machine.units - machine.visible.count, "hidden");
      return (visible) => clampedMoments(machine, visible, beta);
    },
  };
}

/** How long chains with clamped units run. */
export interface ClampedGibbsOptions {
  /** Sweeps, from hidden units drawn from their biases, before the first sample; 10 where it is left out. */
  readonly burnIn?: number | undefined;
  /** Samples, a sweep each, that every row is averaged over; 10 where it is left out. */
  readonly samples?: number | undefined;
  readonly sweep?: "sequential" | "block" | undefined;
}

/**
 * The positive phase by Gibbs sampling of the hidden units given each row (Ackley, Hinton and Sejnowski, A learning algorithm
 * for Boltzmann machines, 1985).
 *
 * @throws ArgumentError for a burn-in below 0 or fewer than one sample
 */
export function clampedGibbs({ burnIn = 10, samples = 10, sweep = "block" }: ClampedGibbsOptions = {}): PositivePhase {
  requireInteger("burnIn", burnIn, 0);
  requireInteger("samples", samples, 1);
  return {
    name: "gibbs",
    options: { burnIn, samples, sweep },
    start: (machine, beta) => (visible, random) => {
      if (machine.hidden === undefined) return clampedMoments(machine, visible, beta);
      const chains = new BoltzmannChains(machine, { random, visible, clamped: "visible", beta, sweep });
      const sums = noMoments(machine.units);
      chains.advance(burnIn);
      for (let sample = 0; sample < samples; sample++) {
        addMoments(rowMoments(chains.advance().states, machine.units), 1 / samples, sums);
      }
      return sums;
    },
  };
}

/**
 * The positive phase by mean field: hidden units are independent given each row, with the means that `meanField` gives
 * (Peterson and Anderson, A mean field theory learning algorithm for neural networks, 1987). Learning then climbs a lower
 * bound on the likelihood. The negative phase has no such choice: there the same approximation would be climbed against.
 */
export function clampedMeanField(options: Omit<MeanFieldOptions, "beta"> = {}): PositivePhase {
  return {
    name: "mean field",
    options: { ...options },
    start: (machine, beta) => (visible) =>
      rowMoments(meanField(machine, { ...options, beta, visible }).means, machine.units),
  };
}

/**
 * The exact negative phase: all states of a machine of at most 24 units are listed. One with more is refused with an
 * ArgumentError once learning begins.
 */
export function freeExact(): NegativePhase {
  return {
    name: "exact",
    options: {},
    start(machine, beta) {
      requireListable(machine.units, "visible and hidden");
      return {
        arrays: new Map(),
        restore: () => undefined,
        moments: () => new ExactDistribution(machine, { beta }),
      };
    },
  };
}

/** The chains of the negative phase. */
export interface FreeChainsOptions {
  /** 100 where it is left out. */
  readonly count?: number | undefined;
  /** Sweeps between two updates; 1 where it is left out. */
  readonly sweeps?: number | undefined;
  readonly sweep?: "sequential" | "block" | undefined;
}

/**
 * The negative phase by persistent Markov chains: they go on from one update to the next, and follow the machine where it
 * changes slowly enough (Younes, Parametric inference for imperfectly observed Gibbsian fields, 1989; Neal, Connectionist
 * learning of belief networks, 1992).
 *
 * @throws ArgumentError for fewer than one chain or sweep
 */
export function freeChains({ count = 100, sweeps = 1, sweep = "block" }: FreeChainsOptions = {}): NegativePhase {
  requireInteger("count", count, 1);
  requireInteger("sweeps", sweeps, 1);
  return {
    name: "chains",
    options: { count, sweeps, sweep },
    start(machine, beta, random) {
      let chains = new BoltzmannChains(machine, { random, count, beta, sweep });
      const [visible, hidden] = [chains.visible, chains.hidden];
      const done = new Float64Array(1);
      return {
        arrays: new Map([
          ["chains.visible", visible],
          ["chains.hidden", hidden],
          ["chains.sweeps", done],
        ]),
        restore() {
          const rows = hidden.length > 0 ? { visible, hidden } : { visible };
          chains = new BoltzmannChains(machine, { random, ...rows, sweeps: done[0], beta, sweep });
        },
        moments() {
          chains.advance(sweeps);
          done[0] += sweeps;
          visible.set(chains.visible);
          hidden.set(chains.hidden);
          return rowMoments(chains.states, machine.units);
        },
      };
    },
  };
}

/** Means over rows of states, or of means of units that are independent in each row. */
function rowMoments(rows: Float64Array, units: number): PairMoments {
  const { means, products } = noMoments(units);
  const weight = units / rows.length;
  for (let row = 0; row < rows.length; row += units) {
    for (let i = 0; i < units; i++) {
      const x = weight * rows[row + i];
      if (x === 0) continue;
      means[i] += x;
      for (let j = 0; j < i; j++) products[i * units + j] += x * rows[row + j];
    }
  }
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < i; j++) products[j * units + i] = products[i * units + j];
  }
  return { means, products };
}
