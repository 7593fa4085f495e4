import type { Disposes } from "../disposing.js";
import type { ColumnAscent, EnergyGaps, GapGradients } from "./energy-gaps.js";

/**
 * The left factor of a product: rows of bits, of numbers, or of numbers read by columns.
 *
 * - `bits`: row r has a 1 where bit `j % 32` of `words[r * stride + (j >>> 5)]` is set, and 0 elsewhere
 * - `dense`: entry (r, j) is `values[r * inner + j]`
 * - `columns`: entry (r, j) is `values[j * rows + r]`, the transpose of what is stored
 */
export type Factor =
  | { readonly kind: "bits"; readonly words: Uint32Array; readonly stride: number }
  | { readonly kind: "dense"; readonly values: Float32Array }
  | { readonly kind: "columns"; readonly values: Float32Array };

/**
 * out = keep out + scale A B + bias, for A of rows x inner, B of inner x columns, and a bias that is added to every
 * row.
 */
export interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: Factor;
  /** inner x columns, row after row. */
  readonly b: Float32Array;
  /** rows x columns; another array than the factors. */
  readonly out: Float32Array;
  /** One number per column; defaults to zero. */
  readonly bias?: Float32Array | undefined;
  /** Defaults to 1. */
  readonly scale?: number | undefined;
  /** Defaults to 0: what `out` holds does not matter then, not even NaN. */
  readonly keep?: number | undefined;
}

/** Draws of a layer of two-state units given their inputs. */
export interface Draw {
  readonly rows: number;
  readonly columns: number;
  /** Total inputs of the units (pre-activations), biases included, rows x columns. */
  readonly inputs: Float32Array;
  /** p(1) = sigmoid(slope * input): beta for units of 0 and 1, 2 beta for units of -1 and +1. */
  readonly slope: number;
  /** Receives p(1), rows x columns; may be `inputs`. Not written if it is omitted. */
  readonly means?: Float32Array | undefined;
  /** Receives the states; none are drawn if it is omitted. Bits beyond `columns` are set to zero. */
  readonly states?: DrawnStates | undefined;
}

/**
 * Counted random numbers: unit j of row r has word j % 4 of the Philox 4x32-10 block with the key `key` and the counter
 * (floor(j / 4), step mod 2^32, floor(step / 2^32), chains[r]).
 */
export interface CountedRandom {
  /** Two words. */
  readonly key: Uint32Array;
  /** A whole number from 0 to 2^53 - 1, different at every draw with the same key. */
  readonly step: number;
  /** The number of the chain in each row. */
  readonly chains: Uint32Array;
}

/** Each unit compares its probability with 2^-24 times the upper 24 bits of its word. */
export interface DrawnStates extends CountedRandom {
  /** Bits, rows x stride, see `Factor`. */
  readonly words: Uint32Array;
  readonly stride: number;
}

/**
 * Draws of a layer of units that are normal given their inputs: unit j of row r has the mean offset_j + gain_j x_rj and the
 * standard deviation scale deviation_j.
 */
export interface NormalDraw {
  readonly rows: number;
  readonly columns: number;
  /** Total inputs of the units, rows x columns. */
  readonly inputs: Float32Array;
  /** One number per column. */
  readonly offset: Float32Array;
  readonly gain: Float32Array;
  readonly deviation: Float32Array;
  readonly scale: number;
  /** Receives the means, rows x columns; must not be `inputs`. Not written if it is omitted. */
  readonly means?: Float32Array | undefined;
  /** Receives the states; none are drawn if it is omitted. */
  readonly states?: DrawnNumbers | undefined;
}

/** Units 2i and 2i + 1 get two normal numbers from their two words, see `normalPair`. */
export interface DrawnNumbers extends CountedRandom {
  /** rows x columns. */
  readonly values: Float32Array;
}

/** A step of gradient ascent with momentum and weight decay. */
export interface Ascent extends AscentStep {
  readonly gradient: Float32Array;
}

/** The same along the sum of two products, such as those of both phases of learning. */
export interface ProductAscent extends AscentStep {
  /** Columns of the values, a matrix row after row. */
  readonly columns: number;
  readonly terms: readonly [BitsTerm, BitsTerm];
}

