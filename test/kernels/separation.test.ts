import { describe, expect, test } from "vitest";
import { exponential, power, rectified, type Separation } from "../../src/interactions/index.js";
import { separationOf } from "../../src/interactions/separation/separated.js";
import { type Kernels, referenceKernels, type SeparationOperator } from "../../src/kernels/index.js";
import { WasmKernels } from "../../src/kernels/wasm/index.js";
import { type BitMatrix, bitMatrix, bitRow } from "../../src/math/bits.js";
import { scaled } from "../../src/math/scaled.js";
import { nativeTiers } from "../support/native.js";
import { generator, randomBits, randomNumbers, randomOrder } from "./systems.js";

const backends: [string, () => Kernels][] = [
  ["wasm", () => new WasmKernels()],
  ...nativeTiers.map((native): [string, () => Kernels] => {
    return [`native (${native.tier})`, () => new WasmKernels(undefined, native)];
  }),
];

/** Patterns, two of them equal, with states close to one of them, at random, equal to the last and opposite to the first. */
function system(n: number, p: number, seed: number): { readonly patterns: BitMatrix; readonly states: BitMatrix } {
  const random = generator(seed);
  const patterns = randomBits(p, n, random);
  if (p > 3) patterns.words.set(bitRow(patterns, p - 2).words, 2 * patterns.stride);
  const states = randomBits(9, n, random);
  for (let r = 0; r < 5; r++) {
    states.words.set(bitRow(patterns, r % p).words, r * states.stride);
    for (let i = 0; i < n; i++) if (random() < 0.05 * r) states.words[r * states.stride + (i >>> 5)] ^= 1 << (i & 31);
  }
  states.words.set(bitRow(patterns, p - 1).words, 7 * states.stride);
  for (let i = 0; i < n; i++) {
    const bit = (bitRow(patterns, 0).words[i >>> 5] >>> (i & 31)) & 1;
    if (bit === ((states.words[8 * states.stride + (i >>> 5)] >>> (i & 31)) & 1)) {
      states.words[8 * states.stride + (i >>> 5)] ^= 1 << (i & 31);
    }
  }
  return { patterns, states };
}

/** What an evaluation of all states at once says of them, as words. */
function evaluation(operator: SeparationOperator, states: BitMatrix): Uint32Array[] {
  return operator.evaluate(states, (evaluated) => {
    const fields = new Float64Array(states.rows * states.columns);
    evaluated.fields(fields);
    const next = bitMatrix(states.rows, states.columns);
    evaluated.step(new Float64Array(states.columns), next);
    const found = [new Uint32Array(fields.buffer), next.words];
    for (let r = 0; r < states.rows; r++) {
      const { mantissa, exponent } = evaluated.sum(r);
      const { index, product } = evaluated.nearest(r);
      found.push(new Uint32Array(Float64Array.of(mantissa, exponent).buffer), Uint32Array.of(index, product));
      found.push(Uint32Array.from(evaluated.overlaps(r)));
    }
    return found;
  });
}

/** Fields, a step, an evaluation, and a walk with noise from each state, as words. */
function outcome(kernels: Kernels, separation: Separation, n: number, p: number): Uint32Array[] {
  const { patterns, states } = system(n, p, n + p);
  const operator = kernels.separationOperator(separationOf(patterns, separation));
  const random = generator(17);
  const fields = new Float64Array(states.rows * n);
  operator.fields(states, fields);
  const stepped = bitMatrix(states.rows, n);
  operator.step(states, randomNumbers(n, random), stepped);
  const found = [new Uint32Array(fields.buffer), stepped.words, ...evaluation(operator, states)];
  for (let r = 0; r < states.rows; r++) {
    const walk = operator.walk(bitRow(states, r));
    const order = randomOrder(n, random);
    for (const noise of [undefined, randomNumbers(n, random), undefined]) {
      found.push(Uint32Array.of(walk.visit(order, new Float64Array(n), noise)));
      found.push(new Uint32Array(Float64Array.of(walk.field(r % n)).buffer));
    }
    const out = bitMatrix(1, n);
    walk.read(out);
    found.push(out.words);
  }
  operator.dispose();
  return found;
}

