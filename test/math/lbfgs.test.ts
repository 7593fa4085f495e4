import { describe, expect, it } from "vitest";
import { type LbfgsIteration, lbfgs, minimise, type Objective } from "../../src/math/lbfgs.js";
import { type LinePoint, wolfeStep } from "../../src/math/line-search.js";
import { Random } from "../../src/math/random.js";

/** sum_i 100 (x_(i+1) - x_i^2)^2 + (1 - x_i)^2, whose minimum is 0 where all x_i are 1 (Rosenbrock 1960). */
const rosenbrock: Objective = (x, gradient) => {
  gradient.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1] - x[i] * x[i];
    const b = 1 - x[i];
    value += 100 * a * a + b * b;
    gradient[i] += -400 * a * x[i] - 2 * b;
    gradient[i + 1] += 200 * a;
  }
  return value;
};

/** 1/2 sum_i c_i (x_i - i)^2 */
const bowl =
  (curvatures: readonly number[]): Objective =>
  (x, gradient) => {
    let value = 0;
    for (let i = 0; i < x.length; i++) {
      gradient[i] = curvatures[i] * (x[i] - i);
      value += 0.5 * gradient[i] * (x[i] - i);
    }
    return value;
  };

describe("L-BFGS", () => {
  it.each([2, 10, 50])("finds the minimum of Rosenbrock's function of %i variables", (n) => {
    const start = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
    const { x, value, outcome, gradientNorm, evaluations, iteration } = minimise(rosenbrock, start);
    expect(outcome).toBe("converged");
    expect(gradientNorm).toBeLessThanOrEqual(1e-8);
    // The smallest curvature at the minimum is above 0.3: |x - 1| <= |g| / 0.3.
    for (const xi of x) expect(Math.abs(xi - 1)).toBeLessThan(1e-7);
    expect(value).toBeLessThan(1e-14);
    expect(evaluations).toBeLessThan(3 * iteration + 10);
  });

  it.each([[[1]], [[1, 1, 1, 1]], [[1, 10, 100, 1000]], [[1e-3, 1, 1e3, 1e6]]])(
    "finds the minimum of a quadratic with the curvatures %j",
    (curvatures) => {
      const start = curvatures.map(() => 20);
      const { x, outcome } = minimise(bowl(curvatures), start, { tolerance: 1e-9 });
      expect(outcome).toBe("converged");
      x.forEach((xi, i) => {
        expect(Math.abs(xi - i)).toBeLessThanOrEqual(1e-9 / curvatures[i]);
      });
    },
  );

  it("needs a finite number of steps for a quadratic when it keeps as many pairs as there are variables", () => {
    // With exact line searches at most n; with inexact ones a few more.
    const result = minimise(bowl([1, 2, 3, 4, 5]), [9, 9, 9, 9, 9], { memory: 20, tolerance: 1e-9 });
    expect(result.iteration).toBeLessThan(20);
  });

  it("gives every iteration, descends, and leaves the start alone", () => {
    const start = [-1.2, 1];
    const values: number[] = [];
    const gradients: number[] = [];
    for (const { iteration, value, gradientNorm } of lbfgs(rosenbrock, start)) {
      expect(iteration).toBe(values.length);
      values.push(value);
      gradients.push(gradientNorm);
    }
    expect(start).toEqual([-1.2, 1]);
    expect(values[0]).toBeCloseTo(24.2, 12);
    for (let k = 1; k < values.length; k++) expect(values[k]).toBeLessThan(values[k - 1]);
    expect(gradients.at(-1)).toBeLessThanOrEqual(1e-8);
  });

  it("says when it ran out of iterations", () => {
    const { outcome, iteration } = minimise(rosenbrock, [-1.2, 1], { iterations: 3 });
    expect([outcome, iteration]).toEqual(["iterations", 3]);
    expect(minimise(rosenbrock, [1, 1], { iterations: 0 }).outcome).toBe("converged");
  });

  it("stalls where a function has a kink, and where its gradient lies", () => {
    const kink: Objective = (x, gradient) => {
      gradient[0] = x[0] < 0 ? -1 : 1;
      return Math.abs(x[0]);
    };
    const { outcome, value } = minimise(kink, [1], { tolerance: 0.5 });
    expect(outcome).toBe("stalled");
    expect(value).toBeLessThan(1e-12);
    const liar: Objective = (x, gradient) => {
      gradient[0] = -1;
      return x[0];
    };
    expect(minimise(liar, [1])).toMatchObject({ outcome: "stalled", value: 1, iteration: 0 });
  });

  it("gets to the precision of values that are rounded to it", () => {
    const random = new Random(1);
    const rough: Objective = (x, gradient) => rosenbrock(x, gradient) + 5 + (random.uniform() - 0.5) * 1e-7;
    const { outcome, x } = minimise(rough, [-1.2, 1], { precision: 1e-7, tolerance: 1e-6 });
    expect(outcome).toBe("converged");
    for (const xi of x) expect(xi).toBeCloseTo(1, 5);
  });

  it("comes back from where the function is not defined", () => {
    // x - log x, minimum at 1; a first step from 0.01 along -g overshoots nothing, one from 3 may leave x > 0.
    const barrier: Objective = (x, gradient) => {
      gradient[0] = 1 - 1 / x[0];
      return x[0] > 0 ? x[0] - Math.log(x[0]) : Number.NaN;
    };
    for (const start of [0.01, 3, 100]) expect(minimise(barrier, [start]).x[0]).toBeCloseTo(1, 7);
  });

  it.each<[() => unknown, string]>([
    [() => minimise(rosenbrock, []), "start is empty"],
    [() => minimise(rosenbrock, [Number.NaN, 1]), "both must be finite"],
    [() => minimise(rosenbrock, [1, 1], { iterations: -1 }), "iterations is -1; expected a whole number of at least 0"],
    [() => minimise(rosenbrock, [1, 1], { tolerance: Number.NaN }), "tolerance is NaN"],
    [() => minimise(rosenbrock, [1, 1], { memory: 0 }), "memory is 0"],
    [() => minimise(rosenbrock, [1, 1], { precision: 2 }), "precision is 2; expected a number from 0 to 1"],
  ])("refuses bad input: %s", (call, message) => {
    expect(call).toThrow(message);
  });

  it("has the last iteration in its result", () => {
    let last: LbfgsIteration | undefined;
    for (const step of lbfgs(rosenbrock, [-1.2, 1])) last = { ...step, x: step.x.slice() };
    expect(minimise(rosenbrock, [-1.2, 1]).x).toEqual(last?.x);
  });
});

