import { describe, expect, it, test } from "vitest";
import {
  ArgumentError,
  CheckpointError,
  DataError,
  linearDecay,
  Random,
  ShapeError,
  train,
} from "../../../src/index.js";
import { type MakeWorkspace, referenceWorkspace, wasmWorkspace } from "../../../src/kernels/index.js";
import { nativeWorkspace } from "../../../src/kernels/wasm/workspace.js";
import { matrix } from "../../../src/math/index.js";
import { DenseClassifier, type DenseForm } from "../../../src/models/index.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../../src/storage/index.js";
import { denseLoss } from "../../../src/training/dense/loss.js";
import { type DenseReport, type DenseTraining, exponentialDecay, usualDense } from "../../../src/training/index.js";
import { naiveGaps, raisedAbove, randomCase, rowOf } from "../../models/dense/naive.js";
import { nativeTiers } from "../../support/native.js";

const workspace = referenceWorkspace;

/** The rows of an image set as one array. */
const dataOf = (images: { values: Float64Array }) => images.values;

async function trained(
  seed: number,
  sizes: Parameters<typeof randomCase>[1],
  options: Partial<DenseTraining>,
  make: MakeWorkspace = workspace,
) {
  const { classifier, images, labels } = randomCase(seed, sizes);
  const start = classifier.copy();
  const reports: DenseReport[] = [];
  const settings = { labels, epochs: 1, ...options, workspace: make };
  for await (const report of train(classifier, dataOf(images), settings)) reports.push(report);
  return { classifier, start, images, labels, reports };
}

interface Update {
  readonly rate: number;
  readonly momentum: number;
  readonly errorPower: number;
}

/** Updates on all rows by the formulas of appendix A, written out in double precision. */
function naiveUpdates(
  start: DenseClassifier,
  images: { rows: number; columns: number; values: Float64Array },
  labels: readonly number[],
  { rate, momentum, errorPower: m }: Update,
  updates: number,
): Float64Array {
  const { power: n, temperature, form, memories, pixels } = start;
  const { rows: K, columns: J } = memories;
  const now = start.copy();
  const xi = now.memories.values;
  const V = new Float64Array(xi.length);
  const beta = 1 / temperature ** n;
  for (let update = 0; update < updates; update++) {
    const gradient = new Float64Array(xi.length);
    for (let r = 0; r < images.rows; r++) {
      const v = rowOf(images, r);
      naiveGaps(now, v).forEach((gap, c) => {
        const [y, t] = [Math.tanh(gap), c === labels[r] ? 1 : -1];
        const slope = (t - y) ** (2 * m - 1) * (1 - y * y);
        for (let mu = 0; mu < K; mu++) {
          const own = xi.subarray(mu * J, (mu + 1) * J);
          let z = 0;
          for (let i = 0; i < pixels; i++) z += own[i] * v[i];
          if (form === "dual") {
            const inner = own[pixels + c] * n * raisedAbove(z, n - 1);
            for (let i = 0; i < pixels; i++) gradient[mu * J + i] += beta * slope * inner * v[i];
            gradient[mu * J + pixels + c] += beta * slope * raisedAbove(z, n);
            continue;
          }
          const off = (a: number) => (a < pixels ? v[a] : -1);
          const on = (a: number) => (a === pixels + c ? 1 : off(a));
          let [zOn, zOff] = [z, z];
          for (let a = pixels; a < J; a++) {
            zOn += own[a] * on(a);
            zOff += own[a] * off(a);
          }
          const [fOn, fOff] = [raisedAbove(zOn, n - 1), raisedAbove(zOff, n - 1)];
          for (let a = 0; a < J; a++) gradient[mu * J + a] += beta * n * slope * (fOn * on(a) - fOff * off(a));
        }
      });
    }
    for (let mu = 0; mu < K; mu++) {
      let largest = 0;
      for (let a = mu * J; a < (mu + 1) * J; a++) {
        V[a] = momentum * V[a] + gradient[a];
        largest = Math.max(largest, Math.abs(V[a]));
      }
      if (largest === 0) continue;
      for (let a = mu * J; a < (mu + 1) * J; a++) {
        xi[a] = Math.max(-1, Math.min(1, xi[a] + (rate * V[a]) / largest));
      }
    }
  }
  return xi;
}

const FORMS: readonly [form: DenseForm, power: number, errorPower: number][] = [
  ["direct", 2, 1],
  ["direct", 2, 2],
  ["direct", 3, 2],
  ["direct", 20, 10],
  ["direct", 30, 30],
  ["dual", 1, 2],
  ["dual", 2, 3],
  ["dual", 19, 30],
];

