import { describe, expect, test } from "vitest";
import { EngramError } from "../../src/errors.js";
import { exponential, power, type Separation } from "../../src/interactions/index.js";
import { separationOf } from "../../src/interactions/separation/separated.js";
import {
  defaultKernels,
  type FieldOperator,
  type Kernels,
  type PatternOperatorDescription,
  referenceKernels,
  tie,
  wasmKernels,
} from "../../src/kernels/index.js";
import { isSupported, WasmKernels } from "../../src/kernels/wasm/index.js";
import { type BitMatrix, bitMatrix, bitRow, spinAt } from "../../src/math/bits.js";
import { roundToGrid } from "../../src/math/grid.js";
import { nativeTiers } from "../support/native.js";
import { clone, generator, randomBits, randomNumbers, randomOrder, sparseRows, symmetric } from "./systems.js";

const backends: [string, () => Kernels][] = [
  ["reference", () => referenceKernels],
  ["wasm", () => new WasmKernels()],
  ...nativeTiers.map((native): [string, () => Kernels] => {
    return [`native (${native.tier})`, () => new WasmKernels(undefined, native)];
  }),
];

type Kind =
  | "hebb"
  | "hebb with a diagonal"
  | "hebb with a broken diagonal"
  | "middle"
  | "middle with a diagonal"
  | "cubes of overlaps"
  | "exponentials of overlaps"
  | "dense"
  | "dense and symmetric"
  | "sparse"
  | "sparse and symmetric";
const kinds: Kind[] = [
  "hebb",
  "hebb with a diagonal",
  "hebb with a broken diagonal",
  "middle",
  "middle with a diagonal",
  "cubes of overlaps",
  "exponentials of overlaps",
  "dense",
  "dense and symmetric",
  "sparse",
  "sparse and symmetric",
];

/** F, its derivative at n being 1. */
const separations: Partial<Record<Kind, { separation: Separation; F: (x: number, n: number) => number }>> = {
  "cubes of overlaps": { separation: power(3), F: (x, n) => x ** 3 / (3 * n ** 2) },
  "exponentials of overlaps": { separation: exponential(0.2), F: (x, n) => Math.exp(0.2 * (x - n)) / 0.2 },
};

interface System {
  readonly kind: Kind;
  readonly n: number;
  readonly description: PatternOperatorDescription;
  readonly weights: Float64Array;
}

function system(kind: Kind, n: number, p: number, random: () => number): System {
  const patterns = randomBits(p, n, random);
  const diagonal =
    kind === "hebb with a diagonal"
      ? new Float64Array(n).fill(p)
      : kind === "hebb with a broken diagonal" || kind === "middle with a diagonal"
        ? randomNumbers(n, random)
        : undefined;
  const description = {
    patterns,
    divisor: n,
    ...(kind.startsWith("middle") ? { middle: symmetric(p, random) } : {}),
    ...(diagonal === undefined ? {} : { diagonal }),
  };
  return { kind, n, description, weights: weightsOf(kind, n, random) };
}

/** A matrix of its own; of a sparse one, about four in five entries are zero. */
function weightsOf(kind: Kind, n: number, random: () => number): Float64Array {
  if (!hasWeights(kind)) return new Float64Array();
  const weights = kind.endsWith("symmetric") ? symmetric(n, random) : randomNumbers(n * n, random);
  if (kind.startsWith("dense")) return weights;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      if (random() < 0.8) weights[i * n + j] = 0;
      if (kind === "sparse" ? random() < 0.8 : weights[i * n + j] === 0) weights[j * n + i] = 0;
    }
  }
  // Sparse weights are given on a grid: that of their magnitudes in all.
  roundToGrid(weights);
  return weights;
}

function hasWeights(kind: Kind): boolean {
  return kind.startsWith("dense") || kind.startsWith("sparse");
}

