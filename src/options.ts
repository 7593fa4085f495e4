import { ArgumentError, callOf, OptionError, shown } from "./errors.js";
import { bare, listed, nearestName, quote, unknownName } from "./names.js";

/*
 * Options are described once, as data: their types in TypeScript, the checks of their values, the flags of the command
 * line with their help, and the controls of the lab are all made from the same description.
 */

/** A value of an option, as a file or a message to a thread can hold it. */
export type OptionValue = number | boolean | string | readonly number[];

/** The part that every description of an option has. */
interface Described {
  /** What the option does, in a phrase of one line. */
  readonly help: string;
  /** Its flag on the command line, if it is not that of its name. */
  readonly flag?: `--${string}`;
  /** The option exists only where a choice, another option of the same owner, has one of these values. */
  readonly only?: { readonly option: string; readonly values: readonly string[] };
}

/** A number that changes with time, such as a learning rate with the epochs. */
export interface Schedule extends Made {
  /** The number after `epochs` epochs, whole or not. */
  at(epochs: number): number;
}

/** A real number within [low, high], or above `above` or below `below`; or one of some words. */
export interface NumberSpec extends Described {
  readonly type: "number";
  /** Whether a schedule may be given instead. */
  readonly scheduled?: true;
  readonly low?: number;
  readonly high?: number;
  readonly above?: number;
  readonly below?: number;
  readonly words?: readonly string[];
  /** If absent, the option is required, unless `optional` is set. */
  readonly default?: number | string;
  readonly optional?: true;
}

/** A whole number within [low, high]. */
export interface IntegerSpec extends Described {
  readonly type: "integer";
  readonly low?: number;
  readonly high?: number;
  readonly default?: number;
  readonly optional?: true;
}

export interface BooleanSpec extends Described {
  readonly type: "boolean";
  readonly default?: boolean;
  readonly optional?: true;
}

/** A list of at least `least` numbers, each within [low, high] or above `above`. */
export interface NumbersSpec extends Described {
  readonly type: "numbers";
  readonly least?: number;
  readonly low?: number;
  readonly high?: number;
  readonly above?: number;
  readonly default?: readonly number[];
  readonly optional?: true;
}

/** A range of whole numbers within [low, high]: its first and its last one, "1..20" in texts. */
export interface RangeSpec extends Described {
  readonly type: "range";
  readonly low?: number;
  readonly high?: number;
  readonly default?: readonly [number, number];
  readonly optional?: true;
}

/** One of some words. */
export interface ChoiceSpec extends Described {
  readonly type: "choice";
  readonly values: readonly string[];
  readonly default?: string;
  readonly optional?: true;
}

/** A value made by a maker, such as a learning rule: given as itself, by name, or by name and options. */
export interface MadeSpec<Value = unknown> extends Described {
  readonly type: "made";
  /** What it is called in messages: "rule", "dynamics". */
  readonly sort: string;
  /** The method that every value of the sort has. */
  readonly has: string;
  readonly from: readonly Maker<Value>[];
  /** Name of the maker that is used if the option is omitted. */
  readonly default?: string;
  readonly optional?: true;
}

export type OptionSpec = NumberSpec | IntegerSpec | NumbersSpec | RangeSpec | BooleanSpec | ChoiceSpec | MadeSpec;

/** Options by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The type of the value of one option, from its description. */
type ValueOf<Spec extends OptionSpec> = Spec extends {
  readonly type: "number";
  readonly words: readonly (infer Word)[];
}
  ? number | Word
  : Spec extends { readonly type: "number"; readonly scheduled: true }
    ? number | Schedule
    : Spec extends NumberSpec | IntegerSpec
      ? number
      : Spec extends NumbersSpec
        ? readonly number[]
        : Spec extends RangeSpec
          ? readonly [number, number]
          : Spec extends BooleanSpec
            ? boolean
            : Spec extends { readonly type: "choice"; readonly values: readonly (infer Word)[] }
              ? Word
              : Spec extends MadeSpec<infer Value>
                ? Value
                : never;

/** The names of the options that must be given. */
type RequiredOptions<Specs extends OptionSpecs> = {
  [Name in keyof Specs]: Specs[Name] extends { readonly default: unknown } | { readonly optional: true } ? never : Name;
}[keyof Specs];

/** The options that a caller may give, from their descriptions. */
export type OptionsOf<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs as Name extends RequiredOptions<Specs> ? never : Name]?:
    | ValueOf<Specs[Name]>
    | undefined;
} & { readonly [Name in RequiredOptions<Specs>]: ValueOf<Specs[Name]> };

