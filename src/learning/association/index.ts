export type { Association, AssociationRule } from "./association.js";
export { correlation } from "./correlation.js";
export { type GradientDescentOptions, gradientDescent } from "./gradient-descent.js";
export { pseudoinverse } from "./pseudoinverse.js";