function operatorOf(kernels: Kernels, { kind, n, description, weights }: System): FieldOperator {
  const { separation } = separations[kind] ?? {};
  if (separation !== undefined) return kernels.separationOperator(separationOf(description.patterns, separation));
  if (kind.startsWith("sparse")) return kernels.sparseOperator(sparseRows(weights, n), n);
  return hasWeights(kind) ? kernels.denseOperator(weights, n) : kernels.patternOperator(description);
}

function spins(bits: BitMatrix, r: number): number[] {
  return Array.from({ length: bits.columns }, (_, i) => spinAt(bits, r, i));
}

/** W as the definition has it, in plain float64. */
function couplings({ kind, n, description, weights }: System): number[][] {
  if (hasWeights(kind)) return Array.from({ length: n }, (_, i) => Array.from(weights.subarray(i * n, (i + 1) * n)));
  const { patterns, middle, divisor, diagonal } = description;
  const p = patterns.rows;
  const x = Array.from({ length: p }, (_, mu) => spins(patterns, mu));
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => {
      let sum = 0;
      for (let mu = 0; mu < p; mu++) {
        if (middle === undefined) sum += x[mu][i] * x[mu][j];
        else for (let nu = 0; nu < p; nu++) sum += x[mu][i] * middle[mu * p + nu] * x[nu][j];
      }
      return (sum - (i === j && diagonal !== undefined ? diagonal[i] : 0)) / divisor;
    }),
  );
}

/** h_i of a state, as the definition has it, in plain float64. */
function plainField({ kind, n, description }: System, w: number[][], s: number[], i: number): number {
  const { F } = separations[kind] ?? {};
  if (F === undefined) return w[i].reduce((sum, weight, j) => sum + weight * s[j], 0);
  const energy = (value: number) => {
    const overlaps = Array.from({ length: description.patterns.rows }, (_, mu) =>
      spins(description.patterns, mu).reduce((sum, x, j) => sum + x * (j === i ? value : s[j]), 0),
    );
    return -overlaps.reduce((sum, x) => sum + F(x, n), 0);
  };
  return (energy(-1) - energy(1)) / 2;
}

function fieldsOf(operator: FieldOperator, states: BitMatrix): Float64Array {
  const out = new Float64Array(states.rows * states.columns).fill(Number.NaN);
  operator.fields(states, out);
  return out;
}

function stepOf(operator: FieldOperator, states: BitMatrix, thresholds: Float64Array): BitMatrix {
  const out = bitMatrix(states.rows, states.columns);
  operator.step(states, thresholds, out);
  return out;
}

/** The bits of float64 numbers, in which -0 is not 0. */
function bitsOf(numbers: Float64Array): BigUint64Array {
  return new BigUint64Array(numbers.buffer.slice(numbers.byteOffset, numbers.byteOffset + numbers.byteLength));
}

function expectSameBits(ours: Float64Array, theirs: Float64Array): void {
  const a = bitsOf(ours);
  const b = bitsOf(theirs);
  const at = a.findIndex((word, k) => word !== b[k]);
  if (at >= 0 || a.length !== b.length) expect([at, ours[at]]).toEqual([at, theirs[at]]);
}

