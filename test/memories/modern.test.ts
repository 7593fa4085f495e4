import {
  ArgumentError,
  DataError,
  decodeMemory,
  encodeMemory,
  ModernMemory,
  type ModernOptions,
  memoryKinds,
  Random,
  ShapeError,
  VectorSet,
  warningMessage,
} from "engram";
import { asMatrix, exp, log, matrix } from "engram/math";
import { entmax, flat, hard, softmax, sparsemax, storageGuarantee, type VectorSeparation } from "engram/memories";
import { parallelRecall } from "engram/node";
import { describe, expect, it } from "vitest";
import { fewest } from "../../src/memories/modern/retrieval.js";
import { neededBeta } from "../../src/memories/modern/steepness.js";
import { refusal } from "../support/refusal.js";

/*
 * Modern memories against what is known of them: an example computed by hand, the energy's bounds and descent, exact retrieval by
 * sparse separations, the means of the flat one, theorem 3's constants, and attention.
 */

const THREE = [
  [1, 0.5, -0.5, 2],
  [-1, 1.5, 0.25, 0.5],
  [0.5, -1, 1, -1.5],
];
const QUERY = [0.8, 0.2, -0.3, 1];

function normals(count: number, units: number, seed: number, scale = 1): Float32Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Float32Array.from({ length: units }, () => scale * random.normal()));
}

function made(patterns: readonly ArrayLike<number>[], options: ModernOptions): ModernMemory {
  return new ModernMemory(patterns[0].length, options).store(patterns);
}

const largestNorm = (patterns: readonly ArrayLike<number>[]) =>
  Math.max(...patterns.map((x) => Math.hypot(...Array.from(x))));

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, within: number): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(found[i] - wanted[i])).toBeLessThanOrEqual(within);
}

describe("the example with three patterns", () => {
  const memory = made(THREE, { similarity: "dot", beta: 1 });

  it("has the known weights, states and energies", () => {
    expectClose(memory.weights(QUERY), [0.94921822, 0.04170574, 0.00907605], 5e-9);
    const step = memory.recall(QUERY, { steps: 1 });
    expectClose(step.state, [0.9120505, 0.52809167, -0.45510663, 1.90567523], 5e-9);
    expect(step.cueEnergy).toBeCloseTo(1.6314957245, 10);
    expect(step.energy).toBeCloseTo(1.0970553614, 10);
    const end = memory.recall(QUERY, { tolerance: 0 });
    expectClose(end.state, [0.98379275, 0.50787853, -0.49375346, 1.98744262], 5e-9);
    expect(end.energy).toBeCloseTo(1.0906391188, 10);
    expect(end).toMatchObject({ converged: true, effective: 1, attractor: { kind: "stored", class: "II" } });
  });

  it("gives the weights that it was asked for, the largest first", () => {
    const { weights, nearest } = memory.recall(QUERY, { steps: 1, topK: 2 });
    expect(weights.map(({ index }) => index)).toEqual([0, 1]);
    expect(nearest.index).toBe(0);
  });

  it("has the margin between the similarities, and the distance from the nearest pattern", () => {
    const { margin, bound, nearest, state } = memory.recall(QUERY, { steps: 1 });
    const [first, second] = Array.from(memory.similarities(QUERY)).sort((a, b) => b - a);
    expect(margin).toBe(first - second);
    expect(bound).toBeCloseTo(Math.hypot(...THREE[0].map((x, i) => x - state[i])), 12);
    expect(nearest.distance).toBe(bound);
  });
});

