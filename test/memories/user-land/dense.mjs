// @ts-check
import { learningRule } from "engram/learning";
import { PatternSet } from "engram/patterns";

/** The dense associative memory E(s) = -sum_mu F(xi_mu . s) with F(x) = x^degree for x > 0 and else 0. */
export default learningRule({
  name: "steep",
  summary: "a dense associative memory: a rectified power of the overlaps",
  reference: "Krotov and Hopfield 2016",
  options: { degree: { type: "integer", low: 2, high: 8, default: 3, help: "power of the overlaps" } },
  module: import.meta.url,
  create: ({ degree }) => ({ learn: (patterns) => ({ interaction: interactionOf(patterns, degree) }) }),
});

/** @type {(patterns: PatternSet, degree: number) => import("engram/interactions").Interaction} */
function interactionOf(patterns, degree) {
  const xi = rowsOf(patterns.bits);
  const F = (/** @type {number} */ x) => (x > 0 ? x ** degree : 0);
  const overlapsOf = (/** @type {Int8Array} */ s) => xi.map((x) => x.reduce((m, spin, j) => m + spin * s[j], 0));
  // h_i = (E(s_i = -1) - E(s_i = +1)) / 2 from the overlaps m without unit i.
  const field = (/** @type {Int8Array} */ s, /** @type {number[]} */ m, /** @type {number} */ i) =>
    xi.reduce((h, x, mu) => h + (x[i] * (F(m[mu] - x[i] * s[i] + 1) - F(m[mu] - x[i] * s[i] - 1))) / 2, 0);
  const fieldsOf = (/** @type {Int8Array} */ s, m = overlapsOf(s)) => Float64Array.from(s, (_, i) => field(s, m, i));
  return {
    units: patterns.units,
    fields(states, out) {
      for (const [r, s] of rowsOf(states).entries()) out.set(fieldsOf(s), r * s.length);
    },
    step(states, out) {
      for (const [r, s] of rowsOf(states).entries()) write(fieldsOf(s), out, r);
    },
    energies: (states) => Float64Array.from(rowsOf(states), (s) => overlapsOf(s).reduce((E, m) => E - F(m), 0)),
    walk(state) {
      const [s] = rowsOf(state);
      const m = overlapsOf(s);
      const visit = (/** @type {number} */ i, noise = 0) => {
        const h = field(s, m, i) - noise;
        if (h === 0 || h > 0 === s[i] > 0) return 0;
        s[i] = -s[i];
        for (const [mu, x] of xi.entries()) m[mu] += 2 * x[i] * s[i];
        return 1;
      };
      return {
        field: (i) => field(s, m, i),
        visit: (order, noise) => order.reduce((flips, i, k) => flips + visit(i, noise?.[k]), 0),
        read: (out) => write(s, out, 0),
        dispose() {},
      };
    },
    dispose() {},
  };
}

/** @type {(bits: import("engram/math").BitMatrix) => Int8Array[]} */
const rowsOf = (bits) => Array.from({ length: bits.rows }, (_, r) => new PatternSet(bits).spins(r));

/** @type {(values: ArrayLike<number>, out: import("engram/math").BitMatrix, r: number) => void} */
const write = (values, out, r) =>
  out.words.set(PatternSet.from([Array.from(values, (h) => (h < 0 ? -1 : 1))]).bits.words, r * out.stride);