describe.each(backends)("%s kernels", (_name, make) => {
  const kernels = make();

  describe.each(kinds)("%s: the plain formula", (kind) => {
    test.each([
      [1, 1],
      [2, 3],
      [7, 1],
      [33, 5],
      [64, 9],
      [127, 12],
      [129, 11],
    ])("of %i units and %i patterns", (n, p) => {
      const random = generator(n * 1000 + p);
      const plain = system(kind, n, p, random);
      const w = couplings(plain);
      const operator = operatorOf(kernels, plain);
      for (const rows of [1, 3, 6, 35]) {
        const states = randomBits(rows, n, random);
        const fields = fieldsOf(operator, states);
        const thresholds = randomNumbers(n, random);
        const stepped = stepOf(operator, states, thresholds);
        const walk = operator.walk(bitRow(states, 0));
        for (let r = 0; r < rows; r++) {
          const s = spins(states, r);
          for (let i = 0; i < n; i++) {
            const h = plainField(plain, w, s, i);
            // Couplings of up to p^2 terms of a few units each: far above their rounding, far below a wrong sign.
            const spin = fields[r * n + i] >= thresholds[i] ? 1 : -1;
            if (Math.abs(fields[r * n + i] - h) > 1e-9 || spinAt(stepped, r, i) !== spin) {
              expect([r, i, fields[r * n + i], spinAt(stepped, r, i)]).toEqual([r, i, h, spin]);
            }
            if (r === 0) expect(walk.field(i)).toBe(fields[i]);
          }
        }
      }
    });

    test("visits obey their rule, and the fields after flips are those of the new state", () => {
      const n = 61;
      const random = generator(61);
      const plain = system(kind, n, 7, random);
      const operator = operatorOf(kernels, plain);
      const state = randomBits(1, n, random);
      const walk = operator.walk(state);
      const expected = clone(state);
      const out = bitMatrix(1, n);
      for (let sweep = 0; sweep < 4; sweep++) {
        const thresholds = randomNumbers(n, random);
        const noise = sweep % 2 === 1 ? randomNumbers(n, random) : undefined;
        const order = randomOrder(n, random);
        let flips = 0;
        for (let k = 0; k < n; k++) {
          const i = order[k];
          const h = fieldsOf(operator, expected)[i];
          const limit = thresholds[i] + (noise?.[k] ?? 0);
          const spin = h === limit ? spinAt(expected, 0, i) : h > limit ? 1 : -1;
          if (spin !== spinAt(expected, 0, i)) {
            expected.words[i >>> 5] ^= 1 << (i & 31);
            flips++;
          }
        }
        expect(walk.visit(order, thresholds, noise)).toBe(flips);
        walk.read(out);
        expect(out.words).toEqual(expected.words);
        // Fractions may be rounded anew at each flip, to 2^-51 of their sum.
        const fields = fieldsOf(operator, expected);
        for (let i = 0; i < n; i++) {
          if (kind.startsWith("middle")) expect(Math.abs(walk.field(i) - fields[i])).toBeLessThan(tie);
          else expect(walk.field(i)).toBe(fields[i]);
        }
      }
    });

    test("the result of a step may be its argument", () => {
      const random = generator(5);
      const operator = operatorOf(kernels, system(kind, 70, 6, random));
      for (const rows of [1, 2, 40, 130]) {
        const states = randomBits(rows, 70, random);
        const expected = stepOf(operator, states, new Float64Array(70));
        operator.step(states, new Float64Array(70), states);
        expect(states.words).toEqual(expected.words);
      }
    });

    test("arguments are copied and left as they were", () => {
      const random = generator(6);
      const plain = system(kind, 40, 4, random);
      const operator = operatorOf(kernels, plain);
      const states = randomBits(5, 40, random);
      const before = fieldsOf(operator, states);
      const copy = clone(states);
      const walk = operator.walk(bitRow(states, 0));
      walk.visit(randomOrder(40, random), randomNumbers(40, random));
      expect(states.words).toEqual(copy.words);
      plain.description.patterns.words.fill(0);
      plain.description.middle?.fill(0);
      plain.description.diagonal?.fill(0);
      plain.weights.fill(0);
      expectSameBits(fieldsOf(operator, states), before);
    });
  });

  test("overlaps are those of the definition, and the bits beyond the last unit count for nothing", () => {
    const random = generator(9);
    for (const [n, p, rows] of [
      [1, 1, 1],
      [31, 3, 2],
      [128, 5, 9],
      [130, 260, 40],
    ]) {
      const patterns = randomBits(p, n, random);
      const states = randomBits(rows, n, random);
      const out = new Int32Array(rows * p).fill(-1);
      kernels.patternOperator({ patterns, divisor: n }).overlaps(states, out);
      for (let r = 0; r < rows; r++) {
        const s = spins(states, r);
        for (let mu = 0; mu < p; mu++) {
          const m = spins(patterns, mu).reduce((sum, x, i) => sum + x * s[i], 0);
          if (out[r * p + mu] !== m) expect([n, p, r, mu, out[r * p + mu]]).toEqual([n, p, r, mu, m]);
        }
      }
    }
  });

  test("a zero field is +1 in a step and keeps its unit in a walk", () => {
    // Two patterns that agree in unit 0 and differ in unit 1: W of units 0 and 1 is zero off the diagonal.
    const patterns = bitMatrix(2, 2, Uint32Array.of(0b11, 0, 0, 0, 0b01, 0, 0, 0));
    const all = bitMatrix(
      4,
      2,
      Uint32Array.from({ length: 16 }, (_, k) => (k % 4 === 0 ? k / 4 : 0)),
    );
    const zero = new Float64Array(2);
    const dense = kernels.denseOperator(new Float64Array(4), 2);
    const hebb = kernels.patternOperator({ patterns, divisor: 2, diagonal: Float64Array.of(2, 2) });
    const identity = Float64Array.of(1, 0, 0, 1);
    const projection = kernels.patternOperator({
      patterns,
      middle: identity,
      divisor: 2,
      diagonal: Float64Array.of(2, 2),
    });
    for (const operator of [dense, hebb, projection]) {
      expect(fieldsOf(operator, all)).toEqual(new Float64Array(8));
      for (const rows of [all, bitRow(all, 0)]) {
        const stepped = stepOf(operator, rows, zero);
        for (let r = 0; r < rows.rows; r++) expect(spins(stepped, r)).toEqual([1, 1]);
      }
      for (let r = 0; r < 4; r++) {
        const walk = operator.walk(bitRow(all, r));
        expect(walk.visit(Uint32Array.of(0, 1, 0, 1), zero)).toBe(0);
        const out = bitMatrix(1, 2);
        walk.read(out);
        expect(out.words).toEqual(bitRow(all, r).words);
      }
    }
  });

  test("fields on fractions that lie closer to a threshold than a tie count as equal to it", () => {
    const dense = kernels.denseOperator(Float64Array.of(0, 1, 1, 0), 2);
    const state = bitMatrix(1, 2);
    for (const [offset, spin] of [
      [tie / 2, 1],
      [-tie / 2, 1],
      [2 * tie, -1],
      [-2 * tie, 1],
    ]) {
      const thresholds = Float64Array.of(-1 + offset, -1 + offset);
      expect(spins(stepOf(dense, state, thresholds), 0)).toEqual([spin, spin]);
    }
    const walk = dense.walk(state);
    expect(walk.visit(Uint32Array.of(0), Float64Array.of(-1 - tie / 2, 0))).toBe(0);
    expect(walk.visit(Uint32Array.of(0), Float64Array.of(-1 - 2 * tie, 0))).toBe(1);
  });

  test.each([8, 2 ** 15])("fields of whole numbers are compared exactly, with %i units", (n) => {
    // One pattern that is the state, all but unit 1 of it +1: the fields are n and, at unit 1, -n.
    const pattern = bitMatrix(1, n);
    for (let i = 0; i < n; i++) if (i !== 1) pattern.words[i >>> 5] |= 1 << (i & 31);
    const operator = kernels.patternOperator({ patterns: pattern, divisor: 1 });
    for (const [offset, spin] of [
      [tie / 2, -1],
      [0, 1],
      [-tie / 2, 1],
    ]) {
      const thresholds = new Float64Array(n).fill(n + offset);
      thresholds[1] = -n + offset;
      expect(spins(stepOf(operator, pattern, thresholds), 0).every((s) => s === spin)).toBe(true);
      // Unit 0 leaves +1 only for a threshold above its field, unit 1 leaves -1 only for one below.
      const walk = operator.walk(pattern);
      expect(walk.visit(Uint32Array.of(0), thresholds)).toBe(offset > 0 ? 1 : 0);
      const other = operator.walk(pattern);
      expect(other.visit(Uint32Array.of(1), thresholds)).toBe(offset < 0 ? 1 : 0);
    }
  });

  test.each([Number.POSITIVE_INFINITY, Number.NaN, 1e308, 2 ** 895 * 1.01])(
    "a middle of %d has no grid and is refused",
    (a) => {
      const patterns = bitMatrix(2, 4, Uint32Array.of(0b1111, 0, 0, 0, 0b0011, 0, 0, 0));
      const make = (first: number, last: number) =>
        kernels.patternOperator({ patterns, middle: Float64Array.of(first, 0, 0, last), divisor: 1 });
      expect(() => make(-a, a)).toThrow(
        /^the values add up to .*; expected a finite sum of magnitudes of at most 2\^900$/,
      );
    },
  );

  test("the largest middle is walked through to the end", () => {
    const patterns = bitMatrix(2, 4, Uint32Array.of(0b1111, 0, 0, 0, 0b0011, 0, 0, 0));
    const middle = Float64Array.of(2 ** 895, 0, 0, 2 ** 895);
    const operator = kernels.patternOperator({ patterns, middle, divisor: 1 });
    const walk = operator.walk(bitMatrix(1, 4, Uint32Array.of(0b0101, 0, 0, 0)));
    expect(walk.visit(Uint32Array.of(0, 1, 2, 3, 0, 1), new Float64Array(4))).toBeLessThanOrEqual(6);
    expect(fieldsOf(operator, patterns).every(Number.isFinite)).toBe(true);
  });

  test.each([-60, -1, 0, 1, 40])("coefficients whose magnitudes add up to 2^%i keep all bits of their grid", (k) => {
    // Two patterns that agree in units 0 and 1, and a state that has the overlap 2 with both.
    const patterns = bitMatrix(2, 4, Uint32Array.of(0b1111, 0, 0, 0, 0b0011, 0, 0, 0));
    const state = bitMatrix(1, 4, Uint32Array.of(0b0111, 0, 0, 0));
    // c = A X s = (1/2 + 2^-51, 1/2 - 2^-51) 2^k: multiples of 2^(k-51), but not of the next coarser unit.
    const c = [0.5 + 2 ** -51, 0.5 - 2 ** -51].map((x) => x * 2 ** k);
    const middle = Float64Array.of(c[0] / 2, 0, 0, c[1] / 2);
    const operator = kernels.patternOperator({ patterns, middle, divisor: 1 });
    const [together, apart] = [2 ** k, 2 ** (k - 50)];
    const fields = Float64Array.of(together, together, apart, apart);
    expectSameBits(fieldsOf(operator, state), fields);
    const walk = operator.walk(state);
    expectSameBits(
      fields.map((_, i) => walk.field(i)),
      fields,
    );
    // They are rounded anew after a flip of unit 0 and one back.
    const far = 2 ** 60;
    expect(walk.visit(Uint32Array.of(0), new Float64Array(4).fill(far))).toBe(1);
    expect(walk.visit(Uint32Array.of(0), new Float64Array(4).fill(-far))).toBe(1);
    expectSameBits(
      fields.map((_, i) => walk.field(i)),
      fields,
    );
  });
});

