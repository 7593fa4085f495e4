import {
  DataError,
  dense,
  flip,
  Hopfield,
  LargeMemory,
  type LargeOptions,
  ModernMemory,
  PatternSet,
  Random,
  randomPatterns,
  ShapeError,
} from "engram";
import { log } from "engram/math";
import { absolute, identity, type Lagrangian, logSumExp, norm, rectifiedPower } from "engram/units";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.js";

/* Large memories against their equations: fixed points, the falling energy, and the memories that their models become. */

const UNITS = 30;
const patterns = randomPatterns(4, UNITS, new Random(1));
const cues = flip(patterns, 0.15, new Random(5));

type Model = { readonly visible: Lagrangian; readonly hidden: Lagrangian };

const models: Readonly<Record<"A" | "B" | "C", Model>> = {
  A: { visible: absolute({ beta: 2 }), hidden: rectifiedPower({ power: 3 }) },
  B: { visible: identity(), hidden: logSumExp({ beta: 0.5 }) },
  C: { visible: norm(), hidden: rectifiedPower({ power: 4 }) },
};

const made = (options: LargeOptions) => new LargeMemory(UNITS, options).store(patterns);

/** Activations of a Lagrangian. */
function gradientOf(lagrangian: Lagrangian, x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  lagrangian.activate(x, out);
  return out;
}

describe.each(Object.entries(models))("model %s", (_, options) => {
  it.each([0, 0.1, 1, 5])("ends on a fixed point of its equations, with hidden units of time %d", (hiddenTime) => {
    const memory = made({ ...options, hiddenTime });
    for (let r = 0; r < cues.count; r++) {
      const { state, activations, hidden, converged, nearest } = memory.recall(cues.spins(r), {
        step: 1,
        tolerance: 1e-9,
      });
      expect(converged).toBe(true);
      const pull = Float64Array.from({ length: UNITS }, (_unit, i) =>
        hidden.reduce((sum, f, mu) => sum + f * patterns.spins(mu)[i], 0),
      );
      const scale = Math.max(...pull.map(Math.abs));
      for (let i = 0; i < UNITS; i++) expect(Math.abs(pull[i] - state[i])).toBeLessThan(1e-7 * scale);
      expect(activations).toEqual(gradientOf(options.visible, state));
      expect(nearest.index).toBe(r);
    }
  });

  it.each([0, 0.1, 1, 5])("never raises the energy, with hidden units of time %d", (hiddenTime) => {
    const memory = made({ ...options, hiddenTime });
    let before = Number.POSITIVE_INFINITY;
    for (let maxSteps = 1; maxSteps < 60; maxSteps++) {
      const { energy, cueEnergy } = memory.recall(cues.spins(0), { step: 1, maxSteps });
      expect(energy).toBeLessThanOrEqual(Math.min(before, cueEnergy) + 1e-12 * Math.abs(cueEnergy));
      before = energy;
    }
  });

  it("has the energy of the equations, by its terms", () => {
    const { visible, hidden } = options;
    const v = Float64Array.from(cues.spins(1), (x) => 0.7 * x + 0.1);
    const g = gradientOf(visible, v);
    const h = Float64Array.from({ length: 4 }, (_unit, mu) =>
      patterns.spins(mu).reduce((sum, x, i) => sum + x * g[i], 0),
    );
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i], 0);
    // With h = xi g the terms h . f and f . xi g cancel.
    expect(made(options).energy(v)).toBeCloseTo(dot(v, g) - visible.value(v) - hidden.value(h), 9);
  });
});

it("halves a step that would raise the energy, and says how often", () => {
  // Hidden units ten times as fast as the step: Euler's step overshoots.
  for (const options of Object.values(models)) {
    expect(made({ ...options, hiddenTime: 0.1 }).recall(cues.spins(0), { step: 1 }).halvings).toBeGreaterThan(0);
    expect(made({ ...options, hiddenTime: 0.1 }).recall(cues.spins(0), { step: 0.05 }).halvings).toBe(0);
  }
});

