import { type BitMatrix, bitMatrix } from "../../math/bits.js";
import { matrix } from "../../math/matrix.js";
import type { Dependence, FieldOperator, Kernels, Projector, SparseRows } from "../kernels.js";
import { CHUNK, type VectorPrecision } from "../vectors.js";
import { WasmKernels } from "../wasm/index.js";
import type { NativeKernels } from "./code.js";

/** Units and patterns: more than a register and a byte of bits, and multiples of none. */
const [UNITS, PATTERNS] = [141, 83];
/** Patterns of which a projector is made before it is made of all. */
const SOME = 69;
/** Sums of fewer than 256 numbers of at most 1 that are multiples of 1 / GRID are exact. */
const GRID = 17592186044416;
/** States of one call: alone, and as many as fill the widest lanes, with a rest for the others. */
const COUNTS = [1, 45];

interface Trial {
  readonly name: string;
  /** What kernels compute, as words. */
  readonly run: (kernels: Kernels) => readonly Uint32Array[];
}

const patterns = bits(PATTERNS, UNITS, 3);
/** Patterns that are independent, which those are not: Weyl's sequence for squares. */
const independent = bitsOf(PATTERNS, UNITS, squares(PATTERNS * UNITS));
const middle = symmetric(PATTERNS, 11);
const weights = symmetric(UNITS, 13);
/** Patterns that are all the same: the sums of their overlaps need more than 16 bits. */
const same = bitMatrix(64, 2101);

const trials: readonly Trial[] = [
  {
    name: "whole votes",
    run: (kernels) => {
      const diagonal = new Float64Array(UNITS).fill(PATTERNS);
      return outcome(kernels.patternOperator({ patterns, divisor: UNITS, diagonal }));
    },
  },
  {
    name: "votes of more than 16 bits",
    run: (kernels) => outcome(kernels.patternOperator({ patterns: same, divisor: 1 })),
  },
  {
    name: "votes with a middle",
    run: (kernels) => outcome(kernels.patternOperator({ patterns, middle, divisor: 1 })),
  },
  { name: "dense couplings", run: (kernels) => outcome(kernels.denseOperator(weights, UNITS)) },
  { name: "sparse couplings", run: (kernels) => outcome(kernels.sparseOperator(sparse(weights), UNITS)) },
  { name: "projector", run: projectors },
  { name: "real vectors", run: vectors },
  { name: "screens of real vectors", run: screens },
];

/** The first trial in which native kernels give other bits than WebAssembly on a small input; undefined if all give the same. */
export function patternDifference(native: NativeKernels): string | undefined {
  const [ours, theirs] = [new WasmKernels(undefined, native), new WasmKernels()];
  return trials.find(({ run }) => {
    const [a, b] = [run(ours), run(theirs)];
    return a.length !== b.length || a.some((words, k) => words.some((word, at) => word !== b[k][at]));
  })?.name;
}

/** The projector of the first patterns, that of all, continued from it, and the combination of a dependent pattern. */
function projectors(kernels: Kernels): Uint32Array[] {
  const words = (found: Projector | Dependence) => {
    const numbers = "dependent" in found ? [found.combination] : [found.basis, found.middle, found.diagonal];
    return numbers.map(({ buffer }) => new Uint32Array(buffer));
  };
  const { stride, words: bits } = independent;
  const first = kernels.projector(bitMatrix(SOME, UNITS, bits.subarray(0, SOME * stride)));
  const all = "dependent" in first ? [] : words(kernels.projector(independent, first));
  return [...words(first), ...all, ...words(kernels.projector(same))];
}

/** Softmax and sums of vectors, of more than a chunk, for one query and for more than are compared at once, in both precisions. */
function vectors(kernels: Kernels): Uint32Array[] {
  return (["double", "single"] as const).flatMap((precision) => softmaxes(kernels, precision));
}

