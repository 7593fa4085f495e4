import { type BitMatrix, bitMatrix } from "../../math/bits.js";
import type { FieldOperator, Kernels } from "../kernels.js";
import { WasmKernels } from "../wasm/index.js";
import type { NativeKernels } from "./code.js";

/** Units and patterns: more than a register and a byte of bits, and multiples of none. */
const [UNITS, PATTERNS] = [141, 83];
/** States of one call: alone, and as many as fill the widest lanes, with a rest for the others. */
const COUNTS = [1, 45];

/** An operator of couplings of some form, on so many units. */
interface Trial {
  readonly name: string;
  readonly units: number;
  readonly operator: (kernels: Kernels) => FieldOperator;
}

const patterns = bits(PATTERNS, UNITS, 3);
const middle = symmetric(PATTERNS, 11);
const weights = symmetric(UNITS, 13);
/** Patterns that are all the same: the sums of their overlaps need more than 16 bits. */
const same = bitMatrix(64, 2101);

const trials: readonly Trial[] = [
  {
    name: "whole votes",
    units: UNITS,
    operator: (kernels) => {
      const diagonal = new Float64Array(UNITS).fill(PATTERNS);
      return kernels.patternOperator({ patterns, divisor: UNITS, diagonal });
    },
  },
  {
    name: "votes of more than 16 bits",
    units: same.columns,
    operator: (kernels) => kernels.patternOperator({ patterns: same, divisor: 1 }),
  },
  {
    name: "votes with a middle",
    units: UNITS,
    operator: (kernels) => kernels.patternOperator({ patterns, middle, divisor: 1 }),
  },
  { name: "dense couplings", units: UNITS, operator: (kernels) => kernels.denseOperator(weights, UNITS) },
];

/** The first operator whose native form gives other bits than WebAssembly on a small input; undefined if all give the same. */
export function patternDifference(native: NativeKernels): string | undefined {
  const [ours, theirs] = [new WasmKernels(undefined, native), new WasmKernels()];
  return trials.find(({ operator, units }) => {
    const [a, b] = [outcome(operator(ours), units), outcome(operator(theirs), units)];
    return a.some((words, k) => words.some((word, at) => word !== b[k][at]));
  })?.name;
}

/** Fields, steps and a walk of some states, as words. */
function outcome(operator: FieldOperator, units: number): Uint32Array[] {
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

/** Bits of 1 where a number between -1 and 1 is above `least`. */
function bits(rows: number, columns: number, seed: number, least = 0): BitMatrix {
  const matrix = bitMatrix(rows, columns);
  const random = numbers(rows * columns, seed);
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

function symmetric(size: number, seed: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, k) => {
    const [i, j] = [Math.floor(k / size), k % size];
    return 2 * ((seed * (i + 1) * (j + 1) * 0.41421356237309515) % 1) - 1;
  });
}
