import { ArgumentError } from "./errors.js";

/** More names than this are counted in a message, not listed. */
const LISTED = 12;

/** "beta", "beta and sweeps", "beta, sweeps and order". */
export function listed(names: readonly string[], word = "and"): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${word} ${names[names.length - 1]}`;
}

/** The error for a name that is not one of `choices`; it names the nearest. */
export function unknownName(what: string, name: unknown, choices: readonly string[]): ArgumentError {
  const given = typeof name === "string" ? JSON.stringify(name) : String(name);
  if (choices.length === 0) return new ArgumentError(`${what} is ${given}; there are no valid values`);
  const known =
    choices.length > LISTED
      ? `${choices.length} in all`
      : `there ${choices.length > 1 ? "are" : "is"} ${listed(choices)}`;
  return new ArgumentError(`${what} is ${given}; did you mean ${nearestName(String(name), choices)}? (${known})`);
}

/** The choice with the smallest edit distance from a name, the first of several. */
export function nearestName(name: string, choices: readonly string[]): string {
  const distances = choices.map((choice) => editDistance(name.toLowerCase(), choice.toLowerCase()));
  return choices[distances.indexOf(Math.min(...distances))];
}

/** The least number of characters to insert, delete or replace (Levenshtein 1966; Wagner and Fischer 1974). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The longest value that a message quotes in full. */
const QUOTED = 60;

/** A value as it may stand in a message: in one line, of bounded length. */
export function quote(value: unknown): string {
  // What would be cut off need not be written first.
  const text = JSON.stringify(typeof value === "string" ? value.slice(0, QUOTED) : value) ?? "missing";
  const isCut = typeof value === "string" && value.length > QUOTED;
  return isCut || text.length > QUOTED ? `${text.slice(0, QUOTED)}...` : text;
}

/** A name as it may stand in a message without quotation marks: in one line, of bounded length. */
export function bare(name: string): string {
  const quoted = quote(name);
  return quoted.endsWith('"') ? quoted.slice(1, -1) : quoted.slice(1);
}

/** More dimensions than this are counted in a message, not listed. */
const DIMENSIONS = 8;

/** A shape as it may stand in a message: "2 x 3"; "no dimensions" for that of a single number. */
export function sizesOf(shape: readonly number[]): string {
  if (shape.length === 0) return "no dimensions";
  if (shape.length <= DIMENSIONS) return shape.join(" x ");
  return `${shape.slice(0, DIMENSIONS).join(" x ")} x ... (${shape.length} dimensions)`;
}
