import { ArgumentError } from "../errors.js";
import { listed } from "../names.js";
import type { OptionSpecs } from "../options.js";
import { binary } from "./binary.js";
import { gaussian } from "./gaussian.js";
import { relu } from "./relu.js";
import { softmax } from "./softmax.js";
import { spin } from "./spin.js";
import type { Units } from "./units.js";

type Parameters = Readonly<Record<string, ArrayLike<number>>>;

/** A type of units. */
export interface UnitType {
  readonly type: string;
  /** What its units are, in a phrase. */
  readonly summary: string;
  /** What is needed beside the number of units and their parameters. */
  readonly options: OptionSpecs;
}

/** Makes a layer; `states` is the one option that there is, of softmax units. */
interface TypeMaker extends UnitType {
  make(count: number, states: number, parameters: Parameters): Units;
}

const makers: readonly TypeMaker[] = [
  {
    type: "binary",
    summary: "0 or 1",
    options: {},
    make: (count, _, parameters) => binary(count, parameters),
  },
  {
    type: "spin",
    summary: "-1 or +1",
    options: {},
    make: (count, _, parameters) => spin(count, parameters),
  },
  {
    type: "gaussian",
    summary: "real numbers, normal given their inputs",
    options: {},
    make: (count, _, parameters) => gaussian(count, parameters),
  },
  {
    type: "softmax",
    summary: "one of several states, as a one-hot vector",
    options: { states: { type: "integer", low: 2, help: "states of each unit" } },
    make: (count, states, parameters) => softmax(count, states, parameters),
  },
  {
    type: "relu",
    summary: "real numbers of at least 0, normal given their inputs but for what lies below 0",
    options: {},
    make: (count, _, parameters) => relu(count, parameters),
  },
];

/** All types of units; a new one is one file and one line here. */
export const unitKinds: readonly UnitType[] = makers;

/** The names of the unit types. */
export const unitTypes: readonly string[] = makers.map(({ type }) => type);

/** A layer of units as words and numbers can name it. */
export interface UnitsDescription {
  /** One of `unitTypes`. */
  readonly type: string;
  readonly count: number;
  /** States of a unit, which softmax units need. */
  readonly states?: number | undefined;
  /** Parameters by the names that `named` has, default the type's standard ones. */
  readonly parameters?: Parameters | undefined;
}

/**
 * The layer of a description.
 *
 * @throws ArgumentError for a type that there is not or a parameter that the type does not have, and what the type's own
 *   constructor throws
 */
export function unitsByType({ type, count, states = Number.NaN, parameters = {} }: UnitsDescription): Units {
  const maker = makers.find((candidate) => candidate.type === type);
  if (maker === undefined) {
    throw new ArgumentError(`type is ${JSON.stringify(type)}; expected one of ${listed(unitTypes, "or")}`);
  }
  const units = maker.make(count, states, parameters);
  const stray = Object.keys(parameters).find((name) => !Object.hasOwn(units.named, name));
  if (stray !== undefined) {
    const known = Object.keys(units.named).join(" and ");
    throw new ArgumentError(`${type} units have no parameter ${JSON.stringify(stray)}; expected ${known}`);
  }
  return units;
}
