import { unknownName } from "../names.js";
import { associatorKind, autoassociatorKind, recogniserKind } from "./associator/kinds.js";
import { bamKind } from "./bam/kind.js";
import { hopfieldKind } from "./hopfield/kind.js";
import { largeKind } from "./large/kind.js";
import type { MemoryKind } from "./memory.js";
import { modernKind } from "./modern/kind.js";
import { sequenceKind } from "./sequence/sequence.js";

/** The built-in kinds of memories. Files, threads, command line and lab take them, or a longer list, as a value. */
export const memoryKinds: readonly MemoryKind[] = [
  hopfieldKind,
  bamKind,
  associatorKind,
  autoassociatorKind,
  recogniserKind,
  sequenceKind,
  modernKind,
  largeKind,
];

/**
 * The kind with the given name.
 *
 * @throws ArgumentError for an unknown name; it suggests the nearest one
 */
export function kindNamed(name: string, kinds: readonly MemoryKind[] = memoryKinds): MemoryKind {
  const found = kinds.find((kind) => kind.name === name);
  if (found !== undefined) return found;
  throw unknownName(
    "kind",
    name,
    kinds.map((kind) => kind.name),
  );
}

/** Whether a value, such as the default export of a module, is a kind of memories. */
export function isMemoryKind(thing: unknown): thing is MemoryKind {
  const kind = thing as Partial<MemoryKind> | null | undefined;
  return [kind?.create, kind?.pack, kind?.unpack].every((part) => typeof part === "function");
}
