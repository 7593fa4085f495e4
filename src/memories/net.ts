import { type Disposes, disposeSymbol } from "../disposing.js";
import { asynchronous, type Dynamics, type SpinProcess } from "../dynamics/index.js";
import { requireMethod, ShapeError } from "../errors.js";
import { DenseCouplings, type Interaction, type Net, quadratic } from "../interactions/index.js";
import { type BitMatrix, spinAt } from "../math/bits.js";
import type { Random } from "../math/random.js";
import { asState, type PatternSet, type State } from "../patterns/pattern-set.js";

/** Options of a run of a net. */
export interface RunOptions {
  /** Dynamics; defaults to `asynchronous()`. */
  readonly dynamics?: Dynamics | undefined;
  /** Generator; required if the dynamics draws random numbers. */
  readonly random?: Random | undefined;
  /** Whether to record the energy after every sweep; defaults to false. */
  readonly trace?: boolean | undefined;
}

/** The final state of a run, with its evidence. */
export interface Run {
  /** The state as n spins, -1 or +1. */
  readonly state: Int8Array;
  /** The state packed, one row. */
  readonly bits: BitMatrix;
  /** Whether a fixed point or a cycle was reached. */
  readonly converged: boolean;
  /** 1 for a fixed point, the length of a cycle, 0 if the run did not settle. */
  readonly period: number;
  /** Number of sweeps of n unit updates, including the last one, which changed nothing. */
  readonly sweeps: number;
  /** Number of unit updates that changed a unit. */
  readonly flips: number;
  /** E of the cue and of the state. */
  readonly cueEnergy: number;
  readonly energy: number;
  /** With `trace`: the cue's energy, then the energy after every sweep. */
  readonly trace?: Float64Array;
}

/**
 * A net of n spin units with an interaction. With given couplings W, n x n weights, and thresholds theta it is a Hopfield
 * net with E(s) = -1/2 s^T W s - b^T s, b = -theta (Hopfield 1982); `Hopfield` is the memory that learns them.
 */
export class HopfieldNet implements Net, Disposes {
  readonly interaction: Interaction;

  /**
   * @param interaction an interaction, or weights row by row: `weights[i][j]` couples unit j into unit i
   * @param thresholds theta, n values, defaulting to zero; only with weights: an interaction has its own
   * @throws ShapeError for weights that are not square or thresholds that do not fit, DataError for values that are not finite
   */
  constructor(interaction: Interaction | ArrayLike<ArrayLike<number>>, thresholds?: ArrayLike<number>) {
    this.interaction = "walk" in interaction ? interaction : quadratic(denseFromRows(interaction), thresholds);
  }

  /** Number of units, n. */
  get units(): number {
    return this.interaction.units;
  }

  /** theta; zero for an interaction without thresholds. */
  get thresholds(): Float64Array {
    return this.interaction.linear?.thresholds ?? new Float64Array(this.units);
  }

  /** E(s) of one state. */
  energy(state: PatternSet | State): number {
    return this.interaction.energies(asState("state", state, this.units))[0] + 0;
  }

  /** h_i of every row of `states`, row after row. */
  fields(states: BitMatrix): Float64Array {
    const fields = new Float64Array(states.rows * this.units);
    this.interaction.fields(states, fields);
    return fields;
  }

  /** Starts a run that can be advanced step by step. */
  start(state: PatternSet | State, { dynamics = asynchronous(), random }: RunOptions = {}): SpinProcess {
    requireMethod("dynamics", dynamics, "start");
    return dynamics.start(this.interaction, asState("state", state, this.units), random);
  }

  /** Runs from a state until it settles or the dynamics reaches its largest number of sweeps. */
  run(state: PatternSet | State, options: RunOptions = {}): Run {
    return run(this.interaction, asState("state", state, this.units), options);
  }

  /** Releases memory of the kernels now, not when it is garbage-collected; the net runs as before, if asked again. */
  dispose(): void {
    this.interaction.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}

/** Runs from a one-row state until it settles or the dynamics reaches its largest number of sweeps. */
export function run(
  interaction: Interaction,
  cue: BitMatrix,
  { dynamics = asynchronous(), random, trace }: RunOptions,
): Run {
  requireMethod("dynamics", dynamics, "start");
  const process = dynamics.start(interaction, cue, random);
  try {
    const energies = [interaction.energies(cue)[0] + 0];
    while (process.period === 0 && process.sweeps < dynamics.maxSweeps) {
      process.advance(interaction.units);
      if (trace) energies.push(interaction.energies(process.read())[0] + 0);
    }
    const bits = process.read();
    return {
      state: spinsOf(bits),
      bits,
      converged: process.period > 0,
      period: process.period,
      sweeps: process.sweeps,
      flips: process.flips,
      cueEnergy: energies[0],
      energy: interaction.energies(bits)[0] + 0,
      ...(trace ? { trace: Float64Array.from(energies) } : {}),
    };
  } finally {
    process.dispose();
  }
}

/** A one-row state as spins. */
export function spinsOf(state: BitMatrix): Int8Array {
  const spins = new Int8Array(state.columns);
  for (let i = 0; i < spins.length; i++) spins[i] = spinAt(state, 0, i);
  return spins;
}

function denseFromRows(rows: ArrayLike<ArrayLike<number>>): DenseCouplings {
  const units = rows.length;
  for (let i = 0; i < units; i++) {
    if (rows[i]?.length !== units) {
      throw new ShapeError(
        `weights[${i}] has ${rows[i]?.length ?? "no"} entries; ${units} units need ${units} x ${units}`,
      );
    }
  }
  return new DenseCouplings(Array.from(rows, (row) => Array.from(row)).flat(), units);
}