describe("a Wolfe step", () => {
  const lines: [string, (t: number) => number, (t: number) => number][] = [
    ["a parabola", (t) => (t - 2) ** 2, (t) => 2 * (t - 2)],
    ["a long valley", (t) => -t / (t * t + 2), (t) => (t * t - 2) / (t * t + 2) ** 2],
    ["a high wall", (t) => (t < 1e-3 ? -t : -1e-3 + 1e6 * (t - 1e-3) ** 2), (t) => (t < 1e-3 ? -1 : 2e6 * (t - 1e-3))],
    ["a wave", (t) => Math.cos(3 * t) - t, (t) => -3 * Math.sin(3 * t) - 1],
    ["a double well", (t) => t ** 4 / 4 - t ** 3 + t * t - t, (t) => t ** 3 - 3 * t * t + 2 * t - 1],
  ];
  const conditions = { decrease: 1e-4, curvature: 0.1, noise: 0, evaluations: 60 };
  it.each(lines)("on %s satisfies both conditions from any first step", (_, phi, slope) => {
    const at = (step: number): LinePoint => ({ step, value: phi(step), slope: slope(step) });
    for (const first of [1e-4, 0.1, 1, 7, 1e3]) {
      const point = wolfeStep(at, at(0), first, conditions);
      expect(point).toBeDefined();
      expect(phi(point!.step)).toBeLessThanOrEqual(phi(0) + 1e-4 * point!.step * slope(0));
      expect(Math.abs(slope(point!.step))).toBeLessThanOrEqual(-0.1 * slope(0));
    }
  });

  it("is the furthest of a line that falls for ever, and none where nothing falls", () => {
    const at = (step: number): LinePoint => ({ step, value: -step, slope: -1 });
    expect(wolfeStep(at, at(0), 1, { ...conditions, evaluations: 5 })?.step).toBe(4 ** 4);
    const liar = (step: number): LinePoint => ({ step, value: step, slope: -1 });
    expect(wolfeStep(liar, liar(0), 1, conditions)).toBeUndefined();
  });
});
