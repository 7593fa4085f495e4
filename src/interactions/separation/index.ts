export { exponential } from "./exponential.js";
export { power } from "./power.js";
export { rectified } from "./rectified.js";
export { separated } from "./separated.js";
export type { Separation, SeparationCapacity } from "./separation.js";
