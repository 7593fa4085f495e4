import { describe, expect, test } from "vitest";
import { type Dependence, type Kernels, type Projector, referenceKernels } from "../../src/kernels/index.js";
import { WasmKernels } from "../../src/kernels/wasm/index.js";
import { type BitMatrix, bitMatrix, spinAt } from "../../src/math/bits.js";
import { nativeTiers } from "../support/native.js";
import { generator, randomBits } from "./systems.js";

const backends: [string, () => Kernels][] = [
  ["wasm", () => new WasmKernels()],
  ...nativeTiers.map((native): [string, () => Kernels] => {
    return [`native (${native.tier})`, () => new WasmKernels(undefined, native)];
  }),
];

function firstRows(bits: BitMatrix, rows: number): BitMatrix {
  return bitMatrix(rows, bits.columns, bits.words.slice(0, rows * bits.stride));
}

function projectorOf(kernels: Kernels, patterns: BitMatrix, known?: Projector): Projector {
  const found = kernels.projector(patterns, known);
  if ("dependent" in found) throw new Error(`pattern ${found.dependent} depends on others`);
  return found;
}

function dependenceOf(kernels: Kernels, patterns: BitMatrix, known?: Projector): Dependence {
  const found = kernels.projector(patterns, known);
  if (!("dependent" in found)) throw new Error("no pattern depends on others");
  return found;
}

/** Equal in every bit of every number, in which -0 is not 0. */
function expectSame(found: Projector | Dependence, expected: Projector | Dependence): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) {
    const ours = (found as unknown as Record<string, typeof value>)[name];
    if (typeof value === "number") expect([name, ours]).toEqual([name, value]);
    else {
      const [a, b] = [wordsOf(ours), wordsOf(value)];
      const at = a.findIndex((word, k) => word !== b[k]);
      if (at >= 0 || a.length !== b.length) expect([name, at, a.length, a[at]]).toEqual([name, at, b.length, b[at]]);
    }
  }
}

function wordsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint32Array {
  return new Uint32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

test("the rows of the reference make the patterns orthonormal, and their squares add up to the diagonal", () => {
  const [p, n] = [21, 50];
  const patterns = randomBits(p, n, generator(1));
  const { gram, basis, middle, diagonal } = projectorOf(referenceKernels, patterns);
  const at = (triangle: ArrayLike<number>, k: number, mu: number) => (mu > k ? 0 : triangle[(k * (k + 1)) / 2 + mu]);
  const q = Array.from({ length: p }, (_, k) =>
    Float64Array.from({ length: n }, (_, i) => {
      let sum = 0;
      for (let mu = 0; mu <= k; mu++) sum += at(basis, k, mu) * spinAt(patterns, mu, i);
      return sum;
    }),
  );
  for (let k = 0; k < p; k++) {
    for (let l = 0; l < p; l++) {
      const product = q[k].reduce((sum, x, i) => sum + x * q[l][i], 0);
      expect(product).toBeCloseTo(k === l ? 1 : 0, 12);
      let inverse = 0;
      for (let nu = 0; nu < p; nu++) inverse += middle[k * p + nu] * at(gram, Math.max(nu, l), Math.min(nu, l));
      expect(inverse).toBeCloseTo(k === l ? 1 : 0, 12);
    }
  }
  for (let i = 0; i < n; i++) expect(q.reduce((sum, row) => sum + row[i] ** 2, 0)).toBeCloseTo(diagonal[i], 12);
});

test("the reference goes on from the projector of the first patterns", () => {
  const patterns = randomBits(12, 40, generator(2));
  const known = projectorOf(referenceKernels, firstRows(patterns, 5));
  expectSame(projectorOf(referenceKernels, patterns, known), projectorOf(referenceKernels, patterns));
});

describe.each(backends)("the projector of %s kernels", (_name, make) => {
  const kernels = make();

  test.each([
    [1, 1],
    [1, 200],
    [3, 17],
    [16, 64],
    [17, 129],
    [35, 130],
    [83, 141],
    [150, 151],
  ])("of %i patterns of %i units is the reference's, and goes on from that of the first of them", (p, n) => {
    const patterns = randomBits(p, n, generator(p * 1000 + n));
    const expected = referenceKernels.projector(patterns);
    expectSame(kernels.projector(patterns), expected);
    if ("dependent" in expected) throw new Error(`pattern ${expected.dependent} depends on others`);
    for (const some of new Set([1, 3, 8, 16, 17, 31, p - 1, p].filter((count) => count >= 1 && count <= p))) {
      const known = projectorOf(kernels, firstRows(patterns, some));
      const before = structuredClone(known);
      expectSame(projectorOf(kernels, patterns, known), expected);
      expectSame(known, before);
    }
  });

  test.each([1, 2, 15, 16, 20, 37])("finds that pattern %i is one that was there", (k) => {
    const patterns = randomBits(40, 90, generator(k));
    patterns.words.copyWithin(k * patterns.stride, 0, patterns.stride);
    const expected = dependenceOf(referenceKernels, patterns);
    expect([expected.dependent, expected.products[0]]).toEqual([k, 90]);
    expectSame(dependenceOf(kernels, patterns), expected);
    const known = projectorOf(kernels, firstRows(patterns, k));
    expectSame(dependenceOf(kernels, patterns, known), expected);
  });

  test("frees its memory", () => {
    const backend = new WasmKernels();
    projectorOf(backend, randomBits(20, 40, generator(3)));
    expect(backend.bytes).toBe(0);
  });
});