const separations: [string, Separation][] = [
  ["a square", power(2)],
  ["a power that leaves the range of float64", power(400)],
  ["a rectified cube", rectified(3)],
  ["a flat exponential", exponential(0.01)],
  ["an exponential of which some terms matter", exponential(0.2)],
  ["an exponential", exponential(1)],
  ["a steep exponential, whose values leave the range of float64", exponential(3)],
];

describe.each(backends)("%s kernels", (_, make) => {
  const kernels = make();
  test.each([power(3), rectified(2), exponential(0.2), exponential(1)])(
    "many patterns around one, before and after it: the bits of the reference (%#)",
    (F) => {
      // So near that their terms, and the order in which they are added, change the last bits of a sum.
      const [n, p] = [200, 700];
      const random = generator(5);
      const patterns = randomBits(p, n, random);
      for (let mu = 1; mu < p; mu++) {
        for (let k = 0; k < patterns.stride; k++) patterns.words[mu * patterns.stride + k] = patterns.words[k];
        const share = 0.3 * random();
        for (let i = 0; i < n; i++)
          if (random() < share) patterns.words[mu * patterns.stride + (i >>> 5)] ^= 1 << (i & 31);
      }
      const states = bitMatrix(40, n);
      for (let r = 0; r < 40; r++) states.words.set(bitRow(patterns, (r * 97) % p).words, r * states.stride);
      const [ours, reference] = [kernels, referenceKernels].map((some) => {
        const operator = some.separationOperator(separationOf(patterns, F));
        const found = evaluation(operator, states);
        operator.dispose();
        return found;
      });
      expect(ours).toEqual(reference);
    },
  );

  // Few patterns, many, and so many that those with a vote are few among them.
  test.each(separations.flatMap(([name, F]) => [3, 21, 300].map((p) => [name, p, F] as const)))(
    "%s of the overlaps with %i patterns: the bits of the reference",
    (_name, p, F) => {
      for (const n of [1, 13, 330]) expect(outcome(kernels, F, n, p)).toEqual(outcome(referenceKernels, F, n, p));
    },
  );
});

describe.each([["reference", () => referenceKernels] as const, ...backends])("%s kernels", (_, make) => {
  test("terms that cancel leave a small one, which comes after them", () => {
    const n = 100;
    const patterns = bitMatrix(3, n);
    patterns.words[patterns.stride] = 1;
    patterns.words[2 * patterns.stride] = 0xff;
    const at = (x: number) => scaled(x === n ? 1 : x === n - 2 ? -1 : x > 0 ? 2 ** -60 : 0);
    const operator = make().separationOperator(separationOf(patterns, { at, divisor: () => scaled(1) }));
    const total = operator.evaluate(bitRow(patterns, 0), (evaluated) => evaluated.sum(0));
    expect(total).toEqual({ mantissa: 2 ** -60, exponent: 0 });
    operator.dispose();
  });

  test("a state whose fields are below the range of float64 still follows the nearest pattern", () => {
    // Half of the units of the first pattern, so that e^(3 (x - n)) is e^-3000.
    const n = 1000;
    const patterns = bitMatrix(2, n);
    const state = bitMatrix(1, n);
    const set = (bits: BitMatrix, r: number, i: number) => (bits.words[r * bits.stride + (i >>> 5)] |= 1 << (i & 31));
    for (let i = 0; i < n; i++) {
      if (i % 2 === 0) set(patterns, 0, i);
      if (i % 3 === 0) set(patterns, 1, i);
      if (i % 4 === 0) set(state, 0, i);
    }
    const operator = make().separationOperator(separationOf(patterns, exponential(3)));
    const stepped = bitMatrix(1, n);
    operator.step(state, new Float64Array(n), stepped);
    expect(stepped.words).toEqual(bitRow(patterns, 0).words);
    const walk = operator.walk(state);
    walk.visit(
      Uint32Array.from({ length: n }, (_, i) => i),
      new Float64Array(n),
    );
    const out = bitMatrix(1, n);
    walk.read(out);
    expect(out.words).toEqual(bitRow(patterns, 0).words);
  });
});
