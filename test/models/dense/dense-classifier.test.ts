import { describe, expect, it, test } from "vitest";
import { ArgumentError, DataError, ShapeError } from "../../../src/errors.js";
import { referenceWorkspace, wasmWorkspace } from "../../../src/kernels/index.js";
import { nativeWorkspace } from "../../../src/kernels/wasm/workspace.js";
import { matrix, Random } from "../../../src/math/index.js";
import { DenseClassifier, type DenseForm } from "../../../src/models/index.js";
import { nativeTiers } from "../../support/native.js";
import { naiveGaps, randomCase, rowOf } from "./naive.js";

const workspace = referenceWorkspace;

const FORMS: readonly [form: DenseForm, power: number][] = [
  ["direct", 2],
  ["direct", 3],
  ["direct", 20],
  ["direct", 30],
  ["dual", 1],
  ["dual", 2],
  ["dual", 19],
];

/** Sum over memories of the largest power that their overlaps can reach, over T^n. */
function largestGap({ memories, power, temperature }: DenseClassifier): number {
  let sum = 0;
  for (let mu = 0; mu < memories.rows; mu++) {
    const reach = rowOf(memories, mu).reduce((total, x) => total + Math.abs(x), 0);
    sum += (reach / temperature) ** power;
  }
  return sum;
}

describe.each(FORMS)("%s form, power %i", (form, power) => {
  const { classifier, images } = randomCase(power, { form, power, temperature: 6 });

  test("gaps are those of the paper's formula", () => {
    const found = classifier.gaps(images, { workspace });
    // An overlap of j terms is off by up to j units of 2^-24 of the sum of their sizes, and its power by n times as much; beside
    // it, roundings of the powers and of their sums.
    const bound = (power + 4) * (classifier.memories.columns + 20) * 2 ** -24 * 2 * largestGap(classifier);
    for (let r = 0; r < images.rows; r++) {
      naiveGaps(classifier, rowOf(images, r)).forEach((gap, c) => {
        expect(Math.abs(rowOf(found, r)[c] - gap)).toBeLessThan(bound);
      });
    }
  });

  test("outputs are tanh of the gaps, and the largest gap is the class", () => {
    const gaps = classifier.gaps(images, { workspace });
    const outputs = classifier.outputs(images, { workspace });
    gaps.values.forEach((gap, k) => {
      expect(outputs.values[k]).toBeCloseTo(Math.tanh(gap), 14);
    });
    const found = classifier.predict(images, { workspace });
    for (let r = 0; r < images.rows; r++) expect(rowOf(gaps, r)[found[r]]).toBe(Math.max(...rowOf(gaps, r)));
  });

  test("gradients by the pixels are finite differences of the formula", () => {
    const random = new Random(9);
    const weights = matrix(
      images.rows,
      classifier.classes,
      Float64Array.from({ length: images.rows * classifier.classes }, () => random.normal()),
    );
    const found = classifier.gapGradients(images, weights, { workspace });
    const h = 1e-6;
    const value = (image: Float64Array, r: number) =>
      naiveGaps(classifier, image).reduce((sum, gap, c) => sum + rowOf(weights, r)[c] * gap, 0);
    for (let r = 0; r < 4; r++) {
      const size = Math.max(...rowOf(found, r).map(Math.abs));
      for (let i = 0; i < 10; i++) {
        const [up, down] = [rowOf(images, r).slice(), rowOf(images, r).slice()];
        up[i] += h;
        down[i] -= h;
        const slope = (value(up, r) - value(down, r)) / (2 * h);
        // Single precision against double; the rectified line of power 1 in the dual form has a corner that random rows miss.
        expect(Math.abs(rowOf(found, r)[i] - slope)).toBeLessThan(1e-4 * size + 1e-9);
      }
    }
  });

  test("leaders are those of the contributions", () => {
    const found = classifier.leaders(images, { workspace, cutoff: 0.5 });
    const classes = classifier.predict(images, { workspace });
    for (let r = 0; r < images.rows; r++) {
      const parts = Array.from({ length: classifier.memories.rows }, (_, mu) => {
        const one = matrix(1, classifier.memories.columns, rowOf(classifier.memories, mu).slice());
        const alone = new DenseClassifier({ ...classifier.copy(), ...settingOf(classifier), memories: one });
        return naiveGaps(alone, rowOf(images, r))[classes[r]];
      });
      const largest = Math.max(...parts);
      expect(parts[found.memory[r]]).toBe(largest);
      // No random contribution lies within rounding of the cutoff.
      expect(found.near[r]).toBe(parts.filter((part) => part > 0.5 * largest).length);
      const positive = parts.reduce((sum, part) => sum + Math.max(0, part), 0);
      expect(found.share[r]).toBeCloseTo(largest / positive, 4);
    }
  });

  test("all backends give the same bits", () => {
    const weights = matrix(images.rows, classifier.classes, new Float64Array(images.rows * classifier.classes).fill(1));
    const makers = [wasmWorkspace, ...nativeTiers.map((native) => nativeWorkspace(native))];
    for (const make of makers) {
      expect(classifier.gaps(images, { workspace: make })).toEqual(classifier.gaps(images, { workspace }));
      expect(classifier.gapGradients(images, weights, { workspace: make })).toEqual(
        classifier.gapGradients(images, weights, { workspace }),
      );
      expect(classifier.leaders(images, { workspace: make })).toEqual(classifier.leaders(images, { workspace }));
    }
  });
});

