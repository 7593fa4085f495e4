import { DataError } from "../errors.js";
import { PatternCouplings, quadratic, requireLinear } from "../interactions/index.js";
import { projection } from "../learning/index.js";
import { square } from "../math/elementary.js";
import { type Matrix, matrix, product, transpose } from "../math/matrix.js";
import { singularValues } from "../math/svd.js";
import { Hopfield, HopfieldNet } from "../memories/index.js";
import { PatternSet } from "../patterns/index.js";
import type { Candidate } from "./search.js";

/** The patterns of the candidates, and what is over them where there is such a thing. */
interface Recovered {
  readonly patterns: PatternSet;
  readonly transform: Matrix;
  readonly memory?: Hopfield;
  readonly memoryDistance?: number;
  readonly corrected?: HopfieldNet;
  readonly correction?: Matrix;
  readonly correctedDistance?: number;
}

/** The patterns of the candidates, with the memory and the net over them. */
export function memories(
  weights: Matrix,
  candidates: readonly Candidate[],
  net: HopfieldNet,
  selfCoupling: boolean,
): Recovered {
  const p = weights.columns;
  const k = candidates.length;
  const patterns = PatternSet.from(candidates.map(({ projected }) => projected.map(sign)));
  const transform = matrix(p, k);
  candidates.forEach(({ x }, mu) => {
    for (let j = 0; j < p; j++) transform.values[j * k + mu] = x[j];
  });
  const memory = memoryOf(patterns, net.thresholds, selfCoupling);
  const correction = k === p ? inverseGram(transform) : undefined;
  const corrected = correction && correctedNet(patterns, correction, net.thresholds, selfCoupling);
  return {
    patterns,
    transform,
    ...(memory && { memory, memoryDistance: relativeDistance(net, memory.net as HopfieldNet) }),
    ...(corrected && correction && { corrected, correction, correctedDistance: relativeDistance(net, corrected) }),
  };
}

/** The projection memory of the patterns; undefined if they are dependent. */
function memoryOf(patterns: PatternSet, thresholds: Float64Array, selfCoupling: boolean): Hopfield | undefined {
  const zero = thresholds.every((theta) => theta === 0);
  const memory = new Hopfield(patterns.units, {
    rule: projection({ selfCoupling }),
    thresholds: zero ? undefined : thresholds,
  });
  try {
    return memory.store(patterns);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

/** J = B C B^T over the patterns, without its diagonal if there are no self-couplings. */
function correctedNet(patterns: PatternSet, { values }: Matrix, thresholds: Float64Array, selfCoupling: boolean) {
  const parts = { patterns: patterns.bits, middle: values, divisor: 1 };
  if (selfCoupling) return new HopfieldNet(quadratic(new PatternCouplings(parts), thresholds));
  const whole = new PatternCouplings(parts);
  const row = new Float64Array(patterns.units);
  const diagonal = Float64Array.from(row, (_, i) => {
    whole.row(i, row);
    return row[i];
  });
  return new HopfieldNet(quadratic(new PatternCouplings({ ...parts, diagonal }), thresholds));
}

/** (X^T X)^-1 = V S^-2 V^T; undefined if X is singular. */
function inverseGram(x: Matrix): Matrix | undefined {
  const { values, right } = singularValues(x);
  if (!(values[values.length - 1] > 1e-9 * values[0])) return undefined;
  const halves = matrix(
    right.rows,
    right.columns,
    right.values.map((v, at) => v / values[Math.floor(at / right.columns)]),
  );
  return product(transpose(halves), halves);
}

/** |J - J'| / |J|, Frobenius norms. */
function relativeDistance(net: HopfieldNet, other: HopfieldNet): number {
  const [ours, theirs] = [net, other].map(({ interaction }) => requireLinear(interaction, "a distance of couplings"));
  const row = new Float64Array(net.units);
  const otherRow = new Float64Array(net.units);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < net.units; i++) {
    ours.row(i, row);
    theirs.row(i, otherRow);
    for (let j = 0; j < net.units; j++) {
      difference += square(row[j] - otherRow[j]);
      size += square(row[j]);
    }
  }
  return Math.sqrt(difference / size);
}

/** sgn y, sgn 0 = +1. */
export function sign(y: number): 1 | -1 {
  return y < 0 ? -1 : 1;
}
