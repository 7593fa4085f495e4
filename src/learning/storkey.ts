import { log } from "../math/elementary.js";
import { oneByOne } from "./one-by-one.js";
import { learningRule, selfCoupling } from "./rule.js";

/**
 * Storkey's rule: each pattern xi, in its turn, changes the couplings by
 *
 *     dW_ij = (xi_i xi_j - xi_i h_ji - h_ij xi_j) / n,   h_ij = sum over k other than i and j of W_ik xi_k,
 *
 * with the couplings as they are before it (Storkey, Increasing the capacity of a Hopfield network without sacrificing
 * functionality, 1997). It is as local and as incremental as Hebb's rule, but each pattern removes the crosstalk with
 * those before it, so their order matters in the last digits. Unless `selfCoupling` is true the diagonal stays zero;
 * the fields h_ij exclude it in either case.
 *
 * Nearly all of n / sqrt(2 ln n) random patterns are fixed points without any error, against n / (2 ln n) of Hebb's rule.
 */
export const storkey = learningRule({
  name: "storkey",
  summary: "Hebb's rule without the crosstalk of the patterns before; local and incremental",
  reference: "Storkey 1997",
  options: { selfCoupling },
  create: ({ selfCoupling }) => ({
    selfCoupling,
    remedy: "projection",
    capacity: { load: (units) => 1 / Math.sqrt(2 * log(Math.max(units, 2))), source: "Storkey 1997" },
    learn: oneByOne((weights, xi) => present(weights, xi, selfCoupling)),
  }),
});

/** Options of Storkey's rule. */
export type StorkeyOptions = NonNullable<Parameters<typeof storkey>[0]>;

function present(weights: Float64Array, xi: Int8Array, selfCoupling: boolean): void {
  const n = xi.length;
  // h_i = sum over k other than i of W_ik xi_k, so that h_ij = h_i - W_ij xi_j.
  const fields = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let h = 0;
    for (let k = 0; k < n; k++) h += weights[i * n + k] * xi[k];
    fields[i] = h - weights[i * n + i] * xi[i];
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const w = weights[i * n + j];
      const change = xi[i] * xi[j] - xi[i] * (fields[j] - w * xi[i]) - (fields[i] - w * xi[j]) * xi[j];
      weights[i * n + j] = w + change / n;
      weights[j * n + i] = weights[i * n + j];
    }
    if (selfCoupling) weights[i * n + i] += (1 - 2 * xi[i] * fields[i]) / n;
  }
}
