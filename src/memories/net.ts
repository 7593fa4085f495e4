import { type Disposes, disposeSymbol } from "../disposing.js";
import { asynchronous, type Dynamics, type SpinProcess } from "../dynamics/index.js";
import { requireMethod, ShapeError } from "../errors.js";
import {
  clamped,
  DenseCouplings,
  type Evaluation,
  type Interaction,
  type Net,
  quadratic,
} from "../interactions/index.js";
import { type BitMatrix, bitMatrix, bitRow, joinRows } from "../math/bits.js";
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

/** Options of a run in which units may be held. */
export interface ClampedRunOptions extends RunOptions {
  /** n entries, 1 or true for units that keep the state that they have in the cue; none by default. */
  readonly clamped?: ArrayLike<number | boolean> | undefined;
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
    return this.interaction.thresholds ?? new Float64Array(this.units);
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
  start(
    state: PatternSet | State,
    { dynamics = asynchronous(), random, clamped: held }: ClampedRunOptions = {},
  ): SpinProcess {
    requireMethod("dynamics", dynamics, "start");
    return dynamics.start(holding(this.interaction, held), asState("state", state, this.units), random);
  }

  /** Runs from a state until it settles or the dynamics reaches its largest number of sweeps. */
  run(state: PatternSet | State, options: ClampedRunOptions = {}): Run {
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
export function run(interaction: Interaction, cue: BitMatrix, options: ClampedRunOptions): Run {
  return runMany(interaction, cue, options, () => options.random)[0];
}

function holding(interaction: Interaction, held: ClampedRunOptions["clamped"]): Interaction {
  return held === undefined ? interaction : clamped(interaction, held);
}

/** The end of a run, and with `trace` the energy after every sweep. */
interface End {
  readonly process: SpinProcess;
  readonly bits: BitMatrix;
  readonly energies: readonly number[];
}

/**
 * Runs from every row of `cues`, each as by `run`, with what is computed of all states at once where that is faster. The rows
 * are few enough to be held at once.
 *
 * @param randomOf the generator of each run
 */
export function runMany(
  interaction: Interaction,
  cues: BitMatrix,
  options: ClampedRunOptions,
  randomOf: (r: number) => Random | undefined,
): Run[] {
  const evaluated = runEvaluated(interaction, cues, options, randomOf, (run) => run);
  if (evaluated !== undefined) return evaluated;
  const { trace = false } = options;
  const { held, dynamics, start } = starting(interaction, cues, options, randomOf);
  const ends =
    dynamics.follow === undefined
      ? Array.from({ length: cues.rows }, (_, r) => together(held, dynamics, 1, () => start(r), trace)[0])
      : together(held, dynamics, cues.rows, start, trace);
  const before = held.energies(cues);
  const after = held.energies(joinRows(ends.map(({ bits }) => bits)));
  return ends.map((end, r) => ended(end, before[r], after[r], trace));
}

/**
 * Runs as `runMany` does if the interaction evaluates states, else returns undefined. Every state of synchronous runs is then
 * evaluated once, and a fixed point not again as the end.
 *
 * @param end what is made of a run that has ended on row r of an evaluation
 */
export function runEvaluated<Ended>(
  interaction: Interaction,
  cues: BitMatrix,
  options: ClampedRunOptions,
  randomOf: (r: number) => Random | undefined,
  end: (run: Run, evaluation: Evaluation, r: number) => Ended,
): Ended[] | undefined {
  const { held, dynamics, start } = starting(interaction, cues, options, randomOf);
  const { evaluate } = held;
  if (evaluate === undefined) return undefined;
  const { trace = false } = options;
  if (dynamics.follow !== undefined) return evaluatedSteps(evaluate, dynamics, cues, start, trace, end);
  const before = held.energies(cues);
  const ends = Array.from(before, (_, r) => together(held, dynamics, 1, () => start(r), trace)[0]);
  return evaluate(joinRows(ends.map(({ bits }) => bits)), (evaluation) => {
    const after = evaluation.energies(Array.from(ends.keys()));
    return ends.map((own, r) => end(ended(own, before[r], after[r], trace), evaluation, r));
  });
}

/** The interaction with its held units, the dynamics, and how the run from each cue is started. */
function starting(
  free: Interaction,
  cues: BitMatrix,
  { dynamics = asynchronous(), clamped: units }: ClampedRunOptions,
  randomOf: (r: number) => Random | undefined,
) {
  requireMethod("dynamics", dynamics, "start");
  const held = holding(free, units);
  return { held, dynamics, start: (r: number) => dynamics.start(held, bitRow(cues, r), randomOf(r)) };
}

/** Runs of a dynamics that follows the steps of a net, until each settles or reaches the largest number of sweeps. */
function evaluatedSteps<Ended>(
  evaluate: NonNullable<Interaction["evaluate"]>,
  dynamics: Dynamics,
  cues: BitMatrix,
  start: (r: number) => SpinProcess,
  trace: boolean,
  end: (run: Run, evaluation: Evaluation, r: number) => Ended,
): Ended[] {
  const found: Ended[] = [];
  const runs: { readonly r: number; readonly process: SpinProcess; readonly energies: number[] }[] = [];
  try {
    for (let r = 0; r < cues.rows; r++) runs.push({ r, process: start(r), energies: [] });
    let states = cues;
    for (let moving = runs, isFirst = true; moving.length > 0; isFirst = false) {
      moving = evaluate(states, (evaluation) => {
        const rows = Array.from(moving.keys());
        if (isFirst || trace) {
          for (const [k, energy] of evaluation.energies(rows).entries()) moving[k].energies.push(energy + 0);
        }
        const isOver = ({ process }: (typeof runs)[number]) =>
          process.period > 0 || process.sweeps >= dynamics.maxSweeps;
        const over = rows.filter((k) => isOver(moving[k]));
        const others = rows.filter((k) => !isOver(moving[k]));
        const next = bitMatrix(states.rows, states.columns);
        if (others.length > 0) evaluation.step(next);
        for (const k of others) dynamics.follow?.(moving[k].process, bitRow(next, k));
        // The state before a step that changed nothing is the end.
        const settled = others.filter((k) => moving[k].process.period === 1);
        const last = [...over, ...settled];
        const after = evaluation.energies(last);
        last.forEach((k, at) => {
          const { r, process, energies } = moving[k];
          if (trace && at >= over.length) energies.push(after[at] + 0);
          const [cueEnergy, ...rest] = energies;
          const own = { process, bits: process.read(), energies: rest };
          found[r] = end(ended(own, cueEnergy, after[at], trace), evaluation, k);
        });
        const left = others.filter((k) => moving[k].process.period !== 1);
        if (left.length > 0) states = joinRows(left.map((k) => bitRow(next, k)));
        return left.map((k) => moving[k]);
      });
    }
    return found;
  } finally {
    for (const { process } of runs) process.dispose();
  }
}

/** A run that has ended, by the energies of its cue and its state. */
function ended({ process, bits, energies }: End, cueEnergy: number, energy: number, trace: boolean): Run {
  return {
    state: spinsOf(bits),
    bits,
    converged: process.period > 0,
    period: process.period,
    sweeps: process.sweeps,
    flips: process.flips,
    cueEnergy: cueEnergy + 0,
    energy: energy + 0,
    ...(trace ? { trace: Float64Array.from([cueEnergy + 0, ...energies]) } : {}),
  };
}

/** Runs `count` processes until each settles or reaches the largest number of sweeps, sweep by sweep. */
function together(
  interaction: Interaction,
  dynamics: Dynamics,
  count: number,
  start: (r: number) => SpinProcess,
  trace: boolean,
): End[] {
  const runs: { readonly process: SpinProcess; readonly energies: number[] }[] = [];
  try {
    for (let r = 0; r < count; r++) runs.push({ process: start(r), energies: [] });
    for (let moving = runs; ; ) {
      moving = moving.filter(({ process }) => process.period === 0 && process.sweeps < dynamics.maxSweeps);
      if (moving.length === 0) break;
      if (dynamics.follow !== undefined && moving.length > 1) {
        const states = joinRows(moving.map(({ process }) => process.read()));
        interaction.step(states, states);
        for (const [r, { process }] of moving.entries()) dynamics.follow(process, bitRow(states, r));
      } else moving[0].process.advance(interaction.units);
      if (trace) for (const { process, energies } of moving) energies.push(interaction.energies(process.read())[0] + 0);
    }
    return runs.map(({ process, energies }) => ({ process, bits: process.read(), energies }));
  } finally {
    for (const { process } of runs) process.dispose();
  }
}

/** Number of operations of one sweep of a state: units times the numbers that the field of one is summed from. */
export function sweepWork({ units, kept }: Interaction): number {
  return units * (kept?.patterns.rows ?? units);
}

/** Four spins for each four bits. */
const FOURS = new Uint32Array(Int8Array.from({ length: 64 }, (_, k) => (((k >> 2) >> (k & 3)) & 1 ? 1 : -1)).buffer);

/** A one-row state as spins. */
export function spinsOf({ columns, words }: BitMatrix): Int8Array {
  const spins = new Int8Array(columns);
  const fours = new Uint32Array(spins.buffer, 0, columns >>> 2);
  for (let k = 0; k < fours.length; k++) fours[k] = FOURS[(words[k >>> 3] >>> ((k & 7) * 4)) & 15];
  for (let i = columns & ~3; i < columns; i++) spins[i] = (words[i >>> 5] >>> (i & 31)) & 1 ? 1 : -1;
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
