import { ArgumentError } from "./errors.js";

/** More names than this are counted in a message, not listed. */
const LISTED = 12;

/** "beta", "beta and sweeps", "beta, sweeps and order". */
export function listed(names: readonly string[], word = "and"): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${word} ${names[names.length - 1]}`;
}

/** The error for a name that is not one of `choices`; it suggests the nearest if that is near, and lists the others. */
export function unknownName(what: string, name: unknown, choices: readonly string[]): ArgumentError {
  const given = typeof name === "string" ? quote(name) : bare(String(name));
  if (choices.length === 0) return new ArgumentError(`${what} is ${given}; there are no valid values`);
  const near = nearestName(String(name), choices);
  if (near === undefined) return new ArgumentError(`${what} is ${given}; expected ${someOf(choices)}`);
  return new ArgumentError(`${what} is ${given}; did you mean ${bare(near)}? (${counted(choices)})`);
}

function counted(choices: readonly string[]): string {
  if (choices.length > LISTED) return `${choices.length} in all`;
  return `there ${choices.length > 1 ? "are" : "is"} ${listed(choices.map(bare))}`;
}

/** "hebb, projection or storkey"; of many names the first ones, and their number. */
function someOf(choices: readonly string[]): string {
  if (choices.length <= LISTED) return listed(choices.map(bare), "or");
  return `one of ${choices.slice(0, LISTED).map(bare).join(", ")}, ... (${choices.length} in all)`;
}

/**
 * The choice with the smallest edit distance from a name, the first of several; undefined if more than a third of the letters
 * of the longer one differ.
 */
export function nearestName(name: string, choices: readonly string[]): string | undefined {
  let [nearest, least]: [string | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const choice of choices) {
    const most = Math.floor(Math.max(name.length, choice.length) / 3);
    if (Math.abs(name.length - choice.length) > most || most > LONGEST) continue;
    const distance = editDistance(name.toLowerCase(), choice.toLowerCase());
    if (distance <= most && distance < least) [nearest, least] = [choice, distance];
  }
  return nearest;
}

/** Longer names are not compared: the time grows with the square of their length. */
const LONGEST = 100;

/**
 * The least number of characters to insert, delete, replace or swap with their neighbour, none of them twice: optimal string
 * alignment (Damerau 1964; Wagner and Fischer 1974).
 */
function editDistance(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? before[j - 2] + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(replaced, swapped, row[j] + 1, next[j - 1] + 1));
    }
    [before, row] = [row, next];
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

/** The longest sentence of another error that a message repeats. */
const REPEATED = 400;

/** A sentence of another error, as it may stand in a message. */
export function shortened(text: string): string {
  return text.length > REPEATED ? `${text.slice(0, REPEATED)}...` : text;
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

/**
 * Compares names for sorting, runs of digits as numbers: "a2" before "a10". The rest is compared by UTF-16 code units, so that the
 * order does not depend on the locale.
 */
export function compareNames(a: string, b: string): number {
  const [own, other] = [a, b].map((name) => name.match(/\d+|\D+/g) ?? []);
  for (let k = 0; k < Math.min(own.length, other.length); k++) {
    const order = compareParts(own[k], other[k]);
    if (order !== 0) return order;
  }
  return own.length - other.length || compareTexts(a, b);
}

function compareParts(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return compareTexts(a, b);
  const [own, other] = [a, b].map((digits) => digits.replace(/^0+/, ""));
  return own.length - other.length || compareTexts(own, other);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
