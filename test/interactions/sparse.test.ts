import { describe, expect, it } from "vitest";
import {
  DenseCouplings,
  dilute,
  type Interaction,
  quadratic,
  SparseCouplings,
  type SparseRows,
  toMatrix,
} from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { hebb } from "../../src/learning/index.js";
import { bitMatrix } from "../../src/math/bits.js";
import { Random } from "../../src/math/random.js";
import { randomPatterns } from "../support/random-patterns.js";

/** A matrix of which about a fifth is not zero, not symmetric. */
function sparseMatrix(n: number, random: Random): Float64Array {
  return Float64Array.from({ length: n * n }, () => (random.bernoulli(0.2) ? random.normal() : 0));
}

function rowsOf(W: Float64Array, n: number): SparseRows {
  const starts = new Uint32Array(n + 1);
  const columns: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (W[i * n + j] === 0) continue;
      columns.push(j);
      weights.push(W[i * n + j]);
    }
    starts[i + 1] = columns.length;
  }
  return { starts, columns: Uint32Array.from(columns), weights: Float64Array.from(weights) };
}

/** From which units each unit is coupled, of an interaction that is kept sparse. */
function columnsOf({ linear }: Interaction): Uint32Array {
  const parts = linear?.parts;
  if (parts?.kind !== "sparse") throw new Error(`the couplings are kept as ${parts?.kind}, not sparse`);
  return parts.rows.columns;
}

describe("SparseCouplings", () => {
  const n = 70;
  const W = sparseMatrix(n, new Random(1));
  const sparse = new SparseCouplings(rowsOf(W, n), n);
  const dense = new DenseCouplings(W, n, referenceKernels);
  const states = randomPatterns(6, n, new Random(2));
  const thresholds = Float64Array.from({ length: n }, (_, i) => Math.sin(i));

  it("gives the fields, steps and energies of the same matrix, bit for bit", () => {
    const [a, b] = [new Float64Array(6 * n), new Float64Array(6 * n)];
    sparse.fields(states.bits, a);
    dense.fields(states.bits, b);
    expect(a).toEqual(b);
    expect(sparse.quadratic(states.bits)).toEqual(dense.quadratic(states.bits));
    const [s, d] = [bitMatrix(6, n), bitMatrix(6, n)];
    sparse.step(states.bits, thresholds, s);
    dense.step(states.bits, thresholds, d);
    expect(s).toEqual(d);
    const inPlace = bitMatrix(6, n, states.bits.words.slice());
    sparse.step(inPlace, thresholds, inPlace);
    expect(inPlace).toEqual(d);
    toMatrix(quadratic(sparse)).forEach((w, at) => {
      expect(Math.abs(w - W[at])).toBeLessThan(1e-14);
    });
    expect(sparse.entries).toBe(W.filter((w) => w !== 0).length);
  });

  it.each([false, true])("walks as the same matrix does, with noise %s", (noisy) => {
    const random = new Random(3);
    const walks = [sparse.walk(states.select([0]).bits), dense.walk(states.select([0]).bits)];
    for (let sweep = 0; sweep < 5; sweep++) {
      const order = random.permutation(new Uint32Array(n));
      const noise = noisy ? Float64Array.from({ length: n }, () => random.logistic()) : undefined;
      const [flips, same] = walks.map((walk) => walk.visit(order, thresholds, noise));
      expect(flips).toBe(same);
      const [a, b] = walks.map((walk) => {
        const state = bitMatrix(1, n);
        walk.read(state);
        return state;
      });
      expect(a).toEqual(b);
      expect(walks[0].field(sweep)).toBe(walks[1].field(sweep));
    }
  });

  it("keeps a unit whose field is its threshold, and takes the sign of zero for +1 in a step", () => {
    const empty = new SparseCouplings(rowsOf(new Float64Array(9), 3), 3);
    const state = bitMatrix(1, 3, Uint32Array.of(0b010, 0, 0, 0));
    expect(empty.walk(state).visit(Uint32Array.of(0, 1, 2), new Float64Array(3))).toBe(0);
    // What differs by less than 2^-33 counts as equal.
    const near = [2 ** -34, -(2 ** -34), 2 ** -32].map((theta) => Float64Array.of(theta, theta, theta));
    expect(near.map((theta) => empty.walk(state).visit(Uint32Array.of(0, 1, 2), theta))).toEqual([0, 0, 1]);
    const out = bitMatrix(1, 3);
    empty.step(state, new Float64Array(3), out);
    expect(out.words[0]).toBe(0b111);
  });

  it("adds its weights up exactly, in whatever order", () => {
    const s = states.spins(0);
    const fields = new Float64Array(6 * n);
    sparse.fields(states.bits, fields);
    const { starts, columns, weights } = sparse.rows;
    let rounded = 0;
    for (let i = 0; i < n; i++) {
      let [backward, raw, rawBackward] = [0, 0, 0];
      for (let k = starts[i + 1] - 1; k >= starts[i]; k--) backward += weights[k] * s[columns[k]];
      for (let j = 0; j < n; j++) raw += W[i * n + j] * s[j];
      for (let j = n - 1; j >= 0; j--) rawBackward += W[i * n + j] * s[j];
      expect(backward).toBe(fields[i]);
      if (raw !== rawBackward) rounded++;
    }
    // The weights as they came do depend on the order.
    expect(rounded).toBeGreaterThan(0);
  });

  it.each<[string, Partial<SparseRows>, string]>([
    ["too few starts", { starts: Uint32Array.of(0, 2) }, "rows has 2 starts, 2 columns and 2 weights; 2 units need 3"],
    ["starts that miss entries", { starts: Uint32Array.of(0, 1, 1) }, "2 units need 3 starts from 0 to the number of"],
    ["starts that fall", { starts: Uint32Array.of(0, 3, 2) }, "starts[2] is below starts[1]"],
    ["a column twice", { columns: Uint32Array.of(1, 1) }, "columns[1] is 1; expected ascending units below 2 in row 0"],
    [
      "a unit that there is not",
      { columns: Uint32Array.of(0, 2) },
      "columns[1] is 2; expected ascending units below 2",
    ],
    ["NaN", { weights: Float64Array.of(1, Number.NaN) }, "weights[1] is NaN; expected a finite number"],
  ])("refuses %s", (_, change, message) => {
    const sound = { starts: Uint32Array.of(0, 2, 2), columns: Uint32Array.of(0, 1), weights: Float64Array.of(1, 2) };
    expect(() => new SparseCouplings(sound, 2)).not.toThrow();
    expect(() => new SparseCouplings({ ...sound, ...change }, 2)).toThrow(message);
  });
});

