import { describe, expect, test } from "vitest";
import { type Comparison, type Kept, type Kernels, referenceKernels, type Screening } from "../../src/kernels/index.js";
import { useNativeThreads } from "../../src/kernels/native/threads.js";
import { WasmKernels } from "../../src/kernels/wasm/index.js";
import { matrix } from "../../src/math/matrix.js";
import { nativeTiers } from "../support/native.js";
import { generator, randomNumbers } from "./systems.js";

/*
 * What a screen leaves out has at most the weight that it says, computed in double precision from all scores: of sets that are
 * hard for it.
 */

const backends: [string, Kernels][] = [
  ["wasm", new WasmKernels()],
  ...nativeTiers.map((native): [string, Kernels] => [`native (${native.tier})`, new WasmKernels(undefined, native)]),
];

type Make = (count: number, units: number, random: () => number) => Float32Array;

const random: Make = (count, units, next) => Float32Array.from(randomNumbers(count * units, next));

/** Rows in the order of an entry, so that whole blocks are alike. */
const sorted: Make = (count, units, next) => {
  const rows = Array.from({ length: count }, () => Float32Array.from(randomNumbers(units, next)));
  return Float32Array.from(rows.sort((a, b) => a[0] - b[0]).flatMap((row) => Array.from(row)));
};

const clustered: Make = (count, units, next) => {
  const centres = randomNumbers(200 * units, next);
  const noise = randomNumbers(count * units, next);
  return Float32Array.from(noise, (x, at) => {
    const row = Math.floor(at / units);
    return centres[((row * 7) % 200) * units + (at % units)] + 0.05 * x;
  });
};

const sets: Record<string, Make> = {
  random,
  sorted,
  clustered,
  "vectors that occur many times": (count, units, next) => {
    const few = randomNumbers(100 * units, next);
    return Float32Array.from({ length: count * units }, (_, at) => {
      return few[(Math.floor(at / units) % 100) * units + (at % units)];
    });
  },
  "a block of giants": (count, units, next) =>
    random(count, units, next).map((x, at) => (at < 16 * units ? 50 * x : x)),
  "one giant in a block of dwarfs": (count, units, next) =>
    random(count, units, next).map((x, at) => (Math.floor(at / units) === 37 ? 30 * x : x / 30)),
  "vectors of zeros": (count, units, next) => random(count, units, next).map((x, at) => (at < 64 * units ? 0 : x)),
  "lengths of all sizes": (count, units, next) =>
    random(count, units, next).map((x, at) => x * 2 ** ((Math.floor(at / units) % 60) - 40)),
};

interface System {
  readonly count: number;
  readonly units: number;
  readonly vectors: Float32Array;
  readonly queries: Float64Array;
}

function system(make: Make, count: number, units: number, many: number): System {
  const next = generator(count + units);
  const vectors = make(count, units, next);
  const noise = randomNumbers(many * units, next);
  // Vectors with a little noise.
  const queries = noise.map((x, at) => {
    const row = (Math.floor(at / units) * 97) % count;
    return vectors[row * units + (at % units)] + 0.02 * x;
  });
  return { count, units, vectors, queries };
}

const keep = (kernels: Kernels, { count, units, vectors, queries }: System, how: Comparison, screening: Screening) =>
  Array.from(
    kernels.vectorScreen(matrix(count, units, vectors), how).keep(queries, screening),
    // What a query gets holds until the next.
    (kept) => kept && { ...kept, rows: kept.rows.slice() },
  );

const comparisons = ["dot", "euclidean"] as const;

describe.each(backends)("%s kernels", (_, kernels) => {
  test.each([
    [1, 1],
    [16, 2],
    [700, 21],
    [1500, 64],
  ])("keep the same of %i vectors of %i entries as the reference", (count, units) => {
    for (const make of Object.values(sets)) {
      const given = system(make, count, units, 11);
      for (const comparison of comparisons) {
        for (const beta of [0.01, 1, 60]) {
          const screening = { beta, omitted: 1e-6, most: 3 };
          const expected = keep(referenceKernels, given, comparison, screening);
          for (const threads of [1, 3]) {
            useNativeThreads(threads);
            expect(keep(kernels, given, comparison, screening)).toEqual(expected);
          }
          useNativeThreads(1);
        }
      }
    }
  });
});

