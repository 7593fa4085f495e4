import type { Dynamics, Process } from "../dynamics/index.js";
import type { Kernels } from "../kernels/index.js";
import type { AssociationRule, LearningRule } from "../learning/index.js";
import type { Random } from "../math/random.js";
import type { Maker, OptionSpecs } from "../options.js";
import type { Packed, Unpacking } from "../packed.js";
import type { PatternSet, VectorSet } from "../patterns/index.js";
import type { Warning } from "../warnings.js";

/** Pairs of patterns or vectors: row r on the left goes with row r on the right. */
export interface Pairs<Set = PatternSet | VectorSet> {
  readonly left: Set;
  readonly right: Set;
}

/** What a memory stores. */
export type Items = PatternSet | VectorSet | Pairs;

/** The stored item that is nearest to where a recall ended. */
export interface Nearest {
  readonly index: number;
  readonly label?: string;
  /** m = xi . s / n of patterns. */
  readonly overlap?: number;
  /** Euclidean distance of real vectors. */
  readonly distance?: number;
}

/** What was recalled, and the evidence. Kinds of memories add to it. */
export interface Recall<State = unknown> {
  readonly state: State;
  readonly nearest: Nearest;
  /** Whether a fixed point or a cycle was reached. */
  readonly converged: boolean;
  /** Sweeps of n unit updates, or steps of all units at once. */
  readonly sweeps: number;
  /** E of the cue and of the state, for a memory with an energy. */
  readonly cueEnergy?: number;
  readonly energy?: number;
  /** With the option `trace`: the energy of the cue, then the energy after every sweep. */
  readonly trace?: Float64Array;
  /** What speaks against the result. */
  readonly warnings: readonly Warning[];
}

/** How to recall. Kinds of memories add to it. */
export interface RecallOptions {
  /** Needed by all that draws. */
  readonly random?: Random | undefined;
}

/** What a memory holds, and how well. Kinds of memories add to it. */
export interface Inspection {
  readonly kind: string;
  /** Number of units; of a memory of pairs, of both sides. */
  readonly units: number | { readonly left: number; readonly right: number };
  /** Number of stored items. */
  readonly stored: number;
  /** Name of the learning rule, where there is one. */
  readonly rule?: string;
  /** What speaks against recalling from it. */
  readonly warnings: readonly Warning[];
}

/**
 * What stores and recalls. `Given` is what may be stored and, of one item, a cue; `Held` is how it is kept. Everything that
 * takes memories (files, worker threads, the command line, the lab) asks for this and for a `MemoryKind`, and for nothing else.
 */
export interface Memory<Held extends Items = Items, Given = unknown, Cue = unknown, Found extends Recall = Recall> {
  /** Name of the kind. */
  readonly kind: string;
  /** What is stored; undefined while there is nothing. */
  readonly items: Held | undefined;
  /**
   * Stores one item or several beside those stored before.
   *
   * @throws ShapeError, DataError or ArgumentError for what cannot be stored; then nothing has changed
   */
  store(items: Given): this;
  /** Forgets the items of the given rows; the rest are learned anew. @throws ArgumentError for a row that is not stored */
  forget(rows: number | ArrayLike<number>): this;
  /** Recalls from one cue. @throws ShapeError or DataError for a cue that does not fit, ArgumentError while empty */
  recall(cue: Cue, options?: RecallOptions): Found;
  /** Recalls from several cues; cue r draws from stream r of `random`, so that it does not depend on the others. */
  recallMany(cues: Given, options?: RecallOptions): Found[];
  /** Starts a recall that can be advanced step by step. */
  start(cue: Cue, options?: RecallOptions): Process<unknown>;
  /** E of a state; absent from memories without an energy. */
  energy?(state: Cue): number;
  /** The overlap of a state with every stored item: m_mu = xi_mu . s / n. */
  overlaps(state: Cue): Float64Array;
  inspect(): Inspection;
  /** What can be said against the memory at once, without a look at its items one by one as `inspect` takes. */
  warnings?(): readonly Warning[];
  /** Releases memory of the kernels now, not when it is garbage-collected; the memory recalls as before, if asked again. */
  dispose(): void;
}

/** Any memory, where only its kind knows what it stores. */
export type AnyMemory = Memory<Items, unknown, unknown>;

/** Number of units; of a memory of pairs, of both sides. */
export type Size = number | { readonly left: number; readonly right: number };

/** What else there is beside what Engram has: a user's own rules and dynamics, which files and threads name. */
export interface Extensions {
  readonly rules?: readonly Maker<LearningRule>[] | undefined;
  readonly associationRules?: readonly Maker<AssociationRule>[] | undefined;
  readonly dynamics?: readonly Maker<Dynamics>[] | undefined;
}

/** How a memory is put together again. */
export interface UnpackOptions extends Extensions {
  readonly kernels?: Kernels | undefined;
}

/**
 * A kind of memory: all that files, worker threads, the command line and the lab need to know of it. A kind is one file and
 * one line in a list; a user's own is the default export of a module.
 */
export interface MemoryKind<M extends AnyMemory = AnyMemory> {
  readonly name: string;
  /** What it is, in a phrase of one line. */
  readonly summary: string;
  /** Author and year. */
  readonly reference: string;
  /** What it stores: patterns of spins, or pairs of patterns or vectors. */
  readonly items: "patterns" | "pairs";
  /** Whether the order of the items matters. */
  readonly ordered?: true;
  /** The options of `create`. */
  readonly options: OptionSpecs;
  /** The options of `recall` beside `random`, with the defaults that the memory has. */
  readonly recallOptions: OptionSpecs;
  /** `import.meta.url` of the module whose default export it is, so that worker threads find it. */
  readonly module?: string | undefined;
  /** An empty memory. @throws OptionError for an option that it does not have or a value that it cannot take */
  create(size: Size, options?: Readonly<Record<string, unknown>>, kernels?: Kernels): M;
  /**
   * The memory as texts and arrays: with `learned` what was learned goes along, so that it need not be learned again.
   *
   * @throws ArgumentError for an empty memory
   */
  pack(memory: M, how?: { readonly learned?: boolean }): Packed;
  /** The memory that was packed: it recalls bit for bit like that one. @throws StorageError for parts that are not those of one */
  unpack(parts: Unpacking, options?: UnpackOptions): M;
}
