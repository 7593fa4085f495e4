export { type Confusion, type ConfusionOptions, confusion } from "./classification/confusion.js";
export { LogisticRegression, type LogisticRegressionFit } from "./classification/logistic-model.js";
export {
  fitLogisticRegression,
  type LogisticRegressionOptions,
  type LogisticRegressionProgress,
  logisticRegression,
} from "./classification/logistic-regression.js";
export {
  type NearestPatternOptions,
  type NearestPatterns,
  nearestPatterns,
} from "./classification/nearest-pattern.js";
export { classMeans } from "./clustering/class-means.js";
export { Dendrogram, type Merge } from "./clustering/dendrogram.js";
export { type WardOptions, ward } from "./clustering/ward.js";
export { type EncodedLabels, encodeLabels } from "./labels.js";
export { type FeatureMap, LinearFeatures } from "./linear-features.js";
export { PrincipalComponents, principalComponents } from "./principal-components.js";
export { type RandomProjectionOptions, randomProjection } from "./random-projection.js";
export { Standardisation, standardisation } from "./standardisation.js";
