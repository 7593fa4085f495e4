import { describe, expect, it } from "vitest";
import {
  allDynamics,
  asynchronous,
  type Dynamics,
  dynamicsByName,
  glauber,
  metropolis,
  synchronous,
} from "../../src/dynamics/index.js";
import { ArgumentError } from "../../src/errors.js";
import { DenseCouplings, type Interaction, quadratic } from "../../src/interactions/index.js";
import { type BitMatrix, bitMatrix, spinAt } from "../../src/math/bits.js";
import { Random } from "../../src/math/random.js";
import { randomPatterns } from "../support/random-patterns.js";
import { refusal } from "../support/refusal.js";

/** A net of n units with normal couplings, symmetric unless told otherwise, zero diagonal, normal thresholds. */
function randomNet(n: number, random: Random, sign: 1 | -1 = 1): Interaction {
  const W = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      W[i * n + j] = random.normal();
      W[j * n + i] = sign * W[i * n + j];
    }
  }
  const thresholds = Float64Array.from({ length: n }, () => (sign > 0 ? random.normal() : 0));
  return quadratic(new DenseCouplings(W, n), thresholds);
}

function energy(net: Interaction, state: BitMatrix): number {
  return net.energies(state)[0];
}

function run(dynamics: Dynamics, net: Interaction, cue: BitMatrix, random?: Random) {
  const process = dynamics.start(net, cue, random);
  while (process.period === 0 && process.sweeps < dynamics.maxSweeps) process.advance(cue.columns);
  return process;
}

describe("asynchronous dynamics", () => {
  it("lowers the energy with every flip, and ends where no unit wants to flip", () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(seed);
      const net = randomNet(30, random);
      const process = asynchronous().start(net, randomPatterns(1, 30, random).bits, random);
      let before = energy(net, process.read());
      while (process.period === 0) {
        const flips = process.advance(1);
        const after = energy(net, process.read());
        if (flips === 0) expect(after).toBe(before);
        else expect(after).toBeLessThan(before);
        before = after;
      }
      const state = process.read();
      const fields = new Float64Array(30);
      net.fields(state, fields);
      fields.forEach((h, i) => {
        expect(spinAt(state, 0, i) * h).toBeGreaterThan(0);
      });
    }
  });

  it("visits every unit once a sweep, however it is cut into steps", () => {
    const net = randomNet(50, new Random(1));
    const cue = randomPatterns(1, 50, new Random(2)).bits;
    const whole = run(asynchronous(), net, cue, new Random(3));
    const pieces = asynchronous().start(net, cue, new Random(3));
    const cut = new Random(4);
    while (pieces.period === 0) pieces.advance(1 + cut.integer(20));
    expect(pieces.read().words).toEqual(whole.read().words);
    expect([pieces.visits, pieces.flips, pieces.sweeps]).toEqual([whole.visits, whole.flips, whole.sweeps]);
    expect(whole.visits % 50).toBe(0);
  });

  it("keeps a unit whose field is zero as it is", () => {
    const net = quadratic(new DenseCouplings(new Float64Array(16), 4));
    const cue = bitMatrix(1, 4, Uint32Array.of(0b0110, 0, 0, 0));
    const process = run(asynchronous({ order: "fixed" }), net, cue);
    expect([process.period, process.flips, process.sweeps]).toEqual([1, 0, 1]);
    expect(process.read().words[0]).toBe(0b0110);
  });

  it("does not settle where a self-coupling is -1, and says so", () => {
    const net = quadratic(new DenseCouplings([-1], 1));
    const process = run(asynchronous({ maxSweeps: 25 }), net, bitMatrix(1, 1), new Random(1));
    expect([process.period, process.sweeps, process.flips]).toEqual([0, 25, 25]);
  });

  it("in a fixed order finds the cycles of the two counter-examples, in sweeps", () => {
    const from = (weights: number[], n: number) =>
      run(asynchronous({ order: "fixed" }), quadratic(new DenseCouplings(weights, n)), bitMatrix(1, n));
    // Both units turn against themselves with every visit.
    const diagonal = from([-1, 0, 0, -1], 2);
    expect([diagonal.period, diagonal.sweeps, diagonal.flips]).toEqual([2, 2, 4]);
    // One unit follows the other, and the other flees it: the first sweep is on its way to the cycle.
    const antisymmetric = from([0, 1, -1, 0], 2);
    expect([antisymmetric.period, antisymmetric.sweeps, antisymmetric.flips]).toEqual([2, 3, 5]);
  });

  it("needs a generator for a random order and none for a fixed one", () => {
    const net = randomNet(3, new Random(1));
    expect(() => asynchronous().start(net, bitMatrix(1, 3))).toThrow(/random is missing; .* pass new Random\(seed\)/);
    expect(() => asynchronous({ order: "fixed" }).start(net, bitMatrix(1, 3))).not.toThrow();
    expect(() => asynchronous({ maxSweeps: 0 })).toThrow(/maxSweeps is 0/);
    expect(() => asynchronous({ order: "odd" as "fixed" })).toThrow(/order is "odd"; expected "random" or "fixed"/);
  });
});

