export { type BiasOptions, binary } from "./binary.js";
export { type GaussianOptions, gaussian } from "./gaussian.js";
export { relu } from "./relu.js";
export { softmax } from "./softmax.js";
export { spin } from "./spin.js";
export type { Rows, Units } from "./units.js";