describe("the energy", () => {
  const separations = { softmax: softmax(), sparsemax: sparsemax(), entmax: entmax(), hard: hard() };
  const patterns = normals(40, 12, 1);

  for (const [name, separation] of Object.entries(separations)) {
    for (const similarity of ["dot", "cosine", "euclidean"] as const) {
      it(`lies from 0 to 2 M^2 and never rises: ${name}, ${similarity}`, () => {
        const memory = made(patterns, { similarity, separation, beta: 1.5 });
        const norm = similarity === "cosine" ? 1 : largestNorm(patterns);
        for (const cue of normals(20, 12, 2, 0.7)) {
          const process = memory.start(cue);
          let before = memory.energy(process.read());
          for (let step = 0; step < 30; step++) {
            process.advance(1);
            const state = process.read();
            const now = memory.energy(state);
            expect(now).toBeLessThanOrEqual(before + 1e-12 * Math.max(1, Math.abs(before)));
            expect(now).toBeGreaterThanOrEqual(-1e-12);
            // States after a step are means of patterns, whose lengths are at most M.
            if (similarity !== "euclidean") expect(now).toBeLessThanOrEqual(2 * norm * norm + 1e-12);
            before = now;
          }
        }
      });
    }
  }

  it("has its gradient where a step leads: E'(q) = q - sum_j p_j x_j, by differences", () => {
    for (const [name, separation] of Object.entries(separations)) {
      // The energy of the best pattern alone has corners.
      if (name === "hard") continue;
      for (const similarity of ["dot", "euclidean"] as const) {
        const memory = made(patterns, { similarity, separation, beta: 1.5 });
        const q = Float64Array.from(normals(1, 12, 5, 0.5)[0]);
        const { state } = memory.recall(q, { steps: 1 });
        for (let i = 0; i < q.length; i++) {
          const moved = (by: number) => memory.energy(q.map((x, k) => (k === i ? x + by : x)));
          expect((moved(1e-5) - moved(-1e-5)) / 2e-5).toBeCloseTo(q[i] - state[i], 6);
        }
      }
    }
  });
});

