import { type PatternSet, toRbm } from "engram";
import { type PatternFactor, qrFactor, squareRootFactor, svdFactor } from "engram/mapping";
import { type Matrix, product, transpose } from "engram/math";
import type { Experiment } from "../experiment.js";
import {
  type Check,
  type FigureData,
  type Parameters,
  type Part,
  type Representations,
  run,
  setup,
  summarize,
} from "./equivalence.js";
import { citation } from "./source.js";

const factors: readonly PatternFactor[] = [qrFactor(), squareRootFactor(), svdFactor()];

/** For every decomposition of the patterns, the RBM is the same model as the Hopfield net. */
export const appendixB: Experiment<Parameters, Part, FigureData> = {
  id: "smart-zilman-2021/appendix-b",
  title: "Weights by QR, square root and SVD give the same model: the projection net",
  citation,
  where: "appendix B: W by other decompositions of the patterns, each a rotation of the others",
  version: 2,
  ...setup,
  run: (parameters, task, context) => run(parameters, task, context, decompositions),
  summarize: (_, parts) =>
    summarize(parts, [
      "Any two sets of weights differ by a rotation of the hidden units alone, W' = W O with O = W^T W': the rows on W^T W and O^T O are what is left of that up to rounding.",
    ]),
};

function decompositions(patterns: PatternSet): Representations {
  const made = factors.map((factor) => toRbm(patterns, { factor }));
  const checks: Check[] = [];
  // The error of orthonormal columns grows with the N terms of a sum, and with the condition number of the patterns.
  const tolerance = 16 * patterns.units * 2 ** -53 * made[0].condition;
  for (const { rbm, factor } of made) {
    checks.push({ of: `W^T W - 1, ${factor}`, difference: offIdentity(rbm.weights), tolerance });
  }
  for (const { rbm, factor } of made.slice(1)) {
    const rotation = product(transpose(made[0].rbm.weights), rbm.weights);
    checks.push({ of: `rotation from ${made[0].factor} to ${factor}`, difference: offIdentity(rotation), tolerance });
  }
  return { machines: made.map(({ rbm, factor }) => [factor, rbm] as const), checks };
}

/** Largest entry of A^T A - 1. */
function offIdentity(a: Matrix): number {
  const { columns, values } = product(transpose(a), a);
  return values.reduce(
    (most, x, at) => Math.max(most, Math.abs(x - (at % columns === Math.floor(at / columns) ? 1 : 0))),
    0,
  );
}
