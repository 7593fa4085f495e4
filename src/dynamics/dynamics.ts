import type { Interaction } from "../interactions/index.js";
import type { BitMatrix } from "../math/bits.js";
import type { Random } from "../math/random.js";
import { type Made, type MakerOf, type Making, maker, type OptionSpecs } from "../options.js";

/**
 * How a state moves: a value that is passed to `recall`. `Net` is what the state moves in and `Run` what a start gives, whose
 * state is a one-row bit matrix for dynamics of spins and real numbers for continuous ones.
 */
export interface Dynamics<Net = Interaction, Run extends Process<unknown> = SpinProcess>
  extends Partial<Pick<Made, "options" | "module">> {
  readonly name: string;
  /** The sweeps after which a recall gives up (or, for a sampler, ends). One sweep is n unit updates. */
  readonly maxSweeps: number;
  /** Starts a run from a state, which is copied. */
  start(net: Net, cue: ReturnType<Run["read"]>, random?: Random): Run;
}

/** A run that is advanced step by step. */
export interface Process<State> {
  /** The state as it stands: a copy. */
  read(): State;
  /** Sweeps begun: a settled asynchronous run has ended with one that changed nothing. */
  readonly sweeps: number;
  /** 0 while it moves, 1 on a fixed point, and the length of the cycle on a cycle. */
  readonly period: number;
  /** Does up to that much work, less where the run settles or a sweep ends, and returns how much changed. */
  advance(work: number): number;
  /** Releases memory of the kernels now, not when it is garbage-collected. */
  dispose(): void;
}

/** A run of spins: work is counted in unit updates. A synchronous step updates all units at once, whatever `work` is. */
export interface SpinProcess extends Process<BitMatrix> {
  /** Unit updates made. */
  readonly visits: number;
  /** Unit updates that changed a unit. */
  readonly flips: number;
}

/** Makes a dynamics known: its name, what it is, its options, and how it starts a run. */
export function dynamics<const Specs extends OptionSpecs>(
  making: Making<Omit<Dynamics, "name" | "options">, Specs>,
): MakerOf<Omit<Dynamics, "name" | "options">, Specs> {
  return maker("dynamics", making);
}

/** The option of dynamics that settle. */
export const maxSweeps = {
  type: "integer",
  low: 1,
  default: 1000,
  help: "sweeps after which a run that has not settled ends",
} as const;

/** The option of dynamics that sample and do not settle. */
export const sampledSweeps = { type: "integer", low: 1, default: 100, help: "sweeps to run" } as const;
