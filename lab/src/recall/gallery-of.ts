import { glyphNames, glyphs } from "engram/data";
import { PatternSet } from "engram/patterns";
import { decodeUnits } from "../encoding.js";
import { digitsPerClass, type OwnImages } from "./setting.js";

/** The pictures of a source, to choose from: one pattern a row, each with its name on the page. */
export interface Gallery {
  readonly patterns: PatternSet;
  readonly names: readonly string[];
}

export const glyphGallery: Gallery = { patterns: glyphs(), names: glyphNames };

/** Digits, 10 of each class, named `7`, `7b`, `7c` ... */
export function digitGallery(patterns: PatternSet): Gallery {
  const names = (patterns.labels ?? []).map((label, row) => {
    const rank = row % digitsPerClass;
    return rank === 0 ? label : label + String.fromCharCode(97 + rank);
  });
  return { patterns, names };
}

/** Own pictures; undefined while there are none. */
export function imageGallery({ side, items }: Pick<OwnImages, "side" | "items">): Gallery | undefined {
  const units = items.flatMap((item) => decodeUnits(item.units, side ** 2) ?? []);
  if (units.length === 0) return undefined;
  return { patterns: PatternSet.from(units, { shape: [side, side] }), names: items.map(({ label }) => label) };
}

/** A row of a gallery as a `Picture` takes it: always the same units for the same row. */
export function pictureOf(gallery: Gallery, row: number): { units: Uint8Array; width: number } {
  let pictures = drawn.get(gallery);
  if (pictures === undefined) {
    const { patterns } = gallery;
    pictures = Array.from({ length: patterns.count }, (_, r) => patterns.binary(r));
    drawn.set(gallery, pictures);
  }
  return { units: pictures[row], width: gallery.patterns.shape?.[1] ?? 1 };
}

const drawn = new WeakMap<Gallery, readonly Uint8Array[]>();
