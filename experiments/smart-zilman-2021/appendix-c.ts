import { type PatternSet, type Random, toRbm } from "engram";
import { overlapMachine, projectionMachine, qrFactor } from "engram/mapping";
import type { Experiment } from "../experiment.js";
import {
  type FigureData,
  type Parameters,
  type Part,
  type Representations,
  run,
  setup,
  summarize,
} from "./equivalence.js";
import { citation } from "./source.js";

/** Machines whose hidden units are overlaps, or projections, with couplings between them: the same model once more. */
export const appendixC: Experiment<Parameters, Part, FigureData> = {
  id: "smart-zilman-2021/appendix-c",
  title: "The restricted machine, the overlap machine and the projection machine are one model",
  citation,
  where: "appendices A and C: equations (A.1), (C.3), (C.7), representations in which the hidden units feel each other",
  version: 2,
  ...setup,
  run: (parameters, task, context) => run(parameters, task, context, representations),
  summarize: (_, parts) =>
    summarize(parts, [
      "The hidden units are, on average and given the spins, the coefficients W^T s of orthonormal directions, the overlaps X^T s / N, and the coefficients a = (X^T X)^-1 X^T s of the patterns; with X = W R and A = X^T X / N, the first are R a and the second A a. The source names its machines by the energy that it starts from: its hidden units are sqrt(N) a in the overlap machine (C.3) and N m in the projection machine (C.7), the other way about than here, where they are named by what the hidden units are. Its appendix A has a = A^-1 m with A = X^T X, which misses a factor N: A = X^T X / N is meant. The rows on hidden units are the largest difference, beside what rounding can make after a division by the condition number's square.",
    ]),
};

/** Random states whose hidden units are compared. */
const STATES = 50;

function representations(patterns: PatternSet, random: Random): Representations {
  const { rbm, transform, condition } = toRbm(patterns, { factor: qrFactor() });
  const [overlap, projection] = [overlapMachine(patterns), projectionMachine(patterns)];
  const { units: n, count: p } = patterns;
  const spins = Float64Array.from({ length: STATES * n }, () => (random.bernoulli(0.5) ? 1 : -1));
  const [h, m, a] = [rbm.hiddenMean(spins), overlap.hiddenMean(spins), projection.hiddenMean(spins)];
  const gram = Float64Array.from({ length: p * p }, (_, at) => {
    const [x, y] = [patterns.spins(Math.floor(at / p)), patterns.spins(at % p)];
    return x.reduce((sum, s, i) => sum + s * y[i], 0) / n;
  });
  const largest = h.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const tolerance = 16 * n * 2 ** -53 * condition * condition;
  return {
    machines: [
      ["restricted", rbm],
      ["overlap", overlap],
      ["projection", projection],
    ],
    checks: [
      {
        of: "hidden units, restricted from projection",
        difference: furthest(h, transform!.values, a, p),
        tolerance: tolerance * largest,
      },
      { of: "hidden units, overlap from projection", difference: furthest(m, gram, a, p), tolerance },
    ],
  };
}

/** Largest |x - T y| of the rows, T p x p. */
function furthest(x: Float64Array, t: Float64Array, y: Float64Array, p: number): number {
  let most = 0;
  for (let r = 0; r < x.length; r += p) {
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += t[j * p + k] * y[r + k];
      most = Math.max(most, Math.abs(x[r + j] - sum));
    }
  }
  return most;
}
