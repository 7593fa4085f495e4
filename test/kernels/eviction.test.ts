import { afterEach, describe, expect, test, vi } from "vitest";
import { type FieldOperator, type Kernels, type OperatorWalk, referenceKernels } from "../../src/kernels/index.js";
import { WasmKernels } from "../../src/kernels/wasm/index.js";
import { bitMatrix } from "../../src/math/bits.js";
import { generator, randomBits, randomNumbers, randomOrder, sparseRows, symmetric } from "./systems.js";

const UNITS = 250;
const COUNT = 12;

/** Operators of several kinds, with a walk of each, from the same numbers for every backend. */
function makeAll(kernels: Kernels): { operator: FieldOperator; walk: OperatorWalk }[] {
  const random = generator(5);
  return Array.from({ length: COUNT }, (_, k) => {
    const patterns = randomBits(40 + k, UNITS, random);
    const operator =
      k % 4 === 3
        ? couplingsOf(kernels, k, random)
        : kernels.patternOperator({
            patterns,
            divisor: UNITS,
            ...(k % 4 === 0 ? {} : { diagonal: new Float64Array(UNITS).fill(patterns.rows) }),
            ...(k % 4 === 1 ? { middle: symmetric(patterns.rows, random) } : {}),
          });
    return { operator, walk: operator.walk(randomBits(1, UNITS, random)) };
  });
}

/** Dense or sparse couplings, symmetric or not. */
function couplingsOf(kernels: Kernels, k: number, random: () => number): FieldOperator {
  const weights = k % 8 === 3 ? symmetric(UNITS, random) : randomNumbers(UNITS * UNITS, random);
  if (k < 8) return kernels.denseOperator(weights, UNITS);
  // Whole numbers are on a grid.
  return kernels.sparseOperator(sparseRows(weights.map(Math.round), UNITS), UNITS);
}

/** Uses one of them in one way, and returns all numbers of the result. */
function use({ operator, walk }: { operator: FieldOperator; walk: OperatorWalk }, random: () => number): number[] {
  const states = randomBits(3, UNITS, random);
  const fields = new Float64Array(3 * UNITS);
  const next = bitMatrix(3, UNITS);
  const now = bitMatrix(1, UNITS);
  const unit = Math.floor(random() * UNITS);
  const order = randomOrder(UNITS, random);
  const choice = Math.floor(random() * 4);
  if (choice === 0) operator.fields(states, fields);
  if (choice === 1) operator.step(states, new Float64Array(UNITS), next);
  const flips = choice === 2 ? walk.visit(order, randomNumbers(UNITS, random)) : 0;
  walk.read(now);
  return [...fields, ...next.words, ...now.words, walk.field(unit), flips];
}

afterEach(() => vi.restoreAllMocks());

describe("a memory of wasm kernels that is smaller than what operators and walks hold", () => {
  test("gives the bits of the reference, whatever is moved out and comes back", () => {
    const [state, next, zero] = [randomBits(1, UNITS, generator(1)), bitMatrix(1, UNITS), new Float64Array(UNITS)];
    const large = new WasmKernels();
    const roomy = makeAll(large);
    const kernels = new WasmKernels(2 ** 19);
    const ours = makeAll(kernels);
    const theirs = makeAll(referenceKernels);
    const [a, b, c, choose] = [generator(6), generator(6), generator(6), generator(7)];
    let evicted = 0;
    for (let round = 0; round < 150; round++) {
      const k = Math.floor(choose() * COUNT);
      if (kernels.bytes < large.bytes) evicted++;
      expect(use(ours[k], a)).toEqual(use(theirs[k], b));
      use(roomy[k], c);
    }
    expect(evicted).toBeGreaterThan(10);
    // What comes back raises the limit, so that in the end everything has room.
    for (let again = 0; again < 3; again++) {
      for (const { operator, walk } of [...ours, ...roomy]) {
        operator.step(state, zero, next);
        walk.read(next);
      }
    }
    expect(kernels.bytes).toBe(large.bytes);
    for (const { operator, walk } of ours) {
      walk.dispose();
      operator.dispose();
    }
    expect(kernels.bytes).toBe(0);
  });

  test("holds any number of operators that are dropped in a synchronous loop", () => {
    const limit = 2 ** 19;
    const kernels = new WasmKernels(limit);
    const states = randomBits(1, UNITS, generator(1));
    const patterns = randomBits(100, UNITS, generator(2));
    for (let k = 0; k < 500; k++) {
      const operator = kernels.patternOperator({ patterns, divisor: UNITS });
      operator.walk(states).visit(Uint32Array.of(k % UNITS), new Float64Array(UNITS));
    }
    expect(kernels.reserved).toBeLessThan(2 * limit);
  });

  test("moves nothing out that is in use: one operator may be larger than the limit", () => {
    const kernels = new WasmKernels(0);
    const [{ operator, walk }] = makeAll(kernels);
    const [theirs] = makeAll(referenceKernels);
    const [a, b] = [generator(8), generator(8)];
    for (let k = 0; k < 8; k++) expect(use({ operator, walk }, a)).toEqual(use(theirs, b));
  });

  test("frees what is disposed of while it is moved out, and refuses it afterwards", () => {
    const kernels = new WasmKernels(2 ** 18);
    const ours = makeAll(kernels);
    for (const { operator, walk } of ours) {
      walk.dispose();
      operator.dispose();
      operator.dispose();
      expect(() => walk.field(0)).toThrow("the walk was disposed of");
      expect(() => operator.fields(randomBits(1, UNITS, generator(1)), new Float64Array(UNITS))).toThrow(
        "the operator was disposed of",
      );
    }
    expect(kernels.bytes).toBe(0);
  });
});

describe("a memory that cannot grow", () => {
  const refuse = () =>
    vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(() => {
      throw new RangeError("WebAssembly.Memory.grow(): Unable to grow instance memory");
    });
  const large = () => ({ patterns: randomBits(100, 5000, generator(3)), divisor: 5000 });

  test("makes room by what is not in use", () => {
    const kernels = new WasmKernels();
    const states = randomBits(1, 5000, generator(4));
    const first = kernels.patternOperator(large());
    const fields = new Float64Array(5000);
    first.fields(states, fields);
    refuse();
    const second = kernels.patternOperator(large());
    const again = new Float64Array(5000);
    for (const operator of [second, first, second]) {
      operator.fields(states, again.fill(0));
      expect(again).toEqual(fields);
    }
  });

  test("says the remedy, and is as before", () => {
    const kernels = new WasmKernels();
    refuse();
    const make = () => kernels.patternOperator(large());
    expect(make).toThrow(/^the WebAssembly memory, \d+ MB in use, cannot grow by \d+ MB; call dispose\(\) of memories/);
    expect(kernels.bytes).toBe(0);
    vi.restoreAllMocks();
    make().dispose();
  });
});

test("what an operator has taken is freed if it cannot be made", () => {
  const kernels = new WasmKernels();
  const patterns = randomBits(4, UNITS, generator(1));
  const middle = { length: 16 } as unknown as Float64Array;
  expect(() => kernels.patternOperator({ patterns, divisor: 1, middle })).toThrow(TypeError);
  expect(kernels.bytes).toBe(0);
});
