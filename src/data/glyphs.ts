import { ArgumentError } from "../errors.js";
import { PatternSet } from "../patterns/pattern-set.js";
import { letterSheet, pictureSheet } from "./glyph-sheets.js";

/** Height and width of a built-in glyph. */
const size = 16;

/** Reads a sheet: bands of a line of names above 16 lines of pictures side by side. */
function readSheet(sheet: string): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const lines = sheet.split("\n").filter((line) => line !== "");
  for (let top = 0; top < lines.length; top += size + 1) {
    const rows = lines.slice(top + 1, top + 1 + size).map((line) => line.split(" "));
    for (const [column, name] of lines[top].split(/ +/).entries()) {
      found.set(
        name,
        Uint8Array.from(rows.map((row) => row[column]).join(""), (mark) => (mark === "#" ? 1 : 0)),
      );
    }
  }
  return found;
}

const drawings = new Map([...readSheet(letterSheet), ...readSheet(pictureSheet)]);

/** The names of all built-in glyphs: the letters A to Z, then the pictures. */
export const glyphNames: readonly string[] = [...drawings.keys()];

/**
 * Built-in glyphs, 16 x 16 pictures with their names as labels: all 44, or the named ones. They are linearly
 * independent, so a projection memory of 256 units holds them all.
 *
 * @param names capital letters and names of pictures, apart or (letters only) run together: `"ABC"`, `"heart star"`,
 *   `"ENGRAM heart"`
 * @throws ArgumentError for an unknown name
 */
export function glyphs(names?: string): PatternSet {
  const chosen = names === undefined ? glyphNames : namesIn(names);
  const pixels = chosen.map((name) => drawings.get(name)!);
  return PatternSet.from(pixels, { labels: chosen, shape: [size, size] });
}

function namesIn(names: string): string[] {
  if (typeof names !== "string") {
    throw new ArgumentError(`names is ${String(names)}; expected glyph names in a string, such as "ABC heart"`);
  }
  const words = names.split(/[\s,]+/).filter((word) => word !== "");
  const chosen = words.flatMap((word) => (/^[A-Z]+$/.test(word) ? [...word] : [word]));
  if (chosen.length === 0) throw new ArgumentError('names is empty; expected glyph names, such as "ABC heart"');
  const missing = chosen.find((name) => !drawings.has(name));
  if (missing !== undefined) {
    throw new ArgumentError(
      `names is ${JSON.stringify(names)}, but ${JSON.stringify(missing)} is not a glyph; expected ${glyphNames.join(" ")}`,
    );
  }
  return chosen;
}