it("is a modern memory as model B with steps of one time constant", () => {
  const [large, modern] = [made(models.B), new ModernMemory(UNITS, { similarity: "dot", beta: 0.5 }).store(patterns)];
  const flow = large.start(cues.spins(2), { step: 1, tolerance: 0 });
  const between = log(4) / 0.5 + UNITS / 2;
  for (let step = 0; step < 5; step++) {
    flow.advance(1);
    const [one, two] = [flow.read(), modern.recall(cues.spins(2), { steps: step + 1, tolerance: 0 }).state];
    for (let i = 0; i < UNITS; i++) expect(one[i]).toBeCloseTo(two[i], 12);
    expect(large.energy(one) + between).toBeCloseTo(modern.energy(two), 9);
  }
});

it("is a dense memory as model A with steep units", () => {
  const steep = made({ visible: absolute({ beta: 1000 }), hidden: rectifiedPower({ power: 3 }) });
  const binary = new Hopfield(UNITS, { rule: dense({ separation: "rectified", power: 3 }) }).store(patterns);
  for (let r = 0; r < cues.count; r++) {
    const signs = PatternSet.from([Int8Array.from(steep.recall(cues.spins(r)).activations, (g) => (g > 0 ? 1 : -1))]);
    expect(signs.spins(0)).toEqual(binary.recall(cues.select([r]), { random: new Random(1) }).state);
  }
});

it("moves with a constant input to its visible units", () => {
  const memory = made(models.B);
  const input = new Float64Array(UNITS).fill(0.25);
  const { state, hidden } = memory.recall(cues.spins(0), { input, tolerance: 1e-10 });
  for (let i = 0; i < UNITS; i++) {
    const pull = hidden.reduce((sum, f, mu) => sum + f * patterns.spins(mu)[i], 0);
    expect(state[i]).toBeCloseTo(pull + 0.25, 8);
  }
});

describe("Lagrangians", () => {
  const random = new Random(3);
  const point = Float64Array.from({ length: 7 }, () => random.normal());
  const all = [
    identity(),
    absolute(),
    absolute({ beta: 3 }),
    norm(),
    rectifiedPower(),
    rectifiedPower({ power: 5 }),
    logSumExp(),
    logSumExp({ beta: 4 }),
  ];

  it.each(all.map((lagrangian) => [`${lagrangian.name} ${JSON.stringify(lagrangian.options)}`, lagrangian] as const))(
    "have their activation as gradient, and are convex: %s",
    (_, lagrangian) => {
      const slope = gradientOf(lagrangian, point);
      for (let i = 0; i < point.length; i++) {
        const at = (by: number) => lagrangian.value(point.map((x, k) => (k === i ? x + by : x)));
        expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(slope[i], 7);
      }
      for (let trial = 0; trial < 20; trial++) {
        const other = point.map(() => 2 * random.normal());
        const middle = point.map((x, i) => (x + other[i]) / 2);
        const mean = (lagrangian.value(point) + lagrangian.value(other)) / 2;
        expect(lagrangian.value(middle)).toBeLessThanOrEqual(mean + 1e-12);
      }
    },
  );

  it("of the norm has no direction at 0", () => {
    expect(gradientOf(norm(), new Float64Array(3))).toEqual(new Float64Array(3));
  });
});

describe("bad input", () => {
  const memory = made(models.A);
  it("is refused by name", () => {
    expect(() => new LargeMemory(UNITS, { hiddenTime: -1 })).toThrow(refusal("hiddenTime"));
    expect(() => memory.recall(cues.spins(0), { step: 0 })).toThrow(refusal("step"));
    expect(() => memory.recall(cues.spins(0), { step: 2 })).toThrow(refusal("step"));
    expect(() => memory.recall([1, 2])).toThrow(ShapeError);
    expect(() => memory.recall(cues.spins(0), { input: [1] })).toThrow(ShapeError);
    expect(() => new LargeMemory(3).recall([1, 2, 3])).toThrow(/empty/);
    const steep = new LargeMemory(1, { visible: identity(), hidden: rectifiedPower({ power: 100 }) }).store([[1e30]]);
    expect(() => steep.recall([1])).toThrow(DataError);
  });
});
