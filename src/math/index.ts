export { binomialAtMost, binomialProbability, exactProportion, type Proportion, proportion } from "./binomial.js";
export { type BitMatrix, bitDistance, bitMatrix, bitRow, popcount, spinAt } from "./bits.js";
export { Digest } from "./digest.js";
export { exp, log, tanh } from "./elementary.js";
export { type Estimate, estimateMean } from "./estimate.js";
export { asMatrix, type Matrix, matrix } from "./matrix.js";
export { erf, erfc, normalDensity, normalQuantile, normalTail } from "./normal.js";
export { philox4x32, Random } from "./random.js";
export { moorePenrose, type PseudoinverseResult, type SingularValueDecomposition, singularValues } from "./svd.js";
