import { disposeSymbol } from "../../disposing.js";
import type { Process } from "../../dynamics/index.js";
import { ArgumentError, DataError, ShapeError } from "../../errors.js";
import { sigmoid } from "../../math/log-sum-exp.js";
import { type Random, requireRandom } from "../../math/random.js";
import { allFinite, distance, dot, norm } from "../../math/vector.js";
import type { Inspection, Memory, Recall, RecallOptions } from "../../memories/memory.js";
import { emptyMemory, rowsLeft } from "../../memories/rows.js";
import { StepProcess } from "../../memories/step.js";
import { readOptions } from "../../options.js";
import { type AnyVectorSet, PatternSet, type Vector, VectorSet, type Vectors } from "../../patterns/index.js";
import { asSingleSet, asVector, asVectorSet } from "../../patterns/vector-set.js";
import type { Warning } from "../../warnings.js";
import type { GaussianWrite } from "./gaussian-memory.js";
import type { Addressing, KanervaMachine } from "./kanerva-machine.js";
import { kanervaRecallOptions } from "./options.js";
import type { Perceptron } from "./perceptron.js";

/** What a memory recalls from: one vector. */
export type KanervaCue = Vector | PatternSet | AnyVectorSet;

/** Options of a recall from a Kanerva memory. */
export interface KanervaRecallOptions extends RecallOptions {
  /** Largest number of readings; defaults to 10. */
  readonly readings?: number | undefined;
  /** A recall ends when a reading changes its state by at most this part of its length; defaults to 0.001. */
  readonly tolerance?: number | undefined;
  /**
   * What is read again, with an encoder: the decoded picture (the default), its nearest picture of zeros and ones, or its
   * code, which never passes the encoder again.
   */
  readonly feed?: "picture" | "bits" | "code" | undefined;
}

/** A recalled vector with its evidence; `sweeps` counts the readings. */
export interface KanervaRecall extends Recall<Float64Array> {
  readonly nearest: Recall["nearest"] & { readonly distance: number };
  /**
   * ln p(z, w | M = R) of the code that each reading began with and its weights, nats. Without an encoder, or with the feed
   * "code", it never falls.
   */
  readonly bound: Float64Array;
  /** w of the last reading, one for each row. */
  readonly weights: Float64Array;
  /** r of the last reading, the share of each machine of a product. */
  readonly assignment?: Float64Array;
}

/** What a Kanerva memory holds. */
export interface KanervaInspection extends Inspection {
  /** K and C. */
  readonly rows: number;
  readonly code: number;
  readonly noise: number;
  /** K - tr(U0^-1 U): number of directions between rows of which something has been written. */
  readonly rowsUsed: number;
  /** tr U */
  readonly trace: number;
  /** KL(M), of what was written from the prior, nats. */
  readonly divergence: number;
}

/** How patterns become codes and codes patterns. */
export interface Coders {
  readonly encoder: Perceptron;
  readonly decoder: Perceptron;
}

/** One reading after the other. */
interface Reader {
  next(): {
    readonly state: Float64Array;
    readonly settled: boolean;
    readonly bound: number;
    readonly addressing: Addressing;
  };
}

/**
 * A memory of the house over a machine for codes: patterns are codes themselves, or are encoded and decoded. It keeps the
 * stored items to name what a recall is nearest to, and to forget some of them; recalls read the machine alone.
 */
export abstract class CodeMemory implements Memory<VectorSet<Float32Array>, Vectors, KanervaCue, KanervaRecall> {
  abstract readonly kind: string;
  /** Number of entries of a pattern. */
  readonly units: number;
  readonly encoder: Perceptron | undefined;
  readonly decoder: Perceptron | undefined;
  /** Height and width of the pictures that it was trained on. */
  shape: readonly [height: number, width: number] | undefined;
  /** How it was trained, for files. */
  notes: { readonly [key: string]: unknown } | undefined;
  #items: VectorSet<Float32Array> | undefined;
  #machine: KanervaMachine | undefined;

  protected constructor(units: number, coders: Coders | undefined) {
    this.units = units;
    this.encoder = coders?.encoder;
    this.decoder = coders?.decoder;
  }

  /** A machine that holds nothing, from the current parameters. */
  abstract makeMachine(): KanervaMachine;

  /** The stored items; undefined while nothing is stored. */
  get items(): VectorSet<Float32Array> | undefined {
    return this.#items;
  }

  /** What writes and reads codes. */
  get machine(): KanervaMachine {
    this.#machine ??= this.makeMachine();
    return this.#machine;
  }