test.each(FORMS)("%s form, power %i, error power %i: three updates are those of the paper", async (form, power, m) => {
  const sizes = { pixels: 40, classes: 3, memories: 12, power, form, rows: 20, temperature: 5 };
  const update = { rate: 0.02, momentum: 0.7, errorPower: m };
  const { classifier, start, images, labels } = await trained(power, sizes, {
    ...update,
    epochs: 3,
    batch: 20,
  });
  const expected = naiveUpdates(start, images, labels, update, 3);
  const off = classifier.memories.values.map((x, k) => Math.abs(x - expected[k]));
  expect(Math.max(...off)).toBeLessThan(5e-6);
  const moved = classifier.memories.values.map((x, k) => Math.abs(x - start.memories.values[k]));
  // A step is the rate at most, and at least that for one value of a memory that is not cut: the comparison says something.
  expect(Math.max(...moved)).toBeGreaterThan(0.02);
});

describe("the loss", () => {
  const gaps = Float64Array.of(0.3, -2, 5, -0.1, 0.2, -0.4);
  const labels = [0, 2];

  test.each([1, 2, 10, 30])("m = %i: loss and weights by the formula", (m) => {
    const weights = new Float32Array(6);
    const { loss, errors, logScale } = denseLoss(gaps, 2, 3, (r) => labels[r], m, weights);
    let sum = 0;
    gaps.forEach((gap, k) => {
      const t = k % 3 === labels[Math.floor(k / 3)] ? 1 : -1;
      const c = Math.tanh(gap);
      sum += (c - t) ** (2 * m);
      const expected = (t - c) ** (2 * m - 1) * (1 - c * c);
      expect(weights[k] * Math.exp(logScale)).toBeCloseTo(expected, 5 - Math.log10(Math.max(1, Math.abs(expected))));
    });
    expect(loss / sum).toBeCloseTo(1, 9);
    expect(errors).toBe(2);
  });

  test("outputs that are all but right or wrong neither overflow nor underflow", () => {
    const far = Float64Array.of(400, -400, 900, 300, -800, 350);
    const weights = new Float32Array(6);
    const { loss, logScale } = denseLoss(far, 2, 3, (r) => labels[r], 30, weights);
    expect(loss).toBeGreaterThan(2 ** 60);
    expect(Number.isFinite(loss) && Number.isFinite(logScale)).toBe(true);
    expect(Math.max(...weights.map(Math.abs))).toBe(1);
    expect([...weights].every(Number.isFinite)).toBe(true);
  });
});

const SIZES = { pixels: 49, classes: 4, memories: 37, rows: 60, power: 3, temperature: 10 };
const SETTINGS = {
  epochs: 4,
  batch: 16,
  rate: exponentialDecay({ from: 0.05, factor: 0.9 }),
  temperature: linearDecay({ from: 20, to: 8, epochs: 3 }),
  seed: 4,
};

describe("the same bits", () => {
  test.each(FORMS.slice(2))("%s form, power %i: all backends", async (form, power) => {
    const sizes = { ...SIZES, form, power };
    const expected = await trained(7, sizes, SETTINGS);
    const makers = [wasmWorkspace, ...nativeTiers.map((native) => nativeWorkspace(native))];
    for (const make of makers) {
      const found = await trained(7, sizes, SETTINGS, make);
      expect(found.classifier.memories.values).toEqual(expected.classifier.memories.values);
      expect(found.reports.map(({ training }) => training)).toEqual(expected.reports.map(({ training }) => training));
    }
  });

  test("a training that is resumed within an epoch", async () => {
    const whole = await trained(7, SIZES, SETTINGS);
    const { classifier, images, labels } = randomCase(7, SIZES);
    let saved: Uint8Array | undefined;
    const training = train(classifier, dataOf(images), { ...SETTINGS, labels, workspace, reportEvery: 1 });
    for await (const report of training) {
      if (report.updates < 6) continue;
      saved = encodeCheckpoint(report.checkpoint());
      break;
    }
    const later = randomCase(8, SIZES).classifier;
    const resume = decodeCheckpoint(saved!);
    for await (const _ of train(later, dataOf(images), { ...SETTINGS, labels, workspace, resume }));
    expect(later.memories.values).toEqual(whole.classifier.memories.values);
    expect(later.temperature).toBe(whole.classifier.temperature);
  });

  test("validation rows change nothing and are scored as they are", async () => {
    const alone = await trained(7, SIZES, SETTINGS);
    const { images, labels } = randomCase(11, SIZES);
    const held = await trained(7, SIZES, { ...SETTINGS, validation: { data: dataOf(images), labels } });
    expect(held.classifier.memories.values).toEqual(alone.classifier.memories.values);
    const found = held.classifier.predict(images, { workspace });
    const errors = found.reduce((count, c, r) => count + (c === labels[r] ? 0 : 1), 0);
    expect(held.reports[3].validation?.errorRate).toBe(errors / labels.length);
    expect(alone.reports[3].validation).toBeUndefined();
  });
});

