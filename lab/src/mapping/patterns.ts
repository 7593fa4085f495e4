import { glyphNames } from "engram/data";
import { glyphGallery } from "../recall/gallery-of.js";

/** A built-in glyph at a smaller size: a pixel is on if at least half of the area that it covers is. */
export function smallGlyph(name: string, side: number): Uint8Array {
  const { patterns } = glyphGallery;
  const units = patterns.binary(glyphNames.indexOf(name));
  const from = Math.round(Math.sqrt(units.length));
  const scale = from / side;
  return Uint8Array.from({ length: side * side }, (_, k) => {
    const [x, y] = [(k % side) * scale, Math.floor(k / side) * scale];
    let ink = 0;
    for (let v = Math.floor(y); v < y + scale; v++) {
      for (let u = Math.floor(x); u < x + scale; u++) {
        ink += units[v * from + u] * overlap(u, x, scale) * overlap(v, y, scale);
      }
    }
    return ink >= (scale * scale) / 2 - 1e-9 ? 1 : 0;
  });
}

/** The length that [at, at + 1] and [begin, begin + length] share. */
function overlap(at: number, begin: number, length: number): number {
  return Math.max(0, Math.min(at + 1, begin + length) - Math.max(at, begin));
}

/** The picture moved cyclically by whole pixels. */
export function moved(units: Uint8Array, side: number, right: number, down: number): Uint8Array {
  const wrap = (at: number) => ((at % side) + side) % side;
  return units.map((_, k) => units[wrap(Math.floor(k / side) - down) * side + wrap((k % side) - right)]);
}

/** The picture with every pixel flipped. */
export function reversed(units: Uint8Array): Uint8Array {
  return units.map((unit) => 1 - unit);
}

/** The first glyph that is not among the patterns. */
export function another(patterns: readonly Uint8Array[], side: number): Uint8Array {
  const isNew = (units: Uint8Array) => !patterns.some((other) => other.every((unit, i) => unit === units[i]));
  for (const name of ["heart", "T", "X", "house", ...glyphNames]) {
    const units = smallGlyph(name, side);
    if (isNew(units)) return units;
  }
  return new Uint8Array(side * side);
}
