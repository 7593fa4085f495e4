import { ArgumentError } from "../errors.js";
import { quote, shortened } from "../names.js";
import { DEEPEST_JSON } from "../packed.js";

/** A value that JSON can represent. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * A value as JSON text that parses to an equal value; undefined entries of an object are omitted.
 *
 * @param name name of the value in messages
 * @throws ArgumentError for values that JSON cannot represent: numbers that are not finite, functions, class instances; and
 *   for lists and objects nested more than 64 deep, which files do not hold
 */
export function toJson(name: string, value: Json): string {
  const flaw = lost(name, value, 0);
  if (flaw !== undefined) throw new ArgumentError(`${flaw}; expected a value that JSON can represent`);
  return JSON.stringify(value);
}

/** The part of a value that JSON cannot represent, as a sentence; undefined if there is none. */
function lost(name: string, value: Json | undefined, depth: number): string | undefined {
  if (value === null || typeof value === "boolean" || typeof value === "string") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${name} is ${value}`;
  if (typeof value !== "object") return `${name} is ${typeof value}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return `${name} is ${value.constructor.name}`;
  }
  if (depth === DEEPEST_JSON) return `${shortened(name)} is nested more than ${DEEPEST_JSON} deep`;
  for (const [key, part] of Object.entries(value)) {
    if (part === undefined && !Array.isArray(value)) continue;
    const flaw = lost(Array.isArray(value) ? `${name}[${key}]` : `${name}.${quote(key).slice(1, -1)}`, part, depth + 1);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}
