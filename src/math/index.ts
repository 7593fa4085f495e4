export { binomialAtMost, binomialProbability, exactProportion, type Proportion, proportion } from "./binomial.js";
export { type BitMatrix, bitDistance, bitMatrix, bitRow, popcount, spinAt } from "./bits.js";
export { estimateSeries, jackknife, type SeriesEstimate } from "./blocking.js";
export { type Covariance, covarianceOf } from "./covariance.js";
export { asData, type Data, type DataMatrix } from "./data-matrix.js";
export { Digest } from "./digest.js";
export { exp, hypot, log, pow, square, tanh } from "./elementary.js";
export { type Estimate, estimateMean } from "./estimate.js";
export { type LbfgsIteration, type LbfgsOptions, type LbfgsResult, lbfgs, minimise, type Objective } from "./lbfgs.js";
export { log1p, logSumExp, logTwoCosh, sigmoid, softplus } from "./log-sum-exp.js";
export {
  asMatrix,
  largestDifference,
  type Matrix,
  matrix,
  product,
  squaredDistance,
  timesVector,
  transpose,
  transposedTimesVector,
} from "./matrix.js";
export { erf, erfc, normalDensity, normalQuantile, normalTail } from "./normal.js";
export { philox4x32, Random } from "./random.js";
export { type AreaUnderCurve, areaUnderCurve } from "./ranking.js";
export type { Scaled } from "./scaled.js";
export { standardErrorOfMean } from "./standard-error.js";
export { studentQuantile, studentTail } from "./student.js";
export { moorePenrose, type PseudoinverseResult, type SingularValueDecomposition, singularValues } from "./svd.js";
export { type SymmetricEigen, symmetricEigen } from "./symmetric-eigen.js";
export { dot, norm } from "./vector.js";
