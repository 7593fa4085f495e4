import { describe, expect, it } from "vitest";
import {
  asynchronous,
  Bam,
  BamNet,
  correlation,
  flip,
  PatternSet,
  pseudoinverse,
  Random,
  synchronous,
} from "../../src/index.js";
import { randomMatrix } from "../support/matrices.js";
import { randomPatterns } from "../support/random-patterns.js";

const spinsOf = (word: number, units: number) => Array.from({ length: units }, (_, i) => ((word >> i) & 1 ? 1 : -1));
const normals = (count: number, random: Random) => Float64Array.from({ length: count }, () => random.normal());

/** A BAM with normal weights and thresholds. */
function randomBam(n: number, k: number, random: Random) {
  const weights = randomMatrix(n, k, random);
  const [leftThresholds, rightThresholds] = [normals(n, random), normals(k, random)];
  return { weights, leftThresholds, rightThresholds, bam: new BamNet(weights, { leftThresholds, rightThresholds }) };
}

/** E(x, y) by its definition. */
function energyOf(
  { weights, leftThresholds, rightThresholds }: ReturnType<typeof randomBam>,
  x: number[],
  y: number[],
) {
  let energy = 0;
  x.forEach((xi, i) => {
    energy += 0.5 * leftThresholds[i] * xi;
    y.forEach((yj, j) => {
      energy -= 0.5 * xi * weights.values[i * weights.columns + j] * yj;
    });
  });
  y.forEach((yj, j) => {
    energy += 0.5 * rightThresholds[j] * yj;
  });
  return energy;
}

/** Whether every unit of a pair has the sign of its field. */
function isFixed({ weights, leftThresholds, rightThresholds }: ReturnType<typeof randomBam>, x: number[], y: number[]) {
  const k = weights.columns;
  const left = x.every((xi, i) => {
    const field = y.reduce((sum, yj, j) => sum + weights.values[i * k + j] * yj, -leftThresholds[i]);
    return xi * field > 0;
  });
  return (
    left &&
    y.every((yj, j) => yj * x.reduce((sum, xi, i) => sum + weights.values[i * k + j] * xi, -rightThresholds[j]) > 0)
  );
}

