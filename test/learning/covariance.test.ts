import { describe, expect, it } from "vitest";
import { requireLinear, toMatrix } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { covariance, hebb, type LearningRule } from "../../src/learning/index.js";
import { normalDensity, normalTail } from "../../src/math/normal.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, HopfieldNet } from "../../src/memories/index.js";
import { PatternSet } from "../../src/patterns/index.js";
import { randomPatterns } from "../support/random-patterns.js";
import { meanAndError } from "../support/statistics.js";

/** Patterns of binary units, each on with the given probability. */
function sparsePatterns(count: number, units: number, activity: number, random: Random): PatternSet {
  return PatternSet.from(
    Array.from({ length: count }, () => Uint8Array.from({ length: units }, () => (random.bernoulli(activity) ? 1 : 0))),
  );
}

describe("covariance", () => {
  it.each([
    [true, 0.2, 0.3],
    [false, 0.2, 0.3],
    [false, 0.5, 0],
  ])(
    "is the source's net of binary units, in spins: self-coupling %s, a = %s, theta = %s",
    (selfCoupling, a, theta) => {
      const [n, p] = [23, 6];
      const patterns = sparsePatterns(p, n, a, new Random(1));
      const rule = covariance({ activity: a, threshold: theta, selfCoupling });
      const { interaction } = rule.learn(patterns, referenceKernels);
      const states = randomPatterns(5, n, new Random(2));
      const fields = new HopfieldNet(interaction).fields(states.bits);
      for (let r = 0; r < 5; r++) {
        const v = states.binary(r);
        for (let i = 0; i < n; i++) {
          let field = -theta;
          for (let j = 0; j < n; j++) {
            if (j === i && !selfCoupling) continue;
            let J = 0;
            for (let mu = 0; mu < p; mu++) J += (patterns.binary(mu)[i] - a) * (patterns.binary(mu)[j] - a);
            field += (J / (n * a * (1 - a))) * v[j];
          }
          expect(fields[r * n + i]).toBeCloseTo(field, 13);
        }
      }
    },
  );

  it("measures the activity of all patterns where it is not told", () => {
    const patterns = sparsePatterns(5, 40, 0.3, new Random(3));
    let on = 0;
    for (let mu = 0; mu < 5; mu++) for (const v of patterns.binary(mu)) on += v;
    const told = covariance({ activity: on / 200 }).learn(patterns, referenceKernels).interaction;
    const measured = covariance().learn(patterns, referenceKernels).interaction;
    expect(requireLinear(measured, "the test").thresholds).toEqual(told.linear?.thresholds);
    expect(toMatrix(measured)).toEqual(toMatrix(told));
    expect(measured.energies(patterns.bits)).toEqual(told.energies(patterns.bits));
    const dark = PatternSet.from([new Uint8Array(4)]);
    expect(() => covariance().learn(dark, referenceKernels)).toThrow(
      "all units of all patterns are off; the covariance",
    );
  });

  it("holds sparse patterns at a load at which Hebb's rule loses them", () => {
    const [n, a] = [400, 0.1];
    const p = 0.2 * n;
    // (1 / n a (1 - a)) sum_i (xi_i - a) v_i: 1 for the pattern itself, 0 for a state that has nothing of it.
    const recalled = (rule: LearningRule) => {
      const values: number[] = [];
      for (let draw = 0; draw < 3; draw++) {
        const patterns = sparsePatterns(p, n, a, new Random(draw));
        const memory = new Hopfield(n, { rule }).store(patterns);
        for (let mu = 0; mu < 8; mu++) {
          const { state } = memory.recall(patterns.select([mu]), { random: new Random(mu) });
          const xi = patterns.binary(mu);
          values.push(state.reduce((sum, s, i) => sum + ((xi[i] - a) * (s + 1)) / 2, 0) / (n * a * (1 - a)));
        }
      }
      return meanAndError(values);
    };
    const sparse = recalled(covariance());
    const plain = recalled(hebb());
    expect(sparse.mean - plain.mean).toBeGreaterThan(5 * Math.hypot(sparse.error, plain.error));
    expect(Math.abs(plain.mean)).toBeLessThan(0.1);
  });

  it("has the capacity of the mean-field equations", () => {
    const load = (a: number) => covariance().capacity?.load(1000, a) ?? Number.NaN;
    // Half of Hebb's 0.138 at a = 1/2, where the best threshold is a little off the middle.
    expect(load(0.5)).toBeGreaterThan(0.138 / 2);
    expect(load(0.5)).toBeLessThan(0.07);
    // From below to 1 / (2 a |ln a|), slowly.
    const ratios = [1e-1, 1e-2, 1e-4, 1e-8, 1e-16].map((a) => load(a) * 2 * a * Math.abs(Math.log(a)));
    ratios.forEach((ratio, k) => {
      expect(ratio).toBeGreaterThan(k === 0 ? 0 : ratios[k - 1]);
      expect(ratio).toBeLessThan(1);
    });
    expect(ratios[4]).toBeGreaterThan(0.6);
  });

  it.each([0.5, 0.3, 0.1])(
    "at activity %s takes the threshold that holds the largest load, and reports that load",
    (a) => {
      const theta = bestThreshold(a);
      // A golden-section search over the thresholds between a unit that is off and one that is on.
      const ratio = (Math.sqrt(5) - 1) / 2;
      let [low, high] = [-a, 1 - a];
      while (high - low > 1e-3) {
        const step = ratio * (high - low);
        if (largestLoad(a, high - step) > largestLoad(a, low + step)) high = low + step;
        else low = high - step;
      }
      expect(theta).toBeGreaterThan(low);
      expect(theta).toBeLessThan(high);
      // Twice the steps leave a quarter of the excess: less than it fell by.
      const [coarse, fine] = [largestLoad(a, theta), largestLoad(a, theta, 2 * STEPS)];
      const load = covariance().capacity?.load(1000, a);
      expect(load).toBeLessThan(fine);
      expect(load).toBeGreaterThan(fine - (coarse - fine));
    },
  );
});

