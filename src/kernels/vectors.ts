import { internal } from "../errors.js";
import { exp, log } from "../math/elementary.js";
import type { Matrix } from "../math/matrix.js";

/*
 * What memories of real vectors compute with every stored one, for several queries at once.
 *
 * Vectors are worked on in chunks of CHUNK, and what the chunks give is merged in their order: a result depends on neither
 * the other queries, nor threads, nor the backend. The sums of a similarity run over i mod 8 and are added in pairs at the end:
 * one order for every width of a processor's registers. A vector is in single precision, everything else in double, unless softmax
 * is asked for in single precision: then similarities are sums over i mod 16, added in halves, weights are in single precision, and
 * so are the sums of RUN vectors, which are added up in double.
 */

/** How a query is compared with a vector: q . x, or -|q - x|^2 / 2. */
export type Comparison = "dot" | "euclidean";

/** Vectors that are worked on together: of ordinary ones, those that stay in the second cache of a processor. */
export const CHUNK = 1024;

/** Weights that are this far below the largest, as logarithms, are 0: all of them together are below rounding. */
export const LEAST_SCORE = -60;

/** The same in single precision; and the vectors whose weighted sum is in single precision. */
export const LEAST_SINGLE_SCORE = -40;
export const RUN = 128;

/** In what a softmax is computed. */
export type VectorPrecision = "double" | "single";

/** What an operator computes with. */
export interface VectorUse {
  /** The rows that are the vectors, ascending; all without it. */
  readonly rows?: Uint32Array | undefined;
  /** Memory that is shared with other operators, whose results then end with the next call of any of them. */
  readonly room?: VectorRoom | undefined;
  /** Of softmax alone; defaults to "double". */
  readonly precision?: VectorPrecision | undefined;
}

/** Numbers of `SoftmaxParts.leads` for a chunk. */
export const LEADS = 3;

/** What the chunks of vectors give for queries, before they are merged. */
export interface SoftmaxParts {
  /** e^(t_j - m_c) with the scores t_j = beta s_j and m_c, the largest of the chunk c; queries x count. */
  readonly weights: Float64Array | Float32Array;
  /** The largest similarity of a chunk, the second largest (-Infinity for one vector), the sum of the weights; queries x chunks x 3. */
  readonly leads: Float64Array;
  /** sum of w_j x_j over a chunk, queries x chunks x `stride`. */
  readonly sums: Float64Array;
}

/** Parts of a softmax in double precision. */
export type DoubleParts = SoftmaxParts & { readonly weights: Float64Array };
/** Parts of a softmax in single precision; only `leads` and `sums`, added up from runs, are in double. */
export type SingleParts = SoftmaxParts & { readonly weights: Float32Array };

/** Memory for what operators compute, kept from call to call: new memory costs as much as a pass over it, and more when it is freed. */
export class VectorRoom {
  #weights = new Float64Array();
  #singles = new Float32Array();
  #leads = new Float64Array();
  #sums = new Float64Array();
  #bytes = new Uint8Array();

