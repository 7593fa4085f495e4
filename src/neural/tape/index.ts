export { checkGradient, type GradientCheck } from "./check.js";
export { doubleKernels } from "./double.js";
export { gradient, isTensor } from "./gradient.js";
export {
  isValues,
  type OfValues,
  type TensorApply,
  type TensorCombine,
  type TensorCopy,
  type TensorKernels,
  type TensorProducts,
  tensorKernels,
  type Values,
} from "./kernels.js";
export * from "./operations/index.js";
export { type Call, type Place, type Plan, planOf } from "./plan.js";
export {
  type CompileOptions,
  compile,
  type Program,
  programOf,
  type SharedArrays,
  type Traced,
  trace,
} from "./program.js";
export { constant, type Operation, type Shape, Tensor, traced } from "./tensor.js";
