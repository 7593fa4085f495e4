import { type Command, Option } from "commander";
import { ArgumentError } from "../../errors.js";
import { listed } from "../../names.js";
import {
  applies,
  checkOption,
  expectedOf,
  type Made,
  type MadeSpec,
  type Maker,
  makerNamed,
  type OptionSpec,
  type OptionSpecs,
  type ResolvedOptions,
  rangeIn,
  readOptions,
} from "../../options.js";

/*
 * Flags of the command line, made from descriptions of options:
 *
 * - `finalRate` becomes --final-rate; a wrong value is an error that names the flag, the value and the range
 * - a boolean becomes --x, and --no-x if it defaults to true
 * - an option whose value is made by a maker becomes --<option> <name>, and the makers' own options get flags as well: makers
 *   share a flag of the same name, and a flag that the chosen maker lacks is an error
 */

type Simple = Exclude<OptionSpec, MadeSpec>;

/** The flag of an option: "finalRate" is --final-rate. */
export function flagOf(option: string): string {
  return `--${kebab(option)}`;
}

/**
 * Adds a flag for every option, and for every option of its makers. Commander has no defaults: flags that are not given are
 * absent, so that `readOptionFlags` can distinguish them.
 *
 * @param each options whose flags take a list, one value for each layer; see `readEachFlag`
 */
export function addOptionFlags(command: Command, specs: OptionSpecs, each: readonly string[] = []): Command {
  const reserved = reservedBy(command);
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.type !== "made") {
      if (each.includes(name)) addListFlag(command, name, spec);
      else addFlag(command, name, [{ spec, owner: undefined }]);
      continue;
    }
    const names = spec.from.map((maker) => maker.name);
    const what = described(spec.help, names, shownDefault(spec));
    const parse = (text: string) => makerNamed(flagOf(name), spec.from, text).name;
    const isEach = each.includes(name);
    const parser = isEach ? (text: string) => text.split(",").map(parse) : parse;
    command.addOption(new Option(`${flagOf(name)} <name${isEach ? ",..." : ""}>`, what).argParser<unknown>(parser));
    for (const [key, owned] of ownedOptions(name, spec, specs, reserved)) addFlag(command, key, owned);
  }
  return command;
}

/** The names of the flags that a command has before those of options are added: options of makers do not use them. */
export function reservedBy(command: Command): readonly string[] {
  return command.options.map((option) => option.attributeName());
}

/**
 * Reads options from flags: checked, with their defaults, and with the values of the chosen makers.
 *
 * @param parsed the flags parsed by commander, by the names of the options
 * @param reserved the result of `reservedBy` before the flags were added
 * @throws OptionError naming the flag that is missing or out of range, ArgumentError for a flag that the chosen maker does not
 *   have
 */
export function readOptionFlags<const Specs extends OptionSpecs>(
  specs: Specs,
  parsed: Readonly<Record<string, unknown>>,
  reserved: readonly string[] = [],
): ResolvedOptions<Specs> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.type === "made") values[name] = madeOf(name, spec, specs, parsed, reserved);
    else {
      const flag = spec.flag ?? flagOf(name);
      values[name] = readOptions("the command", { [flag]: spec }, { [flag]: parsed[name] })[flag];
    }
  }
  return values as ResolvedOptions<Specs>;
}

function madeOf(
  name: string,
  spec: MadeSpec,
  specs: OptionSpecs,
  parsed: Readonly<Record<string, unknown>>,
  reserved: readonly string[],
): Made | undefined {
  const chosen = (parsed[name] ?? spec.default) as string | undefined;
  const flags = ownedOptions(name, spec, specs, reserved);
  const given = [...flags.keys()].filter((key) => parsed[key] !== undefined);
  if (chosen === undefined) {
    if (given.length > 0) throw new ArgumentError(`${flagOf(given[0])} needs ${flagOf(name)}; give both or neither`);
    if (spec.optional === true) return undefined;
    throw new ArgumentError(`${flagOf(name)} is missing; expected ${expectedOf(spec)}`);
  }
  const maker = makerNamed(flagOf(name), spec.from, chosen);
  const options: Record<string, unknown> = {};
  for (const key of given) {
    const own = (flags.get(key) as Owned[]).find(({ owner }) => owner === maker.name);
    if (own === undefined) {
      const known = [...flags].filter(([, all]) => all.some(({ owner }) => owner === maker.name));
      const has = known.length === 0 ? "it has no options" : `its options are ${listed(known.map(([k]) => flagOf(k)))}`;
      throw new ArgumentError(`${flagOf(key)} cannot be used with ${flagOf(name)} ${maker.name}; ${has}`);
    }
    options[own.option ?? key] = checkOption(flagOf(key), own.spec, parsed[key]);
  }
  for (const key of given) requireApplies(key, flags.get(key) ?? [], maker, options);
  const missing = Object.entries(maker.options).find(([option, own]) => {
    return options[option] === undefined && own.default === undefined && own.optional !== true;
  });
  if (missing === undefined) return maker.make(options);
  const [key] =
    [...flags].find(([, all]) => all.some(({ option, owner }) => owner === maker.name && option === missing[0])) ??
    missing;
  throw new ArgumentError(`${flagOf(name)} ${maker.name} needs ${flagOf(key)}; expected ${expectedOf(missing[1])}`);
}