  /** Takes items that the machine has learned, as a file holds both. */
  hold(items: VectorSet<Float32Array> | undefined): this {
    this.#items = items;
    return this;
  }

  /** Makes the machine anew, after parameters have changed. @throws ArgumentError while something is stored */
  renew(): this {
    if (this.#items !== undefined) {
      throw new ArgumentError("the memory holds patterns, which another prior does not; train an empty memory");
    }
    this.#machine = undefined;
    return this;
  }

  /**
   * Encodes vectors and writes them one after the other. With an encoder entries are from 0 to 1, and spins count as 0 and 1.
   *
   * @throws ShapeError or DataError for vectors that cannot be stored; the memory is then unchanged
   */
  store(given: Vectors): this {
    const items = this.#itemsOf("patterns", given);
    const { machine } = this;
    const before = machine.parts.map((part) => part.copy());
    for (let r = 0; r < items.count; r++) this.write(this.encode(items.row(r)));
    if (!machine.parts.every(({ mean }) => allFinite(mean.values))) {
      for (const [k, part] of machine.parts.entries()) part.restore(before[k].mean.values, before[k].factor);
      throw new DataError("patterns are too large: the memory is no longer finite; scale them down");
    }
    this.#items = this.#items === undefined ? items : this.#items.concat(items);
    return this;
  }

  /** Forgets items: the others are written again from the prior, without what `write` added. */
  forget(rows: number | ArrayLike<number>): this {
    const left = rowsLeft(this.#items?.count ?? 0, rows);
    if (left.length === this.#items?.count) return this;
    const rest = left.length === 0 ? undefined : this.#items?.select(left);
    this.#items = undefined;
    this.#machine = undefined;
    if (rest !== undefined) this.store(rest);
    return this;
  }

  /** Recalls from a vector. @throws ShapeError or DataError for a cue that does not fit, ArgumentError while empty */
  recall(cue: KanervaCue, { readings, tolerance, feed }: KanervaRecallOptions = {}): KanervaRecall {
    const items = this.#requireItems();
    const options = readOptions("recall", kanervaRecallOptions, { readings, tolerance, feed });
    const reader = this.#reader(this.#vectorOf("cue", cue), options);
    const bounds: number[] = [];
    for (;;) {
      const { state, settled, bound, addressing } = reader.next();
      bounds.push(bound);
      if (!settled && bounds.length < options.readings) continue;
      const { weights, assignment } = addressing;
      return {
        state,
        nearest: nearestOf(items, state),
        converged: settled,
        sweeps: bounds.length,
        bound: Float64Array.from(bounds),
        weights,
        ...(assignment !== undefined && { assignment }),
        warnings: [],
      };
    }
  }

  /** Recalls from several vectors, each of which gives the same as alone. */
  recallMany(cues: Vectors, options: KanervaRecallOptions = {}): KanervaRecall[] {
    this.#requireItems();
    const set = cues instanceof PatternSet ? cues : asVectorSet("cues", cues, this.units);
    return Array.from({ length: set.count }, (_, r) => this.recall(set.select([r]), options));
  }

  /** Starts a recall that can be advanced reading by reading. */
  start(cue: KanervaCue, { tolerance, feed }: KanervaRecallOptions = {}): Process<Float64Array> {
    this.#requireItems();
    const options = readOptions("recall", kanervaRecallOptions, { tolerance, feed });
    const start = this.#vectorOf("cue", cue);
    const reader = this.#reader(start, options);
    return new StepProcess(start, () => {
      const { state, settled } = reader.next();
      return { state, period: settled ? 1 : 0 };
    });
  }

  #reader(
    cue: Float64Array,
    { tolerance, feed }: { readonly tolerance: number; readonly feed: "picture" | "bits" | "code" },
  ): Reader {
    const { machine, encoder } = this;
    let [state, code] = [cue, this.encode(cue)];
    return {
      next: () => {
        const addressing = machine.address(code);
        const bound = machine.bound(code, addressing);
        const read = machine.read(addressing);
        const next = this.decode(read);
        const settled = distance(state, next) <= tolerance * norm(next);
        state = next;
        if (encoder === undefined || feed === "code") code = read;
        else code = encoder.outputsOf(feed === "bits" ? next.map((p) => (p > 0.5 ? 1 : 0)) : next);
        return { state, settled, bound, addressing };
      },
    };
  }

  /** z of a pattern: the pattern itself, without an encoder. */
  encode(pattern: ArrayLike<number>): Float64Array {
    return this.encoder === undefined ? Float64Array.from(pattern) : this.encoder.outputsOf(pattern);
  }

  /** The pattern of a code: with a decoder, the probability of 1 for each unit. */
  decode(code: Float64Array): Float64Array {
    return this.decoder === undefined ? code : this.decoder.outputsOf(code).map(sigmoid);
  }

  /** R^T w, the code that the weights read. */
  read(weights: ArrayLike<number>): Float64Array {
    return this.machine.read({ weights: Float64Array.from(weights) });
  }

  /** Writes a code, which does not become an item. */
  write(code: ArrayLike<number>): GaussianWrite {
    const { machine } = this;
    if (code.length !== machine.code) {
      throw new ShapeError(`code has ${code.length} entries; codes of the memory have ${machine.code}`);
    }
    const own = Float64Array.from(code);
    return machine.write(own, machine.address(own));
  }

  /** Draws a pattern from what the memory holds: weights from N(0, I), a code from its distribution, decoded. */
  sample(options: { readonly random?: Random | undefined }): Float64Array {
    const random = requireRandom(options?.random, "a sample");
    const { machine } = this;
    const drawn = { weights: Float64Array.from({ length: machine.rows }, () => random.normal()) };
    const deviation = Math.sqrt(machine.variance(drawn));
    return this.decode(machine.read(drawn).map((x) => x + deviation * random.normal()));
  }

  /** m = x . s / n of a vector with every stored item. */
  overlaps(state: KanervaCue): Float64Array {
    const items = this.#requireItems();
    const own = this.#vectorOf("state", state);
    return Float64Array.from({ length: items.count }, (_, r) => dot(items.row(r), own) / this.units);
  }

  inspect(): KanervaInspection {
    const { kind, units, machine } = this;
    const { rows, code, noise, parts } = machine;
    const stored = this.#items?.count ?? 0;
    const warnings: readonly Warning[] =
      this.encoder === undefined && stored > rows
        ? [
            {
              code: "overload",
              rule: kind,
              load: stored / units,
              capacity: rows / units,
              source: "as many vectors as rows",
              stored,
            },
          ]
        : [];
    return {
      ...{ kind, units, stored, rows, code, noise },
      rowsUsed: parts.reduce((sum, part) => sum + part.rowsUsed(), 0),
      trace: parts.reduce((sum, part) => sum + part.trace(), 0),
      divergence: parts.reduce((sum, part) => sum + part.divergence(), 0),
      ...(warnings.length > 0 && { warning: warnings[0] }),
      warnings,
    };
  }

  describe(): string {
    const { rows, code, noise } = this.machine;
    const how = this.encoder === undefined ? "" : `, encoder ${[...sizesOf(this.encoder)].join("-")}`;
    return `${rows} rows of ${code} entries, noise ${Number(noise.toPrecision(3))}${how}`;
  }

  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }

  /** Vectors as they are stored: with an encoder, from 0 to 1. */
  #itemsOf(name: string, given: Vectors): VectorSet<Float32Array> {
    const items = asSingleSet(name, given, this.units);
    if (this.encoder === undefined) return items;
    const isSpins = given instanceof PatternSet;
    const values = isSpins ? items.matrix.values.map((spin) => (spin > 0 ? 1 : 0)) : items.matrix.values;
    const bad = values.findIndex((value) => !(value >= 0 && value <= 1));
    if (bad >= 0) {
      const where = `${name}[${Math.floor(bad / this.units)}][${bad % this.units}]`;
      throw new DataError(`${where} is ${values[bad]}; expected a number from 0 to 1, for the encoder`);
    }
    return isSpins ? new VectorSet({ ...items.matrix, values }, items) : items;
  }

  #vectorOf(name: string, given: KanervaCue): Float64Array {
    if (!(given instanceof PatternSet) || this.encoder === undefined) return asVector(name, given, this.units);
    return asVector(name, given, this.units).map((spin) => (spin > 0 ? 1 : 0));
  }

  #requireItems(): VectorSet<Float32Array> {
    if (this.#items === undefined) throw emptyMemory("vectors");
    return this.#items;
  }
}

function sizesOf({ inputs, hidden, outputs }: Perceptron): number[] {
  return [inputs, ...hidden, outputs];
}

function nearestOf(items: VectorSet<Float32Array>, state: Float64Array): KanervaRecall["nearest"] {
  let [index, least] = [0, Number.POSITIVE_INFINITY];
  for (let r = 0; r < items.count; r++) {
    const own = distance(items.row(r), state);
    if (own < least) [index, least] = [r, own];
  }
  const label = items.labels?.[index];
  return { index, ...(label !== undefined && { label }), distance: least };
}
