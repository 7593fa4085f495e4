import { describe, expect, it } from "vitest";
import { normalQuantile, normalTail } from "../../src/math/normal.js";
import { studentQuantile, studentTail } from "../../src/math/student.js";

/** P(T > t) for whole degrees of freedom by the finite sums of Abramowitz and Stegun, Handbook (1964), 26.7.3 and 26.7.4. */
function finiteSum(t: number, nu: number): number {
  const angle = Math.atan(t / Math.sqrt(nu));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const even = nu % 2 === 0;
  let term = even ? 1 : cosine;
  let sum = nu === 1 ? 0 : term;
  for (let k = even ? 2 : 3; k <= nu - 2; k += 2) {
    term *= ((k - 1) / k) * cosine ** 2;
    sum += term;
  }
  return 0.5 - (even ? sine * sum : (2 / Math.PI) * (angle + sine * sum)) / 2;
}

describe("Student's distribution", () => {
  it("has the published quantiles", () => {
    const published = {
      0.995: { 1: "63.657", 2: "9.9248", 3: "5.8409", 5: "4.0321", 10: "3.1693", 30: "2.7500" },
      0.975: { 1: "12.706", 2: "4.3027", 3: "3.1824", 6: "2.4469", 120: "1.9799" },
    };
    for (const [p, row] of Object.entries(published))
      for (const [nu, t] of Object.entries(row))
        expect(studentQuantile(Number(p), Number(nu)).toFixed(t.split(".")[1].length)).toBe(t);
  });

  it("has the tails of the finite sums", () => {
    for (const nu of [1, 2, 3, 4, 5, 9, 10, 41, 200]) {
      // On both sides of sqrt 3, where one expansion gives way to the other.
      for (const t of [1e-3, 0.3, 1, 1.732, 1.733, 2.5, 4, 9.9]) {
        expect(Math.abs(studentTail(t, nu) - finiteSum(t, nu)), `${t}, ${nu}`).toBeLessThan(1e-14);
        expect(studentTail(-t, nu) + studentTail(t, nu)).toBeCloseTo(1, 15);
      }
    }
  });

  it("has the closed quantiles of one and two degrees of freedom, however far out", () => {
    for (const p of [1e-200, 1e-20, 1e-6, 0.01, 0.3, 0.49]) {
      const one = -1 / Math.tan(Math.PI * p);
      expect(Math.abs(studentQuantile(p, 1) / one - 1)).toBeLessThan(1e-12);
      const two = (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
      expect(Math.abs(studentQuantile(p, 2) / two - 1)).toBeLessThan(1e-12);
    }
    expect([0, 0.5, 1].map((p) => studentQuantile(p, 2.5))).toEqual([Number.NEGATIVE_INFINITY, 0, Infinity]);
  });

  it("lies between whole degrees of freedom for those between, and tends to the normal one", () => {
    for (const p of [0.9, 0.975, 0.9995]) {
      const [a, b, c] = [2, 2.5, 3].map((nu) => studentQuantile(p, nu));
      expect(a).toBeGreaterThan(b);
      expect(b).toBeGreaterThan(c);
      expect(studentTail(b, 2.5)).toBeCloseTo(1 - p, 14);
      const z = normalQuantile(p);
      // The next term of the expansion in 1 / nu is z (z^2 + 1) / 4 nu.
      for (const nu of [1e4, 1e6]) {
        const expected = z + (z * (z * z + 1)) / (4 * nu);
        expect(Math.abs(studentQuantile(p, nu) - expected)).toBeLessThan(z ** 5 / nu ** 2 + 1e-9);
      }
      expect(studentQuantile(p, Infinity)).toBe(z);
    }
    expect(studentTail(2, 1e12)).toBe(normalTail(2));
  });

  it("refuses what cannot be", () => {
    expect(() => studentQuantile(1.5, 3)).toThrow("probability is 1.5; expected a number from 0 to 1");
    expect(() => studentQuantile(0.9, 0.5)).toThrow("degrees is 0.5; expected a number of at least 1");
    expect(() => studentTail(Number.NaN, 3)).toThrow("t is NaN");
  });
});
