import { quote } from "../names.js";

/** A header is an object of tensors, each an object with lists of numbers. */
const deepest = 3;
/** Most keys in all, four a tensor and one a text of the metadata; keys cost far more memory than they take in the file. */
const mostKeys = 2 ** 16;

/**
 * Checks a header for flaws that JSON.parse accepts: a repeated key in an object, of which it would silently use the last,
 * and deep nesting and many keys, which cost memory. It does not detect text that is not JSON.
 *
 * @returns the flaw, to follow "has a header that"; undefined if there is none
 */
export function scanHeader(text: string): string | undefined {
  if (text[0] !== "{") return "does not begin with {: it is damaged or another format";
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        last = text.slice(at, end + 1);
        at = end;
        break;
      }
      case ":": {
        if (++count > mostKeys) return `has more than ${mostKeys} keys: it is forged`;
        const keys = open.at(-1);
        const key = unescaped(last);
        if (keys?.has(key)) return `has the key ${quote(key)} twice: it is forged`;
        keys?.add(key);
        break;
      }
      case "{":
      case "[":
        if (open.length === deepest) return `is nested more than ${deepest} deep: it is forged`;
        open.push(text[at] === "{" ? new Set() : undefined);
        break;
      case "}":
      case "]":
        open.pop();
        break;
    }
  }
  return undefined;
}

/** Index at which the string that opens at `at` closes; the end of the text if it never does. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

/** A key as JSON.parse reads it, so that two spellings of a key are equal. */
function unescaped(literal: string): string {
  try {
    return JSON.parse(literal);
  } catch {
    return literal;
  }
}
