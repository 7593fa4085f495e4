import { disposeSymbol } from "../../disposing.js";
import type { Process } from "../../dynamics/index.js";
import { ArgumentError, DataError, requireInteger } from "../../errors.js";
import { defaultKernels, type Kernels, type VectorOperator, type VectorPrecision } from "../../kernels/index.js";
import { matrix } from "../../math/matrix.js";
import { distance, dot, norm } from "../../math/vector.js";
import { readOptions } from "../../options.js";
import { type AnyVectorSet, type PatternSet, type Vector, VectorSet, type Vectors } from "../../patterns/index.js";
import { asMask } from "../../patterns/mask.js";
import { asSingleSet, asVector, asVectorSet } from "../../patterns/vector-set.js";
import type { Warning } from "../../warnings.js";
import { isPairs, requirePairs, requireSameCount } from "../items.js";
import type { Memory, Pairs, Recall } from "../memory.js";
import { emptyMemory, rowsLeft } from "../rows.js";
import { StepProcess } from "../step.js";
import { comparisonOf, type Similarity } from "../vectors.js";
import { evidenceOf, type ModernEvidence } from "./evidence.js";
import { type ModernInspection, retrievable } from "./inspection.js";
import { Operators } from "./operators.js";
import { type ModernOptions, type ModernRecallOptions, modernOptions, modernRecallOptions } from "./options.js";
import { type Omitting, type Retrieved, type Weighed, weighEach } from "./retrieval.js";
import { singleRounding } from "./rounding.js";
import type { VectorSeparation } from "./separations/separation.js";
import { longestOf, scaleToUnit, type VectorLookup, type VectorSource } from "./source.js";
import { betaForMost, type Need, needsOf, upward } from "./steepness.js";

/** What the cues of a recall share. */
interface Recalling {
  readonly operator: VectorOperator;
  /** What computes energies, if they are asked for: always in double precision. */
  readonly ofEnergies: VectorOperator | undefined;
  readonly omitting: Omitting | undefined;
  /** The length of a step with which a recall ends. */
  readonly shortest: number;
  readonly steps: number;
  readonly topK: number;
}

/** A recalled vector with its evidence; `sweeps` counts the steps. */
export interface ModernRecall extends Recall<Float64Array>, ModernEvidence {
  /** sum_j p_j v_j with the weights of the last step; v_j is x_j unless the patterns were stored with values. */
  readonly state: Float64Array;
  readonly nearest: ModernEvidence["nearest"];
  readonly warnings: readonly Warning[];
}

/** What a modern memory recalls from: one vector. */
export type ModernCue = Vector | PatternSet | AnyVectorSet;

/** What a modern memory holds: vectors, or vectors with their values. */
export type ModernItems = VectorSet<Float32Array> | Pairs<VectorSet<Float32Array>>;

/**
 * The modern Hopfield network (Ramsauer et al., Hopfield networks is all you need, 2020): real vectors x_j as rows, and
 * q <- sum_j p_j x_j with the weights p = softmax(beta s) of the similarities s_j = q . x_j, the step of attention. Each step lowers
 *
 * E(q) = -(1/beta) log sum_j exp(beta s_j) + q . q / 2 + (1/beta) log N + M^2 / 2,    0 <= E <= 2 M^2
 *
 * with M the largest |x_j|. By default s_j = -|q - x_j|^2 / 2, whose energy has the first and the third term alone and whose steps
 * are those of the mean shift: every pattern is the most similar one to itself, whatever its length. `cosine` scales
 * patterns and cues to unit length first. Other separation functions than softmax leave patterns out that are far (sparsemax, entmax,
 * flat, hard); the energy has their potential in place of log sum exp, and that of equal scores in place of log N.
 *
 * Patterns are kept in single precision; everything else is computed in double precision, with the same bits for a cue alone
 * and among others. Patterns may be stored with values: { left: patterns, right: values }; the state is then the weighted mean
 * of the values, as in attention.
 */
export class ModernMemory implements Memory<ModernItems, Vectors | Pairs<Vectors>, ModernCue, ModernRecall> {
  readonly kind = "modern";
  readonly units: number;
  readonly similarity: Similarity;
  readonly separation: VectorSeparation & { readonly name?: string };
  /** Standard deviation of the noise that beta "auto" expects in each entry of a cue. */
  readonly noise: number;
  readonly #given: number | "auto";
  readonly #kernels: Kernels;
  #keys: VectorSet<Float32Array> | undefined;
  #source: VectorSource | undefined;
  #values: VectorSet<Float32Array> | undefined;
  #operators: Operators | undefined;
  #beta: number | undefined;
  #sampled: readonly Need[] | undefined;
  #norm = 0;

