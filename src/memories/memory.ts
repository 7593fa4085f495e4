import type { Disposes } from "../disposing.js";
import type { Dynamics, Process } from "../dynamics/index.js";
import type { Kernels } from "../kernels/index.js";
import type { AssociationRule, LearningRule } from "../learning/index.js";
import type { Random } from "../math/random.js";
import type { Maker, OptionSpecs } from "../options.js";
import type { Packed, Unpacking } from "../packed.js";
import type { AnyVectorSet, PatternNotes, PatternSet } from "../patterns/index.js";
import type { Warning } from "../warnings.js";
import type { VectorLookup, VectorSource } from "./modern/source.js";

/** Pairs of patterns or vectors: row r on the left is paired with row r on the right. */
export interface Pairs<Set = PatternSet | AnyVectorSet> {
  readonly left: Set;
  readonly right: Set;
}

/** The items that a memory stores. */
export type Items = PatternSet | AnyVectorSet | Pairs;

/** The stored item that is nearest to the recalled state. */
export interface Nearest {
  readonly index: number;
  readonly label?: string;
  /** m = xi . s / n of patterns. */
  readonly overlap?: number;
  /** Euclidean distance of real vectors. */
  readonly distance?: number;
}

/** A recalled state with its evidence. Kinds of memories add fields. */
export interface Recall<State = unknown> {
  readonly state: State;
  readonly nearest: Nearest;
  /** Whether a fixed point or a cycle was reached. */
  readonly converged: boolean;
  /** Number of sweeps of n unit updates, or of synchronous steps. */
  readonly sweeps: number;
  /** E of the cue and of the state, for a memory with an energy. */
  readonly cueEnergy?: number;
  readonly energy?: number;
  /** With the option `trace`: the energy of the cue, then the energy after every sweep. */
  readonly trace?: Float64Array;
  /** Warnings about the result. */
  readonly warnings: readonly Warning[];
}

/** Options of a recall. Kinds of memories add fields. */
export interface RecallOptions {
  /** Generator; required if the recall draws random numbers. */
  readonly random?: Random | undefined;
}

/** Contents of a memory and their quality. Kinds of memories add fields. */
export interface Inspection {
  readonly kind: string;
  /** Number of units; of a memory of pairs, of both sides. */
  readonly units: number | { readonly left: number; readonly right: number };
  /** Number of stored items. */
  readonly stored: number;
  /** Name of the learning rule, if any. */
  readonly rule?: string;
  /** The first of the warnings, if there is one. */
  readonly warning?: Warning;
  /** Warnings about recalling from the memory. */
  readonly warnings: readonly Warning[];
}

/**
 * An associative memory. `Given` is the type of items to store, `Held` the type in which they are kept. Everything that
 * takes memories (files, worker threads, the command line, the lab) needs only this and a `MemoryKind`.
 */
export interface Memory<Held extends Items = Items, Given = unknown, Cue = unknown, Found extends Recall = Recall>
  extends Disposes {
  /** Name of the kind. */
  readonly kind: string;
  /** The stored items; undefined while nothing is stored. */
  readonly items: Held | undefined;
  /**
   * Adds one item or several to the stored ones.
   *
   * @throws ShapeError, DataError or ArgumentError for items that cannot be stored; the memory is then unchanged
   */
  store(items: Given): this;
  /** Forgets the items of the given rows; the others are learned again. @throws ArgumentError for a row not stored */
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
  /** What it is made of, in a phrase: for a memory without a learning rule. */
  describe?(): string;
  /** Warnings that need no check of the items one by one, which `inspect` makes. */
  warnings?(): readonly Warning[];
  /** Releases memory of the kernels now, not when it is garbage-collected; the memory recalls as before, if asked again. */
  dispose(): void;
}

/** A memory of any kind. */
export type AnyMemory = Memory<Items, unknown, unknown>;

/** A memory over vectors that stay elsewhere, such as in a file. */
export interface StreamingMemory extends AnyMemory {
  /** What can be asked of the vectors. */
  readonly patterns: VectorLookup | undefined;
}

/** How memories of a kind recall from vectors that stay elsewhere: nothing is stored or forgotten, and `items` is undefined. */
export interface StreamingKind<M extends AnyMemory = AnyMemory> {
  /** Whether such a memory takes vectors of unit length. @throws OptionError for a value that is not valid */
  takesUnitLength(units: number, options?: Readonly<Record<string, unknown>>): boolean;
  /** A memory over vectors. @throws OptionError for an unknown option or a value that is not valid */
  over(source: VectorSource, options?: Readonly<Record<string, unknown>>, kernels?: Kernels): M & StreamingMemory;
  /**
   * The packed memory, over `count` patterns that are not among the parts: `open` gets what the parts say of them.
   *
   * @throws StorageError for parts that are not valid
   */
  unpackOver(
    parts: Unpacking,
    count: number,
    open: (units: number, notes: PatternNotes) => VectorSource,
    options?: UnpackOptions,
  ): M & StreamingMemory;
}

/** Number of units; of a memory of pairs, of both sides. */
export type Size = number | { readonly left: number; readonly right: number };

/** A user's own rules and dynamics, which files and threads refer to by name. */
export interface Extensions {
  readonly rules?: readonly Maker<LearningRule>[] | undefined;
  readonly associationRules?: readonly Maker<AssociationRule>[] | undefined;
  readonly dynamics?: readonly Maker<Dynamics>[] | undefined;
}

/** Options of unpacking a memory. */
export interface UnpackOptions extends Extensions {
  readonly kernels?: Kernels | undefined;
}

/**
 * A kind of memory, as files, worker threads, the command line and the lab use it. A kind is one file and one line in a
 * list; a user's own kind is the default export of a module.
 */
export interface MemoryKind<M extends AnyMemory = AnyMemory> {
  readonly name: string;
  /** Description in a phrase of one line. */
  readonly summary: string;
  /** Author and year. */
  readonly reference: string;
  /** Type of the stored items: patterns of spins, vectors such as grey images, or pairs of patterns or vectors. */
  readonly items: "patterns" | "vectors" | "pairs";
  /** Whether the order of the items matters. */
  readonly ordered?: true;
  /** Whether units can be held during a recall, by the option `clamped` of `recall`, a mask of them. */
  readonly clamps?: true;
  /** Present where vectors can stay in their file during recalls. */
  readonly streams?: StreamingKind<M> | undefined;
  /** Options of `create`. */
  readonly options: OptionSpecs;
  /** Options of `recall` except `random`, with the defaults of the memory. */
  readonly recallOptions: OptionSpecs;
  /** `import.meta.url` of the module whose default export this kind is, for worker threads to import. */
  readonly module?: string | undefined;
  /** Creates an empty memory. @throws OptionError for an unknown option or a value that is not valid */
  create(size: Size, options?: Readonly<Record<string, unknown>>, kernels?: Kernels): M;
  /**
   * The memory as texts and arrays, with what it learned, so that unpacking does not learn again.
   *
   * @throws ArgumentError for an empty memory
   */
  pack(memory: M): Packed;
  /** Restores a packed memory, which recalls bit for bit alike. @throws StorageError for parts that are not valid */
  unpack(parts: Unpacking, options?: UnpackOptions): M;
}
