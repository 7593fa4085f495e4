import { decodeMemory, encodeMemory, Random, randomPatterns } from "engram";
import { largestDifference, matrix } from "engram/math";
import {
  GaussianMemory,
  KanervaMemory,
  Perceptron,
  ProductKanerva,
  productKanervaKind,
  productMachine,
  singleMachine,
} from "engram/neural";
import { describe, expect, it } from "vitest";
import { randomMatrix } from "../support/matrices.js";

const CODE = 5;
const random = new Random(1);
const prior = { mean: randomMatrix(6, CODE, random), variance: [1, 2, 0.5, 1.5, 1, 0.7], noise: 0.6 };
const codes = Array.from({ length: 8 }, () => Float64Array.from({ length: CODE }, () => random.normal()));
const shares =
  (...r: number[]) =>
  () =>
    Float64Array.from(r);

describe("a product of Kanerva machines", () => {
  it.each(["joint", "separate"] as const)("of one machine is a Kanerva memory bit for bit (%s)", (update) => {
    for (const assignment of ["equal", "explained"] as const) {
      const product = productMachine({ prior, machines: [6], assignment, update });
      const single = singleMachine(new GaussianMemory(prior));
      for (const code of codes) {
        const [a, b] = [product.address(code), single.address(code)];
        expect(a.weights).toEqual(b.weights);
        expect(product.write(code, a).logDeterminant).toBe(single.write(code, b).logDeterminant);
        expect(product.read(a)).toEqual(single.read(b));
        expect(product.variance(a)).toBe(single.variance(b));
      }
      expect(product.parts[0].mean).toEqual(single.parts[0].mean);
      expect(product.parts[0].factor).toEqual(single.parts[0].factor);
    }
  });

  it("is one memory of all rows, read by the weights times their shares", () => {
    const r = [0.5, 0.2, 0.3];
    const product = productMachine({ prior, machines: [1, 2, 3], assignment: shares(...r), update: "joint" });
    const scaled = [0.5, 0.2, 0.2, 0.3, 0.3, 0.3];
    const one = new GaussianMemory(prior);
    for (const code of codes) {
      const addressing = product.address(code);
      // The weights of the memory whose rows are scaled, solved afresh.
      const rows = one.mean.values.map((x, at) => scaled[Math.floor(at / CODE)] * x);
      const expected = new GaussianMemory({ ...prior, mean: matrix(6, CODE, rows) }).solve(code);
      addressing.weights.forEach((w, k) => {
        expect(w).toBeCloseTo(expected[k], 12);
      });
      product.write(code, addressing);
      one.write(
        code,
        expected.map((w, k) => scaled[k] * w),
      );
      // ln p(z, w): as of one memory, but for |w|^2 of the weights before their shares.
      const design = expected.map((w, k) => scaled[k] * w);
      const read = one.read(design);
      const gap = code.reduce((sum, z, j) => sum + (z - read[j]) ** 2, 0) / 0.36;
      const sizes = CODE * Math.log(2 * Math.PI * 0.36) + 6 * Math.log(2 * Math.PI);
      const weights = expected.reduce((sum, w) => sum + w * w, 0);
      expect(product.bound(code, addressing)).toBeCloseTo(-0.5 * (gap + sizes + weights), 10);
    }
    expect(largestDifference(product.parts[0].mean, one.mean)).toBeLessThan(1e-11);
    expect(largestDifference(product.parts[0].covariance(), one.covariance())).toBeLessThan(1e-11);
  });

  it.each(["joint", "separate"] as const)("permutes with its machines (%s)", (update) => {
    const swap = <T>(values: ArrayLike<T>, width: number): T[] => {
      const all = Array.from(values);
      return [...all.slice(3 * width), ...all.slice(0, 3 * width)];
    };
    const other = {
      ...prior,
      mean: matrix(6, CODE, Float64Array.from(swap(prior.mean.values, CODE))),
      variance: swap(prior.variance, 1),
    };
    const machines = [3, 3];
    const [a, b] = [prior, other].map((own) =>
      productMachine({ prior: own, machines, assignment: "explained", update }),
    );
    for (const code of codes) {
      const [left, right] = [a.address(code), b.address(code)];
      swap(left.assignment!, 1 / 3).forEach((_, k) => {
        expect(right.assignment![k]).toBeCloseTo(left.assignment![1 - k], 10);
      });
      swap(left.weights, 1).forEach((w, k) => {
        expect(right.weights[k]).toBeCloseTo(w, 10);
      });
      a.write(code, left);
      b.write(code, right);
    }
  });

  it.each(["joint", "separate"] as const)("writes one machine alone where it has the whole share (%s)", (update) => {
    const product = productMachine({ prior, machines: [2, 3, 1], assignment: shares(0, 1, 0), update });
    for (const code of codes) product.write(code, product.address(code));
    const mean = product.parts.flatMap((part) => Array.from(part.mean.values));
    const [from, to] = [2 * CODE, 5 * CODE];
    expect(mean.slice(0, from)).toEqual(Array.from(prior.mean.values.slice(0, from)));
    expect(mean.slice(to)).toEqual(Array.from(prior.mean.values.slice(to)));
    const alone = new GaussianMemory({
      mean: matrix(3, CODE, prior.mean.values.slice(from, to)),
      variance: prior.variance.slice(2, 5),
      noise: prior.noise,
    });
    for (const code of codes) alone.write(code);
    alone.mean.values.forEach((x, at) => {
      expect(mean[from + at]).toBeCloseTo(x, 12);
    });
  });

  it("loses the covariance between machines that are written separately", () => {
    const [joint, separate] = (["joint", "separate"] as const).map((update) => {
      return productMachine({ prior, machines: [3, 3], assignment: "equal", update });
    });
    for (const machine of [joint, separate])
      for (const code of codes.slice(0, 3)) machine.write(code, machine.address(code));
    const u = joint.parts[0].covariance().values;
    expect(Math.abs(u[3])).toBeGreaterThan(1e-3);
    const gap = (machine: typeof joint) => {
      const read = machine.read(machine.address(codes[2]));
      return Math.hypot(...read.map((x, j) => x - codes[2][j]));
    };
    // The exact posterior reads what was just written more closely.
    expect(gap(joint)).toBeLessThan(gap(separate));
  });
});

