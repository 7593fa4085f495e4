import { ArgumentError } from "../../errors.js";
import { kindNamed } from "../../memories/kinds.js";
import type { AnyMemory, MemoryKind } from "../../memories/memory.js";
import { type Made, type OptionSpecs, readOptions, withMakers } from "../../options.js";
import { type Packed, Unpacking } from "../../packed.js";
import { allMemoryKinds } from "../kinds.js";
import { loadExtensions, type UserExtensions } from "./extensions.js";

/** A memory packed for a thread. */
export interface PackedMemory {
  readonly packed: Packed;
  /** URLs of the modules of a user's own kind, rule and dynamics. */
  readonly modules: readonly string[];
}

/**
 * @throws ArgumentError for a memory that is empty, of a kind that is not one of `kinds`, or whose kind or rule is a caller's
 *   own and does not name its module
 */
export function packMemory(memory: AnyMemory, kinds: readonly MemoryKind[]): PackedMemory {
  const kind = kindNamed(memory.kind, kinds);
  if (kind.module === undefined && !allMemoryKinds.includes(kind)) throw withoutModule("kind", kind.name);
  const packed = kind.pack(memory);
  return { packed, modules: [...(kind.module === undefined ? [] : [kind.module]), ...(packed.modules ?? [])] };
}

/** A memory that recalls bit for bit like the packed one, with what is needed to unpack the options of its recalls. */
export async function unpackMemory({
  packed,
  modules,
}: PackedMemory): Promise<{ memory: AnyMemory; kind: MemoryKind; extensions: UserExtensions }> {
  const extensions = await loadExtensions(modules);
  const kind = kindNamed(packed.kind, [...allMemoryKinds, ...extensions.kinds]);
  return { memory: kind.unpack(new Unpacking(packed, "the memory"), extensions), kind, extensions };
}

/**
 * Packs the options of a recall for a thread: a made value as the name and options of its maker.
 *
 * @throws OptionError for an option that the kind does not have; ArgumentError for a value that cannot be made again
 */
export function packOptions(
  kind: MemoryKind,
  given: Readonly<Record<string, unknown>>,
): { readonly options: Readonly<Record<string, unknown>>; readonly modules: readonly string[] } {
  const options: Record<string, unknown> = {};
  const modules: string[] = [];
  for (const [name, value] of Object.entries(readOptions(kind.name, kind.recallOptions, given))) {
    const spec = kind.recallOptions[name];
    if (spec.type !== "made" || value === undefined) {
      options[name] = value;
      continue;
    }
    const { name: made, options: choices, module } = value as Partial<Made>;
    const isKnown = spec.from.some((maker) => maker.name === made) && choices !== undefined;
    if (!isKnown && module === undefined) throw withoutModule(spec.sort, made);
    if (module !== undefined) modules.push(module);
    options[name] = { name: made, options: choices };
  }
  return { options, modules };
}

/** Unpacks the options of a recall of that kind. */
export function unpackOptions(
  kind: MemoryKind,
  options: Readonly<Record<string, unknown>>,
  { makers }: UserExtensions,
): Readonly<Record<string, unknown>> {
  const specs: OptionSpecs = withMakers(kind.recallOptions, makers);
  return readOptions(kind.name, specs, options);
}

/** The error for a caller's own extension that a thread could not import. */
export function withoutModule(sort: string, name: string | undefined): ArgumentError {
  return new ArgumentError(
    `the ${sort} ${JSON.stringify(name)} cannot be sent to a worker thread: it does not name its module; ` +
      "make it the default export of a module and give it `module: import.meta.url`",
  );
}