function settingOf({ classes, power, temperature, form }: DenseClassifier) {
  return { classes, power, temperature, form };
}

describe("both forms", () => {
  test("agree for small class units: the direct gap tends to 2 n / T times the dual one of a power less", () => {
    const { classifier, images } = randomCase(3, { power: 4, temperature: 6, pixels: 20 });
    const { memories, classes, pixels } = classifier;
    const small = 1e-4;
    const shrunk = memories.values.map((x, k) => (k % memories.columns < pixels ? x : small * x));
    const direct = new DenseClassifier({ ...settingOf(classifier), memories: { ...memories, values: shrunk } });
    const dual = new DenseClassifier({ ...settingOf(classifier), power: 3, form: "dual", memories });
    for (let r = 0; r < images.rows; r++) {
      const own = naiveGaps(direct, rowOf(images, r));
      const other = rowOf(dual.gaps(images, { workspace }), r);
      for (let c = 0; c < classes; c++) {
        // The next term of the expansion is smaller by the size of the class units.
        expect(own[c] / small).toBeCloseTo((other[c] * 2 * 4) / 6, 2);
      }
    }
  });

  test("are one formula at n = 2 where every overlap is positive", () => {
    // (a + 2 r)^2 - a^2 = 4 r (a + r), and a + sum of r is the overlap of the pixels.
    const { classifier, images } = randomCase(4, { power: 2, temperature: 8 });
    const { memories, pixels, classes } = classifier;
    const positive = memories.values.map((x, k) => (k % memories.columns < pixels ? 0.5 + Math.abs(x) / 2 : x / 8));
    const bright = { ...images, values: images.values.map((x) => 0.5 + Math.abs(x) / 2) };
    const parts = { ...settingOf(classifier), memories: { ...memories, values: positive } };
    const direct = new DenseClassifier(parts).gaps(bright, { workspace });
    const dual = new DenseClassifier({ ...parts, form: "dual", power: 1 }).gaps(bright, { workspace });
    for (let c = 0; c < classes; c++) {
      let rest = 0;
      for (let mu = 0; mu < memories.rows; mu++) {
        const own = rowOf({ columns: memories.columns, values: positive }, mu).subarray(pixels);
        rest += (4 * own[c] * (own[c] - own.reduce((sum, x) => sum + x, 0))) / 64;
      }
      for (let r = 0; r < images.rows; r++) {
        expect(rowOf(direct, r)[c]).toBeCloseTo((4 / 8) * rowOf(dual, r)[c] + rest, 4);
      }
    }
  });
});

