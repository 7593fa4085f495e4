import { disposeSymbol } from "../../disposing.js";
import type { Process } from "../../dynamics/index.js";
import { ArgumentError, DataError, requireInteger } from "../../errors.js";
import { exp, log } from "../../math/elementary.js";
import { Random } from "../../math/random.js";
import { allFinite, distance, dot, norm } from "../../math/vector.js";
import type { Inspection, Memory, Nearest, Recall, RecallOptions } from "../../memories/memory.js";
import { emptyMemory, rowsLeft } from "../../memories/rows.js";
import { StepProcess } from "../../memories/step.js";
import { type Made, type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import type { AnyVectorSet, PatternSet, Vector, VectorSet, Vectors } from "../../patterns/index.js";
import { asSingleSet, asVector, asVectorSet } from "../../patterns/vector-set.js";
import { compileModel, shapesOf } from "../model-program.js";
import { filledParameter, isParameter, normalParameter, type Parameter } from "../parameters.js";
import { gradient } from "../tape/gradient.js";
import { isValues, type Values } from "../tape/kernels.js";
import { sum } from "../tape/operations/rows.js";
import { compile, type Program } from "../tape/program.js";
import type { Shape, Tensor } from "../tape/tensor.js";
import { leaves, mapTree } from "../tree.js";
import type { Energy, InitialParameter } from "./energies/energy.js";
import { type EnergyMemoryParameters, traceStart, traceWriting } from "./inner-loops.js";
import { energyMemoryOptions, energyRecallOptions, readingOptions, writeOptions } from "./options.js";

/** Options of an energy memory. */
export interface EnergyMemoryOptions {
  /** Number of units of a pattern. */
  readonly units: number;
  /** The energy whose minima patterns become; defaults to `reconstruction()`. */
  readonly energy?: (Energy & Made) | undefined;
  /** Writing; `steps` 5, `rate` 1, `penalty` and `decay` 0 by default. */
  readonly write?: OptionsOf<typeof writeOptions> | undefined;
  /** Reading; `steps` 5 and `rate` 0.5 by default. */
  readonly read?: OptionsOf<typeof readingOptions> | undefined;
  /** Draws the parameters before training; defaults to the seed 0. */
  readonly random?: Random | undefined;
}

/** Options of one recall from an energy memory. */
export interface EnergyRecallOptions extends RecallOptions {
  /** Largest number of steps; further ones have the rate of the last. Defaults to the steps that were trained. */
  readonly steps?: number | undefined;
  /** A recall ends when its step is at most this part of the length of the longest pattern; defaults to 1e-6. */
  readonly tolerance?: number | undefined;
}

/** A recalled vector with its evidence; `sweeps` counts the steps. */
export interface EnergyRecall extends Recall<Float64Array> {
  readonly state: Float64Array;
  readonly nearest: Nearest & { readonly distance: number };
  readonly cueEnergy: number;
  readonly energy: number;
  /** E of the cue, then E after every step; it never rises. */
  readonly energies: Float64Array;
  /** How often a step was halved, because the energy would have risen. */
  readonly halvings: number;
}

/** What an energy memory holds, and what writing has done. */
export interface EnergyInspection extends Inspection {
  readonly kind: "energy-memory";
  readonly units: number;
  readonly energyFunction: string;
  /** How many numbers writing changes: those that depend on the patterns. */
  readonly writtenNumbers: number;
  /** How many numbers training alone changes. */
  readonly fixedNumbers: number;
  readonly writeSteps: number;
  readonly readSteps: number;
  /** Mean energy of the stored patterns, and mean length of its gradient, before they were written and now. */
  readonly energies?: { readonly before: number; readonly after: number };
  readonly slopes?: { readonly before: number; readonly after: number };
  /** Number of patterns that are the nearest to what is recalled from themselves. */
  readonly recalled?: number;
  /** How it was trained. */
  readonly notes?: object;
}

/** What an energy memory recalls from: one vector. */
export type EnergyCue = Vector | PatternSet | AnyVectorSet;

/** The energy of a state and its gradient. */
interface At {
  readonly energy: number;
  readonly slope: Float64Array;
}

type Evaluation = Program<
  { readonly fixed: object; readonly written: object; readonly states: Values },
  { readonly energy: Values; readonly slope: Values }
>;

/** Halvings after which a step is nothing in double precision. */
const MOST_HALVINGS = 64;

/**
 * A memory that stores patterns by gradient descent on the parameters of an energy, and recalls by gradient descent on the state;
 * what both begin with, and their rates, are learned (Bartunov et al., Meta-learning deep energy-based memory models, 2019); see
 * `traceWriting` and `traceReading`.
 *
 * A step of a recall that would raise the energy is halved until it does not, so that the energy never rises; the recall says
 * how often. For rates below 1 / L, with L the largest curvature of the energy, no step is halved. Patterns are written
 * together: storing or forgetting some writes all of them anew. Everything here is computed in double precision.
 *
 * ```ts
 * const memory = new EnergyMemory({ units: 64, energy: reconstruction({ features: 256 }) });
 * for await (const { loss } of trainEnergyMemory(memory, { patterns: 16, epochs: 20 })) console.log(loss);
 * memory.store(patterns).recall(cue).nearest;
 * ```
 */
export class EnergyMemory implements Memory<VectorSet<Float32Array>, Vectors, EnergyCue, EnergyRecall> {
  readonly kind = "energy-memory";
  readonly units: number;
  readonly energyFunction: Energy & Made;
  /** What training learns. */
  readonly parameters: EnergyMemoryParameters;
  /** The options before training. */
  readonly options: {
    readonly write: ResolvedOptions<typeof writeOptions> & { readonly rate: number };
    readonly read: ResolvedOptions<typeof readingOptions> & { readonly rate: number };
  };
  /** How it was trained, which files keep. */
  notes: object | undefined;
  /** Height and width of the pictures that it was trained on, if any. */
  shape: readonly [height: number, width: number] | undefined;
  #items: VectorSet<Float32Array> | undefined;
  #written: object | undefined;
  #longest = 0;
  #evaluation: Evaluation | undefined;

  /** @throws OptionError or ArgumentError for options out of range */
  constructor({ random = new Random(0), ...given }: EnergyMemoryOptions) {
    const chosen = optionsOf(given);
    this.units = chosen.units;
    this.energyFunction = chosen.energyFunction;
    this.options = chosen.options;
    let drawn = 0;
    this.parameters = mapTree<object, InitialParameter, Parameter, EnergyMemoryParameters>(
      initialTree(chosen),
      isInitial,
      (start) =>
        "value" in start
          ? filledParameter(start.shape, start.value)
          : normalParameter(start.shape, start.deviation, random.fork(drawn++)),
    );
  }

  /** The stored patterns; undefined while there are none. */
  get items(): VectorSet<Float32Array> | undefined {
    return this.#items;
  }

  /** What writing has made of the parameters: a tree; undefined while nothing is stored. */
  get written(): object | undefined {
    return this.#written;
  }

  /**
   * Adds patterns and writes all of them anew.
   *
   * @throws ShapeError or DataError for patterns that do not fit, DataError if writing them diverges; the memory is then
   *   unchanged
   */
  store(patterns: Vectors): this {
    const added = asSingleSet("patterns", patterns, this.units);
    const items = this.#items?.concat(added) ?? added;
    return this.#hold(items, this.#write(items));
  }

  forget(rows: number | ArrayLike<number>): this {
    const left = rowsLeft(this.#items?.count ?? 0, rows);
    if (left.length === this.#items?.count) return this;
    const items = left.length === 0 ? undefined : this.#items?.select(left);
    return this.#hold(items, items && this.#write(items));
  }

  /** Holds patterns with what was written of them before, without writing again. */
  restore(items: VectorSet<Float32Array>, written: object): this {
    return this.#hold(items, written);
  }

  #hold(items: VectorSet<Float32Array> | undefined, written: object | undefined): this {
    this.#items = items;
    this.#written = written;
    this.#longest = 0;
    for (let r = 0; r < (items?.count ?? 0); r++) {
      this.#longest = Math.max(this.#longest, norm((items as VectorSet<Float32Array>).row(r)));
    }
    this.#evaluation = undefined;
    return this;
  }

  /** The written parameters of patterns: arrays in double precision. */
  #write({ count, matrix }: VectorSet<Float32Array>): object {
    const program = compileModel(
      this.parameters,
      { patterns: [1, count, this.units] },
      (own: EnergyMemoryParameters<Tensor>, { patterns }) =>
        traceWriting(this.energyFunction, own, patterns).at(-1) as object,
      { precision: "double" },
    );
    program.inputs.patterns.set(matrix.values);
    program.run();
    return copied(program.results, (name) => {
      throw new DataError(
        `writing ${count} patterns diverged: ${name} is not finite; train the memory on as many, or give write a lower rate`,
      );
    });
  }

  /** theta_bar, where writing begins. */
  #start(): object {
    const { written } = this.parameters.energy;
    const program = compileModel(written, {}, (own: object) => traceStart(this.energyFunction, own, 1), {
      precision: "double",
    });
    program.run();
    return copied(program.results);
  }

  /**
   * Follows the gradient of the energy from the cue.
   *
   * @throws ShapeError or DataError for a cue that does not fit or whose energy is not finite, ArgumentError while empty
   */
  recall(cue: EnergyCue, options: EnergyRecallOptions = {}): EnergyRecall {
    const items = this.#requireItems();
    const { steps, tolerance } = options;
    const chosen = readOptions("recall", energyRecallOptions, { steps, tolerance });
    const most = chosen.steps ?? this.options.read.steps;
    let state: Float64Array = asVector("cue", cue, this.units).slice();
    let at = this.#at(state);
    if (!Number.isFinite(at.energy)) {
      throw new DataError(`the energy of the cue is ${at.energy}, beyond the range of numbers; scale it down`);
    }
    const energies = [at.energy];
    let [converged, halvings] = [false, 0];
    for (let k = 0; k < most && !converged; k++) {
      const step = this.#descend(state, at, k);
      converged = distance(state, step.state) <= chosen.tolerance * this.#longest;
      halvings += step.halvings;
      ({ state, at } = step);
      energies.push(at.energy);
    }
    return {
      state,
      nearest: nearestOf(items, state),
      converged,
      sweeps: energies.length - 1,
      cueEnergy: energies[0],
      energy: at.energy,
      energies: Float64Array.from(energies),
      halvings,
      warnings: [],
    };
  }

  /** Recalls from several vectors, each of which gives the same as alone. */
  recallMany(cues: Vectors, options: EnergyRecallOptions = {}): EnergyRecall[] {
    this.#requireItems();
    const set = asVectorSet("cues", cues, this.units);
    return Array.from({ length: set.count }, (_, r) => this.recall(set.row(r), options));
  }

  /** Starts a recall that can be advanced step by step. */
  start(cue: EnergyCue, { tolerance }: EnergyRecallOptions = {}): Process<Float64Array> {
    this.#requireItems();
    const chosen = readOptions("recall", { tolerance: energyRecallOptions.tolerance }, { tolerance });
    const shortest = chosen.tolerance * this.#longest;
    return new StepProcess(asVector("cue", cue, this.units).slice(), (state, sweep) => {
      const next = this.#descend(state, this.#at(state), sweep - 1).state;
      return { state: next, period: distance(state, next) <= shortest ? 1 : 0 };
    });
  }

  /** Step number k of a recall, the first being 0, halved until the energy does not rise. */
  #descend(
    state: Float64Array,
    { energy, slope }: At,
    k: number,
  ): { readonly state: Float64Array; readonly at: At; readonly halvings: number } {
    const { values } = this.parameters.read.logRates;
    let rate = exp(values[Math.min(k, values.length - 1)]);
    for (let halvings = 0; halvings < MOST_HALVINGS; halvings++) {
      const next = state.map((x, i) => x - rate * slope[i]);
      const at = this.#at(next);
      if (at.energy <= energy) return { state: next, at, halvings };
      rate /= 2;
    }
    return { state, at: { energy, slope }, halvings: MOST_HALVINGS };
  }

  /** E of a state. */
  energy(state: EnergyCue): number {
    this.#requireItems();
    return this.#at(asVector("state", state, this.units)).energy;
  }

  /** The gradient of E at a state. */
  slope(state: EnergyCue): Float64Array {
    this.#requireItems();
    return this.#at(asVector("state", state, this.units)).slope;
  }

  #at(state: Float64Array): At {
    this.#evaluation ??= this.#evaluationOf(this.#written as object);
    const { inputs, results } = this.#evaluation;
    inputs.states.set(state);
    this.#evaluation.run();
    return { energy: results.energy[0], slope: Float64Array.from(results.slope) };
  }

  /** A program for the energy of one state with these written parameters. */
  #evaluationOf(written: object): Evaluation {
    const { fixed, written: start } = this.parameters.energy;
    const program = compile(
      {
        fixed: shapesOf(fixed),
        written: mapTree<object, Parameter, readonly number[], object>(start, isParameter, ({ shape }) => [
          1,
          ...shape,
        ]),
        states: [1, 1, this.units],
      },
      (tensors) => {
        const given = tensors as unknown as { fixed: object; written: object; states: Tensor };
        const energy = sum(this.energyFunction.trace(given.fixed, given.written)(given.states));
        return { energy, slope: gradient(energy, [given.states])[0] };
      },
      { precision: "double" },
    ) as unknown as Evaluation;
    const own = leaves(fixed, isParameter);
    for (const [name, array] of leaves(program.inputs.fixed, isValues)) array.set((own.get(name) as Parameter).values);
    const numbers = leaves(written, isValues);
    for (const [name, array] of leaves(program.inputs.written, isValues)) array.set(numbers.get(name) as Values);
    return program;
  }

  /** m_j = x_j . s / n of a vector with every stored pattern. */
  overlaps(state: EnergyCue): Float64Array {
    const items = this.#requireItems();
    const vector = asVector("state", state, this.units);
    return Float64Array.from({ length: items.count }, (_, r) => dot(items.row(r), vector) / this.units);
  }

  inspect(): EnergyInspection {
    const { kind, units, energyFunction, options, notes } = this;
    const { fixed, written } = this.parameters.energy;
    const rates = leaves({ write: this.parameters.write, read: this.parameters.read }, isParameter);
    const base = {
      kind,
      units,
      stored: this.#items?.count ?? 0,
      energyFunction: energyFunction.name,
      writtenNumbers: sizeOf(leaves(written, isParameter)),
      fixedNumbers: sizeOf(leaves(fixed, isParameter)) + sizeOf(rates),
      writeSteps: options.write.steps,
      readSteps: options.read.steps,
      ...(notes !== undefined && { notes }),
      warnings: [],
    } as const;
    const items = this.#items;
    if (items === undefined) return base;
    const before = this.#evaluationOf(this.#start());
    const rows = Array.from({ length: items.count }, (_, r) => Float64Array.from(items.row(r)));
    const first = rows.map((row) => {
      before.inputs.states.set(row);
      before.run();
      return { energy: before.results.energy[0], slope: norm(Float64Array.from(before.results.slope)) };
    });
    const last = rows.map((row) => {
      const { energy, slope } = this.#at(row);
      return { energy, slope: norm(slope) };
    });
    return {
      ...base,
      energies: { before: mean(first.map(({ energy }) => energy)), after: mean(last.map(({ energy }) => energy)) },
      slopes: { before: mean(first.map(({ slope }) => slope)), after: mean(last.map(({ slope }) => slope)) },
      recalled: rows.filter((row, r) => this.recall(row).nearest.index === r).length,
    };
  }

  describe(): string {
    const { write, read } = this.options;
    return `${this.energyFunction.name}, ${write.steps} steps of writing and ${read.steps} of reading`;
  }

  dispose(): void {
    this.#evaluation = undefined;
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  #requireItems(): VectorSet<Float32Array> {
    if (this.#items === undefined) throw emptyMemory("vectors");
    return this.#items;
  }
}

