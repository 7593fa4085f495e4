import { ArgumentError } from "../errors.js";
import { asynchronous } from "./asynchronous.js";
import type { Dynamics, DynamicsOption } from "./dynamics.js";
import { glauber } from "./glauber.js";
import { metropolis } from "./metropolis.js";
import { synchronous } from "./synchronous.js";

/** Every dynamics checks the options that it is given, whatever their types. */
const all: Readonly<Record<string, (options: never) => Dynamics>> = { asynchronous, synchronous, glauber, metropolis };

/** The names that `dynamicsByName` knows. */
export const dynamicsNames: readonly string[] = Object.keys(all);

/**
 * The dynamics of that name with those options: `dynamicsByName(dynamics.name, dynamics.options)` is `dynamics` again.
 * Options that are left out, or undefined, take their defaults.
 *
 * @throws ArgumentError for a name, an option or a value that there is not
 */
export function dynamicsByName(
  name: string,
  options: Readonly<Record<string, DynamicsOption | undefined>> = {},
): Dynamics {
  if (!Object.hasOwn(all, name)) {
    throw new ArgumentError(`dynamics is ${JSON.stringify(name)}; expected one of ${dynamicsNames.join(", ")}`);
  }
  const dynamics = all[name](options as never);
  const known = Object.keys(dynamics.options ?? {});
  const stray = Object.keys(options).find((option) => options[option] !== undefined && !known.includes(option));
  if (stray !== undefined) {
    throw new ArgumentError(`${name} has no option ${stray}; its options are ${known.join(", ")}`);
  }
  return dynamics;
}
