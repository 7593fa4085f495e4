import type { Maker } from "../../options.js";
import type { AssociationRule } from "./association.js";
import { correlation } from "./correlation.js";
import { gradientDescent } from "./gradient-descent.js";
import { pseudoinverse } from "./pseudoinverse.js";

/** The rules of Engram for pairs. */
export const allAssociationRules: readonly Maker<AssociationRule>[] = [correlation, pseudoinverse, gradientDescent];