describe("weights", () => {
  it("of softmax do not depend on what all scores have in common, however large", () => {
    const scores = Float64Array.of(0.3, -1.2, 2.5);
    const { weights, potential } = softmax().weigh(scores);
    const sum = scores.reduce((all, t) => all + exp(t), 0);
    expectClose(
      weights,
      scores.map((t) => exp(t) / sum),
      1e-16,
    );
    expect(potential).toBeCloseTo(log(sum), 14);
    for (const shift of [2 ** 100, -(2 ** 100)]) {
      expect(softmax().weigh(Float64Array.of(shift, shift)).weights).toEqual(Float64Array.of(0.5, 0.5));
    }
    expect(softmax().weigh(Float64Array.of(1e300, -1e300)).weights).toEqual(Float64Array.of(1, 0));
    expect(softmax().weigh(Float64Array.of(0, -59, -61)).weights).toEqual(Float64Array.of(1, exp(-59), 0));
  });

  it("of sparsemax are the projection on the distributions", () => {
    // Two within 1 of each other: (1 + d) / 2 and (1 - d) / 2; the third is out of reach.
    const { weights } = sparsemax().weigh(Float64Array.of(0.4, 1, -3));
    expectClose(weights, [0.2, 0.8, 0], 1e-15);
    expect(sparsemax().weigh(Float64Array.of(2, 1, 0.5)).weights).toEqual(Float64Array.of(1, 0, 0));
  });

  it("of entmax solve their equation, and lie between the two", () => {
    const random = new Random(4);
    for (let trial = 0; trial < 50; trial++) {
      const scores = Float64Array.from({ length: 20 }, () => 2 * random.normal());
      for (const alpha of [1.2, 1.5, 1.8]) {
        const { weights } = entmax({ alpha }).weigh(scores);
        expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
        // (p_j^(alpha - 1)) / (alpha - 1) - t_j is the same for all that count, and larger for none.
        const heights = Array.from(weights, (p, j) => p ** (alpha - 1) / (alpha - 1) - scores[j]);
        const level = heights[weights.indexOf(Math.max(...weights))];
        weights.forEach((p, j) => {
          if (p > 0) expect(heights[j]).toBeCloseTo(level, 10);
          else expect(heights[j]).toBeGreaterThanOrEqual(level - 1e-12);
        });
      }
      const nearly = entmax({ alpha: 1.01 }).weigh(scores).weights;
      expectClose(nearly, softmax().weigh(scores).weights, 0.02);
      expectClose(entmax({ alpha: 2 }).weigh(scores).weights, sparsemax().weigh(scores).weights, 0);
    }
  });

  it("are counted from the largest on, however many there are", () => {
    const random = new Random(9);
    for (const spread of [0, 0.1, 3, 30]) {
      const scores = Float64Array.from({ length: 20_000 }, () => spread * random.normal());
      const { weights } = softmax().weigh(scores);
      for (const share of [0.1, 0.5, 0.9, 0.999]) {
        const sorted = weights.slice().sort().reverse();
        let [wanted, sum] = [0, 0];
        while (sum < share) sum += sorted[wanted++];
        // Where the sum is reached is a matter of rounding for equal weights alone.
        expect(Math.abs(fewest(weights, share) - wanted)).toBeLessThanOrEqual(spread === 0 ? 1 : 0);
      }
    }
    expect(fewest(new Float64Array(1000), 0.9)).toBe(0);
  });

  it("need of many patterns the beta that all weights say, whichever are told by bounds", () => {
    const random = new Random(12);
    // One that is far behind widens the bins, so that bounds tell nothing; exact copies are counted together.
    for (const [spread, far, copies] of [
      [0.1, 1, 1],
      [1, 1, 3],
      [0.1, 1e7, 1],
      [1e-9, 1e-9, 2],
    ]) {
      const similarities = Float64Array.from({ length: 6000 }, () => spread * random.normal());
      similarities[7] = -far;
      const most = 1.1 * Math.max(...similarities);
      const same = Array.from({ length: copies }, (_, k) => 40 * k);
      for (const row of same) similarities[row] = most;
      const others = similarities.filter((_, j) => !same.includes(j));
      const gap = most - Math.max(...others);
      const separation = softmax();
      const found = neededBeta({ row: 0, similarities, same, gap }, separation);
      // Of a separation that does not say that it is softmax, all weights are computed.
      const weighing: VectorSeparation = {
        weigh: (scores) => separation.weigh(scores),
        uniform: (count) => separation.uniform(count),
        lead: (count, share) => separation.lead(count, share),
      };
      expect(found).toBe(neededBeta({ row: 0, similarities, same, gap }, weighing));
      expect(found).toBeGreaterThan(0);
    }
  });

  it("of equal scores have the potential that `uniform` says", () => {
    for (const separation of [softmax(), sparsemax(), entmax(), entmax({ alpha: 1.1 }), flat(), hard()]) {
      for (const count of [1, 7, 300]) {
        const { potential } = separation.weigh(new Float64Array(count));
        expect(separation.uniform(count)).toBeCloseTo(potential, 12);
      }
    }
  });

  it("are sure of a pattern that leads by what `lead` says", () => {
    for (const separation of [softmax(), sparsemax(), entmax(), entmax({ alpha: 1.1 })]) {
      for (const count of [2, 50]) {
        const lead = separation.lead(count, 0.99);
        const at = (by: number) => separation.weigh(Float64Array.from({ length: count }, (_, j) => (j === 0 ? by : 0)));
        expect(at(lead).weights[0]).toBeGreaterThanOrEqual(0.99 - 1e-12);
      }
    }
    const { weights } = softmax().weigh(Float64Array.of(softmax().lead(2, 0.9), 0));
    expect(weights[0]).toBeCloseTo(0.9, 12);
  });
});

