import { type Maker, makerNamed, type OptionValue } from "../options.js";
import { bounded } from "./bounded.js";
import { covariance } from "./covariance.js";
import { dense } from "./dense.js";
import { diederichOpper } from "./diederich-opper.js";
import { gardner } from "./gardner.js";
import { hebb } from "./hebb.js";
import { marginalist } from "./marginalist.js";
import { perceptron } from "./perceptron.js";
import { projection } from "./projection.js";
import type { LearningRule } from "./rule.js";
import { storkey } from "./storkey.js";

/** The learning rules of Engram. */
export const allRules: readonly Maker<LearningRule>[] = [
  hebb,
  projection,
  storkey,
  covariance,
  bounded,
  marginalist,
  perceptron,
  diederichOpper,
  gardner,
  dense,
];

/**
 * The rule of that name with those options, for programs that read them from a file or a command line:
 * `ruleByName(rule.name, rule.options)` is `rule` again. Omitted and undefined options take their defaults.
 *
 * @throws ArgumentError for an unknown name, naming the nearest; OptionError for an invalid option or value
 */
export function ruleByName(
  name: string,
  options: Readonly<Record<string, OptionValue | undefined>> = {},
): LearningRule {
  return makerNamed("rule", allRules, name).make(options);
}
