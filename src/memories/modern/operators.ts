import {
  type Comparison,
  type Kernels,
  type VectorOperator,
  type VectorPrecision,
  VectorRoom,
  type VectorScreen,
} from "../../kernels/index.js";
import type { VectorSet } from "../../patterns/index.js";
import type { Omitting } from "./retrieval.js";
import type { VectorSource } from "./source.js";

/** Fewer patterns are not screened: weighing all of them costs no more. */
const LEAST_SCREENED = 4096;

/** What computes with the patterns of a memory, made when it is first needed. */
export class Operators {
  readonly #from: VectorSet<Float32Array> | VectorSource;
  readonly #kernels: Kernels;
  readonly #comparison: Comparison;
  readonly #all: { [Precision in VectorPrecision]?: VectorOperator } = {};
  #screen: VectorScreen | undefined;
  /** Of the operators of the rows that a screen keeps, one after the other. */
  readonly #room = new VectorRoom();

  constructor(from: VectorSet<Float32Array> | VectorSource, kernels: Kernels, comparison: Comparison) {
    this.#from = from;
    this.#kernels = kernels;
    this.#comparison = comparison;
  }

  /** That of all patterns. */
  all(precision: VectorPrecision = "double"): VectorOperator {
    this.#all[precision] ??= this.#make(undefined, precision);
    return this.#all[precision];
  }

  /** That of some rows, or of all: what is left out does not exist, the bits are the same as without it. */
  of(rows: Uint32Array | undefined, precision: VectorPrecision): VectorOperator {
    return rows === undefined ? this.all(precision) : this.#make(rows, precision);
  }

  #make(rows: Uint32Array | undefined, precision: VectorPrecision, room?: VectorRoom): VectorOperator {
    const use = { rows, precision, room };
    const from = this.#from;
    return "matrix" in from ? this.#kernels.vectorOperator(from.matrix, use) : from.operator(this.#kernels, use);
  }

  /** How patterns are left out; undefined where there are too few, or where they are not in memory. */
  omitting(omitted: number, most: number, precision: VectorPrecision): Omitting | undefined {
    const from = this.#from;
    if (from.count < LEAST_SCREENED || !("matrix" in from)) return undefined;
    if (this.#screen === undefined) {
      // Both would be large.
      for (const operator of Object.values(this.#all)) operator.release();
      this.#screen = this.#kernels.vectorScreen(from.matrix, this.#comparison);
    }
    return { screen: this.#screen, omitted, most, operatorOf: (rows) => this.#make(rows, precision, this.#room) };
  }

  /** Whether a screen takes memory, too. */
  get isScreened(): boolean {
    return this.#screen !== undefined;
  }
}