/** A tree of arrays in double precision; `refuse` is called for one with a number that is not finite. */
function copied(tree: unknown, refuse?: (name: string) => void): object {
  return mapTree<object, Values, Values, object>(tree as object, isValues, (values, name) => {
    if (!allFinite(values)) refuse?.(name);
    return Float64Array.from(values);
  });
}

/** The options of an energy memory, checked. */
function optionsOf({ units, energy, write = {}, read = {} }: EnergyMemoryOptions) {
  requireInteger("units", units, 1, 1_000_000);
  const chosen = readOptions("an energy memory", { energy: energyMemoryOptions.energy }, { energy });
  const own = chosen.energy as Energy & Made;
  if (own.name === undefined || own.options === undefined) {
    throw new ArgumentError("energy has no name; make it by a maker, so that files can hold it");
  }
  const writing = readOptions("write", writeOptions, write);
  const reading = readOptions("read", readingOptions, read);
  const usual = own.rates?.(units) ?? { write: 1, read: 0.5 };
  // In the order of their descriptions, in which files have them.
  const { steps, rate = usual.write, penalty, decay } = writing;
  const options = {
    write: { steps, rate, penalty, decay },
    read: { steps: reading.steps, rate: reading.rate ?? usual.read },
  };
  return { units, energyFunction: own, options };
}

