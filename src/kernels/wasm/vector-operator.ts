import type { Matrix } from "../../math/matrix.js";
import {
  CHUNK,
  type Comparison,
  type DoubleParts,
  LEADS,
  type SingleParts,
  type SoftmaxParts,
  VectorOperator,
  type VectorUse,
} from "../vectors.js";
import { type Lease, withLease } from "./heap.js";
import type { Machine } from "./module.js";

/** Bytes that the constants of exponentials take: see assembly/workspace-functions.ts and workspace-elements.ts. */
const constantsBytes = 384;

/** How a chunk is computed with, in a precision: the functions, and the bytes of a weight and of a padded vector's entries. */
interface Routines {
  readonly compare: "compareVectors" | "compareSingles";
  readonly softmax: "softmaxOfVectors" | "softmaxOfSingles";
  readonly add: "addVectors" | "addSingles";
  readonly bytes: 4 | 8;
  readonly stride: number;
}

/** Where a chunk of vectors and what is computed of it lie. */
interface Places {
  readonly vectors: number;
  readonly weights: number;
  readonly sums: number;
}

/** Copies chunk after chunk of the vectors into the memory of the kernels: they may take more than it holds. */
export class WasmVectorOperator extends VectorOperator {
  readonly #machine: Machine;
  readonly #double: Routines;
  readonly #single: Routines;

  constructor(machine: Machine, vectors: Matrix<Float32Array>, use?: VectorUse) {
    super(vectors, use);
    this.#machine = machine;
    const double = { compare: "compareVectors", softmax: "softmaxOfVectors", add: "addVectors" } as const;
    const single = { compare: "compareSingles", softmax: "softmaxOfSingles", add: "addSingles" } as const;
    this.#double = { ...double, bytes: 8, stride: this.stride };
    this.#single = { ...single, bytes: 4, stride: this.singleStride };
  }

  protected override compare(queries: Float64Array, comparison: Comparison, out: Float64Array): void {
    const many = queries.length / this.stride;
    this.#eachChunk(this.#double, many, (lease, places, first, rows) => {
      this.#compare(this.#double, lease.copy(queries), many, comparison, places, rows);
      this.#read(places.weights, many, rows, out, first);
    });
  }

  protected override weigh(queries: Float64Array, comparison: Comparison, beta: number, parts: DoubleParts): void {
    this.#weigh(this.#double, queries, comparison, beta, parts);
  }

  protected override weighSingly(
    queries: Float32Array,
    comparison: Comparison,
    beta: number,
    parts: SingleParts,
  ): void {
    this.#weigh(this.#single, queries, comparison, beta, parts);
  }

  #weigh(
    routines: Routines,
    queries: Float64Array | Float32Array,
    comparison: Comparison,
    beta: number,
    parts: SoftmaxParts,
  ): void {
    const { code, heap } = this.#machine;
    const many = queries.length / routines.stride;
    const chunks = parts.leads.length / LEADS / many;
    this.#eachChunk(routines, many, (lease, places, first, rows, chunk) => {
      this.#compare(routines, lease.copy(queries), many, comparison, places, rows);
      const [leads, constants] = [lease.take(8 * LEADS), lease.take(constantsBytes)];
      for (let k = 0; k < many; k++) {
        code[routines.softmax](places.weights + k * routines.bytes * CHUNK, rows, beta, leads, constants);
        const found = heap.numbers.subarray(leads >>> 3, (leads >>> 3) + LEADS);
        parts.leads.set(found, (k * chunks + chunk) * LEADS);
      }
      this.#read(places.weights, many, rows, parts.weights, first);
      this.#add(routines, places, many, rows, parts.sums, chunk, chunks);
    });
  }

  protected override add(weights: Float64Array, sums: Float64Array): void {
    const { heap } = this.#machine;
    const many = weights.length / this.count;
    const chunks = sums.length / many / this.stride;
    this.#eachChunk(this.#double, many, (_, places, first, rows, chunk) => {
      for (let k = 0; k < many; k++) {
        const from = k * this.count + first;
        heap.numbers.set(weights.subarray(from, from + rows), (places.weights >>> 3) + k * CHUNK);
      }
      this.#add(this.#double, places, many, rows, sums, chunk, chunks);
    });
  }

  #compare(
    { compare, bytes, stride }: Routines,
    queries: number,
    many: number,
    comparison: Comparison,
    { vectors, weights }: Places,
    rows: number,
  ): void {
    const isEuclidean = Number(comparison === "euclidean");
    this.#machine.code[compare](vectors, rows, stride, queries, many, isEuclidean, weights, bytes * CHUNK);
  }

  /** Copies the numbers of a chunk of each query to `out`, queries x count. */
  #read(at: number, many: number, rows: number, out: Float64Array | Float32Array, first: number): void {
    const { buffer } = this.#machine.heap.memory;
    const numbers = out instanceof Float64Array ? new Float64Array(buffer, at) : new Float32Array(buffer, at);
    for (let k = 0; k < many; k++) {
      out.set(numbers.subarray(k * CHUNK, k * CHUNK + rows), k * this.count + first);
    }
  }

  #add(
    { add, bytes, stride }: Routines,
    places: Places,
    many: number,
    rows: number,
    sums: Float64Array,
    chunk: number,
    chunks: number,
  ): void {
    const { code, heap } = this.#machine;
    code[add](places.weights, bytes * CHUNK, rows, many, places.vectors, stride, places.sums);
    for (let k = 0; k < many; k++) {
      const from = (places.sums >>> 3) + k * stride;
      sums.set(heap.numbers.subarray(from, from + stride), (k * chunks + chunk) * stride);
    }
  }

  /** Calls `work` with each chunk in place, its first vector, the number of them, and its own number. */
  #eachChunk(
    { bytes, stride }: Routines,
    many: number,
    work: (lease: Lease, places: Places, first: number, rows: number, chunk: number) => void,
  ): void {
    const { heap } = this.#machine;
    withLease(heap, (lease) => {
      const vectors = lease.take(4 * CHUNK * stride);
      const places = { vectors, weights: lease.take(many * bytes * CHUNK), sums: lease.take(8 * many * stride) };
      for (let first = 0, chunk = 0; first < this.count; first += CHUNK, chunk++) {
        const rows = Math.min(CHUNK, this.count - first);
        this.#load(vectors, stride, first, rows);
        withLease(heap, (own) => work(own, places, first, rows, chunk));
      }
    });
  }

  #load(at: number, stride: number, first: number, rows: number): void {
    const { values, columns } = this.vectors;
    const target = new Float32Array(this.#machine.heap.memory.buffer, at, rows * stride);
    if (this.rows === undefined && columns === stride) {
      target.set(values.subarray(first * columns, (first + rows) * columns));
      return;
    }
    for (let j = 0; j < rows; j++) {
      const from = (this.rows?.[first + j] ?? first + j) * columns;
      target.set(values.subarray(from, from + columns), j * stride);
      target.fill(0, j * stride + columns, (j + 1) * stride);
    }
  }
}
