import { describe, expect, it } from "vitest";
import {
  BoltzmannMachine,
  binary,
  Classifier,
  contrastiveDivergence,
  DeepBeliefNet,
  DeepBoltzmannMachine,
  gaussian,
  glyphs,
  initialise,
  Random,
  Rbm,
  relu,
  softmax,
  spin,
  train,
  type Units,
} from "../../src/index.js";
import {
  baselineOf,
  coinFlips,
  IndependentUnits,
  RowMoments,
  worseThanIndependent,
} from "../../src/training/independent.js";
import {
  type BatchStatistics,
  type MethodSetting,
  persistent,
  type TrainingReport,
  tempering,
} from "../../src/training/index.js";
import type { Rows } from "../../src/units/index.js";

const standing = { epoch: 3, rate: () => 0.5, quantity: "reconstruction error" } as const;

function momentsOf(rows: readonly (readonly number[])[]): RowMoments {
  const moments = new RowMoments(rows[0].length);
  for (const row of rows) moments.add(Float64Array.from(row));
  return moments;
}

describe("the independent-unit model", () => {
  it("of binary and of spin units has their frequencies, each state counted once more", () => {
    const p = [3 / 5, 1 / 5];
    const expected = -Math.log(p[0]) - Math.log(1 - p[1]);
    const bits = new IndependentUnits(
      binary(2, { bias: 7 }),
      momentsOf([
        [1, 0],
        [1, 0],
        [0, 0],
      ]),
    );
    expect(bits.nats(Float64Array.of(1, 0))).toBeCloseTo(expected, 12);
    const spins = new IndependentUnits(
      spin(2),
      momentsOf([
        [1, -1],
        [1, -1],
        [-1, -1],
      ]),
    );
    expect(spins.nats(Float64Array.of(1, -1))).toBeCloseTo(expected, 12);
  });

  it("of softmax units has their frequencies", () => {
    const model = new IndependentUnits(
      softmax(1, 3),
      momentsOf([
        [1, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
      ]),
    );
    expect(model.nats(Float64Array.of(1, 0, 0))).toBeCloseTo(-Math.log(3 / 6), 12);
    expect(coinFlips(softmax(2, 3))).toBeCloseTo(2 * Math.log(3), 12);
  });

  it("of gaussian units has their means, and their variances where precisions are learned", () => {
    const moments = momentsOf([[1], [3]]);
    const fixed = new IndependentUnits(gaussian(1, { precision: 4 }), moments);
    expect(fixed.nats(Float64Array.of(3))).toBeCloseTo(2 + 0.5 * Math.log((2 * Math.PI) / 4), 9);
    const learned = new IndependentUnits(gaussian(1, { precision: 4 }), moments, { precisions: true });
    expect(learned.nats(Float64Array.of(3))).toBeCloseTo(0.5 + 0.5 * Math.log(2 * Math.PI), 12);
    expect(coinFlips(gaussian(1))).toBeUndefined();
  });

  it("of relu units has their means", () => {
    const units = relu(1, { precision: 2 });
    const model = new IndependentUnits(units, momentsOf([[0.2], [0.6]]));
    // Of all units with this precision, none gives the rows more: those with other inputs have more nats.
    const mean = (nats: (row: Float64Array) => number) => (nats(Float64Array.of(0.2)) + nats(Float64Array.of(0.6))) / 2;
    const least = mean((row) => model.nats(row));
    for (const input of [-3, -1, 0, 1]) {
      const gamma = units.cumulant(Float64Array.of(input), 1, new Float64Array(1))[0];
      const other = mean((row) => gamma - input * row[0] + units.energy(row, new Float64Array(1))[0]);
      expect(other).toBeGreaterThan(least);
    }
  });

  it("is a limit from both sides of five standard errors", () => {
    const baseline = { independent: new Float64Array(4).fill(10), untrained: new Float64Array(4).fill(12) };
    // Differences with mean m and standard error 1 from both: deviations of +-sqrt(3).
    const at = (mean: number) => Float64Array.from([1, -1, 1, -1], (sign) => 12 + mean + sign * Math.sqrt(3));
    expect(worseThanIndependent(at(4.9), baseline, standing)).toBeUndefined();
    expect(worseThanIndependent(at(5.1), baseline, standing)).toEqual({
      code: "worse-than-independent",
      quantity: "reconstruction error",
      value: expect.closeTo(17.1, 12),
      independent: 10,
      epoch: 3,
      rate: 0.5,
    });
    expect(worseThanIndependent(at(Number.NaN), baseline, standing)?.code).toBe("worse-than-independent");
    expect(worseThanIndependent(at(Number.POSITIVE_INFINITY), baseline, standing)?.code).toBe("worse-than-independent");
  });

  it("is not met by a small effect, of less than 0.2 standard deviations of the rows, however certain", () => {
    // Independent units have nats of 10 +- 1, and all differences are the same: their standard error is 0.
    const independent = Float64Array.from({ length: 1000 }, (_, r) => 10 + (r % 2 === 0 ? 1 : -1));
    const baseline = { independent, untrained: independent };
    const at = (excess: number) => independent.map((x) => x + excess);
    expect(worseThanIndependent(at(0.19), baseline, standing)).toBeUndefined();
    expect(worseThanIndependent(at(0.21), baseline, standing)).toBeDefined();
  });

  it("is not met by a single row unless it has six times as many nats", () => {
    const baseline = baselineOf(Float64Array.of(1, 0), binary(2));
    const coins = 2 * Math.LN2;
    expect(worseThanIndependent(Float64Array.of(5.9 * coins), baseline, standing)).toBeUndefined();
    expect(worseThanIndependent(Float64Array.of(6.1 * coins), baseline, standing)).toBeDefined();
  });
});

const pictures = glyphs();
const bits = Float64Array.from({ length: pictures.count * 256 }, (_, k) =>
  pictures.spins(Math.floor(k / 256))[k % 256] > 0 ? 1 : 0,
);

async function codes(training: AsyncIterable<TrainingReport>): Promise<string[][]> {
  const found: string[][] = [];
  for await (const { warnings } of training) found.push(warnings.map(({ code }) => code));
  return found;
}

const alarms = (reports: string[][]) => reports.filter((all) => all.includes("worse-than-independent")).length;

describe("a training that runs into nonsense", () => {
  const visible: [string, () => Units, Rows][] = [
    ["binary", () => binary(256), bits],
    ["spin", () => spin(256), bits.map((x) => 2 * x - 1)],
    ["gaussian", () => gaussian(256), bits],
    ["relu", () => relu(256), bits],
  ];
  const methods = { pcd: persistent(), cd: contrastiveDivergence(), pt: tempering() };

  it.each(visible)(
    "is said of %s visible units and every method, and of no training by default",
    async (type, units, data) => {
      for (const [name, method] of Object.entries(methods)) {
        const isReal = type === "gaussian" || type === "relu";
        const run = (rate: number, fitted: boolean) => {
          const rbm = new Rbm({ visible: units(), hidden: binary(20) });
          if (fitted) initialise(rbm, { random: new Random(1), data });
          return codes(train(rbm, data, { method, rate, epochs: 8, seed: 1, reportEvery: 1 }));
        };
        for (const fitted of [false, true]) expect(alarms(await run(isReal ? 0.001 : 0.05, fitted)), name).toBe(0);
        const wild = await run(isReal ? 50 : 100, true).catch(() => [["worse-than-independent"]]);
        expect(alarms(wild), name).toBeGreaterThan(0);
      }
    },
  );

  it("is said of Boltzmann machines, with and without hidden units", async () => {
    const data = Float64Array.from({ length: 40 * 8 }, (_, k) =>
      new Random(Math.floor(k / 8)).uniform() < 0.5 ? k % 2 : 1,
    );
    for (const hidden of [undefined, binary(3)]) {
      const run = (rate: number) =>
        codes(train(new BoltzmannMachine({ visible: binary(8), hidden }), data, { epochs: 20, rate }));
      expect(alarms(await run(0.05))).toBe(0);
      expect(alarms(await run(500))).toBeGreaterThan(0);
    }
  });

  it("is said of deep nets and of classifiers", async () => {
    const labels = Array.from({ length: pictures.count }, (_, r) => r % 4);
    const net = () =>
      new DeepBeliefNet([
        new Rbm({ visible: binary(256), hidden: binary(30) }),
        new Rbm({ visible: binary(30), hidden: binary(20) }),
      ]);
    const machine = () => new DeepBoltzmannMachine({ visible: binary(256), hidden: [binary(30), binary(20)] });
    const classifier = () => Classifier.fromDeepBeliefNet(net(), { classes: 4, random: new Random(2) });
    const runs = (rate: number | undefined) => [
      codes(train(net(), bits, { epochs: 6, rate })),
      codes(train(machine(), bits, { epochs: 6, rate, phase: "pretraining" })),
      codes(train(machine(), bits, { epochs: 6, rate, phase: "joint" })),
      codes(train(classifier(), bits, { epochs: 6, rate, labels, batch: 11 })),
    ];
    for (const found of await Promise.all(runs(undefined))) expect(alarms(found)).toBe(0);
    for (const found of await Promise.all(runs(300))) expect(alarms(found)).toBeGreaterThan(0);
  });
});

it("the model free energy of a report is the mean over all chains, however many a batch holds", async () => {
  const rbm = new Rbm({ visible: binary(6), hidden: binary(4) });
  const data = Float64Array.from({ length: 6 * 6 }, (_, k) => (k % 5) % 2);
  const method = persistent({ chains: 31 });
  const states: Float64Array[] = [];
  const watching = {
    ...method,
    start(setting: MethodSetting) {
      const chains = method.start(setting);
      return {
        ...chains,
        advance(statistics: BatchStatistics) {
          const made = chains.advance(statistics);
          states.length = 0;
          for (let r = 0; r < made.visible.rows; r++) states.push(made.visible.read(r, new Float64Array(6)));
          return made;
        },
      };
    },
  };
  for await (const { modelFreeEnergy } of train(rbm, data, { method: watching, epochs: 3, rate: 1, batch: 4 })) {
    const energies = states.map((state) => rbm.freeEnergy(state)[0]);
    expect(energies).toHaveLength(31);
    // In single precision.
    expect(modelFreeEnergy).toBeCloseTo(energies.reduce((sum, x) => sum + x, 0) / 31, 4);
  }
});
