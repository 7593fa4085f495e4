import { ArgumentError } from "../errors.js";
import { quote } from "../names.js";

/** What JSON can write and give back as it was. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * A value as JSON text that reads back as an equal value; what is undefined in an object is left out.
 *
 * @param name what messages call it
 * @throws ArgumentError for what JSON would lose: numbers that are not finite, functions, class instances
 */
export function toJson(name: string, value: Json): string {
  const flaw = lost(name, value);
  if (flaw !== undefined) throw new ArgumentError(`${flaw}; expected what JSON can hold`);
  return JSON.stringify(value);
}

/** What JSON would lose of a value, as a sentence; undefined where it loses nothing. */
function lost(name: string, value: Json | undefined): string | undefined {
  if (value === null || typeof value === "boolean" || typeof value === "string") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${name} is ${value}`;
  if (typeof value !== "object") return `${name} is ${typeof value}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return `${name} is ${value.constructor.name}`;
  }
  for (const [key, part] of Object.entries(value)) {
    if (part === undefined && !Array.isArray(value)) continue;
    const flaw = lost(Array.isArray(value) ? `${name}[${key}]` : `${name}.${quote(key).slice(1, -1)}`, part);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}
