import { type Maker, OptionError, type OptionSpec, type OptionSpecs } from "engram";
import { applies, checkOption, type NumberSpec, type OptionValue, rangeIn } from "engram/options";
import type { Query } from "./query.js";

/*
 * Learning rules, dynamics and all that other lists of makers offer, as the lab keeps them: plain data, made from the
 * descriptions that the library gives of their options. No names of rules or dynamics are listed here.
 */

/** What a maker of a list makes: the maker's name, and the values of its options. */
export interface Named {
  readonly name: string;
  readonly options: Values;
}

export type Value = OptionValue | Named;
export type Values = Readonly<Record<string, Value>>;

/** Why something could not be made or used, and the option at fault, if any. */
export interface Failure {
  readonly message: string;
  readonly option?: string;
}

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof OptionError ? { message, option: error.option } : { message };
}

export function isNamed(value: Value | undefined): value is Named {
  return typeof value === "object" && "name" in value;
}

/** Initial values of required options for which 1 is seldom suitable. */
const beginnings: Readonly<Record<string, number>> = { beta: 4 };

/** Why the description does not allow a value; undefined for a valid one. */
export function problemOf(option: string, spec: OptionSpec, value: unknown): string | undefined {
  try {
    checkOption(option, spec, value);
    return undefined;
  } catch (error) {
    return failureOf(error).message;
  }
}

/** The default of an option, or an initial value; undefined for an optional one without a default. */
export function firstValue(option: string, spec: OptionSpec): Value | undefined {
  if (spec.default === undefined) return spec.optional === true ? undefined : someValue(option, spec);
  return spec.type === "made" ? named(spec.from, spec.default) : spec.default;
}

/** A value that the description allows, not one of the words of a number. */
export function someValue(option: string, spec: OptionSpec): Value {
  switch (spec.type) {
    case "made":
      return named(spec.from, spec.default);
    case "boolean":
      return spec.default ?? false;
    case "choice":
      return spec.default ?? spec.values[0];
    case "numbers": {
      const list = (value: number) => new Array<number>(spec.least ?? 1).fill(value);
      return spec.default ?? list(someNumber(option, spec, list));
    }
    case "range":
      return spec.default ?? [spec.low ?? 1, spec.high ?? 10];
    case "number":
    case "integer":
      return typeof spec.default === "number" ? spec.default : someNumber(option, spec, (value) => value);
  }
}

type Bounds = Pick<NumberSpec, "low" | "high" | "above" | "below">;

function someNumber(option: string, spec: OptionSpec & Bounds, asValue: (number: number) => Value): number {
  const { low, high, above, below } = spec;
  const middle = ((low ?? above ?? 0) + (high ?? below ?? 0)) / 2;
  const hasZeroInside = (low ?? above ?? -1) < 0;
  const candidates = [beginnings[option], hasZeroInside ? 0 : 1, middle, low, high];
  const fits = (number = Number.NaN) => problemOf(option, spec, asValue(number)) === undefined;
  return candidates.find(fits) ?? middle;
}

/**
 * The one of that name, else the first of the list, with all of its options: the given values where the descriptions allow
 * them.
 */
export function named(makers: readonly Maker[], name: string | undefined, given: Values = {}): Named {
  const maker = makers.find((candidate) => candidate.name === name) ?? makers[0];
  const values = Object.entries(maker.options).flatMap(([option, spec]): [string, Value][] => {
    const isGood = given[option] !== undefined && problemOf(option, spec, given[option]) === undefined;
    const value = isGood ? given[option] : firstValue(option, spec);
    return value === undefined ? [] : [[option, value]];
  });
  return { name: maker.name, options: applying(maker.options, Object.fromEntries(values)) };
}

/** The values of the options that exist beside each other. */
export function applying(specs: OptionSpecs, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([option]) => applies(specs[option], specs, values)));
}

/** The values that are not the defaults. */
export function chosenValues(specs: OptionSpecs, values: Values): Values {
  const isChosen = ([option, value]: [string, Value]) => {
    const spec = specs[option];
    if (spec?.default === undefined) return spec !== undefined;
    return JSON.stringify(value) !== JSON.stringify(firstValue(option, spec));
  };
  return Object.fromEntries(Object.entries(values).filter(isChosen));
}

/** The entries of an address: `rule=gardner`, `rule.kappa=0.5`, with the values that are not the defaults. */
export function writeNamed(key: string, { name, options }: Named, makers: readonly Maker[]): [string, string][] {
  const specs = makers.find((maker) => maker.name === name)?.options ?? {};
  const entries = Object.entries(chosenValues(specs, options)).flatMap(([option, value]): [string, string][] => {
    const spec = specs[option];
    if (isNamed(value)) return spec.type === "made" ? writeNamed(`${key}.${option}`, value, spec.from) : [];
    return [[`${key}.${option}`, typeof value === "boolean" ? (value ? "1" : "0") : String(value)]];
  });
  return [[key, name], ...entries];
}

/** Reads what `writeNamed` wrote. An unknown name is replaced by the other one, an invalid value by its default. */
export function readNamed(query: Query, key: string, makers: readonly Maker[], otherwise?: string): Named {
  const name = query.get(key);
  const maker = makers.find((candidate) => candidate.name === (name ?? otherwise));
  if (maker === undefined) {
    query.refuse(key, name);
    return named(makers, otherwise);
  }
  const values = Object.entries(maker.options).flatMap(([option, spec]): [string, Value][] => {
    const value = readValue(query, `${key}.${option}`, spec);
    if (value !== undefined && (isNamed(value) || problemOf(option, spec, value) === undefined))
      return [[option, value]];
    query.refuse(`${key}.${option}`, query.get(`${key}.${option}`));
    return [];
  });
  return named(makers, maker.name, Object.fromEntries(values));
}

function readValue(query: Query, key: string, spec: OptionSpec): Value | undefined {
  if (spec.type === "made") return query.has(key) ? readNamed(query, key, spec.from, spec.default) : undefined;
  const text = query.get(key);
  if (text === null) return undefined;
  switch (spec.type) {
    case "boolean":
      return text === "1" ? true : text === "0" ? false : undefined;
    case "choice":
      return text;
    case "numbers":
      return numbersIn(text);
    case "range":
      return rangeIn(text);
    case "number":
      return spec.words?.includes(text) ? text : numberOf(text);
    case "integer":
      return numberOf(text);
  }
}

/** The numbers between commas and spaces; NaN for what is not one. */
export function numbersIn(text: string): number[] {
  return text
    .split(/[\s,]+/)
    .filter((part) => part !== "")
    .map(numberOf);
}

function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}
