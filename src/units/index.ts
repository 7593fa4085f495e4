export { type BiasOptions, binary } from "./binary.js";
export { type UnitsDescription, type UnitType, unitKinds, unitsByType, unitTypes } from "./by-type.js";
export { type GaussianOptions, gaussian } from "./gaussian.js";
export { joined } from "./joined.js";
export { relu } from "./relu.js";
export { softmax } from "./softmax.js";
export { spin } from "./spin.js";
export type { Moments, Rows, UnitRange, Units } from "./units.js";
