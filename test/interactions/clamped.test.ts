import {
  allDynamics,
  type Dynamics,
  dense,
  flip,
  glauber,
  Hopfield,
  HopfieldNet,
  hebb,
  PatternSet,
  Random,
  randomPatterns,
  synchronous,
} from "engram";
import { clamped } from "engram/interactions";
import { exp } from "engram/math";
import { describe, expect, it } from "vitest";

/* Units that are held: no dynamics turns them, the others are as if the held ones were part of the couplings. */

const UNITS = 40;
const patterns = randomPatterns(6, UNITS, new Random(1));
const rules = {
  hebb: hebb(),
  dense: dense({ power: 3 }),
  exponential: dense({ separation: "exponential", beta: 0.3 }),
};
const every: readonly Dynamics[] = allDynamics.map((maker) => maker.make());
const held = Uint8Array.from({ length: UNITS }, (_, i) => (i % 3 === 0 ? 1 : 0));

describe.each(Object.entries(rules))("%s", (_, rule) => {
  const memory = new Hopfield(UNITS, { rule }).store(patterns);
  const cues = flip(patterns, 0.3, new Random(2));

  it.each(every.map((dynamics) => [dynamics.name, dynamics] as const))(
    "holds units under %s dynamics",
    (_name, dynamics) => {
      for (let r = 0; r < cues.count; r++) {
        const before = cues.spins(r);
        const { state } = memory.recall(cues.select([r]), { dynamics, clamped: held, random: new Random(3) });
        held.forEach((isHeld, i) => {
          if (isHeld === 1) expect(state[i]).toBe(before[i]);
        });
      }
    },
  );

  it.each(every.map((dynamics) => [dynamics.name, dynamics] as const))(
    "without any is as before: %s",
    (_name, dynamics) => {
      const options = { dynamics, random: new Random(4) };
      const none = memory.recallMany(cues, { ...options, clamped: new Uint8Array(UNITS) });
      expect(none).toEqual(memory.recallMany(cues, { dynamics, random: new Random(4) }));
    },
  );

  it("ends where the free units follow their fields, and the energy has not risen", () => {
    for (const { bits, state, energy, cueEnergy, converged } of memory.recallMany(cues, {
      clamped: held,
      random: new Random(5),
    })) {
      expect(converged).toBe(true);
      expect(energy).toBeLessThanOrEqual(cueEnergy);
      const fields = new Float64Array(UNITS);
      memory.interaction.fields(bits, fields);
      held.forEach((isHeld, i) => {
        if (isHeld === 0) expect(state[i] * fields[i]).toBeGreaterThanOrEqual(0);
      });
    }
  });

  it("gives each of several cues what it gives alone, all at once too", () => {
    for (const dynamics of [undefined, synchronous()]) {
      const options = { dynamics, clamped: held };
      const many = memory.recallMany(cues, { ...options, random: new Random(6) });
      many.forEach((one, r) => {
        expect(one).toEqual(memory.recall(cues.select([r]), { ...options, random: new Random(6).fork(r) }));
      });
    }
  });
});

it("has infinite fields where units are held", () => {
  const net = clamped(new Hopfield(UNITS).store(patterns).interaction, held);
  const fields = new Float64Array(2 * UNITS);
  const states = patterns.select([0, 3]);
  net.fields(states.bits, fields);
  const walk = net.walk(states.select([1]).bits);
  for (let i = 0; i < UNITS; i++) {
    if (held[i] === 0) continue;
    expect(fields[i]).toBe(states.spins(0)[i] * Number.POSITIVE_INFINITY);
    expect(fields[UNITS + i]).toBe(states.spins(1)[i] * Number.POSITIVE_INFINITY);
    expect(walk.field(i)).toBe(fields[UNITS + i]);
  }
});

it("lets Glauber dynamics sample exp(-beta E) / Z given the held units", () => {
  const random = new Random(8);
  const n = 6;
  const weights = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) weights[i][j] = weights[j][i] = random.normal();
  const net = new HopfieldNet(
    weights,
    Array.from({ length: n }, () => 0.3 * random.normal()),
  );
  const mask = [1, 0, 0, 1, 0, 0];
  const start = [1, -1, 1, -1, 1, 1];
  const beta = 0.7;
  // The four free units have 16 states.
  const free = [1, 2, 4, 5];
  const states = Array.from({ length: 16 }, (_, k) => {
    const state = start.slice();
    free.forEach((unit, b) => {
      state[unit] = (k >> b) & 1 ? 1 : -1;
    });
    return state;
  });
  const weightsOf = states.map((state) => exp(-beta * net.energy(state)));
  const Z = weightsOf.reduce((a, b) => a + b);
  const counts = new Float64Array(16);
  const process = net.start(start, { dynamics: glauber({ beta, sweeps: 1 }), clamped: mask, random: new Random(9) });
  const SAMPLES = 40_000;
  for (let t = 0; t < 4 * SAMPLES; t++) {
    process.advance(n);
    // Every fourth sweep, so that the samples are nearly independent.
    if (t % 4 !== 3) continue;
    const spins = new PatternSet(process.read()).spins(0);
    counts[free.reduce((k, unit, b) => k | (spins[unit] > 0 ? 1 << b : 0), 0)]++;
  }
  let chi2 = 0;
  for (let k = 0; k < 16; k++) {
    const wanted = (SAMPLES * weightsOf[k]) / Z;
    chi2 += (counts[k] - wanted) ** 2 / wanted;
  }
  // 15 degrees of freedom: above 50 once in 100,000 cases.
  expect(chi2).toBeLessThan(50);
});

describe("bad input", () => {
  const memory = new Hopfield(UNITS).store(patterns);
  it.each([
    [[1, 0], /clamped has 2 entries for 40 units/],
    [Array.from({ length: UNITS }, () => 2), /clamped\[0\] is 2/],
    [Array.from({ length: UNITS }, () => true), /clamped is 1 for all units/],
    [Array.from({ length: UNITS }, () => Number.NaN), /clamped\[0\] is NaN/],
  ])("%s", (mask, wanted) => {
    expect(() => memory.recall(patterns.select([0]), { clamped: mask, random: new Random(1) })).toThrow(wanted);
  });
});
