export { type Association, type AssociationRule, associationRule } from "./association.js";
export { allAssociationRules } from "./by-name.js";
export { correlation } from "./correlation.js";
export { type GradientDescentOptions, gradientDescent } from "./gradient-descent.js";
export { pseudoinverse } from "./pseudoinverse.js";