/** scale A B + bias for a matrix A of bits, see `Product`. */
export interface BitsTerm extends Pick<Product, "inner" | "b" | "bias" | "scale"> {
  readonly a: Extract<Factor, { readonly kind: "bits" }>;
}

interface AscentStep {
  readonly values: Float32Array;
  readonly velocity: Float32Array;
  readonly rate: number;
  readonly momentum: number;
  readonly l1: number;
  readonly l2: number;
}

/**
 * A step of Adam (see `adam` of the optimisers), computed in double precision with numbers of single precision: with the
 * gradient g, weight decay included,
 *
 *     m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2,
 *     change = (rate (m / one)) / (sqrt(v / two) + epsilon),   value += change.
 */
export interface AdamStep {
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
  readonly change: Float32Array;
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** What corrects the mean and the square, which started at 0: 1 - beta1^t and 1 - beta2^t in step t. */
  readonly one: number;
  readonly two: number;
  readonly epsilon: number;
  readonly l1: number;
  readonly l2: number;
}

/**
 * Functions of one number in single precision, with the relative errors of src/kernels/element-functions.ts, all below
 * 3e-7:
 *
 * - `affine`: scale x + shift
 * - `exp`: e^x; 0 below -87, Infinity from 88.722839 on
 * - `log`: -Infinity at 0, NaN below
 * - `tanh`, `sigmoid` and `softplus`, log(1 + e^x); sigmoid and softplus are 0 below -87
 * - `reciprocal`: 1 / x
 * - `inverseRoot`: 1 / sqrt(x)
 * - `step`: 1 for x > 0 and else 0
 *
 * NaN gives NaN, but for `step`.
 */
export type ElementFunction =
  | "affine"
  | "exp"
  | "log"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "reciprocal"
  | "inverseRoot"
  | "step";

/** out = f(values), entry by entry. */
export interface Apply {
  readonly function: ElementFunction;
  readonly values: Float32Array;
  /** As long as `values`; may be `values`. */
  readonly out: Float32Array;
  /** Of `affine`; defaults to 1. */
  readonly scale?: number | undefined;
  /** Of `affine`; defaults to 0. */
  readonly shift?: number | undefined;
}

/** out = a + b, a - b or a b, entry by entry. */
export interface Combine {
  readonly operation: "add" | "subtract" | "multiply";
  readonly rows: number;
  readonly columns: number;
  /** rows x columns. */
  readonly a: Float32Array;
  readonly b: Float32Array;
  /**
   * How b is spread over rows x columns: `none`, it has that shape; `rows`, it has one number per column, the same for every
   * row; `columns`, it has one number per row, the same for every column; `all`, it is one number.
   */
  readonly spread: "none" | "rows" | "columns" | "all";
  /** rows x columns; may be `a`, and `b` where that is not spread. */
  readonly out: Float32Array;
}

/** Rows of numbers in another place: out[r outStride + j] = values[r stride + j step]. */
export interface Copy {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  /** Numbers from one row of `values` to the next; 0 repeats one row. */
  readonly stride: number;
  /** Numbers from one column of `values` to the next: 1, the default, or 0 to repeat the first number of each row. */
  readonly step?: 0 | 1 | undefined;
  /** Numbers that do not overlap with those of `values`. */
  readonly out: Float32Array;
  /** Numbers from one row of `out` to the next. */
  readonly outStride: number;
  /** Whether the numbers are added to those in `out`; defaults to false. */
  readonly adds?: boolean | undefined;
}

/** Products of the same shape, out_i = keep out_i + scale A_i B_i for i = 0 ... count - 1, rounded as `Product`. */
export interface Products extends Omit<Product, "a" | "bias"> {
  readonly count: number;
  /** The first left factor. */
  readonly a: Exclude<Factor, { readonly kind: "bits" }>;
  /** Numbers from one left factor to the next; 0 if all share one. */
  readonly aStride: number;
  /** The same for the right factors in `b`. */
  readonly bStride: number;
  /** The same for the products in `out`, which must not overlap. */
  readonly outStride: number;
}

