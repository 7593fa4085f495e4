import { StorageError } from "../../errors.js";
import type { AnyMemory, MemoryKind } from "../../memories/index.js";
import { kindOfFile, loadMemory, type UserExtensions } from "../../node/index.js";
import { printWarning } from "../io/output.js";
import { allKinds, kindWith } from "./user-things.js";

/** Loads a memory of a kind of the library or of the user. */
export function loadAnyMemory(file: string, extensions: UserExtensions): Promise<AnyMemory> {
  const { rules, associationRules, dynamics } = extensions;
  return loadMemory(file, { kinds: allKinds(extensions), rules, associationRules, dynamics, onWarning: printWarning });
}

/**
 * The kind of the memory in a file, whose options become flags; the first kind if the file does not exist or is not a
 * memory, which the command reports later.
 */
export async function kindIn(file: string | undefined, extensions: UserExtensions): Promise<MemoryKind> {
  const [first] = allKinds(extensions);
  const name = file === undefined ? undefined : await kindOfFile(file).catch(nothing);
  const known = allKinds(extensions).some((kind) => kind.name === name);
  return kindWith(known && name !== undefined ? name : first.name, extensions);
}

function nothing(error: unknown): undefined {
  if (error instanceof StorageError) return undefined;
  throw error;
}