describe("retrieval", () => {
  const patterns = normals(60, 16, 3);

  it("by sparsemax is exact where beta times the lead is 1 or more", () => {
    const memory = made(patterns, { similarity: "dot", separation: sparsemax(), beta: 0.5 });
    let certified = 0;
    for (let mu = 0; mu < patterns.length; mu++) {
      const { state, margin } = memory.recall(patterns[mu], { steps: 1 });
      if (0.5 * (margin as number) < 1) continue;
      certified++;
      expect(Array.from(state)).toEqual(Array.from(patterns[mu]));
    }
    expect(certified).toBeGreaterThan(40);
  });

  it("by the flat separation ends on the mean of the patterns around it, and stays put where there are none", () => {
    const points = normals(30, 2, 7);
    const beta = 8;
    const memory = made(points, { separation: flat(), beta });
    for (const cue of normals(50, 2, 8)) {
      const { state, attractor, sweeps, converged, energy, warnings } = memory.recall(cue);
      expect(converged).toBe(true);
      const near = points.filter((x) => (x[0] - state[0]) ** 2 + (x[1] - state[1]) ** 2 < 2 / beta);
      if (attractor.kind === "none") {
        expect(near).toEqual([]);
        expect(Array.from(state)).toEqual(Array.from(cue));
        expect(energy).toBeUndefined();
        expect(warnings[0].code).toBe("out-of-reach");
      } else {
        expect(sweeps).toBeLessThan(30);
        for (const i of [0, 1]) {
          expect(state[i]).toBeCloseTo(near.reduce((sum, x) => sum + x[i], 0) / near.length, 12);
        }
      }
    }
    expect(memory.recall([50, 50]).attractor.kind).toBe("none");
    expect(memory.energy([50, 50])).toBe(Number.POSITIVE_INFINITY);
  });

  it("does not depend on the order of the patterns", () => {
    const order = new Random(2).permutation(new Uint32Array(patterns.length));
    const shuffled = Array.from(order, (j) => patterns[j]);
    for (const separation of [softmax(), sparsemax(), entmax()]) {
      const [memory, other] = [patterns, shuffled].map((set) => made(set, { beta: 0.3, separation }));
      const [one, two] = [memory.recall(QUERY_16), other.recall(QUERY_16)];
      expectClose(two.state, one.state, 1e-12);
      expect(order[two.nearest.index]).toBe(one.nearest.index);
    }
  });

  it("with a mask is that of a memory without the masked patterns, bit for bit", () => {
    const mask = patterns.map((_, j) => j % 3 !== 0);
    const kept = patterns.filter((_, j) => mask[j]);
    const rows = patterns.flatMap((_, j) => (mask[j] ? [j] : []));
    for (const separation of [softmax(), sparsemax(), hard()]) {
      const whole = made(patterns, { beta: 0.7, separation }).recall(QUERY_16, { mask });
      const part = made(kept, { beta: 0.7, separation }).recall(QUERY_16);
      expect(whole.state).toEqual(part.state);
      expect([whole.energy, whole.cueEnergy, whole.effective]).toEqual([part.energy, part.cueEnergy, part.effective]);
      expect(whole.weights.map(({ index }) => index)).toEqual(part.weights.map(({ index }) => rows[index]));
    }
  });

  it("gives a cue the same bits alone and among others", () => {
    const memory = made(patterns, { beta: 0.5 });
    const cues = normals(9, 16, 11).map((x) => Float64Array.from(x, (value) => value / 3));
    expect(memory.recallMany(cues)).toEqual(cues.map((cue) => memory.recall(cue)));
  });

  it("gives the same over threads, of vectors in double and in single precision", async () => {
    const memory = made(patterns, { beta: 0.5 });
    for (const cues of [
      normals(9, 16, 11),
      normals(9, 16, 11).map((x) => Float64Array.from(x, (value) => value / 3)),
    ]) {
      const set = new VectorSet(asMatrix("cues", cues));
      expect(await parallelRecall(memory, set, { workers: 2, seed: 1 })).toEqual(memory.recallMany(set));
    }
  });

  it("is attention after one step with values: softmax(Q K^T / sqrt(d)) V", () => {
    const [keys, values, queries] = [normals(10, 8, 1), normals(10, 5, 2), normals(4, 8, 3)];
    const beta = 1 / Math.sqrt(8);
    const memory = new ModernMemory(8, { similarity: "dot", beta }).store({ left: keys, right: values });
    for (const query of queries) {
      const scores = keys.map((key) => exp(beta * key.reduce((sum, x, i) => sum + x * query[i], 0)));
      const sum = scores.reduce((a, b) => a + b);
      const wanted = Array.from({ length: 5 }, (_, i) =>
        scores.reduce((all, score, j) => all + (score / sum) * values[j][i], 0),
      );
      expectClose(memory.recall(query, { steps: 1 }).state, wanted, 1e-12);
    }
    expect(memory.inspect()).toMatchObject({ units: { left: 8, right: 5 }, stored: 10 });
    const copy = decodeMemory(encodeMemory(memory), { kinds: memoryKinds }) as ModernMemory;
    expect(copy.recall(queries[0])).toEqual(memory.recall(queries[0]));
    expect(copy.items).toEqual(memory.items);
  });

  it("compares by direction alone with cosine", () => {
    const memory = made(patterns, { similarity: "cosine", beta: 30 });
    const { nearest, state } = memory.recall(patterns[5].map((x) => 1000 * x));
    expect(nearest.index).toBe(5);
    expect(Math.hypot(...state)).toBeCloseTo(1, 3);
  });

  it("knows the same vectors by their joint weight", () => {
    const twice = [...THREE, THREE[0]];
    const memory = made(twice, { beta: "auto" });
    expect(memory.recall(THREE[0])).toMatchObject({
      effective: 2,
      attractor: { kind: "stored" },
      bound: expect.any(Number),
    });
  });

  it("keeps labels, and says which pattern it was", () => {
    const set = new VectorSet(matrix(3, 4, Float32Array.from(THREE.flat())), { labels: ["a", "b", "c"] });
    const { nearest, weights } = new ModernMemory(4).store(set).recall(THREE[2]);
    expect(nearest).toMatchObject({ index: 2, label: "c" });
    expect(weights[0].label).toBe("c");
  });
});

