import { type BitMatrix, strideFor } from "../../math/bits.js";
import { DEPENDENT, type Dependence, type Projector } from "../kernels.js";
import { type Lease, withLease, write } from "./heap.js";
import { type Machine, requireSize } from "./module.js";

/** Columns of a panel, as in assembly/projector.ts. */
const LANES = 16;
/** Numbers in a block of a panel that has as many rows. */
const BLOCK = LANES * LANES;

/** The projector on the span of patterns; see `Kernels`. */
export function wasmProjector(machine: Machine, patterns: BitMatrix, known?: Projector): Projector | Dependence {
  requireSize("patterns", patterns.words.length, patterns.rows * patterns.stride);
  return withLease(machine.heap, (lease) => {
    const work = new Work(machine, lease, patterns, known?.patterns ?? 0);
    if (known !== undefined) work.take(known);
    return work.grow() ?? work.result(known);
  });
}

/** The matrices of a run, in panels. */
class Work {
  readonly #machine: Machine;
  readonly #lease: Lease;
  readonly #patterns: BitMatrix;
  /** Number of patterns that are known. */
  readonly #start: number;
  /** Rows of the matrices. */
  readonly #size: number;
  /** Addresses. */
  readonly #bits: number;
  readonly #gram: number;
  readonly #rows: number;
  readonly #columns: number;
  readonly #scratch: number;

