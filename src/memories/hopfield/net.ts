import { asynchronous, type Dynamics, type Net, type Process } from "../../dynamics/index.js";
import { DataError, ShapeError } from "../../errors.js";
import { type Couplings, DenseCouplings } from "../../interactions/index.js";
import { type BitMatrix, spinAt } from "../../math/bits.js";
import type { Random } from "../../math/random.js";
import type { PatternSet, State } from "../../patterns/index.js";
import { asState } from "../../patterns/pattern-set.js";

/** How to run a net. */
export interface RunOptions {
  /** How the state moves; the default is `asynchronous()`. */
  readonly dynamics?: Dynamics | undefined;
  /** Needed by every dynamics that draws. */
  readonly random?: Random | undefined;
  /** Whether to keep the energy after every sweep. */
  readonly trace?: boolean | undefined;
}

/** Where a run ended, and the evidence. */
export interface Run {
  /** The state as n spins, -1 or +1. */
  readonly state: Int8Array;
  /** The state packed, one row. */
  readonly bits: BitMatrix;
  /** Whether a fixed point or a cycle was reached. */
  readonly converged: boolean;
  /** 1 for a fixed point, the length of a cycle, 0 where the run did not settle. */
  readonly period: number;
  /** Sweeps of n unit updates, the last one, which changed nothing, included. */
  readonly sweeps: number;
  /** Unit updates that changed a unit. */
  readonly flips: number;
  /** E of the cue and of the state, E(s) = -1/2 s^T W s - b^T s. */
  readonly cueEnergy: number;
  readonly energy: number;
  /** With `trace`: the cue's energy, then the energy after every sweep. */
  readonly trace?: Float64Array;
}

/**
 * A Hopfield net: n spin units, couplings W and thresholds theta, with the energy E(s) = -1/2 s^T W s - b^T s,
 * b = -theta (Hopfield 1982). The couplings may be given by hand, as n x n weights; `Hopfield` is the memory that
 * learns them.
 */
export class HopfieldNet implements Net {
  readonly units: number;
  readonly couplings: Couplings;
  readonly thresholds: Float64Array;

  /**
   * @param couplings an operator, or weights row by row: `weights[i][j]` couples unit j into unit i
   * @throws ShapeError for weights that are not square or thresholds that do not fit, DataError for what is not finite
   */
  constructor(couplings: Couplings | ArrayLike<ArrayLike<number>>, thresholds?: ArrayLike<number>) {
    this.couplings = "walk" in couplings ? couplings : denseFromRows(couplings);
    this.units = this.couplings.units;
    this.thresholds = asThresholds(thresholds, this.units);
  }

  /** E(s) = -1/2 s^T W s - b^T s of one state. */
  energy(state: PatternSet | State): number {
    return this.energies(asState("state", state, this.units))[0];
  }

  /** E of every row of `states`. */
  energies(states: BitMatrix): Float64Array {
    return this.couplings.quadratic(states).map((quadratic, r) => {
      let energy = -quadratic / 2;
      for (let i = 0; i < this.units; i++) energy += this.thresholds[i] * spinAt(states, r, i);
      return energy;
    });
  }

  /** h_i = (W s)_i - theta_i of every row of `states`, row after row. */
  fields(states: BitMatrix): Float64Array {
    const fields = new Float64Array(states.rows * this.units);
    this.couplings.fields(states, fields);
    return fields.map((field, k) => field - this.thresholds[k % this.units]);
  }

  /** Sets a state on its way, to be watched unit by unit. */
  start(state: PatternSet | State, { dynamics = asynchronous(), random }: RunOptions = {}): Process {
    return dynamics.start(this, asState("state", state, this.units), random);
  }

  /** Runs from a state until it settles or the dynamics gives up. */
  run(state: PatternSet | State, { dynamics = asynchronous(), random, trace }: RunOptions = {}): Run {
    const cue = asState("state", state, this.units);
    const process = dynamics.start(this, cue, random);
    try {
      const energies = [this.energies(cue)[0]];
      while (process.period === 0 && process.sweeps < dynamics.maxSweeps) {
        process.advance(this.units);
        if (trace) energies.push(this.energies(process.read())[0]);
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
        energy: this.energies(bits)[0],
        ...(trace ? { trace: Float64Array.from(energies) } : {}),
      };
    } finally {
      process.dispose();
    }
  }
}

/** A one-row state as spins. */
function spinsOf(state: BitMatrix): Int8Array {
  const spins = new Int8Array(state.columns);
  for (let i = 0; i < spins.length; i++) spins[i] = spinAt(state, 0, i);
  return spins;
}

/** Thresholds as they were given, checked and copied; zero where none were. */
export function asThresholds(
  thresholds: ArrayLike<number> | undefined,
  units: number,
  name = "thresholds",
): Float64Array {
  if (thresholds === undefined) return new Float64Array(units);
  if (thresholds.length !== units) {
    throw new ShapeError(`${name} has ${thresholds.length} values but the network has ${units} units`);
  }
  const values = Float64Array.from(thresholds);
  const bad = values.findIndex((theta) => !Number.isFinite(theta));
  if (bad >= 0) throw new DataError(`${name}[${bad}] is ${values[bad]}; expected a finite number`);
  return values;
}

function denseFromRows(rows: ArrayLike<ArrayLike<number>>): Couplings {
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
