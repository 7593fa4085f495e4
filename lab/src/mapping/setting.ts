import { encodeUnits } from "../encoding.js";
import { smallGlyph } from "./patterns.js";

/** Everything that the Mapping page lets one choose. It is plain data, and the page's address holds all of it. */
export interface Setting {
  /** Pixels along an edge: N = side^2 spins. */
  readonly side: number;
  /** The patterns, as `encodeUnits` writes them. */
  readonly patterns: readonly string[];
  /** The pattern on the board: the cue is made of it, and the applied field points to it. */
  readonly chosen: number;
  readonly factor: FactorName;
  /** How the couplings are laid out: as a matrix, or a picture for every pixel. */
  readonly layout: LayoutName;
  /** Strength of the applied field, b = field times the chosen pattern. */
  readonly field: number;
  /** Pixels of the chosen pattern that are flipped in the cue, in percent. */
  readonly flipped: number;
  /** Inverse temperature. */
  readonly beta: number;
  /** Draws the cue and what both machines do. */
  readonly seed: number;
  /** Position of the speed slider, 0 to 100; see `sweepsPerSecond`. */
  readonly speed: number;
}

export type FactorName = "qr" | "squareRoot" | "svd" | "hebbian";
export type LayoutName = "matrix" | "pixels";

export const factorNames: readonly FactorName[] = ["qr", "squareRoot", "svd", "hebbian"];
export const layoutNames: readonly LayoutName[] = ["matrix", "pixels"];

/** Edges that patterns may have: with 4, all 65,536 states can be listed. */
export const sides: readonly number[] = [4, 6, 8, 10, 12];
export const mostPatterns = 6;
export const mostField = 0.1;
export const leastBeta = 0.1;
export const mostBeta = 3;

/** What is stored when a size is first shown. */
export function firstPatterns(side: number): readonly string[] {
  const names = side === 4 ? ["N", "G", "M"] : ["heart", "T", "X", side === 6 ? "N" : "house"];
  return names.map((name) => encodeUnits(smallGlyph(name, side)));
}

/** What a first visit shows: cold enough to see the patterns, warm enough to go from one to the other. */
export const defaultSetting: Setting = {
  side: 8,
  patterns: firstPatterns(8),
  chosen: 0,
  factor: "qr",
  layout: "pixels",
  field: 0.02,
  flipped: 10,
  beta: 1.5,
  seed: 1,
  speed: 85,
};

/** Sweeps a second at a position of the speed slider: one in two seconds at the left, 20,000 nearly at the right, then no limit. */
export function sweepsPerSecond(speed: number): number {
  return speed >= 100 ? Number.POSITIVE_INFINITY : 0.5 * 40_000 ** (speed / 99);
}
