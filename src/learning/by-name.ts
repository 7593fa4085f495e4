import { type Maker, makerNamed, type OptionValue } from "../options.js";
import { bounded } from "./bounded.js";
import { covariance } from "./covariance.js";
import { diederichOpper } from "./diederich-opper.js";
import { gardner } from "./gardner.js";
import { hebb } from "./hebb.js";
import { marginalist } from "./marginalist.js";
import { perceptron } from "./perceptron.js";
import { projection } from "./projection.js";
import type { LearningRule } from "./rule.js";
import { storkey } from "./storkey.js";

/** The learning rules that Engram has. */
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
];

/**
 * The rule of that name with those options, for programs that read them from a file or a command line:
 * `ruleByName(rule.name, rule.options)` is `rule` again. Options that are left out, or undefined, take their defaults.
 *
 * @throws ArgumentError naming the nearest for a name that there is not, OptionError for an option or a value
 */
export function ruleByName(
  name: string,
  options: Readonly<Record<string, OptionValue | undefined>> = {},
): LearningRule {
  return makerNamed("rule", allRules, name).make(options);
}
