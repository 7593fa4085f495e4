import { describe, expect, it } from "vitest";
import { log, philox4x32, Random } from "../../src/math/index.js";

/** Pearson's chi-squared against equal expectations. */
function chiSquared(counts: ArrayLike<number>): number {
  const all = Array.from(counts);
  const expected = all.reduce((a, b) => a + b) / all.length;
  return all.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** The 1 - 1e-5 quantile of chi-squared with k degrees of freedom (Wilson and Hilferty 1931). */
const chiLimit = (k: number) => k * (1 - 2 / (9 * k) + 4.265 * Math.sqrt(2 / (9 * k))) ** 3;

describe("Philox 4x32-10", () => {
  // Known-answer vectors of Random123 (Salmon et al. 2011), file kat_vectors.
  const vectors: [counter: number[], key: number[], answer: number[]][] = [
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ];
  it.each(vectors)("gives the published answer for counter %j", (counter, key, answer) => {
    const out = new Uint32Array(4);
    const [c0, c1, c2, c3] = counter;
    philox4x32(c0, c1, c2, c3, key[0], key[1], out);
    expect([...out]).toEqual(answer);
  });

  it("is what a stream is made of: word k is word k % 4 of block k / 4 under the seed as key", () => {
    const seed = 3 * 2 ** 32 + 5;
    const random = new Random(seed);
    const out = new Uint32Array(4);
    for (let block = 0; block < 40; block++) {
      philox4x32(block, 0, 0, 0, 5, 3, out);
      for (const word of out) expect(random.word()).toBe(word);
    }
  });
});

describe("Random", () => {
  it("skips what it would have drawn", () => {
    for (const before of [0, 1, 7, 16, 33]) {
      const words = Array.from(
        { length: 100 },
        (
          (random) => () =>
            random.word()
        )(new Random(5)),
      );
      for (const skipped of [0, 1, 9, 15, 16, 17, 40]) {
        const random = new Random(5);
        for (let k = 0; k < before; k++) random.word();
        random.skip(skipped);
        const rest = Array.from({ length: 20 }, () => random.word());
        expect(rest).toEqual(words.slice(before + skipped, before + skipped + 20));
      }
    }
    expect(() => new Random(5).skip(-1)).toThrow(/words is -1/);
  });

  it("gives streams that depend on seed and number alone", () => {
    const drawn = new Random(9);
    for (let i = 0; i < 1000; i++) drawn.uniform();
    expect(drawn.fork(3).word()).toBe(new Random(9).fork(3).word());
    const firsts = new Set(Array.from({ length: 2000 }, (_, k) => new Random(9).fork(k).word()));
    expect(firsts.size).toBeGreaterThan(1990);
    expect(new Random(9).fork(0).word()).not.toBe(new Random(9).word());
  });

  it("draws uniform numbers, integers and permutations without bias", () => {
    const random = new Random(1);
    const uniform = new Uint32Array(100);
    const sevenths = new Uint32Array(7);
    for (let i = 0; i < 100_000; i++) {
      const u = random.uniform();
      expect(u >= 0 && u < 1).toBe(true);
      uniform[Math.floor(u * 100)]++;
      sevenths[random.integer(7)]++;
    }
    expect(chiSquared(uniform)).toBeLessThan(chiLimit(99));
    expect(chiSquared(sevenths)).toBeLessThan(chiLimit(6));

    const orders = new Map<string, number>();
    const samples = new Map<string, number>();
    const order = new Uint32Array(4);
    const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
    for (let i = 0; i < 24_000; i++) {
      count(orders, random.permutation(order).join());
      count(samples, random.sample(2, 4).join());
    }
    expect(orders.size).toBe(24);
    expect(samples.size).toBe(12);
    expect(chiSquared([...orders.values()])).toBeLessThan(chiLimit(23));
    expect(chiSquared([...samples.values()])).toBeLessThan(chiLimit(11));
  });

  it("rejects the part of the words that would bias a large bound", () => {
    // With bound 3 * 2^30 a quarter of all words must be drawn again, else a third of the numbers come twice as often.
    const random = new Random(2);
    const thirds = new Uint32Array(3);
    for (let i = 0; i < 30_000; i++) thirds[random.integer(3 * 2 ** 30) % 3]++;
    expect(chiSquared(thirds)).toBeLessThan(chiLimit(2));
  });

  it("draws normal and logistic numbers with the right moments", () => {
    const random = new Random(3);
    const N = 200_000;
    const moments = (draw: () => number) => {
      let [first, second, fourth] = [0, 0, 0];
      for (let i = 0; i < N; i++) {
        const x = draw();
        first += x / N;
        second += x ** 2 / N;
        fourth += x ** 4 / N;
      }
      return [first, second, fourth];
    };
    // Five standard errors: Var x, Var x^2 and Var x^4 of the normal are 1, 2 and 96.
    const [mean, variance, fourth] = moments(() => random.normal());
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1 / N));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / N));
    expect(Math.abs(fourth - 3)).toBeLessThan(5 * Math.sqrt(96 / N));
    // The logistic has variance pi^2 / 3 and fourth moment 7 pi^4 / 15.
    const [centre, spread] = moments(() => random.logistic());
    expect(Math.abs(centre)).toBeLessThan(5 * Math.sqrt(Math.PI ** 2 / 3 / N));
    const error = Math.sqrt(((7 / 15) * Math.PI ** 4 - Math.PI ** 4 / 9) / N);
    expect(Math.abs(spread - Math.PI ** 2 / 3)).toBeLessThan(5 * error);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses the seed %s", (seed) => {
    expect(() => new Random(seed)).toThrow(/seed is .*; expected a whole number/);
  });
});

describe("log", () => {
  it("agrees with the engine's to one unit in the last place, over the whole range", () => {
    const random = new Random(4);
    const ulp = (x: number) => 2 ** (Math.floor(Math.log2(Math.abs(x))) - 52);
    for (let i = 0; i < 50_000; i++) {
      const x = (1 + random.uniform()) * 2 ** (random.integer(2040) - 1020);
      const expected = Math.log(x);
      expect(Math.abs(log(x) - expected)).toBeLessThanOrEqual(expected === 0 ? 0 : ulp(expected));
    }
    for (const x of [5e-324, 1e-310, 1, 2, Number.MAX_VALUE]) expect(log(x)).toBeCloseTo(Math.log(x), 12);
    expect([log(0), log(-1), log(Number.POSITIVE_INFINITY)]).toEqual([-Infinity, Number.NaN, Infinity]);
  });
});