  /**
   * @param units number of entries of a pattern
   * @throws OptionError for an option out of range, ArgumentError for fewer than one unit
   */
  constructor(units: number, { kernels = defaultKernels(), ...options }: ModernOptions = {}) {
    requireInteger("units", units, 1);
    const { beta, noise, similarity, separation } = readOptions("a modern memory", modernOptions, options);
    if (separation.similarity !== undefined && separation.similarity !== similarity) {
      throw new ArgumentError(
        `similarity is ${similarity}, but this separation is for ${separation.similarity} alone; leave it out`,
      );
    }
    this.units = units;
    this.similarity = similarity;
    this.separation = separation;
    this.noise = noise;
    this.#given = beta;
    this.#kernels = kernels;
  }

  /** A memory whose beta "auto" was found before. */
  static restore(items: ModernItems, options: ModernOptions, beta: number): ModernMemory {
    const keys = isPairs(items) ? items.left : items;
    const memory = new ModernMemory(keys.units, options);
    memory.#hold(keys, isPairs(items) ? items.right : undefined);
    memory.#beta = beta;
    return memory;
  }

  /**
   * A memory whose patterns stay where they are, for recalls alone: nothing is stored or forgotten, `items` is undefined, and
   * nothing is omitted. By the similarity cosine they have unit length there.
   *
   * @param beta the one that was found before, of options with beta "auto"
   */
  static over(source: VectorSource, options: ModernOptions, beta?: number): ModernMemory {
    const memory = new ModernMemory(source.units, options);
    memory.#source = source;
    memory.#norm = source.longest;
    memory.#beta = beta;
    return memory;
  }

  /** The stored patterns, with their values if they have any; undefined while nothing is stored. */
  get items(): ModernItems | undefined {
    if (this.#keys === undefined) return undefined;
    return this.#values === undefined ? this.#keys : { left: this.#keys, right: this.#values };
  }

  /** The patterns, whether the memory holds them or not; undefined while nothing is stored. */
  get patterns(): VectorLookup | undefined {
    return this.#source ?? this.#keys;
  }

  /** Whether beta is found from the patterns. */
  get isAutomatic(): boolean {
    return this.#given === "auto";
  }

  /**
   * beta; "auto" is found when it is first asked for, and anew after the patterns have changed: the smallest one at which 99 % of the
   * sampled patterns have a weight of 0.99.
   *
   * @throws ArgumentError while nothing is stored, or where no beta will do
   */
  get beta(): number {
    if (this.#given !== "auto") return this.#given;
    this.#beta ??= this.#automatic();
    return this.#beta;
  }

  #automatic(): number {
    const needed = this.#needs().map((sample) => sample.needed);
    const beta = betaForMost(needed);
    if (beta === Number.POSITIVE_INFINITY) {
      const lost = needed.filter((each) => each === beta).length;
      const remedy = this.similarity === "dot" ? "use the similarity euclidean or cosine" : "expect less noise";
      throw new ArgumentError(
        `beta is auto, but no beta retrieves 99 % of the patterns: of ${needed.length} sampled ${lost} are as similar to another one; ` +
          `${remedy}, or give a beta`,
      );
    }
    return beta === 0 ? 1 : upward(beta);
  }

  /** What each of the sampled patterns needs, computed once. */
  #needs(): readonly Need[] {
    const comparison = comparisonOf(this.similarity);
    this.#sampled ??= needsOf(this.#requireKeys(), this.#computing().all(), comparison, this.separation, this.noise);
    return this.#sampled;
  }