describe("BamNet", () => {
  it("has the energy -1/2 x W y^T + 1/2 theta_r y + 1/2 theta_l x", () => {
    const net = randomBam(4, 3, new Random(1));
    for (let word = 0; word < 2 ** 7; word++) {
      const [x, y] = [spinsOf(word, 4), spinsOf(word >> 4, 3)];
      expect(net.bam.energy({ left: x, right: y })).toBeCloseTo(energyOf(net, x, y), 12);
    }
  });

  it.each([
    ["layer by layer", undefined],
    ["unit by unit", asynchronous()],
  ])("%s: from every state of random nets the energy never rises, and the end is a fixed point", (_, dynamics) => {
    let mistakes = 0;
    for (let seed = 0; seed < 5; seed++) {
      const random = new Random(seed);
      const net = randomBam(3, 5, random);
      for (let word = 0; word < 2 ** 8; word++) {
        const cue = { left: spinsOf(word, 3), right: spinsOf(word >> 3, 5) };
        const process = net.bam.start(cue, { dynamics, random });
        const read = () => [...new PatternSet(process.read()).spins(0)];
        let before = energyOf(net, cue.left, cue.right);
        while (process.period === 0 && process.sweeps < 200) {
          const flips = process.advance(1);
          const now = read();
          const after = energyOf(net, now.slice(0, 3), now.slice(3));
          if (flips === 0 ? after !== before : after >= before) mistakes++;
          before = after;
        }
        const end = read();
        if (process.period !== 1 || !isFixed(net, end.slice(0, 3), end.slice(3))) mistakes++;
      }
    }
    expect(mistakes).toBe(0);
  });

  it("visits layer by layer what it would update at once", () => {
    const random = new Random(8);
    for (let round = 0; round < 50; round++) {
      const net = randomBam(6, 7, random);
      const k = 7;
      let x = spinsOf(random.word(), 6);
      let y: number[] = [];
      const right = () =>
        (y = Array.from({ length: k }, (_, j) =>
          x.reduce((h, xi, i) => h + xi * net.weights.values[i * k + j], -net.rightThresholds[j]) < 0 ? -1 : 1,
        ));
      const left = () =>
        (x = x.map((_, i) =>
          y.reduce((h, yj, j) => h + yj * net.weights.values[i * k + j], -net.leftThresholds[i]) < 0 ? -1 : 1,
        ));
      const run = net.bam.run({ left: x });
      right();
      for (let step = 0; step < 100; step++) {
        left();
        right();
      }
      expect([[...run.state.left], [...run.state.right]]).toEqual([x, y]);
      expect(run).toMatchObject({ converged: true, period: 1 });
    }
  });

  it("keeps units with zero field as they are, and takes the sign of zero for +1 in a layer that is called up", () => {
    const bam = new BamNet([
      [0, 0],
      [0, 0],
    ]);
    expect(bam.run({ left: [-1, 1], right: [1, -1] })).toMatchObject({
      state: { left: Int8Array.of(-1, 1), right: Int8Array.of(1, -1) },
      flips: 0,
      period: 1,
    });
    expect(bam.run({ left: [-1, 1] })).toMatchObject({
      state: { left: Int8Array.of(-1, 1), right: Int8Array.of(1, 1) },
    });
    expect(bam.run({ right: [-1, 1] })).toMatchObject({
      state: { left: Int8Array.of(1, 1), right: Int8Array.of(-1, 1) },
    });
  });

  it("with both layers at once may cycle, and says so", () => {
    const pair = new BamNet([[1]]).run({ left: [1], right: [-1] }, { dynamics: synchronous() });
    expect(pair).toMatchObject({ converged: true, period: 2 });
    expect(new BamNet([[1]]).run({ left: [1], right: [-1] })).toMatchObject({
      period: 1,
      cueEnergy: 0.5,
      energy: -0.5,
    });
  });

  it("traces the energy", () => {
    const { bam } = randomBam(20, 30, new Random(2));
    const {
      trace = [],
      cueEnergy,
      energy,
      sweeps,
    } = bam.run({ right: randomPatterns(1, 30, new Random(1)) }, { trace: true });
    expect([trace[0], trace.at(-1), trace.length]).toEqual([cueEnergy, energy, sweeps + 1]);
    Array.from(trace)
      .slice(1)
      .forEach((value, t) => {
        expect(value).toBeLessThanOrEqual(trace[t]);
      });
  });

  it.each<[string, () => unknown, string]>([
    ["rows of different lengths", () => new BamNet([[1, 2], [3]]), "weights[1] has 1 entries but weights[0] has 2"],
    ["weights that are not finite", () => new BamNet([[Number.NaN]]), "weights[0][0] is NaN; expected a finite number"],
    [
      "thresholds that do not fit",
      () => new BamNet([[1, 2]], { rightThresholds: [1] }),
      "rightThresholds has 1 values but the network has 2 units",
    ],
    [
      "thresholds that are not finite",
      () => new BamNet([[1]], { leftThresholds: [Number.NaN] }),
      "leftThresholds[0] is NaN",
    ],
    ["no cue", () => new BamNet([[1]]).run({}), "cue has no layer; give it a left state, a right one, or both"],
    [
      "a cue that does not fit",
      () => new BamNet([[1]]).run({ left: [1, 1] }),
      "left has 2 units but the network has 1",
    ],
    [
      "a grey cue",
      () => new BamNet([[1]]).run({ right: [0.5] }),
      "right[0] is 0.5; expected every value to be -1 or +1",
    ],
    [
      "a random order without a generator",
      () => new BamNet([[1]]).run({ left: [1] }, { dynamics: asynchronous() }),
      "random is missing",
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("Bam", () => {
  const left = randomPatterns(4, 80, new Random(1));
  const right = new PatternSet(randomPatterns(4, 50, new Random(2)).bits, { labels: ["a", "b", "c", "d"] });

  it.each([correlation(), pseudoinverse()])("$name: recalls pairs from either side, and from damaged cues", (rule) => {
    const memory = new Bam(80, 50, { rule }).store({ left, right });
    for (let mu = 0; mu < 4; mu++) {
      const pair = { state: { left: left.spins(mu), right: right.spins(mu) }, period: 1 };
      const evidence = { nearest: { index: mu, label: "abcd"[mu], overlap: 1 }, attractor: { kind: "stored" } };
      const cue = {
        left: flip(left.select([mu]), 0.1, new Random(3)),
        right: flip(right.select([mu]), 0.1, new Random(4)),
      };
      expect(memory.recall({ left: cue.left })).toMatchObject({ ...pair, ...evidence });
      expect(memory.recall({ right: cue.right })).toMatchObject({ ...pair, ...evidence });
      const free = { dynamics: asynchronous(), random: new Random(5) };
      expect(memory.recall(cue, free)).toMatchObject({ ...pair, ...evidence });
    }
    expect(memory.inspect()).toMatchObject({ stored: 4, fixedPoints: 4, rule: rule.name });
    expect(memory.inspect().warnings).toEqual([]);
  });

  it("Hebb's weights are X^T Y, and the negative of a stored pair is reported as such", () => {
    const memory = new Bam(80, 50).store({ left, right });
    const W = memory.net?.weights.values ?? [];
    for (let i = 0; i < 80; i++) {
      const sum = [0, 1, 2, 3].reduce((total, mu) => total + left.spins(mu)[i] * right.spins(mu)[7], 0);
      expect(W[i * 50 + 7]).toBe(sum);
    }
    const negative = memory.recall({ left: left.spins(2).map((s) => -s) });
    expect(negative.attractor).toEqual({ kind: "reversed", parts: [{ index: 2, sign: -1 }] });
  });

  it("reports the stability of every pair by its definition", () => {
    const thresholds = { leftThresholds: normals(80, new Random(6)), rightThresholds: normals(50, new Random(7)) };
    const memory = new Bam(80, 50, thresholds).store({ left, right });
    const W = memory.net?.weights.values ?? [];
    const { stabilities } = memory.inspect();
    for (let mu = 0; mu < 4; mu++) {
      const [x, y] = [left.spins(mu), right.spins(mu)];
      const down = Array.from(
        x,
        (s, i) => s * y.reduce((h, t, j) => h + t * W[i * 50 + j], -thresholds.leftThresholds[i]),
      );
      const up = Array.from(
        y,
        (t, j) => t * x.reduce((h, s, i) => h + s * W[i * 50 + j], -thresholds.rightThresholds[j]),
      );
      expect(stabilities[mu]).toBeCloseTo(Math.min(...down, ...up), 10);
    }
  });

  it("stores beside what it holds as if all had been stored at once, and says what is lost", () => {
    const grown = new Bam(80, 50)
      .store({ left: left.select([0]), right: right.select([0]) })
      .store({ left: left.select([1, 2, 3]), right: right.select([1, 2, 3]) });
    expect(grown.net?.weights).toEqual(new Bam(80, 50).store({ left, right }).net?.weights);
    const crowded = new Bam(8, 6).store({
      left: randomPatterns(7, 8, new Random(1)),
      right: randomPatterns(7, 6, new Random(2)),
    });
    const { warnings, fixedPoints } = crowded.inspect();
    expect(fixedPoints).toBeLessThan(7);
    expect(warnings).toMatchObject([
      { code: "unstable", rule: "correlation", items: "pairs", stored: 7, unstable: 7 - fixedPoints },
    ]);
    expect(new Bam(3, 2).inspect()).toMatchObject({ stored: 0, fixedPoints: 0, stabilities: [] });
  });

  it.each<[string, () => unknown, string]>([
    ["a layer without units", () => new Bam(0, 1), "leftUnits is 0; expected a whole number of at least 1"],
    [
      "pairs with one right pattern missing",
      () => new Bam(1, 1).store({ left: [[1], [-1]], right: [[1]] }),
      "right has 1 patterns but left has 2",
    ],
    [
      "patterns of another size",
      () => new Bam(2, 1).store({ left: [[1]], right: [[1]] }),
      "left has 1 units but the network has 2",
    ],
    ["recall from an empty memory", () => new Bam(1, 1).recall({ left: [1] }), "the memory is empty; store pairs"],
    ["a side missing", () => new Bam(1, 1).store({ right: [[1]] } as never), "pairs has no left side"],
    ["thresholds that do not fit", () => new Bam(2, 1, { leftThresholds: [1] }), "leftThresholds has 1 values"],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