const QUERY_16 = Float64Array.from(normals(1, 16, 20)[0]);

describe("beta auto", () => {
  it("is the smallest that retrieves 99 % of the patterns", () => {
    const patterns = normals(200, 10, 6);
    const memory = made(patterns, { beta: "auto" });
    const retrieved = (beta: number) =>
      patterns.filter((x, mu) => made(patterns, { beta }).weights(x)[mu] >= 0.99).length / patterns.length;
    expect(retrieved(memory.beta)).toBeGreaterThanOrEqual(0.99);
    expect(retrieved(memory.beta * 0.995)).toBeLessThan(0.99);
    expect(memory.inspect()).toMatchObject({
      sampled: 200,
      retrieved: retrieved(memory.beta),
      neededBeta: expect.any(Number),
    });
    expect(made(patterns, { beta: memory.beta / 2 }).inspect().retrieved).toBe(retrieved(memory.beta / 2));
  });

  it("grows with the noise that it expects", () => {
    const patterns = normals(100, 10, 6);
    const [clear, noisy] = [0, 0.2].map((noise) => made(patterns, { beta: "auto", noise }).beta);
    expect(noisy).toBeGreaterThan(clear);
  });

  it("is found anew when more is stored, and says where there is none", () => {
    const memory = new ModernMemory(2).store([
      [0, 0],
      [10, 0],
    ]);
    const before = memory.beta;
    expect(
      memory.store([
        [0.1, 0],
        [9.9, 0],
      ]).beta,
    ).toBeGreaterThan(100 * before);
    const longer = made(
      [
        [1, 0],
        [2, 0],
      ],
      { similarity: "dot", beta: "auto" },
    );
    expect(() => longer.beta).toThrow(/beta is auto/);
    expect(() => longer.recall([1, 0])).toThrow(/euclidean/);
  });
});

