import { allDynamics } from "engram/dynamics";
import { allRules } from "engram/learning";
import { type Named, named } from "../options.js";

/** Everything that the Recall page lets one choose. It is plain data, and the page's address holds all of it. */
export interface Setting {
  readonly source: Source;
  /** The pictures of the source "images"; kept while another source is shown. */
  readonly images: OwnImages;
  /** Rows of the gallery that are stored, ascending. */
  readonly stored: readonly number[];
  readonly rule: Named;
  /** What the cue is made from: a row of the gallery, a random state, or no ink at all. */
  readonly from: number | "noise" | "blank";
  readonly damage: Damage;
  /** The units in which the cue differs from what `from` and `damage` make, as `encodeUnits` writes them. */
  readonly painted: string;
  /** Draws the damage and the order of the updates. */
  readonly seed: number;
  readonly dynamics: Named;
  /** Position of the speed slider, 0 to 100; see `sweepsPerSecond`. */
  readonly speed: number;
}

export type Source = "glyphs" | "digits" | "images";

/** Each unit flipped with a probability, or a number of units flipped. */
export type Damage =
  | { readonly kind: "flip"; readonly percent: number }
  | { readonly kind: "exactly"; readonly count: number };

/** How pictures become square, and black and white. */
export interface Cut {
  /** Pixels along an edge. */
  readonly side: number;
  /** Luminance from 0 to 255: darker pixels are on; with `invert`, brighter ones. */
  readonly threshold: number;
  readonly invert: boolean;
}

/** Own pictures, square, already in black and white. */
export interface OwnImages extends Cut {
  readonly items: readonly OwnImage[];
}

export interface OwnImage {
  readonly label: string;
  /** As `encodeUnits` writes them. */
  readonly units: string;
  /** By which the browser that made it finds its grey pixels again. */
  readonly id?: string;
}

export const noImages: OwnImages = { side: 32, threshold: 128, invert: false, items: [] };

/** Edges that own pictures may be reduced to. */
export const imageSides: readonly number[] = [16, 24, 28, 32, 48, 64];

/** How many own pictures there may be: more make the address too long to pass on. */
export const imageLimit = 24;

/** A name of at most 40 characters, none of them cut in two. */
export function shortLabel(text: string): string {
  return [...text].slice(0, 40).join("");
}

/** Units in a picture of the source. */
export function unitsOf({ source, images }: Pick<Setting, "source" | "images">): number {
  return { glyphs: 16 * 16, digits: 28 * 28, images: images.side ** 2 }[source];
}

/** What is stored when a source is first shown. */
export function firstStored(source: Source, images: OwnImages, glyphNames: readonly string[]): number[] {
  if (source === "glyphs") return rowsNamed(glyphNames, [..."ENGRAM"]);
  if (source === "digits") return Array.from({ length: 10 }, (_, digit) => digit * digitsPerClass);
  return images.items.map((_, row) => row);
}

/** Rows of the names, ascending. */
export function rowsNamed(names: readonly string[], wanted: readonly string[]): number[] {
  return names.flatMap((name, row) => (wanted.includes(name) ? [row] : []));
}

/** Pictures of each digit in the gallery: row c * 10 + k is the k-th picture of class c. */
export const digitsPerClass = 10;

/** What a first visit learns by. */
export const firstRule = "projection";

/** How the state of a first visit moves. */
export const firstDynamics = "asynchronous";

/** What a first visit shows. */
export function defaultSetting(glyphNames: readonly string[]): Setting {
  return {
    source: "glyphs",
    images: noImages,
    stored: firstStored("glyphs", noImages, glyphNames),
    rule: named(allRules, firstRule),
    from: glyphNames.indexOf("G"),
    damage: { kind: "flip", percent: 28 },
    painted: "",
    seed: 7,
    dynamics: named(allDynamics, firstDynamics),
    speed: 46,
  };
}

/** Sweeps a second at a position of the speed slider: 1 in the middle, a hundredth at the left, no limit at the right. */
export function sweepsPerSecond(speed: number): number {
  return speed >= 100 ? Number.POSITIVE_INFINITY : 10 ** ((speed - 50) / 25);
}
