export { type BitMatrix, bitDistance, bitMatrix, bitRow, popcount, spinAt } from "./bits.js";
export { Digest } from "./digest.js";
export { log } from "./elementary.js";
export { philox4x32, Random } from "./random.js";
