import { experiments } from "engram/experiments";
import { ArgumentError } from "../errors.js";
import { bare, listed, nearestName, quote } from "../names.js";

type Known = (typeof experiments)[number];

/**
 * The experiments that a name stands for: one by its whole name, such as rojas-1996/table-one-step, or by the part after the
 * source if no other has it; all of a source, rojas-1996; or all that fit a pattern in which * stands for any text.
 *
 * @throws ArgumentError for a name of none, or for one that does not say which of several is meant
 */
export function experimentsNamed(name: string): readonly Known[] {
  const whole = experiments.filter(({ id }) => id === name);
  if (whole.length > 0) return whole;
  if (name.includes("*")) {
    const pattern = new RegExp(`^${name.split("*").map(escaped).join(".*")}$`);
    const found = experiments.filter(({ id }) => pattern.test(id));
    if (found.length > 0) return found;
    throw new ArgumentError(`experiment is ${quote(name)}, which fits none; engram reproduce --list names all`);
  }
  const ofSource = experiments.filter(({ id }) => sourceOf(id) === name.replace(/\/$/, ""));
  if (ofSource.length > 0) return ofSource;
  const own = experiments.filter(({ id }) => ownNameOf(id) === name);
  if (own.length === 1) return own;
  if (own.length > 1) {
    const ids = own.map(({ id }) => id);
    throw new ArgumentError(`experiment is ${quote(name)}, which may be ${listed(ids, "or")}; give its whole name`);
  }
  throw unknown(name);
}

function unknown(name: string): ArgumentError {
  const ids = experiments.map(({ id }) => id);
  const sources = [...new Set(ids.map(sourceOf))];
  const all = [...sources, ...ids, ...ids.map(ownNameOf)];
  const near = nearestName(name, all) ?? (name.length < 3 ? undefined : all.find((one) => one.startsWith(name)));
  const given = `experiment is ${quote(name)}`;
  if (near !== undefined) {
    return new ArgumentError(`${given}; did you mean ${bare(near)}? (engram reproduce --list names all)`);
  }
  return new ArgumentError(
    `${given}; expected a name of engram reproduce --list, or a source: ${listed(sources, "or")}`,
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function sourceOf(id: string): string {
  return id.slice(0, id.indexOf("/"));
}

function ownNameOf(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}