/** Throws for a flag whose option does not exist beside the values of the maker's other options. */
function requireApplies(key: string, owned: readonly Owned[], maker: Maker, options: Record<string, unknown>): void {
  const spec = owned.find(({ owner }) => owner === maker.name)?.spec;
  if (spec?.only === undefined || applies(spec, maker.options, options)) return;
  const { option, values } = spec.only;
  const chosen = (options[option] ?? maker.options[option].default) as string;
  throw new ArgumentError(
    `${flagOf(key)} cannot be used with ${flagOf(option)} ${chosen}; it belongs to ${listed(values)}`,
  );
}

/**
 * The values of an option of `each`, one for each layer: the list of its flag, one value for all layers, or the defaults.
 *
 * @param usual the defaults, one for each layer
 */
export function readEachFlag(
  name: string,
  specs: OptionSpecs,
  parsed: Readonly<Record<string, unknown>>,
  usual: readonly unknown[],
  reserved: readonly string[] = [],
): unknown[] {
  const spec = specs[name];
  const count = usual.length;
  const listed = (parsed[name] ?? usual) as readonly unknown[];
  if (listed.length !== 1 && listed.length !== count) {
    throw new ArgumentError(
      `${flagOf(name)} has ${listed.length} values for ${count} layers; give one for all, or one for each`,
    );
  }
  const values = listed.length === 1 ? new Array<unknown>(count).fill(listed[0]) : listed;
  if (spec.type !== "made") return [...values];
  const flags = ownedOptions(name, spec, specs, reserved);
  const fits = (key: string, chosen: unknown) => flags.get(key)?.some(({ owner }) => owner === chosen) ?? true;
  return values.map((chosen) => {
    // A flag that none of the chosen makers has is passed to each of them, which refuses it.
    const own = Object.entries(parsed).filter(([key]) => fits(key, chosen) || !values.some((one) => fits(key, one)));
    return madeOf(name, spec, specs, { ...Object.fromEntries(own), [name]: chosen }, reserved);
  });
}

/** An option of one of several makers. */
interface Owned {
  readonly spec: Simple;
  /** The name of the maker; undefined if the option is the command's own. */
  readonly owner: string | undefined;
  /** Its name in the maker. */
  readonly option?: string;
}

/** The simple options of the makers of an option, by the key of their flag; a key that is taken gets the option's as prefix. */
function ownedOptions(
  name: string,
  { from }: MadeSpec,
  specs: OptionSpecs,
  reserved: readonly string[],
): Map<string, Owned[]> {
  const taken = new Set([...takenBefore(name, specs), ...reserved]);
  const found = new Map<string, Owned[]>();
  for (const maker of from) {
    for (const [option, spec] of Object.entries(maker.options)) {
      if (spec.type === "made") continue;
      const key = taken.has(option) ? `${name}${option[0].toUpperCase()}${option.slice(1)}` : option;
      found.set(key, [...(found.get(key) ?? []), { spec, owner: maker.name, option }]);
    }
  }
  return found;
}

/** The keys of the command's own options, and of the makers of options before this one. */
function takenBefore(name: string, specs: OptionSpecs): Set<string> {
  const taken = new Set(Object.keys(specs));
  for (const [key, spec] of Object.entries(specs)) {
    if (key === name) break;
    if (spec.type === "made")
      for (const maker of spec.from) for (const own of Object.keys(maker.options)) taken.add(own);
  }
  return taken;
}