describe("a memory of such machines", () => {
  const items = randomPatterns(3, 30, new Random(2));

  it("has the verbs of the house, the shares of a recall, and comes back from a file", () => {
    for (const update of ["joint", "separate"] as const) {
      const memory = new ProductKanerva({ machines: [3, 2], code: 30, update, assignment: "explained" }).store(items);
      const kinds = [productKanervaKind];
      const loaded = decodeMemory(encodeMemory(memory, { kinds }), { kinds });
      expect(loaded.inspect()).toEqual(memory.inspect());
      for (let r = 0; r < 3; r++) {
        const found = memory.recall(items.select([r]));
        expect(loaded.recall(items.select([r]))).toEqual(found);
        expect(found.assignment!.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
      }
      expect(memory.inspect()).toMatchObject({ kind: "product-kanerva", rows: 5, stored: 3 });
    }
  });

  it("of one machine recalls the bits of a Kanerva memory", () => {
    const [one, other] = [new ProductKanerva({ machines: [5], code: 30 }), new KanervaMemory({ rows: 5, code: 30 })];
    const [a, b] = [one.store(items), other.store(items)].map((memory) => memory.recall(items.select([1])));
    expect(a.state).toEqual(b.state);
    expect([a.weights, a.bound]).toEqual([b.weights, b.bound]);
  });

  it("refuses machines without rows, shares without an encoder, and machines of different sizes with one", () => {
    expect(() => new ProductKanerva({ machines: [], code: 3 })).toThrow("machines is");
    expect(() => new ProductKanerva({ machines: [2, 0], code: 3 })).toThrow("machines is");
    expect(() => new ProductKanerva({ machines: [2, 1.5], code: 3 })).toThrow("machines is 1.5");
    expect(() => new ProductKanerva({ code: 3, assignment: "trained" })).toThrow("needs an encoder");
    expect(() => new ProductKanerva({ code: 3, noise: -1 })).toThrow("noise is -1");
    const coders = {
      encoder: new Perceptron({ inputs: 4, outputs: 2 }),
      decoder: new Perceptron({ inputs: 2, outputs: 4 }),
    };
    expect(() => new ProductKanerva({ machines: [1, 2], ...coders })).toThrow("same number of rows");
  });
});
