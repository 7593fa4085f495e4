import { ArgumentError } from "../../errors.js";
import { isMemoryKind, kindNamed, type MemoryKind } from "../../memories/index.js";
import { allMemoryKinds, extensionsOf, isModulePath, loadUserModule, type UserExtensions } from "../../node/index.js";
import { isMaker, type Maker, makerFrom, type OptionSpecs, withMakers } from "../../options.js";

/*
 * A user's own kinds, rules and dynamics: `--kind ./mine.mjs` is the kind that the module exports by default. The flags of a
 * command depend on the kind and its rules, so that modules are loaded before the command line is parsed.
 */

/** A command line before it is parsed. */
export interface Asked {
  /** The arguments, with the names of what modules export in place of their paths. */
  readonly args: readonly string[];
  readonly extensions: UserExtensions;
}

/** The flags that may name a module, and the sorts that it may export. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  "--kind": ["kind"],
  "--rule": ["rule", "association rule"],
  "--dynamics": ["dynamics"],
};

/**
 * Loads the modules named by flags.
 *
 * @throws ArgumentError for a module that cannot be loaded or that exports something else
 */
export async function loadAsked(args: readonly string[]): Promise<Asked> {
  const replaced = [...args];
  const things: (MemoryKind | Maker)[] = [];
  for (let at = 0; at < replaced.length; at++) {
    const { flag, value, put } = flagAt(replaced, at);
    if (value === undefined || !(flag in FLAGS) || !isModulePath(value)) continue;
    const thing = await load(flag, value);
    things.push(thing);
    put(thing.name);
  }
  return { args: replaced, extensions: extensionsOf(things) };
}

/** The flag at a place of the arguments, its value, and how to put another value there. */
function flagAt(args: string[], at: number) {
  const [, flag = args[at], joined] = /^(--[a-z-]+)=(.*)$/s.exec(args[at]) ?? [];
  const put = (name: string) => {
    if (joined === undefined) args[at + 1] = name;
    else args[at] = `${flag}=${name}`;
  };
  return { flag, value: joined ?? args[at + 1], put };
}

async function load(flag: string, path: string): Promise<MemoryKind | Maker> {
  const { url, value } = await loadUserModule(path);
  const sort = FLAGS[flag].find((one) => isMaker(value, one));
  if (sort !== undefined) return makerFrom(value as Maker, url);
  if (flag === "--kind" && isMemoryKind(value)) return Object.create(value, { module: { value: url } }) as MemoryKind;
  const what = { "--kind": "a memory kind", "--rule": "a learning rule" }[flag] ?? "a dynamics";
  throw new ArgumentError(`the default export of ${path} is not ${what}; see the guide to writing one`);
}

/** The last value of a flag among arguments; undefined if it is not given. */
export function flagValue(args: readonly string[], flag: string): string | undefined {
  let found: string | undefined;
  args.forEach((_, at) => {
    const { flag: name, value } = flagAt([...args], at);
    if (name === flag) found = value;
  });
  return found;
}

/** The kinds of the library and of the user. */
export function allKinds({ kinds }: UserExtensions): readonly MemoryKind[] {
  return [...allMemoryKinds, ...kinds];
}

/** The kind of that name, with the user's rules and dynamics among its options. */
export function kindWith(name: string, extensions: UserExtensions): MemoryKind {
  const kind = kindNamed(name, allKinds(extensions));
  const extended = (specs: OptionSpecs) => ({ value: withMakers(specs, extensions.makers) });
  return Object.create(kind, {
    options: extended(kind.options),
    recallOptions: extended(kind.recallOptions),
  }) as MemoryKind;
}
