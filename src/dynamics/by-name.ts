import { type Maker, makerNamed, type OptionValue } from "../options.js";
import { asynchronous } from "./asynchronous.js";
import type { Dynamics } from "./dynamics.js";
import { glauber } from "./glauber.js";
import { metropolis } from "./metropolis.js";
import { synchronous } from "./synchronous.js";

/** The dynamics of Engram for spins. */
export const allDynamics: readonly Maker<Dynamics>[] = [asynchronous, synchronous, glauber, metropolis];

/**
 * The dynamics of that name with those options: `dynamicsByName(dynamics.name, dynamics.options)` is `dynamics` again.
 * Omitted and undefined options take their defaults.
 *
 * @throws ArgumentError for an unknown name, naming the nearest; OptionError for an invalid option or value
 */
export function dynamicsByName(
  name: string,
  options: Readonly<Record<string, OptionValue | undefined>> = {},
): Dynamics {
  return makerNamed("dynamics", allDynamics, name).make(options);
}