/**
 * Memory for the arrays of one computation in single precision, such as the training of a network, and the hot loops
 * over them. Each operation takes arrays of this workspace only.
 *
 * Every backend, with one thread or many, gives the same bits: all arithmetic is rounded to single precision after each
 * operation, each number of a result has one order of operations, and threads split the results, never a sum. The sums
 * of a product run over `inner` in ascending order and skip the terms of bits that are 0; the result is keep times out
 * plus (scale times the sum plus the bias).
 */
export interface Workspace extends Disposes {
  /** Number of threads that work on an operation. */
  readonly threads: number;
  /** Arrays of zeros that live as long as the workspace; they are never moved, so views of them stay valid. */
  float32(length: number): Float32Array;
  float64(length: number): Float64Array;
  words(length: number): Uint32Array;

  product(product: Product): void;
  draw(draw: Draw): void;
  drawNormal(draw: NormalDraw): void;
  /** out (columns x rows) is the transpose of `values` (rows x columns). */
  transpose(values: Float32Array, rows: number, columns: number, out: Float32Array): void;
  /** Bits: row j of `out` has at r what row r of `words` has at j. Bits beyond `rows` become zero. */
  transposeBits(
    words: Uint32Array,
    stride: number,
    rows: number,
    columns: number,
    out: Uint32Array,
    outStride: number,
  ): void;
  /** out[j] = sum_r values[r * columns + j], in ascending order of r. */
  columnSums(values: Float32Array, rows: number, columns: number, out: Float32Array): void;
  /**
   * out[r] = sum_j log(1 + e^(slope x_rj)) of every row of `inputs`, in double precision with an error below 1e-14 of each
   * term; the sum runs over even j and over odd j apart, and their sums are added at the end.
   */
  softplusSums(inputs: Float32Array, rows: number, columns: number, slope: number, out: Float64Array): void;
  /** velocity = momentum velocity + rate (gradient - l2 value - l1 sgn(value)); value += velocity. */
  ascend(ascent: Ascent): void;
  /** The step of `ascend` along the sum of two products, rounded as if both were stored: the second added to the first. */
  ascendProducts(ascent: ProductAscent): void;
  adam(step: AdamStep): void;
  /** out[k] = f(values[k]), see `ElementFunction`. */
  apply(apply: Apply): void;
  combine(combine: Combine): void;
  copy(copy: Copy): void;
  /** Fills an array with 0. */
  clear(out: Float32Array): void;
  /**
   * out[r] = sum_j values[r * columns + j], in sixteen sums over j mod 16 that are added in pairs at the end: sum k and sum
   * k + 8, then k and k + 4, k and k + 2, k and k + 1.
   */
  rowSums(values: Float32Array, rows: number, columns: number, out: Float32Array): void;
  /**
   * Row r of `out` is e^(x_rj - max_r) / sum_k e^(x_rk - max_r), with the sum as in `rowSums`; `out` may be `values`.
   * Entries that are 87 or more below the largest, -Infinity too, weigh 0; a row of -Infinity alone gives zeros, and a row
   * with NaN or Infinity NaN.
   */
  softmax(values: Float32Array, rows: number, columns: number, out: Float32Array): void;
  /** out[r] = max_r + log sum_j e^(x_rj - max_r), likewise; -Infinity for a row of -Infinity alone. */
  logSumExps(values: Float32Array, rows: number, columns: number, out: Float32Array): void;
  products(products: Products): void;
  /** The energy gaps of a dense associative memory, their gradients, and a step normalised by memory; see `energy-gaps.ts`. */
  energyGaps(gaps: EnergyGaps): void;
  gapGradients(gradients: GapGradients): void;
  ascendColumns(ascent: ColumnAscent): void;
  /**
   * Prepares operations of this workspace to be performed many times, each in its turn and on the same arrays: `operations`
   * calls them, and does nothing else. Small ones take a fraction of the time that they take one by one.
   */
  prepare(operations: () => void): () => void;
  /** Releases the memory; the workspace and its arrays cannot be used afterwards. */
  dispose(): void;
}

/** Makes a workspace with room for `bytes` bytes: the sum over its arrays, each rounded up to 64 bytes. */
export type MakeWorkspace = (bytes: number) => Workspace;