/** The parameters of an energy memory with these options by their names, without their numbers. */
export function initialParameters(options: EnergyMemoryOptions): ReadonlyMap<string, Shape> {
  const initial = initialTree(optionsOf(options));
  return new Map(Array.from(leaves(initial, isInitial), ([name, { shape }]) => [name, shape]));
}

/** The parameters before training. */
function initialTree({
  units,
  energyFunction,
  options: { write, read },
}: ReturnType<typeof optionsOf>): EnergyMemoryParameters<InitialParameter> {
  const each = (steps: number, value: number) => ({ shape: [1, steps], value: log(value) });
  return {
    energy: energyFunction.parameters(units),
    write: {
      ...(write.steps > 0 && { logRates: each(write.steps, write.rate) }),
      ...(write.steps > 0 && write.penalty > 0 && { logPenalties: each(write.steps, write.penalty) }),
      // The first step begins where decay leads.
      ...(write.steps > 1 && write.decay > 0 && { logDecays: each(write.steps - 1, write.decay) }),
    },
    read: { logRates: each(read.steps, read.rate) },
  };
}

function isInitial(value: unknown): value is InitialParameter {
  return typeof value === "object" && value !== null && "shape" in value && ("value" in value || "deviation" in value);
}

/** The stored pattern at the smallest distance, the first of equal ones. */
function nearestOf(items: VectorSet<Float32Array>, state: Float64Array): Nearest & { readonly distance: number } {
  let [index, least] = [0, Number.POSITIVE_INFINITY];
  for (let r = 0; r < items.count; r++) {
    const own = distance(items.row(r), state);
    if (own < least) [index, least] = [r, own];
  }
  const label = items.labels?.[index];
  return { index, ...(label !== undefined && { label }), distance: least };
}

function sizeOf(parameters: ReadonlyMap<string, Parameter>): number {
  return [...parameters.values()].reduce((total, { values }) => total + values.length, 0);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((total, x) => total + x, 0) / numbers.length;
}
