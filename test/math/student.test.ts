import { describe, expect, it } from "vitest";
import { normalDensity, normalQuantile, normalTail } from "../../src/math/normal.js";
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

  it("is the power law of its degrees where t is large, down to the smallest number", () => {
    // nu = 1: 1 / (pi t); nu = 2: 1 / (2 t^2); nu = 3: 2 sqrt 3 / (pi t^3); nu = 4: 3 / t^4. The next term is t^2 times smaller.
    for (const p of [1e-150, 1e-307, 1e-310, 1e-320, Number.MIN_VALUE]) {
      const root = Math.sqrt(p);
      for (const [nu, t] of [
        [2, Math.SQRT1_2 / root],
        [3, Math.cbrt((2 * Math.sqrt(3)) / Math.PI) / Math.cbrt(p)],
        [4, 3 ** 0.25 / Math.sqrt(root)],
      ])
        expect(Math.abs(studentQuantile(p, nu) / t + 1), `${p}, ${nu}`).toBeLessThan(1e-12);
    }
    expect(Math.abs(studentQuantile(1e-307, 1) * Math.PI * 1e-307 + 1)).toBeLessThan(1e-12);
    // 3e309 is no number.
    expect(studentQuantile(1e-310, 1)).toBe(Number.NEGATIVE_INFINITY);
  });

  it("has quantiles for the smallest probabilities at any degrees", () => {
    for (const nu of [1.5, 30, 300, 1000, 1e5, 1e9, 1e15, 1e18]) {
      let before = Number.NEGATIVE_INFINITY;
      for (const p of [1e-320, 1e-307, 1e-300, 1e-100, 1e-10]) {
        const t = studentQuantile(p, nu);
        expect(t).toBeGreaterThan(before);
        before = t;
        // A tail is the exponential of up to 740, so that 1e-13 is what rounding leaves of it.
        if (p > 1e-308) expect(Math.abs(studentTail(-t, nu) / p - 1), `${p}, ${nu}`).toBeLessThan(1e-12);
      }
    }
  });

  it("is as precise next to the median: 1/2 less p is t times the density at 0", () => {
    // Densities at 0: Gamma((nu + 1) / 2) / (sqrt(nu pi) Gamma(nu / 2)).
    for (const [nu, density] of [
      [1, 1 / Math.PI],
      [2, Math.SQRT2 / 4],
      [4, 3 / 8],
    ]) {
      for (const away of [2 ** -30, 2 ** -53, 2 ** -54]) {
        const t = studentQuantile(0.5 - away, nu);
        expect(Math.abs((t * density) / away + 1)).toBeLessThan(1e-14);
      }
    }
  });

  it("differs from the normal one by the terms in 1 / nu of Fisher's expansion", () => {
    for (const nu of [1e7, 9e8, 1e11, 1e16]) {
      for (const t of [1, 1.74, 3, 6]) {
        // Fisher, Expansion of "Student's" integral in powers of n^-1, 1925. The next term is about (t^4 / nu)^3, and
        // the exponentials of up to 25 round by less than 1e-14 on either side.
        const first = (t * (t ** 2 + 1)) / (4 * nu);
        const second = (t * (3 * t ** 6 - 7 * t ** 4 - 5 * t ** 2 - 3)) / (96 * nu * nu);
        const tail = normalTail(t) + normalDensity(t) * (first + second);
        expect(Math.abs(studentTail(t, nu) / tail - 1), `${t}, ${nu}`).toBeLessThan(1e-13 + (t ** 4 / nu) ** 3);
      }
    }
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
    expect(studentTail(2, 1e20)).toBe(normalTail(2));
  });

  it("refuses what cannot be", () => {
    expect(() => studentQuantile(1.5, 3)).toThrow("probability is 1.5; expected a number from 0 to 1");
    expect(() => studentQuantile(0.9, 0.5)).toThrow("degrees is 0.5; expected a number of at least 1");
    expect(() => studentTail(Number.NaN, 3)).toThrow("t is NaN");
  });
});