  /** Parts of these lengths, which hold until the next call. */
  parts(weights: number, leads: number, sums: number): DoubleParts {
    if (this.#weights.length < weights) this.#weights = new Float64Array(weights);
    return { weights: this.#weights.subarray(0, weights), ...this.#others(leads, sums) };
  }

  /** The same with weights in single precision. */
  singleParts(weights: number, leads: number, sums: number): SingleParts {
    if (this.#singles.length < weights) this.#singles = new Float32Array(weights);
    return { weights: this.#singles.subarray(0, weights), ...this.#others(leads, sums) };
  }

  #others(leads: number, sums: number) {
    if (this.#leads.length < leads) this.#leads = new Float64Array(leads);
    if (this.#sums.length < sums) this.#sums = new Float64Array(sums);
    return { leads: this.#leads.subarray(0, leads), sums: this.#sums.subarray(0, sums) };
  }

  /** As many bytes at least, for what a kernel needs while it runs. */
  bytes(count: number): Uint8Array {
    if (this.#bytes.length < count) this.#bytes = new Uint8Array(count);
    return this.#bytes;
  }

  release(): void {
    this.#weights = this.#leads = this.#sums = new Float64Array();
    this.#singles = new Float32Array();
    this.#bytes = new Uint8Array();
  }
}

/** A set of real vectors, or some rows of it, as backends compute with it. The vectors are not copied and must not change. */
export abstract class VectorOperator {
  /** Number of vectors. */
  readonly count: number;
  /** Number of entries of a vector. */
  readonly units: number;
  /** Numbers from one vector to the next where they are padded with zeros to whole steps of sums. */
  protected readonly stride: number;
  protected readonly singleStride: number;
  readonly #chunks: number;
  protected readonly room: VectorRoom;

  readonly precision: VectorPrecision;
  protected readonly vectors: Matrix<Float32Array>;
  /** The rows that are the vectors, ascending; all without it. */
  readonly rows: Uint32Array | undefined;

  constructor(vectors: Matrix<Float32Array>, { rows, room = new VectorRoom(), precision = "double" }: VectorUse = {}) {
    this.vectors = vectors;
    this.rows = rows;
    this.room = room;
    this.precision = precision;
    this.count = rows?.length ?? vectors.rows;
    this.units = vectors.columns;
    this.stride = Math.ceil(vectors.columns / 8) * 8;
    this.singleStride = Math.ceil(vectors.columns / 16) * 16;
    this.#chunks = Math.ceil(this.count / CHUNK);
  }

  /** Similarities of padded queries, to `out`, queries x count. */
  protected abstract compare(queries: Float64Array, comparison: Comparison, out: Float64Array): void;

  /** The parts of a softmax of padded queries. */
  protected abstract weigh(queries: Float64Array, comparison: Comparison, beta: number, parts: DoubleParts): void;

  /** The same in single precision, of queries that are padded to `singleStride`. */
  protected abstract weighSingly(queries: Float32Array, comparison: Comparison, beta: number, parts: SingleParts): void;

  /** sum_j p_j x_j over each chunk, queries x chunks x `stride`, of weights, queries x count. */
  protected abstract add(weights: Float64Array, sums: Float64Array): void;

  /** Adds the sums of chunks, `stride` numbers each, times their factors, in order; `out` has as many numbers. */
  merge(factors: Float64Array, sums: Float64Array, out: Float64Array): void {
    for (let c = 0; c < factors.length; c++) {
      if (factors[c] > 0) accumulate(out, factors[c], sums, c * out.length);
    }
  }

  /** out[k count + j] = s_j of query k, the rows of `queries`. */
  similarities(queries: Float64Array, comparison: Comparison, out: Float64Array = this.#room(queries)): Float64Array {
    if (out.length !== (queries.length / this.units) * this.count)
      throw internal("similarities do not fit their queries");
    this.compare(this.#padded(queries), comparison, out);
    return out;
  }

  #room(queries: Float64Array): Float64Array {
    return new Float64Array((queries.length / this.units) * this.count);
  }

  /** sum_j p_kj x_j over each chunk for weights p, queries x count: queries x chunks x `stride`. */
  sumsOfChunks(weights: Float64Array): Float64Array {
    const sums = new Float64Array((weights.length / this.count) * this.#chunks * this.stride);
    this.add(weights, sums);
    return sums;
  }

  /** sum_j p_kj x_j for weights p, queries x count. */
  sums(weights: Float64Array): Float64Array {
    const many = weights.length / this.count;
    const sums = this.sumsOfChunks(weights);
    const out = new Float64Array(many * this.units);
    for (let k = 0; k < many; k++) {
      const own = out.subarray(k * this.units, (k + 1) * this.units);
      for (let c = 0; c < this.#chunks; c++) accumulate(own, 1, sums, (k * this.#chunks + c) * this.stride);
    }
    return out;
  }

  /** What the chunks give for a softmax of queries. It holds until the next call. */
  parts(queries: Float64Array, comparison: Comparison, beta: number): SoftmaxParts {
    const many = queries.length / this.units;
    const chunks = many * this.#chunks;
    if (this.precision === "single") {
      const used = this.room.singleParts(many * this.count, chunks * LEADS, chunks * this.singleStride);
      this.weighSingly(Float32Array.from(padded(queries, this.units, this.singleStride)), comparison, beta, used);
      return used;
    }
    const used = this.room.parts(many * this.count, chunks * LEADS, chunks * this.stride);
    this.weigh(this.#padded(queries), comparison, beta, used);
    return used;
  }

  /** Weighs the vectors for each query by softmax(beta s). The results hold until the next call. */
  softmax(queries: Float64Array, comparison: Comparison, beta: number): SoftmaxOfVectors[] {
    const used = this.parts(queries, comparison, beta);
    const many = queries.length / this.units;
    return Array.from({ length: many }, (_, k) => {
      const part = <Numbers extends Float32Array | Float64Array>(array: Numbers) =>
        array.subarray((k * array.length) / many, ((k + 1) * array.length) / many) as Numbers;
      const own = { weights: part(used.weights), leads: part(used.leads), sums: part(used.sums) };
      return new SoftmaxOfVectors(this, own, beta, this.precision === "single" ? this.singleStride : this.stride);
    });
  }

  /** Frees what is kept from call to call. */
  release(): void {
    this.room.release();
  }

  /** The rows of the matrix that some vectors are. */
  rowsOf(vectors: Uint32Array): Uint32Array {
    const { rows } = this;
    return rows === undefined ? vectors : vectors.map((j) => rows[j]);
  }

  #padded(queries: Float64Array): Float64Array {
    return padded(queries, this.units, this.stride);
  }
}

/** Rows of numbers, padded with zeros. */
function padded(rows: Float64Array, units: number, stride: number): Float64Array {
  if (units === stride) return rows;
  const many = rows.length / units;
  const out = new Float64Array(many * stride);
  for (let k = 0; k < many; k++) out.set(rows.subarray(k * units, (k + 1) * units), k * stride);
  return out;
}

/** The weights p_j = softmax(beta s) of vectors for a query, and what is asked of them. */
export class SoftmaxOfVectors {
  /** The largest similarity, and the second largest, -Infinity where there is one vector. */
  readonly first: number;
  readonly second: number;
  /** log sum_j e^(t_j). */
  readonly potential: number;
  readonly #operator: VectorOperator;
  readonly #parts: SoftmaxParts;
  readonly #stride: number;
  /** e^(m_c - m) of each chunk, with m the largest score, and the sum of all weights in units of e^m. */
  readonly #factors: Float64Array;
  readonly #total: number;
  #ascending: Float64Array | undefined;

  constructor(operator: VectorOperator, parts: SoftmaxParts, beta: number, stride: number) {
    this.#operator = operator;
    this.#parts = parts;
    this.#stride = stride;
    const { leads } = parts;
    let [first, second] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = 0; at < leads.length; at += LEADS) {
      second = Math.max(Math.min(first, leads[at]), second, leads[at + 1]);
      first = Math.max(first, leads[at]);
    }
    const most = beta * first;
    this.#factors = new Float64Array(leads.length / LEADS);
    let total = 0;
    for (let c = 0; c < this.#factors.length; c++) {
      const score = beta * leads[c * LEADS] - most;
      this.#factors[c] = score < LEAST_SCORE ? 0 : exp(score);
      total += this.#factors[c] * leads[c * LEADS + 2];
    }
    this.#total = total;
    this.first = first;
    this.second = second;
    this.potential = most + log(this.#total);
  }

  /** sum_j p_j x_j. */
  mean(): Float64Array {
    const out = new Float64Array(this.#stride);
    this.#operator.merge(this.#factors, this.#parts.sums, out);
    return out.subarray(0, this.#operator.units).map((sum) => sum / this.#total);
  }

  /** p_j of all vectors. */
  weights(): Float64Array {
    const { weights } = this.#parts;
    const out = new Float64Array(weights.length);
    // A call for each, as `map` makes, takes ten times as long.
    for (let j = 0; j < out.length; j++) out[j] = this.#weight(weights[j], Math.floor(j / CHUNK));
    return out;
  }

  /**
   * The vectors whose weight is above 0 and at least `least`, or at least that of the vector that leads the chunk with the
   * `most`-th largest lead: the `most` heaviest, or all there are, are among them. Rows of the matrix, in ascending order.
   */
  candidates(least: number, most: number): { readonly rows: Uint32Array; readonly weights: Float64Array } {
    const { weights } = this.#parts;
    this.#ascending ??= this.#factors.slice().sort();
    const leads = this.#ascending;
    const limit = Math.min(least, most <= leads.length ? this.#share(leads[leads.length - most]) : 0);
    let rows = new Uint32Array(256);
    let found = new Float64Array(256);
    let count = 0;
    const [factors, total] = [this.#factors, this.#total];
    for (let c = 0; c < factors.length; c++) {
      const factor = factors[c];
      // The largest weight of a chunk is 1 times the factor.
      if (factor === 0 || factor / total < limit) continue;
      const end = Math.min(weights.length, (c + 1) * CHUNK);
      // Most are far below, which one comparison tells.
      const near = (limit * total * (1 - 1e-9)) / factor;
      for (let j = c * CHUNK; j < end; j++) {
        const w = weights[j];
        if (w < near || w === 0) continue;
        const weight = this.#weight(w, c);
        if (weight < limit) continue;
        if (count === rows.length) {
          rows = copied(rows, new Uint32Array(4 * count));
          found = copied(found, new Float64Array(4 * count));
        }
        rows[count] = j;
        found[count++] = weight;
      }
    }
    return { rows: this.#operator.rowsOf(rows.subarray(0, count)), weights: found.subarray(0, count) };
  }

  /** The row of the first of the largest weights. */
  nearest(): number {
    const heaviest = this.#factors.indexOf(1) * CHUNK;
    const first = heaviest + this.#parts.weights.subarray(heaviest).indexOf(1);
    return this.#operator.rowsOf(Uint32Array.of(first))[0];
  }

  #weight(weight: number, chunk: number): number {
    return this.#share(weight * this.#factors[chunk]);
  }

  #share(weight: number): number {
    return weight / this.#total;
  }
}

function copied<Numbers extends Uint32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

function accumulate(out: Float64Array, factor: number, sums: Float64Array, at: number): void {
  for (let i = 0; i < out.length; i++) out[i] += factor * sums[at + i];
}
