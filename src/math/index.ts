export { type BitMatrix, bitDistance, bitMatrix, bitRow, popcount, spinAt } from "./bits.js";
export { Digest } from "./digest.js";
export { log } from "./elementary.js";
export { asMatrix, type Matrix, matrix } from "./matrix.js";
export { philox4x32, Random } from "./random.js";
export { moorePenrose, type PseudoinverseResult, type SingularValueDecomposition, singularValues } from "./svd.js";
