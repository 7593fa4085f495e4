import type { Matrix } from "../../math/matrix.js";
import { CHUNK, type Comparison, LEADS, type SoftmaxParts, VectorOperator, type VectorRoom } from "../vectors.js";
import { type Lease, withLease } from "./heap.js";
import type { Machine } from "./module.js";

/** Bytes that the constants of exponentials take, see assembly/workspace-functions.ts. */
const constantsBytes = 352;
/** Bytes of the similarities of a query with a chunk. */
const rowBytes = 8 * CHUNK;

/** Where a chunk of vectors and what is computed of it lie. */
interface Places {
  readonly vectors: number;
  readonly weights: number;
  readonly sums: number;
}

/** Copies chunk after chunk of the vectors into the memory of the kernels: they may take more than it holds. */
export class WasmVectorOperator extends VectorOperator {
  readonly #machine: Machine;

  constructor(machine: Machine, vectors: Matrix<Float32Array>, rows?: Uint32Array, room?: VectorRoom) {
    super(vectors, rows, room);
    this.#machine = machine;
  }

  protected override compare(queries: Float64Array, comparison: Comparison, out: Float64Array): void {
    const many = queries.length / this.stride;
    this.#eachChunk(many, (lease, places, first, rows) => {
      this.#compare(lease.copy(queries), many, comparison, places, rows);
      this.#read(places.weights, many, rows, out, first);
    });
  }

  protected override weigh(queries: Float64Array, comparison: Comparison, beta: number, parts: SoftmaxParts): void {
    const { code, heap } = this.#machine;
    const many = queries.length / this.stride;
    const chunks = parts.leads.length / LEADS / many;
    this.#eachChunk(many, (lease, places, first, rows, chunk) => {
      this.#compare(lease.copy(queries), many, comparison, places, rows);
      const [leads, constants] = [lease.take(8 * LEADS), lease.take(constantsBytes)];
      for (let k = 0; k < many; k++) {
        code.softmaxOfVectors(places.weights + k * rowBytes, rows, beta, leads, constants);
        const found = heap.numbers.subarray(leads >>> 3, (leads >>> 3) + LEADS);
        parts.leads.set(found, (k * chunks + chunk) * LEADS);
      }
      this.#read(places.weights, many, rows, parts.weights, first);
      this.#add(places, many, rows, parts.sums, chunk, chunks);
    });
  }

  protected override add(weights: Float64Array, sums: Float64Array): void {
    const { heap } = this.#machine;
    const many = weights.length / this.count;
    const chunks = sums.length / many / this.stride;
    this.#eachChunk(many, (_, places, first, rows, chunk) => {
      for (let k = 0; k < many; k++) {
        const from = k * this.count + first;
        heap.numbers.set(weights.subarray(from, from + rows), (places.weights + k * rowBytes) >>> 3);
      }
      this.#add(places, many, rows, sums, chunk, chunks);
    });
  }

  #compare(queries: number, many: number, comparison: Comparison, places: Places, rows: number): void {
    const { code } = this.#machine;
    const isEuclidean = Number(comparison === "euclidean");
    code.compareVectors(places.vectors, rows, this.stride, queries, many, isEuclidean, places.weights, rowBytes);
  }

  /** Copies the numbers of a chunk of each query to `out`, queries x count. */
  #read(at: number, many: number, rows: number, out: Float64Array, first: number): void {
    const { numbers } = this.#machine.heap;
    for (let k = 0; k < many; k++) {
      const from = (at + k * rowBytes) >>> 3;
      out.set(numbers.subarray(from, from + rows), k * this.count + first);
    }
  }

  #add(places: Places, many: number, rows: number, sums: Float64Array, chunk: number, chunks: number): void {
    const { code, heap } = this.#machine;
    const { stride } = this;
    code.addVectors(places.weights, rowBytes, rows, many, places.vectors, stride, places.sums);
    for (let k = 0; k < many; k++) {
      const from = (places.sums >>> 3) + k * stride;
      sums.set(heap.numbers.subarray(from, from + stride), (k * chunks + chunk) * stride);
    }
  }

  /** Calls `work` with each chunk in place, its first vector, the number of them, and its own number. */
  #eachChunk(
    many: number,
    work: (lease: Lease, places: Places, first: number, rows: number, chunk: number) => void,
  ): void {
    const { heap } = this.#machine;
    withLease(heap, (lease) => {
      const vectors = lease.take(4 * CHUNK * this.stride);
      const places = { vectors, weights: lease.take(many * rowBytes), sums: lease.take(8 * many * this.stride) };
      for (let first = 0, chunk = 0; first < this.count; first += CHUNK, chunk++) {
        const rows = Math.min(CHUNK, this.count - first);
        this.#load(vectors, first, rows);
        withLease(heap, (own) => work(own, places, first, rows, chunk));
      }
    });
  }

  #load(at: number, first: number, rows: number): void {
    const { values, columns } = this.vectors;
    const { stride } = this;
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