/** All options with their values, defaults filled in. */
export type ResolvedOptions<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]:
    | ValueOf<Specs[Name]>
    | (Specs[Name] extends { readonly optional: true } | { readonly only: unknown } ? undefined : never);
};

/** A value of a maker; it says how to make the same again, here or in another thread. */
export interface Made {
  readonly name: string;
  /** All options, from which its maker makes the same again. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** URL of the module whose default export makes it; absent for values of Engram's own makers. */
  readonly module?: string | undefined;
}

/** Makes values of one sort, such as learning rules, from options; an entry of a list that a caller can extend. */
export interface Maker<Value = unknown> {
  readonly sort: string;
  readonly name: string;
  /** What it is, in a phrase of one line. */
  readonly summary: string;
  /** Author and year. */
  readonly reference: string;
  readonly options: OptionSpecs;
  readonly module?: string | undefined;
  /** As a call, with options whose types are not known: from a file, a command line, another thread. */
  make(options?: Readonly<Record<string, unknown>>): Value & Made;
}

/** A maker that can be called with typed options. */
export type MakerOf<Value, Specs extends OptionSpecs> = Maker<Value> &
  (keyof Specs extends never
    ? () => Value & Made
    : RequiredOptions<Specs> extends never
      ? (options?: OptionsOf<Specs>) => Value & Made
      : (options: OptionsOf<Specs>) => Value & Made);

/** The definition of a maker. */
export interface Making<Value, Specs extends OptionSpecs> {
  readonly name: string;
  readonly summary: string;
  readonly reference: string;
  readonly options: Specs;
  /** `import.meta.url` of the module whose default export this is, so that worker threads find it. */
  readonly module?: string | undefined;
  /** Makes a value from options that have been checked. */
  readonly create: (options: ResolvedOptions<Specs>) => Value;
}

/** The maker of every value that one has made. */
const makers = new WeakMap<object, Maker>();

/** The maker that has made this very value; none of a copy, which may have been changed. */
export function makerOf(value: object): Maker | undefined {
  return makers.get(value);
}

/** Builds a maker of the given sort. */
export function maker<Value extends object, const Specs extends OptionSpecs>(
  sort: string,
  { name, summary, reference, options: specs, module, create }: Making<Value, Specs>,
): MakerOf<Value, Specs> {
  const make = (given: Readonly<Record<string, unknown>> = {}): Value & Made => {
    const options = readOptions(name, specs, given);
    const value: Made = { name, options: options as Made["options"], ...(module === undefined ? {} : { module }) };
    const made = Object.assign(create(options), value);
    makers.set(made, callable as unknown as Maker);
    return made;
  };
  const callable = (options?: OptionsOf<Specs>) => make(options);
  // A function has a name of its own, which cannot be assigned.
  Object.defineProperty(callable, "name", { value: name });
  Object.assign(callable, { sort, summary, reference, options: specs, module, make });
  return callable as unknown as MakerOf<Value, Specs>;
}

/** Whether something is a maker of that sort, such as the default export of a module. */
export function isMaker(thing: unknown, sort: string): thing is Maker<never> {
  const candidate = thing as Partial<Maker> | null | undefined;
  return typeof candidate?.make === "function" && candidate.sort === sort;
}

/** The same maker, whose values say that they come from a module, so that worker threads find it. */
export function makerFrom<Value>(maker: Maker<Value>, module: string): Maker<Value> {
  const { sort, name, summary, reference, options } = maker;
  return {
    sort,
    name,
    summary,
    reference,
    options,
    module,
    make: (given) => Object.assign(maker.make(given), { module }),
  };
}

/**
 * The maker of that name.
 *
 * @throws ArgumentError for an unknown name, naming the nearest
 */
export function makerNamed<Value>(sort: string, makers: readonly Maker<Value>[], name: string): Maker<Value> {
  const found = makers.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw unknownName(
    sort,
    name,
    makers.map((candidate) => candidate.name),
  );
}

/**
 * Makers and those that a caller adds.
 *
 * @throws ArgumentError for two of the same name
 */
export function joinedMakers<Value>(own: readonly Maker<Value>[], added: readonly Maker<Value>[]): Maker<Value>[] {
  for (const { sort, name } of added) {
    if (own.some((maker) => maker.name === name)) {
      throw new ArgumentError(`there is a ${sort} ${quote(name)} already; give yours another name`);
    }
  }
  return [...own, ...added];
}

