import { ArgumentError } from "../errors.js";
import { binary } from "./binary.js";
import { gaussian } from "./gaussian.js";
import { relu } from "./relu.js";
import { softmax } from "./softmax.js";
import { spin } from "./spin.js";
import type { Units } from "./units.js";

type Parameters = Readonly<Record<string, ArrayLike<number>>>;

const makers: Readonly<Record<string, (count: number, states: number, parameters: Parameters) => Units>> = {
  binary: (count, _, parameters) => binary(count, parameters),
  spin: (count, _, parameters) => spin(count, parameters),
  gaussian: (count, _, parameters) => gaussian(count, parameters),
  softmax: (count, states, parameters) => softmax(count, states, parameters),
  relu: (count, _, parameters) => relu(count, parameters),
};

/** The names of the unit types. */
export const unitTypes: readonly string[] = Object.keys(makers);

/** A layer of units as words and numbers can name it. */
export interface UnitsDescription {
  /** One of `unitTypes`. */
  readonly type: string;
  readonly count: number;
  /** States of a unit, which softmax units need. */
  readonly states?: number | undefined;
  /** Parameters by the names that `named` has; the type's standard ones where they are left out. */
  readonly parameters?: Parameters | undefined;
}

/**
 * The layer of a description.
 *
 * @throws ArgumentError for a type that there is not or a parameter that the type has not, and what the type's own
 *   constructor throws
 */
export function unitsByType({ type, count, states = Number.NaN, parameters = {} }: UnitsDescription): Units {
  if (!Object.hasOwn(makers, type)) {
    throw new ArgumentError(`type is ${JSON.stringify(type)}; expected one of ${unitTypes.join(", ")}`);
  }
  const units = makers[type](count, states, parameters);
  const stray = Object.keys(parameters).find((name) => !Object.hasOwn(units.named, name));
  if (stray !== undefined) {
    const known = Object.keys(units.named).join(" and ");
    throw new ArgumentError(`${type} units have no parameter ${JSON.stringify(stray)}; expected ${known}`);
  }
  return units;
}
