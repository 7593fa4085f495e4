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
  /** Options besides the number of units and their parameters. */
  readonly options: OptionSpecs;
}

/** Makes a layer; `states` is an option of softmax units alone. */
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
    options: { states: { type: "integer", low: 2, help: "number of states of each unit" } },
    make: (count, states, parameters) => softmax(count, states, parameters),
  },
  {
    type: "relu",
    summary: "real numbers of at least 0, normal given their inputs and truncated at 0",
    options: {},
    make: (count, _, parameters) => relu(count, parameters),
  },
];

/** All types of units; a new one is one file and one line here. */
export const unitKinds: readonly UnitType[] = makers;

/** The names of the unit types. */
export const unitTypes: readonly string[] = makers.map(({ type }) => type);

/** A layer of units described by plain data. */
export interface UnitsDescription {
  /** One of `unitTypes`. */
  readonly type: string;
  readonly count: number;
  /** Number of states of a unit; required for softmax units. */
  readonly states?: number | undefined;
  /** Parameters by their names in `Units.named`; default to the standard ones of the type. */
  readonly parameters?: Parameters | undefined;
}

/**
 * The layer of a description.
 *
 * @throws ArgumentError for an unknown type or parameter, and whatever the constructor of the type throws
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