describe("synchronous dynamics", () => {
  it("ends on a fixed point or a cycle of two where couplings are symmetric (Goles et al. 1985)", () => {
    const periods = new Map<number, number>();
    for (let seed = 0; seed < 60; seed++) {
      const random = new Random(seed);
      const process = run(synchronous(), randomNet(12, random), randomPatterns(1, 12, random).bits);
      periods.set(process.period, (periods.get(process.period) ?? 0) + 1);
    }
    expect([...periods.keys()].sort((a, b) => a - b)).toEqual([1, 2]);
  });

  it("cycles with period four where couplings are antisymmetric (Goles 1986)", () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(seed);
      const process = run(synchronous(), randomNet(9, random, -1), randomPatterns(1, 9, random).bits);
      expect(process.period).toBe(4);
    }
  });

  it("counts the cue as the first state: a fixed point settles in one sweep, a cycle after its length", () => {
    const settled = (weights: number[], word: number) => {
      const net = quadratic(new DenseCouplings(weights, 2));
      const { period, sweeps, flips } = run(synchronous(), net, bitMatrix(1, 2, Uint32Array.of(word, 0, 0, 0)));
      return { period, sweeps, flips };
    };
    // Units that agree hold each other; units that differ change places for ever.
    const symmetric = [0, 1, 1, 0];
    expect(settled(symmetric, 0b11)).toEqual({ period: 1, sweeps: 1, flips: 0 });
    expect(settled(symmetric, 0b01)).toEqual({ period: 2, sweeps: 2, flips: 4 });
    // One unit follows the other, which flees it: a cycle of four, one flip a sweep.
    expect(settled([0, 1, -1, 0], 0b00)).toEqual({ period: 4, sweeps: 4, flips: 4 });
  });

  it("takes the sign of zero for +1", () => {
    const net = quadratic(new DenseCouplings(new Float64Array(4), 2));
    expect(run(synchronous(), net, bitMatrix(1, 2)).read().words[0]).toBe(0b11);
  });
});

describe.each([
  ["asynchronous", asynchronous()],
  ["glauber", glauber({ beta: Number.POSITIVE_INFINITY })],
  ["metropolis", metropolis({ beta: Number.POSITIVE_INFINITY })],
])("%s dynamics", (_, dynamics) => {
  it("visits the units in a fresh random order every sweep", () => {
    // Unit 0 becomes s_1 and unit 1 becomes -s_0: after a sweep they agree where unit 1 came first, and only there.
    const net = quadratic(new DenseCouplings([0, 1, -1, 0], 2));
    const process = dynamics.start(net, bitMatrix(1, 2), new Random(15));
    const sweeps = 4000;
    let reversed = 0;
    let changed = 0;
    let before = false;
    for (let sweep = 0; sweep < sweeps; sweep++) {
      process.advance(2);
      const state = process.read();
      const isReversed = spinAt(state, 0, 0) === spinAt(state, 0, 1);
      if (isReversed) reversed++;
      if (isReversed !== before) changed++;
      before = isReversed;
    }
    // Either order half of the time, whatever it was the sweep before: within five standard errors.
    for (const times of [reversed, changed]) {
      expect(Math.abs(times - sweeps / 2)).toBeLessThan(5 * Math.sqrt(sweeps / 4));
    }
  });
});

const samplers = { glauber, metropolis };