describe("attractors", () => {
  it("are averages with a warning that names the beta that one pattern needs", () => {
    const patterns = normals(100, 10, 6);
    const memory = made(patterns, { beta: 0.001 });
    const { attractor, warnings, effective, nearest } = memory.recall(patterns[3], { steps: 1 });
    expect(attractor).toEqual({ kind: "average", class: "I" });
    expect(warnings[0]).toMatchObject({ code: "averages", beta: 0.001, effective, patterns: 100 });
    const { needed } = warnings[0] as unknown as { readonly needed: number };
    expect(warningMessage(warnings[0])).toContain(`needs about beta ${needed}`);
    expect(nearest.index).toBe(3);
    expect(made(patterns, { beta: 1.05 * needed }).weights(patterns[3])[3]).toBeGreaterThanOrEqual(0.99);
  });

  it("have classes by the number of patterns that have 90 % of the weight", () => {
    const many = Array.from({ length: 64 }, (_, j) => [j < 8 ? 0 : 1000 + j, j < 8 ? 0.001 * j : 0]);
    const memory = made(many, { beta: 1 });
    expect(memory.recall([0, 0])).toMatchObject({ effective: 8, attractor: { kind: "metastable", class: "III" } });
  });
});

describe("theorem 3 of Ramsauer et al.", () => {
  it("has the constants that the paper prints, 3.1546 and 1.3718", () => {
    const c = (dimension: number, radius: number) =>
      (storageGuarantee({ dimension, beta: 1, radius, failure: 0.001 }) / Math.sqrt(0.001)) ** (4 / (dimension - 1));
    expect(c(20, 3)).toBeCloseTo(3.1546, 4);
    expect(Math.abs(c(75, 1) - 1.3718)).toBeLessThan(2e-4);
  });
});

describe("bad input", () => {
  const memory = made(THREE, { beta: 1 });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, "eight"])("refuses beta %s", (beta) => {
    expect(() => new ModernMemory(4, { beta: beta as number })).toThrow(refusal("beta"));
  });

  it("refuses patterns that do not fit, naming the entry, and is unchanged", () => {
    expect(() => memory.store([[1, 2, 3]])).toThrow(ShapeError);
    expect(() => memory.store([THREE[0], [1, Number.NaN, 0, 0]])).toThrow(/\[1\]\[1\] is NaN/);
    expect(() => memory.store([[1e300, 0, 0, 0]])).toThrow(/1e\+300.*single precision/);
    expect(() => memory.store({ left: THREE, right: THREE })).toThrow(/values/);
    expect(memory.items).toMatchObject({ count: 3 });
  });

  it("refuses cues that do not fit, masks that leave nothing, and directions of nothing", () => {
    expect(() => memory.recall([1, 2, 3])).toThrow(ShapeError);
    expect(() => memory.recall([Number.NaN, 0, 0, 0])).toThrow(DataError);
    expect(() => memory.recall(QUERY, { mask: [0, 0, 0] })).toThrow(/mask is 0 for all patterns/);
    expect(() => memory.recall(QUERY, { mask: [1, 1] })).toThrow(ShapeError);
    expect(() => memory.recall(QUERY, { steps: 0 })).toThrow(refusal("steps"));
    expect(() => new ModernMemory(4).recall(QUERY)).toThrow(/empty/);
    const directions = made(THREE, { similarity: "cosine", beta: 1 });
    expect(() => directions.recall([0, 0, 0, 0])).toThrow(/direction/);
    expect(() => directions.store([[0, 0, 0, 0]])).toThrow(/pattern 0 is 0/);
  });

  it("refuses the flat separation with another similarity than its own", () => {
    expect(() => new ModernMemory(4, { separation: flat(), similarity: "dot" })).toThrow(ArgumentError);
  });
});

