export { type Dream, type UnlearningOptions, unlearn, unlearning } from "./unlearning.js";