test("memories stay within [-1, 1], the largest step is the rate, and the temperature is that of the schedule", async () => {
  const rate = 0.3;
  const { classifier, start, reports } = await trained(5, SIZES, { ...SETTINGS, rate, epochs: 1, batch: 60 });
  classifier.memories.values.forEach((x, k) => {
    expect(Math.abs(x)).toBeLessThanOrEqual(1);
    expect(Math.abs(x - start.memories.values[k])).toBeLessThanOrEqual(rate * (1 + 1e-6));
  });
  expect(reports[0].temperature).toBe(16);
  expect(classifier.temperature).toBe(16);
});

test("two classes of random images are learned", async () => {
  const { classifier, images, labels, reports } = await trained(
    2,
    { ...SIZES, classes: 2, temperature: 12 },
    { epochs: 60, batch: 20, rate: exponentialDecay({ from: 0.03, factor: 0.97 }) },
  );
  expect(reports[59].training.errorRate).toBe(0);
  expect([...classifier.predict(images, { workspace })]).toEqual(labels);
  expect(reports[59].training.loss).toBeLessThan(reports[0].training.loss / 5);
});

test("usual settings are those that were tried, and valid for every power and both forms", () => {
  expect(usualDense(2, 500)).toMatchObject({ temperature: 32, errorPower: 2, rate: 0.01, momentum: 0.8, mean: -0.03 });
  expect(usualDense(3, 500).temperature).toBe(40);
  expect(usualDense(3, 2000).temperature).toBeCloseTo(63.5, 1);
  expect(usualDense(20, 500)).toMatchObject({
    temperature: 450,
    errorPower: 10,
    rate: 0.03,
    momentum: 0.6,
    mean: -0.3,
  });
  for (const form of ["direct", "dual"] as const) {
    for (let power = form === "direct" ? 2 : 1; power <= 60; power++) {
      for (const memories of [1, 50, 2000]) {
        const { temperature } = usualDense(power, memories, { form });
        const parts = { memories: matrix(memories, 794), classes: 10, power, temperature, form };
        expect(() => new DenseClassifier(parts)).not.toThrow();
      }
    }
  }
});

describe("bad input is refused before anything is learned", () => {
  const { classifier, images, labels } = randomCase(7, SIZES);
  const first = (options: object, data: unknown = dataOf(images)) =>
    train(classifier, data as Float64Array, { labels, epochs: 1, workspace, ...options }).next();

  it.each([
    [{ labels: undefined }, ShapeError, "labels has no entries for 60 rows"],
    [{ labels: [1, 2] }, ShapeError, "labels has 2 entries for 60 rows"],
    [{ labels: labels.map(() => 4) }, DataError, "labels[0] is 4; expected a class from 0 to 3"],
    [{ temperature: 0 }, ArgumentError, "temperature is 0; expected a number above 0"],
    [{ temperature: linearDecay({ from: 10, to: 0, epochs: 1 }) }, ArgumentError, "temperature is 0"],
    [{ errorPower: 0 }, ArgumentError, "errorPower is 0"],
    [{ momentum: 1 }, ArgumentError, "momentum is 1"],
    [{ batch: 61 }, ArgumentError, "batch is 61 but the data has 60 rows"],
    [{ power: 3 }, ArgumentError, "has no option power"],
  ])("%j", async (options, kind, words) => {
    await expect(first(options)).rejects.toThrow(kind);
    await expect(first(options)).rejects.toThrow(words);
  });

  test("pixels outside [-1, 1]", async () => {
    const bright = images.values.map((x) => (x + 1) * 127);
    await expect(first({}, bright)).rejects.toThrow(
      /data\[0\]\[\d+\] is .*; expected a pixel from -1 \(off\) to 1 \(on\)/,
    );
  });

  test("a checkpoint of other options or another classifier", async () => {
    const { value } = await first({});
    const resume = value!.checkpoint();
    await expect(first({ resume, errorPower: 3 })).rejects.toThrow(CheckpointError);
    await expect(first({ resume, errorPower: 3 })).rejects.toThrow("errorPower");
    const other = randomCase(7, { ...SIZES, power: 4 }).classifier;
    const resumed = train(other, dataOf(images), { labels, epochs: 1, workspace, resume }).next();
    await expect(resumed).rejects.toThrow("power");
  });
});

test("random memories are drawn from the given generator and cut", () => {
  const of = (seed: number) =>
    DenseClassifier.random({
      pixels: 20,
      classes: 2,
      memories: 50,
      power: 2,
      temperature: 5,
      mean: 0.5,
      deviation: 0.8,
      random: new Random(seed),
    }).memories.values;
  expect(of(1)).toEqual(of(1));
  expect(of(1)).not.toEqual(of(2));
  expect(Math.max(...of(1))).toBe(1);
});
