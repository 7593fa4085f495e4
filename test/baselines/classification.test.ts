import { describe, expect, it } from "vitest";
import { SoftmaxLoss } from "../../src/baselines/classification/softmax-loss.js";
import {
  confusion,
  encodeLabels,
  fitLogisticRegression,
  LogisticRegression,
  logisticRegression,
  nearestPatterns,
} from "../../src/baselines/index.js";
import { standardisation } from "../../src/baselines/standardisation.js";
import { defaultWorkspace, referenceKernels, referenceWorkspace } from "../../src/kernels/index.js";
import { proportion } from "../../src/math/binomial.js";
import type { DataMatrix } from "../../src/math/data-matrix.js";
import { matrix, transpose } from "../../src/math/matrix.js";
import { Random } from "../../src/math/random.js";
import { findRoot } from "../../src/math/roots.js";
import { hammingDistance, PatternSet, randomPatterns } from "../../src/patterns/index.js";
import { randomMatrix } from "../support/matrices.js";

/** The objective as its formula reads, in double precision; the parameters are W^T and b. */
function objective(data: DataMatrix, labels: ArrayLike<number>, classes: number, l2: number, p: Float64Array): number {
  const { rows, columns: d, values } = data;
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const scores = Array.from({ length: classes }, (_, c) => {
      let score = p[d * classes + c];
      for (let j = 0; j < d; j++) score += values[r * d + j] * p[c * d + j];
      return score;
    });
    loss += Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0)) - scores[labels[r]];
  }
  const squares = p.subarray(0, d * classes).reduce((sum, w) => sum + w * w, 0);
  return loss / rows + (l2 / 2) * squares;
}

/** Its gradient by central differences, whose error is about 1e-10. */
function differences(data: DataMatrix, labels: ArrayLike<number>, classes: number, l2: number, p: Float64Array) {
  return p.map((_, k) => {
    const at = (h: number) =>
      objective(
        data,
        labels,
        classes,
        l2,
        p.map((v, i) => (i === k ? v + h : v)),
      );
    return (at(1e-5) - at(-1e-5)) / 2e-5;
  });
}

/** Rows that are exact in single precision, and labels that have something to do with them. */
function problem(rows: number, columns: number, classes: number, seed: number) {
  const random = new Random(seed);
  const values = randomMatrix(rows, columns, random).values.map(Math.fround);
  const labels = Uint32Array.from({ length: rows }, (_, r) =>
    r < classes ? r : Math.floor(Math.abs(values[r * columns] + random.normal())) % classes,
  );
  return { data: { rows, columns, values }, labels };
}

describe("the softmax loss", () => {
  it.each([
    [40, 3, 2],
    [700, 5, 3],
    [1030, 4, 6],
  ])("and its gradient are those of the formula, %i rows, %i features, %i classes", (rows, columns, classes) => {
    const { data, labels } = problem(rows, columns, classes, rows);
    const random = new Random(3);
    const parameters = Float64Array.from({ length: (columns + 1) * classes }, () => Math.fround(random.normal()));
    const loss = new SoftmaxLoss(data, labels, classes, 0.03, referenceWorkspace);
    const gradient = new Float64Array(parameters.length);
    // Scores of order 10 carry errors of 10 times 2^-24 or so, and the loss is a mean over them.
    expect(loss.evaluate(parameters, gradient)).toBeCloseTo(objective(data, labels, classes, 0.03, parameters), 5);
    const expected = differences(data, labels, classes, 0.03, parameters);
    gradient.forEach((g, k) => {
      expect(Math.abs(g - expected[k])).toBeLessThan(5e-6);
    });
    loss.dispose();
  });
});