test("the default kernels are those of WebAssembly where it has SIMD, as it has here, or native ones", () => {
  expect(isSupported()).toBe(true);
  // Whether another file of tests has imported engram/node before is not known.
  if (defaultKernels().name !== "native") expect(defaultKernels()).toBe(wasmKernels());
  expect(defaultKernels()).toBe(defaultKernels());
  expect(wasmKernels()).toBe(wasmKernels());
  expect(wasmKernels().name).toBe("wasm");
});

describe.each(backends.slice(1))("%s against the reference, bit for bit", (_name, make) => {
  const kernels = make();

  function compare(plain: System, rows: number, random: () => number): void {
    const { n } = plain;
    const ours = operatorOf(kernels, plain);
    const theirs = operatorOf(referenceKernels, plain);
    const states = randomBits(rows, n, random);
    expectSameBits(fieldsOf(ours, states), fieldsOf(theirs, states));
    for (const thresholds of [new Float64Array(n), randomNumbers(n, random)]) {
      expect(stepOf(ours, states, thresholds).words).toEqual(stepOf(theirs, states, thresholds).words);
    }
    compareWalks(ours, theirs, bitRow(states, rows - 1), random);
    ours.dispose();
  }

  function compareWalks(ours: FieldOperator, theirs: FieldOperator, state: BitMatrix, random: () => number): void {
    const n = state.columns;
    const our = ours.walk(state);
    const their = theirs.walk(state);
    for (let sweep = 0; sweep < 3; sweep++) {
      const order = randomOrder(n, random).subarray(0, 400);
      const thresholds = sweep === 0 ? new Float64Array(n) : randomNumbers(n, random);
      const noise = sweep === 2 ? randomNumbers(order.length, random) : undefined;
      expect(our.visit(order, thresholds, noise)).toBe(their.visit(order, thresholds, noise));
      const a = bitMatrix(1, n);
      const b = bitMatrix(1, n);
      our.read(a);
      their.read(b);
      expect(a.words).toEqual(b.words);
      const some = order.subarray(0, 50);
      expectSameBits(
        Float64Array.from(some, (i) => our.field(i)),
        Float64Array.from(some, (i) => their.field(i)),
      );
    }
    our.dispose();
  }

  describe.each(kinds)("%s", (kind) => {
    test.each(Array.from({ length: 16 }, (_, seed) => seed))("random system %i", (seed) => {
      const random = generator(seed * 7919 + kind.length);
      const n = 1 + Math.floor(random() ** 2 * 400);
      const p = 1 + Math.floor(random() ** 2 * 300);
      compare(system(kind, n, p, random), 1 + Math.floor(random() ** 3 * 130), random);
    });
  });

  test("many patterns, batches around the number of lanes", () => {
    const random = generator(77);
    for (const rows of [1, 6, 7, 16, 17, 31, 33, 49, 64, 65, 130]) {
      compare(system("hebb with a diagonal", 203, 260, random), rows, random);
    }
    for (const rows of [1, 4, 5, 18]) compare(system("middle", 70, 257, random), rows, random);
  });

  test.each([
    [1023, 300],
    [2000, 300],
    [32768, 3],
    [32767, 20],
    [40000, 300],
    [40001, 1],
    [65537, 300],
    [131072, 9],
  ])("the largest whole numbers: %i units, %i patterns that are all the state", (n, p) => {
    const random = generator(n);
    const pattern = randomBits(1, n, random);
    const patterns = bitMatrix(p, n);
    for (let mu = 0; mu < p; mu++) patterns.words.set(pattern.words, mu * patterns.stride);
    const operator = kernels.patternOperator({ patterns, divisor: 1, diagonal: new Float64Array(n).fill(p) });
    for (const rows of [1, 7, 20]) {
      const states = bitMatrix(rows, n);
      for (let r = 0; r < rows; r++) states.words.set(pattern.words, r * states.stride);
      const overlaps = new Int32Array(rows * p);
      operator.overlaps(states, overlaps);
      expect(overlaps.every((m) => m === n)).toBe(true);
      const fields = fieldsOf(operator, states);
      const wrong = fields.findIndex((h, k) => h !== (n - 1) * p * spinAt(pattern, 0, k % n));
      expect(wrong).toBe(-1);
      expect(stepOf(operator, states, new Float64Array(n)).words).toEqual(states.words);
    }
    // A walk that turns units over and back stays exact too.
    const walk = operator.walk(pattern);
    const few = Uint32Array.of(0, 1, n - 1);
    const push = Float64Array.from({ length: n }, (_, i) => 2 ** 40 * spinAt(pattern, 0, i));
    expect(walk.visit(few, push)).toBe(3);
    expect(walk.field(5)).toBe((n - 6 - 1) * p * spinAt(pattern, 0, 5));
    expect(walk.visit(few, new Float64Array(n))).toBe(3);
    expect(walk.field(5)).toBe((n - 1) * p * spinAt(pattern, 0, 5));
    operator.dispose();
  });

  test.each([2 ** 15 - 1, 2 ** 15, 2 ** 15 + 1, 2 ** 16])(
    "a walk of Hebb's net from a stored pattern of %i units",
    (n) => {
      const random = generator(n);
      const patterns = randomBits(3, n, random);
      const description = { patterns, divisor: n, diagonal: new Float64Array(n).fill(3) };
      const ours = kernels.patternOperator(description);
      compareWalks(ours, referenceKernels.patternOperator(description), bitRow(patterns, 1), random);
      ours.dispose();
    },
  );

  test("sweeps in which every decision hangs on what earlier flips changed", () => {
    const n = 900;
    for (const changes of [0, 1, 2, 5, 6, 7, 30]) {
      const random = generator(changes);
      const plain = system("hebb with a diagonal", n, 40, random);
      const ours = operatorOf(kernels, plain);
      const state = randomBits(1, n, random);
      const our = ours.walk(state);
      const their = operatorOf(referenceKernels, plain).walk(state);
      const fields = (walk: typeof our) => Float64Array.from({ length: n }, (_, i) => walk.field(i));
      for (let sweep = 0; sweep < 4; sweep++) {
        // At its very field a unit keeps its state: nothing moves until one is pushed from outside.
        const limits = fields(our);
        if (sweep > 0) for (let k = 0; k < changes; k++) limits[(k * 41) % n] += sweep % 2 === 0 ? 100 : -100;
        const order = randomOrder(n, random).subarray(0, sweep === 3 ? 200 : n);
        expect(our.visit(order, limits)).toBe(their.visit(order, limits));
        expectSameBits(fields(our), fields(their));
        const quiet = Float64Array.from(fields(our));
        expect(our.visit(order, quiet)).toBe(their.visit(order, quiet));
      }
      ours.dispose();
    }
  });

  test("patterns that are half the state and half its negative", () => {
    const random = generator(3);
    const n = 40000;
    const patterns = randomBits(300, n, random);
    for (let mu = 1; mu < 300; mu++) {
      for (let k = 0; k < patterns.stride; k++) {
        const word = mu % 2 === 0 || k * 32 >= n - 31 ? patterns.words[k] : ~patterns.words[k];
        patterns.words[mu * patterns.stride + k] = word;
      }
    }
    const plain = { kind: "hebb" as const, n, description: { patterns, divisor: 1 }, weights: new Float64Array() };
    const states = bitMatrix(6, n);
    for (let r = 0; r < 6; r++) states.words.set(bitRow(patterns, r).words, r * states.stride);
    const ours = operatorOf(kernels, plain);
    const theirs = operatorOf(referenceKernels, plain);
    const sample = bitRow(states, 1);
    expectSameBits(fieldsOf(ours, states).subarray(n, 2 * n), fieldsOf(theirs, sample));
    ours.dispose();
  });

  test("dividing by a negative number turns the couplings over", () => {
    const random = generator(12);
    const patterns = randomBits(5, 50, random);
    const states = randomBits(9, 50, random);
    const description = { patterns, divisor: -50, diagonal: new Float64Array(50).fill(5) };
    const ours = kernels.patternOperator(description);
    const theirs = referenceKernels.patternOperator(description);
    expectSameBits(fieldsOf(ours, states), fieldsOf(theirs, states));
    const zero = new Float64Array(50);
    expect(stepOf(ours, states, zero).words).toEqual(stepOf(theirs, states, zero).words);
  });
});

