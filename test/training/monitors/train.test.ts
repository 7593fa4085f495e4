import { describe, expect, it } from "vitest";
import {
  binary,
  gaussian,
  initialise,
  type Monitor,
  PatternSet,
  probabilities,
  Random,
  Rbm,
  softmax,
  spin,
  train,
} from "../../../src/index.js";
import {
  deadHiddenUnits,
  deadUnitsMonitor,
  freeEnergyGap,
  freeEnergyMonitor,
  type Measured,
  pseudoLikelihoodMonitor,
  reconstructionMonitor,
  sampleRows,
  squaredReconstructionError,
  weightNorms,
  weightsMonitor,
} from "../../../src/training/index.js";

describe("monitors", () => {
  const random = new Random(41);
  const seen = Float64Array.from({ length: 20 * 12 }, () => random.integer(2));
  const unseen = Float64Array.from({ length: 20 * 40 }, () => random.integer(2));
  const context = { epoch: 1, updates: 7, seed: 3, signal: undefined };
  const ask = (monitor: Monitor<Rbm>, rbm: Rbm) => monitor(rbm, context) as Measured;
  const learner = () => {
    const rbm = new Rbm({ visible: binary(20), hidden: binary(40) });
    initialise(rbm, { random: new Random(1), data: seen });
    return rbm;
  };

  it("measure a machine in training, the same of the same seed", async () => {
    const measure = async () => {
      const rbm = learner();
      const monitors = [
        reconstructionMonitor(seen),
        pseudoLikelihoodMonitor(seen),
        freeEnergyMonitor(seen, unseen),
        deadUnitsMonitor(seen),
        weightsMonitor(),
      ];
      let values = {};
      for await (const report of train(rbm, seen, { epochs: 2, batch: 4, seed: 5, monitors })) values = report.values;
      expect(values).toMatchObject({
        squaredReconstructionError: squaredReconstructionError(rbm, seen),
        freeEnergyGap: freeEnergyGap(rbm, seen, unseen).gap,
        deadHiddenUnits: deadHiddenUnits(rbm, seen).length,
        largestWeight: weightNorms(rbm).largest,
      });
      return values;
    };
    expect(await measure()).toEqual(await measure());
  });

  it("warn of a machine that knows few rows by heart, once as long as it gets no worse", async () => {
    const rbm = learner();
    for await (const _ of train(rbm, seen, { epochs: 400, batch: 12, rate: 0.1 }));
    const monitor = freeEnergyMonitor(seen, unseen);
    const { gap, standardError } = freeEnergyGap(rbm, seen, unseen);
    expect(ask(monitor, rbm).warnings).toEqual([{ code: "overfitting", gap, standardError }]);
    expect(ask(monitor, rbm).warnings).toEqual([]);
    expect(ask(freeEnergyMonitor(seen, seen), rbm).warnings).toEqual([]);
  });

  it("warn of divergence and of dead units", () => {
    const rbm = learner();
    const [reconstruction, dead] = [reconstructionMonitor(seen), deadUnitsMonitor(seen)];
    expect([ask(reconstruction, rbm), ask(dead, rbm)].flatMap(({ warnings }) => warnings)).toEqual([]);
    rbm.weights.values.fill(50);
    const wrong = [ask(reconstruction, rbm), ask(dead, rbm)].flatMap(({ warnings }) => warnings);
    const dead40 = Array.from({ length: 40 }, (_, j) => j);
    expect(wrong).toMatchObject([{ code: "divergence" }, { code: "dead-units", dead: dead40, hidden: 40 }]);
    expect(ask(dead, rbm).warnings).toEqual([]);
  });
});

describe("sampleRows", () => {
  const random = new Random(43);
  const states = Array.from({ length: 9 }, (_, r) => [r & 1, (r >> 1) & 1, (r >> 2) & 1, r >> 3]);
  const rowsOf = (values: Float64Array) =>
    Array.from({ length: values.length / 4 }, (_, r) => [...values.subarray(4 * r, 4 * r + 4)]);
  const sorted = (rows: number[][]) => rows.map((row) => row.join()).sort();

  it("draws rows of every kind of data, each once", () => {
    const set = PatternSet.from(states);
    const flat = Float32Array.from(states.flat());
    for (const data of [
      set,
      set.bits,
      flat,
      probabilities(flat),
      probabilities(Uint8Array.from(flat, (x) => 255 * x)),
    ]) {
      expect(sorted(rowsOf(sampleRows(data, binary(4), 100, random)))).toEqual(sorted(states));
      const spins = rowsOf(sampleRows(data === flat ? set : data, spin(4), 100, random));
      expect(sorted(spins)).toEqual(sorted(states.map((row) => row.map((x) => 2 * x - 1))));
      const some = sorted(rowsOf(sampleRows(data, binary(4), 5, random)));
      expect(new Set(some).size).toBe(5);
      expect(sorted(states)).toEqual(expect.arrayContaining(some));
    }
    expect(sorted(rowsOf(sampleRows(flat, gaussian(4), 9, random)))).toEqual(sorted(states));
    expect([...sampleRows(Float64Array.of(1, 0, 0, 1), softmax(2, 2), 1, random)]).toEqual([1, 0, 0, 1]);
  });

  it("leaves the data as they are, in a Buffer too", () => {
    for (const bytes of [Uint8Array.from({ length: 400 }, (_, i) => i % 251), Buffer.alloc(400, "greys")]) {
      const before = [...bytes];
      sampleRows(probabilities(bytes), binary(4), 50, random);
      expect([...bytes]).toEqual(before);
    }
  });

  it("draws the states of probabilities", () => {
    const count = 4000;
    const grey = probabilities(new Uint8Array(count).fill(51));
    const drawn = sampleRows(grey, spin(1), count, random);
    const mean = drawn.reduce((sum, x) => sum + x, 0) / count;
    // Five standard errors of 2 x - 1, p = 1/5.
    expect(Math.abs(mean + 0.6)).toBeLessThan((5 * 0.8) / Math.sqrt(count));
    expect(() => sampleRows(grey, binary(1), 0, random)).toThrow("count is 0; expected a whole number of at least 1");
    expect(() => sampleRows(grey, gaussian(1), 1, random)).toThrow(
      "data is probabilities, which gaussian units cannot",
    );
  });
});