function addFlag(command: Command, key: string, owned: readonly Owned[]): void {
  const [{ spec }] = owned;
  const flag = spec.flag ?? flagOf(key);
  const helps = [...new Set(owned.map((one) => one.spec.help))];
  const all = described(helps.join("; or "), wordsOf(spec), defaultsOf(owned));
  if (spec.type === "boolean") {
    const defaults = new Set(owned.map((one) => one.spec.default));
    // Both flags exist; help shows those that change something. With the first, commander derives no default from the second.
    const [on, off] = [new Option(flag, all), new Option(`--no-${kebab(key)}`, `do not ${all}`)];
    command.addOption(defaults.size === 1 && defaults.has(true) ? on.hideHelp() : on);
    command.addOption(defaults.size === 1 && defaults.has(false) ? off.hideHelp() : off);
    return;
  }
  const option = new Option(`${flag} <${argumentName(spec)}>`, all);
  option.attributeName = () => key;
  command.addOption(option.argParser((text: string) => parse(flag, owned, text)));
}

function addListFlag(command: Command, key: string, spec: Simple): void {
  const flag = flagOf(key);
  const parser = (text: string) => text.split(",").map((part) => checkOption(flag, spec, readText(spec, part)));
  const help = described(`${spec.help}, one for all layers or one for each`, wordsOf(spec), shownDefault(spec));
  command.addOption(new Option(`${flag} <${argumentName(spec)},...>`, help).argParser(parser));
}

/** The value of a flag, checked by the first option that accepts it. */
function parse(flag: string, owned: readonly Owned[], text: string): unknown {
  const right = owned.find(({ spec }) => isRight(flag, spec, readText(spec, text)));
  const { spec } = right ?? owned[0];
  return checkOption(flag, spec, readText(spec, text));
}

function isRight(flag: string, spec: Simple, value: unknown): boolean {
  try {
    checkOption(flag, spec, value);
    return true;
  } catch {
    return false;
  }
}

function readText(spec: Simple, text: string): unknown {
  const number = (part: string) => (part.trim() === "" ? Number.NaN : Number(part));
  switch (spec.type) {
    case "number":
      return spec.words?.includes(text) || Number.isNaN(number(text)) ? text : number(text);
    case "integer":
      return Number.isNaN(number(text)) ? text : number(text);
    case "numbers":
      return text.split(",").map(number);
    case "range":
      return rangeIn(text) ?? text;
    case "boolean":
    case "choice":
      return text;
  }
}

/** The values of a choice. */
function wordsOf(spec: Simple): readonly string[] {
  return spec.type === "choice" ? spec.values : [];
}

/** Help with the values of a choice after its first clause and the default at its end: "rule: a or b; a is new (default a)". */
function described(help: string, values: readonly string[], shown: string): string {
  const at = help.search(/; | \(default|$/);
  const words = values.length === 0 ? "" : `: ${listed(values, "or")}`;
  return `${help.slice(0, at)}${words}${help.slice(at)}${help.includes("(default ") ? "" : shown}`;
}

/** The name of a flag's argument in help, such as "n" in --epochs <n>. */
function argumentName({ type }: Simple): string {
  if (type === "integer") return "n";
  if (type === "numbers") return "x,...";
  if (type === "range") return "n..n";
  return type === "number" ? "x" : "name";
}

/** " (default 1)", or the defaults of several makers: " (default 1 for cd, 5 for pcd)". */
function defaultsOf(owned: readonly Owned[]): string {
  const shown = owned.map(({ spec }) => textOf(spec));
  if (new Set(shown).size === 1) return shownDefault(owned[0].spec);
  const each = owned.flatMap(({ owner }, k) => (shown[k] === undefined ? [] : [`${shown[k]} for ${owner}`]));
  return each.length === 0 ? "" : ` (default ${each.join(", ")})`;
}

function shownDefault(spec: OptionSpec): string {
  const text = textOf(spec);
  return text === undefined ? "" : ` (default ${text})`;
}

/** A default as shown in help; those of booleans are not shown. */
function textOf({ type, default: value }: OptionSpec): string | undefined {
  if (type === "range" && value !== undefined) return value[0] === value[1] ? String(value[0]) : value.join("..");
  return typeof value === "number" || typeof value === "string" || Array.isArray(value) ? String(value) : undefined;
}

function kebab(option: string): string {
  return Array.from(option, (letter) => (letter === letter.toLowerCase() ? letter : `-${letter.toLowerCase()}`)).join(
    "",
  );
}