describe("logistic regression", () => {
  it.each([1, 0.1, 1e-3])("has the weight that a penalty allows two points, l2 = %s", async (l2) => {
    // W = (-w, w) / 2 by symmetry, with sigmoid(-w) = l2 w / 2.
    const { weights, intercepts, fit } = await logisticRegression([[-1], [1]], [0, 1], { l2, tolerance: 1e-7 });
    const w = findRoot((x) => 1 / (1 + Math.exp(x)) - (l2 * x) / 2, 0, 1 / l2);
    // The curvature at the optimum is l2 at least.
    expect(Math.abs(weights.values[1] - w / 2)).toBeLessThan(2e-7 / l2);
    expect(weights.values[0]).toBeCloseTo(-weights.values[1], 6);
    for (const b of intercepts) expect(Math.abs(b)).toBeLessThan(1e-6);
    expect(fit.outcome).toBe("converged");
    expect(fit.gradientNorm).toBeLessThanOrEqual(1e-7);
    expect(fit.objective).toBeCloseTo(Math.log(1 + Math.exp(-w)) + (l2 * w * w) / 4, 6);
  });

  it("has the classes' frequencies where the features say nothing, whatever the penalty", async () => {
    const labels = [0, 1, 1, 2, 2, 2, 2, 2];
    const model = await logisticRegression(
      labels.map(() => [0]),
      labels,
      { l2: 100, tolerance: 1e-7 },
    );
    expect([...model.probabilities([[0]]).values]).toEqual([1 / 8, 2 / 8, 5 / 8].map((p) => expect.closeTo(p, 6)));
  });

  it("ends where the gradient is zero, by finite differences", async () => {
    const { data, labels } = problem(150, 4, 3, 5);
    const { weights, intercepts, fit } = await logisticRegression(data, labels, { l2: 0.01, tolerance: 1e-6 });
    expect(fit.outcome).toBe("converged");
    const parameters = Float64Array.of(...transpose(weights).values, ...intercepts);
    for (const g of differences(data, labels, 3, 0.01, parameters)) expect(Math.abs(g)).toBeLessThan(2e-6);
    expect(fit.objective).toBeCloseTo(objective(data, labels, 3, 0.01, parameters), 6);
  });

  it("finds the plane between classes that are far apart, without a penalty too", async () => {
    const random = new Random(6);
    const labels = Uint32Array.from({ length: 300 }, (_, r) => r % 3);
    const rows = Array.from(labels, (c) => [
      4 * Number(c === 1) + random.normal() / 3,
      4 * Number(c === 2) + random.normal() / 3,
    ]);
    const model = await logisticRegression(rows, labels, { l2: 0 });
    expect([...model.predict(rows)]).toEqual([...labels]);
    expect(model.fit.gradientNorm).toBeLessThanOrEqual(1e-5);
  });

  it("tells every iteration, and descends as far as single precision goes", async () => {
    const { data, labels } = problem(100, 3, 2, 7);
    const fit = fitLogisticRegression(data, labels, { l2: 0.01 });
    const objectives: number[] = [];
    let step = await fit.next();
    for (; step.done !== true; step = await fit.next()) {
      expect(step.value.iteration).toBe(objectives.length);
      objectives.push(step.value.objective);
    }
    expect(objectives[0]).toBeCloseTo(Math.LN2, 6);
    for (let k = 1; k < objectives.length; k++) expect(objectives[k]).toBeLessThan(objectives[k - 1] + 2 ** -24);
    expect(step.value.fit).toMatchObject({ iterations: objectives.length - 1, objective: objectives.at(-1), l2: 0.01 });
  });

  it("ends between two iterations when it is told to, and gives its memory back", async () => {
    const { data, labels } = problem(100, 3, 2, 7);
    const stop = new AbortController();
    let given = 0;
    const workspace = (bytes: number) => {
      const made = referenceWorkspace(bytes);
      return Object.assign(made, { dispose: () => given++ });
    };
    const fit = fitLogisticRegression(data, labels, { signal: stop.signal, workspace });
    await fit.next();
    stop.abort(new Error("enough"));
    await expect(fit.next()).rejects.toThrow("enough");
    expect(given).toBe(1);
    const left = fitLogisticRegression(data, labels, { workspace });
    await left.next();
    await left.return(undefined as never);
    expect(given).toBe(2);
  });

  it("gives the same bits on every backend", async () => {
    const { data, labels } = problem(600, 7, 3, 8);
    const [a, b] = await Promise.all(
      [referenceWorkspace, defaultWorkspace].map((workspace) => logisticRegression(data, labels, { workspace })),
    );
    expect(a.weights).toEqual(b.weights);
    expect(a.fit).toEqual(b.fit);
  });

  it("stops after the iterations that it is given", async () => {
    const { data, labels } = problem(100, 3, 2, 7);
    const { fit, weights } = await logisticRegression(data, labels, { iterations: 0 });
    expect(fit).toMatchObject({ outcome: "iterations", iterations: 0 });
    expect([...weights.values]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.each<[() => Promise<unknown>, string]>([
    [() => logisticRegression([[1], [2]], [0, 0]), "number of classes is 1; expected a whole number of at least 2"],
    [
      () => logisticRegression([[1], [2]], [0, 2]),
      "class 1 of 3 has no rows; a fit needs at least one: number the classes without it",
    ],
    [() => logisticRegression([[1], [2]], [0, 1], { classes: 3 }), "class 2 of 3 has no rows"],
    [() => logisticRegression([[1], [2]], [0, -1]), "labels[1] is -1; expected the class of the row"],
    [() => logisticRegression([[1], [2]], [0]), "labels has 1 entries for 2 rows; give one per row"],
    [() => logisticRegression([[1], [Number.NaN]], [0, 1]), "features[1][0] is NaN; expected a finite number"],
    [() => logisticRegression([[1], [2]], [0, 1], { l2: -1 }), "l2 is -1; expected a number from 0"],
    [() => logisticRegression([[1], [2]], [0, 1], { iterations: 0.5 }), "iterations is 0.5"],
    [() => logisticRegression([[1], [2]], [0, 1], { tolerance: -1 }), "tolerance is -1"],
  ])("refuses bad input %#", async (call, message) => {
    await expect(call()).rejects.toThrow(message);
  });
});

describe("a softmax classifier", () => {
  const fit = { outcome: "converged", iterations: 1, evaluations: 1, objective: 0, gradientNorm: 0, l2: 0 } as const;
  const model = new LogisticRegression(matrix(2, 3, Float64Array.of(1, 0, -1, 0, 2, 0)), Float64Array.of(0, 0, 1), fit);

  it("has scores, probabilities and predictions, the lower class where two are equally probable", () => {
    const rows = [
      [1, 0],
      [0, 1],
      [0, 0.5],
      [1000, 0],
    ];
    expect([...model.scores(rows).values]).toEqual([1, 0, 0, 0, 2, 1, 0, 1, 1, 1000, 0, -999]);
    const p = model.probabilities(rows).values;
    const total = Math.E + 2;
    [Math.E / total, 1 / total, 1 / total].forEach((expected, c) => {
      expect(p[c]).toBeCloseTo(expected, 15);
    });
    expect([...p.subarray(9)]).toEqual([1, 0, 0]);
    expect([...model.predict(rows)]).toEqual([0, 1, 1, 0]);
  });

  it("refuses rows and intercepts that do not fit", () => {
    expect(() => model.predict([[1]])).toThrow("features has rows of 1 values; expected 2");
    expect(() => new LogisticRegression(matrix(2, 3), new Float64Array(2), fit)).toThrow("intercepts has 2 entries");
  });
});

describe("standardisation", () => {
  it("gives every column the mean 0 and the variance 1, and constant ones zeros", () => {
    const { values } = standardisation([
      [1, 0.1, 0],
      [3, 0.1, 4],
      [5, 0.1, 2],
    ]).transform([
      [1, 0.1, 0],
      [3, 7, 4],
    ]);
    const unit = Math.sqrt(3 / 2);
    expect([...values]).toEqual([-unit, 0, -unit, 0, 0, unit].map((x) => expect.closeTo(x, 6)));
  });
});

describe("nearest patterns", () => {
  it("are those at the least Hamming distance, the first of several, on every backend", () => {
    for (const units of [5, 130]) {
      const patterns = randomPatterns(40, units, new Random(1));
      const states = randomPatterns(25, units, new Random(2));
      const { indices, distances } = nearestPatterns(patterns, states);
      for (let r = 0; r < 25; r++) {
        const all = Array.from({ length: 40 }, (_, k) => hammingDistance(states.select([r]), patterns.select([k])));
        expect(distances[r]).toBe(Math.min(...all));
        expect(indices[r]).toBe(all.indexOf(Math.min(...all)));
      }
      expect(nearestPatterns(patterns, states, { kernels: referenceKernels })).toEqual({ indices, distances });
    }
  });

  it("must have as many units as the states", () => {
    const patterns = PatternSet.from([[1, -1]]);
    expect(() => nearestPatterns(patterns, PatternSet.from([[1]]))).toThrow("states has 1 units but patterns has 2");
  });
});

describe("a confusion table", () => {
  it("counts what was taken for what", () => {
    const { classes, counts, errorRate } = confusion([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 0, 0]);
    expect(classes).toBe(3);
    expect([...counts]).toEqual([1, 1, 0, 0, 1, 0, 2, 0, 1]);
    expect(errorRate).toEqual(proportion(3, 6));
    expect(confusion([0], [0], { classes: 2, confidence: 0.5 })).toMatchObject({ classes: 2, errorRate: { value: 0 } });
  });

  it.each<[() => unknown, string]>([
    [() => confusion([], []), "actual is empty"],
    [() => confusion([0, 1], [0]), "predicted has 1 entries for 2 rows"],
    [() => confusion([0, 1], [0, 2], { classes: 2 }), "predicted[1] is 2; expected the class of the row, from 0 to 1"],
  ])("refuses bad input %#", (call, message) => {
    expect(call).toThrow(message);
  });
});

describe("labels", () => {
  it("become numbers, sorted by value or by name, or in a given order", () => {
    expect(encodeLabels(["10", "9", "10"])).toEqual({ numbers: Uint32Array.of(1, 0, 1), classes: ["9", "10"] });
    expect(encodeLabels(["b", "a"]).classes).toEqual(["a", "b"]);
    expect([...encodeLabels(["b", "a"], ["b", "a"]).numbers]).toEqual([0, 1]);
    expect(() => encodeLabels(["c"], ["b", "a"])).toThrow('labels[0] is "c"; expected one of b, a');
  });
});
