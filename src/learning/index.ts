import { ArgumentError } from "../errors.js";
import { hebb } from "./hebb.js";
import { projection } from "./projection.js";
import type { LearningRule, RuleOptions } from "./rule.js";

export * from "./association/index.js";
export { hebb } from "./hebb.js";
export { projection } from "./projection.js";
export type { Learned, LearningRule, RuleOptions } from "./rule.js";

const rules: Readonly<Record<string, (options?: RuleOptions) => LearningRule>> = { hebb, projection };

/** The names that `ruleByName` knows. */
export const ruleNames: readonly string[] = Object.keys(rules);

/** The rule of that name, for programs that read it from a file or a command line. */
export function ruleByName(name: string, options?: RuleOptions): LearningRule {
  if (!Object.hasOwn(rules, name)) {
    throw new ArgumentError(`rule is "${name}"; expected one of ${ruleNames.join(", ")}`);
  }
  return rules[name](options);
}
