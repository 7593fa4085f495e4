import { type BitMatrix, bitMatrix } from "engram/math";
import { PatternSet } from "engram/patterns";

/** States are words: bit i is 1 where unit i is +1. As text they are signs, unit 1 first. */

/** "+-+" as a word. */
export function wordFrom(signs: string): number {
  return Array.from(signs).reduce((word, sign, i) => word | (sign === "+" ? 1 << i : 0), 0);
}

/** A word as it is shown, with minus signs as wide as plus signs. */
export function signsOf(word: number, units: number): string {
  return Array.from({ length: units }, (_, i) => ((word >>> i) & 1 ? "+" : "−")).join("");
}

/** The words of a set. */
export function wordsOf({ bits }: PatternSet): number[] {
  return Array.from({ length: bits.rows }, (_, r) => bits.words[r * bits.stride]);
}

/** Some words as states, one a row. */
export function rowsOf(words: readonly number[], units: number): BitMatrix {
  const rows = bitMatrix(words.length, units);
  for (const [r, word] of words.entries()) rows.words[r * rows.stride] = word;
  return rows;
}

/** The set of some words. */
export function setOf(words: readonly number[], units: number): PatternSet {
  return new PatternSet(rowsOf(words, units));
}

/** A word for a line that may be broken, but not between its signs. */
export function unbroken(word: number, units: number): string {
  return Array.from(signsOf(word, units)).join("\u2060");
}

/** A number as it is read: at most three decimals, and a minus sign. */
export function shown(value: number, digits = 3): string {
  const text = String(Number(value.toFixed(digits)) + 0);
  return text.replace("-", "−");
}

/** Of a whole, in percent. */
export function percent(part: number): string {
  const value = 100 * part;
  if (value > 0 && value < 1) return "< 1 %";
  return `${value > 99 && value < 100 ? "> 99" : Math.round(value)} %`;
}

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

/** A number as an index. */
export function subscript(number: number): string {
  return Array.from(String(number), (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");
}