describe("the memory of wasm kernels", () => {
  const random = generator(21);

  test("comes back when operators and walks are disposed of, in any order", () => {
    const kernels = new WasmKernels();
    const states = randomBits(3, 90, random);
    const before = kernels.bytes;
    const operators = kinds.map((kind) => operatorOf(kernels, system(kind, 90, 11, random)));
    const walks = operators.map((operator) => operator.walk(bitRow(states, 0)));
    for (const operator of operators) fieldsOf(operator, states);
    expect(kernels.bytes).toBeGreaterThan(before);
    for (const walk of walks.slice(3)) walk.dispose();
    for (const operator of operators) operator.dispose();
    for (const walk of walks) walk.dispose();
    expect(kernels.bytes).toBe(before);
  });

  test("does not grow with the number of operators made and disposed of", () => {
    const kernels = new WasmKernels();
    const expected = fieldsOf(
      operatorOf(referenceKernels, system("middle", 65, 9, generator(4))),
      randomBits(2, 65, generator(5)),
    );
    for (let k = 0; k < 2000; k++) {
      const operator = operatorOf(kernels, system("middle", 65, 9, generator(4)));
      operator.walk(randomBits(1, 65, random)).dispose();
      if (k % 500 === 0) expectSameBits(fieldsOf(operator, randomBits(2, 65, generator(5))), expected);
      operator.dispose();
    }
    expect(kernels.bytes).toBe(0);
    expect(kernels.reserved).toBeLessThan(2 ** 20);
  });

  test("grows under an operator in use without a trace", () => {
    const kernels = new WasmKernels();
    const plain = system("hebb with a diagonal", 300, 20, random);
    const states = randomBits(7, 300, random);
    const operator = operatorOf(kernels, plain);
    const walk = operator.walk(bitRow(states, 0));
    const before = fieldsOf(operator, states);
    const reserved = kernels.reserved;
    const others = Array.from({ length: 6 }, () => kernels.denseOperator(new Float64Array(512 * 512), 512));
    expect(kernels.reserved).toBeGreaterThan(reserved);
    expectSameBits(fieldsOf(operator, states), before);
    expect(walk.field(7)).toBe(before[7]);
    for (const other of others) other.dispose();
    expectSameBits(fieldsOf(operator, states), before);
  });

  test("is refused with a message once it is given back", () => {
    const kernels = new WasmKernels();
    const states = randomBits(1, 20, random);
    const zero = new Float64Array(20);
    for (const kind of kinds) {
      const operator = operatorOf(kernels, system(kind, 20, 3, random));
      const orphan = operator.walk(states);
      const walk = operator.walk(states);
      walk.dispose();
      expect(() => walk.field(0)).toThrow(/walk was disposed of/);
      expect(() => walk.visit(Uint32Array.of(0), zero)).toThrow(EngramError);
      operator.dispose();
      operator.dispose();
      for (const use of [
        () => operator.fields(states, new Float64Array(20)),
        () => operator.step(states, zero, states),
        () => operator.walk(states),
        () => orphan.field(0),
        () => orphan.visit(Uint32Array.of(0), zero),
        () => orphan.read(states),
      ]) {
        expect(use).toThrow(/operator was disposed of/);
      }
    }
  });

  test("is not written beyond an argument of the wrong size", () => {
    const kernels = new WasmKernels();
    const states = randomBits(2, 20, random);
    const zero = new Float64Array(20);
    for (const kind of kinds) {
      const operator = operatorOf(kernels, system(kind, 20, 3, random));
      const walk = operator.walk(bitRow(states, 0));
      for (const use of [
        () => operator.fields(states, new Float64Array(39)),
        () => operator.fields(randomBits(1, 21, random), new Float64Array(21)),
        () => operator.step(states, new Float64Array(19), states),
        () => operator.step(states, zero, bitMatrix(1, 20)),
        () => operator.walk(states),
        () => walk.field(20),
        () => walk.visit(Uint32Array.of(20), zero),
        () => walk.visit(Uint32Array.of(1), new Float64Array(19)),
        () => walk.visit(Uint32Array.of(1), zero, new Float64Array(2)),
        () => walk.read(bitMatrix(1, 200)),
      ]) {
        expect(use).toThrow(/^internal: /);
      }
    }
  });
});
