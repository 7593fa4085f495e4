import { ArgumentError } from "../errors.js";
import { bounded } from "./bounded.js";
import { covariance } from "./covariance.js";
import { diederichOpper } from "./diederich-opper.js";
import { gardner } from "./gardner.js";
import { hebb } from "./hebb.js";
import { marginalist } from "./marginalist.js";
import { perceptron } from "./perceptron.js";
import { projection } from "./projection.js";
import type { LearningRule, RuleOption } from "./rule.js";
import { storkey } from "./storkey.js";

export * from "./association/index.js";
export { type BoundedOptions, bounded } from "./bounded.js";
export { type CovarianceOptions, covariance } from "./covariance.js";
export { type DiederichOpperOptions, diederichOpper } from "./diederich-opper.js";
export { type GardnerOptions, gardner } from "./gardner.js";
export { hebb } from "./hebb.js";
export { type MarginalistOptions, marginalist } from "./marginalist.js";
export { type PerceptronOptions, perceptron } from "./perceptron.js";
export { projection } from "./projection.js";
export type { Capacity, Learned, LearningRule, RuleOption, RuleOptions } from "./rule.js";
export { storkey } from "./storkey.js";

/** Every rule checks the options that it is given, whatever their types. */
const rules: Readonly<Record<string, (options: never) => LearningRule>> = {
  hebb,
  projection,
  storkey,
  covariance,
  bounded,
  marginalist,
  perceptron,
  "diederich-opper": diederichOpper,
  gardner,
};

/** The names that `ruleByName` knows. */
export const ruleNames: readonly string[] = Object.keys(rules);

/**
 * The rule of that name with those options, for programs that read them from a file or a command line:
 * `ruleByName(rule.name, rule.options)` is `rule` again. Options that are left out, or undefined, take their defaults.
 *
 * @throws ArgumentError for a name, an option or a value that there is not
 */
export function ruleByName(name: string, options: Readonly<Record<string, RuleOption | undefined>> = {}): LearningRule {
  if (!Object.hasOwn(rules, name)) {
    throw new ArgumentError(`rule is "${name}"; expected one of ${ruleNames.join(", ")}`);
  }
  const rule = rules[name](options as never);
  for (const [option, value] of Object.entries(options)) {
    // Of every rule one may say whether it has self-couplings, also of one that leaves no choice.
    const holds = option === "selfCoupling" && value === rule.selfCoupling;
    if (value === undefined || holds || Object.hasOwn(rule.options, option)) continue;
    const known = Object.keys(rule.options).join(", ");
    throw new ArgumentError(
      `${name} has no option ${option} that may be ${JSON.stringify(value)}; its options are ${known}`,
    );
  }
  return rule;
}