  /** Stores vectors, or vectors with their values. @throws ShapeError or DataError; the memory is then unchanged */
  store(given: Vectors | Pairs<Vectors>): this {
    this.#requireOwn();
    const isPaired = isPairs(given);
    if (isPaired) requirePairs(given);
    if (this.#keys !== undefined && isPaired !== (this.#values !== undefined)) {
      const [has, got] = isPaired ? ["no values", "have some"] : ["values", "have none"];
      throw new ArgumentError(`patterns were stored with ${has}, but these ${got}; store all of them alike`);
    }
    let keys = asSingleSet(isPaired ? "left" : "patterns", (isPaired ? given.left : given) as Vectors, this.units);
    if (this.similarity === "cosine") keys = unitSet(keys);
    let values = isPaired ? asSingleSet("right", given.right, this.#values?.units) : undefined;
    if (values !== undefined) requireSameCount(keys.count, values.count);
    const norm = Math.max(this.#norm, longest(keys));
    if (this.#keys !== undefined) keys = this.#keys.concat(keys);
    if (this.#values !== undefined && values !== undefined) values = this.#values.concat(values);
    this.#hold(keys, values, norm);
    return this;
  }

  #hold(
    keys: VectorSet<Float32Array> | undefined,
    values: VectorSet<Float32Array> | undefined,
    norm = keys === undefined ? 0 : longest(keys),
  ): void {
    this.#keys = keys;
    this.#values = values;
    this.#operators = undefined;
    this.#norm = norm;
    this.#beta = undefined;
    this.#sampled = undefined;
  }

  forget(rows: number | ArrayLike<number>): this {
    this.#requireOwn();
    const left = rowsLeft(this.#keys?.count ?? 0, rows);
    if (left.length === this.#keys?.count) return this;
    if (left.length === 0) this.#hold(undefined, undefined);
    else this.#hold(this.#keys?.select(left), this.#values?.select(left));
    return this;
  }

  /** Recalls from a vector. @throws ShapeError or DataError for a cue that does not fit, ArgumentError while empty */
  recall(cue: ModernCue, options: ModernRecallOptions = {}): ModernRecall {
    this.#requireKeys();
    return this.#recall([this.#queryOf(cue)], options)[0];
  }

  /** Recalls from several vectors, each of which gives the same as alone. */
  recallMany(cues: Vectors, options: ModernRecallOptions = {}): ModernRecall[] {
    this.#requireKeys();
    const set = asVectorSet("cues", cues, this.units);
    return this.#recall(
      Array.from({ length: set.count }, (_, r) => this.#queryOf(set.row(r))),
      options,
    );
  }

  #recall(cues: readonly Float64Array[], given: ModernRecallOptions): ModernRecall[] {
    const keys = this.#requireKeys();
    const { mask, energies = true, steps, tolerance, topK, omitted, precision } = given;
    const options = readOptions("recall", modernRecallOptions, { steps, tolerance, topK, omitted, precision });
    this.#requirePrecision(options.precision, cues);
    const rows = mask === undefined ? undefined : rowsOf(mask, keys.count);
    const computing = this.#computing();
    const operator = computing.of(rows, options.precision);
    const isOmitting = options.omitted > 0 && rows === undefined && this.separation.isSoftmax;
    return this.#recallEach(cues, {
      operator,
      ofEnergies: energies ? (options.precision === "double" ? operator : computing.of(rows, "double")) : undefined,
      // The margin needs two.
      omitting: isOmitting
        ? computing.omitting(options.omitted, Math.max(2, options.topK), options.precision)
        : undefined,
      shortest: this.#shortest(tolerance),
      steps: options.steps,
      topK: options.topK,
    });
  }

  /** Recalls from cues, step by step; each stops by itself. */
  #recallEach(cues: readonly Float64Array[], options: Recalling): ModernRecall[] {
    const { operator, ofEnergies, omitting, shortest, steps } = options;
    const found: ModernRecall[] = [];
    const cueEnergies: number[] = [];
    const ends: { readonly query: Float64Array; readonly k: number }[] = [];
    let moving = cues.map((query, k) => ({ query, k }));
    const isApart = ofEnergies !== operator;
    if (ofEnergies !== undefined && isApart) {
      this.#weighEach(ofEnergies, moving, ({ weighed }, k) => {
        cueEnergies[k] = this.#energy(cues[k], weighed, ofEnergies);
      });
    }
    for (let sweeps = 1; moving.length > 0; sweeps++) {
      const next: typeof moving = [];
      const step = (retrieved: Retrieved, n: number) => {
        const { query, k } = moving[n];
        const { weighed } = retrieved;
        if (sweeps === 1 && !isApart) cueEnergies[k] = this.#energy(query, weighed, operator);
        const state = nextOf(query, weighed);
        const converged = distance(query, state) <= shortest;
        if (!converged && sweeps < steps) {
          next.push({ query: state, k });
          return;
        }
        found[k] = { ...this.#evidence(query, state, retrieved, options), converged, sweeps };
        if (ofEnergies !== undefined && isReached(weighed)) ends.push({ query: state, k });
      };
      this.#weighEach(operator, moving, step, omitting);
      moving = next;
    }
    if (ofEnergies === undefined) return found;
    const finish = ({ weighed }: Retrieved, n: number) => {
      const { query, k } = ends[n];
      found[k] = { ...found[k], cueEnergy: cueEnergies[k], energy: this.#energy(query, weighed, ofEnergies) };
    };
    this.#weighEach(ofEnergies, ends, finish, isApart ? undefined : omitting);
    return found;
  }

  /** The state at the end of a recall, and what the weights of its last step say. */
  #evidence(query: Float64Array, next: Float64Array, retrieved: Retrieved, { operator, topK }: Recalling) {
    const { weighed, rows, omitted } = retrieved;
    const [keys, values, { beta, separation }] = [this.#requireKeys(), this.#values, this];
    const valuesOf = (set: VectorSet<Float32Array>) => this.#kernels.vectorOperator(set.matrix, { rows });
    const state = values === undefined ? next : valuesOf(values).sums(weighed.weights());
    const isSingle = operator.precision === "single";
    const longestOne = values === undefined || (omitted === 0 && !isSingle) ? this.#norm : longest(values);
    const rounding = isSingle ? this.#rounding(query, longestOne) : 0;
    const similarities = () => operator.similarities(query, comparisonOf(this.similarity));
    const step = {
      keys,
      values,
      query,
      weighed,
      state,
      beta,
      separation,
      topK,
      omitted,
      rounding,
      longest: longestOne,
    };
    return { state, ...evidenceOf({ ...step, among: operator.count, similarities }) };
  }

  /** The bound of what single precision adds to a step, of a mean of vectors whose longest has this length. */
  #rounding(query: Float64Array, averaged: number): number {
    const { units, beta } = this;
    const isEuclidean = comparisonOf(this.similarity) === "euclidean";
    const { count } = this.#requireKeys();
    return singleRounding({ units, count, beta, query: norm(query), longest: this.#norm, averaged, isEuclidean });
  }

  #requirePrecision(precision: VectorPrecision, cues: readonly Float64Array[]): void {
    if (precision === "double") return;
    if (!this.separation.isSoftmax) {
      throw new ArgumentError(
        `precision is single, but the separation is ${this.separation.name ?? "custom"}; single is of softmax alone, use double`,
      );
    }
    const large = cues.findIndex((cue) => this.#rounding(cue, this.#norm) === Number.POSITIVE_INFINITY);
    if (large < 0) return;
    const which = cues.length === 1 ? "the cue" : `cue ${large}`;
    throw new ArgumentError(`precision is single, which cannot hold the similarities of ${which}; use double`);
  }

  /** What computes with the patterns. */
  #computing(): Operators {
    const from = this.#source ?? this.#keys;
    if (from === undefined) throw emptyMemory("vectors");
    this.#operators ??= new Operators(from, this.#kernels, comparisonOf(this.similarity));
    return this.#operators;
  }

  #weighEach(
    operator: VectorOperator,
    queries: readonly { readonly query: Float64Array }[],
    use: (retrieved: Retrieved, n: number) => void,
    omitting?: Omitting,
  ): void {
    const { beta, separation, similarity } = this;
    const isBesideScreen = this.#computing().isScreened;
    const options = { comparison: comparisonOf(similarity), beta, separation, isBesideScreen };
    const all = queries.map(({ query }) => query);
    weighEach(operator, all, options, use, omitting);
  }

