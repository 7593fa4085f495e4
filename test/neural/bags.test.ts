import { Random } from "engram";
import { areaUnderCurve } from "engram/math";
import {
  BagClassifier,
  type BagSet,
  bagCount,
  bagRows,
  bagsKind,
  bagTraining,
  checkGradient,
  drawBags,
  isParameter,
  leaves,
  mapTree,
  neuralModelKinds,
  poolings,
  scoreBags,
} from "engram/neural";
import { decodeModel, encodeModel } from "engram/storage";
import { adam, type TrainingCheckpoint, trainBy } from "engram/training";
import { describe, expect, it } from "vitest";

const UNITS = 5;
const random = new Random(1);
const CLASSES = Array.from({ length: 80 }, () => random.integer(4));
/** Instances of the class 3 are moved along the first entry. */
const VALUES = Float32Array.from({ length: 80 * UNITS }, (_, k) => {
  return random.normal() + (k % UNITS === 0 && CLASSES[Math.floor(k / UNITS)] === 3 ? 4 : 0);
});
const draw = (bags: number, seed: number) =>
  drawBags(VALUES, CLASSES, { bags, holds: 3, size: 4, deviation: 1, random: new Random(seed) });
describe("bags", () => {
  it("hold the class or not as their labels say, with the mean and deviation of their sizes", () => {
    const bags = draw(2000, 2);
    const sizes = Array.from({ length: bagCount(bags) }, (_, b) => bagRows(bags, b).length);
    for (let b = 0; b < bagCount(bags); b++) {
      const holds = Array.from(bagRows(bags, b)).some((r) => CLASSES[bags.from?.[r] ?? 0] === 3);
      expect(holds).toBe(bags.labels[b] === 1);
    }
    expect(bags.labels.reduce((sum, label) => sum + label, 0)).toBe(1000);
    // Bags without the class are drawn once each: their sizes are normal, rounded.
    const plain = sizes.filter((_, b) => bags.labels[b] === 0);
    const mean = plain.reduce((sum, size) => sum + size, 0) / plain.length;
    expect(Math.abs(mean - 4)).toBeLessThan(4 * Math.sqrt((1 + 1 / 12) / plain.length));
    bagRows(bags, 7).forEach((row) => {
      const own = bags.values.subarray(row * UNITS, (row + 1) * UNITS);
      const from = bags.from?.[row] ?? 0;
      expect(Array.from(own)).toEqual(Array.from(VALUES.subarray(from * UNITS, (from + 1) * UNITS)));
    });
  });

  it("are refused if they cannot be drawn or do not fit, each in one line", () => {
    const from = (options: object) => () =>
      drawBags(VALUES, CLASSES, { bags: 4, holds: 3, random: new Random(1), ...options });
    expect(from({ bags: 1 })).toThrow("bags is 1; expected a whole number of at least 2");
    expect(from({ holds: 7 })).toThrow("no instance is of the class 7");
    expect(from({ size: 0 })).toThrow("size is 0");
    expect(from({ deviation: -1 })).toThrow("deviation is -1");
    expect(() => drawBags(VALUES, [3, 3], { bags: 2, holds: 3, random: new Random(1) })).toThrow(
      "all instances are of the class 3",
    );
    const classifier = new BagClassifier(UNITS);
    const bags = draw(4, 3);
    const wrong: [Partial<BagSet>, string][] = [
      [{ units: 4 }, "bags has instances of 4 entries but the model has 5"],
      [{ labels: Uint8Array.of(0, 1, 2, 1) }, "the label of bag 2 is 2; expected 0 or 1"],
      [{ labels: Uint8Array.of(0, 1) }, "4 bags, 2 labels"],
      [{ rows: bags.rows.map(() => 1000) }, "names instance 1000"],
      [{ starts: Uint32Array.of(0, 0, 1, 2, bags.rows.length) }, "bag 0 is empty"],
      [{ values: bags.values.map((value, k) => (k === 6 ? Number.NaN : value)) }, "entry 1 of instance 1 is NaN"],
    ];
    for (const [part, message] of wrong) expect(() => classifier.classify({ ...bags, ...part })).toThrow(message);
  });
});

