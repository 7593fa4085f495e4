export { type Confusion, type ConfusionOptions, confusion } from "./confusion.js";
export { LogisticRegression, type LogisticRegressionFit } from "./logistic-model.js";
export {
  fitLogisticRegression,
  type LogisticRegressionOptions,
  type LogisticRegressionProgress,
  logisticRegression,
} from "./logistic-regression.js";
export { type NearestPatternOptions, type NearestPatterns, nearestPatterns } from "./nearest-pattern.js";