  /** What `read` finds in the weights for a query. */
  #weigh<T>(operator: VectorOperator, query: Float64Array, read: (weighed: Weighed) => T): T {
    let found: T | undefined;
    this.#weighEach(operator, [{ query }], ({ weighed }) => {
      found = read(weighed);
    });
    return found as T;
  }

  /** E of a query. */
  #energy(query: Float64Array, { potential }: Weighed, { count }: VectorOperator): number {
    const energy = (this.separation.uniform(count) - potential) / this.beta;
    return this.similarity === "euclidean" ? energy : energy + dot(query, query) / 2 + (this.#norm * this.#norm) / 2;
  }

  /** The length of a step with which a recall ends. */
  #shortest(tolerance: number = modernRecallOptions.tolerance.default): number {
    return tolerance * (this.#norm || 1);
  }

  /** Starts a recall that can be advanced step by step, over the patterns alone. */
  start(cue: ModernCue, { mask, tolerance, precision }: ModernRecallOptions = {}): Process<Float64Array> {
    const keys = this.#requireKeys();
    const options = readOptions("recall", modernRecallOptions, { tolerance, precision });
    const first = this.#queryOf(cue);
    this.#requirePrecision(options.precision, [first]);
    const rows = mask === undefined ? undefined : rowsOf(mask, keys.count);
    const operator = this.#computing().of(rows, options.precision);
    const shortest = this.#shortest(options.tolerance);
    return new StepProcess(first, (query) => {
      const next = this.#weigh(operator, query, (weighed) => nextOf(query, weighed));
      return { state: next, period: distance(query, next) <= shortest ? 1 : 0 };
    });
  }

  /** E of a vector as it is, not scaled to unit length; Infinity where no pattern is in reach. */
  energy(state: ModernCue): number {
    const operator = this.#computing().all();
    const query = asVector("state", state, this.units);
    return this.#weigh(operator, query, (weighed) => this.#energy(query, weighed, operator));
  }

  /** The similarity of a vector with every stored pattern. */
  similarities(query: ModernCue): Float64Array {
    return this.#computing().all().similarities(this.#queryOf(query), comparisonOf(this.similarity));
  }

  /** The weight of every stored pattern for a query. */
  weights(query: ModernCue): Float64Array {
    return this.#weigh(this.#computing().all(), this.#queryOf(query), (weighed) => weighed.weights());
  }

  /** m_j = x_j . q / n of a vector with every stored pattern. */
  overlaps(state: ModernCue): Float64Array {
    const products = this.#computing()
      .all()
      .similarities(asVector("state", state, this.units), "dot");
    return products.map((product) => product / this.units);
  }

  inspect(): ModernInspection {
    const { kind, similarity, units, separation } = this;
    const base = {
      kind,
      units: this.#values === undefined ? units : { left: units, right: this.#values.units },
      stored: this.patterns?.count ?? 0,
      similarity,
      separation: separation.name ?? "custom",
      warnings: [],
    } as const;
    if (this.patterns === undefined) return base;
    return { ...base, ...retrievable({ needs: this.#needs(), units, beta: this.beta, largestNorm: this.#norm }) };
  }

  describe(): string {
    return `${this.separation.name ?? "weights"} of the ${this.similarity} similarity, beta ${Number(this.beta.toPrecision(4))}`;
  }

  dispose(): void {
    this.#operators = undefined;
    this.#source?.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  #queryOf(cue: ModernCue): Float64Array {
    const query = asVector("cue", cue, this.units);
    if (this.similarity !== "cosine") return query;
    const length = norm(query);
    if (length === 0) throw new DataError("cue is 0 in every entry, which has no direction for the similarity cosine");
    return query.map((x) => x / length);
  }

  #requireKeys(): VectorLookup {
    const keys = this.patterns;
    if (keys === undefined) throw emptyMemory("vectors");
    return keys;
  }

  #requireOwn(): void {
    if (this.#source === undefined) return;
    throw new ArgumentError("the patterns of this memory stay where they are: load them to store or forget some");
  }
}

/** The length of the longest vector. */
function longest({ matrix, units }: VectorSet<Float32Array>): number {
  return longestOf(matrix.values, units);
}

/** The vectors scaled to unit length. */
function unitSet(set: VectorSet<Float32Array>): VectorSet<Float32Array> {
  const values = new Float32Array(set.matrix.values.length);
  scaleToUnit(set.matrix.values, set.units, 0, values);
  return new VectorSet(matrix(set.count, set.units, values), set);
}

/** The rows that may be retrieved. */
function rowsOf(mask: ArrayLike<number | boolean>, count: number): Uint32Array {
  const allowed = asMask("mask", mask, count, { things: "patterns", all: 0, remedy: "allow at least one" });
  return Uint32Array.from(allowed.keys()).filter((j) => allowed[j] === 1);
}

function isReached({ potential }: Weighed): boolean {
  return potential !== Number.NEGATIVE_INFINITY;
}

/** The end of a step; where no pattern is in reach it is where it began. */
function nextOf(query: Float64Array, weighed: Weighed): Float64Array {
  return isReached(weighed) ? weighed.mean() : query.slice();
}