/** The same options with more makers to choose from, each for the options of its sort. */
export function withMakers(specs: OptionSpecs, makers: readonly Maker[]): OptionSpecs {
  const added = Object.entries(specs).map(([name, spec]) => {
    if (spec.type !== "made") return [name, spec] as const;
    const added = makers.filter(({ sort }) => sort === spec.sort);
    return [name, { ...spec, from: joinedMakers(spec.from, added) }] as const;
  });
  return Object.fromEntries(added);
}

/** The maker with other defaults for some of its options. */
export function withDefaults<Value>(
  maker: Maker<Value>,
  defaults: Readonly<Record<string, OptionValue>>,
): Maker<Value> {
  const options: Record<string, OptionSpec> = { ...maker.options };
  for (const [name, value] of Object.entries(defaults)) {
    options[name] = { ...options[name], default: value } as OptionSpec;
  }
  const { sort, name, summary, reference, module } = maker;
  return { sort, name, summary, reference, module, options, make: (given) => maker.make({ ...defaults, ...given }) };
}

/**
 * All options with their values: the given ones, checked, and the defaults of the others.
 *
 * @param owner what has the options, for messages
 * @throws OptionError naming the option that is unknown, missing or out of range
 */
export function readOptions<const Specs extends OptionSpecs>(
  owner: string,
  specs: Specs,
  given: Readonly<Record<string, unknown>> = {},
): ResolvedOptions<Specs> {
  if (given === null || typeof given !== "object") {
    throw new ArgumentError(`options of ${owner} are ${String(given)}; expected an object`);
  }
  const names = Object.keys(specs);
  for (const option of Object.keys(given)) {
    if (given[option] === undefined || Object.hasOwn(specs, option)) continue;
    const has = names.length === 0 ? "it has none" : `its options are ${listed(names)}`;
    const near = nearestName(option, names);
    const guess = near === undefined ? "" : `; did you mean ${near}?`;
    throw new OptionError(`${owner} has no option ${bare(option)}${guess} (${has})`, { option });
  }
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const spec = specs[name];
    if (!applies(spec, specs, given)) {
      if (given[name] !== undefined) throw doesNotApply(name, spec, specs, given);
      continue;
    }
    const value = given[name] === undefined ? spec.default : given[name];
    if (value !== undefined) values[name] = checkOption(name, spec, value);
    else if (spec.optional !== true) {
      throw new OptionError(`${owner} needs ${name}; expected ${expectedOf(spec)}`, { option: name });
    }
  }
  return values as ResolvedOptions<Specs>;
}

/** Whether an option exists beside the given values of the others. */
export function applies({ only }: OptionSpec, specs: OptionSpecs, given: Readonly<Record<string, unknown>>): boolean {
  if (only === undefined) return true;
  const value = given[only.option] ?? specs[only.option].default;
  return only.values.some((word) => word === value);
}

function doesNotApply(
  option: string,
  { only }: OptionSpec,
  specs: OptionSpecs,
  given: Readonly<Record<string, unknown>>,
): OptionError {
  const { option: other = "", values = [] } = only ?? {};
  const chosen = given[other] ?? specs[other].default;
  return new OptionError(
    `${option} is ${shown(given[option])}, but ${other} is ${typeof chosen === "string" ? bare(chosen) : shown(chosen)}; ${option} is an option of ${listed(values)} alone`,
    { option },
  );
}

/**
 * The checked value of one option; of a "made" option, the value that was made.
 *
 * @throws OptionError unless it is one that the description allows
 */
export function checkOption(option: string, spec: OptionSpec, value: unknown): unknown {
  if (spec.type === "made") return madeOf(option, spec, value);
  if (spec.type === "number" && spec.scheduled === true && isSchedule(value)) {
    const { scheduled: _, ...numbers } = spec;
    checkOption(`${option} at epoch 0`, numbers, value.at(0));
    return value;
  }
  if (isAllowed(spec, value)) return value;
  const given = typeof value === "number" ? String(value) : value === undefined ? "undefined" : quote(value);
  throw new OptionError(`${option} is ${given}; expected ${expectedOf(bounded(spec, value))}`, { option });
}

/** A whole number beyond what numbers can hold exactly is told the bound, which messages leave out otherwise. */
function bounded(spec: OptionSpec, value: unknown): OptionSpec {
  const isHuge = Number.isInteger(value) && (value as number) > HUGE;
  return spec.type === "integer" && isHuge ? { ...spec, high: spec.high ?? HUGE } : spec;
}

