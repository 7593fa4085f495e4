import type { Disposes } from "../disposing.js";
import type { Interaction } from "../interactions/index.js";
import type { BitMatrix } from "../math/bits.js";
import type { Random } from "../math/random.js";
import { type Made, type MakerOf, type Making, maker, type OptionSpecs } from "../options.js";

/**
 * How a state is updated: a value that is passed to `recall`. `Net` is what determines the updates. `Run` is the type
 * of a run, whose state is a one-row bit matrix for dynamics of spins and real numbers for continuous ones.
 */
export interface Dynamics<Net = Interaction, Run extends Process<unknown> = SpinProcess>
  extends Partial<Pick<Made, "options" | "module">> {
  readonly name: string;
  /** Maximum number of sweeps of a recall; for a sampler, their number. One sweep is n unit updates. */
  readonly maxSweeps: number;
  /** Starts a run from a state, which is copied. */
  start(net: Net, cue: ReturnType<Run["read"]>, random?: Random): Run;
  /**
   * Advances a run by a sweep to the state that a step of the net leads to, where that is all a sweep does: steps from several
   * states are faster together.
   */
  follow?(run: Run, next: ReturnType<Run["read"]>): void;
}

/** A run that is advanced step by step. */
export interface Process<State> extends Disposes {
  /** A copy of the current state. */
  read(): State;
  /** Number of sweeps begun; the last one of a settled asynchronous run changed nothing. */
  readonly sweeps: number;
  /** 0 while it moves, 1 on a fixed point, and the length of the cycle on a cycle. */
  readonly period: number;
  /** Does up to `work` updates, fewer if the run settles or a sweep ends, and returns the number of changes. */
  advance(work: number): number;
  /** Releases memory of the kernels now, not when it is garbage-collected; the run cannot be used afterwards. */
  dispose(): void;
}

/** A run of spins: work is counted in unit updates. A synchronous step updates all units at once, whatever `work` is. */
export interface SpinProcess extends Process<BitMatrix> {
  /** Number of unit updates. */
  readonly visits: number;
  /** Number of unit updates that changed a unit. */
  readonly flips: number;
  /** `dispose()`, called by `using`. */
  [Symbol.dispose](): void;
}

/** Defines a dynamics: its name, summary, reference, options, and how it starts a run. */
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
  help: "maximum number of sweeps of a run",
} as const;

/** The option of dynamics that sample and do not settle. */
export const sampledSweeps = { type: "integer", low: 1, default: 100, help: "number of sweeps" } as const;