describe.each<keyof typeof samplers>(["glauber", "metropolis"])("%s dynamics", (name) => {
  const sampler = samplers[name];

  // Exact enumeration of exp(-beta E) / Z beside the end states of many independent chains.
  it.each(name === "glauber" ? [0, 0.3, 1] : [0.3, 1])("samples exp(-beta E) / Z at beta = %s", (beta) => {
    const n = 4;
    const net = randomNet(n, new Random(11));
    const weights = Array.from({ length: 2 ** n }, (_, word) =>
      Math.exp(-beta * energy(net, bitMatrix(1, n, Uint32Array.of(word, 0, 0, 0)))),
    );
    const Z = weights.reduce((a, b) => a + b);
    const chains = 8000;
    const counts = new Float64Array(2 ** n);
    for (let chain = 0; chain < chains; chain++) {
      counts[run(sampler({ beta, sweeps: 40 }), net, bitMatrix(1, n), new Random(5).fork(chain)).read().words[0]]++;
    }
    let chiSquared = 0;
    weights.forEach((weight, word) => {
      const expected = (chains * weight) / Z;
      chiSquared += (counts[word] - expected) ** 2 / expected;
    });
    // The 1 - 1e-5 quantile of chi-squared with 15 degrees of freedom.
    expect(chiSquared).toBeLessThan(50.5);
  });

  it("is asynchronous dynamics at zero temperature", () => {
    const random = new Random(3);
    const net = randomNet(20, random);
    const process = run(sampler({ beta: Number.POSITIVE_INFINITY, sweeps: 50 }), net, bitMatrix(1, 20), random);
    const settled = run(asynchronous(), net, process.read(), random);
    expect([process.period, settled.flips]).toEqual([0, 0]);
  });

  it.each([-1, Number.NaN])("refuses beta = %s", (beta) => {
    expect(() => sampler({ beta })).toThrow(refusal("beta"));
    expect(() => sampler({ beta })).toThrow(/beta is .*; expected a number (of at least|above) 0/);
  });
});

describe("Metropolis dynamics", () => {
  it("accepts a flip with probability min(1, exp(-beta dE))", () => {
    // One unit with h = 0.4: from +1 a flip costs 0.8, from -1 it gains as much.
    const net = quadratic(new DenseCouplings([0], 1), [-0.4]);
    const flipsFrom = (word: number) => {
      let flips = 0;
      for (let chain = 0; chain < 4000; chain++) {
        const process = metropolis({ beta: 1.5 }).start(
          net,
          bitMatrix(1, 1, Uint32Array.of(word, 0, 0, 0)),
          new Random(9).fork(chain),
        );
        flips += process.advance(1);
      }
      return flips / 4000;
    };
    expect(flipsFrom(0)).toBe(1);
    const p = Math.exp(-1.5 * 0.8);
    expect(Math.abs(flipsFrom(1) - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 4000));
  });

  it("refuses beta = 0, where it would accept every flip", () => {
    expect(() => metropolis({ beta: 0 })).toThrow(refusal("beta"));
    expect(() => metropolis({ beta: 0 })).toThrow(/beta is 0; expected a number above 0/);
    expect(metropolis.options.beta.help).toMatch(/use glauber/);
  });
});

describe("dynamicsByName", () => {
  it("makes every dynamics again from its name and options", () => {
    const all = [
      asynchronous({ order: "fixed" }),
      synchronous({ maxSweeps: 3 }),
      glauber({ beta: 2 }),
      metropolis({ beta: 1 }),
    ];
    expect(all.map(({ name }) => name)).toEqual(allDynamics.map(({ name }) => name));
    for (const { name, options, maxSweeps } of all) {
      expect(dynamicsByName(name, options)).toMatchObject({ name, options, maxSweeps });
    }
    expect(dynamicsByName("synchronous", { maxSweeps: undefined }).maxSweeps).toBe(1000);
  });

  it("refuses a name, an option and a value that there is not", () => {
    expect(() => dynamicsByName("toString")).toThrow(ArgumentError);
    for (const { name } of allDynamics) expect(() => dynamicsByName("toString")).toThrow(name);
    expect(() => dynamicsByName("synchronous", { beta: 1 })).toThrow(refusal("beta"));
    expect(() => dynamicsByName("synchronous", { beta: 1 })).toThrow("synchronous has no option beta");
    expect(() => dynamicsByName("glauber", { beta: -1 })).toThrow(refusal("beta"));
  });
});