/** theta, read off what the rule learns: the thresholds of the spins are theta - sum_j W_ij. */
function bestThreshold(activity: number): number {
  const patterns = PatternSet.from([[1, 0, 0, 1, 1, 0]]);
  const { interaction } = covariance({ activity }).learn(patterns, referenceKernels);
  const row = toMatrix(interaction).subarray(0, patterns.units);
  return row.reduce((sum, w) => sum + w, requireLinear(interaction, "the test").thresholds[0]);
}

const STEPS = 2000;

/**
 * The largest load at which the stored patterns solve the mean-field equations, from above: at a load d beyond it the
 * iteration takes about 1 / sqrt(d) steps to leave the place where the solution was, so k steps overlook d of order 1 / k^2.
 */
function largestLoad(a: number, theta: number, steps = STEPS): number {
  let [low, high] = [0, 2];
  while (high - low > 1e-9) {
    const load = (low + high) / 2;
    if (isHeld(a, load, theta, steps)) low = load;
    else high = load;
  }
  return high;
}

/**
 * Iterates Tsodyks and Feigelman's equations at zero temperature from a perfect recall. A unit that should be on (off) has
 * the field (1 - a) m (-a m) + sigma z + Gamma v with a normal z; its own state v comes back through the other patterns
 * with Gamma = alpha C / (1 - C). By Maxwell's rule it is on where the field without Gamma v is above theta - Gamma / 2.
 */
function isHeld(a: number, load: number, theta: number, steps: number): boolean {
  let [m, sigma, gamma] = [1, Math.sqrt(load * a), 0];
  for (let step = 0; step < steps; step++) {
    const x1 = (theta - gamma / 2 - (1 - a) * m) / sigma;
    const x0 = (theta - gamma / 2 + a * m) / sigma;
    const C = (a * normalDensity(x1) + (1 - a) * normalDensity(x0)) / sigma;
    m = normalTail(x1) - normalTail(x0);
    if (!(C < 1 && m > 0.3)) return false;
    sigma = Math.sqrt(load * (a * normalTail(x1) + (1 - a) * normalTail(x0))) / (1 - C);
    gamma = (load * C) / (1 - C);
  }
  return true;
}
