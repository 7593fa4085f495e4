import { Random } from "engram/math";
import { occlude, PatternSet, type Region } from "engram/patterns";
import type { Place } from "../ui/brush.js";

/** The rectangle that has its corners in two places, both of them included. */
export function between(a: Place, b: Place): Region {
  const left = Math.min(a.x, b.x);
  const top = Math.min(a.y, b.y);
  return { left, top, width: Math.abs(a.x - b.x) + 1, height: Math.abs(a.y - b.y) + 1 };
}

/** Covers a rectangle; the same seed makes the same noise. */
export function cover(
  units: Uint8Array,
  width: number,
  region: Region,
  fill: "off" | "on" | "noise",
  seed: number,
): Uint8Array {
  const picture = PatternSet.from([units], { shape: [units.length / width, width] });
  return occlude(picture, region, fill, new Random(seed).fork(2)).binary(0);
}
