import type { Dynamics } from "../../dynamics/index.js";
import { ArgumentError } from "../../errors.js";
import type { AssociationRule, LearningRule } from "../../learning/index.js";
import { isMemoryKind } from "../../memories/kinds.js";
import type { MemoryKind } from "../../memories/memory.js";
import { isMaker, type Maker } from "../../options.js";

/** Kinds, rules and dynamics that a user's own modules add to the library. */
export interface UserExtensions {
  readonly kinds: readonly MemoryKind[];
  readonly rules: readonly Maker<LearningRule>[];
  readonly associationRules: readonly Maker<AssociationRule>[];
  readonly dynamics: readonly Maker<Dynamics>[];
  /** All makers among them. */
  readonly makers: readonly Maker[];
}

/** No extensions. */
export const noExtensions: UserExtensions = extensionsOf([]);

/**
 * Imports modules, each with a kind, a rule or a dynamics as its default export.
 *
 * @param modules URLs of the modules
 * @throws ArgumentError for a module with another default export
 */
export async function loadExtensions(modules: readonly string[]): Promise<UserExtensions> {
  const things = await Promise.all(
    [...new Set(modules)].map(async (module) => {
      const { default: thing } = (await import(module)) as { default?: unknown };
      if (isMemoryKind(thing) || SORTS.some((sort) => isMaker(thing, sort))) return thing as MemoryKind | Maker;
      throw new ArgumentError(`the default export of ${module} is not a memory kind, rule or dynamics`);
    }),
  );
  return extensionsOf(things);
}

const SORTS = ["rule", "association rule", "dynamics"];

/** A user's extensions by sort. */
export function extensionsOf(things: readonly (MemoryKind | Maker)[]): UserExtensions {
  const made = <Value>(sort: string) => things.filter((thing) => isMaker(thing, sort)) as unknown as Maker<Value>[];
  return {
    kinds: things.filter(isMemoryKind),
    rules: made("rule"),
    associationRules: made("association rule"),
    dynamics: made("dynamics"),
    makers: things.filter((thing): thing is Maker => !isMemoryKind(thing)),
  };
}
