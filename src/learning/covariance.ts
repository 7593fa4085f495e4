import { DataError } from "../errors.js";
import { DenseCouplings, quadratic } from "../interactions/index.js";
import type { BitMatrix } from "../math/bits.js";
import { square } from "../math/elementary.js";
import { normalDensity, normalTail } from "../math/normal.js";
import type { PatternSet } from "../patterns/index.js";
import { beginsWith } from "./one-by-one.js";
import { type Learned, learningRule, selfCoupling } from "./rule.js";

/**
 * The covariance rule for sparse patterns of binary units v = 0 or 1, of which the fraction a is on (Tsodyks and
 * Feigelman, The enhanced storage capacity in neural networks with low activity level, 1988):
 *
 *     J_ij = sum_mu (v_mu,i - a) (v_mu,j - a) / (n a (1 - a)),   v_i on where sum_j J_ij v_j > theta.
 *
 * In a stored pattern the field of a unit that is on is 1 - a and that of one that is off -a, plus crosstalk from the
 * other patterns; theta lies between. With spins, v = (s + 1) / 2, the same net has W = J / 2 and thresholds theta -
 * sum_j J_ij / 2, which are learned too; +1 is on. Unless `selfCoupling` is true the diagonal is zero.
 *
 * The capacity comes from the source's mean-field equations at zero temperature, at the best theta; as a goes to zero
 * it approaches 1 / (2 a |ln a|), slowly. At a = 1/2 it is 0.069, half of Hebb's rule with spins, where a constant
 * field adds no noise.
 */
export const covariance = learningRule({
  name: "covariance",
  summary: "for sparse patterns: covariances of the units, with a threshold",
  reference: "Tsodyks and Feigelman 1988",
  options: {
    activity: {
      type: "number",
      above: 0,
      below: 1,
      words: ["measured"],
      default: "measured",
      help: "a: fraction of units that are on; measured: that of the stored patterns",
    },
    threshold: {
      type: "number",
      low: -1e6,
      high: 1e6,
      words: ["best"],
      default: "best",
      help: "theta of the binary units; best: the one with the largest capacity for random patterns",
    },
    selfCoupling,
  },
  create({ activity, threshold, selfCoupling }) {
    const counted = new WeakMap<Learned, Counts>();
    return {
      selfCoupling,
      remedy: "projection",
      capacity: {
        load: (_, measured) => (measured > 0 && measured < 1 ? best(measured).load : 0),
        source: "Tsodyks and Feigelman 1988, at the best threshold",
      },
      learn(patterns, kernels, previous) {
        const counts = count(patterns, previous && counted.get(previous));
        const { units: n, count: p } = patterns;
        const a = activity === "measured" ? counts.on.reduce((sum, on) => sum + on, 0) / (p * n) : activity;
        if (!(a > 0 && a < 1)) {
          throw new DataError(
            `all units of all patterns are ${a > 0 ? "on" : "off"}; the covariance rule needs units of both kinds`,
          );
        }
        const theta = threshold === "best" ? best(a).threshold : threshold;
        const weights = new Float64Array(n * n);
        const thresholds = new Float64Array(n);
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < n; j++) {
            if (j === i && !selfCoupling) continue;
            const covariance = counts.both[i * n + j] - a * (counts.on[i] + counts.on[j]) + p * a * a;
            weights[i * n + j] = covariance / (2 * n * a * (1 - a));
            sum += weights[i * n + j];
          }
          thresholds[i] = theta - sum;
        }
        const learned = { interaction: quadratic(new DenseCouplings(weights, n, kernels), thresholds) };
        counted.set(learned, counts);
        return learned;
      },
    };
  },
});

/** Options of the covariance rule. */
export type CovarianceOptions = NonNullable<Parameters<typeof covariance>[0]>;

/** How often each unit is on, and how often two units are both on, in the given patterns. */
interface Counts {
  readonly bits: BitMatrix;
  readonly on: Int32Array;
  /** n x n */
  readonly both: Int32Array;
}

function count(patterns: PatternSet, known: Counts | undefined): Counts {
  const { bits, units: n } = patterns;
  const start = known !== undefined && beginsWith(bits, known.bits) ? known : undefined;
  const on = start?.on.slice() ?? new Int32Array(n);
  const both = start?.both.slice() ?? new Int32Array(n * n);
  for (let mu = start?.bits.rows ?? 0; mu < bits.rows; mu++) {
    const active: number[] = [];
    patterns.binary(mu).forEach((v, i) => {
      if (v === 1) active.push(i);
    });
    for (const i of active) {
      on[i]++;
      for (const j of active) both[i * n + j]++;
    }
  }
  return { bits, on, both };
}

/**
 * The largest load at which the mean-field equations at zero temperature have a solution, and its theta. With x1 and x0 the
 * distances from the threshold, in units of the noise sigma, of the fields of units that should be on and off, and H the
 * normal tail,
 *
 *     m = H(x1) - H(x0),   sigma = m / (x0 - x1),   q = a H(x1) + (1 - a) H(x0),
 *     C = (a phi(x1) + (1 - a) phi(x0)) / sigma,   alpha = sigma^2 (1 - C)^2 / q,
 *     theta = sigma x0 - a m + alpha C / (2 (1 - C)),
 *
 * so that the load is a function of x1 and x0 alone: it is maximised on ever finer grids.
 */
function best(a: number): { load: number; threshold: number } {
  let top = { load: 0, threshold: 0, x1: -2.5, x0: 4 };
  for (let step = 1; step > 1e-4; step /= 4) {
    const { x1: middle1, x0: middle0 } = top;
    for (let k1 = -6; k1 <= 6; k1++) {
      for (let k0 = -6; k0 <= 6; k0++) {
        const x1 = middle1 + k1 * step;
        const x0 = middle0 + k0 * step;
        const m = normalTail(x1) - normalTail(x0);
        const sigma = m / (x0 - x1);
        const C = (a * normalDensity(x1) + (1 - a) * normalDensity(x0)) / sigma;
        if (!(x0 > x1 && C < 1)) continue;
        const load = square(sigma * (1 - C)) / (a * normalTail(x1) + (1 - a) * normalTail(x0));
        if (load > top.load) top = { load, threshold: sigma * x0 - a * m + (load * C) / (2 * (1 - C)), x1, x0 };
      }
    }
  }
  return top;
}