test("votes count the class values above the cutoff", () => {
  const memories = matrix(2, 5, Float64Array.of(0, 0, 1, 0.95, -1, 0, 0, 0.9, 0.2, 0.1));
  const classifier = new DenseClassifier({ memories, classes: 3, power: 2, temperature: 1 });
  expect([...classifier.votes()]).toEqual([2, 0]);
  expect([...classifier.votes(0.15)]).toEqual([2, 2]);
});

test("XOR is solved by four memories and a rectified power of two or more", () => {
  const rows = [
    [-1, -1, -1],
    [-1, 1, 1],
    [1, -1, 1],
    [1, 1, -1],
  ];
  // Class 0 is the negative of the output unit, class 1 the output unit itself.
  const memories = matrix(4, 4, Float64Array.from(rows.flatMap(([x, y, z]) => [x, y, -z, z])));
  for (const power of [2, 3, 5]) {
    const classifier = new DenseClassifier({ memories, classes: 2, power, temperature: 2 });
    const found = classifier.predict(
      rows.map(([x, y]) => [x, y]),
      { workspace },
    );
    expect([...found]).toEqual([0, 1, 1, 0]);
  }
});

describe("bad input is one clear line", () => {
  const memories = matrix(2, 794);
  const parts = { memories, classes: 10, power: 3, temperature: 40 };
  it.each([
    [{ power: 1 }, ArgumentError, "power is 1; expected a whole number from 2 to 1000"],
    [{ power: 2.5 }, ArgumentError, "power is 2.5"],
    [{ power: 0, form: "dual" as const }, ArgumentError, "power is 0; expected a whole number from 1 to 1000"],
    [{ temperature: 0 }, ArgumentError, "temperature is 0; expected a number above 0"],
    [{ temperature: Number.NaN }, ArgumentError, "temperature is NaN"],
    [{ classes: 1 }, ArgumentError, "classes is 1"],
    [{ memories: matrix(0, 794) }, ShapeError, "memories is 0 x 794; expected at least one memory"],
    [{ memories: matrix(2, 10) }, ShapeError, "expected at least one memory of more than 10 values"],
    [{ form: "both" as never }, ArgumentError, 'form is "both"; expected "direct" or "dual"'],
    [{ power: 30 }, ArgumentError, "use a power of at most 22, or a temperature of at least 81"],
  ])("%j", (change, kind, words) => {
    const make = () => new DenseClassifier({ ...parts, ...change });
    expect(make).toThrow(kind);
    expect(make).toThrow(words);
  });

  test("the remedies of powers that overflow are valid, and the next values are not", () => {
    expect(() => new DenseClassifier({ ...parts, power: 22 })).not.toThrow();
    expect(() => new DenseClassifier({ ...parts, power: 23 })).toThrow("at most 22");
    expect(() => new DenseClassifier({ ...parts, power: 30, temperature: 81 })).not.toThrow();
    expect(() => new DenseClassifier({ ...parts, power: 30, temperature: 80 })).toThrow("at least 81");
  });

  test("values of memories and pixels outside their range", () => {
    const wrong = { ...memories, values: memories.values.slice() };
    wrong.values[800] = 1.5;
    expect(() => new DenseClassifier({ ...parts, memories: wrong })).toThrow("memories[1][6] is 1.5");
    const classifier = new DenseClassifier(parts);
    expect(() => classifier.predict([new Float64Array(784).fill(255)])).toThrow(DataError);
    expect(() => classifier.predict([new Float64Array(784).fill(255)])).toThrow("images[0][0] is 255");
    expect(() => classifier.predict([[0, 1]])).toThrow("images has rows of 2 values; expected 784");
    expect(() => classifier.gapGradients(matrix(2, 784), matrix(1, 10))).toThrow("weights has 1 rows for 2 images");
  });
});