describe.each(poolings.map((pooling) => [pooling.name, pooling] as const))(
  "a classifier with the pooling %s",
  (_, pooling) => {
    const make = (seed = 4) =>
      new BagClassifier(UNITS, { features: 6, pooling: pooling.make(), random: new Random(seed) });

    it("has the gradient of differences, whole", () => {
      const classifier = make();
      const shapes = {
        parameters: mapTree(classifier.parameters, isParameter, ({ shape }) => shape),
        instances: [2, 3, UNITS],
        mask: [2, 3],
      };
      const numbers = new Random(5);
      const values = mapTree(classifier.parameters, isParameter, ({ values: own }) =>
        own.map((x) => 3 * x + 0.1 * numbers.normal()),
      );
      const { largest } = checkGradient(
        shapes as never,
        {
          parameters: values,
          instances: Array.from({ length: 6 * UNITS }, () => numbers.normal()),
          mask: [0, 0, 0, 0, 0, Number.NEGATIVE_INFINITY],
        } as never,
        ({ parameters, instances, mask }: never) => classifier.trace(parameters, { instances, mask }).inputs,
        { differentiate: [...leaves(shapes.parameters, Array.isArray).keys()].map((name) => `parameters.${name}`) },
      );
      expect(largest).toBeLessThan(1e-6);
    });

    it("gives each bag the same bits alone, among others, and in another order of instances", () => {
      const classifier = make();
      const bags = draw(40, 6);
      const all = classifier.classify(bags);
      for (const b of [0, 17, 39]) {
        const rows = bagRows(bags, b);
        const alone = { ...bags, rows, starts: Uint32Array.of(0, rows.length), labels: bags.labels.subarray(b, b + 1) };
        expect(classifier.classify(alone)).toEqual([all[b]]);
        const turned = { ...alone, rows: rows.slice().reverse() };
        // Sums in another order differ in the last bits of single precision.
        expect(classifier.classify(turned)[0].input).toBeCloseTo(all[b].input, 4);
      }
      for (const { weights } of pooling.name === "max" ? [] : all) {
        expect(weights?.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
      }
    });

    it("learns which bags hold the class, from the labels of bags alone", async () => {
      const classifier = make();
      let error = 1;
      const training = trainBy(bagTraining, classifier, draw(100, 7), {
        epochs: 30,
        rate: 0.01,
        seed: 8,
        validation: draw(200, 9),
      });
      for await (const { validation } of training) error = validation?.errorRate ?? 1;
      expect(error).toBeLessThan(pooling.name === "mean" ? 0.3 : 0.15);
    });

    it("resumes to the same bits", async () => {
      const options = { epochs: 4, batch: 8, rate: 0.01, seed: 8, optimiser: adam() };
      const [whole, broken] = [make(), make()];
      for await (const _ of trainBy(bagTraining, whole, draw(30, 7), options));
      let resume: TrainingCheckpoint | undefined;
      for await (const report of trainBy(bagTraining, broken, draw(30, 7), { ...options, reportEvery: 1 })) {
        if (report.updates === 6) {
          resume = report.checkpoint();
          break;
        }
      }
      const other = make(99);
      for await (const _ of trainBy(bagTraining, other, draw(30, 7), { ...options, resume }));
      expect(other.parameters).toEqual(whole.parameters);
    });

    it("comes back from a file with the same bits", () => {
      const classifier = make();
      const bytes = encodeModel(classifier, { kinds: neuralModelKinds });
      const { model } = decodeModel<BagClassifier>(bytes, { kinds: [bagsKind] });
      const bags = draw(5, 10);
      expect(model.classify(bags)).toEqual(classifier.classify(bags));
      expect(model.pooling.options).toEqual(classifier.pooling.options);
    });
  },
);

describe("the area under the curve", () => {
  it("is the share of pairs in order, ties counting half, with the error of DeLong", () => {
    const [scores, labels] = [
      [0.1, 0.4, 0.35, 0.8, 0.4],
      [0, 0, 1, 1, 1],
    ];
    // Pairs of a one and a zero: .35 > .1, .35 < .4, .8 above both, .4 above .1 and equal to .4.
    const { value, error } = areaUnderCurve(scores, labels);
    expect(value).toBeCloseTo(4.5 / 6, 14);
    const [above, below] = [
      [0.5, 1, 0.75],
      [1, 0.5],
    ];
    const variance = (x: number[], m: number) => x.reduce((s, y) => s + (y - m) ** 2, 0) / (x.length - 1) / x.length;
    expect(error).toBeCloseTo(Math.sqrt(variance(above, 0.75) + variance(below, 0.75)), 14);
    expect(() => areaUnderCurve([1, 2], [1, 1])).toThrow("2 ones and 0 zeros");
  });

  it("has an error that is that of repeated draws", () => {
    const numbers = new Random(11);
    const estimates = Array.from({ length: 400 }, () => {
      const labels = Array.from({ length: 80 }, (_, k) => k % 2);
      return areaUnderCurve(
        labels.map((label) => label + numbers.normal()),
        labels,
      );
    });
    const mean = estimates.reduce((sum, { value }) => sum + value, 0) / 400;
    const spread = Math.sqrt(estimates.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / 399);
    const stated = estimates.reduce((sum, { error }) => sum + error, 0) / 400;
    // P(N(1, 2) > 0) = .7602; a deviation from 400 draws has a relative error of 1 / sqrt(800).
    expect(Math.abs(mean - 0.7602)).toBeLessThan((4 * spread) / 20);
    expect(Math.abs(stated / spread - 1)).toBeLessThan(4 / Math.sqrt(800));
    expect(scoreBags([1, -1], [1, 0]).errorRate).toBe(0);
  });
});