describe("a recall that may omit some of the weight", () => {
  /** Clusters, whose order is mixed, and cues near some of the patterns. */
  const [count, units] = [5000, 24];
  const random = new Random(21);
  const centres = normals(300, units, 22);
  const patterns = Array.from({ length: count }, (_, j) =>
    centres[(j * 7) % 300].map((x) => x + 0.1 * random.normal()),
  );
  const cues = Array.from({ length: 9 }, (_, k) => patterns[(k * 571) % count].map((x) => x + 0.05 * random.normal()));
  const omitted = 1e-5;

  for (const similarity of ["dot", "cosine", "euclidean"] as const) {
    const beta = similarity === "cosine" ? 150 : 6;
    const memory = made(patterns, { similarity, beta });
    const norm = similarity === "cosine" ? 1 : largestNorm(patterns);

    it(`has the state of all patterns within its bound, and their heaviest and margin: ${similarity}`, () => {
      const [exact, found] = [0, omitted].map((most) => memory.recallMany(cues, { steps: 1, topK: 3, omitted: most }));
      let omissions = 0;
      found.forEach((recall, k) => {
        expect(recall.omitted).toBeLessThanOrEqual(omitted);
        if (recall.omitted > 0) omissions++;
        const apart = Math.hypot(...recall.state.map((x, i) => x - exact[k].state[i]));
        expect(apart).toBeLessThanOrEqual(2 * norm * recall.omitted + 1e-12 * norm);
        expect(recall.bound).toBeGreaterThanOrEqual(exact[k].bound - 1e-12 * norm);
        expect(recall.weights.map(({ index }) => index)).toEqual(exact[k].weights.map(({ index }) => index));
        recall.weights.forEach(({ weight }, n) => {
          const all = exact[k].weights[n].weight;
          expect(weight).toBeGreaterThanOrEqual(all * (1 - 1e-12));
          expect(weight * (1 - recall.omitted)).toBeLessThanOrEqual(all * (1 + 1e-12));
        });
        expect(recall.margin).toBe(exact[k].margin);
        expect(recall.effective).toBeGreaterThanOrEqual(exact[k].effective);
        expect(recall.energy).toBeGreaterThanOrEqual((exact[k].energy ?? Number.NaN) - 1e-9);
      });
      expect(omissions).toBeGreaterThan(0);
    });

    it(`gives the same for a cue alone, and to the end: ${similarity}`, () => {
      const together = memory.recallMany(cues, { omitted });
      cues.forEach((cue, k) => {
        expect(memory.recall(cue, { omitted })).toEqual(together[k]);
      });
      expect(together.every(({ converged }) => converged)).toBe(true);
    });
  }

  it("omits nothing where the weight is spread, under a mask, and by another separation", () => {
    const spread = made(patterns, { similarity: "dot", beta: 0.01 });
    expect(spread.recall(cues[0], { omitted })).toEqual(spread.recall(cues[0]));
    const memory = made(patterns, { similarity: "dot", beta: 6 });
    const mask = patterns.map((_, j) => j % 3 > 0);
    expect(memory.recall(cues[0], { omitted, mask })).toEqual(memory.recall(cues[0], { mask }));
    const sparse = made(patterns, { similarity: "dot", beta: 6, separation: sparsemax() });
    expect(sparse.recall(cues[0], { omitted })).toEqual(sparse.recall(cues[0]));
  });

  it("recalls values within their bound", () => {
    const values = normals(count, 3, 23);
    const memory = new ModernMemory(units, { similarity: "dot", beta: 6 }).store({ left: patterns, right: values });
    const [exact, found] = [0, omitted].map((most) => memory.recallMany(cues, { steps: 1, omitted: most }));
    found.forEach((recall, k) => {
      const apart = Math.hypot(...recall.state.map((x, i) => x - exact[k].state[i]));
      expect(apart).toBeLessThanOrEqual(2 * largestNorm(values) * recall.omitted + 1e-12);
      expect(recall.bound).toBeGreaterThanOrEqual(exact[k].bound - 1e-12);
    });
  });

  it("refuses more than a hundredth of the weight", () => {
    const memory = made(patterns, { beta: 1 });
    expect(() => memory.recall(cues[0], { omitted: 0.1 })).toThrow(refusal("omitted"));
  });
});

