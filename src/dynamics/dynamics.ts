import type { Couplings } from "../interactions/index.js";
import type { BitMatrix } from "../math/bits.js";
import type { Random } from "../math/random.js";

/** What a dynamics moves: couplings W and thresholds theta (biases b = -theta). A unit feels h = W s - theta. */
export interface Net {
  readonly couplings: Couplings;
  readonly thresholds: Float64Array;
}

/** What options of dynamics may be. */
export type DynamicsOption = number | string;

/** How a state moves: a value that is passed to `recall`. */
export interface Dynamics {
  readonly name: string;
  /** All choices of this dynamics, by which `dynamicsByName` makes the same again; one that it does not know has none. */
  readonly options?: Readonly<Record<string, DynamicsOption>>;
  /** The sweeps after which a recall gives up (or, for a sampler, ends). One sweep is n unit updates. */
  readonly maxSweeps: number;
  /** Sets a one-row state, which is copied, on its way. */
  start(net: Net, cue: BitMatrix, random?: Random): Process;
}

/** A state on its way. */
export interface Process {
  /** The state as it stands, one row: a copy. */
  read(): BitMatrix;
  /** Unit updates made. */
  readonly visits: number;
  /** Unit updates that changed a unit. */
  readonly flips: number;
  /** Sweeps begun: a settled asynchronous run has ended with one that changed nothing. */
  readonly sweeps: number;
  /** 0 while it moves, 1 on a fixed point, and the length of the cycle on a cycle. */
  readonly period: number;
  /**
   * Makes up to `visits` unit updates, fewer where it settles or a sweep ends, and returns how many units changed. A
   * synchronous step updates all units at once, whatever `visits` is.
   */
  advance(visits: number): number;
  /** Gives the backend's memory back now rather than when the collector comes by. */
  dispose(): void;
}