/** Whether something is a number that changes with time. */
export function isSchedule(value: unknown): value is Schedule {
  return typeof (value as Partial<Schedule> | null | undefined)?.at === "function" && typeof value === "object";
}

function isAllowed(spec: Exclude<OptionSpec, MadeSpec>, value: unknown): boolean {
  switch (spec.type) {
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return spec.values.some((word) => word === value);
    case "numbers": {
      const { least = 0, default: _, ...bounds } = spec;
      if (!(Array.isArray(value) || ArrayBuffer.isView(value))) return false;
      const numbers = Array.from(value as ArrayLike<unknown>);
      return numbers.length >= least && numbers.every((one) => isAllowed({ ...bounds, type: "number" }, one));
    }
    case "range": {
      const { default: _, ...bounds } = spec;
      if (!Array.isArray(value) || value.length !== 2 || value[0] > value[1]) return false;
      return value.every((one) => isAllowed({ ...bounds, type: "integer" }, one));
    }
    case "integer": {
      const { low = Number.MIN_SAFE_INTEGER, high = Number.MAX_SAFE_INTEGER } = spec;
      return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
    }
    case "number": {
      if (spec.words?.some((word) => word === value)) return true;
      if (typeof value !== "number" || Number.isNaN(value)) return false;
      const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY, above, below } = spec;
      return (
        value >= low &&
        value <= high &&
        (above === undefined || value > above) &&
        (below === undefined || value < below)
      );
    }
  }
}

/** A "made" option may be given as the value itself, by name, or by name and options. */
function madeOf(option: string, spec: MadeSpec, value: unknown): unknown {
  const { sort, has, from } = spec;
  if (typeof value === "string") return makerNamed(sort, from, value).make();
  if (typeof value === "object" && value !== null) {
    const { name, options, [has]: method } = value as Partial<Made> & Readonly<Record<string, unknown>>;
    if (typeof method === "function") return value;
    if (typeof name === "string") return makerNamed(sort, from, name).make(options);
  }
  throw new OptionError(`${option} is ${shown(value)}; expected ${expectedOf(spec)}${callOf(value)}`, { option });
}

/** The range that a text such as "1..20" or "1,20" names, or "5" for that number alone; undefined for any other text. */
export function rangeIn(text: string): readonly [number, number] | undefined {
  const found = /^\s*(\d+)(?:(?:\.\.|,)(\d+))?\s*$/.exec(text);
  return found === null ? undefined : [Number(found[1]), Number(found[2] ?? found[1])];
}

/** What values an option has, in words: "a number from 0 to 1". */
export function expectedOf(spec: OptionSpec): string {
  switch (spec.type) {
    case "boolean":
      return "true or false";
    case "choice":
      return listed(
        spec.values.map((word) => JSON.stringify(word)),
        "or",
      );
    case "made":
      return `${/^[aeiou]/.test(spec.sort) ? "an" : "a"} ${spec.sort}: ${listed(
        spec.from.map(({ name }) => name),
        "or",
      )}`;
    case "numbers": {
      const { least = 0 } = spec;
      const how = range(spec);
      return `a list of ${least > 0 ? `at least ${least} ` : ""}numbers${how === "" ? "" : `, each${how}`}`;
    }
    case "range":
      return `two whole numbers${range(spec)} in ascending order, such as 1..20, or one`;
    case "integer":
      return `a whole number${range(spec)}`;
    case "number":
      return listed([`a number${range(spec)}`, ...(spec.words ?? []).map((word) => JSON.stringify(word))], "or");
  }
}

/** A larger bound is a limit of the numbers, not of the option. */
const HUGE = Number.MAX_SAFE_INTEGER;

function range({ low, high, above, below }: Partial<Pick<NumberSpec, "low" | "high" | "above" | "below">>): string {
  const top = high !== undefined && high <= HUGE ? high : undefined;
  if (above !== undefined && below !== undefined) return ` between ${above} and ${below}`;
  if (above !== undefined) return ` above ${above}${top === undefined ? "" : `, at most ${top}`}`;
  if (below !== undefined) return low === undefined ? ` below ${below}` : ` from ${low} to below ${below}`;
  if (low !== undefined && top !== undefined) return ` from ${low} to ${top}`;
  if (low !== undefined) return ` of at least ${low}`;
  return top === undefined ? "" : ` of at most ${top}`;
}