  constructor(machine: Machine, lease: Lease, patterns: BitMatrix, start: number) {
    const panels = Math.ceil(patterns.rows / LANES);
    const triangle = 4 * BLOCK * panels * (panels + 1);
    this.#machine = machine;
    this.#lease = lease;
    this.#patterns = patterns;
    this.#start = start;
    this.#size = panels * LANES;
    this.#bits = lease.copy(patterns.words);
    this.#gram = lease.take(4 * this.#size * this.#size);
    this.#rows = lease.take(triangle);
    this.#columns = lease.take(triangle);
    this.#scratch = lease.take(8 * 50 * this.#size);
    machine.heap.numbers.fill(0, this.#columns >>> 3, (this.#columns + triangle) >>> 3);
  }

  /** Takes over what is known of the first patterns. */
  take({ gram, basis }: Projector): void {
    const { numbers } = this.#machine.heap;
    for (let k = 0, at = 0; k < this.#start; k++) {
      this.#setProducts(k, gram.subarray(at, at + k + 1));
      for (let mu = 0; mu <= k; mu++, at++) {
        numbers[this.#basisAt(k, mu)] = basis[at];
        numbers[this.#columnAt(mu, k)] = basis[at];
      }
      for (let mu = k + 1; mu % LANES !== 0; mu++) numbers[this.#basisAt(k, mu)] = 0;
    }
  }

  /** Adds the other patterns, up to the first that is not independent of those before it. */
  grow(): Dependence | undefined {
    const { code, heap } = this.#machine;
    const { rows: p, columns: n, stride } = this.#patterns;
    const products = this.#lease.take(4 * LANES * p);
    const overlaps = code.manyOverlaps ?? code.overlaps;
    for (let from = this.#start, to = 0; from < p; from = to) {
      to = Math.min(p, from - (from % LANES) + LANES);
      overlaps(this.#bits, 4 * stride, to, this.#bits + 4 * stride * from, to - from, n, products);
      const rows = new Int32Array(heap.memory.buffer, products, to * (to - from));
      for (let k = from; k < to; k++) this.#setProducts(k, rows.subarray((k - from) * to, (k - from) * to + k + 1));
      const least = DEPENDENT * n;
      const done = code.orthonormalise(
        this.#gram,
        this.#rows,
        this.#columns,
        this.#size,
        from,
        to,
        this.#scratch,
        least,
      );
      if (done < to) {
        const at = (this.#scratch >>> 3) + this.#size * (2 * LANES + (done % LANES));
        return {
          dependent: done,
          combination: heap.numbers.slice(at, at + done + 1),
          products: rows.slice((done - from) * to, (done - from) * to + done + 1),
        };
      }
    }
    return undefined;
  }

  result(known: Projector | undefined): Projector {
    const p = this.#patterns.rows;
    const middle = this.#middle(known);
    const diagonal = this.#diagonal(known);
    const { memory, numbers } = this.#machine.heap;
    const products = new Int32Array(memory.buffer);
    const gram = new Int32Array((p * (p + 1)) / 2);
    const basis = new Float64Array(gram.length);
    for (let k = 0, at = 0; k < p; k++) {
      for (let mu = 0; mu <= k; mu++, at++) {
        gram[at] = products[this.#gramAt(mu, k)];
        basis[at] = numbers[this.#basisAt(k, mu)];
      }
    }
    return { patterns: p, gram, basis, middle, diagonal };
  }

  #middle(known: Projector | undefined): Float64Array {
    const { code, heap } = this.#machine;
    const { rows: p } = this.#patterns;
    const size = this.#size;
    const at = this.#lease.take(8 * size * size);
    heap.numbers.fill(0, at >>> 3, (at >>> 3) + size * size);
    for (let mu = 0; known !== undefined && mu < this.#start; mu++) {
      write(heap, at + 8 * mu * size, known.middle.subarray(mu * this.#start, (mu + 1) * this.#start));
    }
    code.addOuterProducts(this.#rows, size, this.#start, p, at);
    const upper = heap.numbers.subarray(at >>> 3, (at >>> 3) + size * size);
    const middle = new Float64Array(p * p);
    for (let mu = 0; mu < p; mu++) {
      middle[mu * p + mu] = upper[mu * size + mu];
      for (let nu = mu + 1; nu < p; nu++) {
        const value = upper[mu * size + nu];
        middle[mu * p + nu] = value;
        middle[nu * p + mu] = value;
      }
    }
    return middle;
  }

  #diagonal(known: Projector | undefined): Float64Array {
    const { code, heap } = this.#machine;
    const { rows: p, columns: n, stride } = this.#patterns;
    const lease = this.#lease;
    const length = Math.ceil(n / 16) * 16;
    const groups = Math.ceil(p / 8);
    const units = lease.take(4 * strideFor(p) * n);
    const bytes = lease.take(groups * length);
    const sums = lease.take(32 * length);
    const diagonal = lease.take(8 * length);
    code.transpose(this.#bits, 4 * stride, p, n, units, 4 * strideFor(p));
    code.byteColumns(units, 4 * strideFor(p), n, groups, bytes, length);
    heap.numbers.fill(0, diagonal >>> 3, (diagonal >>> 3) + length);
    if (known !== undefined) write(heap, diagonal, known.diagonal);
    code.addSquares(this.#columns, this.#start, p, bytes, length, sums, diagonal);
    return heap.numbers.slice(diagonal >>> 3, (diagonal >>> 3) + n);
  }

  /** Writes the products of pattern k with those up to it to row and column k of the Gram matrix. */
  #setProducts(k: number, products: Int32Array): void {
    const { words } = this.#machine.heap;
    for (let mu = 0; mu <= k; mu++) {
      words[this.#gramAt(k, mu)] = products[mu];
      words[this.#gramAt(mu, k)] = products[mu];
    }
  }

  /** The index of entry (row, column) of the Gram matrix among the words of the memory. */
  #gramAt(row: number, column: number): number {
    const lane = column % LANES;
    return (this.#gram >>> 2) + (column - lane) * this.#size + row * LANES + lane;
  }

  /** The index of T_k,mu among the numbers of the memory, and of its transpose. */
  #basisAt(k: number, mu: number): number {
    const lane = mu % LANES;
    const panel = (mu - lane) / LANES;
    const above = panel * (this.#size / LANES - 1) - (panel * (panel - 1)) / 2;
    return (this.#rows >>> 3) + above * BLOCK + k * LANES + lane;
  }

  #columnAt(mu: number, k: number): number {
    const lane = k % LANES;
    const panel = (k - lane) / LANES;
    return (this.#columns >>> 3) + ((panel * (panel + 1)) / 2) * BLOCK + mu * LANES + lane;
  }
}