describe("dilute", () => {
  const n = 200;
  const c = 0.3;
  const { interaction } = hebb({ selfCoupling: true }).learn(randomPatterns(5, n, new Random(1)), referenceKernels);
  const W = toMatrix(interaction);
  const pairs = (n * (n - 1)) / 2;
  const deviation = (expected: number, tries: number, q: number) => expected / Math.sqrt(tries * q * (1 - q));

  it.each([true, false])("keeps couplings with the given probability, scaled by it; symmetric %s", (symmetric) => {
    const diluted = toMatrix(dilute(interaction, { connectivity: c, symmetric, random: new Random(2) }));
    let [upper, lower, both] = [0, 0, 0];
    let off = 0;
    for (let i = 0; i < n; i++) {
      off = Math.max(off, Math.abs(diluted[i * n + i] - W[i * n + i]));
      for (let j = 0; j < i; j++) {
        for (const at of [i * n + j, j * n + i]) {
          if (diluted[at] !== 0) off = Math.max(off, Math.abs(diluted[at] - W[at] / c));
        }
        if (diluted[i * n + j] !== 0) lower++;
        if (diluted[j * n + i] !== 0) upper++;
        if (diluted[i * n + j] !== 0 && diluted[j * n + i] !== 0) both++;
      }
    }
    expect(off).toBeLessThan(1e-13);
    // Five patterns: no coupling was zero before.
    expect(W).not.toContain(0);
    // Within four standard deviations of the binomial distribution.
    expect(Math.abs(deviation(lower - pairs * c, pairs, c))).toBeLessThan(4);
    expect(Math.abs(deviation(upper - pairs * c, pairs, c))).toBeLessThan(4);
    if (symmetric) expect([upper, both]).toEqual([lower, lower]);
    else expect(Math.abs(deviation(both - pairs * c * c, pairs, c * c))).toBeLessThan(4);
  });

  it("takes both directions of asymmetric couplings from their own places", () => {
    const asymmetric = quadratic(
      new DenseCouplings(
        Array.from({ length: 16 }, (_, at) => at + 1),
        4,
      ),
    );
    const whole = dilute(asymmetric, { connectivity: 1, random: new Random(1) });
    expect(toMatrix(whole)).toEqual(toMatrix(asymmetric));
  });

  it("draws row by row: the same seed gives the same, another one something else", () => {
    const mask = (seed: number, symmetric: boolean) =>
      columnsOf(dilute(interaction, { connectivity: c, symmetric, random: new Random(seed) }));
    expect(mask(3, true)).toEqual(mask(3, true));
    expect(mask(3, false)).toEqual(mask(3, false));
    expect(mask(3, true)).not.toEqual(mask(4, true));
    const drawn = new Random(3);
    drawn.word();
    expect(columnsOf(dilute(interaction, { connectivity: c, random: drawn }))).toEqual(mask(3, true));
  });

  it("refuses a connectivity that is none", () => {
    const random = new Random(1);
    expect(() => dilute(interaction, { connectivity: 0, random })).toThrow(/connectivity is 0; expected a number from/);
    expect(() => dilute(interaction, { connectivity: 1.1, random })).toThrow(/connectivity is 1.1/);
    expect(() => dilute(interaction, { connectivity: 0.5, random: undefined as never })).toThrow(/random is missing/);
  });
});