describe("a recall in single precision", () => {
  const [count, units] = [5000, 40];
  const patterns = normals(count, units, 31, 0.3);
  const random = new Random(32);
  const cues = Array.from({ length: 9 }, (_, k) => patterns[k * 500].map((x) => x + 0.1 * random.normal()));
  const apart = (a: ArrayLike<number>, b: ArrayLike<number>) => Math.hypot(...Array.from(a, (x, i) => x - b[i]));

  for (const similarity of ["dot", "cosine", "euclidean"] as const) {
    // From the mean of all to one alone.
    for (const beta of [0.1, 3, 20]) {
      it(`ends a step within the bound of its rounding: ${similarity}, beta ${beta}`, () => {
        const memory = made(patterns, { similarity, beta });
        const exact = memory.recallMany(cues, { steps: 1 });
        const single = memory.recallMany(cues, { steps: 1, precision: "single" });
        const longest = similarity === "cosine" ? 1 : largestNorm(patterns);
        let off = 0;
        single.forEach(({ state, rounding = Number.NaN, bound, nearest }, k) => {
          expect(apart(state, exact[k].state)).toBeLessThanOrEqual(rounding);
          // Some hundred units of single precision times the score of the longest.
          expect(rounding).toBeLessThanOrEqual(longest * (1 + beta * 4 * longest * longest) * 400 * 2 ** -24);
          expect(bound).toBe(nearest.distance + rounding);
          expect(bound).toBeGreaterThanOrEqual(exact[k].bound);
          off = Math.max(off, apart(state, exact[k].state));
        });
        // It is another arithmetic, and each cue is on its own.
        expect(off).toBeGreaterThan(0);
        expect(memory.recall(cues[4], { steps: 1, precision: "single" })).toEqual(single[4]);
      });
    }
  }

  it("recalls values, omits, and masks", () => {
    const values = normals(count, 3, 33);
    const memory = new ModernMemory(units, { beta: 3 }).store({ left: patterns, right: values });
    for (const options of [{}, { omitted: 1e-5 }, { mask: patterns.map((_, j) => j % 2 === 0) }]) {
      const exact = memory.recallMany(cues, { steps: 1, ...options });
      memory.recallMany(cues, { steps: 1, precision: "single", ...options }).forEach(({ state, rounding = 0 }, k) => {
        expect(apart(state, exact[k].state)).toBeLessThanOrEqual(rounding);
      });
    }
  });

  it("is refused where it has no bound", () => {
    const sparse = made(patterns, { beta: 1, separation: sparsemax() });
    expect(() => sparse.recall(cues[0], { precision: "single" })).toThrow(/precision is single.*sparsemax.*use double/);
    const large = made([[1e19, 1e19]], { beta: 1 });
    expect(() => large.recall([1e19, 0], { precision: "single" })).toThrow(/precision is single.*use double/);
    expect(() => large.recall([1, 0], { precision: "half" as "single" })).toThrow(refusal("precision"));
  });
});

it("the separations of an even number of patterns have their median in the middle", () => {
  const memory = new ModernMemory(4, { similarity: "dot" });
  memory.store([1, 2, 3, 4].map((length, k) => Float64Array.from({ length: 4 }, (_, i) => (i === k ? length : 0))));
  // Of orthogonal patterns each is its own square above all others.
  expect(memory.inspect().separations).toEqual({ least: 1, median: 6.5, most: 16 });
});