function softmaxes(kernels: Kernels, precision: VectorPrecision): Uint32Array[] {
  const [count, units] = [CHUNK + PATTERNS, 13];
  const given = matrix(count, units, Float32Array.from(numbers(count * units, 3)));
  const operator = kernels.vectorOperator(given, { precision });
  const found: Float64Array[] = [];
  for (const many of [1, 6]) {
    for (const comparison of ["dot", "euclidean"] as const) {
      const softmaxes = operator.softmax(numbers(many * units, 19), comparison, 2);
      for (const { second, potential } of softmaxes) found.push(Float64Array.of(second, potential));
      found.push(softmaxes[many - 1].mean(), softmaxes[0].weights());
    }
  }
  return found.map(({ buffer }) => new Uint32Array(buffer));
}

/** What is kept of vectors for some of them as queries. */
function screens(kernels: Kernels): Uint32Array[] {
  const [count, units, many] = [CHUNK + PATTERNS, 13, 9];
  const vectors = squares(count * units);
  const queries = vectors.slice(0, many * units);
  return (["dot", "euclidean"] as const).flatMap((comparison) => {
    const screen = kernels.vectorScreen(matrix(count, units, Float32Array.from(vectors)), comparison);
    const kept = Array.from(screen.keep(queries, { beta: 30, omitted: 1e-4, most: 2 }), (some) => {
      return some && [some.rows.slice(), new Uint32Array(Float64Array.of(some.omitted).buffer)];
    });
    return kept.flatMap((some) => some ?? []);
  });
}

/** Fields, steps and a walk of some states, as words. */
function outcome(operator: FieldOperator): Uint32Array[] {
  const { units } = operator;
  const thresholds = numbers(units, 7);
  const found: Uint32Array[] = [];
  for (const count of COUNTS) {
    // Mostly +1: against the patterns that are all -1 the overlaps are large.
    const states = bits(count, units, 5, -0.9);
    const fields = new Float64Array(count * units);
    operator.fields(states, fields);
    found.push(new Uint32Array(fields.buffer));
    for (const limits of [new Float64Array(units), thresholds]) {
      const out = bitMatrix(count, units);
      operator.step(states, limits, out);
      found.push(out.words);
    }
  }
  const walk = operator.walk(bits(1, units, 5));
  const order = Uint32Array.from({ length: 3 * units }, (_, k) => (k * 37) % units);
  found.push(Uint32Array.of(walk.visit(order, new Float64Array(units))));
  found.push(Uint32Array.of(walk.visit(order, thresholds, numbers(order.length, 17))));
  const last = bitMatrix(1, units);
  walk.read(last);
  operator.dispose();
  return [...found, last.words];
}

function bits(rows: number, columns: number, seed: number, least = 0): BitMatrix {
  return bitsOf(rows, columns, numbers(rows * columns, seed), least);
}

/** Bits of 1 where a number is above `least`. */
function bitsOf(rows: number, columns: number, random: Float64Array, least = 0): BitMatrix {
  const matrix = bitMatrix(rows, columns);
  for (let k = 0; k < random.length; k++) {
    const [r, i] = [Math.floor(k / columns), k % columns];
    if (random[k] > least) matrix.words[r * matrix.stride + (i >>> 5)] |= 1 << (i & 31);
  }
  return matrix;
}

/** Numbers between -1 and 1, of Weyl's sequence for an irrational step. */
function numbers(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, k) => 2 * (((k + seed) * 0.6180339887498949) % 1) - 1);
}

/** The same for the squares of whole numbers. */
function squares(length: number): Float64Array {
  return Float64Array.from({ length }, (_, k) => 2 * ((k * k * 0.6180339887498949) % 1) - 1);
}

function symmetric(size: number, seed: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, k) => {
    const [i, j] = [Math.floor(k / size), k % size];
    return 2 * ((seed * (i + 1) * (j + 1) * 0.41421356237309515) % 1) - 1;
  });
}

/** About a third of the entries of a matrix, on a grid on which the sum of a row is exact. */
function sparse(matrix: Float64Array): SparseRows {
  const kept = Array.from(matrix.keys()).filter((at) => Math.abs(matrix[at]) > 2 / 3);
  return {
    starts: Uint32Array.from({ length: UNITS + 1 }, (_, i) => kept.filter((at) => at < i * UNITS).length),
    columns: Uint32Array.from(kept, (at) => at % UNITS),
    weights: Float64Array.from(kept, (at) => Math.round(GRID * matrix[at]) / GRID),
  };
}
