import type { BitsTerm, Product, ProductAscent, Workspace } from "../kernels/index.js";
import type { LayerBatch, LayerWeights } from "../layers/index.js";
import type { LearnedArray } from "./optimisers/index.js";

type Term = Pick<Product, "inner" | "a" | "b" | "bias" | "scale">;

/**
 * The weights between two layers and their gradient in single precision: a sum of products, most often of a positive and a
 * negative phase. It is stored when it is read; an optimiser that steps along `products` spares that.
 */
export class WeightGradient implements LearnedArray<Float32Array> {
  readonly workspace: Workspace;
  readonly values: Float32Array;
  readonly #rows: number;
  readonly #columns: number;
  readonly #sum: Float32Array;
  /** Whether the first terms are in `#sum`. */
  #isBegun = false;
  /** The terms that are not. */
  #terms: Term[] = [];
  /** Room for the biases of two terms. */
  readonly #biases: readonly Float32Array[];
  /** Factors of an outer product. */
  readonly #column: Float32Array;
  readonly #row: Float32Array;

  constructor(workspace: Workspace, { values, lower, upper }: LayerWeights) {
    const [n, k] = [lower.units.width, upper.units.width];
    this.workspace = workspace;
    this.values = values;
    this.#rows = n;
    this.#columns = k;
    this.#sum = workspace.float32(n * k);
    this.#biases = [workspace.float32(k), workspace.float32(k)];
    this.#column = workspace.float32(n);
    this.#row = workspace.float32(k);
  }

  /** The sum of all terms since `clear`, n x k. */
  get gradient(): Float32Array {
    this.#store();
    return this.#sum;
  }

  /** The gradient as the sum of two products that is not stored, where it is that. */
  get products(): Pick<ProductAscent, "columns" | "terms"> | undefined {
    const [first, second] = this.#terms;
    if (this.#isBegun || this.#terms.length !== 2 || !isOfBits(first) || !isOfBits(second)) return undefined;
    return { columns: this.#columns, terms: [first, second] };
  }

  clear(): void {
    this.#isBegun = false;
    this.#terms = [];
  }

  /**
   * Adds `weight` times the sum of x <y>^T over the rows: states of the lower layer as `transposed` gives them, means of the
   * upper one. Neither may change until `clear`.
   */
  add(lower: LayerBatch, upper: LayerBatch, weight: number): void {
    const { low, range } = lower.layer;
    if (this.#terms.length === this.#biases.length) this.#store();
    const bias = low === 0 ? undefined : this.#biases[this.#terms.length];
    if (bias !== undefined) {
      this.workspace.columnSums(upper.means, upper.rows, this.#columns, bias);
      for (let j = 0; j < bias.length; j++) bias[j] *= weight * low;
    }
    this.#terms.push({ inner: lower.rows, a: lower.transposed(), b: upper.means, bias, scale: weight * range });
  }

  /** Adds `weight` times the sum of <x> <y>^T over the rows. The means may not change until `clear`. */
  addMeans(lower: LayerBatch, upper: LayerBatch, weight: number): void {
    const a = { kind: "columns", values: lower.means } as const;
    this.#terms.push({ inner: lower.rows, a, b: upper.means, scale: weight });
  }

  /** Adds weight x y^T. */
  addOuter(x: Float64Array, y: Float64Array, weight: number): void {
    this.#column.set(x);
    this.#row.set(y);
    this.#terms.push({ inner: 1, a: { kind: "dense", values: this.#column }, b: this.#row, scale: weight });
    // The next outer product overwrites the factors.
    this.#store();
  }

  #store(): void {
    for (const term of this.#terms) {
      const keep = this.#isBegun ? 1 : 0;
      this.workspace.product({ ...term, rows: this.#rows, columns: this.#columns, out: this.#sum, keep });
      this.#isBegun = true;
    }
    this.#terms = [];
  }
}

function isOfBits(term: Term): term is BitsTerm {
  return term.a.kind === "bits";
}
