import { describe, expect, it } from "vitest";
import { Random } from "../../src/math/random.js";
import { SequenceMemory } from "../../src/memories/index.js";
import { PatternSet } from "../../src/patterns/index.js";
import { randomPatterns } from "../support/random-patterns.js";

interface Choices {
  strength: number;
  delay: number;
  kernel: "step" | "exponential" | "delta";
  cyclic: boolean;
}

/** The model as its equations stand, with both matrices and the whole past. */
function replayByDefinition(patterns: PatternSet, cue: Int8Array, sweeps: number, random: Random, options: Choices) {
  const { strength, delay, kernel, cyclic } = options;
  const [n, p] = [patterns.units, patterns.count];
  const xi = Array.from({ length: p }, (_, mu) => patterns.spins(mu));
  const J = (i: number, j: number) => (i === j ? 0 : xi.reduce((sum, x) => sum + x[i] * x[j], 0) / n);
  const slow = (i: number, j: number) => {
    if (i === j) return 0;
    let sum = 0;
    for (let mu = 0; mu < p; mu++) if (cyclic || mu + 1 < p) sum += xi[(mu + 1) % p][i] * xi[mu][j];
    return (strength * sum) / n;
  };
  const weight = (time: number) => {
    if (kernel === "delta") return time === delay ? 1 : 0;
    if (kernel === "step") return time <= delay ? 1 / delay : 0;
    return (1 - 1 / delay) ** (time - 1) / delay;
  };
  const states = [cue.slice()];
  for (let t = 1; t <= sweeps; t++) {
    const past = Float64Array.from({ length: n }, (_, j) =>
      states.reduce((sum, s, time) => sum + weight(t - time) * s[j], 0),
    );
    const s = states[t - 1].slice();
    for (const i of random.permutation(new Uint32Array(n))) {
      let h = 0;
      for (let j = 0; j < n; j++) h += J(i, j) * s[j] + slow(i, j) * past[j];
      // A field that is zero but for rounding is a tie.
      if (Math.abs(h) > 1e-12) s[i] = h > 0 ? 1 : -1;
    }
    states.push(s);
  }
  return states.map((s) => xi.map((x) => x.reduce((sum, spin, j) => sum + spin * s[j], 0) / n));
}

describe("SequenceMemory", () => {
  it.each([
    ["step", true],
    ["exponential", true],
    ["delta", false],
  ] as const)("is the model of its equations, kernel %s, cyclic %s", (kernel, cyclic) => {
    // Small enough that a self-coupling would show.
    for (let seed = 0; seed < 4; seed++) {
      const patterns = randomPatterns(4, 15, new Random(seed));
      const options = { strength: 2.3, delay: 5, kernel, cyclic };
      const memory = new SequenceMemory(15, options).store(patterns);
      const { overlaps } = memory.recall(patterns.select([0]), { sweeps: 25, random: new Random(2) });
      const expected = replayByDefinition(patterns, patterns.spins(0), 25, new Random(2), options);
      expect(expected.flat().every((m, k) => Math.abs(m - overlaps[k]) < 1e-12)).toBe(true);
    }
  });

  it.each([
    ["step", 2.5, 16],
    ["step", 2, 24],
    ["exponential", 1.6, 10],
    ["delta", 2, 9],
  ] as const)("keeps the order and the time of the theory: %s kernel, lambda %s, tau %s", (kernel, strength, delay) => {
    const [n, p] = [1500, 4];
    const patterns = new PatternSet(randomPatterns(p, n, new Random(1)).bits, { labels: ["a", "b", "c", "d"] });
    const memory = new SequenceMemory(n, { strength, delay, kernel, cyclic: true }).store(patterns);
    const sweeps = Math.ceil(8 * memory.period);
    const { visits, ordered, overlaps } = memory.recall(patterns.select([0]), { sweeps, random: new Random(2) });
    expect(ordered).toBe(true);
    expect(visits.length).toBeGreaterThanOrEqual(p + 2);
    expect(visits[1]).toMatchObject({ index: 1, label: "b" });
    // Crosstalk of the other patterns, a normal number, against what the pull grows by in a sweep near the transition;
    // and a transition takes a sweep, and is seen only at the end of one.
    const slope = 2 * strength * (kernel === "exponential" ? (strength - 1) / (2 * strength) / delay : 1 / delay);
    const crosstalk = Math.sqrt(((p - 1) * (1 + strength * strength)) / n);
    const tolerance = 2 + (kernel === "delta" ? 0 : (4 * crosstalk) / slope);
    const whole = visits.slice(1, -1);
    const period = (whole[whole.length - 1].from - whole[0].from) / (whole.length - 1);
    expect(Math.abs(period - memory.period)).toBeLessThan(tolerance);
    for (const { from, dwell, index } of whole) {
      expect(Math.abs(dwell - memory.period)).toBeLessThan(tolerance + 1);
      expect(Math.max(...Array.from({ length: dwell }, (_, k) => overlaps[(from + k) * p + index]))).toBeGreaterThan(
        0.95,
      );
    }
  });

  it("stays where the couplings to the next pattern are too weak, and at the last pattern of an open sequence", () => {
    const patterns = randomPatterns(3, 400, new Random(5));
    const random = new Random(1);
    const weak = new SequenceMemory(400, { strength: 0.5 }).store(patterns);
    expect(weak.period).toBe(Number.POSITIVE_INFINITY);
    const still = weak.recall(patterns.select([1]), { sweeps: 60, random });
    expect(still).toMatchObject({ ordered: false, visits: [{ index: 1, from: 0, dwell: 61 }] });
    expect(still.overlaps).toHaveLength(61 * 3);
    const open = new SequenceMemory(400).store(patterns).recall(patterns.select([0]), { sweeps: 80, random });
    expect(open.visits.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(open.ordered).toBe(true);
    expect(open.state).toEqual(patterns.spins(2));
  });

  it("says where the order was not kept", () => {
    // A cue between the patterns, and couplings so strong that the past of several patterns pulls at once.
    const patterns = randomPatterns(6, 60, new Random(3));
    const memory = new SequenceMemory(60, { strength: 20, delay: 12, kernel: "exponential", cyclic: true }).store(
      patterns,
    );
    const { visits, ordered } = memory.recall(patterns.select([0]), { sweeps: 80, random: new Random(1) });
    const steps = visits.slice(1).map(({ index }, k) => (index - visits[k].index + 6) % 6);
    expect(steps.some((step) => step !== 1)).toBe(true);
    expect(ordered).toBe(false);
  });

  it.each<[() => unknown, string]>([
    [
      () => new SequenceMemory(2).store([[1, -1]]).recall([1, 1], { random: new Random(1) }),
      "the memory holds 1 pattern; store at least two, a sequence",
    ],
    [() => new SequenceMemory(4, { delay: 0 }), "delay is 0; expected a whole number"],
    [() => new SequenceMemory(4, { strength: 0 }), "strength is 0; expected a number"],
    [() => new SequenceMemory(4, { kernel: "box" as never }), 'kernel is "box"; expected'],
    [
      () =>
        new SequenceMemory(4)
          .store(randomPatterns(2, 4, new Random(1)))
          .recall([1, 1], { sweeps: 1, random: new Random(1) }),
      "cue has 2 units but the network has 4",
    ],
    [
      () =>
        new SequenceMemory(4).store(randomPatterns(2, 4, new Random(1))).recall([1, 1, 1, 1], {
          sweeps: 0,
          random: new Random(1),
        }),
      "sweeps is 0; expected a whole number",
    ],
  ])("refuses what makes no sense: %s", (act, message) => {
    expect(act).toThrow(message);
  });
});