describe("what is left out", () => {
  test.each(Object.keys(sets))("has at most the weight that is said: %s", (name) => {
    let screened = 0;
    for (const comparison of comparisons) {
      const given = system(sets[name], 2000, 24, 12);
      for (const beta of [0.3, 3, 30]) {
        for (const omitted of [0, 1e-12, 1e-7, 1e-2]) {
          const found = keep(referenceKernels, given, comparison, { beta, omitted, most: 4 });
          found.forEach((kept, k) => {
            if (kept === undefined) return;
            screened++;
            expectProven(kept, similarities(given, comparison, k), beta, omitted, 4);
          });
        }
      }
    }
    expect(screened).toBeGreaterThan(0);
  });

  // Cauchy's bound with equality: what rounding loses lies along the query, or along the vectors.
  const along: Record<string, { query: number[]; best: number[]; lost: number[] }> = {
    "of a vector": { query: [0, ...fill(23, 1)], best: [127, ...fill(23, 3)], lost: [127, ...fill(23, 2.49)] },
    "of a query": {
      query: [32767, 100, ...fill(22, 0.49)],
      best: [0, 127, ...fill(22, 0)],
      lost: [0, 124, ...fill(22, 127)],
    },
  };
  test.each(Object.keys(along))("is not what only the rounding %s makes small", (name) => {
    const { query, best, lost } = along[name];
    // Of 100 blocks, one holds the vectors that lose; the others but one are far.
    const far = best.map((x) => -x);
    const rows = Array.from({ length: 1600 }, (_, j) => (j < 16 ? best : j < 32 ? lost : far));
    const given = {
      count: 1600,
      units: 24,
      vectors: Float32Array.from(rows.flat()),
      queries: Float64Array.from(query),
    };
    const [kept] = keep(referenceKernels, given, "dot", { beta: 1, omitted: 1e-7, most: 1 });
    expect(Array.from(kept?.rows ?? [])).toEqual(Array.from({ length: 32 }, (_, j) => j));
    if (kept !== undefined) expectProven(kept, similarities(given, "dot", 0), 1, 1e-7, 1);
  });

  test("is nothing where sizes leave single precision, and the other vectors are kept", () => {
    for (const size of [1e30, 1e-30]) {
      const given = system(random, 2000, 24, 12);
      const large = {
        ...given,
        vectors: given.vectors.map((x) => x * size),
        queries: given.queries.map((x) => x * size),
      };
      for (const comparison of comparisons) {
        const beta = 3 / size / size;
        keep(referenceKernels, large, comparison, { beta, omitted: 1e-7, most: 2 }).forEach((kept, k) => {
          if (kept !== undefined) expectProven(kept, similarities(large, comparison, k), beta, 1e-7, 2);
        });
      }
    }
  });

  test("is not decided where the weight is spread", () => {
    const given = system(random, 2000, 24, 3);
    expect(keep(referenceKernels, given, "dot", { beta: 1e-3, omitted: 1e-7, most: 4 })).toEqual(
      new Array(3).fill(undefined),
    );
  });
});

function expectProven({ rows, omitted }: Kept, all: Float64Array, beta: number, allowed: number, most: number): void {
  const isKept = new Uint8Array(all.length);
  for (const j of rows) isKept[j] = 1;
  const best = Math.max(...all);
  const weights = all.map((s) => Math.exp(beta * (s - best)));
  const left = weights.reduce((sum, weight, j) => sum + (isKept[j] === 1 ? 0 : weight), 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  expect(omitted).toBeLessThanOrEqual(allowed);
  // Scores are sums in double precision, whose errors the exponential turns into relative ones.
  expect(left / total).toBeLessThanOrEqual(omitted * (1 + 1e-9) + 1e-300);
  const limit = Array.from(all).sort((a, b) => b - a)[most - 1];
  all.forEach((s, j) => {
    if (s > limit) expect(isKept[j]).toBe(1);
  });
}

/** In double precision. */
function similarities({ count, units, vectors, queries }: System, comparison: Comparison, k: number): Float64Array {
  return Float64Array.from({ length: count }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < units; i++) {
      const [q, x] = [queries[k * units + i], vectors[j * units + i]];
      sum += comparison === "dot" ? q * x : -((q - x) * (q - x)) / 2;
    }
    return sum;
  });
}

function fill(count: number, x: number): number[] {
  return new Array<number>(count).fill(x);
}
